//! `minyi wave draw` and `minyi wave reissue`: the sample from a public seed, and its codes into one file.
//!
//! Promises: the place for the codes is taken before the draw, and the codes are on the disk before it
//! is committed; every way in which that can end is said with what the wave's state is.

use std::path::{Path, PathBuf};

use clap::Args;

use super::super::codes_file::{CodesFile, NoPlace};
use super::super::instance::check_public;
use super::super::{Console, Failure};
use super::{Desk, Step, ours, refusal, slug};
use crate::i18n::{Lang, Value};
use crate::service::sampling::{
    Drawn, KeepError, Ticket, draw_and_keep, handout_csv, reissue_and_keep,
};
use crate::survey::wave::WaveSlug;

/// Draws the sample from a public seed and writes the codes, once.
#[derive(Debug, Args)]
pub(super) struct Draw {
    /// The public random text that did not exist before the seal: dice, lottery numbers, 64
    /// hexadecimal digits.
    #[arg(long, value_name = "TEXT")]
    seed: String,
    #[command(flatten)]
    target: Target,
}

/// Makes other codes for the sample that was drawn, once. Every earlier code becomes useless.
#[derive(Debug, Args)]
pub(super) struct Reissue {
    #[command(flatten)]
    target: Target,
}

/// Where codes go.
#[derive(Debug, Args)]
struct Target {
    #[command(flatten)]
    step: Step,
    /// The new file for codes and links. Only its owner can read it; the codes exist nowhere else.
    #[arg(long, value_name = "FILE")]
    codes: PathBuf,
    /// Address under which residents reach this instance: https, except on this machine.
    #[arg(long, value_name = "URL", env = "MINYI_PUBLIC_URL")]
    public_url: String,
}

impl Draw {
    /// Draws.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        if self.seed.trim().is_empty() {
            return Err(Failure::input(console.lang().t("draw-no-seed")));
        }
        self.target.run(console, Some(&self.seed))
    }
}

impl Reissue {
    /// Makes other codes.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        self.target.run(console, None)
    }
}

impl Target {
    /// Draws from a seed, or makes other codes for what was drawn.
    fn run(self, console: Console, seed: Option<&str>) -> Result<(), Failure> {
        let lang = console.lang();
        check_public(lang, &self.public_url)?;
        let slug = slug(lang, &self.step.slug)?;
        let mut file = CodesFile::reserve(&self.codes)
            .map_err(|problem| no_place(lang, &self.codes, problem))?;
        let person = &self.step.person;
        person.act_at(console, &self.public_url, async |desk| {
            let drawn = self.make(desk, &slug, seed, &mut file).await;
            match drawn {
                Ok(drawn) => self.publish(desk, file, &drawn, seed.is_none()),
                Err(KeepError::Wave(error)) => {
                    file.discard();
                    Err(refusal(desk, error))
                }
                Err(KeepError::Keep(error)) => {
                    file.discard();
                    let sentence = with_file(lang, "draw-not-kept", &self.codes);
                    Err(ours(desk, vec![sentence], error))
                }
                Err(KeepError::Unsettled(error)) => {
                    let sentence = with_file(lang, "draw-unsettled", file.part());
                    Err(ours(desk, vec![sentence], error))
                }
            }
        })
    }

    async fn make(
        &self,
        desk: Desk<'_>,
        slug: &WaveSlug,
        seed: Option<&str>,
        file: &mut CodesFile,
    ) -> Result<Drawn, KeepError> {
        let keep = |tickets: &[Ticket]| file.write(&handout_csv(tickets));
        match seed {
            Some(seed) => draw_and_keep(desk.app, desk.person, slug, seed, keep).await,
            None => reissue_and_keep(desk.app, desk.person, slug, keep).await,
        }
    }

    fn publish(
        &self,
        desk: Desk<'_>,
        file: CodesFile,
        drawn: &Drawn,
        again: bool,
    ) -> Result<(), Failure> {
        let lang = desk.lang();
        let part = file.part().to_path_buf();
        if let Err(error) = file.publish() {
            let sentence = with_file(lang, "draw-not-named", &part);
            return Err(ours(desk, vec![sentence], error));
        }
        let seed = drawn.wave.seed.map(hex::encode).unwrap_or_default();
        let args: [(&str, Value<'_>); 5] = [
            ("slug", drawn.wave.slug.as_str().into()),
            ("count", drawn.tickets.len().to_string().into()),
            ("psus", drawn.sample.psus.len().to_string().into()),
            ("seed", seed.into()),
            ("file", self.codes.display().to_string().into()),
        ];
        desk.console.note(&lang.t("draw-only-copy"));
        let key = if again { "reissue-done" } else { "draw-done" };
        desk.console
            .print(&format!("{}\n", lang.t_with(key, &args)))
    }
}

fn no_place(lang: Lang, codes: &Path, problem: NoPlace) -> Failure {
    Failure::input(match problem {
        NoPlace::Taken(path) => with_file(lang, "draw-file-taken", &path),
        NoPlace::Interrupted(path) => with_file(lang, "draw-file-interrupted", &path),
        NoPlace::Folder(error) => lang.t_with(
            "draw-file-refused",
            &[
                ("file", codes.display().to_string().into()),
                ("message", error.to_string().into()),
            ],
        ),
    })
}

fn with_file(lang: Lang, key: &str, path: &Path) -> String {
    lang.t_with(key, &[("file", path.display().to_string().into())])
}
