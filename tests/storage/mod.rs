//! Storage on both databases.

mod evaluation;
mod schema;
mod staff;
mod statements;
mod urn;
