//! The plan of an open wave: whom its link asks, and what is too small to print. No sample, no weights, no
//! verdict: who follows a link was not drawn, so nothing can be inferred for those who did not.

use serde::{Deserialize, Serialize};

use super::{PlanMisfit, PlanProblem, PlanSyntax, Problems, QualityPlan, eligible_codes, single};
use crate::survey::area::AreaCode;
use crate::survey::questionnaire::Questionnaire;

/// The recipe of one open wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenPlan {
    /// The counties in which it asks.
    pub counties: Vec<AreaCode>,
    /// Item that gives the sex; asked before the others.
    #[serde(default = "sex_item")]
    pub sex_item: String,
    /// Item that gives the age band; asked before the others.
    #[serde(default = "age_item")]
    pub age_item: String,
    /// Whether urban and rural residents are told apart; asked before the others.
    #[serde(default)]
    pub residence: bool,
    /// What marks an answer as hasty.
    #[serde(default = "quality")]
    pub quality: QualityPlan,
    /// Answers below which a cell of a distribution is merged with its neighbor.
    #[serde(default = "smallest_cell")]
    pub smallest_cell: u32,
}

fn sex_item() -> String {
    "d1".to_owned()
}

fn age_item() -> String {
    "s2".to_owned()
}

const fn quality() -> QualityPlan {
    QualityPlan { fast_seconds: 30 }
}

const fn smallest_cell() -> u32 {
    10
}

impl OpenPlan {
    /// The plan for the default questionnaire and these counties.
    #[must_use]
    pub fn standard(counties: Vec<AreaCode>) -> Self {
        Self {
            counties,
            sex_item: sex_item(),
            age_item: age_item(),
            residence: false,
            quality: quality(),
            smallest_cell: smallest_cell(),
        }
    }

    /// Reads the JSON that a wave keeps.
    pub fn from_json(text: &str) -> Result<Self, PlanSyntax> {
        serde_json::from_str(text).map_err(|e| PlanSyntax(e.to_string()))
    }

    /// The canonical text: compact JSON with fields in declared order.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether the plan fits the questionnaire. Every problem is reported.
    pub fn check(&self, questionnaire: &Questionnaire) -> Result<(), Vec<PlanProblem>> {
        let mut problems = Problems(Vec::new());
        let items = [
            ("open.sex_item", &self.sex_item),
            ("open.age_item", &self.age_item),
        ];
        for (field, id) in items {
            if let Some(item) = single(field, id, questionnaire, &mut problems)
                && (item.asked_if.is_some() || eligible_codes(item).is_empty())
            {
                problems.push(field, PlanMisfit::Empty);
            }
        }
        if self.counties.is_empty() {
            problems.push("open.counties", PlanMisfit::Empty);
        }
        for (place, county) in self.counties.iter().enumerate() {
            if self.counties.iter().take(place).any(|c| c == county) {
                problems.push("open.counties", PlanMisfit::CountyTwice(county.clone()));
            }
        }
        problems.range(
            "open.smallest_cell",
            f64::from(self.smallest_cell),
            10.0,
            1e6,
        );
        if problems.0.is_empty() {
            Ok(())
        } else {
            Err(problems.0)
        }
    }
}
