//! Why a wave does not take a step, why its plan, sample or questionnaire does not fit, in sentences.
//!
//! For: pages and the command line, through `service::sentence`. Pure. Promises: each sentence names
//! the place (field, county, stratum, item) and says what to do.

use crate::i18n::{Lang, Value};
use crate::stats::sampling::SamplingError;
use crate::survey::plan::{PlanMisfit, PlanProblem};
use crate::survey::questionnaire::parse::Problem;
use crate::survey::questionnaire::{Change, ChangeKind, Field, QuestionnaireError};
use crate::survey::result::{Check, Reconciliation};
use crate::survey::sample::{SampleProblem, UNIT_INVITATIONS};
use crate::survey::time::{Instant, Zone};
use crate::survey::wave::{Refusal, WaveKind, WaveState};

/// The state in a word: "draft", "sealed", …
#[must_use]
pub fn state_word(lang: Lang, state: WaveState) -> String {
    lang.t(&format!("wave-state-{}", state.as_str()))
}

/// What comes next in this state, as a sentence.
#[must_use]
pub fn next_step(lang: Lang, kind: WaveKind, state: WaveState) -> String {
    match (kind, state) {
        (WaveKind::Open, WaveState::Sealed) => lang.t("wave-next-sealed-open"),
        (WaveKind::Open, WaveState::Open) => lang.t("wave-next-open-open"),
        _ => lang.t(&format!("wave-next-{}", state.as_str())),
    }
}

/// Why the wave does not take the step.
#[must_use]
pub fn refusal(lang: Lang, zone: &Zone, refusal: &Refusal) -> String {
    let moment = |at: Instant| Value::from(lang.moment(zone.civil(at)));
    match refusal {
        Refusal::State {
            kind,
            found,
            needed,
        } => lang.t_with(
            "wave-refused-state",
            &[
                ("found", state_word(lang, *found).into()),
                ("needed", state_word(lang, *needed).into()),
                ("next", next_step(lang, *kind, *found).into()),
            ],
        ),
        Refusal::Incomplete(what) => lang.t(&format!("wave-refused-incomplete-{what}")),
        Refusal::NotAsked => lang.t("wave-refused-not-asked"),
        Refusal::SamePerson => lang.t("wave-refused-same-person"),
        Refusal::NoReason { closes_at } => {
            lang.t_with("wave-refused-no-reason", &[("end", moment(*closes_at))])
        }
        Refusal::Over { closes_at } => {
            lang.t_with("wave-refused-over", &[("end", moment(*closes_at))])
        }
        Refusal::NoSample => lang.t("wave-refused-no-sample"),
        Refusal::NotAnnounced => lang.t("wave-refused-not-announced"),
        Refusal::TooEarly { release_at } => {
            lang.t_with("wave-refused-too-early", &[("when", moment(*release_at))])
        }
        Refusal::ShortNotice { earliest } => {
            lang.t_with("wave-refused-short-notice", &[("when", moment(*earliest))])
        }
        Refusal::BadPeriod => lang.t("wave-refused-bad-period"),
    }
}

/// What does not fit in a plan, by the field's name.
#[must_use]
pub fn plan_problem(lang: Lang, problem: &PlanProblem) -> String {
    let text = |text: &str| Value::from(text.to_owned());
    let (key, mut args) = match &problem.problem {
        PlanMisfit::UnknownSchema(form) => ("schema", vec![("form", text(&form.to_string()))]),
        PlanMisfit::NoArea(county) => ("no-area", vec![("county", text(county.as_str()))]),
        PlanMisfit::NoItem(item) => ("no-item", vec![("item", text(item))]),
        PlanMisfit::NotSingle(item) => ("not-single", vec![("item", text(item))]),
        PlanMisfit::NoOption { item, code } => (
            "no-option",
            vec![("item", text(item)), ("code", text(code))],
        ),
        PlanMisfit::OtherApproval(item) => ("other-approval", vec![("item", text(item))]),
        PlanMisfit::OutOfRange { low, high } => (
            "out-of-range",
            vec![
                ("low", text(&low.to_string())),
                ("high", text(&high.to_string())),
            ],
        ),
        PlanMisfit::CountyTwice(county) => {
            ("county-twice", vec![("county", text(county.as_str()))])
        }
        PlanMisfit::NoMargins(county) => ("no-margins", vec![("county", text(county.as_str()))]),
        PlanMisfit::MarginMismatch { county, item, code } => (
            "margin-mismatch",
            vec![
                ("county", text(county.as_str())),
                ("item", text(item)),
                ("code", text(code)),
            ],
        ),
        PlanMisfit::Adults => ("adults", Vec::new()),
        PlanMisfit::Empty => ("empty", Vec::new()),
    };
    args.push(("field", problem.field.into()));
    lang.t_with(&format!("wave-plan-{key}"), &args)
}

/// Why the frame cannot carry the sample.
#[must_use]
pub fn sample_problem(lang: Lang, problem: &SampleProblem) -> String {
    match problem {
        SampleProblem::NotInFrame(county) => lang.t_with(
            "wave-sample-not-in-frame",
            &[("county", county.as_str().into())],
        ),
        SampleProblem::TooManyPsus {
            county,
            wanted,
            available,
        } => lang.t_with(
            "wave-sample-too-many-psus",
            &[
                ("county", county.as_str().into()),
                ("wanted", wanted.to_string().into()),
                ("available", available.to_string().into()),
            ],
        ),
        SampleProblem::TooFewUnits {
            county,
            psus,
            invitations,
        } => lang.t_with(
            "wave-sample-too-few-units",
            &[
                ("county", county.as_str().into()),
                ("psus", psus.to_string().into()),
                ("invitations", lang.count(*invitations).into()),
                ("least", UNIT_INVITATIONS.to_string().into()),
            ],
        ),
        SampleProblem::TooFewAddresses {
            unit,
            addresses,
            invitations,
        } => lang.t_with(
            "wave-sample-too-few-addresses",
            &[
                ("unit", unit.as_str().into()),
                ("addresses", addresses.to_string().into()),
                ("invitations", lang.number(*invitations, 1).into()),
            ],
        ),
    }
}

/// Why a draw refused its numbers.
#[must_use]
pub fn sampling_problem(lang: Lang, problem: &SamplingError) -> String {
    let number = |x: f64| Value::from(lang.number(x, 4));
    match problem {
        SamplingError::OutOfRange { what, at, value } => lang.t_with(
            "wave-selection-out-of-range",
            &[
                ("what", (*what).into()),
                ("at", (at + 1).to_string().into()),
                ("value", number(*value)),
            ],
        ),
        SamplingError::TooMany { wanted, available } => lang.t_with(
            "wave-selection-too-many",
            &[
                ("wanted", wanted.to_string().into()),
                ("available", available.to_string().into()),
            ],
        ),
        SamplingError::SumNotWhole { sum } => {
            lang.t_with("wave-selection-sum-not-whole", &[("sum", number(*sum))])
        }
        SamplingError::TooFew { n } => lang.t_with(
            "wave-selection-too-few",
            &[("n", lang.number(*n, 0).into())],
        ),
        SamplingError::TooLarge { method, units, n } => lang.t_with(
            "wave-selection-too-large",
            &[
                ("method", (*method).into()),
                ("units", units.to_string().into()),
                ("n", n.to_string().into()),
            ],
        ),
        SamplingError::NoJoint { method, units, n } => lang.t_with(
            "wave-selection-no-joint",
            &[
                ("method", (*method).into()),
                ("units", units.to_string().into()),
                ("n", n.to_string().into()),
            ],
        ),
        SamplingError::BadInputs { kind, reason } => lang.t_with(
            "wave-selection-bad-inputs",
            &[
                ("kind", kind.as_str().into()),
                ("reason", reason.as_str().into()),
            ],
        ),
    }
}

/// Two counts of a county that do not agree.
#[must_use]
pub fn reconciliation(lang: Lang, county: &str, line: &Reconciliation) -> String {
    let check = match line.check {
        Check::IssuedUsed => "issued-used",
        Check::UsedCast => "used-cast",
        Check::CastLeaves => "cast-leaves",
        Check::CastEligible => "cast-eligible",
        Check::CastCells => "cast-cells",
        Check::EnvelopesEntered => "envelopes-entered",
        Check::BlindCast => "blind-cast",
    };
    lang.t_with(
        &format!("wave-count-{check}"),
        &[
            ("county", county.into()),
            ("more", lang.count(line.more).into()),
            ("less", lang.count(line.less).into()),
        ],
    )
}

/// Why a questionnaire was refused: item, field, what is wrong.
#[must_use]
pub fn questionnaire_error(lang: Lang, error: &QuestionnaireError) -> String {
    match error {
        QuestionnaireError::Syntax(message) => lang.t_with(
            "questionnaire-syntax",
            &[("message", message.trim_end().into())],
        ),
        QuestionnaireError::ItemSyntax { item, message } => lang.t_with(
            "questionnaire-item-syntax",
            &[
                ("item", item.as_str().into()),
                ("message", message.trim_end().into()),
            ],
        ),
        QuestionnaireError::Head { field, problem } => lang.t_with(
            "questionnaire-head",
            &[
                ("field", (*field).into()),
                (
                    "problem",
                    questionnaire_problem(lang, field, problem).into(),
                ),
            ],
        ),
        QuestionnaireError::Item {
            item,
            field,
            problem,
        } => {
            let last = match field {
                Field::Option { field, .. } => field,
                Field::Max => "max",
                _ => "",
            };
            lang.t_with(
                "questionnaire-item",
                &[
                    ("item", item.as_str().into()),
                    ("field", field.to_string().into()),
                    ("problem", questionnaire_problem(lang, last, problem).into()),
                ],
            )
        }
    }
}

/// How an item differs from what was asked before, and what that means.
#[must_use]
pub fn questionnaire_change(lang: Lang, change: &Change) -> String {
    let key = match change.kind {
        ChangeKind::Changed => "questions-change-changed",
        ChangeKind::New => "questions-change-new",
        ChangeKind::Gone => "questions-change-gone",
    };
    lang.t_with(key, &[("item", change.item.as_str().into())])
}

/// What is wrong with a field of a questionnaire, without saying which.
#[must_use]
pub fn questionnaire_problem(lang: Lang, field: &str, problem: &Problem) -> String {
    match problem {
        Problem::Empty => lang.t("questionnaire-empty"),
        Problem::BadName(name) => {
            lang.t_with("questionnaire-bad-name", &[("name", name.as_str().into())])
        }
        Problem::Twice(name) => {
            lang.t_with("questionnaire-twice", &[("name", name.as_str().into())])
        }
        Problem::NoLanguage(tag) => {
            lang.t_with("questionnaire-no-language", &[("tag", tag.as_str().into())])
        }
        Problem::OutOfRange { low, high } => lang.t_with(
            "questionnaire-out-of-range",
            &[
                ("low", low.to_string().into()),
                ("high", high.to_string().into()),
            ],
        ),
        Problem::NoEarlierItem(item) => lang.t_with(
            "questionnaire-no-earlier-item",
            &[("item", item.as_str().into())],
        ),
        Problem::NoSuchCode { item, code } => lang.t_with(
            "questionnaire-no-such-code",
            &[
                ("item", item.as_str().into()),
                ("code", code.as_str().into()),
            ],
        ),
        Problem::NoPlace(_) => lang.t(&format!("questionnaire-no-place-{field}")),
    }
}

#[cfg(test)]
mod tests;
