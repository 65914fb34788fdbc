//! `minyi sample detect`: how likely seeded answers, residents who look their receipts up, and people who are asked find what was done.

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;

use super::{Format, json};
use crate::cli::{Console, Failure};
use crate::i18n::Lang;
use crate::report::csv::{CsvText, number};
use crate::report::table::{Align, TextTable};
use crate::stats::sampling::detection::{by_looks, by_seeds, to_ask};

/// How likely deleted or foreign answers are found: by seeded answers, by residents' own look, by asking people.
///
/// --deleted with --seeded: somebody deletes negative answers blindly, some of them are an auditor's. --deleted with --looked-up: each
/// resident looks the receipt up with that probability. --foreign: how many invited people to ask, so that one whose code somebody
/// else used is among them. Lists are separated by commas.
#[derive(Debug, Args)]
pub(super) struct Detect {
    /// Numbers of deleted answers.
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    deleted: Vec<usize>,
    /// Numbers of seeded negative answers.
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    seeded: Vec<usize>,
    /// Negative answers of residents, among which the seeded ones hide; 96 are 12 % of 800.
    #[arg(long, default_value_t = 96)]
    negative: usize,
    /// Shares of residents who look their receipt up.
    #[arg(long = "looked-up", value_delimiter = ',', value_name = "LIST")]
    looked_up: Vec<f64>,
    /// Shares of the answers that somebody else gave.
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    foreign: Vec<f64>,
    /// Wanted probability of finding one of them.
    #[arg(long, default_value_t = 0.95)]
    power: f64,
    /// How results are printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// One answer.
#[derive(Debug, Serialize)]
struct Line {
    by: &'static str,
    seeded: Option<usize>,
    share: Option<f64>,
    deleted: Option<usize>,
    people: Option<usize>,
    found_with: Option<f64>,
}

impl Detect {
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let lines = self.lines();
        if lines.is_empty() {
            return Err(Failure::input(lang.t("sample-detect-nothing")));
        }
        console.print(&match self.format {
            Format::Table => table(lang, &lines),
            Format::Json => json(&lines)?,
            Format::Csv => csv(&lines),
        })
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for deleted in &self.deleted {
            lines.extend(self.seeded.iter().map(|seeded| Line {
                by: "seeds",
                seeded: Some(*seeded),
                share: None,
                deleted: Some(*deleted),
                people: None,
                found_with: Some(by_seeds(
                    self.negative.saturating_add(*seeded),
                    *seeded,
                    *deleted,
                )),
            }));
            lines.extend(self.looked_up.iter().map(|share| Line {
                by: "looks",
                seeded: None,
                share: Some(*share),
                deleted: Some(*deleted),
                people: None,
                found_with: Some(by_looks(*share, *deleted)),
            }));
        }
        lines.extend(self.foreign.iter().map(|share| {
            let people = to_ask(*share, self.power);
            Line {
                by: "people",
                seeded: None,
                share: Some(*share),
                deleted: None,
                people,
                found_with: people.map(|people| by_looks(*share, people)),
            }
        }));
        lines
    }
}

fn table(lang: Lang, lines: &[Line]) -> String {
    let percent = |p: f64, digits| format!("{}%", lang.number(p * 100.0, digits));
    let count = |n: Option<usize>| n.map_or_else(|| "–".to_owned(), |n| lang.count(n as u64));
    let found = |line: &Line| {
        line.found_with
            .map_or_else(|| "–".to_owned(), |p| percent(p, 1))
    };
    let mut text = String::new();
    for (by, title, columns) in [
        (
            "seeds",
            "sample-detect-seeds",
            ["sample-detect-seeded", "sample-detect-deleted"],
        ),
        (
            "looks",
            "sample-detect-looks",
            ["sample-detect-share", "sample-detect-deleted"],
        ),
        (
            "people",
            "sample-detect-people",
            ["sample-detect-foreign", "sample-detect-people"],
        ),
    ] {
        let own: Vec<&Line> = lines.iter().filter(|line| line.by == by).collect();
        if own.is_empty() {
            continue;
        }
        let [first, second] = columns;
        let mut table = TextTable::new(vec![
            (lang.t(first), Align::Right),
            (lang.t(second), Align::Right),
            (lang.t("sample-detect-found"), Align::Right),
        ]);
        for line in own {
            let share = line.share.map(|share| percent(share, 1));
            table.push(vec![
                share.unwrap_or_else(|| count(line.seeded)),
                count(line.deleted.or(line.people)),
                found(line),
            ]);
        }
        let _ = write!(text, "{}\n{}", lang.t(title), table.render());
    }
    text
}

fn csv(lines: &[Line]) -> String {
    let mut csv = CsvText::new(["by", "seeded", "share", "deleted", "people", "found_with"]);
    let count = |n: Option<usize>| n.map_or_else(String::new, |n| n.to_string());
    for line in lines {
        csv.push([
            line.by.to_owned(),
            count(line.seeded),
            number(line.share),
            count(line.deleted),
            count(line.people),
            number(line.found_with),
        ]);
    }
    csv.finish()
}
