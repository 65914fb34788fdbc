//! A page that is the same for everyone but for its holes: packed once, filled for each visitor.
//!
//! For: the form, whose hole is the random bits of a rendering, and the page after it, whose holes are the
//! receipt and its picture. Uses: DEFLATE. Promises: what is sent is one gzip member (browsers drop everything after a
//! first one): the blocks before a hole, its filling as one stored block, and so on to the blocks after the last one, the
//! combined checksum. Nothing of one filling is in another answer, and every answer is as long as every other.

use std::collections::HashMap;
use std::hash::Hash;
use std::io::Read as _;
use std::sync::{Arc, Mutex, PoisonError};

use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress, Status};

/// Stands for the filling while the page is packed. No page contains it, so that no block after a
/// hole refers to what is in it.
const MARK: char = '\u{1}';
/// Magic number, DEFLATE, no flags, no time, best compression, no particular system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
/// Head and lengths of a stored block.
const STORED: usize = 5;
/// Checksum and length.
const TRAILER: usize = 8;
/// Pages of a shelf at most, 12 KB each.
const PAGES: usize = 2_048;

/// What stands in a page of which a [`Document`] is made, in place of a filling of this many bytes.
pub(super) fn mark(length: usize) -> String {
    String::from(MARK).repeat(length)
}

/// A page with holes.
pub(super) struct Document {
    /// What stands before each hole.
    before: Vec<Part>,
    /// What stands after the last one.
    after: Part,
    /// Bytes of each filling.
    holes: Vec<u16>,
}

/// A part of a page between two holes.
struct Part {
    /// Its blocks, which end with a whole byte; those of the first part begin with the header.
    packed: Vec<u8>,
    crc: Hasher,
}

impl Part {
    fn new(
        packer: &mut Compress,
        text: &str,
        flush: FlushCompress,
        mut packed: Vec<u8>,
    ) -> Option<Self> {
        pack(packer, text.as_bytes(), flush, &mut packed)?;
        let mut crc = Hasher::new();
        crc.update(text.as_bytes());
        Some(Self { packed, crc })
    }
}

impl Document {
    /// Packs a page around the marks in it; `None` if these are not exactly as many and as long as the holes.
    pub(super) fn new(html: &str, holes: &[usize]) -> Option<Self> {
        // The packer sees the marks, so that distances across a hole are right.
        let mut packer = Compress::new(Compression::best(), false);
        let (mut packed, mut rest) = (HEADER.to_vec(), html);
        let (mut before, mut lengths) = (Vec::new(), Vec::new());
        for hole in holes {
            let filling = mark(*hole);
            let (text, after) = rest.split_once(&filling)?;
            if text.contains(MARK) || after.starts_with(MARK) {
                return None;
            }
            let part = Part::new(&mut packer, text, FlushCompress::Sync, packed)?;
            let filling = filling.as_bytes();
            pack(&mut packer, filling, FlushCompress::Sync, &mut Vec::new())?;
            before.push(part);
            lengths.push(u16::try_from(*hole).ok()?);
            (packed, rest) = (Vec::new(), after);
        }
        if rest.contains(MARK) {
            return None;
        }
        Some(Self {
            before,
            after: Part::new(&mut packer, rest, FlushCompress::Finish, packed)?,
            holes: lengths,
        })
    }

    /// The page with these fillings as a gzip member. What is not as long as its hole is cut or padded.
    pub(super) fn gzip(&self, fillings: &[&str]) -> Vec<u8> {
        let room: usize = self.before.iter().map(|part| part.packed.len()).sum();
        let holes: usize = self
            .holes
            .iter()
            .map(|hole| STORED + usize::from(*hole))
            .sum();
        let mut member = Vec::with_capacity(room + holes + self.after.packed.len() + TRAILER);
        let mut crc = Hasher::new();
        let mut fillings = fillings.iter();
        for (part, hole) in self.before.iter().zip(&self.holes) {
            let filling = fillings.next().copied().unwrap_or_default();
            let mut filling = filling.as_bytes().to_vec();
            filling.resize(usize::from(*hole), b' ');
            member.extend_from_slice(&part.packed);
            member.push(0);
            member.extend_from_slice(&hole.to_le_bytes());
            member.extend_from_slice(&(!hole).to_le_bytes());
            member.extend_from_slice(&filling);
            crc.combine(&part.crc);
            crc.update(&filling);
        }
        member.extend_from_slice(&self.after.packed);
        crc.combine(&self.after.crc);
        let length = crc.total_len();
        member.extend_from_slice(&crc.finalize().to_le_bytes());
        // The format counts modulo 2³²; no page comes near that.
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        member.extend_from_slice(&length.to_le_bytes());
        member
    }

    /// The page with these fillings for a visitor who takes no gzip.
    pub(super) fn plain(&self, fillings: &[&str]) -> std::io::Result<Vec<u8>> {
        let mut page = Vec::new();
        flate2::read::GzDecoder::new(self.gzip(fillings).as_slice()).read_to_end(&mut page)?;
        Ok(page)
    }
}

/// Packs all of these bytes; `None` if the packer does not take them.
fn pack(
    packer: &mut Compress,
    bytes: &[u8],
    flush: FlushCompress,
    packed: &mut Vec<u8>,
) -> Option<()> {
    // Stored blocks and a flush are the most that can be added, so one call does.
    packed.reserve(bytes.len() + bytes.len() / 8 + 1_024);
    let (read, room) = (packer.total_in(), packed.capacity() - packed.len());
    let status = packer.compress_vec(bytes, packed, flush).ok()?;
    let taken = usize::try_from(packer.total_in() - read).ok()? == bytes.len();
    let done = match flush {
        FlushCompress::Finish => status == Status::StreamEnd,
        _ => room > 0 && packed.len() < packed.capacity(),
    };
    (taken && done).then_some(())
}

/// Pages that were packed, by what they are for, each with what it shows.
pub(super) struct Shelf<K, S>(Mutex<HashMap<K, (S, Arc<Document>)>>);

impl<K: Eq + Hash, S: PartialEq> Shelf<K, S> {
    /// The page under this key if it shows the same, else a new one. A page that cannot be packed is
    /// none.
    pub(super) fn get<E>(
        &self,
        key: K,
        shows: S,
        holes: &[usize],
        render: impl FnOnce() -> Result<String, E>,
    ) -> Result<Option<Arc<Document>>, E> {
        let known = self
            .pages()
            .get(&key)
            .and_then(|(shown, page)| (*shown == shows).then(|| page.clone()));
        if known.is_some() {
            return Ok(known);
        }
        let made = Document::new(&render()?, holes).map(Arc::new);
        if let Some(page) = &made {
            let mut pages = self.pages();
            if pages.len() >= PAGES && !pages.contains_key(&key) {
                pages.clear();
            }
            pages.insert(key, (shows, page.clone()));
        }
        Ok(made)
    }

    fn pages(&self) -> std::sync::MutexGuard<'_, HashMap<K, (S, Arc<Document>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, S> Default for Shelf<K, S> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn document(before: &str, hole: usize, after: &str) -> Document {
        Document::new(&format!("{before}{}{after}", mark(hole)), &[hole]).unwrap()
    }

    /// Reads one member and insists that nothing follows it.
    fn unpacked(member: &[u8]) -> String {
        let mut reader = flate2::bufread::GzDecoder::new(member);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert!(reader.into_inner().is_empty(), "bytes after the member");
        text
    }

    proptest! {
        #[test]
        fn what_is_unpacked_is_the_page_with_its_filling(
            before in "[a-f<> ]{0,3000}", filling in "[a-f0-9<>]{0,300}", after in "[a-f<> ]{0,3000}",
        ) {
            let document = document(&before, filling.len(), &after);
            let page = format!("{before}{filling}{after}");
            prop_assert_eq!(unpacked(&document.gzip(&[&filling])), page.as_str());
            prop_assert_eq!(document.plain(&[&filling]).unwrap(), page.into_bytes());
        }

        #[test]
        fn several_holes_are_filled_each_with_its_own(
            texts in proptest::collection::vec("[a-f<> ]{1,800}", 4),
            fillings in proptest::collection::vec("[a-f0-9<>]{1,300}", 3),
        ) {
            let holes: Vec<usize> = fillings.iter().map(String::len).collect();
            let between = |with: &dyn Fn(usize) -> String| {
                let parts = texts.iter().enumerate().map(|(at, text)| match at {
                    3 => text.clone(),
                    at => format!("{text}{}", with(at)),
                });
                parts.collect::<String>()
            };
            let document = Document::new(&between(&|at| mark(holes[at])), &holes).unwrap();
            let page = between(&|at| fillings[at].clone());
            let given: Vec<&str> = fillings.iter().map(String::as_str).collect();
            prop_assert_eq!(unpacked(&document.gzip(&given)), page.as_str());
            // Whatever fills them, the page is as long.
            let others: Vec<String> = holes.iter().map(|hole| "7".repeat(*hole)).collect();
            let others: Vec<&str> = others.iter().map(String::as_str).collect();
            prop_assert_eq!(document.gzip(&others).len(), document.gzip(&given).len());
        }
    }

    #[test]
    fn a_text_that_comes_again_after_the_hole_is_found_across_it() {
        let text = "Wie sicher fühlen Sie sich? 您感觉安全吗? ".repeat(3);
        let noise: String = (0..4_000_u32)
            .map(|n| char::from(33 + (n * n % 89) as u8))
            .collect();
        let one = document(&text, 32, &noise);
        let again = document(&text, 32, &format!("{text}{noise}"));
        assert!(again.gzip(&[]).len() < one.gzip(&[]).len() + 30);
        let filling = "0123456789abcdef0123456789abcdef";
        assert_eq!(
            unpacked(&again.gzip(&[filling])),
            format!("{text}{filling}{text}{noise}")
        );
    }

    #[test]
    fn a_page_without_exactly_one_hole_is_not_packed() {
        for page in [
            "",
            "abc",
            &format!("a{}", mark(2)),
            &format!("{0} {0}", mark(4)),
        ] {
            assert!(Document::new(page, &[4]).is_none(), "{page:?}");
        }
    }

    #[test]
    fn a_page_is_made_again_when_it_shows_something_else() {
        let shelf = Shelf::default();
        let made = std::cell::Cell::new(0);
        let get = |key: u8, shows: u8| {
            let render = || {
                made.set(made.get() + 1);
                Ok::<_, ()>(format!("{shows}{}", mark(3)))
            };
            let page = shelf.get(key, shows, &[3], render).unwrap().unwrap();
            unpacked(&page.gzip(&["xyz"]))
        };
        assert_eq!(
            (get(1, 1), get(1, 1), made.get()),
            ("1xyz".into(), "1xyz".into(), 1)
        );
        assert_eq!(
            (get(2, 1), get(1, 2), made.get()),
            ("1xyz".into(), "2xyz".into(), 3)
        );
        for key in 0..=255 {
            for shows in 0..10 {
                get(key, shows);
            }
        }
        assert!(shelf.pages().len() <= PAGES);
    }
}
