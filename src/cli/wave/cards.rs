//! `minyi wave cards`: the file of codes as pages to print or as a list.
//!
//! Promises: the file that is made can be read by its owner alone, like the codes in it.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::super::instance::check_public;
use super::super::output_file::write_new;
use super::super::{Console, Failure};
use super::{Step, about, refusal, slug};
use crate::i18n::Lang;
use crate::report::cards::Layout;
use crate::service::cards::{Invitations, invitations};
use crate::service::codes::CodesError;
use crate::service::sentence::codes_error;
use crate::survey::area::AreaCode;

/// Makes pages to print, or a list for those who send messages, of a file of codes.
#[derive(Debug, Args)]
pub(super) struct Cards {
    #[command(flatten)]
    step: Step,
    /// The file with the codes, as the draw wrote it.
    #[arg(long, value_name = "FILE")]
    codes: PathBuf,
    /// The new file: pages (HTML, to be printed by a browser) or a list (XLSX).
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Cards, cards without a place for an urn, letters, or a list.
    #[arg(long, default_value = "cards", value_parser = PossibleValuesParser::new(["cards", "urn", "letters", "list"]))]
    layout: String,
    /// Only this county.
    #[arg(long, value_name = "CODE")]
    county: Option<String>,
    /// Address under which residents reach this instance: https, except on this machine.
    #[arg(long, value_name = "URL", env = "MINYI_PUBLIC_URL")]
    public_url: String,
}

impl Cards {
    /// Makes the file.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        check_public(lang, &self.public_url)?;
        let slug = slug(lang, &self.step.slug)?;
        let county = match &self.county {
            None => None,
            Some(code) => Some(AreaCode::parse(code).map_err(|_| {
                Failure::input(lang.t_with("import-code", &[("found", code.as_str().into())]))
            })?),
        };
        let bytes = std::fs::read(&self.codes)
            .map_err(|error| about(lang, "evaluate-file-unreadable", &self.codes, &error))?;
        let person = &self.step.person;
        person.act_at(console, &self.public_url, async |desk| {
            let found = invitations(desk.app, desk.person, &slug, &bytes).await;
            let found = found.map_err(|error| match error {
                CodesError::Wave(error) => refusal(desk, error),
                error @ CodesError::Rows(_) => {
                    let said = codes_error(lang, desk.zone(), &error).into_iter();
                    let file = self.codes.display();
                    Failure::Input(said.map(|one| format!("{file}: {one}")).collect())
                }
            })?;
            let found = found.of_county(county.as_ref());
            let made = self.make(lang, desk.zone(), &found)?;
            write_new(&self.output, &made)
                .map_err(|error| about(lang, "import-template-unwritten", &self.output, &error))
        })
    }

    fn make(
        &self,
        lang: Lang,
        zone: &crate::survey::time::Zone,
        found: &Invitations,
    ) -> Result<Vec<u8>, Failure> {
        let failed = |error| Failure::internal(lang.t("cards-title"), error);
        match Layout::from_word(&self.layout) {
            None => found
                .list(lang)
                .map_err(|error| Failure::internal(lang.t("cards-title"), error)),
            Some(layout) => {
                let html = found.pages(lang, zone, layout).map_err(failed)?;
                Ok(html.into_bytes())
            }
        }
    }
}
