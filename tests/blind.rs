//! Blind tokens: signed once, cast once, from the office to the urn and to the close, on both databases.

use minyi::ledger::blind::{KeyList, MODULUS};
use minyi::ledger::tree::Frontier;
use minyi::service::app::App;
use minyi::service::batch::{Drain, run_batch};
use minyi::service::close::{self, CloseError};
use minyi::service::intake::blind::{Token, cast, list, sign, unit_key};
use minyi::service::intake::{self, IntakeError, Receipt, Submission};
use minyi::service::keys::blind::Maker;
use minyi::service::sampling::{Drawn, Ticket};
use minyi::service::waves;
use minyi::storage::Conn;
use minyi::storage::office::{blind, invitation, process_entry, wave_key};
use minyi::storage::urn::{response, spent};
use minyi::survey::invitation::{Code, Status};
use minyi::survey::response::Mode;
use minyi::survey::result::{Check, Reconciliation};
use reqwest::{Client, Response};

use crate::support::blind::{Blinding, again, answers, key, sent, signed, token};
use crate::support::city::{City, submission, time};
use crate::support::{Stores, instance, on_both};

const SLUG: &str = "2026q4";

async fn field(stores: &Stores) -> (City, Drawn) {
    let city = City::new(stores).await;
    let drawn = city.field(SLUG, "2026-10-20").await;
    city.app.clock.set(time("2026-10-02T12:00"));
    (city, drawn)
}

async fn status(app: &App, drawn: &Drawn, ticket: &Ticket) -> Status {
    let mut tx = app.office.0.begin_read("check").await.unwrap();
    let conn = &mut tx.conn();
    let wrapped = wave_key::find(conn, drawn.wave.id).await.unwrap();
    let keys = app.keys.wave(drawn.wave.id, &wrapped.unwrap()).unwrap();
    let hash = ticket.code.hash(&keys.pepper, drawn.wave.id);
    let found = invitation::find(conn, drawn.wave.id, &hash).await.unwrap();
    found.expect("an invitation").status
}

/// A ticket of another variance unit than the first.
fn elsewhere(drawn: &Drawn) -> &Ticket {
    let first = &drawn.tickets[0].place;
    let mut tickets = drawn.tickets.iter();
    let other = |one: &&Ticket| one.place.county == first.county && one.place != *first;
    tickets.find(other).expect("a second unit")
}

fn is_no_token(outcome: &Result<Receipt, IntakeError>) -> bool {
    matches!(outcome, Err(IntakeError::NoToken))
}

on_both! {
    async fn a_message_is_signed_once_and_a_token_is_cast_once(stores) {
        let (city, drawn) = field(&stores).await;
        let (app, ticket) = (&city.app, &drawn.tickets[0]);
        let listed = key(app, SLUG, ticket).await.expect("a key");
        assert_eq!(status(app, &drawn, ticket).await, Status::Issued, "asking for the key uses nothing");
        let (one, other) = (Blinding::new(SLUG, &listed.line), Blinding::new(SLUG, &listed.line));
        let signature = signed(app, SLUG, ticket, &one).await.expect("signed");
        assert_eq!(status(app, &drawn, ticket).await, Status::Blind);
        assert_eq!(signed(app, SLUG, ticket, &one).await.expect("the same again"), signature);
        assert!(matches!(signed(app, SLUG, ticket, &other).await, Err(IntakeError::UsedElsewhere)));
        assert!(key(app, SLUG, ticket).await.is_ok(), "whoever lost a reply asks again");
        // The code cannot go the other way.
        let direct = submission(&drawn.wave.slug, ticket, &answers("1"));
        assert!(matches!(intake::submit(app, direct).await, Err(IntakeError::UsedElsewhere)));

        let token = one.finish(&signature);
        let form = sent(&drawn, ticket, "2");
        let receipt = cast(app, form.clone(), &token).await.expect("a receipt");
        assert_eq!(cast(app, form.clone(), &again(&token)).await.expect("the same"), receipt);
        let changed = Submission { form: sent(&drawn, ticket, "3").form, ..form.clone() };
        assert!(matches!(cast(app, changed, &token).await, Err(IntakeError::AlreadyReceived)));
        let second_tab = Submission { instance_id: [9; 16], ..form.clone() };
        assert!(matches!(cast(app, second_tab, &token).await, Err(IntakeError::AlreadyReceived)));
        let mut tx = app.urn.0.begin_read("check").await.unwrap();
        let tokens = spent::count_blind(&mut tx.conn(), drawn.wave.id).await.unwrap();
        let place = (ticket.place.county.clone(), ticket.place.variance_unit.clone());
        assert_eq!(tokens, [(place, 1)].into());
    }

    async fn a_code_that_went_the_direct_way_has_nothing_signed(stores) {
        let (city, drawn) = field(&stores).await;
        let (app, ticket) = (&city.app, &drawn.tickets[0]);
        let listed = key(app, SLUG, ticket).await.expect("a key");
        let blinding = Blinding::new(SLUG, &listed.line);
        let direct = submission(&drawn.wave.slug, ticket, &answers("1"));
        let receipt = intake::submit(app, direct.clone()).await.expect("a receipt");
        assert!(matches!(key(app, SLUG, ticket).await, Err(IntakeError::AlreadyReceived)));
        assert!(matches!(signed(app, SLUG, ticket, &blinding).await, Err(IntakeError::AlreadyReceived)));
        assert_eq!(intake::submit(app, direct).await.expect("the same"), receipt);
        assert_eq!(status(app, &drawn, ticket).await, Status::Used);
        // Both ways at once: one of them has the code, whichever it is.
        for ticket in &drawn.tickets[1..9] {
            let listed = key(app, SLUG, ticket).await.expect("a key");
            let blinding = Blinding::new(SLUG, &listed.line);
            let direct = submission(&drawn.wave.slug, ticket, &answers("1"));
            let (direct, blind) = tokio::join!(intake::submit(app, direct), signed(app, SLUG, ticket, &blinding));
            assert!(direct.is_ok() != blind.is_ok());
            let wanted = if blind.is_ok() { Status::Blind } else { Status::Used };
            assert_eq!(status(app, &drawn, ticket).await, wanted);
        }
    }

    async fn of_two_phones_with_one_code_one_has_the_signature(stores) {
        let (city, drawn) = field(&stores).await;
        for ticket in &drawn.tickets[..8] {
            let listed = key(&city.app, SLUG, ticket).await.expect("a key");
            let (one, other) = (Blinding::new(SLUG, &listed.line), Blinding::new(SLUG, &listed.line));
            let (first, second) = tokio::join!(
                signed(&city.app, SLUG, ticket, &one),
                signed(&city.app, SLUG, ticket, &other),
            );
            let (winner, signature) = match (first, second) {
                (Ok(signature), Err(IntakeError::UsedElsewhere)) => (&one, signature),
                (Err(IntakeError::UsedElsewhere), Ok(signature)) => (&other, signature),
                _ => panic!("one of them"),
            };
            let form = sent(&drawn, ticket, "1");
            cast(&city.app, form, &winner.finish(&signature)).await.expect("a receipt");
        }
    }

    async fn a_record_belongs_where_the_key_of_its_token_does_and_forged_tokens_nowhere(stores) {
        let (city, drawn) = field(&stores).await;
        let (app, ticket) = (&city.app, &drawn.tickets[0]);
        let good = token(app, SLUG, ticket).await.expect("a token");
        let other = elsewhere(&drawn);
        // Under the name of another unit, and altered here and there.
        let unit = other.place.variance_unit.as_str().to_owned();
        let mut forged = vec![Token { unit, ..again(&good) }, Token { unit: "140399".into(), ..again(&good) }];
        forged.push(Token { prefix: [0; 32], ..again(&good) });
        for at in [0, MODULUS / 2, MODULUS - 1] {
            let mut signature = good.signature.clone();
            signature[at] ^= 1;
            forged.push(Token { signature, ..again(&good) });
        }
        forged.push(Token { signature: vec![0; MODULUS], ..again(&good) });
        forged.push(Token { signature: vec![0; 3], ..again(&good) });
        for token in &forged {
            assert!(is_no_token(&cast(app, sent(&drawn, ticket, "1"), token).await));
        }
        // The page's county plays no part.
        let county = "140322".to_owned();
        let form = Submission { county_in_path: county, ..sent(&drawn, ticket, "1") };
        cast(app, form, &good).await.expect("a receipt");
        run_batch(app, drawn.wave.id, Drain::Yes).await.expect("a batch");
        let mut tx = app.urn.0.begin_read("check").await.unwrap();
        let responses = response::list(&mut tx.conn(), drawn.wave.id).await.unwrap();
        assert_eq!(responses.len(), 1);
        assert_eq!(responses[0].place, ticket.place);
    }

    async fn whatever_is_lost_on_the_way_is_sent_again_after_a_crash(stores) {
        let (city, drawn) = field(&stores).await;
        let ticket = &drawn.tickets[0];
        let listed = key(&city.app, SLUG, ticket).await.expect("a key");
        let blinding = Blinding::new(SLUG, &listed.line);
        let signature = signed(&city.app, SLUG, ticket, &blinding).await.expect("signed");
        let form = sent(&drawn, ticket, "2");
        // The program ends between the two steps, and again after the second.
        let app = city.reopened(&stores).await;
        assert_eq!(signed(&app, SLUG, ticket, &blinding).await.expect("the same"), signature);
        let receipt = cast(&app, form.clone(), &blinding.finish(&signature)).await.expect("a receipt");
        let app = city.reopened(&stores).await;
        assert_eq!(signed(&app, SLUG, ticket, &blinding).await.expect("the same"), signature);
        assert_eq!(cast(&app, form, &blinding.finish(&signature)).await.expect("the same"), receipt);
    }

    async fn every_unit_has_a_key_and_the_record_names_the_list_since_the_draw(stores) {
        let (city, drawn) = field(&stores).await;
        let app = &city.app;
        let keys = list(app, SLUG).await.unwrap().expect("a list");
        let units = drawn.sample.units();
        assert_eq!(keys.len(), units.len());
        assert!(units.values().all(|invitations| *invitations >= 80));
        let mut tx = app.office.0.begin_read("check").await.unwrap();
        let entries = process_entry::list(&mut tx.conn(), drawn.wave.id).await.unwrap();
        let entry = entries.iter().find(|entry| entry.contains("\"drawn\"")).expect("an entry");
        let entry: serde_json::Value = serde_json::from_str(entry).unwrap();
        assert_eq!(entry["blind_units"], units.len());
        // Whoever has the list computes the root by themselves.
        let text = keys.text();
        let root = Frontier::of(text.lines().map(str::as_bytes)).root();
        assert_eq!(entry["blind_keys"], hex::encode(root));
        for (_, unit) in units.keys() {
            assert!(keys.find(unit.as_str()).is_some());
        }
        // The private halves are wrapped.
        let first = drawn.sample.places()[0].variance_unit.clone();
        let private = blind::find_private(&mut tx.conn(), drawn.wave.id, &first).await.unwrap().unwrap();
        assert!(minyi::ledger::blind::SigningKey::from_der(&private).is_err());
        assert!(app.keys.blind(drawn.wave.id, &first, &private).is_ok());
        let second = drawn.sample.places()[1].variance_unit.clone();
        assert!(app.keys.blind(drawn.wave.id, &second, &private).is_err(), "each under its own name");
    }

    async fn the_close_counts_tokens_beside_codes_by_unit(stores) {
        let (city, drawn) = field(&stores).await;
        let app = &city.app;
        let county = drawn.tickets[0].place.county.clone();
        let own = drawn.tickets.iter().filter(|ticket| ticket.place.county == county);
        let own: Vec<&Ticket> = own.step_by(5).collect();
        let mut tokens = Vec::new();
        for (place, ticket) in own.iter().enumerate() {
            if place % 4 == 0 {
                intake::submit(app, submission(&drawn.wave.slug, ticket, &answers("1"))).await.expect("a receipt");
                continue;
            }
            let token = token(app, SLUG, ticket).await.expect("a token");
            // One of them never comes to the urn.
            if place != 1 {
                cast(app, sent(&drawn, ticket, "2"), &token).await.expect("a receipt");
            }
            tokens.push(token);
        }
        let blind = tokens.len() as u64;
        // A token for which no code was used stops the close.
        let place = &elsewhere(&drawn).place;
        let tampered = |number: u8, unit: &minyi::survey::sample::UnitCode| spent::NewSpent {
            token_hash: [number; 32], digest: [0; 32], receipt: vec![0], epoch: 0, unit: Some(unit.clone()), tried: None,
        };
        let count = async |number: u64| {
            let mut tx = app.urn.0.begin_direct("fixture").await.unwrap();
            for one in 0..u8::try_from(number).unwrap() {
                let token = tampered(one, &place.variance_unit);
                spent::insert(&mut tx.conn().unwrap(), drawn.wave.id, &place.county, &token).await.unwrap();
            }
            tx.commit().await.unwrap();
        };
        count(60).await;
        app.clock.set(time("2026-10-20"));
        waves::ask_close(app, &city.organizer, &drawn.wave.slug, None).await.expect("asked");
        let refused = close::confirm_close(app, &city.second, &drawn.wave.slug).await;
        let Err(CloseError::Reconciliation(lines)) = refused else { panic!("{refused:?}") };
        assert!(matches!(lines.as_slice(), [(_, Reconciliation { check: Check::BlindCast, holds: false, less, more })] if less > more));
        // They are taken away, as an auditor would demand, and the close goes on.
        remove_tampered(app).await;
        let result = close::finish(app, &city.second, &drawn.wave.slug).await.expect("closed").sampled().unwrap();
        let found = result.county(county.as_str()).expect("the county");
        assert_eq!((found.counts.blind_used, found.counts.blind_cast), (blind, blind - 1));
        let line = found.reconciliation.iter().find(|line| line.check == Check::BlindCast).expect("a line");
        assert!(line.holds && line.more == blind && line.less == blind - 1);
        let mut tx = app.urn.0.begin_read("check").await.unwrap();
        let modes = response::count_by_mode(&mut tx.conn(), drawn.wave.id).await.unwrap();
        assert!(modes.iter().any(|((_, mode), number)| *mode == Some(Mode::Blind) && *number > 20), "{modes:?}");
    }
}

const REMOVE: &str = "DELETE FROM spent WHERE token_hash = $1";

async fn remove_tampered(app: &App) {
    let mut tx = app.urn.0.begin_write("fixture").await.unwrap();
    for number in 0..60_u8 {
        let hash = vec![number; 32];
        match tx.conn() {
            Conn::Sqlite(c) => drop(sqlx::query(REMOVE).bind(hash).execute(&mut *c).await),
            Conn::Postgres(c) => drop(sqlx::query(REMOVE).bind(hash).execute(&mut *c).await),
        }
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn codes_of_nobody_and_of_other_counties_are_refused_as_on_the_other_way() {
    let stores = Stores::sqlite().await;
    let (city, drawn) = field(&stores).await;
    let (app, ticket) = (&city.app, &drawn.tickets[0]);
    let county = ticket.place.county.as_str();
    let nobody = Code::from_random([7; 8]).printed();
    let asked = unit_key(app, (SLUG, county), &nobody, None).await;
    assert!(matches!(asked, Err(IntakeError::UnknownCode)));
    let asked = sign(app, (SLUG, county), &nobody, &[1; MODULUS], None).await;
    assert!(matches!(asked, Err(IntakeError::UnknownCode)));
    let there = if county == "140321" {
        "140322"
    } else {
        "140321"
    };
    let code = ticket.code.printed();
    let asked = unit_key(app, (SLUG, there), &code, None).await;
    let Err(IntakeError::OtherCounty { county: right }) = asked else {
        panic!("another county")
    };
    assert_eq!(right.code.as_str(), county);
    assert!(matches!(
        sign(app, (SLUG, county), &code, &[0xff; MODULUS], None).await,
        Err(IntakeError::NoToken)
    ));
    assert_eq!(status(app, &drawn, ticket).await, Status::Issued);
    // A flood of guesses is silenced here as there.
    let mut silent = false;
    for number in 0..1_300_u64 {
        let code = Code::from_random((number << 8).to_le_bytes()).printed();
        let refused = unit_key(app, (SLUG, county), &code, None).await;
        silent |= matches!(refused, Err(IntakeError::Busy { .. }));
    }
    assert!(silent);
    assert!(
        unit_key(app, (SLUG, county), &ticket.code.printed(), None)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn new_keys_are_all_different_and_read_back() {
    let made = Maker::New.make(3).await.expect("keys");
    let moduli: std::collections::BTreeSet<Vec<u8>> = made
        .iter()
        .map(|key| key.public().unwrap().modulus().to_vec())
        .collect();
    assert_eq!(moduli.len(), 3);
    assert!(Maker::New.make(0).await.expect("none").is_empty());
    assert!(KeyList::of(Vec::new()).is_empty());
}

/// A form's fields.
type Fields<'a> = Vec<(&'a str, &'a str)>;

async fn post(url: &str, fields: &[(&str, &str)]) -> Response {
    let request = Client::new().post(url).form(fields);
    request.send().await.expect("an answer")
}

/// What is on the wire: no code to the urn, one connection for each of the two, and who may read.
#[tokio::test]
async fn the_addresses_answer_what_the_script_needs_and_refuse_the_rest() {
    let stores = Stores::sqlite().await;
    let (mut city, drawn) = field(&stores).await;
    city.app.urn_url = Some("https://urn.minyi.example".into());
    let site = instance::serve(&city.app).await;
    let ticket = &drawn.tickets[0];
    let form = format!("{site}/s/{SLUG}/{}", ticket.place.county);
    let page = Client::new().get(&form).send().await.unwrap();
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("connect-src 'self' https://urn.minyi.example;"),
        "{policy}"
    );
    let text = page.text().await.unwrap();
    let root = hex::encode(list(&city.app, SLUG).await.unwrap().unwrap().root());
    assert!(text.contains(&format!("data-keys=\"{root}\"")));
    assert!(text.contains("data-urn=\"https://urn.minyi.example/urn/2026q4?lang="));

    let code = ticket.code.printed();
    let asked = post(&format!("{form}/key?lang=en"), &[("_code", &code)]).await;
    assert_eq!(asked.status().as_u16(), 200);
    assert_eq!(asked.headers()["connection"], "close");
    assert!(asked.headers().get("access-control-allow-origin").is_none());
    let key: serde_json::Value = serde_json::from_str(&asked.text().await.unwrap()).unwrap();
    let blinding = Blinding::new(SLUG, key["line"].as_str().unwrap());
    let blinded = hex::encode(&blinding.blinded);
    let fields = [("_code", code.as_str()), ("_blinded", &blinded)];
    let signed = post(&format!("{form}/sign"), &fields).await;
    assert_eq!(signed.status().as_u16(), 200);
    assert_eq!(signed.headers()["connection"], "close");
    let signed: serde_json::Value = serde_json::from_str(&signed.text().await.unwrap()).unwrap();
    let signed = hex::decode(signed["signature"].as_str().unwrap()).unwrap();
    let token = blinding.finish(&signed);
    let (prefix, signature) = (hex::encode(token.prefix), hex::encode(&token.signature));
    let instance = "0a".repeat(16);
    let fields = [
        ("_instance", instance.as_str()),
        ("_direction", "0"),
        ("_fast", "0"),
        ("_unit", &token.unit),
        ("_token", &prefix),
        ("_signature", &signature),
        ("s1", "4"),
        ("s2", "60up"),
        ("q1", "1"),
    ];
    let urn = format!("{site}/urn/{SLUG}?lang=en");
    let taken = post(&urn, &fields).await;
    let allowed = |response: &Response| {
        response
            .headers()
            .get("access-control-allow-origin")
            .cloned()
    };
    assert_eq!(allowed(&taken).unwrap(), "http://localhost");
    assert_eq!(taken.status().as_u16(), 200);
    assert!(taken.text().await.unwrap().contains("class=\"receipt\""));
    let [zeros, letters, ones] = ["00", "zz", "01"].map(|pair| pair.repeat(MODULUS));
    let other = "0b".repeat(16);
    // Refusals: with what may be mended, as a page; and they can be read from the public address, too.
    let cases: [(&str, Fields<'_>, u16); 4] = [
        (
            "an answer of no question",
            [&fields[..], &[("q1", "99")]].concat(),
            422,
        ),
        ("no token", fields[..5].to_vec(), 400),
        (
            "a forged token",
            [
                &fields[..5],
                &[("_signature", zeros.as_str())],
                &fields[6..],
            ]
            .concat(),
            400,
        ),
        (
            "another submission",
            [&fields[1..], &[("_instance", other.as_str())]].concat(),
            409,
        ),
    ];
    for (name, fields, status) in cases {
        let refused = post(&urn, &fields).await;
        assert_eq!(refused.status().as_u16(), status, "{name}");
        assert_eq!(allowed(&refused).unwrap(), "http://localhost", "{name}");
        assert!(!refused.text().await.unwrap().contains(&code), "{name}");
    }
    let (key, sign) = (format!("{form}/key"), format!("{form}/sign"));
    let refusals: [(&str, Fields<'_>, u16); 4] = [
        (&key, vec![], 422),
        (&sign, vec![("_code", &code)], 400),
        (&sign, vec![("_code", &code), ("_blinded", &letters)], 400),
        (&sign, vec![("_code", &code), ("_blinded", &ones)], 409),
    ];
    for (url, fields, status) in refusals {
        assert_eq!(post(url, &fields).await.status().as_u16(), status, "{url}");
    }
    let direct = [&fields[..3], &[("_code", code.as_str())]].concat();
    let direct = post(&format!("{form}?lang=en"), &direct).await;
    assert_eq!(direct.status().as_u16(), 409);
    let said = direct.text().await.unwrap();
    assert!(said.contains("another device"), "{said}");
    let keys = Client::new()
        .get(format!("{site}/log/{SLUG}/keys.txt"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        keys.text().await.unwrap().lines().count(),
        drawn.sample.units().len()
    );
}

/// The phone's side against RFC 9474, and against the server's side, in node.
#[test]
fn the_script_gives_the_vectors_of_the_rfc() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let ran = std::process::Command::new("node")
        .arg(format!("{folder}/tests/support/blind.mjs"))
        .args([
            format!("{folder}/assets/blind.js"),
            format!("{folder}/tests/vectors/rfc9474.json"),
        ])
        .output()
        .expect("node is installed (`make tools`)");
    let (out, err) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    assert!(ran.status.success(), "{out}{err}");
    assert_eq!(out.trim(), "blinded, signature, wrong signature refused");
}
