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

/// Every wrong character at every place, and every swap of any two different characters, neighbors or not,
/// on top of several codes. The check is a sum, so the code beneath changes nothing; it is varied anyway.
#[test]
fn every_wrong_character_and_every_swap_is_caught() {
    let symbols =
        |code: &Code| -> Vec<u8> { code.0.iter().copied().chain([code.check()]).collect() };
    let text = |symbols: &[u8]| -> String {
        let letters = symbols
            .iter()
            .map(|s| char::from(ALPHABET[usize::from(*s)]));
        letters.collect()
    };
    let mut tried = [0, 0];
    for base in 0..8_u64 {
        let random = base.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
        let good = Code::from_random(random);
        assert_eq!(Code::parse(&text(&symbols(&good))), Ok(good.clone()));
        for place in 0..CODE_LENGTH {
            for by in 1..32 {
                let mut wrong = symbols(&good);
                wrong[place] ^= by;
                assert_eq!(Code::parse(&text(&wrong)), Err(CodeProblem::Check));
                tried[0] += 1;
            }
        }
        // Whatever two characters stand at two places: the secret is made so that they do.
        for one in 0..CODE_LENGTH {
            for two in one + 1..CODE_LENGTH {
                for (a, b) in (0..32_u8).flat_map(|a| (0..32_u8).map(move |b| (a, b))) {
                    let mut secret = good.0;
                    secret[one] = a;
                    if two < SECRET_LENGTH {
                        secret[two] = b;
                    }
                    let mut swapped = symbols(&Code(secret));
                    if swapped[one] == swapped[two] {
                        continue;
                    }
                    swapped.swap(one, two);
                    assert_eq!(Code::parse(&text(&swapped)), Err(CodeProblem::Check));
                    tried[1] += 1;
                }
            }
        }
    }
    assert_eq!(tried[0], 8 * 13 * 31);
    assert!(tried[1] > 8 * 66 * 32 * 31);
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
