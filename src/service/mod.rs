//! One function per thing that a person can do: owns the transaction, checks permission, writes the audit entry.

pub mod accounts;
pub mod announced;
pub mod app;
pub mod batch;
pub mod close;
pub mod evaluate;
pub mod import;
pub mod intake;
pub mod keys;
pub mod password;
pub mod ready;
pub mod results;
pub mod sampling;
pub mod sentence;
pub mod throttle;
pub mod waves;
