//! `minyi wave checkpoint`, `ask-new-log` and `new-log`.

use clap::Args;

use super::super::person::Desk;
use super::super::{Console, Failure};
use super::{Step, refusal, slug};
use crate::ledger::checkpoint::verifier;
use crate::service::logs::{self, Log, LogError, origin};
use crate::survey::wave::WaveSlug;

/// Prints the signed head of a wave's log.
#[derive(Debug, Args)]
pub(super) struct Checkpoint {
    #[command(flatten)]
    step: Step,
    /// Address of the instance, by which its logs are named.
    #[arg(long, value_name = "URL", env = "MINYI_PUBLIC_URL")]
    public_url: String,
}

impl Checkpoint {
    /// Prints it; with which key it can be checked is said beside it.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let slug = slug(lang, &self.step.slug)?;
        let person = &self.step.person;
        person.act_at(console, &self.public_url, async |desk| {
            let found = logs::find_checkpoint(desk.app, slug.as_str()).await;
            let note = found.map_err(|error| match error {
                LogError::Halted { lost } => {
                    let lost = [("lost", lang.count(lost).into())];
                    Failure::input(lang.t_with("wave-log-halted", &lost))
                }
                error => Failure::internal("checkpoint", error),
            })?;
            let note = note.ok_or_else(|| Failure::input(lang.t("wave-log-none")))?;
            let name = note.lines().next().unwrap_or_default();
            let key = verifier(name, &desk.app.keys.verifying());
            console.print(&note)?;
            console.note(&lang.t_with("wave-log-key", &[("key", key.into())]));
            Ok(())
        })
    }
}

/// Asks for a new log.
pub(super) async fn ask(desk: Desk<'_>, slug: &WaveSlug) -> Result<(), Failure> {
    let asked = logs::ask_new(desk.app, desk.person, slug).await;
    say(
        desk,
        slug,
        "wave-log-asked",
        asked.map_err(|error| refusal(desk, error))?,
    )
}

/// Confirms a new log.
pub(super) async fn confirm(desk: Desk<'_>, slug: &WaveSlug) -> Result<(), Failure> {
    let begun = logs::confirm_new(desk.app, desk.person, slug).await;
    say(
        desk,
        slug,
        "wave-log-begun",
        begun.map_err(|error| refusal(desk, error))?,
    )
}

fn say(desk: Desk<'_>, slug: &WaveSlug, key: &str, log: Log) -> Result<(), Failure> {
    let lang = desk.lang();
    let name = origin(&desk.app.public_url, slug, log.number);
    let arguments = [
        ("wave", slug.as_str().into()),
        ("log", name.into()),
        ("lost", lang.count(log.lost).into()),
    ];
    desk.console
        .print(&format!("{}\n", lang.t_with(key, &arguments)))
}
