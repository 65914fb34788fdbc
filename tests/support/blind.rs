//! Blind tokens in tests: keys that are made once for the whole run, and the phone's side of the protocol.

use std::sync::LazyLock;

use blind_rsa_signatures::{
    BlindSignature, BlindingResult, DefaultRng, PublicKeySha384PSSRandomized,
};
use minyi::ledger::blind::{Listed, SigningKey, message};
use minyi::ledger::proof::includes;
use minyi::service::app::App;
use minyi::service::intake::blind::{Token, sign, unit_key};
use minyi::service::intake::{self, IntakeError, Submission};
use minyi::service::keys::blind::Maker;
use minyi::service::sampling::{Drawn, Ticket};
use rand::SeedableRng as _;
use rand::rngs::ChaCha20Rng;
use rsa::{BoxedUint, RsaPublicKey};

use super::city::submission;

/// Keys of a run: as many as there are units in the waves that are drawn most often.
const KEYS: usize = 24;

static MADE: LazyLock<Vec<SigningKey>> = LazyLock::new(|| {
    let some = |seed: u8| {
        let mut random = ChaCha20Rng::from_seed([seed; 32]);
        let one = |_| SigningKey::generate(&mut random).expect("a key");
        (0..KEYS / 2).map(one).collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let halves = [1, 2].map(|seed| scope.spawn(move || some(seed)));
        halves
            .into_iter()
            .flat_map(|half| half.join().expect("keys"))
            .collect()
    })
});

/// Gives the same keys to every wave of a run: a draw need not wait for new ones.
pub fn maker() -> Maker {
    Maker::Given(MADE.clone().into())
}

/// A blinded message on a phone, with what undoes the blinding.
pub struct Blinding {
    /// What the office is shown.
    pub blinded: Vec<u8>,
    unit: String,
    message: Vec<u8>,
    key: PublicKeySha384PSSRandomized,
    own: BlindingResult,
}

impl Blinding {
    /// Draws a token for the unit of this line.
    pub fn new(wave: &str, line: &str) -> Self {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let (unit, modulus) = line.split_once(' ').expect("a line of the list");
        let modulus = STANDARD.decode(modulus).expect("base64");
        let n = BoxedUint::from_be_slice(&modulus, 2048).expect("a modulus");
        let key = RsaPublicKey::new(n, BoxedUint::from(65_537_u32)).expect("a key");
        let key = PublicKeySha384PSSRandomized::new(key);
        let message = message(wave, unit);
        let own = key.blind(&mut DefaultRng, &message).expect("blinded");
        Self {
            blinded: own.blind_message.0.clone(),
            unit: unit.to_owned(),
            message,
            key,
            own,
        }
    }

    /// The token that comes of a signature.
    pub fn finish(&self, signed: &[u8]) -> Token {
        let signed = BlindSignature(signed.to_vec());
        let signature = self.key.finalize(&signed, &self.own, &self.message);
        Token {
            unit: self.unit.clone(),
            prefix: self.own.msg_randomizer.expect("a randomizer").0,
            signature: signature.expect("a signature of this key").0,
        }
    }
}

/// Asks for the key of a ticket's unit and checks that it is in the record that the page names.
pub async fn key(app: &App, slug: &str, ticket: &Ticket) -> Result<Listed, IntakeError> {
    let county = ticket.place.county.as_str();
    let key = unit_key(app, (slug, county), &ticket.code.printed(), None).await?;
    let page = intake::page(app, slug, county).await?;
    let root = page.blind_keys.expect("a wave with keys");
    let Listed {
        line,
        place,
        size,
        path,
    } = &key.listed;
    assert!(includes(line.as_bytes(), *place, *size, path, &root));
    assert_eq!(key.unit, ticket.place.variance_unit);
    Ok(key.listed)
}

/// Has a blinded message signed for a ticket.
pub async fn signed(
    app: &App,
    slug: &str,
    ticket: &Ticket,
    blinding: &Blinding,
) -> Result<Vec<u8>, IntakeError> {
    let address = (slug, ticket.place.county.as_str());
    sign(
        app,
        address,
        &ticket.code.printed(),
        &blinding.blinded,
        None,
    )
    .await
}

/// Everything up to the token.
pub async fn token(app: &App, slug: &str, ticket: &Ticket) -> Result<Token, IntakeError> {
    let listed = key(app, slug, ticket).await?;
    let blinding = Blinding::new(slug, &listed.line);
    let signature = signed(app, slug, ticket, &blinding).await?;
    Ok(blinding.finish(&signature))
}

/// Answers of which the last says who gave them.
pub fn answers(q1: &str) -> [(&'static str, &str); 5] {
    [
        ("s1", "4"),
        ("s2", "60up"),
        ("q1", q1),
        ("q2", "2"),
        ("d1", "female"),
    ]
}

/// What a phone sends to the urn: no code, and no county.
pub fn sent(drawn: &Drawn, ticket: &Ticket, q1: &str) -> Submission {
    Submission {
        code: String::new(),
        county_in_path: String::new(),
        ..submission(&drawn.wave.slug, ticket, &answers(q1))
    }
}

/// The same token once more.
pub fn again(token: &Token) -> Token {
    Token {
        unit: token.unit.clone(),
        prefix: token.prefix,
        signature: token.signature.clone(),
    }
}
