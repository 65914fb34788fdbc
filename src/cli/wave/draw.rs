//! `minyi wave draw`: the sample from a public seed, and its codes into one file.
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
use crate::service::sampling::{Drawn, KeepError, draw_and_keep, handout_csv};
use crate::survey::wave::WaveSlug;

/// Draws the sample from a public seed and writes the codes, once.
#[derive(Debug, Args)]
pub(super) struct Draw {
    #[command(flatten)]
    step: Step,
    /// The public random text that did not exist before the seal: dice, lottery numbers, 64
    /// hexadecimal digits.
    #[arg(long, value_name = "TEXT")]
    seed: String,
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
        let lang = console.lang();
        check_public(lang, &self.public_url)?;
        if self.seed.trim().is_empty() {
            return Err(Failure::input(lang.t("draw-no-seed")));
        }
        let slug = slug(lang, &self.step.slug)?;
        let mut file = CodesFile::reserve(&self.codes)
            .map_err(|problem| no_place(lang, &self.codes, problem))?;
        let person = &self.step.person;
        person.act_at(console, &self.public_url, async |desk| {
            let drawn = self.draw(desk, &slug, &mut file).await;
            match drawn {
                Ok(drawn) => self.publish(desk, file, &drawn),
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

    async fn draw(
        &self,
        desk: Desk<'_>,
        slug: &WaveSlug,
        file: &mut CodesFile,
    ) -> Result<Drawn, KeepError> {
        draw_and_keep(desk.app, desk.person, slug, &self.seed, |tickets| {
            file.write(&handout_csv(tickets))
        })
        .await
    }

    fn publish(&self, desk: Desk<'_>, file: CodesFile, drawn: &Drawn) -> Result<(), Failure> {
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
        desk.console
            .print(&format!("{}\n", lang.t_with("draw-done", &args)))
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
