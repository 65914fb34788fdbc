//! The one binary of the integration tests.

mod architecture;
mod storage;
mod support;
