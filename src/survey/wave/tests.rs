//! Steps in order, by two people where that is needed.

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
        kind: WaveKind::Probability,
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
        release_at: None,
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
fn what_people_answered_is_announced_before_it_is_published() {
    let at = Instant::from_micros;
    let mut closed = open();
    closed.state = WaveState::Closed;
    closed.synthetic = false;
    assert_eq!(closed.clone().publish(at(300)), Err(Refusal::NotAnnounced));
    let hour = 3_600_000_000;
    let short = closed.clone().announce(at(299 + hour), at(300));
    let earliest = at(300 + hour);
    assert_eq!(short, Err(Refusal::ShortNotice { earliest }));
    let announced = closed.announce(earliest, at(300)).unwrap();
    assert_eq!(announced.awaits(), Some(earliest));
    let early = announced.clone().publish(at(299 + hour));
    let release_at = earliest;
    assert_eq!(early, Err(Refusal::TooEarly { release_at }));
    let published = announced.publish(earliest).unwrap();
    assert_eq!(published.awaits(), None);
    assert!(published.announce(at(9 * hour), at(300)).is_err());
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
    let state = |found, needed| Refusal::State {
        kind: WaveKind::Probability,
        found,
        needed,
    };
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
        kind: WaveKind::Probability,
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
fn an_open_wave_has_neither_frame_nor_draw_and_opens_from_its_seal() {
    let mut wave = draft();
    (wave.kind, wave.frame, wave.margin_set) = (WaveKind::Open, None, None);
    let sealed = wave
        .ask_seal(act(1, 10))
        .and_then(|w| w.confirm_seal(act(2, 11)))
        .unwrap();
    let at = Instant::from_micros(90);
    assert_eq!(sealed.clone().draw("7 7", at), Err(Refusal::NoSample));
    let open = sealed.open(at).unwrap();
    assert_eq!(
        open.phase(Instant::from_micros(100)),
        Phase::Taking(open.closes_at)
    );
}

#[test]
fn a_slug_is_short_and_plain() {
    assert!(WaveSlug::parse("2026q4").is_ok());
    for bad in ["", "-a", "a-", "2026 Q4", "轮次", &"a".repeat(33)] {
        assert!(WaveSlug::parse(bad).is_err(), "{bad}");
    }
}
