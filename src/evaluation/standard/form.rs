//! A criterion as a form shows and returns it: every field as it was typed.
//!
//! Promises: what a form says and what the standard's file says are the same thing, in both directions; a field
//! that the rule's kind does not have is not written; what no rule can hold is written as it was typed, so that the
//! reader names it with its line.

use super::document::{Fields, Node, set_words, set_words_if_there, words};

/// A parameter of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parameter {
    /// The indicator that is read; blank means that of the criterion's id.
    Indicator,
    /// The survey's item.
    Item,
    /// A limit in per cent.
    Percent,
    /// How many earlier years.
    Years,
    /// Which average of earlier growth.
    Average,
    /// Which survey rule governs.
    Rule,
    /// By how many points a share must rise.
    Delta,
    /// From which level on no rise is asked for.
    Ceiling,
    /// What is counted.
    Definition,
    /// Limits of events.
    Limits,
    /// Figures beside a judgement.
    Monitored,
    /// A limit of growth that no judgement lifts.
    GrowthAtMost,
}

/// Kinds of rules with their parameters, in the order of the choice.
pub const KINDS: [(&str, &[Parameter]); 10] = [
    ("at_least", &[Parameter::Percent, Parameter::Indicator]),
    ("at_most", &[Parameter::Percent, Parameter::Indicator]),
    (
        "share_at_least",
        &[Parameter::Percent, Parameter::Indicator],
    ),
    (
        "above_own_average",
        &[Parameter::Years, Parameter::Indicator],
    ),
    (
        "below_own_average_growth",
        &[Parameter::Years, Parameter::Average, Parameter::Indicator],
    ),
    ("no_event", &[Parameter::Limits, Parameter::Indicator]),
    ("none", &[Parameter::Definition, Parameter::Indicator]),
    (
        "judged",
        &[
            Parameter::Monitored,
            Parameter::GrowthAtMost,
            Parameter::Indicator,
        ],
    ),
    (
        "survey_at_least",
        &[Parameter::Item, Parameter::Percent, Parameter::Rule],
    ),
    (
        "survey_improved",
        &[Parameter::Item, Parameter::Delta, Parameter::Ceiling],
    ),
];

/// Names of all parameters in the file.
const NAMES: [&str; 12] = [
    "indicator",
    "item",
    "percent",
    "years",
    "average",
    "rule",
    "delta_points",
    "ceiling_percent",
    "definition",
    "limits",
    "monitored",
    "growth_at_most",
];

/// A criterion as it is typed. Texts stand in the order of [`Words::REQUIRED`](crate::evaluation::words::Words::REQUIRED).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CriterionForm {
    /// Id, `area.name`.
    pub id: String,
    /// Place in the notice.
    pub clause: String,
    /// Name.
    pub name: [String; 2],
    /// For the head of a matrix; blank means the name.
    pub short: [String; 2],
    /// What the notice leaves open; may be blank.
    pub note: [String; 2],
    /// Kind of the rule.
    pub kind: String,
    /// See [`Parameter::Indicator`].
    pub indicator: String,
    /// See [`Parameter::Item`].
    pub item: String,
    /// See [`Parameter::Percent`].
    pub percent: String,
    /// See [`Parameter::Years`].
    pub years: String,
    /// See [`Parameter::Average`]; blank means the mean.
    pub average: String,
    /// See [`Parameter::Rule`]; blank means the bound.
    pub rule: String,
    /// See [`Parameter::Delta`]; blank means 0.
    pub delta: String,
    /// See [`Parameter::Ceiling`]; blank means none.
    pub ceiling: String,
    /// See [`Parameter::Definition`].
    pub definition: [String; 2],
    /// Measure and inclusive limit of each.
    pub limits: Vec<[String; 2]>,
    /// Indicator, and what of it is shown.
    pub monitored: Vec<[String; 2]>,
    /// Indicator and limit in per cent; both blank means none.
    pub growth: [String; 2],
}

impl CriterionForm {
    /// The parameters of the kind that is chosen; none of a kind that nobody knows.
    #[must_use]
    pub fn parameters(&self) -> &'static [Parameter] {
        let found = KINDS.iter().find(|(kind, _)| *kind == self.kind);
        found.map_or(&[], |(_, parameters)| *parameters)
    }

    /// What the document says, as far as a form can show it.
    #[must_use]
    pub fn read(node: &Node) -> Self {
        let none = Fields::new();
        let fields = node.fields().unwrap_or(&none);
        let rule = fields.get("rule").and_then(Node::fields).unwrap_or(&none);
        let pairs = |list: &str, names: [&str; 2]| {
            let entries = rule.get(list).map_or(&[][..], Node::entries);
            let entries = entries.iter().filter_map(Node::fields);
            entries
                .map(|one| names.map(|name| typed(one, name)))
                .collect()
        };
        let growth = rule.get("growth_at_most").and_then(Node::fields);
        Self {
            id: typed(fields, "id"),
            clause: typed(fields, "clause"),
            name: words(fields.get("name")),
            short: words(fields.get("short")),
            note: words(fields.get("note")),
            kind: typed(rule, "kind"),
            indicator: typed(rule, "indicator"),
            item: typed(rule, "item"),
            percent: typed(rule, "percent"),
            years: typed(rule, "years"),
            average: typed(rule, "average"),
            rule: typed(rule, "rule"),
            delta: typed(rule, "delta_points"),
            ceiling: typed(rule, "ceiling_percent"),
            definition: words(rule.get("definition")),
            limits: pairs("limits", ["measure", "at_least"]),
            monitored: pairs("monitored", ["indicator", "shown"]),
            growth: growth.map_or_else(Default::default, |growth| {
                ["indicator", "percent"].map(|name| typed(growth, name))
            }),
        }
    }

    /// Writes what was typed into the document. Fields that no form has stay as they are.
    pub fn write(&self, node: &mut Node) {
        let mut fields = match std::mem::replace(node, Node::List(Vec::new())) {
            Node::Table(fields) => fields,
            _ => Fields::new(),
        };
        let mut rule = match fields.remove("rule") {
            Some(Node::Table(rule)) => rule,
            _ => Fields::new(),
        };
        fields.insert("id".to_owned(), Node::Text(self.id.clone()));
        fields.insert("clause".to_owned(), Node::Text(self.clause.clone()));
        set_words(&mut fields, "name", &self.name);
        set_words_if_there(&mut fields, "short", &self.short);
        set_words_if_there(&mut fields, "note", &self.note);
        // A definition may have languages that the form does not show.
        rule.retain(|name, _| !NAMES.contains(&name.as_str()) || name == "definition");
        rule.insert("kind".to_owned(), Node::Text(self.kind.clone()));
        if !self.parameters().contains(&Parameter::Definition) {
            rule.remove("definition");
        }
        for parameter in self.parameters() {
            self.write_parameter(*parameter, &mut rule);
        }
        fields.insert("rule".to_owned(), Node::Table(rule));
        *node = Node::Table(fields);
    }

    fn write_parameter(&self, parameter: Parameter, rule: &mut Fields) {
        let mut set = |name: &str, value: Node| drop(rule.insert(name.to_owned(), value));
        let given = |text: &str| !text.trim().is_empty();
        match parameter {
            Parameter::Indicator if given(&self.indicator) => {
                set("indicator", Node::Text(self.indicator.clone()));
            }
            Parameter::Item => set("item", Node::Text(self.item.clone())),
            Parameter::Percent if given(&self.percent) => {
                set("percent", Node::number(&self.percent));
            }
            Parameter::Years if given(&self.years) => set("years", Node::number(&self.years)),
            Parameter::Average if given(&self.average) => {
                set("average", Node::Text(self.average.clone()));
            }
            Parameter::Rule if given(&self.rule) => set("rule", Node::Text(self.rule.clone())),
            Parameter::Delta if given(&self.delta) => {
                set("delta_points", Node::number(&self.delta));
            }
            Parameter::Ceiling if given(&self.ceiling) => {
                set("ceiling_percent", Node::number(&self.ceiling));
            }
            Parameter::Definition => set_words_if_there(rule, "definition", &self.definition),
            Parameter::Limits => {
                let one = |[measure, limit]: &[String; 2]| {
                    let measure = Node::Text(measure.clone());
                    table([("measure", measure), ("at_least", Node::number(limit))])
                };
                set("limits", Node::List(self.limits.iter().map(one).collect()));
            }
            Parameter::Monitored if !self.monitored.is_empty() => {
                let one = |[indicator, shown]: &[String; 2]| {
                    let indicator = Node::Text(indicator.clone());
                    table([
                        ("indicator", indicator),
                        ("shown", Node::Text(shown.clone())),
                    ])
                };
                let all = self.monitored.iter().map(one);
                set("monitored", Node::List(all.collect()));
            }
            Parameter::GrowthAtMost if self.growth.iter().any(|text| given(text)) => {
                let [indicator, percent] = &self.growth;
                let indicator = Node::Text(indicator.clone());
                let limit = table([("indicator", indicator), ("percent", Node::number(percent))]);
                set("growth_at_most", limit);
            }
            Parameter::Indicator
            | Parameter::Percent
            | Parameter::Years
            | Parameter::Average
            | Parameter::Rule
            | Parameter::Delta
            | Parameter::Ceiling
            | Parameter::Monitored
            | Parameter::GrowthAtMost => {}
        }
    }
}

fn typed(fields: &Fields, name: &str) -> String {
    fields.get(name).map_or("", Node::typed).to_owned()
}

fn table<const N: usize>(fields: [(&str, Node); N]) -> Node {
    let fields = fields.map(|(name, node)| (name.to_owned(), node));
    Node::Table(fields.into_iter().collect())
}
