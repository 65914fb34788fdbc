//! Invitations: the code on the letter, and the two keyed values derived from it.
//!
//! A code has 60 random bits, printed as twelve Crockford base32 characters and a check character.
//! Stores hold only [`CodeHash`], under a pepper that is not in any database; the urn sees only a
//! [`Token`], under another key. Neither the code nor the token has a `Debug` that shows it.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize;

use super::area::AreaCode;
use super::ids::WaveId;
use super::sample::{StratumCode, UnitCode};

/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that carry the secret.
const SECRET_LENGTH: usize = 12;
/// Characters that are printed: the secret and one check character.
pub const CODE_LENGTH: usize = SECRET_LENGTH + 1;

/// The code of one invitation.
#[derive(Clone, PartialEq, Eq)]
pub struct Code([u8; SECRET_LENGTH]);

/// Why a typed text is no code. Says where, never what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeProblem {
    /// Nothing was typed.
    #[error("no code")]
    Empty,
    /// Not thirteen characters.
    #[error("a code has {CODE_LENGTH} characters, not {found}")]
    Length {
        /// Characters found, without spaces and hyphens.
        found: usize,
    },
    /// A character that no code has.
    #[error("the character at place {place} is not used in codes")]
    Character {
        /// Place counted from 1, without spaces and hyphens.
        place: usize,
    },
    /// The check character does not fit: a character is wrong or two are swapped.
    #[error("the check character does not fit")]
    Check,
}

impl Code {
    /// The code of 60 of these 64 random bits, which must come from a secure generator.
    #[must_use]
    pub fn from_random(random: [u8; 8]) -> Self {
        let bits = u64::from_le_bytes(random);
        let mut symbols = [0_u8; SECRET_LENGTH];
        for (place, symbol) in symbols.iter_mut().enumerate() {
            *symbol = u8::try_from((bits >> (5 * place)) & 31).unwrap_or(0);
        }
        Self(symbols)
    }

    /// Reads what a person typed: any case, spaces, hyphens, full-width characters, O for 0, I or
    /// L for 1.
    pub fn parse(typed: &str) -> Result<Self, CodeProblem> {
        let mut symbols = Vec::with_capacity(CODE_LENGTH);
        let mut unknown = None;
        let mut found = 0;
        for character in typed.chars().map(narrow).filter(|c| !is_separator(*c)) {
            found += 1;
            match symbol_of(character) {
                Some(symbol) => symbols.push(symbol),
                None => unknown = unknown.or(Some(found)),
            }
        }
        if found == 0 {
            return Err(CodeProblem::Empty);
        }
        if let Some(place) = unknown {
            return Err(CodeProblem::Character { place });
        }
        let (secret, check) = symbols
            .split_first_chunk::<SECRET_LENGTH>()
            .filter(|(_, rest)| rest.len() == 1)
            .ok_or(CodeProblem::Length { found })?;
        let code = Self(*secret);
        if check.first() == Some(&code.check()) {
            Ok(code)
        } else {
            Err(CodeProblem::Check)
        }
    }

    /// The thirteen characters as printed, in groups: `XXXX-XXXX-XXXXX`.
    #[must_use]
    pub fn printed(&self) -> String {
        let mut text = String::with_capacity(CODE_LENGTH + 2);
        for (place, symbol) in self.0.iter().copied().chain([self.check()]).enumerate() {
            if place == 4 || place == 8 {
                text.push('-');
            }
            text.push(char::from(
                ALPHABET.get(usize::from(symbol)).copied().unwrap_or(b'0'),
            ));
        }
        text
    }

    /// What the office stores: HMAC-SHA-256(pepper, wave ‖ code).
    #[must_use]
    pub fn hash(&self, pepper: &[u8; 32], wave: WaveId) -> CodeHash {
        CodeHash(keyed(pepper, b"minyi/v1/code", wave, &self.0))
    }

    /// What the urn is shown: HMAC-SHA-256(wave key, wave ‖ code).
    #[must_use]
    pub fn token(&self, wave_key: &[u8; 32], wave: WaveId) -> Token {
        Token(keyed(wave_key, b"minyi/v1/token", wave, &self.0))
    }

    /// Check symbol over GF(32) with weights α, α², … : all weights differ and none is 0 or 1, so
    /// every single wrong character and every swap of two different characters is caught.
    fn check(&self) -> u8 {
        let mut weight = 1;
        self.0.iter().fold(0, |sum, symbol| {
            weight = times(weight, 2);
            sum ^ times(weight, *symbol)
        })
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A code as the office knows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeHash([u8; 32]);

impl CodeHash {
    /// The hash that a store holds.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes that a store holds.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for CodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeHash(..)")
    }
}

/// The right to cast one record.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// What the urn stores of a spent token: its SHA-256.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::new()
            .chain_update(b"minyi/v1/spent")
            .chain_update(self.0)
            .finalize()
            .into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Where a sampled person was sampled: the finest place that a response may carry.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The county.
    pub county: AreaCode,
    /// County × urban or rural.
    pub stratum: StratumCode,
    /// The merged sampling units.
    pub variance_unit: UnitCode,
}

/// Whether a code was redeemed. There is no time beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Not yet.
    Issued,
    /// Yes; whether an answer followed only the urn knows.
    Used,
    /// Yes, for a blind token; whether an answer followed nobody can tell.
    Blind,
}

impl Status {
    /// The word that stores hold.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Used => "used",
            Self::Blind => "blind",
        }
    }

    /// The status of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Issued, Self::Used, Self::Blind]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

/// A stored invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The keyed hash of the code.
    pub code_hash: CodeHash,
    /// Where the person was sampled.
    pub place: Place,
    /// Whether the code was redeemed.
    pub status: Status,
}

/// An invitation to be stored: no code, no time, no order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// The keyed hash of the code.
    pub code_hash: CodeHash,
    /// Where the person was sampled.
    pub place: Place,
}

fn keyed(key: &[u8; 32], purpose: &[u8], wave: WaveId, code: &[u8; SECRET_LENGTH]) -> [u8; 32] {
    // A 32-byte key always fits: HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(key).map_or([0; 32], |mut mac| {
        mac.update(purpose);
        mac.update(wave.as_bytes());
        mac.update(code);
        mac.finalize().into_bytes().into()
    })
}

/// Product in GF(2⁵) modulo x⁵ + x² + 1, in which x (= 2) has order 31.
const fn times(a: u8, b: u8) -> u8 {
    let mut product = 0;
    let mut factor = a;
    let mut rest = b;
    while rest != 0 {
        if rest & 1 == 1 {
            product ^= factor;
        }
        factor <<= 1;
        if factor & 32 != 0 {
            factor ^= 0b10_0101;
        }
        rest >>= 1;
    }
    product
}

/// Full-width letters and digits, as Chinese keyboards type them, become ASCII.
fn narrow(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
        }
        _ => character,
    }
}

fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '_' | '.' | '\u{00AD}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30FC}'
        )
}

fn symbol_of(character: char) -> Option<u8> {
    let upper = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET
        .iter()
        .position(|known| char::from(*known) == upper)?;
    u8::try_from(place).ok()
}

#[cfg(test)]
mod tests;
