//! Reads a standard's document, section by section.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::DeTable;

use super::fields::{Fields, Log};
use super::{Area, County, Omitted, Problem, Standard, StandardError, StandardProblem, rules};
use crate::evaluation::cross_check::CrossCheck;
use crate::evaluation::cycle::{Consequences, Cycle, Rung, Step, december, first};
use crate::evaluation::indicator::Kind;
use crate::evaluation::measure::{Measure, MeasureRule};
use crate::evaluation::sum::{Sum, Term};
use crate::evaluation::words::Words;

/// The document as TOML, or the line at which it is none.
pub(super) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, StandardError> {
    DeTable::parse(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or(text);
        StandardError {
            problems: vec![StandardProblem {
                at: "toml".to_owned(),
                field: "toml".to_owned(),
                line: before.matches('\n').count() + 1,
                problem: Problem::Syntax {
                    message: error.message().to_owned(),
                },
            }],
        }
    })
}

/// Reads and checks a whole standard.
pub(super) fn standard(text: &str) -> Result<Standard, StandardError> {
    let document = parse(text)?;
    let log = Log::new(text);
    let fields = Fields::new(document.get_ref(), 0..0, "standard", "", &log);
    let standard = sections(&fields);
    fields.finish();
    match (standard, log.into_problems()) {
        (Some(standard), problems) if problems.is_empty() => Ok(standard),
        (_, problems) => Err(StandardError { problems }),
    }
}

fn sections(fields: &Fields<'_, '_>) -> Option<Standard> {
    let id = fields.text("id");
    let version = fields.whole("version", 1..1_000_000);
    let title = fields.words("title");
    let source = fields.words("source");
    let counties = each(fields, "counties", |f| county(&f));
    let areas = each(fields, "areas", area);
    let criteria = each(fields, "criteria", rules::criterion);
    let omitted = each(fields, "omitted", omitted);
    let sums = each(fields, "sums", sum);
    let cycle = fields.table("cycle").and_then(|f| cycle(&f));
    let consequences = if fields.has("consequences") {
        fields
            .table("consequences")
            .and_then(|f| consequences(&f))
            .map(Some)
    } else {
        Some(None)
    };
    let measures = each(fields, "measures", measure);
    let cross_checks = each(fields, "cross_checks", cross_check);
    let terms = names(fields, "terms");
    let indicators = names(fields, "indicators");
    let standard = Standard {
        id: id?,
        version: version?,
        title: title?,
        source: source?,
        counties: counties?,
        areas: areas?,
        criteria: criteria?,
        omitted: omitted?,
        sums: sums?,
        cycle: cycle?,
        consequences: consequences?,
        measures: measures?,
        cross_checks: cross_checks?,
        terms: terms?,
        indicators: indicators?,
    };
    check(&standard, fields);
    Some(standard)
}

/// Every table of an array through `read`; `None` as soon as one is not usable, after all were read.
fn each<'d, 's, T>(
    fields: &Fields<'d, 's>,
    name: &str,
    read: impl Fn(Fields<'d, 's>) -> Option<T>,
) -> Option<Vec<T>> {
    let all: Vec<Option<T>> = fields.tables(name).into_iter().map(read).collect();
    all.into_iter().collect()
}

fn county(fields: &Fields<'_, '_>) -> Option<County> {
    let (code, name) = (fields.text("code"), fields.words("name"));
    fields.finish();
    Some(County {
        code: code?,
        name: name?,
    })
}

fn area(fields: Fields<'_, '_>) -> Option<Area> {
    let id = fields.text("id")?;
    let fields = fields.named(&id);
    let (clause, name) = (fields.text("clause"), fields.words("name"));
    fields.finish();
    Some(Area {
        clause: clause?,
        name: name?,
        id,
    })
}

fn omitted(fields: Fields<'_, '_>) -> Option<Omitted> {
    let fields = fields.named("omitted");
    let (clauses, reason) = (fields.texts("clauses"), fields.words("reason"));
    fields.finish();
    Some(Omitted {
        clauses: clauses?,
        reason: reason?,
    })
}

fn cross_check(fields: Fields<'_, '_>) -> Option<CrossCheck> {
    let fields = fields.named("cross_checks");
    let (item, none) = (fields.text("item"), fields.text("none"));
    let (follow_up, yes) = (fields.text("follow_up"), fields.text("yes"));
    let indicator = fields.text("indicator");
    fields.finish();
    Some(CrossCheck {
        item: item?,
        none: none?,
        follow_up: follow_up?,
        yes: yes?,
        indicator: indicator?,
    })
}

fn sum(fields: Fields<'_, '_>) -> Option<Sum> {
    let fields = fields.named("sums");
    let total = fields
        .text("total")
        .and_then(|text| term(&fields, "total", &text));
    let parts = fields.texts("parts").and_then(|texts| {
        if texts.is_empty() {
            fields.problem("parts", Problem::Empty);
        }
        let terms = texts.iter().map(|text| term(&fields, "parts", text));
        terms.collect::<Vec<_>>().into_iter().collect()
    });
    let all = fields.flag_or("all", true);
    fields.finish();
    Some(Sum {
        total: total?,
        parts: parts?,
        all: all?,
    })
}

fn term(fields: &Fields<'_, '_>, field: &str, text: &str) -> Option<Term> {
    let read = text.parse().ok();
    if read.is_none() {
        let term = text.to_owned();
        fields.problem(field, Problem::NoSuchNumber { term });
    }
    read
}

/// A number from 1 to `most`, or what it is where the file does not say it.
fn small_or(fields: &Fields<'_, '_>, field: &str, most: u32, default: i8) -> Option<i8> {
    if !fields.has(field) {
        return Some(default);
    }
    let number = fields.whole(field, 1..most + 1);
    number.and_then(|number| i8::try_from(number).ok())
}

fn cycle(fields: &Fields<'_, '_>) -> Option<Cycle> {
    let year = |field: &str| {
        fields
            .whole(field, 1900..2200)
            .and_then(|y| i32::try_from(y).ok())
    };
    let first_year = year("first_year");
    let last_year = year("last_year");
    let small = |field: &str, most: u32| {
        fields
            .whole(field, 1..most + 1)
            .and_then(|n| i8::try_from(n).ok())
    };
    let begin_month = small_or(fields, "begin_month", 12, december());
    let begin_day = small_or(fields, "begin_day", 31, first());
    let application_month = small("application_month", 12);
    let application_day = small("application_day", 31);
    let years_in_a_row = fields.whole("years_in_a_row", 1..20);
    let decided_counts = fields.flag_or("decided_counts", true);
    let time_zone = fields.text("time_zone").filter(|zone| {
        let known = jiff::tz::TimeZone::get(zone).is_ok();
        if !known {
            let id = zone.clone();
            fields.problem("time_zone", Problem::UnknownReference { id });
        }
        known
    });
    let steps = each(fields, "steps", |f| {
        let (id, name, rule) = (f.text("id"), f.words("name"), f.words("rule"));
        f.finish();
        Some(Step {
            id: id?,
            name: name?,
            rule: rule?,
        })
    });
    let targets = each(fields, "targets", |f| {
        let year = f.whole("year", 1900..2200);
        let counties = f.whole("counties", 0..10_000);
        f.finish();
        Some((i32::try_from(year?).ok()?, counties?))
    });
    fields.finish();
    Some(Cycle {
        first_year: first_year?,
        last_year: last_year?,
        time_zone: time_zone?,
        begin_month: begin_month?,
        begin_day: begin_day?,
        application_month: application_month?,
        application_day: application_day?,
        years_in_a_row: years_in_a_row?,
        decided_counts: decided_counts?,
        steps: steps?,
        targets: targets?.into_iter().collect(),
    })
}

fn consequences(fields: &Fields<'_, '_>) -> Option<Consequences> {
    let clause = fields.text("clause");
    let neither = fields.words("neither");
    let posts = each(fields, "posts", |f| {
        let name = f.words("name");
        f.finish();
        name
    });
    let ladder = each(fields, "ladder", |f| {
        let years = f.whole("years", 1..20);
        let (met, missed) = (f.words("met"), f.words("missed"));
        f.finish();
        Some(Rung {
            years: years?,
            met: met?,
            missed: missed?,
        })
    });
    fields.finish();
    Some(Consequences {
        clause: clause?,
        posts: posts?,
        ladder: ladder?,
        neither: neither?,
    })
}

fn measure(fields: Fields<'_, '_>) -> Option<Measure> {
    let id = fields.text("id")?;
    let fields = fields.named(&id);
    let clause = fields.text("clause");
    let name = fields.words("name");
    let counties = if fields.has("counties") {
        fields.texts("counties")
    } else {
        Some(Vec::new())
    };
    let rule = fields.table("rule").and_then(|rule| measure_rule(&rule));
    fields.finish();
    Some(Measure {
        clause: clause?,
        name: name?,
        counties: counties?,
        rule: rule?,
        id,
    })
}

fn measure_rule(fields: &Fields<'_, '_>) -> Option<MeasureRule> {
    let kind = fields.text("kind")?;
    let rule = match kind.as_str() {
        "amount_at_least" => fields
            .amount("least")
            .map(|least| MeasureRule::AmountAtLeast { least }),
        "each_between" => {
            let (measure, least) = (fields.text("measure"), fields.amount("least"));
            let most = if fields.has("most") {
                fields.amount("most").map(Some)
            } else {
                Some(None)
            };
            match (measure, least, most) {
                (Some(measure), Some(least), Some(most)) => Some(MeasureRule::EachBetween {
                    measure,
                    least,
                    most,
                }),
                _ => None,
            }
        }
        "all" => Some(MeasureRule::All),
        "count_at_least" => {
            let least = fields.whole("least", 0..100_000);
            let by_county = each(fields, "by_county", |f| {
                let (code, least) = (f.text("code"), f.whole("least", 0..100_000));
                f.finish();
                Some((code?, least?))
            });
            match (least, by_county) {
                (Some(least), Some(pairs)) => Some(MeasureRule::CountAtLeast {
                    least,
                    by_county: pairs.into_iter().collect(),
                }),
                _ => None,
            }
        }
        _ => {
            fields.problem(
                "kind",
                Problem::UnknownWord {
                    found: kind,
                    allowed: "amount_at_least, each_between, all, count_at_least",
                },
            );
            return None;
        }
    };
    fields.finish();
    rule
}

fn names(fields: &Fields<'_, '_>, field: &str) -> Option<BTreeMap<String, Words>> {
    let pairs = each(fields, field, |f| {
        let (id, name) = (f.text("id"), f.words("name"));
        f.finish();
        Some((id?, name?))
    })?;
    Some(pairs.into_iter().collect())
}

/// What can only be seen when all sections are read.
fn check(standard: &Standard, fields: &Fields<'_, '_>) {
    if standard.criteria.is_empty() {
        fields.problem("criteria", Problem::Empty);
    }
    if standard.counties.is_empty() {
        fields.problem("counties", Problem::Empty);
    }
    let criteria = fields.tables("criteria");
    let mut seen = BTreeSet::new();
    for (criterion, at) in standard.criteria.iter().zip(criteria) {
        let at = at.named(&criterion.id);
        if !seen.insert(&criterion.id) {
            let id = criterion.id.clone();
            at.problem("id", Problem::Duplicate { id });
        }
        if !standard.areas.iter().any(|a| a.id == criterion.area()) {
            let id = criterion.area().to_owned();
            at.problem("id", Problem::UnknownReference { id });
        }
    }
    for (check, at) in standard
        .cross_checks
        .iter()
        .zip(fields.tables("cross_checks"))
    {
        if check.criterion(standard).is_none() {
            let id = check.indicator.clone();
            at.named("cross_checks")
                .problem("indicator", Problem::UnknownReference { id });
        }
    }
    let known = kinds(standard, fields);
    for (sum, at) in standard.sums.iter().zip(fields.tables("sums")) {
        let at = at.named("sums");
        numbers(sum, &known, &at);
    }
    let mut seen = BTreeSet::new();
    for (measure, at) in standard.measures.iter().zip(fields.tables("measures")) {
        let at = at.named(&measure.id);
        if !seen.insert(&measure.id) {
            let id = measure.id.clone();
            at.problem("id", Problem::Duplicate { id });
        }
        for code in &measure.counties {
            if standard.county(code).is_none() {
                let id = code.clone();
                at.problem("counties", Problem::UnknownReference { id });
            }
        }
    }
}

/// Every number of a sum is one that somebody reports.
fn numbers(sum: &Sum, known: &BTreeMap<&str, Kind>, at: &Fields<'_, '_>) {
    let total = std::iter::once(("total", &sum.total));
    let parts = sum.parts.iter().map(|part| ("parts", part));
    for (field, term) in total.chain(parts) {
        match known.get(term.indicator.as_str()) {
            None => {
                let id = term.indicator.clone();
                at.problem(field, Problem::UnknownReference { id });
            }
            Some(kind) if !term.part.is_of(*kind) => {
                let term = term.to_string();
                at.problem(field, Problem::NoSuchNumber { term });
            }
            Some(_) => {}
        }
    }
}

/// One indicator, one kind.
fn kinds<'a>(standard: &'a Standard, fields: &Fields<'_, '_>) -> BTreeMap<&'a str, Kind> {
    let mut known: BTreeMap<&'a str, Kind> = BTreeMap::new();
    let mut check = |id: &'a str, kind, at: &Fields<'_, '_>| {
        let second = *known.entry(id).or_insert(kind);
        if second != kind {
            at.problem(
                "rule",
                Problem::KindClash {
                    indicator: id.to_owned(),
                    first: kind,
                    second,
                },
            );
        }
    };
    for (criterion, at) in standard.criteria.iter().zip(fields.tables("criteria")) {
        let at = at.named(&criterion.id);
        for (id, kind) in criterion.rule.needs() {
            check(id, kind, &at);
        }
    }
    for (measure, at) in standard.measures.iter().zip(fields.tables("measures")) {
        let (id, kind) = measure.needs();
        check(id, kind, &at.named(&measure.id));
    }
    known
}
