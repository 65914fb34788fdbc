//! What a process log says of itself: whether the steps stand in their order, and whether the result rests on what was sealed.
//!
//! For: `minyi verify …/process`. Promises: nothing but the entries is needed; digests are compared, so the documents themselves may
//! stay where they are.

use serde_json::Value;

/// Steps that come once, in this order; others may stand between them.
const STEPS: [&str; 6] = ["sealed", "drawn", "opened", "closed", "result", "published"];
/// What is sealed and must be the same in the result.
const SEALED: [&str; 4] = ["plan", "questionnaire", "frame", "margins"];

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contradiction {
    /// An entry that cannot be read.
    Unreadable,
    /// A step that comes too early, or a second time.
    Order(String),
    /// The result rests on another document than the one that was sealed.
    Changed(&'static str),
}

/// Everything in a process log that does not fit.
#[must_use]
pub fn contradictions(entries: &[Vec<u8>]) -> Vec<Contradiction> {
    let read: Vec<Option<Value>> = entries
        .iter()
        .map(|entry| serde_json::from_slice(entry).ok())
        .collect();
    let mut found = Vec::new();
    if read.iter().any(Option::is_none) {
        found.push(Contradiction::Unreadable);
    }
    let entries: Vec<Value> = read.into_iter().flatten().collect();
    let mut last = None;
    for event in entries.iter().filter_map(event) {
        let Some(step) = STEPS.iter().position(|step| *step == event) else {
            continue;
        };
        if last.is_some_and(|last| step <= last) {
            found.push(Contradiction::Order(event.to_owned()));
        }
        last = last.max(Some(step));
    }
    let of = |name: &str| entries.iter().find(|entry| event(entry) == Some(name));
    if let (Some(sealed), Some(result)) = (of("sealed"), of("result")) {
        for field in SEALED {
            let (then, now) = (sealed.get(field), result.get(field));
            // A result of before this was told names fewer.
            if now.is_some() && then != now {
                found.push(Contradiction::Changed(field));
            }
        }
    }
    found
}

fn event(entry: &Value) -> Option<&str> {
    entry.get("event")?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(entries: &[&str]) -> Vec<Vec<u8>> {
        entries
            .iter()
            .map(|entry| entry.as_bytes().to_vec())
            .collect()
    }

    const SEALED_AS: &str =
        r#"{"event":"sealed","plan":"a","questionnaire":"b","frame":"c","margins":"d"}"#;

    #[test]
    fn a_wave_that_keeps_to_its_seal_contradicts_nothing() {
        let result = SEALED_AS.replace("sealed", "result");
        let whole = [
            SEALED_AS,
            r#"{"event":"drawn"}"#,
            r#"{"event":"card_made_anew"}"#,
            r#"{"event":"opened"}"#,
            r#"{"event":"closed"}"#,
            &result,
            r#"{"event":"published"}"#,
        ];
        for end in 0..=whole.len() {
            assert_eq!(contradictions(&log(&whole[..end])), []);
        }
        // A result of an earlier version says the plan alone.
        let early = log(&[SEALED_AS, r#"{"event":"result","plan":"a"}"#]);
        assert_eq!(contradictions(&early), []);
    }

    #[test]
    fn whatever_was_changed_after_the_seal_is_named() {
        for (field, value) in [
            ("plan", "a"),
            ("questionnaire", "b"),
            ("frame", "c"),
            ("margins", "d"),
        ] {
            let changed = SEALED_AS.replace("sealed", "result").replace(
                &format!("\"{field}\":\"{value}\""),
                &format!("\"{field}\":\"x\""),
            );
            assert_eq!(
                contradictions(&log(&[SEALED_AS, &changed])),
                [Contradiction::Changed(field)]
            );
        }
    }

    #[test]
    fn steps_out_of_order_and_entries_of_nobody_are_named() {
        let late = log(&[r#"{"event":"opened"}"#, SEALED_AS]);
        assert_eq!(
            contradictions(&late),
            [Contradiction::Order("sealed".to_owned())]
        );
        let twice = log(&[SEALED_AS, SEALED_AS]);
        assert_eq!(
            contradictions(&twice),
            [Contradiction::Order("sealed".to_owned())]
        );
        assert_eq!(
            contradictions(&log(&["no json"])),
            [Contradiction::Unreadable]
        );
    }
}
