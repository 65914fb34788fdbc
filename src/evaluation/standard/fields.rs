//! Reads one table of a TOML document field by field, and remembers what was wrong and where.
//!
//! Every problem names the thing (criterion id or section), the field and the line. Reading goes on
//! after a problem, so that all of them are reported at once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Problem, StandardProblem};
use crate::evaluation::amount::Amount;
use crate::evaluation::words::Words;

/// All problems of a document, with the means to turn a place into a line.
pub(super) struct Log<'s> {
    source: &'s str,
    problems: RefCell<Vec<StandardProblem>>,
}

impl<'s> Log<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Self {
            source,
            problems: RefCell::new(Vec::new()),
        }
    }

    pub(super) fn add(&self, at: &str, field: &str, place: &Range<usize>, problem: Problem) {
        let before = self.source.get(..place.start).unwrap_or(self.source);
        self.problems.borrow_mut().push(StandardProblem {
            at: at.to_owned(),
            field: field.to_owned(),
            line: before.matches('\n').count() + 1,
            problem,
        });
    }

    pub(super) fn into_problems(self) -> Vec<StandardProblem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|p| p.line);
        problems
    }
}

/// One table that is being read.
pub(super) struct Fields<'d, 's> {
    table: &'d DeTable<'s>,
    /// Where the table stands, for fields that are missing.
    place: Range<usize>,
    /// Criterion id or section name.
    at: String,
    /// Path of the table inside the thing, with a trailing dot, or empty.
    path: String,
    log: &'d Log<'s>,
    used: RefCell<BTreeSet<String>>,
}

impl<'d, 's> Fields<'d, 's> {
    pub(super) fn new(
        table: &'d DeTable<'s>,
        place: Range<usize>,
        at: &str,
        path: &str,
        log: &'d Log<'s>,
    ) -> Self {
        Self {
            table,
            place,
            at: at.to_owned(),
            path: path.to_owned(),
            log,
            used: RefCell::new(BTreeSet::new()),
        }
    }

    /// From now on problems name `at`, and fields are named inside it.
    pub(super) fn named(mut self, at: &str) -> Self {
        at.clone_into(&mut self.at);
        self.path.clear();
        self
    }

    fn find(&self, field: &str) -> Option<&'d Spanned<DeValue<'s>>> {
        self.used.borrow_mut().insert(field.to_owned());
        self.table.get(field)
    }

    pub(super) fn problem(&self, field: &str, problem: Problem) {
        let place = self
            .table
            .get(field)
            .map_or_else(|| self.place.clone(), Spanned::span);
        let path = format!("{}{field}", self.path);
        self.log.add(&self.at, &path, &place, problem);
    }

    fn need(&self, field: &str) -> Option<&'d DeValue<'s>> {
        let found = self.find(field);
        if found.is_none() {
            self.problem(field, Problem::Missing);
        }
        found.map(Spanned::get_ref)
    }

    fn wrong(&self, field: &str, expected: &'static str) {
        self.problem(field, Problem::WrongType { expected });
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.table.contains_key(field)
    }

    /// A text that is not blank.
    pub(super) fn text(&self, field: &str) -> Option<String> {
        match self.need(field)? {
            DeValue::String(text) if !text.trim().is_empty() => Some(text.to_string()),
            DeValue::String(_) => {
                self.problem(field, Problem::Blank);
                None
            }
            _ => {
                self.wrong(field, "text");
                None
            }
        }
    }

    pub(super) fn text_or(&self, field: &str, default: &str) -> Option<String> {
        if self.has(field) {
            self.text(field)
        } else {
            Some(default.to_owned())
        }
    }

    /// A whole number within `range`.
    pub(super) fn whole(&self, field: &str, range: Range<u32>) -> Option<u32> {
        let DeValue::Integer(number) = self.need(field)? else {
            self.wrong(field, "whole number");
            return None;
        };
        let value = u32::from_str_radix(number.as_str(), number.radix()).ok();
        let inside = value.filter(|n| range.contains(n));
        if inside.is_none() {
            let least = range.start;
            let most = range.end.saturating_sub(1);
            self.problem(field, Problem::OutOfRange { least, most });
        }
        inside
    }

    /// A decimal number, exactly as written.
    pub(super) fn amount(&self, field: &str) -> Option<Amount> {
        let text = match self.need(field)? {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => {
                self.wrong(field, "number");
                return None;
            }
        };
        let amount = text.parse::<Amount>().ok();
        if amount.is_none() {
            self.wrong(field, "number with at most four decimal places");
        }
        amount
    }

    /// A percentage from 0 to 100.
    pub(super) fn percent(&self, field: &str) -> Option<Amount> {
        let amount = self.amount(field)?;
        if amount < Amount::ZERO || amount > Amount::whole(100) {
            self.problem(
                field,
                Problem::OutOfRange {
                    least: 0,
                    most: 100,
                },
            );
            return None;
        }
        Some(amount)
    }

    pub(super) fn flag_or(&self, field: &str, default: bool) -> Option<bool> {
        match self.find(field).map(Spanned::get_ref) {
            None => Some(default),
            Some(DeValue::Boolean(flag)) => Some(*flag),
            Some(_) => {
                self.wrong(field, "true or false");
                None
            }
        }
    }

    /// A text in every required language.
    pub(super) fn words(&self, field: &str) -> Option<Words> {
        let DeValue::Table(table) = self.need(field)? else {
            self.wrong(field, "texts by language");
            return None;
        };
        let mut pairs = Vec::new();
        for (language, text) in table {
            if let DeValue::String(text) = text.get_ref() {
                pairs.push((language.get_ref().to_string(), text.to_string()));
            } else {
                self.wrong(field, "texts by language");
                return None;
            }
        }
        let words = Words::new(pairs);
        for language in Words::REQUIRED {
            if !words.has(language) {
                self.problem(field, Problem::MissingLanguage { language });
                return None;
            }
        }
        Some(words)
    }

    /// A text that may be absent; a text that is there and not usable is remembered as a problem.
    pub(super) fn words_if_there(&self, field: &str) -> Option<Words> {
        self.has(field).then(|| self.words(field)).flatten()
    }

    /// Texts of an array.
    pub(super) fn texts(&self, field: &str) -> Option<Vec<String>> {
        let DeValue::Array(array) = self.need(field)? else {
            self.wrong(field, "list of texts");
            return None;
        };
        let texts: Option<Vec<String>> = array
            .iter()
            .map(|value| match value.get_ref() {
                DeValue::String(text) => Some(text.to_string()),
                _ => None,
            })
            .collect();
        if texts.is_none() {
            self.wrong(field, "list of texts");
        }
        texts
    }

    /// The table under `field`.
    pub(super) fn table(&self, field: &str) -> Option<Fields<'d, 's>> {
        let spanned = self.find(field);
        let Some(spanned) = spanned else {
            self.problem(field, Problem::Missing);
            return None;
        };
        let DeValue::Table(table) = spanned.get_ref() else {
            self.wrong(field, "table");
            return None;
        };
        let path = format!("{}{field}.", self.path);
        Some(Fields::new(
            table,
            spanned.span(),
            &self.at,
            &path,
            self.log,
        ))
    }

    /// The tables of the array under `field`; an absent array is empty.
    pub(super) fn tables(&self, field: &str) -> Vec<Fields<'d, 's>> {
        let Some(spanned) = self.find(field) else {
            return Vec::new();
        };
        let DeValue::Array(array) = spanned.get_ref() else {
            self.wrong(field, "list of tables");
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (at, value) in array.iter().enumerate() {
            let path = format!("{}{field}[{}].", self.path, at + 1);
            if let DeValue::Table(table) = value.get_ref() {
                tables.push(Fields::new(table, value.span(), &self.at, &path, self.log));
            } else {
                self.wrong(field, "list of tables");
            }
        }
        tables
    }

    /// Reports every field that nobody asked for: a misspelt parameter must not be silently ignored.
    pub(super) fn finish(&self) {
        let used = self.used.borrow();
        for (name, _) in self.table {
            if !used.contains(name.get_ref().as_ref()) {
                let path = format!("{}{}", self.path, name.get_ref());
                self.log
                    .add(&self.at, &path, &name.span(), Problem::UnknownField);
            }
        }
    }
}
