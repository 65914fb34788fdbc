//! One function per thing that a person can do: owns the transaction, checks permission, writes the audit entry.

pub mod accounts;
pub mod again;
pub mod announced;
pub mod app;
pub mod backup;
pub mod batch;
pub mod cards;
pub mod check;
pub mod close;
pub mod design;
pub mod evaluate;
pub mod import;
pub mod intake;
pub mod keys;
pub mod logs;
pub mod migrate;
pub mod password;
pub mod quotas;
pub mod ready;
pub mod restore;
pub mod results;
pub mod sampling;
pub mod sentence;
pub mod throttle;
pub mod uploads;
pub mod waves;
