//! What differs between two documents, criterion by criterion and section by section.

use std::collections::BTreeSet;

use super::{Document, Fields};
use crate::evaluation::standard::form::CriterionForm;

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A criterion with this id is new.
    Added(String),
    /// A criterion with this id is gone.
    Removed(String),
    /// Something of the criterion with this id is another.
    Changed(String),
    /// The criteria that both have stand in another order.
    Order,
    /// A section other than the criteria is another: its name in the file.
    Section(String),
}

impl Document {
    /// What is different from an earlier document; id and version are not looked at.
    #[must_use]
    pub fn differences(&self, before: &Self) -> Vec<Difference> {
        let (now, then) = (self.criteria(), before.criteria());
        let find = |all: &[CriterionForm], id: &str| all.iter().find(|one| one.id == id).cloned();
        let changed = now.iter().filter_map(|one| match find(&then, &one.id) {
            None => Some(Difference::Added(one.id.clone())),
            Some(other) => (other != *one).then(|| Difference::Changed(one.id.clone())),
        });
        let mut found: Vec<Difference> = changed.collect();
        let gone = then.iter().filter(|one| find(&now, &one.id).is_none());
        found.extend(gone.map(|one| Difference::Removed(one.id.clone())));
        let common = |all: &[CriterionForm], others: &[CriterionForm]| -> Vec<String> {
            let ids = all.iter().map(|one| one.id.clone());
            ids.filter(|id| find(others, id).is_some()).collect()
        };
        if common(&now, &then) != common(&then, &now) {
            found.push(Difference::Order);
        }
        let names: BTreeSet<&String> = self.0.keys().chain(before.0.keys()).collect();
        let sections = names.into_iter().filter(|name| {
            let name = name.as_str();
            !matches!(name, "criteria" | "id" | "version") && differs(&self.0, &before.0, name)
        });
        found.extend(sections.cloned().map(Difference::Section));
        found
    }
}

fn differs(now: &Fields, before: &Fields, name: &str) -> bool {
    now.get(name) != before.get(name)
}
