//! The page that compares the counties of a wave: what is shown to differ, and which ranks remain possible.
//!
//! Never a bare rank: a county has a range of ranks, and in words from whom it can and cannot be told apart.

use super::Source;
use super::figures::{Plot, ends, obstacles, points, range, share};
use super::parts::Part;
use super::wave::question;
use crate::report::chart::{Point, Tone, rank_axis, rank_row};
use crate::stats::ranking::{Pair, RankRange, Ranking, Shown};
use crate::stats::threshold::Figure;
use crate::survey::result::{CountyResult, Estimate};

/// Joint probability with which all ranges hold the true ranks.
pub(in crate::report) const LEVEL: f64 = 0.95;
/// Up to so many counties are named one by one, and every pair of them has a line.
const FEW: usize = 12;
/// Counties on a page.
const PER_PAGE: usize = 20;

/// The comparison of the counties of a wave.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonView {
    /// The wave's title.
    pub wave_title: String,
    /// Title, standing and kind of sample.
    pub eyebrow: String,
    /// What is shown.
    pub headline: String,
    /// What a reader must know before any number.
    pub warnings: Vec<String>,
    /// The question, and which answers count.
    pub question: String,
    /// The axis of shares, SVG.
    pub axis: String,
    /// The axis of ranks, SVG.
    pub rank_axis: String,
    /// One row per county.
    pub rows: Vec<ComparedRow>,
    /// Which counties these are.
    pub part: Part,
    /// Groups within which no two counties can be told apart, in words; one sentence where there is none.
    pub groups: Vec<String>,
    /// Every pair; where they are too many, those of the county that was asked for with the counties of this part.
    pub pairs: Vec<PairRow>,
    /// That county.
    pub beside: Option<String>,
    /// How it was compared.
    pub method: Vec<String>,
}

/// One county among the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedRow {
    /// Address of its page.
    pub path: String,
    /// The county.
    pub name: String,
    /// Estimate, interval and plot; absent where there is no figure.
    pub cell: Option<super::Cell>,
    /// The ranks that remain possible.
    pub ranks: String,
    /// The same, SVG.
    pub rank_svg: String,
    /// From whom it can and cannot be told apart, or why it cannot be compared.
    pub relations: Vec<String>,
    /// Its code, where its pairs have to be asked for.
    pub beside: Option<String>,
}

/// Two counties beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairRow {
    /// Both names.
    pub names: [String; 2],
    /// First minus second, in points.
    pub difference: String,
    /// Its standard error, in points.
    pub error: String,
    /// The adjusted p value.
    pub p: String,
    /// What is shown, in words.
    pub shown: String,
    /// Whether a difference is shown.
    pub differs: bool,
}

/// The counties with the ranking of those that may be compared.
struct Compared<'a> {
    counties: Vec<(&'a CountyResult, RankRange)>,
    names: Vec<String>,
    ranking: Ranking,
    /// Place in the ranking of each county in the order shown.
    places: Vec<usize>,
}

impl<'a> Compared<'a> {
    fn of(source: &Source<'a>) -> Self {
        let all = &source.result.counties;
        let figures: Vec<Option<Figure>> = all.iter().map(comparable).collect();
        let ranking = Ranking::of(&figures, LEVEL);
        let mut rows: Vec<(usize, &CountyResult, RankRange)> = all
            .iter()
            .zip(&ranking.ranks)
            .enumerate()
            .map(|(place, (county, range))| (place, county, *range))
            .collect();
        // Only what is shown decides the order: equal ranges stay in the order of their codes.
        rows.sort_by_key(|(_, _, range)| (range.best, range.worst));
        Self {
            names: all.iter().map(|county| source.name_of(county)).collect(),
            places: rows.iter().map(|(place, ..)| *place).collect(),
            counties: rows
                .into_iter()
                .map(|(_, county, range)| (county, range))
                .collect(),
            ranking,
        }
    }

    fn name(&self, place: usize) -> String {
        self.names.get(place).cloned().unwrap_or_default()
    }

    fn is_few(&self) -> bool {
        self.names.len() <= FEW
    }

    /// The place of a county that is compared, by its code.
    fn place(source: &Source<'_>, code: &str) -> Option<usize> {
        let mut all = source.result.counties.iter();
        let place = all.position(|county| county.code.as_str() == code)?;
        comparable(source.result.counties.get(place)?).map(|_| place)
    }

    /// All pairs where they are few; else those of one county with those that are shown.
    fn pairs(&self, beside: Option<usize>, shown: &[usize]) -> Vec<&Pair> {
        let wanted = |pair: &&Pair| match beside {
            None => self.is_few(),
            Some(place) => {
                let other = if pair.first == place {
                    pair.second
                } else {
                    pair.first
                };
                (pair.first == place || pair.second == place)
                    && (self.is_few() || shown.contains(&other))
            }
        };
        self.ranking.pairs.iter().filter(wanted).collect()
    }
}

/// The figure of a county, if its verdict rests on one that may be judged.
pub(in crate::report) fn comparable(county: &CountyResult) -> Option<Figure> {
    let judged = &county.approval;
    let estimate = judged.estimate.as_ref();
    estimate
        .filter(|_| judged.obstacles.is_empty())
        .map(|estimate| estimate.figure)
}

/// The page; `None` where there is no such part of the list, or no such county among those that are compared.
pub(super) fn view(
    source: &Source<'_>,
    asked: Option<&str>,
    beside: Option<&str>,
) -> Option<ComparisonView> {
    let compared = Compared::of(source);
    let beside = match beside {
        Some(code) => Some(Compared::place(source, code)?),
        None => None,
    };
    let part = Part::asked(compared.counties.len(), PER_PAGE, asked)?;
    let estimates = source.result.counties.iter();
    let values = estimates
        .filter_map(|county| county.approval.estimate.as_ref())
        .flat_map(|estimate| ends(&estimate.interval));
    let plot = Plot::shares(values, None);
    let placed: Vec<(usize, &(&CountyResult, RankRange))> = compared
        .places
        .iter()
        .copied()
        .zip(&compared.counties)
        .collect();
    let rows = part.of(&placed).iter();
    let rows =
        rows.map(|(place, (county, range))| row(source, &compared, *place, county, *range, &plot));
    let shown: Vec<usize> = part.of(&compared.places).to_vec();
    let pairs = compared.pairs(beside, &shown);
    Some(ComparisonView {
        wave_title: source.result.wave.titles.get(source.lang.tag()).to_owned(),
        eyebrow: source.eyebrow(),
        headline: headline(source, &compared.ranking.pairs),
        warnings: source.warnings(),
        question: question(source),
        rank_axis: rank_axis(compared.counties.len()),
        rows: rows.collect(),
        part,
        groups: groups(source, &compared),
        pairs: pairs
            .into_iter()
            .map(|one| pair(source, &compared, one))
            .collect(),
        beside: beside.map(|place| compared.name(place)),
        method: [
            "compare-method",
            "compare-method-ranks",
            "compare-method-sources",
        ]
        .map(|key| source.t(key))
        .to_vec(),
        axis: plot.axis,
    })
}

fn headline(source: &Source<'_>, pairs: &[Pair]) -> String {
    let shown = pairs.iter().filter(|pair| pair.shown != Shown::Alike);
    source.say(
        "compare-headline",
        &[
            ("pairs", pairs.len().into()),
            ("shown", shown.count().into()),
        ],
    )
}

fn row(
    source: &Source<'_>,
    compared: &Compared<'_>,
    place: usize,
    county: &CountyResult,
    range: RankRange,
    plot: &Plot,
) -> ComparedRow {
    let of = compared.counties.len();
    let args = [
        ("best", range.best.into()),
        ("worst", range.worst.into()),
        ("of", of.into()),
    ];
    let key = if range.best == range.worst {
        "compare-rank-only"
    } else {
        "compare-rank-range"
    };
    let ranks = source.say(key, &args);
    let estimate = county.approval.estimate.as_ref();
    ComparedRow {
        path: source.county_path(county.code.as_str()),
        name: source.name_of(county),
        cell: estimate.map(|estimate| cell(source, estimate, plot)),
        rank_svg: rank_row(range.best, range.worst, of, &ranks),
        ranks,
        beside: (!compared.is_few() && comparable(county).is_some())
            .then(|| county.code.as_str().to_owned()),
        relations: if comparable(county).is_some() {
            relations(source, compared, place)
        } else {
            let mut why = vec![source.t("compare-not-compared")];
            why.extend(obstacles(source.lang, &county.approval.obstacles));
            why
        },
    }
}

/// An estimate without a verdict: the page holds it against other counties, not against the line.
fn cell(source: &Source<'_>, estimate: &Estimate, plot: &Plot) -> super::Cell {
    let line = source.threshold();
    let (low, high) = (estimate.interval.low, estimate.interval.high);
    let point = Point {
        estimate: Some(estimate.figure.p),
        interval: Some((low, high)),
        deciding: None,
        tone: Tone::Plain,
    };
    let spoken = source.say(
        "results-plot-plain",
        &[
            ("estimate", share(estimate.figure.p, line).into()),
            ("interval", range(low, high, line).into()),
        ],
    );
    super::Cell {
        svg: plot.row(&point, &spoken),
        ..source.plain_cell(estimate)
    }
}

/// Above whom, below whom, and from whom it cannot be told apart: by name where they are few, else how many.
fn relations(source: &Source<'_>, compared: &Compared<'_>, place: usize) -> Vec<String> {
    let others = |wanted: Shown| -> Vec<usize> {
        let all = 0..compared.names.len();
        all.filter(|other| {
            *other != place
                && compared.ranking.compares(place, *other)
                && compared.ranking.shown(place, *other) == wanted
        })
        .collect()
    };
    [
        (Shown::Above, "compare-above"),
        (Shown::Below, "compare-below"),
        (Shown::Alike, "compare-alike"),
    ]
    .into_iter()
    .filter_map(|(wanted, key)| {
        let found = others(wanted);
        let names: Vec<String> = found.iter().map(|other| compared.name(*other)).collect();
        let few = compared.is_few();
        (!found.is_empty()).then(|| {
            source.say(
                key,
                &[
                    ("named", if few { "yes" } else { "no" }.into()),
                    ("counties", source.join(&names).into()),
                    ("n", found.len().into()),
                ],
            )
        })
    })
    .collect()
}

fn groups(source: &Source<'_>, compared: &Compared<'_>) -> Vec<String> {
    if compared.ranking.pairs.is_empty() {
        return Vec::new();
    }
    let found = match compared.ranking.groups() {
        Some(found) if compared.names.len() <= 3 * FEW => found,
        _ => return vec![source.t("compare-groups-many")],
    };
    if found.is_empty() {
        return vec![source.t("compare-groups-none")];
    }
    let sentence = |group: Vec<usize>| {
        let names: Vec<String> = group.iter().map(|place| compared.name(*place)).collect();
        let args = [
            ("counties", source.join(&names).into()),
            ("n", names.len().into()),
        ];
        source.say("compare-group", &args)
    };
    found.into_iter().map(sentence).collect()
}

fn pair(source: &Source<'_>, compared: &Compared<'_>, pair: &Pair) -> PairRow {
    let names = [compared.name(pair.first), compared.name(pair.second)];
    let key = match pair.shown {
        Shown::Above => "compare-pair-above",
        Shown::Below => "compare-pair-below",
        Shown::Alike => "compare-pair-alike",
    };
    PairRow {
        difference: points(pair.change.difference, 0.0),
        error: source.lang.number(100.0 * pair.change.variance.sqrt(), 2),
        p: p_value(source, pair.p_adjusted),
        shown: source.say(
            key,
            &[
                ("first", names[0].clone().into()),
                ("second", names[1].clone().into()),
            ],
        ),
        differs: pair.shown != Shown::Alike,
        names,
    }
}

/// Three decimals, on its side of 0.05; below a thousandth only that.
fn p_value(source: &Source<'_>, p: f64) -> String {
    if p < 0.001 {
        return "<0.001".to_owned();
    }
    let places = if (p - 0.05).abs() < 5e-4 { 5 } else { 3 };
    source.lang.number(p, places)
}
