//! Time and memory of an estimate.
fn main() {}
