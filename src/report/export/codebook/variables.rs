//! Files and variables: every item as it was asked, what is kept beside the answers, what is derived from them, and the
//! columns of the tables.

use std::io;

use super::Codebook;
use super::study::list;
use super::xml::{Words, Xml};
use crate::report::export::paradata::words;
use crate::report::export::results::{ANSWERS, ESTIMATES};
use crate::report::export::workbook::{heading, meaning};
use crate::survey::paradata::Property;
use crate::survey::questionnaire::{Choice, Condition, Item, Kind, Role, Shuffle};
use crate::survey::response::{Direction, Mode};

/// Files that the document describes: its id, and the columns of those that are published.
const TABLES: [(&str, &str, &[&str]); 2] = [
    ("F_estimates", "estimates", ESTIMATES),
    ("F_answers", "answers", ANSWERS),
];
const RESPONSES: &str = "F_responses";

/// What a response carries beside its answers.
const BESIDE: [&str; 8] = [
    "county",
    "stratum",
    "variance_unit",
    "mode",
    "language",
    "direction",
    "fast",
    "burst",
];
/// What the analysis derives.
const DERIVED: [&str; 4] = ["approval", "safety", "residence", "weight"];

/// `fileDscr`: the responses, which nobody publishes, and the tables of a result.
pub(super) fn files(book: &Codebook<'_>, xml: &mut Xml) -> io::Result<()> {
    let variables = book.questionnaire.items.len() + BESIDE.len() + DERIVED.len();
    file(xml, RESPONSES, "responses", variables)?;
    for (id, name, columns) in tables(book) {
        file(xml, id, name, columns.len())?;
    }
    Ok(())
}

/// Once there is a result.
fn tables(
    book: &Codebook<'_>,
) -> impl Iterator<Item = (&'static str, &'static str, &'static [&'static str])> {
    let is_there = book.result.is_some();
    TABLES.into_iter().filter(move |_| is_there)
}

fn file(xml: &mut Xml, id: &str, name: &str, variables: usize) -> io::Result<()> {
    xml.within("fileDscr", &[("ID", id)], |xml| {
        for (tag, about) in Codebook::say(&format!("export-ddi-file-{name}")).0 {
            xml.within("fileTxt", &[("xml:lang", &tag)], |xml| {
                let file = if name == "responses" {
                    name.to_owned()
                } else {
                    format!("{name}.csv")
                };
                xml.text("fileName", &[], &file)?;
                xml.text("fileCont", &[], &about)?;
                xml.within("dimensns", &[], |xml| {
                    xml.text("varQnty", &[], &variables.to_string())
                })
            })?;
        }
        Ok(())
    })
}

/// `dataDscr`: groups, then variables in the order of the records.
pub(super) fn data(book: &Codebook<'_>, xml: &mut Xml) -> io::Result<()> {
    xml.within("dataDscr", &[], |xml| {
        groups(book, xml)?;
        for name in &BESIDE[..] {
            beside(xml, name)?;
        }
        for (place, item) in (1..).zip(&book.questionnaire.items) {
            asked(book, xml, item, place)?;
        }
        for name in DERIVED {
            derived(book, xml, name)?;
        }
        for (id, table, columns) in tables(book) {
            for column in columns {
                of_table(xml, id, table, column)?;
            }
        }
        Ok(())
    })
}

fn groups(book: &Codebook<'_>, xml: &mut Xml) -> io::Result<()> {
    let group = |xml: &mut Xml, name: &str, ids: Vec<String>| {
        if ids.is_empty() {
            return Ok(());
        }
        let (id, ids) = (format!("G_{name}"), ids.join(" "));
        let attributes = [("ID", id.as_str()), ("type", "subject"), ("var", &ids)];
        xml.within("varGrp", &attributes, |xml| {
            xml.words("labl", &Codebook::say(&format!("export-ddi-group-{name}")))
        })
    };
    let ids = |names: &[&str]| names.iter().map(|name| id_of(name)).collect();
    group(xml, "beside", ids(&BESIDE))?;
    let roles = [
        (Role::Screen, "screen"),
        (Role::Demographic, "demographic"),
        (Role::Substantive, "substantive"),
        (Role::Conduct, "conduct"),
    ];
    for (role, name) in roles {
        let items = book.questionnaire.items.iter();
        let own = items.filter(|item| item.role == role);
        group(xml, name, own.map(|item| id_of(&item.id)).collect())?;
    }
    group(xml, "derived", ids(&DERIVED))
}

fn id_of(name: &str) -> String {
    format!("V_{name}")
}

/// What is kept beside the answers.
fn beside(xml: &mut Xml, name: &str) -> io::Result<()> {
    let id = id_of(name);
    let mut attributes = vec![
        ("ID", id.as_str()),
        ("name", name),
        ("files", RESPONSES),
        ("intrvl", "discrete"),
    ];
    if matches!(name, "county" | "stratum" | "variance_unit") {
        attributes.push(("geog", "Y"));
    }
    let values: Vec<&str> = match name {
        "mode" => Mode::ALL.map(Mode::as_str).to_vec(),
        "direction" => vec![Direction::Forward.as_str(), Direction::Reverse.as_str()],
        "fast" | "burst" => vec!["0", "1"],
        _ => Vec::new(),
    };
    let property = match name {
        "mode" => Property::Mode,
        _ => Property::Direction,
    };
    xml.within("var", &attributes, |xml| {
        labels(xml, name)?;
        for value in values {
            xml.within("catgry", &[], |xml| {
                xml.text("catValu", &[], value)?;
                let said = |lang| match value {
                    "0" | "1" => crate::i18n::Lang::t(lang, &format!("export-value-mark-{value}")),
                    value => words(lang, property, value),
                };
                xml.words("labl", &Words::each(said))
            })?;
        }
        format(xml, "character")
    })
}

/// Heading and explanation of a variable that is not asked.
fn labels(xml: &mut Xml, name: &str) -> io::Result<()> {
    let key = name.replace('_', "-");
    xml.words("labl", &Codebook::say(&format!("export-variable-{key}")))?;
    xml.words(
        "txt",
        &Codebook::say(&format!("export-variable-{key}-about")),
    )
}

fn format(xml: &mut Xml, kind: &str) -> io::Result<()> {
    xml.empty("varFormat", &[("type", kind)])
}

/// One item.
fn asked(book: &Codebook<'_>, xml: &mut Xml, item: &Item, place: usize) -> io::Result<()> {
    let id = id_of(&item.id);
    let attributes = [
        ("ID", id.as_str()),
        ("name", item.id.as_str()),
        ("files", RESPONSES),
        ("intrvl", "discrete"),
        ("nature", if item.reverse { "ordinal" } else { "nominal" }),
        ("representationType", "code"),
    ];
    xml.within("var", &attributes, |xml| {
        xml.words("labl", &book.asked(&item.text))?;
        question(book, xml, item, place)?;
        let refusals: Vec<&Choice> = item.options.iter().filter(|c| c.refusal).collect();
        if !refusals.is_empty() {
            xml.within("invalrng", &[], |xml| {
                refusals
                    .iter()
                    .try_for_each(|choice| xml.empty("item", &[("VALUE", &choice.code)]))
            })?;
        }
        xml.words("universe", &universe(book, item))?;
        for key in remarks(book, item) {
            xml.words("txt", &Codebook::say(key))?;
        }
        for choice in &item.options {
            category(book, xml, item, choice)?;
        }
        xml.words("codInstr", &coding(item))?;
        let numeric = |choice: &Choice| choice.code.bytes().all(|byte| byte.is_ascii_digit());
        let numeric = item.options.iter().all(numeric) && item.max() == 1;
        format(xml, if numeric { "numeric" } else { "character" })
    })
}

/// The question as it was asked, in each language, with what leads to it.
fn question(book: &Codebook<'_>, xml: &mut Xml, item: &Item, place: usize) -> io::Result<()> {
    let place = place.to_string();
    for (tag, sentence) in book.asked(&item.text).0 {
        let id = format!("Q_{}_{tag}", item.id);
        let kind = if item.max() == 1 {
            "category"
        } else {
            "multiple"
        };
        let attributes = [
            ("ID", id.as_str()),
            ("xml:lang", &tag),
            ("seqNo", &place),
            ("responseDomainType", kind),
        ];
        xml.within("qstn", &attributes, |xml| {
            xml.text("qstnLit", &[], &sentence)?;
            if let (Some(before), Ok(lang)) = (earlier(item), tag.parse()) {
                let said = condition(book, lang, item);
                let from = format!("Q_{before}_{tag}");
                xml.text("backward", &[("qstn", &from)], &said)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The item on whose answer it depends whether this one is asked.
fn earlier(item: &Item) -> Option<&str> {
    match &item.asked_if {
        Some(Condition::Answered { item, .. }) => Some(item),
        Some(Condition::Sampled { .. }) | None => None,
    }
}

/// When an item is asked, in words.
fn condition(book: &Codebook<'_>, lang: crate::i18n::Lang, item: &Item) -> String {
    let Some(Condition::Answered {
        item: before,
        any_of,
    }) = &item.asked_if
    else {
        return lang.t("export-ddi-universe-all");
    };
    let options = book.questionnaire.item(before).map(|before| {
        let chosen = before.options.iter().filter(|c| any_of.contains(&c.code));
        chosen
            .map(|choice| format!("{} {}", choice.code, choice.text.get(lang.tag())))
            .collect::<Vec<_>>()
    });
    let args = [
        ("item", before.as_str().into()),
        ("answers", list(lang, &options.unwrap_or_default()).into()),
    ];
    lang.t_with("export-ddi-universe-some", &args)
}

/// Who is asked.
fn universe(book: &Codebook<'_>, item: &Item) -> Words {
    Words::each(|lang| condition(book, lang, item))
}

/// What else is to be known of an item.
fn remarks(book: &Codebook<'_>, item: &Item) -> Vec<&'static str> {
    let is = |rule: &crate::survey::plan::ApprovalRule| rule.item == item.id;
    let remarks = [
        (is(&book.plan.approval), "export-ddi-remark-approval"),
        (is(&book.plan.safety), "export-ddi-remark-safety"),
        (item.optional, "export-ddi-remark-optional"),
        (item.reverse, "export-ddi-remark-reverse"),
        (item.shuffle != Shuffle::None, "export-ddi-remark-shuffle"),
        (item.role == Role::Conduct, "export-ddi-remark-conduct"),
    ];
    let held = remarks.into_iter().filter(|(holds, _)| *holds);
    held.map(|(_, key)| key).collect()
}

fn category(book: &Codebook<'_>, xml: &mut Xml, item: &Item, choice: &Choice) -> io::Result<()> {
    let several = matches!(item.kind, Kind::Multiple { .. });
    let mut attributes = vec![("ID", format!("C_{}_{}", item.id, choice.code))];
    if choice.refusal {
        attributes.push(("missing", "Y".to_owned()));
        attributes.push(("missType", "refusal".to_owned()));
    }
    if several && !choice.exclusive {
        attributes.push(("excls", "false".to_owned()));
    }
    let attributes: Vec<(&str, &str)> = attributes
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let marks = [
        (choice.approves, "export-ddi-mark-approves"),
        (choice.undecided, "export-ddi-mark-undecided"),
        (choice.ends, "export-ddi-mark-ends"),
    ];
    xml.within("catgry", &attributes, |xml| {
        xml.text("catValu", &[], &choice.code)?;
        xml.words("labl", &book.asked(&choice.text))?;
        for (_, key) in marks.into_iter().filter(|(holds, _)| *holds) {
            xml.words("txt", &Codebook::say(key))?;
        }
        Ok(())
    })
}

/// How an answer is coded.
fn coding(item: &Item) -> Words {
    Words::each(|lang| match item.kind {
        Kind::Single => lang.t("export-ddi-coding-single"),
        Kind::Multiple { max } => lang.t_with("export-ddi-coding-multiple", &[("max", max.into())]),
    })
}

/// What the analysis makes of the answers.
fn derived(book: &Codebook<'_>, xml: &mut Xml, name: &str) -> io::Result<()> {
    let id = id_of(name);
    let is_weight = name == "weight";
    let attributes = [
        ("ID", id.as_str()),
        ("name", name),
        ("wgt", if is_weight { "wgt" } else { "not-wgt" }),
        ("files", RESPONSES),
        ("intrvl", if is_weight { "contin" } else { "discrete" }),
    ];
    let from = match name {
        "approval" => Some(id_of(&book.plan.approval.item)),
        "safety" => Some(id_of(&book.plan.safety.item)),
        "residence" => Some(id_of("stratum")),
        _ => None,
    };
    let values: &[&str] = match name {
        "approval" | "safety" => &["1", "0"],
        "residence" => &["urban", "rural"],
        _ => &[],
    };
    xml.within("var", &attributes, |xml| {
        labels(xml, name)?;
        for value in values {
            xml.within("catgry", &[], |xml| {
                xml.text("catValu", &[], value)?;
                let key = match *value {
                    "urban" | "rural" => format!("results-{value}"),
                    value => format!("export-value-{name}-{value}"),
                };
                xml.words("labl", &Codebook::say(&key))
            })?;
        }
        if let Some(from) = &from {
            xml.empty("derivation", &[("var", from)])?;
        }
        let kind = if name == "residence" {
            "character"
        } else {
            "numeric"
        };
        format(xml, kind)
    })
}

/// A column of a table.
fn of_table(xml: &mut Xml, file: &str, table: &str, column: &str) -> io::Result<()> {
    let id = format!("T_{table}_{column}");
    let numeric = is_number(column);
    let attributes = [
        ("ID", id.as_str()),
        ("name", column),
        ("files", file),
        ("intrvl", if numeric { "contin" } else { "discrete" }),
    ];
    xml.within("var", &attributes, |xml| {
        xml.words("labl", &Words::each(|lang| heading(lang, column)))?;
        if meaning(crate::i18n::Lang::En, column).is_some() {
            let about = |lang| meaning(lang, column).unwrap_or_default();
            xml.words("txt", &Words::each(about))?;
        }
        format(xml, if numeric { "numeric" } else { "character" })
    })
}

/// Whether a column of the tables holds numbers.
fn is_number(column: &str) -> bool {
    !column.ends_with("_zh")
        && !column.ends_with("_en")
        && !matches!(
            column,
            "wave"
                | "county"
                | "figure"
                | "item"
                | "answers"
                | "by"
                | "group"
                | "shown"
                | "several"
                | "finding"
        )
}
