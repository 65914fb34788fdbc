//! The files that a plan runs on: the survey file and its replicate weights.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::near::nearest;
use crate::cli::plan_columns::{self, Named};
use crate::cli::progress::Progress;
use crate::cli::table_file::{LISTED, Loaded, Request, load, quoted, with_near};
use crate::i18n::Lang;
use crate::stats::plan::Plan;
use crate::stats::plan::spec::DesignSpec;

/// The survey file and the replicate weights that a plan runs on.
pub(crate) struct Data {
    path: PathBuf,
    /// The survey file, if the plan needs one.
    pub(crate) loaded: Option<Loaded>,
    /// Replicate weights by the file name that designs give.
    pub(crate) replicates: BTreeMap<String, Loaded>,
}

impl Data {
    /// Reads the files of a plan; `given` stands in place of the survey file that the plan names.
    pub(crate) fn read(
        plan_path: &Path,
        given: Option<&Path>,
        plan: &Plan,
        lang: Lang,
        progress: &Progress,
    ) -> Result<Self, Failure> {
        let folder = plan_path.parent().unwrap_or(Path::new(""));
        let path = match (given, &plan.data) {
            (Some(path), _) => path.to_path_buf(),
            (None, Some(data)) => folder.join(&data.file),
            (None, None) => {
                let named = plan_columns::columns(plan);
                if named.is_empty() {
                    return Ok(Self {
                        path: PathBuf::new(),
                        loaded: None,
                        replicates: BTreeMap::new(),
                    });
                }
                let file = plan_path.display();
                let because = lang.t("refusal-no_data");
                return Err(Failure::input(format!("{file}: {because}")));
            }
        };
        let named = plan_columns::columns(plan);
        let loaded = read_survey(&path, plan, &named, lang, progress)?;
        unknown_columns(plan_path, &path, &named, &loaded.header, lang)?;
        let mut replicates = BTreeMap::new();
        for design in &plan.designs {
            if let DesignSpec::Replicate(spec) = design
                && !replicates.contains_key(&spec.repweights_file)
            {
                let used = |name: &str| name.starts_with(&spec.repweights_columns);
                let request = Request {
                    path: &folder.join(&spec.repweights_file),
                    declared: &[],
                    used: &used,
                    numbers: true,
                };
                let loaded = load(&request, lang, progress)?;
                replicates.insert(spec.repweights_file.clone(), loaded);
            }
        }
        Ok(Self {
            path,
            loaded: Some(loaded),
            replicates,
        })
    }

    /// A record as the person finds it: file and line.
    pub(crate) fn place(&self, lang: Lang, record: usize) -> String {
        let line = self.loaded.as_ref().map_or(0, |loaded| loaded.line(record));
        let arguments = [
            ("file", self.path.display().to_string().into()),
            ("line", line.to_string().into()),
        ];
        lang.t_with("estimate-place", &arguments)
    }
}

fn read_survey(
    path: &Path,
    plan: &Plan,
    named: &[Named],
    lang: Lang,
    progress: &Progress,
) -> Result<Loaded, Failure> {
    let used = |name: &str| named.iter().any(|named| named.column == name);
    let declared = plan.data.as_ref().map_or(&[][..], |data| &data.columns);
    let request = Request {
        path,
        declared,
        used: &used,
        numbers: false,
    };
    load(&request, lang, progress)
}

/// Columns that the plan names and the file lacks, each once for each place that names it.
fn unknown_columns(
    plan: &Path,
    data: &Path,
    named: &[Named],
    header: &[String],
    lang: Lang,
) -> Result<(), Failure> {
    let mut sentences: Vec<String> = Vec::new();
    for Named { column, place } in named {
        if header.contains(column) {
            continue;
        }
        let arguments = [
            ("file", plan.display().to_string().into()),
            ("data", data.display().to_string().into()),
            ("place", place.as_str().into()),
            ("column", quoted(column).into()),
            ("columns", header.join(", ").into()),
        ];
        let near = nearest(column, header);
        let key = if near.is_some() {
            "plan-file-near-column"
        } else {
            "plan-file-unknown-column"
        };
        let sentence = with_near(lang, lang.t_with(key, &arguments), near.as_deref());
        if !sentences.contains(&sentence) && sentences.len() < LISTED {
            sentences.push(sentence);
        }
    }
    if sentences.is_empty() {
        Ok(())
    } else {
        Err(Failure::Input(sentences))
    }
}
