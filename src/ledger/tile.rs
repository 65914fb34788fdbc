//! Tiles: a log as files that never change (C2SP tlog-tiles).
//!
//! A tile of level 0 holds the hashes of 256 leaves, one of a level above the roots of 256 full tiles
//! below it; a bundle holds the 256 entries themselves, each after its length in two bytes. The last
//! tile of a level may have fewer; its name says how many: `tile/0/x001/234.p/17`.

use super::proof::decimal;
use super::tree::{Hash, TILE_WIDTH};

/// What a file of a log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Hashes of this level.
    Hashes(u8),
    /// The entries.
    Entries,
}

/// Name of a file of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TilePath {
    /// What it holds.
    pub kind: Kind,
    /// Its number within the level, from 0.
    pub index: u64,
    /// How many hashes or entries it holds, 1 to 256.
    pub width: usize,
}

/// Highest level that a name may have.
const HIGHEST: u64 = 63;

impl TilePath {
    /// Reads the part of an address after `tile/`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once('/')?;
        let kind = match kind {
            "entries" => Kind::Entries,
            level => {
                let level = decimal(level).filter(|level| *level <= HIGHEST)?;
                Kind::Hashes(u8::try_from(level).ok()?)
            }
        };
        let (number, width) = match rest.split_once(".p/") {
            None => (rest, TILE_WIDTH),
            Some((number, width)) => (number, decimal(width)?.try_into().ok()?),
        };
        let is_partial = number.len() < rest.len();
        if width == 0 || width > TILE_WIDTH || (is_partial && width == TILE_WIDTH) {
            return None;
        }
        Some(Self {
            kind,
            index: read_number(number)?,
            width,
        })
    }

    /// The name, after `tile/`.
    #[must_use]
    pub fn write(&self) -> String {
        let kind = match self.kind {
            Kind::Entries => "entries".to_owned(),
            Kind::Hashes(level) => level.to_string(),
        };
        let number = write_number(self.index);
        if self.width == TILE_WIDTH {
            format!("{kind}/{number}")
        } else {
            format!("{kind}/{number}.p/{}", self.width)
        }
    }

    /// The place of the first leaf, or of the first hash in its level.
    #[must_use]
    pub const fn start(&self) -> Option<u64> {
        self.index.checked_mul(TILE_WIDTH as u64)
    }
}

/// Names of the bundles, or of the tiles of level 0, that hold a log of this size.
pub fn lowest(kind: Kind, size: u64) -> impl Iterator<Item = TilePath> {
    const WIDTH: u64 = TILE_WIDTH as u64;
    (0..size.div_ceil(WIDTH)).map(move |index| {
        let left = size - index * WIDTH;
        TilePath {
            kind,
            index,
            width: usize::try_from(left.min(WIDTH)).unwrap_or(TILE_WIDTH),
        }
    })
}

/// A number in parts of three digits; all but the last begin with an x.
fn read_number(text: &str) -> Option<u64> {
    let mut parts = text.split('/').rev();
    let last = parts.next()?;
    let mut digits: Vec<&str> = Vec::new();
    for part in parts {
        digits.push(part.strip_prefix('x')?);
    }
    digits.reverse();
    digits.push(last);
    let whole = |part: &&str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits.iter().all(whole) {
        return None;
    }
    let number: u64 = digits.concat().parse().ok()?;
    (write_number(number) == text).then_some(number)
}

fn write_number(number: u64) -> String {
    let mut text = format!("{:03}", number % 1_000);
    let mut rest = number / 1_000;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1_000);
        rest /= 1_000;
    }
    text
}

/// A tile's bytes.
#[must_use]
pub fn hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.concat()
}

/// Reads a tile's bytes.
#[must_use]
pub fn read_hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    rest.is_empty().then(|| hashes.to_vec())
}

/// A bundle's bytes; nothing if an entry is too long for one.
#[must_use]
pub fn entries<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).ok()?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Some(bytes)
}

/// Reads a bundle's bytes.
#[must_use]
pub fn read_entries(mut bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, rest) = rest.split_at_checked(length)?;
        entries.push(entry.to_vec());
        bytes = rest;
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::super::tree::{Frontier, leaf};
    use super::super::whole::Whole;
    use super::*;

    #[test]
    fn names_are_those_of_the_specification() {
        for (name, kind, index, width) in [
            ("0/x001/x234/067", Kind::Hashes(0), 1_234_067, 256),
            ("1/273.p/17", Kind::Hashes(1), 273, 17),
            ("entries/000", Kind::Entries, 0, 256),
            ("entries/x001/000.p/1", Kind::Entries, 1_000, 1),
        ] {
            let path = TilePath { kind, index, width };
            assert_eq!(TilePath::read(name), Some(path), "{name}");
            assert_eq!(path.write(), name);
        }
        for name in [
            "",
            "0",
            "0/",
            "0/0",
            "0/0000",
            "00/000",
            "64/000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/x000/001",
            "0/001/002",
            "entry/000",
            "0/x01/002",
            "0/00a",
            "0/000.p/",
            "0/+01",
            "0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(TilePath::read(name), None, "{name}");
        }
    }

    /// The example of the specification: 70,000 leaves.
    #[test]
    fn a_log_of_seventy_thousand_has_the_tiles_of_the_example() {
        let lowest: Vec<_> = lowest(Kind::Hashes(0), 70_000).collect();
        assert_eq!(lowest.len(), 274);
        assert_eq!(lowest.last().unwrap().write(), "0/273.p/112");
        let entries: Vec<[u8; 8]> = (0..70_000_u64).map(u64::to_be_bytes).collect();
        let frontier = Frontier::of(entries.iter().map(<[u8; 8]>::as_slice));
        assert_eq!(frontier.tile(1, 0).len(), 256);
        assert_eq!(frontier.tile(1, 1).len(), 17);
        assert_eq!(frontier.tile(2, 0).len(), 1);
        assert!(frontier.tile(2, 1).is_empty());
        assert!(frontier.tile(3, 0).is_empty());
        assert!(frontier.tile(0, 0).is_empty());
        assert!(frontier.tile(1, u64::MAX).is_empty());
        let tree = Whole::of(entries[..65_536].iter().map(<[u8; 8]>::as_slice));
        assert_eq!(frontier.tile(2, 0), [tree.root()]);
        let second = Whole::of(entries[256..512].iter().map(<[u8; 8]>::as_slice));
        assert_eq!(frontier.tile(1, 0)[1], second.root());
    }

    #[test]
    fn bytes_come_back() {
        let list = [vec![], vec![1], vec![2; 300]];
        let bytes = entries(list.iter().map(Vec::as_slice)).unwrap();
        assert_eq!(read_entries(&bytes).unwrap(), list);
        assert_eq!(read_entries(&bytes[..bytes.len() - 1]), None);
        assert_eq!(entries([vec![0; 65_536].as_slice()]), None);
        let some = [leaf(b"a"), leaf(b"b")];
        assert_eq!(read_hashes(&hashes(&some)).unwrap(), some);
        assert_eq!(read_hashes(&[0; 33]), None);
    }
}
