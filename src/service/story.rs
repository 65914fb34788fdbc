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
    /// A step that comes too early, or a second time, or without the one before it.
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
    // An open wave has no sample to be drawn.
    let is_open = entries
        .iter()
        .any(|entry| entry.get("kind").and_then(Value::as_str) == Some("open"));
    let steps: Vec<&str> = STEPS
        .into_iter()
        .filter(|step| !(is_open && *step == "drawn"))
        .collect();
    let mut next = 0;
    for event in entries.iter().filter_map(event) {
        let Some(step) = steps.iter().position(|step| *step == event) else {
            continue;
        };
        if step != next {
            found.push(Contradiction::Order(event.to_owned()));
        }
        next = next.max(step + 1);
    }
    let of = |name: &str| entries.iter().find(|entry| event(entry) == Some(name));
    if let Some(sealed) = of("sealed") {
        let rests = |entry: &&Value| matches!(event(entry), Some("result" | "corrected"));
        for result in entries.iter().filter(rests) {
            for field in SEALED {
                if sealed.get(field) != result.get(field) {
                    found.push(Contradiction::Changed(field));
                }
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
            &SEALED_AS.replace("sealed", "corrected"),
        ];
        for end in 0..=whole.len() {
            assert_eq!(contradictions(&log(&whole[..end])), []);
        }
        let open = [
            r#"{"event":"sealed","kind":"open","plan":"a","questionnaire":"b"}"#,
            r#"{"event":"opened"}"#,
            r#"{"event":"closed"}"#,
            r#"{"event":"result","plan":"a","questionnaire":"b"}"#,
        ];
        assert_eq!(contradictions(&log(&open)), []);
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
            let whole = [
                SEALED_AS,
                r#"{"event":"drawn"}"#,
                r#"{"event":"opened"}"#,
                r#"{"event":"closed"}"#,
                &changed,
            ];
            assert_eq!(
                contradictions(&log(&whole)),
                [Contradiction::Changed(field)]
            );
            let result = SEALED_AS.replace("sealed", "result");
            let corrected = changed.replace("result", "corrected");
            let later = [&whole[..4], &[result.as_str(), &corrected]].concat();
            assert_eq!(
                contradictions(&log(&later)),
                [Contradiction::Changed(field)]
            );
        }
    }

    #[test]
    fn steps_out_of_order_and_entries_of_nobody_are_named() {
        let late = log(&[r#"{"event":"opened"}"#, SEALED_AS]);
        assert_eq!(
            contradictions(&late),
            ["opened", "sealed"].map(|step| Contradiction::Order(step.to_owned()))
        );
        let skipped = log(&[SEALED_AS, r#"{"event":"opened"}"#]);
        assert_eq!(
            contradictions(&skipped),
            [Contradiction::Order("opened".to_owned())]
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
