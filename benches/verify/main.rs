//! What `minyi verify` costs with a million leaves: a whole wave is drawn, answered, closed and published by the real services, and the
//! auditors' bundle that comes of it is verified. `make bench-verify`; docs/performance.md says what was measured.
//!
//! Only the intake is left out: records with their salts and commitments are stored as batches store them, and their codes are marked as
//! used. The frame is the example's with ten times as many addresses, because a city of that size has not a million.

#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement reports on standard output"
)]

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use clap::Parser;
use minyi::ledger::commitment::{Commitment, Record};
use minyi::service::app::{App, AppConfig};
use minyi::service::audits::{self, Undertaking};
use minyi::service::import::{self, About};
use minyi::service::keys::blind::Maker;
use minyi::service::keys::{Keys, random};
use minyi::service::sampling::{Drawn, draw_sample};
use minyi::service::verify::{Bundle, verify};
use minyi::service::waves::{self, file};
use minyi::service::{close, imprint, release};
use minyi::stats::rng::{below, shuffle, stream};
use minyi::storage::office::{invitation, questionnaire, wave_key};
use minyi::storage::urn::leaf::{self, Leaf};
use minyi::storage::urn::response;
use minyi::survey::account::Account;
use minyi::survey::answer;
use minyi::survey::ids::ResponseId;
use minyi::survey::imprint::Imprint;
use minyi::survey::invitation::Place;
use minyi::survey::questionnaire::{Questionnaire, Text};
use minyi::survey::response::{Direction, Mode, Response, Traits};
use minyi::survey::role::Role;
use minyi::survey::time::{Clock, Zone};
use minyi::survey::wave::Wave;

const SLUG: &str = "million";
const COUNTIES: [&str; 5] = ["140302", "140303", "140311", "140321", "140322"];
const PASSWORD: &str = "tree lamp fish 9";
/// Rows of one transaction.
const CHUNK: usize = 20_000;
/// Of ten invitations so many are answered.
const ANSWERED: usize = 8;

#[derive(Debug, Parser)]
struct Arguments {
    /// Leaves of the log.
    #[arg(long, default_value_t = 1_000_000)]
    leaves: usize,
    /// Where the bundle is kept; a bundle that is there already is verified and nothing is made.
    #[arg(long)]
    bundle: Option<std::path::PathBuf>,
    /// How often the bundle is verified.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let folder = tempfile::tempdir()?;
    let own = folder.path().join("bundle.zip");
    let path = arguments.bundle.clone().unwrap_or(own);
    if !path.exists() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let bytes = runtime.block_on(make(folder.path(), arguments.leaves))?;
        std::fs::write(&path, bytes)?;
    }
    let size = std::fs::metadata(&path)?.len() as f64 / 1e6;
    println!("bundle of {size:.0} MB; made with {} MB", peak()?);
    // A process that made nothing: its peak is that of the verification.
    forget_peak();
    for run in 1..=arguments.runs {
        let begun = Instant::now();
        let bundle = Bundle::read(&path)?;
        let read = begun.elapsed().as_secs_f64();
        let found = verify(&bundle, None);
        let all = begun.elapsed().as_secs_f64();
        if !found.agrees() {
            return Err(found.text().into());
        }
        println!(
            "run {run}: {all:.1} s, of these {read:.1} s to read; peak {} MB",
            peak()?
        );
        if run == 1 {
            println!("{}", found.text());
        }
    }
    Ok(())
}

/// Resident memory at its highest, MB.
fn peak() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("no memory")?.parse::<u64>()? / 1_000)
}

/// From here the peak is counted anew, where the system does so.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The bundle of a published wave with so many leaves.
async fn make(folder: &Path, leaves: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    Keys::init(&folder.join("keys"))?;
    let clock = Clock::at(Zone::shanghai().parse("2025-12-01")?);
    let config = AppConfig::embedded(folder, clock, Zone::shanghai(), "http://localhost");
    let mut app = App::open(config).await?;
    // Some hundred units: a few keys stand for as many.
    app.blind_keys = Maker::Given(Maker::New.make(8).await?.into());
    let begun = Instant::now();
    let mut people = Vec::new();
    for (name, role) in [
        ("ada", Role::Organizer),
        ("ben", Role::Organizer),
        ("ruth", Role::Auditor),
    ] {
        let account = app.accounts.create(name, role, PASSWORD.to_owned()).await?;
        people.push(account);
    }
    let [ada, ben, ruth] = people.as_slice() else {
        return Err("three people".into());
    };
    let drawn = draw(&app, ada, ben, leaves * 10 / ANSWERED).await?;
    let wave = waves::open(&app, ada, &drawn.wave.slug).await?;
    println!("drawn: {:.0} s", begun.elapsed().as_secs_f64());
    store(&app, &wave, &drawn, leaves).await?;
    println!("answered: {:.0} s", begun.elapsed().as_secs_f64());
    drop(drawn);
    app.clock.set(wave.closes_at);
    waves::ask_close(&app, ada, &wave.slug, None).await?;
    close::confirm_close(&app, ben, &wave.slug).await?;
    println!("closed: {:.0} s", begun.elapsed().as_secs_f64());
    let both = |text: &str| Text::new([("zh-CN", text), ("en", text)]);
    let said = Imprint {
        sponsor: both("the measurement"),
        conductor: both("the measurement"),
        recruitment: both("by letter"),
        ..Imprint::blank()
    };
    imprint::say(&app, ada, &wave.slug, &said).await?;
    release::publish(&app, ada, &wave.slug).await?;
    let bytes = audits::take(&app, ruth, &wave.slug, Undertaking::Signed).await?;
    println!("bundle: {:.0} s", begun.elapsed().as_secs_f64());
    app.shutdown().await;
    Ok(bytes)
}

/// The example's frame with ten times the people and addresses.
fn frame() -> Result<String, Box<dyn Error>> {
    let mut table =
        csv::Reader::from_reader(include_bytes!("../../examples/yangquan/frame.csv").as_slice());
    let header = table.headers()?.clone();
    let many = |name: &str| matches!(name, "size" | "addresses");
    let mut text = format!("{}\n", header.iter().collect::<Vec<_>>().join(","));
    for row in table.records() {
        let row = row?;
        let fields = header.iter().zip(row.iter()).map(|(name, field)| {
            Ok(if many(name) {
                (10 * field.parse::<u64>()?).to_string()
            } else {
                field.replace(',', " ").replace('"', "")
            })
        });
        let fields: Vec<String> = fields.collect::<Result<_, std::num::ParseIntError>>()?;
        writeln!(text, "{}", fields.join(","))?;
    }
    Ok(text)
}

/// A drawn wave with so many invitations.
async fn draw(
    app: &App,
    ada: &Account,
    ben: &Account,
    invitations: usize,
) -> Result<Drawn, Box<dyn Error>> {
    let about = About {
        name: SLUG.to_owned(),
        source: "bench".to_owned(),
        synthetic: true,
    };
    let (office, clock) = (&app.office, &app.clock);
    let areas = include_bytes!("../../examples/yangquan/areas.csv");
    import::areas(office, clock, ada, areas).await?;
    import::frame(office, clock, ada, &about, frame()?.as_bytes()).await?;
    let margins = include_bytes!("../../examples/yangquan/margins.csv");
    import::margins(office, clock, ada, &about, margins).await?;
    let each = invitations / COUNTIES.len();
    let counties = COUNTIES
        .map(|county| format!("{{ county = \"{county}\", psus = 90, invitations = {each} }},"))
        .concat();
    let text = format!(
        "slug = \"{SLUG}\"\ntitle = {{ zh-CN = \"百万\", en = \"A million\" }}\n\
         opens_at = \"2026-01-01\"\ncloses_at = \"2026-01-20\"\nsynthetic = true\n\
         frame = \"{SLUG}\"\nmargins = \"{SLUG}\"\n\
         [sample]\nunit = \"person\"\ncounties = [{counties}]\n"
    );
    let draft = file::read(&text, &app.zone, |name| Err(name.to_owned()))?;
    let slug = draft.wave.slug.clone();
    waves::create(app, ada, &draft).await?;
    waves::ask_seal(app, ada, &slug).await?;
    waves::confirm_seal(app, ben, &slug).await?;
    Ok(draw_sample(app, ada, &slug, "4 2 6 1").await?)
}

/// Used codes, responses and leaves, in chunks as batches are: records in random order, each under a commitment of its own.
async fn store(app: &App, wave: &Wave, drawn: &Drawn, leaves: usize) -> Result<(), Box<dyn Error>> {
    let (form, keys) = {
        let mut tx = app.office.0.begin_read("questionnaire").await?;
        let form = questionnaire::get(&mut tx.conn(), &wave.questionnaire).await?;
        let wrapped = wave_key::find(&mut tx.conn(), wave.id).await?;
        (form, app.keys.wave(wave.id, &wrapped.ok_or("no keys")?)?)
    };
    let mut dice = stream(&[7; 32], "verify");
    let mut order: Vec<usize> = (0..drawn.tickets.len()).collect();
    shuffle(&mut dice, &mut order);
    order.truncate(leaves);
    let mut known: BTreeMap<[usize; 5], Vec<u8>> = BTreeMap::new();
    for (batch, some) in order.chunks(CHUNK).enumerate() {
        let tickets = some.iter().filter_map(|at| drawn.tickets.get(*at));
        let mut used: Vec<_> = tickets
            .clone()
            .map(|one| (one.code.hash(&keys.pepper, wave.id), &one.place.county))
            .collect();
        used.sort_unstable();
        let mut tx = app.office.0.begin_single("used codes").await?;
        invitation::redeem(&mut tx.conn()?, wave.id, &used).await?;
        tx.commit().await?;
        let mut responses = Vec::with_capacity(some.len());
        for ticket in tickets {
            let drawn = [5, 2, 11, 7, 3].map(|sides| below(&mut dice, sides));
            let answers = match known.get(&drawn) {
                Some(answers) => answers.clone(),
                None => answers(&form, drawn)?,
            };
            known.insert(drawn, answers.clone());
            responses.push(response(wave, ticket.place.clone(), answers)?);
        }
        let mut tx = app.urn.0.begin_write("answers").await?;
        response::insert(&mut tx.conn(), wave.id, &responses).await?;
        let lines: Vec<Leaf> = responses
            .iter()
            .zip((batch * CHUNK) as u64..)
            .map(|(one, place)| Leaf {
                place,
                commitment: one.commitment,
                county: one.place.county.clone(),
                batch: batch as u64,
            })
            .collect();
        for lines in lines.chunks(1_000) {
            leaf::insert(&mut tx.conn(), wave.id, lines).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// What somebody says, by what was drawn: age, sex, approval, safety, missing.
fn answers(form: &Questionnaire, drawn: [usize; 5]) -> Result<Vec<u8>, Box<dyn Error>> {
    let [age, sex, approval, safety, harm] = drawn;
    let ages = ["18-29", "30-39", "40-49", "50-59", "60up"];
    let said = [
        ("s1", "4"),
        ("s2", ages.get(age).copied().unwrap_or("60up")),
        ("q1", if approval == 0 { "3" } else { "1" }),
        ("q2", if safety == 0 { "3" } else { "2" }),
        ("q6", if harm == 0 { "1" } else { "0" }),
        ("d1", if sex == 0 { "female" } else { "male" }),
    ];
    let said = said.map(|(item, code)| (item.to_owned(), code.to_owned()));
    let answers = answer::validate(form, &said).map_err(|problems| format!("{problems:?}"))?;
    Ok(answers.encode())
}

fn response(wave: &Wave, place: Place, answers: Vec<u8>) -> Result<Response, Box<dyn Error>> {
    let (id, salt): ([u8; 16], [u8; 32]) = (random()?, random()?);
    let record = Record {
        wave: wave.id.as_bytes(),
        id: &id,
        county: place.county.as_str(),
        stratum: place.stratum.as_str(),
        variance_unit: place.variance_unit.as_str(),
        answers: &answers,
    };
    let commitment = Commitment::to(&salt, &record.canonical());
    Ok(Response {
        id: ResponseId::from_random(id),
        wave: wave.id,
        commitment: *commitment.as_bytes(),
        salt,
        traits: Traits {
            mode: Some(Mode::Web),
            language: Some("zh-CN".to_owned()),
            direction: Some(Direction::Forward),
            fast: Some(false),
            burst: Some(false),
        },
        place,
        answers,
    })
}
