//! The `minyi` program: parses arguments and calls the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    minyi::cli::run(std::env::args_os())
}
