//! What goes over the wire does not tell the answers by its length.
//!
//! 200 residents with random answers, over plain sockets: every byte of what the service answers is counted, on the direct path, on
//! the blind one and before it, packed or not. The same count sees the difference at once where an answer does depend on them.

use std::collections::BTreeSet;

use minyi::service::intake::blind::Token;
use minyi::service::keys::random;
use minyi::service::sampling::Ticket;
use minyi::survey::answer::validate;
use minyi::survey::questionnaire::{DEFAULT_2026, Questionnaire, SampledUnit};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::blind::token;
use crate::support::city::{City, time};
use crate::support::{Stores, instance};

const SLUG: &str = "2026q4";
/// Residents.
const PEOPLE: usize = 200;

/// Answers that an honest form can send, some of which end the interview.
fn answers(runner: &mut TestRunner, form: &Questionnaire) -> Vec<(String, String)> {
    loop {
        let mut said = Vec::new();
        for item in &form.items {
            let most = item.max();
            // Most go on to the end.
            let ends = (0..8_u8).new_tree(runner).expect("a draw").current() == 0;
            let shown = item.options.iter().filter(|one| ends || !one.ends);
            let codes: Vec<String> = shown.map(|one| one.code.clone()).collect();
            let some = proptest::sample::subsequence(codes.clone(), 0..=most.min(codes.len()));
            let chosen = some.new_tree(runner).expect("a choice").current();
            said.extend(chosen.into_iter().map(|code| (item.id.clone(), code)));
        }
        if validate(form, &said).is_ok() {
            return said;
        }
    }
}

/// The whole answer to a form, with its head.
async fn post(site: &str, path: &str, fields: &[(String, String)], packed: bool) -> Vec<u8> {
    let host = site.trim_start_matches("http://");
    let body: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let body = body.join("&");
    let accepted = if packed {
        "accept-encoding: gzip\r\n"
    } else {
        ""
    };
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\naccept-language: zh-CN\r\n{accepted}connection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(host).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    answer
}

fn status(answer: &[u8]) -> &str {
    std::str::from_utf8(&answer[9..12]).expect("a status")
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn own() -> Vec<(String, String)> {
    let instance = hex::encode(random::<16>().expect("random bits"));
    vec![
        pair("_instance", &instance),
        pair("_direction", "0"),
        pair("_fast", "0"),
    ]
}

fn with(parts: &[&[(String, String)]]) -> Vec<(String, String)> {
    parts.concat()
}

fn of_token(token: &Token) -> Vec<(String, String)> {
    vec![
        pair("_unit", &token.unit),
        pair("_token", &hex::encode(token.prefix)),
        pair("_signature", &hex::encode(&token.signature)),
    ]
}

/// Every length that was seen.
#[derive(Default)]
struct Lengths(BTreeSet<usize>);

impl Lengths {
    fn see(&mut self, answer: &[u8], wanted: &str) {
        assert_eq!(
            status(answer),
            wanted,
            "{}",
            String::from_utf8_lossy(answer)
        );
        self.0.insert(answer.len());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_answered_is_as_long_whatever_was_said() {
    let stores = Stores::sqlite().await;
    let city = City::new(&stores).await;
    let drawn = city.field(SLUG, "2026-10-20").await;
    city.app.clock.set(time("2026-10-02T12:00"));
    let site = instance::serve(&city.app).await;
    let form = Questionnaire::from_toml(DEFAULT_2026)
        .unwrap()
        .for_unit(SampledUnit::Person);
    let mut runner = TestRunner::deterministic();
    // One unit, so that nothing but the answers is different.
    let unit = &drawn.tickets[0].place.variance_unit;
    let others = drawn
        .tickets
        .iter()
        .enumerate()
        .filter(|(place, _)| place % 7 > 0);
    let own_unit = others
        .map(|(_, ticket)| ticket)
        .filter(|ticket| ticket.place.variance_unit == *unit);
    let (mut direct, mut plain, mut said_so) =
        (Lengths::default(), Lengths::default(), BTreeSet::new());
    for (person, ticket) in drawn.tickets.iter().step_by(7).take(PEOPLE).enumerate() {
        let said = answers(&mut runner, &form);
        said_so.insert(validate(&form, &said).unwrap().encode());
        let code = [pair("_code", &ticket.code.printed())];
        let path = format!("/s/{SLUG}/{}", ticket.place.county);
        let packed = person % 2 == 0;
        let answer = post(&site, &path, &with(&[&own(), &code, &said]), packed).await;
        let lengths = if packed { &mut direct } else { &mut plain };
        lengths.see(&answer, "200");
    }
    assert!(said_so.len() > PEOPLE / 2, "{}", said_so.len());
    let [mut prepared, mut opened, mut cast] = [const { Lengths(BTreeSet::new()) }; 3];
    for ticket in own_unit.take(40) {
        blind(
            &city,
            &site,
            ticket,
            &answers(&mut runner, &form),
            [&mut prepared, &mut opened, &mut cast],
        )
        .await;
    }
    for (name, lengths) in [
        ("direct, packed", &direct),
        ("direct, not packed", &plain),
        ("prepared", &prepared),
        ("opened", &opened),
        ("with a token", &cast),
    ] {
        assert_eq!(lengths.0.len(), 1, "{name}: {:?}", lengths.0);
        println!("{name}: {:?} bytes", lengths.0);
    }
    // The measure has eyes: where the form comes back with its answers, they show.
    let mut echoed = Lengths::default();
    for _ in 0..40 {
        let said = answers(&mut runner, &form);
        let code = [pair("_code", "0000-0000-00000")];
        let answer = post(
            &site,
            &format!("/s/{SLUG}/140321"),
            &with(&[&own(), &code, &said]),
            true,
        )
        .await;
        echoed.see(&answer, "422");
    }
    assert!(echoed.0.len() > 10, "{:?}", echoed.0);
}

/// Prepares, opens, prepares again and casts.
async fn blind(
    city: &City,
    site: &str,
    ticket: &Ticket,
    said: &[(String, String)],
    [prepared, opened, cast]: [&mut Lengths; 3],
) {
    let token = token(&city.app, SLUG, ticket).await.expect("a token");
    let sent = with(&[&own(), &of_token(&token), said]);
    let draw = || hex::encode(random::<32>().expect("random bits"));
    let (first, second) = (draw(), draw());
    let urn = format!("/urn/{SLUG}");
    for nonce in [&first, &second] {
        let asked = with(&[&sent, &[pair("_nonce", nonce)]]);
        let answer = post(site, &format!("{urn}/prepare"), &asked, true).await;
        prepared.see(&answer, "200");
    }
    let held = |nonce: &str| with(&[&sent, &[pair("_nonce", nonce), pair("_day", "0")]]);
    opened.see(
        &post(site, &format!("{urn}/open"), &held(&first), true).await,
        "200",
    );
    assert_eq!(status(&post(site, &urn, &held(&first), true).await), "412");
    cast.see(&post(site, &urn, &held(&second), true).await, "200");
}
