//! The resident's three minutes: the form, the submission, the receipt.
//!
//! For: residents on any phone. Uses: `service::intake` and the questionnaire's types. Promises: one
//! document holds the whole questionnaire and works without script; no cookie, no session, no unfinished
//! answer on the server; after a refusal every answer is given back.

mod blind;
mod document;
pub mod fuzz;
mod handler;
mod instance;
mod open;
mod pages;
pub(super) mod paper;
mod preview;
mod sent;
mod tablet;
mod trial;
mod view;

#[cfg(test)]
mod tests;

pub(super) use self::blind::{cast, key, sign};
pub(super) use self::handler::{code_problem, show, submit};
pub(super) use self::open::{begin, enter, first, submit as submit_open};
pub(super) use self::pages::Pages;
pub(super) use self::preview::preview;
pub(super) use self::tablet::address as tablet_address;
pub(super) use self::trial::{open as open_trial, prepare as prepare_trial};

use askama::Template;

use self::view::FormView;
use super::asset::Inline;
use super::page::Page;

/// The form.
#[derive(Template)]
#[template(path = "respond/form.html")]
struct FormPage<'a> {
    page: &'a Page,
    inline: &'static Inline,
    view: &'a FormView,
}

/// The page after a submission: the receipt, and nothing of the answers.
#[derive(Template)]
#[template(path = "respond/thanks.html")]
struct ThanksPage<'a> {
    page: &'a Page,
    inline: &'static Inline,
    groups: &'a [String],
    /// The receipt as a QR code that leads to where it is looked up, a PNG in Base64; empty if there is none.
    picture: &'a str,
    promise_by: String,
    /// Of an open wave, which was no probability sample.
    is_open: bool,
    /// On a device of the survey team: where the next resident begins.
    next: Option<String>,
}

/// A page that ends the visit kindly: too early, too late, already used.
#[derive(Template)]
#[template(path = "respond/notice.html")]
struct NoticePage<'a> {
    page: &'a Page,
    inline: &'static Inline,
    title: String,
    text: String,
    next: String,
    /// The result, once everybody may read it.
    results: Option<String>,
}
