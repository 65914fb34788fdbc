//! The sample of a wave, recomputed by anyone: the draw of `survey::sample` on the files that were imported.

use std::path::Path;

use serde::Serialize;

use super::refusal::{none_of, sentence};
use super::sheet::{bytes, text};
use super::{Format, json};
use crate::cli::Failure;
use crate::i18n::Lang;
use crate::report::csv::{CsvText, number};
use crate::report::explain::sampling::{WaveDraw, wave_drawn};
use crate::report::table::{Align, TextTable};
use crate::report::wave::sample_problem;
use crate::service::import::sheet::RowProblem;
use crate::service::import::{read_areas, read_frame};
use crate::service::sentence::{MOST, row_problem, wave_file_error};
use crate::service::waves::file;
use crate::survey::plan::{Plan, SamplePlan};
use crate::survey::sample::{self, DrawError, Sample, SampledPsu, seed_from_text};
use crate::survey::time::Zone;

/// The files of a wave's draw.
pub(super) struct Files<'a> {
    pub(super) wave: &'a Path,
    pub(super) areas: &'a Path,
    pub(super) frame: &'a Path,
}

/// What is printed. `frame` and `sample` are the digests that the seal and the audit log hold.
#[derive(Debug, Serialize)]
struct Document<'a> {
    wave: String,
    seed_text: &'a str,
    seed: String,
    frame: String,
    sample: String,
    invitations: u64,
    #[serde(flatten)]
    drawn: &'a Sample,
}

/// Draws and gives what is to be printed, and how it came about.
pub(super) fn draw(
    lang: Lang,
    files: &Files<'_>,
    seed_text: &str,
    format: Format,
) -> Result<(String, String), Failure> {
    let (slug, plan) = read_plan(lang, files.wave)?;
    let areas = read_areas(&bytes(files.areas, lang)?)
        .map_err(|problems| of_rows(lang, files.areas, &problems))?;
    let frame = read_frame(&bytes(files.frame, lang)?, &areas)
        .map_err(|problems| of_rows(lang, files.frame, &problems))?;
    let seed = seed_from_text(seed_text);
    let drawn = sample::draw(&plan, &frame, &seed).map_err(|error| refused(lang, &error))?;
    let document = Document {
        wave: slug,
        seed_text: seed_text.trim(),
        seed: hex::encode(seed),
        frame: hex::encode(frame.digest()),
        sample: hex::encode(drawn.digest()),
        invitations: drawn.invitations(),
        drawn: &drawn,
    };
    let text = match format {
        Format::Table => table(lang, &document, &seed),
        Format::Csv => csv(&document),
        Format::Json => json(&document)?,
    };
    Ok((text, explained(lang, &document, &seed)))
}

fn explained(lang: Lang, document: &Document<'_>, seed: &[u8; 32]) -> String {
    let psus = &document.drawn.psus;
    let strata: std::collections::BTreeSet<&str> =
        psus.iter().map(|psu| psu.stratum.as_str()).collect();
    wave_drawn(
        lang,
        &WaveDraw {
            seed_text: document.seed_text,
            seed,
            frame: &document.frame,
            counts: [
                strata.len(),
                psus.len(),
                psus.iter().filter(|psu| psu.certainty).count(),
                document.drawn.units().len(),
            ],
            invitations: document.invitations,
        },
    )
}

fn read_plan(lang: Lang, path: &Path) -> Result<(String, SamplePlan), Failure> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let open = |name: &str| {
        std::fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"))
    };
    // Times do not matter to the draw, so neither does the zone.
    let draft = file::read(&text(path, lang)?, &Zone::shanghai(), open).map_err(|error| {
        let because = wave_file_error(lang, &error);
        Failure::input(format!("{}: {because}", path.display()))
    })?;
    match draft.plan {
        Plan::Probability(plan) => Ok((draft.wave.slug.to_string(), plan.sample)),
        Plan::Open(_) => {
            let because = lang.t("wave-refused-no-sample");
            Err(Failure::input(format!("{}: {because}", path.display())))
        }
    }
}

fn of_rows(lang: Lang, path: &Path, problems: &[RowProblem]) -> Failure {
    let said = problems.iter().take(MOST);
    Failure::Input(
        said.map(|problem| format!("{}: {}", path.display(), row_problem(lang, problem)))
            .collect(),
    )
}

fn refused(lang: Lang, error: &DrawError) -> Failure {
    match error {
        DrawError::Plan(problems) => {
            let said: Vec<String> = problems.iter().map(|p| sample_problem(lang, p)).collect();
            none_of(said).err().unwrap_or(Failure::Input(Vec::new()))
        }
        DrawError::Selection { stratum, source } => Failure::input(lang.t_with(
            "sample-in-stratum",
            &[
                ("stratum", stratum.as_str().into()),
                ("reason", sentence(lang, source).into()),
            ],
        )),
    }
}

/// The seed as text and as what it stands for.
pub(super) fn seed_line(lang: Lang, seed_text: &str, seed: &[u8; 32]) -> String {
    lang.t_with(
        "sample-drawn-seed",
        &[
            ("text", crate::cli::table_file::quoted(seed_text).into()),
            ("seed", hex::encode(seed).into()),
        ],
    )
}

fn table(lang: Lang, document: &Document<'_>, seed: &[u8; 32]) -> String {
    let sample = document.drawn;
    let units = sample.units().len();
    let count = |n: usize| lang.count(u64::try_from(n).unwrap_or(u64::MAX));
    let head = lang.t_with(
        "sample-wave",
        &[
            ("wave", document.wave.as_str().into()),
            ("psus", count(sample.psus.len()).into()),
            ("units", count(units).into()),
            ("invitations", lang.count(document.invitations).into()),
        ],
    );
    let digests = lang.t_with(
        "sample-wave-digests",
        &[
            ("frame", document.frame.as_str().into()),
            ("sample", document.sample.as_str().into()),
        ],
    );
    let mut table = TextTable::new([
        (lang.t("sample-column-stratum"), Align::Left),
        (lang.t("sample-column-order"), Align::Right),
        (lang.t("sample-column-community"), Align::Left),
        (lang.t("sample-column-part"), Align::Right),
        (lang.t("sample-column-probability"), Align::Right),
        (lang.t("sample-column-variance-unit"), Align::Left),
        (lang.t("sample-column-invitations"), Align::Right),
        (lang.t("sample-column-weight"), Align::Right),
    ]);
    for psu in &sample.psus {
        table.push([
            psu.stratum.to_string(),
            (psu.selection + 1).to_string(),
            psu.unit.to_string(),
            part(psu),
            lang.number(psu.inclusion_probability, 6),
            psu.variance_unit.to_string(),
            lang.count(psu.invitations),
            lang.number(psu.base_weight, 4),
        ]);
    }
    let seed = seed_line(lang, document.seed_text, seed);
    format!("{head}\n{digests}\n{seed}\n\n{}", table.render())
}

/// The part of a community that was taken with certainty, from 1.
fn part(psu: &SampledPsu) -> String {
    if psu.certainty {
        (psu.part + 1).to_string()
    } else {
        String::new()
    }
}

fn csv(document: &Document<'_>) -> String {
    let mut file = CsvText::new([
        "stratum",
        "order",
        "unit",
        "part",
        "size",
        "addresses",
        "inclusion_probability",
        "variance_unit",
        "invitations",
        "base_weight",
        "seed",
        "frame_digest",
        "sample_digest",
    ]);
    for psu in &document.drawn.psus {
        file.push([
            psu.stratum.to_string(),
            (psu.selection + 1).to_string(),
            psu.unit.to_string(),
            part(psu),
            psu.size.to_string(),
            psu.addresses.to_string(),
            number(Some(psu.inclusion_probability)),
            psu.variance_unit.to_string(),
            psu.invitations.to_string(),
            number(Some(psu.base_weight)),
            document.seed.clone(),
            document.frame.clone(),
            document.sample.clone(),
        ]);
    }
    file.finish()
}
