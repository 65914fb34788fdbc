//! Responses: what one person's answers carry, and what they must never carry.
//!
//! There is no field for a code, a token, a time, an address or an order. Mode, language, direction
//! and the two quality bits are kept only where enough responses of the same variance unit and
//! batch share them ([`Traits::GROUP`]); otherwise they are `None`.

mod thin;

pub use thin::thin;

use std::fmt;

use super::ids::{ResponseId, WaveId};
use super::invitation::Place;

/// How the answers reached the urn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// The resident's own phone or computer, with script, on the direct path.
    Web,
    /// The same page without script.
    Plain,
    /// Filled in with the help of a trained assistant.
    Assisted,
    /// A paper sheet, typed in twice.
    Paper,
    /// The resident's own phone or computer, with a blind token: the code never came with the answers.
    Blind,
}

impl Mode {
    /// Every mode. Sealed records hold the place in this list: a new one comes last.
    pub const ALL: [Self; 5] = [
        Self::Web,
        Self::Plain,
        Self::Assisted,
        Self::Paper,
        Self::Blind,
    ];

    /// The word that stores and documents hold.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Plain => "plain",
            Self::Assisted => "assisted",
            Self::Paper => "paper",
            Self::Blind => "blind",
        }
    }

    /// The mode of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == word)
    }
}

/// In which direction the answer scales were shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// As written in the questionnaire.
    Forward,
    /// Scales turned around.
    Reverse,
}

impl Direction {
    /// The word that stores and documents hold.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Reverse => "reverse",
        }
    }

    /// The direction of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Forward, Self::Reverse]
            .into_iter()
            .find(|direction| direction.as_str() == word)
    }
}

/// What is known of a response beside place and answers; `None` where too few shared it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Traits {
    /// How the answers came.
    pub mode: Option<Mode>,
    /// Language tag of the page, `zh-CN`.
    pub language: Option<String>,
    /// Direction of the scales.
    pub direction: Option<Direction>,
    /// Answered faster than the plan's limit.
    pub fast: Option<bool>,
    /// Arrived in a burst of answers.
    pub burst: Option<bool>,
}

impl Traits {
    /// Responses of one variance unit and batch that must share a combination for it to be kept.
    pub const GROUP: usize = 5;
}

/// One person's answers as they are stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// 128 random bits.
    pub id: ResponseId,
    /// The round.
    pub wave: WaveId,
    /// County, stratum and variance unit.
    pub place: Place,
    /// The answers in the questionnaire's canonical bytes.
    pub answers: Vec<u8>,
    /// Mode, language, direction and quality bits.
    pub traits: Traits,
    /// What the log holds.
    pub commitment: [u8; 32],
    /// Opens the commitment; never shown to a resident.
    pub salt: [u8; 32],
}

impl fmt::Debug for Response {
    /// Answers, salt and place stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("wave", &self.wave)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_modes_and_directions_read_back() {
        for mode in Mode::ALL {
            assert_eq!(Mode::from_word(mode.as_str()), Some(mode));
        }
        for direction in [Direction::Forward, Direction::Reverse] {
            assert_eq!(Direction::from_word(direction.as_str()), Some(direction));
        }
        assert_eq!(Mode::from_word("telepathy"), None);
    }
}
