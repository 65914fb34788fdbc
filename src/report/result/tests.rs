//! Sentences for every count, and percentages beside their line.

use super::figures::{bare_range, limit, points, share};
use super::headline::of_counties;
use crate::evaluation::finding::Finding::{self, Met, NotAssessable, NotDecidable, NotMet};
use crate::i18n::Lang;

fn said(lang: Lang, found: &[Finding]) -> String {
    of_counties(lang, found, 0.9)
}

#[test]
fn the_headline_is_a_sentence_for_every_mixture() {
    let cases: &[(&[Finding], &str, &str)] = &[
        (
            &[Met, NotMet, NotDecidable, Met, NotDecidable],
            "Two counties are shown to reach 90%, one is shown not to, two cannot be decided",
            "两个县区已证明达到90%，一个已证明未达到，两个无法判定",
        ),
        (
            &[Met, NotMet],
            "One county is shown to reach 90%, one is shown not to",
            "一个县区已证明达到90%，一个已证明未达到",
        ),
        (
            &[NotMet, NotMet, NotAssessable],
            "No county is shown to reach 90%, two are shown not to, one cannot be assessed",
            "没有县区被证明达到90%，两个已证明未达到，一个无法评估",
        ),
        (
            &[Met, Met, Met],
            "All three counties are shown to reach 90%",
            "三个县区全部已证明达到90%",
        ),
        (
            &[NotMet, NotMet],
            "Both counties are shown not to reach 90%",
            "两个县区都已证明未达到90%",
        ),
        (
            &[NotDecidable, NotDecidable, NotDecidable],
            "The survey cannot decide for any of the three counties whether it reaches 90%",
            "三个县区是否达到90%，调查都无法判定",
        ),
        (
            &[NotAssessable, NotAssessable],
            "Neither of the two counties can be assessed against 90%",
            "两个县区是否达到90%，都无法评估",
        ),
    ];
    for (found, english, chinese) in cases {
        assert_eq!(said(Lang::En, found), *english);
        assert_eq!(said(Lang::ZhCn, found), *chinese);
    }
}

/// Every mixture of up to twelve counties is a sentence without a gap and with a capital letter.
#[test]
fn no_mixture_leaves_a_gap_in_the_sentence() {
    for met in 0..=3 {
        for not_met in 0..=3 {
            for open in 0..=3 {
                for unfit in 0..=3_usize {
                    let found: Vec<Finding> = [
                        (Met, met),
                        (NotMet, not_met),
                        (NotDecidable, open),
                        (NotAssessable, unfit),
                    ]
                    .into_iter()
                    .flat_map(|(finding, n)| std::iter::repeat_n(finding, n))
                    .collect();
                    if found.len() < 2 {
                        continue;
                    }
                    let text = said(Lang::En, &found);
                    assert!(text.contains("90%") && !text.contains("  "), "{text}");
                    assert!(text.starts_with(char::is_uppercase), "{text}");
                    assert!(!text.contains("0 ") || text.contains("90"), "{text}");
                    assert!(said(Lang::ZhCn, &found).contains("90%"));
                }
            }
        }
    }
}

#[test]
fn a_percentage_never_seems_to_be_on_the_other_side_of_its_line() {
    assert_eq!(share(0.899_96, 0.9), "89.996%");
    assert_eq!(share(0.9, 0.9), "90.0%");
    assert_eq!(share(0.900_4, 0.9), "90.04%");
    assert_eq!(bare_range(0.876, 0.899_97, 0.9), "87.6–89.997");
}

#[test]
fn a_difference_never_seems_to_be_on_the_other_side_of_its_line() {
    assert_eq!(points(0.000_4, 0.0), "+0.04");
    assert_eq!(points(-0.000_2, 0.0), "−0.02");
    assert_eq!(points(0.0, 0.0), "0.0");
    assert_eq!(points(0.034, 0.0), "+3.4");
}

#[test]
fn a_line_is_printed_as_it_was_fixed() {
    assert_eq!(limit(0.9), "90%");
    assert_eq!(limit(0.925), "92.5%");
}
