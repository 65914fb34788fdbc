//! A whole tree in memory, for those who hold all leaves: proofs to give, roots of the past.
//!
//! Proofs are those of RFC 6962, section 2.1.1 (a leaf is in a tree) and 2.1.2 (a tree goes on another).
//! Beside the hashes of the leaves the roots of each 256 of them are kept, and of each 256 of these: a
//! proof costs some thousand hashes whatever the size.

use super::tree::{Hash, TILE_WIDTH, leaf, node};
use sha2::{Digest as _, Sha256};

/// All leaves of a log, hashed.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    /// Hashes of the leaves; above them roots of each full 256 of the level below.
    levels: Vec<Vec<Hash>>,
}

impl Whole {
    /// A tree of these entries.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut tree = Self::default();
        for entry in entries {
            tree.push_hash(leaf(entry));
        }
        tree
    }

    /// A tree of leaves whose hashes are known.
    pub fn of_hashes(hashes: impl IntoIterator<Item = Hash>) -> Self {
        let mut tree = Self::default();
        for hash in hashes {
            tree.push_hash(hash);
        }
        tree
    }

    fn push_hash(&mut self, mut hash: Hash) {
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(level) else {
                return;
            };
            hashes.push(hash);
            if !hashes.len().is_multiple_of(TILE_WIDTH) {
                return;
            }
            let (_, last) = hashes.split_at(hashes.len() - TILE_WIDTH);
            hash = balanced(last);
        }
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.leaves().len() as u64
    }

    /// Hashes of the leaves.
    #[must_use]
    pub fn leaves(&self) -> &[Hash] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// The root when there were so many leaves; nothing if there are fewer.
    #[must_use]
    pub fn root_at(&self, size: u64) -> Option<Hash> {
        let size = self.within(size)?;
        Some(self.range(0, size))
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.range(0, self.leaves().len())
    }

    /// Proof that the leaf at this place is in the tree of the first `size` leaves.
    #[must_use]
    pub fn inclusion(&self, place: u64, size: u64) -> Option<Vec<Hash>> {
        let (place, size) = (usize::try_from(place).ok()?, self.within(size)?);
        if place >= size {
            return None;
        }
        let (mut start, mut end) = (0, size);
        let mut path = Vec::new();
        while end - start > 1 {
            let middle = start + split(end - start);
            if place < middle {
                path.push(self.range(middle, end));
                end = middle;
            } else {
                path.push(self.range(start, middle));
                start = middle;
            }
        }
        path.reverse();
        Some(path)
    }

    /// Proof that the tree of the first `size` leaves goes on the tree of the first `old`.
    #[must_use]
    pub fn consistency(&self, old: u64, size: u64) -> Option<Vec<Hash>> {
        let (old, size) = (self.within(old)?, self.within(size)?);
        if old > size {
            return None;
        }
        if old == 0 || old == size {
            return Some(Vec::new());
        }
        let (mut start, mut end) = (0, size);
        let mut path = Vec::new();
        // Down to the subtree at whose end the old tree ends.
        while old != end {
            let middle = start + split(end - start);
            if old <= middle {
                path.push(self.range(middle, end));
                end = middle;
            } else {
                path.push(self.range(start, middle));
                start = middle;
            }
        }
        // The old root is known; a subtree within it is not.
        if start > 0 {
            path.push(self.range(start, end));
        }
        path.reverse();
        Some(path)
    }

    fn within(&self, size: u64) -> Option<usize> {
        let size = usize::try_from(size).ok()?;
        (size <= self.leaves().len()).then_some(size)
    }

    /// The root over leaves from `start` to before `end`: a range that occurs in a tree.
    fn range(&self, start: usize, end: usize) -> Hash {
        if start == end {
            return Sha256::digest(b"").into();
        }
        self.at_level(self.tallest(start, end), start, end)
    }

    /// The highest level at which the range consists of whole subtrees.
    fn tallest(&self, start: usize, end: usize) -> usize {
        let mut width = TILE_WIDTH;
        let mut level = 0;
        while start.is_multiple_of(width)
            && end.is_multiple_of(width)
            && level + 1 < self.levels.len()
        {
            level += 1;
            width = width.saturating_mul(TILE_WIDTH);
        }
        level
    }

    fn at_level(&self, level: usize, start: usize, end: usize) -> Hash {
        let width = TILE_WIDTH.pow(u32::try_from(level).unwrap_or(u32::MAX));
        let (first, last) = (start / width, end / width);
        if last - first <= TILE_WIDTH
            && let Some(hashes) = self.levels.get(level).and_then(|all| all.get(first..last))
        {
            return balanced(hashes);
        }
        let middle = start + split(end - start);
        node(&self.range(start, middle), &self.range(middle, end))
    }
}

/// The largest power of two that is smaller than `size`, for at least two leaves.
const fn split(size: usize) -> usize {
    size.next_power_of_two() / 2
}

/// The root over hashes of subtrees of one size.
fn balanced(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Sha256::digest(b"").into(),
        [one] => *one,
        more => {
            let (left, right) = more.split_at(split(more.len()));
            node(&balanced(left), &balanced(right))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::Frontier;
    use super::*;

    fn entries(number: usize) -> Vec<Vec<u8>> {
        (0..number)
            .map(|place| place.to_be_bytes().to_vec())
            .collect()
    }

    fn whole(entries: &[Vec<u8>]) -> Whole {
        Whole::of(entries.iter().map(Vec::as_slice))
    }

    #[test]
    fn every_earlier_root_is_the_one_that_was_told_then() {
        let entries = entries(70_000);
        let tree = whole(&entries);
        let mut frontier = Frontier::default();
        for (place, entry) in entries.iter().enumerate() {
            let size = place as u64;
            if place < 600 || place % 997 == 0 || (65_300..65_800).contains(&place) {
                assert_eq!(tree.root_at(size), Some(frontier.root()), "{size}");
            }
            frontier.push(entry);
        }
        assert_eq!(tree.root(), frontier.root());
        assert_eq!(tree.root_at(70_001), None);
    }
}
