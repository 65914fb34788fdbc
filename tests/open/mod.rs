//! Open waves and quota cells: exact under concurrency and crashes, changed by two people, shown as what
//! they are.

mod change;
mod exact;
mod pages;
mod place;
mod watched;

use minyi::service::app::App;
use minyi::service::intake::open::{Admission, Choice, admit, submit};
use minyi::service::intake::{IntakeError, Receipt, Submission};
use minyi::service::keys::random;
use minyi::service::quotas::{self, Given};
use minyi::service::waves::{self, file};
use minyi::storage::urn::{cell, spent};
use minyi::survey::account::Account;
use minyi::survey::area::AreaCode;
use minyi::survey::ids::WaveId;
use minyi::survey::quota::{Cell, Tally};
use minyi::survey::response::{Direction, Mode};
use minyi::survey::wave::{Wave, WaveSlug};

/// Name of the open wave in addresses.
pub(crate) const SLUG: &str = "everyone";
/// Its counties.
pub(crate) const COUNTY: &str = "140321";
/// The other one.
pub(crate) const OTHER: &str = "140322";

/// A draft of an open wave between these local times, with these quota cells.
pub(crate) async fn draft(
    app: &App,
    ada: &Account,
    (from, to): (&str, &str),
    cells: &str,
) -> WaveSlug {
    let text = format!(
        r#"
        slug = "{SLUG}"
        title = {{ zh-CN = "大家谈安全", en = "Everyone on safety" }}
        opens_at = "{from}"
        closes_at = "{to}"
        [open]
        counties = ["{COUNTY}", "{OTHER}"]
        "#
    );
    let draft = file::read(&text, &app.zone, |name| Err(name.to_owned())).expect("a wave file");
    let wave = waves::create(app, ada, &draft).await.expect("made");
    if !cells.is_empty() {
        let given = quotas::give(app, ada, &wave.slug, cells.as_bytes(), "").await;
        assert!(matches!(given, Ok(Given::Set(_))), "{given:?}");
    }
    wave.slug
}

/// The same, sealed by two people and opened.
pub(crate) async fn open(
    app: &App,
    (ada, ben): (&Account, &Account),
    period: (&str, &str),
    cells: &str,
) -> Wave {
    let slug = draft(app, ada, period, cells).await;
    waves::ask_seal(app, ada, &slug).await.expect("asked");
    waves::confirm_seal(app, ben, &slug).await.expect("sealed");
    waves::open(app, ada, &slug).await.expect("opened")
}

/// Somebody of this cell, as on the first page.
pub(crate) fn choice(county: &str, cell: &str) -> Choice {
    let cell = Cell::parse(cell).expect("a cell");
    Choice {
        county: county.to_owned(),
        age: cell.age,
        sex: cell.sex,
        residence: cell
            .residence
            .map_or_else(String::new, |r| r.as_str().to_owned()),
    }
}

/// Asks for a place; the random bits of the rendering, and whether there was one.
pub(crate) async fn ask(app: &App, county: &str, cell: &str) -> ([u8; 16], bool) {
    let instance = random().expect("random bits");
    let admitted = admit(app, SLUG, &choice(county, cell), &instance).await;
    match admitted.expect("an answer") {
        Admission::Welcome(_) => (instance, true),
        Admission::Full => (instance, false),
        Admission::NotAsked | Admission::Unclear(_) => panic!("a clear choice"),
    }
}

/// A submission of somebody of this cell.
pub(crate) fn submission(
    county: &str,
    cell: &str,
    instance: [u8; 16],
    approval: &str,
) -> Submission {
    let cell = Cell::parse(cell).expect("a cell");
    let pairs = [
        ("s1", "4"),
        ("s2", cell.age.as_str()),
        ("q1", approval),
        ("d1", cell.sex.as_str()),
    ];
    Submission {
        wave_slug: SLUG.to_owned(),
        code: String::new(),
        county_in_path: county.to_owned(),
        instance_id: instance,
        form: pairs
            .iter()
            .map(|(item, code)| ((*item).to_owned(), (*code).to_owned()))
            .collect(),
        language: "zh-CN".to_owned(),
        mode: Mode::Web,
        direction: Direction::Forward,
        fast: Some(false),
    }
}

/// Sends it.
pub(crate) async fn answer(
    app: &App,
    county: &str,
    cell: &str,
    instance: [u8; 16],
) -> Result<Receipt, IntakeError> {
    submit(app, submission(county, cell, instance, "1"), "").await
}

/// What a cell counts.
pub(crate) async fn tally(app: &App, wave: WaveId, county: &str, of: &str) -> Tally {
    let mut tx = app.urn.0.begin_read("tally").await.expect("reads");
    let tallies = cell::list(&mut tx.conn(), wave).await.expect("tallies");
    let key = (
        AreaCode::parse(county).expect("a code"),
        Cell::parse(of).expect("a cell"),
    );
    tallies.get(&key).copied().unwrap_or_default()
}

/// Spent tokens of the wave.
pub(crate) async fn spent_tokens(app: &App, wave: WaveId) -> u64 {
    let mut tx = app.urn.0.begin_read("spent").await.expect("reads");
    let spent = spent::count_by_county(&mut tx.conn(), wave).await;
    spent.expect("a count").values().sum()
}
