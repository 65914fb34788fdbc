//! The one binary of the integration tests.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod accounts;
mod architecture;
mod browser;
mod cli;
mod reference;
mod respond;
mod storage;
mod support;
mod user;
