//! What is typed at the desk, as a questionnaire that may have gaps.
//!
//! Promises: a field that was not sent changes nothing; what no questionnaire can hold is named with its field.

use std::collections::BTreeMap;

use crate::survey::questionnaire::draft::{empty_text, shift};
use crate::survey::questionnaire::{
    Choice, Condition, ItemSpec, KindName, QuestionnaireSpec, Role, SampledUnit, Shuffle, Text,
};

/// Fields as a browser sends them.
pub(super) type Fields = BTreeMap<String, String>;

/// Longest id, code and sentence, in characters.
const LONGEST: usize = 1_000;

/// Options that are read at most; more than a question may have, so that too many are named.
const MOST_OPTIONS: usize = 60;

/// What a button asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Store what was typed.
    Save,
    /// Add a question, or an option.
    Add,
    /// Move the one at this place.
    Move {
        /// From where.
        place: usize,
        /// In which direction.
        down: bool,
    },
    /// Take the one at this place out.
    Drop(usize),
}

impl Act {
    /// What the pressed button says.
    pub(super) fn read(fields: &Fields) -> Self {
        let word = fields.get("act").map_or("", String::as_str);
        let (what, place) = word.split_once('-').unwrap_or((word, ""));
        let place = place.parse().unwrap_or(usize::MAX);
        match what {
            "add" => Self::Add,
            "up" => Self::Move { place, down: false },
            "down" => Self::Move { place, down: true },
            "drop" => Self::Drop(place),
            _ => Self::Save,
        }
    }
}

fn typed<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.get(name).map(|text| text.trim())
}

fn is_set(fields: &Fields, name: &str) -> bool {
    fields.contains_key(name)
}

/// The sentences `name-0`, `name-1`, … of the languages.
fn text(fields: &Fields, name: &str, languages: &[String], into: &mut Text) {
    for (place, tag) in languages.iter().enumerate() {
        if let Some(words) = typed(fields, &format!("{name}-{place}")) {
            let words = words.replace("\r\n", "\n");
            into.set(tag, &words.chars().take(LONGEST).collect::<String>());
        }
    }
}

/// Title and opening.
pub(super) fn read_head(fields: &Fields, into: &mut QuestionnaireSpec) {
    let languages = into.languages.clone();
    text(fields, "title", &languages, &mut into.title);
    text(fields, "opening", &languages, &mut into.opening);
}

/// A question; the field that no questionnaire can hold, if there is one.
pub(super) fn read_item(
    fields: &Fields,
    place: usize,
    into: &mut QuestionnaireSpec,
) -> Option<&'static str> {
    let languages = into.languages.clone();
    if let Some(id) = typed(fields, "id") {
        into.rename_item(place, &id.chars().take(LONGEST).collect::<String>());
    }
    let item = into.items.get_mut(place)?;
    let mut refused = None;
    text(fields, "text", &languages, &mut item.text);
    match typed(fields, "role") {
        Some("screen") => item.role = Role::Screen,
        Some("demographic") => item.role = Role::Demographic,
        Some("substantive") => item.role = Role::Substantive,
        Some("conduct") => item.role = Role::Conduct,
        _ => {}
    }
    match typed(fields, "kind") {
        Some("single") => item.kind = KindName::Single,
        Some("multiple") => item.kind = KindName::Multiple,
        _ => {}
    }
    match typed(fields, "max") {
        None => {}
        Some("") => item.max = None,
        Some(number) => match number.parse() {
            Ok(max) => item.max = Some(max),
            Err(_) => refused = Some("max"),
        },
    }
    match typed(fields, "shuffle") {
        Some("none") => item.shuffle = Shuffle::None,
        Some("ends") => item.shuffle = Shuffle::Ends,
        Some("all") => item.shuffle = Shuffle::All,
        _ => {}
    }
    if is_set(fields, "marks") {
        item.reverse = is_set(fields, "reverse");
        item.optional = is_set(fields, "optional");
    }
    condition(fields, item);
    options(fields, &languages, item);
    refused
}

/// `if` names an earlier question or a sampled unit, `if-CODE` are the codes of the question that `if-was` names.
fn condition(fields: &Fields, item: &mut ItemSpec) {
    let Some(chosen) = typed(fields, "if") else {
        return;
    };
    item.asked_if = match chosen.split_once(':') {
        Some(("sampled", "person")) => Some(Condition::Sampled {
            sampled: SampledUnit::Person,
        }),
        Some(("sampled", "household")) => Some(Condition::Sampled {
            sampled: SampledUnit::Household,
        }),
        Some(("item", earlier)) => {
            let is_same = typed(fields, "if-was") == Some(earlier);
            let codes = fields
                .keys()
                .filter_map(|name| name.strip_prefix("if-code-"));
            Some(Condition::Answered {
                item: earlier.to_owned(),
                any_of: codes.filter(|_| is_same).map(str::to_owned).collect(),
            })
        }
        _ => None,
    };
}

/// Options stand in fields `o0-code`, `o0-text-0`, `o0-approves`, …
fn options(fields: &Fields, languages: &[String], item: &mut ItemSpec) {
    let before = std::mem::take(&mut item.options);
    if !is_set(fields, "o0-code") && !is_set(fields, "marks") {
        item.options = before;
        return;
    }
    for place in 0..MOST_OPTIONS {
        let Some(code) = typed(fields, &format!("o{place}-code")) else {
            break;
        };
        let code: String = code.chars().take(LONGEST).collect();
        let mut option = match before.get(place) {
            Some(known) => Choice::plain(&code, known.text.clone()),
            None => Choice::plain(&code, empty_text(languages)),
        };
        text(
            fields,
            &format!("o{place}-text"),
            languages,
            &mut option.text,
        );
        for (mark, _) in option.clone().marks() {
            option.mark(mark, is_set(fields, &format!("o{place}-{mark}")));
        }
        item.options.push(option);
    }
}

/// Does what a button asks to the options of a question.
pub(super) fn act_on_options(act: Act, languages: &[String], item: &mut ItemSpec) {
    match act {
        Act::Save => {}
        Act::Add => item.add_option(languages),
        Act::Move { place, down } => shift(&mut item.options, place, down),
        Act::Drop(place) => {
            if place < item.options.len() {
                item.options.remove(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::questionnaire::{DEFAULT_2026, Questionnaire};

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let pair = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        pairs.iter().map(pair).collect()
    }

    fn default() -> QuestionnaireSpec {
        Questionnaire::from_toml(DEFAULT_2026).unwrap().into()
    }

    #[test]
    fn fields_that_were_not_sent_change_nothing() {
        let mut spec = default();
        for place in 0..spec.items.len() {
            assert_eq!(read_item(&fields(&[]), place, &mut spec), None);
        }
        read_head(&fields(&[]), &mut spec);
        assert_eq!(spec, default());
    }

    #[test]
    fn codes_count_only_for_the_question_that_they_were_shown_for() {
        let mut spec = default();
        let sent = [
            ("if", "item:q1"),
            ("if-was", "q1"),
            ("if-code-3", "on"),
            ("if-code-4", "on"),
        ];
        read_item(&fields(&sent), 3, &mut spec);
        let wanted = Condition::Answered {
            item: "q1".into(),
            any_of: vec!["3".into(), "4".into()],
        };
        assert_eq!(spec.items[3].asked_if, Some(wanted));
        let sent = [("if", "item:s2"), ("if-was", "q1"), ("if-code-3", "on")];
        read_item(&fields(&sent), 3, &mut spec);
        let wanted = Condition::Answered {
            item: "s2".into(),
            any_of: Vec::new(),
        };
        assert_eq!(spec.items[3].asked_if, Some(wanted));
    }

    #[test]
    fn a_maximum_that_is_no_number_is_named() {
        let mut spec = default();
        assert_eq!(
            read_item(&fields(&[("max", "three")]), 10, &mut spec),
            Some("max")
        );
        assert_eq!(read_item(&fields(&[("max", "")]), 10, &mut spec), None);
        assert_eq!(spec.items[10].max, None);
    }

    #[test]
    fn a_new_option_stands_before_the_ways_out() {
        let mut spec = default();
        let languages = spec.languages.clone();
        act_on_options(Act::Add, &languages, &mut spec.items[2]);
        let codes: Vec<&str> = spec.items[2]
            .options
            .iter()
            .map(|o| o.code.as_str())
            .collect();
        assert_eq!(codes, ["1", "2", "3", "4", "5", "8", "9"]);
    }
}
