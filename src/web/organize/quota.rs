//! The quota cells of a wave as its pages show them: numbers, and bars on one scale.

use crate::report::quota::cell_words;
use crate::service::quotas::{Board, Line};
use crate::service::waves::STEP;
use crate::survey::area::Area;
use crate::survey::plan::Plan;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::quota::QuotaRule;
use crate::survey::wave::WaveKind;
use crate::web::page::Page;

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
    /// Width of the answers, and place of the target, of the longest bar.
    pub(super) bar: String,
    pub(super) goal: String,
}

/// What the cells of a wave are named by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) kind: WaveKind,
    pub(super) plan: &'a Plan,
    pub(super) questionnaire: &'a Questionnaire,
    pub(super) counties: &'a [Area],
}

impl QuotaView {
    /// The cells, if the wave has any.
    pub(super) fn new(page: &Page, named: Named<'_>, board: &Board) -> Option<Self> {
        if board.lines.is_empty() {
            return None;
        }
        let is_open = named.kind == WaveKind::Open;
        let mut notes = vec![page.t(if is_open {
            "organize-quota-open"
        } else {
            "organize-quota-watched"
        })];
        if let Some(day) = &board.day {
            let args = [("day", day.as_str().into()), ("step", STEP.into())];
            notes.push(page.t_with("organize-quota-day", &args));
        }
        let most = board.lines.iter().map(longest).max().unwrap_or_default();
        let exact = board.day.is_none();
        let lines = board.lines.iter();
        Some(Self {
            notes,
            is_open,
            lines: lines
                .map(|line| row(page, named, line, most.max(1), exact))
                .collect(),
        })
    }
}

/// What the bar of a cell must hold: its target, or its answers where they are more.
fn longest(line: &Line) -> u64 {
    line.tally.counted.max(line.quota.target.into())
}

fn row(page: &Page, named: Named<'_>, line: &Line, most: u64, exact: bool) -> QuotaLine {
    let lang = page.lang;
    let full = line.tally.counted >= u64::from(line.quota.target);
    let mark = match line.quota.rule {
        _ if line.is_over() => Some("organize-quota-over"),
        QuotaRule::Close if full && exact => Some("organize-quota-full"),
        _ => None,
    };
    let county = &line.quota.county;
    let area = named.counties.iter().find(|area| area.code == *county);
    QuotaLine {
        county: area
            .map_or(county.as_str(), |area| area.name(lang.tag()))
            .to_owned(),
        cell: cell_words(lang, named.questionnaire, named.plan, &line.quota.cell),
        target: lang.count(line.quota.target.into()),
        counted: lang.count(line.tally.counted),
        uncounted: lang.count(line.tally.uncounted),
        rule: page.t(&format!("quota-rule-{}", line.quota.rule.as_str())),
        mark: mark.map(|key| page.t(key)),
        bar: width(line.tally.counted, most),
        goal: width(line.quota.target.into(), most),
    }
}

#[expect(clippy::cast_precision_loss, reason = "answers of a cell")]
fn width(part: u64, most: u64) -> String {
    format!("{:.1}%", 100.0 * part as f64 / most as f64)
}
