//! The interface for programs: what is published, as JSON under `/api/v1`.
//!
//! For: everyone, and programs of the staff with a token. Uses: the services of the pages. Promises: nothing is here without a token
//! that no published page or file tells (a test compares); no cookie; a token does within its scopes what its owner may; the shapes are those of
//! the document at `/api/v1/openapi.json`, which is written from this code; a refusal is a problem document (RFC 9457).

mod answer;
mod bearer;
mod county;
mod criteria;
mod document;
mod fieldwork;
mod figure;
mod indicators;
mod log;
mod open;
mod paging;
mod series;
mod standard;
mod wave;
mod words;

pub(super) use self::answer::{explain, is_asked};
pub(super) use self::county::{list as counties, one as county};
pub(super) use self::document::get as document;
pub(super) use self::fieldwork::get as fieldwork;
pub(super) use self::indicators::{get as indicators, put as report};
pub(super) use self::log::{list as logs, one as log};
pub(super) use self::series::of_county as series;
pub(super) use self::standard::{list as standards, one as standard};
pub(super) use self::wave::{list as waves, one as wave};
