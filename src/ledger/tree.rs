//! The Merkle tree of a log (RFC 6962, section 2.1).
//!
//! A leaf is SHA-256(0 ‖ entry), a node SHA-256(1 ‖ left ‖ right), where left covers the largest power
//! of two that is smaller than the number of leaves. The root of no leaves is SHA-256 of nothing.

use sha2::{Digest as _, Sha256};

/// A hash of the tree.
pub type Hash = [u8; 32];
/// Levels of the tree that one tile spans.
const TILE_HEIGHT: usize = 8;
/// Hashes of a full tile.
pub const TILE_WIDTH: usize = 1 << TILE_HEIGHT;

/// The root over leaves that are added one by one; holds one hash for each level.
#[derive(Clone, Debug, Default)]
pub struct Frontier {
    size: u64,
    /// At level l roots of the subtrees of 256^(l+1) leaves: the hashes of tiles above the lowest.
    full: Vec<Vec<Hash>>,
    /// Roots of the complete subtrees, from the largest at the left to the smallest.
    complete: Vec<Hash>,
}

impl Frontier {
    /// A tree of these entries.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut tree = Self::default();
        for entry in entries {
            tree.push(entry);
        }
        tree
    }

    /// Adds an entry at the right.
    pub fn push(&mut self, entry: &[u8]) {
        let mut hash = leaf(entry);
        // Two complete subtrees of one size are one of twice the size: as a binary counter carries.
        let (mut carries, mut height) = (self.size, 0_usize);
        while carries & 1 == 1 {
            if let Some(left) = self.complete.pop() {
                hash = node(&left, &hash);
            }
            carries >>= 1;
            height += 1;
            if height.is_multiple_of(TILE_HEIGHT) {
                self.keep(height / TILE_HEIGHT - 1, hash);
            }
        }
        self.complete.push(hash);
        self.size += 1;
    }

    fn keep(&mut self, level: usize, root: Hash) {
        if self.full.len() == level {
            self.full.push(Vec::new());
        }
        if let Some(kept) = self.full.get_mut(level) {
            kept.push(root);
        }
    }

    /// Hashes of a tile above the lowest level (from 1): roots of the full tiles below it, as far as
    /// they are there.
    #[must_use]
    pub fn tile(&self, level: u8, index: u64) -> &[Hash] {
        let kept = usize::from(level).checked_sub(1);
        let kept = kept.and_then(|level| self.full.get(level));
        let range = usize::try_from(index).ok().and_then(|index| {
            let start = index.checked_mul(TILE_WIDTH)?;
            Some(start..start + TILE_WIDTH)
        });
        let (Some(kept), Some(range)) = (kept, range) else {
            return &[];
        };
        let end = range.end.min(kept.len());
        kept.get(range.start..end).unwrap_or_default()
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut subtrees = self.complete.iter().rev();
        let Some(last) = subtrees.next() else {
            return Sha256::digest(b"").into();
        };
        subtrees.fold(*last, |right, left| node(left, &right))
    }
}

/// The hash of an entry as a leaf.
pub(super) fn leaf(entry: &[u8]) -> Hash {
    let hash = Sha256::new().chain_update([0]).chain_update(entry);
    hash.finalize().into()
}

/// The hash of two subtrees under one node.
pub(super) fn node(left: &Hash, right: &Hash) -> Hash {
    let hash = Sha256::new().chain_update([1]).chain_update(left);
    hash.chain_update(right).finalize().into()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Entries and roots of Certificate Transparency's reference implementation
    /// (`merkletree/merkle_tree_test.cc`), one root for each number of entries.
    pub(in crate::ledger) const ENTRIES: [&str; 8] = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn roots_are_those_of_the_reference_implementation() {
        let entries = ENTRIES.map(|entry| hex::decode(entry).unwrap());
        for (size, root) in ROOTS.iter().enumerate() {
            let tree = Frontier::of(entries[..size].iter().map(Vec::as_slice));
            assert_eq!(hex::encode(tree.root()), *root, "{size} entries");
            assert_eq!(tree.size(), u64::try_from(size).unwrap());
        }
    }

    /// The definition, written as the RFC has it.
    fn defined(entries: &[Vec<u8>]) -> Hash {
        match entries {
            [] => Sha256::digest(b"").into(),
            [one] => leaf(one),
            more => {
                let left = more.len().next_power_of_two() / 2;
                node(&defined(&more[..left]), &defined(&more[left..]))
            }
        }
    }

    #[test]
    fn any_number_of_entries_has_the_root_of_the_definition() {
        let entries: Vec<Vec<u8>> = (0..200_u8).map(|number| vec![number; 3]).collect();
        for size in 0..entries.len() {
            let tree = Frontier::of(entries[..size].iter().map(Vec::as_slice));
            assert_eq!(tree.root(), defined(&entries[..size]), "{size}");
        }
    }
}
