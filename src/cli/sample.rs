//! `minyi sample`: how many to ask, how to share them among strata, and whom.
//!
//! Promises: a draw is a function of its files and its seed, the same on every machine; input that
//! cannot be used ends with exit code 2 and sentences, before anything is written.

mod allocate;
mod ask;
mod detect;
mod draw;
mod refusal;
mod sheet;
mod size;
mod wave;

use std::path::Path;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::estimate::cannot_write;
use super::output_file::OutputFile;
use super::{Console, Failure};
use crate::i18n::Lang;

/// Plans and draws samples.
#[derive(Debug, Args)]
pub(super) struct Sample {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Size(size::Size),
    Allocate(allocate::Allocate),
    Draw(draw::Draw),
    Detect(detect::Detect),
    Ask(ask::Ask),
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables for people.
    Table,
    /// Everything, with full precision.
    Json,
    /// One flat record a line, with full precision.
    Csv,
}

impl Sample {
    /// Runs the command.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        match self.what {
            What::Size(size) => size.run(console),
            What::Allocate(allocate) => allocate.run(console),
            What::Draw(draw) => draw.run(console),
            What::Detect(detect) => detect.run(console),
            What::Ask(ask) => ask.run(console),
        }
    }
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    let mut text =
        serde_json::to_string_pretty(value).map_err(|error| Failure::internal("JSON", error))?;
    text.push('\n');
    Ok(text)
}

/// Writes a further file, whole or not at all.
fn write(lang: Lang, path: &Path, text: &str) -> Result<(), Failure> {
    OutputFile::prepare(path, text.as_bytes())
        .and_then(OutputFile::publish)
        .map_err(|error| cannot_write(lang, path, error))
}
