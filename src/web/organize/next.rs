//! Which step of a wave is next, and for whom.
//!
//! For: the list and the wave's page. Uses: the wave's state. Promises: no rule is decided here; the
//! service refuses what is not allowed, this only says what to offer.

use crate::survey::account::Account;
use crate::survey::role::Action;
use crate::survey::time::Instant;
use crate::survey::wave::{Act, CloseRequest, Wave, WaveKind, WaveState};

/// The next step as one person sees it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<'a> {
    /// Ask for the seal.
    AskSeal,
    /// Confirm the seal that somebody else asked for.
    ConfirmSeal(Act),
    /// Somebody else must confirm the seal.
    AwaitSeal(Act),
    /// Enter the seed and draw.
    Draw,
    /// Open fieldwork.
    Open,
    /// Ask for the close, before the announced end or after it.
    AskClose {
        /// Before the announced end, so that a reason is needed.
        early: bool,
    },
    /// Confirm the close that somebody else asked for.
    ConfirmClose(&'a CloseRequest),
    /// Somebody else must confirm the close.
    AwaitClose(Act),
    /// Take the close to its end.
    Finish,
    /// Announce when everybody will read the result, or wait for that time.
    Release(Option<Instant>),
    /// Nothing is left to do.
    Done,
}

impl<'a> Next<'a> {
    /// What is next for this person.
    pub(super) fn of(wave: &'a Wave, person: &Account, now: Instant) -> Self {
        let own = |act: &Act| act.by == person.id && person.may(Action::RunWave);
        match wave.state {
            WaveState::Draft => match wave.seal_request {
                None => Self::AskSeal,
                Some(act) if own(&act) => Self::AwaitSeal(act),
                Some(act) => Self::ConfirmSeal(act),
            },
            WaveState::Sealed if wave.kind == WaveKind::Probability => Self::Draw,
            WaveState::Sealed | WaveState::Drawn => Self::Open,
            WaveState::Open => match &wave.close_request {
                None => Self::AskClose {
                    early: now < wave.closes_at,
                },
                Some(request) if own(&request.act) => Self::AwaitClose(request.act),
                Some(request) => Self::ConfirmClose(request),
            },
            WaveState::Closing => Self::Finish,
            WaveState::Closed => Self::Release(wave.release_at),
            WaveState::Published => Self::Done,
        }
    }

    /// Key of the step in a few words.
    pub(super) const fn key(&self) -> &'static str {
        match self {
            Self::AskSeal => "organize-next-ask-seal",
            Self::ConfirmSeal(_) => "organize-next-confirm-seal",
            Self::AwaitSeal(_) => "organize-next-await-seal",
            Self::Draw => "organize-next-draw",
            Self::Open => "organize-next-open",
            Self::AskClose { early: true } => "organize-next-wait",
            Self::AskClose { early: false } => "organize-next-ask-close",
            Self::ConfirmClose(_) => "organize-next-confirm-close",
            Self::AwaitClose(_) => "organize-next-await-close",
            Self::Finish => "organize-next-finish",
            Self::Release(None) => "organize-next-publish",
            Self::Release(Some(_)) => "organize-next-announced",
            Self::Done => "organize-next-done",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::survey::account::AccountName;
    use crate::survey::ids::{AccountId, WaveId};
    use crate::survey::questionnaire::Text;
    use crate::survey::role::Role;
    use crate::survey::wave::WaveSlug;

    const END: Instant = Instant::from_micros(200);

    fn person(n: u8, role: Role) -> Account {
        Account {
            id: AccountId::new(Instant::from_micros(1), [n; 10]),
            name: AccountName::parse("ada").unwrap(),
            role,
            created_at: Instant::from_micros(1),
            disabled_at: None,
        }
    }

    fn wave(state: WaveState) -> Wave {
        let at = Instant::from_micros(0);
        Wave {
            id: WaveId::new(at, [0; 10]),
            slug: WaveSlug::parse("2026q4").unwrap(),
            kind: WaveKind::Probability,
            titles: Text::new([("en", "Wave")]),
            questionnaire: [0; 32],
            frame: None,
            margin_set: None,
            base_wave: None,
            plan_digest: [0; 32],
            state,
            synthetic: true,
            opens_at: Instant::from_micros(100),
            closes_at: END,
            seed: None,
            seed_text: None,
            created_at: at,
            created_by: None,
            seal_request: None,
            sealed: None,
            opened_at: None,
            close_request: None,
            closed: None,
            release_at: None,
            published_at: None,
        }
    }

    #[test]
    fn who_asked_waits_for_somebody_else_and_everybody_else_is_offered_the_confirmation() {
        let (ada, ben) = (person(1, Role::Organizer), person(2, Role::Organizer));
        let act = Act {
            by: ada.id,
            at: Instant::from_micros(9),
        };
        let mut draft = wave(WaveState::Draft);
        draft.seal_request = Some(act);
        assert_eq!(Next::of(&draft, &ada, END), Next::AwaitSeal(act));
        assert_eq!(Next::of(&draft, &ben, END), Next::ConfirmSeal(act));
        let mut open = wave(WaveState::Open);
        let request = CloseRequest {
            act,
            early_reason: None,
        };
        open.close_request = Some(request.clone());
        assert_eq!(Next::of(&open, &ada, END), Next::AwaitClose(act));
        assert_eq!(Next::of(&open, &ben, END), Next::ConfirmClose(&request));
    }

    #[test]
    fn before_the_announced_end_there_is_nothing_to_do_but_wait() {
        let ada = person(1, Role::Organizer);
        let open = wave(WaveState::Open);
        let before = Next::of(&open, &ada, Instant::from_micros(199));
        assert_eq!(before, Next::AskClose { early: true });
        assert_eq!(before.key(), "organize-next-wait");
        assert_eq!(Next::of(&open, &ada, END).key(), "organize-next-ask-close");
    }

    #[test]
    fn every_state_has_words_for_what_is_next_in_every_language() {
        for state in WaveState::ALL {
            let wave = wave(state);
            for role in Role::ALL {
                let next = Next::of(&wave, &person(1, role), END);
                assert!(
                    Lang::ALL.iter().all(|lang| lang.has(next.key())),
                    "{next:?}"
                );
            }
            let key = format!("organize-state-{}", state.as_str());
            assert!(Lang::ALL.iter().all(|lang| lang.has(&key)), "{key}");
        }
    }
}
