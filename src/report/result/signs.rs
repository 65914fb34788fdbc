//! Signs that call for a look: what was found, how surprising it is, and that no figure is changed by it.

use super::Source;
use crate::stats::quality::Unfit;
use crate::survey::result::{Checked, CountyResult, QualitySigns};

/// From this p value down a sign calls for a look.
const LOOK: f64 = 0.01;

/// A sign in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignView {
    /// What was looked at.
    pub name: String,
    /// What was found, or why nothing could be.
    pub text: String,
    /// It calls for a look.
    pub look: bool,
}

pub(super) fn view(source: &Source<'_>, county: &CountyResult) -> Vec<SignView> {
    let Some(signs) = &county.signs else {
        return Vec::new();
    };
    let QualitySigns {
        direction,
        mode,
        duplicates,
    } = signs;
    vec![
        sign(source, "direction", direction, |found| {
            let p = found.p_excess.unwrap_or(found.p);
            let args = [
                ("difference", points(source, found.difference).into()),
                ("se", points(source, found.standard_error).into()),
                ("p", p_value(source, found.p).into()),
                ("excess", p_value(source, p).into()),
            ];
            let key = match found.p_excess {
                Some(_) => "results-sign-direction-found",
                None => "results-sign-direction-alone",
            };
            (source.say(key, &args), p)
        }),
        sign(source, "mode", mode, |found| {
            let args = [
                ("difference", points(source, found.difference).into()),
                ("se", points(source, found.standard_error).into()),
                ("p", p_value(source, found.p_adjusted).into()),
            ];
            (
                source.say("results-sign-mode-found", &args),
                found.p_adjusted,
            )
        }),
        sign(source, "duplicates", duplicates, |found| {
            let args = [
                ("p", p_value(source, found.p).into()),
                ("units", source.count(found.units)),
            ];
            (source.say("results-sign-duplicates-found", &args), found.p)
        }),
    ]
}

fn sign<T>(
    source: &Source<'_>,
    kind: &str,
    checked: &Checked<T>,
    say: impl FnOnce(&T) -> (String, f64),
) -> SignView {
    let (text, p) = match checked {
        Checked::Found(found) => say(found),
        Checked::NotComputed(unfit) => (not_computed(source, *unfit), 1.0),
    };
    SignView {
        name: source.t(&format!("results-sign-{kind}")),
        text,
        look: p <= LOOK,
    }
}

fn not_computed(source: &Source<'_>, unfit: Unfit) -> String {
    let word = unfit.as_str().replace('_', "-");
    source.t(&format!("estimate-unfit-{word}"))
}

/// A difference of shares in percentage points.
fn points(source: &Source<'_>, difference: f64) -> String {
    source.lang.number(difference * 100.0, 1)
}

fn p_value(source: &Source<'_>, p: f64) -> String {
    if p < 0.001 {
        "< 0.001".to_owned()
    } else {
        format!("= {}", source.lang.number(p, 3))
    }
}
