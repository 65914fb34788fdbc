//! Seeded answers in words: what became of them, and what they can find.
//!
//! Pure. For: `/organize/{wave}/seeds`, `minyi wave seeds`, the page of the result. Promises: what is missing or altered is said first
//! and in numbers by county; a list that was never named is said, too.

use std::collections::BTreeMap;

use crate::i18n::{Lang, Value};
use crate::report::plan::gap;
use crate::stats::sampling::detection::{by_seeds, to_ask};
use crate::survey::area::AreaCode;
use crate::survey::seeds::{Fate, SeedNote};

/// Negative answers of an example: 12 % of 800.
const NEGATIVES: usize = 96;
/// Deletions of the example; 18 of them move 88 % to 90 %.
const DELETED: [usize; 3] = [5, 18, 30];
/// Seeds of the example.
const SEEDED: [usize; 4] = [5, 10, 20, 40];

fn numbers(lang: Lang, fate: Fate) -> [(&'static str, Value<'static>); 4] {
    let count = |n: u64| Value::from(lang.count(n));
    [
        ("intact", count(fate.intact)),
        ("altered", count(fate.altered)),
        ("missing", count(fate.missing)),
        ("late", count(fate.late)),
    ]
}

/// What became of the seeds of each county, a sentence for each.
#[must_use]
pub fn by_county(
    lang: Lang,
    fates: &BTreeMap<AreaCode, Fate>,
    name: &dyn Fn(&AreaCode) -> String,
) -> Vec<String> {
    let one = |(county, fate): (&AreaCode, &Fate)| {
        let mut args = vec![("county", name(county).into())];
        args.extend(numbers(lang, *fate));
        lang.t_with("seeds-fate", &args)
    };
    fates.iter().map(one).collect()
}

/// What nobody may overlook: seeds that are missing or altered; nothing if there are none.
#[must_use]
pub fn alarm(lang: Lang, fates: &BTreeMap<AreaCode, Fate>) -> Option<String> {
    let sum = fates
        .values()
        .fold(Fate::default(), |sum, fate| sum.with(*fate));
    (sum.missing + sum.altered > 0).then(|| lang.t_with("seeds-alarm", &numbers(lang, sum)))
}

/// The same of a result.
#[must_use]
pub fn alarms(lang: Lang, notes: &[SeedNote]) -> Vec<String> {
    let fates = notes.iter().filter_map(|note| note.fates.as_ref());
    let mut found: Vec<String> = fates.filter_map(|fates| alarm(lang, fates)).collect();
    let unnamed = notes.iter().filter(|note| note.fates.is_none());
    let (lists, seeds): (u64, u64) = unnamed.fold((0, 0), |(lists, seeds), note| {
        (lists + 1, seeds + note.number())
    });
    if lists > 0 {
        let args = [("lists", lists.into()), ("seeds", lang.count(seeds).into())];
        found.push(lang.t_with("seeds-unnamed", &args));
    }
    found
}

/// The method statement's sentences; empty where there were no deposits.
#[must_use]
pub fn statement(lang: Lang, notes: &[SeedNote], name: &dyn Fn(&AreaCode) -> String) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let number: u64 = notes.iter().map(SeedNote::number).sum();
    let left: u64 = notes
        .iter()
        .filter_map(SeedNote::fate)
        .map(Fate::left)
        .sum();
    let args = [
        ("number", lang.count(number).into()),
        ("left", lang.count(left).into()),
    ];
    let mut parts = vec![lang.t_with("results-method-seeds-text", &args)];
    let mut fates: BTreeMap<AreaCode, Fate> = BTreeMap::new();
    for (county, fate) in notes
        .iter()
        .filter_map(|note| note.fates.as_ref())
        .flatten()
    {
        let sum = fates.entry(county.clone()).or_default();
        *sum = sum.with(*fate);
    }
    parts.extend(by_county(lang, &fates, name));
    parts.extend(alarms(lang, notes));
    parts.join(gap(lang))
}

/// With how many seeds, in per cent, the deletion of so many of 96 negative answers is found: the numbers of deletions, and lines of
/// seeds and probabilities.
#[must_use]
pub fn detection(lang: Lang) -> (Vec<String>, Vec<(String, Vec<String>)>) {
    let number = |n: usize| lang.count(n as u64);
    let line = |seeds: usize| {
        let found = DELETED.map(|deleted| by_seeds(NEGATIVES + seeds, seeds, deleted));
        // Almost certain is not certain.
        let found = found.iter().map(|p| match lang.number(p * 100.0, 0) {
            all if all == "100" && *p < 1.0 => ">99%".to_owned(),
            whole => format!("{whole}%"),
        });
        (number(seeds), found.collect())
    };
    let head = DELETED.map(number).to_vec();
    (head, SEEDED.map(line).to_vec())
}

/// How many invited people to ask whether they answered, to find 5 % and 2 % of codes that somebody else used.
#[must_use]
pub fn people(lang: Lang) -> String {
    let number = |share| Value::from(lang.count(to_ask(share, 0.95).unwrap_or(0) as u64));
    lang.t_with(
        "seeds-people",
        &[("five", number(0.05)), ("two", number(0.02))],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn almost_certain_is_not_called_certain_and_the_published_figures_are_in_the_table() {
        let (head, lines) = detection(Lang::En);
        assert_eq!(head, ["5", "18", "30"]);
        let of = |seeds: &str| &lines.iter().find(|(own, _)| own == seeds).unwrap().1;
        assert_eq!((of("10")[1].as_str(), of("20")[1].as_str()), ("86%", "98%"));
        assert_eq!(of("40")[2], ">99%");
        assert!(people(Lang::En).contains("59") && people(Lang::ZhCn).contains("149"));
    }

    #[test]
    fn what_is_missing_altered_or_never_named_is_an_alarm_and_nothing_else_is() {
        let county = AreaCode::parse("140302").unwrap();
        let note = |fate: Option<Fate>| SeedNote {
            digest: String::new(),
            counties: BTreeMap::from([(county.clone(), 4)]),
            log_size: 0,
            deposited_at: crate::survey::time::Instant::from_micros(1),
            fates: fate.map(|fate| BTreeMap::from([(county.clone(), fate)])),
        };
        let fate = |missing, altered, late| {
            let intact = 4 - missing - altered - late;
            Some(Fate {
                intact,
                altered,
                missing,
                late,
            })
        };
        for lang in Lang::ALL {
            let alarms = |fate| alarms(lang, &[note(fate)]);
            assert!(alarms(fate(0, 0, 0)).is_empty() && alarms(fate(0, 0, 4)).is_empty());
            assert!(alarms(fate(3, 0, 0))[0].contains('3'));
            assert!(alarms(fate(0, 2, 0))[0].contains('2'));
            assert!(alarms(None)[0].contains('4'), "never named");
            let name = |code: &AreaCode| code.to_string();
            assert_eq!(statement(lang, &[], &name), "");
            let said = statement(lang, &[note(fate(3, 0, 0))], &name);
            let alarm = &alarms(fate(3, 0, 0))[0];
            assert!(said.contains("140302") && said.contains(alarm), "{said}");
        }
    }
}
