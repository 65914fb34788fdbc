//! Reading for a command: progress on the terminal, problems as sentences.

use super::{LISTED, Loaded, Request, TableFileError, read};
use crate::cli::Failure;
use crate::cli::progress::Progress;
use crate::i18n::Lang;
use crate::report::refusal;

/// Reads a survey file, or says in sentences why it cannot be used.
pub(crate) fn load(
    request: &Request<'_>,
    lang: Lang,
    progress: &Progress,
) -> Result<Loaded, Failure> {
    let file = request.path.display().to_string();
    let reading = lang.t_with("estimate-reading", &[("file", file.as_str().into())]);
    read(request, &mut |permille| {
        progress.at(permille, 1000, reading.clone());
    })
    .map_err(|error| match error {
        TableFileError::Content { problems, more, .. } => {
            let mut sentences: Vec<String> = problems
                .iter()
                .map(|problem| problem.sentence(lang, &file))
                .collect();
            if more {
                let count = LISTED.to_string();
                sentences.push(lang.t_with("estimate-more-problems", &[("count", count.into())]));
            }
            Failure::Input(sentences)
        }
        TableFileError::Read { source, .. } => {
            unreadable(lang, "estimate-cannot-read", &file, &source)
        }
        TableFileError::Workbook { source, .. } => {
            unreadable(lang, "estimate-bad-workbook", &file, &source)
        }
        TableFileError::Table { source, .. } => {
            let because = refusal::sentence(lang, &source.into(), &|record| {
                format!("{file}: {}", record + 2)
            });
            Failure::input(format!("{file}: {because}"))
        }
    })
}

fn unreadable(lang: Lang, key: &str, file: &str, reason: &dyn std::error::Error) -> Failure {
    let arguments = [("file", file.into()), ("reason", reason.to_string().into())];
    Failure::input(lang.t_with(key, &arguments))
}
