//! The staff's view of waves: the list, and a wave's life from draft to published.
//!
//! For: organizers, who take the steps, and evaluators, who watch. Uses: `service::waves`, `sampling`,
//! `close`. Promises: a page offers exactly the step that is next, says in words what it will do, and
//! after a refusal keeps what was typed; nothing computed from answers is shown before a wave closes.

mod cards;
mod design;
mod design_form;
mod fieldwork;
mod list;
mod next;
mod quota;
mod since;
mod step;
mod view;
mod wave;

pub(super) use self::cards::{form as cards, make as make_cards};
pub(super) use self::design::{make, plan};
pub(super) use self::fieldwork::{live, note, note_file, to_fieldwork, watch};
pub(super) use self::list::list;
pub(super) use self::wave::{act, show};
