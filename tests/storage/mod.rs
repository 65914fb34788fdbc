//! Storage on both databases.

mod cancelled;
mod direct;
mod evaluation;
mod invitation;
mod reports;
mod reported;
pub mod schema;
mod staff;
mod statements;
mod urn;
