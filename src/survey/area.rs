//! Areas: the tree city → county → township → community, by division code (GB/T 2260 for the
//! first six digits, twelve digits below the county).
//!
//! [`AreaTree::new`] checks codes, levels and parents; whoever holds a tree may rely on them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A division code: six digits down to the county, nine for a township, twelve below.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AreaCode(String);

/// Why a text is no division code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no division code: 6, 9 or 12 digits are expected")]
pub struct BadAreaCode(pub String);

impl AreaCode {
    /// Checks digits and length.
    pub fn parse(text: &str) -> Result<Self, BadAreaCode> {
        let text = text.trim();
        if matches!(text.len(), 6 | 9 | 12) && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadAreaCode(text.to_owned()))
        }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for AreaCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for AreaCode {
    type Error = BadAreaCode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<AreaCode> for String {
    fn from(code: AreaCode) -> Self {
        code.0
    }
}

/// Level of an area in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Prefecture-level city.
    City,
    /// County, district, county-level city.
    County,
    /// Town, township, street.
    Township,
    /// Community or village.
    Community,
}

impl Level {
    /// The level's name in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::County => "county",
            Self::Township => "township",
            Self::Community => "community",
        }
    }

    /// Reads an English or Chinese name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "city" | "市" => Some(Self::City),
            "county" | "县" | "区县" | "县区" => Some(Self::County),
            "township" | "乡镇" | "乡镇街道" => Some(Self::Township),
            "community" | "村居" | "社区村" => Some(Self::Community),
            _ => None,
        }
    }
}

/// One area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Division code.
    pub code: AreaCode,
    /// Level.
    pub level: Level,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English (romanized).
    pub name_en: String,
    /// The area above; the city has none.
    pub parent: Option<AreaCode>,
}

impl Area {
    /// The name for a reader of `language`.
    #[must_use]
    pub fn name(&self, language: &str) -> &str {
        if language.starts_with("zh") {
            &self.name_zh
        } else {
            &self.name_en
        }
    }
}

/// Why areas form no tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AreaError {
    /// A code occurs twice.
    #[error("area {code} occurs twice")]
    Twice {
        /// Place in the list, from 0.
        place: usize,
        /// The code.
        code: AreaCode,
    },
    /// The parent is not in the list.
    #[error("area {code} lies in {parent}, which is not listed")]
    NoParent {
        /// Place in the list, from 0.
        place: usize,
        /// The code.
        code: AreaCode,
        /// The parent that is missing.
        parent: AreaCode,
    },
    /// Only the city stands without a parent, and a parent is exactly one level up.
    #[error("area {code} has a parent of the wrong level")]
    WrongLevel {
        /// Place in the list, from 0.
        place: usize,
        /// The code.
        code: AreaCode,
    },
}

impl AreaError {
    /// Place of the area in the list, from 0.
    #[must_use]
    pub fn place(&self) -> usize {
        match self {
            Self::Twice { place, .. }
            | Self::NoParent { place, .. }
            | Self::WrongLevel { place, .. } => *place,
        }
    }
}

/// A checked tree of areas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaTree {
    areas: BTreeMap<AreaCode, Area>,
}

impl AreaTree {
    /// Checks that codes are unique and that every parent is listed one level up.
    /// Every problem is reported.
    pub fn new(areas: &[Area]) -> Result<Self, Vec<AreaError>> {
        let mut by_code: BTreeMap<AreaCode, Area> = BTreeMap::new();
        let mut problems = Vec::new();
        for (place, area) in areas.iter().enumerate() {
            if by_code.insert(area.code.clone(), area.clone()).is_some() {
                problems.push(AreaError::Twice {
                    place,
                    code: area.code.clone(),
                });
            }
        }
        for (place, area) in areas.iter().enumerate() {
            let code = area.code.clone();
            match (&area.parent, area.level) {
                (None, Level::City) => {}
                (None, _) | (Some(_), Level::City) => {
                    problems.push(AreaError::WrongLevel { place, code });
                }
                (Some(parent), level) => match by_code.get(parent) {
                    None => problems.push(AreaError::NoParent {
                        place,
                        code,
                        parent: parent.clone(),
                    }),
                    Some(above) if !is_one_up(above.level, level) => {
                        problems.push(AreaError::WrongLevel { place, code });
                    }
                    Some(_) => {}
                },
            }
        }
        if problems.is_empty() {
            Ok(Self { areas: by_code })
        } else {
            problems.sort_by_key(AreaError::place);
            Err(problems)
        }
    }

    /// The area with this code.
    #[must_use]
    pub fn get(&self, code: &AreaCode) -> Option<&Area> {
        self.areas.get(code)
    }

    /// All areas by code.
    pub fn iter(&self) -> impl Iterator<Item = &Area> {
        self.areas.values()
    }

    /// The counties by code.
    pub fn counties(&self) -> impl Iterator<Item = &Area> {
        self.iter().filter(|area| area.level == Level::County)
    }
}

fn is_one_up(above: Level, below: Level) -> bool {
    matches!(
        (above, below),
        (Level::City, Level::County)
            | (Level::County, Level::Township)
            | (Level::Township, Level::Community)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(code: &str, level: Level, parent: Option<&str>) -> Area {
        Area {
            code: AreaCode::parse(code).unwrap(),
            level,
            name_zh: code.into(),
            name_en: code.into(),
            parent: parent.map(|p| AreaCode::parse(p).unwrap()),
        }
    }

    #[test]
    fn takes_a_city_with_counties_and_townships() {
        let tree = AreaTree::new(&[
            area("140302001", Level::Township, Some("140302")),
            area("140302", Level::County, Some("140300")),
            area("140300", Level::City, None),
        ])
        .unwrap();
        assert_eq!(tree.counties().count(), 1);
    }

    #[test]
    fn names_every_area_that_hangs_in_the_air() {
        let problems = AreaTree::new(&[
            area("140300", Level::City, None),
            area("140302", Level::County, Some("140399")),
            area("140303", Level::County, None),
            area("140302", Level::County, Some("140300")),
        ])
        .unwrap_err();
        let places: Vec<usize> = problems.iter().map(AreaError::place).collect();
        assert_eq!(places, [1, 2, 3]);
    }

    #[test]
    fn a_code_is_six_nine_or_twelve_digits() {
        assert!(AreaCode::parse("1403").is_err());
        assert!(AreaCode::parse("14030x").is_err());
        assert_eq!(AreaCode::parse(" 140302 ").unwrap().as_str(), "140302");
    }
}
