//! The steps that a button on a wave's page takes.
//!
//! For: [`super::wave`]. Uses: `service::waves`, `sampling`, `close`, `evaluate`. Promises: one step is one call of the
//! service; a draw and a close go on when the browser has gone.

use std::time::Duration;

use serde::Deserialize;

use crate::service::again::Contended;
use crate::service::app::App;
use crate::service::close::{self, CloseError, Closed};
use crate::service::evaluate::{self, EvaluationError};
use crate::service::release;
use crate::service::sampling::{self, Drawn};
use crate::service::waves;
use crate::survey::account::Account;
use crate::survey::wave::WaveSlug;

/// How long a page waits for a result. What takes longer goes on by itself, and the page says so.
const PATIENCE: Duration = Duration::from_secs(20);

/// A step, by the name that its button sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Step {
    Remove,
    AskSeal,
    ConfirmSeal,
    Draw,
    Reissue,
    Open,
    AskClose,
    ConfirmClose,
    Finish,
    Announce,
    Publish,
    ApplyStandard,
}

impl Step {
    /// The name that its button sends.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::AskSeal => "ask-seal",
            Self::ConfirmSeal => "confirm-seal",
            Self::Draw => "draw",
            Self::Reissue => "reissue",
            Self::Open => "open",
            Self::AskClose => "ask-close",
            Self::ConfirmClose => "confirm-close",
            Self::Finish => "finish",
            Self::Announce => "announce",
            Self::Publish => "publish",
            Self::ApplyStandard => "apply-standard",
        }
    }
}

/// What a wave's form sends.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct StepForm {
    pub(super) step: Step,
    /// The public text of the draw.
    #[serde(default)]
    pub(super) seed: String,
    /// Why the wave closes before its announced end.
    #[serde(default)]
    pub(super) reason: String,
    /// When everybody will read the result, in local time.
    #[serde(default)]
    pub(super) release: String,
}

/// What a step left behind.
#[derive(Debug)]
pub(super) enum Taken {
    /// The wave is further on.
    Done,
    /// The draft is gone.
    Removed,
    /// There is another evaluation.
    Evaluated,
    /// Codes, which exist here and nowhere else.
    Codes(Box<Drawn>),
}

/// Why a step was not taken.
#[derive(Debug)]
pub(super) enum NotTaken {
    /// The service refused it.
    Refused(CloseError),
    /// The standard was not applied.
    NotEvaluated(EvaluationError),
    /// The draw has no public text.
    NoSeed,
    /// What was typed is no time.
    NoTime,
}

impl Contended for NotTaken {
    fn is_contended(&self) -> bool {
        match self {
            Self::Refused(error) => error.is_contended(),
            Self::NotEvaluated(EvaluationError::Wave(error)) => error.is_contended(),
            Self::NotEvaluated(_) | Self::NoSeed | Self::NoTime => false,
        }
    }
}

impl<E: Into<CloseError>> From<E> for NotTaken {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

/// Takes a step.
pub(super) async fn take(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    form: &StepForm,
) -> Result<Taken, NotTaken> {
    match form.step {
        Step::Remove => {
            waves::remove(app, person, slug).await?;
            return Ok(Taken::Removed);
        }
        Step::AskSeal => drop(waves::ask_seal(app, person, slug).await?),
        Step::ConfirmSeal => drop(waves::confirm_seal(app, person, slug).await?),
        Step::Draw if form.seed.trim().is_empty() => return Err(NotTaken::NoSeed),
        Step::Draw | Step::Reissue => return codes(app, person, slug, form).await,
        Step::Open => drop(waves::open(app, person, slug).await?),
        Step::AskClose => drop(waves::ask_close(app, person, slug, Some(&form.reason)).await?),
        Step::ConfirmClose | Step::Finish => finish(app, person, slug, form.step).await?,
        Step::Announce => {
            let at = app.zone.parse(form.release.trim());
            let at = at.map_err(|_| NotTaken::NoTime)?;
            drop(release::announce(app, person, slug, at).await?);
        }
        Step::Publish => drop(release::publish(app, person, slug).await?),
        Step::ApplyStandard => {
            let applied = evaluate::apply(app, person, slug).await;
            applied.map_err(NotTaken::NotEvaluated)?;
            return Ok(Taken::Evaluated);
        }
    }
    Ok(Taken::Done)
}

/// Confirms or finishes a close in a task of the instance, so that neither an impatient browser nor the
/// limit on requests interrupts the calculation.
async fn finish(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    step: Step,
) -> Result<(), CloseError> {
    let (owned, person, slug) = (app.clone(), person.clone(), slug.clone());
    outlast(app, async move {
        let done = run(&owned, &person, &slug, step).await;
        if let Err(error) = &done {
            tracing::warn!(%slug, %error, "a close did not come to its end");
        }
        done
    })
    .await
    .map(drop)
}

/// Draws, or makes other codes, in such a task too. Codes that reach no browser are worth nothing; the page
/// then offers to make others.
async fn codes(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    form: &StepForm,
) -> Result<Taken, NotTaken> {
    let (owned, person, slug) = (app.clone(), person.clone(), slug.clone());
    let (again, seed) = (form.step == Step::Reissue, form.seed.clone());
    let made = outlast(app, async move {
        let made = if again {
            sampling::reissue_codes(&owned, &person, &slug).await
        } else {
            sampling::draw_sample(&owned, &person, &slug, &seed).await
        };
        Ok(made?)
    })
    .await?;
    Ok(made.map_or(Taken::Done, |drawn| Taken::Codes(Box::new(drawn))))
}

/// Waits a while for work that goes on whether anybody waits or not; `None` if it is not done by then: the
/// page shows how it stands.
async fn outlast<T: Send + 'static>(
    app: &App,
    work: impl Future<Output = Result<T, CloseError>> + Send + 'static,
) -> Result<Option<T>, CloseError> {
    match tokio::time::timeout(PATIENCE, app.tasks.spawn(work)).await {
        Ok(Ok(done)) => done.map(Some),
        Ok(Err(ended)) => Err(CloseError::Interrupted(ended)),
        Err(_) => Ok(None),
    }
}

async fn run(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    step: Step,
) -> Result<Closed, CloseError> {
    match step {
        Step::ConfirmClose => close::confirm_close(app, person, slug).await,
        _ => close::finish(app, person, slug).await,
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IntoDeserializer as _;
    use serde::de::value::{Error, StrDeserializer};

    use super::*;

    #[test]
    fn a_button_sends_the_name_by_which_its_step_is_read() {
        let all = [
            Step::Remove,
            Step::AskSeal,
            Step::ConfirmSeal,
            Step::Draw,
            Step::Reissue,
            Step::Open,
            Step::AskClose,
            Step::ConfirmClose,
            Step::Finish,
            Step::Announce,
            Step::Publish,
            Step::ApplyStandard,
        ];
        for step in all {
            let name: StrDeserializer<'_, Error> = step.name().into_deserializer();
            assert_eq!(Step::deserialize(name), Ok(step));
        }
    }
}
