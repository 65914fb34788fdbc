//! Survey files, CSV or XLSX.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = minyi::cli::fuzz::table(bytes) {
        panic!("{broken}");
    }
});
