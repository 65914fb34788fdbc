//! An instance with an open wave in five counties and unused codes, made by the people who may, through
//! the services that staff use; and, when asked, a million answers that came before.

use std::error::Error;
use std::path::Path;

use minyi::service::app::{App, AppConfig, Part, Schema};
use minyi::service::import::{self, About};
use minyi::service::keys::blind::Maker;
use minyi::service::keys::{Keys, random};
use minyi::service::quotas;
use minyi::service::sampling::{Drawn, draw_sample};
use minyi::service::waves::{self, file};
use minyi::storage::office::{invitation, questionnaire, wave_key};
use minyi::storage::urn::leaf::{self, Leaf};
use minyi::storage::urn::{response, spent};
use minyi::storage::{Durability, Source};
use minyi::survey::answer;
use minyi::survey::ids::ResponseId;
use minyi::survey::invitation::{Code, CodeHash, NewInvitation, Place};
use minyi::survey::questionnaire::Questionnaire;
use minyi::survey::response::{Response, Traits};
use minyi::survey::role::Role;
use minyi::survey::time::{Clock, Zone};
use minyi::survey::wave::Wave;

/// The wave's name in addresses.
pub const SLUG: &str = "load";
pub const COUNTIES: [&str; 5] = ["140302", "140303", "140311", "140321", "140322"];
pub const PASSWORD: &str = "tree lamp fish 9";
/// The city has not many more addresses in the villages that are drawn; who comes beyond them is invited
/// without a letter.
const DRAWN: usize = 150_000;
/// Rows of one transaction when answers are stored beforehand.
const CHUNK: usize = 10_000;

/// Where an instance keeps its two stores.
#[derive(Clone)]
pub enum Stores {
    /// In its folder.
    Sqlite,
    /// In two databases.
    Postgres { office: String, urn: String },
}

/// Somebody with a code.
pub struct Invited {
    pub county: String,
    pub code: String,
}

/// How to open the instance in this folder.
pub fn config(folder: &Path, stores: &Stores, durability: Durability, clock: Clock) -> AppConfig {
    let file = |name: &str| Source::Sqlite {
        path: folder.join(name),
        durability,
    };
    let (office, urn) = match stores {
        Stores::Sqlite => (file("office.sqlite"), file("urn.sqlite")),
        Stores::Postgres { office, urn } => (
            Source::Postgres {
                urls: vec![office.clone()],
            },
            Source::Postgres {
                urls: vec![urn.clone()],
            },
        ),
    };
    AppConfig {
        office,
        urn,
        keys: folder.join("keys"),
        clock,
        zone: Zone::shanghai(),
        public_url: "http://localhost".to_owned(),
        urn_keys: None,
        part: Part::Both,
        schema: Schema::Migrate,
    }
}

/// Makes the instance; it is not running afterwards.
pub async fn make(
    folder: &Path,
    stores: &Stores,
    codes: usize,
    stored: usize,
) -> Result<Vec<Invited>, Box<dyn Error>> {
    Keys::init(&folder.join("keys"))?;
    let begin = Zone::shanghai().parse("2025-12-01")?;
    // Only the making does not wait for the disk.
    let config = config(folder, stores, Durability::Process, Clock::at(begin));
    let mut app = App::open(config).await?;
    // Some hundred units: a few keys stand for as many.
    app.blind_keys = Maker::Given(Maker::New.make(8).await?.into());
    let (wave, invited) = open_wave(&app, codes, None).await?;
    let mut left = stored;
    while left > 0 {
        let rows = left.min(CHUNK);
        store(&app, &wave, stored - left, rows).await?;
        left -= rows;
    }
    app.shutdown().await;
    Ok(invited)
}

/// A wave in fieldwork with so many codes, and with quota cells if there is a file of them.
pub async fn open_wave(
    app: &App,
    codes: usize,
    cells: Option<&[u8]>,
) -> Result<(Wave, Vec<Invited>), Box<dyn Error>> {
    let ada = &app
        .accounts
        .create("ada", Role::Organizer, PASSWORD.to_owned())
        .await?;
    let ben = &app
        .accounts
        .create("ben", Role::Organizer, PASSWORD.to_owned())
        .await?;
    let about = About {
        name: SLUG.to_owned(),
        source: "bench".to_owned(),
        synthetic: true,
    };
    let (office, clock) = (&app.office, &app.clock);
    import::areas(
        office,
        clock,
        ada,
        include_bytes!("../../examples/yangquan/areas.csv"),
    )
    .await?;
    let frame = include_bytes!("../../examples/yangquan/frame.csv");
    import::frame(office, clock, ada, &about, frame).await?;
    let margins = include_bytes!("../../examples/yangquan/margins.csv");
    import::margins(office, clock, ada, &about, margins).await?;
    let each = codes.min(DRAWN) / COUNTIES.len();
    let counties = COUNTIES
        .map(|county| format!("{{ county = \"{county}\", psus = 90, invitations = {each} }},"))
        .concat();
    let text = format!(
        "slug = \"{SLUG}\"\ntitle = {{ zh-CN = \"负载\", en = \"Load\" }}\n\
         opens_at = \"2026-01-01\"\ncloses_at = \"2046-01-01\"\nsynthetic = true\n\
         frame = \"{SLUG}\"\nmargins = \"{SLUG}\"\n\
         [sample]\nunit = \"person\"\ncounties = [{counties}]\n"
    );
    let draft = file::read(&text, &app.zone, |name| Err(name.to_owned()))?;
    let slug = draft.wave.slug.clone();
    waves::create(app, ada, &draft).await?;
    if let Some(cells) = cells {
        quotas::give(app, ada, &slug, cells, "").await?;
    }
    waves::ask_seal(app, ada, &slug).await?;
    waves::confirm_seal(app, ben, &slug).await?;
    let drawn = draw_sample(app, ada, &slug, "4 2 6 1").await?;
    waves::open(app, ada, &slug).await?;
    let mut invited: Vec<Invited> = drawn
        .tickets
        .iter()
        .map(|ticket| Invited {
            county: ticket.place.county.as_str().to_owned(),
            code: ticket.code.printed(),
        })
        .collect();
    let more = codes.saturating_sub(invited.len());
    invite(app, &drawn, more, &mut invited).await?;
    // People of all counties come in no order.
    let mut order = minyi::stats::rng::stream(&[7; 32], "bench");
    minyi::stats::rng::shuffle(&mut order, &mut invited);
    Ok((drawn.wave, invited))
}

/// More people at the places that were drawn.
async fn invite(
    app: &App,
    drawn: &Drawn,
    people: usize,
    invited: &mut Vec<Invited>,
) -> Result<(), Box<dyn Error>> {
    let mut tx = app.office.0.begin_write("more codes").await?;
    let wrapped = wave_key::find(&mut tx.conn(), drawn.wave.id)
        .await?
        .ok_or("no keys")?;
    let keys = app.keys.wave(drawn.wave.id, &wrapped)?;
    let mut made = Vec::with_capacity(people);
    for ticket in drawn.tickets.iter().cycle().take(people) {
        let code = Code::from_random(random()?);
        made.push(NewInvitation {
            code_hash: code.hash(&keys.pepper, drawn.wave.id),
            place: ticket.place.clone(),
        });
        invited.push(Invited {
            county: ticket.place.county.as_str().to_owned(),
            code: code.printed(),
        });
    }
    invitation::insert(&mut tx.conn(), drawn.wave.id, &made).await?;
    tx.commit().await?;
    Ok(())
}

/// What is left of answers that were taken and logged: used codes, spent tokens, responses, leaves.
async fn store(app: &App, wave: &Wave, from: usize, rows: usize) -> Result<(), Box<dyn Error>> {
    let form = {
        let mut tx = app.office.0.begin_read("questionnaire").await?;
        questionnaire::get(&mut tx.conn(), &wave.questionnaire).await?
    };
    let mut places = Vec::with_capacity(rows);
    let mut tx = app.office.0.begin_write("earlier codes").await?;
    let drawn = invitation::count_by_unit(&mut tx.conn(), wave.id).await?;
    for row in 0..rows {
        places.push(drawn[(from + row) % drawn.len()].place.clone());
    }
    let mut hashes = Vec::with_capacity(rows);
    for _ in 0..rows {
        hashes.push(CodeHash::from_bytes(random()?));
    }
    let earlier: Vec<NewInvitation> = hashes
        .iter()
        .zip(&places)
        .map(|(code_hash, place)| NewInvitation {
            code_hash: *code_hash,
            place: place.clone(),
        })
        .collect();
    invitation::insert(&mut tx.conn(), wave.id, &earlier).await?;
    tx.commit().await?;
    let mut asked: Vec<_> = hashes
        .into_iter()
        .zip(places.iter().map(|place| &place.county))
        .collect();
    asked.sort_unstable();
    let mut tx = app.office.0.begin_single("earlier codes").await?;
    invitation::redeem(&mut tx.conn()?, wave.id, &asked).await?;
    tx.commit().await?;
    store_answers(app, wave, &form, from, places).await
}

async fn store_answers(
    app: &App,
    wave: &Wave,
    form: &Questionnaire,
    from: usize,
    places: Vec<Place>,
) -> Result<(), Box<dyn Error>> {
    let answers =
        [("s1", "4"), ("q1", "2"), ("q2", "2")].map(|(i, c)| (i.to_owned(), c.to_owned()));
    let answers = answer::validate(form, &answers).map_err(|problems| format!("{problems:?}"))?;
    let mut tx = app.urn.0.begin_write("earlier answers").await?;
    let (mut responses, mut leaves) = (Vec::new(), Vec::new());
    let mut tokens: std::collections::BTreeMap<_, Vec<_>> = std::collections::BTreeMap::new();
    for (row, place) in places.into_iter().enumerate() {
        let commitment = random()?;
        leaves.push(Leaf {
            place: u64::try_from(from + row)?,
            commitment,
            county: place.county.clone(),
            batch: u64::try_from(from / CHUNK)?,
        });
        tokens
            .entry(place.county.clone())
            .or_default()
            .push(spent::NewSpent {
                token_hash: random()?,
                digest: random()?,
                receipt: [random::<32>()?; 5].concat(),
                epoch: 0,
                unit: None,
                tried: None,
            });
        responses.push(Response {
            id: ResponseId::from_random(random()?),
            wave: wave.id,
            place,
            answers: answers.encode(),
            traits: Traits::default(),
            commitment,
            salt: random()?,
        });
    }
    response::insert(&mut tx.conn(), wave.id, &responses).await?;
    for leaves in leaves.chunks(1_000) {
        leaf::insert(&mut tx.conn(), wave.id, leaves).await?;
    }
    tx.commit().await?;
    let mut tx = app.urn.0.begin_direct("earlier answers").await?;
    for (county, tokens) in &tokens {
        for token in tokens {
            spent::insert(&mut tx.conn()?, wave.id, county, token).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Serves the instance until it is ended, as `minyi serve` does.
pub async fn serve(folder: &Path, stores: &Stores, port: u16) -> Result<(), Box<dyn Error>> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let config = config(folder, stores, Durability::Full, Clock::Real);
    let app = App::open(config).await?;
    minyi::service::batch::keep_running(&app, minyi::service::batch::PACE);
    minyi::web::serve(app.clone(), listener).await?;
    app.shutdown().await;
    Ok(())
}
