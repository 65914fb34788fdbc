//! Quota cells in words.

use crate::i18n::Lang;
use crate::survey::plan::Plan;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::quota::{Cell, Quota};

/// A cell as the questionnaire calls its parts: "18–29, male, urban".
#[must_use]
pub fn cell_words(lang: Lang, questionnaire: &Questionnaire, plan: &Plan, cell: &Cell) -> String {
    let option = |item: &str, code: &str| {
        let options = questionnaire.item(item).map(|item| &item.options);
        let choice = options.and_then(|options| options.iter().find(|choice| choice.code == code));
        choice.map_or_else(
            || code.to_owned(),
            |choice| choice.text.get(lang.tag()).to_owned(),
        )
    };
    let mut parts = vec![
        option(plan.age_item(), &cell.age),
        option(plan.sex_item(), &cell.sex),
    ];
    parts.extend(
        cell.residence
            .map(|residence| lang.t(&format!("open-{}", residence.as_str()))),
    );
    parts.join(&lang.t("wave-comma"))
}

/// What changes of a cell that is called `of`.
#[must_use]
pub fn change_words(lang: Lang, of: &str, before: &Quota, after: &Quota) -> String {
    let rule = |quota: &Quota| lang.t(&format!("quota-rule-{}", quota.rule.as_str()));
    let args = [
        ("of", of.into()),
        ("before", lang.count(before.target.into()).into()),
        ("after", lang.count(after.target.into()).into()),
        ("rule-before", rule(before).into()),
        ("rule-after", rule(after).into()),
    ];
    let key = if before.rule == after.rule {
        "quota-change"
    } else {
        "quota-change-rule"
    };
    lang.t_with(key, &args)
}
