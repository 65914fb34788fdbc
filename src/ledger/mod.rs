//! Commitments, seals, signed promises. Pure, over bytes; randomness is handed in.

pub mod checkpoint;
pub mod commitment;
pub mod promise;
pub mod seal;
pub mod tree;
