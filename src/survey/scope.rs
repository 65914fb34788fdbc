//! What a token of a program may do, of what its owner may.

use super::role::{Action, Role};

/// One kind of access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read how fieldwork goes: counts only.
    Fieldwork,
    /// Read reported values, and report those of the own county.
    Indicators,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::Fieldwork, Self::Indicators];

    /// The word that stores, forms and documents use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fieldwork => "fieldwork",
            Self::Indicators => "indicators",
        }
    }

    /// The scope of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }

    /// Whether a role has anything to give to it.
    #[must_use]
    pub const fn is_for(self, role: Role) -> bool {
        match self {
            Self::Fieldwork => role.may(Action::WatchFieldwork),
            Self::Indicators => role.may(Action::ReadIndicators),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_gives_nothing_that_its_owner_has_not() {
        let gives = |role: Role| Scope::ALL.map(|scope| scope.is_for(role));
        assert_eq!(gives(Role::Organizer), [true, false]);
        assert_eq!(gives(Role::Reporter), [false, true]);
        assert_eq!(gives(Role::Evaluator), [true, true]);
        for scope in Scope::ALL {
            assert_eq!(Scope::from_word(scope.as_str()), Some(scope));
        }
        assert_eq!(Scope::from_word("everything"), None);
    }
}
