//! Signing in at a provider: a certified one that node runs, and one that lies.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use minyi::service::ceremony::LIFE;
use minyi::service::provider::Provider;
use minyi::service::second_factor::Secret;
use minyi::survey::role::Role;
use p256::ecdsa::SigningKey;
use reqwest::{Response, Url};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::instance::{self, PASSWORD, Visitor, account, location, read};
use crate::support::provider::{Certified, Forger, SECRET, published, signed};

/// An instance, its clock at the machine's time, so that words of a provider are of now.
struct Desk {
    app: minyi::service::app::App,
    site: String,
    _folder: tempfile::TempDir,
}

impl Desk {
    async fn with(provider: Provider) -> Self {
        let (mut app, folder) = instance::open("2026-11-25T10:00").await;
        app.clock.set(minyi::survey::time::Clock::Real.now());
        app.accounts = app.accounts.clone().with_provider(provider);
        account(&app, "root", Role::Administrator).await;
        account(&app, "ada", Role::Organizer).await;
        account(&app, "ben", Role::Organizer).await;
        let site = instance::serve(&app).await;
        Self {
            app,
            site,
            _folder: folder,
        }
    }

    async fn person(&self, name: &str) -> Visitor {
        let visitor = Visitor::at(&self.site);
        visitor.sign_in(name).await;
        visitor
    }

    fn later(&self, time: Duration) {
        self.app.clock.set(self.app.clock.now().plus(time));
    }

    /// Brings back what the provider sent, to this instance's port.
    async fn bring(&self, visitor: &Visitor, back: &Url) -> Response {
        let query = back.query().unwrap();
        let address = format!("{}/account/provider/back?{query}&lang=en", self.site);
        visitor.client.get(address).send().await.unwrap()
    }
}

/// Begins a sign-in and gives the provider's address.
async fn begin(visitor: &Visitor) -> String {
    let sent = visitor.get("/account/provider").await;
    assert_eq!(sent.status(), 303);
    location(&sent).to_owned()
}

/// Begins to tie the own account and gives the provider's address.
async fn begin_tie(visitor: &Visitor, code: &str) -> String {
    let fields = [
        ("what", "tie-provider"),
        ("current", PASSWORD),
        ("code", code),
    ];
    let (status, page) = read(visitor.post("/account", &fields).await).await;
    assert_eq!(status, 200, "{}", page.main());
    page.values("main a.button", "href").concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tied_account_signs_in_at_a_certified_provider() {
    let provider = Certified::start("http://localhost").await;
    let desk = Desk::with(provider.known("http://localhost")).await;
    let stranger = Visitor::at(&desk.site);
    let form = stranger.page("/account/sign-in").await;
    assert!(form.texts("main a.button").concat().contains("127.0.0.1"));
    let back = provider.walk(&begin(&stranger).await, "ada-there").await;
    let (status, page) = read(desk.bring(&stranger, &back).await).await;
    assert!(
        status == 403 && page.main().contains("No account here"),
        "{}",
        page.main()
    );
    assert_eq!(
        desk.app.accounts.list().await.unwrap().len(),
        3,
        "none was made"
    );
    // Tied by its own person, with the password.
    let ada = desk.person("ada").await;
    let wrong = [("what", "tie-provider"), ("current", "wrong password")];
    assert_eq!(ada.post("/account", &wrong).await.status(), 422);
    let back = provider.walk(&begin_tie(&ada, "").await, "ada-there").await;
    // Not in somebody else's browser, and not by somebody else who has what came back.
    let ben = desk.person("ben").await;
    assert_eq!(desk.bring(&ben, &back).await.status(), 422);
    let tied = desk.bring(&ada, &back).await;
    assert_eq!(location(&tied), "/account?lang=en&done=tie-provider");
    assert!(ada.page("/account").await.main().contains("tied"));
    // One subject, one account.
    let back = provider.walk(&begin_tie(&ben, "").await, "ada-there").await;
    assert_eq!(desk.bring(&ben, &back).await.status(), 409);
    let back = provider.walk(&begin(&stranger).await, "ada-there").await;
    let done = desk.bring(&stranger, &back).await;
    assert_eq!(location(&done), "/organize?lang=en");
    assert!(
        stranger
            .page("/organize")
            .await
            .texts(".staffbar")
            .concat()
            .contains("ada")
    );
    assert_eq!(
        desk.bring(&stranger, &back).await.status(),
        422,
        "good once"
    );
    // A second factor here is asked for here as well.
    let secret = Secret::new().unwrap();
    let accounts = &desk.app.accounts;
    let person = accounts.list().await.unwrap();
    let person = person
        .iter()
        .find(|one| one.name.as_str() == "ada")
        .unwrap();
    let code = || secret.code(desk.app.clock.now());
    accounts
        .set_second(person, PASSWORD.to_owned(), &secret, &code())
        .await
        .unwrap();
    desk.later(Duration::from_secs(30));
    let other = Visitor::at(&desk.site);
    let back = provider.walk(&begin(&other).await, "ada-there").await;
    let asked = desk.bring(&other, &back).await;
    assert_eq!(location(&asked), "/account/provider/code?lang=en");
    // The page that asks is read in either language, and asks the same.
    for language in ["zh-CN", "en"] {
        let path = format!("/account/provider/code?lang={language}");
        let (status, page) = read(other.get(&path).await).await;
        assert!(
            status == 200 && page.texts("#code").len() == 1,
            "{}",
            page.main()
        );
    }
    assert_eq!(
        location(&other.get("/organize").await),
        "/account/sign-in?next=/organize&lang=en"
    );
    let wrong = other
        .post("/account/provider/code", &[("code", "000000")])
        .await;
    assert_eq!(wrong.status(), 422);
    let right = other
        .post("/account/provider/code", &[("code", &code())])
        .await;
    assert_eq!(location(&right), "/organize?lang=en");
    // A closed account stays out.
    accounts.set_disabled("ada", true).await.unwrap();
    let back = provider.walk(&begin(&other).await, "ada-there").await;
    let (status, page) = read(desk.bring(&other, &back).await).await;
    assert!(
        status == 403 && page.main().contains("closed"),
        "{}",
        page.main()
    );
    accounts.set_disabled("ada", false).await.unwrap();
    // Untied it is a stranger again.
    let ada = Visitor::at(&desk.site);
    desk.later(Duration::from_secs(30));
    let fields = [("name", "ada"), ("password", PASSWORD), ("code", &code())];
    assert_eq!(ada.post("/account/sign-in", &fields).await.status(), 303);
    let untie = [("what", "untie-provider"), ("current", PASSWORD)];
    assert_eq!(
        location(&ada.post("/account", &untie).await),
        "/account?lang=en&done=untie-provider"
    );
    let back = provider.walk(&begin(&other).await, "ada-there").await;
    assert_eq!(desk.bring(&other, &back).await.status(), 403);
    let log = desk.person("root").await.page("/audit").await.main();
    for said in [
        "Tied the account to a provider",
        "Untied the account from a provider",
        "ada-there",
    ] {
        assert!(log.contains(said), "{said} in {log}");
    }
}

/// What a lie is called, and the word for a nonce.
type Lie<'a> = (&'a str, Box<dyn Fn(&str) -> String + 'a>);

/// State and nonce that an address of the provider carries.
fn asked(address: &str) -> (String, String) {
    let address: Url = address.parse().unwrap();
    let value = |name: &str| {
        let found = address.query_pairs().find(|(key, _)| key == name);
        found.unwrap().1.into_owned()
    };
    assert_eq!(value("code_challenge_method"), "S256");
    (value("state"), value("nonce"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_that_does_not_hold_signs_nobody_in() {
    let forger = Forger::start().await;
    let desk = Desk::with(forger.known("http://localhost")).await;
    let now = desk.app.clock.now().micros() / 1_000_000;
    let claims = |nonce: &str| {
        json!({
            "iss": forger.issuer, "aud": "minyi", "sub": "ada-there", "nonce": nonce,
            "iat": now, "exp": now + 300,
        })
    };
    let with = |nonce: &str, name: &str, value: Value| {
        let mut claims = claims(nonce);
        claims[name] = value;
        claims
    };
    let back = |state: &str| -> Url {
        format!("http://localhost/account/provider/back?code=c&state={state}")
            .parse()
            .unwrap()
    };
    let ada = desk.person("ada").await;
    let (state, nonce) = asked(&begin_tie(&ada, "").await);
    forger.say(signed(&published(), &claims(&nonce)));
    assert_eq!(
        desk.bring(&ada, &back(&state)).await.status(),
        303,
        "a good word"
    );
    let unsigned = |claims: &Value| {
        let head = BASE64.encode(json!({"alg": "none"}).to_string());
        format!("{head}.{}.", BASE64.encode(claims.to_string()))
    };
    let symmetric = |claims: &Value| {
        let head = BASE64.encode(json!({"alg": "HS256"}).to_string());
        let text = format!("{head}.{}", BASE64.encode(claims.to_string()));
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        format!("{text}.{}", BASE64.encode(mac.finalize().into_bytes()))
    };
    let foreign = SigningKey::from_slice(&[4; 32]).unwrap();
    let own = published();
    let lies: Vec<Lie<'_>> = vec![
        (
            "another nonce",
            Box::new(|_| signed(&own, &claims("another"))),
        ),
        (
            "another audience",
            Box::new(|n| signed(&own, &with(n, "aud", json!("other")))),
        ),
        (
            "another issuer",
            Box::new(|n| signed(&own, &with(n, "iss", json!("https://other.example")))),
        ),
        ("another key", Box::new(|n| signed(&foreign, &claims(n)))),
        (
            "ended",
            Box::new(|n| signed(&own, &with(n, "exp", json!(now - 1)))),
        ),
        ("unsigned", Box::new(|n| unsigned(&claims(n)))),
        (
            "signed with the shared secret",
            Box::new(|n| symmetric(&claims(n))),
        ),
        ("no word", Box::new(|_| String::new())),
    ];
    let visitor = Visitor::at(&desk.site);
    for (name, lie) in &lies {
        let (state, nonce) = asked(&begin(&visitor).await);
        forger.say(lie(&nonce));
        let (status, page) = read(desk.bring(&visitor, &back(&state)).await).await;
        assert_eq!(status, 502, "{name}: {}", page.main());
        assert_eq!(visitor.get("/organize").await.status(), 303, "{name}");
    }
    // Another state, another browser, too late.
    let (state, nonce) = asked(&begin(&visitor).await);
    forger.say(signed(&own, &claims(&nonce)));
    assert_eq!(desk.bring(&visitor, &back("another")).await.status(), 502);
    let other = Visitor::at(&desk.site);
    assert_eq!(
        desk.bring(&other, &back(&state)).await.status(),
        422,
        "no cookie"
    );
    let (state, nonce) = asked(&begin(&visitor).await);
    forger.say(signed(&own, &with(&nonce, "exp", json!(now + 3600))));
    desk.later(LIFE);
    assert_eq!(desk.bring(&visitor, &back(&state)).await.status(), 422);
    // And the same with nothing wrong.
    let (state, nonce) = asked(&begin(&visitor).await);
    forger.say(signed(&own, &with(&nonce, "exp", json!(now + 3600))));
    assert_eq!(
        location(&desk.bring(&visitor, &back(&state)).await),
        "/organize?lang=en"
    );
}

#[tokio::test]
async fn many_who_wait_for_a_provider_that_is_down_wait_for_one_answer() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = asked.clone();
    // Takes every connection and hangs up a moment later.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            count.fetch_add(1, Relaxed);
            std::thread::sleep(Duration::from_millis(200));
            drop(stream);
        }
    });
    let silent = Provider::new(&issuer, "minyi", SECRET.to_owned(), "http://localhost");
    let desk = Desk::with(silent.unwrap()).await;
    let visitors: Vec<Visitor> = (0..5).map(|_| Visitor::at(&desk.site)).collect();
    let answers = visitors.iter().map(|one| one.get("/account/provider"));
    for answer in futures_util::future::join_all(answers).await {
        assert_eq!(answer.status(), 502);
    }
    assert_eq!(asked.load(Relaxed), 1, "one has asked for all");
    desk.later(Duration::from_secs(20));
    assert_eq!(visitors[0].get("/account/provider").await.status(), 502);
    assert_eq!(asked.load(Relaxed), 2, "asked again after a while");
}

#[tokio::test]
async fn a_provider_that_is_away_or_not_there_is_a_page() {
    let nobody = Provider::new(
        "http://127.0.0.1:9",
        "minyi",
        SECRET.to_owned(),
        "http://localhost",
    );
    let desk = Desk::with(nobody.unwrap()).await;
    let visitor = Visitor::at(&desk.site);
    let (status, page) = read(visitor.get("/account/provider").await).await;
    assert!(
        status == 502 && page.main().contains("127.0.0.1"),
        "{}",
        page.main()
    );
    for bad in ["http://id.example", "ftp://id.example", "id"] {
        let made = Provider::new(bad, "minyi", SECRET.to_owned(), "http://localhost");
        assert!(made.is_err(), "{bad}");
    }
    let plain = crate::support::instance::Instance::empty().await;
    let visitor = plain.visitor();
    assert_eq!(visitor.get("/account/provider").await.status(), 404);
    assert!(
        visitor
            .page("/account/sign-in")
            .await
            .texts("main a.button")
            .is_empty()
    );
}
