//! Nobody with everything that is stored can tell who said what.
//!
//! A wave with a known truth is answered one after the other; then everything that both stores hold is read as a thief would
//! read it. Promises that are tried: the urn has no column but those argued for here; no value but a wave's id and names of
//! places stands in both stores; no order in which anything lies or can be sorted says which answer belongs to which code. The
//! same matcher finds the link at once where a store keeps the order of arrival: it would have seen it.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of people in a test"
)]

use std::collections::{BTreeMap, BTreeSet};

use minyi::ledger::blind::{message, spent};
use minyi::service::batch::{Drain, run_batch};
use minyi::service::intake::{self, Submission};
use minyi::storage::{Backend, Conn, Db};
use minyi::survey::answer::validate;
use minyi::survey::questionnaire::{DEFAULT_2026, Questionnaire, SampledUnit};
use sqlx::AssertSqlSafe;

use crate::storage::schema::tables;
use crate::support::blind;
use crate::support::city::{City, submission, time};
use crate::support::{Stores, on_both};

/// Every column of the urn. Whoever adds one says here why it can lead to nobody.
const URN: &[(&str, &[&str])] = &[
    // Whether a county takes records: nothing of a person.
    ("gate", &["wave", "county", "state"]),
    // Public keys, one for each variance unit: the same for everybody of it.
    (
        "blind_key",
        &["wave", "county", "variance_unit", "stratum", "modulus"],
    ),
    // Name, dates, counties and questionnaire of a wave: public, and the same for everybody.
    ("terms", &["wave", "slug", "document"]),
    // Random key, finest place, day, sealed record of one length.
    (
        "pool",
        &[
            "wave",
            "county",
            "pool_key",
            "variance_unit",
            "epoch",
            "record",
        ],
    ),
    // A hash under the wave's key, or of a blind token, which also tells the unit whose key signed it; digest, sealed receipt
    // and day are cut loose after batch and a day.
    (
        "spent",
        &[
            "wave",
            "county",
            "token_hash",
            "digest",
            "receipt",
            "epoch",
            "variance_unit",
        ],
    ),
    // Random id, place, answers, traits that at least five share, salted hash.
    (
        "response",
        &[
            "wave",
            "county",
            "id",
            "stratum",
            "variance_unit",
            "answers",
            "mode",
            "language",
            "direction",
            "fast",
            "burst",
            "commitment",
            "salt",
        ],
    ),
    // A hash of a blind token, as `spent` has it, and of what its phone drew: that somebody tried the service, or sent with a
    // commitment in hand, and never with which answers; gone with the day's key.
    (
        "trial",
        &[
            "wave",
            "county",
            "token_hash",
            "nonce_hash",
            "number",
            "epoch",
        ],
    ),
    // The record: place in the random order of the batch.
    ("leaf", &["wave", "place", "commitment", "county", "batch"]),
    // Who moves records now; says nothing of any.
    ("lease", &["name", "holder", "expires_at"]),
    // Days and their keys' end.
    ("epoch", &["wave", "epoch", "key_check", "state"]),
    ("log", &["wave", "number", "state", "lost"]),
    // What other parties signed under the latest head of a log, and when: of whole batches, published with the head.
    (
        "cosignature",
        &["wave", "log", "witness", "size", "signed_at", "line"],
    ),
    // The date that was stated before fieldwork, once the keys of a wave are gone.
    ("ended", &["wave", "stated"]),
    // Open waves: counts, and places that are kept while somebody answers, to ten minutes, tied to no record.
    (
        "cell",
        &[
            "wave",
            "county",
            "cell",
            "target",
            "rule",
            "counted",
            "uncounted",
        ],
    ),
    (
        "reservation",
        &["wave", "county", "token_hash", "cell", "expires_at"],
    ),
    // Paper: numbers of unopened envelopes and of opened ones, by place; sealed readings of shuffled sheets that bear no
    // code, by keyed marks of those who typed them, until their lot is kept.
    (
        "envelope",
        &["wave", "county", "variance_unit", "stratum", "waiting"],
    ),
    (
        "lot",
        &[
            "wave",
            "county",
            "lot",
            "variance_unit",
            "stratum",
            "sheets",
            "entered",
            "state",
        ],
    ),
    (
        "sheet",
        &[
            "wave", "county", "lot", "sheet", "reading", "typist", "record",
        ],
    ),
];
/// And of the one table of the office that stands for people.
const INVITATION: &[&str] = &[
    "wave",
    "code_hash",
    "county",
    "stratum",
    "variance_unit",
    "status",
    "disposition",
];

#[tokio::test]
async fn the_urn_has_no_column_that_was_not_argued_for() {
    let stores = Stores::sqlite().await;
    let named = |columns: &[&str]| -> BTreeSet<String> {
        columns.iter().map(|column| (*column).to_owned()).collect()
    };
    let found: BTreeMap<String, BTreeSet<String>> = tables(&stores.urn.0)
        .await
        .into_iter()
        .map(|(table, columns)| (table, columns.into_keys().collect()))
        .collect();
    let wanted: BTreeMap<String, BTreeSet<String>> = URN
        .iter()
        .map(|(table, columns)| ((*table).to_owned(), named(columns)))
        .collect();
    assert_eq!(found, wanted);
    let office = tables(&stores.office.0).await;
    let invitation: BTreeSet<String> = office["invitation"].keys().cloned().collect();
    assert_eq!(invitation, named(INVITATION));
}

/// No table of the urn keeps the order of its rows on SQLite.
#[tokio::test]
async fn no_table_of_the_urn_has_a_row_id() {
    let stores = Stores::sqlite().await;
    let mut tx = stores.urn.0.begin_read("tables").await.unwrap();
    let Conn::Sqlite(c) = tx.conn() else {
        unreachable!("it was opened as SQLite")
    };
    let made: Vec<(String, String)> =
        sqlx::query_as("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
            .fetch_all(&mut *c)
            .await
            .unwrap();
    for (table, text) in made {
        if !table.starts_with("_sqlx") && !table.starts_with("sqlite_") {
            assert!(text.contains("WITHOUT ROWID"), "{table}");
        }
    }
}

/// Values of a column of bytes, in the order in which the database gives them unasked.
async fn bytes_of(db: &Db, table: &str, column: &str) -> Vec<Vec<u8>> {
    let mut tx = db.begin_read("thief").await.unwrap();
    match tx.conn() {
        Conn::Sqlite(c) => {
            let text =
                format!("SELECT CAST({column} AS BLOB) FROM {table} WHERE {column} IS NOT NULL");
            let rows: Vec<(Vec<u8>,)> = sqlx::query_as(AssertSqlSafe(text))
                .fetch_all(&mut *c)
                .await
                .unwrap();
            rows.into_iter().map(|(value,)| value).collect()
        }
        Conn::Postgres(c) => {
            // As they lie in the file.
            let text = format!(
                "SELECT CASE WHEN pg_typeof({column}) = 'uuid'::regtype THEN uuid_send({column}::text::uuid) \
                 WHEN pg_typeof({column}) = 'bytea'::regtype THEN decode(substr({column}::text, 3), 'hex') \
                 ELSE convert_to({column}::text, 'UTF8') END \
                 FROM {table} WHERE {column} IS NOT NULL ORDER BY ctid"
            );
            let rows: Vec<(Vec<u8>,)> = sqlx::query_as(AssertSqlSafe(text))
                .fetch_all(&mut *c)
                .await
                .unwrap();
            rows.into_iter().map(|(value,)| value).collect()
        }
    }
}

/// Every value of at least eight bytes that a store holds.
async fn values(db: &Db) -> BTreeSet<Vec<u8>> {
    let mut all = BTreeSet::new();
    for (table, columns) in tables(db).await {
        for column in columns.keys() {
            let found = bytes_of(db, &table, column).await;
            all.extend(found.into_iter().filter(|value| value.len() >= 8));
        }
    }
    all
}

/// For each person the rank in an order of rows.
fn ranks(order: &[Vec<u8>], person: &BTreeMap<Vec<u8>, usize>) -> Vec<usize> {
    let mut ranks = vec![usize::MAX; person.len()];
    let mut rank = 0;
    for row in order {
        if let Some(person) = person.get(row) {
            ranks[*person] = rank;
            rank += 1;
        }
    }
    assert_eq!(rank, person.len(), "everybody is in the order once");
    ranks
}

/// How strongly two orders of the same people agree, in standard deviations of chance (Spearman), and how many would be matched
/// rightly by laying one beside the other. Both are taken within each variance unit, which is known of both sides, and put
/// together: by chance the first is 0 ± 1, the second one person a unit.
fn agreement(units: &[Vec<usize>], a: &[usize], b: &[usize]) -> (f64, usize) {
    let (mut strength, mut matched) = (0.0, 0);
    for people in units {
        let within = |ranks: &[usize]| -> Vec<usize> {
            let mut order: Vec<usize> = (0..people.len()).collect();
            order.sort_by_key(|at| ranks[people[*at]]);
            let mut own = vec![0; people.len()];
            for (rank, at) in order.into_iter().enumerate() {
                own[at] = rank;
            }
            own
        };
        let (a, b) = (within(a), within(b));
        let n = a.len() as f64;
        let middle = (n - 1.0) / 2.0;
        let product = |(x, y): (&usize, &usize)| (*x as f64 - middle) * (*y as f64 - middle);
        let rho = a.iter().zip(&b).map(product).sum::<f64>() / (n * (n * n - 1.0) / 12.0);
        strength += rho * (n - 1.0).sqrt();
        matched += a.iter().zip(&b).filter(|(x, y)| x == y).count();
    }
    (strength / (units.len() as f64).sqrt(), matched)
}

/// Chance lies within: one in 150,000 pairs of orders is beyond, on either side.
const CHANCE: f64 = 4.5;

/// By chance there are as many matches as units; so many more than that in one of a million.
fn luck(units: usize) -> usize {
    units + (6.0 * (units as f64).sqrt()) as usize
}

on_both! {
    async fn no_order_and_no_value_leads_from_a_code_to_an_answer(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        city.import().await;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        app.clock.set(time("2026-10-03T09:00"));
        let form = Questionnaire::from_toml(DEFAULT_2026).unwrap().for_unit(SampledUnit::Person);
        let invitations = bytes_of(&app.office.0, "invitation", "code_hash").await;
        // Everybody says something else, one after the other: the truth that a thief would like to have.
        let (mut code, mut said) = (BTreeMap::new(), BTreeMap::new());
        let (mut tokens, mut signed) = (BTreeMap::new(), BTreeMap::new());
        let mut blind_units: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut units: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        let wrapped = {
            let mut tx = app.office.0.begin_read("keys").await.unwrap();
            minyi::storage::office::wave_key::find(&mut tx.conn(), drawn.wave.id).await.unwrap().unwrap()
        };
        let keys = app.keys.wave(drawn.wave.id, &wrapped).unwrap();
        for (person, ticket) in drawn.tickets.iter().step_by(5).enumerate() {
            let ages = ["18-29", "30-39", "40-49", "50-59", "60up"];
            let digit = |place: u32| (1 + person / 5 / 4_usize.pow(place) % 4).to_string();
            let (q1, q2, q3, q4) = (digit(0), digit(1), digit(2), digit(3));
            let answers = [
                ("s1", "4"), ("s2", ages[person % 5]), ("q1", &q1), ("q2", &q2), ("q3", &q3), ("q4", &q4),
            ];
            let sent = submission(&drawn.wave.slug, ticket, &answers);
            let bytes = validate(&form, &sent.form).expect("valid").encode();
            assert!(said.insert(bytes, person).is_none(), "each answer is one person's");
            let hash = ticket.code.hash(&keys.pepper, drawn.wave.id);
            code.insert(hash.as_bytes().to_vec(), person);
            units.entry(ticket.place.variance_unit.clone()).or_default().push(person);
            // Every other one by a token of which the office has seen nothing.
            if person % 2 == 0 {
                intake::submit(app, sent).await.expect("a receipt");
                continue;
            }
            let token = blind::token(app, "2026q4", ticket).await.expect("a token");
            let hash = spent(&token.prefix, &message("2026q4", &token.unit));
            let at = tokens.len();
            tokens.insert(hash.to_vec(), at);
            signed.insert(code.iter().find(|(_, one)| **one == person).unwrap().0.clone(), at);
            blind_units.entry(token.unit.clone()).or_default().push(at);
            let sent = Submission { code: String::new(), county_in_path: String::new(), ..sent };
            intake::blind::cast(app, sent, &token).await.expect("a receipt");
        }
        let people = code.len();
        assert_eq!(people, 400);
        let units: Vec<Vec<usize>> = units.into_values().collect();
        assert!(units.len() >= 16 && units.iter().all(|people| people.len() >= 10), "{}", units.len());
        run_batch(app, drawn.wave.id, Drain::Yes).await.expect("a batch");

        // What the urn gives away of people, in any order that it has.
        let urn = &app.urn.0;
        let answers = bytes_of(urn, "response", "answers").await;
        let mut sorted: BTreeMap<&str, Vec<Vec<u8>>> = BTreeMap::new();
        for column in ["id", "salt", "commitment"] {
            let values = bytes_of(urn, "response", column).await;
            let mut rows: Vec<(Vec<u8>, Vec<u8>)> = values.into_iter().zip(answers.clone()).collect();
            rows.sort();
            sorted.insert(column, rows.into_iter().map(|(_, answer)| answer).collect());
        }
        let commitments = bytes_of(urn, "response", "commitment").await;
        let of: BTreeMap<Vec<u8>, Vec<u8>> = commitments.into_iter().zip(answers.clone()).collect();
        let mut tx = urn.begin_read("log").await.unwrap();
        let leaves = minyi::storage::urn::leaf::list(&mut tx.conn(), drawn.wave.id, 0, 10_000).await.unwrap();
        drop(tx);
        let log: Vec<Vec<u8>> = leaves.iter().map(|leaf| of[leaf.commitment.as_slice()].clone()).collect();
        sorted.insert("log", log);
        sorted.insert("as it lies", answers);
        // And the office: as codes were made, as they lie now, sorted.
        let mut by_hash = invitations.clone();
        by_hash.sort();
        let lying = bytes_of(&app.office.0, "invitation", "code_hash").await;
        let arrival: Vec<usize> = (0..people).collect();
        let office = [
            ("made", ranks(&invitations, &code)),
            ("lying", ranks(&lying, &code)),
            ("sorted", ranks(&by_hash, &code)),
            ("arrival", arrival.clone()),
        ];
        let mut pairs = 0;
        for (there, order) in &sorted {
            let urn = ranks(order, &said);
            for (here, office) in &office {
                let (strength, matched) = agreement(&units, office, &urn);
                assert!(strength.abs() < CHANCE && matched < luck(units.len()), "{here} and {there}: {strength:.1}, {matched} matched");
                pairs += 1;
            }
        }
        assert_eq!(pairs, 20);
        // Blind tokens: no order of what the urn spent is that of what the office signed.
        let office = &app.office.0;
        let blind_units: Vec<Vec<usize>> = blind_units.into_values().collect();
        let codes = bytes_of(office, "blind_signature", "code_hash").await;
        let sorted_by = |by: Vec<Vec<u8>>| -> Vec<Vec<u8>> {
            let mut rows: Vec<(Vec<u8>, Vec<u8>)> = by.into_iter().zip(codes.clone()).collect();
            rows.sort();
            rows.into_iter().map(|(_, code)| code).collect()
        };
        let here = [
            ranks(&codes, &signed),
            ranks(&sorted_by(bytes_of(office, "blind_signature", "blinded").await), &signed),
            ranks(&sorted_by(bytes_of(office, "blind_signature", "signature").await), &signed),
            (0..tokens.len()).collect(),
        ];
        let lying = bytes_of(urn, "spent", "token_hash").await;
        let mut by_hash = lying.clone();
        by_hash.sort();
        // On PostgreSQL spent tokens lie as they came, as codes that were used do; neither leads to a response, whose order was
        // compared with that of arrival above.
        let orders = match urn.backend() {
            Backend::Sqlite => vec![lying, by_hash],
            Backend::Postgres => vec![by_hash],
        };
        for there in orders {
            let there = ranks(&there, &tokens);
            for office in &here {
                let (strength, matched) = agreement(&blind_units, office, &there);
                assert!(strength.abs() < CHANCE && matched < luck(blind_units.len()), "{strength:.1}, {matched} matched");
            }
        }
        assert_eq!(tokens.len(), 200);
        // The matcher has eyes: a store that kept the order of arrival would be seen through, also where only three
        // of four places show.
        let (strength, matched) = agreement(&units, &arrival, &arrival);
        assert!(strength > 15.0 && matched == people, "{strength}");
        let mut leaky = ranks(&sorted["id"], &said);
        for person in (0..people).filter(|person| person % 4 != 0) {
            let at = leaky.iter().position(|rank| *rank == person).unwrap();
            leaky.swap(at, person);
        }
        let (strength, _) = agreement(&units, &arrival, &leaky);
        assert!(strength > CHANCE, "{strength}");

        // Nothing stands in both stores but the wave and names of places.
        let common: BTreeSet<Vec<u8>> = values(&app.office.0).await.intersection(&values(urn).await).cloned().collect();
        // A unit's public key is a name of the place.
        let public = bytes_of(urn, "blind_key", "modulus").await;
        for value in &common {
            let is_wave = value == drawn.wave.id.as_bytes();
            let is_place = std::str::from_utf8(value).is_ok_and(|text| text.starts_with("1403"));
            assert!(is_wave || is_place || public.contains(value), "in both stores: {}", String::from_utf8_lossy(value));
        }
        assert!(common.contains(drawn.wave.id.as_bytes().as_slice()), "the comparison sees what is common");
        assert!(matches!(urn.backend(), Backend::Sqlite | Backend::Postgres));
    }
}
