//! Many counties in parts, so that a page stays small: which of them a page shows.

/// Counties that a sentence names one by one, at most.
pub(in crate::report) const LISTED: usize = 36;

/// A part of a list; numbers begin with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its number.
    pub number: usize,
    /// How many parts there are; at least 1.
    pub of: usize,
    /// Place of its first line in the list, from 1; 0 where the list is empty.
    pub first: usize,
    /// Place of its last line.
    pub last: usize,
    /// Lines of the whole list.
    pub lines: usize,
}

impl Part {
    /// The part that an address asks for, by its number; the first one where it asks for none, and none where there
    /// is no such part. `per` lines are in each.
    #[must_use]
    pub fn asked(lines: usize, per: usize, number: Option<&str>) -> Option<Self> {
        let per = per.max(1);
        let of = lines.div_ceil(per).max(1);
        let number = match number {
            None => 1,
            Some(text) => text.parse().ok()?,
        };
        if !(1..=of).contains(&number) {
            return None;
        }
        let before = (number - 1) * per;
        Some(Self {
            number,
            of,
            first: (before + 1).min(lines),
            last: (before + per).min(lines),
            lines,
        })
    }

    /// A list that is not parted.
    #[must_use]
    pub fn whole(lines: usize) -> Self {
        Self {
            number: 1,
            of: 1,
            first: lines.min(1),
            last: lines,
            lines,
        }
    }

    /// The lines of this part.
    #[must_use]
    pub fn of<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let before = self.first.saturating_sub(1);
        all.get(before..self.last.min(all.len())).unwrap_or(&[])
    }

    /// The number of the part before, if there is one.
    #[must_use]
    pub const fn before(&self) -> Option<usize> {
        if self.number > 1 {
            Some(self.number - 1)
        } else {
            None
        }
    }

    /// The number of the part behind, if there is one.
    #[must_use]
    pub const fn behind(&self) -> Option<usize> {
        if self.number < self.of {
            Some(self.number + 1)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Part;

    #[test]
    fn every_line_is_in_exactly_one_part() {
        for lines in 0..50_usize {
            let all: Vec<usize> = (0..lines).collect();
            for per in 1..12 {
                let first = Part::asked(lines, per, None).unwrap();
                let parts = (1..=first.of).map(|n| Part::asked(lines, per, Some(&n.to_string())));
                let seen: Vec<usize> = parts
                    .flat_map(|part| part.unwrap().of(&all).to_vec())
                    .collect();
                assert_eq!(seen, all);
                for wrong in [0, first.of + 1] {
                    assert_eq!(Part::asked(lines, per, Some(&wrong.to_string())), None);
                }
            }
        }
        assert_eq!(Part::asked(5, 2, Some("x")), None);
    }
}
