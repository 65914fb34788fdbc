//! `/api/v1/indicators/{year}/{county}`: reported values, read and reported by programs.
//!
//! Promises: the same service as the page, so the same versions, the same refusals, the same audit entries; the whole sheet is taken or
//! nothing of it; every refused value is named with its place in the document.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{FieldProblem, invalid};
use super::bearer::{Bearer, private};
use super::words::Place;
use crate::evaluation::indicator::{Kind, Value};
use crate::service::app::App;
use crate::service::reports::{self, ReportError, Sheet, Standing, asked};
use crate::survey::role::Action;
use crate::survey::scope::Scope;
use crate::web::error::WebError;
use crate::web::extract::Path;
use crate::web::indicators::sentence;
use crate::web::page::Page;
use crate::web::problem::Problem;

/// What is reported of a list: an event or a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// What it is called.
    label: String,
    /// Measures by name, as decimal numbers of at most four places.
    measures: BTreeMap<String, String>,
}

/// A value of the kind that the standard asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Reported {
    /// A whole number.
    Count {
        /// The number.
        count: u32,
    },
    /// `k` of `m`.
    Rate {
        /// The part.
        k: u32,
        /// The whole.
        m: u32,
    },
    /// A decimal number of at most four places.
    Amount {
        /// The number, in the unit that the standard names.
        amount: String,
    },
    /// Events or units; empty: there was none.
    List {
        /// The events or units.
        entries: Vec<Entry>,
    },
}

impl Reported {
    fn new(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Count { count } => Self::Count { count: *count },
            Value::Rate { k, m } => Self::Rate { k: *k, m: *m },
            Value::Amount { amount } => Self::Amount {
                amount: amount.to_string(),
            },
            Value::List { entries } => Self::List {
                entries: entries
                    .iter()
                    .map(|entry| Entry {
                        label: entry.label.clone(),
                        measures: entry
                            .measures
                            .iter()
                            .map(|(name, amount)| (name.clone(), amount.to_string()))
                            .collect(),
                    })
                    .collect(),
            },
            Value::Judgement { .. } => return None,
        })
    }

    const fn kind(&self) -> Kind {
        match self {
            Self::Count { .. } => Kind::Count,
            Self::Rate { .. } => Kind::Rate,
            Self::Amount { .. } => Kind::Amount,
            Self::List { .. } => Kind::List,
        }
    }

    /// The fields of the page's form, which say the same.
    fn fields(&self, id: &str) -> Vec<(String, String)> {
        let value = |text: String| vec![(format!("value-{id}"), text)];
        match self {
            Self::Count { count } => value(count.to_string()),
            Self::Amount { amount } => value(amount.clone()),
            Self::Rate { k, m } => vec![
                (format!("k-{id}"), k.to_string()),
                (format!("m-{id}"), m.to_string()),
            ],
            Self::List { entries } if entries.is_empty() => value("none".to_owned()),
            Self::List { entries } => {
                let lines = entries.iter().map(|entry| {
                    let measures = entry.measures.iter();
                    let measures = measures.map(|(name, number)| format!("; {name}={number}"));
                    format!("{}{}", entry.label, measures.collect::<String>())
                });
                value(lines.collect::<Vec<String>>().join("\n"))
            }
        }
    }

    /// Texts that the form could not keep apart.
    fn is_plain(&self) -> bool {
        let plain = |text: &str| !text.contains([';', '；', '\n', '\r']);
        let name = |text: &str| plain(text) && !text.contains(['=', '＝']);
        match self {
            Self::Count { .. } | Self::Rate { .. } => true,
            Self::Amount { amount } => plain(amount),
            Self::List { entries } => entries.iter().all(|entry| {
                !entry.label.trim().is_empty()
                    && plain(&entry.label)
                    && entry
                        .measures
                        .iter()
                        .all(|(key, number)| name(key) && name(number))
            }),
        }
    }
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stands {
    Missing,
    Reported,
    Disputed,
    Verified,
}

impl From<Standing> for Stands {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Missing => Self::Missing,
            Standing::Reported => Self::Reported,
            Standing::Disputed => Self::Disputed,
            Standing::Verified => Self::Verified,
        }
    }
}

/// An indicator that the county is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AskedFor {
    /// The kind that its value has to have: `count`, `rate`, `amount`, `list`.
    kind: &'static str,
    /// Where it stands.
    standing: Stands,
    /// The latest value.
    value: Option<Reported>,
    /// Number of the latest version; 0 before the first one.
    version: u64,
}

/// What a county reports of a year.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReportedSheet {
    /// The county.
    county: Place,
    /// The year that the values describe.
    year: i32,
    /// Id of the standard in force.
    standard: String,
    /// Everything that it asks for, by id.
    values: BTreeMap<String, AskedFor>,
}

impl ReportedSheet {
    fn new(sheet: &Sheet) -> Self {
        let county = sheet.standard.county(&sheet.county);
        let name = |tag: &str| county.map_or(sheet.county.as_str(), |county| county.name.get(tag));
        let line = |(id, kind): (&str, Kind)| {
            let key = (sheet.year, id.to_owned());
            let stored = sheet.values.get(&key);
            let latest = sheet.versions.get(id).and_then(|all| all.first());
            let found = AskedFor {
                kind: kind.code(),
                standing: sheet.standing(id).into(),
                value: stored.and_then(|stored| Reported::new(&stored.indicator.value)),
                version: latest.map_or(0, |latest| latest.number),
            };
            (id.to_owned(), found)
        };
        Self {
            county: Place::new(&sheet.county, name("zh-CN"), name("en")),
            year: sheet.year,
            standard: sheet.standard.id.clone(),
            values: asked(&sheet.standard, &sheet.county)
                .into_iter()
                .map(line)
                .collect(),
        }
    }
}

/// The whole sheet of a county and year.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSheet {
    /// Values by the id of their indicator. One that was reported before cannot be left out.
    values: BTreeMap<String, Reported>,
}

/// What a report did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Taken {
    /// Values that are new or differ: each has a new version, which is to be verified.
    versions: usize,
    /// Values that were there already.
    unchanged: usize,
}

/// Reported values.
#[utoipa::path(
    get,
    path = "/api/v1/indicators/{year}/{county}",
    operation_id = "get_indicators",
    tag = "staff",
    params(
        ("year" = i32, Path, description = "The year that the values describe.", example = 2026),
        ("county" = String, Path, description = "The county's division code.", example = "140311"),
    ),
    security(("token" = ["indicators"])),
    responses((status = 200, description = "Everything that the standard asks for.", body = ReportedSheet))
)]
pub(in crate::web) async fn get(
    State(app): State<App>,
    bearer: Bearer,
    Path((year, county)): Path<(i32, String)>,
) -> Result<Response, WebError> {
    let person = bearer.with(Scope::Indicators)?;
    let found = reports::sheet(&app, &person, &county, year).await;
    Ok(private(&ReportedSheet::new(&found.map_err(refusal)?)))
}

/// Reports the values of the own county; the whole sheet or nothing of it.
#[utoipa::path(
    put,
    path = "/api/v1/indicators/{year}/{county}",
    operation_id = "put_indicators",
    tag = "staff",
    params(
        ("year" = i32, Path, description = "The year that the values describe.", example = 2026),
        ("county" = String, Path, description = "The county's division code.", example = "140311"),
    ),
    request_body = NewSheet,
    security(("token" = ["indicators"])),
    responses((status = 200, description = "The sheet is taken.", body = Taken))
)]
pub(in crate::web) async fn put(
    State(app): State<App>,
    page: Page,
    bearer: Bearer,
    Path((year, county)): Path<(i32, String)>,
    body: Bytes,
) -> Result<Response, WebError> {
    let person = bearer.with(Scope::Indicators)?;
    if !person.may(Action::ReportIndicators) {
        return Err(Problem::Denied.into());
    }
    let sheet = reports::sheet(&app, &person, &county, year).await;
    let sheet = sheet.map_err(refusal)?;
    let sent: NewSheet = match serde_json::from_slice(&body) {
        Ok(sent) => sent,
        Err(error) => {
            let said = FieldProblem::new("", error.to_string());
            return Ok(invalid(&page, vec![said]));
        }
    };
    let asked = asked(&sheet.standard, &county);
    let mut wrong = Vec::new();
    let mut fields = BTreeMap::new();
    for (id, value) in &sent.values {
        let at = format!("/values/{}", id.replace('~', "~0").replace('/', "~1"));
        let key = match asked.get(id.as_str()) {
            None => "api-unknown-indicator",
            Some(kind) if *kind != value.kind() => "api-other-kind",
            Some(_) if !value.is_plain() => "api-not-plain",
            Some(_) => {
                fields.extend(value.fields(id));
                continue;
            }
        };
        wrong.push(FieldProblem::new(at, page.t(key)));
    }
    if !wrong.is_empty() {
        return Ok(invalid(&page, wrong));
    }
    match reports::save(&app, &person, (&county, year), &fields).await {
        Ok(saved) => Ok(private(&Taken {
            versions: saved.versions,
            unchanged: saved.unchanged,
        })),
        Err(ReportError::Values(problems)) => {
            let said = problems.iter().map(|one| {
                let at = format!("/values/{}", one.indicator);
                FieldProblem::new(at, sentence(&page, &one.problem))
            });
            Ok(invalid(&page, said.collect()))
        }
        Err(error) => Err(refusal(error)),
    }
}

fn refusal(error: ReportError) -> WebError {
    match error {
        ReportError::Denied => Problem::Denied.into(),
        ReportError::Unknown | ReportError::NoStandard => Problem::NotFound.into(),
        error => WebError::internal(error),
    }
}
