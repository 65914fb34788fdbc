//! What makes an SPSS file of a table: a syntax file that reads the CSV beside it.
//!
//! Pure. For: the tables of a result, in SPSS and PSPP. Promises: nothing of the figures is in it, so that they stand in one
//! place; variables in the order of the columns, under their names as far as SPSS takes them; labels in both languages,
//! questions in the reader's; no line is longer and no label bigger than SPSS takes; the same content gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::workbook::{Notes, heading};
use super::{MARK, Table, plain};
use crate::i18n::Lang;

/// Columns of words; the others hold numbers.
const WORDS: [&str; 16] = [
    "wave",
    "county",
    "county_zh",
    "county_en",
    "figure",
    "item",
    "several",
    "answers",
    "answers_zh",
    "answers_en",
    "by",
    "group",
    "group_zh",
    "group_en",
    "shown",
    "finding",
];

/// Columns of whole numbers.
const COUNTS: [&str; 4] = ["n", "no_answer", "asked", "answered"];

/// Columns whose words have sentences (`export-word-COLUMN-WORD`).
const SAID: [&str; 5] = ["figure", "by", "shown", "finding", "several"];

/// Columns whose words stand beside them in both languages.
const NAMED: [(&str, [&str; 2]); 2] = [
    ("county", ["county_zh", "county_en"]),
    ("group", ["group_zh", "group_en"]),
];

/// Bytes that SPSS takes of the label of a value.
const VALUE_LABEL: usize = 120;

/// Bytes of a line of remarks.
const REMARK: usize = 160;

/// The syntax file of a table.
///
/// `stem` is the name of the CSV without its ending; `questions` are the items with their sentences.
#[must_use]
pub fn syntax(
    lang: Lang,
    stem: &str,
    notes: &Notes,
    table: &Table,
    questions: &[(String, String)],
) -> String {
    let mut text = MARK.to_owned();
    let files = [
        ("csv", format!("{stem}.csv").into()),
        ("sav", format!("{stem}.sav").into()),
    ];
    remark(&mut text, &notes.title);
    remark(&mut text, &lang.t_with("export-syntax-how", &files));
    if table.columns.contains(&"by") {
        remark(&mut text, &lang.t("export-syntax-by"));
    }
    for sentence in &notes.sentences {
        remark(&mut text, sentence);
    }
    let columns: Vec<Column<'_>> = Column::of(table).collect();
    read(&mut text, stem, &columns);
    label(&mut text, &columns);
    values(&mut text, table, &columns, questions);
    show(&mut text, &columns);
    push(
        &mut text,
        &format!("SAVE OUTFILE={}.", quoted(&format!("{stem}.sav"))),
    );
    push(&mut text, "EXECUTE.");
    text
}

/// A column as a variable.
struct Column<'a> {
    place: usize,
    name: &'a str,
    /// Bytes of its longest word; none of numbers.
    width: Option<usize>,
}

impl<'a> Column<'a> {
    fn of(table: &'a Table) -> impl Iterator<Item = Self> {
        table.columns.iter().enumerate().map(|(place, name)| {
            let cells = table.rows.iter().filter_map(move |row| row.get(place));
            let widest = || cells.map(|cell| cell.written().len()).max();
            let is_word = WORDS.contains(name);
            Self {
                place,
                name,
                width: is_word.then(|| widest().unwrap_or_default().max(1)),
            }
        })
    }

    /// Its name as a variable: `by` is a word of the language of SPSS.
    fn variable(&self) -> &'a str {
        match self.name {
            "by" => "by_margin",
            name => name,
        }
    }
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn read(text: &mut String, stem: &str, columns: &[Column<'_>]) {
    push(text, "");
    push(text, "GET DATA");
    push(text, "  /TYPE=TXT");
    push(text, &format!("  /FILE={}", quoted(&format!("{stem}.csv"))));
    for line in [
        "  /ENCODING='UTF8'",
        "  /ARRANGEMENT=DELIMITED",
        "  /DELCASE=LINE",
        "  /FIRSTCASE=2",
        "  /DELIMITERS=','",
        "  /QUALIFIER='\"'",
        "  /VARIABLES=",
    ] {
        push(text, line);
    }
    let last = columns.len().saturating_sub(1);
    for (at, column) in columns.iter().enumerate() {
        let form = match column.width {
            Some(width) => format!("A{width}"),
            None => "F40.16".to_owned(),
        };
        let end = if at == last { "." } else { "" };
        push(text, &format!("    {} {form}{end}", column.variable()));
    }
}

fn label(text: &mut String, columns: &[Column<'_>]) {
    push(text, "");
    push(text, "VARIABLE LABELS");
    let last = columns.len().saturating_sub(1);
    for (at, column) in columns.iter().enumerate() {
        let words = both(|lang| heading(lang, column.name));
        let sign = if at == 0 { " " } else { "/" };
        let end = if at == last { "." } else { "" };
        let line = format!("  {sign}{} {}{end}", column.variable(), quoted(&words));
        push(text, &line);
    }
}

/// Labels of the words that occur.
fn values(
    text: &mut String,
    table: &Table,
    columns: &[Column<'_>],
    questions: &[(String, String)],
) {
    for column in columns {
        let labels = labels(table, column, columns, questions);
        if labels.is_empty() {
            continue;
        }
        push(text, &format!("VALUE LABELS {}", column.variable()));
        let last = labels.len() - 1;
        for (at, (word, said)) in labels.iter().enumerate() {
            let end = if at == last { "." } else { "" };
            let said = quoted(cut(said, VALUE_LABEL).as_str());
            push(text, &format!("  {} {said}{end}", quoted(word)));
        }
    }
}

/// The words of a column with what they are called; a word that is called two things has no label.
fn labels(
    table: &Table,
    column: &Column<'_>,
    columns: &[Column<'_>],
    questions: &[(String, String)],
) -> BTreeMap<String, String> {
    let at = |name: &str| columns.iter().find(|column| column.name == name);
    let beside = NAMED.iter().find(|(name, _)| *name == column.name);
    let beside = beside.and_then(|(_, [zh, en])| Some([at(zh)?.place, at(en)?.place]));
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    for row in &table.rows {
        let cell = |place: usize| row.get(place).map(|cell| cell.written().into_owned());
        let word = cell(column.place).unwrap_or_default();
        if word.is_empty() {
            continue;
        }
        let said = if let Some(names) = beside {
            let names = names.map(|place| cell(place).unwrap_or_default());
            Some(joined(&names))
        } else if SAID.contains(&column.name) {
            let key = format!("export-word-{}-{word}", column.name).replace('_', "-");
            Some(both(|lang| lang.t(&key)))
        } else if column.name == "item" {
            let question = questions.iter().find(|(item, _)| *item == word);
            question.map(|(_, sentence)| sentence.clone())
        } else {
            None
        };
        let known = found.entry(word).or_insert_with(|| said.clone());
        if *known != said {
            *known = None;
        }
    }
    let labels = found.into_iter();
    labels
        .filter_map(|(word, said)| Some((word, said?)))
        .collect()
}

/// How they are measured and shown.
fn show(text: &mut String, columns: &[Column<'_>]) {
    push(text, "VARIABLE LEVEL");
    for (kind, is_word) in [("NOMINAL", true), ("SCALE", false)] {
        let own = columns
            .iter()
            .filter(|column| column.width.is_some() == is_word);
        let names: Vec<&str> = own.map(Column::variable).collect();
        let (sign, end) = if is_word { (" ", "") } else { ("/", ".") };
        push(text, &format!("  {sign}{} ({kind}){end}", names.join(" ")));
    }
    for (form, whole) in [("F8.0", true), ("F8.4", false)] {
        let numbers = columns.iter().filter(|column| column.width.is_none());
        let own = numbers.filter(|column| COUNTS.contains(&column.name) == whole);
        let names: Vec<&str> = own.map(Column::variable).collect();
        if !names.is_empty() {
            push(text, &format!("FORMATS {} ({form}).", names.join(" ")));
        }
    }
}

/// A sentence in both languages.
fn both(say: impl Fn(Lang) -> String) -> String {
    joined(&Lang::ALL.map(say))
}

fn joined(words: &[String; 2]) -> String {
    let [first, second] = words;
    if first == second {
        return first.clone();
    }
    format!("{first} · {second}")
}

/// As a literal.
fn quoted(text: &str) -> String {
    format!("'{}'", plain(text).replace('\'', "''"))
}

/// At most so many bytes, with a sign that something is missing.
fn cut(text: &str, most: usize) -> String {
    const SIGN: &str = "…";
    if text.len() <= most {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(most - SIGN.len());
    let (kept, _) = text.split_at(end);
    format!("{kept}{SIGN}")
}

/// A sentence as a remark. A line that ends with a period would end it, so each line that does begins anew.
fn remark(text: &mut String, sentence: &str) {
    let sentence = plain(sentence);
    // The period that ends the remark is that of the sentence.
    let mut rest = sentence.trim().trim_end_matches('。');
    let mut begins = true;
    while !rest.is_empty() {
        let end = if rest.len() <= REMARK {
            rest.len()
        } else {
            let most = rest.floor_char_boundary(REMARK);
            let (kept, _) = rest.split_at(most);
            kept.rfind(' ').filter(|at| *at > 0).unwrap_or(most)
        };
        let (line, after) = rest.split_at(end);
        let line = line.trim_end();
        rest = after.trim_start();
        let sign = if begins { "* " } else { "  " };
        begins = line.ends_with('.');
        let end = if rest.is_empty() && !begins { "." } else { "" };
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{sign}{line}{end}");
    }
}
