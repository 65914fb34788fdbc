//! A county's year as the page shows it: the standard's areas and criteria in their order and words.

use std::collections::{BTreeMap, BTreeSet};

use super::words::words;
use crate::evaluation::indicator::{Kind, Status, Value};
use crate::evaluation::plausible::oddities;
use crate::evaluation::rule::Rule;
use crate::evaluation::sum::{Mismatch, Term};
use crate::report::file_problem::of_cell;
use crate::report::standard;
use crate::service::app::App;
use crate::service::reports::{
    EARLIER, Evidence, Filled, Sheet, Standing, TypedProblem, ValueProblem, Version, asked,
    readable, texts,
};
use crate::survey::account::Account;
use crate::survey::ids::AccountId;
use crate::web::page::Page;

/// What was typed and refused.
#[derive(Default)]
pub(super) struct Typed<'a> {
    /// The form's fields; none where nothing was refused.
    fields: Option<&'a BTreeMap<String, String>>,
    /// Sentences by indicator.
    problems: BTreeMap<String, Vec<String>>,
    /// Sentences at the head of the page.
    pub(super) errors: Vec<String>,
}

impl<'a> Typed<'a> {
    /// A report that was refused.
    pub(super) fn refused(
        page: &Page,
        fields: &'a BTreeMap<String, String>,
        all: &[ValueProblem],
    ) -> Self {
        let mut problems: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for one in all {
            problems
                .entry(one.indicator.clone())
                .or_default()
                .push(sentence(page, &one.problem));
        }
        let count = u32::try_from(problems.len()).unwrap_or(u32::MAX);
        Self {
            fields: Some(fields),
            problems,
            errors: vec![page.t_with("indicators-refused", &[("count", count.into())])],
        }
    }

    /// What a file filled in; every problem at the head of the page, too, with its row.
    pub(super) fn filled(page: &Page, filled: &'a Filled) -> Self {
        let mut typed = Self::refused(page, &filled.fields, &filled.problems);
        let at = |row: Option<usize>, sentence: String| match row {
            Some(row) => {
                let args = [
                    ("row", row.to_string().into()),
                    ("problem", sentence.into()),
                ];
                page.t_with("indicators-row", &args)
            }
            None => sentence,
        };
        let of_file = filled.refused.iter().map(|(row, problem)| {
            let (code, what) = problem.code();
            let key = format!("indicators-table-{code}");
            at(*row, page.t_with(&key, &[("what", what.into())]))
        });
        let of_values = typed.problems.iter().flat_map(|(id, sentences)| {
            let row = filled.rows.get(id).copied();
            sentences
                .iter()
                .map(move |sentence| (row, format!("{id}: {sentence}")))
        });
        let of_values = of_values.map(|(row, sentence)| at(row, sentence));
        typed.errors = of_file.chain(of_values).collect();
        typed
    }

    /// A sentence at the head of the page.
    pub(super) fn said(sentence: String) -> Self {
        Self {
            errors: vec![sentence],
            ..Self::default()
        }
    }
}

/// What is wrong with a value.
pub(in crate::web) fn sentence(page: &Page, problem: &TypedProblem) -> String {
    match problem {
        TypedProblem::Cell(problem) => of_cell(page.lang, problem),
        TypedProblem::Emptied => page.t("indicators-emptied"),
        TypedProblem::Measure(name) => page.t_with(
            "indicators-unknown-measure",
            &[("name", name.as_str().into())],
        ),
    }
}

/// An area of the standard, or the monitored measures.
pub(super) struct Section {
    pub(super) title: String,
    pub(super) lines: Vec<Line>,
}

/// A criterion with what is reported for it.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) clause: String,
    pub(super) note: Option<String>,
    pub(super) remark: Option<String>,
    pub(super) fields: Vec<Field>,
}

/// An indicator.
pub(super) struct Field {
    pub(super) id: String,
    pub(super) name: String,
    /// `rate`, `list`, or anything that is one number.
    pub(super) kind: &'static str,
    pub(super) value: String,
    pub(super) k: String,
    pub(super) m: String,
    pub(super) hint: String,
    pub(super) shown: Vec<String>,
    pub(super) earlier: Vec<String>,
    /// Code of where it stands, for the color beside the word.
    pub(super) tag: &'static str,
    pub(super) standing: String,
    pub(super) late: Option<String>,
    pub(super) synthetic: bool,
    pub(super) dispute: Option<String>,
    pub(super) warnings: Vec<String>,
    pub(super) problems: Vec<String>,
    pub(super) history: Vec<String>,
    /// The version of which this person may speak.
    pub(super) version: Option<String>,
    pub(super) files: Vec<File>,
}

/// A file behind a value.
pub(super) struct File {
    pub(super) url: String,
    pub(super) name: String,
    pub(super) digest: String,
}

struct Writer<'a> {
    app: &'a App,
    page: &'a Page,
    person: &'a Account,
    sheet: &'a Sheet,
    typed: &'a Typed<'a>,
    /// What stands in the form, else what is stored: of that the warnings speak.
    current: BTreeMap<String, Value>,
}

/// What stands in the form as far as it can be read; where nothing was typed, what is stored.
fn current(sheet: &Sheet, typed: &Typed<'_>) -> BTreeMap<String, Value> {
    if let Some(fields) = typed.fields {
        let values = readable(sheet, fields);
        let values = values.iter().map(|one| (one.id.clone(), one.value.clone()));
        return values.collect();
    }
    let stored = sheet
        .values
        .iter()
        .filter(|((year, _), _)| *year == sheet.year);
    let stored = stored.map(|((_, id), one)| (id.clone(), one.indicator.value.clone()));
    stored.collect()
}

/// How many values call for a second look.
pub(super) fn odd(sections: &[Section]) -> usize {
    let lines = sections.iter().flat_map(|section| &section.lines);
    let fields = lines.flat_map(|line| &line.fields);
    fields.filter(|field| !field.warnings.is_empty()).count()
}

/// Indicators with their names, for the choice beside a file.
pub(super) fn choices(page: &Page, sheet: &Sheet) -> Vec<(String, String)> {
    let standard = &sheet.standard;
    let ids = asked(standard, &sheet.county).into_keys();
    ids.map(|id| {
        let name = standard.indicator_name(id, page.lang.tag());
        (id.to_owned(), name.to_owned())
    })
    .collect()
}

/// Everything that the standard asks of the county, in its order; each indicator once.
pub(super) fn sections(
    app: &App,
    page: &Page,
    person: &Account,
    sheet: &Sheet,
    typed: &Typed<'_>,
) -> Vec<Section> {
    let writer = Writer {
        app,
        page,
        person,
        sheet,
        typed,
        current: current(sheet, typed),
    };
    let standard = &sheet.standard;
    let lang = page.lang.tag();
    let asked = asked(standard, &sheet.county);
    let mut seen = BTreeSet::new();
    let mut fresh = |needs: Vec<(&str, Kind)>| -> Vec<Field> {
        let needs = needs.into_iter().filter(|(id, _)| asked.contains_key(id));
        let needs = needs.filter(|(id, _)| seen.insert((*id).to_owned()));
        needs.map(|(id, kind)| writer.field(id, kind)).collect()
    };
    let mut all = Vec::new();
    for area in &standard.areas {
        let of_area = standard.criteria.iter().filter(|one| one.area() == area.id);
        let lines = of_area.map(|criterion| Line {
            name: criterion.name.get(lang).to_owned(),
            clause: criterion.clause.clone(),
            note: criterion
                .note
                .as_ref()
                .map(|note| note.get(lang).to_owned()),
            remark: remark(page, &criterion.rule),
            fields: fresh(criterion.rule.needs()),
        });
        all.push(Section {
            title: format!("{} {}", area.clause, area.name.get(lang)),
            lines: lines.collect(),
        });
    }
    let of_county = standard
        .measures
        .iter()
        .filter(|one| asked.contains_key(one.id.as_str()));
    let lines = of_county.map(|measure| Line {
        name: measure.name.get(lang).to_owned(),
        clause: measure.clause.clone(),
        note: None,
        remark: None,
        fields: fresh(vec![measure.needs()]),
    });
    let lines: Vec<Line> = lines.collect();
    if !lines.is_empty() {
        all.push(Section {
            title: page.t("indicators-measures"),
            lines,
        });
    }
    all
}

/// Why nothing, or not all, is reported for a criterion.
fn remark(page: &Page, rule: &Rule) -> Option<String> {
    match rule {
        Rule::Judged(_) => Some(page.t("indicators-judged")),
        Rule::SurveyAtLeast(_) | Rule::SurveyImproved(_) => Some(page.t("indicators-survey")),
        _ => None,
    }
}

impl Writer<'_> {
    fn field(&self, id: &str, kind: Kind) -> Field {
        let (page, sheet) = (self.page, self.sheet);
        let stored = sheet.values.get(&(sheet.year, id.to_owned()));
        let value = stored.map(|stored| &stored.indicator.value);
        let versions = sheet.versions.get(id).map_or(&[][..], Vec::as_slice);
        let latest = versions.first();
        let ruling = latest.and_then(|latest| latest.ruling.as_ref());
        let standing = sheet.standing(id);
        let late = stored.filter(|stored| sheet.is_late(stored.entered_at));
        let may_speak = |latest: &&Version| {
            sheet.may_verify && latest.ruling.is_none() && latest.entered_by != Some(self.person.id)
        };
        let [shown, k, m] = self.inputs(id, value);
        Field {
            id: id.to_owned(),
            name: sheet
                .standard
                .indicator_name(id, page.lang.tag())
                .to_owned(),
            kind: match kind {
                Kind::Rate => "rate",
                Kind::List => "list",
                Kind::Count | Kind::Amount | Kind::Judgement => "number",
            },
            value: shown,
            k,
            m,
            hint: self.hint(kind),
            shown: value.map_or_else(Vec::new, |value| self.words(value)),
            earlier: self.earlier(id),
            tag: match standing {
                Standing::Verified => "met",
                Standing::Disputed => "unmet",
                Standing::Reported => "open",
                Standing::Missing => "none",
            },
            standing: page.t(&format!("indicators-{}", standing.code())),
            late: late.map(|stored| {
                let at = page.lang.moment(self.app.zone.civil(stored.entered_at));
                page.t_with("indicators-late", &[("at", at.into())])
            }),
            synthetic: stored.is_some_and(|one| one.indicator.status == Status::Synthetic),
            dispute: ruling.filter(|ruling| !ruling.verified).map(|ruling| {
                let who = self.who(Some(ruling.ruled_by));
                let args = [
                    ("who", who.into()),
                    ("reason", ruling.reason.as_str().into()),
                ];
                page.t_with("indicators-dispute-said", &args)
            }),
            warnings: self.warnings(id),
            problems: self.typed.problems.get(id).cloned().unwrap_or_default(),
            history: versions.iter().map(|one| self.version(one)).collect(),
            version: latest.filter(may_speak).map(|latest| latest.id.to_string()),
            files: self.files(id),
        }
    }

    /// What stands in the inputs: what was typed, else what is stored.
    fn inputs(&self, id: &str, value: Option<&Value>) -> [String; 3] {
        if let Some(fields) = self.typed.fields {
            let of = |part: &str| fields.get(&format!("{part}-{id}")).cloned();
            return ["value", "k", "m"].map(|part| of(part).unwrap_or_default());
        }
        let texts = |value| texts(&self.sheet.standard, self.page.lang.tag(), value);
        value.map_or_else(Default::default, texts)
    }

    fn hint(&self, kind: Kind) -> String {
        let page = self.page;
        match kind {
            Kind::Rate => page.t("indicators-hint-rate"),
            Kind::List => {
                let terms = self.sheet.standard.terms.values();
                let names: Vec<&str> = terms.map(|words| words.get(page.lang.tag())).collect();
                let names = names.join(&page.t("indicators-comma"));
                page.t_with("indicators-hint-list", &[("names", names.into())])
            }
            Kind::Amount => page.t("indicators-hint-amount"),
            Kind::Count | Kind::Judgement => page.t("indicators-hint-count"),
        }
    }

    fn words(&self, value: &Value) -> Vec<String> {
        words(self.page, &self.sheet.standard, value)
    }

    fn earlier(&self, id: &str) -> Vec<String> {
        let sheet = self.sheet;
        let years = (1..=EARLIER).map(|back| sheet.year - back);
        years
            .map(|year| {
                let stored = sheet.values.get(&(year, id.to_owned()));
                let words = stored.map_or_else(
                    || self.page.t("indicators-no-value"),
                    |stored| self.words(&stored.indicator.value).join(" / "),
                );
                let args = [("year", year.to_string().into()), ("value", words.into())];
                self.page.t_with("indicators-of-year", &args)
            })
            .collect()
    }

    fn warnings(&self, id: &str) -> Vec<String> {
        let sheet = self.sheet;
        let Some(value) = self.current.get(id) else {
            return Vec::new();
        };
        let before = sheet.values.get(&(sheet.year - 1, id.to_owned()));
        let odd = before.map_or_else(Vec::new, |before| oddities(value, &before.indicator.value));
        let odd = odd.into_iter();
        let odd = odd.map(|oddity| self.page.t(&format!("indicators-odd-{}", oddity.code())));
        let sums = sheet.standard.sums_of(id);
        let sums = sums.filter_map(|sum| sum.check(|id| self.current.get(id)));
        odd.chain(sums.map(|mismatch| self.mismatch(&mismatch)))
            .collect()
    }

    /// A sum that does not hold, in numbers.
    fn mismatch(&self, found: &Mismatch<'_>) -> String {
        let page = self.page;
        let term = |term: &Term| standard::term(page.lang, &self.sheet.standard, term);
        let parts = found.sum.parts.iter().map(term);
        let parts: Vec<String> = parts.collect();
        let args = [
            ("names", parts.join(&page.t("indicators-and")).into()),
            ("parts", found.parts.to_string().into()),
            ("whole", term(&found.sum.total).into()),
            ("total", found.total.to_string().into()),
        ];
        let key = if found.sum.all {
            "indicators-sum-all"
        } else {
            "indicators-sum-some"
        };
        page.t_with(key, &args)
    }

    fn version(&self, version: &Version) -> String {
        let page = self.page;
        let at = page.lang.moment(self.app.zone.civil(version.entered_at));
        let number = u32::try_from(version.number).unwrap_or(u32::MAX);
        let args = [
            ("number", number.into()),
            (
                "value",
                self.words(&version.indicator.value).join(" / ").into(),
            ),
            ("who", self.who(version.entered_by).into()),
            ("at", at.into()),
        ];
        let mut sentence = page.t_with("indicators-version", &args);
        if let Some(ruling) = &version.ruling {
            let at = page.lang.moment(self.app.zone.civil(ruling.ruled_at));
            let args = [
                ("who", self.who(Some(ruling.ruled_by)).into()),
                ("at", at.into()),
                ("reason", ruling.reason.as_str().into()),
            ];
            let key = if ruling.verified {
                "indicators-version-verified"
            } else {
                "indicators-version-disputed"
            };
            sentence.push_str(&page.t_with(key, &args));
        }
        sentence
    }

    fn who(&self, id: Option<AccountId>) -> String {
        let name = id.and_then(|id| self.sheet.names.get(&id));
        name.map_or_else(|| self.page.t("indicators-console"), ToString::to_string)
    }

    fn files(&self, id: &str) -> Vec<File> {
        let sheet = self.sheet;
        let all = sheet.evidence.get(id).map_or(&[][..], Vec::as_slice);
        let file = |one: &Evidence| {
            let digest = hex::encode(one.digest);
            let path = format!(
                "/indicators/{}/{}/evidence/{digest}",
                sheet.year, sheet.county
            );
            File {
                url: self.page.link(&path),
                name: one.file_name.clone(),
                digest,
            }
        };
        all.iter().map(file).collect()
    }
}
