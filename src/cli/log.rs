//! What a running instance says to its operator: one line an event, on standard error.
//!
//! Uses: `tracing-subscriber`. Promises: warnings and errors unless `MINYI_LOG` asks for more; lines
//! of single requests are never written unasked, because their times would be finer than a batch.

use std::io::stderr;

use tracing_subscriber::EnvFilter;

/// Names what is to be written, in the words of `tracing-subscriber`: `info`, `warn,minyi=debug`.
const VARIABLE: &str = "MINYI_LOG";

/// Starts writing; in a process that writes already, nothing changes.
pub(super) fn start() {
    let filter = EnvFilter::try_from_env(VARIABLE).unwrap_or_else(|_| EnvFilter::new("warn"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_ansi(false);
    drop(lines.try_init());
}
