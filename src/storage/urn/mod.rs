//! The urn's tables. No function here takes or returns a code, a time of arrival or an order.
//!
//! The statements of the hot path take whole batches on PostgreSQL, as arrays, and single rows on SQLite,
//! where a statement costs next to nothing; those of the moves from the pool take batches on both, as JSON
//! on SQLite. Rows are given in key order, so that two nodes never wait for each other in a circle. Every statement names wave and county, on which the tables can be partitioned.

pub mod blind_key;
pub mod cast;
pub mod cell;
pub mod ended;
pub mod envelope;
pub mod epoch;
pub mod gate;
pub mod leaf;
pub mod lease;
pub mod log;
pub mod lot;
pub mod pool;
pub mod reservation;
pub mod response;
pub mod sheet;
pub mod spent;
pub mod terms;
pub mod trial;

use super::{Statement, cosignature};

/// Every statement of the urn.
pub(super) fn statements() -> Vec<Statement> {
    [
        blind_key::STATEMENTS,
        cast::AT_ONCE,
        cell::STATEMENTS,
        cosignature::STATEMENTS,
        ended::STATEMENTS,
        envelope::STATEMENTS,
        epoch::STATEMENTS,
        epoch::DIFFERING,
        gate::STATEMENTS,
        gate::DIFFERING,
        leaf::STATEMENTS,
        leaf::DIFFERING,
        lease::STATEMENTS,
        log::STATEMENTS,
        lot::STATEMENTS,
        lot::DIFFERING,
        pool::STATEMENTS,
        pool::DIFFERING,
        reservation::STATEMENTS,
        response::STATEMENTS,
        response::DIFFERING,
        sheet::STATEMENTS,
        spent::STATEMENTS,
        spent::DIFFERING,
        terms::STATEMENTS,
        trial::STATEMENTS,
    ]
    .concat()
}
