//! Every refusal is a sentence in every language, without gaps and with its place.

use super::*;
use crate::survey::area::AreaCode;

fn county() -> AreaCode {
    AreaCode::parse("140302").unwrap()
}

fn refusals() -> Vec<Refusal> {
    let closes_at = Zone::shanghai().parse("2026-11-23T20:00").unwrap();
    let mut all = vec![
        Refusal::NotAsked,
        Refusal::SamePerson,
        Refusal::NoReason { closes_at },
        Refusal::Over { closes_at },
        Refusal::BadPeriod,
        Refusal::NotAnnounced,
        Refusal::TooEarly {
            release_at: closes_at,
        },
        Refusal::ShortNotice {
            earliest: closes_at,
        },
        Refusal::NoSample,
    ];
    all.extend(["frame", "margins", "seed"].map(Refusal::Incomplete));
    for kind in [WaveKind::Probability, WaveKind::Open] {
        all.extend(WaveState::ALL.map(|found| Refusal::State {
            kind,
            found,
            needed: WaveState::Draft,
        }));
    }
    all
}

fn plan_problems() -> Vec<PlanProblem> {
    let (item, code) = (|| "q1".to_owned(), || "a9".to_owned());
    [
        PlanMisfit::UnknownSchema(9),
        PlanMisfit::NoItem(item()),
        PlanMisfit::NotSingle(item()),
        PlanMisfit::NoOption {
            item: item(),
            code: code(),
        },
        PlanMisfit::OtherApproval(item()),
        PlanMisfit::OutOfRange {
            low: 0.5,
            high: 0.99,
        },
        PlanMisfit::CountyTwice(county()),
        PlanMisfit::NoMargins(county()),
        PlanMisfit::MarginMismatch {
            county: county(),
            item: item(),
            code: code(),
        },
        PlanMisfit::Adults,
        PlanMisfit::Empty,
    ]
    .map(|problem| PlanProblem {
        field: "approval.item",
        problem,
    })
    .into()
}

fn sample_problems() -> [SampleProblem; 4] {
    [
        SampleProblem::NotInFrame(county()),
        SampleProblem::TooManyPsus {
            county: county(),
            wanted: 60,
            available: 41,
        },
        SampleProblem::TooFewUnits {
            county: county(),
            psus: 3,
            invitations: 120,
        },
        SampleProblem::TooFewAddresses {
            unit: AreaCode::parse("140302001001").unwrap(),
            addresses: 12,
            invitations: 51.26,
        },
    ]
}

fn sampling_problems() -> [SamplingError; 7] {
    [
        SamplingError::OutOfRange {
            what: "size",
            at: 0,
            value: -1.0,
        },
        SamplingError::TooMany {
            wanted: 5,
            available: 4,
        },
        SamplingError::SumNotWhole { sum: 3.25 },
        SamplingError::TooFew { n: 2.0 },
        SamplingError::TooLarge {
            method: "sampford",
            units: 90_000,
            n: 5_000,
        },
        SamplingError::NoJoint {
            method: "brewer",
            units: 40,
            n: 5,
        },
        SamplingError::BadInputs {
            kind: "power".to_owned(),
            reason: "x".to_owned(),
        },
    ]
}

fn questionnaire_errors() -> Vec<QuestionnaireError> {
    let name = || "x".to_owned();
    let problems = [
        Problem::Empty,
        Problem::BadName(name()),
        Problem::Twice(name()),
        Problem::NoLanguage("en".to_owned()),
        Problem::OutOfRange { low: 2, high: 5 },
        Problem::NoEarlierItem(name()),
        Problem::NoSuchCode {
            item: name(),
            code: name(),
        },
    ];
    let mut all = vec![
        QuestionnaireError::Syntax(name()),
        QuestionnaireError::ItemSyntax {
            item: name(),
            message: name(),
        },
        QuestionnaireError::Item {
            item: name(),
            field: Field::Max,
            problem: Problem::NoPlace("m"),
        },
    ];
    for problem in problems {
        all.push(QuestionnaireError::Head {
            field: "languages",
            problem,
        });
    }
    for field in ["ends", "exclusive", "approves", "refusal"] {
        all.push(QuestionnaireError::Item {
            item: name(),
            field: Field::Option {
                code: name(),
                field,
            },
            problem: Problem::NoPlace("m"),
        });
    }
    all
}

#[test]
fn every_refusal_is_a_sentence_without_gaps_in_every_language() {
    let zone = Zone::shanghai();
    let checks = [
        Check::IssuedUsed,
        Check::UsedCast,
        Check::CastLeaves,
        Check::CastEligible,
    ];
    for lang in Lang::ALL {
        let mut said: Vec<String> = refusals().iter().map(|r| refusal(lang, &zone, r)).collect();
        said.extend(plan_problems().iter().map(|p| plan_problem(lang, p)));
        said.extend(sample_problems().iter().map(|p| sample_problem(lang, p)));
        said.extend(
            sampling_problems()
                .iter()
                .map(|p| sampling_problem(lang, p)),
        );
        said.extend(
            questionnaire_errors()
                .iter()
                .map(|e| questionnaire_error(lang, e)),
        );
        said.extend(checks.map(|check| {
            let line = Reconciliation {
                check,
                more: 1,
                less: 2,
                holds: false,
            };
            reconciliation(lang, "140302", &line)
        }));
        for sentence in said {
            let gap = sentence.contains("{$") || sentence.contains("wave-");
            assert!(!gap && !sentence.contains("questionnaire-"), "{sentence}");
        }
    }
}

#[test]
fn a_sentence_names_the_place_and_what_to_do() {
    let zone = Zone::shanghai();
    let early = refusals().swap_remove(2);
    let text = refusal(Lang::En, &zone, &early);
    assert!(text.contains("23 November 2026, 20:00"), "{text}");
    assert!(text.contains("give a reason"), "{text}");
    let text = refusal(Lang::ZhCn, &zone, &Refusal::SamePerson);
    assert!(text.contains("另一位组织者"), "{text}");
    let state = Refusal::State {
        kind: WaveKind::Probability,
        found: WaveState::Drawn,
        needed: WaveState::Sealed,
    };
    let text = refusal(Lang::En, &zone, &state);
    assert!(text.starts_with("The wave is drawn; this step is taken when it is sealed."));
    let text = sample_problem(Lang::En, &sample_problems()[3]);
    assert!(
        text.contains("140302001001") && text.contains("51.3"),
        "{text}"
    );
    let text = plan_problem(Lang::En, &plan_problems()[3]);
    assert!(
        text.contains("approval.item") && text.contains("“a9”"),
        "{text}"
    );
}
