//! Storage on both databases.

mod cancelled;
mod direct;
mod evaluation;
mod invitation;
pub mod schema;
mod staff;
mod statements;
mod urn;
