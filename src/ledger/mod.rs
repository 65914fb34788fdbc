//! Commitments, seals, signed promises, the log's tree and its proofs. Pure, over bytes; randomness is
//! handed in.

pub mod blind;
pub mod checkpoint;
pub mod commitment;
pub mod cosignature;
pub mod promise;
pub mod proof;
pub mod seal;
pub mod tile;
pub mod tree;
pub mod whole;
