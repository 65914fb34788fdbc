//! Files of a wave to take along.
//!
//! For: `/organize/{wave}/exports`. Uses: `service::exports`. Promises: the page offers what this person may have now and
//! says of the rest when it will be there; no cache keeps a file.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::service::app::App;
use crate::service::exports::{self, ExportError, File, Wait, make, offer};
use crate::service::waves::WaveError;
use crate::survey::wave::WaveSlug;
use crate::web::download::{Kind, download};
use crate::web::error::WebError;
use crate::web::extract::Path;
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// What belongs together, by the key of its words.
const SETS: [(&str, &[(File, &str)]); 6] = [
    ("codebook", &[(File::Codebook, "")]),
    (
        "outcomes",
        &[(File::OutcomesXlsx, ""), (File::OutcomesCsv, "")],
    ),
    (
        "paradata",
        &[(File::ParadataXlsx, ""), (File::ParadataCsv, "")],
    ),
    (
        "tables",
        &[
            (File::TablesXlsx, ""),
            (File::EstimatesCsv, "export-estimates-csv"),
            (File::AnswersCsv, "export-answers-csv"),
            (File::SdmxCsv, "export-sdmx-csv"),
            (File::EstimatesSps, "export-estimates-csv"),
            (File::AnswersSps, "export-answers-csv"),
        ],
    ),
    ("report", &[(File::ReportXlsx, "")]),
    ("bundle", &[(File::Bundle, "")]),
];

/// Files about one thing.
pub(in crate::web) struct Set {
    pub(in crate::web) title: String,
    pub(in crate::web) text: String,
    /// Address and words of each.
    pub(in crate::web) links: Vec<(String, String)>,
    /// When it will be there.
    pub(in crate::web) wait: Option<String>,
}

#[derive(Template)]
#[template(path = "organize/exports.html")]
struct ExportsPage {
    page: Page,
    back: String,
    title: String,
    synthetic: bool,
    /// That there is nothing, and why.
    empty: Option<String>,
    sets: Vec<Set>,
}

/// `GET /organize/{wave}/exports`.
pub(in crate::web) async fn list(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    let found = offer(&app, &person, &slug).await.map_err(refusal)?;
    let page = page.with_person(&person);
    let wait = |file: File| {
        let offered = found.files.iter().find(|(offered, _)| *offered == file);
        offered.and_then(|(_, wait)| *wait)
    };
    let has_none = found.files.iter().all(|(_, wait)| wait.is_some());
    let empty = if found.files.is_empty() {
        Some(page.t("export-open-wave"))
    } else {
        has_none.then(|| page.t("export-none"))
    };
    let base = format!("/organize/{slug}/exports");
    render(&ExportsPage {
        back: page.link(&format!("/organize/{slug}")),
        title: found.wave.titles.get(page.lang.tag()).to_owned(),
        synthetic: found.wave.synthetic,
        sets: if found.files.is_empty() {
            Vec::new()
        } else {
            sets(&page, &base, |_| true, wait)
        },
        empty,
        page,
    })
}

/// The sets of files for which somebody may ask.
pub(in crate::web) fn sets(
    page: &Page,
    base: &str,
    asks: impl Fn(File) -> bool,
    wait: impl Fn(File) -> Option<Wait>,
) -> Vec<Set> {
    let own = |files: &[(File, &'static str)]| -> Vec<(File, &'static str)> {
        files
            .iter()
            .copied()
            .filter(|(file, _)| asks(*file))
            .collect()
    };
    let sets = SETS.iter().map(|(key, files)| (key, own(files)));
    sets.filter(|(_, files)| !files.is_empty())
        .map(|(key, files)| {
            let waits = files.iter().find_map(|(file, _)| wait(*file));
            let link = |(file, part): &(File, &str)| {
                let address = page.link(&format!("{base}/{}", file.name()));
                (address, words(page, *file, part))
            };
            Set {
                title: page.t(&format!("export-{key}")),
                text: page.t(&format!("export-{key}-text")),
                links: match waits {
                    None => files.iter().map(link).collect(),
                    Some(_) => Vec::new(),
                },
                wait: waits.map(|wait| page.t(wait.key())),
            }
        })
        .collect()
}

/// The words of a link: what kind of file, and which part.
fn words(page: &Page, file: File, part: &str) -> String {
    let kind = match kind(file) {
        Kind::Csv => "CSV".to_owned(),
        Kind::Xlsx => "XLSX".to_owned(),
        Kind::Xml => "DDI 2.5, XML".to_owned(),
        Kind::Toml => "TOML".to_owned(),
        Kind::Sps => page.t("export-kind-sps"),
        Kind::Zip => "ZIP".to_owned(),
    };
    if part.is_empty() {
        return kind;
    }
    let args = [("kind", kind.into()), ("part", page.t(part).into())];
    page.t_with("export-save", &args)
}

const fn kind(file: File) -> Kind {
    match file {
        File::Codebook => Kind::Xml,
        File::OutcomesXlsx | File::ParadataXlsx | File::TablesXlsx | File::ReportXlsx => Kind::Xlsx,
        File::OutcomesCsv
        | File::ParadataCsv
        | File::EstimatesCsv
        | File::AnswersCsv
        | File::SdmxCsv => Kind::Csv,
        File::EstimatesSps | File::AnswersSps => Kind::Sps,
        File::Bundle => Kind::Zip,
    }
}

/// The media type of a file.
pub(in crate::web) const fn media_type(file: File) -> &'static str {
    kind(file).media_type()
}

/// `GET /organize/{wave}/exports/{file}`.
pub(in crate::web) async fn file(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path((slug, name)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    let wanted = File::from_name(&name).ok_or(Problem::NotFound)?;
    let bytes = make(&app, &person, &slug, wanted, page.lang).await;
    send(slug.as_str(), wanted, bytes.map_err(refusal)?)
}

/// `GET /results/{wave}/files/{file}`: what is published.
pub(in crate::web) async fn published(
    app: &App,
    page: &Page,
    slug: &str,
    name: &str,
) -> Result<Response, WebError> {
    let wanted = File::from_name(name).ok_or(Problem::NotFound)?;
    let bytes = exports::published(app, slug, wanted, page.lang).await;
    let bytes = bytes.map_err(refusal)?.ok_or(Problem::NotFound)?;
    send(slug, wanted, bytes)
}

fn send(slug: &str, file: File, bytes: Vec<u8>) -> Result<Response, WebError> {
    let name = file.name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    download(kind(file), &format!("{stem}-{slug}"), bytes)
}

fn refusal(error: ExportError) -> WebError {
    match error {
        ExportError::Denied | ExportError::Wave(WaveError::Denied) => Problem::Denied.into(),
        ExportError::NotYet(_) | ExportError::NoSample => Problem::NotFound.into(),
        ExportError::Wave(WaveError::NoWave(_)) => Problem::UnknownWave.into(),
        error => WebError::internal(error),
    }
}
