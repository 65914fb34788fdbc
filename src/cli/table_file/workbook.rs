//! XLSX: the first sheet, its first row with cells is the header.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::column::{Builder, Guess, Misfit};
use super::delimited::{check_header, misfit_problem, plan_columns, settle};
use super::{Content, Lines, Problem, Problems, Request, TableFileError};

pub(super) fn read(
    bytes: Vec<u8>,
    request: &Request<'_>,
) -> Result<Result<Content, Problems>, TableFileError> {
    let refused = |source: calamine::XlsxError| TableFileError::Workbook {
        path: request.path.to_path_buf(),
        source: Box::new(source),
    };
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(refused)?;
    let sheet = match workbook.worksheet_range_at(0) {
        Some(sheet) => sheet.map_err(refused)?,
        None => calamine::Range::empty(),
    };
    Ok(content(&sheet, request))
}

fn content(sheet: &calamine::Range<Data>, request: &Request<'_>) -> Result<Content, Problems> {
    let mut problems = Problems::default();
    let mut rows = sheet.rows();
    let Some(head) = rows.next() else {
        problems.add(Problem::Empty);
        return Err(problems);
    };
    let header: Vec<String> = head
        .iter()
        .map(|cell| cell.to_string().trim().to_owned())
        .collect();
    check_header(&header, request, &mut problems);
    if !problems.list.is_empty() {
        return Err(problems);
    }
    // Rows count from 1 in a sheet; the range may begin below the first.
    let first = sheet.start().map_or(2, |(row, _)| u64::from(row) + 2);
    let records: Vec<(u64, &[Data])> = (first..)
        .zip(rows)
        .filter(|(_, cells)| cells.iter().any(|cell| !matches!(cell, Data::Empty)))
        .collect();
    let (mut builders, unknown) = plan_columns(&header, request, 0);
    let guesses = guess(&records, &unknown);
    settle(&header, &unknown, guesses, &mut builders, &mut problems)?;
    let mut lines = Lines::default();
    for (row, (line, cells)) in records.iter().enumerate() {
        lines.note(row, *line);
        for (place, name) in header.iter().enumerate() {
            let Some(builder) = builders.get_mut(place).and_then(Option::as_mut) else {
                continue;
            };
            let cell = cells.get(place).unwrap_or(&Data::Empty);
            if let Err(misfit) = push(builder, cell) {
                problems.add(misfit_problem(
                    misfit,
                    *line,
                    name,
                    &cell.to_string(),
                    builder,
                ));
            }
        }
        if problems.is_full() {
            break;
        }
    }
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

fn guess(records: &[(u64, &[Data])], unknown: &[usize]) -> Vec<Guess> {
    let mut guesses: Vec<Guess> = unknown.iter().map(|_| Guess::default()).collect();
    for (line, cells) in records {
        for (&place, guess) in unknown.iter().zip(&mut guesses) {
            match cells.get(place) {
                Some(Data::Int(_) | Data::Float(_)) => guess.see_number(),
                Some(cell) => guess.see(&cell.to_string(), *line),
                None => {}
            }
        }
    }
    guesses
}

fn push(builder: &mut Builder, cell: &Data) -> Result<(), Misfit> {
    match cell {
        Data::Empty => builder.push(""),
        Data::Float(value) => builder.push_number(*value),
        // Whole numbers above 2^53 would lose digits as floats; as labels they keep them.
        Data::Int(value) => builder.push(&value.to_string()),
        Data::String(text) => builder.push(text),
        other => builder.push(&other.to_string()),
    }
}
