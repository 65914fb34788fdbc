//! A document as text, in the layout of the shipped standard.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Fields, Node};

/// Sections that stand under headings of their own, in this order; everything else stands before them.
const SECTIONS: [&str; 9] = [
    "criteria",
    "omitted",
    "sums",
    "cycle",
    "consequences",
    "cross_checks",
    "measures",
    "indicators",
    "terms",
];

/// Fields in the order in which they are written; others follow by name.
const ORDER: &[&str] = &[
    "id",
    "version",
    "code",
    "year",
    "title",
    "source",
    "counties",
    "areas",
    "clauses",
    "clause",
    "first_year",
    "last_year",
    "time_zone",
    "begin_month",
    "begin_day",
    "application_month",
    "application_day",
    "years_in_a_row",
    "decided_counts",
    "name",
    "short",
    "note",
    "reason",
    "kind",
    "indicator",
    "shown",
    "item",
    "none",
    "follow_up",
    "yes",
    "percent",
    "years",
    "average",
    "rule",
    "delta_points",
    "ceiling_percent",
    "definition",
    "monitored",
    "growth_at_most",
    "limits",
    "measure",
    "at_least",
    "least",
    "most",
    "by_county",
    "total",
    "parts",
    "all",
    "met",
    "missed",
    "neither",
    "posts",
    "targets",
    "zh-CN",
    "en",
];

/// The whole document as TOML.
pub(super) fn document(all: &Fields) -> String {
    let mut text = String::new();
    let is_section = |name: &str| {
        let node = all.get(name);
        SECTIONS.contains(&name) && node.is_some_and(has_heading)
    };
    for (name, node) in sorted(all) {
        if !is_section(name) {
            line(&mut text, name, node);
        }
    }
    for name in SECTIONS {
        if let Some(node) = all.get(name).filter(|node| has_heading(node)) {
            section(&mut text, name, node);
        }
    }
    text
}

/// Whether a value can stand under headings: a table, or a list of nothing but tables.
fn has_heading(node: &Node) -> bool {
    match node {
        Node::Table(_) => true,
        Node::List(list) => {
            !list.is_empty() && list.iter().all(|one| matches!(one, Node::Table(_)))
        }
        Node::Text(_) | Node::Bare(_) => false,
    }
}

/// Whether a list inside a section is easier to read under headings of its own.
fn is_long(node: &Node) -> bool {
    let texts = |one: &Node| {
        let fields = one.fields().into_iter().flat_map(BTreeMap::values);
        fields
            .filter(|value| matches!(value, Node::Table(_)))
            .count()
    };
    has_heading(node) && node.entries().iter().any(|one| texts(one) > 1)
}

fn section(text: &mut String, name: &str, node: &Node) {
    match node {
        Node::List(list) => {
            for fields in list.iter().filter_map(Node::fields) {
                let _ = writeln!(text, "\n[[{}]]", key(name));
                table(text, name, fields);
            }
        }
        Node::Table(fields) => {
            let _ = writeln!(text, "\n[{}]", key(name));
            table(text, name, fields);
        }
        Node::Text(_) | Node::Bare(_) => {}
    }
}

fn table(text: &mut String, name: &str, fields: &Fields) {
    let (long, short): (Vec<_>, Vec<_>) = sorted(fields)
        .into_iter()
        .partition(|(_, node)| is_long(node));
    for (name, node) in short {
        line(text, name, node);
    }
    for (inner, node) in long {
        for fields in node.entries().iter().filter_map(Node::fields) {
            let _ = writeln!(text, "\n[[{}.{}]]", key(name), key(inner));
            for (name, node) in sorted(fields) {
                line(text, name, node);
            }
        }
    }
}

fn line(text: &mut String, name: &str, node: &Node) {
    let _ = write!(text, "{} = ", key(name));
    if has_heading(node) && matches!(node, Node::List(_)) && node.entries().len() > 1 {
        text.push_str("[\n");
        for one in node.entries() {
            text.push_str("  ");
            inline(text, one);
            text.push_str(",\n");
        }
        text.push_str("]\n");
    } else {
        inline(text, node);
        text.push('\n');
    }
}

fn inline(text: &mut String, node: &Node) {
    match node {
        Node::Text(words) => quoted(text, words),
        Node::Bare(word) => text.push_str(word),
        Node::List(list) => {
            text.push('[');
            for (place, one) in list.iter().enumerate() {
                if place > 0 {
                    text.push_str(", ");
                }
                inline(text, one);
            }
            text.push(']');
        }
        Node::Table(fields) if fields.is_empty() => text.push_str("{}"),
        Node::Table(fields) => {
            text.push_str("{ ");
            for (place, (name, one)) in sorted(fields).into_iter().enumerate() {
                if place > 0 {
                    text.push_str(", ");
                }
                let _ = write!(text, "{} = ", key(name));
                inline(text, one);
            }
            text.push_str(" }");
        }
    }
}

fn sorted(fields: &Fields) -> Vec<(&str, &Node)> {
    let mut all: Vec<(&str, &Node)> = fields
        .iter()
        .map(|(name, node)| (name.as_str(), node))
        .collect();
    let rank = |name: &str| ORDER.iter().position(|known| *known == name);
    // A stable sort: what has no place of its own stays in the order of names, behind the rest.
    all.sort_by_key(|(name, _)| rank(name).unwrap_or(ORDER.len()));
    all
}

fn key(name: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !name.is_empty() && name.bytes().all(plain) {
        return name.to_owned();
    }
    let mut text = String::new();
    quoted(&mut text, name);
    text
}

fn quoted(text: &mut String, words: &str) {
    text.push('"');
    for c in words.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(text, "\\u{:04X}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text.push('"');
}
