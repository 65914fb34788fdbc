//! The finding of a wave in one sentence.

use super::figures::{finding, limit};
use crate::evaluation::finding::Finding;
use crate::i18n::Lang;
use crate::stats::threshold;
use crate::survey::result::WaveResult;

/// How many counties were found what, in the order in which the sentence names them.
const ORDER: [Finding; 4] = [
    Finding::Met,
    Finding::NotMet,
    Finding::NotDecidable,
    Finding::NotAssessable,
];

/// The finding of a wave: "Two counties are shown to reach 90%, one is shown not to, two cannot be decided".
#[must_use]
pub fn headline(lang: Lang, result: &WaveResult) -> String {
    let line = result.plan.verdict.threshold;
    match result.counties.as_slice() {
        [only] => {
            let name = match lang {
                Lang::ZhCn => &only.name_zh,
                Lang::En => &only.name_en,
            };
            of_county(lang, name, line, only.approval.finding)
        }
        counties => {
            let found: Vec<Finding> = counties
                .iter()
                .map(|county| finding(county.approval.finding))
                .collect();
            of_counties(lang, &found, line)
        }
    }
}

/// The finding on one county.
pub(super) fn of_county(lang: Lang, name: &str, line: f64, found: threshold::Finding) -> String {
    lang.t_with(
        "results-headline-county",
        &[
            ("county", name.to_owned().into()),
            ("limit", limit(line).into()),
            ("outcome", finding(found).code().into()),
        ],
    )
}

/// The finding on several counties.
pub(super) fn of_counties(lang: Lang, found: &[Finding], line: f64) -> String {
    let count = |wanted: Finding| found.iter().filter(|f| **f == wanted).count();
    let word = |n: usize| lang.t_with("results-number", &[("n", n.into())]);
    for outcome in ORDER {
        if count(outcome) == found.len() && !found.is_empty() {
            let text = lang.t_with(
                "results-headline-all",
                &[
                    ("outcome", outcome.code().into()),
                    ("n", found.len().into()),
                    ("number", word(found.len()).into()),
                    ("limit", limit(line).into()),
                ],
            );
            return capital(&text);
        }
    }
    let mut parts = Vec::new();
    for outcome in ORDER {
        let n = count(outcome);
        // The first part always stands: it carries the noun and the threshold.
        if n == 0 && outcome != Finding::Met {
            continue;
        }
        parts.push(lang.t_with(
            "results-headline-part",
            &[
                ("outcome", outcome.code().into()),
                ("n", n.into()),
                ("number", word(n).into()),
                ("limit", limit(line).into()),
            ],
        ));
    }
    let comma = match lang {
        Lang::ZhCn => "，",
        Lang::En => ", ",
    };
    capital(&parts.join(comma))
}

/// The text with its first letter in upper case.
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(rest).collect()
    })
}
