//! A QR code as the path of an SVG, or as a picture of one size.
//!
//! Promises: one path of horizontal runs, so that ten thousand codes make a page of a bearable size; the quiet zone of
//! four modules (ISO/IEC 18004, §6.3.8) is in the picture's size. A picture has as many bytes as any other of a text as long.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

/// Modules of the quiet zone on each side.
const QUIET: usize = 4;

/// A picture of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// Width and height in modules, with the quiet zone.
    pub size: usize,
    /// `d` of a path that is stroked one module wide, half a module further down: a stroke lies on both sides of
    /// its line.
    pub path: String,
}

impl Qr {
    /// The picture of a text; `None` where it is longer than a QR code can hold.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let rows = modules(text)?;
        let mut path = String::new();
        for (y, dark) in rows.iter().enumerate() {
            let _ = write!(path, "M{QUIET} {}", y + QUIET);
            for run in dark.chunk_by(|a, b| a == b) {
                let _ = match run.first() {
                    Some(true) => write!(path, "h{}", run.len()),
                    _ => write!(path, "m{} 0", run.len()),
                };
            }
        }
        Some(Self {
            size: rows.len() + 2 * QUIET,
            path,
        })
    }
}

/// Which modules are dark, row by row.
fn modules(text: &str) -> Option<Vec<Vec<bool>>> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let rows = code.data.chunks(code.size).take(code.size);
    let dark = |row: &[fast_qr::Module]| row.iter().map(|module| module.value()).collect();
    Some(rows.map(dark).collect())
}

/// The code as a PNG of one bit a module, not packed; `None` where the text is longer than a QR code can hold.
#[must_use]
pub fn png(text: &str) -> Option<Vec<u8>> {
    let rows = modules(text)?;
    let size = rows.len() + 2 * QUIET;
    let mut pixels = Vec::new();
    for y in 0..size {
        let row = y.checked_sub(QUIET).and_then(|y| rows.get(y));
        let is_dark = |x: usize| {
            let module = x.checked_sub(QUIET).and_then(|x| row?.get(x));
            module.is_some_and(|dark| *dark)
        };
        // No filter; eight pixels a byte, the first one highest; what is beyond the row is white.
        pixels.push(0);
        for first in (0..size).step_by(8) {
            let bits = (first..first + 8).map(|x| u8::from(!is_dark(x)));
            pixels.push(bits.fold(0, |byte, bit| byte << 1 | bit));
        }
    }
    let side = u32::try_from(size).ok()?.to_be_bytes();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    // Depth 1, gray; the only compression, filter and order of rows that there are.
    let head = [&side[..], &side[..], &[1, 0, 0, 0, 0]].concat();
    chunk(&mut file, *b"IHDR", &head)?;
    chunk(&mut file, *b"IDAT", &stored(&pixels)?)?;
    chunk(&mut file, *b"IEND", b"")?;
    Some(file)
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) -> Option<()> {
    file.extend_from_slice(&u32::try_from(content.len()).ok()?.to_be_bytes());
    let checked = [kind.as_slice(), content].concat();
    file.extend_from_slice(&checked);
    file.extend_from_slice(&crc32fast::hash(&checked).to_be_bytes());
    Some(())
}

/// A zlib stream of one stored block (RFC 1950, RFC 1951 §3.2.4).
fn stored(bytes: &[u8]) -> Option<Vec<u8>> {
    const BASE: u32 = 65_521;
    let (a, b) = bytes.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % BASE;
        (a, (b + a) % BASE)
    });
    let length = u16::try_from(bytes.len()).ok()?;
    let mut stream = vec![0x78, 0x01, 1];
    stream.extend_from_slice(&length.to_le_bytes());
    stream.extend_from_slice(&(!length).to_le_bytes());
    stream.extend_from_slice(bytes);
    stream.extend_from_slice(&(b << 16 | a).to_be_bytes());
    Some(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which modules are dark, read back from the path.
    fn read_back(qr: &Qr) -> Vec<Vec<bool>> {
        let mut grid = vec![vec![false; qr.size]; qr.size];
        for line in qr.path.split('M').skip(1) {
            let (start, rest) = line.split_once(' ').unwrap();
            let end = rest.find(['h', 'm']).unwrap();
            let (mut x, y): (usize, usize) = (start.parse().unwrap(), rest[..end].parse().unwrap());
            for run in rest[end..]
                .split_inclusive(['h', 'm'])
                .collect::<Vec<_>>()
                .windows(2)
            {
                let length = run[1].trim_end_matches(['h', 'm']).trim_end_matches(" 0");
                let length: usize = length.parse().unwrap();
                if run[0].ends_with('h') {
                    grid[y][x..x + length].fill(true);
                }
                x += length;
            }
        }
        grid
    }

    #[test]
    fn the_path_has_the_modules_of_the_code_inside_a_quiet_zone() {
        let text = "https://minyi.example/s/2026q4/140302#ABCD-EFGH-JKMNP";
        let qr = Qr::new(text).unwrap();
        let code = QRBuilder::new(text).ecl(ECL::M).build().unwrap();
        assert_eq!(qr.size, code.size + 8);
        let grid = read_back(&qr);
        for (y, line) in grid.iter().enumerate() {
            for (x, dark) in line.iter().enumerate() {
                let inside = (4..qr.size - 4).contains(&x) && (4..qr.size - 4).contains(&y);
                let wanted = inside && code[y - 4][x - 4].value();
                assert_eq!(*dark, wanted, "{x} {y}");
            }
        }
        assert!(qr.path.len() < 2_500, "{}", qr.path.len());
        assert!(Qr::new(&"x".repeat(4_000)).is_none());
        assert!(png(&"x".repeat(4_000)).is_none());
    }

    /// Reads a picture with the inflater of another crate, and its checksums by their definitions.
    #[test]
    fn pictures_are_png_of_one_length_whatever_they_show() {
        use std::io::Read as _;
        let mut lengths = std::collections::BTreeSet::new();
        for digit in ["0", "7", "a", "f"] {
            let text = format!("https://minyi.example/check#{}", digit.repeat(64));
            let file = png(&text).unwrap();
            lengths.insert(file.len());
            let chunk_at = |at: usize| {
                let length = u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
                let (kind, content) = (&file[at + 4..at + 8], &file[at + 8..at + 8 + length]);
                let crc = crc32fast::hash(&file[at + 4..at + 8 + length]).to_be_bytes();
                assert_eq!(crc, file[at + 8 + length..at + 12 + length]);
                (kind.to_vec(), content.to_vec(), at + 12 + length)
            };
            let (kind, head, next) = chunk_at(8);
            assert_eq!(kind, b"IHDR");
            let size = u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
            let (kind, packed, next) = chunk_at(next);
            assert_eq!(kind, b"IDAT");
            assert_eq!(chunk_at(next).2, file.len());
            let mut pixels = Vec::new();
            flate2::read::ZlibDecoder::new(&packed[..])
                .read_to_end(&mut pixels)
                .unwrap();
            let wide = 1 + size.div_ceil(8);
            let qr = Qr::new(&text).unwrap();
            let grid = read_back(&qr);
            assert_eq!(size, qr.size);
            for (y, line) in grid.iter().enumerate() {
                for (x, dark) in line.iter().enumerate() {
                    let white = pixels[y * wide + 1 + x / 8] >> (7 - x % 8) & 1 == 1;
                    assert_eq!(*dark, !white, "{x} {y}");
                }
            }
        }
        assert_eq!(lengths.len(), 1, "{lengths:?}");
    }
}
