//! `minyi wave card`: a single card made anew.
//!
//! Uses: `service::card_anew`, as the page does. Promises: the old code is read from standard input and is never an argument,
//! which everybody on the machine could see; the new one is written once, to standard output or into a new file that its
//! owner alone can read; a file that cannot be written costs no code.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::super::codes_file::{CodesFile, NoPlace};
use super::super::instance::{check_public, internal};
use super::super::{Console, Failure};
use super::{Desk, Step, about, refusal, slug};
use crate::i18n::Lang;
use crate::service::card_anew::{self, NewCard};
use crate::service::codes::CodesError;
use crate::service::sentence::codes_error;
use crate::survey::invitation::Code;
use crate::survey::wave::WaveSlug;

/// Makes a single card anew, by the code of the old one, which is read as a line of standard input.
#[derive(Debug, Args)]
pub(super) struct Card {
    #[command(flatten)]
    step: Step,
    /// A new file for code and link instead of standard output. Only its owner can read it.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Address under which residents reach this instance: https, except on this machine.
    #[arg(long, value_name = "URL", env = "MINYI_PUBLIC_URL")]
    public_url: String,
}

impl Card {
    /// Makes it.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        check_public(lang, &self.public_url)?;
        let slug = slug(lang, &self.step.slug)?;
        let place = self.output.as_deref();
        let file = place.map(|path| {
            let taken = CodesFile::reserve(path);
            taken.map_err(|problem| no_place(lang, path, problem))
        });
        let file = file.transpose()?;
        let person = &self.step.person;
        person.act_at(console, &self.public_url, async |desk| {
            let made = make(desk, &slug).await?;
            let text = format!("code,link\n{},{}\n", made.code.printed(), made.link);
            hand_over(desk, file, &text)
        })
    }
}

async fn make(desk: Desk<'_>, slug: &WaveSlug) -> Result<NewCard, Failure> {
    let (lang, zone) = (desk.lang(), desk.zone());
    let typed = typed(desk)?;
    let made = match Code::parse(&typed) {
        Ok(old) => card_anew::make(desk.app, desk.person, slug, &old).await,
        Err(_) => Err(card_anew::no_code()),
    };
    made.map_err(|error| match error {
        CodesError::Wave(error) => refusal(desk, error),
        error @ CodesError::Rows(_) => Failure::Input(codes_error(lang, zone, &error)),
    })
}

/// The code of the old card: the line behind the password, if that was read there too.
fn typed(desk: Desk<'_>) -> Result<String, Failure> {
    let lang = desk.lang();
    if io::stdin().is_terminal() {
        desk.console.note(&lang.t("anew-ask"));
    }
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    read.map_err(|error| internal(lang, error))?;
    Ok(line.trim().to_owned())
}

/// Into the file, or to standard output: what cannot be written there is not lost.
fn hand_over(desk: Desk<'_>, file: Option<CodesFile>, text: &str) -> Result<(), Failure> {
    let (lang, console) = (desk.lang(), desk.console);
    console.note(&lang.t("anew-only-copy"));
    let Some(mut file) = file else {
        return console.print(text);
    };
    if let Err(error) = file.write(text) {
        let message = error.to_string();
        console.note(&lang.t_with("anew-not-kept", &[("message", message.into())]));
        return console.print(text);
    }
    let part = file.part().display().to_string();
    file.publish().map_err(|error| {
        console.note(&lang.t_with("anew-not-named", &[("file", part.into())]));
        Failure::internal(lang.t("wave-attempted"), error)
    })
}

fn no_place(lang: Lang, output: &Path, problem: NoPlace) -> Failure {
    match problem {
        NoPlace::Taken(path) | NoPlace::Interrupted(path) => {
            let file = path.display().to_string();
            Failure::input(lang.t_with("anew-file-taken", &[("file", file.into())]))
        }
        NoPlace::Folder(error) => about(lang, "anew-file-refused", output, &error),
    }
}
