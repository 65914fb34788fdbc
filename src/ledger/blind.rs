//! Blind tokens: the office signs what it does not see, the urn takes what the office never saw.
//!
//! RSABSSA-SHA384-PSS-Randomized of RFC 9474 with one RSA key of 2048 bits for each wave and variance unit, exponent
//! 65537. The token is the randomizer that the phone drew, 32 bytes, and the signature over it and [`message`]. All public
//! keys of a wave are lines of one list, whose root (RFC 6962) stands in the wave's process log before the first invitation
//! is handed out, so that nobody can be given a key of their own. Arithmetic: `rsa`, whose private operation blinds its
//! base with fresh randomness (docs/decisions/0018).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use blind_rsa_signatures::{
    KeyPairSha384PSSRandomized, MessageRandomizer, PublicKeySha384PSSRandomized,
    SecretKeySha384PSSRandomized, Signature,
};
use rand::{CryptoRng, TryCryptoRng};
use rsa::{BoxedUint, RsaPublicKey};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::tree::Hash;
use super::whole::Whole;

/// Bytes of a modulus, of a blinded message and of a signature.
pub const MODULUS: usize = 256;
/// Bytes of the randomizer that makes a token.
pub const PREFIX: usize = 32;
/// The exponent of every key.
const EXPONENT: u32 = 65_537;

/// Why there is no key or no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BlindError {
    /// No RSA key of 2048 bits with exponent 65537.
    #[error("these bytes are no key of a variance unit")]
    Key,
    /// Not a number below the modulus, in 256 bytes.
    #[error("these bytes are no blinded message")]
    Message,
}

/// The private key of a variance unit. Has no `Debug`.
#[derive(Clone)]
pub struct SigningKey(SecretKeySha384PSSRandomized);

impl SigningKey {
    /// A new one; takes a tenth of a second.
    pub fn generate<R: CryptoRng>(random: &mut R) -> Result<Self, BlindError> {
        let pair = KeyPairSha384PSSRandomized::generate(random, MODULUS * 8);
        Ok(Self(pair.map_err(|_| BlindError::Key)?.sk))
    }

    /// Reads PKCS #8.
    pub fn from_der(der: &[u8]) -> Result<Self, BlindError> {
        let key = SecretKeySha384PSSRandomized::from_der(der).map_err(|_| BlindError::Key)?;
        let key = Self(key);
        key.public().map(|_| key)
    }

    /// PKCS #8.
    pub fn to_der(&self) -> Result<Zeroizing<Vec<u8>>, BlindError> {
        self.0
            .to_der()
            .map(Zeroizing::new)
            .map_err(|_| BlindError::Key)
    }

    /// The public half.
    pub fn public(&self) -> Result<PublicKey, BlindError> {
        PublicKey::from_modulus(&self.0.components().n())
    }

    /// Signs a blinded message. The result is the same for the same message; `random` only hides the key from whoever
    /// measures how long it takes.
    pub fn sign<R: TryCryptoRng>(
        &self,
        random: &mut R,
        blinded: &[u8],
    ) -> Result<Vec<u8>, BlindError> {
        let signed = self.0.blind_sign_with_rng(random, blinded);
        signed
            .map(|signed| signed.0)
            .map_err(|_| BlindError::Message)
    }
}

/// The public key of a variance unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    modulus: [u8; MODULUS],
    key: PublicKeySha384PSSRandomized,
}

impl PublicKey {
    /// The key with this modulus, big-endian.
    pub fn from_modulus(modulus: &[u8]) -> Result<Self, BlindError> {
        let modulus: [u8; MODULUS] = modulus.try_into().map_err(|_| BlindError::Key)?;
        let bits = u32::try_from(MODULUS * 8).map_err(|_| BlindError::Key)?;
        let n = BoxedUint::from_be_slice(&modulus, bits).map_err(|_| BlindError::Key)?;
        // The top bit makes it 2048 bits long.
        if modulus.first().is_none_or(|byte| *byte < 0x80) {
            return Err(BlindError::Key);
        }
        let key = RsaPublicKey::new(n, BoxedUint::from(EXPONENT)).map_err(|_| BlindError::Key)?;
        Ok(Self {
            modulus,
            key: PublicKeySha384PSSRandomized::new(key),
        })
    }

    /// Its modulus, big-endian.
    #[must_use]
    pub const fn modulus(&self) -> &[u8; MODULUS] {
        &self.modulus
    }

    /// Whether this key signed the message with this randomizer.
    #[must_use]
    pub fn verifies(&self, prefix: &[u8; PREFIX], message: &[u8], signature: &[u8]) -> bool {
        let signature = Signature(signature.to_vec());
        let prefix = Some(MessageRandomizer(*prefix));
        self.key.verify(&signature, prefix, message).is_ok()
    }
}

/// What is signed for everybody of a variance unit alike: the token's own bits are the randomizer before it.
#[must_use]
pub fn message(wave: &str, unit: &str) -> Vec<u8> {
    format!("minyi/v1/blind\n{wave}\n{unit}").into_bytes()
}

/// What the urn keeps of a token. It is made of what was signed, so that one signed message is one token, whatever
/// signatures of it there are; the office saw neither.
#[must_use]
pub fn spent(prefix: &[u8; PREFIX], message: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"minyi/v1/blind-spent")
        .chain_update(prefix)
        .chain_update(message)
        .finalize()
        .into()
}

/// Every public key of a wave, one line each: the unit's name, a space, the modulus in base64. Sorted by unit.
#[derive(Clone)]
pub struct KeyList {
    units: Vec<String>,
    lines: Vec<String>,
    tree: Whole,
    /// Every page that is asked for names it.
    root: Hash,
}

/// A line of a list and the proof that it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The line.
    pub line: String,
    /// Its place, from 0.
    pub place: u64,
    /// Lines of the list.
    pub size: u64,
    /// Hashes from the line up to the root (RFC 6962, section 2.1.1).
    pub path: Vec<Hash>,
}

impl KeyList {
    /// The list of these units' moduli.
    #[must_use]
    pub fn of(mut keys: Vec<(String, [u8; MODULUS])>) -> Self {
        keys.sort();
        let line = |(unit, modulus): &(String, [u8; MODULUS])| {
            format!("{unit} {}", STANDARD.encode(modulus))
        };
        let lines: Vec<String> = keys.iter().map(line).collect();
        let tree = Whole::of(lines.iter().map(String::as_bytes));
        Self {
            root: tree.root(),
            tree,
            units: keys.into_iter().map(|(unit, _)| unit).collect(),
            lines,
        }
    }

    /// Root of the tree over the lines.
    #[must_use]
    pub const fn root(&self) -> Hash {
        self.root
    }

    /// Number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The list as a text: every line with its end.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.iter().flat_map(|line| [line, "\n"]).collect()
    }

    /// A unit's line with its proof.
    #[must_use]
    pub fn find(&self, unit: &str) -> Option<Listed> {
        let at = self
            .units
            .binary_search_by(|one| one.as_str().cmp(unit))
            .ok()?;
        let (place, size) = (u64::try_from(at).ok()?, self.tree.size());
        Some(Listed {
            line: self.lines.get(at)?.clone(),
            place,
            size,
            path: self.tree.inclusion(place, size)?,
        })
    }
}

/// Whether two blinded messages are the same.
#[must_use]
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests;
