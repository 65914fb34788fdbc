//! The one binary of the integration tests.

mod accounts;
mod architecture;
mod browser;
mod cli;
mod reference;
mod respond;
mod storage;
mod support;
mod user;
