//! Checkpoints: a log's size and root, signed (C2SP tlog-checkpoint, signed-note).
//!
//! ```text
//! minyi.example/log/2026q4/1
//! 1024
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — minyi.example/log/2026q4/1 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5…
//! ```
//!
//! The first line names the log; a log that could not go on gets a successor with a name of its own.
//! The signature is Ed25519 over the lines before the empty one. Its four leading bytes name the key:
//! SHA-256(name ‖ newline ‖ 1 ‖ public key).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::tree::Hash;

/// Kind of the key: Ed25519.
const ED25519: u8 = 1;

/// How far a log is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, which is also its key's.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

/// Why a text is no checkpoint of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not in the form of a checkpoint.
    #[error("this is no checkpoint")]
    Form,
    /// No signature by this key.
    #[error("the checkpoint was not signed with this instance's key")]
    Signature,
}

impl Checkpoint {
    /// The lines that are signed.
    #[must_use]
    pub fn text(&self) -> String {
        let root = STANDARD.encode(self.root);
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }

    /// The signed note.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        let text = self.text();
        let signature = key.sign(text.as_bytes()).to_bytes();
        let key_hash = key_hash(&self.origin, &key.verifying_key());
        let named = STANDARD.encode([key_hash.as_slice(), &signature].concat());
        format!("{text}\n— {} {named}\n", self.origin)
    }

    /// Reads a note that this key has signed; signatures of others are passed over.
    pub fn open(note: &str, key: &VerifyingKey) -> Result<Self, CheckpointError> {
        let (text, signatures) = note.split_once("\n\n").ok_or(CheckpointError::Form)?;
        let mut lines = text.lines();
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Form);
        };
        let size: u64 = size.parse().map_err(|_| CheckpointError::Form)?;
        let root = STANDARD.decode(root).ok();
        let root = root.and_then(|root| Hash::try_from(root).ok());
        let checkpoint = Self {
            origin: origin.to_owned(),
            size,
            root: root.ok_or(CheckpointError::Form)?,
        };
        // Extension lines would be signed, too, and mean something that is not known here.
        if format!("{text}\n") != checkpoint.text() || origin.is_empty() {
            return Err(CheckpointError::Form);
        }
        let hash = key_hash(origin, key);
        // Lines that name this key; of these each must hold (C2SP signed-note).
        let own = signatures.lines().filter_map(|line| {
            let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
            let bytes = STANDARD.decode(signature).ok()?;
            let (key_name, signature) = bytes.split_first_chunk::<4>()?;
            let is_own = name == origin && *key_name == hash;
            is_own.then(|| Signature::from_slice(signature).ok())
        });
        let signed = checkpoint.text();
        let holds = |signature: Option<Signature>| {
            signature
                .is_some_and(|signature| key.verify_strict(signed.as_bytes(), &signature).is_ok())
        };
        let mut own = own.map(holds).peekable();
        if own.peek().is_some() && own.all(|holds| holds) {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Signature)
        }
    }
}

/// The key in the form in which others take it: name, its hash, and kind with key.
#[must_use]
pub fn verifier(origin: &str, key: &VerifyingKey) -> String {
    verifier_of(ED25519, origin, key)
}

/// The same of a key of another kind.
pub(super) fn verifier_of(kind: u8, name: &str, key: &VerifyingKey) -> String {
    let kind_and_key = [&[kind], key.as_bytes().as_slice()].concat();
    let hash = hex::encode(key_hash_of(kind, name, key));
    format!("{name}+{hash}+{}", STANDARD.encode(kind_and_key))
}

/// Reads a key in that form: its name and itself.
#[must_use]
pub fn read_verifier(text: &str) -> Option<(String, VerifyingKey)> {
    read_verifier_of(ED25519, text)
}

/// The same of a key of another kind.
pub(super) fn read_verifier_of(kind: u8, text: &str) -> Option<(String, VerifyingKey)> {
    let mut parts = text.trim().splitn(3, '+');
    let (name, hash, key) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = STANDARD.decode(key).ok()?;
    let (found, key) = bytes.split_first()?;
    let key = VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
    let fits = *found == kind && hash == hex::encode(key_hash_of(kind, name, &key));
    (fits && !name.is_empty()).then(|| (name.to_owned(), key))
}

fn key_hash(name: &str, key: &VerifyingKey) -> [u8; 4] {
    key_hash_of(ED25519, name, key)
}

pub(super) fn key_hash_of(kind: u8, name: &str, key: &VerifyingKey) -> [u8; 4] {
    let hash = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', kind])
        .chain_update(key.as_bytes())
        .finalize();
    let [a, b, c, d, ..]: Hash = hash.into();
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Key and note of the example in the documentation of `golang.org/x/mod/sumdb/note`.
    #[test]
    fn the_hash_of_a_key_is_the_specified_one() {
        let encoded = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let bytes = STANDARD
            .decode(encoded.rsplit('+').next().unwrap())
            .unwrap();
        let key = VerifyingKey::from_bytes(bytes[1..].try_into().unwrap()).unwrap();
        assert_eq!(verifier("PeterNeumann", &key), encoded);
        let read = read_verifier(encoded).unwrap();
        assert_eq!(read, ("PeterNeumann".to_owned(), key));
        for (from, to) in [
            ("Peter", "peter"),
            ("+c74f", "+c74e"),
            ("+ARpc", "+BBpc"),
            ("+", "-"),
        ] {
            assert_eq!(read_verifier(&encoded.replacen(from, to, 1)), None, "{to}");
        }
        // "If you think cryptography is the answer …" signed by that key.
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let line = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let signed = STANDARD.decode(line).unwrap();
        assert_eq!(signed[..4], key_hash("PeterNeumann", &key));
        let signature = Signature::from_slice(&signed[4..]).unwrap();
        assert!(key.verify_strict(text.as_bytes(), &signature).is_ok());
    }

    fn checkpoint() -> Checkpoint {
        checkpoint_of(1024)
    }

    fn checkpoint_of(size: u64) -> Checkpoint {
        Checkpoint {
            origin: "minyi.example/log/2026q4/1".to_owned(),
            size,
            root: [7; 32],
        }
    }

    #[test]
    fn what_was_signed_opens_and_nothing_else() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let note = checkpoint().sign(&key);
        let open = |note: &str| Checkpoint::open(note, &key.verifying_key());
        assert_eq!(open(&note), Ok(checkpoint()));
        // A witness added its signature; ours still counts.
        let witnessed = format!("{note}— witness.example AAAAAAAA\n");
        assert_eq!(open(&witnessed), Ok(checkpoint()));
        let stranger = SigningKey::from_bytes(&[2; 32]).verifying_key();
        assert_eq!(
            Checkpoint::open(&note, &stranger),
            Err(CheckpointError::Signature)
        );
        for (from, to) in [
            ("1024", "1023"),
            ("2026q4", "2026q3"),
            ("BwcH", "BwcI"),
            ("\n\n", "\nextra\n\n"),
            ("1024", "01024"),
        ] {
            assert!(open(&note.replace(from, to)).is_err(), "{to}");
        }
        // A second line of the same key that does not hold spoils the note.
        let line = note.lines().last().unwrap();
        let other = checkpoint_of(1025).sign(&key);
        let foreign = other.lines().last().unwrap();
        assert_eq!(open(&format!("{note}{line}\n")), Ok(checkpoint()));
        assert_eq!(
            open(&format!("{note}{foreign}\n")),
            Err(CheckpointError::Signature)
        );
        for text in ["", "\n\n", "a\nb\nc\n\n"] {
            assert_eq!(open(text), Err(CheckpointError::Form));
        }
    }
}
