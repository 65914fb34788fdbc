//! Wave files.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = minyi::cli::fuzz::wave(bytes) {
        panic!("{broken}");
    }
});
