//! Quality bits: what marks a response for the sensitivity lines. Flags never remove an answer.

use super::response::Traits;

/// Whether a response carries a quality bit. A bit that disclosure control dropped is not set.
#[must_use]
pub fn is_flagged(traits: &Traits) -> bool {
    traits.fast == Some(true) || traits.burst == Some(true)
}

/// Whether anything is known about the quality of a response: a bit, set or not, was kept.
#[must_use]
pub fn keeps_bits(traits: &Traits) -> bool {
    traits.fast.is_some() || traits.burst.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bit_that_was_kept_and_set_flags() {
        let with = |fast, burst| Traits {
            fast,
            burst,
            ..Traits::default()
        };
        assert!(is_flagged(&with(Some(true), None)));
        assert!(is_flagged(&with(Some(false), Some(true))));
        assert!(!is_flagged(&with(Some(false), None)));
        assert!(!is_flagged(&with(None, None)));
        assert!(keeps_bits(&with(Some(false), None)) && keeps_bits(&with(None, Some(true))));
        assert!(!keeps_bits(&with(None, None)));
    }
}
