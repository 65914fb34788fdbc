//! Pure renderers: tables, charts, CSV. They name the rooms of meaning and nothing else.

pub mod boundary;
pub mod cards;
pub mod chart;
pub mod csv;
pub mod dataset;
pub mod estimate;
pub mod evaluation;
pub mod explain;
pub mod export;
pub mod file_problem;
pub mod open;
pub mod plan;
pub mod protocol;
pub mod qr;
pub mod quota;
pub mod reason;
pub mod refusal;
pub mod result;
pub mod rule;
pub mod seeds;
pub mod standard;
pub mod summary;
pub mod table;
pub mod told;
pub mod wave;
