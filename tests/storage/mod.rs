//! Storage on both databases.

mod evaluation;
mod invitation;
pub mod schema;
mod staff;
mod statements;
mod urn;
