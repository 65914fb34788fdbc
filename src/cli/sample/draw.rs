//! `minyi sample draw`: which units of a frame, from a published seed.

mod frame;
mod print;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::refusal::{in_stratum, none_of};
use super::{Format, json, wave, write};
use crate::cli::{Console, Failure};
use crate::i18n::Lang;
use crate::report::csv::{CsvText, number};
use crate::report::explain::sampling::{self as explain, drawn};
use crate::stats::sampling::selection::{self, Selection, Stratum, stratified};
use crate::survey::sample::seed_from_text;

use frame::Frame;

/// Draw units from a frame, or recompute the sample of a wave.
///
/// The same frame, options and seed give the same units on every machine. A stratum's draw depends on its own
/// units alone; systematic methods take the units in the order of the file. With --wave, --areas and --frame as they
/// were imported, the sample of a wave is drawn: communities, variance units, invitations.
#[derive(Debug, Args)]
pub(super) struct Draw {
    /// The units to draw from, CSV or XLSX; with --wave the wave's frame.
    #[arg(long, value_name = "FILE")]
    frame: PathBuf,
    /// Public text (dice, lottery numbers): 64 hexadecimal digits stand for themselves, all else for its SHA-256.
    #[arg(long, value_name = "TEXT")]
    seed: String,
    /// How units are selected.
    #[arg(long, value_enum, default_value_t = Method::Srs, conflicts_with = "wave")]
    method: Method,
    /// Units to select, in each stratum.
    #[arg(long, conflicts_with_all = ["wave", "allocation", "n_column"])]
    n: Option<u64>,
    /// File with the columns stratum and n, as `minyi sample allocate --format csv` prints it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["wave", "n_column"], requires = "strata")]
    allocation: Option<PathBuf>,
    /// Column of the frame with the number to select in the stratum of each unit.
    #[arg(long, value_name = "COLUMN", conflicts_with = "wave")]
    n_column: Option<String>,
    /// Column of the strata.
    #[arg(long, value_name = "COLUMN", conflicts_with = "wave")]
    strata: Option<String>,
    /// Column of the sizes, for the methods with probability proportional to size.
    #[arg(long, value_name = "COLUMN", conflicts_with = "wave")]
    size_column: Option<String>,
    /// Column of the units' names; the first column if none is named.
    #[arg(long, value_name = "COLUMN", conflicts_with = "wave")]
    id_column: Option<String>,
    /// Write the joint inclusion probabilities of the selected units, stratum by stratum, to this CSV file.
    #[arg(long, value_name = "FILE.csv", conflicts_with = "wave")]
    joint: Option<PathBuf>,
    /// The file of a wave whose sample is recomputed.
    #[arg(long, value_name = "FILE.toml", requires = "areas")]
    wave: Option<PathBuf>,
    /// The areas that the wave's frame refers to.
    #[arg(long, value_name = "FILE.csv", requires = "wave")]
    areas: Option<PathBuf>,
    /// How results are printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Say step by step what was done, with sources: after the table, else on standard error.
    #[arg(long)]
    explain: bool,
}

/// How units are selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Simple random sampling without replacement.
    Srs,
    /// Every N/n-th unit from a random start.
    Systematic,
    /// Probability proportional to size, systematic.
    PpsSystematic,
    /// Probability proportional to size, Sampford's design.
    Sampford,
    /// Probability proportional to size, Brewer's method.
    Brewer,
}

impl Method {
    const fn engine(self) -> selection::Method {
        match self {
            Self::Srs => selection::Method::Srs,
            Self::Systematic => selection::Method::Systematic,
            Self::PpsSystematic => selection::Method::PpsSystematic,
            Self::Sampford => selection::Method::Sampford,
            Self::Brewer => selection::Method::Brewer,
        }
    }
}

/// What was drawn, with everything that it was drawn from.
struct Drawn {
    method: selection::Method,
    seed_text: String,
    seed: [u8; 32],
    frame: Frame,
    strata: Vec<Stratum>,
    selections: Vec<Selection>,
}

impl Draw {
    /// Runs the command.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let (lang, is_table) = (console.lang(), self.format == Format::Table);
        if self.seed.trim().is_empty() {
            return Err(Failure::input(lang.t("sample-seed-empty")));
        }
        if let (Some(plan), Some(areas)) = (&self.wave, &self.areas) {
            let files = wave::Files {
                wave: plan,
                areas,
                frame: &self.frame,
            };
            let (text, explained) = wave::draw(lang, &files, &self.seed, self.format)?;
            let explained = self.explain.then_some(explained);
            return console.print_explained(text, is_table, explained);
        }
        let drawn = self.draw(lang)?;
        let text = match self.format {
            Format::Table => print::table(lang, &drawn),
            Format::Csv => print::csv(&drawn),
            Format::Json => json(&print::document(&drawn))?,
        };
        if let Some(path) = &self.joint {
            write(lang, path, &joint(lang, &drawn)?)?;
        }
        console.print_explained(text, is_table, self.explain.then(|| drawn.explain(lang)))
    }

    fn draw(&self, lang: Lang) -> Result<Drawn, Failure> {
        let method = self.method.engine();
        let frame = Frame::read(self, method, lang)?;
        let strata: Vec<Stratum> = frame
            .strata
            .iter()
            .map(|stratum| Stratum {
                name: stratum.name.clone(),
                sizes: frame.sizes_of(stratum),
                n: stratum.n,
                method,
            })
            .collect();
        let seed = seed_from_text(&self.seed);
        let problems: Vec<String> = strata
            .iter()
            .filter_map(|stratum| {
                let refused = method.probabilities(&stratum.sizes, stratum.n).err()?;
                Some(in_stratum(lang, &stratum.name, &refused))
            })
            .collect();
        none_of(problems)?;
        let selections = stratified(&seed, &strata).map_err(|(place, error)| {
            let name = strata
                .get(place)
                .map_or("", |stratum| stratum.name.as_str());
            Failure::input(in_stratum(lang, name, &error))
        })?;
        Ok(Drawn {
            method,
            seed_text: self.seed.trim().to_owned(),
            seed,
            frame,
            strata,
            selections,
        })
    }
}

impl Drawn {
    fn explain(&self, lang: Lang) -> String {
        let certain = self.selections.iter().map(|selection| {
            let probability = |place: &&usize| selection.probabilities.get(**place);
            let is_certain = |place: &&usize| probability(place).is_some_and(|p| *p >= 1.0);
            selection.selected.iter().filter(is_certain).count()
        });
        let selected = self.selections.iter().map(|one| one.selected.len());
        let units = self.strata.iter().map(|stratum| stratum.sizes.len());
        drawn(
            lang,
            &explain::Draw {
                method: self.method,
                seed_text: &self.seed_text,
                seed: &self.seed,
                frame: &self.frame.sha256,
                counts: [
                    units.sum(),
                    self.strata.len(),
                    selected.sum(),
                    certain.sum(),
                ],
            },
        )
    }
}

/// Joint probabilities of the selected units; units of different strata are independent.
fn joint(lang: Lang, drawn: &Drawn) -> Result<String, Failure> {
    let mut file = CsvText::new(["stratum", "unit_1", "unit_2", "joint_probability"]);
    let strata = drawn.frame.strata.iter().zip(&drawn.selections);
    for (stratum, selection) in strata {
        let matrix = selection
            .joint()
            .map_err(|error| Failure::input(in_stratum(lang, &stratum.name, &error)))?;
        let units: Vec<&str> = selection
            .selected
            .iter()
            .filter_map(|place| stratum.rows.get(*place))
            .map(|row| drawn.frame.id(*row))
            .collect();
        for (k, (first, row)) in units.iter().zip(&matrix).enumerate() {
            for (second, both) in units.iter().zip(row).skip(k) {
                let both = number(Some(*both));
                file.push([stratum.name.as_str(), first, second, &both]);
            }
        }
    }
    Ok(file.finish())
}
