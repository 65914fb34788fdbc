//! Reads a criterion's rule with its typed parameters.

use super::fields::Fields;
use super::{Criterion, Problem};
use crate::evaluation::amount::Amount;
use crate::evaluation::rule::{
    AboveOwnAverage, AtLeast, AtMost, Average, BelowOwnAverageGrowth, EventLimit, GrowthLimit,
    Judged, Monitored, NoEvent, NoneCounted, Rule, ShareAtLeast, Shown, SurveyAtLeast,
    SurveyImproved,
};
use crate::stats::threshold::Rule as SurveyRule;

/// More years would not fit the exact comparison, and no notice asks for more.
const YEARS: std::ops::Range<u32> = 1..6;

/// Reads one criterion.
pub(super) fn criterion(fields: Fields<'_, '_>) -> Option<Criterion> {
    let id = fields.text("id")?;
    let fields = fields.named(&id);
    let clause = fields.text("clause");
    let name = fields.words("name");
    let short = if fields.has("short") {
        fields.words("short")
    } else {
        name.clone()
    };
    let note = fields.words_if_there("note");
    let rule = fields.table("rule").and_then(|rule| read(&rule, &id));
    fields.finish();
    Some(Criterion {
        clause: clause?,
        name: name?,
        short: short?,
        note,
        rule: rule?,
        id,
    })
}

fn read(fields: &Fields<'_, '_>, id: &str) -> Option<Rule> {
    let kind = fields.text("kind")?;
    let indicator = || fields.text_or("indicator", id);
    let percent = || fields.percent("percent");
    let years = || {
        fields
            .whole("years", YEARS)
            .and_then(|y| u8::try_from(y).ok())
    };
    let rule = match kind.as_str() {
        "at_least" => both(indicator(), percent())
            .map(|(indicator, percent)| Rule::AtLeast(AtLeast { indicator, percent })),
        "at_most" => both(indicator(), percent())
            .map(|(indicator, percent)| Rule::AtMost(AtMost { indicator, percent })),
        "share_at_least" => both(indicator(), percent())
            .map(|(indicator, percent)| Rule::ShareAtLeast(ShareAtLeast { indicator, percent })),
        "above_own_average" => both(indicator(), years())
            .map(|(indicator, years)| Rule::AboveOwnAverage(AboveOwnAverage { indicator, years })),
        "below_own_average_growth" => {
            let average = average(fields);
            both(both(indicator(), years()), average).map(|((indicator, years), average)| {
                Rule::BelowOwnAverageGrowth(BelowOwnAverageGrowth {
                    indicator,
                    years,
                    average,
                })
            })
        }
        "no_event" => both(indicator(), limits(fields))
            .map(|(indicator, limits)| Rule::NoEvent(NoEvent { indicator, limits })),
        "none" => {
            let definition = fields.words_if_there("definition");
            indicator().map(|indicator| {
                Rule::None(NoneCounted {
                    indicator,
                    definition,
                })
            })
        }
        "judged" => judged(fields, indicator()).map(Rule::Judged),
        "survey_at_least" => survey_at_least(fields).map(Rule::SurveyAtLeast),
        "survey_improved" => survey_improved(fields).map(Rule::SurveyImproved),
        _ => {
            fields.problem(
                "kind",
                Problem::UnknownWord {
                    found: kind,
                    allowed: "at_least, at_most, below_own_average_growth, above_own_average, \
                              share_at_least, no_event, none, judged, survey_at_least, \
                              survey_improved",
                },
            );
            return None;
        }
    };
    fields.finish();
    rule
}

/// Both or none; both sides are read before, so that both can report.
fn both<A, B>(a: Option<A>, b: Option<B>) -> Option<(A, B)> {
    Some((a?, b?))
}

fn average(fields: &Fields<'_, '_>) -> Option<Average> {
    match fields.text_or("average", "mean")?.as_str() {
        "mean" => Some(Average::Mean),
        "compound" => Some(Average::Compound),
        found => {
            unknown(fields, "average", found, "mean, compound");
            None
        }
    }
}

fn unknown(fields: &Fields<'_, '_>, field: &str, found: &str, allowed: &'static str) {
    let found = found.to_owned();
    fields.problem(field, Problem::UnknownWord { found, allowed });
}

fn limits(fields: &Fields<'_, '_>) -> Option<Vec<EventLimit>> {
    let tables = fields.tables("limits");
    if tables.is_empty() {
        fields.problem("limits", Problem::Empty);
        return None;
    }
    let mut limits = Vec::new();
    for table in &tables {
        let measure = table.text("measure");
        let at_least = table.amount("at_least");
        table.finish();
        limits.push(EventLimit {
            measure: measure?,
            at_least: at_least?,
        });
    }
    Some(limits)
}

fn judged(fields: &Fields<'_, '_>, indicator: Option<String>) -> Option<Judged> {
    let mut monitored = Some(Vec::new());
    for table in fields.tables("monitored") {
        let one = monitored_figure(&table);
        monitored = both(monitored, one).map(|(mut all, one)| {
            all.push(one);
            all
        });
    }
    let growth_at_most = if fields.has("growth_at_most") {
        fields.table("growth_at_most").and_then(|table| {
            let limit = both(table.text("indicator"), table.amount("percent"));
            table.finish();
            limit.map(|(indicator, percent)| Some(GrowthLimit { indicator, percent }))
        })
    } else {
        Some(None)
    };
    Some(Judged {
        indicator: indicator?,
        monitored: monitored?,
        growth_at_most: growth_at_most?,
    })
}

fn monitored_figure(table: &Fields<'_, '_>) -> Option<Monitored> {
    let indicator = table.text("indicator");
    let shown = table.text("shown").and_then(|shown| match shown.as_str() {
        "rate" => Some(Shown::Rate),
        "count" => Some(Shown::Count),
        "growth" => Some(Shown::Growth),
        found => {
            unknown(table, "shown", found, "rate, count, growth");
            None
        }
    });
    table.finish();
    Some(Monitored {
        indicator: indicator?,
        shown: shown?,
    })
}

fn survey_at_least(fields: &Fields<'_, '_>) -> Option<SurveyAtLeast> {
    let item = fields.text("item");
    let percent = fields.percent("percent");
    let rule = match fields.text_or("rule", "lower_bound")?.as_str() {
        "lower_bound" => Some(SurveyRule::LowerBound),
        "point" => Some(SurveyRule::Point),
        found => {
            unknown(fields, "rule", found, "lower_bound, point");
            None
        }
    };
    Some(SurveyAtLeast {
        item: item?,
        percent: percent?,
        rule: rule?,
    })
}

fn survey_improved(fields: &Fields<'_, '_>) -> Option<SurveyImproved> {
    let item = fields.text("item");
    let delta = if fields.has("delta_points") {
        fields.amount("delta_points")
    } else {
        Some(Amount::ZERO)
    };
    let ceiling = if fields.has("ceiling_percent") {
        fields.percent("ceiling_percent").map(Some)
    } else {
        Some(None)
    };
    Some(SurveyImproved {
        item: item?,
        delta_points: delta?,
        ceiling_percent: ceiling?,
    })
}
