//! Providers of OIDC: a certified one, run by node, and one of our own that says whatever a test wants.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use minyi::service::provider::Provider;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use scraper::{Html, Selector};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The secret between a provider and the instance.
pub const SECRET: &str = "a secret of the tests";

/// The certified provider; it ends with this.
pub struct Certified {
    /// Its issuer.
    pub issuer: String,
    child: Child,
}

impl Drop for Certified {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Certified {
    /// Starts it for an instance at this address.
    pub async fn start(public_url: &str) -> Self {
        let back = format!("{public_url}/account/provider/back");
        let started = tokio::task::spawn_blocking(move || Self::run(&back));
        started.await.expect("the provider starts")
    }

    fn run(back: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut child = Command::new("node")
            .arg(root.join("tests/support/provider.mjs"))
            .arg(root.join(".tools"))
            .arg(back)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is installed (`make tools`)");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let mut lines = output.lines().map_while(Result::ok);
        let issuer = lines.find_map(|line| line.strip_prefix("ready ").map(str::to_owned));
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            issuer: issuer.expect("oidc-provider is installed (`make tools`)"),
            child,
        }
    }

    /// The instance's side.
    pub fn known(&self, public_url: &str) -> Provider {
        Provider::new(&self.issuer, "minyi", SECRET.to_owned(), public_url).expect("a provider")
    }

    /// Signs in there as somebody and gives the address to which the browser is sent back.
    pub async fn walk(&self, address: &str, who: &str) -> Url {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .build()
            .expect("a client");
        let mut place: Url = address.parse().expect("an address");
        let mut answer = client.get(place.clone()).send().await.expect("an answer");
        for _ in 0..20 {
            if let Some(next) = answer.headers().get("location") {
                place = place
                    .join(next.to_str().expect("a text"))
                    .expect("an address");
                if place.path() == "/account/provider/back" {
                    return place;
                }
                answer = client.get(place.clone()).send().await.expect("an answer");
                continue;
            }
            let page = answer.text().await.expect("a page");
            let (action, prompt) = form(&page);
            place = place.join(&action).expect("an address");
            let fields = [
                ("prompt", prompt.as_str()),
                ("login", who),
                ("password", "any"),
            ];
            let sent = client.post(place.clone()).form(&fields).send().await;
            answer = sent.expect("an answer");
        }
        panic!("the provider never sends the browser back");
    }
}

/// Where the form of the provider's page goes, and what it is about.
fn form(page: &str) -> (String, String) {
    let page = Html::parse_document(page);
    let value = |css: &str, name: &str| {
        let selector = Selector::parse(css).expect("a selector");
        let found = page.select(&selector).next();
        let found = found.and_then(|element| element.value().attr(name));
        found.map(str::to_owned).expect("the provider's form")
    };
    (
        value("form", "action"),
        value("input[name=prompt]", "value"),
    )
}

/// A provider that says whatever a test wants, signed as it wants.
pub struct Forger {
    /// Its issuer.
    pub issuer: String,
    word: Arc<Mutex<String>>,
}

/// The key that the forger publishes.
pub fn published() -> SigningKey {
    SigningKey::from_slice(&[3; 32]).expect("a key")
}

impl Forger {
    /// Starts it.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let word = Arc::new(Mutex::new(String::new()));
        let says = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/auth"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        });
        let point = published().verifying_key().to_sec1_point(false);
        let keys = json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
            "x": BASE64.encode(point.x().expect("x")), "y": BASE64.encode(point.y().expect("y")),
        }] });
        let routes = Router::new()
            .route(
                "/.well-known/openid-configuration",
                get(move || async move { document(&says) }),
            )
            .route("/keys", get(move || async move { document(&keys) }))
            .route("/token", post(token))
            .with_state(word.clone());
        #[expect(
            clippy::disallowed_methods,
            reason = "a server of the test, which ends with its runtime"
        )]
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { issuer, word }
    }

    /// The instance's side.
    pub fn known(&self, public_url: &str) -> Provider {
        Provider::new(&self.issuer, "minyi", SECRET.to_owned(), public_url).expect("a provider")
    }

    /// What it will say for the next code.
    pub fn say(&self, word: String) {
        *self.word.lock().expect("a lock") = word;
    }
}

fn document(value: &Value) -> Response {
    Response::builder()
        .header("content-type", "application/json")
        .body(Body::from(value.to_string()))
        .expect("a response")
}

async fn token(State(word): State<Arc<Mutex<String>>>) -> Response {
    let word = word.lock().expect("a lock").clone();
    document(&json!({"access_token": "a", "token_type": "Bearer", "id_token": word}))
}

/// A word signed with a key by ES256.
pub fn signed(key: &SigningKey, claims: &Value) -> String {
    let head = json!({"alg": "ES256", "typ": "JWT"}).to_string();
    let text = format!(
        "{}.{}",
        BASE64.encode(head),
        BASE64.encode(claims.to_string())
    );
    let signature: Signature = key.sign(text.as_bytes());
    format!("{text}.{}", BASE64.encode(signature.to_bytes()))
}
