//! Tables as aligned text for a terminal.
//!
//! Pure. Widths follow the East Asian width of each character, so Chinese and Latin text line up;
//! control characters are dropped, so that data cannot steer the terminal.

use unicode_width::UnicodeWidthChar;

/// On which side a column's cells stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Names.
    Left,
    /// Numbers.
    Right,
}

/// A table under construction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextTable {
    heads: Vec<(String, Option<Align>)>,
    rows: Vec<Vec<String>>,
}

impl TextTable {
    /// A table with these columns, from left to right.
    #[must_use]
    pub fn new(columns: impl IntoIterator<Item = (String, Align)>) -> Self {
        let heads = columns
            .into_iter()
            .map(|(head, align)| (clean(&head), Some(align)))
            .collect();
        Self {
            heads,
            rows: Vec::new(),
        }
    }

    /// Appends a row; missing cells stay empty, cells beyond the last column are dropped.
    pub fn push(&mut self, cells: impl IntoIterator<Item = String>) {
        let mut row: Vec<String> = cells.into_iter().map(|cell| clean(&cell)).collect();
        row.resize(self.heads.len(), String::new());
        self.rows.push(row);
    }

    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The text: heads, a rule, rows; no trailing spaces; each line ends in a newline.
    /// Columns whose cells are all empty are left out.
    #[must_use]
    pub fn render(&self) -> String {
        let shown: Vec<usize> = (0..self.heads.len())
            .filter(|&column| {
                self.rows.is_empty()
                    || self
                        .rows
                        .iter()
                        .any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()))
            })
            .collect();
        let widths: Vec<usize> = shown
            .iter()
            .map(|&column| {
                let head = self.heads.get(column).map_or(0, |(head, _)| width(head));
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| width(cell)).fold(head, usize::max)
            })
            .collect();
        let mut text = String::new();
        let heads: Vec<&str> = self.heads.iter().map(|(head, _)| head.as_str()).collect();
        self.line(&mut text, &heads, &shown, &widths);
        let rules: Vec<String> = widths.iter().map(|&wide| "─".repeat(wide)).collect();
        text.push_str(&rules.join("  "));
        text.push('\n');
        for row in &self.rows {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            self.line(&mut text, &cells, &shown, &widths);
        }
        text
    }

    fn line(&self, text: &mut String, cells: &[&str], shown: &[usize], widths: &[usize]) {
        let mut line = String::new();
        for (place, (&column, &wide)) in shown.iter().zip(widths).enumerate() {
            if place > 0 {
                line.push_str("  ");
            }
            let cell = cells.get(column).copied().unwrap_or_default();
            let padding = " ".repeat(wide.saturating_sub(width(cell)));
            let align = self.heads.get(column).and_then(|(_, align)| *align);
            if align == Some(Align::Right) {
                line.push_str(&padding);
                line.push_str(cell);
            } else {
                line.push_str(cell);
                line.push_str(&padding);
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// Columns of a terminal that the text fills.
fn width(text: &str) -> usize {
    text.chars()
        .map(|character| character.width().unwrap_or(0))
        .sum()
}

fn clean(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character == '\n' || character == '\t' {
                ' '
            } else {
                character
            }
        })
        .filter(|character| !character.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_names_line_up() {
        let mut table = TextTable::new([
            ("县区".to_owned(), Align::Left),
            ("n".to_owned(), Align::Right),
            ("%".to_owned(), Align::Right),
        ]);
        table.push(["城区", "1,024", "93.4"].map(str::to_owned));
        table.push(["Pingding 平定县", "866", "86.1"].map(str::to_owned));
        assert_eq!(
            table.render(),
            "县区                 n     %\n\
             ───────────────  ─────  ────\n\
             城区             1,024  93.4\n\
             Pingding 平定县    866  86.1\n"
        );
    }

    #[test]
    fn a_column_without_values_is_left_out_and_control_characters_too() {
        let mut table = TextTable::new([
            ("a".to_owned(), Align::Left),
            ("b".to_owned(), Align::Right),
        ]);
        table.push(["\u{1b}[31mred\n", ""].map(str::to_owned));
        assert_eq!(table.render(), "a\n────────\n[31mred\n");
    }
}
