//! A questionnaire as TOML, the way the shipped one is written: one line for each text and each option.
//!
//! Promises: [`super::Questionnaire::from_toml`] reads the same questionnaire back.

use std::fmt::Write as _;

use super::{Choice, Condition, Item, Kind, Questionnaire, Role, Shuffle, Text};

/// The whole document.
pub(super) fn document(of: &Questionnaire) -> String {
    let languages: Vec<String> = of.languages.iter().map(|tag| quoted(tag)).collect();
    let mut out = format!(
        "id = {}\nversion = {}\nlanguages = [{}]\n",
        quoted(&of.id),
        of.version,
        languages.join(", ")
    );
    for (name, text) in [("title", &of.title), ("opening", &of.opening)] {
        let _ = writeln!(out, "\n[{name}]");
        for (tag, sentence) in in_order(&of.languages, text) {
            let _ = writeln!(out, "{} = {}", key(tag), quoted(sentence));
        }
    }
    for one in &of.items {
        item(&mut out, &of.languages, one);
    }
    out
}

fn item(out: &mut String, languages: &[String], item: &Item) {
    let role = match item.role {
        Role::Screen => "screen",
        Role::Demographic => "demographic",
        Role::Substantive => "substantive",
        Role::Conduct => "conduct",
    };
    let _ = writeln!(
        out,
        "\n[[items]]\nid = {}\nrole = \"{role}\"",
        quoted(&item.id)
    );
    match item.kind {
        Kind::Single => out.push_str("kind = \"single\"\n"),
        Kind::Multiple { max } => {
            let _ = writeln!(out, "kind = \"multiple\"\nmax = {max}");
        }
    }
    match item.shuffle {
        Shuffle::None => {}
        Shuffle::Ends => out.push_str("shuffle = \"ends\"\n"),
        Shuffle::All => out.push_str("shuffle = \"all\"\n"),
    }
    if item.reverse {
        out.push_str("reverse = true\n");
    }
    if !item.optional {
        out.push_str("optional = false\n");
    }
    match &item.asked_if {
        None => {}
        Some(Condition::Sampled { sampled }) => {
            let _ = writeln!(out, "asked_if = {{ sampled = \"{}\" }}", sampled.as_str());
        }
        Some(Condition::Answered { item, any_of }) => {
            let codes: Vec<String> = any_of.iter().map(|code| quoted(code)).collect();
            let (item, codes) = (quoted(item), codes.join(", "));
            let _ = writeln!(out, "asked_if = {{ item = {item}, any_of = [{codes}] }}");
        }
    }
    for (tag, sentence) in in_order(languages, &item.text) {
        let _ = writeln!(out, "text.{} = {}", key(tag), quoted(sentence));
    }
    out.push_str("options = [\n");
    for choice in &item.options {
        option(out, languages, choice);
    }
    out.push_str("]\n");
}

fn option(out: &mut String, languages: &[String], choice: &Choice) {
    let marks = choice.marks().into_iter().filter(|(_, is)| *is);
    let marks: Vec<String> = marks.map(|(name, _)| format!(" {name} = true,")).collect();
    let marks = marks.concat();
    let texts: Vec<String> = in_order(languages, &choice.text)
        .map(|(tag, sentence)| format!("{} = {}", key(tag), quoted(sentence)))
        .collect();
    let _ = writeln!(
        out,
        "  {{ code = {},{marks} text = {{ {} }} }},",
        quoted(&choice.code),
        texts.join(", ")
    );
}

/// Sentences in the order of the questionnaire's languages, then others.
fn in_order<'a>(
    languages: &'a [String],
    text: &'a Text,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let declared = languages
        .iter()
        .filter_map(|tag| text.find(tag).map(|sentence| (tag.as_str(), sentence)));
    let others = text
        .iter()
        .filter(|(tag, _)| languages.iter().all(|known| known != tag));
    declared.chain(others)
}

/// A name of a key: bare where TOML takes it so.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(bare) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// A string on one line.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
