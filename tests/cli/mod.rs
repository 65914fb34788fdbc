//! The program as a person runs it: arguments in, exit code and both outputs back.

mod bad_input;
mod enusc;
mod output;
mod reference;
mod reported;
mod sample;
mod stores;
mod wave;
mod weight;

use std::path::{Path, PathBuf};
use std::process::Command;

/// What a run gave back.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs `minyi` in English.
fn minyi(arguments: &[&str]) -> Run {
    minyi_in("C", arguments)
}

fn minyi_in(locale: &str, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_minyi"))
        .args(arguments)
        .env("LC_ALL", locale)
        .output()
        .unwrap();
    Run {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder with a plan and its data.
struct Survey {
    folder: tempfile::TempDir,
}

impl Survey {
    fn new(plan: &str, data: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("plan.toml"), plan).unwrap();
        std::fs::write(folder.path().join("data.csv"), data).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Runs `minyi estimate` on the plan.
    fn estimate(&self, further: &[&str]) -> Run {
        let plan = self.text("plan.toml");
        let mut arguments = vec!["estimate", &plan];
        arguments.extend(further);
        minyi(&arguments)
    }

    /// Runs `minyi weight` on the plan.
    fn weight(&self, further: &[&str]) -> Run {
        let plan = self.text("plan.toml");
        let mut arguments = vec!["weight", &plan];
        arguments.extend(further);
        minyi(&arguments)
    }

    /// Names of the files that are there now, sorted.
    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The same table as a workbook: what a spreadsheet takes for a number is a number.
fn workbook(path: &Path, csv: &str) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_bytes());
    for (row, record) in (0..).zip(reader.records()) {
        for (column, field) in (0..).zip(&record.unwrap()) {
            match field.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) => sheet.write_string(row, column, field).unwrap(),
            };
        }
    }
    book.save(path).unwrap();
}
