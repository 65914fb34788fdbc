//! How the final weights of each county are distributed, and what they cost.

use super::Source;
use super::parts::Part;
use crate::report::chart::{Bar, histogram};
use crate::survey::result::{CountyResult, WeightBin, WeightingReport};

/// Counties on a page.
const PER_PAGE: usize = 10;
/// Where the open class ends in the drawing, beyond its lower end.
const OPEN_WIDTH: f64 = 1.0;

/// Weights of all counties.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightsView {
    /// The wave's title.
    pub wave_title: String,
    /// Title, standing and kind of sample.
    pub eyebrow: String,
    /// What a reader must know before any number.
    pub warnings: Vec<String>,
    /// One entry per county.
    pub counties: Vec<CountyWeights>,
    /// Which counties these are.
    pub part: Part,
}

/// Weights of one county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountyWeights {
    /// Address of its page.
    pub path: String,
    /// The division code, for ids.
    pub code: String,
    /// The county.
    pub name: String,
    /// The histogram, SVG; empty where there is none.
    pub svg: String,
    /// Classes with the share of the respondents.
    pub bins: Vec<(String, String)>,
    /// Why there is no histogram.
    pub none: Option<String>,
    /// Smallest, largest, coefficient of variation, design effect of weighting, largest share.
    pub numbers: [String; 5],
}

/// The page; `None` where there is no such part of the list.
pub(super) fn view(source: &Source<'_>, asked: Option<&str>) -> Option<WeightsView> {
    let counties = &source.result.counties;
    let part = Part::asked(counties.len(), PER_PAGE, asked)?;
    // One scale for all, so that one county's spread can be held against another's.
    let bins = counties
        .iter()
        .filter_map(|county| county.weighting.as_ref());
    let bins = bins
        .filter_map(|report| report.histogram.as_ref())
        .flatten();
    let end = bins.map(upper).fold(2.0, f64::max);
    Some(WeightsView {
        wave_title: source.result.wave.titles.get(source.lang.tag()).to_owned(),
        eyebrow: source.eyebrow(),
        warnings: source.warnings(),
        counties: part
            .of(counties)
            .iter()
            .map(|county| of_county(source, county, end))
            .collect(),
        part,
    })
}

fn upper(bin: &WeightBin) -> f64 {
    bin.high.unwrap_or(bin.low + OPEN_WIDTH)
}

fn of_county(source: &Source<'_>, county: &CountyResult, end: f64) -> CountyWeights {
    let report = county.weighting.as_ref();
    let bins = report.and_then(|report| report.histogram.as_ref());
    let name = source.name_of(county);
    let bars: Vec<Bar> = bins
        .into_iter()
        .flatten()
        .map(|bin| Bar {
            low: bin.low,
            high: upper(bin),
            share: bin.share,
        })
        .collect();
    let label = source.say("weights-histogram", &[("county", name.clone().into())]);
    CountyWeights {
        path: source.county_path(county.code.as_str()),
        code: county.code.to_string(),
        svg: if bars.is_empty() {
            String::new()
        } else {
            histogram(&bars, end, &label)
        },
        bins: bins
            .into_iter()
            .flatten()
            .map(|bin| line(source, bin))
            .collect(),
        none: match (report, bins) {
            (None, _) => Some(source.t("weights-failed")),
            (Some(_), None) => Some(source.t("weights-none")),
            _ => None,
        },
        numbers: report.map_or_else(
            || std::array::from_fn(|_| "–".to_owned()),
            |r| numbers(source, r),
        ),
        name,
    }
}

fn line(source: &Source<'_>, bin: &WeightBin) -> (String, String) {
    let end = |value: f64| source.lang.number(value, 2);
    let class = match bin.high {
        Some(high) => format!("{}–{}", end(bin.low), end(high)),
        None => source.say("weights-from", &[("low", end(bin.low).into())]),
    };
    (class, source.lang.number(100.0 * bin.share, 0))
}

fn numbers(source: &Source<'_>, report: &WeightingReport) -> [String; 5] {
    let weights = &report.weights;
    let number = |x: f64, places: usize| source.lang.number(x, places);
    [
        number(weights.min / weights.mean, 2),
        number(weights.max / weights.mean, 2),
        number(weights.cv, 3),
        number(weights.kish_deff, 3),
        source.lang.percent(weights.largest_share),
    ]
}
