//! What the module above promises, tried out.

use proptest::prelude::*;

use super::*;
use crate::survey::time::Instant;

fn wave() -> WaveId {
    WaveId::new(Instant::from_micros(1_700_000_000_000_000), [7; 10])
}

proptest! {
    #[test]
    fn a_printed_code_reads_back_however_it_is_typed(random: [u8; 8], lower: bool, spaced: bool) {
        let code = Code::from_random(random);
        let mut text = code.printed();
        if lower { text = text.to_lowercase().replace('0', "o").replace('1', "l"); }
        if spaced { text = text.replace('-', " ").replace('2', "\u{FF12}"); }
        prop_assert_eq!(Code::parse(&text), Ok(code));
    }

    #[test]
    fn one_wrong_character_is_always_caught(random: [u8; 8], place in 0..CODE_LENGTH, by in 1_u8..32) {
        let mut text: Vec<u8> = Code::from_random(random).printed().replace('-', "").into_bytes();
        let symbol = symbol_of(char::from(text[place])).unwrap();
        text[place] = ALPHABET[usize::from(symbol ^ by)];
        prop_assert_eq!(Code::parse(std::str::from_utf8(&text).unwrap()), Err(CodeProblem::Check));
    }

    #[test]
    fn two_swapped_neighbors_are_always_caught(random: [u8; 8], place in 0..CODE_LENGTH - 1) {
        let mut text: Vec<u8> = Code::from_random(random).printed().replace('-', "").into_bytes();
        prop_assume!(text[place] != text[place + 1]);
        text.swap(place, place + 1);
        prop_assert_eq!(Code::parse(std::str::from_utf8(&text).unwrap()), Err(CodeProblem::Check));
    }

    #[test]
    fn any_text_is_read_or_refused_without_panic(text: String) {
        let _ = Code::parse(&text);
    }
}

#[test]
fn says_what_is_wrong_with_a_typed_code() {
    assert_eq!(Code::parse("  - "), Err(CodeProblem::Empty));
    assert_eq!(Code::parse("ABC"), Err(CodeProblem::Length { found: 3 }));
    assert_eq!(
        Code::parse("ABCD-EFGH-JKMN5-6"),
        Err(CodeProblem::Length { found: 14 })
    );
    assert_eq!(
        Code::parse("ABCU-EFGH-JKMN5"),
        Err(CodeProblem::Character { place: 4 })
    );
    assert_eq!(
        Code::parse("ABC中-EFGH-JKMN5"),
        Err(CodeProblem::Character { place: 4 })
    );
}

#[test]
fn the_weights_of_the_check_character_all_differ() {
    let mut weight = 1;
    let weights: std::collections::BTreeSet<u8> = (0..SECRET_LENGTH)
        .map(|_| {
            weight = times(weight, 2);
            weight
        })
        .collect();
    assert_eq!(weights.len(), SECRET_LENGTH);
    assert!(!weights.contains(&0) && !weights.contains(&1));
}

/// HMAC-SHA-256 computed with Python's `hmac` over the same bytes.
#[test]
fn hash_and_token_are_the_documented_keyed_values() {
    let code = Code::from_random(*b"8 bytes!");
    let wave = WaveId::from_uuid(uuid::Uuid::from_bytes([3; 16]));
    assert_eq!(code.printed(), "R184-PWHE-5VW24");
    assert_eq!(
        hex::encode(code.hash(&[1; 32], wave).as_bytes()),
        "6951e6b2375aae575c4782e4da7a2ca6f78e601dd610f3b244601f947b73688c"
    );
    assert_eq!(
        hex::encode(code.token(&[2; 32], wave).hash()),
        "fcb4883e0c9bb7feefe5232cd565106a9f2fd28433d480f17c17dcc82c8386ac"
    );
}

#[test]
fn another_wave_or_key_gives_another_value() {
    let code = Code::from_random([9; 8]);
    let other = WaveId::from_uuid(uuid::Uuid::from_bytes([4; 16]));
    assert_ne!(code.hash(&[1; 32], wave()), code.hash(&[1; 32], other));
    assert_ne!(code.hash(&[1; 32], wave()), code.hash(&[2; 32], wave()));
    assert_ne!(
        code.hash(&[1; 32], wave()).as_bytes(),
        &code.token(&[1; 32], wave()).hash()
    );
}

#[test]
fn nothing_secret_is_shown_when_debugging() {
    let code = Code::from_random([9; 8]);
    let shown = format!(
        "{code:?} {:?} {:?}",
        code.token(&[1; 32], wave()),
        code.hash(&[1; 32], wave())
    );
    assert_eq!(shown, "Code(..) Token(..) CodeHash(..)");
}
