//! A file before it is taken over: what it holds, or each of its problems at its row and column.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::list::areas_words;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::import::ImportError;
use crate::service::sentence::import_error;
use crate::service::uploads::{self, CountySize, Found, Looked};
use crate::survey::account::Account;
use crate::survey::area::{Area, AreaCode, AreaTree};
use crate::survey::frame::Frame;
use crate::survey::ids::UploadId;
use crate::survey::margin::{MarginCell, Margins};
use crate::survey::reported::ReportedRows;
use crate::survey::upload::{Upload, UploadKind};
use crate::web::error::WebError;
use crate::web::extract::Path;
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// Changes that are listed one by one.
const LISTED: usize = 30;

/// A table: titles, rows, and whether a column holds numbers.
struct Table {
    caption: String,
    titles: Vec<(String, bool)>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Cells of a row, each with whether its column holds numbers.
    fn cells<'a>(&'a self, row: &'a [Cell]) -> impl Iterator<Item = (&'a Cell, bool)> {
        let numbers = self.titles.iter().map(|(_, number)| *number);
        row.iter().zip(numbers.chain(std::iter::repeat(false)))
    }
}

/// A cell of a table.
struct Cell {
    text: String,
    /// It has a problem.
    is_marked: bool,
}

#[derive(Template)]
#[template(path = "data/check.html")]
struct CheckPage {
    page: Page,
    title: String,
    file: String,
    /// Why it was not taken over.
    refused: Vec<String>,
    /// What is wrong with the file.
    problems: Vec<String>,
    /// What it holds, or what changes.
    facts: Vec<String>,
    tables: Vec<Table>,
    /// What taking it over does.
    effect: String,
    /// The action of the form, if the file can be taken over.
    take: Option<String>,
    /// What the file is to be, if a better one has to be sent.
    again: Option<Upload>,
    back: String,
}

/// `GET /data/upload/{upload}`.
pub(in crate::web) async fn check(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(upload): Path<String>,
) -> Result<Response, WebError> {
    let id = upload.parse().map_err(|_| Problem::NotFound)?;
    show(&app, page, &person, id, Vec::new()).await
}

/// `POST /data/upload/{upload}`: takes the file over.
pub(in crate::web) async fn take(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(upload): Path<String>,
) -> Result<Response, WebError> {
    let id = upload.parse().map_err(|_| Problem::NotFound)?;
    match again(|| uploads::take(&app, &person, id)).await {
        Ok(kind) => {
            let next = page.link("/data");
            Ok(Redirect::to(&format!("{next}&done={}", kind.as_str())).into_response())
        }
        Err(error @ (ImportError::Rows(_) | ImportError::NameTaken(_))) => {
            let sentences = import_error(page.lang, &app.zone, &error);
            let again = show(&app, page, &person, id, sentences).await?;
            Ok((StatusCode::CONFLICT, again).into_response())
        }
        Err(error) => Err(refusal(error)),
    }
}

/// A refusal with a page of its own.
pub(super) fn refusal(error: ImportError) -> WebError {
    match error {
        ImportError::Denied => Problem::Denied.into(),
        ImportError::NoUpload => Problem::NotFound.into(),
        other => WebError::internal(other),
    }
}

async fn show(
    app: &App,
    page: Page,
    person: &Account,
    id: UploadId,
    refused: Vec<String>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let looked = uploads::look(app, person, id).await.map_err(refusal)?;
    let kind = looked.upload.kind.as_str();
    let mut view = CheckPage {
        title: page.t(&format!("data-check-{kind}")),
        file: looked.upload.file_name.clone(),
        refused,
        problems: Vec::new(),
        facts: Vec::new(),
        tables: Vec::new(),
        effect: page.t(match looked.upload.kind {
            UploadKind::Results => "data-take-text-results",
            _ => "data-take-text",
        }),
        take: None,
        again: None,
        back: page.link("/data"),
        page,
    };
    view.tell(app, &looked);
    if view.problems.is_empty() {
        view.take = Some(view.page.link(&format!("/data/upload/{id}")));
    } else if !looked.is_taken {
        view.again = Some(looked.upload);
    }
    let ok = view.problems.is_empty() && view.refused.is_empty();
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok((status, render(&view)?).into_response())
}

impl CheckPage {
    fn tell(&mut self, app: &App, looked: &Looked) {
        let lang = self.page.lang;
        if looked.upload.kind.is_named() {
            let args = [
                ("name", looked.upload.name.as_str().into()),
                ("source", looked.upload.source.as_str().into()),
            ];
            self.facts.push(self.page.t_with("data-named", &args));
        }
        if looked.is_taken {
            let error = ImportError::NameTaken(looked.upload.name.clone());
            self.problems = import_error(lang, &app.zone, &error);
        }
        match &looked.found {
            Found::Problems(problems, excerpt) => {
                let error = ImportError::Rows(problems.clone());
                self.problems.extend(import_error(lang, &app.zone, &error));
                if !excerpt.rows.is_empty() {
                    self.tables.push(self.excerpt(excerpt));
                }
            }
            Found::Areas(tree) => self.areas(&looked.areas, tree),
            Found::Frame(frame, earlier) => self.frame(&looked.areas, frame, earlier.as_ref()),
            Found::Margins(margins) => self.margins(&looked.areas, margins),
            Found::Results(rows, changes) => self.results(&looked.areas, rows, *changes),
        }
    }

    /// A table whose columns hold words or, where it says so, numbers.
    fn table(&self, caption: &str, titles: &[(&str, bool)]) -> Table {
        let titles = titles
            .iter()
            .map(|(key, number)| (self.page.t(key), *number));
        Table {
            caption: self.page.t(caption),
            titles: titles.collect(),
            rows: Vec::new(),
        }
    }

    fn excerpt(&self, excerpt: &crate::service::import::sheet::Excerpt) -> Table {
        let mut table = self.table("data-excerpt", &[("data-row", true)]);
        table
            .titles
            .extend(excerpt.header.iter().map(|title| (title.clone(), false)));
        for row in &excerpt.rows {
            let mut cells = vec![cell(row.row.to_string())];
            cells.extend(row.cells.iter().enumerate().map(|(place, text)| Cell {
                text: text.clone(),
                is_marked: row.marked.contains(&place),
            }));
            cells.resize_with(table.titles.len().max(cells.len()), || cell(String::new()));
            table.rows.push(cells);
        }
        table
    }

    fn areas(&mut self, now: &AreaTree, tree: &AreaTree) {
        let lang = self.page.lang;
        self.facts.push(areas_words(lang, &uploads::levels(tree)));
        let [new, changed, same] = uploads::changes(now, tree);
        let count = |list: &[Area]| u32::try_from(list.len()).unwrap_or(u32::MAX).into();
        let args = [
            ("new", count(&new)),
            ("changed", count(&changed)),
            ("same", count(&same)),
        ];
        self.facts
            .push(self.page.t_with("data-areas-changes", &args));
        if changed.is_empty() {
            return;
        }
        let titles = [
            ("data-code", false),
            ("data-before", false),
            ("data-now", false),
        ];
        let mut table = self.table("data-changed", &titles);
        for area in changed.iter().take(LISTED) {
            let words = |area: &Area| format!("{} · {}", area.name_zh, area.name_en);
            let before = now.get(&area.code).map(words).unwrap_or_default();
            table.rows.push(vec![
                cell(area.code.to_string()),
                cell(before),
                cell(words(area)),
            ]);
        }
        self.tables.push(table);
    }

    fn frame(&mut self, areas: &AreaTree, frame: &Frame, earlier: Option<&(String, Frame)>) {
        let lang = self.page.lang;
        let titles = [
            ("organize-progress-county", false),
            ("data-units", true),
            ("data-rural", true),
            ("data-size", true),
            ("data-addresses", true),
        ];
        let mut table = self.table("data-frame-counties", &titles);
        let row = |name: String, size: &CountySize| {
            let number = |n: usize| cell(lang.count(u64::try_from(n).unwrap_or(u64::MAX)));
            vec![
                cell(name),
                number(size.units),
                number(size.rural),
                cell(lang.count(size.size)),
                cell(lang.count(size.addresses)),
            ]
        };
        let mut total = CountySize::default();
        for (county, size) in uploads::counties(frame) {
            table.rows.push(row(self.county(areas, &county), &size));
            total.units += size.units;
            total.rural += size.rural;
            total.size += size.size;
            total.addresses += size.addresses;
        }
        table
            .rows
            .push(row(self.page.t("organize-progress-all"), &total));
        self.tables.push(table);
        if let Some((name, before)) = earlier {
            self.difference(name, frame, before);
        }
    }

    fn difference(&mut self, name: &str, frame: &Frame, before: &Frame) {
        let lang = self.page.lang;
        let difference = frame.difference(before);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).into();
        let args = [
            ("name", name.into()),
            ("added", count(difference.added.len())),
            ("removed", count(difference.removed.len())),
            ("changed", count(difference.changed.len())),
        ];
        self.facts.push(self.page.t_with("data-difference", &args));
        if difference.is_none() {
            return;
        }
        let titles = [
            ("data-code", false),
            ("data-name", false),
            ("data-before", false),
            ("data-now", false),
        ];
        let mut table = self.table("data-changed", &titles);
        let words = |unit: &crate::survey::frame::FrameUnit| {
            let residence = lang.t(&format!("residence-{}", unit.residence.as_str()));
            let args = [
                ("name", unit.name.as_str().into()),
                ("residence", residence.into()),
                ("size", lang.count(unit.size.into()).into()),
                ("addresses", lang.count(unit.addresses.into()).into()),
            ];
            lang.t_with("data-unit", &args)
        };
        let none = || "–".to_owned();
        let added = difference
            .added
            .iter()
            .map(|unit| (*unit, none(), words(unit)));
        let removed = difference
            .removed
            .iter()
            .map(|unit| (*unit, words(unit), none()));
        let changed = difference.changed.iter();
        let changed = changed.map(|(old, new)| (*new, words(old), words(new)));
        for (unit, before, now) in changed.chain(removed).chain(added).take(LISTED) {
            let (code, name) = (unit.code.to_string(), unit.name.clone());
            table
                .rows
                .push(vec![cell(code), cell(name), cell(before), cell(now)]);
        }
        let all = difference.added.len() + difference.removed.len() + difference.changed.len();
        if all > LISTED {
            self.facts
                .push(self.page.t_with("data-listed", &[("count", count(LISTED))]));
        }
        self.tables.push(table);
    }

    fn margins(&mut self, areas: &AreaTree, margins: &Margins) {
        let lang = self.page.lang;
        let titles = [
            ("organize-progress-county", false),
            ("data-margin-people", true),
            ("data-margin-cells", true),
            ("residence-urban", true),
            ("residence-rural", true),
        ];
        let mut table = self.table("data-margins-counties", &titles);
        let rows = margins.rows();
        for (county, own) in margins.iter() {
            let cells = rows.iter().filter(|row| row.county == *county);
            let (residences, sexes): (Vec<_>, Vec<_>) =
                cells.partition(|row| matches!(row.cell, MarginCell::Residence(_)));
            let people = |label: &str| {
                let row = residences.iter().find(|row| row.cell.label() == label);
                cell(row.map_or_else(|| "–".to_owned(), |row| lang.count(row.population)))
            };
            table.rows.push(vec![
                cell(self.county(areas, county)),
                cell(lang.count(own.population())),
                cell(sexes.len().to_string()),
                people("urban"),
                people("rural"),
            ]);
        }
        self.tables.push(table);
    }

    fn results(&mut self, areas: &AreaTree, rows: &ReportedRows, changes: [usize; 3]) {
        let lang = self.page.lang;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).into();
        let [new, changed, same] = changes;
        let args = [
            ("new", count(new)),
            ("changed", count(changed)),
            ("same", count(same)),
        ];
        self.facts
            .push(self.page.t_with("data-results-changes", &args));
        let titles = [
            ("organize-progress-county", false),
            ("reported-measure", false),
            ("reported-survey", false),
            ("reported-ended", false),
            ("reported-estimate", true),
            ("reported-error", true),
            ("results-answers", true),
        ];
        let mut table = self.table("data-results-rows", &titles);
        for row in rows.rows().iter().take(LISTED) {
            let dash = || "–".to_owned();
            table.rows.push(vec![
                cell(self.county(areas, &row.county)),
                cell(lang.t(&format!("reported-measure-{}", row.measure.as_str()))),
                cell(row.wave.clone()),
                cell(row.ended.clone()),
                cell(lang.percent(row.estimate)),
                cell(row.error.map_or_else(dash, |e| lang.number(e * 100.0, 2))),
                cell(row.answers.map_or_else(dash, |n| lang.count(n.into()))),
            ]);
        }
        if rows.rows().len() > LISTED {
            self.facts
                .push(self.page.t_with("data-listed", &[("count", count(LISTED))]));
        }
        self.tables.push(table);
    }

    fn county(&self, areas: &AreaTree, code: &AreaCode) -> String {
        let area = areas.get(code);
        area.map_or(code.as_str(), |area| area.name(self.page.lang.tag()))
            .to_owned()
    }
}

fn cell(text: String) -> Cell {
    Cell {
        text,
        is_marked: false,
    }
}
