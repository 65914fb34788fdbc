//! Two evaluations of the same counties side by side: what another standard would change.
//!
//! Promises: a county or criterion that only one of the two has is listed, too; a criterion is the same where its
//! finding and its reason are; remarks beside a result are no difference.

use super::dossier::{Dossier, Evaluation};
use super::finding::Finding;
use super::reason::CriterionResult;
use super::verdict::Outcome;

/// One criterion of one county that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct CriterionDifference {
    /// Id of the criterion.
    pub id: String,
    /// Its result in the first evaluation, if it is there.
    pub before: Option<CriterionResult>,
    /// Its result in the second one.
    pub after: Option<CriterionResult>,
}

impl CriterionDifference {
    /// Whether the finding itself differs, and not its reason alone.
    #[must_use]
    pub fn decides_differently(&self) -> bool {
        let finding = |result: Option<&CriterionResult>| -> Option<Finding> {
            result.map(|result| result.finding)
        };
        finding(self.before.as_ref()) != finding(self.after.as_ref())
    }
}

/// One county.
#[derive(Debug, Clone, PartialEq)]
pub struct CountyDifference {
    /// Division code.
    pub county: String,
    /// Its verdict in the first evaluation, if it is there.
    pub before: Option<Outcome>,
    /// Its verdict in the second one.
    pub after: Option<Outcome>,
    /// What differs, in the order of the second one; what is only in the first one comes last.
    pub criteria: Vec<CriterionDifference>,
}

/// Every county of either evaluation, in the order of the second one.
#[must_use]
pub fn contrast(before: &Evaluation, after: &Evaluation) -> Vec<CountyDifference> {
    let gone = before
        .counties
        .iter()
        .filter(|dossier| after.county(&dossier.county).is_none());
    let one = |dossier: &Dossier| county(&dossier.county, before, after);
    after.counties.iter().chain(gone).map(one).collect()
}

fn county(code: &str, before: &Evaluation, after: &Evaluation) -> CountyDifference {
    let (first, second) = (before.county(code), after.county(code));
    let ids = |dossier: Option<&Dossier>| -> Vec<String> {
        let criteria = dossier.into_iter().flat_map(|dossier| &dossier.criteria);
        criteria.map(|one| one.id.clone()).collect()
    };
    let mut all = ids(second);
    for id in ids(first) {
        if !all.contains(&id) {
            all.push(id);
        }
    }
    let of =
        |dossier: Option<&Dossier>, id: &str| dossier.and_then(|one| one.criterion(id)).cloned();
    let criteria = all.into_iter().map(|id| CriterionDifference {
        before: of(first, &id),
        after: of(second, &id),
        id,
    });
    let differs = |one: &CriterionDifference| match (&one.before, &one.after) {
        (Some(before), Some(after)) => {
            (before.finding, &before.reason) != (after.finding, &after.reason)
        }
        _ => true,
    };
    CountyDifference {
        county: code.to_owned(),
        before: first.map(|dossier| dossier.verdict.outcome),
        after: second.map(|dossier| dossier.verdict.outcome),
        criteria: criteria.filter(differs).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::indicator_file;
    use crate::evaluation::standard::Standard;

    const STANDARD: &str = include_str!("../../standards/yangquan-2004.toml");
    const INDICATORS: &str = include_str!("../../examples/yangquan/indicators.csv");

    fn evaluation(text: &str) -> Evaluation {
        let read = |text: &str| Standard::from_toml(text).unwrap();
        let indicators = indicator_file::read(INDICATORS, &read(STANDARD)).unwrap();
        Evaluation::of(&read(text), &indicators, None, 2026)
    }

    fn changed(before: &str, after: &str) -> Vec<CountyDifference> {
        let text = STANDARD.replacen(before, after, 1);
        assert_ne!(text, STANDARD);
        contrast(&evaluation(STANDARD), &evaluation(&text))
    }

    #[test]
    fn the_same_standard_changes_nothing() {
        let same = contrast(&evaluation(STANDARD), &evaluation(STANDARD));
        assert_eq!(same.len(), 5);
        for county in same {
            assert_eq!((county.before, county.criteria.len()), (county.after, 0));
        }
    }

    #[test]
    fn another_limit_changes_reasons_everywhere_and_findings_where_it_decides() {
        // 15 of 20 and twice 9 of 12 are exactly 75 %: under 76 % they fail; elsewhere only the reason is another.
        let all = changed("percent = 75", "percent = 76");
        let different: Vec<&str> = all
            .iter()
            .filter(|county| {
                county
                    .criteria
                    .iter()
                    .any(CriterionDifference::decides_differently)
            })
            .map(|county| county.county.as_str())
            .collect();
        assert_eq!(different, ["140303", "140311", "140321"]);
        for county in &all {
            let ids: Vec<&str> = county.criteria.iter().map(|one| one.id.as_str()).collect();
            assert_eq!(ids, ["crime.violent_clearance"], "{}", county.county);
        }
    }

    #[test]
    fn a_criterion_or_county_of_one_side_only_is_listed() {
        let all = changed("id = \"law.aid\"", "id = \"law.help\"");
        for county in &all {
            let sides: Vec<(&str, bool, bool)> = county
                .criteria
                .iter()
                .map(|one| (one.id.as_str(), one.before.is_some(), one.after.is_some()))
                .collect();
            assert_eq!(sides, [("law.help", false, true), ("law.aid", true, false)]);
        }
        let all = changed("{ code = \"140302\",", "{ code = \"140399\",");
        let ends = |place: usize| {
            (
                all[place].county.as_str(),
                all[place].before,
                all[place].after.is_some(),
            )
        };
        assert_eq!(ends(0), ("140399", None, true));
        assert_eq!((ends(5).0, ends(5).2), ("140302", false));
    }
}
