//! Problems of a file of boundaries, as sentences that name the feature.

use crate::i18n::{Lang, Value};
use crate::survey::boundary::{BadRing, BoundaryProblem, LARGEST, MOST_POSITIONS, Wrong};

/// One problem in a sentence.
#[must_use]
pub fn problem(lang: Lang, problem: &BoundaryProblem) -> String {
    let (key, mut args) = what(&problem.what);
    let code = problem.code.clone().unwrap_or_default();
    args.push(("code", code.into()));
    let text = lang.t_with(&format!("boundary-{key}"), &args);
    let table = matches!(problem.what, Wrong::NoPlace | Wrong::PlaceTaken);
    match (problem.place, &problem.code) {
        (None, _) => text,
        (Some(place), code) => {
            let args = [
                ("place", place.into()),
                ("kind", if table { "line" } else { "feature" }.into()),
                ("coded", if code.is_some() { "yes" } else { "no" }.into()),
                ("code", code.clone().unwrap_or_default().into()),
                ("what", text.into()),
            ];
            lang.t_with("boundary-place", &args)
        }
    }
}

type Args = Vec<(&'static str, Value<'static>)>;

fn what(wrong: &Wrong) -> (&'static str, Args) {
    let megabytes = LARGEST / (1024 * 1024);
    match wrong {
        Wrong::TooLarge => ("too-large", vec![("most", megabytes.into())]),
        Wrong::NotJson { line, column } => (
            "not-json",
            vec![("line", (*line).into()), ("column", (*column).into())],
        ),
        Wrong::NotACollection => ("not-a-collection", Vec::new()),
        Wrong::OtherReference => ("other-reference", Vec::new()),
        Wrong::TooManyPositions => ("too-many", vec![("most", MOST_POSITIONS.into())]),
        Wrong::TooWide => ("too-wide", Vec::new()),
        Wrong::NoCode { property } => ("no-code", vec![("property", property.clone().into())]),
        Wrong::UnknownCounty => ("unknown-county", Vec::new()),
        Wrong::Twice => ("twice", Vec::new()),
        Wrong::Missing => ("missing", Vec::new()),
        Wrong::NotAPolygon { kind } => ("not-a-polygon", vec![("kind", kind.clone().into())]),
        Wrong::Empty => ("empty", Vec::new()),
        Wrong::Ring { ring, bad } => of_ring(*ring, *bad),
        Wrong::NotATable => ("not-a-table", Vec::new()),
        Wrong::NoPlace => ("no-place", Vec::new()),
        Wrong::PlaceTaken => ("place-taken", Vec::new()),
    }
}

fn of_ring(ring: usize, bad: BadRing) -> (&'static str, Args) {
    let ring = ("ring", ring.into());
    match bad {
        BadRing::Short => ("ring-short", vec![ring]),
        BadRing::Open => ("ring-open", vec![ring]),
        BadRing::NotANumber { position } => (
            "ring-not-a-number",
            vec![ring, ("position", position.into())],
        ),
        BadRing::Outside { position } => {
            ("ring-outside", vec![ring, ("position", position.into())])
        }
        BadRing::Flat => ("ring-flat", vec![ring]),
        BadRing::Crosses => ("ring-crosses", vec![ring]),
        BadRing::Involved => ("ring-involved", vec![ring]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_a_sentence_that_names_its_place() {
        let ring = |bad| Wrong::Ring { ring: 2, bad };
        let all = [
            Wrong::TooLarge,
            Wrong::NotJson { line: 3, column: 7 },
            Wrong::NotACollection,
            Wrong::OtherReference,
            Wrong::TooManyPositions,
            Wrong::TooWide,
            Wrong::NoCode {
                property: "code".to_owned(),
            },
            Wrong::UnknownCounty,
            Wrong::Twice,
            Wrong::NotAPolygon {
                kind: "Point".to_owned(),
            },
            Wrong::Empty,
            ring(BadRing::Short),
            ring(BadRing::Open),
            ring(BadRing::NotANumber { position: 5 }),
            ring(BadRing::Outside { position: 5 }),
            ring(BadRing::Flat),
            ring(BadRing::Crosses),
            ring(BadRing::Involved),
            Wrong::NotATable,
            Wrong::NoPlace,
            Wrong::PlaceTaken,
        ];
        for lang in Lang::ALL {
            for what in &all {
                let text = problem(
                    lang,
                    &BoundaryProblem {
                        place: Some(4),
                        code: Some("140302".to_owned()),
                        what: what.clone(),
                    },
                );
                assert!(text.contains('4') && text.contains("140302"), "{text}");
                assert!(!text.contains("boundary-") && !text.contains('{'), "{text}");
            }
            let missing = BoundaryProblem {
                place: None,
                code: Some("140322".to_owned()),
                what: Wrong::Missing,
            };
            assert!(problem(lang, &missing).contains("140322"));
        }
    }
}
