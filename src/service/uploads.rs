//! Files of the organizer: sent, looked at, taken over.
//!
//! For: the data pages. Uses: `service::import`, the office. Promises: nothing of a file counts before it is taken
//! over, and then all of it; a file is seen by its sender only and is gone a day later; what is shown before the
//! takeover is read by the same functions that read it then.

use std::collections::BTreeMap;
use std::time::Duration;

use super::app::App;
use super::import::sheet::{Excerpt, RowProblem};
use super::import::{
    self, About, ImportError, columns, read_areas, read_frame, read_margins, read_results,
};
pub use crate::storage::office::frame::Imported;
use crate::storage::office::{account, area, frame, margin, reported, upload};
use crate::storage::{Conn, StoreError};
use crate::survey::account::{Account, AccountName};
use crate::survey::area::{Area, AreaCode, AreaTree, Level};
use crate::survey::frame::{Frame, Residence};
use crate::survey::ids::{AccountId, FrameId, MarginSetId, ReportedSetId, UploadId};
use crate::survey::margin::Margins;
use crate::survey::reported::{Reported, ReportedRows};
use crate::survey::role::Action;
use crate::survey::upload::{Upload, UploadKind};

/// How long a file waits to be taken over.
const KEPT: Duration = Duration::from_hours(24);
/// Rows that are shown beside their problems.
const SHOWN: usize = 50;

/// What an instance has, for the list.
#[derive(Debug)]
pub struct Held {
    /// The tree of areas.
    pub areas: AreaTree,
    /// Frames, with the number of their units.
    pub frames: Vec<Imported<FrameId>>,
    /// Margins.
    pub margins: Vec<Imported<MarginSetId>>,
    /// Results that others reported.
    pub results: Vec<Imported<ReportedSetId>>,
    /// Names of people.
    pub people: BTreeMap<AccountId, AccountName>,
}

/// What is sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// What the file holds.
    pub kind: UploadKind,
    /// Name, source, and whether the data are made up.
    pub about: About,
    /// What the file is called.
    pub file_name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// A file that has been looked at.
#[derive(Debug)]
pub struct Looked {
    /// The file.
    pub upload: Upload,
    /// The areas as they are.
    pub areas: AreaTree,
    /// What it holds, or what is wrong with it.
    pub found: Found,
    /// There is an import of this name already.
    pub is_taken: bool,
}

/// What a file holds, or what is wrong with it.
#[derive(Debug)]
pub enum Found {
    /// Problems, and the rows that have them.
    Problems(Vec<RowProblem>, Excerpt),
    /// Areas.
    Areas(AreaTree),
    /// A frame, and the one that was imported last.
    Frame(Frame, Option<(String, Frame)>),
    /// Margins.
    Margins(Margins),
    /// Results that others reported, and what they do to those of earlier files: new, other numbers, as they were.
    Results(ReportedRows, [usize; 3]),
}

/// People and places of a county in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CountySize {
    /// Communities and villages.
    pub units: usize,
    /// Of them, villages.
    pub rural: usize,
    /// Residents.
    pub size: u64,
    /// Listed addresses.
    pub addresses: u64,
}

/// Sizes of a frame's counties.
#[must_use]
pub fn counties(frame: &Frame) -> BTreeMap<AreaCode, CountySize> {
    let mut counties: BTreeMap<AreaCode, CountySize> = BTreeMap::new();
    for unit in frame.units() {
        let county = counties.entry(unit.county.clone()).or_default();
        county.units += 1;
        county.rural += usize::from(unit.residence == Residence::Rural);
        county.size += u64::from(unit.size);
        county.addresses += u64::from(unit.addresses);
    }
    counties
}

/// Areas of a file by what they do to the tree: new, changed, as they were.
#[must_use]
pub fn changes(now: &AreaTree, file: &AreaTree) -> [Vec<Area>; 3] {
    let mut sorted = [Vec::new(), Vec::new(), Vec::new()];
    for area in file.iter() {
        let place = match now.get(&area.code) {
            None => 0,
            Some(old) if old != area => 1,
            Some(_) => 2,
        };
        if let Some(list) = sorted.get_mut(place) {
            list.push(area.clone());
        }
    }
    sorted
}

/// Number of areas of each level.
#[must_use]
pub fn levels(tree: &AreaTree) -> [(Level, usize); 4] {
    use Level::{City, Community, County, Township};
    [City, County, Township, Community].map(|level| {
        (
            level,
            tree.iter().filter(|area| area.level == level).count(),
        )
    })
}

fn allowed(person: &Account) -> Result<(), ImportError> {
    if person.may(Action::Import) {
        Ok(())
    } else {
        Err(ImportError::Denied)
    }
}

/// What the instance has.
pub async fn held(app: &App, person: &Account) -> Result<Held, ImportError> {
    if !person.may(Action::WatchFieldwork) {
        return Err(ImportError::Denied);
    }
    let mut tx = app.office.0.begin_read("list imports").await?;
    let mut conn = tx.conn();
    let people = account::list(&mut conn).await?;
    Ok(Held {
        areas: area::list(&mut conn).await?,
        frames: frame::list(&mut conn).await?,
        margins: margin::list(&mut conn).await?,
        results: reported::list(&mut conn).await?,
        people: people.into_iter().map(|who| (who.id, who.name)).collect(),
    })
}

/// Keeps a file to be looked at, in the place of the person's earlier one of this kind.
pub async fn keep(app: &App, person: &Account, sent: Sent) -> Result<UploadId, ImportError> {
    allowed(person)?;
    let now = app.clock.now();
    let upload = Upload {
        id: UploadId::new(now, import::random()?),
        kind: sent.kind,
        name: sent.about.name,
        source: sent.about.source,
        synthetic: sent.about.synthetic,
        file_name: sent.file_name,
        content: sent.content,
        uploaded_by: person.id,
        uploaded_at: now,
    };
    let mut tx = app.office.0.begin_write("keep upload").await?;
    let mut conn = tx.conn();
    upload::delete_old(&mut conn, now.minus(KEPT)).await?;
    upload::replace(&mut conn, &upload).await?;
    tx.commit().await?;
    Ok(upload.id)
}

/// Looks at a file: what it holds, or what is wrong with it.
pub async fn look(app: &App, person: &Account, id: UploadId) -> Result<Looked, ImportError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_read("look at upload").await?;
    let mut conn = tx.conn();
    let upload = upload::find(&mut conn, id, person.id).await?;
    let upload = upload.ok_or(ImportError::NoUpload)?;
    let areas = area::list(&mut conn).await?;
    let bytes = upload.content.as_slice();
    let (found, is_taken) = match upload.kind {
        UploadKind::Areas => (read_areas(bytes).map(Found::Areas), false),
        UploadKind::Frame => {
            let is_taken = frame::find_by_name(&mut conn, &upload.name)
                .await?
                .is_some();
            let earlier = match frame::list(&mut conn).await?.pop() {
                None => None,
                Some(last) => {
                    let units = frame::get_units(&mut conn, &last).await?;
                    Some((last.name, units))
                }
            };
            let read = read_frame(bytes, &areas);
            (read.map(|frame| Found::Frame(frame, earlier)), is_taken)
        }
        UploadKind::Margins => {
            let is_taken = margin::find_by_name(&mut conn, &upload.name)
                .await?
                .is_some();
            (read_margins(bytes, &areas).map(Found::Margins), is_taken)
        }
        UploadKind::Results => {
            let (earlier, names) = reported_before(&mut conn).await?;
            let read = read_results(bytes, &areas).map(|rows| {
                let changes = rows.changes(&earlier);
                Found::Results(rows, changes)
            });
            (read, names.contains(&upload.name))
        }
    };
    drop(tx);
    let found = found.unwrap_or_else(|problems| {
        let excerpt = Excerpt::of(bytes, columns(upload.kind), &problems, SHOWN);
        Found::Problems(problems, excerpt)
    });
    Ok(Looked {
        upload,
        areas,
        found,
        is_taken,
    })
}

/// Reported results so far, the first file first, and the names of the files.
async fn reported_before(conn: &mut Conn<'_>) -> Result<(Vec<Reported>, Vec<String>), StoreError> {
    let sets = reported::list(conn).await?;
    let (mut rows, mut names) = (Vec::new(), Vec::new());
    for set in sets {
        rows.extend_from_slice(reported::get_rows(conn, &set).await?.rows());
        names.push(set.name);
    }
    Ok((rows, names))
}

/// Takes a file over, whole.
pub async fn take(app: &App, person: &Account, id: UploadId) -> Result<UploadKind, ImportError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_read("take upload").await?;
    let found = upload::find(&mut tx.conn(), id, person.id).await?;
    drop(tx);
    let upload = found.ok_or(ImportError::NoUpload)?;
    let about = About {
        name: upload.name,
        source: upload.source,
        synthetic: upload.synthetic,
    };
    let (office, clock, bytes) = (&app.office, &app.clock, upload.content.as_slice());
    match upload.kind {
        UploadKind::Areas => import::areas(office, clock, person, bytes)
            .await
            .map(drop)?,
        UploadKind::Frame => import::frame(office, clock, person, &about, bytes)
            .await
            .map(drop)?,
        UploadKind::Margins => import::margins(office, clock, person, &about, bytes)
            .await
            .map(drop)?,
        UploadKind::Results => import::results(office, clock, person, &about, bytes)
            .await
            .map(drop)?,
    }
    // What is taken over twice after a crash here is refused by its name, or changes nothing.
    let mut tx = app.office.0.begin_write("forget upload").await?;
    upload::delete(&mut tx.conn(), id).await?;
    tx.commit().await?;
    Ok(upload.kind)
}
