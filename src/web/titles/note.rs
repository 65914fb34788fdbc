//! What stands beside a county's tag: the calendar, what changed since the acceptance, the standard of a year; and why a step was
//! not taken.

use super::view::Refused;
use crate::evaluation::acceptance::Place;
use crate::evaluation::cycle::{Cycle, CycleError};
use crate::evaluation::register::{Lack, Stage, Standing};
use crate::evaluation::standard::Standard;
use crate::service::titles::{Cell, LONGEST, Lacking, Register, TitleError};
use crate::web::page::Page;

/// Values named in a note; there can be many more.
const NAMED: usize = 3;

/// The key of the tag.
pub(super) const fn tag(standing: &Standing) -> &'static str {
    match standing {
        Standing::Upcoming => "titles-upcoming",
        Standing::Applying => "titles-applying",
        Standing::Pending => "titles-pending",
        Standing::Named => "titles-named",
        Standing::Decided(_) => "titles-decided",
        Standing::Missed(Lack::NotMet) => "titles-lack-not-met",
        Standing::Missed(Lack::Open) => "titles-lack-open",
        Standing::Missed(_) => "titles-missed",
        Standing::Unrecorded => "titles-unrecorded",
        Standing::Outside => "titles-outside",
    }
}

/// What stands beside the tag.
pub(super) fn of(page: &Page, cell: &Cell) -> Vec<String> {
    let cycle = &cell.yardstick.standard.cycle;
    match &cell.standing {
        Standing::Upcoming => vec![day(
            page,
            "titles-upcoming-note",
            cycle,
            cycle.first_day(cell.year),
        )],
        Standing::Applying => {
            let until = cycle.application_day(cell.year);
            let until = day(page, "titles-applying-note", cycle, until);
            let before = (cell.stage != Stage::Nothing).then(|| stage(page, cell));
            before.into_iter().chain([until]).collect()
        }
        Standing::Pending if cell.stage == Stage::Outdated => changed(page, cell),
        Standing::Pending => vec![stage(page, cell)],
        Standing::Named | Standing::Missed(Lack::NotMet | Lack::Open) => Vec::new(),
        Standing::Decided(decision) => {
            let [first, second] = decision.by();
            let args = [
                ("first", first.as_str().into()),
                ("second", second.as_str().into()),
            ];
            vec![page.t_with("titles-decided-by", &args)]
        }
        Standing::Missed(Lack::Outdated) => changed(page, cell),
        Standing::Missed(Lack::Otherwise) => otherwise(page, cell),
        Standing::Missed(Lack::Late) if cell.is_claimed => vec![page.t("titles-lack-claimed")],
        Standing::Missed(lack) => vec![page.t(&format!("titles-lack-{}", lack.as_str()))],
        Standing::Unrecorded => vec![page.t("titles-unrecorded-note")],
        Standing::Outside => vec![page.t("titles-outside-note")],
    }
}

/// Where the county stands in its steps.
pub(super) fn stage(page: &Page, cell: &Cell) -> String {
    if cell.is_claimed {
        page.t("titles-stage-claimed")
    } else {
        page.t(&format!("titles-stage-{}", cell.stage.as_str()))
    }
}

/// A sentence with a day of the calendar, and whose day it is.
fn day(
    page: &Page,
    key: &str,
    cycle: &Cycle,
    day: Result<jiff::civil::Date, CycleError>,
) -> String {
    let day = day.map_or(String::new(), |day| page.lang.date(day));
    let args = [("day", day.into()), ("zone", zone(page, cycle).into())];
    page.t_with(key, &args)
}

/// The time zone of a calendar, as people call it.
fn zone(page: &Page, cycle: &Cycle) -> String {
    match cycle.time_zone.as_str() {
        "Asia/Shanghai" => page.t("titles-zone-beijing"),
        other => other.to_owned(),
    }
}

/// First and last day of self-check and application.
pub(super) fn calendar(page: &Page, cycle: &Cycle, year: i32) -> String {
    let (Ok(first), Ok(last)) = (cycle.first_day(year), cycle.application_day(year)) else {
        return String::new();
    };
    let args = [
        ("first", page.lang.date(first).into()),
        ("day", page.lang.date(last).into()),
        ("zone", zone(page, cycle).into()),
    ];
    page.t_with("titles-deadline", &args)
}

/// Since when the acceptance does not cover the values, and which ones.
fn changed(page: &Page, cell: &Cell) -> Vec<String> {
    let cover = cell.cover.as_ref();
    let said = cover.map(|cover| {
        let args = [
            ("day", accepted_on(page, cell).into()),
            ("values", values(page, cell, &cover.changed).into()),
        ];
        page.t_with("titles-changed-since", &args)
    });
    said.into_iter().collect()
}

/// Which values the published evaluation read otherwise.
fn otherwise(page: &Page, cell: &Cell) -> Vec<String> {
    let cover = cell.cover.as_ref();
    let said = cover.map(|cover| {
        let args = [
            ("day", accepted_on(page, cell).into()),
            ("values", values(page, cell, &cover.otherwise).into()),
        ];
        page.t_with("titles-evaluated-otherwise", &args)
    });
    said.into_iter().collect()
}

/// The local day of the acceptance, in the standard's zone.
fn accepted_on(page: &Page, cell: &Cell) -> String {
    let cycle = &cell.yardstick.standard.cycle;
    let day = cell
        .cover
        .as_ref()
        .and_then(|cover| cycle.local(cover.at.micros()).ok());
    day.map_or(String::new(), |day| page.lang.date(day))
}

/// Values by name and year; of many the first ones.
fn values(page: &Page, cell: &Cell, places: &[Place]) -> String {
    let name = |(year, id): &Place| {
        let standard = &cell.yardstick.standard;
        let name = standard.indicator_name(id, page.lang.tag());
        let args = [
            ("name", name.to_owned().into()),
            ("year", year.to_string().into()),
        ];
        page.t_with("titles-value", &args)
    };
    let named: Vec<String> = places.iter().take(NAMED).map(name).collect();
    let named = named.join(page.t("titles-comma").as_str());
    let more = places.len().saturating_sub(NAMED);
    if more == 0 {
        return named;
    }
    let count = |n: usize| page.lang.count(u64::try_from(n).unwrap_or(u64::MAX));
    let args = [("values", named.into()), ("more", count(more).into())];
    page.t_with("titles-values-more", &args)
}

/// The version of the standard that judged a year or would, and for which years it was made if this is none of them.
pub(super) fn yardstick(page: &Page, register: &Register, year: i32) -> String {
    let Some(of) = register.yardsticks.get(&year) else {
        return String::new();
    };
    let standard = &of.standard;
    let args = [
        ("version", standard.version.into()),
        ("applied", if of.is_applied { "yes" } else { "no" }.into()),
    ];
    let version = page.t_with("titles-yardstick", &args);
    let other = standard.id != register.standard.id;
    let title = other.then(|| standard.title.get(page.lang.tag()).to_owned());
    let period = (!standard.cycle.covers(year)).then(|| {
        let cells = register.rows.iter().flat_map(|row| &row.cells);
        let mut cells = cells.filter(|cell| cell.year == year);
        let how = match (of.is_applied, cells.any(|cell| cell.synthetic)) {
            (false, _) => "next",
            (true, true) => "example",
            (true, false) => "word",
        };
        let args = [
            ("first", standard.cycle.first_year.to_string().into()),
            ("last", standard.cycle.last_year.to_string().into()),
            ("how", how.into()),
        ];
        page.t_with("titles-period", &args)
    });
    let parts = title.into_iter().chain([version]).chain(period);
    let parts: Vec<String> = parts.collect();
    parts.join(page.t("titles-between").as_str())
}

/// Why a step was not taken, in sentences.
pub(super) fn refusal(
    page: &Page,
    register: &Register,
    year: i32,
    refused: &Refused,
) -> Vec<String> {
    let standard = register
        .yardsticks
        .get(&year)
        .map_or(&register.standard, |of| &of.standard);
    let count = |n: usize| page.lang.count(u64::try_from(n).unwrap_or(u64::MAX));
    let sentence = match &refused.error {
        TitleError::NotNow(stage) => {
            let stage = page.t(&format!("titles-stage-{}", stage.as_str()));
            page.t_with("titles-refused-not-now", &[("stage", stage.into())])
        }
        TitleError::Own => page.t("titles-refused-own"),
        TitleError::NoReason => page.t_with(
            "titles-refused-no-reason",
            &[("most", count(LONGEST).into())],
        ),
        TitleError::NoMoment => page.t("titles-refused-no-moment"),
        TitleError::TooEarly(day) => {
            let args = [
                ("year", year.to_string().into()),
                ("day", page.lang.date(*day).into()),
                ("zone", zone(page, &standard.cycle).into()),
            ];
            page.t_with("titles-refused-too-early", &args)
        }
        TitleError::Unverified(lacking) => return unverified(page, standard, lacking),
        TitleError::TooFew(held) => {
            let held = page.lang.count(u64::from(*held));
            page.t_with("titles-refused-too-few", &[("held", held.into())])
        }
        TitleError::Denied | TitleError::Unknown | TitleError::Wave(_) => return Vec::new(),
    };
    vec![sentence]
}

/// How many values are not verified, and which ones of each year.
fn unverified(page: &Page, standard: &Standard, lacking: &Lacking) -> Vec<String> {
    let left: usize = lacking.values().map(std::collections::BTreeSet::len).sum();
    let left = page.lang.count(u64::try_from(left).unwrap_or(u64::MAX));
    let head = page.t_with("titles-refused-unverified", &[("left", left.into())]);
    let of_year = lacking.iter().map(|(year, ids)| {
        let names = ids
            .iter()
            .map(|id| standard.indicator_name(id, page.lang.tag()));
        let names: Vec<&str> = names.collect();
        let args = [
            ("year", year.to_string().into()),
            ("names", names.join(page.t("titles-comma").as_str()).into()),
        ];
        page.t_with("titles-refused-year", &args)
    });
    std::iter::once(head).chain(of_year).collect()
}
