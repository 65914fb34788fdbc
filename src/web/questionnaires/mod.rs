//! Questionnaires: what there is, and the desk at which they are written.
//!
//! For: organizers and administrators, who write them, and everybody of the staff, who may read them. Uses:
//! `service::questionnaires`, `service::xlsform`, the resident's renderer. Promises: every page works without script, as
//! forms with buttons; what is unfinished is kept and named, never lost; a version that a seal was asked for with is
//! shown and cannot be changed.

mod desk;
mod file;
mod form;
mod item;
mod list;
mod show;

pub(super) use self::file::{bring, export, to_list};
pub(super) use self::item::{change as change_item, show as item};
pub(super) use self::list::{begin, list};
pub(super) use self::show::{change, preview, preview_typed, show};
