//! Pure renderers: tables, charts, CSV. They name the rooms of meaning and nothing else.

pub mod chart;
pub mod reason;
