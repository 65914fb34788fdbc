//! Syntax files for SPSS: PSPP, which speaks the language of SPSS, runs each and finds the values of the CSV beside it, with labels.

use std::path::Path;
use std::process::Command;

use minyi::i18n::Lang;
use minyi::report::export::{Cell, Notes, Table, syntax};
use minyi::survey::time::Instant;

use crate::support::published::{Published, result};

/// A file with mark and lines, as everyone saves it.
async fn save(site: &str, name: &str, lang: &str, folder: &Path) -> String {
    let url = format!("{site}/results/2026q4/files/{name}?lang={lang}");
    let answer = reqwest::get(url).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{name}");
    let bytes = answer.bytes().await.unwrap();
    let (stem, ending) = name.rsplit_once('.').unwrap();
    std::fs::write(folder.join(format!("{stem}-2026q4.{ending}")), &bytes).unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    text.strip_prefix('\u{feff}').unwrap().to_owned()
}

/// Runs a syntax file in a folder; what PSPP says. Its exit is a failure at any error, and warnings are in what it says.
fn pspp(folder: &Path, syntax: &str) -> String {
    let run = Command::new("pspp")
        .args([
            "--syntax-encoding=UTF-8",
            "-O",
            "format=txt",
            "-O",
            "width=999",
            "-o",
            "-",
            syntax,
        ])
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("pspp is installed by scripts/tools");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );
    assert!(run.status.success(), "{said}");
    assert!(
        !said.contains("warning:") && !said.contains("error:"),
        "{said}"
    );
    said
}

/// What is in the file that the syntax wrote: its rows as CSV, and its dictionary.
fn written(folder: &Path, stem: &str) -> (Vec<Vec<String>>, String) {
    let syntax = format!(
        "GET FILE='{stem}.sav'.\nSAVE TRANSLATE /OUTFILE='back.csv' /TYPE=CSV /CELLS=VALUES /REPLACE.\n\
         DISPLAY DICTIONARY.\n"
    );
    std::fs::write(folder.join("back.sps"), syntax).unwrap();
    let dictionary = pspp(folder, "back.sps");
    let rows = records(&std::fs::read_to_string(folder.join("back.csv")).unwrap());
    (rows, dictionary)
}

fn records(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

#[tokio::test]
async fn pspp_makes_a_file_with_every_value_of_the_table() {
    let published = Published::open().await;
    let site = published.site.as_str();
    let mut numbers = 0;
    for lang in ["zh-CN", "en"] {
        for table in ["estimates", "answers"] {
            let folder = tempfile::tempdir().unwrap();
            let csv = save(site, &format!("{table}.csv"), lang, folder.path()).await;
            save(site, &format!("{table}.sps"), lang, folder.path()).await;
            let said = pspp(folder.path(), &format!("{table}-2026q4.sps"));
            assert_eq!(said, "", "nothing to complain about");
            let (found, dictionary) = written(folder.path(), &format!("{table}-2026q4"));
            let wanted = records(&csv);
            assert_eq!(found.len(), wanted.len() - 1, "a row for each row");
            let names: Vec<&str> = wanted[0].iter().map(String::as_str).collect();
            for (row, wanted) in found.iter().zip(&wanted[1..]) {
                assert_eq!(row.len(), names.len());
                for ((name, value), wanted) in names.iter().zip(row).zip(wanted) {
                    // A missing number is a blank there.
                    if let (Ok(value), Ok(wanted)) = (value.parse::<f64>(), wanted.parse::<f64>()) {
                        assert_eq!(value.to_bits(), wanted.to_bits(), "{name} of {row:?}");
                        numbers += 1;
                    } else {
                        assert_eq!(value.trim(), wanted, "{name} of {row:?}");
                    }
                }
            }
            for name in names {
                let variable = if name == "by" { "by_margin" } else { name };
                let line = dictionary
                    .lines()
                    .find(|line| {
                        line.split('|')
                            .nth(1)
                            .is_some_and(|cell| cell.trim() == variable)
                    })
                    .unwrap_or_else(|| panic!("{variable} in {dictionary}"));
                let level = match name {
                    "n" | "estimate" | "share" | "df" | "low_95" => "Scale",
                    "county" | "item" | "by" | "shown" | "answers" => "Nominal",
                    _ => "",
                };
                assert!(line.contains(level), "{line}");
                assert!(
                    line.chars().any(|c| c > '\u{2e80}'),
                    "a Chinese label: {line}"
                );
            }
        }
    }
    assert!(numbers > 4000, "{numbers} numbers compared");
}

#[tokio::test]
async fn values_have_labels_in_both_languages_and_questions_in_the_readers() {
    let published = Published::open().await;
    let site = published.site.as_str();
    for (lang, here) in [("zh-CN", "本县区"), ("en", "this county")] {
        let folder = tempfile::tempdir().unwrap();
        for file in ["estimates.csv", "answers.csv"] {
            save(site, file, lang, folder.path()).await;
        }
        let mut dictionaries = String::new();
        for table in ["estimates", "answers"] {
            let syntax = save(site, &format!("{table}.sps"), lang, folder.path()).await;
            for line in syntax.lines() {
                assert!(line.len() <= 250, "SPSS takes lines of 256 bytes: {line}");
            }
            pspp(folder.path(), &format!("{table}-2026q4.sps"));
            dictionaries += &written(folder.path(), &format!("{table}-2026q4")).1;
        }
        for county in &result().counties {
            let label = format!("{} · {}", county.name_zh, county.name_en);
            assert!(dictionaries.contains(&label), "{label}");
        }
        for label in [
            "满意率 · approval",
            "答卷太少 · too few answers",
            "标准误 · Standard error",
            "可以多选 · several answers possible",
        ] {
            assert!(dictionaries.contains(label), "{label} in {dictionaries}");
        }
        for found in &result().counties[0].items {
            let item = result().questionnaire.item(&found.item).unwrap();
            let question = item.text.render(lang, here);
            let begin: String = question.chars().take(20).collect();
            assert!(dictionaries.contains(&begin), "{begin} in {dictionaries}");
        }
    }
}

/// A table and its syntax file in a folder of their own, run by PSPP: the rows that came out, and the dictionary.
fn ran(table: &Table, questions: &[(String, String)]) -> (Vec<Vec<String>>, String) {
    let folder = tempfile::tempdir().unwrap();
    let notes = Notes {
        title: "It's a title. With an end.".to_owned(),
        sentences: vec![
            format!("{} end of a line.", "A sentence that ends. ".repeat(20)),
            "一句没有空格的很长的话，".repeat(30),
            "不是'引号\nGET DATA".to_owned(),
        ],
        at: Instant::from_micros(0),
    };
    let text = syntax(Lang::En, "t", &notes, table, questions);
    for line in text.lines() {
        assert!(line.len() <= 250, "{line}");
    }
    std::fs::write(folder.path().join("t.csv"), table.csv()).unwrap();
    std::fs::write(folder.path().join("t.sps"), text).unwrap();
    assert_eq!(pspp(folder.path(), "t.sps"), "");
    written(folder.path(), "t")
}

#[test]
fn no_name_and_no_sentence_breaks_a_syntax_file() {
    let long = "Do you, all things considered, and taking the last twelve months together, feel safe in the place where you live?";
    let row = |county: &str, names: [&str; 2], item: &str, n: Cell| {
        let words = [county, names[0], names[1], item].map(Cell::text);
        words.into_iter().chain([n]).collect::<Vec<_>>()
    };
    let table = Table {
        name: "estimates",
        columns: &["county", "county_zh", "county_en", "item", "n"],
        rows: vec![
            row(
                "1",
                ["平定'县", "O'Brien's \"home\", here"],
                "q'1",
                Cell::Count(120),
            ),
            row("2", ["=盂\n县", "Yu."], "q2", Cell::Nothing),
            // One code with two names.
            row("3", ["甲", "A"], "q2", Cell::Count(10)),
            row("3", ["乙", "B"], "q2", Cell::Count(11)),
        ],
    };
    let questions = [
        ("q'1".to_owned(), "Isn't it \"safe\"?\nReally.".to_owned()),
        ("q2".to_owned(), format!("{long} {long}")),
    ];
    let (rows, dictionary) = ran(&table, &questions);
    let trimmed = rows.iter().map(|row| row.iter().map(|cell| cell.trim()));
    let trimmed: Vec<Vec<&str>> = trimmed.map(Iterator::collect).collect();
    let wanted = [
        ["1", "平定'县", "O'Brien's \"home\", here", "q'1", "120"],
        ["2", "'=盂 县", "Yu.", "q2", ""],
        ["3", "甲", "A", "q2", "10"],
        ["3", "乙", "B", "q2", "11"],
    ];
    assert_eq!(trimmed, wanted);
    for label in [
        "平定'县 · O'Brien's \"home\", here",
        "'=盂 县 · Yu.",
        "Isn't it \"safe\"? Really.",
    ] {
        assert!(dictionary.contains(label), "{label} in {dictionary}");
    }
    for none in ["甲", "乙"] {
        assert!(!dictionary.contains(none), "{none} in {dictionary}");
    }
    let cut: String = long.chars().take(100).collect();
    assert!(
        dictionary.contains(&cut) && dictionary.contains('…'),
        "{dictionary}"
    );
}
