//! Commitments, sealed records and signed promises. Pure, over bytes.
