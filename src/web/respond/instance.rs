//! One rendering of the form, known by 128 random bits.
//!
//! For: recognising a resend of the same form (the bits travel in a hidden field and the server compares
//! them with what it has), and for the two things that chance decides in a rendering: the direction of the
//! scales and the order of shuffled options. Uses: the system's generator. Promises: nothing links the
//! bits to a person or a code; only the direction is kept with the answers.

use std::fmt;

use rand::TryRng as _;
use rand::rngs::SysRng;

use crate::survey::questionnaire::Direction;

/// The random bits of one rendering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Instance([u8; 16]);

/// The system gave no random bits.
#[derive(Debug, thiserror::Error)]
#[error("no random bits from the system")]
pub(super) struct NoRandomness(#[source] rand::rngs::SysError);

impl Instance {
    /// A fresh one.
    pub(super) fn draw_new() -> Result<Self, NoRandomness> {
        let mut bytes = [0; 16];
        SysRng.try_fill_bytes(&mut bytes).map_err(NoRandomness)?;
        Ok(Self(bytes))
    }

    /// The one that a form says, if it is one.
    #[must_use]
    pub(super) fn parse(field: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(field, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The bits.
    #[must_use]
    pub(super) const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The bits that order shuffled options.
    #[must_use]
    pub(super) fn draw(&self) -> u64 {
        self.0
            .iter()
            .take(8)
            .fold(0, |bits, byte| bits << 8 | u64::from(*byte))
    }

    /// The direction of scales, from a bit that orders nothing.
    #[must_use]
    pub(super) const fn direction(&self) -> Direction {
        let [.., last] = self.0;
        if last & 1 == 1 {
            Direction::Reverse
        } else {
            Direction::Forward
        }
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::survey::questionnaire::{DEFAULT_2026, Questionnaire};

    #[test]
    fn is_read_back_from_the_form_and_nothing_else_is_taken_for_one() {
        let instance = Instance::draw_new().unwrap();
        assert_eq!(Instance::parse(&instance.to_string()), Some(instance));
        assert_eq!(hex::encode(instance.as_bytes()), instance.to_string());
        for field in ["", "00", "zz", &"0".repeat(33)] {
            assert_eq!(Instance::parse(field), None);
        }
    }

    /// 4,000 renderings: each direction within five standard deviations of one half.
    #[test]
    fn both_directions_are_drawn_equally_often() {
        let reversed = (0..4000)
            .filter(|_| Instance::draw_new().unwrap().direction() == Direction::Reverse)
            .count();
        assert!((1842..=2158).contains(&reversed), "{reversed} of 4000");
    }

    /// Each of the eight worries stands first in one rendering of eight: chi-square with 7 degrees of
    /// freedom stays below its 1 − 10⁻⁶ quantile, 40.5.
    #[test]
    fn every_worry_stands_first_equally_often() {
        let questionnaire = Questionnaire::from_toml(DEFAULT_2026).unwrap();
        let item = questionnaire.item("q9").unwrap();
        let mut first = BTreeMap::new();
        for _ in 0..4000 {
            let instance = Instance::draw_new().unwrap();
            let order = item.shown_order(instance.direction(), instance.draw());
            *first.entry(order[0]).or_insert(0_u32) += 1;
        }
        assert_eq!(first.len(), 8);
        let chi: f64 = first
            .values()
            .map(|n| (f64::from(*n) - 500.0).powi(2) / 500.0)
            .sum();
        assert!(chi < 40.5, "{first:?}");
    }
}
