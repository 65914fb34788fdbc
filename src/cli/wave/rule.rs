//! `minyi wave rule`: changes after the seal, asked for by one person and confirmed by another.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::super::output_file::write_new;
use super::super::person::Desk;
use super::super::{Console, Failure};
use super::{Step, about, ours};
use crate::i18n::Lang;
use crate::report::rule::RuleWords;
use crate::service::again::again;
use crate::service::rules::{self, RuleBoard, RuleError, Wanted};
use crate::service::sentence;
use crate::service::waves::WaveError;
use crate::survey::area::AreaCode;
use crate::survey::ids::RuleChangeId;
use crate::survey::rule::RuleChange;
use crate::survey::sample::{StratumCode, UnitCode};
use crate::survey::wave::WaveSlug;

/// Changes after the seal.
#[derive(Debug, Args)]
pub(super) struct Rule {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Asks for another end of fieldwork.
    End(End),
    /// Asks for a reminder to everybody of some strata.
    Remind(Remind),
    /// Asks that no figure uses the answers of a variance unit.
    Exclude(Exclude),
    /// Confirms the change that another person asked for.
    Confirm(This),
    /// Takes back what nobody has confirmed.
    Withdraw(This),
    /// Shows what has been changed and what waits.
    Show(Step),
    /// Writes the list of the latest reminder that holds, XLSX.
    List(List),
}

#[derive(Debug, Args)]
struct End {
    #[command(flatten)]
    step: Step,
    /// The new end: 2026-11-30T18:00, local.
    #[arg(long = "end", value_name = "TIME")]
    time: String,
    #[command(flatten)]
    reason: Reason,
}

#[derive(Debug, Args)]
struct Remind {
    #[command(flatten)]
    step: Step,
    /// A stratum, such as 140302-urban; may be given several times.
    #[arg(long = "stratum", value_name = "CODE", required = true)]
    strata: Vec<String>,
    #[command(flatten)]
    reason: Reason,
}

#[derive(Debug, Args)]
struct Exclude {
    #[command(flatten)]
    step: Step,
    /// The variance unit.
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[command(flatten)]
    reason: Reason,
}

#[derive(Debug, Args)]
struct Reason {
    /// Why; everybody reads it with the result.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
struct This {
    #[command(flatten)]
    step: Step,
    /// Which one, as `minyi wave rule show` names it: what is confirmed is what was read.
    #[arg(long, value_name = "ID")]
    change: String,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    step: Step,
    /// The file to write; it must not exist yet.
    #[arg(long)]
    out: PathBuf,
}

impl Rule {
    /// Does it.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        match self.what {
            What::End(end) => {
                let args = [("found", end.time.as_str().into())];
                let bad = || Failure::input(console.lang().t_with("rules-end-bad", &args));
                end.step.show(console, async |desk, slug| {
                    let at = desk.zone().parse(&end.time).map_err(|_| bad())?;
                    ask(desk, slug, Wanted::End(at), &end.reason).await
                })
            }
            What::Remind(remind) => remind.step.show(console, async |desk, slug| {
                let strata = remind.strata.iter().map(StratumCode::new).collect();
                ask(desk, slug, Wanted::Reminder(strata), &remind.reason).await
            }),
            What::Exclude(exclude) => exclude.step.show(console, async |desk, slug| {
                let unit = UnitCode::new(&exclude.unit);
                ask(desk, slug, Wanted::Exclusion(unit), &exclude.reason).await
            }),
            What::Confirm(of) => of.run(console, true),
            What::Withdraw(of) => of.run(console, false),
            What::Show(step) => step.show(console, show),
            What::List(list) => list.run(console),
        }
    }
}

async fn ask(
    desk: Desk<'_>,
    slug: &WaveSlug,
    wanted: Wanted,
    reason: &Reason,
) -> Result<(), Failure> {
    let ask = || rules::ask(desk.app, desk.person, slug, wanted.clone(), &reason.reason);
    let change = again(ask).await.map_err(|error| refusal(desk, error))?;
    say(desk, slug, desk.lang().t("rule-asked"), &change).await
}

/// A sentence and what the change does.
async fn say(
    desk: Desk<'_>,
    slug: &WaveSlug,
    first: String,
    change: &RuleChange,
) -> Result<(), Failure> {
    let board = board(desk, slug).await?;
    let mut lines = vec![format!("{} {first}", change.id)];
    lines.extend(what(desk, &board, change));
    desk.console.print(&format!("{}\n", lines.join("\n")))
}

async fn board(desk: Desk<'_>, slug: &WaveSlug) -> Result<RuleBoard, Failure> {
    let board = rules::board(desk.app, desk.person, slug).await;
    board.map_err(|error| super::refusal(desk, error))
}

fn what(desk: Desk<'_>, board: &RuleBoard, change: &RuleChange) -> Vec<String> {
    let lang = desk.lang();
    let county = |code: &AreaCode| {
        let area = board.counties.iter().find(|area| area.code == *code);
        area.map_or(code.as_str(), |area| area.name(lang.tag()))
            .to_owned()
    };
    let words = RuleWords {
        lang,
        zone: desk.zone(),
        plan: Some(&board.plan),
        questionnaire: &board.questionnaire,
        county: &county,
    };
    words.lines(&change.rule)
}

impl This {
    fn run(self, console: Console, confirms: bool) -> Result<(), Failure> {
        let id: RuleChangeId = self.change.parse().map_err(|_| {
            let args = [("found", self.change.as_str().into())];
            Failure::input(console.lang().t_with("rule-unknown", &args))
        })?;
        self.step.show(console, async |desk, slug| {
            if !confirms {
                let withdraw = || rules::withdraw(desk.app, desk.person, slug, id);
                again(withdraw)
                    .await
                    .map_err(|error| refusal(desk, error))?;
                return console.print(&format!("{}\n", desk.lang().t("rule-withdrawn")));
            }
            let confirm = || rules::confirm(desk.app, desk.person, slug, id);
            let change = again(confirm).await.map_err(|error| refusal(desk, error))?;
            let when = change.confirmed.map(|(_, effect)| moment(desk, effect));
            let args = [("when", when.unwrap_or_default().into())];
            say(
                desk,
                slug,
                desk.lang().t_with("rule-confirmed", &args),
                &change,
            )
            .await
        })
    }
}

fn moment(desk: Desk<'_>, at: crate::survey::time::Instant) -> String {
    desk.lang().moment(desk.zone().civil(at))
}

async fn show(desk: Desk<'_>, slug: &WaveSlug) -> Result<(), Failure> {
    let (lang, board) = (desk.lang(), board(desk, slug).await?);
    if board.changes.is_empty() {
        desk.console.note(&lang.t("rules-none"));
        return Ok(());
    }
    let mut lines = Vec::new();
    for change in &board.changes {
        lines.push(standing(lang, desk, change));
        let reason = [("reason", change.reason.as_str().into())];
        let more = what(desk, &board, change);
        let more = more
            .into_iter()
            .chain([lang.t_with("rules-reason-of", &reason)]);
        lines.extend(more.map(|line| format!("  {line}")));
    }
    desk.console.print(&format!("{}\n", lines.join("\n")))
}

fn standing(lang: Lang, desk: Desk<'_>, change: &RuleChange) -> String {
    let kind = lang.t(&format!("rules-kind-{}", change.rule.kind().as_str()));
    let stands = match change.confirmed {
        None => lang.t("rules-waiting"),
        Some((_, effect)) => {
            let key = match change.applied_at {
                Some(_) => "rules-applied",
                None => "rules-confirmed",
            };
            lang.t_with(key, &[("when", moment(desk, effect).into())])
        }
    };
    format!("{} {kind}: {stands}", change.id)
}

impl List {
    fn run(self, console: Console) -> Result<(), Failure> {
        self.step.show(console, async |desk, slug| {
            let lang = desk.lang();
            let list = rules::reminder(desk.app, desk.person, slug, None).await;
            let list = list.map_err(|error| super::refusal(desk, error))?;
            let list = list.ok_or_else(|| Failure::input(lang.t("rule-no-list")))?;
            let book = list
                .workbook(lang)
                .map_err(|error| Failure::internal(lang.t("wave-attempted"), error))?;
            write_new(&self.out, &book)
                .map_err(|error| about(lang, "import-template-unwritten", &self.out, &error))?;
            let file = self.out.display().to_string();
            console.note(&lang.t_with("rule-list-written", &[("file", file.into())]));
            Ok(())
        })
    }
}

/// Why a change was not taken.
fn refusal(desk: Desk<'_>, error: RuleError) -> Failure {
    let sentences = sentence::rule_error(desk.lang(), desk.zone(), &error);
    match error {
        RuleError::Wave(error @ (WaveError::Store(_) | WaveError::Keys(_))) => {
            ours(desk, sentences, error)
        }
        _ => Failure::Input(sentences),
    }
}
