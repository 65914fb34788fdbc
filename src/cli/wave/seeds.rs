//! `minyi wave seeds`: an auditor's own answers as a list, its deposit while the wave runs, its naming after the close.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::super::output_file::write_new;
use super::super::person::Desk;
use super::super::witness::Parties;
use super::super::{Console, Failure};
use super::{Step, about, read, slug};
use crate::i18n::Lang;
use crate::report::seeds as words;
use crate::service::again::again;
use crate::service::keys::random;
use crate::service::seeds::{self, SeedError};
use crate::service::sentence::{seed_error, wave_error};
use crate::service::waves::WaveError;
use crate::survey::area::AreaCode;
use crate::survey::seeds::{digest, write};

/// Answers of auditors.
#[derive(Debug, Args)]
pub(super) struct Seeds {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Writes the list of your answers, on your own machine; needs no instance.
    Prepare(Prepare),
    /// Deposits the SHA-256 of a list while the wave runs; the list stays with you.
    Deposit(Deposit),
    /// Names a deposited list after the close.
    Name(Name),
}

/// From receipts and answers to a list.
#[derive(Debug, Args)]
struct Prepare {
    /// CSV with a line for each answer: county, receipt (64 digits, spaces do not matter), and a column for each question;
    /// several codes of one question are joined by +.
    answers: PathBuf,
    /// Where the list goes. A file that is there is not overwritten.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Debug, Args)]
struct Deposit {
    #[command(flatten)]
    step: Step,
    /// SHA-256 of the list, as `prepare` printed it.
    #[arg(long, value_name = "SHA256")]
    digest: String,
    /// Answers by county, as `prepare` printed them: 140302=5.
    #[arg(long, value_name = "COUNTY=NUMBER", num_args = 1.., required = true)]
    counties: Vec<String>,
    #[command(flatten)]
    parties: Parties,
}

#[derive(Debug, Args)]
struct Name {
    #[command(flatten)]
    step: Step,
    /// The list.
    #[arg(long, value_name = "FILE")]
    list: PathBuf,
}

impl Seeds {
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        match self.what {
            What::Prepare(prepare) => prepare.run(console),
            What::Deposit(deposit) => deposit.run(console),
            What::Name(name) => name.run(console),
        }
    }
}

/// County, commitment, pairs of item and code.
type Line = (AreaCode, [u8; 32], Vec<(String, String)>);

impl Prepare {
    fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let text = text(lang, &self.answers)?;
        let lines = lines(lang, &text)?;
        let salt = random().map_err(|error| Failure::internal(lang.t("wave-attempted"), error))?;
        let list = write(&salt, &lines);
        write_new(&self.out, list.as_bytes())
            .map_err(|error| about(lang, "import-template-unwritten", &self.out, &error))?;
        let mut counts: BTreeMap<&AreaCode, u64> = BTreeMap::new();
        for (county, ..) in &lines {
            *counts.entry(county).or_default() += 1;
        }
        let counts = counts
            .iter()
            .map(|(county, number)| format!("{county}={number}"));
        let counts: Vec<String> = counts.collect();
        let args = [
            ("file", self.out.display().to_string().into()),
            ("number", lang.count(lines.len() as u64).into()),
            ("digest", hex::encode(digest(&list)).into()),
            ("counties", counts.join(" ").into()),
        ];
        console.print(&format!("{}\n", lang.t_with("seeds-prepared", &args)))
    }
}

fn text(lang: Lang, file: &Path) -> Result<String, Failure> {
    read(file).map_err(|message| {
        let file = file.display().to_string();
        let args = [("file", file.into()), ("message", message.into())];
        Failure::input(lang.t_with("evaluate-file-unreadable", &args))
    })
}

/// The answers of a table, line by line.
fn lines(lang: Lang, text: &str) -> Result<Vec<Line>, Failure> {
    let bad = || Failure::input(lang.t("seeds-columns"));
    let mut table = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = table.headers().map_err(|_| bad())?.clone();
    let column = |name: &str| header.iter().position(|field| field.trim() == name);
    let (county, receipt) = column("county").zip(column("receipt")).ok_or_else(bad)?;
    let mut found = Vec::new();
    for (row, number) in table.records().zip(2_u64..) {
        let wrong = || {
            let args = [("row", lang.count(number).into())];
            Failure::input(lang.t_with("seeds-row", &args))
        };
        let row = row.map_err(|_| wrong())?;
        let field = |at: usize| row.get(at).unwrap_or("").trim();
        let digits: String = field(receipt).split_whitespace().collect();
        let mut commitment = [0; 32];
        hex::decode_to_slice(digits, &mut commitment).map_err(|_| wrong())?;
        let code = AreaCode::parse(field(county)).map_err(|_| wrong())?;
        let items = header
            .iter()
            .enumerate()
            .filter(|(at, _)| ![county, receipt].contains(at));
        let pairs = items.flat_map(|(at, item)| {
            let codes = field(at).split('+').filter(|code| !code.is_empty());
            codes
                .map(|code| (item.trim().to_owned(), code.trim().to_owned()))
                .collect::<Vec<_>>()
        });
        found.push((code, commitment, pairs.collect()));
    }
    if found.is_empty() {
        return Err(Failure::input(lang.t("seeds-empty")));
    }
    Ok(found)
}

impl Deposit {
    fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let slug = slug(lang, &self.step.slug)?;
        let numbers = self.counties.join(" ");
        let witnesses = self.parties.open(lang)?;
        self.step.person.act(console, async |desk| {
            let counties = seeds::numbers(&numbers).map_err(|error| refusal(desk, error))?;
            let mut app = desk.app.clone();
            app.witnesses = witnesses;
            let done = again(|| seeds::deposit(&app, desk.person, &slug, &self.digest, &counties));
            let is_seen = done.await.map_err(|error| refusal(desk, error))?;
            let seen = lang.t(if is_seen {
                "seeds-witnessed"
            } else {
                "seeds-not-witnessed"
            });
            console.print(&format!("{} {seen}\n", lang.t("seeds-deposited")))
        })
    }
}

impl Name {
    fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let slug = slug(lang, &self.step.slug)?;
        let list = text(lang, &self.list)?;
        self.step.person.act(console, async |desk| {
            let named = again(|| seeds::name(desk.app, desk.person, &slug, &list)).await;
            let fates = named.map_err(|error| refusal(desk, error))?;
            let name = |county: &AreaCode| county.to_string();
            let mut said = vec![lang.t("seeds-named")];
            said.extend(words::by_county(lang, &fates, &name));
            said.extend(words::alarm(lang, &fates));
            console.print(&format!("{}\n", said.join("\n")))
        })
    }
}

fn refusal(desk: Desk<'_>, error: SeedError) -> Failure {
    let lang = desk.lang();
    match error {
        SeedError::Wave(error @ WaveError::NoWave(_)) => {
            Failure::Input(wave_error(lang, desk.zone(), &error))
        }
        error => match seed_error(lang, desk.zone(), &error) {
            Some(sentence) => Failure::input(sentence),
            None => Failure::internal(lang.t("wave-attempted"), error),
        },
    }
}
