//! The register in words: tags, reasons, years in a row, what the notice attaches.

use std::collections::BTreeSet;

use super::note;
use crate::evaluation::cycle::{Consequences, Rung, Season};
use crate::evaluation::register::{Stage, Standing, Step};
use crate::evaluation::words::Words;
use crate::report::reason::standing_mark;
use crate::report::result::{Part, TogetherView};
use crate::service::app::App;
use crate::service::titles::{Cell, Register, Row, TitleError, TitleStep};
use crate::web::page::Page;

/// Counties times years on a page, so that it stays small; but so many counties at least.
const CELLS: usize = 100;
const FEWEST: usize = 10;

/// A form that was refused.
pub(super) struct Refused {
    pub(super) county: String,
    pub(super) step: Step,
    pub(super) reason: String,
    pub(super) received: String,
    pub(super) error: TitleError,
}

/// A county in a year, in a tag and a few words.
pub(super) struct CellView {
    pub(super) class: &'static str,
    pub(super) mark: &'static str,
    pub(super) tag: String,
    pub(super) note: String,
    /// The result on which it rests.
    pub(super) url: Option<String>,
}

/// A line of the register.
pub(super) struct LineView {
    pub(super) name: String,
    pub(super) cells: Vec<CellView>,
    pub(super) held: String,
}

/// A year at the head of the register.
pub(super) struct YearView {
    pub(super) number: i32,
    pub(super) url: Option<String>,
    /// The city's aim, and whether it is reached.
    pub(super) aim: String,
    /// The version of the standard that judged the year, and for which years it was made if this is none of them.
    pub(super) yardstick: String,
}

/// A rung of what the notice attaches.
pub(super) struct RungView {
    pub(super) years: u32,
    pub(super) met: String,
    pub(super) missed: String,
}

/// Approval of a county over the years that lead to a recommendation.
pub(super) struct TogetherLine {
    pub(super) name: String,
    pub(super) years: String,
    pub(super) view: TogetherView,
}

/// The whole register.
pub(super) struct RegisterView {
    pub(super) lead: String,
    pub(super) years: Vec<YearView>,
    pub(super) lines: Vec<LineView>,
    /// Which counties these are.
    pub(super) part: Part,
    pub(super) has_aims: bool,
    /// Years taken together, where a county may be recommended.
    pub(super) together: Vec<TogetherLine>,
    pub(super) together_lead: String,
    /// Names and rules of the steps of a year.
    pub(super) steps: Vec<(String, String)>,
    pub(super) attached: Option<AttachedView>,
}

/// What the notice attaches to results.
pub(super) struct AttachedView {
    pub(super) clause: String,
    pub(super) posts: String,
    pub(super) ladder: Vec<RungView>,
    pub(super) neither: String,
}

fn word<'a>(page: &Page, words: &'a Words) -> &'a str {
    words.get(page.lang.tag())
}

fn held(page: &Page, key: &str, cell: Option<&Cell>, needed: u32) -> String {
    let held = cell.map_or(0, |cell| cell.held);
    let args = [
        ("held", page.lang.count(u64::from(held)).into()),
        ("needed", page.lang.count(u64::from(needed)).into()),
    ];
    page.t_with(key, &args)
}

impl CellView {
    pub(super) fn new(page: &Page, cell: &Cell) -> Self {
        let (mark, class) = standing_mark(&cell.standing);
        let recommended = cell.may_be_recommended.then(|| {
            let is_done = cell.stage == Stage::Recommended;
            page.t(if is_done {
                "titles-recommended"
            } else {
                "titles-may-be-recommended"
            })
        });
        let synthetic = cell.synthetic.then(|| page.t("titles-synthetic"));
        let notes = note::of(page, cell).into_iter();
        let notes: Vec<String> = notes.chain(recommended).chain(synthetic).collect();
        Self {
            class,
            mark,
            tag: page.t(note::tag(&cell.standing)),
            note: notes.join(page.t("titles-between").as_str()),
            url: cell
                .wave
                .as_ref()
                .map(|wave| page.link(&format!("/results/{wave}"))),
        }
    }
}

impl LineView {
    fn new(page: &Page, register: &Register, row: &Row) -> Self {
        let county = register.county(&row.county);
        let name = county.map_or(row.county.as_str(), |county| word(page, &county.name));
        let cells = row.cells.iter().map(|cell| CellView::new(page, cell));
        // The last year that is decided; the running one has no title yet.
        let is_decided = |cell: &&Cell| {
            let standing = &cell.standing;
            matches!(
                standing,
                Standing::Named | Standing::Decided(_) | Standing::Missed(_)
            )
        };
        let latest = row.cells.iter().rev().find(is_decided);
        let needed = latest.map_or(register.standard.cycle.years_in_a_row, |cell| {
            cell.yardstick.standard.cycle.years_in_a_row
        });
        Self {
            name: name.to_owned(),
            cells: cells.collect(),
            held: held(page, "titles-held-short", latest, needed),
        }
    }
}

impl TogetherLine {
    fn all(page: &Page, register: &Register, row: &Row) -> Vec<Self> {
        let county = register.county(&row.county);
        let name = county.map_or(row.county.as_str(), |county| word(page, &county.name));
        let line = |cell: &Cell| {
            let back = cell.yardstick.standard.cycle.years_in_a_row;
            let back = back.saturating_sub(1);
            let first = cell.year.saturating_sub_unsigned(back);
            let years = [
                ("first", first.to_string().into()),
                ("last", cell.year.to_string().into()),
            ];
            Some(Self {
                name: name.to_owned(),
                years: page.t_with("titles-together-years", &years),
                view: TogetherView::new(page.lang, cell.together.as_ref()?),
            })
        };
        row.cells.iter().filter_map(line).collect()
    }
}

/// The city's aim for a year, and whether it is reached; empty where there is none.
fn aim(page: &Page, register: &Register, year: i32) -> String {
    let of_year = register.yardsticks.get(&year);
    let Some(aim) = of_year.and_then(|of| of.standard.cycle.target(year)) else {
        return String::new();
    };
    let named = u64::try_from(register.named(year)).unwrap_or(u64::MAX);
    let key = if named >= u64::from(aim) {
        "titles-aim-reached"
    } else {
        "titles-aim-missed"
    };
    let args = [
        ("named", page.lang.count(named).into()),
        ("aim", page.lang.count(u64::from(aim)).into()),
    ];
    page.t_with(key, &args)
}

impl RegisterView {
    /// The part of the register that the page asks for; `None` where there is no such part.
    pub(super) fn new(page: &Page, register: &Register, may_open: bool) -> Option<Self> {
        let per = CELLS / register.years.len().max(1);
        let part = Part::asked(register.rows.len(), per.max(FEWEST), page.asked("page"))?;
        let rows = part.of(&register.rows);
        let standard = &register.standard;
        let cycle = &standard.cycle;
        let years: Vec<YearView> = register
            .years
            .iter()
            .map(|year| YearView {
                number: *year,
                url: may_open.then(|| page.link(&format!("/titles/{year}"))),
                aim: aim(page, register, *year),
                yardstick: note::yardstick(page, register, *year),
            })
            .collect();
        let lead = [
            ("standard", word(page, &standard.title).to_owned().into()),
            (
                "years",
                page.lang.count(u64::from(cycle.years_in_a_row)).into(),
            ),
        ];
        Some(Self {
            lead: page.t_with("titles-lead", &lead),
            has_aims: years.iter().any(|year| !year.aim.is_empty()),
            years,
            lines: rows
                .iter()
                .map(|row| LineView::new(page, register, row))
                .collect(),
            part,
            together: rows
                .iter()
                .flat_map(|row| TogetherLine::all(page, register, row))
                .collect(),
            together_lead: page.t_with("titles-together-lead", &lead[1..]),
            steps: cycle
                .steps
                .iter()
                .map(|step| {
                    (
                        word(page, &step.name).to_owned(),
                        word(page, &step.rule).to_owned(),
                    )
                })
                .collect(),
            attached: standard
                .consequences
                .as_ref()
                .map(|attached| AttachedView::new(page, attached)),
        })
    }
}

impl AttachedView {
    fn new(page: &Page, attached: &Consequences) -> Self {
        let posts: Vec<&str> = attached.posts.iter().map(|post| word(page, post)).collect();
        let posts = posts.join(page.t("titles-comma").as_str());
        let rung = |rung: &Rung| RungView {
            years: rung.years,
            met: word(page, &rung.met).to_owned(),
            missed: word(page, &rung.missed).to_owned(),
        };
        Self {
            clause: page.t_with(
                "titles-clause",
                &[("clause", attached.clause.as_str().into())],
            ),
            posts: page.t_with("titles-posts", &[("posts", posts.into())]),
            ladder: attached.ladder.iter().map(rung).collect(),
            neither: word(page, &attached.neither).to_owned(),
        }
    }
}

/// A step that can be taken now.
pub(super) struct OfferView {
    pub(super) step: &'static str,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) has_reason: bool,
    pub(super) has_moment: bool,
    pub(super) reason: String,
    pub(super) received: String,
    pub(super) is_open: bool,
}

/// A step that was taken.
pub(super) struct TakenView {
    pub(super) name: String,
    pub(super) who: String,
    pub(super) reason: String,
}

/// A county in a year, with its steps and those that can be taken.
pub(super) struct CountyView {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) cell: CellView,
    pub(super) stage: String,
    pub(super) held: String,
    pub(super) values: String,
    pub(super) taken: Vec<TakenView>,
    pub(super) offers: Vec<OfferView>,
}

impl CountyView {
    pub(super) fn all(
        app: &App,
        page: &Page,
        register: &Register,
        year: i32,
        offered: &BTreeSet<(String, Step)>,
        refused: Option<&Refused>,
    ) -> Vec<Self> {
        let one = |row: &Row| {
            let cell = register.cell(&row.county, year)?;
            let county = register.county(&row.county)?;
            let needed = cell.yardstick.standard.cycle.years_in_a_row;
            let offers = offered.iter().filter(|(code, _)| *code == row.county);
            let offer = |(_, step): &(String, Step)| {
                let typed =
                    refused.filter(|typed| typed.county == row.county && typed.step == *step);
                OfferView::new(page, *step, cell.season, typed)
            };
            Some(Self {
                code: row.county.clone(),
                name: word(page, &county.name).to_owned(),
                cell: CellView::new(page, cell),
                stage: note::stage(page, cell),
                held: held(page, "titles-held", Some(cell), needed),
                values: page.link(&format!("/indicators/{year}/{}", row.county)),
                taken: cell
                    .steps
                    .iter()
                    .map(|step| taken(app, page, register, step))
                    .collect(),
                offers: offers.map(offer).collect(),
            })
        };
        register.rows.iter().filter_map(one).collect()
    }
}

impl OfferView {
    fn new(page: &Page, step: Step, season: Season, typed: Option<&Refused>) -> Self {
        let say = |part: &str| {
            page.t(&format!(
                "titles-{}-{part}",
                step.as_str().replace('_', "-")
            ))
        };
        let is_late = step == Step::Apply && season == Season::Over;
        let has_moment = step == Step::Apply && !page.reports_indicators();
        Self {
            step: step.as_str(),
            title: say("title"),
            text: if is_late {
                page.t("titles-apply-late-text")
            } else {
                say("text")
            },
            has_reason: step.needs_reason() || has_moment && is_late,
            has_moment,
            reason: typed.map(|typed| typed.reason.clone()).unwrap_or_default(),
            received: typed
                .map(|typed| typed.received.clone())
                .unwrap_or_default(),
            is_open: typed.is_some(),
        }
    }
}

fn taken(app: &App, page: &Page, register: &Register, step: &TitleStep) -> TakenView {
    let moment = |at| page.lang.moment(app.zone.civil(at));
    let name = register.people.get(&step.taken.by);
    let args = [
        (
            "name",
            name.map_or("–", |name| name.as_str()).to_owned().into(),
        ),
        ("when", moment(step.taken.at).into()),
        ("received", moment(step.received_at).into()),
    ];
    let key = match (step.step, step.received_at == step.taken.at) {
        (Step::Apply, false) => "titles-taken-paper",
        _ => "titles-taken",
    };
    let mut who = page.t_with(key, &args);
    if step.step == Step::Apply && !step.in_time {
        who.push_str(&page.t("titles-taken-late"));
    }
    TakenView {
        name: page.t(&format!(
            "titles-step-{}",
            step.step.as_str().replace('_', "-")
        )),
        who,
        reason: step.reason.clone(),
    }
}
