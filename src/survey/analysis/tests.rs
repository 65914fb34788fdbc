//! What the module above promises, tried out.

mod seeds;
mod signs;
mod subtraction;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::stats::threshold::{Finding, NotAssessable};
use crate::survey::answer::validate;
use crate::survey::area::Level;
use crate::survey::frame::Residence;
use crate::survey::margin::{MarginCell, MarginRow};
use crate::survey::plan::CountySample;
use crate::survey::questionnaire::{DEFAULT_2026, SampledUnit, Text};
use crate::survey::result::{
    Breakdown, BreakdownBy, Collapse, Estimate, Provenance, RuleNote, Sensitivity, Shown, WaveFacts,
};
use crate::survey::rule::Rule;
use crate::survey::sample::{SampledPsu, SampledStratum, StratumCode, UnitCode};
use crate::survey::time::Instant;
use crate::survey::wave::WaveSlug;

/// Both chains iterate: R to 1e-12, we to 1e-10, so figures agree to better than this.
const TOLERANCE: f64 = 1e-8;

fn code(text: &str) -> AreaCode {
    AreaCode::parse(text).unwrap()
}

/// The wave of `golden/`: what `records.csv` holds, with the sample and margins of `golden.R`.
struct Golden {
    plan: WavePlan,
    questionnaire: Questionnaire,
    counties: Vec<Area>,
    sample: Sample,
    margins: Margins,
    records: Vec<Record>,
    tallies: BTreeMap<AreaCode, Tally>,
    changes: Vec<RuleNote>,
}

impl Golden {
    fn new() -> Self {
        let questionnaire = Questionnaire::from_toml(DEFAULT_2026)
            .unwrap()
            .for_unit(SampledUnit::Person);
        let records = records(&questionnaire);
        let cast = records.len() as u64;
        let tally = Tally {
            issued: 1200,
            used: cast + 7,
            leaves: cast,
            unused: Unused::default(),
            ..Tally::default()
        };
        let county = CountySample {
            county: code("140302"),
            psus: 12,
            invitations: 1200,
        };
        Self {
            plan: WavePlan::standard(SampledUnit::Person, vec![county]),
            questionnaire,
            counties: vec![Area {
                code: code("140302"),
                level: Level::County,
                name_zh: "城区".into(),
                name_en: "Chengqu".into(),
                parent: Some(code("140300")),
            }],
            sample: sample(),
            margins: margins(),
            records,
            tallies: [(code("140302"), tally)].into(),
            changes: Vec::new(),
        }
    }

    fn analyze(&self, base: Option<&WaveResult>) -> WaveResult {
        let provenance = Provenance {
            name: "golden".into(),
            source: "synthetic".into(),
            digest: String::new(),
            synthetic: true,
        };
        analyze(&WaveInputs {
            facts: WaveFacts {
                slug: WaveSlug::parse("golden").unwrap(),
                titles: Text::new([("en", "Golden")]),
                synthetic: true,
                opens_at: Instant::from_micros(1),
                closes_at: Instant::from_micros(2),
                closed_at: Instant::from_micros(2),
                early_reason: None,
                seed: hex::encode([7; 32]),
                seed_text: None,
                frame: provenance.clone(),
                margins: provenance,
                base_wave: None,
                changes: self.changes.clone(),
                seeds: Vec::new(),
            },
            plan: &self.plan,
            questionnaire: &self.questionnaire,
            counties: &self.counties,
            sample: &self.sample,
            margins: &self.margins,
            records: &self.records,
            tallies: &self.tallies,
            seed: [7; 32],
            base,
            software: "minyi test",
        })
    }
}

fn records(questionnaire: &Questionnaire) -> Vec<Record> {
    include_str!("golden/records.csv")
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let names = ["s1", "s2", "q1", "q2", "q5", "d1"];
            let form: Vec<(String, String)> = names
                .iter()
                .zip(&cells[3..9])
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            let mut id = [0; 16];
            id[8..].copy_from_slice(&cells[0].parse::<u64>().unwrap().to_be_bytes());
            Record {
                id,
                place: Place {
                    county: code("140302"),
                    stratum: StratumCode::new(cells[1]),
                    variance_unit: UnitCode::new(cells[2]),
                },
                answers: validate(questionnaire, &form).unwrap(),
                flagged: cells[9] == "1",
                marked: true,
                direction: None,
                mode: None,
                seeded: false,
            }
        })
        .collect()
}

fn sample() -> Sample {
    let mut sample = Sample {
        strata: Vec::new(),
        psus: Vec::new(),
    };
    for (residence, fraction) in [(Residence::Rural, 0.05), (Residence::Urban, 0.02)] {
        let stratum = StratumCode::new(format!("140302-{}", residence.as_str()));
        sample.strata.push(SampledStratum {
            stratum: stratum.clone(),
            county: code("140302"),
            residence: Some(residence),
            population: 30_000,
            addresses: 20_000,
            fraction,
            invitations: 600,
        });
        for number in 1..=6_u32 {
            sample.psus.push(SampledPsu {
                unit: code(&format!("140302001{number:03}")),
                part: 0,
                county: code("140302"),
                stratum: stratum.clone(),
                variance_unit: UnitCode::new(format!("{stratum}-{number:02}")),
                selection: number - 1,
                size: 1000,
                addresses: 900,
                inclusion_probability: 0.2,
                certainty: false,
                base_weight: 1.0 / fraction,
                invitations: 100,
            });
        }
    }
    sample
}

fn margins() -> Margins {
    let cells = [
        ("female", [3100, 3500, 3300, 3600, 4100]),
        ("male", [3200, 3600, 3400, 3700, 3900]),
    ];
    let ages = ["18-29", "30-39", "40-49", "50-59", "60up"];
    let mut rows = Vec::new();
    let mut row = |variable, label: &str, population| {
        rows.push(MarginRow {
            county: code("140302"),
            cell: MarginCell::from_words(variable, label).unwrap(),
            population,
        });
    };
    for (sex, counts) in cells {
        for (age, n) in ages.iter().zip(counts) {
            row("sex_age", &format!("{sex}:{age}"), n);
        }
    }
    row("residence", "rural", 11_000);
    row("residence", "urban", 24_400);
    Margins::new(&rows, &[code("140302")].into()).unwrap()
}

fn golden() -> BTreeMap<&'static str, f64> {
    include_str!("golden/golden.csv")
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').unwrap())
        .map(|(name, value)| (name, value.parse().unwrap()))
        .collect()
}

#[track_caller]
fn close(name: &str, found: f64, expected: f64) {
    let distance = (found - expected).abs();
    assert!(
        distance <= TOLERANCE * expected.abs().max(1e-3),
        "{name}: {found} instead of {expected}"
    );
}

fn check_estimate(name: &str, found: &Estimate) {
    let golden = golden();
    let of = |what: &str| golden[format!("{name}.{what}").as_str()];
    close(name, found.figure.p, of("p"));
    close(name, found.figure.variance, of("variance"));
    close(
        name,
        f64::from(u32::try_from(found.figure.n).unwrap()),
        of("n"),
    );
    close(name, found.figure.kish_n_eff, of("kish_n_eff"));
    close(name, found.figure.df, of("df"));
    close(name, found.design_effect.unwrap(), of("deff"));
    close(name, found.bounds.low, of("low90"));
    close(name, found.bounds.high, of("high90"));
    close(name, found.interval.low, of("low95"));
    close(name, found.interval.high, of("high95"));
}

#[test]
fn weights_estimates_and_intervals_are_those_of_r() {
    let result = Golden::new().analyze(None);
    let county = &result.counties[0];
    assert_eq!(county.weighting_failure, None);
    check_estimate("approval", county.approval.estimate.as_ref().unwrap());
    check_estimate("safety", county.safety.as_ref().unwrap());
    for line in &county.sensitivity {
        let name = match line.kind {
            Sensitivity::WithoutUndecided => "decided",
            Sensitivity::WithoutFlagged => "unflagged/approval",
            Sensitivity::WithExcluded => panic!("nobody was left out"),
        };
        check_estimate(name, line.judged.estimate.as_ref().unwrap());
    }
    let golden = golden();
    let weighting = county.weighting.as_ref().unwrap();
    let weights = &weighting.weights;
    close(
        "n",
        f64::from(u32::try_from(weights.n).unwrap()),
        golden["weights.n"],
    );
    close("min", weights.min, golden["weights.min"]);
    close("max", weights.max, golden["weights.max"]);
    close("mean", weights.mean, golden["weights.mean"]);
    close("cv", weights.cv, golden["weights.cv"]);
    close("kish_deff", weights.kish_deff, golden["weights.kish_deff"]);
    close("n_eff", weights.n_eff, golden["weights.n_eff"]);
    close(
        "share",
        weights.largest_share,
        golden["weights.largest_share"],
    );
    for class in &weighting.classes {
        let name = format!("class.{}", class.class);
        close(&name, class.factor, golden[name.as_str()]);
    }
    let cell = weighting.margins[0]
        .cells
        .iter()
        .find(|cell| cell.cells == ["female:50-59", "female:60up"])
        .unwrap();
    close("before", cell.before, golden["margin.female:50up.before"]);
    close("after", cell.after, golden["margin.female:50up.after"]);
}

#[test]
fn breakdowns_and_distributions_are_those_of_r() {
    let result = Golden::new().analyze(None);
    let county = &result.counties[0];
    let group = |by, name: &str| -> Estimate {
        let of_kind = |b: &&Breakdown| b.by == by;
        let groups = &county.breakdowns.iter().find(of_kind).unwrap().groups;
        match &groups.iter().find(|g| g.group == name).unwrap().shown {
            Shown::Estimate(estimate) => (**estimate).clone(),
            other => panic!("{name}: {other:?}"),
        }
    };
    check_estimate("approval/male", &group(BreakdownBy::Sex, "male"));
    check_estimate("approval/female", &group(BreakdownBy::Sex, "female"));
    check_estimate("approval/urban", &group(BreakdownBy::Residence, "urban"));
    let golden = golden();
    for (item, name) in [("q1", "very"), ("q5", "better")] {
        let item = county.items.iter().find(|i| i.item == item).unwrap();
        let cell = &item.cells[0];
        assert_eq!(cell.codes, ["1"]);
        close(name, cell.share, golden[format!("{name}.p").as_str()]);
        close(
            name,
            cell.interval.low,
            golden[format!("{name}.low95").as_str()],
        );
        close(
            name,
            cell.interval.high,
            golden[format!("{name}.high95").as_str()],
        );
    }
}

#[test]
fn what_was_collapsed_is_told() {
    let result = Golden::new().analyze(None);
    let collapsed = &result.counties[0].weighting.as_ref().unwrap().collapsed;
    let units = (1..=6).map(|n| format!("140302-rural-{n:02}")).collect();
    let few = records(&Golden::new().questionnaire)
        .iter()
        .filter(|r| {
            let q = Golden::new().questionnaire;
            let is = |item, code| r.answers.choice(&q, item).is_some_and(|c| c.code == code);
            is("s2", "60up") && is("d1", "female")
        })
        .count() as u64;
    assert_eq!(
        *collapsed,
        [
            Collapse::Classes {
                stratum: "140302-rural".into(),
                units
            },
            Collapse::Ages {
                sex: "female".into(),
                ages: vec!["50-59".into(), "60up".into()],
                respondents: few
            },
        ]
    );
}

#[test]
fn screened_out_and_empty_submissions_leave_the_analysis_and_are_counted() {
    let golden = Golden::new();
    let result = golden.analyze(None);
    let county = &result.counties[0];
    let n = county.weighting.as_ref().unwrap().weights.n;
    assert_eq!(county.counts.nothing_answered, 2);
    assert_eq!(county.counts.complete + county.counts.partial, n);
    assert_eq!(
        county.counts.cast,
        county.counts.eligible() + county.counts.screened_out
    );
    assert!(county.reconciliation.iter().all(|line| line.holds));
    // RR2 with unknown cases as eligible: (I+P) / (I+P + R + UO), R = 2 empty + 7 broken off
    let answered = f64::from(u32::try_from(n).unwrap());
    let unknown = f64::from(u32::try_from(1200 - county.counts.used).unwrap());
    close(
        "RR2",
        county.rates["RR2"].unwrap(),
        answered / (answered + 9.0 + unknown),
    );
}

#[test]
fn what_staff_noted_for_unused_codes_enters_the_rates_and_the_digest() {
    let mut golden = Golden::new();
    let plain = golden.analyze(None);
    golden.tallies.get_mut(&code("140302")).unwrap().unused = Unused {
        refusal: 20,
        undelivered: 30,
        not_eligible: 40,
        ..Unused::default()
    };
    let result = golden.analyze(None);
    assert_ne!(result.input_digest, plain.input_digest);
    let (before, after) = (&plain.counties[0], &result.counties[0]);
    assert_eq!(after.counts.unused.total(), 90);
    // Not eligible leave the denominator of RR2; refusals and undelivered letters stay in it.
    let invited = |county: &CountyResult| 1.0 / county.rates["RR2"].unwrap();
    let answered = after.counts.complete + after.counts.partial;
    let answered = f64::from(u32::try_from(answered).unwrap());
    close("RR2", invited(after), invited(before) - 40.0 / answered);
    assert!(after.rates["e"].unwrap() < before.rates["e"].unwrap());
    assert_eq!(after.approval, before.approval);
}

#[test]
fn more_records_than_used_codes_is_the_only_thing_that_stops() {
    let mut golden = Golden::new();
    golden.tallies.get_mut(&code("140302")).unwrap().used = 3;
    let result = golden.analyze(None);
    let broken: Vec<Check> = result.counties[0]
        .reconciliation
        .iter()
        .filter(|line| !line.holds)
        .map(|line| line.check)
        .collect();
    assert_eq!(broken, [Check::UsedCast]);
}

#[test]
fn a_unit_that_is_left_out_leaves_every_figure_and_is_counted() {
    let mut golden = Golden::new();
    let whole = golden.analyze(None);
    let unit = golden.records[0].place.variance_unit.clone();
    golden.changes.push(RuleNote {
        rule: Rule::Exclusion { unit: unit.clone() },
        reason: "opened envelopes".into(),
        asked_at: Instant::from_micros(1),
        confirmed_at: Instant::from_micros(1),
        effective_at: Instant::from_micros(1),
        in_effect: true,
    });
    let excluded = golden.analyze(None);
    let (before, after) = (&whole.counties[0], &excluded.counties[0]);
    // The same figures as if these records had never come.
    let mut without = Golden::new();
    without
        .records
        .retain(|record| record.place.variance_unit != unit);
    let absent = &without.analyze(None).counties[0];
    assert_eq!(after.approval, absent.approval);
    assert_eq!(after.safety, absent.safety);
    assert_eq!(after.items, absent.items);
    assert_eq!(after.weighting, absent.weighting);
    assert_ne!(after.approval, before.approval);
    // They are counted, the log and the records agree, and they are no interviews.
    let gone = golden.records.iter();
    let gone = gone.filter(|record| record.place.variance_unit == unit);
    assert_eq!(after.counts.excluded, gone.count() as u64);
    assert_eq!(after.counts.cast, before.counts.cast);
    assert!(after.reconciliation.iter().all(|line| line.holds));
    assert!(after.rates["RR2"].unwrap() < before.rates["RR2"].unwrap());
    assert_ne!(excluded.input_digest, whole.input_digest);
    // Beside the figure stands the verdict with them.
    let with = after
        .sensitivity
        .iter()
        .find(|line| line.kind == Sensitivity::WithExcluded);
    let with = with.unwrap();
    assert_eq!(with.judged.finding, before.approval.finding);
    assert!(
        with.withheld && with.judged.estimate.is_none(),
        "the difference is two places"
    );
    // A change that never took effect leaves everything as it is.
    golden.changes[0].in_effect = false;
    assert_eq!(golden.analyze(None).counties, whole.counties);
}

#[test]
fn the_order_of_records_changes_nothing() {
    let mut golden = Golden::new();
    let one = golden.analyze(None);
    golden.records.reverse();
    assert_eq!(golden.analyze(None), one);
    golden.records[0].flagged = !golden.records[0].flagged;
    assert_ne!(golden.analyze(None).input_digest, one.input_digest);
}

#[test]
fn a_result_reads_back_from_its_json() {
    let result = Golden::new().analyze(None);
    let json = serde_json::to_string(&result).unwrap();
    assert_eq!(serde_json::from_str::<WaveResult>(&json).unwrap(), result);
}

#[test]
fn without_a_base_wave_change_is_not_assessable_and_with_itself_it_is_zero() {
    let golden = Golden::new();
    let first = golden.analyze(None);
    let none = Finding::NotAssessable(NotAssessable::NoBaseWave);
    assert_eq!(first.counties[0].change.finding, none);
    let second = golden.analyze(Some(&first));
    let change = second.counties[0].change.change.unwrap();
    close("difference", change.difference, 0.0);
    let expected = 2.0 * super::tests::golden()["safety.variance"];
    close("variance of a difference", change.variance, expected);
    assert_eq!(second.counties[0].change.finding, Finding::NotDecidable);
}

#[test]
fn another_wording_cannot_be_compared() {
    let golden = Golden::new();
    let mut base = golden.analyze(None);
    let text = DEFAULT_2026.replace("您感觉安全吗", "您觉得安全吗");
    base.questionnaire = Questionnaire::from_toml(&text)
        .unwrap()
        .for_unit(SampledUnit::Person);
    let finding = golden.analyze(Some(&base)).counties[0].change.finding;
    assert_eq!(
        finding,
        Finding::NotAssessable(NotAssessable::WordingChanged)
    );
}

#[test]
fn a_county_that_nobody_answered_is_not_assessable_and_stops_nobody() {
    let mut golden = Golden::new();
    golden.counties.push(Area {
        code: code("140303"),
        ..golden.counties[0].clone()
    });
    let result = golden.analyze(None);
    assert!(result.counties[0].approval.estimate.is_some());
    let silent = &result.counties[1];
    let finding = Finding::NotAssessable(NotAssessable::CalibrationFailed);
    assert_eq!(silent.approval.finding, finding);
    assert_eq!(silent.weighting_failure.as_deref(), Some("no_respondents"));
}

#[test]
fn missing_sex_and_age_are_filled_from_donors_and_the_margins_still_hold() {
    let mut golden = Golden::new();
    let questionnaire = golden.questionnaire.clone();
    for record in golden.records.iter_mut().step_by(9) {
        let form = [("s1", "4"), ("q1", "1"), ("q2", "2"), ("q5", "3")];
        let form: Vec<_> = form.map(|(i, v)| (i.to_owned(), v.to_owned())).into();
        record.answers = validate(&questionnaire, &form).unwrap();
    }
    let result = golden.analyze(None);
    let weighting = result.counties[0].weighting.as_ref().unwrap();
    assert_eq!((weighting.filled_sex, weighting.filled_age), (63, 63));
    assert_eq!(weighting.fill_stream, "hot-deck/140302");
    for cell in weighting.margins.iter().flat_map(|margin| &margin.cells) {
        let population = f64::from(u32::try_from(cell.population).unwrap());
        close("margin", cell.after, population);
    }
}

#[test]
fn no_small_cell_stands_anywhere_in_a_distribution() {
    let mut golden = Golden::new();
    let questionnaire = golden.questionnaire.clone();
    // a handful of very dissatisfied people, and everybody else content
    for (place, record) in golden.records.iter_mut().enumerate() {
        let answer = if place < 4 {
            "4"
        } else if place < 40 {
            "3"
        } else {
            "1"
        };
        let form = [("s1", "4"), ("s2", "30-39"), ("q1", answer), ("d1", "male")];
        let form: Vec<_> = form.map(|(i, v)| (i.to_owned(), v.to_owned())).into();
        record.answers = validate(&questionnaire, &form).unwrap();
    }
    let result = golden.analyze(None);
    let q1 = result.counties[0]
        .items
        .iter()
        .find(|i| i.item == "q1")
        .unwrap();
    let codes: Vec<&Vec<String>> = q1.cells.iter().map(|cell| &cell.codes).collect();
    let all: BTreeSet<&String> = codes.iter().flat_map(|c| c.iter()).collect();
    assert_eq!(all.len(), 5, "every answer is in some cell: {codes:?}");
    let ns: Vec<u64> = q1.cells.iter().filter_map(|cell| cell.n).collect();
    assert_eq!(ns.len(), q1.cells.len());
    assert!(ns.iter().all(|n| *n >= 10), "{codes:?}");
    let total: u64 = ns.iter().sum();
    assert_eq!(total, q1.answered);
}
