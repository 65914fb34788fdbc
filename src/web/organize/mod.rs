//! The staff's view of waves: the list, and a wave's life from draft to published.
//!
//! For: organizers, who take the steps, and evaluators, who watch. Uses: `service::waves`, `sampling`,
//! `close`. Promises: a page offers exactly the step that is next, says in words what it will do, and
//! after a refusal keeps what was typed; nothing computed from answers is shown before a wave closes.

mod assisted;
pub(super) mod audits;
mod card;
mod cards;
pub(super) mod corrections;
mod decisions;
mod design;
mod design_form;
mod evaluated;
mod exports;
mod fieldwork;
mod imprint;
mod list;
mod next;
pub(super) mod paper;
mod plan;
mod quota;
mod release;
mod rules;
pub(super) mod seeds;
mod since;
mod step;
mod view;
mod wave;

pub(super) use self::assisted::{form as assisted, hand_over};
pub(super) use self::card::{make as make_card, to_cards};
pub(super) use self::cards::{form as cards, make as make_cards};
pub(super) use self::corrections::correction_changes;
pub(super) use self::decisions::{act as decide, show as decisions};
pub(super) use self::design::{make, plan};
pub(super) use self::exports::{
    Set as FileSet, file as export, list as exports, media_type, published as published_file,
    sets as file_sets,
};
pub(super) use self::fieldwork::{live, note, note_file, to_fieldwork, watch};
pub(super) use self::imprint::{act as say_imprint, show as imprint};
pub(super) use self::list::list;
pub(super) use self::plan::show as read_plan;
pub(super) use self::rules::{
    act as change_rules, give as give_quota, reminder, show as rules, to_rules,
};
pub(super) use self::wave::{act, show};

use super::error::WebError;
use super::problem::Problem;
use crate::service::waves::WaveError;
use crate::survey::wave::WaveSlug;

/// The wave that an address names.
fn name(slug: &str) -> Result<WaveSlug, WebError> {
    WaveSlug::parse(slug).map_err(|_| Problem::UnknownWave.into())
}

/// A refusal that is a page of its own.
fn refusal(error: WaveError) -> WebError {
    match error {
        WaveError::Denied => Problem::Denied.into(),
        WaveError::NoWave(_) => Problem::UnknownWave.into(),
        other => WebError::internal(other),
    }
}
