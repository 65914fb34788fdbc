//! Imports: the area tree, a sampling frame, population margins, results that others reported, from CSV or XLSX.
//!
//! For: `minyi import` and the organizer's pages. Uses: the office. Promises: every row is checked
//! and every problem named by row and column before anything is written; a file is taken whole or
//! not at all; who imported what, with its digest, is in the audit log in the same transaction.
//! Headers may be English or Chinese.

pub(in crate::service) mod grid;
mod reported;
pub mod sheet;
pub mod template;

pub use reported::{read_results, results};

use std::collections::BTreeSet;

use rand::TryRng as _;
use rand::rngs::SysRng;
use serde_json::json;

use crate::storage::office::frame::Imported;
use crate::storage::office::{area, audit, frame, margin};
use crate::storage::{Office, StoreError};
use crate::survey::account::Account;
use crate::survey::area::{Area, AreaCode, AreaError, AreaTree, Level};
use crate::survey::audit::Entry;
use crate::survey::frame::{Frame, FrameError, FrameUnit, Residence};
use crate::survey::ids::{FrameId, MarginSetId};
use crate::survey::margin::{MarginCell, MarginError, MarginRow, Margins, SexAge};
use crate::survey::role::Action;
use crate::survey::time::Clock;
use crate::survey::upload::UploadKind;
use sheet::{CellProblem, Column, Row, RowProblem, Sheet};

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The person's role does not import.
    #[error("importing is not among this account's rights")]
    Denied,
    /// The file has problems, each named by row and column.
    #[error("the file has {} problems", .0.len())]
    Rows(Vec<RowProblem>),
    /// An import of this name exists; imports are never overwritten.
    #[error("there is an import named \"{0}\" already")]
    NameTaken(String),
    /// The file that was sent is gone: taken over, replaced, or too old.
    #[error("there is no such file")]
    NoUpload,
    /// The office failed.
    #[error("the office failed")]
    Store(#[from] StoreError),
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[source] rand::rngs::SysError),
}

/// What the importer says about data beside their rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Name that waves refer to.
    pub name: String,
    /// Where the data come from, in words; printed with results.
    pub source: String,
    /// Made up, or standing in for data that were not at hand; every result says so.
    pub synthetic: bool,
}

/// What was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imports<Id> {
    /// Id of the import.
    pub id: Id,
    /// Number of rows.
    pub rows: usize,
    /// Digest of the rows in canonical order.
    pub digest: [u8; 32],
}

const CODE: Column = Column::required("code", &["代码", "区划代码"]);
const COUNTY: Column = Column::required("county", &["县区代码", "县区", "区县代码", "区县"]);
const RESIDENCE: Column = Column::required("residence", &["城乡"]);

static AREA: [Column; 5] = [
    CODE,
    Column::required("level", &["级别"]),
    Column::required("name_zh", &["名称", "中文名称"]),
    Column::required("name_en", &["英文名称"]),
    Column::optional("parent", &["上级代码"]),
];

static FRAME: [Column; 6] = [
    CODE,
    Column::required("name", &["名称"]),
    COUNTY,
    RESIDENCE,
    Column::required("size", &["人口", "规模"]),
    Column::required("addresses", &["地址数", "名册数"]),
];

static MARGIN: [Column; 5] = [
    COUNTY,
    Column::optional("sex", &["性别"]),
    Column::optional("age", &["年龄", "年龄组"]),
    Column::optional("residence", &["城乡"]),
    Column::required("population", &["人口", "人口数"]),
];

/// The columns that a file of this kind has.
pub(super) const fn columns(kind: UploadKind) -> &'static [Column] {
    match kind {
        UploadKind::Areas => &AREA,
        UploadKind::Frame => &FRAME,
        UploadKind::Margins => &MARGIN,
        UploadKind::Results => &reported::COLUMNS,
    }
}

/// Reads areas: one row per city, county, township or community.
pub fn read_areas(bytes: &[u8]) -> Result<AreaTree, Vec<RowProblem>> {
    let sheet = Sheet::read(bytes, &AREA)?;
    let areas = sheet.parse(|row| {
        let parent = match row.text("parent") {
            "" => Ok(None),
            _ => row.area_code("parent").map(Some),
        };
        Ok(Area {
            code: row.area_code("code")?,
            level: row.word("level", Level::parse, "city, county, township, community")?,
            name_zh: row.filled("name_zh")?,
            name_en: row.filled("name_en")?,
            parent: parent?,
        })
    })?;
    AreaTree::new(&areas).map_err(|problems| {
        let place = |problem: AreaError| {
            let column = match &problem {
                AreaError::Twice { .. } => "code",
                AreaError::NoParent { .. } | AreaError::WrongLevel { .. } => "parent",
            };
            sheet.problem(problem.place(), column, CellProblem::Area(problem))
        };
        problems.into_iter().map(place).collect()
    })
}

/// Reads a frame: one row per community or village.
pub fn read_frame(bytes: &[u8], areas: &AreaTree) -> Result<Frame, Vec<RowProblem>> {
    let sheet = Sheet::read(bytes, &FRAME)?;
    let units = sheet.parse(|row| {
        Ok(FrameUnit {
            code: row.area_code("code")?,
            county: row.area_code("county")?,
            name: row.filled("name")?,
            residence: row.word("residence", Residence::parse, "urban, rural")?,
            size: row.whole("size")?,
            addresses: row.whole("addresses")?,
        })
    })?;
    Frame::new(units, areas).map_err(|problems| {
        let place = |problem: FrameError| {
            let column = match &problem {
                FrameError::Empty | FrameError::Twice { .. } => "code",
                FrameError::NoCounty { .. } | FrameError::ElsewhereByCode { .. } => "county",
                FrameError::Nobody { .. } => "size",
            };
            sheet.problem(problem.place(), column, CellProblem::Frame(problem))
        };
        problems.into_iter().map(place).collect()
    })
}

/// Reads margins: rows with sex and age, and rows with residence, over the same residents.
pub fn read_margins(bytes: &[u8], areas: &AreaTree) -> Result<Margins, Vec<RowProblem>> {
    let sheet = Sheet::read(bytes, &MARGIN)?;
    let rows = sheet.parse(margin_row)?;
    let counties: BTreeSet<AreaCode> = areas.counties().map(|area| area.code.clone()).collect();
    Margins::new(&rows, &counties).map_err(|problems| {
        let place = |problem: MarginError| {
            let row = problem.place();
            let column = match &problem {
                MarginError::NoCounty { .. } => "county",
                _ => "population",
            };
            match row {
                Some(place) => sheet.problem(place, column, CellProblem::Margin(problem)),
                None => RowProblem::of_file(CellProblem::Margin(problem)),
            }
        };
        problems.into_iter().map(place).collect()
    })
}

fn margin_row(row: &Row<'_>) -> Result<MarginRow, RowProblem> {
    let cell = match (row.text("sex"), row.text("age"), row.text("residence")) {
        ("", "", _) => {
            MarginCell::Residence(row.word("residence", Residence::parse, "urban, rural")?)
        }
        (_, _, "") => MarginCell::SexAge(SexAge {
            sex: sex_code(&row.filled("sex")?),
            age: age_code(&row.filled("age")?),
        }),
        _ => return Err(row.problem("residence", CellProblem::EitherOr)),
    };
    Ok(MarginRow {
        county: row.area_code("county")?,
        cell,
        population: u64::from(row.whole("population")?),
    })
}

/// `男` and `male` are the same.
pub(super) fn sex_code(text: &str) -> String {
    match text {
        "男" => "male".to_owned(),
        "女" => "female".to_owned(),
        other => other.to_owned(),
    }
}

/// `18–29岁` and `18-29`, `60岁及以上`, `60+` and `60up` are the same band.
pub(super) fn age_code(text: &str) -> String {
    let plain = text.replace(['–', '—', '~', '至'], "-").replace('岁', "");
    match plain
        .strip_suffix("及以上")
        .or_else(|| plain.strip_suffix('+'))
    {
        Some(from) => format!("{from}up"),
        None => plain,
    }
}

/// Imports areas; one that is there already gets its new name and place.
pub async fn areas(
    office: &Office,
    clock: &Clock,
    person: &Account,
    bytes: &[u8],
) -> Result<usize, ImportError> {
    allowed(person)?;
    let tree = read_areas(bytes).map_err(ImportError::Rows)?;
    let count = tree.iter().count();
    let mut tx = office.0.begin_write("import areas").await?;
    let mut conn = tx.conn();
    area::upsert(&mut conn, &tree).await?;
    let detail = json!({ "areas": count });
    let entry = Entry::by(
        person,
        clock.now(),
        random()?,
        "import_areas",
        "areas",
        detail,
    );
    audit::insert(&mut conn, &entry).await?;
    tx.commit().await?;
    Ok(count)
}

/// Imports a frame under a new name.
pub async fn frame(
    office: &Office,
    clock: &Clock,
    person: &Account,
    about: &About,
    bytes: &[u8],
) -> Result<Imports<FrameId>, ImportError> {
    allowed(person)?;
    let mut tx = office.0.begin_write("import frame").await?;
    let mut conn = tx.conn();
    let areas = area::list(&mut conn).await?;
    let rows = read_frame(bytes, &areas).map_err(ImportError::Rows)?;
    let now = clock.now();
    let import = imported(
        FrameId::new(now, random()?),
        about,
        rows.digest(),
        now,
        person,
    );
    frame::insert(&mut conn, &import, &rows)
        .await
        .map_err(|error| taken(error, &about.name))?;
    let count = rows.units().len();
    let entry = entry(person, "import_frame", about, count, &import.digest, clock)?;
    audit::insert(&mut conn, &entry).await?;
    tx.commit().await?;
    Ok(Imports {
        id: import.id,
        rows: count,
        digest: import.digest,
    })
}

/// Imports margins under a new name.
pub async fn margins(
    office: &Office,
    clock: &Clock,
    person: &Account,
    about: &About,
    bytes: &[u8],
) -> Result<Imports<MarginSetId>, ImportError> {
    allowed(person)?;
    let mut tx = office.0.begin_write("import margins").await?;
    let mut conn = tx.conn();
    let areas = area::list(&mut conn).await?;
    let rows = read_margins(bytes, &areas).map_err(ImportError::Rows)?;
    let now = clock.now();
    let import = imported(
        MarginSetId::new(now, random()?),
        about,
        rows.digest(),
        now,
        person,
    );
    margin::insert(&mut conn, &import, &rows)
        .await
        .map_err(|error| taken(error, &about.name))?;
    let count = rows.rows().len();
    let entry = entry(
        person,
        "import_margins",
        about,
        count,
        &import.digest,
        clock,
    )?;
    audit::insert(&mut conn, &entry).await?;
    tx.commit().await?;
    Ok(Imports {
        id: import.id,
        rows: count,
        digest: import.digest,
    })
}

fn allowed(person: &Account) -> Result<(), ImportError> {
    if person.may(Action::Import) {
        Ok(())
    } else {
        Err(ImportError::Denied)
    }
}

fn imported<Id>(
    id: Id,
    about: &About,
    digest: [u8; 32],
    now: crate::survey::time::Instant,
    person: &Account,
) -> Imported<Id> {
    Imported {
        id,
        name: about.name.clone(),
        source: about.source.clone(),
        digest,
        synthetic: about.synthetic,
        imported_at: now,
        imported_by: Some(person.id),
    }
}

fn taken(error: StoreError, name: &str) -> ImportError {
    match error {
        StoreError::Duplicate(_) => ImportError::NameTaken(name.to_owned()),
        other => ImportError::Store(other),
    }
}

fn entry(
    person: &Account,
    action: &str,
    about: &About,
    rows: usize,
    digest: &[u8; 32],
    clock: &Clock,
) -> Result<Entry, ImportError> {
    let detail = json!({
        "source": about.source,
        "synthetic": about.synthetic,
        "rows": rows,
        "digest": hex::encode(digest),
    });
    let subject = about.name.clone();
    Ok(Entry::by(
        person,
        clock.now(),
        random()?,
        action,
        subject,
        detail,
    ))
}

pub(super) fn random() -> Result<[u8; 10], ImportError> {
    let mut bytes = [0; 10];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(ImportError::Random)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
