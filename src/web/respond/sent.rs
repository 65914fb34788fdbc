//! What a form sends: the answers, and the fields that are not answers.
//!
//! Fields whose name begins with an underscore are ours; every other field is an item of the
//! questionnaire. Promises: nothing of it is in any `Debug` or log.

use super::instance::Instance;
use super::open::RESIDENCE;
use super::view::direction_of;
use crate::i18n::Lang;
use crate::service::intake::Submission;
use crate::survey::response::{Direction, Mode};

/// One sent form, or a blank one.
pub(super) struct Sent {
    pub(super) instance: Instance,
    pub(super) direction: Direction,
    pub(super) code: String,
    pub(super) answers: Vec<(String, String)>,
    /// Urban or rural, as the first page of an open wave asks; else empty.
    pub(super) residence: String,
    /// Whether the interview was quicker than the plan's limit; only script can tell.
    fast: Option<bool>,
}

impl Sent {
    /// The form of a first visit.
    pub(super) const fn blank(instance: Instance) -> Self {
        Self {
            instance,
            direction: instance.direction(),
            code: String::new(),
            answers: Vec::new(),
            residence: String::new(),
            fast: None,
        }
    }

    /// Reads the fields. A form without a sound instance is none of ours.
    pub(super) fn read(fields: Vec<(String, String)>) -> Option<Self> {
        let (own, answers): (Vec<_>, Vec<_>) = fields
            .into_iter()
            .partition(|(name, _)| name.starts_with('_'));
        let field = |name: &str| {
            own.iter()
                .find(|(own, _)| own == name)
                .map(|(_, v)| v.as_str())
        };
        Some(Self {
            instance: Instance::parse(field("_instance")?)?,
            direction: direction_of(field("_direction")?),
            code: field("_code").unwrap_or_default().to_owned(),
            residence: field(RESIDENCE).unwrap_or_default().to_owned(),
            fast: match field("_fast") {
                Some("1") => Some(true),
                Some("0") => Some(false),
                _ => None,
            },
            answers,
        })
    }

    /// The same with nothing to give back to a phone that has it all.
    pub(super) const fn emptied(&self) -> Self {
        Self {
            instance: self.instance,
            direction: self.direction,
            code: String::new(),
            answers: Vec::new(),
            residence: String::new(),
            fast: self.fast,
        }
    }

    /// The same as the intake takes it.
    pub(super) fn submission(&self, wave: &str, county: &str, lang: Lang) -> Submission {
        Submission {
            wave_slug: wave.to_owned(),
            code: self.code.clone(),
            county_in_path: county.to_owned(),
            instance_id: *self.instance.as_bytes(),
            form: self.answers.clone(),
            language: lang.tag().to_owned(),
            mode: if self.fast.is_some() {
                Mode::Web
            } else {
                Mode::Plain
            },
            direction: self.direction,
            fast: self.fast,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn separates_answers_from_our_own_fields() {
        let instance = "0f".repeat(16);
        let sent = Sent::read(fields(&[
            ("_instance", &instance),
            ("_direction", "1"),
            ("_code", "abc"),
            ("_fast", "0"),
            ("q1", "2"),
            ("q6", "1"),
            ("q6", "3"),
        ]))
        .unwrap();
        let submission = sent.submission("2026q4", "140321", Lang::En);
        assert_eq!(
            submission.form,
            fields(&[("q1", "2"), ("q6", "1"), ("q6", "3")])
        );
        assert_eq!(
            (submission.code.as_str(), submission.language.as_str()),
            ("abc", "en")
        );
        assert_eq!(
            (submission.direction, submission.fast),
            (Direction::Reverse, Some(false))
        );
        assert_eq!(
            (submission.mode, submission.instance_id),
            (Mode::Web, [15; 16])
        );
    }

    #[test]
    fn without_script_the_mode_is_plain_and_the_pace_unknown() {
        let instance = "0f".repeat(16);
        let own = [
            ("_instance", instance.as_str()),
            ("_direction", "0"),
            ("_fast", ""),
        ];
        let submission =
            Sent::read(fields(&own))
                .unwrap()
                .submission("2026q4", "140321", Lang::ZhCn);
        assert_eq!((submission.mode, submission.fast), (Mode::Plain, None));
    }

    #[test]
    fn a_form_without_instance_is_not_ours() {
        assert!(Sent::read(fields(&[("q1", "2"), ("_direction", "0")])).is_none());
        assert!(Sent::read(fields(&[("_instance", "xyz"), ("_direction", "0")])).is_none());
    }
}
