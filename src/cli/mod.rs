//! Arguments to use case and back: no SQL, no rules.
//!
//! Each subcommand is one file with a `clap::Args` struct and `run(self, Console)`. Adding one takes
//! two lines here: its `mod` and its variant with the arm of [`Command::run`].
//!
//! Promises: results go to standard output, written once, at the end; everything else (problems,
//! progress, addresses) goes to standard error. Exit code 0 is success, 2 is input that a person can
//! mend (arguments, files, plans, data), 1 is everything that is our fault or the machine's.

mod backup;
mod codes_file;
mod console;
mod demo;
mod descriptors;
mod estimate;
mod evaluate;
mod export;
mod front;
pub mod fuzz;
mod import;
mod instance;
mod log;
mod near;
mod output_file;
mod person;
mod plan_columns;
mod plan_file;
mod progress;
mod provider;
mod questionnaire;
mod sample;
mod serve;
mod stores;
mod table_file;
mod user;
mod verify;
mod wave;
mod weight;
mod welcome;
mod witness;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use console::{Console, Failure};

/// Measures public opinion honestly: samples, weighted estimates with their uncertainty, verdicts.
#[derive(Debug, Parser)]
#[command(name = "minyi", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What a person can ask for; one variant per file of this folder.
#[derive(Debug, Subcommand)]
enum Command {
    Backup(backup::Backup),
    Check(backup::Check),
    Demo(demo::Demo),
    Estimate(estimate::Estimate),
    Evaluate(evaluate::Evaluate),
    Export(export::Export),
    Import(import::Import),
    Init(serve::Init),
    Migrate(backup::Migrate),
    Questionnaire(questionnaire::Questionnaire),
    Restore(backup::Restore),
    /// Plans and draws samples.
    Sample(sample::Sample),
    Serve(serve::Serve),
    /// Makes and lists accounts of the staff.
    User(user::User),
    Verify(verify::Verify),
    Wave(wave::Wave),
    Weight(weight::Weight),
    Witness(witness::Watch),
}

impl Command {
    fn run(self, console: Console) -> Result<(), Failure> {
        match self {
            Self::Backup(backup) => backup.run(console),
            Self::Check(check) => check.run(console),
            Self::Demo(demo) => demo.run(console),
            Self::Estimate(estimate) => estimate.run(console),
            Self::Evaluate(evaluate) => evaluate.run(console),
            Self::Export(export) => export.run(console),
            Self::Import(import) => import.run(console),
            Self::Init(init) => init.run(console),
            Self::Migrate(migrate) => migrate.run(console),
            Self::Questionnaire(questionnaire) => questionnaire.run(console),
            Self::Restore(restore) => restore.run(console),
            Self::Sample(sample) => sample.run(console),
            Self::Serve(serve) => serve.run(console),
            Self::User(user) => user.run(console),
            Self::Verify(verify) => verify.run(console),
            Self::Wave(wave) => wave.run(console),
            Self::Weight(weight) => weight.run(console),
            Self::Witness(watch) => watch.run(console),
        }
    }
}

/// Runs the program with these arguments and says how it ended.
pub fn run<I: IntoIterator<Item = OsString>>(arguments: I) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        // clap prints help and version to standard output (0), mistakes to standard error (2).
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            return match error.print() {
                Ok(()) => ExitCode::from(code),
                Err(_) => ExitCode::from(1),
            };
        }
    };
    let console = Console::from_environment();
    match cli.command.run(console) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => console.fail(&failure),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_arguments_of_all_commands_fit_together() {
        Cli::command().debug_assert();
    }
}
