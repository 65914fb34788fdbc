//! What residents say happened to them, beside the cases that were recorded: sentences, no verdict.

use super::{Assessed, Source};
use crate::evaluation::cross_check::CrossCheck;
use crate::survey::questionnaire::{Item, Kind};
use crate::survey::result::{AnswerCell, CountyResult};

pub(super) fn view(
    source: &Source<'_>,
    assessed: Assessed<'_>,
    county: &CountyResult,
) -> Vec<Vec<String>> {
    let checks = assessed.standard.cross_checks.iter();
    checks
        .filter_map(|check| sentences(source, assessed, county, check))
        .collect()
}

/// Who was hit, who reported it, what was recorded; nothing where the wave asked no such question or it may not be told.
fn sentences(
    source: &Source<'_>,
    assessed: Assessed<'_>,
    county: &CountyResult,
    check: &CrossCheck,
) -> Option<Vec<String>> {
    let (_, none) = cell(source, county, &check.item, &check.none)?;
    let hit = [
        ("share", whole(source, 1.0 - none.share).into()),
        ("low", whole(source, 1.0 - none.interval.high).into()),
        ("high", whole(source, 1.0 - none.interval.low).into()),
    ];
    let mut said = vec![source.say("results-recorded-hit", &hit)];
    said.extend(
        cell(source, county, &check.follow_up, &check.yes).map(|(item, yes)| {
            let places = usize::from(!matches!(item.kind, Kind::Multiple { .. }));
            let number = |share: f64| source.lang.number(share * 100.0, places);
            let reported = [
                ("share", number(yes.share).into()),
                ("low", number(yes.interval.low).into()),
                ("high", number(yes.interval.high).into()),
            ];
            source.say("results-recorded-reported", &reported)
        }),
    );
    let dossier = assessed.evaluation.county(county.code.as_str())?;
    let year = assessed.evaluation.year;
    let tag = source.lang.tag();
    let name = assessed.standard.indicator_name(&check.indicator, tag);
    said.push(match check.recorded(assessed.standard, dossier) {
        Some((now, before)) => {
            let recorded = [
                ("name", name.to_owned().into()),
                ("year", year.to_string().into()),
                ("now", source.count(now.into())),
                ("before", source.count(before.into())),
            ];
            source.say("results-recorded-recorded", &recorded)
        }
        None => source.say(
            "results-recorded-unrecorded",
            &[
                ("name", name.to_owned().into()),
                ("year", year.to_string().into()),
            ],
        ),
    });
    Some(said)
}

/// The share of one answer, where it stands alone.
fn cell<'a>(
    source: &Source<'a>,
    county: &'a CountyResult,
    item: &str,
    code: &str,
) -> Option<(&'a Item, &'a AnswerCell)> {
    let found = county.items.iter().find(|one| one.item == item)?;
    let alone =
        |cell: &&AnswerCell| cell.codes.len() == 1 && cell.codes.iter().all(|one| one == code);
    let cell = found.cells.iter().find(alone)?;
    Some((source.result.questionnaire.item(item)?, cell))
}

fn whole(source: &Source<'_>, share: f64) -> String {
    source.lang.number(share * 100.0, 0)
}
