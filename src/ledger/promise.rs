//! Promises: the urn's signed word that a commitment will be in the log by a date.
//!
//! An Ed25519 signature over `minyi/v1/promise` ‖ commitment ‖ wave ‖ instant (microseconds UTC, 8
//! bytes, most significant first). The instant is the same for a whole wave: it tells nothing.
//!
//! Before answers are sent a phone may have the commitment alone, signed as [`Word`]: that is no promise, because it may be opened
//! and thrown away.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use super::commitment::Commitment;

const PURPOSE: &[u8] = b"minyi/v1/promise";

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// What will be in the log.
    pub commitment: Commitment,
    /// The wave's id.
    pub wave: [u8; 16],
    /// The latest instant, microseconds UTC.
    pub by: i64,
}

impl Promise {
    fn message(&self) -> Vec<u8> {
        [
            PURPOSE,
            self.commitment.as_bytes(),
            &self.wave,
            &self.by.to_be_bytes(),
        ]
        .concat()
    }

    /// Signs.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> [u8; 64] {
        key.sign(&self.message()).to_bytes()
    }

    /// Whether this signature is the key's.
    #[must_use]
    pub fn is_signed(&self, key: &VerifyingKey, signature: &[u8; 64]) -> bool {
        key.verify_strict(&self.message(), &Signature::from_bytes(signature))
            .is_ok()
    }
}

const WORD: &[u8] = b"minyi/v1/prepared";

/// The urn's word that it made a commitment before it knew whether it would be opened or cast: an Ed25519 signature over
/// `minyi/v1/prepared` ‖ commitment ‖ wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// What it stands by.
    pub commitment: Commitment,
    /// The wave's id.
    pub wave: [u8; 16],
}

impl Word {
    fn message(&self) -> Vec<u8> {
        [WORD, self.commitment.as_bytes(), &self.wave].concat()
    }

    /// Signs.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> [u8; 64] {
        key.sign(&self.message()).to_bytes()
    }

    /// Whether this signature is the key's.
    #[must_use]
    pub fn is_signed(&self, key: &VerifyingKey, signature: &[u8; 64]) -> bool {
        key.verify_strict(&self.message(), &Signature::from_bytes(signature))
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promise() -> Promise {
        Promise {
            commitment: Commitment::from_bytes([7; 32]),
            wave: [1; 16],
            by: 1_800_000_000_000_000,
        }
    }

    /// Signed by another implementation (`openssl pkeyutl -sign -rawin`) with the secret key 01 … 01.
    #[test]
    fn the_signature_is_the_documented_one() {
        let key = SigningKey::from_bytes(&[1; 32]);
        assert_eq!(
            hex::encode(promise().sign(&key)),
            "0d43a7ba14e849281fe5c98dc0b3242396f139618ebb70d60b97ee50df12ff1b4d10a86f8990d3efd99b723eb7e2d540eff20d7977e4bf88bb66514ef5d1f50a"
        );
    }

    /// Signed by another implementation (`openssl pkeyutl -sign -rawin`) with the secret key 01 … 01.
    #[test]
    fn the_word_is_signed_as_documented_and_is_no_promise() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let word = Word {
            commitment: Commitment::from_bytes([7; 32]),
            wave: [1; 16],
        };
        let signature = word.sign(&key);
        assert_eq!(
            hex::encode(signature),
            "0c96c58416676cf4f73bccd6c7d5eaf2a188ad0de168ba92645ef061289237ceb30164f9764d6f3f57bab34f1b0d18347044723647c139cb4e20877068a31908"
        );
        assert!(word.is_signed(&key.verifying_key(), &signature));
        assert!(!promise().is_signed(&key.verifying_key(), &signature));
        let signature = promise().sign(&key);
        assert!(!word.is_signed(&key.verifying_key(), &signature));
        let other = Word {
            wave: [2; 16],
            ..word
        };
        assert!(!other.is_signed(&key.verifying_key(), &word.sign(&key)));
    }

    #[test]
    fn no_other_commitment_wave_date_or_key_is_covered() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let signature = promise().sign(&key);
        assert!(promise().is_signed(&key.verifying_key(), &signature));
        let others = [
            Promise {
                commitment: Commitment::from_bytes([8; 32]),
                ..promise()
            },
            Promise {
                wave: [2; 16],
                ..promise()
            },
            Promise {
                by: promise().by + 1,
                ..promise()
            },
        ];
        for other in others {
            assert!(!other.is_signed(&key.verifying_key(), &signature));
        }
        let stranger = SigningKey::from_bytes(&[2; 32]).verifying_key();
        assert!(!promise().is_signed(&stranger, &signature));
    }
}
