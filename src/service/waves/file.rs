//! The file that describes a wave: `wave.toml`.
//!
//! Names of imports, period, and either a whole plan or only the sample, with the standard plan
//! around it; or the few lines of an open wave, which has neither frame nor margins. Local times are read in the instance's zone.

use serde::Deserialize;

use super::Draft;
use crate::survey::plan::{OpenPlan, Plan, SamplePlan, WavePlan};
use crate::survey::questionnaire::{DEFAULT_2026, Questionnaire, QuestionnaireError, Text};
use crate::survey::seeds::SeedPlan;
use crate::survey::time::Zone;
use crate::survey::wave::{NewWave, WaveKind, WaveSlug};

/// Name of the questionnaire that is built in.
const BUILT_IN: &str = "default-2026";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WaveFile {
    slug: WaveSlug,
    title: Text,
    opens_at: String,
    closes_at: String,
    #[serde(default)]
    synthetic: bool,
    #[serde(default = "built_in")]
    questionnaire: String,
    frame: Option<String>,
    margins: Option<String>,
    base_wave: Option<WaveSlug>,
    sample: Option<SamplePlan>,
    plan: Option<WavePlan>,
    open: Option<OpenPlan>,
    seeds: Option<SeedPlan>,
    /// The year under evaluation.
    year: Option<i32>,
}

fn built_in() -> String {
    BUILT_IN.to_owned()
}

/// Why a wave file was refused.
#[derive(Debug, thiserror::Error)]
pub enum WaveFileError {
    /// Not TOML, or a field is missing, unknown or of another type.
    #[error("the wave file cannot be read: {0}")]
    Syntax(String),
    /// A time is no time.
    #[error("{field}: \"{text}\" is no date and time")]
    Time {
        /// The field.
        field: &'static str,
        /// What it says.
        text: String,
    },
    /// Not exactly one of `sample`, `plan` and `open`.
    #[error("give either [sample] or a whole [plan], or [open] for an open wave")]
    SampleOrPlan,
    /// A wave with a sample needs frame and margins.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// An open wave has neither frame nor margins nor an earlier wave to be compared with.
    #[error("an open wave has no {0}")]
    NotOpen(&'static str),
    /// Beside the plan and in it.
    #[error("{0} stands in the plan already")]
    Twice(&'static str),
    /// The questionnaire's file could not be had.
    #[error("questionnaire: {0}")]
    NoQuestionnaire(String),
    /// The questionnaire is refused.
    #[error(transparent)]
    Questionnaire(#[from] QuestionnaireError),
}

/// Reads a wave file; `open` gives the text of the questionnaire's file by the name it has there.
pub fn read(
    text: &str,
    zone: &Zone,
    open: impl Fn(&str) -> Result<String, String>,
) -> Result<Draft, WaveFileError> {
    let file: WaveFile =
        toml::from_str(text).map_err(|error| WaveFileError::Syntax(error.to_string()))?;
    let time = |field, text: &str| {
        zone.parse(text).map_err(|_| WaveFileError::Time {
            field,
            text: text.to_owned(),
        })
    };
    let plan = match (file.plan, file.sample, file.open) {
        (Some(plan), None, None) => Plan::Probability(Box::new(plan)),
        (None, Some(sample), None) => {
            let plan = WavePlan::standard(sample.unit, sample.counties);
            Plan::Probability(Box::new(plan))
        }
        (None, None, Some(open)) => Plan::Open(open),
        _ => return Err(WaveFileError::SampleOrPlan),
    };
    let plan = announcing(plan, file.seeds)?;
    let plan = naming(plan, file.year)?;
    let given = [
        ("frame", file.frame.is_some()),
        ("margins", file.margins.is_some()),
        ("base_wave", file.base_wave.is_some()),
    ];
    for (field, given) in given {
        match plan.kind() {
            WaveKind::Open if given => return Err(WaveFileError::NotOpen(field)),
            WaveKind::Probability if !given && field != "base_wave" => {
                return Err(WaveFileError::Missing(field));
            }
            _ => {}
        }
    }
    let questionnaire = if file.questionnaire == BUILT_IN {
        Questionnaire::from_toml(DEFAULT_2026)?
    } else {
        let text = open(&file.questionnaire).map_err(WaveFileError::NoQuestionnaire)?;
        Questionnaire::from_toml(&text)?
    };
    Ok(Draft {
        wave: NewWave {
            slug: file.slug,
            titles: file.title,
            opens_at: time("opens_at", &file.opens_at)?,
            closes_at: time("closes_at", &file.closes_at)?,
            synthetic: file.synthetic,
        },
        questionnaire,
        plan,
        frame: file.frame,
        margins: file.margins,
        base_wave: file.base_wave,
    })
}

/// The plan with what stands beside it of seeded answers.
fn announcing(plan: Plan, seeds: Option<SeedPlan>) -> Result<Plan, WaveFileError> {
    match (plan, seeds) {
        (plan, None) => Ok(plan),
        (Plan::Open(_), Some(_)) => Err(WaveFileError::NotOpen("seeds")),
        (Plan::Probability(plan), Some(_)) if plan.seeds.is_some() => {
            Err(WaveFileError::Twice("seeds"))
        }
        (Plan::Probability(mut plan), seeds) => {
            plan.seeds = seeds;
            Ok(Plan::Probability(plan))
        }
    }
}

/// The plan with the year under evaluation that stands beside it.
fn naming(plan: Plan, year: Option<i32>) -> Result<Plan, WaveFileError> {
    match (plan, year) {
        (plan, None) => Ok(plan),
        (Plan::Open(_), Some(_)) => Err(WaveFileError::NotOpen("year")),
        (Plan::Probability(plan), Some(_)) if plan.year.is_some() => {
            Err(WaveFileError::Twice("year"))
        }
        (Plan::Probability(mut plan), year) => {
            plan.year = year;
            Ok(Plan::Probability(plan))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::area::AreaCode;

    const FILE: &str = r#"
        slug = "2026q4"
        title = { zh-CN = "轮次", en = "Wave" }
        opens_at = "2026-11-01"
        closes_at = "2026-11-30T20:00"
        frame = "f"
        margins = "m"
        [sample]
        unit = "person"
        counties = [{ county = "140302", psus = 40, invitations = 2000 }]
    "#;

    fn refuse(text: &str) -> String {
        let none = |name: &str| Err(format!("no file {name}"));
        read(text, &Zone::shanghai(), none).unwrap_err().to_string()
    }

    #[test]
    fn a_sample_gets_the_standard_plan_and_local_times_the_zone() {
        let draft = read(FILE, &Zone::shanghai(), |_| Err(String::new())).unwrap();
        assert_eq!(draft.wave.closes_at.to_string(), "2026-11-30T12:00:00Z");
        let Plan::Probability(plan) = &draft.plan else {
            panic!("{:?}", draft.plan)
        };
        assert_eq!(plan.approval.item, "q1");
        assert_eq!(draft.questionnaire.id, "default-2026");
    }

    #[test]
    fn an_open_wave_needs_its_counties_only_and_has_no_frame() {
        let head = FILE.split("frame =").next().unwrap();
        let open = format!("{head}[open]\ncounties = [\"140302\"]");
        let draft = read(&open, &Zone::shanghai(), |_| Err(String::new())).unwrap();
        let county = AreaCode::parse("140302").unwrap();
        assert_eq!(draft.plan, Plan::Open(OpenPlan::standard(vec![county])));
        let framed = FILE.split("[sample]").next().unwrap();
        let framed = format!("{framed}[open]\ncounties = [\"140302\"]");
        assert_eq!(refuse(&framed), "an open wave has no frame");
        let (_, sampled) = FILE.split_once("[sample]").unwrap();
        let bare = format!("{head}[sample]{sampled}");
        assert_eq!(refuse(&bare), "frame is missing");
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(refuse(&FILE.replace("2026-11-01", "soon")).starts_with("opens_at: \"soon\""));
        assert!(refuse(&FILE.replace("margins", "margin")).contains("margin"));
        let without = FILE.split("[sample]").next().unwrap();
        assert_eq!(
            refuse(without),
            "give either [sample] or a whole [plan], or [open] for an open wave"
        );
        let other = FILE.replace("frame =", "questionnaire = \"q.toml\"\nframe =");
        assert_eq!(refuse(&other), "questionnaire: no file q.toml");
    }

    #[test]
    fn seeds_stand_beside_the_sample_or_in_the_plan_and_not_in_both() {
        let none = |name: &str| Err(format!("no file {name}"));
        let with = format!("{FILE}\n[seeds]\nmost = 40\ndays = 7");
        let draft = read(&with, &Zone::shanghai(), none).unwrap();
        let seeds = SeedPlan { most: 40, days: 7 };
        assert_eq!(draft.plan.seeds(), Some(seeds));
        // A plan without them is the text that it was before there were any.
        let plain = read(FILE, &Zone::shanghai(), none).unwrap();
        assert!(!plain.plan.to_json().contains("seeds"));
        assert!(
            draft
                .plan
                .to_json()
                .ends_with("\"seeds\":{\"most\":40,\"days\":7}}")
        );
        assert_ne!(draft.plan.digest(), plain.plan.digest());
        assert!(refuse(&format!("{with}\nall = 1")).contains("cannot be read"));
        let twice = announcing(draft.plan, Some(seeds)).unwrap_err();
        assert_eq!(twice.to_string(), "seeds stands in the plan already");
    }

    #[test]
    fn the_year_under_evaluation_is_part_of_the_plan_where_the_file_names_it() {
        let none = |name: &str| Err(format!("no file {name}"));
        let with = FILE.replace("frame =", "year = 2026\nframe =");
        let draft = read(&with, &Zone::shanghai(), none).unwrap();
        assert_eq!(draft.plan.year(), Some(2026));
        // A plan without it is the text that it was before there was any.
        let plain = read(FILE, &Zone::shanghai(), none).unwrap();
        assert_eq!(plain.plan.year(), None);
        assert!(!plain.plan.to_json().contains("year"));
        assert!(draft.plan.to_json().ends_with("\"year\":2026}"));
        assert_ne!(draft.plan.digest(), plain.plan.digest());
        let head = FILE.split("frame =").next().unwrap();
        let open = format!("{head}\nyear = 2026\n[open]\ncounties = [\"140302\"]");
        assert_eq!(refuse(&open), "an open wave has no year");
        let twice = naming(draft.plan, Some(2026)).unwrap_err();
        assert_eq!(twice.to_string(), "year stands in the plan already");
    }
}
