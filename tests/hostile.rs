//! Hostile input, straight into the router: forms, codes, JSON, headers, addresses. Whatever comes, nothing
//! panics and no answer is a fault of ours; a full house (503) is none.
//!
//! `MINYI_HOSTILE_INPUTS` asks for more inputs than the few of `make test`; `make soak` sends ten million.

use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::http::header::{HeaderName, HeaderValue};
use axum::http::{Method, Request};
use minyi::survey::invitation::Code;
use minyi::survey::role::Role;
use minyi::web::ROUTES;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use crate::open;
use crate::support::blind::Blinding;
use crate::support::fieldwork::{COUNTY, Fieldwork, OTHER_COUNTY, SLUG};
use crate::support::instance::account;

/// Inputs of each test here, unless the variable asks for more.
const INPUTS: u32 = 1_500;
/// Sign-ins cost a password's hash each: a hundredth of the others.
const SIGN_INS: u32 = 100;
/// No page is larger.
const PAGE: usize = 4 << 20;
/// The clock goes on by a second after so many inputs, so that floods are forgiven now and then.
const PACE: u32 = 50;

/// Text that readers stumble over.
const NASTY: &[&str] = &[
    "",
    " ",
    "0",
    "-1",
    "99999999999999999999",
    "%",
    "%zz",
    "%00",
    "%ff%fe",
    "..",
    "../../etc/passwd",
    "'; DROP TABLE response; --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "\u{0}",
    "\u{1}\u{1}\u{1}",
    "\u{202e}elif",
    "ＡＢＣＤ－１２３４",
    "İıſK",
    "🧂🧂🧂",
    "null",
    "[]",
    "{}",
    "true",
    "NaN",
    "1e309",
    "_instance",
    "_code",
    "q1",
    "2026q4",
];

/// Cells of the open wave: one that is full at once, and one that never is.
const CELLS: &str =
    "county,age,sex,target,rule\n140321,60up,female,3,close\n140322,60up,female,9,monitor\n";

/// Names of fields that a form has.
const FIELDS: &[&str] = &[
    "_instance",
    "_direction",
    "_fast",
    "_code",
    "s1",
    "s2",
    "q1",
    "q2",
    "q6",
    "q7",
    "q9",
    "d1",
    "d3",
    "_county",
    "_residence",
    "_blinded",
    "_unit",
    "_token",
    "_signature",
    "_nonce",
    "_day",
    "_pad",
];

const KINDS: &[&str] = &[
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    "application/json",
    "multipart/form-data; boundary=x",
    "text/plain",
    "",
    ";;;",
];

const HEADERS: &[&str] = &[
    "accept-language",
    "accept-encoding",
    "accept",
    "cookie",
    "host",
    "origin",
    "referer",
    "sec-fetch-site",
    "x-forwarded-for",
    "forwarded",
    "if-none-match",
    "range",
    "expect",
    "content-encoding",
    "transfer-encoding",
    "user-agent",
];

/// One request.
#[derive(Clone, Debug)]
struct Input {
    method: &'static str,
    address: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

impl Input {
    /// The request, if HTTP can carry it at all.
    fn request(&self) -> Option<Request<Body>> {
        let method: Method = self.method.parse().ok()?;
        let mut request = Request::builder().method(method).uri(&self.address);
        for (name, value) in &self.headers {
            let name = HeaderName::from_static(name);
            request = request.header(name, HeaderValue::from_bytes(value).ok()?);
        }
        request.body(Body::from(self.body.clone())).ok()
    }
}

/// A running instance, and the inputs that it has had.
struct House {
    work: Fieldwork,
    runtime: Runtime,
    router: axum::Router,
    seen: std::cell::RefCell<std::collections::BTreeMap<u16, u32>>,
}

impl House {
    fn open() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let work = runtime.block_on(async {
            let work = Fieldwork::open().await;
            let ada = account(&work.app, "ada", Role::Organizer).await;
            let ben = account(&work.app, "ben", Role::Organizer).await;
            let clock = &work.app.clock;
            let (now, zone) = (clock.now(), &work.app.zone);
            let day = std::time::Duration::from_hours(24);
            let local = |at| zone.minute(at).replace(' ', "T");
            let period = (local(now.minus(day)), local(now.plus(6 * day)));
            let period = (period.0.as_str(), period.1.as_str());
            open::open(&work.app, (&ada, &ben), period, CELLS).await;
            work
        });
        let router = minyi::web::router(work.app.clone());
        Self {
            work,
            runtime,
            router,
            seen: std::cell::RefCell::default(),
        }
    }

    fn meets(&self, input: &Input) -> Result<(), TestCaseError> {
        let Some(request) = input.request() else {
            return Ok(());
        };
        let (status, body) = self.runtime.block_on(async {
            let response = self
                .router
                .clone()
                .oneshot(request)
                .await
                .expect("infallible");
            let status = response.status().as_u16();
            (status, to_bytes(response.into_body(), PAGE).await)
        });
        let mut seen = self.seen.borrow_mut();
        *seen.entry(status).or_default() += 1;
        if seen.values().sum::<u32>() % PACE == 0 {
            let clock = &self.work.app.clock;
            clock.set(clock.now().plus(std::time::Duration::from_secs(1)));
        }
        prop_assert!(status < 500 || status == 503, "{status}");
        prop_assert!(body.is_ok(), "the page does not end");
        Ok(())
    }

    /// Sends so many inputs and says what was answered.
    fn meets_all(&self, inputs: u32, name: &str, strategy: &impl Strategy<Value = Input>) {
        let config = Config {
            cases: inputs,
            failure_persistence: None,
            max_shrink_iters: 2_000,
            ..Config::default()
        };
        let begun = Instant::now();
        let met = TestRunner::new(config).run(strategy, |input| self.meets(&input));
        if let Err(error) = met {
            panic!("{error}");
        }
        let seen = self.seen.borrow();
        println!(
            "{name}: {inputs} inputs in {:?}, answers {seen:?}",
            begun.elapsed()
        );
    }
}

fn inputs() -> u32 {
    let asked = std::env::var("MINYI_HOSTILE_INPUTS");
    asked.map_or(INPUTS, |text| text.parse().expect("a number"))
}

fn text() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        3 => select(NASTY).prop_map(str::to_owned),
        2 => any::<String>(),
        2 => "[ -~]{0,40}",
        1 => "[a-z0-9]{1,4}",
        1 => (0..400_usize).prop_map(|n| "长".repeat(n)),
    ]
}

/// A code of the wave, one of nobody, or one that somebody's fingers changed.
fn code(codes: Vec<String>) -> impl Strategy<Value = String> + Clone {
    let known = select(codes);
    let made = any::<[u8; 8]>().prop_map(|bytes| Code::from_random(bytes).printed());
    let changed = (known.clone(), any::<prop::sample::Index>(), any::<char>());
    let changed = changed.prop_map(|(code, at, with)| {
        let mut letters: Vec<char> = code.chars().collect();
        let at = at.index(letters.len());
        letters[at] = with;
        letters.into_iter().collect::<String>()
    });
    prop_oneof![8 => known, 2 => made, 3 => changed, 2 => text()]
}

fn value(codes: Vec<String>) -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        4 => "[0-9]",
        2 => select(&["60up", "18-29", "female", "male", "1", "0", ""][..]).prop_map(str::to_owned),
        3 => "[0-9a-f]{32}",
        3 => code(codes),
        2 => text(),
    ]
}

/// A form as a browser encodes it, with fields that a form has, or others, once or often.
fn form(codes: Vec<String>) -> impl Strategy<Value = Vec<u8>> {
    let name = prop_oneof![9 => select(FIELDS).prop_map(str::to_owned), 1 => text()];
    let pairs = vec((name, value(codes.clone())), 0..14);
    let good = (code(codes), "[0-9a-f]{32}", 1..5_u8).prop_map(|(code, instance, answer)| {
        let own = [
            ("_instance", instance),
            ("_direction", "0".into()),
            ("_code", code),
        ];
        let a = answer.to_string();
        let answers = [
            ("s1", "4"),
            ("s2", "60up"),
            ("q1", &a),
            ("q2", &a),
            ("d1", "female"),
        ];
        let answers = answers.map(|(name, value)| (name, value.to_owned()));
        let all = own.into_iter().chain(answers);
        all.map(|(name, value)| (name.to_owned(), value))
            .collect::<Vec<_>>()
    });
    let whole = (good.clone(), pairs.clone())
        .prop_map(|(good, more): (Vec<_>, Vec<_>)| [good, more].concat());
    prop_oneof![pairs, whole, good]
        .prop_map(|pairs: Vec<(String, String)>| encode(&pairs).into_bytes())
}

fn encode(pairs: &[(String, String)]) -> String {
    let escape = |text: &str| -> String {
        let letter = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => char::from(byte).to_string(),
            b' ' => "+".to_owned(),
            other => format!("%{other:02X}"),
        };
        text.bytes().map(letter).collect()
    };
    let fields = pairs
        .iter()
        .map(|(n, v)| format!("{}={}", escape(n), escape(v)));
    fields.collect::<Vec<_>>().join("&")
}

/// Damages bytes here and there.
fn damaged(bytes: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let hits = vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (
        bytes,
        hits,
        any::<prop::sample::Index>(),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(mut bytes, hits, end, cut)| {
            for (at, byte) in hits {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                }
            }
            if cut && !bytes.is_empty() {
                bytes.truncate(end.index(bytes.len()));
            }
            bytes
        })
}

fn json() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<f64>().prop_map(|number| number.to_string()),
        text().prop_map(|text| format!("{text:?}")),
    ];
    let tree = leaf.prop_recursive(6, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            vec((select(FIELDS), inner), 0..6).prop_map(|fields| {
                let fields = fields
                    .iter()
                    .map(|(name, value)| format!("{name:?}:{value}"));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
            }),
        ]
    });
    let deep = (1..4_000_usize).prop_map(|depth| "[".repeat(depth));
    prop_oneof![9 => tree, 1 => deep].prop_map(String::into_bytes)
}

fn body(codes: Vec<String>) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => form(codes.clone()),
        3 => damaged(form(codes)),
        1 => json(),
        1 => vec(any::<u8>(), 0..300),
        1 => (0..4_000_usize).prop_map(|length| vec![b'a'; length]),
        // Beyond the limit of a form, often enough that no run goes without.
        1 => (70_000..80_000_usize).prop_map(|length| vec![b'a'; length]),
    ]
}

fn header() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let value = prop_oneof![
        text().prop_map(String::into_bytes),
        vec(any::<u8>(), 0..60),
        select(
            &[
                "gzip",
                "en;q=0.1, zh-CN",
                "zh",
                "*",
                "identity;q=0",
                "gzip;q=nan",
                "100-continue"
            ][..]
        )
        .prop_map(|text| text.as_bytes().to_vec()),
        select(
            &[
                "minyi_session=x",
                "minyi_session=",
                "a=b; minyi_session=%00",
                "http://evil.example"
            ][..]
        )
        .prop_map(|text| text.as_bytes().to_vec()),
        (0..3_000_usize).prop_map(|length| b"en,".repeat(length)),
    ];
    (select(HEADERS), value)
}

/// What browsers escape is escaped; the rest of the nastiness goes through as it is.
fn segment() -> impl Strategy<Value = String> {
    let escaped = text().prop_map(|text| encode(&[(text, String::new())]).replace('=', ""));
    let known = [
        SLUG,
        open::SLUG,
        COUNTY,
        OTHER_COUNTY,
        "busy",
        "en",
        "a.css",
    ];
    prop_oneof![
        3 => select(known.to_vec()).prop_map(str::to_owned),
        2 => escaped,
        1 => "[!-~]{0,12}",
    ]
}

fn address() -> impl Strategy<Value = String> {
    let filled = (select(ROUTES), vec(segment(), 3)).prop_map(|(route, parts)| {
        let mut parts = parts.into_iter();
        let mut filled = String::new();
        for piece in route.path.split('/').skip(1) {
            filled.push('/');
            if piece.starts_with('{') {
                filled.push_str(&parts.next().unwrap_or_default());
            } else {
                filled.push_str(piece);
            }
        }
        filled
    });
    let free = vec(segment(), 0..5).prop_map(|parts| format!("/{}", parts.join("/")));
    let query = prop_oneof![
        3 => Just(String::new()),
        1 => segment().prop_map(|text| format!("?lang={text}")),
        1 => (segment(), segment()).prop_map(|(a, b)| format!("?{a}={b}&lang=en")),
    ];
    (prop_oneof![3 => filled, 1 => free], query)
        .prop_map(|(path, query): (String, String)| format!("{path}{query}"))
}

fn post(
    address: impl Strategy<Value = String>,
    body: impl Strategy<Value = Vec<u8>>,
) -> impl Strategy<Value = Input> {
    let kind = prop_oneof![9 => Just(KINDS[0]), 1 => select(KINDS)];
    (address, kind, vec(header(), 0..3), body).prop_map(|(address, kind, mut headers, body)| {
        headers.push(("content-type", kind.as_bytes().to_vec()));
        Input {
            method: "POST",
            address,
            headers,
            body,
        }
    })
}

#[test]
fn forms_and_codes() {
    let house = House::open();
    let county = select(vec![COUNTY, COUNTY, OTHER_COUNTY, "999999"]);
    let lang = select(vec!["?lang=en", "?lang=zh-CN", "", "?lang=x&a=b"]);
    let address = (county, lang).prop_map(|(county, lang)| format!("/s/{SLUG}/{county}{lang}"));
    let codes = [house.work.codes.clone(), house.work.elsewhere.clone()].concat();
    house.meets_all(inputs(), "forms and codes", &post(address, body(codes)));
    let seen = house.seen.borrow();
    for status in [200, 400, 409, 413, 415, 422] {
        assert!(
            seen.contains_key(&status),
            "nothing was answered {status}: {seen:?}"
        );
    }
}

/// Fields of a good token, as the script sends them, and of a commitment that was asked for with it.
fn tokens(work: &Fieldwork) -> impl std::future::Future<Output = Vec<Vec<(String, String)>>> {
    use minyi::service::intake::blind::{sign, unit_key};
    let (app, codes) = (work.app.clone(), work.codes[30..].to_vec());
    async move {
        let mut tokens = Vec::new();
        for code in codes {
            let address = (SLUG, COUNTY);
            let key = unit_key(&app, address, &code, None).await.expect("a key");
            let own = Blinding::new(SLUG, &key.listed.line);
            let signed = sign(&app, address, &code, &own.blinded, None).await;
            let token = own.finish(&signed.expect("signed"));
            let fields = [
                ("_unit", token.unit),
                ("_token", hex::encode(token.prefix)),
                ("_signature", hex::encode(token.signature)),
            ];
            tokens.push(
                fields
                    .map(|(name, value)| (name.to_owned(), value))
                    .to_vec(),
            );
        }
        tokens
    }
}

#[test]
fn forms_to_the_urn() {
    let house = House::open();
    let tokens = house.runtime.block_on(tokens(&house.work));
    let step = select(vec!["", "/prepare", "/prepare", "/open", "/open"]);
    let lang = select(vec!["?lang=en", "?lang=zh-CN", "", "?lang=x&a=b"]);
    let address = (step, lang).prop_map(|(step, lang)| format!("/urn/{SLUG}{step}{lang}"));
    // A good token with a few nonces and days, most of them good, and answers of which some are.
    let nonce = prop_oneof![
        6 => (0..9_u8).prop_map(|one| hex::encode([one; 32])),
        1 => text(),
    ];
    let day = prop_oneof![
        4 => select(vec!["0", "1"]).prop_map(str::to_owned),
        2 => any::<i64>().prop_map(|day| day.to_string()),
        1 => text(),
    ];
    let good = (
        select(tokens),
        nonce,
        day,
        1..6_u8,
        form(house.work.codes.clone()),
    );
    let good = good.prop_map(|(token, nonce, day, answer, more)| {
        let own = [
            ("_instance", "0a".repeat(16)),
            ("_direction", "0".to_owned()),
            ("_nonce", nonce),
            ("_day", day),
            ("s1", "4".to_owned()),
            ("s2", "60up".to_owned()),
            ("q1", answer.to_string()),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let mut body = encode(&[token, own].concat()).into_bytes();
        // Sometimes more fields than there are, some of them twice.
        if answer == 5 {
            body.push(b'&');
            body.extend(more);
        }
        body
    });
    let good = good.boxed();
    let body = prop_oneof![
        6 => good.clone(),
        2 => damaged(good),
        2 => body(house.work.codes.clone()),
    ];
    house.meets_all(inputs(), "forms to the urn", &post(address, body));
    let seen = house.seen.borrow();
    for status in [200, 400, 409, 412, 422] {
        assert!(
            seen.contains_key(&status),
            "nothing was answered {status}: {seen:?}"
        );
    }
}

#[test]
fn forms_of_an_open_wave() {
    let house = House::open();
    let page = select(vec!["", "", "/140321", "/140322", "/999999"]);
    let lang = select(vec!["?lang=en", "?lang=zh-CN", "", "?lang=x&a=b"]);
    let address = (page, lang).prop_map(|(page, lang)| format!("/o/{}{page}{lang}", open::SLUG));
    let who = select(vec![
        "_county=140321&s2=60up&d1=female",
        "_county=140322&s2=60up&d1=female",
        "_county=140321&s2=0&d1=male",
        "_county=140321&s2=18-29&d1=9",
    ]);
    let who = who.prop_map(|pairs| pairs.as_bytes().to_vec());
    let body = prop_oneof![
        2 => who.clone(),
        1 => damaged(who),
        5 => body(house.work.codes.clone()),
    ];
    house.meets_all(inputs() / 2, "forms of an open wave", &post(address, body));
    let seen = house.seen.borrow();
    for status in [200, 400, 413, 415, 422] {
        assert!(
            seen.contains_key(&status),
            "nothing was answered {status}: {seen:?}"
        );
    }
}

#[test]
fn addresses_methods_and_headers() {
    let house = House::open();
    let methods = [
        "GET", "GET", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW",
    ];
    let bodies = prop_oneof![3 => Just(Vec::new()), 1 => body(house.work.codes.clone())];
    let strategy = (
        select(methods.to_vec()),
        address(),
        vec(header(), 0..8),
        bodies,
    );
    let strategy = strategy.prop_map(|(method, address, headers, body)| Input {
        method,
        address,
        headers,
        body,
    });
    house.meets_all(inputs(), "addresses, methods and headers", &strategy);
    let seen = house.seen.borrow();
    for status in [200, 404, 405] {
        assert!(
            seen.contains_key(&status),
            "nothing was answered {status}: {seen:?}"
        );
    }
}

/// An address that leads on puts nothing into a header that a header cannot hold.
#[test]
fn control_characters_in_addresses() {
    let house = House::open();
    for route in ROUTES {
        for segment in ["%00", "%0D%0Ax", "%7F", "%2F%2Fx", "%E4%B8%AD"] {
            let pieces = route.path.split('/').map(|piece| {
                if piece.starts_with('{') {
                    segment
                } else {
                    piece
                }
            });
            let input = Input {
                method: "GET",
                address: pieces.collect::<Vec<&str>>().join("/"),
                headers: Vec::new(),
                body: Vec::new(),
            };
            house.meets(&input).unwrap();
        }
    }
}

#[test]
fn forms_of_staff() {
    let house = House::open();
    let fields = select(vec!["name", "password", "next", "action", "reason", "seed"]);
    let pairs = vec((fields.prop_map(str::to_owned), text()), 0..5);
    let form = damaged(pairs.prop_map(|pairs| encode(&pairs).into_bytes()));
    let address = select(vec![
        "/account/sign-in?lang=en".to_owned(),
        "/account/sign-out".to_owned(),
        format!("/organize/{SLUG}"),
    ]);
    house.meets_all(
        (inputs() / SIGN_INS).max(60),
        "forms of staff",
        &post(address, form),
    );
}
