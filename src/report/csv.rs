//! Rows as CSV text: comma, LF, quotes only where needed, UTF-8.
//!
//! Pure. Numbers are written in the shortest decimal form that reads back to the same value.

/// CSV under construction.
#[derive(Debug, Default)]
pub struct CsvText {
    text: String,
}

impl CsvText {
    /// A file with this header.
    #[must_use]
    pub fn new<S: AsRef<str>>(header: impl IntoIterator<Item = S>) -> Self {
        let mut file = Self::default();
        file.push(header);
        file
    }

    /// Appends a record.
    pub fn push<S: AsRef<str>>(&mut self, fields: impl IntoIterator<Item = S>) {
        for (place, field) in fields.into_iter().enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            self.field(field.as_ref());
        }
        self.text.push('\n');
    }

    /// The file's text.
    #[must_use]
    pub fn finish(self) -> String {
        self.text
    }

    fn field(&mut self, field: &str) {
        let bare = !field.contains([',', '"', '\n', '\r']) && field.trim() == field;
        if bare {
            self.text.push_str(field);
        } else {
            self.text.push('"');
            self.text.push_str(&field.replace('"', "\"\""));
            self.text.push('"');
        }
    }
}

/// A number as a field; missing and not-a-number are empty, infinity is `inf`.
#[must_use]
pub fn number(value: Option<f64>) -> String {
    match value {
        Some(value) if value.is_infinite() && value > 0.0 => "inf".to_owned(),
        Some(value) if value.is_finite() => {
            // Rust prints the shortest digits that read back, but never an exponent.
            let plain = format!("{value}");
            if plain.len() > 24 {
                format!("{value:e}")
            } else {
                plain
            }
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_what_needs_it() {
        let mut file = CsvText::new(["group", "text"]);
        file.push(["a,b", "he said \"yes\""]);
        file.push(["plain", " edge "]);
        file.push(["第一\n行", ""]);
        let text = file.finish();
        assert_eq!(
            text,
            "group,text\n\"a,b\",\"he said \"\"yes\"\"\"\nplain,\" edge \"\n\"第一\n行\",\n"
        );
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows[0].get(1), Some("he said \"yes\""));
        assert_eq!(rows[2].get(0), Some("第一\n行"));
    }

    proptest::proptest! {
        #[test]
        fn a_number_reads_back_to_the_same_bits(bits in proptest::num::u64::ANY) {
            let value = f64::from_bits(bits);
            let text = number(Some(value));
            if value.is_finite() {
                proptest::prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), bits);
            } else if value.is_nan() {
                proptest::prop_assert_eq!(text, "");
            }
        }
    }
}
