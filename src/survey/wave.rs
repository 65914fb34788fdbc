//! A wave's life: draft → sealed → drawn → open → closing → closed → published.
//!
//! Pure: every step takes who acts and when, consumes the wave and returns the next one or a
//! [`Refusal`]. Sealing and closing need two different people. What else a step needs (a plan that
//! fits, codes made, a drained pool) is the service's to arrange before it takes the step.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, FrameId, MarginSetId, WaveId};
use super::questionnaire::Text;
use super::sample::{seed_from_text, seed_words};
use super::time::Instant;

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
    /// When the result was published.
    pub published_at: Option<Instant>,
}

/// Why a wave does not take a step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The wave is in another state.
    #[error("the wave is {}, this needs {}", found.as_str(), needed.as_str())]
    State {
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
        if self.frame.is_none() {
            return Err(Refusal::Incomplete("frame"));
        }
        if self.margin_set.is_none() {
            return Err(Refusal::Incomplete("margins"));
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
        self.needs(WaveState::Drawn)?;
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

    /// The result is shown to everyone.
    pub fn publish(mut self, at: Instant) -> Result<Self, Refusal> {
        self.needs(WaveState::Closed)?;
        self.published_at = Some(at);
        self.state = WaveState::Published;
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
mod tests {
    use super::*;

    fn person(n: u8) -> AccountId {
        AccountId::new(Instant::from_micros(1), [n; 10])
    }

    fn act(n: u8, micros: i64) -> Act {
        Act {
            by: person(n),
            at: Instant::from_micros(micros),
        }
    }

    fn draft() -> Wave {
        let at = Instant::from_micros(0);
        Wave {
            id: WaveId::new(at, [0; 10]),
            slug: WaveSlug::parse("2026q4").unwrap(),
            titles: Text::new([("en", "Wave")]),
            questionnaire: [0; 32],
            frame: Some(FrameId::new(at, [1; 10])),
            margin_set: Some(MarginSetId::new(at, [2; 10])),
            base_wave: None,
            plan_digest: [0; 32],
            state: WaveState::Draft,
            synthetic: true,
            opens_at: Instant::from_micros(100),
            closes_at: Instant::from_micros(200),
            seed: None,
            seed_text: None,
            created_at: at,
            created_by: None,
            seal_request: None,
            sealed: None,
            opened_at: None,
            close_request: None,
            closed: None,
            published_at: None,
        }
    }

    fn open() -> Wave {
        draft()
            .ask_seal(act(1, 10))
            .and_then(|w| w.confirm_seal(act(2, 11)))
            .and_then(|w| w.draw("7 7", Instant::from_micros(12)))
            .and_then(|w| w.open(Instant::from_micros(90)))
            .unwrap()
    }

    #[test]
    fn a_wave_runs_from_draft_to_published() {
        let wave = open();
        assert_eq!(
            wave.phase(Instant::from_micros(99)),
            Phase::Before(wave.opens_at)
        );
        assert_eq!(
            wave.phase(Instant::from_micros(100)),
            Phase::Taking(wave.closes_at)
        );
        assert_eq!(
            wave.phase(Instant::from_micros(200)),
            Phase::Over(wave.closes_at)
        );
        let closing = wave
            .ask_close(act(1, 200), None)
            .and_then(|w| w.confirm_close(act(2, 201)))
            .unwrap();
        assert_eq!(
            closing.phase(Instant::from_micros(150)),
            Phase::Over(Instant::from_micros(200))
        );
        let published = closing
            .finish_close()
            .and_then(|w| w.publish(Instant::from_micros(300)))
            .unwrap();
        assert_eq!(published.state, WaveState::Published);
    }

    #[test]
    fn nobody_seals_or_closes_alone() {
        let asked = draft().ask_seal(act(1, 10)).unwrap();
        assert_eq!(asked.confirm_seal(act(1, 11)), Err(Refusal::SamePerson));
        assert_eq!(draft().confirm_seal(act(1, 11)), Err(Refusal::NotAsked));
        let asked = open().ask_close(act(1, 200), None).unwrap();
        assert_eq!(asked.confirm_close(act(1, 200)), Err(Refusal::SamePerson));
        assert_eq!(open().confirm_close(act(1, 200)), Err(Refusal::NotAsked));
    }

    #[test]
    fn an_early_close_needs_a_reason_that_says_something() {
        let closes_at = Instant::from_micros(200);
        for reason in [None, Some("  ")] {
            let refused = open().ask_close(act(1, 199), reason);
            assert_eq!(refused, Err(Refusal::NoReason { closes_at }));
        }
        let wave = open().ask_close(act(1, 199), Some("flood")).unwrap();
        let reason = wave.close_request.and_then(|r| r.early_reason);
        assert_eq!(reason.as_deref(), Some("flood"));
    }

    #[test]
    fn steps_are_taken_in_order_only() {
        let state = |found, needed| Refusal::State { found, needed };
        assert_eq!(
            draft().draw("0", Instant::from_micros(1)),
            Err(state(WaveState::Draft, WaveState::Sealed))
        );
        assert_eq!(
            open().finish_close(),
            Err(state(WaveState::Open, WaveState::Closing))
        );
        assert_eq!(
            open().ask_seal(act(1, 1)),
            Err(state(WaveState::Open, WaveState::Draft)),
            "a sealed plan cannot be sealed again"
        );
    }

    #[test]
    fn nothing_leads_to_fieldwork_once_its_end_has_passed() {
        let closes_at = Instant::from_micros(200);
        let over = Err(Refusal::Over { closes_at });
        assert_eq!(draft().ask_seal(act(1, 200)), over);
        let asked = draft().ask_seal(act(1, 199)).unwrap();
        assert_eq!(asked.clone().confirm_seal(act(2, 200)), over);
        let sealed = asked.confirm_seal(act(2, 199)).unwrap();
        assert_eq!(sealed.clone().draw("7", closes_at), over);
        let drawn = sealed.draw("7", Instant::from_micros(199)).unwrap();
        assert_eq!(drawn.open(closes_at), over);
    }

    #[test]
    fn codes_are_replaced_only_between_the_draw_and_the_opening() {
        let state = |found| Refusal::State {
            found,
            needed: WaveState::Drawn,
        };
        assert_eq!(draft().reissue(), Err(state(WaveState::Draft)));
        assert_eq!(open().reissue(), Err(state(WaveState::Open)));
        let mut drawn = open();
        drawn.state = WaveState::Drawn;
        assert!(drawn.reissue().is_ok());
    }

    #[test]
    fn the_text_of_the_draw_is_kept_in_single_spaces() {
        let seven = open();
        assert_eq!(seven.seed_text.as_deref(), Some("7 7"));
        let mut sealed = seven.clone();
        sealed.state = WaveState::Sealed;
        let spaced = sealed.draw("  7\t 7 ", Instant::from_micros(12)).unwrap();
        assert_eq!(
            (spaced.seed, spaced.seed_text),
            (seven.seed, seven.seed_text)
        );
    }

    #[test]
    fn sealing_needs_frame_and_margins() {
        let mut wave = draft();
        wave.margin_set = None;
        assert_eq!(
            wave.ask_seal(act(1, 1)),
            Err(Refusal::Incomplete("margins"))
        );
        let mut wave = draft();
        wave.frame = None;
        assert_eq!(wave.ask_seal(act(1, 1)), Err(Refusal::Incomplete("frame")));
    }

    #[test]
    fn a_slug_is_short_and_plain() {
        assert!(WaveSlug::parse("2026q4").is_ok());
        for bad in ["", "-a", "a-", "2026 Q4", "轮次", &"a".repeat(33)] {
            assert!(WaveSlug::parse(bad).is_err(), "{bad}");
        }
    }
}
