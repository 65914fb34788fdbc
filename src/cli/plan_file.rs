//! Plan files: JSON or TOML in the plan vocabulary, with what is said for people only.
//!
//! Promises: what the vocabulary does not know is refused with its place; all problems of a plan are
//! listed at once.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::near::nearest;
use super::table_file::{quoted, with_near};
use crate::i18n::Lang;
use crate::report::estimate::Wording;
use crate::stats::plan::Plan;
use crate::stats::plan::spec::{
    Analysis, DataSpec, DesignSpec, Planning, SmallArea, Tolerance, Weighting,
};

/// A plan with the words and the chart that its file asks for.
#[derive(Debug)]
pub(crate) struct PlanFile {
    /// What to compute.
    pub(crate) plan: Plan,
    /// How its parts are called in the reader's language.
    pub(crate) wording: Wording,
    /// What to draw.
    pub(crate) chart: ChartSpec,
}

/// The plan's section `chart`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChartSpec {
    /// The analysis to draw; absent = the first that has estimates.
    pub(crate) analysis: Option<String>,
    /// A line to hold the figures against.
    pub(crate) threshold: Option<f64>,
}

/// A text for all readers, or one for each language (`en`, `zh-CN`).
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Words {
    One(String),
    Each(BTreeMap<String, String>),
}

impl Words {
    /// The reader's language, else the first that there is.
    fn for_reader(&self, lang: Lang) -> Option<String> {
        match self {
            Self::One(text) => Some(text.clone()),
            Self::Each(texts) => texts
                .get(lang.tag())
                .or_else(|| texts.values().next())
                .cloned(),
        }
    }
}

/// The plan's section `labels`: names for people.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Labels {
    columns: BTreeMap<String, Words>,
    levels: BTreeMap<String, BTreeMap<String, Words>>,
}

/// The sections that a plan file may have; `chart` and `labels` are for people only.
const SECTIONS: [&str; 15] = [
    "schema",
    "id",
    "title",
    "tags",
    "source",
    "reference_software",
    "tolerance",
    "notes",
    "data",
    "designs",
    "weightings",
    "analyses",
    "planning",
    "small_area",
    "chart",
];
const LABELS: &str = "labels";

/// Reads a plan; `Err` holds one sentence for each problem.
pub(crate) fn read(path: &Path, lang: Lang) -> Result<PlanFile, Vec<String>> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        let arguments = [
            ("file", file.as_str().into()),
            ("reason", error.to_string().into()),
        ];
        vec![lang.t_with("estimate-cannot-read", &arguments)]
    })?;
    read_bytes(path, &bytes, lang)
}

/// Reads the content of a plan file; the path names it and tells JSON from TOML.
pub(crate) fn read_bytes(path: &Path, bytes: &[u8], lang: Lang) -> Result<PlanFile, Vec<String>> {
    let file = path.display().to_string();
    let mut fields = parse(path, bytes).map_err(|fault| {
        let arguments = [
            ("file", file.as_str().into()),
            ("line", fault.line.to_string().into()),
            ("reason", fault.reason.into()),
        ];
        vec![lang.t_with("plan-file-syntax", &arguments)]
    })?;
    let mut reader = Reader {
        lang,
        file,
        problems: Vec::new(),
    };
    let parts = reader.take(&mut fields);
    if reader.problems.is_empty() {
        Ok(parts)
    } else {
        Err(reader.problems)
    }
}

/// Where a file stops being JSON or TOML.
struct Fault {
    line: usize,
    reason: String,
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Map<String, Value>, Fault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| Fault {
        line: line_at(bytes, error.valid_up_to()),
        reason: "UTF-8".to_owned(),
    })?;
    let json = match path.extension().and_then(|ending| ending.to_str()) {
        Some("json") => true,
        Some("toml") => false,
        _ => text.trim_start().starts_with('{'),
    };
    if json {
        serde_json::from_str(text).map_err(|error| Fault {
            line: error.line(),
            reason: error.to_string(),
        })
    } else {
        toml::from_str(text).map_err(|error| Fault {
            line: error.span().map_or(1, |span| line_at(bytes, span.start)),
            reason: error.message().to_owned(),
        })
    }
}

fn line_at(bytes: &[u8], end: usize) -> usize {
    let before = bytes.get(..end).unwrap_or(bytes);
    1 + before.split(|&byte| byte == b'\n').skip(1).count()
}

/// Takes a document apart and remembers what is wrong with it.
struct Reader {
    lang: Lang,
    file: String,
    problems: Vec<String>,
}

impl Reader {
    fn take(&mut self, fields: &mut Map<String, Value>) -> PlanFile {
        let lang = self.lang;
        for name in fields.keys() {
            if !SECTIONS.contains(&name.as_str()) && name != LABELS {
                let known: Vec<String> =
                    SECTIONS.iter().map(|&section| section.to_owned()).collect();
                let arguments = [
                    ("file", self.file.as_str().into()),
                    ("field", quoted(name).into()),
                ];
                let sentence = lang.t_with("plan-file-unknown-field", &arguments);
                let near = nearest(name, &known);
                self.problems
                    .push(with_near(lang, sentence, near.as_deref()));
            }
        }
        let labels: Labels = self.one(fields, LABELS).unwrap_or_default();
        let mut wording = Wording {
            lang,
            title: self.words(fields, "title"),
            ..Wording::default()
        };
        let read = |words: BTreeMap<String, Words>| -> BTreeMap<String, String> {
            words
                .into_iter()
                .filter_map(|(name, words)| Some((name, words.for_reader(lang)?)))
                .collect()
        };
        wording.columns = read(labels.columns);
        wording.levels = labels
            .levels
            .into_iter()
            .map(|(column, levels)| (column, read(levels)))
            .collect();
        if let Some(Value::Array(analyses)) = fields.get_mut("analyses") {
            for analysis in analyses.iter_mut().filter_map(Value::as_object_mut) {
                let title = self.words(analysis, "title");
                if let (Some(title), Some(id)) = (title, analysis.get("id").and_then(Value::as_str))
                {
                    wording.titles.insert(id.to_owned(), title);
                }
            }
        }
        let plan = self.plan(fields, wording.title.clone());
        PlanFile {
            plan,
            wording,
            chart: self.one(fields, "chart").unwrap_or_default(),
        }
    }

    fn plan(&mut self, fields: &mut Map<String, Value>, title: Option<String>) -> Plan {
        let plan = Plan {
            schema: self.one(fields, "schema"),
            id: self.one(fields, "id").unwrap_or_default(),
            title,
            tags: self.one(fields, "tags").unwrap_or_default(),
            source: self.one(fields, "source"),
            reference_software: fields.remove("reference_software"),
            tolerance: self.one::<Tolerance>(fields, "tolerance"),
            notes: fields.remove("notes"),
            data: self.one::<DataSpec>(fields, "data"),
            designs: self.list::<DesignSpec>(fields, "designs"),
            weightings: self.list::<Weighting>(fields, "weightings"),
            analyses: self.list::<Analysis>(fields, "analyses"),
            planning: self.list::<Planning>(fields, "planning"),
            small_area: self.list::<SmallArea>(fields, "small_area"),
        };
        let asks = !plan.analyses.is_empty()
            || !plan.weightings.is_empty()
            || !plan.planning.is_empty()
            || !plan.small_area.is_empty();
        if self.problems.is_empty() && !asks {
            let arguments = [("file", self.file.as_str().into())];
            self.problems
                .push(self.lang.t_with("plan-file-asks-nothing", &arguments));
        }
        plan
    }

    fn problem(&mut self, place: String, reason: &serde_json::Error) {
        let arguments = [
            ("file", self.file.as_str().into()),
            ("place", place.into()),
            ("reason", reason.to_string().into()),
        ];
        self.problems
            .push(self.lang.t_with("plan-file-part", &arguments));
    }

    /// One section, if it is there.
    fn one<T: DeserializeOwned>(
        &mut self,
        fields: &mut Map<String, Value>,
        name: &str,
    ) -> Option<T> {
        let value = fields.remove(name).filter(|value| !value.is_null())?;
        match serde_json::from_value(value) {
            Ok(part) => Some(part),
            Err(reason) => {
                self.problem(name.to_owned(), &reason);
                None
            }
        }
    }

    /// A section of several parts, each read alone, so that each problem has its place.
    fn list<T: DeserializeOwned>(&mut self, fields: &mut Map<String, Value>, name: &str) -> Vec<T> {
        let items: Vec<Value> = self.one(fields, name).unwrap_or_default();
        let mut parts = Vec::with_capacity(items.len());
        for (number, item) in (1_usize..).zip(items) {
            let id = item.get("id").and_then(Value::as_str).map(quoted);
            match serde_json::from_value(item) {
                Ok(part) => parts.push(part),
                Err(reason) => {
                    let place = match id {
                        Some(id) => format!("{name} {number} ({id})"),
                        None => format!("{name} {number}"),
                    };
                    self.problem(place, &reason);
                }
            }
        }
        parts
    }

    fn words(&mut self, fields: &mut Map<String, Value>, name: &str) -> Option<String> {
        let words: Option<Words> = self.one(fields, name);
        words.and_then(|words| words.for_reader(self.lang))
    }
}
