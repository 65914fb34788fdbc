//! `minyi wave imprint`: who answers for a wave, from a file.

use std::path::PathBuf;

use clap::Args;

use super::{read, refusal, slug};
use crate::cli::person::Person;
use crate::cli::{Console, Failure};
use crate::service::again::again;
use crate::service::imprint::say;
use crate::survey::imprint::Imprint as Text;

/// Says who commissioned and conducted the survey and how people were approached.
#[derive(Debug, Args)]
pub(super) struct Imprint {
    /// The wave's name in addresses.
    slug: String,
    /// TOML: `[sponsor]`, `[conductor]`, `[recruitment]`, and perhaps `[funding]`, `[limitations]`, `[terms]`, each with `zh-CN` and `en`.
    file: PathBuf,
    #[command(flatten)]
    person: Person,
}

impl Imprint {
    /// Says it.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let slug = slug(lang, &self.slug)?;
        let unreadable = |message: String| {
            let file = self.file.display().to_string();
            let args = [("file", file.into()), ("message", message.into())];
            Failure::input(lang.t_with("evaluate-file-unreadable", &args))
        };
        let text = read(&self.file).map_err(unreadable)?;
        let said: Text = toml::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
        self.person.act(console, async |desk| {
            let done = again(|| say(desk.app, desk.person, &slug, &said)).await;
            done.map_err(|error| refusal(desk, error))?;
            console.print(&format!("{}\n", lang.t("imprint-saved")))
        })
    }
}
