//! Records of a CSV text and their fields.
//!
//! Promises: what the `csv` crate reads; a text without quotes is cut at its line ends and commas, which
//! is several times faster.

/// One record.
pub(super) struct Record<'r> {
    /// Its number, from 0; `None` for the header.
    pub(super) row: Option<usize>,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// Where it begins in the text.
    pub(super) byte: u64,
    bytes: &'r [u8],
    /// Field → its end in `bytes`.
    ends: &'r [usize],
    /// Bytes between two fields.
    gap: usize,
}

impl<'r> Record<'r> {
    /// Number of fields.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A field; empty where there is none.
    #[inline]
    pub(super) fn field(&self, place: usize) -> &'r [u8] {
        let before = place.checked_sub(1).and_then(|at| self.ends.get(at));
        let start = before.map_or(0, |end| end + self.gap);
        let end = self.ends.get(place).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// All fields.
    pub(super) fn fields(&self) -> impl Iterator<Item = &'r [u8]> {
        (0..self.len()).map(|place| self.field(place))
    }
}

/// Calls `each` with every record, the header first, until it says stop.
pub(super) fn for_each_record(text: &str, each: impl FnMut(&Record<'_>) -> bool) {
    if is_plain(text.as_bytes()) {
        plain_records(text.as_bytes(), each);
    } else {
        quoted_records(text, each);
    }
}

/// True without quotes and without carriage returns other than those of line ends.
fn is_plain(text: &[u8]) -> bool {
    let quoted = text.contains(&b'"');
    let lone_return = |(at, byte): (usize, &u8)| *byte == b'\r' && text.get(at + 1) != Some(&b'\n');
    !quoted && (!text.contains(&b'\r') || !text.iter().enumerate().any(lone_return))
}

fn plain_records(text: &[u8], mut each: impl FnMut(&Record<'_>) -> bool) {
    let mut ends: Vec<usize> = Vec::new();
    let mut row = None;
    let mut start = 0;
    let mut line = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        ends.clear();
        line += 1;
        let mut length = rest.len();
        for (at, byte) in rest.iter().enumerate() {
            if *byte == b',' {
                ends.push(at);
            } else if *byte == b'\n' {
                length = at;
                break;
            }
        }
        let bytes = rest.get(..length).unwrap_or_default();
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if !bytes.is_empty() {
            ends.push(bytes.len());
            let record = Record {
                row,
                line,
                byte: u64::try_from(start).unwrap_or(u64::MAX),
                bytes,
                ends: &ends,
                gap: 1,
            };
            if !each(&record) {
                return;
            }
            row = Some(row.map_or(0, |row: usize| row + 1));
        }
        start += length + 1;
    }
}

fn quoted_records(text: &str, mut each: impl FnMut(&Record<'_>) -> bool) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        // Rows of another length are reported with their line, not by the reader.
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = csv::ByteRecord::new();
    let mut ends: Vec<usize> = Vec::new();
    let mut row = None;
    // Reading from memory cannot fail, and rows may have any length.
    while matches!(reader.read_byte_record(&mut record), Ok(true)) {
        ends.clear();
        let mut end = 0;
        ends.extend(record.iter().map(|field| {
            end += field.len();
            end
        }));
        let (line, byte) = record
            .position()
            .map_or((0, 0), |at| (at.line(), at.byte()));
        let fields = Record {
            row,
            line: line + blank_lines_at(text, byte),
            byte,
            bytes: record.as_slice(),
            ends: &ends,
            gap: 0,
        };
        if !each(&fields) {
            return;
        }
        row = Some(row.map_or(0, |row: usize| row + 1));
    }
}

/// The reader skips blank lines but places a record where they begin.
fn blank_lines_at(text: &str, byte: u64) -> u64 {
    let from = usize::try_from(byte).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let blank = rest
        .iter()
        .take_while(|&&byte| byte == b'\n' || byte == b'\r');
    blank
        .filter(|&&byte| byte == b'\n')
        .fold(0, |count, _| count + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Seen = (Option<usize>, u64, Vec<Vec<u8>>);

    fn seen(read: impl Fn(&mut dyn FnMut(&Record<'_>) -> bool)) -> Vec<Seen> {
        let mut records = Vec::new();
        read(&mut |record| {
            let fields = record.fields().map(<[u8]>::to_vec).collect();
            records.push((record.row, record.line, fields));
            true
        });
        records
    }

    proptest! {
        #[test]
        fn a_text_without_quotes_is_cut_as_the_csv_crate_reads_it(text in "([ab1.é, ]|,|\n|\r\n){0,40}") {
            prop_assume!(is_plain(text.as_bytes()));
            let cut = seen(|each| plain_records(text.as_bytes(), each));
            let read = seen(|each| quoted_records(&text, each));
            prop_assert_eq!(cut, read);
        }
    }

    #[test]
    fn quotes_and_lone_carriage_returns_are_left_to_the_csv_crate() {
        assert!(is_plain(b"a,b\r\n1,2\n"));
        assert!(!is_plain(b"a,b\n\"1\",2\n"));
        assert!(!is_plain(b"a,b\r1,2\n"));
    }
}
