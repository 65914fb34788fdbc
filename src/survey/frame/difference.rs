//! What a frame has that an earlier one had not.
//!
//! For: the page on which a frame is looked at before it is taken over. Promises: a unit is the same as long as it
//! keeps its code; units come in the order of their codes.

use std::collections::BTreeMap;

use super::{Frame, FrameUnit};

/// How two frames differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference<'a> {
    /// Units that are new.
    pub added: Vec<&'a FrameUnit>,
    /// Units that are there no longer.
    pub removed: Vec<&'a FrameUnit>,
    /// Units that are different, before and now.
    pub changed: Vec<(&'a FrameUnit, &'a FrameUnit)>,
}

impl Difference<'_> {
    /// Whether both frames hold the same.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

impl Frame {
    /// How this frame differs from an earlier one.
    #[must_use]
    pub fn difference<'a>(&'a self, earlier: &'a Self) -> Difference<'a> {
        let mut before: BTreeMap<_, _> = earlier
            .units
            .iter()
            .map(|unit| (&unit.code, unit))
            .collect();
        let mut found = Difference::default();
        for unit in &self.units {
            match before.remove(&unit.code) {
                None => found.added.push(unit),
                Some(old) if old != unit => found.changed.push((old, unit)),
                Some(_) => {}
            }
        }
        found.removed = before.into_values().collect();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::area::AreaCode;
    use crate::survey::frame::Residence;

    fn unit(code: &str, size: u32) -> FrameUnit {
        FrameUnit {
            code: AreaCode::parse(code).unwrap(),
            county: AreaCode::parse("140302").unwrap(),
            name: "A".to_owned(),
            residence: Residence::Urban,
            size,
            addresses: 10,
        }
    }

    #[test]
    fn units_are_added_removed_changed_or_the_same() {
        let codes = [
            "140302001001",
            "140302001002",
            "140302001003",
            "140302001004",
        ];
        let earlier = Frame::from_stored(codes[..3].iter().map(|code| unit(code, 5)).collect());
        let mut units: Vec<FrameUnit> = codes[1..].iter().map(|code| unit(code, 5)).collect();
        units[1].size = 6;
        let now = Frame::from_stored(units);
        let found = now.difference(&earlier);
        assert_eq!(found.removed[0].code.as_str(), codes[0]);
        assert_eq!(found.added[0].code.as_str(), codes[3]);
        assert_eq!((found.changed[0].0.size, found.changed[0].1.size), (5, 6));
        assert_eq!(
            (found.added.len(), found.removed.len(), found.changed.len()),
            (1, 1, 1)
        );
        assert!(now.difference(&now).is_none() && !found.is_none());
    }
}
