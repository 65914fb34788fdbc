//! What the module above promises, tried out.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::parse::Problem;
use super::*;

fn default() -> Questionnaire {
    Questionnaire::from_toml(DEFAULT_2026).unwrap()
}

#[test]
fn the_default_questionnaire_has_the_sixteen_items_in_order() {
    let ids: Vec<String> = default().items.into_iter().map(|i| i.id).collect();
    let expected = "s1 s2 q1 q2 q3 q4 q5 q6 q7 q8 q9 q10 q11 d1 d2 d3";
    assert_eq!(ids.join(" "), expected);
}

#[test]
fn very_and_fairly_satisfied_approve_and_nothing_else() {
    let questionnaire = default();
    let q1 = questionnaire.item("q1").unwrap();
    assert_eq!(q1.approving_codes().collect::<Vec<_>>(), ["1", "2"]);
    let labels: Vec<&str> = q1.options.iter().map(|o| o.text.get("zh-CN")).collect();
    assert_eq!(
        labels,
        [
            "非常满意",
            "比较满意",
            "不太满意",
            "很不满意",
            "说不清",
            "不想回答"
        ]
    );
    assert!(q1.options[4].undecided && q1.options[5].refusal);
}

#[test]
fn not_living_here_and_under_eighteen_end_the_interview() {
    let questionnaire = default();
    let ends: Vec<(String, String)> = questionnaire
        .items
        .iter()
        .flat_map(|i| i.options.iter().map(move |o| (i, o)))
        .filter(|(_, o)| o.ends)
        .map(|(i, o)| (i.id.clone(), o.text.get("zh-CN").to_owned()))
        .collect();
    let pair = |item: &str, text: &str| (item.to_owned(), text.to_owned());
    assert_eq!(
        ends,
        [
            pair("s1", "不住在这里"),
            pair("s1", "不到6个月"),
            pair("s2", "18岁以下")
        ]
    );
}

#[test]
fn the_number_of_adults_is_asked_of_households_only() {
    assert!(default().for_unit(SampledUnit::Person).item("d3").is_none());
    let household = default().for_unit(SampledUnit::Household);
    assert_eq!(household.item("d3").unwrap().asked_if, None);
    assert_eq!(household.id, "default-2026-household");
    assert_eq!(
        household.clone().for_unit(SampledUnit::Household),
        household
    );
}

#[test]
fn json_and_toml_give_the_same_questionnaire_and_digest() {
    let questionnaire = default();
    let json = serde_json::to_string(&questionnaire).unwrap();
    let again: Questionnaire = serde_json::from_str(&json).unwrap();
    assert_eq!(again, questionnaire);
    assert_eq!(again.digest(), questionnaire.digest());
}

#[test]
fn a_changed_word_changes_the_digests() {
    let changed =
        Questionnaire::from_toml(&DEFAULT_2026.replace("您感觉安全吗", "您觉得安全吗")).unwrap();
    assert_ne!(changed.digest(), default().digest());
    let wording = |q: &Questionnaire, id: &str| q.item(id).unwrap().wording_digest();
    assert_ne!(wording(&changed, "q2"), wording(&default(), "q2"));
    assert_eq!(wording(&changed, "q1"), wording(&default(), "q1"));
}

#[test]
fn the_reversed_arm_turns_the_scale_and_leaves_the_way_out_at_the_end() {
    let questionnaire = default();
    let codes = |id: &str, direction| -> Vec<&str> {
        let item = questionnaire.item(id).unwrap();
        let order = item.shown_order(direction, 0);
        order
            .iter()
            .map(|p| item.options[*p].code.as_str())
            .collect()
    };
    assert_eq!(
        codes("q1", Direction::Forward),
        ["1", "2", "3", "4", "8", "9"]
    );
    assert_eq!(
        codes("q1", Direction::Reverse),
        ["4", "3", "2", "1", "8", "9"]
    );
    assert_eq!(
        codes("q3", Direction::Reverse),
        ["4", "3", "2", "1", "5", "8", "9"]
    );
    assert_eq!(codes("q8", Direction::Reverse), ["1", "2", "3", "9"]);
}

#[test]
fn better_and_worse_change_places_for_half_of_the_residents() {
    let questionnaire = default();
    let q5 = questionnaire.item("q5").unwrap();
    assert_eq!(q5.shown_order(Direction::Forward, 0), [0, 1, 2, 3, 4]);
    assert_eq!(q5.shown_order(Direction::Forward, 1), [2, 1, 0, 3, 4]);
}

#[test]
fn every_worry_stands_at_every_place_and_after_every_other_equally_often() {
    let questionnaire = default();
    let q9 = questionnaire.item("q9").unwrap();
    assert_eq!(questionnaire.draws(), 16);
    let mut places = BTreeMap::new();
    let mut neighbors = BTreeMap::new();
    for draw in 0..questionnaire.draws() {
        let order = q9.shown_order(Direction::Forward, draw);
        assert_eq!(order[8..], [8, 9]);
        for (place, worry) in order[..8].iter().enumerate() {
            *places.entry((place, *worry)).or_insert(0) += 1;
        }
        for pair in order[..8].windows(2) {
            *neighbors.entry((pair[0], pair[1])).or_insert(0) += 1;
        }
    }
    assert!(places.len() == 64 && places.values().all(|times| *times == 2));
    assert!(neighbors.len() == 56 && neighbors.values().all(|times| *times == 2));
}

#[test]
fn the_order_of_worries_tells_nothing_about_the_ends_that_change_places() {
    let questionnaire = default();
    let both = ["q5", "q9"].map(|id| questionnaire.item(id).unwrap());
    let seen: BTreeSet<[Vec<usize>; 2]> = (0..questionnaire.draws())
        .map(|draw| both.map(|item| item.shown_order(Direction::Forward, draw)))
        .collect();
    assert_eq!(seen.len(), 16, "each pair of orders once");
}

#[test]
fn the_design_is_balanced_for_any_number_of_options() {
    for options in 0..=MAX_OPTIONS {
        let mut places = BTreeMap::new();
        let mut neighbors = BTreeMap::new();
        for row in 0..williams_rows(options) {
            let order = williams(options, row);
            for (place, option) in order.iter().enumerate() {
                *places.entry((place, *option)).or_insert(0) += 1;
            }
            for pair in order.windows(2) {
                *neighbors.entry((pair[0], pair[1])).or_insert(0) += 1;
            }
        }
        let times = if options % 2 == 0 { 1 } else { 2 };
        assert_eq!(places.len(), options * options);
        assert_eq!(neighbors.len(), options * options.saturating_sub(1));
        assert!(
            places
                .values()
                .chain(neighbors.values())
                .all(|n| *n == times)
        );
    }
}

proptest! {
    #[test]
    fn every_order_shows_every_option_once(draw: u64, reversed: bool) {
        let direction = if reversed { Direction::Reverse } else { Direction::Forward };
        for item in &default().items {
            let order = item.shown_order(direction, draw);
            let seen: BTreeSet<usize> = order.iter().copied().collect();
            prop_assert_eq!(order.len(), item.options.len());
            prop_assert_eq!(seen, (0..item.options.len()).collect::<BTreeSet<_>>());
        }
    }
}

/// The refusal after one change of the default file.
fn refused(from: &str, to: &str) -> QuestionnaireError {
    assert!(DEFAULT_2026.contains(from), "{from}");
    Questionnaire::from_toml(&DEFAULT_2026.replacen(from, to, 1)).unwrap_err()
}

#[test]
fn an_error_names_item_and_field() {
    assert_eq!(
        refused("any_of = [\"1\", \"2\"", "any_of = [\"1\", \"7\"").to_string(),
        "item q7, asked_if: refers to code \"7\", which item q6 does not have"
    );
    assert_eq!(
        refused("item = \"q6\"", "item = \"q8\"").to_string(),
        "item q7, asked_if: refers to \"q8\", which is no earlier item"
    );
    assert_eq!(
        refused("max = 3", "max = 11").to_string(),
        "item q9, max: must be between 2 and 10"
    );
    assert_eq!(
        refused("zh-CN = \"男\", ", "").to_string(),
        "item d1, options[male].text: has no text in zh-CN"
    );
    assert_eq!(
        refused("code = \"female\"", "code = \"male\"").to_string(),
        "item d1, options[male].code: \"male\" occurs twice"
    );
    assert_eq!(
        refused("languages = [\"zh-CN\", \"en\"]", "languages = []"),
        QuestionnaireError::Head {
            field: "languages",
            problem: Problem::Empty
        }
    );
}

#[test]
fn a_wrong_type_or_a_misspelt_field_names_item_and_field() {
    let message = refused("reverse = true", "reverse = \"yes\"").to_string();
    assert!(
        message.starts_with("item q1:") && message.contains("reverse"),
        "{message}"
    );
    let message = refused("shuffle = \"ends\"", "shufle = \"ends\"").to_string();
    assert!(
        message.starts_with("item q5:") && message.contains("shufle"),
        "{message}"
    );
}

#[test]
fn an_ending_option_belongs_to_the_screen() {
    let error = refused("{ code = \"male\",", "{ code = \"male\", ends = true,");
    assert!(
        error.to_string().starts_with("item d1, options[male].ends"),
        "{error}"
    );
}
