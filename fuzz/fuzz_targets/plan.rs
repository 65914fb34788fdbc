//! Plans, JSON or TOML: read, checked and run.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = minyi::cli::fuzz::plan(bytes) {
        panic!("{broken}");
    }
});
