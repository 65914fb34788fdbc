//! The quota cells of a wave as its page shows them.

use super::view::Maker;
use crate::report::quota::cell_words;
use crate::service::waves::STEP;
use crate::survey::quota::QuotaRule;
use crate::survey::wave::WaveKind;

/// The cells.
#[derive(Debug)]
pub(super) struct QuotaView {
    /// What the numbers are.
    pub(super) notes: Vec<String>,
    /// Answers can be kept without being counted.
    pub(super) is_open: bool,
    pub(super) lines: Vec<QuotaLine>,
}

/// A cell.
#[derive(Debug)]
pub(super) struct QuotaLine {
    pub(super) county: String,
    pub(super) cell: String,
    pub(super) target: String,
    pub(super) counted: String,
    pub(super) uncounted: String,
    pub(super) rule: String,
    /// That it is full, or above its target.
    pub(super) mark: Option<String>,
}

impl QuotaView {
    /// The cells, if the wave has any.
    pub(super) fn new(maker: &Maker<'_>) -> Option<Self> {
        let (page, found, board) = (maker.page, maker.found, &maker.found.board);
        if board.lines.is_empty() {
            return None;
        }
        let lang = page.lang;
        let wave = &found.status.wave;
        let is_open = wave.kind == WaveKind::Open;
        let mut notes = vec![page.t(if is_open {
            "organize-quota-open"
        } else {
            "organize-quota-watched"
        })];
        if let Some(day) = &board.day {
            let args = [("day", day.as_str().into()), ("step", STEP.into())];
            notes.push(page.t_with("organize-quota-day", &args));
        }
        let name = |code: &crate::survey::area::AreaCode| {
            let area = found.counties.iter().find(|area| area.code == *code);
            area.map_or(code.as_str(), |area| area.name(lang.tag()))
                .to_owned()
        };
        let lines = board.lines.iter().map(|line| {
            let full = line.tally.counted >= u64::from(line.quota.target);
            let mark = match line.quota.rule {
                _ if line.is_over() => Some("organize-quota-over"),
                QuotaRule::Close if full && board.day.is_none() => Some("organize-quota-full"),
                _ => None,
            };
            QuotaLine {
                county: name(&line.quota.county),
                cell: cell_words(lang, &found.questionnaire, &found.plan, &line.quota.cell),
                target: lang.count(line.quota.target.into()),
                counted: lang.count(line.tally.counted),
                uncounted: lang.count(line.tally.uncounted),
                rule: page.t(&format!("quota-rule-{}", line.quota.rule.as_str())),
                mark: mark.map(|key| page.t(key)),
            }
        });
        Some(Self {
            notes,
            is_open,
            lines: lines.collect(),
        })
    }
}
