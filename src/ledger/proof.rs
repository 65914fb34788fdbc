//! Proofs of a log, checked: a leaf is in a tree, a tree goes on another (RFC 9162, sections 2.1.3.2 and
//! 2.1.4.2, over the tree of RFC 6962), and the file that holds a proof (C2SP tlog-proof).
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index 3
//! ApjRIpBtz8EIkstTpzmS/FufST6kybrbJ7eRtBJ6f+c=
//!
//! minyi.example/log/2026q4/1
//! 1024
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — minyi.example/log/2026q4/1 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5…
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use sha2::{Digest as _, Sha256};

use super::checkpoint::{Checkpoint, CheckpointError};
use super::tree::{Hash, leaf, node};

/// First line of a file with a proof.
const KIND: &str = "c2sp.org/tlog-proof@v1";
/// Most hashes of a path: a tree cannot be higher.
const LONGEST: usize = 63;

/// Whether the path leads from this entry at this place to the root of a tree of this size.
#[must_use]
pub fn includes(entry: &[u8], place: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if place >= size {
        return false;
    }
    let (mut at, mut last) = (place, size - 1);
    let mut hash = leaf(entry);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether a tree of `size` leaves with root `root` goes on the one of `old` leaves with root `old_root`.
#[must_use]
pub fn goes_on(old: u64, old_root: &Hash, size: u64, root: &Hash, path: &[Hash]) -> bool {
    if old == 0 {
        let empty: Hash = Sha256::digest(b"").into();
        return path.is_empty() && *old_root == empty;
    }
    if old == size {
        return path.is_empty() && old_root == root;
    }
    // Where the old tree is one whole subtree its root begins the path.
    let (first, rest) = match path.split_first() {
        _ if old > size => return false,
        _ if old.is_power_of_two() => (old_root, path),
        Some(split) => split,
        None => return false,
    };
    let (mut at, mut last) = (old - 1, size - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut older, mut newer) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            older = node(sibling, &older);
            newer = node(sibling, &newer);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            newer = node(&newer, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && older == *old_root && newer == *root
}

/// A proof in a file, to be kept and checked without the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Place of the entry, from 0.
    pub place: u64,
    /// Hashes from the leaf's neighbor up to the root's child.
    pub path: Vec<Hash>,
    /// The signed head, verbatim.
    pub checkpoint: String,
}

/// Why a file proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not in the form of a proof.
    #[error("this is no proof")]
    Form,
    /// The head in it.
    #[error("the checkpoint in it does not hold")]
    Checkpoint(#[source] CheckpointError),
    /// The path does not lead from the entry to the signed root.
    #[error("the entry is not at this place of the log")]
    Path,
}

impl Proof {
    /// The file.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = format!("{KIND}\nindex {}\n", self.place);
        for hash in &self.path {
            text.push_str(&STANDARD.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint);
        text
    }

    /// Reads a file.
    pub fn read(text: &str) -> Result<Self, ProofError> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ProofError::Form)?;
        let mut lines = head.lines().peekable();
        if lines.next() != Some(KIND) {
            return Err(ProofError::Form);
        }
        lines.next_if(|line| line.starts_with("extra "));
        let place = lines.next().and_then(|line| line.strip_prefix("index "));
        let place = place.and_then(decimal).ok_or(ProofError::Form)?;
        let path: Option<Vec<Hash>> = lines.map(hash).collect();
        let path = path.filter(|path| path.len() <= LONGEST);
        Ok(Self {
            place,
            path: path.ok_or(ProofError::Form)?,
            checkpoint: checkpoint.to_owned(),
        })
    }

    /// The head under which the entry stands, if the key has signed it.
    pub fn check(&self, entry: &[u8], key: &VerifyingKey) -> Result<Checkpoint, ProofError> {
        let head = Checkpoint::open(&self.checkpoint, key).map_err(ProofError::Checkpoint)?;
        if includes(entry, self.place, head.size, &self.path, &head.root) {
            Ok(head)
        } else {
            Err(ProofError::Path)
        }
    }
}

/// A number as these formats write it: no sign, no zeros in front.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

fn hash(line: &str) -> Option<Hash> {
    STANDARD
        .decode(line)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::super::tree::tests::ENTRIES;
    use super::super::whole::Whole;
    use super::*;

    /// Proofs of Certificate Transparency's reference implementation over its entries.
    const INCLUSION: [(u64, u64, &[&str]); 4] = [
        (
            0,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            &[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            3,
            &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
        ),
        (
            1,
            5,
            &[
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ];
    const CONSISTENCY: [(u64, u64, &[&str]); 4] = [
        (1, 1, &[]),
        (
            1,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            &[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            &[
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ];

    fn tree() -> (Vec<Vec<u8>>, Whole) {
        let entries: Vec<Vec<u8>> = ENTRIES.map(|entry| hex::decode(entry).unwrap()).into();
        let tree = Whole::of(entries.iter().map(Vec::as_slice));
        (entries, tree)
    }

    fn hexed(path: &[Hash]) -> Vec<String> {
        path.iter().map(hex::encode).collect()
    }

    #[test]
    fn proofs_are_those_of_the_reference_implementation() {
        let (_, tree) = tree();
        for (place, size, path) in INCLUSION {
            let made = tree.inclusion(place, size).unwrap();
            assert_eq!(hexed(&made), path, "{place} in {size}");
        }
        for (old, size, path) in CONSISTENCY {
            let made = tree.consistency(old, size).unwrap();
            assert_eq!(hexed(&made), path, "{old} to {size}");
        }
    }

    #[test]
    fn every_leaf_is_proved_and_no_other_claim_is() {
        let entries: Vec<Vec<u8>> = (0..70_u8).map(|n| vec![n; 32]).collect();
        let tree = Whole::of(entries.iter().map(Vec::as_slice));
        for size in 1..=70_u64 {
            let root = tree.root_at(size).unwrap();
            for place in 0..size {
                let path = tree.inclusion(place, size).unwrap();
                let entry = &entries[usize::try_from(place).unwrap()];
                assert!(includes(entry, place, size, &path, &root));
                assert!(!includes(&[9; 3], place, size, &path, &root));
                assert!(!includes(entry, place + 1, size, &path, &root));
                let longer = [path.as_slice(), &[[0; 32]]].concat();
                assert!(!includes(entry, place, size, &longer, &root));
                if let Some((_, shorter)) = path.split_last() {
                    assert!(!includes(entry, place, size, shorter, &root));
                }
            }
            assert_eq!(tree.inclusion(size, size), None);
        }
    }

    #[test]
    fn a_tree_goes_on_its_own_past_and_on_no_other() {
        let entries: Vec<Vec<u8>> = (0..70_u8).map(|n| vec![n; 32]).collect();
        let tree = Whole::of(entries.iter().map(Vec::as_slice));
        let mut other = entries;
        other[0] = vec![99; 32];
        let other = Whole::of(other.iter().map(Vec::as_slice));
        for size in 1..=70_u64 {
            let root = tree.root_at(size).unwrap();
            for old in 0..=size {
                let path = tree.consistency(old, size).unwrap();
                let past = tree.root_at(old).unwrap();
                assert!(goes_on(old, &past, size, &root, &path), "{old} to {size}");
                if old > 0 {
                    let rewritten = other.root_at(old).unwrap();
                    assert!(!goes_on(old, &rewritten, size, &root, &path));
                    let forked = other.root_at(size).unwrap();
                    assert!(!goes_on(old, &past, size, &forked, &path));
                }
                if old < size {
                    assert!(!goes_on(size, &root, old, &past, &path), "rolled back");
                }
            }
        }
    }

    #[test]
    fn a_kept_proof_is_read_back_and_holds_for_its_entry_only() {
        let (entries, tree) = tree();
        let key = SigningKey::from_bytes(&[1; 32]);
        let head = Checkpoint {
            origin: "minyi.example/log/2026q4/1".to_owned(),
            size: tree.size(),
            root: tree.root(),
        };
        let proof = Proof {
            place: 3,
            path: tree.inclusion(3, 8).unwrap(),
            checkpoint: head.sign(&key),
        };
        let read = Proof::read(&proof.write()).unwrap();
        assert_eq!(read, proof);
        assert_eq!(read.check(&entries[3], &key.verifying_key()), Ok(head));
        let other = read.check(&entries[4], &key.verifying_key());
        assert_eq!(other, Err(ProofError::Path));
        let with_extra = proof
            .write()
            .replacen("\nindex", "\nextra bm90ZQ==\nindex", 1);
        assert_eq!(Proof::read(&with_extra), Ok(proof.clone()));
        for (from, to) in [
            ("index 3", "index 03"),
            ("index 3", "place 3"),
            ("@v1", "@v2"),
            ("\n\n", "\n"),
            ("=\n", "\n"),
        ] {
            let changed = proof.write().replacen(from, to, 1);
            assert!(Proof::read(&changed).is_err(), "{from} to {to}");
        }
    }
}
