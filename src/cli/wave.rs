//! `minyi wave`: the life of a wave, step by step.
//!
//! Uses: `service::waves`, `sampling`, `close`. Promises: a step that was refused is said in sentences
//! and changed nothing; what the step did is one sentence on standard output, with what comes next.

mod audited;
mod card;
mod cards;
mod draw;
mod imprint;
mod log;
mod quota;
mod rule;
mod seeds;
mod show;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::person::{Desk, Person};
use super::{Console, Failure};
use crate::i18n::Lang;
use crate::report::open::summary as open_summary;
use crate::report::wave::{next_step, state_word};
use crate::service::again::again;
use crate::service::close::{self, CloseError, Closed};
use crate::service::release;
use crate::service::sentence;
use crate::service::terms;
use crate::service::waves::{self, WaveError, file};
use crate::survey::time::Zone;
use crate::survey::wave::{Wave as SurveyWave, WaveSlug, WaveState};

/// Runs a wave: create, seal, draw, open, close, publish.
#[derive(Debug, Args)]
pub(super) struct Wave {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Makes a wave from its file.
    Create(Create),
    /// Lists the waves.
    List(Everything),
    /// Shows how a wave stands: counts, never answers.
    Status(Step),
    /// Removes a draft.
    Remove(Step),
    /// Asks for the seal; another person confirms it.
    AskSeal(Step),
    /// Confirms the seal that another person asked for: plan, questionnaire and data are fixed.
    Seal(Step),
    /// Draws the sample from a public seed and writes the codes, once.
    Draw(draw::Draw),
    /// Makes other codes for the sample that was drawn, once: earlier codes become useless.
    Reissue(draw::Reissue),
    /// Makes pages to print, or a list for messages, of the file of codes.
    Cards(cards::Cards),
    /// Makes a single card anew, by the code of the old one, which is read as a line of standard input.
    Card(card::Card),
    /// Quota cells: targets and counts.
    Quota(quota::Quota),
    /// Changes after the seal: end, quota cells, reminders, exclusions.
    Rule(rule::Rule),
    /// Opens fieldwork.
    Open(Step),
    /// Where office and urn are two programs: puts changes into effect that are due and need both, and tells the urn anew what it
    /// must know of the wave.
    Terms(Step),
    /// Asks for the close; another person confirms it.
    AskClose(AskClose),
    /// Confirms the close that another person asked for, and computes the result; takes up a close
    /// that was interrupted.
    Close(Step),
    /// Prints the signed head of the log.
    Checkpoint(log::Checkpoint),
    /// After a restore that lacked leaves: asks that the wave goes on in a new log; another person confirms it.
    AskNewLog(Step),
    /// Confirms the new log that another person asked for.
    NewLog(Step),
    /// Says who answers for the wave, which publishing asks for.
    Imprint(imprint::Imprint),
    /// Announces when everybody will read the result.
    Announce(Announce),
    /// Shows a made-up result to everyone at once, or one whose announced time has come.
    Publish(Step),
    /// Prints the result of a closed wave.
    Result(show::ShowResult),
    /// Seeded answers of auditors: a list, its deposit, its naming.
    Seeds(seeds::Seeds),
    /// Says in the process log what came of an audit: the digests that `minyi verify` printed.
    Audited(audited::Audited),
}

#[derive(Debug, Args)]
struct Create {
    /// The wave's file, TOML. A questionnaire that it names is looked for in the same folder.
    file: PathBuf,
    #[command(flatten)]
    person: Person,
}

#[derive(Debug, Args)]
struct Everything {
    #[command(flatten)]
    person: Person,
}

/// A step of one wave.
#[derive(Debug, Args)]
struct Step {
    /// The wave's name in addresses.
    slug: String,
    #[command(flatten)]
    person: Person,
}

#[derive(Debug, Args)]
struct AskClose {
    #[command(flatten)]
    step: Step,
    /// Why fieldwork ends before the announced time; printed with the result.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Debug, Args)]
struct Announce {
    #[command(flatten)]
    step: Step,
    /// The time, at least an hour ahead: 2026-12-20T10:00, local.
    #[arg(long = "at", value_name = "TIME")]
    time: String,
}

impl Wave {
    /// Takes the step.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        match self.what {
            What::Create(create) => create.run(console),
            What::Cards(cards) => cards.run(console),
            What::Card(card) => card.run(console),
            What::Reissue(reissue) => reissue.run(console),
            What::List(all) => all.person.act(console, show::list),
            What::Status(step) => step.show(console, show::status),
            What::Remove(step) => step.show(console, remove),
            What::AskSeal(step) => step.take(console, &async |desk, slug| {
                waves::ask_seal(desk.app, desk.person, slug).await
            }),
            What::Seal(step) => step.take(console, &async |desk, slug| {
                waves::confirm_seal(desk.app, desk.person, slug).await
            }),
            What::Draw(draw) => draw.run(console),
            What::Quota(quota) => quota.run(console),
            What::Rule(rule) => rule.run(console),
            What::Open(step) => step.take(console, &async |desk, slug| {
                waves::open(desk.app, desk.person, slug).await
            }),
            What::Terms(step) => step.take(console, &async |desk, slug| {
                terms::renew(desk.app, desk.person, slug).await
            }),
            What::AskClose(AskClose { step, reason }) => step.take(console, &async |desk, slug| {
                waves::ask_close(desk.app, desk.person, slug, reason.as_deref()).await
            }),
            What::Close(step) => step.show(console, close),
            What::Checkpoint(checkpoint) => checkpoint.run(console),
            What::AskNewLog(step) => step.show(console, log::ask),
            What::NewLog(step) => step.show(console, log::confirm),
            What::Announce(announce) => announce.run(console),
            What::Imprint(imprint) => imprint.run(console),
            What::Publish(step) => step.take(console, &async |desk, slug| {
                release::publish(desk.app, desk.person, slug).await
            }),
            What::Result(result) => result.run(console),
            What::Seeds(seeds) => seeds.run(console),
            What::Audited(audited) => audited.run(console),
        }
    }
}

impl Step {
    /// Does something with the wave.
    fn show<T>(
        &self,
        console: Console,
        what: impl AsyncFnOnce(Desk<'_>, &WaveSlug) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let slug = slug(console.lang(), &self.slug)?;
        self.person
            .act(console, async |desk| what(desk, &slug).await)
    }

    /// Takes a step and says how the wave stands then.
    fn take(
        &self,
        console: Console,
        step: &impl AsyncFn(Desk<'_>, &WaveSlug) -> Result<SurveyWave, WaveError>,
    ) -> Result<(), Failure> {
        self.show(console, async |desk, slug| {
            let taken = again(|| step(desk, slug)).await;
            let wave = taken.map_err(|error| refusal(desk, error))?;
            let (lang, zone) = (desk.lang(), desk.zone());
            console.print(&format!("{}\n", standing(lang, zone, &wave)))
        })
    }
}

impl Announce {
    fn run(self, console: Console) -> Result<(), Failure> {
        self.step.show(console, async |desk, slug| {
            let at = desk.zone().parse(&self.time);
            let at = at.map_err(|_| Failure::input(desk.lang().t("organize-announce-no-time")))?;
            let taken = again(|| release::announce(desk.app, desk.person, slug, at)).await;
            taken.map_err(|error| refusal(desk, error))?;
            let when = desk.lang().moment(desk.zone().civil(at));
            let args = [("slug", slug.as_str().into()), ("when", when.into())];
            desk.console.print(&format!(
                "{}\n",
                desk.lang().t_with("wave-announced", &args)
            ))
        })
    }
}

impl Create {
    fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let text = read(&self.file).map_err(|message| {
            let file = self.file.display().to_string();
            let args = [("file", file.into()), ("message", message.into())];
            Failure::input(lang.t_with("evaluate-file-unreadable", &args))
        })?;
        let folder = self.file.parent().unwrap_or(Path::new("")).to_path_buf();
        self.person.act(console, async |desk| {
            let open = |name: &str| {
                let path = folder.join(name);
                read(&path).map_err(|message| format!("{}: {message}", path.display()))
            };
            let draft = file::read(&text, desk.zone(), open);
            let draft = draft.map_err(|error| {
                let sentence = sentence::wave_file_error(lang, &error);
                Failure::input(format!("{}: {sentence}", self.file.display()))
            })?;
            let made = waves::create(desk.app, desk.person, &draft).await;
            let wave = made.map_err(|error| refusal(desk, error))?;
            console.print(&format!("{}\n", standing(lang, desk.zone(), &wave)))
        })
    }
}

async fn remove(desk: Desk<'_>, slug: &WaveSlug) -> Result<(), Failure> {
    let removed = again(|| waves::remove(desk.app, desk.person, slug)).await;
    removed.map_err(|error| refusal(desk, error))?;
    let args = [("slug", slug.as_str().into())];
    desk.console
        .print(&format!("{}\n", desk.lang().t_with("wave-removed", &args)))
}

async fn close(desk: Desk<'_>, slug: &WaveSlug) -> Result<(), Failure> {
    let (app, person, lang) = (desk.app, desk.person, desk.lang());
    let before = waves::status(app, person, slug).await;
    let state = before.map_err(|error| refusal(desk, error))?.wave.state;
    let closed = if state == WaveState::Closing {
        desk.console.note(&lang.t("wave-close-taken-up"));
        close::finish(app, person, slug).await
    } else {
        close::confirm_close(app, person, slug).await
    };
    let result = closed.map_err(|error| close_refusal(desk, error))?;
    desk.console.print(&match result {
        Closed::Sampled(result) => show::result_text(lang, &result),
        Closed::Open(result) => open_summary(lang, &result),
        Closed::Waiting(until) => {
            let when = lang.moment(desk.zone().civil(until));
            format!("{}\n", lang.t_with("seeds-until", &[("when", when.into())]))
        }
    })
}

/// The wave of this name; a text that names none is a wave that does not exist.
fn slug(lang: Lang, text: &str) -> Result<WaveSlug, Failure> {
    WaveSlug::parse(text)
        .map_err(|_| Failure::input(lang.t_with("wave-unknown", &[("slug", text.into())])))
}

/// How a wave stands, and what comes next; the plan's digest while it is prepared and sealed.
fn standing(lang: Lang, zone: &Zone, wave: &SurveyWave) -> String {
    let asked = match wave.state {
        WaveState::Draft if wave.seal_request.is_some() => Some("wave-asked-seal"),
        WaveState::Open if wave.close_request.is_some() => Some("wave-asked-close"),
        _ => None,
    };
    let next = match asked {
        Some(key) => lang.t(key),
        None => next_step(lang, wave.kind, wave.state),
    };
    let said = lang.t_with(
        "wave-standing",
        &[
            ("slug", wave.slug.as_str().into()),
            ("state", state_word(lang, wave.state).into()),
            ("from", lang.moment(zone.civil(wave.opens_at)).into()),
            ("to", lang.moment(zone.civil(wave.closes_at)).into()),
            ("next", next.into()),
        ],
    );
    if wave.state > WaveState::Sealed {
        return said;
    }
    let digest = [("digest", hex::encode(wave.plan_digest).into())];
    format!("{said}\n{}", lang.t_with("wave-plan-digest", &digest))
}

/// A sentence about a file that could not be read or written.
fn about(lang: Lang, key: &str, file: &Path, error: &std::io::Error) -> Failure {
    let args = [
        ("file", file.display().to_string().into()),
        ("message", error.to_string().into()),
    ];
    Failure::input(lang.t_with(key, &args))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}

/// Why a step was refused, or that the machine failed.
fn refusal(desk: Desk<'_>, error: WaveError) -> Failure {
    let sentences = sentence::wave_error(desk.lang(), desk.zone(), &error);
    match error {
        WaveError::Store(_) | WaveError::Keys(_) => ours(desk, sentences, error),
        _ => Failure::Input(sentences),
    }
}

/// The same of a close; whatever stops one behind its confirmation is not for the arguments to mend.
fn close_refusal(desk: Desk<'_>, error: CloseError) -> Failure {
    match error {
        CloseError::Wave(error) => refusal(desk, error),
        error => {
            let sentences = sentence::close_error(desk.lang(), desk.zone(), &error);
            ours(desk, sentences, error)
        }
    }
}

fn ours<E>(desk: Desk<'_>, sentences: Vec<String>, error: E) -> Failure
where
    E: std::error::Error + Send + Sync + 'static,
{
    for sentence in sentences {
        desk.console.note(&sentence);
    }
    Failure::internal(desk.lang().t("wave-attempted"), error)
}
