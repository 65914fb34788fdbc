//! The drawn sample: strata, variance units, invitations per PSU.

use serde::{Deserialize, Serialize};

/// Name of a stratum as a record carries it: `140302-urban`, or `140302-c1` for a PSU that was
/// taken with certainty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StratumCode(String);

/// Name of a variance unit, the finest place a response ever carries: `140302-urban-03`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitCode(String);

macro_rules! name {
    ($type:ident) => {
        impl $type {
            /// Takes the name over as it is stored.
            #[must_use]
            pub fn new(name: impl Into<String>) -> Self {
                Self(name.into())
            }

            /// The name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(StratumCode);
name!(UnitCode);
