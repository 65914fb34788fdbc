//! Standards: what is stored and where it was used, and the desk at which evaluators change a draft.
//!
//! For: `/standards`. Organizers, evaluators and auditors read; evaluators write. Uses: `service::standards`.
//! Promises: every page works without script, as forms with buttons; what is wrong is named with line and field and
//! kept; what is proposed is shown and cannot be changed.

mod criterion;
mod desk;
mod draft;
mod list;
mod outcome;
mod show;
mod text;

pub(super) use self::criterion::{change as change_criterion, show as criterion};
pub(super) use self::draft::{act, show as draft};
pub(super) use self::list::{begin, list};
pub(super) use self::outcome::{preview, preview_typed};
pub(super) use self::show::{download, show};
pub(super) use self::text::{save as save_text, show as text};
