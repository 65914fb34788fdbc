//! The one binary of the integration tests.

mod accounts;
mod architecture;
mod storage;
mod support;
