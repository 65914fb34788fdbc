//! When the standard was applied to a wave's result, on the wave's page.

use super::step::Step;
use super::view::WaveView;
use crate::service::app::App;
use crate::survey::account::Account;
use crate::survey::role::Action;
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveKind, WaveState};
use crate::web::page::Page;

/// What the standard says about the result.
#[derive(Debug)]
pub(super) struct EvaluationView {
    /// When it was applied last, in words.
    pub(super) last: String,
    /// The button's name, for those who may press it.
    pub(super) step: Option<&'static str>,
    /// The page of titles by decision, for those who may read results.
    pub(super) decisions: Option<String>,
    /// The page of corrections, once the result is published.
    pub(super) corrections: Option<String>,
}

impl WaveView {
    /// Adds when the standard was applied last, once there is a result to apply it to.
    pub(super) fn with_evaluation(
        mut self,
        app: &App,
        page: &Page,
        person: &Account,
        wave: &Wave,
        last: Option<Instant>,
    ) -> Self {
        if wave.state < WaveState::Closed || wave.kind == WaveKind::Open {
            return self;
        }
        let when = |at| page.lang.moment(app.zone.civil(at));
        self.evaluation = Some(EvaluationView {
            last: match last {
                Some(at) => page.t_with("organize-apply-last", &[("when", when(at).into())]),
                None => page.t("organize-apply-none"),
            },
            // A published evaluation stays as it is.
            step: (person.may(Action::Evaluate) && wave.state < WaveState::Published)
                .then(|| Step::ApplyStandard.name()),
            corrections: (wave.state == WaveState::Published && person.may(Action::ReadResults))
                .then(|| page.link(&format!("/organize/{}/corrections", wave.slug))),
            decisions: (last.is_some() && person.may(Action::ReadResults))
                .then(|| page.link(&format!("/organize/{}/decisions", wave.slug))),
        });
        self
    }
}
