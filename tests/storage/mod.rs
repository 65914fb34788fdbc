//! Storage on both databases.

mod schema;
mod statements;
mod urn;
