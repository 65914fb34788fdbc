//! A QR code as the path of an SVG, or as a picture of one size.
//!
//! Promises: one path of horizontal runs, so that ten thousand codes make a page of a bearable size; the quiet zone of
//! four modules (ISO/IEC 18004, §6.3.8) is in the picture's size. A picture has as many bytes as any other of its series.

use std::fmt::Write as _;

use fast_qr::{ECL, Mode, QRBuilder, QRCode};

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
    Some(rows(&code))
}

fn rows(code: &QRCode) -> Vec<Vec<bool>> {
    let rows = code.data.chunks(code.size).take(code.size);
    let dark = |row: &[fast_qr::Module]| row.iter().map(|module| module.value()).collect();
    rows.map(dark).collect()
}

/// Pixels of a picture: in each row a byte that says "no filter", then eight a byte, the first one highest; what is beyond the
/// row is white.
fn pixels(rows: &[Vec<bool>]) -> Vec<u8> {
    let size = rows.len() + 2 * QUIET;
    let mut pixels = Vec::with_capacity(size * (1 + size.div_ceil(8)));
    for y in 0..size {
        let row = y.checked_sub(QUIET).and_then(|y| rows.get(y));
        let is_dark = |x: usize| {
            let module = x.checked_sub(QUIET).and_then(|x| row?.get(x));
            module.is_some_and(|dark| *dark)
        };
        pixels.push(0);
        for first in (0..size).step_by(8) {
            let bits = (first..first + 8).map(|x| u8::from(!is_dark(x)));
            pixels.push(bits.fold(0, |byte, bit| byte << 1 | bit));
        }
    }
    pixels
}

/// Pictures of texts of one length that differ in the hexadecimal digits at their end alone.
///
/// For: receipts, one for each answer. All of a series have one mask, so every module is a sum modulo two of a constant and of bits of
/// the text: these have fixed places, error correction is linear, the mask is added (ISO/IEC 18004, §7). A picture is therefore
/// that of zeros and what each bit of a digit changes in it, 50 times quicker than to make a code and weigh eight masks.
/// Readers learn the mask from the code; it is the one that suits a text of all digits best.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Width and height in modules, with the quiet zone.
    side: u32,
    /// Of the text that ends with zeros.
    zeros: Vec<u8>,
    /// For each digit, what each of [`BITS`] changes.
    changes: Vec<[Vec<u8>; BITS.len()]>,
}

/// In what the digits of a series differ from `0`: four bits in turn, and two that letters alone have.
const BITS: [u8; 5] = [1, 2, 4, 8, 0x50];

impl Series {
    /// Texts of this beginning and so many digits; `None` where they are longer than a QR code can hold.
    #[must_use]
    pub fn new(beginning: &str, digits: usize) -> Option<Self> {
        let builder = |end: &[u8]| {
            let mut builder = QRBuilder::new([beginning.as_bytes(), end].concat());
            builder.ecl(ECL::M).mode(Mode::Byte);
            builder
        };
        let typical: Vec<u8> = b"0123456789abcdef"
            .iter()
            .copied()
            .cycle()
            .take(digits)
            .collect();
        let mask = builder(&typical).build().ok()?.mask?;
        let made = |end: &[u8]| builder(end).mask(mask).build().ok();
        let mut end = vec![b'0'; digits];
        let code = made(&end)?;
        let zeros = pixels(&rows(&code));
        let mut changes = Vec::with_capacity(digits);
        for place in 0..digits {
            let mut of_digit = <[Vec<u8>; BITS.len()]>::default();
            for (bit, change) in BITS.iter().zip(&mut of_digit) {
                *end.get_mut(place)? ^= bit;
                *change = pixels(&rows(&made(&end)?));
                add(change, &zeros);
                *end.get_mut(place)? ^= bit;
            }
            changes.push(of_digit);
        }
        let side = u32::try_from(code.size + 2 * QUIET).ok()?;
        Some(Self {
            side,
            zeros,
            changes,
        })
    }

    /// The picture with these digits as a PNG of one bit a module, not packed: as many bytes as any other of the series. `None` of what
    /// are not so many digits in lower case.
    #[must_use]
    pub fn png(&self, digits: &str) -> Option<Vec<u8>> {
        let is_digit = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
        if digits.len() != self.changes.len() || !digits.bytes().all(is_digit) {
            return None;
        }
        let mut pixels = self.zeros.clone();
        for (digit, changes) in digits.bytes().zip(&self.changes) {
            for (bit, change) in BITS.iter().zip(changes) {
                if (digit ^ b'0') & bit != 0 {
                    add(&mut pixels, change);
                }
            }
        }
        file(self.side, &pixels)
    }
}

/// Adds modulo two.
fn add(pixels: &mut [u8], change: &[u8]) {
    for (pixel, change) in pixels.iter_mut().zip(change) {
        *pixel ^= change;
    }
}

/// A PNG of these pixels.
fn file(side: u32, pixels: &[u8]) -> Option<Vec<u8>> {
    let side = side.to_be_bytes();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    // Depth 1, gray; the only compression, filter and order of rows that there are.
    let head = [&side[..], &side[..], &[1, 0, 0, 0, 0]].concat();
    chunk(&mut file, *b"IHDR", &head)?;
    chunk(&mut file, *b"IDAT", &stored(pixels)?)?;
    chunk(&mut file, *b"IEND", b"")?;
    Some(file)
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) -> Option<()> {
    file.extend_from_slice(&u32::try_from(content.len()).ok()?.to_be_bytes());
    let begin = file.len();
    file.extend_from_slice(&kind);
    file.extend_from_slice(content);
    let checksum = crc32fast::hash(file.get(begin..)?);
    file.extend_from_slice(&checksum.to_be_bytes());
    Some(())
}

/// A zlib stream of one stored block (RFC 1950, RFC 1951 §3.2.4).
fn stored(bytes: &[u8]) -> Option<Vec<u8>> {
    const BASE: u32 = 65_521;
    /// So many bytes can be summed before either sum may pass 2³².
    const MOST: usize = 5_552;
    let (mut a, mut b) = (1_u32, 0_u32);
    for part in bytes.chunks(MOST) {
        for byte in part {
            a += u32::from(*byte);
            b += a;
        }
        (a, b) = (a % BASE, b % BASE);
    }
    let length = u16::try_from(bytes.len()).ok()?;
    let mut stream = Vec::with_capacity(bytes.len() + 11);
    stream.extend_from_slice(&[0x78, 0x01, 1]);
    stream.extend_from_slice(&length.to_le_bytes());
    stream.extend_from_slice(&(!length).to_le_bytes());
    stream.extend_from_slice(bytes);
    stream.extend_from_slice(&(b << 16 | a).to_be_bytes());
    Some(stream)
}

#[cfg(test)]
mod tests {
    use fast_qr::Mask;

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
        assert!(Series::new(&"x".repeat(4_000), 64).is_none());
    }

    /// Reads a picture with the inflater of another crate, and its checksums by their definitions; its modules are those of the code of
    /// the same text with the same mask, as `fast_qr` makes it.
    #[test]
    fn pictures_of_a_series_are_png_of_one_length_with_the_modules_of_their_codes() {
        use std::io::Read as _;
        let beginning = "https://minyi.example/check#";
        let series = Series::new(beginning, 64).unwrap();
        let mut lengths = std::collections::BTreeSet::new();
        let mut masks = std::collections::BTreeSet::new();
        let any = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let each = ["0", "7", "a", "f"].map(|digit| digit.repeat(64));
        for digits in each.iter().map(String::as_str).chain([any]) {
            let file = series.png(digits).unwrap();
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
            assert_eq!(pixels.len(), size * wide);
            let is_dark = |x: usize, y: usize| pixels[y * wide + 1 + x / 8] >> (7 - x % 8) & 1 == 0;
            let matches = |mask: Mask| {
                let text = format!("{beginning}{digits}");
                let code = QRBuilder::new(text).ecl(ECL::M).mask(mask).build().unwrap();
                assert_eq!(size, code.size + 8);
                (0..size).all(|y| {
                    (0..size).all(|x| {
                        let inside = (4..size - 4).contains(&x) && (4..size - 4).contains(&y);
                        is_dark(x, y) == (inside && code[y - 4][x - 4].value())
                    })
                })
            };
            masks.extend((0..MASKS.len()).filter(|mask| matches(MASKS[*mask])));
        }
        assert_eq!(
            (lengths.len(), masks.len()),
            (1, 1),
            "{lengths:?} {masks:?}"
        );
        for digits in ["", &any[1..], &any.to_uppercase(), &any.replace('f', "g")] {
            assert_eq!(series.png(digits), None);
        }
    }

    const MASKS: [Mask; 8] = [
        Mask::Checkerboard,
        Mask::HorizontalLines,
        Mask::VerticalLines,
        Mask::DiagonalLines,
        Mask::LargeCheckerboard,
        Mask::Fields,
        Mask::Diamonds,
        Mask::Meadow,
    ];
}
