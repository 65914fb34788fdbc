//! Every number of `tests/reference` (or `$REFERENCE_DIR`), made by R's `survey`, met within the
//! tolerances that its README states.
//!
//! Nothing passes silently: an unknown kind does not read, an id without reference value fails, a
//! kind that is not built must stand in [`NOT_BUILT`] and is printed by name, and a case in which
//! nothing was compared fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use minyi::stats::data::{Column, MISSING, Table};
use minyi::stats::design::Design;
use minyi::stats::error::{PlanError, StatsError};
use minyi::stats::plan::spec::{
    AnalysisKind, CalibrationModel, ColumnKind, ColumnSpec, DesignSpec, ReplicateSpec, Step,
    TaylorSpec,
};
use minyi::stats::plan::{Inputs, Plan, Results, compress};
use minyi::stats::replicates::unit_factors;
use serde_json::{Value, json};

/// Kinds that the engine names but does not build yet.
const NOT_BUILT: &[&str] = &[];

/// Closed forms: both sides compute the same few operations (README §1).
const REL: f64 = 1e-9;
/// Absolute, for numbers near 0 (README §1).
const ABS: f64 = 1e-11;
/// R's iterations stop at about this distance from the fixed point (README §1).
const REL_ITERATED: f64 = 1e-7;
/// R fits the `logit` interval by iteration and stops early (README §1).
const REL_LOGIT: f64 = 2e-6;
/// Optional analyses (README §1).
const REL_OPTIONAL: f64 = 1e-6;
/// R reads the profile of the likelihood off a spline (README §1).
const REL_LIKELIHOOD: f64 = 1e-3;
/// A standard error below this share of its estimate is 0 up to rounding (README §1).
const ZERO_SE: f64 = 1e-9;
/// Smaller p values are the tail of rounding, not compared (README §1).
const SMALL_P: f64 = 1e-12;

/// Where the cases are.
pub(crate) fn folder() -> PathBuf {
    std::env::var_os("REFERENCE_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference"),
        PathBuf::from,
    )
}

#[test]
fn meets_every_reference_value() {
    let root = folder();
    let mut cases: Vec<PathBuf> = fs::read_dir(&root)
        .unwrap_or_else(|e| panic!("{}: {e}", root.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("case.json").is_file())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "no case in {}", root.display());

    let mut failures = Vec::new();
    let mut total = 0;
    let mut worst = Worst::default();
    let mut absent = BTreeSet::new();
    for folder in &cases {
        let mut check = Check::new(folder);
        check.run();
        println!(
            "{:<24} {:>6} numbers, {:>3} refusals, worst deviation {:.1e} of its tolerance at {}",
            check.case, check.compared, check.refused, check.worst.share, check.worst.place
        );
        if check.compared + check.refused == 0 && check.absent.is_empty() {
            check.fail("nothing was compared");
        }
        total += check.compared;
        if check.worst.share > worst.share {
            worst = check.worst.clone();
            worst.place = format!("{} {}", check.case, check.worst.place);
        }
        absent.extend(check.absent);
        failures.extend(check.failures);
    }
    println!(
        "{} cases, {total} numbers; worst {:.2} of its tolerance at {}",
        cases.len(),
        worst.share,
        worst.place
    );
    for kind in &absent {
        println!("not built: {kind}");
    }
    assert!(
        failures.is_empty(),
        "{} deviations:\n{}",
        failures.len(),
        failures
            .iter()
            .take(60)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}

/// The data of a case and its replicate weights.
pub(crate) fn read_files(folder: &Path, plan: &Plan) -> (Option<Table>, BTreeMap<String, Table>) {
    let table = plan.data.as_ref().map(|data| {
        let table = read_table(&folder.join(&data.file), &data.columns);
        if let Some(rows) = data.rows {
            assert_eq!(table.rows(), rows, "{}", folder.display());
        }
        table
    });
    let mut replicates = BTreeMap::new();
    for design in &plan.designs {
        if let DesignSpec::Replicate(spec) = design {
            let file = read_table(&folder.join(&spec.repweights_file), &[]);
            replicates.insert(spec.repweights_file.clone(), file);
        }
    }
    (table, replicates)
}

/// A case whose given replicates are replaced by ones made here, checked like any other.
fn compare_made(case: &str, make: impl Fn(&mut Plan)) {
    let mut check = Check::new(&folder().join(case));
    let mut plan: Plan = serde_json::from_value(check.json("case.json")).unwrap();
    make(&mut plan);
    plan.check().unwrap();
    let mut expected = check.json("expected.json");
    let asked: BTreeSet<&str> = plan.analyses.iter().map(|a| a.id.as_str()).collect();
    let answers = expected["analyses"].as_object_mut().unwrap();
    answers.retain(|id, _| asked.contains(id.as_str()));
    let (table, replicate_files) = read_files(&check.folder, &plan);
    assert!(replicate_files.is_empty());
    let inputs = Inputs {
        table: table.as_ref(),
        ..Inputs::default()
    };
    check.compare(&plan, &plan.run(&inputs, &mut |_| {}), &expected);
    let by_row = check.compared;
    check.merged(&plan, table.as_ref(), &expected);
    assert!(by_row > 40 && check.compared >= 2 * by_row - 2, "{case}");
    assert!(check.failures.is_empty(), "{}", check.failures.join("\n"));
}

fn replicates_of(id: &str, of: &str, method: &Value, mse: bool) -> DesignSpec {
    let mut fields = json!({"kind": "replicates_of", "id": id, "design": of, "mse": mse});
    for (name, value) in method.as_object().unwrap() {
        fields[name] = value.clone();
    }
    serde_json::from_value(fields).unwrap()
}

/// Where a case says that its replicates are JK1 or `JKn` of one of its designs, that design and the
/// one made here: `JKn of design base with fpc column N`.
fn jackknife(plan: &Plan, given: &ReplicateSpec) -> (TaylorSpec, DesignSpec) {
    let words: Vec<&str> = given.origin.as_deref().unwrap().split(' ').collect();
    let after = |word: &str| Some(words[words.iter().position(|w| *w == word)? + 1]);
    let base = plan
        .designs
        .iter()
        .find(|d| Some(d.id()) == after("design"));
    let Some(DesignSpec::Taylor(base)) = base else {
        panic!("{:?}", given.origin)
    };
    let of = TaylorSpec {
        id: format!("base of {}", given.id),
        fpc: after("column").map(str::to_owned).into_iter().collect(),
        ..base.clone()
    };
    let method = json!({"method": words[0].to_lowercase()});
    let made = replicates_of(&given.id, &of.id, &method, given.mse);
    (of, made)
}

#[test]
fn jackknife_weights_made_here_are_those_of_r() {
    for case in ["s15_rep_jk1", "s16_rep_jkn"] {
        let folder = folder().join(case);
        let text = fs::read_to_string(folder.join("case.json")).unwrap();
        let plan: Plan = serde_json::from_str(&text).unwrap();
        let (table, files) = read_files(&folder, &plan);
        let table = table.unwrap();
        let mut compared = 0;
        for design in &plan.designs {
            let DesignSpec::Replicate(given) = design else {
                continue;
            };
            let (of, made) = jackknife(&plan, given);
            let DesignSpec::ReplicatesOf(made) = made else {
                unreachable!()
            };
            let design = Design::new(&of, &table).unwrap();
            let made = unit_factors(&design, &made.method).unwrap();
            let file = &files[&given.repweights_file];
            let unit = table.codes(&of.ids[0]).unwrap().codes;
            let mut first: Vec<u32> = Vec::new();
            for code in &unit {
                if !first.contains(code) {
                    first.push(*code);
                }
            }
            assert!((made.scale - given.scale).abs() <= 1e-15 * given.scale);
            assert_eq!(made.factors.len(), given.rscales.len());
            for (r, (made_rscale, rscale)) in made.rscales.iter().zip(&given.rscales).enumerate() {
                assert!((made_rscale - rscale).abs() <= 1e-15 * rscale);
                let column = file.numbers(&format!("rw{:03}", r + 1)).unwrap();
                for (code, want) in unit.iter().zip(column) {
                    let at = first.iter().position(|c| c == code).unwrap();
                    let got = made.factors[r][at];
                    assert!(
                        (got - want).abs() <= 1e-15 * want,
                        "{case} {r}: {got} {want}"
                    );
                    compared += 1;
                }
            }
        }
        assert!(compared >= 3 * 10 * 100, "{case}");
    }
}

#[test]
fn jackknives_made_here_give_every_reference_value() {
    for case in ["s15_rep_jk1", "s16_rep_jkn"] {
        compare_made(case, |plan| {
            let mut designs = Vec::new();
            for design in &plan.designs {
                match design {
                    DesignSpec::Replicate(given) => {
                        let (of, made) = jackknife(plan, given);
                        designs.extend([made, DesignSpec::Taylor(of)]);
                    }
                    other => designs.push(other.clone()),
                }
            }
            plan.designs = designs;
        });
    }
}

/// Half samples depend on the Hadamard matrix, but where they are in full balance, totals do not.
#[test]
fn half_samples_made_here_give_the_totals_of_r() {
    compare_made("s17_rep_brr_fay", |plan| {
        let base = TaylorSpec {
            id: "base".to_owned(),
            ids: vec!["psu".to_owned()],
            strata: vec!["stratum".to_owned()],
            weights: Some("pw".to_owned()),
            ..TaylorSpec::default()
        };
        let mut designs = vec![DesignSpec::Taylor(base)];
        for design in &plan.designs {
            let DesignSpec::Replicate(given) = design else {
                panic!()
            };
            let method = if given.id.starts_with("brr") {
                json!({"method": "brr"})
            } else {
                json!({"method": "fay", "rho": 0.3})
            };
            designs.push(replicates_of(&given.id, "base", &method, given.mse));
        }
        plan.designs = designs;
        plan.analyses
            .retain(|a| matches!(a.kind, AnalysisKind::Total { .. } | AnalysisKind::Degf {}));
    });
}

/// The comparison that used up most of its tolerance.
#[derive(Clone, Default)]
struct Worst {
    share: f64,
    place: String,
}

struct Check {
    folder: PathBuf,
    case: String,
    compared: usize,
    refused: usize,
    worst: Worst,
    absent: BTreeSet<String>,
    failures: Vec<String>,
}

/// How close a number must be.
#[derive(Clone, Copy)]
struct Near {
    rel: f64,
    abs: f64,
}

impl Check {
    fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            case: folder.file_name().unwrap().to_string_lossy().into_owned(),
            compared: 0,
            refused: 0,
            worst: Worst::default(),
            absent: BTreeSet::new(),
            failures: Vec::new(),
        }
    }

    fn fail(&mut self, what: &str) {
        self.failures.push(format!("{}: {what}", self.case));
    }

    fn json(&self, name: &str) -> Value {
        let text = fs::read_to_string(self.folder.join(name)).unwrap();
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{} {name}: {e}", self.case))
    }

    fn run(&mut self) {
        let plan: Plan = serde_json::from_value(self.json("case.json"))
            .unwrap_or_else(|e| panic!("{}: {e}", self.case));
        plan.check()
            .unwrap_or_else(|e| panic!("{}: {e}", self.case));
        let expected = self.json("expected.json");
        let (table, replicate_files) = read_files(&self.folder, &plan);
        let inputs = Inputs {
            table: table.as_ref(),
            replicate_files,
        };
        self.compare(&plan, &plan.run(&inputs, &mut |_| {}), &expected);
        self.merged(&plan, table.as_ref(), &expected);
    }

    /// The same values from merged rows: a row with a count stands for identical rows.
    fn merged(&mut self, plan: &Plan, table: Option<&Table>, expected: &Value) {
        let Some(table) = table else { return };
        let Some(merged) = compress::compress(plan, table, table.rows()).unwrap() else {
            return;
        };
        let inputs = Inputs {
            table: Some(&merged.table),
            ..Inputs::default()
        };
        let results = serde_json::to_value(plan.run(&inputs, &mut |_| {})).unwrap();
        let before = self.compared;
        let whole = plan.run(
            &Inputs {
                table: Some(table),
                ..Inputs::default()
            },
            &mut |_| {},
        );
        self.weightings_summary(plan, &whole, expected, &results);
        self.analyses(plan, &whole, expected, &results);
        assert!(
            plan.analyses.is_empty() || self.compared > before,
            "{}",
            self.case
        );
    }

    /// Summaries of merged weights; the weights themselves are compared row by row elsewhere.
    fn weightings_summary(&mut self, plan: &Plan, whole: &Results, expected: &Value, got: &Value) {
        for weighting in &plan.weightings {
            let id = &weighting.id;
            if whole.weightings.get(id).unwrap().is_ok() {
                let near = self.near(plan, Some(id));
                let place = format!("merged weighting {id}");
                self.tree(
                    &place,
                    &expected["weightings"][id],
                    &got["weightings"][id],
                    near,
                );
            }
        }
    }

    fn compare(&mut self, plan: &Plan, results: &Results, expected: &Value) {
        let got = serde_json::to_value(results).unwrap();
        self.weightings(plan, results, expected, &got);
        self.analyses(plan, results, expected, &got);
        self.closed(plan, results, expected, &got);
        self.nothing_unasked(plan, expected);
    }

    /// Every reference value must belong to something that the case asks.
    fn nothing_unasked(&mut self, plan: &Plan, expected: &Value) {
        let asked: [(&str, BTreeSet<&str>); 4] = [
            (
                "weightings",
                plan.weightings.iter().map(|w| w.id.as_str()).collect(),
            ),
            (
                "analyses",
                plan.analyses.iter().map(|a| a.id.as_str()).collect(),
            ),
            (
                "planning",
                plan.planning.iter().map(|p| p.id.as_str()).collect(),
            ),
            (
                "small_area",
                plan.small_area.iter().map(|s| s.id.as_str()).collect(),
            ),
        ];
        for (section, ids) in asked {
            for id in expected[section]
                .as_object()
                .into_iter()
                .flat_map(|o| o.keys())
            {
                if !ids.contains(id.as_str()) {
                    self.fail(&format!("{section} {id} has values but is not asked"));
                }
            }
        }
    }

    /// A kind that is named in [`NOT_BUILT`]; its absence is noted.
    fn is_absent(&mut self, error: &StatsError) -> bool {
        if let StatsError::Plan(PlanError::NotBuilt { kind }) = error {
            if NOT_BUILT.contains(&kind.as_str()) {
                self.absent.insert(kind.clone());
                return true;
            }
        }
        false
    }

    fn weightings(&mut self, plan: &Plan, results: &Results, expected: &Value, got: &Value) {
        let table = self.folder.join("weights.csv");
        let file = table.is_file().then(|| read_table(&table, &[]));
        for weighting in &plan.weightings {
            let id = &weighting.id;
            let place = format!("weighting {id}");
            let want = &expected["weightings"][id];
            let outcome = results.weightings.get(id).unwrap();
            if want.is_null() {
                self.fail(&format!("{place}: no reference value"));
                continue;
            }
            if weighting.expect_error || want["error"] == true {
                self.must_refuse(&place, outcome.as_ref().err());
                continue;
            }
            let result = match outcome {
                Ok(result) => result,
                Err(error) if self.is_absent(error) => continue,
                Err(error) => {
                    self.fail(&format!("{place}: refused, {error}"));
                    continue;
                }
            };
            let near = self.near(plan, Some(id));
            self.tree(&place, want, &got["weightings"][id], near);
            let column = file.as_ref().and_then(|file| file.numbers(id).ok());
            if let Some(column) = column {
                assert_eq!(column.len(), result.weights.len());
                for (row, (want, got)) in column.iter().zip(&result.weights).enumerate() {
                    self.number(&format!("{place} row {row}"), *want, *got, near);
                }
            } else if file.is_some() && weighting_is_taylor(plan, &weighting.design) {
                self.fail(&format!("{place}: not in weights.csv"));
            }
        }
    }

    fn must_refuse(&mut self, place: &str, error: Option<&StatsError>) {
        match error {
            Some(error) if !matches!(error, StatsError::Plan(PlanError::NotBuilt { .. })) => {
                assert!(!error.code().is_empty(), "{place}: a refusal without code");
                self.refused += 1;
            }
            _ => self.fail(&format!("{place}: must be refused")),
        }
    }

    /// Tolerance of whatever depends on a pipeline.
    fn near(&self, plan: &Plan, weighting: Option<&str>) -> Near {
        let iterated = plan
            .weightings
            .iter()
            .filter(|w| Some(w.id.as_str()) == weighting)
            .flat_map(|w| &w.steps)
            .any(|step| match step {
                Step::Rake { .. } => true,
                Step::Calibrate {
                    model,
                    lower,
                    upper,
                    ..
                } => *model != CalibrationModel::Linear || lower.is_some() || upper.is_some(),
                _ => false,
            });
        let stated = plan.tolerance;
        Near {
            rel: if iterated {
                stated.map_or(REL_ITERATED, |t| t.rel_after_rake_or_calibrate)
            } else {
                stated.map_or(REL, |t| t.rel)
            },
            abs: stated.map_or(ABS, |t| t.abs),
        }
    }

    fn analyses(&mut self, plan: &Plan, results: &Results, expected: &Value, got: &Value) {
        for analysis in &plan.analyses {
            let id = &analysis.id;
            let want = &expected["analyses"][id];
            let place = format!("{} {id}", analysis.kind.name());
            let outcome = results.analyses.get(id).unwrap();
            if want.is_null() {
                self.fail(&format!("{place}: no reference value"));
                continue;
            }
            if analysis.expect_error || want["error"] == true {
                self.must_refuse(&place, outcome.as_ref().err());
                continue;
            }
            if let Err(error) = outcome {
                if !self.is_absent(error) {
                    self.fail(&format!("{place}: refused, {error}"));
                }
                continue;
            }
            let mut near = self.near(plan, analysis.weighting.as_deref());
            if analysis.optional {
                near.rel = near.rel.max(REL_OPTIONAL);
            }
            let got = &got["analyses"][id];
            match analysis.kind {
                AnalysisKind::Mean { .. }
                | AnalysisKind::Total { .. }
                | AnalysisKind::Ratio { .. }
                | AnalysisKind::Proportion { .. } => {
                    self.rows(&place, want, got, near, &analysis.compare);
                }
                AnalysisKind::Contrast { .. } => self.contrasts(&place, want, got, near),
                _ => self.tree(&place, want, got, near),
            }
        }
    }

    fn rows(&mut self, place: &str, want: &Value, got: &Value, near: Near, only: &[String]) {
        let key = |row: &Value| format!("{}|{}|{}", row["variable"], row["level"], row["group"]);
        let found: BTreeMap<String, &Value> = got["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (key(row), row))
            .collect();
        let wanted = want["rows"].as_array().unwrap();
        if wanted.len() != found.len() {
            self.fail(&format!(
                "{place}: {} rows, expected {}",
                found.len(),
                wanted.len()
            ));
        }
        for row in wanted {
            let place = format!("{place} [{}]", key(row));
            match found.get(&key(row)) {
                Some(got) => self.row(&place, row, got, near, only),
                None => self.fail(&format!("{place}: missing")),
            }
        }
        if let Some(cov) = want.get("cov") {
            self.tree(
                &place_of(place, "cov_labels"),
                &want["cov_labels"],
                &got["cov_labels"],
                near,
            );
            self.covariance(place, cov, &got["cov"], near);
        }
    }

    fn row(&mut self, place: &str, want: &Value, got: &Value, near: Near, only: &[String]) {
        let estimate = want["estimate"].as_f64();
        let zero = match (estimate, want["se"].as_f64()) {
            (Some(estimate), Some(se)) => se <= ZERO_SE * estimate.abs(),
            _ => false,
        };
        for (name, value) in want.as_object().unwrap() {
            if matches!(name.as_str(), "variable" | "level" | "group")
                || !(only.is_empty() || only.contains(name))
            {
                continue;
            }
            let place = place_of(place, name);
            if name == "ci" {
                self.intervals(
                    &place,
                    value,
                    &got["ci"],
                    near,
                    zero.then_some(estimate).flatten(),
                );
            } else if zero && matches!(name.as_str(), "se" | "var" | "cv" | "se_recentred") {
                let scale = ZERO_SE * estimate.unwrap().abs();
                let near = Near {
                    rel: 0.0,
                    abs: scale.max(near.abs),
                };
                if !value.is_null() {
                    self.leaf(&place, value, &got[name], near);
                }
            } else if zero && matches!(name.as_str(), "deff_wor" | "deff_wr" | "n_eff") {
                // Design effects of quantities with zero variance are not compared (README §1).
            } else {
                self.leaf(&place, value, &got[name], near);
            }
        }
    }

    fn intervals(&mut self, place: &str, want: &Value, got: &Value, near: Near, zero: Option<f64>) {
        let (want, got) = (want.as_array().unwrap(), got.as_array().unwrap());
        if want.len() != got.len() {
            self.fail(&format!(
                "{place}: {} intervals, expected {}",
                got.len(),
                want.len()
            ));
            return;
        }
        for (want, got) in want.iter().zip(got) {
            let method = want["method"].as_str().unwrap_or("");
            let mut near = near;
            if method == "logit" {
                near.rel = near.rel.max(REL_LOGIT);
            }
            if method == "likelihood" {
                near.rel = near.rel.max(REL_LIKELIHOOD);
            }
            if let Some(estimate) = zero {
                near.abs = near.abs.max(ZERO_SE * estimate.abs());
            }
            let place = format!("{place} {method} {} {}", want["level"], want["df_rule"]);
            self.tree(&place, want, got, near);
        }
    }

    fn contrasts(&mut self, place: &str, want: &Value, got: &Value, near: Near) {
        self.tree(
            &place_of(place, "groups"),
            &want["groups"],
            &got["groups"],
            near,
        );
        self.tree(
            &place_of(place, "estimates"),
            &want["estimates"],
            &got["estimates"],
            near,
        );
        self.covariance(place, &want["cov"], &got["cov"], near);
        self.tree(
            &place_of(place, "contrasts"),
            &want["contrasts"],
            &got["contrasts"],
            near,
        );
    }

    /// A covariance is compared on the scale of its two standard errors: one that is 0 by
    /// construction is rounding error of that size.
    fn covariance(&mut self, place: &str, want: &Value, got: &Value, near: Near) {
        let matrix = |value: &Value| -> Vec<Vec<f64>> {
            let row = |row: &Value| {
                row.as_array()
                    .unwrap()
                    .iter()
                    .map(|x| x.as_f64().unwrap_or(f64::NAN))
                    .collect()
            };
            value.as_array().unwrap().iter().map(row).collect()
        };
        let (want, got) = (matrix(want), matrix(got));
        if want.len() != got.len() {
            self.fail(&format!(
                "{place} cov: {} rows, expected {}",
                got.len(),
                want.len()
            ));
            return;
        }
        for (i, row) in want.iter().enumerate() {
            for (j, value) in row.iter().enumerate() {
                let scale = (want[i][i] * want[j][j]).sqrt();
                let near = Near {
                    rel: near.rel,
                    abs: near.abs.max(near.rel * scale),
                };
                self.number(&format!("{place} cov[{i},{j}]"), *value, got[i][j], near);
            }
        }
    }

    fn closed(&mut self, plan: &Plan, results: &Results, expected: &Value, got: &Value) {
        let near = Near { rel: REL, abs: ABS };
        let planning = plan.planning.iter().map(|p| ("planning", p.id.as_str()));
        let models = plan
            .small_area
            .iter()
            .map(|s| ("small_area", s.id.as_str()));
        for (section, id) in planning.chain(models) {
            let place = format!("{section} {id}");
            let outcome = match section {
                "planning" => results.planning.get(id),
                _ => results.small_area.get(id),
            };
            let want = &expected[section][id];
            match outcome.unwrap() {
                _ if want.is_null() => self.fail(&format!("{place}: no reference value")),
                Ok(_) => self.tree(&place, want, &got[section][id], near),
                Err(error) if self.is_absent(error) => {}
                Err(error) => self.fail(&format!("{place}: refused, {error}")),
            }
        }
    }

    /// Everything in `want` must be in `got`, in the same places.
    fn tree(&mut self, place: &str, want: &Value, got: &Value, near: Near) {
        match (want, got) {
            (Value::Object(want), Value::Object(got)) => {
                let small_p = want
                    .get("p_value")
                    .and_then(Value::as_f64)
                    .is_some_and(|p| p < SMALL_P);
                for (name, value) in want {
                    if name == "r_message" || (name == "p_value" && small_p) {
                        continue;
                    }
                    match got.get(name) {
                        Some(got) => self.tree(&place_of(place, name), value, got, near),
                        None => self.fail(&format!("{place}.{name}: missing")),
                    }
                }
            }
            (Value::Array(want), Value::Array(got)) => {
                if want.len() != got.len() {
                    self.fail(&format!(
                        "{place}: {} entries, expected {}",
                        got.len(),
                        want.len()
                    ));
                    return;
                }
                for (at, (want, got)) in want.iter().zip(got).enumerate() {
                    self.tree(&format!("{place}[{at}]"), want, got, near);
                }
            }
            _ => self.leaf(place, want, got, near),
        }
    }

    fn leaf(&mut self, place: &str, want: &Value, got: &Value, near: Near) {
        match (want.as_f64(), got.as_f64()) {
            (Some(want), Some(got)) => self.number(place, want, got, near),
            _ if want == got => self.compared += usize::from(want.is_number() || want.is_null()),
            _ => self.fail(&format!("{place}: {got}, expected {want}")),
        }
    }

    fn number(&mut self, place: &str, want: f64, got: f64, near: Near) {
        self.compared += 1;
        if want.is_nan() && got.is_nan() {
            return;
        }
        let off = (got - want).abs();
        let allowed = near.abs.max(near.rel * want.abs());
        let share = off / allowed;
        if !(off <= allowed) {
            let mut text = String::new();
            write!(
                text,
                "{place}: {got:e}, expected {want:e} (off {off:.2e}, allowed {allowed:.2e})"
            )
            .unwrap();
            self.fail(&text);
        } else if share > self.worst.share {
            self.worst = Worst {
                share,
                place: place.to_owned(),
            };
        }
    }
}

fn place_of(place: &str, name: &str) -> String {
    format!("{place}.{name}")
}

fn weighting_is_taylor(plan: &Plan, design: &str) -> bool {
    plan.designs
        .iter()
        .any(|d| d.id() == design && matches!(d, DesignSpec::Taylor(_)))
}

/// A CSV file as a table. Without declared columns all are numbers.
fn read_table(path: &Path, columns: &[ColumnSpec]) -> Table {
    let mut reader =
        csv::Reader::from_path(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let names: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let mut cells: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    for record in reader.records() {
        for (cell, field) in cells.iter_mut().zip(record.unwrap().iter()) {
            cell.push(field.to_owned());
        }
    }
    let numbers = |texts: &[String]| {
        let number = |text: &String| {
            if text.is_empty() {
                f64::NAN
            } else {
                text.parse()
                    .unwrap_or_else(|_| panic!("{}: {text}", path.display()))
            }
        };
        Column::Number(texts.iter().map(number).collect())
    };
    let typed = names
        .into_iter()
        .zip(&cells)
        .map(|(name, texts)| {
            let spec = columns.iter().find(|c| c.name == name);
            assert!(
                columns.is_empty() || spec.is_some(),
                "{}: {name}",
                path.display()
            );
            let column = match spec {
                None => numbers(texts),
                Some(spec) => match spec.kind {
                    ColumnKind::Number => numbers(texts),
                    ColumnKind::String => {
                        Column::labels(texts.iter().map(|t| (!t.is_empty()).then_some(t.as_str())))
                    }
                    ColumnKind::Category => Column::Category {
                        levels: spec.levels.clone(),
                        codes: texts.iter().map(|text| code(text, &spec.levels)).collect(),
                    },
                },
            };
            (name, column)
        })
        .collect();
    Table::new(typed).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn code(text: &str, levels: &[String]) -> u32 {
    if text.is_empty() {
        return MISSING;
    }
    let at = levels.iter().position(|level| level == text);
    u32::try_from(at.unwrap_or_else(|| panic!("no level {text}"))).unwrap()
}
