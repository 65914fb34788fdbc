//! What the intake did, counted for its operator.
//!
//! Promises: nothing is by wave or place. What a person did moves in steps of [`STEP`], as the counts that
//! staff see during fieldwork do, so that no scrape, however frequent, shows the moment of one submission;
//! only faults of ours are shown one by one, as the log has them at their time anyway.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::IntakeError;

/// Counts are rounded down to multiples of this.
const STEP: u64 = 20;
/// Upper bounds of the histogram, in microseconds and as they are printed in seconds.
const BOUNDS: [(u64, &str); 10] = [
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (1_000_000, "1"),
    (5_000_000, "5"),
];

/// Reasons of a refusal: its word, and whether it is our fault.
const REASONS: [(&str, bool); 12] = [
    ("unknown-wave", false),
    ("unknown-code", false),
    ("bad-code", false),
    ("not-yet-open", false),
    ("closed", false),
    ("already-received", false),
    ("invalid", false),
    ("other-county", false),
    ("commit-anew", false),
    ("too-many-trials", false),
    ("busy", true),
    ("internal", true),
];

/// What can be asked for before sending.
const TRIAL_STEPS: [&str; 2] = ["prepared", "opened"];

/// Outcomes of submissions.
#[derive(Debug, Default)]
pub(super) struct Outcomes {
    accepted: AtomicU64,
    refused: [AtomicU64; REASONS.len()],
    prepared: AtomicU64,
    opened: AtomicU64,
    trials_refused: [[AtomicU64; REASONS.len()]; TRIAL_STEPS.len()],
}

impl Outcomes {
    /// Counts one outcome.
    pub(super) fn count<T>(&self, outcome: &Result<T, IntakeError>) {
        let counter = match outcome {
            Ok(_) => Some(&self.accepted),
            Err(error) => self.refused.get(place(error)),
        };
        if let Some(counter) = counter {
            counter.fetch_add(1, Relaxed);
        }
    }

    /// Submissions with a receipt.
    pub(super) fn accepted(&self) -> u64 {
        in_steps(self.accepted.load(Relaxed))
    }

    /// Counts what came of a request for a commitment before the answers are sent in.
    pub(super) fn count_prepared<T>(&self, outcome: &Result<T, IntakeError>) {
        self.count_trial(0, &self.prepared, outcome);
    }

    /// Counts what came of a request to open one.
    pub(super) fn count_opened<T>(&self, outcome: &Result<T, IntakeError>) {
        self.count_trial(1, &self.opened, outcome);
    }

    fn count_trial<T>(&self, step: usize, good: &AtomicU64, outcome: &Result<T, IntakeError>) {
        let counter = match outcome {
            Ok(_) => Some(good),
            Err(error) => {
                let refused = self.trials_refused.get(step);
                refused.and_then(|refused| refused.get(place(error)))
            }
        };
        if let Some(counter) = counter {
            counter.fetch_add(1, Relaxed);
        }
    }

    /// Refused requests of trials by step and reason.
    pub(super) fn trials_refused(&self) -> Vec<(&'static str, &'static str, u64)> {
        let steps = TRIAL_STEPS.iter().zip(&self.trials_refused);
        let all = steps.flat_map(|(step, refused)| {
            let counted = by_reason(refused).into_iter();
            counted.map(|(reason, count)| (*step, reason, count))
        });
        all.collect()
    }

    /// Commitments by what was done with them.
    pub(super) fn trials(&self) -> [(&'static str, u64); 2] {
        let [prepared, opened] = TRIAL_STEPS;
        let counted = [(prepared, &self.prepared), (opened, &self.opened)];
        counted.map(|(step, count)| (step, in_steps(count.load(Relaxed))))
    }

    /// Submissions without one, by reason.
    pub(super) fn refused(&self) -> Vec<(&'static str, u64)> {
        by_reason(&self.refused)
    }
}

/// Counts with their reasons, those of what people did in steps.
fn by_reason(counts: &[AtomicU64]) -> Vec<(&'static str, u64)> {
    let counted = REASONS.iter().zip(counts);
    counted
        .map(|((word, ours), count)| {
            let count = count.load(Relaxed);
            (*word, if *ours { count } else { in_steps(count) })
        })
        .collect()
}

const fn place(error: &IntakeError) -> usize {
    match error {
        IntakeError::UnknownWave => 0,
        IntakeError::UnknownCode => 1,
        IntakeError::BadCodeForm(_) => 2,
        IntakeError::NotYetOpen { .. } => 3,
        IntakeError::Closed { .. } => 4,
        IntakeError::AlreadyReceived | IntakeError::Replaced | IntakeError::UsedElsewhere => 5,
        IntakeError::Invalid(_) | IntakeError::NoToken => 6,
        IntakeError::OtherCounty { .. } => 7,
        IntakeError::Worn => 8,
        IntakeError::TooManyTrials => 9,
        IntakeError::Busy { .. } => 10,
        IntakeError::Internal(_) | IntakeError::Elsewhere(_) => 11,
    }
}

/// A count of what people do, as the operator may see it.
#[must_use]
pub const fn in_steps(count: u64) -> u64 {
    count - count % STEP
}

/// How long the batches of one step took.
#[derive(Debug, Default)]
pub(super) struct Durations {
    /// By the first bound that is not exceeded.
    within: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    microseconds: AtomicU64,
}

impl Durations {
    /// Notes one batch.
    pub(super) fn note(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let place = BOUNDS.iter().position(|(bound, _)| took <= *bound);
        if let Some(count) = place.and_then(|place| self.within.get(place)) {
            count.fetch_add(1, Relaxed);
        }
        self.count.fetch_add(1, Relaxed);
        self.microseconds.fetch_add(took, Relaxed);
    }

    /// The same for the operator, with the queue before it.
    pub(super) fn figures(&self, name: &'static str, depth: usize, limit: usize) -> StepFigures {
        let mut sum = 0;
        let commits = BOUNDS.iter().zip(&self.within).map(|((_, bound), count)| {
            sum += count.load(Relaxed);
            (*bound, in_steps(sum))
        });
        let commits: Vec<_> = commits.collect();
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        StepFigures {
            name,
            depth: in_steps(number(depth)),
            limit: number(limit),
            commits,
            count: in_steps(self.count.load(Relaxed)),
            seconds: Duration::from_micros(self.microseconds.load(Relaxed)).as_secs(),
        }
    }
}

/// What the intake did since its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Submissions with a receipt; a resend counts again.
    pub accepted: u64,
    /// Submissions without one, by reason.
    pub refused: Vec<(&'static str, u64)>,
    /// Commitments before sending: made, and opened for whoever tried the service.
    pub trials: [(&'static str, u64); 2],
    /// The same that were refused, by step and reason.
    pub trials_refused: Vec<(&'static str, &'static str, u64)>,
    /// Its steps.
    pub steps: [StepFigures; 4],
}

/// One step of the intake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepFigures {
    /// Its name.
    pub name: &'static str,
    /// Submissions that wait.
    pub depth: u64,
    /// Submissions that may wait.
    pub limit: u64,
    /// Batches that took at most so many seconds.
    pub commits: Vec<(&'static str, u64)>,
    /// Batches.
    pub count: u64,
    /// Whole seconds that they took together.
    pub seconds: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_did_moves_in_steps_and_what_is_our_fault_does_not() {
        let outcomes = Outcomes::default();
        let refused = |outcomes: &Outcomes, reason| {
            let all = outcomes.refused();
            all.iter().find(|(word, _)| *word == reason).unwrap().1
        };
        for number in 1..=45 {
            outcomes.count(&Ok(()));
            outcomes.count::<()>(&Err(IntakeError::UnknownCode));
            outcomes.count::<()>(&Err(IntakeError::Busy {
                retry_after: Duration::ZERO,
            }));
            let step = number / 20 * 20;
            assert_eq!(outcomes.accepted(), step);
            assert_eq!(refused(&outcomes, "unknown-code"), step);
            assert_eq!(refused(&outcomes, "busy"), number);
        }
        assert_eq!(refused(&outcomes, "closed"), 0);
    }

    #[test]
    fn refused_trials_are_told_by_step_and_reason_and_no_other_way() {
        let outcomes = Outcomes::default();
        for _ in 0..25 {
            outcomes.count_opened::<()>(&Err(IntakeError::TooManyTrials));
            outcomes.count_opened::<()>(&Err(IntakeError::AlreadyReceived));
            outcomes.count_prepared::<()>(&Err(IntakeError::Worn));
            outcomes.count_prepared(&Ok(()));
        }
        outcomes.count_opened::<()>(&Err(IntakeError::Worn));
        let refused = outcomes.trials_refused();
        let told: Vec<_> = refused.iter().filter(|one| one.2 > 0).copied().collect();
        assert_eq!(
            told,
            [
                ("prepared", "commit-anew", 20),
                ("opened", "already-received", 20),
                ("opened", "too-many-trials", 20),
            ]
        );
        assert_eq!(outcomes.trials(), [("prepared", 20), ("opened", 0)]);
        assert!(outcomes.refused().iter().all(|(_, count)| *count == 0));
    }

    #[test]
    fn durations_are_cumulative_and_in_steps() {
        let durations = Durations::default();
        for milliseconds in [1, 3, 7_000] {
            for _ in 0..30 {
                durations.note(Duration::from_millis(milliseconds));
            }
        }
        let figures = durations.figures("cast", 39, 1_024);
        assert_eq!(
            (figures.depth, figures.count, figures.seconds),
            (20, 80, 210)
        );
        let at = |bound| figures.commits.iter().find(|(b, _)| *b == bound).unwrap().1;
        assert_eq!(
            (at("0.001"), at("0.0025"), at("0.005"), at("5")),
            (20, 20, 60, 60)
        );
    }
}
