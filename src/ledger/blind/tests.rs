//! What the module above promises, tried out: vectors of the RFC, keys, lists.

use std::sync::LazyLock;

use rand::SeedableRng as _;
use rand::rngs::ChaCha20Rng;
use rsa::RsaPrivateKey;

use super::*;
use crate::ledger::proof::includes;

/// RFC 9474, appendix A.1: RSABSSA-SHA384-PSS-Randomized with a key of 4096 bits.
const VECTORS: &str = include_str!("../../../tests/vectors/rfc9474.json");

static KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::generate(&mut generator()).unwrap());

fn generator() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([7; 32])
}

/// A field of the vector, of which hexadecimal digits are asked.
fn field(name: &str) -> Vec<u8> {
    let start = VECTORS.find(&format!("\"{name}\": \"")).unwrap() + name.len() + 5;
    let digits = VECTORS[start..].split('"').next().unwrap();
    hex::decode(digits.trim_start_matches("0x")).unwrap()
}

fn number(name: &str) -> BoxedUint {
    let bytes = field(name);
    let bits = u32::try_from(bytes.len() * 8).unwrap();
    BoxedUint::from_be_slice(&bytes, bits).unwrap()
}

#[test]
fn the_vectors_of_the_rfc_are_signed_and_verified() {
    let (n, d) = (number("n"), number("d"));
    let primes = vec![number("p"), number("q")];
    let private = RsaPrivateKey::from_components(n, BoxedUint::from(EXPONENT), d, primes).unwrap();
    let key = SigningKey(SecretKeySha384PSSRandomized::new(private));
    let signed = key.sign(&mut generator(), &field("blinded_msg")).unwrap();
    assert_eq!(signed, field("blind_sig"));
    let public = PublicKey {
        modulus: [0; MODULUS],
        key: key.0.public_key().unwrap(),
    };
    let prefix: [u8; PREFIX] = field("msg_prefix").try_into().unwrap();
    let (message, signature) = (field("msg"), field("sig"));
    assert!(public.verifies(&prefix, &message, &signature));
    for at in [0, signature.len() - 1] {
        let mut other = signature.clone();
        other[at] ^= 1;
        assert!(!public.verifies(&prefix, &message, &other));
    }
    assert!(!public.verifies(&[0; PREFIX], &message, &signature));
    assert!(!public.verifies(&prefix, b"another message", &signature));
}

/// What a phone does, by the crate's own client side.
fn token(key: &SigningKey, message: &[u8]) -> ([u8; PREFIX], Vec<u8>, Vec<u8>) {
    let public = key.public().unwrap().key;
    let mut random = generator();
    let own = public.blind(&mut random, message).unwrap();
    let signed = key.sign(&mut random, &own.blind_message).unwrap();
    let again = key.sign(&mut random, &own.blind_message).unwrap();
    assert_eq!(signed, again, "one message, one signature");
    let signed = blind_rsa_signatures::BlindSignature(signed);
    let signature = public.finalize(&signed, &own, message).unwrap();
    (
        own.msg_randomizer.unwrap().0,
        signature.0,
        own.blind_message.0,
    )
}

#[test]
fn a_token_is_good_for_its_wave_and_unit_alone() {
    let message = super::message("2026q4", "140321-rural-01");
    let (prefix, signature, blinded) = token(&KEY, &message);
    let public = KEY.public().unwrap();
    assert!(public.verifies(&prefix, &message, &signature));
    for (wave, unit) in [("2026q4", "140321-rural-02"), ("2027q1", "140321-rural-01")] {
        assert!(!public.verifies(&prefix, &super::message(wave, unit), &signature));
    }
    let other = SigningKey::generate(&mut ChaCha20Rng::from_seed([8; 32])).unwrap();
    assert!(
        !other
            .public()
            .unwrap()
            .verifies(&prefix, &message, &signature)
    );
    // What the office saw and what the urn keeps have nothing in common.
    let spent = spent(&prefix, &message);
    assert!(
        !blinded
            .windows(8)
            .any(|part| spent.windows(8).any(|other| part == other))
    );
    assert!(
        !signature
            .windows(8)
            .any(|part| blinded.windows(8).any(|other| part == other))
    );
}

#[test]
fn keys_are_read_back_and_anything_else_is_refused() {
    let der = KEY.to_der().unwrap();
    let read = SigningKey::from_der(&der).unwrap();
    assert_eq!(read.public().unwrap(), KEY.public().unwrap());
    assert!(SigningKey::from_der(&der[1..]).is_err());
    let public = KEY.public().unwrap();
    assert_eq!(PublicKey::from_modulus(public.modulus()).unwrap(), public);
    let mut even = *public.modulus();
    even[MODULUS - 1] &= !1;
    let mut short = *public.modulus();
    short[0] = 1;
    for wrong in [
        &even[..],
        &short,
        &[0; MODULUS],
        &public.modulus()[1..],
        &[],
    ] {
        assert_eq!(PublicKey::from_modulus(wrong).err(), Some(BlindError::Key));
    }
    for wrong in [
        &[0xff; MODULUS][..],
        &[1; MODULUS - 1],
        &[1; MODULUS + 1],
        &[],
    ] {
        let signed = KEY.sign(&mut generator(), wrong);
        assert_eq!(signed, Err(BlindError::Message));
    }
}

#[test]
fn every_key_is_proved_to_be_on_the_list_and_no_other() {
    let keys: Vec<(String, [u8; MODULUS])> = (0..37_u8)
        .rev()
        .map(|n| (format!("140321-rural-{n:02}"), [n | 0x80; MODULUS]))
        .collect();
    let list = KeyList::of(keys);
    assert_eq!((list.len(), list.text().lines().count()), (37, 37));
    let lines: Vec<String> = list.text().lines().map(str::to_owned).collect();
    assert!(lines.is_sorted(), "the order is that of the names");
    for (at, line) in lines.iter().enumerate() {
        let (unit, _) = line.split_once(' ').unwrap();
        let listed = list.find(unit).unwrap();
        assert_eq!(
            (listed.line.as_str(), listed.place),
            (line.as_str(), at as u64)
        );
        let holds = |line: &str| {
            includes(
                line.as_bytes(),
                listed.place,
                listed.size,
                &listed.path,
                &list.root(),
            )
        };
        assert!(holds(line) && !holds(&line[1..]) && !holds(&format!("{line} ")));
    }
    assert!(list.find("140322-rural-01").is_none());
    assert!(KeyList::of(Vec::new()).is_empty());
}
