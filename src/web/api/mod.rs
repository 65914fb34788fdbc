//! The interface for programs: what is published, as JSON under `/api/v1`.
//!
//! For: everyone. Uses: the services of the pages of results and of the public record. Promises: nothing is here that no
//! published page or file tells (a test compares); no sign-in, no cookie, nothing is changed; the shapes are those of
//! the document at `/api/v1/openapi.json`, which is written from this code; a refusal is a problem document (RFC 9457).

mod answer;
mod county;
mod criteria;
mod document;
mod figure;
mod log;
mod open;
mod paging;
mod series;
mod standard;
mod wave;
mod words;

pub(super) use self::answer::explain;
pub(super) use self::county::{list as counties, one as county};
pub(super) use self::document::get as document;
pub(super) use self::log::{list as logs, one as log};
pub(super) use self::series::of_county as series;
pub(super) use self::standard::{list as standards, one as standard};
pub(super) use self::wave::{list as waves, one as wave};
