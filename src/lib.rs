//! Minyi 民意: the map of the house.
//!
//! Pure rooms at the bottom, one noun per file in each room; an arrow may only point down.
//!
//! ```text
//!  cli ─┐
//!  web ─┴─▶ service ─▶ storage ─▶ survey, evaluation ─▶ stats
//!              │                        │
//!              ├─▶ report ◀─ (survey, evaluation, stats)
//!              └─▶ ledger
//! ```
//!
//! A number is computed in [`stats`]; a rule on who may change what and when is in [`survey`] or
//! [`evaluation`]; a statement that touches a table is in [`storage`]; an action of a person is one
//! function in [`service`]; a URL is in `web/routes.rs`; a sentence is in `i18n/`.
//! `tests/architecture.rs` fails on an edge that is not in this picture.

pub mod cli;
pub mod evaluation;
pub mod i18n;
pub mod ledger;
pub mod report;
pub mod service;
pub mod stats;
pub mod storage;
pub mod survey;
pub mod web;
