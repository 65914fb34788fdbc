//! The file that describes a wave: `wave.toml`.
//!
//! Names of imports, period, and either a whole plan or only the sample, with the standard plan
//! around it. Local times are read in the instance's zone.

use serde::Deserialize;

use super::Draft;
use crate::survey::plan::{SamplePlan, WavePlan};
use crate::survey::questionnaire::{DEFAULT_2026, Questionnaire, QuestionnaireError, Text};
use crate::survey::time::Zone;
use crate::survey::wave::{NewWave, WaveSlug};

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
    frame: String,
    margins: String,
    base_wave: Option<WaveSlug>,
    sample: Option<SamplePlan>,
    plan: Option<WavePlan>,
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
    /// Neither or both of `sample` and `plan`.
    #[error("give either [sample] or a whole [plan]")]
    SampleOrPlan,
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
    let plan = match (file.plan, file.sample) {
        (Some(plan), None) => plan,
        (None, Some(sample)) => WavePlan::standard(sample.unit, sample.counties),
        _ => return Err(WaveFileError::SampleOrPlan),
    };
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(draft.plan.approval.item, "q1");
        assert_eq!(draft.questionnaire.id, "default-2026");
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(refuse(&FILE.replace("2026-11-01", "soon")).starts_with("opens_at: \"soon\""));
        assert!(refuse(&FILE.replace("margins", "margin")).contains("margin"));
        let without = FILE.split("[sample]").next().unwrap();
        assert_eq!(refuse(without), "give either [sample] or a whole [plan]");
        let other = FILE.replace("frame =", "questionnaire = \"q.toml\"\nframe =");
        assert_eq!(refuse(&other), "questionnaire: no file q.toml");
    }
}
