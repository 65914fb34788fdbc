//! What was done, step by step, in words with numbers and citations.
//!
//! Pure: a plan, its results and the reader's [`Wording`] in, text out. Promises: what is said follows from
//! the plan and the results alone; a citation stands once, in [`source`], and in full at the end; the methods
//! are those of `docs/methodology.md`.

mod analysis;
mod design;
pub mod sampling;
mod source;
mod weighting;

use std::fmt::Write as _;

use super::estimate::Wording;
use crate::i18n::{Lang, Value};
use crate::stats::plan::Plan;
use crate::stats::plan::results::Results;

use source::Source;

/// The explanation of a run.
#[must_use]
pub fn text(plan: &Plan, results: &Results, wording: &Wording) -> String {
    let mut story = Story::new(wording.lang);
    for (spec, (_, facts)) in plan.designs.iter().zip(results.designs.iter()) {
        design::explain(&mut story, spec, facts.as_ref().ok());
    }
    for (pipeline, (_, outcome)) in plan.weightings.iter().zip(results.weightings.iter()) {
        weighting::explain(&mut story, pipeline, outcome.as_ref().ok());
    }
    for (asked, (_, outcome)) in plan.analyses.iter().zip(results.analyses.iter()) {
        analysis::explain(
            &mut story,
            plan,
            results,
            wording,
            asked,
            outcome.as_ref().ok(),
        );
    }
    if !plan.small_area.is_empty() {
        let ids: Vec<&str> = plan
            .small_area
            .iter()
            .map(|model| model.id.as_str())
            .collect();
        story.section("explain-small-area", &[("ids", ids.join(", ").into())]);
        story.step(
            "explain-small-area-method",
            &[],
            &[Source::FayHerriot, Source::RaoMolina],
        );
    }
    story.finish()
}

/// An explanation under construction: sections of numbered steps.
pub(super) struct Story {
    lang: Lang,
    text: String,
    steps: usize,
    cited: Vec<Source>,
}

impl Story {
    fn new(lang: Lang) -> Self {
        Self {
            lang,
            text: format!("{}\n", lang.t("explain-title")),
            steps: 0,
            cited: Vec::new(),
        }
    }

    /// Begins a section; its steps count from 1.
    fn section(&mut self, key: &str, arguments: &[(&str, Value<'_>)]) {
        self.steps = 0;
        self.text.push('\n');
        self.text.push_str(&self.lang.t_with(key, arguments));
        self.text.push('\n');
    }

    /// One step with its citations.
    fn step(&mut self, key: &str, arguments: &[(&str, Value<'_>)], sources: &[Source]) {
        let sentence = self.lang.t_with(key, arguments);
        self.sentence(&sentence, sources);
    }

    /// One step in words that are already there.
    fn sentence(&mut self, sentence: &str, sources: &[Source]) {
        self.steps += 1;
        let short: Vec<&str> = sources.iter().map(|source| source.short()).collect();
        let cited = if short.is_empty() {
            String::new()
        } else {
            format!(" [{}]", short.join("; "))
        };
        // Writing into a String cannot fail.
        let _ = writeln!(self.text, "{:>3}. {sentence}{cited}", self.steps);
        for source in sources {
            if !self.cited.contains(source) {
                self.cited.push(*source);
            }
        }
    }

    /// The text with the full citations, by author.
    fn finish(mut self) -> String {
        if self.cited.is_empty() {
            return self.text;
        }
        self.text.push('\n');
        self.text.push_str(&self.lang.t("explain-sources"));
        self.text.push('\n');
        let mut full: Vec<&str> = self.cited.iter().map(|source| source.full()).collect();
        full.sort_unstable();
        full.dedup();
        for source in full {
            let _ = writeln!(self.text, "  {source}");
        }
        self.text
    }
}

/// A list of columns, or the words for none.
fn columns(lang: Lang, names: &[String], none: &str) -> String {
    if names.is_empty() {
        lang.t(none)
    } else {
        names.join(" × ")
    }
}

/// A count as people read it.
fn whole(lang: Lang, value: f64) -> String {
    lang.number(value, 0)
}

#[cfg(test)]
mod tests;
