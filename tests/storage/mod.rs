//! Storage on both databases.

mod schema;
mod staff;
mod statements;
mod urn;
