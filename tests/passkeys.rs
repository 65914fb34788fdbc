//! Passkeys through the service, answered by a device of the tests' own: ES256 by RFC 6979, no attestation.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use minyi::service::accounts::own::OwnError;
use minyi::service::accounts::passkeys::{NewPasskey, Question};
use minyi::service::accounts::{Accounts, SignIn, SignInError};
use minyi::service::ceremony::LIFE;
use minyi::service::keys::Keys;
use minyi::service::second_factor::Secret;
use minyi::storage::office::audit;
use minyi::survey::account::Account;
use minyi::survey::role::Role;
use minyi::survey::time::{Clock, Instant};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::instance::PASSWORD;
use crate::support::{Stores, on_both};

const NOW: Instant = Instant::from_micros(1_795_000_000_000_000);
const SITE: &str = "https://minyi.example";
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const WITH_KEY: u8 = 0x40;

/// An authenticator with one credential.
#[derive(Clone)]
struct Device {
    key: SigningKey,
    id: Vec<u8>,
    owner: String,
    counter: u32,
    flags: u8,
    origin: &'static str,
}

impl Device {
    fn new(number: u8) -> Self {
        Self {
            key: SigningKey::from_slice(&[number; 32]).unwrap(),
            id: vec![number; 32],
            owner: String::new(),
            counter: 0,
            flags: PRESENT | VERIFIED,
            origin: SITE,
        }
    }

    fn client_data(&self, kind: &str, question: &Question) -> Vec<u8> {
        let challenge = &question.options["publicKey"]["challenge"];
        json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false})
            .to_string()
            .into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(b"minyi.example").to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// The answer to a question for a new passkey.
    fn create(&mut self, question: &Question) -> String {
        let wanted = &question.options["publicKey"];
        wanted["user"]["id"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.owner);
        let mut data = self.data(self.flags | WITH_KEY);
        data.extend([0; 16]);
        data.extend([0, 32]);
        data.extend(&self.id);
        // A COSE key (RFC 9053): EC2, ES256, P-256, x, y.
        let point = self.key.verifying_key().to_sec1_point(false);
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(point.x().unwrap().as_slice());
        data.extend([0x22, 0x58, 0x20]);
        data.extend(point.y().unwrap().as_slice());
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": bytes}.
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt");
        object.push(0x64);
        object.extend(b"none");
        object.push(0x67);
        object.extend(b"attStmt");
        object.extend([0xa0, 0x68]);
        object.extend(b"authData");
        object.extend([0x58, u8::try_from(data.len()).unwrap()]);
        object.extend(data);
        let client = self.client_data("webauthn.create", question);
        let id = BASE64.encode(&self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "extensions": {},
            "response": {
                "attestationObject": BASE64.encode(object),
                "clientDataJSON": BASE64.encode(client),
            },
        })
        .to_string()
    }

    /// The answer to a question of the sign-in.
    fn answer(&mut self, question: &Question) -> String {
        self.counter += 1;
        let data = self.data(self.flags);
        let client = self.client_data("webauthn.get", question);
        let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature: Signature = self.key.sign(&signed);
        let id = BASE64.encode(&self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "extensions": {},
            "response": {
                "authenticatorData": BASE64.encode(data),
                "clientDataJSON": BASE64.encode(client),
                "signature": BASE64.encode(signature.to_der().as_bytes()),
                "userHandle": self.owner,
            },
        })
        .to_string()
    }
}

/// Two nodes over one office, and an account.
struct Office {
    nodes: [Accounts; 2],
    clock: Clock,
    ada: Account,
}

impl Office {
    async fn new(stores: &Stores) -> Self {
        let clock = Clock::at(NOW);
        let keys = Keys::init(&stores.folder.path().join("keys")).unwrap();
        let node = || {
            Accounts::new(stores.office.clone(), clock.clone())
                .with_keys(&keys)
                .at(SITE)
        };
        let nodes = [node(), node()];
        let ada = nodes[0].create("ada", Role::Organizer, PASSWORD.to_owned());
        let ada = ada.await.unwrap();
        Self { nodes, clock, ada }
    }

    async fn add(&self, device: &mut Device) -> Result<(), OwnError> {
        let question = self.nodes[0]
            .ask_new_passkey(&self.ada)
            .await
            .unwrap()
            .unwrap();
        let answer = device.create(&question);
        self.keep(&question.carried, &answer, "").await
    }

    async fn keep(&self, carried: &str, answer: &str, code: &str) -> Result<(), OwnError> {
        let new = NewPasskey {
            name: " phone ",
            carried,
            answer,
            code,
        };
        self.nodes[1]
            .add_passkey(&self.ada, PASSWORD.to_owned(), &new)
            .await
    }

    /// Asked by one node, answered to the other.
    async fn sign_in(&self, device: &mut Device) -> Result<SignIn, SignInError> {
        let question = self.nodes[0].ask_passkey().unwrap().unwrap();
        let answer = device.answer(&question);
        self.nodes[1]
            .sign_in_with_passkey(&question.carried, &answer, None)
            .await
    }
}

fn is_refused<T>(result: Result<T, SignInError>) -> bool {
    result
        .err()
        .is_some_and(|error| matches!(error, SignInError::Refused))
}

async fn refusals(stores: &Stores) -> Vec<Value> {
    let mut tx = stores.office.0.begin_read("audit").await.unwrap();
    let entries = audit::list(&mut tx.conn(), None, 100).await.unwrap();
    let refused = entries
        .into_iter()
        .filter(|entry| entry.action == "refuse_sign_in");
    refused.map(|entry| entry.detail).collect()
}

on_both! {
    async fn a_passkey_stands_for_password_and_code_on_any_node(stores) {
        let office = Office::new(&stores).await;
        let accounts = &office.nodes[0];
        let mut device = Device::new(1);
        office.add(&mut device).await.unwrap();
        let secret = Secret::new().unwrap();
        let code = secret.code(NOW);
        accounts.set_second(&office.ada, PASSWORD.to_owned(), &secret, &code).await.unwrap();
        let done = office.sign_in(&mut device).await.unwrap();
        assert_eq!(done.account, office.ada);
        assert!(accounts.holder(&done.token).await.unwrap().is_some());
        let listed = accounts.passkeys_of(&office.ada).await.unwrap();
        assert_eq!((listed[0].name.as_str(), listed[0].used_at), ("phone", Some(NOW)));
        assert!(listed[0].document.contains("\"counter\":1"), "{}", listed[0].document);
        // The session that the browser had ends.
        let question = accounts.ask_passkey().unwrap().unwrap();
        let answer = device.answer(&question);
        let again = accounts.sign_in_with_passkey(&question.carried, &answer, Some(&done.token)).await.unwrap();
        assert!(accounts.holder(&done.token).await.unwrap().is_none());
        // Nothing of it is good a second time, on the other node neither.
        for node in &office.nodes {
            assert!(is_refused(node.sign_in_with_passkey(&question.carried, &answer, None).await));
        }
        drop(again);
        let mut tx = stores.office.0.begin_read("audit").await.unwrap();
        let entries = audit::list(&mut tx.conn(), None, 100).await.unwrap();
        let said: Vec<_> = entries.iter().map(|e| format!("{} {} {}", e.actor, e.action, e.detail)).collect();
        for wanted in [r#"ada add_passkey {"passkey":"phone"}"#, r#"ada sign_in {"passkey":"phone"}"#] {
            assert!(said.contains(&wanted.to_owned()), "{said:?}");
        }
    }

    async fn an_account_has_ten_passkeys_at_most(stores) {
        let office = Office::new(&stores).await;
        for number in 1..=10 {
            office.add(&mut Device::new(number)).await.unwrap();
        }
        let refused = office.add(&mut Device::new(11)).await;
        assert!(matches!(refused, Err(OwnError::PasskeysFull)), "{refused:?}");
        assert_eq!(office.nodes[0].passkeys_of(&office.ada).await.unwrap().len(), 10);
        let removed = office.nodes[0].passkeys_of(&office.ada).await.unwrap().remove(0);
        let gone = office.nodes[0].remove_passkey(&office.ada, PASSWORD.to_owned(), &removed.credential);
        gone.await.unwrap();
        office.add(&mut Device::new(12)).await.unwrap();
    }

    async fn what_a_challenge_was_asked_for_is_all_that_it_is_good_for(stores) {
        let office = Office::new(&stores).await;
        let accounts = &office.nodes[0];
        let mut device = Device::new(1);
        office.add(&mut device).await.unwrap();
        let question = accounts.ask_passkey().unwrap().unwrap();
        let answer = device.answer(&question);
        let other = accounts.ask_passkey().unwrap().unwrap();
        let own = accounts.ask_new_passkey(&office.ada).await.unwrap().unwrap();
        for carried in ["", "x", &other.carried, &own.carried] {
            assert!(is_refused(accounts.sign_in_with_passkey(carried, &answer, None).await), "{carried}");
        }
        office.clock.set(NOW.plus(LIFE));
        assert!(is_refused(accounts.sign_in_with_passkey(&question.carried, &answer, None).await));
        // Two answers to one challenge that arrive at once: one is taken.
        let question = accounts.ask_passkey().unwrap().unwrap();
        let (one, two) = (device.answer(&question), device.answer(&question));
        let (one, two) = tokio::join!(
            office.nodes[0].sign_in_with_passkey(&question.carried, &one, None),
            office.nodes[1].sign_in_with_passkey(&question.carried, &two, None),
        );
        assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
    }

    async fn a_device_that_is_not_the_one_or_asks_nobody_is_refused(stores) {
        let office = Office::new(&stores).await;
        let mut device = Device::new(1);
        office.add(&mut device).await.unwrap();
        office.sign_in(&mut device).await.unwrap();
        let mut foreign = Device { key: SigningKey::from_slice(&[9; 32]).unwrap(), ..device.clone() };
        assert!(is_refused(office.sign_in(&mut foreign).await));
        let mut unverified = Device { flags: PRESENT, ..device.clone() };
        assert!(is_refused(office.sign_in(&mut unverified).await));
        let mut elsewhere = Device { origin: "https://minyi.example.evil", ..device.clone() };
        assert!(is_refused(office.sign_in(&mut elsewhere).await));
        let mut unknown = Device { id: vec![5; 32], ..device.clone() };
        assert!(is_refused(office.sign_in(&mut unknown).await));
        let mut renamed = Device { owner: BASE64.encode([0; 16]), ..device.clone() };
        assert!(is_refused(office.sign_in(&mut renamed).await));
        let said = refusals(&stores).await;
        assert_eq!(said.len(), 3, "of the account's own passkey: {said:?}");
        office.sign_in(&mut device).await.unwrap();
    }

    async fn a_counter_that_goes_back_is_refused_and_written_down(stores) {
        let office = Office::new(&stores).await;
        let mut device = Device::new(1);
        office.add(&mut device).await.unwrap();
        let mut copy = device.clone();
        for _ in 0..3 {
            office.sign_in(&mut device).await.unwrap();
        }
        assert!(is_refused(office.sign_in(&mut copy).await));
        let said = refusals(&stores).await;
        assert_eq!(said, [json!({"disabled": false, "passkey": "phone", "counter_went_back": true})]);
        office.sign_in(&mut device).await.unwrap();
    }

    async fn failures_are_throttled_and_a_closed_account_stays_out(stores) {
        let office = Office::new(&stores).await;
        let accounts = &office.nodes[1];
        let mut device = Device::new(1);
        office.add(&mut device).await.unwrap();
        let mut foreign = Device { key: SigningKey::from_slice(&[9; 32]).unwrap(), ..device.clone() };
        for _ in 0..5 {
            assert!(is_refused(office.sign_in(&mut foreign).await));
        }
        let waits = office.sign_in(&mut device).await;
        assert!(matches!(waits, Err(SignInError::Throttled { .. })), "{waits:?}");
        let password = accounts.sign_in("ada", PASSWORD.to_owned(), "", None).await;
        assert!(matches!(password, Err(SignInError::Throttled { .. })), "one count for both");
        office.clock.set(NOW.plus(Duration::from_hours(2)));
        office.sign_in(&mut device).await.unwrap();
        accounts.set_disabled("ada", true).await.unwrap();
        assert!(is_refused(office.sign_in(&mut device).await));
        accounts.set_disabled("ada", false).await.unwrap();
        office.sign_in(&mut device).await.unwrap();
        accounts.reset_second("ada").await.unwrap();
        assert!(is_refused(office.sign_in(&mut device).await), "a lost device");
    }

    async fn adding_a_passkey_asks_for_all_that_a_sign_in_asks_for(stores) {
        let office = Office::new(&stores).await;
        let accounts = &office.nodes[0];
        let question = async || accounts.ask_new_passkey(&office.ada).await.unwrap().unwrap();
        let mut device = Device::new(1);
        let asked = question().await;
        let options = &asked.options["publicKey"];
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        assert_eq!((&options["rp"]["id"], &options["user"]["name"]), (&json!("minyi.example"), &json!("ada")));
        let answer = device.create(&asked);
        let new = |name: &'static str| NewPasskey { name, carried: &asked.carried, answer: &answer, code: "" };
        let wrong = accounts.add_passkey(&office.ada, "wrong password".to_owned(), &new("a")).await;
        assert!(matches!(wrong, Err(OwnError::Refused)));
        let unnamed = accounts.add_passkey(&office.ada, PASSWORD.to_owned(), &new("  ")).await;
        assert!(matches!(unnamed, Err(OwnError::PasskeyName)));
        let secret = Secret::new().unwrap();
        accounts.set_second(&office.ada, PASSWORD.to_owned(), &secret, &secret.code(NOW)).await.unwrap();
        let uncoded = accounts.add_passkey(&office.ada, PASSWORD.to_owned(), &new("a")).await;
        assert!(matches!(uncoded, Err(OwnError::Refused)), "a password alone makes no way round the code");
        office.clock.set(NOW.plus(Duration::from_secs(30)));
        let code = secret.code(office.clock.now());
        office.keep(&asked.carried, &answer, &code).await.unwrap();
        office.clock.set(NOW.plus(Duration::from_secs(60)));
        let code = secret.code(office.clock.now());
        let again = office.keep(&asked.carried, &answer, &code).await;
        assert!(matches!(again, Err(OwnError::Passkey)), "{again:?}");
        // Somebody else's challenge, and a credential that somebody has.
        let ben = accounts.create("ben", Role::Auditor, PASSWORD.to_owned()).await.unwrap();
        let of_ben = accounts.ask_new_passkey(&ben).await.unwrap().unwrap();
        let mut other = Device::new(2);
        let answer = other.create(&of_ben);
        let crossed = office.keep(&of_ben.carried, &answer, &code).await;
        assert!(matches!(crossed, Err(OwnError::Passkey)), "{crossed:?}");
        let taken = device.clone().create(&of_ben);
        let new = NewPasskey { name: "mine", carried: &of_ben.carried, answer: &taken, code: "" };
        let taken = accounts.add_passkey(&ben, PASSWORD.to_owned(), &new).await;
        assert!(matches!(taken, Err(OwnError::Passkey)), "{taken:?}");
        // Removing: with the password, only the own.
        let id = device.id.clone();
        let foreign = accounts.remove_passkey(&ben, PASSWORD.to_owned(), &id).await;
        assert!(matches!(foreign, Err(OwnError::Changed)), "{foreign:?}");
        assert!(accounts.remove_passkey(&office.ada, "wrong password".to_owned(), &id).await.is_err());
        accounts.remove_passkey(&office.ada, PASSWORD.to_owned(), &id).await.unwrap();
        assert!(is_refused(office.sign_in(&mut device).await));
    }
}

#[tokio::test]
async fn an_address_without_a_name_has_no_passkeys() {
    let stores = Stores::sqlite().await;
    let keys = Keys::init(&stores.folder.path().join("keys")).unwrap();
    for (address, takes) in [
        ("https://minyi.example", true),
        ("https://minyi.example/sub", true),
        ("http://localhost:8080", true),
        ("http://127.0.0.1:8080", false),
        ("https://192.168.1.5", false),
    ] {
        let accounts = Accounts::new(stores.office.clone(), Clock::at(NOW)).with_keys(&keys);
        assert_eq!(accounts.at(address).takes_passkeys(), takes, "{address}");
    }
}
