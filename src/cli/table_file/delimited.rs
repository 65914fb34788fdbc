//! CSV: UTF-8 with or without a byte order mark, comma, a header, quotes where needed.

mod record;

use super::column::{Builder, Guess, Misfit};
use super::{Content, Lines, Problem, Problems, Request};
use crate::stats::plan::spec::ColumnSpec;
use record::for_each_record;

/// Between two reports of progress.
const REPORT_EVERY: usize = 16_384;

pub(super) fn read(
    bytes: &[u8],
    request: &Request<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Content, Problems> {
    let mut problems = Problems::default();
    let text = match text_of(bytes) {
        Ok(text) => text,
        Err(problem) => {
            problems.add(problem);
            return Err(problems);
        }
    };
    let header = header_of(text);
    check_header(&header, request, &mut problems);
    if !problems.list.is_empty() {
        return Err(problems);
    }
    let (mut builders, unknown) = plan_columns(&header, request, text.len());
    if !unknown.is_empty() {
        infer(text, &header, &unknown, &mut builders, &mut problems)?;
    }
    let lines = fill(text, &header, &mut builders, &mut problems, progress);
    let columns = header
        .iter()
        .zip(builders)
        .filter_map(|(name, builder)| builder.map(|builder| (name.clone(), builder.finish())))
        .collect();
    problems.into_result(Content {
        columns,
        header,
        lines,
    })
}

/// The text without its byte order mark, or why it is none.
fn text_of(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Problem::NotUtf8 { line: 1 });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let breaks = before.split(|&byte| byte == b'\n').skip(1).count();
        Problem::NotUtf8 {
            line: u64::try_from(breaks).unwrap_or(u64::MAX).saturating_add(1),
        }
    })?;
    if text.trim().is_empty() {
        return Err(Problem::Empty);
    }
    Ok(text)
}

fn header_of(text: &str) -> Vec<String> {
    let mut header = Vec::new();
    for_each_record(text, |record| {
        let name = |field: &[u8]| String::from_utf8_lossy(field).trim().to_owned();
        header = record.fields().map(name).collect();
        false
    });
    header
}

/// Duplicate names, and declared names that are missing.
pub(super) fn check_header(header: &[String], request: &Request<'_>, problems: &mut Problems) {
    for (place, name) in header.iter().enumerate() {
        let before = header.get(..place).unwrap_or_default();
        if !name.is_empty() && before.contains(name) {
            problems.add(Problem::DuplicateColumn {
                column: name.clone(),
            });
        }
    }
    if let [only] = header
        && let Some(separator) = [';', '\t'].into_iter().find(|&mark| only.contains(mark))
    {
        problems.add(Problem::Separator { found: separator });
        return;
    }
    for spec in request.declared {
        if !header.contains(&spec.name) {
            problems.add(Problem::MissingColumn {
                near: crate::cli::near::nearest(&spec.name, header),
                column: spec.name.clone(),
            });
        }
    }
}

/// A builder for each used column with a declared type, and the places of used columns without one.
pub(super) fn plan_columns(
    header: &[String],
    request: &Request<'_>,
    size: usize,
) -> (Vec<Option<Builder>>, Vec<usize>) {
    // A guess that saves most reallocations: a field and its comma take about six bytes.
    let rows = size / (6 * header.len().max(1));
    let mut unknown = Vec::new();
    let builders = header
        .iter()
        .enumerate()
        .map(|(place, name)| {
            if name.is_empty() || !(request.used)(name) {
                return None;
            }
            let spec: Option<&ColumnSpec> = request.declared.iter().find(|spec| &spec.name == name);
            if spec.is_none() && request.numbers {
                return Some(Builder::inferred(true, rows));
            }
            if spec.is_none() {
                unknown.push(place);
            }
            spec.map(|spec| Builder::declared(spec, rows))
        })
        .collect();
    (builders, unknown)
}

fn infer(
    text: &str,
    header: &[String],
    unknown: &[usize],
    builders: &mut [Option<Builder>],
    problems: &mut Problems,
) -> Result<(), Problems> {
    let mut guesses: Vec<Guess> = unknown.iter().map(|_| Guess::default()).collect();
    for_each_record(text, |record| {
        if record.row.is_some() {
            for (&place, guess) in unknown.iter().zip(&mut guesses) {
                guess.see_bytes(record.field(place), record.line);
            }
        }
        true
    });
    settle(header, unknown, guesses, builders, problems)
}

/// Turns guesses into builders; columns that are numbers but for a few slips are problems.
pub(super) fn settle(
    header: &[String],
    unknown: &[usize],
    guesses: Vec<Guess>,
    builders: &mut [Option<Builder>],
    problems: &mut Problems,
) -> Result<(), Problems> {
    for (&place, guess) in unknown.iter().zip(guesses) {
        match guess.verdict() {
            Ok(numbers) => {
                if let Some(slot) = builders.get_mut(place) {
                    *slot = Some(Builder::inferred(numbers, 0));
                }
            }
            Err(texts) => {
                let column = header.get(place).cloned().unwrap_or_default();
                for (line, text) in texts {
                    problems.add(Problem::AlmostNumbers {
                        line,
                        column: column.clone(),
                        text,
                    });
                }
            }
        }
    }
    std::mem::take(problems).into_result(())
}

fn fill(
    text: &str,
    header: &[String],
    builders: &mut [Option<Builder>],
    problems: &mut Problems,
    progress: &mut dyn FnMut(u64),
) -> Lines {
    let mut lines = Lines::default();
    let mut used: Vec<(usize, &mut Builder)> = builders
        .iter_mut()
        .enumerate()
        .filter_map(|(place, builder)| builder.as_mut().map(|builder| (place, builder)))
        .collect();
    let whole = u64::try_from(text.len()).unwrap_or(u64::MAX).max(1);
    for_each_record(text, |record| {
        let Some(row) = record.row else {
            return true;
        };
        let line = record.line;
        lines.note(row, line);
        if record.len() == header.len() {
            for (place, builder) in &mut used {
                let field = record.field(*place);
                if let Err(misfit) = builder.push_bytes(field) {
                    let column = header.get(*place).map_or("", String::as_str);
                    let field = String::from_utf8_lossy(field);
                    problems.add(misfit_problem(misfit, line, column, &field, builder));
                }
            }
        } else {
            problems.add(Problem::Ragged {
                line,
                found: record.len(),
                expected: header.len(),
            });
        }
        if row.is_multiple_of(REPORT_EVERY) {
            progress(record.byte.saturating_mul(1000) / whole);
        }
        !problems.is_full()
    });
    lines
}

pub(super) fn misfit_problem(
    misfit: Misfit,
    line: u64,
    column: &str,
    field: &str,
    builder: &Builder,
) -> Problem {
    let (column, text) = (column.to_owned(), field.to_owned());
    match (misfit, builder.levels()) {
        (Misfit::NotALevel, Some(levels)) => Problem::NotALevel {
            line,
            column,
            text,
            levels: levels.to_vec(),
        },
        _ => Problem::NotANumber { line, column, text },
    }
}
