//! Why a step of a wave or an import was refused, in sentences.
//!
//! For: pages and the command line, which say the same. Uses: `report` and `i18n`. Promises: every
//! error has at least one sentence in every language, naming the place and what to do; lists are cut
//! after [`MOST`] with a sentence that says so.

use super::audits::AuditError;
use super::batch::BatchError;
use super::close::CloseError;
use super::codes::CodesError;
use super::import::ImportError;
use super::import::sheet::{CellProblem, RowProblem};
use super::quotas::QuotaError;
use super::rules::RuleError;
use super::seeds::SeedError;
use super::waves::WaveError;
use super::waves::file::WaveFileError;
use crate::i18n::{Lang, Value};
use crate::report::rule as rule_words;
use crate::report::wave as words;
use crate::storage::StoreError;
use crate::survey::area::AreaError;
use crate::survey::frame::FrameError;
use crate::survey::margin::MarginError;
use crate::survey::quota::QuotaProblem;
use crate::survey::seeds::BadList;
use crate::survey::time::Zone;

/// Sentences of one list at most.
pub const MOST: usize = 50;

/// Why a wave's step was not taken.
#[must_use]
pub fn wave_error(lang: Lang, zone: &Zone, error: &WaveError) -> Vec<String> {
    let one = match error {
        WaveError::Plan(problems) => {
            return list(lang, problems, |p| words::plan_problem(lang, p));
        }
        WaveError::Sample(problems) => {
            return list(lang, problems, |p| words::sample_problem(lang, p));
        }
        WaveError::Unstated(elements) => {
            let mut said = vec![lang.t("imprint-refused")];
            said.extend(list(lang, elements, |one| {
                lang.t(&format!("imprint-missing-{}", one.code()))
            }));
            return said;
        }
        WaveError::Denied => lang.t("wave-denied"),
        WaveError::NoWave(slug) => lang.t_with("wave-unknown", &[("slug", slug.as_str().into())]),
        WaveError::NoSuch { what, name } => {
            let key = format!("wave-no-{}", what.replace(' ', "-"));
            lang.t_with(&key, &[("name", name.as_str().into())])
        }
        WaveError::SlugTaken(slug) => {
            lang.t_with("wave-slug-taken", &[("slug", slug.as_str().into())])
        }
        WaveError::Selection { stratum, source } => lang.t_with(
            "wave-selection",
            &[
                ("stratum", stratum.as_str().into()),
                ("reason", words::sampling_problem(lang, source).into()),
            ],
        ),
        WaveError::Unfinished {
            name,
            version,
            problems,
        } => {
            let args = [
                ("name", name.as_str().into()),
                ("version", version.to_string().into()),
                ("count", u32::try_from(*problems).unwrap_or(u32::MAX).into()),
            ];
            lang.t_with("questions-unfinished", &args)
        }
        WaveError::Refused(refusal) => words::refusal(lang, zone, refusal),
        WaveError::LogRuns => lang.t("wave-log-runs"),
        WaveError::ChangedMeanwhile => lang.t("wave-changed-meanwhile"),
        WaveError::Store(error) => store_error(lang, error),
        WaveError::Keys(error) => lang.t_with("wave-keys", &[("error", error.to_string().into())]),
    };
    vec![one]
}

/// Why an audit was refused; nothing where the fault is ours.
#[must_use]
pub fn audit_error(lang: Lang, error: &AuditError) -> Option<String> {
    Some(match error {
        AuditError::Denied | AuditError::Wave(WaveError::Denied) => lang.t("audits-denied"),
        AuditError::NotClosed => lang.t("audits-not-closed"),
        AuditError::NoSample => lang.t("export-open-wave"),
        AuditError::NotSigned => lang.t("audits-not-signed"),
        AuditError::NoDigest(given) => {
            lang.t_with("audits-no-digest", &[("given", given.as_str().into())])
        }
        _ => return None,
    })
}

/// Why seeds were not deposited or not named; nothing where it is the machine's to mend.
#[must_use]
pub fn seed_error(lang: Lang, zone: &Zone, error: &SeedError) -> Option<String> {
    let count = |n: u64| Value::from(lang.count(n));
    let text = |text: &str| Value::from(text.to_owned());
    Some(match error {
        SeedError::Denied | SeedError::Wave(WaveError::Denied) => lang.t("seeds-denied"),
        SeedError::NotAnnounced => lang.t("seeds-not-announced"),
        SeedError::NotRunning => lang.t("seeds-not-running"),
        SeedError::NotClosing => lang.t("seeds-not-closing"),
        SeedError::TooLate(until) => {
            let when = lang.moment(zone.civil(*until));
            lang.t_with("seeds-too-late", &[("when", when.into())])
        }
        SeedError::Waiting(left) => lang.t_with("seeds-waiting", &[("left", count(*left))]),
        SeedError::NoDigest(given) => lang.t_with("audits-no-digest", &[("given", text(given))]),
        SeedError::NoCounty(given) => lang.t_with("seeds-no-county", &[("given", text(given))]),
        SeedError::TooMany { asked, left, most } => {
            let args = [
                ("asked", count(*asked)),
                ("left", count(*left)),
                ("most", count(*most)),
            ];
            lang.t_with("seeds-too-many", &args)
        }
        SeedError::Deposited => lang.t("seeds-deposited-already"),
        SeedError::List(error) => bad_list(lang, error),
        SeedError::NotDeposited(digest) => {
            lang.t_with("seeds-not-deposited", &[("digest", text(digest))])
        }
        SeedError::NamedAlready => lang.t("seeds-named-already"),
        SeedError::OtherNumbers => lang.t("seeds-other-numbers"),
        SeedError::TwiceNamed(commitment) => {
            lang.t_with("seeds-twice-named", &[("commitment", text(commitment))])
        }
        SeedError::Wave(WaveError::ChangedMeanwhile) => lang.t("wave-changed-meanwhile"),
        SeedError::Record(_) | SeedError::Wave(_) => return None,
    })
}

/// Why a text is no list of seeds.
#[must_use]
pub fn bad_list(lang: Lang, error: &BadList) -> String {
    let (key, line) = match error {
        BadList::NoList => return lang.t("seeds-no-list"),
        BadList::Empty => return lang.t("seeds-empty"),
        BadList::Line(line) => ("seeds-bad-line", *line),
        BadList::Answers(line) => ("seeds-bad-answers", *line),
        BadList::Twice(line) => ("seeds-twice", *line),
    };
    lang.t_with(key, &[("line", lang.count(line as u64).into())])
}

/// Why a close did not come to its end; the last sentence says how it goes on.
#[must_use]
pub fn close_error(lang: Lang, zone: &Zone, error: &CloseError) -> Vec<String> {
    let mut sentences = match error {
        CloseError::Wave(error) => return wave_error(lang, zone, error),
        CloseError::Batch(BatchError::Held) => vec![lang.t("wave-batch-held")],
        CloseError::Batch(BatchError::Halted { lost }) => {
            vec![lang.t_with("wave-log-halted", &[("lost", lang.count(*lost).into())])]
        }
        CloseError::Batch(BatchError::Changed) => vec![lang.t("wave-batch-changed")],
        CloseError::Batch(BatchError::Store(error)) => vec![store_error(lang, error)],
        CloseError::Batch(BatchError::Keys(error)) => {
            vec![lang.t_with("wave-keys", &[("error", error.to_string().into())])]
        }
        CloseError::Batch(BatchError::Unreadable { county, epoch }) => vec![lang.t_with(
            "wave-batch-unreadable",
            &[
                ("county", county.as_str().into()),
                ("epoch", epoch.to_string().into()),
            ],
        )],
        CloseError::PoolNotEmpty(left) => {
            vec![lang.t_with("wave-pool-not-empty", &[("left", lang.count(*left).into())])]
        }
        CloseError::Reconciliation(lines) => {
            let mut said = list(lang, lines, |(county, line)| {
                words::reconciliation(lang, county.as_str(), line)
            });
            said.push(lang.t("wave-count-stopped"));
            said
        }
        CloseError::Record(error) => {
            vec![lang.t_with("wave-record", &[("error", error.to_string().into())])]
        }
        CloseError::Seeds(_) => vec![lang.t("seeds-unreadable")],
        CloseError::Interrupted(_) => vec![lang.t("wave-interrupted")],
    };
    sentences.push(lang.t("wave-close-again"));
    sentences
}

/// Why nothing was imported.
#[must_use]
pub fn import_error(lang: Lang, _zone: &Zone, error: &ImportError) -> Vec<String> {
    let one = match error {
        ImportError::Rows(problems) => return list(lang, problems, |p| row_problem(lang, p)),
        ImportError::Denied => lang.t("import-denied"),
        ImportError::NameTaken(name) => {
            lang.t_with("import-name-taken", &[("name", name.as_str().into())])
        }
        ImportError::NoUpload => lang.t("import-no-upload"),
        ImportError::Store(error) => store_error(lang, error),
        ImportError::Random(_) => lang.t("import-no-random"),
    };
    vec![one]
}

/// Why nothing was done with codes.
#[must_use]
pub fn codes_error(lang: Lang, zone: &Zone, error: &CodesError) -> Vec<String> {
    match error {
        CodesError::Wave(error) => wave_error(lang, zone, error),
        CodesError::Rows(problems) => list(lang, problems, |p| row_problem(lang, p)),
    }
}

/// Why a wave file was refused.
#[must_use]
pub fn wave_file_error(lang: Lang, error: &WaveFileError) -> String {
    match error {
        WaveFileError::Syntax(message) => lang.t_with(
            "wave-file-syntax",
            &[("message", message.trim_end().into())],
        ),
        WaveFileError::Time { field, text } => lang.t_with(
            "wave-file-time",
            &[("field", (*field).into()), ("text", text.as_str().into())],
        ),
        WaveFileError::SampleOrPlan => lang.t("wave-file-sample-or-plan"),
        WaveFileError::Missing(field) => {
            lang.t_with("wave-file-missing", &[("field", (*field).into())])
        }
        WaveFileError::NotOpen(field) => {
            lang.t_with("wave-file-not-open", &[("field", (*field).into())])
        }
        WaveFileError::Twice(field) => {
            lang.t_with("wave-file-twice", &[("field", (*field).into())])
        }
        WaveFileError::NoQuestionnaire(message) => lang.t_with(
            "wave-file-no-questionnaire",
            &[("message", message.as_str().into())],
        ),
        WaveFileError::Questionnaire(error) => words::questionnaire_error(lang, error),
    }
}

fn store_error(lang: Lang, error: &StoreError) -> String {
    match error {
        StoreError::Unsettled { .. } => lang.t("wave-store-unsettled"),
        StoreError::Contention(_) => lang.t("wave-store-contention"),
        StoreError::Elsewhere(_) => lang.t("problem-elsewhere-text"),
        other => lang.t_with("wave-store", &[("error", other.to_string().into())]),
    }
}

fn list<T>(lang: Lang, problems: &[T], say: impl Fn(&T) -> String) -> Vec<String> {
    cut(lang, problems.iter().map(say).collect())
}

/// The first [`MOST`] sentences, and one that says how many more there are.
#[must_use]
pub fn cut(lang: Lang, mut sentences: Vec<String>) -> Vec<String> {
    let more = sentences.len().saturating_sub(MOST);
    if more > 0 {
        sentences.truncate(MOST);
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        sentences.push(lang.t_with("import-more", &[("count", more.into())]));
    }
    sentences
}

/// One problem of a file: row, column, what is wrong and what was expected.
#[must_use]
pub fn row_problem(lang: Lang, problem: &RowProblem) -> String {
    let what = cell_problem(lang, problem.column.unwrap_or_default(), &problem.problem);
    let row = problem.row.map(|row| row.to_string());
    let column = problem
        .column
        .map(|name| lang.t(&format!("import-column-{}", name.replace('_', "-"))));
    match (row, column) {
        (Some(row), Some(column)) => lang.t_with(
            "import-at-row-and-column",
            &[
                ("row", row.into()),
                ("column", column.into()),
                ("what", what.into()),
            ],
        ),
        (Some(row), None) => lang.t_with(
            "import-at-row",
            &[("row", row.into()), ("what", what.into())],
        ),
        (None, Some(column)) => lang.t_with(
            "import-at-column",
            &[("column", column.into()), ("what", what.into())],
        ),
        (None, None) => what,
    }
}

fn cell_problem(lang: Lang, column: &str, problem: &CellProblem) -> String {
    let with = |key: &str, args: &[(&str, &str)]| {
        let args: Vec<(&str, Value<'_>)> = args
            .iter()
            .map(|(name, value)| (*name, (*value).into()))
            .collect();
        lang.t_with(key, &args)
    };
    match problem {
        CellProblem::Unreadable(error) => with("import-unreadable", &[("error", error)]),
        CellProblem::Encoding => lang.t("import-encoding"),
        CellProblem::OldWorkbook => lang.t("import-old-workbook"),
        CellProblem::BrokenWorkbook(error) => with("import-broken-workbook", &[("error", error)]),
        CellProblem::NoTitle(place) => with("import-no-title", &[("place", &place.to_string())]),
        CellProblem::Rounded(text) => with("import-rounded", &[("found", text)]),
        CellProblem::NoRows => lang.t("import-no-rows"),
        CellProblem::NoColumn => lang.t("import-no-column"),
        CellProblem::TwoColumns => lang.t("import-two-columns"),
        CellProblem::UnknownColumn(title) => with("import-unknown-column", &[("title", title)]),
        CellProblem::Cells { expected, found } => with(
            "import-cells",
            &[
                ("expected", &expected.to_string()),
                ("found", &found.to_string()),
            ],
        ),
        CellProblem::Empty => lang.t("import-empty"),
        CellProblem::Code(text) => with("import-code", &[("found", text)]),
        CellProblem::Number(text) => with("import-number", &[("found", text)]),
        CellProblem::Word { found, expected } => {
            let key = format!("import-words-{column}");
            let words = if lang.has(&key) {
                lang.t(&key)
            } else {
                (*expected).to_owned()
            };
            with("import-word", &[("found", found), ("expected", &words)])
        }
        CellProblem::BadCode => lang.t("cards-code-bad"),
        CellProblem::OtherCode => lang.t("cards-code-other"),
        CellProblem::CodeTwice => lang.t("cards-code-twice"),
        CellProblem::Share(text) => with("import-share", &[("found", text)]),
        CellProblem::Positive(text) => with("import-positive", &[("found", text)]),
        CellProblem::Day(text) => with("import-day", &[("found", text)]),
        CellProblem::OtherCounty(code) => with("import-other-county", &[("code", code)]),
        CellProblem::FigureTwice => lang.t("import-figure-twice"),
        CellProblem::EitherOr => lang.t("import-either-or"),
        CellProblem::Area(error) => area_problem(lang, error),
        CellProblem::Frame(error) => frame_problem(lang, error),
        CellProblem::Margin(error) => margin_problem(lang, error),
        CellProblem::Quota(problem) => quota_problem(lang, problem),
    }
}

fn quota_problem(lang: Lang, problem: &QuotaProblem) -> String {
    let with = |key: &str, name: &str, value: &str| lang.t_with(key, &[(name, value.into())]);
    match problem {
        QuotaProblem::NoCounty(county) => with("quota-no-county", "county", county.as_str()),
        QuotaProblem::NoAge(code) => with("quota-no-age", "code", code),
        QuotaProblem::NoSex(code) => with("quota-no-sex", "code", code),
        QuotaProblem::Residence => lang.t("quota-residence"),
        QuotaProblem::Twice => lang.t("quota-twice"),
        QuotaProblem::Closes => lang.t("quota-closes"),
        QuotaProblem::OtherCells => lang.t("quota-other-cells"),
        QuotaProblem::Counted(counted) => with("quota-counted", "counted", &lang.count(*counted)),
    }
}

/// Why quota cells were not changed.
#[must_use]
pub fn quota_error(lang: Lang, zone: &Zone, error: &QuotaError) -> Vec<String> {
    match error {
        QuotaError::Wave(error) => wave_error(lang, zone, error),
        QuotaError::Rows(problems) => list(lang, problems, |p| row_problem(lang, p)),
        QuotaError::Unfit(unfit) => vec![rule_words::unfit(lang, zone, unfit)],
    }
}

/// Why a change of the rules is not taken.
#[must_use]
pub fn rule_error(lang: Lang, zone: &Zone, error: &RuleError) -> Vec<String> {
    match error {
        RuleError::Wave(error) => wave_error(lang, zone, error),
        RuleError::Unfit(unfit) => vec![rule_words::unfit(lang, zone, unfit)],
    }
}

fn area_problem(lang: Lang, error: &AreaError) -> String {
    match error {
        AreaError::Twice { code, .. } => {
            lang.t_with("import-code-twice", &[("code", code.as_str().into())])
        }
        AreaError::NoParent { code, parent, .. } => lang.t_with(
            "import-no-parent",
            &[
                ("code", code.as_str().into()),
                ("parent", parent.as_str().into()),
            ],
        ),
        AreaError::WrongLevel { code, .. } => {
            lang.t_with("import-wrong-level", &[("code", code.as_str().into())])
        }
    }
}

fn frame_problem(lang: Lang, error: &FrameError) -> String {
    match error {
        FrameError::Empty => lang.t("import-no-rows"),
        FrameError::Twice { code, .. } => {
            lang.t_with("import-code-twice", &[("code", code.as_str().into())])
        }
        FrameError::NoCounty { county, .. } => {
            lang.t_with("import-no-county", &[("county", county.as_str().into())])
        }
        FrameError::ElsewhereByCode { code, county, .. } => lang.t_with(
            "import-elsewhere",
            &[
                ("code", code.as_str().into()),
                ("county", county.as_str().into()),
            ],
        ),
        FrameError::Nobody { code, .. } => {
            lang.t_with("import-unit-nobody", &[("code", code.as_str().into())])
        }
    }
}

fn margin_problem(lang: Lang, error: &MarginError) -> String {
    let cell = |key: &str, county: &str, cell: &str| {
        let key = match cell {
            "sex_age" | "residence" => format!("import-no-margin-{}", cell.replace('_', "-")),
            _ => key.to_owned(),
        };
        lang.t_with(&key, &[("county", county.into()), ("cell", cell.into())])
    };
    match error {
        MarginError::Empty => lang.t("import-no-rows"),
        MarginError::Twice {
            county, cell: c, ..
        } => cell("import-cell-twice", county.as_str(), c),
        MarginError::NoCounty { county, .. } => {
            lang.t_with("import-no-county", &[("county", county.as_str().into())])
        }
        MarginError::Nobody {
            county, cell: c, ..
        } => cell("import-cell-nobody", county.as_str(), c),
        MarginError::Missing { county, cell: c } => cell("import-cell-missing", county.as_str(), c),
        MarginError::Unequal {
            county,
            sex_age,
            residence,
        } => lang.t_with(
            "import-margins-unequal",
            &[
                ("county", county.as_str().into()),
                ("sexes", lang.count(*sex_age).into()),
                ("residences", lang.count(*residence).into()),
            ],
        ),
    }
}

#[cfg(test)]
mod tests;
