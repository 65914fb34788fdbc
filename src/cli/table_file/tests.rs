//! What the module above promises, tried out.

use std::io::Write as _;

use super::*;
use crate::i18n::Lang;
use crate::stats::data::{Column, MISSING};
use crate::stats::plan::spec::ColumnKind;

fn column(name: &str, kind: ColumnKind, levels: &[&str]) -> ColumnSpec {
    ColumnSpec {
        name: name.to_owned(),
        kind,
        levels: levels.iter().map(|&level| level.to_owned()).collect(),
    }
}

fn declared() -> Vec<ColumnSpec> {
    vec![
        column("区", ColumnKind::Category, &["城区", "矿区"]),
        column("psu", ColumnKind::String, &[]),
        column("w", ColumnKind::Number, &[]),
    ]
}

fn load(bytes: &[u8], declared: &[ColumnSpec]) -> Result<Loaded, TableFileError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.csv");
    std::fs::write(&path, bytes).unwrap();
    let used = |name: &str| ["区", "psu", "w", "y"].contains(&name);
    let request = Request {
        path: &path,
        declared,
        used: &used,
        numbers: false,
    };
    read(&request, &mut |_| ())
}

fn problems(bytes: &[u8], declared: &[ColumnSpec]) -> Vec<Problem> {
    match load(bytes, declared) {
        Err(TableFileError::Content { problems, .. }) => problems,
        other => panic!("{other:?}"),
    }
}

#[test]
fn reads_declared_columns_with_and_without_a_byte_order_mark() {
    let text = "区,psu,w,unused\r\n矿区,b,1.5,x\r\n城区,a,,y\r\n,a,2e1,\r\n";
    let plain = load(text.as_bytes(), &declared()).unwrap();
    let marked = load(format!("\u{feff}{text}").as_bytes(), &declared()).unwrap();
    // A missing number equals no other, so the tables are compared as text.
    assert_eq!(format!("{:?}", plain.table), format!("{:?}", marked.table));
    assert_eq!(plain.header, ["区", "psu", "w", "unused"]);
    assert_eq!(
        plain.table.column("区").unwrap(),
        &Column::Category {
            levels: vec!["城区".to_owned(), "矿区".to_owned()],
            codes: vec![1, 0, MISSING],
        }
    );
    assert_eq!(
        plain.table.column("psu").unwrap(),
        &Column::Category {
            levels: vec!["b".to_owned(), "a".to_owned()],
            codes: vec![0, 1, 1],
        }
    );
    let Column::Number(weights) = plain.table.column("w").unwrap() else {
        panic!("weights are numbers");
    };
    assert!(weights[1].is_nan());
    assert_eq!(
        (weights[0].to_bits(), weights[2].to_bits()),
        (1.5f64.to_bits(), 20f64.to_bits())
    );
    assert!(
        plain.table.column("unused").is_err(),
        "columns that nobody uses are not read"
    );
}

#[test]
fn lists_every_problem_with_its_line_and_column() {
    let text = "区,psu,w\n城区,a,1\n\n\n城区,a,abc\n郊区,b,1,000\n郊区,b,inf\n\"城\n区\",c,1\n城区,c,0x10\n";
    let found = problems(text.as_bytes(), &declared());
    assert_eq!(
        found,
        [
            Problem::NotANumber {
                line: 5,
                column: "w".to_owned(),
                text: "abc".to_owned()
            },
            Problem::Ragged {
                line: 6,
                found: 4,
                expected: 3
            },
            Problem::NotALevel {
                line: 7,
                column: "区".to_owned(),
                text: "郊区".to_owned(),
                levels: vec!["城区".to_owned(), "矿区".to_owned()]
            },
            Problem::NotANumber {
                line: 7,
                column: "w".to_owned(),
                text: "inf".to_owned()
            },
            Problem::NotALevel {
                line: 8,
                column: "区".to_owned(),
                text: "城\n区".to_owned(),
                levels: vec!["城区".to_owned(), "矿区".to_owned()]
            },
            Problem::NotANumber {
                line: 10,
                column: "w".to_owned(),
                text: "0x10".to_owned()
            },
        ]
    );
    let sentence = found[0].sentence(Lang::En, "data.csv");
    assert!(
        sentence.starts_with("data.csv, line 5, column “w”: “abc” is not a number."),
        "{sentence}"
    );
    let sentence = found[4].sentence(Lang::ZhCn, "data.csv");
    assert!(
        sentence.contains("城␣区") && sentence.contains("城区, 矿区"),
        "{sentence}"
    );
}

#[test]
fn stops_listing_at_twenty() {
    let mut text = String::from("区,psu,w\n");
    for _ in 0..50 {
        text.push_str("城区,a,x\n");
    }
    match load(text.as_bytes(), &declared()) {
        Err(TableFileError::Content { problems, more, .. }) => {
            assert_eq!((problems.len(), more), (LISTED, true));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn refuses_what_is_no_table() {
    let gbk = b"\xc7\xf8,psu,w\n\xb3\xc7\xc7\xf8,a,1\n";
    assert_eq!(problems(gbk, &declared()), [Problem::NotUtf8 { line: 1 }]);
    let late = b"w,psu\n1,a\n2,\xb3\xc7\n";
    assert_eq!(problems(late, &[]), [Problem::NotUtf8 { line: 3 }]);
    assert_eq!(problems(b"", &declared()), [Problem::Empty]);
    assert_eq!(problems(b"\xef\xbb\xbf\n", &declared()), [Problem::Empty]);
    let semicolons = "区;psu;w\n城区;a;1\n";
    assert_eq!(
        problems(semicolons.as_bytes(), &declared()),
        [Problem::Separator { found: ';' }]
    );
    assert_eq!(
        problems("psu,w,W,w\na,1,1,1\n".as_bytes(), &declared()[1..2]),
        [Problem::DuplicateColumn {
            column: "w".to_owned()
        }]
    );
    assert_eq!(
        problems("区,PSU,w\n城区,a,1\n".as_bytes(), &declared()),
        [Problem::MissingColumn {
            column: "psu".to_owned(),
            near: Some("PSU".to_owned())
        }]
    );
}

#[test]
fn infers_the_types_of_columns_that_the_plan_does_not_declare() {
    let loaded = load("psu,w,y\nb,1,-2.5\na,2,\n".as_bytes(), &[]).unwrap();
    assert_eq!(
        loaded.table.column("psu").unwrap(),
        &Column::Category {
            levels: vec!["a".to_owned(), "b".to_owned()],
            codes: vec![1, 0],
        },
        "labels come sorted"
    );
    assert!(matches!(
        loaded.table.column("y").unwrap(),
        Column::Number(_)
    ));
    let mut slips = String::from("w\n");
    for row in 0..40 {
        slips.push_str(if row == 7 { "1O\n" } else { "10\n" });
    }
    assert_eq!(
        problems(slips.as_bytes(), &[]),
        [Problem::AlmostNumbers {
            line: 9,
            column: "w".to_owned(),
            text: "1O".to_owned()
        }]
    );
}

#[test]
fn knows_the_line_of_a_record_behind_blank_lines() {
    let loaded = load("w\n1\n\n2\n3\n".as_bytes(), &[]).unwrap();
    assert_eq!([0, 1, 2].map(|record| loaded.line(record)), [2, 4, 5]);
}

/// A ZIP archive without compression, as the format allows.
fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, text) in files {
        let offset = u32::try_from(out.len()).unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let size = u32::try_from(text.len()).unwrap();
        let length = u16::try_from(name.len()).unwrap();
        let mut facts = Vec::new();
        facts.extend([20, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        facts.extend(crc.sum().to_le_bytes());
        facts.extend(size.to_le_bytes());
        facts.extend(size.to_le_bytes());
        facts.extend(length.to_le_bytes());
        facts.extend([0, 0]);
        out.write_all(b"PK\x03\x04").unwrap();
        out.extend(&facts);
        out.extend(name.bytes());
        out.extend(text.bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&facts);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.bytes());
    }
    let start = u32::try_from(out.len()).unwrap();
    let count = u16::try_from(files.len()).unwrap();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn workbook(rows: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    archive(&[
        (
            "[Content_Types].xml",
            r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="data" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

const HEAD: &str = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>区</t></is></c><c r="B1" t="inlineStr"><is><t>psu</t></is></c><c r="C1" t="inlineStr"><is><t>w</t></is></c></row>"#;

#[test]
fn a_workbook_reads_like_the_same_csv() {
    let book = workbook(&format!(
        r#"{HEAD}<row r="2"><c r="A2" t="inlineStr"><is><t>矿区</t></is></c><c r="B2"><v>12</v></c><c r="C2"><v>1.5</v></c></row><row r="4"><c r="A4" t="inlineStr"><is><t>城区</t></is></c><c r="B4"><v>7</v></c></row>"#
    ));
    let from_book = load(&book, &declared()).unwrap();
    let from_csv = load("区,psu,w\n矿区,12,1.5\n\n城区,7,\n".as_bytes(), &declared()).unwrap();
    assert_eq!(from_book.header, from_csv.header);
    for name in ["区", "psu"] {
        assert_eq!(from_book.table.column(name), from_csv.table.column(name));
    }
    let Column::Number(weights) = from_book.table.column("w").unwrap() else {
        panic!("weights are numbers");
    };
    assert!((weights[0] - 1.5).abs() < f64::EPSILON && weights[1].is_nan());
    assert_eq!(from_book.line(1), 4);
}

#[test]
fn a_workbook_with_a_slip_names_its_row() {
    let book = workbook(&format!(
        r#"{HEAD}<row r="2"><c r="A2" t="inlineStr"><is><t>城区</t></is></c><c r="B2"><v>1</v></c><c r="C2" t="inlineStr"><is><t>two</t></is></c></row>"#
    ));
    assert_eq!(
        problems(&book, &declared()),
        [Problem::NotANumber {
            line: 2,
            column: "w".to_owned(),
            text: "two".to_owned()
        }]
    );
    assert!(matches!(
        load(b"PK\x03\x04 not a workbook", &declared()),
        Err(TableFileError::Workbook { .. })
    ));
}

proptest::proptest! {
    /// A number means what Rust's own correctly rounding parser says, and nothing else is a number.
    #[test]
    fn numbers_are_read_to_the_last_bit(value in proptest::num::f64::NORMAL) {
        let text = format!("y\n{value}\n{value:e}\n");
        let loaded = load(text.as_bytes(), &[]).unwrap();
        let Column::Number(values) = loaded.table.column("y").unwrap() else {
            panic!("numbers");
        };
        proptest::prop_assert!(values.iter().all(|read| read.to_bits() == value.to_bits()));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let _ = load(&bytes, &declared());
    }
}
