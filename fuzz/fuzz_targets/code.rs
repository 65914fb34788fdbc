//! Codes as residents type them.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = minyi::cli::fuzz::code(bytes) {
        panic!("{broken}");
    }
});
