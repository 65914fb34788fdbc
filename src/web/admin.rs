//! What only the operator sees: `/healthz`, `/readyz`, `/metrics`, on an address of their own.
//!
//! For: load balancers and Prometheus. Uses: `service::ready`, the intake's figures, counts of connections.
//! Promises: the address of the residents' pages has none of the three; nothing here is by wave, county or
//! person, and counts of what people do move in steps ([`Figures`]), so that no change of a figure is one
//! person's.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::server::Counts;
use crate::service::app::App;
use crate::service::intake::figures::{Figures, StepFigures, in_steps};
use crate::service::ready;

/// The version of Prometheus' text format.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4";
/// Where the system tells of this process.
const STATUS: &str = "/proc/self/status";

pub(super) fn router(app: App, counts: Arc<Counts>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state((app, counts))
}

type Seen = State<(App, Arc<Counts>)>;

/// The process answers.
async fn healthz() -> Response {
    word(StatusCode::OK, "ok")
}

/// Submissions can be taken here.
async fn readyz(State((app, _)): Seen) -> Response {
    match ready::check(&app).await {
        Ok(()) => word(StatusCode::OK, "ready"),
        Err(reason) => word(StatusCode::SERVICE_UNAVAILABLE, reason.word()),
    }
}

fn word(status: StatusCode, word: &'static str) -> Response {
    let headers = [(CACHE_CONTROL, "no-store")];
    (status, headers, format!("{word}\n")).into_response()
}

async fn metrics(State((app, counts)): Seen) -> Response {
    let text = exposition(&app.intake.figures(), &counts, memory().await);
    let headers = [(CONTENT_TYPE, TEXT_FORMAT), (CACHE_CONTROL, "no-store")];
    (headers, text).into_response()
}

/// Resident memory in bytes, where the system tells.
async fn memory() -> Option<u64> {
    let status = tokio::fs::read_to_string(STATUS).await.ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// The figures in Prometheus' text format. Writing to a string cannot fail.
fn exposition(figures: &Figures, counts: &Counts, memory: Option<u64>) -> String {
    let mut text = String::new();
    let mut line = |line: std::fmt::Arguments<'_>| {
        let _ = text.write_fmt(line);
        text.push('\n');
    };
    submissions(figures, &mut line);
    line(format_args!("# TYPE minyi_queue_depth gauge"));
    for step in &figures.steps {
        line(format_args!(
            "minyi_queue_depth{{step=\"{}\"}} {}",
            step.name, step.depth
        ));
    }
    line(format_args!("# TYPE minyi_queue_limit gauge"));
    for step in &figures.steps {
        line(format_args!(
            "minyi_queue_limit{{step=\"{}\"}} {}",
            step.name, step.limit
        ));
    }
    line(format_args!("# TYPE minyi_commit_seconds histogram"));
    for step in &figures.steps {
        histogram(step, &mut line);
    }
    line(format_args!("# TYPE minyi_connections gauge"));
    line(format_args!(
        "minyi_connections {}",
        in_steps(counts.open())
    ));
    line(format_args!("# TYPE minyi_connections_ended_total counter"));
    for (reason, count) in counts
        .ended()
        .map(|(reason, count)| (reason, in_steps(count)))
    {
        line(format_args!(
            "minyi_connections_ended_total{{reason=\"{reason}\"}} {count}"
        ));
    }
    if let Some(bytes) = memory {
        line(format_args!("# TYPE process_resident_memory_bytes gauge"));
        line(format_args!("process_resident_memory_bytes {bytes}"));
    }
    text
}

/// What residents did.
fn submissions(figures: &Figures, line: &mut impl FnMut(std::fmt::Arguments<'_>)) {
    line(format_args!(
        "# TYPE minyi_submissions_accepted_total counter"
    ));
    line(format_args!(
        "minyi_submissions_accepted_total {}",
        figures.accepted
    ));
    line(format_args!(
        "# TYPE minyi_submissions_refused_total counter"
    ));
    for (reason, count) in &figures.refused {
        line(format_args!(
            "minyi_submissions_refused_total{{reason=\"{reason}\"}} {count}"
        ));
    }
    line(format_args!("# TYPE minyi_trials_total counter"));
    for (step, count) in &figures.trials {
        line(format_args!(
            "minyi_trials_total{{step=\"{step}\"}} {count}"
        ));
    }
    line(format_args!("# TYPE minyi_trials_refused_total counter"));
    for (step, reason, count) in &figures.trials_refused {
        line(format_args!(
            "minyi_trials_refused_total{{step=\"{step}\",reason=\"{reason}\"}} {count}"
        ));
    }
}

fn histogram(step: &StepFigures, line: &mut impl FnMut(std::fmt::Arguments<'_>)) {
    let name = step.name;
    for (bound, count) in &step.commits {
        line(format_args!(
            "minyi_commit_seconds_bucket{{step=\"{name}\",le=\"{bound}\"}} {count}"
        ));
    }
    let all = step.count;
    line(format_args!(
        "minyi_commit_seconds_bucket{{step=\"{name}\",le=\"+Inf\"}} {all}"
    ));
    line(format_args!(
        "minyi_commit_seconds_sum{{step=\"{name}\"}} {}",
        step.seconds
    ));
    line(format_args!(
        "minyi_commit_seconds_count{{step=\"{name}\"}} {all}"
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &'static str) -> StepFigures {
        StepFigures {
            name,
            depth: 40,
            limit: 1_024,
            commits: vec![("0.001", 20), ("0.01", 40)],
            count: 60,
            seconds: 2,
        }
    }

    #[test]
    fn figures_are_written_as_prometheus_reads_them() {
        let figures = Figures {
            accepted: 120,
            refused: vec![("unknown-code", 20), ("busy", 3)],
            trials: [("prepared", 40), ("opened", 20)],
            trials_refused: vec![("opened", "too-many-trials", 20)],
            steps: [step("redeem"), step("cast"), step("reserve"), step("sign")],
        };
        let text = exposition(&figures, &Counts::default(), Some(4_096));
        insta::assert_snapshot!(text, @r#"
        # TYPE minyi_submissions_accepted_total counter
        minyi_submissions_accepted_total 120
        # TYPE minyi_submissions_refused_total counter
        minyi_submissions_refused_total{reason="unknown-code"} 20
        minyi_submissions_refused_total{reason="busy"} 3
        # TYPE minyi_trials_total counter
        minyi_trials_total{step="prepared"} 40
        minyi_trials_total{step="opened"} 20
        # TYPE minyi_trials_refused_total counter
        minyi_trials_refused_total{step="opened",reason="too-many-trials"} 20
        # TYPE minyi_queue_depth gauge
        minyi_queue_depth{step="redeem"} 40
        minyi_queue_depth{step="cast"} 40
        minyi_queue_depth{step="reserve"} 40
        minyi_queue_depth{step="sign"} 40
        # TYPE minyi_queue_limit gauge
        minyi_queue_limit{step="redeem"} 1024
        minyi_queue_limit{step="cast"} 1024
        minyi_queue_limit{step="reserve"} 1024
        minyi_queue_limit{step="sign"} 1024
        # TYPE minyi_commit_seconds histogram
        minyi_commit_seconds_bucket{step="redeem",le="0.001"} 20
        minyi_commit_seconds_bucket{step="redeem",le="0.01"} 40
        minyi_commit_seconds_bucket{step="redeem",le="+Inf"} 60
        minyi_commit_seconds_sum{step="redeem"} 2
        minyi_commit_seconds_count{step="redeem"} 60
        minyi_commit_seconds_bucket{step="cast",le="0.001"} 20
        minyi_commit_seconds_bucket{step="cast",le="0.01"} 40
        minyi_commit_seconds_bucket{step="cast",le="+Inf"} 60
        minyi_commit_seconds_sum{step="cast"} 2
        minyi_commit_seconds_count{step="cast"} 60
        minyi_commit_seconds_bucket{step="reserve",le="0.001"} 20
        minyi_commit_seconds_bucket{step="reserve",le="0.01"} 40
        minyi_commit_seconds_bucket{step="reserve",le="+Inf"} 60
        minyi_commit_seconds_sum{step="reserve"} 2
        minyi_commit_seconds_count{step="reserve"} 60
        minyi_commit_seconds_bucket{step="sign",le="0.001"} 20
        minyi_commit_seconds_bucket{step="sign",le="0.01"} 40
        minyi_commit_seconds_bucket{step="sign",le="+Inf"} 60
        minyi_commit_seconds_sum{step="sign"} 2
        minyi_commit_seconds_count{step="sign"} 60
        # TYPE minyi_connections gauge
        minyi_connections 0
        # TYPE minyi_connections_ended_total counter
        minyi_connections_ended_total{reason="head"} 0
        minyi_connections_ended_total{reason="idle"} 0
        minyi_connections_ended_total{reason="answer"} 0
        # TYPE process_resident_memory_bytes gauge
        process_resident_memory_bytes 4096
        "#);
    }
}
