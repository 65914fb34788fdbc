//! Storage on both databases.

mod cancelled;
mod direct;
mod evaluation;
mod invitation;
mod reported;
mod reports;
pub mod schema;
mod staff;
mod statements;
mod urn;
