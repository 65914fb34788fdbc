//! A result from several sides: comparison, answers by question, weights, map; what may be kept; how large pages are.

mod kept;
mod large;
mod map;
mod sides;
