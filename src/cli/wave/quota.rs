//! `minyi wave quota`: cells with targets, from a file, and what they count.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::super::person::Desk;
use super::super::{Console, Failure};
use super::Step;
use crate::i18n::Lang;
use crate::report::quota::cell_words;
use crate::report::table::{Align, TextTable};
use crate::service::again::again;
use crate::service::quotas::{self, Given, QuotaError};
use crate::service::sentence;
use crate::service::waves::STEP;
use crate::service::waves::overview::overview;
use crate::survey::wave::{WaveKind, WaveSlug};

/// Quota cells: who is wanted how often, and how many have answered.
#[derive(Debug, Args)]
pub(super) struct Quota {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Gives a wave its cells. After the seal this asks for a change (`minyi wave rule`).
    Set(Set),
    /// Shows cells, targets and counts.
    Show(Step),
}

#[derive(Debug, Args)]
struct Set {
    #[command(flatten)]
    step: Step,
    /// The file, CSV in UTF-8: county, age, sex, residence (where it is told apart), target, rule.
    #[arg(long)]
    file: PathBuf,
    /// Why, after the seal; everybody reads it with the result.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

impl Quota {
    /// Does it.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        match self.what {
            What::Set(set) => set.run(console),
            What::Show(step) => step.show(console, show),
        }
    }
}

impl Set {
    fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let file = self.file.display().to_string();
        let bytes = std::fs::read(&self.file).map_err(|error| {
            let args = [
                ("file", file.as_str().into()),
                ("message", error.to_string().into()),
            ];
            Failure::input(lang.t_with("evaluate-file-unreadable", &args))
        })?;
        self.step.show(console, async |desk, slug| {
            let given =
                again(|| quotas::give(desk.app, desk.person, slug, &bytes, &self.reason)).await;
            let (key, cells) = match given.map_err(|error| refusal(desk, Some(&file), error))? {
                Given::Set(cells) => ("quota-set", cells),
                Given::Asked(cells) => ("quota-asked", cells),
            };
            let cells = u64::try_from(cells).unwrap_or(u64::MAX);
            let args = [
                ("slug", slug.as_str().into()),
                ("cells", lang.count(cells).into()),
            ];
            console.print(&format!("{}\n", lang.t_with(key, &args)))
        })
    }
}

async fn show(desk: Desk<'_>, slug: &WaveSlug) -> Result<(), Failure> {
    let lang = desk.lang();
    let found = overview(desk.app, desk.person, slug).await;
    let found = found.map_err(|error| super::refusal(desk, error))?;
    let board = &found.board;
    if board.lines.is_empty() {
        desk.console.note(&lang.t("quota-none"));
        return Ok(());
    }
    let open = found.status.wave.kind == WaveKind::Open;
    let mut table = TextTable::new(heads(lang));
    for line in &board.lines {
        let uncounted = if open {
            lang.count(line.tally.uncounted)
        } else {
            String::new()
        };
        table.push([
            line.quota.county.to_string(),
            cell_words(lang, &found.questionnaire, &found.plan, &line.quota.cell),
            lang.count(line.quota.target.into()),
            lang.count(line.tally.counted),
            uncounted,
            lang.t(&format!("quota-rule-{}", line.quota.rule.as_str())),
        ]);
    }
    if open {
        desk.console.note(&lang.t("open-not-a-sample"));
    }
    if let Some(day) = &board.day {
        let args = [
            ("day", day.as_str().into()),
            ("step", STEP.to_string().into()),
        ];
        desk.console.note(&lang.t_with("organize-quota-day", &args));
    }
    desk.console.print(&table.render())
}

fn heads(lang: Lang) -> [(String, Align); 6] {
    [
        (lang.t("wave-head-county"), Align::Left),
        (lang.t("organize-quota-cell"), Align::Left),
        (lang.t("organize-quota-target"), Align::Right),
        (lang.t("organize-quota-counted"), Align::Right),
        (lang.t("organize-quota-uncounted"), Align::Right),
        (lang.t("organize-quota-rule"), Align::Left),
    ]
}

/// Problems of rows begin with the file's name.
fn refusal(desk: Desk<'_>, file: Option<&str>, error: QuotaError) -> Failure {
    match error {
        QuotaError::Wave(error) => super::refusal(desk, error),
        error => {
            let sentences = sentence::quota_error(desk.lang(), desk.zone(), &error);
            let named = |sentence: String| match file {
                Some(file) => format!("{file}: {sentence}"),
                None => sentence,
            };
            Failure::Input(sentences.into_iter().map(named).collect())
        }
    }
}
