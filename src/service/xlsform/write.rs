//! A questionnaire into a workbook.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{LANGUAGES, OPENING, TITLE};
use crate::i18n::Lang;
use crate::survey::questionnaire::{Condition, Item, Kind, Questionnaire, Role, Shuffle, Text};

/// Names that a form has for itself.
const TAKEN: [&str; 5] = ["meta", "data", "instanceid", TITLE, OPENING];

/// The workbook.
pub fn workbook(of: &Questionnaire) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    survey(of).write(workbook.add_worksheet(), "survey")?;
    choices(of).write(workbook.add_worksheet(), "choices")?;
    settings(of).write(workbook.add_worksheet(), "settings")?;
    workbook.save_to_buffer()
}

/// A sheet as texts.
struct Table {
    titles: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn new(titles: impl IntoIterator<Item = String>) -> Self {
        Self {
            titles: titles.into_iter().collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row of cells by their titles.
    fn row(&mut self, cells: &[(String, String)]) {
        let cell = |title: &String| {
            let found = cells.iter().find(|(name, _)| name == title);
            found.map(|(_, text)| text.clone()).unwrap_or_default()
        };
        self.rows.push(self.titles.iter().map(cell).collect());
    }

    fn write(&self, sheet: &mut Worksheet, name: &str) -> Result<(), XlsxError> {
        let bold = Format::new().set_bold();
        let text = Format::new().set_num_format("@");
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, title) in (0..).zip(&self.titles) {
            sheet.write_string_with_format(0, column, title, &bold)?;
            let width = if title.contains("::") { 40 } else { 16 };
            sheet.set_column_width(column, width)?;
            sheet.set_column_format(column, &text)?;
        }
        for (row, cells) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(cells) {
                if !cell.is_empty() {
                    sheet.write_string(row, column, cell)?;
                }
            }
        }
        Ok(())
    }
}

/// The name of a language's columns.
fn language(tag: &str) -> String {
    let known = LANGUAGES.iter().find(|(known, _)| *known == tag);
    known.map_or_else(|| format!("{tag} ({tag})"), |(_, name)| (*name).to_owned())
}

fn titles(of: &Questionnaire, column: &str) -> Vec<String> {
    let title = |tag: &String| format!("{column}::{}", language(tag));
    of.languages.iter().map(title).collect()
}

fn texts(of: &Questionnaire, text: &Text) -> Vec<(String, String)> {
    let pair = |tag: &String| {
        (
            format!("label::{}", language(tag)),
            text.get(tag).to_owned(),
        )
    };
    of.languages.iter().map(pair).collect()
}

fn cell(title: &str, text: impl Into<String>) -> (String, String) {
    (title.to_owned(), text.into())
}

/// Names in the form, by item: names begin with a letter there.
fn names(of: &Questionnaire) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for item in &of.items {
        let mut name = item.id.clone();
        let is_good = |name: &str| {
            let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
            begins && !TAKEN.contains(&name) && names.iter().all(|other| other != name)
        };
        while !is_good(&name) {
            name.insert(0, '_');
        }
        names.push(name);
    }
    names
}

fn survey(of: &Questionnaire) -> Table {
    let plain = |names: &[&str]| -> Vec<String> { names.iter().map(|n| (*n).to_owned()).collect() };
    let mut table = Table::new(
        [
            plain(&["type", "name"]),
            titles(of, "label"),
            plain(&["required", "relevant", "constraint"]),
            titles(of, "constraint_message"),
            plain(&[
                "minyi_role",
                "minyi_shuffle",
                "minyi_reverse",
                "minyi_sampled",
                "minyi_id",
            ]),
        ]
        .concat(),
    );
    for (name, text) in [(TITLE, &of.title), (OPENING, &of.opening)] {
        let mut cells = vec![cell("type", "note"), cell("name", name)];
        cells.extend(texts(of, text));
        table.row(&cells);
    }
    let names = names(of);
    for (place, item) in of.items.iter().enumerate() {
        let Some(name) = names.get(place) else {
            continue;
        };
        let select = match item.kind {
            Kind::Single => "select_one",
            Kind::Multiple { .. } => "select_multiple",
        };
        let mut cells = vec![cell("type", format!("{select} {name}")), cell("name", name)];
        cells.extend(texts(of, &item.text));
        if !item.optional {
            cells.push(cell("required", "yes"));
        }
        cells.push(cell("relevant", relevant(of, &names, place)));
        constraint(of, item, &mut cells);
        cells.extend(own(item, name));
        table.row(&cells);
    }
    table
}

/// What XLSForm has no column for.
fn own(item: &Item, name: &str) -> Vec<(String, String)> {
    let role = match item.role {
        Role::Screen => "screen",
        Role::Demographic => "demographic",
        Role::Substantive => "substantive",
        Role::Conduct => "conduct",
    };
    let shuffle = match item.shuffle {
        Shuffle::None => "",
        Shuffle::Ends => "ends",
        Shuffle::All => "all",
    };
    let sampled = match item.asked_if {
        Some(Condition::Sampled { sampled }) => sampled.as_str(),
        _ => "",
    };
    let id = if name == item.id {
        ""
    } else {
        item.id.as_str()
    };
    vec![
        cell("minyi_role", role),
        cell("minyi_shuffle", shuffle),
        cell("minyi_reverse", if item.reverse { "yes" } else { "" }),
        cell("minyi_sampled", sampled),
        cell("minyi_id", id),
    ]
}

/// Asked if nothing before has ended the interview, and its own condition holds.
fn relevant(of: &Questionnaire, names: &[String], place: usize) -> String {
    let mut terms: Vec<String> = Vec::new();
    for (item, name) in of.items.iter().zip(names).take(place) {
        let ending = item.options.iter().filter(|option| option.ends);
        terms.extend(ending.map(|option| format!("${{{name}}} != '{}'", option.code)));
    }
    let condition = of.items.get(place).and_then(|item| item.asked_if.as_ref());
    if let Some(Condition::Answered { item, any_of }) = condition
        && let Some(earlier) = of.position(item)
        && let Some(name) = names.get(earlier)
    {
        let answered = |code: &String| match of.items.get(earlier).map(|item| item.kind) {
            Some(Kind::Multiple { .. }) => format!("selected(${{{name}}}, '{code}')"),
            _ => format!("${{{name}}} = '{code}'"),
        };
        let any: Vec<String> = any_of.iter().map(answered).collect();
        let any = any.join(" or ");
        terms.push(if terms.is_empty() || any_of.len() == 1 {
            any
        } else {
            format!("({any})")
        });
    }
    terms.join(" and ")
}

/// At most so many, and what stands alone, with a sentence for each language.
fn constraint(of: &Questionnaire, item: &Item, cells: &mut Vec<(String, String)>) {
    let Kind::Multiple { max } = item.kind else {
        return;
    };
    let is_limited = max < item.options.len();
    let mut terms = Vec::new();
    if is_limited {
        terms.push(format!("count-selected(.) <= {max}"));
    }
    let alone: Vec<_> = item
        .options
        .iter()
        .filter(|option| option.exclusive || option.refusal)
        .collect();
    let stands = |code: &str| format!("not(selected(., '{code}') and count-selected(.) > 1)");
    terms.extend(alone.iter().map(|option| stands(&option.code)));
    if terms.is_empty() {
        return;
    }
    cells.push(cell("constraint", terms.join(" and ")));
    for tag in &of.languages {
        let lang: Lang = tag.parse().unwrap_or(Lang::En);
        let mut said = Vec::new();
        if is_limited {
            said.push(lang.t_with("xlsform-message-max", &[("max", max.into())]));
        }
        if !alone.is_empty() {
            let words: Vec<&str> = alone.iter().map(|option| option.text.get(tag)).collect();
            let words = words.join(&lang.t("respond-comma"));
            said.push(lang.t_with("xlsform-message-alone", &[("options", words.into())]));
        }
        let title = format!("constraint_message::{}", language(tag));
        cells.push((title, said.join(&lang.t("xlsform-message-between"))));
    }
}

fn choices(of: &Questionnaire) -> Table {
    const MARKS: [&str; 6] = [
        "minyi_approves",
        "minyi_ends",
        "minyi_exclusive",
        "minyi_refusal",
        "minyi_undecided",
        "minyi_anchored",
    ];
    let first = ["list_name", "name"].map(str::to_owned).to_vec();
    let marks = MARKS.map(str::to_owned).to_vec();
    let mut table = Table::new([first, titles(of, "label"), marks].concat());
    for (item, name) in of.items.iter().zip(names(of)) {
        for option in &item.options {
            let mut cells = vec![cell("list_name", &name), cell("name", &option.code)];
            cells.extend(texts(of, &option.text));
            let set = option.marks().into_iter().filter(|(_, is)| *is);
            cells.extend(set.map(|(mark, _)| cell(&format!("minyi_{mark}"), "yes")));
            table.row(&cells);
        }
    }
    table
}

fn settings(of: &Questionnaire) -> Table {
    let titles = ["form_title", "form_id", "version", "default_language"];
    let mut table = Table::new(titles.map(str::to_owned));
    let first = of.languages.first().map_or("", String::as_str);
    table.row(&[
        cell("form_title", of.title.get(first)),
        cell("form_id", &of.id),
        cell("version", of.version.to_string()),
        cell("default_language", language(first)),
    ]);
    table
}
