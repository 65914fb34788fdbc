//! What samples are drawn from: areas, frames, population margins.
//!
//! For: organizers, who bring the files, and everybody of the staff, who may see what there is. Uses:
//! `service::uploads`. Promises: a file is shown with all its problems before anything of it counts, and is then taken
//! over whole or not at all; after a refusal the form has what was typed.

mod atlas;
mod check;
mod list;

pub(super) use self::atlas::{bring as bring_map, show as map};
pub(super) use self::check::{check, take};
pub(super) use self::list::{list, send, template};
