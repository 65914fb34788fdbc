//! The list of a reminder: communities and their invitations, nobody's name and nobody's answer.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::super::app::App;
use super::super::waves::{WaveError, find};
use crate::i18n::Lang;
use crate::storage::office::{area, frame, rule_change, sample};
use crate::survey::account::Account;
use crate::survey::area::{Area, AreaCode};
use crate::survey::ids::RuleChangeId;
use crate::survey::role::Action;
use crate::survey::rule::{Rule, RuleChange};
use crate::survey::sample::StratumCode;
use crate::survey::wave::WaveSlug;

/// Whom a reminder reaches: every community of its strata, whoever has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderList {
    /// One line per community.
    pub lines: Vec<ReminderLine>,
}

/// A community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderLine {
    /// County.
    pub county: Area,
    /// Stratum of the plan.
    pub stratum: StratumCode,
    /// Code of the community.
    pub code: AreaCode,
    /// Its name in the frame.
    pub name: String,
    /// Invitations that went there.
    pub invitations: u64,
}

/// The list of a reminder that holds: of this one, or of the latest.
pub async fn reminder(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    id: Option<RuleChangeId>,
) -> Result<Option<ReminderList>, WaveError> {
    if !person.may(Action::WatchFieldwork) {
        return Err(WaveError::Denied);
    }
    let mut tx = app.office.0.begin_read("list of a reminder").await?;
    let mut conn = tx.conn();
    let found = find(&mut conn, slug).await?;
    let changes = rule_change::list(&mut conn, found.id).await?;
    let holds = |change: &&RuleChange| {
        change.applied_at.is_some() && id.is_none_or(|wanted| wanted == change.id)
    };
    let strata = changes.iter().rev().filter(holds);
    let strata = strata.filter_map(|change| match &change.rule {
        Rule::Reminder { strata } => Some(strata),
        _ => None,
    });
    let (Some(strata), Some(frame)) = (strata.into_iter().next(), found.frame) else {
        return Ok(None);
    };
    let sample = sample::get(&mut conn, found.id).await?;
    let frame = frame::get(&mut conn, frame).await?;
    let frame = frame::get_units(&mut conn, &frame).await?;
    let names: BTreeMap<&AreaCode, &str> = frame
        .units()
        .iter()
        .map(|unit| (&unit.code, unit.name.as_str()))
        .collect();
    let tree = area::list(&mut conn).await?;
    let mut lines: BTreeMap<(AreaCode, StratumCode, AreaCode), u64> = BTreeMap::new();
    for psu in &sample.psus {
        let stratum = psu.stratum.planned();
        if strata.contains(&stratum) {
            let key = (psu.county.clone(), stratum, psu.unit.clone());
            *lines.entry(key).or_default() += psu.invitations;
        }
    }
    let line = |((county, stratum, code), invitations)| {
        Some(ReminderLine {
            county: tree.get(&county)?.clone(),
            stratum,
            name: names.get(&code).copied().unwrap_or_default().to_owned(),
            code,
            invitations,
        })
    };
    let lines = lines.into_iter().filter_map(line).collect();
    Ok(Some(ReminderList { lines }))
}

impl ReminderList {
    /// As a workbook.
    pub fn workbook(&self, lang: Lang) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.set_name(lang.t("rules-reminder-sheet"))?;
        let bold = Format::new().set_bold();
        let titles = ["county", "stratum", "code", "name", "invitations"];
        for ((place, title), width) in (0..).zip(titles).zip([16, 24, 16, 28, 12]) {
            sheet.write_with_format(0, place, lang.t(&format!("rules-head-{title}")), &bold)?;
            sheet.set_column_width(place, width)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        for (row, line) in (1..).zip(&self.lines) {
            sheet.write_string(row, 0, line.county.name(lang.tag()))?;
            sheet.write_string(row, 1, line.stratum.as_str())?;
            sheet.write_string(row, 2, line.code.as_str())?;
            sheet.write_string(row, 3, &line.name)?;
            let invitations = u32::try_from(line.invitations).unwrap_or(u32::MAX);
            sheet.write_number(row, 4, f64::from(invitations))?;
        }
        workbook.save_to_buffer()
    }
}
