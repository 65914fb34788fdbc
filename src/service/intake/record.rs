//! What is sealed: a response as bytes of bounded length, and a receipt.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::ledger::commitment::{Commitment, Record};
use crate::survey::answer::Answers;
use crate::survey::area::AreaCode;
use crate::survey::ids::{ResponseId, WaveId};
use crate::survey::invitation::Place;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::response::{Direction, Mode, Response, Traits};
use crate::survey::sample::{StratumCode, UnitCode};
use crate::survey::time::Instant;

use super::{Receipt, Submission};

/// Layout of a packed response.
const LAYOUT: u8 = 1;
/// Bytes beside the answers: fixed fields, and language, stratum and unit of usual length.
const BESIDE_ANSWERS: usize = 256;
/// Rooms are multiples of this.
const STEP: usize = 64;

/// Bytes in which every record of a wave with this questionnaire is sealed.
pub(in crate::service) fn room(questionnaire: &Questionnaire) -> usize {
    (Answers::encoded_len(questionnaire) + BESIDE_ANSWERS).next_multiple_of(STEP)
}

/// The canonical bytes to which a response is committed.
pub(in crate::service) fn canonical(response: &Response) -> Vec<u8> {
    Record {
        wave: response.wave.as_bytes(),
        id: response.id.as_bytes(),
        county: response.place.county.as_str(),
        stratum: response.place.stratum.as_str(),
        variance_unit: response.place.variance_unit.as_str(),
        answers: &response.answers,
    }
    .canonical()
}

/// Where and when a record is sealed; authenticated with it.
pub(in crate::service) fn context(
    wave: WaveId,
    county: &AreaCode,
    unit: &UnitCode,
    epoch: i64,
) -> Vec<u8> {
    [
        b"minyi/v1/pool".as_slice(),
        wave.as_bytes(),
        &epoch.to_be_bytes(),
        county.as_str().as_bytes(),
        b"/",
        unit.as_str().as_bytes(),
    ]
    .concat()
}

/// Where a receipt is sealed; authenticated with it.
pub(super) fn retry_context(wave: WaveId, token_hash: &[u8; 32]) -> Vec<u8> {
    [b"minyi/v1/retry".as_slice(), wave.as_bytes(), token_hash].concat()
}

/// Everything of a response but wave and county, which its row tells.
pub(super) fn pack(response: &Response) -> Vec<u8> {
    let Response {
        id,
        place,
        answers,
        traits,
        salt,
        ..
    } = response;
    let mut bytes = vec![LAYOUT];
    bytes.extend_from_slice(id.as_bytes());
    bytes.extend_from_slice(salt);
    bytes.push(code(
        traits
            .mode
            .and_then(|mode| Mode::ALL.iter().position(|m| *m == mode)),
    ));
    bytes.push(code(
        traits
            .direction
            .map(|direction| usize::from(direction == Direction::Reverse)),
    ));
    bytes.push(code(traits.fast.map(usize::from)));
    bytes.push(code(traits.burst.map(usize::from)));
    let language = traits.language.as_deref().unwrap_or_default();
    for part in [
        language.as_bytes(),
        place.stratum.as_str().as_bytes(),
        place.variance_unit.as_str().as_bytes(),
        answers,
    ] {
        let length = u16::try_from(part.len()).unwrap_or(u16::MAX);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

/// 0 for nothing, else one more than the value.
fn code(value: Option<usize>) -> u8 {
    value.map_or(0, |value| u8::try_from(value + 1).unwrap_or(0))
}

/// Reads [`pack`]; `None` if these bytes are no packed response.
pub(in crate::service) fn unpack(
    wave: WaveId,
    county: &AreaCode,
    bytes: &[u8],
) -> Option<Response> {
    let (&[LAYOUT], rest) = bytes.split_first_chunk::<1>()? else {
        return None;
    };
    let (id, rest) = rest.split_first_chunk::<16>()?;
    let (salt, rest) = rest.split_first_chunk::<32>()?;
    let (&[mode, direction, fast, burst], rest) = rest.split_first_chunk::<4>()?;
    let (language, rest) = part(rest)?;
    let (stratum, rest) = part(rest)?;
    let (unit, rest) = part(rest)?;
    let (answers, rest) = part(rest)?;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    let language = text(language)?;
    let mut response = Response {
        id: ResponseId::from_random(*id),
        wave,
        place: Place {
            county: county.clone(),
            stratum: StratumCode::new(text(stratum)?),
            variance_unit: UnitCode::new(text(unit)?),
        },
        answers: answers.to_vec(),
        traits: Traits {
            mode: usize::from(mode)
                .checked_sub(1)
                .and_then(|place| Mode::ALL.get(place))
                .copied(),
            language: (!language.is_empty()).then_some(language),
            direction: flag(direction).map(|reverse| {
                if reverse {
                    Direction::Reverse
                } else {
                    Direction::Forward
                }
            }),
            fast: flag(fast),
            burst: flag(burst),
        },
        commitment: [0; 32],
        salt: *salt,
    };
    response.commitment = *Commitment::to(salt, &canonical(&response)).as_bytes();
    rest.is_empty().then_some(response)
}

fn flag(code: u8) -> Option<bool> {
    code.checked_sub(1).map(|value| value == 1)
}

fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

/// Bytes of a receipt: commitment, instant, signature.
pub(super) const RECEIPT: usize = 32 + 8 + 64;

/// A receipt as bytes.
pub(super) fn pack_receipt(receipt: &Receipt) -> Vec<u8> {
    [
        receipt.commitment.as_bytes().as_slice(),
        &receipt.promise_by.micros().to_be_bytes(),
        &receipt.signature,
    ]
    .concat()
}

/// Reads [`pack_receipt`].
pub(super) fn unpack_receipt(bytes: &[u8]) -> Option<Receipt> {
    let (commitment, rest) = bytes.split_first_chunk::<32>()?;
    let (by, rest) = rest.split_first_chunk::<8>()?;
    Some(Receipt {
        commitment: Commitment::from_bytes(*commitment),
        promise_by: Instant::from_micros(i64::from_be_bytes(*by)),
        signature: rest.try_into().ok()?,
    })
}

/// Keyed, so that nobody can try out answers against a stolen copy.
pub(super) fn digest(key: &[u8; 32], instance: &[u8; 16], answers: &Answers) -> [u8; 32] {
    // A 32-byte key always fits: HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(key).map_or([0; 32], |mut mac| {
        mac.update(b"minyi/v1/resend");
        mac.update(instance);
        mac.update(&answers.encode());
        mac.finalize().into_bytes().into()
    })
}

/// What is kept beside the answers. A language that the questionnaire does not have would be a mark
/// on the record; the first one stands for it.
pub(super) fn traits(questionnaire: &Questionnaire, submission: &Submission) -> Traits {
    let language = questionnaire
        .languages
        .iter()
        .find(|language| **language == submission.language)
        .or(questionnaire.languages.first());
    Traits {
        mode: Some(submission.mode),
        language: language.cloned(),
        direction: Some(submission.direction),
        fast: submission.fast,
        burst: None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_packed_response_reads_back_with_its_commitment(
            id: [u8; 16], salt: [u8; 32], answers in proptest::collection::vec(any::<u8>(), 0..200),
            mode in proptest::option::of(0..4_usize), reverse: Option<bool>, fast: Option<bool>,
            burst: Option<bool>, english: Option<bool>,
        ) {
            let wave = WaveId::new(Instant::from_micros(7), [1; 10]);
            let county = AreaCode::parse("140302").unwrap();
            let mut response = Response {
                id: ResponseId::from_random(id),
                wave,
                place: Place {
                    county: county.clone(),
                    stratum: StratumCode::new("140302-urban"),
                    variance_unit: UnitCode::new("140302-urban-01"),
                },
                answers,
                traits: Traits {
                    mode: mode.map(|place| Mode::ALL[place]),
                    language: english.map(|en| if en { "en".into() } else { "zh-CN".into() }),
                    direction: reverse.map(|r| if r { Direction::Reverse } else { Direction::Forward }),
                    fast,
                    burst,
                },
                commitment: [0; 32],
                salt,
            };
            response.commitment = *Commitment::to(&salt, &canonical(&response)).as_bytes();
            prop_assert!(unpack(wave, &county, &pack(&response)) == Some(response));
        }

        #[test]
        fn other_bytes_are_refused_without_panic(bytes: Vec<u8>) {
            let wave = WaveId::new(Instant::from_micros(7), [1; 10]);
            let county = AreaCode::parse("140302").unwrap();
            let _ = unpack(wave, &county, &bytes);
            let _ = unpack_receipt(&bytes);
        }
    }

    #[test]
    fn a_receipt_reads_back() {
        let receipt = Receipt {
            commitment: Commitment::from_bytes([1; 32]),
            promise_by: Instant::from_micros(-5),
            signature: [3; 64],
        };
        assert_eq!(pack_receipt(&receipt).len(), RECEIPT);
        assert_eq!(unpack_receipt(&pack_receipt(&receipt)), Some(receipt));
    }
}
