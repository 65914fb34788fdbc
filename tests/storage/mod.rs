//! Storage on both databases.

mod evaluation;
mod invitation;
mod schema;
mod staff;
mod statements;
mod urn;
