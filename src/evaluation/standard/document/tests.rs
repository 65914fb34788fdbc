//! What a form says, what the file says and what the standard says are one thing.
//!
//! Kinds of proof: identities on the shipped standard, and properties over forms made at random for every kind of
//! rule, whose rule is made a second time here without the document.

use proptest::prelude::*;

use super::super::form::{CriterionForm, KINDS};
use super::*;
use crate::evaluation::rule::{
    AboveOwnAverage, AtLeast, AtMost, Average, BelowOwnAverageGrowth, EventLimit, GrowthLimit,
    Judged, Monitored, NoEvent, NoneCounted, Rule, ShareAtLeast, Shown, SurveyAtLeast,
    SurveyImproved,
};
use crate::evaluation::standard::Problem;
use crate::stats::threshold::Rule as SurveyRule;

const SHIPPED: &str = include_str!("../../../../standards/yangquan-2004.toml");

fn shipped() -> Document {
    Document::parse(SHIPPED).unwrap()
}

/// A text that is not blank, with everything that TOML must escape.
fn text() -> impl Strategy<Value = String> {
    "[a-z≥%\"\\\\一-十\n\t\u{7f}\u{1}]{0,6}[a-z一-十]"
}

fn pair() -> impl Strategy<Value = [String; 2]> {
    [text(), text()]
}

fn maybe(pair: impl Strategy<Value = [String; 2]>) -> impl Strategy<Value = [String; 2]> {
    prop_oneof![Just(Default::default()), pair]
}

fn name() -> impl Strategy<Value = String> {
    "[a-z]{1,5}(\\.[a-z_]{1,5})?"
}

fn percent() -> impl Strategy<Value = String> {
    prop_oneof![
        (0_u32..=100).prop_map(|whole| whole.to_string()),
        (0_u32..100, "[0-9]{0,3}[1-9]").prop_map(|(whole, part)| format!("{whole}.{part}")),
    ]
}

fn amount() -> impl Strategy<Value = String> {
    let whole = 0_u64..900_000_000_000_000;
    prop_oneof![
        whole.clone().prop_map(|whole| whole.to_string()),
        (whole, "[0-9]{0,3}[1-9]").prop_map(|(whole, part)| format!("{whole}.{part}")),
    ]
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(words).prop_map(str::to_owned)
}

type Numbers = (String, String, String, String, String);

fn parameters() -> impl Strategy<Value = CriterionForm> {
    let numbers = (
        prop_oneof![Just(String::new()), name()],
        percent(),
        1_u32..6,
        prop_oneof![Just(String::new()), amount()],
        prop_oneof![Just(String::new()), percent()],
    );
    let numbers = numbers.prop_map(|(indicator, percent, years, delta, ceiling)| -> Numbers {
        (indicator, percent, years.to_string(), delta, ceiling)
    });
    let lists = (
        prop::collection::vec((name(), amount()).prop_map(<[String; 2]>::from), 1..4),
        prop::collection::vec(
            (name(), word(&["rate", "count", "growth"])).prop_map(<[String; 2]>::from),
            0..3,
        ),
        prop_oneof![
            Just(Default::default()),
            (name(), amount()).prop_map(<[String; 2]>::from)
        ],
    );
    let words = (
        word(&["", "mean", "compound"]),
        word(&["", "lower_bound", "point"]),
        name(),
        maybe(pair()),
    );
    (numbers, lists, words).prop_map(|(numbers, lists, words)| {
        let (indicator, percent, years, delta, ceiling) = numbers;
        let (limits, monitored, growth) = lists;
        let (average, rule, item, definition) = words;
        CriterionForm {
            indicator,
            item,
            percent,
            years,
            average,
            rule,
            delta,
            ceiling,
            definition,
            limits,
            monitored,
            growth,
            ..CriterionForm::default()
        }
    })
}

/// A form with the parameters of all kinds, of which its kind has some.
fn form() -> impl Strategy<Value = CriterionForm> {
    let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    let head = (
        "law\\.[a-z]{1,6}",
        text(),
        pair(),
        maybe(pair()),
        maybe(pair()),
    );
    let kind = prop::sample::select(kinds).prop_map(str::to_owned);
    (head, kind, parameters()).prop_map(|(head, kind, parameters)| {
        let (id, clause, name, short, note) = head;
        CriterionForm {
            id,
            clause,
            name,
            short,
            note,
            kind,
            ..parameters
        }
    })
}

/// The words as the standard keeps them.
fn said(pair: &[String; 2]) -> Option<Words> {
    let pairs = Words::REQUIRED.iter().zip(pair);
    let pairs = pairs.map(|(tag, text)| ((*tag).to_owned(), text.clone()));
    pair.iter()
        .any(|text| !text.is_empty())
        .then(|| Words::new(pairs))
}

/// The rule that a form means, made without the document.
#[expect(clippy::too_many_lines, reason = "one arm for each kind")]
fn meant(form: &CriterionForm) -> Rule {
    let indicator = if form.indicator.is_empty() {
        form.id.clone()
    } else {
        form.indicator.clone()
    };
    let percent = || form.percent.parse().unwrap();
    let years = || form.years.parse().unwrap();
    let item = form.item.clone();
    match form.kind.as_str() {
        "at_least" => Rule::AtLeast(AtLeast {
            indicator,
            percent: percent(),
        }),
        "at_most" => Rule::AtMost(AtMost {
            indicator,
            percent: percent(),
        }),
        "share_at_least" => Rule::ShareAtLeast(ShareAtLeast {
            indicator,
            percent: percent(),
        }),
        "above_own_average" => Rule::AboveOwnAverage(AboveOwnAverage {
            indicator,
            years: years(),
        }),
        "below_own_average_growth" => Rule::BelowOwnAverageGrowth(BelowOwnAverageGrowth {
            indicator,
            years: years(),
            average: match form.average.as_str() {
                "compound" => Average::Compound,
                _ => Average::Mean,
            },
        }),
        "no_event" => {
            let limit = |[measure, limit]: &[String; 2]| EventLimit {
                measure: measure.clone(),
                at_least: limit.parse().unwrap(),
            };
            let limits = form.limits.iter().map(limit).collect();
            Rule::NoEvent(NoEvent { indicator, limits })
        }
        "none" => Rule::None(NoneCounted {
            indicator,
            definition: said(&form.definition),
        }),
        "judged" => {
            let [of, percent] = &form.growth;
            Rule::Judged(Judged {
                indicator,
                monitored: form.monitored.iter().map(monitored).collect(),
                growth_at_most: (!of.is_empty()).then(|| GrowthLimit {
                    indicator: of.clone(),
                    percent: percent.parse().unwrap(),
                }),
            })
        }
        "survey_at_least" => Rule::SurveyAtLeast(SurveyAtLeast {
            item,
            percent: percent(),
            rule: match form.rule.as_str() {
                "point" => SurveyRule::Point,
                _ => SurveyRule::LowerBound,
            },
        }),
        _ => Rule::SurveyImproved(SurveyImproved {
            item,
            delta_points: form.delta.parse().unwrap_or_else(|_| "0".parse().unwrap()),
            ceiling_percent: form.ceiling.parse().ok(),
        }),
    }
}

fn monitored([indicator, shown]: &[String; 2]) -> Monitored {
    Monitored {
        indicator: indicator.clone(),
        shown: match shown.as_str() {
            "rate" => Shown::Rate,
            "count" => Shown::Count,
            _ => Shown::Growth,
        },
    }
}

/// The form without the fields that its kind does not have.
fn of_its_kind(form: &CriterionForm) -> CriterionForm {
    let mut node = Node::Table(Fields::new());
    form.write(&mut node);
    CriterionForm::read(&node)
}

proptest! {
    #[test]
    fn a_form_of_any_kind_becomes_the_rule_that_it_means_and_reads_back(form in form()) {
        let mut document = shipped();
        let place = document.add_criterion();
        document.set_criterion(place, &form);
        let text = document.to_toml();
        let again = Document::parse(&text).unwrap();
        prop_assert_eq!(&again, &document, "{}", text);
        prop_assert_eq!(&again.criteria()[place], &of_its_kind(&form));
        let standard = match Standard::from_toml(&text) {
            Ok(standard) => standard,
            // Names made at random may be those of other indicators, or of other criteria; nothing else may be wrong.
            Err(error) => {
                let clash = |one: &StandardProblem| matches!(
                    one.problem,
                    Problem::KindClash { .. } | Problem::Duplicate { .. }
                );
                prop_assert!(error.problems.iter().all(clash), "{:#?}\n{}", error.problems, text);
                return Ok(());
            }
        };
        let criterion = &standard.criteria[place];
        prop_assert_eq!(&criterion.rule, &meant(&form));
        prop_assert_eq!(&criterion.id, &form.id);
        prop_assert_eq!(&criterion.clause, &form.clause);
        let name = said(&form.name);
        prop_assert_eq!(Some(&criterion.name), name.as_ref());
        let short = said(&form.short).or_else(|| said(&form.name));
        prop_assert_eq!(Some(&criterion.short), short.as_ref());
        prop_assert_eq!(&criterion.note, &said(&form.note));
    }
}

#[test]
fn every_kind_of_rule_is_in_the_list_and_the_shipped_standard_is_the_same_after_it() {
    let text = shipped().to_toml();
    let (before, after) = (Standard::from_toml(SHIPPED), Standard::from_toml(&text));
    assert_eq!(before, after, "{text}");
    assert_eq!(Document::parse(&text).unwrap().to_toml(), text);
    let mut document = shipped();
    for (place, form) in shipped().criteria().iter().enumerate() {
        let known = KINDS.iter().any(|(kind, _)| *kind == form.kind);
        assert!(known, "{}", form.kind);
        document.set_criterion(place, form);
    }
    assert_eq!(
        document.to_toml(),
        text,
        "what the forms say is what was there"
    );
}

#[test]
fn what_no_rule_can_hold_is_kept_and_named_with_its_line() {
    let mut document = shipped();
    let place = 6;
    let mut form = document.criteria()[place].clone();
    for typed in ["75 %", "075", "", "1e2", ".5", "seventy"] {
        form.percent = typed.to_owned();
        document.set_criterion(place, &form);
        let text = document.to_toml();
        let kept = Document::parse(&text).unwrap().criteria()[place]
            .percent
            .clone();
        assert_eq!(kept, typed);
        let problems = Document::problems(&text);
        let [one] = problems.as_slice() else {
            panic!("{problems:?}")
        };
        assert_eq!(
            (one.at.as_str(), one.field.as_str()),
            (form.id.as_str(), "rule.percent")
        );
        let line = text.lines().nth(one.line - 1).unwrap();
        assert!(
            line.contains("rule = ") || line.contains("[[criteria]]"),
            "{line}"
        );
    }
}

#[test]
fn other_languages_and_fields_that_nobody_knows_stay_until_somebody_takes_them_out() {
    let text = SHIPPED.replacen(
        "rule = { kind = \"at_least\", percent = 75 }",
        "rule = { kind = \"at_least\", precent = 75 }",
        1,
    );
    let text = text.replacen(
        "en = \"Homicides cleared\"",
        "en = \"Homicides cleared\", fr = \"x\"",
        1,
    );
    let mut document = Document::parse(&text).unwrap();
    for (place, form) in document.criteria().iter().enumerate() {
        document.set_criterion(place, form);
    }
    let text = document.to_toml();
    assert!(
        text.contains("precent = 75") && text.contains("fr = \"x\""),
        "{text}"
    );
    let problems = Document::problems(&text);
    let codes: Vec<&str> = problems.iter().map(|one| one.problem.code()).collect();
    assert_eq!(codes, ["missing", "unknown-field"]);
}

#[test]
fn criteria_are_added_moved_and_taken_out() {
    let mut document = shipped();
    let ids = |document: &Document| -> Vec<String> {
        document.criteria().into_iter().map(|one| one.id).collect()
    };
    let before = ids(&document);
    let place = document.add_criterion();
    assert_eq!(document.add_criterion(), place + 1);
    assert_eq!(ids(&document)[place..], ["approval.new", "approval.new2"]);
    document.move_criterion(place, false);
    assert_eq!(ids(&document)[place - 1], "approval.new");
    document.move_criterion(0, false);
    document.move_criterion(place + 1, true);
    document.remove_criterion(place - 1);
    document.remove_criterion(place);
    document.remove_criterion(99);
    assert_eq!(ids(&document), before);
}

#[test]
fn another_head_is_written_and_the_rest_stays() {
    let mut document = shipped();
    let head = Head {
        id: "city-2027".to_owned(),
        version: "3".to_owned(),
        title: ["标准".to_owned(), "A standard".to_owned()],
        ..document.head()
    };
    document.set_head(&head);
    assert_eq!(document.head(), head);
    let read = Standard::from_toml(&document.to_toml()).unwrap();
    assert_eq!((read.id.as_str(), read.version), ("city-2027", 3));
    let shipped = Standard::from_toml(SHIPPED).unwrap();
    assert_eq!(
        (read.source, read.criteria),
        (shipped.source, shipped.criteria)
    );
}

#[test]
fn differences_name_criteria_and_sections() {
    let before = shipped();
    let mut after = shipped();
    let head = Head {
        id: "other".to_owned(),
        version: "9".to_owned(),
        ..after.head()
    };
    after.set_head(&head);
    assert_eq!(
        after.differences(&before),
        [],
        "id and version are no difference"
    );
    let mut form = after.criteria()[6].clone();
    form.percent = "80".to_owned();
    after.set_criterion(6, &form);
    after.remove_criterion(0);
    after.move_criterion(0, true);
    after.add_criterion();
    let title = Head {
        title: ["标准".to_owned(), "A standard".to_owned()],
        ..after.head()
    };
    after.set_head(&title);
    let wanted = [
        Difference::Changed("crime.violent_clearance".to_owned()),
        Difference::Added("approval.new".to_owned()),
        Difference::Removed("order.sabotage".to_owned()),
        Difference::Order,
        Difference::Section("title".to_owned()),
    ];
    assert_eq!(after.differences(&before), wanted);
}
