//! A closed or published wave of simulated answers in five counties, analyzed by the real analysis, with
//! the demonstration's standard applied to it, behind its pages on a free port.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use minyi::service::app::App;
use minyi::service::evaluate;
use minyi::service::import::{self, About};
use minyi::service::imprint;
use minyi::service::keys::random;
use minyi::stats::rng::{below, stream, uniform};
use minyi::storage::office::estimate::Estimate;
use minyi::storage::office::{estimate, questionnaire, wave};
use minyi::survey::account::Account;
use minyi::survey::analysis::{Record, Tally, WaveInputs, analyze};
use minyi::survey::answer::validate;
use minyi::survey::area::{Area, AreaCode, Level};
use minyi::survey::frame::Residence;
use minyi::survey::ids::{EstimateId, WaveId};
use minyi::survey::imprint::Imprint;
use minyi::survey::invitation::Place;
use minyi::survey::margin::{MarginCell, MarginRow, Margins};
use minyi::survey::outcome::Unused;
use minyi::survey::plan::{CountySample, Plan, WavePlan};
use minyi::survey::questionnaire::{
    Choice, DEFAULT_2026, Item, Kind, Questionnaire, SampledUnit, Text,
};
use minyi::survey::result::{Provenance, WaveFacts, WaveResult};
use minyi::survey::role::Role;
use minyi::survey::sample::{Sample, SampledPsu, SampledStratum, StratumCode, UnitCode};
use minyi::survey::wave::{Wave, WaveKind, WaveSlug, WaveState};
use rand::rngs::ChaCha20Rng;
use tempfile::TempDir;

use super::city::{INDICATORS, STANDARD, time};
use super::instance::{self, Visitor};

/// The wave's name in addresses.
pub const SLUG: &str = "2026q4";
/// What others reported of earlier surveys: the same question and counting, then neither is known.
const REPORTED: &str = "county,item,wave,date,estimate,error,n,wording,counted,undecided\n\
    140311,approval,2025年调查,2025-11-30,93.1%,0.9%,800,总的来说，您对郊区目前的社会治安状况满意吗？,非常满意、比较满意,in\n\
    140311,approval,2024年调查,2024-11-30,0.954,,,,,\n\
    140311,safety,2024年调查,2024-11-30,0.97,0.008,800,,安全,out\n";
/// The county where "can't say" decides.
pub const TIPPED: &str = "140311";

/// Code, names, approving share of the headline, share of "can't say", and who feels safe in this wave
/// and in the one before.
type County = (&'static str, &'static str, &'static str, f64, f64, [f64; 2]);

const COUNTIES: [County; 5] = [
    ("140302", "城区", "Chengqu", 0.955, 0.02, [0.93, 0.85]),
    ("140303", "矿区", "Kuangqu", 0.912, 0.02, [0.90, 0.90]),
    (TIPPED, "郊区", "Jiaoqu", 0.855, 0.07, [0.88, 0.89]),
    ("140321", "平定县", "Pingding", 0.80, 0.03, [0.80, 0.90]),
    ("140322", "盂县", "Yuxian", 0.948, 0.01, [0.92, 0.89]),
];
const AGES: [&str; 5] = ["18-29", "30-39", "40-49", "50-59", "60up"];
const UNITS: u32 = 10;
const PER_UNIT: u32 = 28;

/// A running instance with one wave that has a result.
pub struct Published {
    /// Address of its pages, without a slash at the end.
    pub site: String,
    /// The instance, with the organizer ada and the evaluator eve.
    pub app: App,
    _folder: TempDir,
}

impl Published {
    /// A wave that is published, with an evaluation.
    pub async fn open() -> Self {
        Self::with(WaveState::Published, result()).await
    }

    /// A wave in this state with this result; the standard is applied from the close on.
    pub async fn with(state: WaveState, result: &WaveResult) -> Self {
        let (app, folder) = instance::open("2026-12-12T10:00").await;
        let ada = instance::account(&app, "ada", Role::Organizer).await;
        let eve = instance::account(&app, "eve", Role::Evaluator).await;
        let areas = include_bytes!("../../examples/yangquan/areas.csv");
        import::areas(&app.office, &app.clock, &ada, areas)
            .await
            .expect("areas");
        let about = About {
            name: "before".to_owned(),
            source: "统计局2025年公报".to_owned(),
            synthetic: true,
        };
        import::results(&app.office, &app.clock, &ada, &about, REPORTED.as_bytes())
            .await
            .expect("results of others");
        // The standard is applied before anything is published.
        store(&app, state.min(WaveState::Closed), result).await;
        if state >= WaveState::Closed {
            evaluate::import_standard(&app, &eve, STANDARD)
                .await
                .expect("the standard");
            evaluate::import_indicators(&app, &eve, INDICATORS)
                .await
                .expect("the indicators");
            evaluate::apply(&app, &eve, &result.wave.slug)
                .await
                .expect("applied");
        }
        if state == WaveState::Published {
            step(&app, state, result).await;
        }
        let site = instance::serve(&app).await;
        Self {
            site,
            app,
            _folder: folder,
        }
    }

    /// Somebody who has signed in.
    pub async fn person(&self, name: &str) -> Visitor {
        let visitor = Visitor::at(&self.site);
        visitor.sign_in(name).await;
        visitor
    }
}

fn digest(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).expect("a digest");
    bytes
}

/// Stores a wave in this state with this result.
pub async fn store(app: &App, state: WaveState, result: &WaveResult) {
    let facts = &result.wave;
    let draft = Wave {
        id: WaveId::new(facts.opens_at, random().expect("random bits")),
        slug: facts.slug.clone(),
        kind: WaveKind::Probability,
        titles: facts.titles.clone(),
        questionnaire: result.questionnaire.digest(),
        frame: None,
        margin_set: None,
        base_wave: None,
        plan_digest: result.plan.digest(),
        state: WaveState::Draft,
        synthetic: facts.synthetic,
        opens_at: facts.opens_at,
        closes_at: facts.closes_at,
        seed: None,
        seed_text: None,
        created_at: facts.opens_at,
        created_by: None,
        seal_request: None,
        sealed: None,
        opened_at: None,
        close_request: None,
        closed: None,
        release_at: None,
        published_at: None,
    };
    let mut tx = app.office.0.begin_write("fixture").await.expect("writes");
    let conn = &mut tx.conn();
    questionnaire::insert(conn, &result.questionnaire, facts.opens_at)
        .await
        .expect("the questionnaire");
    let plan = Plan::Probability(Box::new(result.plan.clone()));
    wave::insert(conn, &draft, &plan).await.expect("the wave");
    let stands = Wave {
        state,
        seed: Some([7; 32]),
        ..draft
    };
    let stepped = wave::update(conn, &stands, WaveState::Draft).await;
    assert!(stepped.expect("the step"), "the wave was a draft");
    let stored = Estimate {
        id: EstimateId::new(facts.closed_at, random().expect("random bits")),
        wave: stands.id,
        result: result.clone(),
        plan_digest: result.plan.digest(),
        input_digest: digest(&result.input_digest),
        software_version: result.software.clone(),
        created_at: facts.closed_at,
        created_by: None,
    };
    estimate::insert(conn, &stored).await.expect("the result");
    minyi::storage::office::imprint::upsert(conn, stands.id, &stated(), facts.closed_at)
        .await
        .expect("who answers for it");
    tx.commit().await.expect("committed");
}

/// Who answers for a wave, said before it is published.
pub async fn state(app: &App, organizer: &Account, slug: &WaveSlug) {
    imprint::say(app, organizer, slug, &stated())
        .await
        .expect("said");
}

/// An imprint that lacks nothing.
pub fn stated() -> Imprint {
    Imprint {
        sponsor: Text::new([
            ("zh-CN", "示例市平安办"),
            ("en", "Office of the example city"),
        ]),
        conductor: Text::new([
            ("zh-CN", "示例统计师事务所"),
            ("en", "Example statisticians"),
        ]),
        recruitment: Text::new([
            ("zh-CN", "信函邀请，没有报酬，提醒一次。"),
            ("en", "By letter, without reward, with one reminder."),
        ]),
        terms: Text::new([
            (
                "zh-CN",
                "署名即可使用，见https://creativecommons.org/licenses/by/4.0/。",
            ),
            (
                "en",
                "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/).",
            ),
        ]),
        ..Imprint::blank()
    }
}

/// Publishes the wave.
pub async fn step(app: &App, state: WaveState, result: &WaveResult) {
    let mut tx = app.office.0.begin_write("fixture").await.expect("writes");
    let conn = &mut tx.conn();
    let found = wave::find_by_slug(conn, &result.wave.slug).await;
    let closed = found.expect("read").expect("the wave");
    let published = Wave {
        state,
        published_at: Some(time("2026-12-11T09:00")),
        ..closed.clone()
    };
    let stepped = wave::update(conn, &published, closed.state).await;
    assert!(stepped.expect("the step"), "the wave was closed");
    tx.commit().await.expect("committed");
}

/// The result of the wave, with the change since the wave before.
pub fn result() -> &'static WaveResult {
    static RESULT: OnceLock<WaveResult> = OnceLock::new();
    RESULT.get_or_init(|| {
        let base = Simulation::of("2026q2").analyze(None);
        Simulation::of(SLUG).analyze(Some(&base))
    })
}

/// The same wave without one to compare with, and without a single answer from one county.
pub fn first_with_a_silent_county() -> WaveResult {
    let mut simulation = Simulation::of(SLUG);
    let silent = code("140303");
    simulation.records.retain(|r| r.place.county != silent);
    simulation.tallies.insert(
        silent,
        Tally {
            issued: 1200,
            used: 0,
            leaves: 0,
            unused: Unused::default(),
            ..Tally::default()
        },
    );
    simulation.analyze(None)
}

fn code(text: &str) -> AreaCode {
    AreaCode::parse(text).expect("a code")
}

/// What an analysis runs on.
struct Simulation {
    slug: &'static str,
    plan: WavePlan,
    questionnaire: Questionnaire,
    counties: Vec<Area>,
    sample: Sample,
    margins: Margins,
    records: Vec<Record>,
    tallies: BTreeMap<AreaCode, Tally>,
}

impl Simulation {
    fn of(slug: &'static str) -> Self {
        let questionnaire = Questionnaire::from_toml(DEFAULT_2026)
            .expect("the default questionnaire")
            .for_unit(SampledUnit::Person);
        let counties: Vec<Area> = COUNTIES
            .iter()
            .map(|(county, zh, en, ..)| Area {
                code: code(county),
                level: Level::County,
                name_zh: (*zh).to_owned(),
                name_en: (*en).to_owned(),
                parent: Some(code("140300")),
            })
            .collect();
        let sampled = counties.iter().map(|area| CountySample {
            county: area.code.clone(),
            psus: 2 * UNITS,
            invitations: 1200,
        });
        let plan = WavePlan::standard(SampledUnit::Person, sampled.collect());
        let mut records = Vec::new();
        for county in &COUNTIES {
            records.extend(answers(slug, &questionnaire, county));
        }
        let tallies = counties.iter().map(|area| {
            let of_county = records.iter().filter(|r| r.place.county == area.code);
            let leaves = of_county.count() as u64;
            let used = leaves + 6;
            let tally = Tally {
                issued: 1200,
                used,
                leaves,
                unused: Unused::default(),
                ..Tally::default()
            };
            (area.code.clone(), tally)
        });
        Self {
            slug,
            tallies: tallies.collect(),
            sample: sample(),
            margins: margins(),
            plan,
            questionnaire,
            counties,
            records,
        }
    }

    fn analyze(&self, base: Option<&WaveResult>) -> WaveResult {
        let from = |name: &str, source: &str, digest: u8| Provenance {
            name: name.to_owned(),
            source: source.to_owned(),
            digest: hex::encode([digest; 32]),
            synthetic: true,
        };
        analyze(&WaveInputs {
            facts: WaveFacts {
                slug: WaveSlug::parse(self.slug).expect("a name"),
                titles: Text::new([
                    ("zh-CN", "2026年第四季度"),
                    ("en", "Fourth quarter of 2026"),
                ]),
                synthetic: true,
                opens_at: time("2026-12-01"),
                closes_at: time("2026-12-08"),
                closed_at: time("2026-12-08T09:00"),
                early_reason: None,
                seed: hex::encode([7; 32]),
                seed_text: Some("3 1 4".to_owned()),
                frame: from("yangquan-frame", "demonstration frame", 3),
                margins: from("yangquan-margins", "demonstration margins", 4),
                base_wave: base.map(|base| base.wave.slug.clone()),
                changes: Vec::new(),
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

fn residence_stratum(county: &str, residence: Residence) -> StratumCode {
    StratumCode::new(format!("{county}-{}", residence.as_str()))
}

fn sample() -> Sample {
    let mut sample = Sample {
        strata: Vec::new(),
        psus: Vec::new(),
    };
    for (county, ..) in &COUNTIES {
        for residence in [Residence::Rural, Residence::Urban] {
            let stratum = residence_stratum(county, residence);
            sample.strata.push(SampledStratum {
                stratum: stratum.clone(),
                county: code(county),
                residence: Some(residence),
                population: 30_000,
                addresses: 20_000,
                fraction: 0.03,
                invitations: 600,
            });
            for number in 1..=UNITS {
                sample.psus.push(SampledPsu {
                    unit: code(&format!("{county}001{number:03}")),
                    part: 0,
                    county: code(county),
                    stratum: stratum.clone(),
                    variance_unit: UnitCode::new(format!("{stratum}-{number:02}")),
                    selection: number - 1,
                    size: 1000,
                    addresses: 900,
                    inclusion_probability: 0.2,
                    certainty: false,
                    base_weight: 1.0 / 0.03,
                    invitations: 60,
                });
            }
        }
    }
    sample
}

fn margins() -> Margins {
    let mut rows = Vec::new();
    let mut row = |county: &str, variable, label: &str, population| {
        rows.push(MarginRow {
            county: code(county),
            cell: MarginCell::from_words(variable, label).expect("a cell"),
            population,
        });
    };
    for (county, ..) in &COUNTIES {
        for (sex, counts) in [
            ("female", [3100, 3500, 3300, 3600, 4100]),
            ("male", [3200, 3600, 3400, 3700, 3900]),
        ] {
            for (age, n) in AGES.iter().zip(counts) {
                row(county, "sex_age", &format!("{sex}:{age}"), n);
            }
        }
        row(county, "residence", "rural", 15_000);
        row(county, "residence", "urban", 20_400);
    }
    let counties = COUNTIES.iter().map(|(county, ..)| code(county)).collect();
    Margins::new(&rows, &counties).expect("margins")
}

/// Everybody's answers in one county.
fn answers(slug: &str, questionnaire: &Questionnaire, county: &County) -> Vec<Record> {
    let mut dice = stream(&[9; 32], &format!("{slug}/{}", county.0));
    let mut records = Vec::new();
    for residence in [Residence::Rural, Residence::Urban] {
        let stratum = residence_stratum(county.0, residence);
        for unit in 1..=UNITS {
            for _ in 0..PER_UNIT {
                let form = form(&mut dice, slug, questionnaire, county);
                let mut id = [0; 16];
                id[8..].copy_from_slice(&(records.len() as u64).to_be_bytes());
                id[..6].copy_from_slice(county.0.as_bytes());
                records.push(Record {
                    id,
                    place: Place {
                        county: code(county.0),
                        stratum: stratum.clone(),
                        variance_unit: UnitCode::new(format!("{stratum}-{unit:02}")),
                    },
                    answers: validate(questionnaire, &form).expect("valid answers"),
                    flagged: uniform(&mut dice) < 0.03,
                    marked: true,
                    direction: None,
                    mode: None,
                    seeded: false,
                });
            }
        }
    }
    records
}

/// One resident's answers.
fn form(
    dice: &mut ChaCha20Rng,
    slug: &str,
    questionnaire: &Questionnaire,
    county: &County,
) -> Vec<(String, String)> {
    let (_, _, _, approving, undecided, safe) = *county;
    let mut form: Vec<(String, String)> = Vec::new();
    for item in &questionnaire.items {
        let hit = form.iter().any(|(id, value)| id == "q6" && value != "0");
        if item.id == "q7" && !hit {
            continue;
        }
        let shares = match item.id.as_str() {
            "q1" => (approving, undecided),
            "q2" => (safe[usize::from(slug != SLUG)], 0.01),
            _ => (0.75, 0.03),
        };
        for answer in choose(dice, item, shares) {
            form.push((item.id.clone(), answer));
        }
    }
    form
}

fn one_of(dice: &mut ChaCha20Rng, codes: &[String]) -> String {
    codes[below(dice, codes.len())].clone()
}

fn choose(dice: &mut ChaCha20Rng, item: &Item, (approving, undecided): (f64, f64)) -> Vec<String> {
    let codes = |wanted: &dyn Fn(&Choice) -> bool| -> Vec<String> {
        let options = item.options.iter().filter(|choice| wanted(choice));
        options.map(|choice| choice.code.clone()).collect()
    };
    let plain = codes(&|c| !(c.approves || c.ends || c.exclusive || c.refusal || c.undecided));
    let draw = uniform(dice);
    if matches!(item.kind, Kind::Multiple { .. }) {
        let none = if item.id == "q9" { 0.2 } else { 0.8 };
        if draw < none {
            return codes(&|c| c.exclusive);
        }
        let mut both = vec![one_of(dice, &plain), one_of(dice, &plain)];
        both.dedup();
        return both;
    }
    let approves = codes(&|c| c.approves);
    let ends = codes(&|c| c.ends);
    let unsure = codes(&|c| c.undecided);
    let among = if !ends.is_empty() && draw < 0.004 {
        &ends
    } else if approves.is_empty() {
        &plain
    } else if draw < approving {
        &approves
    } else if draw < approving + undecided && !unsure.is_empty() {
        &unsure
    } else {
        &plain
    };
    vec![one_of(dice, among)]
}
