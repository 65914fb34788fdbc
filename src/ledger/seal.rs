//! Seals: records of one fixed length that only the holder of a key can read.
//!
//! XChaCha20-Poly1305 over `length ‖ content ‖ zeros`, with a random 24-byte nonce in front and a
//! context (wave, place, epoch) that is authenticated but not stored. A seal's size depends on the
//! room given and never on the content.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize;

/// Bytes of the nonce in front of a seal.
pub const NONCE: usize = 24;
/// Bytes that tell the length of the content.
const LENGTH: usize = 4;

/// A key of 256 random bits. Leaves memory when dropped; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct SealKey([u8; 32]);

/// Why something is not sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The content is longer than the room.
    #[error("{length} bytes do not fit into {room}")]
    TooLong {
        /// Bytes of content.
        length: usize,
        /// Bytes of room.
        room: usize,
    },
    /// Another key, another context, or changed bytes.
    #[error("the seal is broken or belongs to another key or place")]
    Broken,
}

impl SealKey {
    /// The key of these bytes, which must come from a secure generator.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, for the key's file.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A value that tells whether two keys are the same and nothing else.
    #[must_use]
    pub fn check(&self) -> [u8; 32] {
        Sha256::new()
            .chain_update(b"minyi/v1/key-check")
            .chain_update(self.0)
            .finalize()
            .into()
    }

    /// A key of its own for whoever knows `secret`: HMAC-SHA-256(this key, purpose ‖ secret).
    #[must_use]
    pub fn derive(&self, secret: &[u8]) -> Self {
        // A 32-byte key always fits: HMAC takes keys of any length.
        Hmac::<Sha256>::new_from_slice(&self.0).map_or(Self([0; 32]), |mut mac| {
            mac.update(b"minyi/v1/derive");
            mac.update(secret);
            Self(mac.finalize().into_bytes().into())
        })
    }

    /// 32 bytes that nobody without this key can tell from random ones: HMAC-SHA-256(this key, purpose ‖ parts), each part after
    /// its length in eight bytes, most significant first.
    #[must_use]
    pub fn mac(&self, purpose: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        // A 32-byte key always fits: HMAC takes keys of any length.
        Hmac::<Sha256>::new_from_slice(&self.0).map_or([0; 32], |mut mac| {
            mac.update(purpose);
            for part in parts {
                mac.update(&(part.len() as u64).to_be_bytes());
                mac.update(part);
            }
            mac.finalize().into_bytes().into()
        })
    }

    /// Seals content into `room` bytes and [`overhead`] more.
    pub fn seal(
        &self,
        nonce: [u8; NONCE],
        context: &[u8],
        content: &[u8],
        room: usize,
    ) -> Result<Vec<u8>, SealError> {
        let length = content.len();
        if length > room {
            return Err(SealError::TooLong { length, room });
        }
        let stored = u32::try_from(length).map_err(|_| SealError::TooLong { length, room })?;
        let mut padded = Vec::with_capacity(LENGTH + room);
        padded.extend_from_slice(&stored.to_be_bytes());
        padded.extend_from_slice(content);
        padded.resize(LENGTH + room, 0);
        let sealed = self.cipher().encrypt(
            XNonce::from_slice(&nonce),
            Payload {
                msg: &padded,
                aad: context,
            },
        );
        padded.zeroize();
        let sealed = sealed.map_err(|_| SealError::Broken)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens a seal made by this key in this context.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, sealed) = sealed
            .split_first_chunk::<NONCE>()
            .ok_or(SealError::Broken)?;
        let mut padded = self
            .cipher()
            .decrypt(
                XNonce::from_slice(nonce),
                Payload {
                    msg: sealed,
                    aad: context,
                },
            )
            .map_err(|_| SealError::Broken)?;
        let content = content_of(&padded).map(<[u8]>::to_vec);
        padded.zeroize();
        content.ok_or(SealError::Broken)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

fn content_of(padded: &[u8]) -> Option<&[u8]> {
    let (length, rest) = padded.split_first_chunk::<LENGTH>()?;
    rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

/// Bytes of a seal beyond its room: nonce, length and tag.
#[must_use]
pub const fn overhead() -> usize {
    NONCE + LENGTH + 16
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(..)")
    }
}

impl Drop for SealKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> SealKey {
        SealKey::from_bytes([1; 32])
    }

    /// Computed with Python's `hmac`.
    #[test]
    fn what_follows_from_a_key_is_the_documented_hmac_and_parts_do_not_run_together() {
        let made = key().mac(b"p", &[b"abc", b""]);
        assert_eq!(
            hex::encode(made),
            "84aa13d0557283fef77e40e6e9f3ae953a70103254493eec96006f2a49df5637"
        );
        assert_ne!(key().mac(b"p", &[b"ab", b"c"]), made);
        assert_ne!(key().mac(b"p", &[b"abc"]), made);
        assert_ne!(SealKey::from_bytes([2; 32]).mac(b"p", &[b"abc", b""]), made);
    }

    #[test]
    fn a_derived_key_opens_for_its_secret_alone() {
        let key = SealKey::from_bytes([7; 32]);
        let sealed = key
            .derive(b"one")
            .seal([1; NONCE], b"c", b"text", 8)
            .unwrap();
        assert_eq!(key.derive(b"one").open(b"c", &sealed).unwrap(), b"text");
        assert!(key.derive(b"two").open(b"c", &sealed).is_err());
        assert!(key.open(b"c", &sealed).is_err());
    }

    proptest! {
        #[test]
        fn a_seal_opens_to_its_content_and_tells_nothing_by_its_size(
            content in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let sealed = key().seal([2; NONCE], b"here", &content, 300).unwrap();
            prop_assert_eq!(sealed.len(), 300 + overhead());
            prop_assert_eq!(key().open(b"here", &sealed).unwrap(), content);
        }

        #[test]
        fn a_changed_byte_breaks_the_seal(place in 0_usize..(20 + overhead()), bit in 0..8) {
            let mut sealed = key().seal([2; NONCE], b"here", b"content", 20).unwrap();
            sealed[place] ^= 1_u8 << bit;
            prop_assert_eq!(key().open(b"here", &sealed), Err(SealError::Broken));
        }

        #[test]
        fn any_bytes_are_refused_without_panic(bytes: Vec<u8>) {
            prop_assert_eq!(key().open(b"here", &bytes), Err(SealError::Broken));
        }
    }

    #[test]
    fn another_key_or_place_does_not_open_it() {
        let sealed = key().seal([2; NONCE], b"here", b"content", 20).unwrap();
        assert!(SealKey::from_bytes([2; 32]).open(b"here", &sealed).is_err());
        assert!(key().open(b"there", &sealed).is_err());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(
            key().seal([2; NONCE], b"", &[0; 21], 20),
            Err(SealError::TooLong {
                length: 21,
                room: 20
            })
        );
    }

    /// draft-irtf-cfrg-xchacha, A.3.1: the cipher itself.
    #[test]
    fn the_cipher_is_xchacha20_poly1305() {
        let mut bytes = [0_u8; 32];
        hex::decode_to_slice(
            "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
            &mut bytes,
        )
        .unwrap();
        let nonce = hex::decode("404142434445464748494a4b4c4d4e4f5051525354555657").unwrap();
        let message = b"Ladies and Gentlemen of the class of '99: If I could offer you only one \
            tip for the future, sunscreen would be it.";
        let aad = hex::decode("50515253c0c1c2c3c4c5c6c7").unwrap();
        let sealed = SealKey::from_bytes(bytes)
            .cipher()
            .encrypt(
                XNonce::from_slice(&nonce),
                Payload {
                    msg: message,
                    aad: &aad,
                },
            )
            .unwrap();
        assert_eq!(
            hex::encode(&sealed),
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb\
             731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452\
             2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
             21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780a\
             cf49"
        );
    }
}
