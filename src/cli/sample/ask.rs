//! `minyi sample ask`: which invited people an auditor asks whether they answered.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::{Format, json};
use crate::cli::{Console, Failure};
use crate::report::csv::CsvText;
use crate::report::table::{Align, TextTable};
use crate::survey::sample::{Sample, seed_from_text};

/// Draw invited people who are asked whether they answered.
///
/// Every invitation of the sample with the same probability, without replacement, from a seed that nobody knew before the close.
/// Each is named by community, part and its place among the invitations of that community, in the order of the file of codes.
#[derive(Debug, Args)]
pub(super) struct Ask {
    /// sample.json of an auditors' bundle.
    #[arg(long, value_name = "FILE")]
    sample: PathBuf,
    /// How many people: 59 find 5 % of foreign answers with 95 % (minyi sample detect --foreign).
    #[arg(long, default_value_t = 59, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    people: u32,
    /// Public text (dice, lottery numbers) of after the close: 64 hexadecimal digits stand for themselves, all else for its SHA-256.
    #[arg(long, value_name = "TEXT")]
    seed: String,
    /// How the list is printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// One line of the list.
#[derive(Debug, Serialize)]
struct Line {
    county: String,
    stratum: String,
    community: String,
    part: u32,
    place: u64,
    of: u64,
}

impl Ask {
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let shown = self.sample.display().to_string();
        let cannot = |error: String| {
            let args = [("path", shown.as_str().into()), ("error", error.into())];
            Failure::input(lang.t_with("sample-ask-unreadable", &args))
        };
        let text = fs::read_to_string(&self.sample).map_err(|error| cannot(error.to_string()))?;
        let sample: Sample =
            serde_json::from_str(&text).map_err(|error| cannot(error.to_string()))?;
        let asked = sample.asked(self.people as usize, &seed_from_text(&self.seed));
        if asked.len() < self.people as usize {
            let args = [
                ("people", lang.count(u64::from(self.people)).into()),
                ("invited", lang.count(asked.len() as u64).into()),
            ];
            return Err(Failure::input(lang.t_with("sample-ask-too-many", &args)));
        }
        let lines: Vec<Line> = asked
            .into_iter()
            .map(|(psu, place)| Line {
                county: psu.county.to_string(),
                stratum: psu.stratum.to_string(),
                community: psu.unit.to_string(),
                part: psu.part,
                place,
                of: psu.invitations,
            })
            .collect();
        console.print(&match self.format {
            Format::Json => json(&lines)?,
            Format::Csv => {
                let mut csv =
                    CsvText::new(["county", "stratum", "community", "part", "place", "of"]);
                for line in &lines {
                    csv.push(fields(line));
                }
                csv.finish()
            }
            Format::Table => {
                let heads = [
                    ("sample-ask-county", Align::Left),
                    ("sample-ask-stratum", Align::Left),
                    ("sample-ask-community", Align::Left),
                    ("sample-ask-part", Align::Right),
                    ("sample-ask-place", Align::Right),
                    ("sample-ask-of", Align::Right),
                ];
                let heads = heads.map(|(key, align)| (lang.t(key), align));
                let mut table = TextTable::new(heads.to_vec());
                for line in &lines {
                    table.push(fields(line).to_vec());
                }
                table.render()
            }
        })
    }
}

fn fields(line: &Line) -> [String; 6] {
    [
        line.county.clone(),
        line.stratum.clone(),
        line.community.clone(),
        line.part.to_string(),
        line.place.to_string(),
        line.of.to_string(),
    ]
}
