//! The frame: communities and villages with their sizes, from which PSUs are drawn.

pub mod difference;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::area::{AreaCode, AreaTree, Level};

/// Urban or rural: the stratum's residence. Weighting uses this frame value, never an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Residence {
    /// Street, community, town.
    Urban,
    /// Village.
    Rural,
}

impl Residence {
    /// Both, in the order of tables.
    pub const ALL: [Self; 2] = [Self::Urban, Self::Rural];

    /// The word that files and stores hold.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Urban => "urban",
            Self::Rural => "rural",
        }
    }

    /// Reads an English or Chinese word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "urban" | "城镇" | "城" => Some(Self::Urban),
            "rural" | "乡村" | "农村" | "乡" => Some(Self::Rural),
            _ => None,
        }
    }
}

/// One community or village.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameUnit {
    /// Division code (twelve digits).
    pub code: AreaCode,
    /// County in which it lies.
    pub county: AreaCode,
    /// Name, for the people who deliver invitations.
    pub name: String,
    /// Urban or rural.
    pub residence: Residence,
    /// Measure of size M: residents. The chance of selection is proportional to it.
    pub size: u32,
    /// Listed addresses L: persons or households that can be invited.
    pub addresses: u32,
}

/// Why a frame was refused, with the place of the unit in the list (from 0).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// No unit at all.
    #[error("the frame is empty")]
    Empty,
    /// A code occurs twice.
    #[error("unit {code} occurs twice")]
    Twice {
        /// Place in the list.
        place: usize,
        /// The code.
        code: AreaCode,
    },
    /// The county is not in the area tree.
    #[error("unit {code}: {county} is no listed county")]
    NoCounty {
        /// Place in the list.
        place: usize,
        /// The code.
        code: AreaCode,
        /// The county that is missing.
        county: AreaCode,
    },
    /// The code does not begin with the county's six digits.
    #[error("unit {code} does not lie in county {county}")]
    ElsewhereByCode {
        /// Place in the list.
        place: usize,
        /// The code.
        code: AreaCode,
        /// The county given.
        county: AreaCode,
    },
    /// Size or addresses are zero: the unit could be drawn but nobody invited, or never drawn.
    #[error("unit {code}: size and addresses must be at least 1")]
    Nobody {
        /// Place in the list.
        place: usize,
        /// The code.
        code: AreaCode,
    },
}

impl FrameError {
    /// Place of the unit in the list, from 0.
    #[must_use]
    pub fn place(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Twice { place, .. }
            | Self::NoCounty { place, .. }
            | Self::ElsewhereByCode { place, .. }
            | Self::Nobody { place, .. } => *place,
        }
    }
}

/// A checked frame, sorted by code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    units: Vec<FrameUnit>,
}

/// People and addresses of one stratum of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StratumSize {
    /// Number of units.
    pub units: usize,
    /// Sum of sizes.
    pub size: u64,
    /// Sum of listed addresses.
    pub addresses: u64,
}

impl Frame {
    /// Checks codes, counties and sizes; every problem is reported.
    pub fn new(mut units: Vec<FrameUnit>, areas: &AreaTree) -> Result<Self, Vec<FrameError>> {
        if units.is_empty() {
            return Err(vec![FrameError::Empty]);
        }
        let mut seen = BTreeSet::new();
        let mut problems = Vec::new();
        for (place, unit) in units.iter().enumerate() {
            let code = unit.code.clone();
            if !seen.insert(&unit.code) {
                problems.push(FrameError::Twice { place, code });
            } else if areas
                .get(&unit.county)
                .is_none_or(|area| area.level != Level::County)
            {
                problems.push(FrameError::NoCounty {
                    place,
                    code,
                    county: unit.county.clone(),
                });
            } else if !unit.code.as_str().starts_with(unit.county.as_str()) {
                problems.push(FrameError::ElsewhereByCode {
                    place,
                    code,
                    county: unit.county.clone(),
                });
            } else if unit.size == 0 || unit.addresses == 0 {
                problems.push(FrameError::Nobody { place, code });
            }
        }
        if problems.is_empty() {
            units.sort_by(|a, b| a.code.cmp(&b.code));
            Ok(Self { units })
        } else {
            Err(problems)
        }
    }

    /// A frame that a store holds: it was checked when it was imported.
    #[must_use]
    pub fn from_stored(mut units: Vec<FrameUnit>) -> Self {
        units.sort_by(|a, b| a.code.cmp(&b.code));
        Self { units }
    }

    /// Units by code.
    #[must_use]
    pub fn units(&self) -> &[FrameUnit] {
        &self.units
    }

    /// The strata county × residence that have people, with their sizes.
    #[must_use]
    pub fn strata(&self) -> BTreeMap<(AreaCode, Residence), StratumSize> {
        let mut strata: BTreeMap<_, StratumSize> = BTreeMap::new();
        for unit in &self.units {
            let stratum = strata
                .entry((unit.county.clone(), unit.residence))
                .or_default();
            stratum.units += 1;
            stratum.size += u64::from(unit.size);
            stratum.addresses += u64::from(unit.addresses);
        }
        strata
    }

    /// The units in code order as text, one line each: code, county, residence, size, addresses, name.
    #[must_use]
    pub fn lines(&self) -> String {
        let line = |unit: &FrameUnit| {
            let (code, county) = (&unit.code, &unit.county);
            let residence = unit.residence.as_str();
            let (size, addresses, name) = (unit.size, unit.addresses, &unit.name);
            format!("{code},{county},{residence},{size},{addresses},{name}\n")
        };
        self.units.iter().map(line).collect()
    }

    /// Reads what [`Frame::lines`] wrote; nothing where a line is none.
    #[must_use]
    pub fn from_lines(text: &str) -> Option<Self> {
        let unit = |line: &str| {
            let mut fields = line.splitn(6, ',');
            Some(FrameUnit {
                code: AreaCode::parse(fields.next()?).ok()?,
                county: AreaCode::parse(fields.next()?).ok()?,
                residence: Residence::parse(fields.next()?)?,
                size: fields.next()?.parse().ok()?,
                addresses: fields.next()?.parse().ok()?,
                name: fields.next()?.to_owned(),
            })
        };
        let units: Option<Vec<FrameUnit>> = text.split_terminator('\n').map(unit).collect();
        units.map(Self::from_stored)
    }

    /// SHA-256 of [`Frame::lines`].
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.lines()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::area::Area;

    fn tree() -> AreaTree {
        let area = |code: &str, level, parent: Option<&str>| Area {
            code: AreaCode::parse(code).unwrap(),
            level,
            name_zh: code.into(),
            name_en: code.into(),
            parent: parent.map(|p| AreaCode::parse(p).unwrap()),
        };
        AreaTree::new(&[
            area("140300", Level::City, None),
            area("140302", Level::County, Some("140300")),
        ])
        .unwrap()
    }

    fn unit(code: &str, county: &str, size: u32) -> FrameUnit {
        FrameUnit {
            code: AreaCode::parse(code).unwrap(),
            county: AreaCode::parse(county).unwrap(),
            name: code.into(),
            residence: Residence::Urban,
            size,
            addresses: 10,
        }
    }

    #[test]
    fn every_bad_unit_is_named_by_its_place() {
        let problems = Frame::new(
            vec![
                unit("140302001001", "140302", 5),
                unit("140302001001", "140302", 5),
                unit("140302001002", "140399", 5),
                unit("140303001001", "140302", 5),
                unit("140302001003", "140302", 0),
            ],
            &tree(),
        )
        .unwrap_err();
        let places: Vec<usize> = problems.iter().map(FrameError::place).collect();
        assert_eq!(places, [1, 2, 3, 4]);
    }

    #[test]
    fn the_digest_does_not_depend_on_the_order_of_the_file() {
        let (a, b) = (
            unit("140302001001", "140302", 5),
            unit("140302001002", "140302", 7),
        );
        let one = Frame::new(vec![a.clone(), b.clone()], &tree()).unwrap();
        let other = Frame::new(vec![b, a], &tree()).unwrap();
        assert_eq!(one.digest(), other.digest());
        let mut named = one.units().to_vec();
        named[1].name = "北大街, 东".to_owned();
        let named = Frame::from_stored(named);
        assert_eq!(Frame::from_lines(&named.lines()), Some(named));
        assert_eq!(Frame::from_lines("140302001001,140302,urban,5,x,a\n"), None);
        let grown = Frame::new(
            vec![
                unit("140302001001", "140302", 6),
                unit("140302001002", "140302", 7),
            ],
            &tree(),
        )
        .unwrap();
        assert_ne!(one.digest(), grown.digest());
    }

    #[test]
    fn strata_add_up_their_units() {
        let frame = Frame::new(
            vec![
                unit("140302001001", "140302", 5),
                unit("140302001002", "140302", 7),
            ],
            &tree(),
        )
        .unwrap();
        let strata: Vec<StratumSize> = frame.strata().into_values().collect();
        let sum = StratumSize {
            units: 2,
            size: 12,
            addresses: 20,
        };
        assert_eq!(strata, [sum]);
    }
}
