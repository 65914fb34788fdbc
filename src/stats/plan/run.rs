//! The run of a plan: designs, then pipelines, then analyses.
//!
//! May use every module of `stats`. Promises: the order of the plan, one refusal never stops the
//! rest, the same input gives the same bits.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::results::{AnalysisResult, DegfResult, DesignFacts, Results, WeightingResult};
use super::spec::{Analysis, AnalysisKind, ColumnKind, DesignSpec, Plan, TaylorSpec, Weighting};
use super::{Inputs, Step, compress};
use crate::stats::data::Table;
use crate::stats::design::Design;
use crate::stats::diagnostic::WeightSummary;
use crate::stats::domain::{self, Member};
use crate::stats::error::{PlanError, StatsError};
use crate::stats::estimate::target::Form;
use crate::stats::estimate::{contrast, mean, proportion, quantile};
use crate::stats::quality::analysis as quality;
use crate::stats::sample::Sample;
use crate::stats::test::{difference, rao_scott};
use crate::stats::variance::replicate::Replicates;
use crate::stats::weighting;

/// From this many rows on it pays to merge identical ones first.
const COMPRESS_FROM: usize = 20_000;

/// What an analysis is about: the sample, the domain and the groups.
pub(crate) struct Scope<'a> {
    pub(crate) table: &'a Table,
    pub(crate) sample: &'a Sample,
    /// Columns whose labels results show sorted: strings, which declare no order of levels.
    pub(crate) sorted: &'a [String],
    analysis: &'a Analysis,
    design_df: &'a OnceCell<f64>,
}

impl Scope<'_> {
    /// Rows of the domain.
    pub(crate) fn rows(&self) -> Result<Vec<u32>, StatsError> {
        domain::rows(self.sample, self.table, &self.analysis.domain)
    }

    /// Groups of the domain.
    pub(crate) fn groups(&self) -> Result<Vec<Member>, StatsError> {
        Ok(domain::groups(
            self.sample,
            self.table,
            self.rows()?,
            &self.analysis.by,
            self.sorted,
        )?)
    }

    /// Degrees of freedom of the whole weighted design.
    pub(crate) fn design_df(&self) -> f64 {
        *self
            .design_df
            .get_or_init(|| self.sample.degrees_of_freedom(&self.sample.present_rows()))
    }
}

/// A sample with what several analyses ask of it.
struct Ready {
    sample: Sample,
    df: OnceCell<f64>,
}

type Made<'a> = Vec<(&'a str, Result<Ready, StatsError>)>;

fn find<'m>(made: &'m Made<'_>, id: &str) -> Option<&'m Result<Ready, StatsError>> {
    made.iter()
        .find(|(name, _)| *name == id)
        .map(|(_, made)| made)
}

impl Plan {
    /// Checks what can be checked without data: ids are unique and every reference has its target.
    ///
    /// ```
    /// use minyi::stats::plan::Plan;
    /// let plan: Plan = serde_json::from_str(
    ///     r#"{"id": "x", "analyses": [{"id": "a", "kind": "degf", "design": "d"}]}"#,
    /// )
    /// .unwrap();
    /// assert_eq!(plan.check().unwrap_err().code(), "unknown_design");
    /// ```
    pub fn check(&self) -> Result<(), StatsError> {
        unique(self.designs.iter().map(DesignSpec::id))?;
        unique(self.weightings.iter().map(|w| w.id.as_str()))?;
        unique(self.analyses.iter().map(|a| a.id.as_str()))?;
        unique(self.planning.iter().map(|p| p.id.as_str()))?;
        unique(self.small_area.iter().map(|s| s.id.as_str()))?;
        let design_exists = |id: &str| {
            if self.designs.iter().any(|d| d.id() == id) {
                return Ok(());
            }
            Err(PlanError::UnknownDesign {
                design: id.to_owned(),
            })
        };
        for design in &self.designs {
            if let DesignSpec::ReplicatesOf(spec) = design {
                self.taylor(&spec.design)?;
            }
        }
        for weighting in &self.weightings {
            design_exists(&weighting.design)?;
        }
        for analysis in &self.analyses {
            design_exists(&analysis.design)?;
            self.weighting_of(analysis)?;
        }
        Ok(())
    }

    /// Leaves the weightings, or the one of that id, and the designs that they need.
    ///
    /// ```
    /// use minyi::stats::plan::Plan;
    /// let mut plan: Plan = serde_json::from_str(
    ///     r#"{"id": "x", "designs": [{"id": "d", "kind": "taylor"}, {"id": "e", "kind": "taylor"}],
    ///         "weightings": [{"id": "w", "design": "d", "steps": []}],
    ///         "analyses": [{"id": "a", "kind": "degf", "design": "e"}]}"#,
    /// )
    /// .unwrap();
    /// plan.only_weightings(None);
    /// assert_eq!((plan.designs.len(), plan.weightings.len(), plan.analyses.len()), (1, 1, 0));
    /// ```
    pub fn only_weightings(&mut self, id: Option<&str>) {
        self.analyses.clear();
        self.planning.clear();
        self.small_area.clear();
        self.weightings
            .retain(|weighting| id.is_none_or(|id| weighting.id == id));
        let mut needed: Vec<String> = self.weightings.iter().map(|w| w.design.clone()).collect();
        for design in &self.designs {
            if let DesignSpec::ReplicatesOf(spec) = design
                && needed.contains(&spec.id)
            {
                needed.push(spec.design.clone());
            }
        }
        self.designs
            .retain(|design| needed.iter().any(|id| id == design.id()));
    }

    /// The design of that id, which must have strata and units.
    pub(super) fn taylor(&self, id: &str) -> Result<&TaylorSpec, PlanError> {
        match self.designs.iter().find(|design| design.id() == id) {
            Some(DesignSpec::Taylor(spec)) => Ok(spec),
            Some(_) => Err(PlanError::ReplicatesOfReplicates {
                design: id.to_owned(),
            }),
            None => Err(PlanError::UnknownDesign {
                design: id.to_owned(),
            }),
        }
    }

    /// The pipeline of an analysis, which must belong to the analysis' design.
    fn weighting_of(&self, analysis: &Analysis) -> Result<Option<&Weighting>, PlanError> {
        let Some(id) = &analysis.weighting else {
            return Ok(None);
        };
        match self.weightings.iter().find(|w| w.id == *id) {
            None => Err(PlanError::UnknownWeighting {
                weighting: id.clone(),
            }),
            Some(w) if w.design != analysis.design => Err(PlanError::OtherDesign {
                weighting: id.clone(),
                design: analysis.design.clone(),
                expected: w.design.clone(),
            }),
            Some(w) => Ok(Some(w)),
        }
    }

    /// Runs the plan. `progress` is told of every step before it begins.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// use minyi::stats::plan::{AnalysisResult, Inputs, Plan};
    ///
    /// let plan: Plan = serde_json::from_str(
    ///     r#"{"id": "two", "designs": [{"id": "d", "kind": "taylor", "weights": "w"}],
    ///         "analyses": [{"id": "m", "kind": "mean", "design": "d", "variables": ["y"]}]}"#,
    /// )
    /// .unwrap();
    /// let table = Table::new(vec![
    ///     ("w".to_owned(), Column::Number(vec![1.0, 1.0])),
    ///     ("y".to_owned(), Column::Number(vec![1.0, 3.0])),
    /// ])
    /// .unwrap();
    /// let inputs = Inputs { table: Some(&table), ..Inputs::default() };
    /// let results = plan.run(&inputs, &mut |_| {});
    /// let Some(Ok(AnalysisResult::Rows(found))) = results.analyses.get("m") else {
    ///     panic!("refused")
    /// };
    /// assert_eq!((found.rows[0].estimate, found.rows[0].se), (2.0, 1.0));
    /// ```
    pub fn run(&self, inputs: &Inputs<'_>, progress: &mut dyn FnMut(Step<'_>)) -> Results {
        let many = inputs.table.filter(|table| table.rows() >= COMPRESS_FROM);
        let merged = many
            .and_then(|table| compress::compress(self, table, table.rows() / 2).unwrap_or(None));
        if let Some(merged) = merged {
            let few = Inputs {
                table: Some(&merged.table),
                replicate_files: BTreeMap::new(),
            };
            let mut results = self.run_rows(&few, progress);
            if results.complete() {
                results.expand_weights(|weights| merged.expand(weights));
                return results;
            }
        }
        self.run_rows(inputs, progress)
    }

    /// Runs the plan on the rows as they are.
    pub(super) fn run_rows(
        &self,
        inputs: &Inputs<'_>,
        progress: &mut dyn FnMut(Step<'_>),
    ) -> Results {
        let mut results = Results {
            schema: self.schema.clone(),
            id: self.id.clone(),
            ..Results::default()
        };
        let of = self.designs.len()
            + self.weightings.len()
            + self.analyses.len()
            + self.planning.len()
            + self.small_area.len();
        let mut done = 0;
        let mut tell = |stage: &'static str, id: &str| {
            progress(Step {
                stage,
                id,
                done,
                of,
            });
            done += 1;
        };
        let mut designs: Made<'_> = Vec::new();
        for spec in &self.designs {
            tell("design", spec.id());
            let made = design_sample(spec, self, inputs);
            let facts = made.as_ref().map(DesignFacts::of).map_err(Clone::clone);
            results.designs.push(spec.id(), facts);
            designs.push((spec.id(), made.map(Ready::new)));
        }
        let mut weighted: Made<'_> = Vec::new();
        for weighting in &self.weightings {
            tell("weighting", &weighting.id);
            let (ready, result) = match weigh(weighting, &designs, inputs) {
                Ok((sample, result)) => (Ok(Ready::new(sample)), Ok(result)),
                Err(error) => (Err(error.clone()), Err(error)),
            };
            weighted.push((&weighting.id, ready));
            results.weightings.push(&weighting.id, result);
        }
        let sorted = self.sorted_columns();
        for analysis in &self.analyses {
            tell("analysis", &analysis.id);
            let outcome = self
                .ready(analysis, &designs, &weighted)
                .and_then(|ready| analyze(analysis, ready, inputs, &sorted));
            results.analyses.push(&analysis.id, outcome);
        }
        for planning in &self.planning {
            tell("planning", &planning.id);
            results
                .planning
                .push(&planning.id, super::planning::answer(planning));
        }
        for model in &self.small_area {
            tell("small_area", &model.id);
            let outcome = super::small_area::answer(model, inputs);
            results.small_area.push(&model.id, outcome);
        }
        results
    }

    fn ready<'m>(
        &self,
        analysis: &Analysis,
        designs: &'m Made<'_>,
        weighted: &'m Made<'_>,
    ) -> Result<&'m Ready, StatsError> {
        let made = match self.weighting_of(analysis)? {
            Some(weighting) => find(weighted, &weighting.id),
            None => find(designs, &analysis.design),
        };
        match made {
            Some(Ok(ready)) => Ok(ready),
            Some(Err(because)) => Err(match &analysis.weighting {
                Some(weighting) => PlanError::WeightingRefused {
                    weighting: weighting.clone(),
                    because: Box::new(because.clone()),
                }
                .into(),
                None => because.clone(),
            }),
            None => Err(PlanError::UnknownDesign {
                design: analysis.design.clone(),
            }
            .into()),
        }
    }

    fn sorted_columns(&self) -> Vec<String> {
        let columns = self.data.iter().flat_map(|data| &data.columns);
        columns
            .filter(|column| column.kind == ColumnKind::String)
            .map(|column| column.name.clone())
            .collect()
    }
}

impl Ready {
    fn new(sample: Sample) -> Self {
        Self {
            sample,
            df: OnceCell::new(),
        }
    }
}

fn unique<'a>(ids: impl Iterator<Item = &'a str>) -> Result<(), PlanError> {
    let mut seen = std::collections::BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(PlanError::DuplicateId { id: id.to_owned() });
        }
    }
    Ok(())
}

fn design_sample(
    spec: &DesignSpec,
    plan: &Plan,
    inputs: &Inputs<'_>,
) -> Result<Sample, StatsError> {
    let table = inputs.table.ok_or(PlanError::NoData)?;
    match spec {
        DesignSpec::Taylor(spec) => Ok(Sample::new(Arc::new(Design::new(spec, table)?))),
        DesignSpec::Replicate(spec) => {
            let file = inputs
                .replicate_files
                .get(&spec.repweights_file)
                .ok_or_else(|| PlanError::MissingFile {
                    file: spec.repweights_file.clone(),
                })?;
            let (weights, replicates) = Replicates::given(spec, table, file)?;
            let counts = table.counts().map(Arc::from);
            Ok(Sample::replicated(weights, counts, replicates))
        }
        DesignSpec::ReplicatesOf(spec) => {
            let design = Arc::new(Design::new(plan.taylor(&spec.design)?, table)?);
            let replicates = Replicates::made(&design, &spec.method, spec.mse)?;
            let counts = table.counts().map(Arc::from);
            Ok(Sample::replicated(
                design.weights.clone(),
                counts,
                replicates,
            ))
        }
    }
}

fn weigh(
    weighting: &Weighting,
    designs: &Made<'_>,
    inputs: &Inputs<'_>,
) -> Result<(Sample, WeightingResult), StatsError> {
    let table = inputs.table.ok_or(PlanError::NoData)?;
    let ready = match find(designs, &weighting.design) {
        Some(Ok(ready)) => ready,
        Some(Err(error)) => return Err(error.clone()),
        None => {
            return Err(PlanError::UnknownDesign {
                design: weighting.design.clone(),
            }
            .into());
        }
    };
    let (sample, steps) = weighting::apply(ready.sample.clone(), table, &weighting.steps)?;
    let result = WeightingResult {
        steps,
        end: WeightSummary::of(&sample.weights, sample.counts()),
        weights: sample.weights.clone(),
    };
    Ok((sample, result))
}

fn analyze(
    analysis: &Analysis,
    ready: &Ready,
    inputs: &Inputs<'_>,
    sorted: &[String],
) -> Result<AnalysisResult, StatsError> {
    let table = inputs.table.ok_or(PlanError::NoData)?;
    let known = |column: &String| table.column(column).map(drop);
    analysis.by.iter().try_for_each(known)?;
    let scope = Scope {
        table,
        sample: &ready.sample,
        sorted,
        analysis,
        design_df: &ready.df,
    };
    Ok(match &analysis.kind {
        AnalysisKind::Mean { variables, cov, ci } => {
            AnalysisResult::Rows(mean::rows(&scope, Form::Mean, variables, *cov, ci)?)
        }
        AnalysisKind::Total { variables, cov, ci } => {
            AnalysisResult::Rows(mean::rows(&scope, Form::Total, variables, *cov, ci)?)
        }
        AnalysisKind::Ratio {
            numerator,
            denominator,
            ci,
        } => AnalysisResult::Rows(mean::ratio_rows(&scope, numerator, denominator, ci)?),
        AnalysisKind::Proportion {
            variable,
            level,
            ci,
        } => AnalysisResult::Rows(proportion::rows(&scope, variable, level.as_deref(), ci)?),
        AnalysisKind::Contrast {
            variable,
            level,
            df,
            contrasts,
        } => AnalysisResult::Contrast(contrast::contrasts(
            &scope,
            variable,
            level.as_deref(),
            *df,
            contrasts,
        )?),
        AnalysisKind::Chisq {
            row,
            col,
            statistics,
        } => AnalysisResult::Chisq(rao_scott::chisq(&scope, row, col, statistics)?),
        AnalysisKind::Ttest { variable, group } => {
            AnalysisResult::Ttest(difference::ttest(&scope, variable, group.as_deref())?)
        }
        AnalysisKind::Degf {} => AnalysisResult::Degf(DegfResult {
            value: ready.sample.degrees_of_freedom(&scope.rows()?),
        }),
        AnalysisKind::Quantile {
            variable,
            probs,
            interval,
            qrule,
        } => AnalysisResult::Quantile(quantile::quantiles(
            &scope, variable, probs, *interval, *qrule,
        )?),
        kind => AnalysisResult::Quality(quality::measure(&scope, kind)?),
    })
}
