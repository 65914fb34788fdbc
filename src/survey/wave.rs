//! A wave's life: draft → sealed → drawn → open → closing → closed → published. An open wave, which has no
//! sample, goes from sealed to open.
//!
//! Pure: every step takes who acts and when, consumes the wave and returns the next one or a
//! [`Refusal`]. Sealing and closing need two different people. What else a step needs (a plan that
//! fits, codes made, a drained pool) is the service's to arrange before it takes the step.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, FrameId, MarginSetId, WaveId};
use super::questionnaire::Text;
use super::sample::{seed_from_text, seed_words};
use super::time::Instant;

mod release;

pub use self::release::NOTICE;

/// Name of a wave in addresses: lower-case letters, digits and hyphens, at most 32.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WaveSlug(String);

/// Why a text cannot name a wave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" cannot name a wave: lower-case letters, digits and hyphens, at most 32")]
pub struct BadSlug(pub String);

impl WaveSlug {
    /// Checks the characters.
    pub fn parse(text: &str) -> Result<Self, BadSlug> {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let ends = |c: Option<char>| c.is_some_and(|c| c != '-');
        if text.len() <= 32
            && text.chars().all(inner)
            && ends(text.chars().next())
            && ends(text.chars().last())
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadSlug(text.to_owned()))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for WaveSlug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for WaveSlug {
    type Error = BadSlug;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<WaveSlug> for String {
    fn from(slug: WaveSlug) -> Self {
        slug.0
    }
}

/// Who answers a wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WaveKind {
    /// A drawn sample, by code.
    Probability,
    /// Whoever follows the link: not a probability sample, never used for a verdict.
    Open,
}

impl WaveKind {
    /// The word that stores use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Probability => "probability",
            Self::Open => "open",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Probability, Self::Open]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }

    /// The state after which answers can be taken, and from which everyone may know of the wave.
    #[must_use]
    pub const fn ready(self) -> WaveState {
        match self {
            Self::Probability => WaveState::Drawn,
            Self::Open => WaveState::Sealed,
        }
    }
}

/// Where a wave stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WaveState {
    /// Being prepared; everything may change.
    Draft,
    /// Questionnaire, plan, frame and margins are fixed.
    Sealed,
    /// The sample is drawn and codes are made.
    Drawn,
    /// Residents answer.
    Open,
    /// Two people closed it; the pool is drained and the plan run. Restarted if interrupted.
    Closing,
    /// The estimate is stored.
    Closed,
    /// Everyone may read the result.
    Published,
}

impl WaveState {
    /// Every state, in order.
    pub const ALL: [Self; 7] = [
        Self::Draft,
        Self::Sealed,
        Self::Drawn,
        Self::Open,
        Self::Closing,
        Self::Closed,
        Self::Published,
    ];

    /// The word that stores and commands use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sealed => "sealed",
            Self::Drawn => "drawn",
            Self::Open => "open",
            Self::Closing => "closing",
            Self::Closed => "closed",
            Self::Published => "published",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// Who did something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The account.
    pub by: AccountId,
    /// The moment.
    pub at: Instant,
}

/// One person asked for the close; another must confirm it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseRequest {
    /// Who asked, and when.
    pub act: Act,
    /// Why the wave closes before its announced end; printed with the result.
    pub early_reason: Option<String>,
}

/// A new wave, before it has a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWave {
    /// Name in addresses.
    pub slug: WaveSlug,
    /// Heading in every language.
    pub titles: Text,
    /// Announced beginning of fieldwork.
    pub opens_at: Instant,
    /// Announced end of fieldwork: answers that arrive later are refused.
    pub closes_at: Instant,
    /// The data are made up (demonstration, rehearsal); every page says so.
    pub synthetic: bool,
}

/// One survey round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wave {
    /// Id.
    pub id: WaveId,
    /// Name in addresses.
    pub slug: WaveSlug,
    /// Who answers.
    pub kind: WaveKind,
    /// Heading in every language.
    pub titles: Text,
    /// Digest of the questionnaire in the form for this wave's sampled unit.
    pub questionnaire: [u8; 32],
    /// The frame from which the sample is drawn.
    pub frame: Option<FrameId>,
    /// The margins to which weights are calibrated.
    pub margin_set: Option<MarginSetId>,
    /// The earlier wave with which change is measured.
    pub base_wave: Option<WaveId>,
    /// Digest of the plan.
    pub plan_digest: [u8; 32],
    /// Where the wave stands.
    pub state: WaveState,
    /// The data are made up.
    pub synthetic: bool,
    /// Announced beginning of fieldwork.
    pub opens_at: Instant,
    /// Announced end of fieldwork.
    pub closes_at: Instant,
    /// The public seed of the draw, entered after sealing.
    pub seed: Option<[u8; 32]>,
    /// The public text from which the seed follows, in single spaces.
    pub seed_text: Option<String>,
    /// When the wave was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: Option<AccountId>,
    /// Who asked for the seal.
    pub seal_request: Option<Act>,
    /// Who confirmed the seal.
    pub sealed: Option<Act>,
    /// When fieldwork was opened.
    pub opened_at: Option<Instant>,
    /// Who asked for the close.
    pub close_request: Option<CloseRequest>,
    /// Who confirmed the close.
    pub closed: Option<Act>,
    /// When everybody will read the result, as announced.
    pub release_at: Option<Instant>,
    /// When the result was published.
    pub published_at: Option<Instant>,
}

/// Why a wave does not take a step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The wave is in another state.
    #[error("the wave is {}, this needs {}", found.as_str(), needed.as_str())]
    State {
        /// Who answers the wave, on which the way depends.
        kind: WaveKind,
        /// State it is in.
        found: WaveState,
        /// State that the step starts from.
        needed: WaveState,
    },
    /// Frame or margins are not chosen yet.
    #[error("the wave has no {0} yet")]
    Incomplete(&'static str),
    /// Nobody has asked for it yet.
    #[error("nobody has asked for it yet")]
    NotAsked,
    /// The person who asked cannot confirm.
    #[error("a second person must confirm")]
    SamePerson,
    /// Closing before the announced end needs a reason.
    #[error("closing before {closes_at} needs a reason")]
    NoReason {
        /// The announced end.
        closes_at: Instant,
    },
    /// The announced end has passed; a step towards fieldwork would be in vain.
    #[error("the announced end {closes_at} has passed")]
    Over {
        /// The announced end.
        closes_at: Instant,
    },
    /// An open wave has no sample to draw.
    #[error("an open wave has no sample")]
    NoSample,
    /// A result is announced before it is published.
    #[error("the time of publication is not announced")]
    NotAnnounced,
    /// The announced time has not come.
    #[error("the result is published at {release_at}")]
    TooEarly {
        /// The announced time.
        release_at: Instant,
    },
    /// Announced too late.
    #[error("a publication is announced beforehand: at {earliest} or later")]
    ShortNotice {
        /// The earliest time.
        earliest: Instant,
    },
    /// The announced end does not come after the beginning.
    #[error("the end does not come after the beginning")]
    BadPeriod,
}

impl Refusal {
    /// Stable name, the key of its sentence.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::State { .. } => "wave_state",
            Self::Incomplete(_) => "wave_incomplete",
            Self::NotAsked => "wave_not_asked",
            Self::SamePerson => "wave_same_person",
            Self::NoReason { .. } => "wave_no_reason",
            Self::Over { .. } => "wave_over",
            Self::NoSample => "wave_no_sample",
            Self::NotAnnounced => "wave_not_announced",
            Self::TooEarly { .. } => "wave_too_early",
            Self::ShortNotice { .. } => "wave_short_notice",
            Self::BadPeriod => "wave_bad_period",
        }
    }
}

/// Whether answers are taken at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Not yet: fieldwork begins at that time (or the wave is not open yet).
    Before(Instant),
    /// Answers are taken until that time.
    Taking(Instant),
    /// No more, since that time.
    Over(Instant),
}

impl Wave {
    fn needs(&self, needed: WaveState) -> Result<(), Refusal> {
        if self.state == needed {
            Ok(())
        } else {
            Err(Refusal::State {
                kind: self.kind,
                found: self.state,
                needed,
            })
        }
    }

    /// Fieldwork can still happen.
    fn ends_after(&self, at: Instant) -> Result<(), Refusal> {
        if at < self.closes_at {
            Ok(())
        } else {
            Err(Refusal::Over {
                closes_at: self.closes_at,
            })
        }
    }

    /// One person asks for the seal; asking again replaces the request.
    pub fn ask_seal(mut self, act: Act) -> Result<Self, Refusal> {
        self.needs(WaveState::Draft)?;
        if self.kind == WaveKind::Probability {
            if self.frame.is_none() {
                return Err(Refusal::Incomplete("frame"));
            }
            if self.margin_set.is_none() {
                return Err(Refusal::Incomplete("margins"));
            }
        }
        if self.closes_at <= self.opens_at {
            return Err(Refusal::BadPeriod);
        }
        self.ends_after(act.at)?;
        self.seal_request = Some(act);
        Ok(self)
    }

    /// Another person confirms it.
    pub fn confirm_seal(mut self, act: Act) -> Result<Self, Refusal> {
        self.needs(WaveState::Draft)?;
        let request = self.seal_request.ok_or(Refusal::NotAsked)?;
        if request.by == act.by {
            return Err(Refusal::SamePerson);
        }
        self.ends_after(act.at)?;
        self.sealed = Some(act);
        self.state = WaveState::Sealed;
        Ok(self)
    }

    /// The public text is entered and the sample drawn from its seed.
    pub fn draw(mut self, text: &str, at: Instant) -> Result<Self, Refusal> {
        self.needs(WaveState::Sealed)?;
        if self.kind == WaveKind::Open {
            return Err(Refusal::NoSample);
        }
        self.ends_after(at)?;
        self.seed = Some(seed_from_text(text));
        self.seed_text = Some(seed_words(text));
        self.state = WaveState::Drawn;
        Ok(self)
    }

    /// The codes are replaced by others: only while nobody can have used one.
    pub fn reissue(self) -> Result<Self, Refusal> {
        self.needs(WaveState::Drawn)?;
        Ok(self)
    }

    /// Fieldwork is opened; answers are taken from the announced beginning.
    pub fn open(mut self, at: Instant) -> Result<Self, Refusal> {
        self.needs(self.kind.ready())?;
        self.ends_after(at)?;
        self.opened_at = Some(at);
        self.state = WaveState::Open;
        Ok(self)
    }

    /// One person asks for the close; asking again replaces the request.
    pub fn ask_close(mut self, act: Act, early_reason: Option<&str>) -> Result<Self, Refusal> {
        self.needs(WaveState::Open)?;
        let reason = early_reason.map(str::trim).filter(|text| !text.is_empty());
        if act.at < self.closes_at && reason.is_none() {
            return Err(Refusal::NoReason {
                closes_at: self.closes_at,
            });
        }
        self.close_request = Some(CloseRequest {
            act,
            early_reason: reason.map(str::to_owned),
        });
        Ok(self)
    }

    /// Another person confirms it: from here no answer is taken, and the close runs to its end
    /// however often it is interrupted.
    pub fn confirm_close(mut self, act: Act) -> Result<Self, Refusal> {
        self.needs(WaveState::Open)?;
        let request = self.close_request.as_ref().ok_or(Refusal::NotAsked)?;
        if request.act.by == act.by {
            return Err(Refusal::SamePerson);
        }
        self.closed = Some(act);
        self.state = WaveState::Closing;
        Ok(self)
    }

    /// The estimate is stored.
    pub fn finish_close(mut self) -> Result<Self, Refusal> {
        self.needs(WaveState::Closing)?;
        self.state = WaveState::Closed;
        Ok(self)
    }

    /// Whether answers are taken at `now`.
    #[must_use]
    pub fn phase(&self, now: Instant) -> Phase {
        match self.state {
            WaveState::Draft | WaveState::Sealed | WaveState::Drawn => Phase::Before(self.opens_at),
            WaveState::Open if now < self.opens_at => Phase::Before(self.opens_at),
            WaveState::Open if now < self.closes_at => Phase::Taking(self.closes_at),
            WaveState::Open => Phase::Over(self.closes_at),
            WaveState::Closing | WaveState::Closed | WaveState::Published => Phase::Over(
                self.closed
                    .map_or(self.closes_at, |act| act.at.min(self.closes_at)),
            ),
        }
    }
}

#[cfg(test)]
mod tests;
