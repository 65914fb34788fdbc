//! What stands behind the criteria of a county: each reported value with its years before, who reported it and who verified it.

use super::Source;
use crate::evaluation::indicator::{Indicator, Kind, Status, Value};
use crate::evaluation::rule::Rule;
use crate::evaluation::standard::Standard;
use crate::report::chart::thin_bar;
use crate::survey::time::Instant;

/// A value on which an evaluation rests.
#[derive(Debug, Clone, PartialEq)]
pub struct Behind {
    /// The value where it stood when the standard was applied.
    pub value: Indicator,
    /// Who stands for it, as far as it is known.
    pub entry: Option<Entry>,
}

/// Who stands for a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who reported it, or judged.
    pub by: String,
    /// When it was entered.
    pub at: Instant,
    /// The second person who verified it, and when, if that was before the standard was applied.
    pub verified: Option<(String, Instant)>,
}

/// An indicator of a criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BehindView {
    /// Its name.
    pub name: String,
    /// Who reported and who verified the value of the year.
    pub told: String,
    /// The value of each year where there are several, the earliest first.
    pub years: Vec<YearView>,
}

/// A value of one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearView {
    /// The year.
    pub year: i32,
    /// The value.
    pub value: String,
    /// A bar: a rate from 0 to 1, a count beside the largest of the years. SVG, decorative.
    pub bar: String,
}

/// Every indicator that a rule reads, as far as it was reported.
pub(super) fn view(
    source: &Source<'_>,
    (standard, county, year): (&Standard, &str, i32),
    rule: &Rule,
) -> Vec<BehindView> {
    let own = source
        .behind
        .iter()
        .filter(|one| one.value.county == county);
    let own: Vec<&Behind> = own.filter(|one| one.value.year <= year).collect();
    let needs = rule.needs().into_iter();
    needs
        .filter_map(|(id, kind)| of_indicator(source, (standard, year), &own, (id, kind)))
        .collect()
}

fn of_indicator(
    source: &Source<'_>,
    (standard, year): (&Standard, i32),
    all: &[&Behind],
    (id, kind): (&str, Kind),
) -> Option<BehindView> {
    let own = all.iter().copied().filter(|one| one.value.id == id);
    let mut own: Vec<&Behind> = own.collect();
    own.sort_by_key(|one| one.value.year);
    let now = own.iter().find(|one| one.value.year == year)?;
    let has_years = own.len() > 1 && matches!(kind, Kind::Rate | Kind::Count);
    Some(BehindView {
        name: standard.indicator_name(id, source.lang.tag()).to_owned(),
        told: told(source, now),
        years: if has_years {
            years(source, &own)
        } else {
            Vec::new()
        },
    })
}

fn told(source: &Source<'_>, one: &Behind) -> String {
    let when = |at: Instant| source.lang.date(source.zone.date(at));
    if one.value.status == Status::Synthetic {
        return source.t("behind-synthetic");
    }
    let mut parts = Vec::new();
    if let Some(entry) = &one.entry {
        let args = [
            ("who", entry.by.as_str().into()),
            ("when", when(entry.at).into()),
        ];
        parts.push(source.say("behind-reported", &args));
    }
    let verified = one.entry.as_ref().and_then(|entry| entry.verified.as_ref());
    parts.push(match (one.value.status, verified) {
        (_, Some((who, at))) => {
            let args = [("who", who.as_str().into()), ("when", when(*at).into())];
            source.say("behind-verified-by", &args)
        }
        (Status::Verified, None) => source.t("behind-verified"),
        (Status::Reported | Status::Synthetic, None) => source.t("behind-unverified"),
    });
    parts.join(match source.lang.tag() {
        "en" => " ",
        _ => "",
    })
}

fn years(source: &Source<'_>, own: &[&Behind]) -> Vec<YearView> {
    let number = |one: &&Behind| match &one.value.value {
        Value::Rate { k, m } => Some((f64::from(*k), f64::from(*m))),
        Value::Count { count } => Some((f64::from(*count), 0.0)),
        _ => None,
    };
    let largest = own
        .iter()
        .filter_map(number)
        .map(|(k, _)| k)
        .fold(0.0, f64::max);
    let one = |one: &&Behind| {
        let (k, m) = number(one)?;
        let (value, share) = match &one.value.value {
            Value::Rate { k: part, m: whole } => (rate(source, *part, *whole), k / m),
            _ => (source.lang.number(k, 0), k / largest),
        };
        Some(YearView {
            year: one.value.year,
            value,
            bar: thin_bar(if share.is_finite() { share } else { 0.0 }),
        })
    };
    own.iter().filter_map(one).collect()
}

fn rate(source: &Source<'_>, k: u32, m: u32) -> String {
    let key = if m == 0 {
        "indicators-nothing"
    } else {
        "indicators-rate"
    };
    let share = source.lang.percent(f64::from(k) / f64::from(m.max(1)));
    let args = [
        ("k", source.count(k.into())),
        ("m", source.count(m.into())),
        ("share", share.into()),
    ];
    source.say(key, &args)
}
