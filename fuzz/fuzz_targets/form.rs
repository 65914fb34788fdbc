//! Forms that residents send.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = minyi::web::fuzz::form(bytes) {
        panic!("{broken}");
    }
});
