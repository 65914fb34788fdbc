//! Cosignatures: somebody else saw this head, and that it goes on every earlier one (C2SP tlog-cosignature, `cosignature/v1`).
//!
//! ```text
//! — witness.example/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ…
//! ```
//!
//! What is signed is the time and the head's own lines; the four leading bytes name the key: SHA-256(name ‖ newline ‖ 4 ‖ public key).
//! Ed25519 only: ML-DSA-44, which the specification recommends for new witnesses, is not here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use super::checkpoint::{key_hash_of, read_verifier_of, verifier_of};

/// Kind of the key: Ed25519 that cosigns.
const COSIGNER: u8 = 4;

/// Who cosigns: a name and a key that cosigns under no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigner {
    /// A name as of an address, without `https://`.
    pub name: String,
    key: VerifyingKey,
}

impl Cosigner {
    /// Whose key this is.
    #[must_use]
    pub fn new(name: &str, key: VerifyingKey) -> Self {
        Self {
            name: name.to_owned(),
            key,
        }
    }

    /// Reads name, hash and key (vkey).
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (name, key) = read_verifier_of(COSIGNER, text)?;
        Some(Self { name, key })
    }

    /// The form that [`read`](Self::read) takes.
    #[must_use]
    pub fn verifier(&self) -> String {
        verifier_of(COSIGNER, &self.name, &self.key)
    }

    /// When this cosigner signed the note, if one of its lines says so: seconds since 1970.
    #[must_use]
    pub fn signed(&self, note: &str) -> Option<u64> {
        let (text, signatures) = note.split_once("\n\n")?;
        let text = format!("{text}\n");
        signatures
            .lines()
            .find_map(|line| self.time_of(&text, line))
    }

    /// The line of an answer that is this cosigner's signature of the note, and when it was given.
    #[must_use]
    pub fn line_of<'a>(&self, note: &str, answer: &'a str) -> Option<(&'a str, u64)> {
        let (text, _) = note.split_once("\n\n")?;
        let text = format!("{text}\n");
        answer
            .lines()
            .find_map(|line| Some((line, self.time_of(&text, line)?)))
    }

    fn time_of(&self, text: &str, line: &str) -> Option<u64> {
        let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = STANDARD.decode(encoded).ok()?;
        let (hash, rest) = bytes.split_first_chunk::<4>()?;
        let (time, signature) = rest.split_first_chunk::<8>()?;
        let time = u64::from_be_bytes(*time);
        let signature = Signature::from_slice(signature).ok()?;
        let is_its = name == self.name && *hash == key_hash_of(COSIGNER, name, &self.key);
        let message = message(text, time);
        let holds = is_its
            && self
                .key
                .verify_strict(message.as_bytes(), &signature)
                .is_ok();
        holds.then_some(time)
    }
}

/// The line by which this key cosigns a note's text (with its last newline) at this time, in seconds since 1970.
#[must_use]
pub fn cosign(name: &str, key: &SigningKey, text: &str, time: u64) -> String {
    let signature = key.sign(message(text, time).as_bytes()).to_bytes();
    let hash = key_hash_of(COSIGNER, name, &key.verifying_key());
    let named = [hash.as_slice(), &time.to_be_bytes(), &signature].concat();
    format!("— {name} {}\n", STANDARD.encode(named))
}

fn message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::checkpoint::Checkpoint;

    fn note() -> String {
        let checkpoint = Checkpoint {
            origin: "minyi.example/log/2026q4/1".to_owned(),
            size: 1024,
            root: [7; 32],
        };
        checkpoint.sign(&SigningKey::from_bytes(&[1; 32]))
    }

    fn text(note: &str) -> String {
        format!("{}\n", note.split_once("\n\n").unwrap().0)
    }

    #[test]
    fn what_a_witness_cosigned_is_told_with_its_time_and_nothing_else_is() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let witness = Cosigner::new("witness.example/w1", key.verifying_key());
        let note = note();
        let line = cosign(&witness.name, &key, &text(&note), 1_679_315_147);
        let cosigned = format!("{note}{line}");
        assert_eq!(witness.signed(&cosigned), Some(1_679_315_147));
        assert_eq!(witness.signed(&note), None);
        // The log's own signature still opens, and the witness' stands for no other head, time, name or key.
        let log = SigningKey::from_bytes(&[1; 32]).verifying_key();
        assert_eq!(Checkpoint::open(&cosigned, &log).unwrap().size, 1024);
        assert_eq!(witness.signed(&cosigned.replacen("1024", "1025", 1)), None);
        let other = Cosigner::new("witness.example/w2", key.verifying_key());
        assert_eq!(other.signed(&cosigned), None);
        let stranger = SigningKey::from_bytes(&[4; 32]).verifying_key();
        assert_eq!(
            Cosigner::new(&witness.name, stranger).signed(&cosigned),
            None
        );
        let answer = format!("— somebody.example AAAA\n{line}");
        assert_eq!(
            witness.line_of(&note, &answer),
            Some((line.trim_end(), 1_679_315_147))
        );
    }

    /// The line of the specification's example begins with the hash of its key and its time: 68 hash, 2023-03-20.
    #[test]
    fn a_line_has_the_form_of_the_specification() {
        let example = "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==";
        let bytes = STANDARD.decode(example).unwrap();
        assert_eq!(bytes.len(), 4 + 8 + 64);
        assert_eq!(
            u64::from_be_bytes(bytes[4..12].try_into().unwrap()),
            1_679_315_147
        );
        let key = SigningKey::from_bytes(&[3; 32]);
        let line = cosign("w.example", &key, &text(&note()), 1);
        let ours = line.trim_end().rsplit(' ').next().unwrap();
        assert_eq!(STANDARD.decode(ours).unwrap().len(), bytes.len());
    }

    #[test]
    fn a_key_that_cosigns_reads_back_and_is_none_that_signs_logs() {
        let key = SigningKey::from_bytes(&[3; 32]).verifying_key();
        let witness = Cosigner::new("witness.example/w1", key);
        assert_eq!(Cosigner::read(&witness.verifier()), Some(witness.clone()));
        assert_eq!(
            crate::ledger::checkpoint::read_verifier(&witness.verifier()),
            None
        );
        let log = crate::ledger::checkpoint::verifier("witness.example/w1", &key);
        assert_eq!(Cosigner::read(&log), None);
        // An example of a published witness key (C2SP signed-note, kind 4): the hash is the specified one.
        for text in ["", "a+b+c", "w+00000000+BAAA"] {
            assert_eq!(Cosigner::read(text), None);
        }
    }
}
