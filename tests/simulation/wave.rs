//! One wave in the synthetic city: the sample drawn, invitations sent, answers analyzed, as a wave of
//! the program is.

use std::collections::BTreeMap;

use minyi::stats::data::{Column, Table};
use minyi::stats::num::real;
use minyi::stats::plan::{AnalysisResult, Inputs, Plan};
use minyi::stats::rng::{stream, uniform};
use minyi::stats::sampling::simple;
use minyi::stats::threshold::{Figure, Finding};
use minyi::survey::analysis::{Record, Tally, WaveInputs, figures};
use minyi::survey::answer::{Answers, validate};
use minyi::survey::area::{Area, AreaCode};
use minyi::survey::invitation::Place;
use minyi::survey::outcome::Unused;
use minyi::survey::plan::{CountySample, WavePlan};
use minyi::survey::questionnaire::{DEFAULT_2026, Questionnaire, SampledUnit, Text};
use minyi::survey::result::{Provenance, WaveFacts};
use minyi::survey::sample::{Sample, UnitCode, draw};
use minyi::survey::time::Instant;
use minyi::survey::wave::WaveSlug;
use serde_json::{Value, json};

use super::population::{AGES, County, Person, Population, SEXES};

/// The sample of a county.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    /// Communities drawn.
    pub(crate) psus: u32,
    /// Invitations sent.
    pub(crate) invitations: u32,
}

/// The usual one.
pub(crate) const USUAL: Size = Size {
    psus: 40,
    invitations: 2_000,
};
/// Replicates of the bootstrap.
pub(crate) const BOOTSTRAP: usize = 200;

/// The plan of every wave, and answers ready to be put into records.
pub(crate) struct Fieldwork {
    size: Size,
    plan: WavePlan,
    questionnaire: Questionnaire,
    areas: Vec<Area>,
    answers: Vec<Answers>,
}

/// What a wave found in one county.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// The headline.
    pub(crate) figure: Figure,
    /// Its verdict against 90 %.
    pub(crate) finding: Finding,
    /// Variance by `JKn` and by the bootstrap, where asked for.
    pub(crate) replicated: Option<[f64; 2]>,
}

/// A person who answered.
struct Respondent {
    unit: UnitCode,
    person: Person,
}

impl Fieldwork {
    /// The default plan in every county of the city.
    pub(crate) fn new(population: &Population, size: Size) -> Self {
        let areas: Vec<Area> = population.counties.iter().map(|c| c.area.clone()).collect();
        let samples = areas.iter().map(|area| CountySample {
            county: area.code.clone(),
            psus: size.psus,
            invitations: size.invitations,
        });
        let plan = WavePlan::standard(SampledUnit::Person, samples.collect());
        let questionnaire = Questionnaire::from_toml(DEFAULT_2026)
            .expect("the default questionnaire")
            .for_unit(SampledUnit::Person);
        plan.check(&questionnaire, &population.margins)
            .expect("a plan that fits");
        let answers = (0..4 * AGES.len())
            .map(|place| answers(&questionnaire, place))
            .collect();
        Self {
            size,
            plan,
            questionnaire,
            areas,
            answers,
        }
    }

    /// Runs wave `number`: one result per county, nothing where its weighting failed.
    pub(crate) fn run(
        &self,
        population: &Population,
        seed: &[u8; 32],
        number: usize,
        with_replicates: bool,
    ) -> Vec<Option<Found>> {
        let mut key = *seed;
        for (to, from) in key.iter_mut().zip((number as u64).to_le_bytes()) {
            *to ^= from;
        }
        let sample =
            draw(&self.plan.sample, &population.frame, &key).expect("a plan that can be drawn");
        let respondents: Vec<Vec<Respondent>> = population
            .counties
            .iter()
            .map(|county| respond(county, &sample, &key))
            .collect();
        let figures = self.analyze(population, &sample, &respondents, key);
        let mut found = Vec::new();
        for ((county, people), figure) in population.counties.iter().zip(&respondents).zip(figures)
        {
            found.push(figure.map(|(figure, finding)| {
                Found {
                    figure,
                    finding,
                    replicated: with_replicates
                        .then(|| replicated(population, county, &sample, people, &figure)),
                }
            }));
        }
        found
    }

    fn analyze(
        &self,
        population: &Population,
        sample: &Sample,
        respondents: &[Vec<Respondent>],
        seed: [u8; 32],
    ) -> Vec<Option<(Figure, Finding)>> {
        let strata: BTreeMap<&UnitCode, _> = sample
            .psus
            .iter()
            .map(|psu| (&psu.variance_unit, (&psu.county, &psu.stratum)))
            .collect();
        let mut records = Vec::new();
        for respondent in respondents.iter().flatten() {
            let (county, stratum) = strata[&respondent.unit];
            records.push(Record {
                id: (records.len() as u128).to_be_bytes(),
                place: Place {
                    county: county.clone(),
                    stratum: stratum.clone(),
                    variance_unit: respondent.unit.clone(),
                },
                answers: self.answers[kind(respondent.person)].clone(),
                flagged: false,
                marked: false,
                direction: None,
                mode: None,
                seeded: false,
            });
        }
        let mut tallies: BTreeMap<AreaCode, Tally> = BTreeMap::new();
        for (area, people) in self.areas.iter().zip(respondents) {
            let used = people.len() as u64;
            let tally = Tally {
                issued: u64::from(self.size.invitations),
                used,
                leaves: used,
                unused: Unused::default(),
                ..Tally::default()
            };
            tallies.insert(area.code.clone(), tally);
        }
        let result = figures(&WaveInputs {
            facts: facts(),
            plan: &self.plan,
            questionnaire: &self.questionnaire,
            counties: &self.areas,
            sample,
            margins: &population.margins,
            records: &records,
            tallies: &tallies,
            seed,
            base: None,
            software: "simulation",
        });
        let of = |area: &Area| {
            let judged = &result.county(area.code.as_str())?.approval;
            Some((judged.estimate.as_ref()?.figure, judged.finding))
        };
        self.areas.iter().map(of).collect()
    }
}

fn kind(person: Person) -> usize {
    4 * usize::from(person.age) + 2 * usize::from(person.sex) + usize::from(person.approves)
}

fn answers(questionnaire: &Questionnaire, kind: usize) -> Answers {
    let approval = if kind % 2 == 1 { "2" } else { "3" };
    let form = [
        ("s1", "4"),
        ("s2", AGES[kind / 4]),
        ("q1", approval),
        ("d1", SEXES[kind / 2 % 2]),
    ]
    .map(|(item, code)| (item.to_owned(), code.to_owned()));
    validate(questionnaire, &form).expect("answers of the questionnaire")
}

fn facts() -> WaveFacts {
    let source = Provenance {
        name: "simulation".to_owned(),
        source: "synthetic".to_owned(),
        digest: String::new(),
        synthetic: true,
    };
    WaveFacts {
        slug: WaveSlug::parse("simulation").expect("a slug"),
        titles: Text::new([("en", "Simulation")]),
        synthetic: true,
        opens_at: Instant::from_micros(1),
        closes_at: Instant::from_micros(2),
        closed_at: Instant::from_micros(2),
        early_reason: None,
        seed: String::new(),
        seed_text: None,
        frame: source.clone(),
        margins: source,
        base_wave: None,
        changes: Vec::new(),
        seeds: Vec::new(),
    }
}

/// Simple random samples of invited people in the drawn communities; each answers or does not.
fn respond(county: &County, sample: &Sample, key: &[u8; 32]) -> Vec<Respondent> {
    let mut random = stream(key, &format!("fieldwork/{}", county.area.code));
    let mut respondents = Vec::new();
    for psu in sample
        .psus
        .iter()
        .filter(|psu| psu.county == county.area.code)
    {
        assert!(
            !psu.certainty,
            "no community of the city is drawn for certain"
        );
        let community = county.community(&psu.unit);
        let invited = usize::try_from(psu.invitations).expect("a number");
        let people = &community.people;
        for place in simple::random(&mut random, people.len(), invited).expect("enough people") {
            if uniform(&mut random) < county.willing(people[place], community.unit.residence) {
                respondents.push(Respondent {
                    unit: psu.variance_unit.clone(),
                    person: people[place],
                });
            }
        }
    }
    respondents
}

/// Variance of the headline by `JKn` and by the bootstrap, the whole weighting in every replicate. The
/// plan is that of the analysis, in the vocabulary of `stats`; under linearization it gives the same
/// estimate and variance as the analysis, or this stops.
fn replicated(
    population: &Population,
    county: &County,
    sample: &Sample,
    people: &[Respondent],
    figure: &Figure,
) -> [f64; 2] {
    let table = table(county, sample, people);
    let plan = plan(population, county);
    let inputs = Inputs {
        table: Some(&table),
        ..Inputs::default()
    };
    let results = plan.run(&inputs, &mut |_| {});
    let row = |id: &str| match results.analyses.get(id) {
        Some(Ok(AnalysisResult::Rows(found))) => (found.rows[0].estimate, found.rows[0].var),
        other => panic!("{id}: {other:?}"),
    };
    let (p, variance) = row("taylor");
    assert!((p - figure.p).abs() < 1e-9, "{p}, {}", figure.p);
    assert!((variance / figure.variance - 1.0).abs() < 1e-7);
    [row("jkn").1, row("bootstrap").1]
}

/// Unit, person and base weight; without a person, the weight of a unit's non-respondents.
type Row<'a> = (&'a UnitCode, Option<&'a Person>, f64);

/// Respondents, and one row for the non-respondents of each unit.
#[expect(clippy::too_many_lines, reason = "one step for each column")]
fn table(county: &County, sample: &Sample, people: &[Respondent]) -> Table {
    let psus = || {
        sample
            .psus
            .iter()
            .filter(|psu| psu.county == county.area.code)
    };
    let units: BTreeMap<&UnitCode, _> = psus().map(|psu| (&psu.variance_unit, psu)).collect();
    let mut silent: BTreeMap<&UnitCode, f64> = BTreeMap::new();
    for psu in psus() {
        *silent.entry(&psu.variance_unit).or_default() +=
            real(usize::try_from(psu.invitations).expect("a number"));
    }
    let mut rows: Vec<Row<'_>> = Vec::new();
    let mut answered: BTreeMap<&UnitCode, usize> = units.keys().map(|unit| (*unit, 0)).collect();
    for one in people {
        *silent.get_mut(&one.unit).expect("a unit of the sample") -= 1.0;
        *answered.get_mut(&one.unit).expect("a unit of the sample") += 1;
        rows.push((&one.unit, Some(&one.person), units[&one.unit].base_weight));
    }
    for (unit, n) in silent {
        rows.push((unit, None, n * units[unit].base_weight));
    }
    // Units under 20 answers share a class; if that has fewer, too, the stratum is one class.
    let small = |unit: &UnitCode| answered[unit] < 20;
    let class = |unit: &UnitCode| {
        let stratum = &units[unit].stratum;
        let of_small = answered
            .iter()
            .filter(|(u, _)| units[*u].stratum == *stratum && small(u));
        let sum: usize = of_small.map(|(_, n)| n).sum();
        if small(unit) || (1..20).contains(&sum) {
            stratum.to_string()
        } else {
            unit.to_string()
        }
    };
    let residence = |unit: &UnitCode| {
        let stratum = sample.stratum(&units[unit].stratum).expect("its stratum");
        stratum.residence.expect("strata by residence").as_str()
    };
    let text = |of: &dyn Fn(&Row<'_>) -> Option<String>| {
        let labels: Vec<Option<String>> = rows.iter().map(of).collect();
        Column::labels(labels.iter().map(Option::as_deref))
    };
    let number = |of: &dyn Fn(&Row<'_>) -> f64| Column::Number(rows.iter().map(of).collect());
    let yes = |is: bool| f64::from(u8::from(is));
    let columns = [
        ("unit", text(&|row| Some(row.0.to_string()))),
        (
            "stratum",
            text(&|row| Some(units[row.0].stratum.to_string())),
        ),
        (
            "residence",
            text(&|row| row.1.map(|_| residence(row.0).to_owned())),
        ),
        (
            "sex_age",
            text(&|row| row.1.map(|p| cell(p.sex.into(), p.age.into()))),
        ),
        ("class", text(&|row| Some(class(row.0)))),
        ("weight", number(&|row| row.2)),
        ("responded", number(&|row| yes(row.1.is_some()))),
        (
            "approval",
            number(&|row| row.1.map_or(f64::NAN, |p| yes(p.approves))),
        ),
    ];
    Table::new(
        columns
            .map(|(name, column)| (name.to_owned(), column))
            .into(),
    )
    .expect("a table")
}

fn cell(sex: usize, age: usize) -> String {
    format!("{}:{}", SEXES[sex], AGES[age])
}

fn plan(population: &Population, county: &County) -> Plan {
    let margins = population
        .margins
        .county(&county.area.code)
        .expect("its margins");
    let column = |variable: &str, level: &str, total: u64| json!({"kind": "indicator", "variable": variable, "level": level, "total": total});
    let mut columns: Vec<Value> = margins
        .sex_age
        .iter()
        .map(|(cell, n)| column("sex_age", &cell.to_string(), *n))
        .collect();
    let residences = margins.residence.iter().skip(1);
    columns.extend(residences.map(|(place, n)| column("residence", place.as_str(), *n)));
    let calibrate =
        json!({"op": "calibrate", "model": "raking", "columns": columns, "epsilon": 1e-10});
    let steps = json!([
        {"op": "nonresponse_class", "classes": ["class"], "response": "responded", "method": "weighted"},
        calibrate,
        {"op": "trim", "lower_percentile": 1.0, "upper_percentile": 99.0, "strict": "no"},
        calibrate
    ]);
    let designs = ["taylor", "jkn", "bootstrap"];
    let weightings = designs.map(|id| json!({"id": id, "design": id, "steps": steps}));
    let analyses = designs.map(|id| {
        json!({"id": id, "kind": "proportion", "design": id, "weighting": id, "variable": "approval"})
    });
    let plan = json!({
        "id": "simulation",
        "designs": [
            {"id": "taylor", "kind": "taylor", "ids": ["unit"], "strata": ["stratum"], "weights": "weight"},
            {"id": "jkn", "kind": "replicates_of", "design": "taylor", "method": "jkn"},
            {"id": "bootstrap", "kind": "replicates_of", "design": "taylor", "method": "bootstrap",
             "replicates": BOOTSTRAP, "seed": "5a".repeat(32)}
        ],
        "weightings": weightings,
        "analyses": analyses
    });
    serde_json::from_value(plan).expect("a plan")
}
