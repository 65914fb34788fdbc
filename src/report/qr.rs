//! A QR code as the path of an SVG.
//!
//! Promises: one path of horizontal runs, so that ten thousand codes make a page of a bearable size; the quiet zone of
//! four modules (ISO/IEC 18004, §6.3.8) is in the picture's size.

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
        let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
        let mut path = String::new();
        for (y, row) in code.data.chunks(code.size).take(code.size).enumerate() {
            let dark: Vec<bool> = row.iter().map(|module| module.value()).collect();
            let _ = write!(path, "M{QUIET} {}", y + QUIET);
            for run in dark.chunk_by(|a, b| a == b) {
                let _ = match run.first() {
                    Some(true) => write!(path, "h{}", run.len()),
                    _ => write!(path, "m{} 0", run.len()),
                };
            }
        }
        Some(Self {
            size: code.size + 2 * QUIET,
            path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which modules are dark, read back from the path.
    fn modules(qr: &Qr) -> Vec<Vec<bool>> {
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
        let grid = modules(&qr);
        for (y, line) in grid.iter().enumerate() {
            for (x, dark) in line.iter().enumerate() {
                let inside = (4..qr.size - 4).contains(&x) && (4..qr.size - 4).contains(&y);
                let wanted = inside && code[y - 4][x - 4].value();
                assert_eq!(*dark, wanted, "{x} {y}");
            }
        }
        assert!(qr.path.len() < 2_500, "{}", qr.path.len());
        assert!(Qr::new(&"x".repeat(4_000)).is_none());
    }
}
