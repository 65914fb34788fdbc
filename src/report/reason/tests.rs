//! Every reason, remark and rule is a sentence in every language; the snapshots are read by people.

use super::*;
use crate::evaluation::finding::Finding;
use crate::evaluation::indicator::Kind;

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn standard() -> Standard {
    Standard::from_toml(include_str!("../../../standards/yangquan-2004.toml")).unwrap()
}

fn rate(k: u32, m: u32, holds: bool) -> Reason {
    Reason::Rate {
        k,
        m,
        percent: amount("75"),
        side: Side::AtLeast,
        holds,
    }
}

fn survey(rule: SurveyRule, outcome: Finding) -> Reason {
    Reason::Survey {
        estimate: 0.934,
        lower: 0.9004,
        upper: 0.951,
        n: 1812,
        percent: amount("90"),
        rule,
        outcome,
    }
}

fn change_of(outcome: Finding) -> Reason {
    Reason::SurveyChange {
        difference: 0.031,
        lower: 0.002,
        upper: 0.06,
        delta: 0.0,
        outcome,
    }
}

fn event(events: u32) -> Reason {
    Reason::Event {
        label: "×".into(),
        measure: "loss".into(),
        value: amount("312500.5"),
        limit: amount("300000"),
        events,
    }
}

fn of_figures() -> Vec<Reason> {
    vec![
        rate(3, 4, true),
        rate(74, 100, false),
        Reason::Rate {
            k: 6,
            m: 100,
            percent: amount("5.5"),
            side: Side::AtMost,
            holds: false,
        },
        Reason::Share {
            k: 5,
            m: 6,
            needed: 5,
            percent: amount("80"),
        },
        Reason::Share {
            k: 4,
            m: 6,
            needed: 5,
            percent: amount("80"),
        },
        Reason::Growth {
            now: 1398,
            before: 1331,
            growth: 0.050_338,
            mean: 0.1,
            years: 3,
            below: true,
        },
        Reason::OwnAverage {
            k: 60,
            m: 100,
            mean: 0.5,
            years: 3,
            above: true,
        },
        Reason::OwnAverage {
            k: 500_001,
            m: 1_000_000,
            mean: 0.5,
            years: 3,
            above: true,
        },
        Reason::NoEvent { events: 0 },
        Reason::NoEvent { events: 1 },
        Reason::NoEvent { events: 4 },
        event(1),
        event(2),
    ]
}

fn of_reports() -> Vec<Reason> {
    vec![
        Reason::EventIncomplete {
            label: "×".into(),
            measure: "households".into(),
        },
        Reason::Counted { count: 0 },
        Reason::Counted { count: 1 },
        Reason::Counted { count: 3 },
        Reason::Undefined,
        Reason::Judged {
            assessor: "A".into(),
            reason: "B".into(),
            evidence: "C".into(),
            met: false,
        },
        Reason::GrowthOverLimit {
            growth: 0.11,
            percent: amount("10"),
        },
        Reason::NotJudged,
        Reason::NoSurvey { item: "q1".into() },
        Reason::SurveyCeiling {
            lower: 0.956,
            percent: amount("95"),
        },
        Reason::NothingToJudge,
        Reason::MissingYear {
            years: vec![2003, 2005],
        },
        Reason::ZeroBase { year: 2003 },
        Reason::WrongKind {
            needed: Kind::Rate,
            found: Kind::Count,
        },
        Reason::TooLarge,
    ]
}

fn reasons() -> Vec<Reason> {
    let mut all = of_figures();
    all.extend(of_reports());
    for missing in [
        JudgementPart::Assessor,
        JudgementPart::Reason,
        JudgementPart::Evidence,
    ] {
        all.push(Reason::JudgementIncomplete { missing });
    }
    for outcome in [Finding::Met, Finding::NotMet, Finding::NotDecidable] {
        all.push(survey(SurveyRule::LowerBound, outcome));
        all.push(change_of(outcome));
    }
    for outcome in [Finding::Met, Finding::NotMet] {
        all.push(survey(SurveyRule::Point, outcome));
    }
    for why in [
        NotAssessable::NotAProbabilitySample,
        NotAssessable::CalibrationFailed,
        NotAssessable::TooFewAnswers,
        NotAssessable::TooSmallEffective,
        NotAssessable::TooFewDegreesOfFreedom,
        NotAssessable::NoBaseWave,
        NotAssessable::WordingChanged,
    ] {
        all.push(Reason::SurveyUnfit { why });
    }
    all
}

fn notes() -> Vec<Note> {
    let id = || "crime.violent_cases".to_owned();
    vec![
        Note::ExactInterval {
            k: 4,
            m: 5,
            lower: 0.284,
            upper: 0.995,
        },
        Note::SmallCount { m: 5 },
        Note::Ratchet,
        Note::DefinitionsDiffer {
            mean: 1.0 / 6.0,
            compound: 0.0,
        },
        Note::Compound { compound: -0.021 },
        Note::Pooled {
            pooled: 0.8,
            above: false,
        },
        Note::OtherRule {
            rule: SurveyRule::Point,
            finding: Finding::Met,
        },
        Note::OtherRule {
            rule: SurveyRule::LowerBound,
            finding: Finding::NotDecidable,
        },
        Note::MonitoredRate {
            indicator: id(),
            k: 3,
            m: 4,
        },
        Note::MonitoredRate {
            indicator: id(),
            k: 0,
            m: 0,
        },
        Note::MonitoredCount {
            indicator: id(),
            count: 1234,
        },
        Note::MonitoredGrowth {
            indicator: id(),
            before: 40,
            now: 50,
            growth: Some(0.25),
        },
        Note::MonitoredGrowth {
            indicator: id(),
            before: 0,
            now: 2,
            growth: None,
        },
        Note::MonitoredMissing { indicator: id() },
    ]
}

#[test]
fn every_reason_and_remark_is_one_sentence_in_every_language() {
    let standard = standard();
    for lang in Lang::ALL {
        let speaker = Speaker {
            lang,
            standard: &standard,
        };
        let mut lines: Vec<String> = reasons().iter().map(|r| speaker.reason(r)).collect();
        lines.push(String::new());
        lines.extend(notes().iter().map(|n| speaker.note(n)));
        lines.push(String::new());
        lines.extend(
            standard
                .criteria
                .iter()
                .map(|c| format!("{}: {}", c.id, speaker.rule(&c.rule))),
        );
        let text = lines.join("\n");
        assert!(!text.contains("evaluate-"), "a key without a sentence");
        assert!(!text.contains("{$"), "a sentence with a gap");
        insta::assert_snapshot!(format!("reasons_{lang}"), text);
    }
}

#[test]
fn a_rounded_percentage_never_seems_to_reach_the_limit_that_it_missed() {
    // 74.96 % would print as 75.0 %
    assert_eq!(apart(0.7496, &[0.75]), "74.96%");
    assert_eq!(apart(0.749_96, &[0.75]), "74.996%");
    assert_eq!(apart(0.75, &[0.75]), "75.0%");
    assert_eq!(apart(0.7504, &[0.75]), "75.04%");
    assert_eq!(apart(0.8, &[0.75]), "80.0%");
    assert_eq!(change(-0.021, &[]), "−2.1%");
    assert_eq!(change(0.05, &[0.1]), "+5.0%");
}

#[test]
fn five_findings_have_five_signs_and_a_word_each() {
    for lang in Lang::ALL {
        let mut marks: Vec<String> = Finding::ALL
            .iter()
            .map(|f| format!("{} {}", sign(*f), finding_word(lang, *f)))
            .collect();
        assert!(marks.iter().all(|m| !m.contains("evaluate-")));
        marks.sort();
        marks.dedup();
        assert_eq!(marks.len(), 5);
    }
    let mut signs: Vec<_> = Finding::ALL.iter().map(|f| sign(*f)).collect();
    signs.sort_unstable();
    signs.dedup();
    assert_eq!(signs.len(), 5);
}
