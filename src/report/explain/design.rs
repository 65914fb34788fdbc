//! How the sample was drawn, as the plan describes it and the data show it.

use super::source::Source;
use super::{Story, columns, whole};
use crate::stats::plan::results::DesignFacts;
use crate::stats::plan::spec::{
    DesignSpec, LonelyPsu, ReplicateMethod, ReplicateSpec, ReplicatesOfSpec, TaylorSpec,
};

/// One design.
pub(super) fn explain(story: &mut Story, spec: &DesignSpec, facts: Option<&DesignFacts>) {
    story.section("explain-design", &[("id", spec.id().into())]);
    let Some(facts) = facts else {
        story.step("explain-refused", &[], &[]);
        return;
    };
    match spec {
        DesignSpec::Taylor(spec) => {
            weights(story, spec.weights.as_deref(), facts);
            stages(story, spec, facts);
            population(story, spec, facts);
            lonely(story, spec, facts);
        }
        DesignSpec::Replicate(spec) => given(story, spec, facts),
        DesignSpec::ReplicatesOf(spec) => made(story, spec, facts),
    }
}

fn weights(story: &mut Story, column: Option<&str>, facts: &DesignFacts) {
    let lang = story.lang;
    let weights = &facts.weights;
    let mut arguments = vec![
        ("n", whole(lang, weights.n).into()),
        ("sum", whole(lang, weights.sum).into()),
        ("min", lang.number(weights.min, 3).into()),
        ("max", lang.number(weights.max, 3).into()),
    ];
    match column {
        Some(column) => {
            arguments.push(("column", column.into()));
            story.step("explain-weights", &arguments, &[]);
        }
        None => story.step("explain-weights-made", &arguments, &[]),
    }
}

fn stages(story: &mut Story, spec: &TaylorSpec, facts: &DesignFacts) {
    let lang = story.lang;
    for (at, stage) in facts.stages.iter().enumerate() {
        let units = match spec.ids.get(at) {
            Some(column) => column.clone(),
            None => lang.t("explain-each-record"),
        };
        let arguments = [
            ("stage", (at + 1).to_string().into()),
            ("units", whole(lang, stage.units).into()),
            ("column", units.into()),
            ("strata", facts.strata.to_string().into()),
            (
                "by",
                columns(lang, &spec.strata, "explain-no-columns").into(),
            ),
            ("fewest", whole(lang, stage.fewest).into()),
            ("most", whole(lang, stage.most).into()),
        ];
        let key = match (at, spec.strata.is_empty()) {
            (0, true) => "explain-stage-unstratified",
            (0, false) => "explain-stage-first",
            _ => "explain-stage-later",
        };
        story.step(key, &arguments, &[]);
    }
}

fn population(story: &mut Story, spec: &TaylorSpec, facts: &DesignFacts) {
    let lang = story.lang;
    let finite = facts.stages.first().map(|stage| stage.population);
    match finite {
        Some(all) if all.is_finite() => story.step(
            "explain-fpc",
            &[
                ("columns", spec.fpc.join(", ").into()),
                ("population", whole(lang, all).into()),
            ],
            &[Source::CochranRatio],
        ),
        _ => story.step("explain-with-replacement", &[], &[Source::Binder]),
    }
}

fn lonely(story: &mut Story, spec: &TaylorSpec, facts: &DesignFacts) {
    let count: usize = facts.stages.iter().map(|stage| stage.lonely).sum();
    if count == 0 {
        story.step("explain-lonely-none", &[], &[]);
        return;
    }
    let key = match spec.lonely_psu {
        LonelyPsu::Fail => "explain-lonely-fail",
        LonelyPsu::Certainty => "explain-lonely-certainty",
        LonelyPsu::Remove => "explain-lonely-remove",
        LonelyPsu::Adjust => "explain-lonely-adjust",
        LonelyPsu::Average => "explain-lonely-average",
    };
    let count = [("count", count.to_string().into())];
    story.step(key, &count, &[Source::LumleyLonely]);
}

fn given(story: &mut Story, spec: &ReplicateSpec, facts: &DesignFacts) {
    weights(story, Some(&spec.weights), facts);
    let arguments = [
        ("count", facts.replicates.unwrap_or(0).to_string().into()),
        ("file", spec.repweights_file.as_str().into()),
        ("scale", spec.scale.to_string().into()),
    ];
    story.step(
        "explain-replicates-given",
        &arguments,
        &[Source::WolterReplicates],
    );
    centre(story, spec.mse);
}

fn made(story: &mut Story, spec: &ReplicatesOfSpec, facts: &DesignFacts) {
    let count = facts.replicates.unwrap_or(0).to_string();
    let arguments = [
        ("count", count.into()),
        ("design", spec.design.as_str().into()),
        (
            "rho",
            match spec.method {
                ReplicateMethod::Fay { rho } => rho.to_string(),
                _ => String::new(),
            }
            .into(),
        ),
    ];
    let (key, source) = match spec.method {
        ReplicateMethod::Jk1 => ("explain-replicates-jk1", Source::WolterJackknife),
        ReplicateMethod::Jkn => ("explain-replicates-jkn", Source::WolterJackknife),
        ReplicateMethod::Brr => ("explain-replicates-brr", Source::WolterHalf),
        ReplicateMethod::Fay { .. } => ("explain-replicates-fay", Source::Judkins),
        ReplicateMethod::Bootstrap { .. } => ("explain-replicates-bootstrap", Source::RaoWuYue),
    };
    story.step(key, &arguments, &[source]);
    centre(story, spec.mse);
}

fn centre(story: &mut Story, mse: bool) {
    let key = if mse {
        "explain-centre-estimate"
    } else {
        "explain-centre-mean"
    };
    story.step(key, &[], &[]);
}
