//! The design of a wave before there is one: invitations by county, what they are expected to bring, and what can
//! be shown with it.
//!
//! For: the design page. Uses: `stats::sampling`, the same functions as `minyi sample size`. Promises: what the
//! draw would refuse is refused here, in its words; without finite population correction, like the estimates.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::app::App;
use super::waves::WaveError;
use crate::stats::sampling::SamplingError;
use crate::stats::sampling::allocation::{Method, Question, Stratum, allocation};
use crate::stats::sampling::power::{VerdictProbabilities, verdict_probabilities};
use crate::stats::sampling::size::{Expected, margin_of_error};
use crate::storage::office::{area, frame, margin, wave};
use crate::survey::account::Account;
use crate::survey::area::{Area, AreaCode};
use crate::survey::frame::Frame;
use crate::survey::ids::FrameId;
use crate::survey::plan::{CountySample, SamplePlan};
use crate::survey::questionnaire::SampledUnit;
use crate::survey::role::Action;
use crate::survey::sample::{SampleProblem, planned_strata};
use crate::survey::wave::{Wave, WaveKind};

/// Rates that are tried as the true one.
pub const TRUTHS: [f64; 5] = [0.91, 0.92, 0.93, 0.94, 0.95];
/// Confidence of the margin.
const LEVEL: f64 = 0.95;

/// How invitations are shared among counties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sharing {
    /// Every county the same: each is judged by itself.
    #[default]
    Equal,
    /// By the square root of the addresses (Bankier's power allocation with q = ½).
    SquareRoot,
    /// By the addresses.
    Proportional,
    /// As typed for each county.
    Own,
}

impl Sharing {
    /// All ways.
    pub const ALL: [Self; 4] = [Self::Equal, Self::SquareRoot, Self::Proportional, Self::Own];

    /// The word that forms send.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::SquareRoot => "square-root",
            Self::Proportional => "proportional",
            Self::Own => "own",
        }
    }

    /// The way of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == word)
    }
}

/// What is planned with.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Invitations of all counties.
    pub invitations: u32,
    /// Communities and villages to draw in each county.
    pub psus: u32,
    /// How invitations are shared.
    pub sharing: Sharing,
    /// Invitations and communities as typed, by county.
    pub own: BTreeMap<AreaCode, (u32, u32)>,
    /// Share of the invitations that will be answered.
    pub response_rate: f64,
    /// Design effect.
    pub deff: f64,
    /// The threshold of the verdict.
    pub threshold: f64,
    /// What an invitation costs.
    pub price: Option<f64>,
}

/// What there is to plan with.
#[derive(Debug)]
pub struct Material {
    /// Names of frames, the newest first.
    pub frames: Vec<String>,
    /// Names of margins, the newest first.
    pub margins: Vec<String>,
    /// Earlier waves with a sample, the newest first.
    pub waves: Vec<Wave>,
    /// The counties.
    pub counties: Vec<Area>,
    /// The chosen frame.
    pub frame: Option<Arc<Frame>>,
}

/// The frame that was planned with last: another number typed does not read fifty thousand places again. A frame never
/// changes under its id.
#[derive(Clone, Debug, Default)]
pub struct LastFrame(Arc<Mutex<Option<Known>>>);

/// A frame and its id.
type Known = (FrameId, Arc<Frame>);

impl LastFrame {
    fn get(&self, id: FrameId) -> Option<Arc<Frame>> {
        let last = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        last.filter(|(known, _)| *known == id)
            .map(|(_, frame)| frame)
    }

    fn set(&self, id: FrameId, frame: &Arc<Frame>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((id, frame.clone()));
    }
}

/// A county of the design.
#[derive(Debug, Clone, PartialEq)]
pub struct CountyDesign {
    /// Its code.
    pub county: AreaCode,
    /// Communities and villages in the frame.
    pub communities: usize,
    /// Listed addresses.
    pub addresses: u64,
    /// Communities and villages to draw.
    pub psus: u32,
    /// Invitations to send.
    pub invitations: u32,
    /// Answers to be expected.
    pub answers: f64,
    /// Half width of the 95 % interval at the threshold.
    pub margin: Option<f64>,
    /// What each verdict's probability is, for each of [`TRUTHS`].
    pub verdicts: Option<[VerdictProbabilities; TRUTHS.len()]>,
    /// Degrees of freedom of its estimates: variance units less strata.
    pub df: usize,
}

/// A design.
#[derive(Debug, Default)]
pub struct Design {
    /// Counties by code.
    pub counties: Vec<CountyDesign>,
    /// Why it cannot be drawn.
    pub problems: Vec<SampleProblem>,
    /// What it costs.
    pub cost: Option<f64>,
}

impl Design {
    /// The counties as a plan has them: those that are invited.
    #[must_use]
    pub fn sample(&self) -> Vec<CountySample> {
        let line = |county: &CountyDesign| CountySample {
            county: county.county.clone(),
            psus: county.psus,
            invitations: county.invitations,
        };
        let invited = self.counties.iter().filter(|county| county.invitations > 0);
        invited.map(line).collect()
    }
}

/// What there is to plan with; the frame of this name, or the newest where there is none of this name.
pub async fn material(
    app: &App,
    person: &Account,
    frame_name: Option<&str>,
) -> Result<Material, WaveError> {
    if !person.may(Action::RunWave) {
        return Err(WaveError::Denied);
    }
    let mut tx = app.office.0.begin_read("plan a wave").await?;
    let mut conn = tx.conn();
    let mut frames = frame::list(&mut conn).await?;
    frames.reverse();
    let mut margins = margin::list(&mut conn).await?;
    margins.reverse();
    let named = frame_name.and_then(|name| frames.iter().find(|frame| frame.name == name));
    let chosen = named.or(frames.first());
    let frame = match chosen {
        None => None,
        Some(chosen) => Some(if let Some(known) = app.last_frame.get(chosen.id) {
            known
        } else {
            let read = Arc::new(frame::get_units(&mut conn, chosen).await?);
            app.last_frame.set(chosen.id, &read);
            read
        }),
    };
    let areas = area::list(&mut conn).await?;
    let mut waves = wave::list(&mut conn).await?;
    waves.retain(|wave| wave.kind == WaveKind::Probability);
    Ok(Material {
        frames: frames.into_iter().map(|frame| frame.name).collect(),
        margins: margins.into_iter().map(|margins| margins.name).collect(),
        waves,
        counties: areas.counties().cloned().collect(),
        frame,
    })
}

/// The design of what was asked.
pub fn design(asked: &Asked, frame: &Frame) -> Result<Design, SamplingError> {
    let mut sizes: BTreeMap<AreaCode, (usize, u64)> = BTreeMap::new();
    for unit in frame.units() {
        let size = sizes.entry(unit.county.clone()).or_default();
        size.0 += 1;
        size.1 += u64::from(unit.addresses);
    }
    let shares = shares(asked, &sizes)?;
    let mut found = Design::default();
    // Counties with as many answers have the same chances.
    let mut known: BTreeMap<u64, [VerdictProbabilities; TRUTHS.len()]> = BTreeMap::new();
    for ((county, (communities, addresses)), invitations) in sizes.into_iter().zip(shares) {
        let own = asked
            .own
            .get(&county)
            .filter(|_| asked.sharing == Sharing::Own);
        let available = u32::try_from(communities).unwrap_or(u32::MAX);
        let answers = f64::from(invitations) * asked.response_rate;
        let enough = answers >= asked.deff.max(1.0);
        let verdicts = if enough {
            let key = answers.to_bits();
            let chances = match known.get(&key) {
                Some(chances) => *chances,
                None => chances(asked, answers)?,
            };
            known.insert(key, chances);
            Some(chances)
        } else {
            None
        };
        found.counties.push(CountyDesign {
            communities,
            addresses,
            psus: own.map_or(asked.psus.min(available), |(_, psus)| *psus),
            invitations,
            answers,
            margin: if enough {
                Some(margin(asked, answers)?)
            } else {
                None
            },
            verdicts,
            df: 0,
            county,
        });
    }
    found.cost = asked.price.map(|price| {
        let all = found
            .counties
            .iter()
            .map(|county| f64::from(county.invitations));
        price * all.sum::<f64>()
    });
    found.degrees(frame);
    Ok(found)
}

impl Design {
    /// What the draw says to it: degrees of freedom by county, or why it cannot be drawn.
    fn degrees(&mut self, frame: &Frame) {
        let plan = SamplePlan {
            unit: SampledUnit::Person,
            counties: self.sample(),
        };
        match planned_strata(&plan, frame) {
            Err(problems) => self.problems = problems,
            Ok(strata) => {
                for county in &mut self.counties {
                    let own = strata.iter().filter(|s| s.county == county.county);
                    // A community that is certain to be drawn is a stratum of two halves.
                    let free = own.map(|s| s.variance_units().saturating_sub(1) + s.certainties());
                    county.df = free.sum();
                }
            }
        }
    }
}

/// Invitations of each county.
fn shares(
    asked: &Asked,
    sizes: &BTreeMap<AreaCode, (usize, u64)>,
) -> Result<Vec<u32>, SamplingError> {
    let (method, q) = match asked.sharing {
        // Before anything is typed, typing begins with equal shares.
        Sharing::Own if !asked.own.is_empty() => {
            let own = |county| {
                asked
                    .own
                    .get(county)
                    .map_or(0, |(invitations, _)| *invitations)
            };
            return Ok(sizes.keys().map(own).collect());
        }
        Sharing::Equal | Sharing::Own => (Method::Equal, None),
        Sharing::SquareRoot => (Method::Power, Some(0.5)),
        Sharing::Proportional => (Method::Proportional, None),
    };
    let stratum = |(county, (_, addresses)): (&AreaCode, &(usize, u64))| {
        let addresses = real(*addresses);
        Stratum {
            id: county.to_string(),
            population: addresses,
            deviation: Some(1.0),
            importance: Some(addresses),
            mean: Some(1.0),
            cost: None,
        }
    };
    let question = Question {
        method,
        n: f64::from(asked.invitations),
        q,
        min_per_stratum: 0.0,
        strata: sizes.iter().map(stratum).collect(),
    };
    let whole = allocation(&question)?.n_h_integer;
    Ok(whole
        .into_iter()
        .map(|n| u32::try_from(n).unwrap_or(u32::MAX))
        .collect())
}

fn margin(asked: &Asked, answers: f64) -> Result<f64, SamplingError> {
    margin_of_error(&Expected {
        p: asked.threshold,
        n: answers,
        level: LEVEL,
        deff: asked.deff,
        population: None,
    })
}

fn chances(
    asked: &Asked,
    answers: f64,
) -> Result<[VerdictProbabilities; TRUTHS.len()], SamplingError> {
    let of = |truth| verdict_probabilities(truth, asked.threshold, answers, asked.deff);
    let [a, b, c, d, e] = TRUTHS;
    Ok([of(a)?, of(b)?, of(c)?, of(d)?, of(e)?])
}

#[expect(clippy::cast_precision_loss, reason = "addresses of a county")]
fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::service::import::{read_areas, read_frame};
    use crate::survey::sample::draw;

    fn frame() -> Frame {
        let areas = read_areas(include_bytes!("../../examples/yangquan/areas.csv")).unwrap();
        read_frame(include_bytes!("../../examples/yangquan/frame.csv"), &areas).unwrap()
    }

    fn asked(sharing: Sharing) -> Asked {
        Asked {
            invitations: 10_000,
            psus: 40,
            sharing,
            own: BTreeMap::new(),
            response_rate: 0.4,
            deff: 1.5,
            threshold: 0.90,
            price: Some(1.2),
        }
    }

    #[test]
    fn equal_shares_of_ten_thousand_have_the_published_chances() {
        let found = design(&asked(Sharing::Equal), &frame()).unwrap();
        assert!(found.problems.is_empty());
        assert!((found.cost.unwrap() - 12_000.0).abs() < 1e-9);
        for county in &found.counties {
            assert_eq!((county.invitations, county.psus), (2_000, 40));
            // 800 answers, design effect 1.5: ±2.5 points, and the table of probabilities of a verdict.
            assert!((county.margin.unwrap() - 0.0255).abs() < 0.0003);
            let shown = county.verdicts.unwrap().map(|chance| chance.shown);
            for (shown, table) in shown.into_iter().zip([0.16, 0.44, 0.77]) {
                assert!((shown - table).abs() < 0.011, "{shown} {table}");
            }
        }
    }

    #[test]
    fn degrees_of_freedom_are_those_of_the_drawn_sample() {
        let frame = frame();
        for (sharing, psus) in [(Sharing::Equal, 40), (Sharing::Proportional, 90)] {
            let asked = Asked {
                psus,
                ..asked(sharing)
            };
            let found = design(&asked, &frame).unwrap();
            let plan = SamplePlan {
                unit: SampledUnit::Person,
                counties: found.sample(),
            };
            let drawn = draw(&plan, &frame, &[9; 32]).unwrap();
            for county in &found.counties {
                let strata = drawn
                    .strata
                    .iter()
                    .filter(|s| s.county == county.county)
                    .count();
                let own = drawn.psus.iter().filter(|psu| psu.county == county.county);
                let units: BTreeSet<_> = own.map(|psu| &psu.variance_unit).collect();
                assert_eq!(county.df, units.len() - strata, "{} {psus}", county.county);
            }
        }
    }

    #[test]
    fn every_way_of_sharing_gives_out_what_was_asked() {
        let frame = frame();
        let [equal, root, proportional] =
            [Sharing::Equal, Sharing::SquareRoot, Sharing::Proportional]
                .map(|way| design(&asked(way), &frame).unwrap());
        for found in [&equal, &root, &proportional] {
            let sum: u32 = found.counties.iter().map(|c| c.invitations).sum();
            assert_eq!(sum, 10_000);
        }
        let addresses: u64 = equal.counties.iter().map(|c| c.addresses).sum();
        let roots: f64 = equal
            .counties
            .iter()
            .map(|c| real(c.addresses).sqrt())
            .sum();
        for (a, b) in proportional.counties.iter().zip(&root.counties) {
            let share = 10_000.0 * real(a.addresses) / real(addresses);
            assert!((f64::from(a.invitations) - share).abs() <= 1.0);
            let share = 10_000.0 * real(b.addresses).sqrt() / roots;
            assert!((f64::from(b.invitations) - share).abs() <= 1.0);
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_said_and_nothing_can_be_shown_with_nobody() {
        let mut small = asked(Sharing::Own);
        let county = AreaCode::parse("140302").unwrap();
        small.own.insert(county.clone(), (100, 40));
        let found = design(&small, &frame()).unwrap();
        assert!(!found.problems.is_empty());
        let of = |code: &AreaCode| found.counties.iter().find(|c| c.county == *code).unwrap();
        assert_eq!(of(&county).invitations, 100);
        let other = AreaCode::parse("140303").unwrap();
        assert_eq!((of(&other).invitations, of(&other).margin), (0, None));
        assert_eq!(
            found.sample().len(),
            1,
            "who invites nobody there takes the county out"
        );
        small.own.clear();
        let begun = design(&small, &frame()).unwrap();
        assert!(
            begun
                .counties
                .iter()
                .all(|county| county.invitations == 2_000)
        );
    }
}
