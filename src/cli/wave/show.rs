//! `minyi wave list`, `status` and `result`: what stands, printed.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::super::person::Desk;
use super::super::{Console, Failure};
use super::{Step, ours, refusal, standing};
use crate::i18n::Lang;
use crate::report::open::summary as open_summary;
use crate::report::summary::summary;
use crate::report::table::{Align, TextTable};
use crate::report::wave::state_word;
use crate::service::accounts::Accounts;
use crate::service::results;
use crate::service::waves::{self, STEP};
use crate::survey::ids::AccountId;
use crate::survey::result::WaveResult;
use crate::survey::wave::{Wave, WaveKind, WaveSlug, WaveState};

/// Prints the result of a closed wave.
#[derive(Debug, Args)]
pub(super) struct ShowResult {
    #[command(flatten)]
    step: Step,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A table for people.
    Table,
    /// The whole stored document.
    Json,
}

impl ShowResult {
    /// Prints it.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        self.step.show(console, async |desk, slug| {
            let none =
                || Failure::input(lang.t_with("wave-no-result", &[("slug", slug.as_str().into())]));
            let found = waves::status(desk.app, desk.person, slug).await;
            let wave = found.map_err(|error| refusal(desk, error))?.wave;
            if wave.kind == WaveKind::Open {
                let found = results::open_result(desk.app, Some(desk.person), slug.as_str()).await;
                let found = found.map_err(|error| refusal(desk, error.into()))?;
                let (_, result) = found.ok_or_else(none)?;
                return console.print(&self.text(&result, || open_summary(lang, &result))?);
            }
            let found = waves::result(desk.app, slug).await;
            let found = found.map_err(|error| refusal(desk, error))?;
            let (_, stored) = found.ok_or_else(none)?;
            let result = stored.result;
            console.print(&self.text(&result, || result_text(lang, &result))?)
        })
    }
}

impl ShowResult {
    fn text(
        &self,
        document: &impl Serialize,
        table: impl FnOnce() -> String,
    ) -> Result<String, Failure> {
        match self.format {
            Format::Table => Ok(table()),
            Format::Json => serde_json::to_string_pretty(document)
                .map(|text| format!("{text}\n"))
                .map_err(|error| Failure::internal("JSON", error)),
        }
    }
}

/// The table of a result.
pub(super) fn result_text(lang: Lang, result: &WaveResult) -> String {
    summary(lang, result)
}

/// Every wave, the latest fieldwork first.
pub(super) async fn list(desk: Desk<'_>) -> Result<(), Failure> {
    let (lang, zone) = (desk.lang(), desk.zone());
    let listed = waves::list(desk.app, desk.person).await;
    let all = listed.map_err(|error| refusal(desk, error))?;
    if all.is_empty() {
        desk.console.note(&lang.t("wave-none"));
        return Ok(());
    }
    let left = |key: &str| (lang.t(key), Align::Left);
    let mut table = TextTable::new([
        left("wave-head-slug"),
        left("wave-head-state"),
        left("wave-head-from"),
        left("wave-head-to"),
        left("wave-head-title"),
        left("wave-head-data"),
    ]);
    for wave in &all {
        let marks = [
            (wave.synthetic, "wave-synthetic"),
            (wave.kind == WaveKind::Open, "wave-open-mark"),
        ];
        let marks = marks
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, key)| lang.t(key));
        let data = marks.collect::<Vec<_>>().join(&lang.t("wave-comma"));
        table.push([
            wave.slug.to_string(),
            state_word(lang, wave.state),
            zone.minute(wave.opens_at),
            zone.minute(wave.closes_at),
            wave.titles.get(lang.tag()).to_owned(),
            data,
        ]);
    }
    desk.console.print(&table.render())
}

/// How a wave stands, who asked for what, and the invitations by county.
pub(super) async fn status(desk: Desk<'_>, slug: &WaveSlug) -> Result<(), Failure> {
    let (lang, zone) = (desk.lang(), desk.zone());
    let found = waves::status(desk.app, desk.person, slug).await;
    let status = found.map_err(|error| refusal(desk, error))?;
    let accounts = Accounts::new(desk.app.office.clone(), desk.app.clock.clone());
    let listed = accounts.list().await;
    let listed = listed.map_err(|error| ours(desk, Vec::new(), error))?;
    let names: BTreeMap<AccountId, String> = listed
        .into_iter()
        .map(|account| (account.id, account.name.to_string()))
        .collect();
    let mut text = format!("{}\n", standing(lang, zone, &status.wave));
    for act in acts(desk, &status.wave, &names) {
        text.push_str(&act);
        text.push('\n');
    }
    if status.counties.is_empty() {
        return desk.console.print(&text);
    }
    text.push('\n');
    text.push_str(&match status.wave.kind {
        WaveKind::Probability => {
            let mut table = TextTable::new([
                (lang.t("wave-head-county"), Align::Left),
                (lang.t("wave-head-issued"), Align::Right),
                (lang.t("wave-head-used"), Align::Right),
            ]);
            for (county, progress) in &status.counties {
                table.push([
                    county.to_string(),
                    lang.count(progress.issued),
                    lang.count(progress.used),
                ]);
            }
            table.render()
        }
        WaveKind::Open => {
            let mut table = TextTable::new([
                (lang.t("wave-head-county"), Align::Left),
                (lang.t("wave-head-kept"), Align::Right),
            ]);
            for (county, progress) in &status.counties {
                table.push([county.to_string(), lang.count(progress.used)]);
            }
            table.render()
        }
    });
    if matches!(status.wave.state, WaveState::Open | WaveState::Closing) {
        let step = [("step", STEP.to_string().into())];
        desk.console.note(&lang.t_with("wave-used-in-steps", &step));
    }
    desk.console.print(&text)
}

/// Who did what, and when.
fn acts(desk: Desk<'_>, wave: &Wave, names: &BTreeMap<AccountId, String>) -> Vec<String> {
    let (lang, zone) = (desk.lang(), desk.zone());
    let close = wave.close_request.as_ref();
    let by = [
        ("wave-act-asked-seal", wave.seal_request),
        ("wave-act-sealed", wave.sealed),
        ("wave-act-asked-close", close.map(|request| request.act)),
        ("wave-act-closed", wave.closed),
    ];
    let mut said: Vec<String> = by
        .into_iter()
        .filter_map(|(key, act)| act.map(|act| (key, act)))
        .map(|(key, act)| {
            let name = names.get(&act.by).map_or("?", String::as_str);
            let at = lang.moment(zone.civil(act.at));
            lang.t_with(key, &[("name", name.into()), ("at", at.into())])
        })
        .collect();
    if let Some(reason) = close.and_then(|request| request.early_reason.as_deref()) {
        said.push(lang.t_with("wave-act-reason", &[("reason", reason.into())]));
    }
    said
}
