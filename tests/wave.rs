//! A whole wave, from the imports to a published result, through the real intake, on both databases.

use std::collections::BTreeMap;

use minyi::evaluation::finding::Finding as Judged;
use minyi::service::app::App;
use minyi::service::batch::{Drain, run_batch};
use minyi::service::close::{self, CloseError};
use minyi::service::evaluate;
use minyi::service::intake::{self, IntakeError, Submission};
use minyi::service::release;
use minyi::service::sampling::Drawn;
use minyi::service::waves::{self, WaveError};
use minyi::stats::threshold::Finding as Measured;
use minyi::storage::office::invitation;
use minyi::storage::urn::{pool, response};
use minyi::survey::result::{Check, WaveResult};
use minyi::survey::wave::{Refusal, WaveState};
use tokio::task::JoinSet;

use crate::support::city::{City, submission, time};
use crate::support::on_both;

const MARGINS: &str = include_str!("../examples/yangquan/margins.csv");

const AGES: [&str; 5] = ["18-29", "30-39", "40-49", "50-59", "60up"];

/// The `i`-th person of a county: sex and age run through all ten cells.
fn person(i: usize) -> (&'static str, &'static str) {
    (
        if i.is_multiple_of(2) {
            "male"
        } else {
            "female"
        },
        AGES[i / 2 % 5],
    )
}

/// Women and everybody of 50 and over feel safe; nobody else does.
fn is_safe(sex: &str, age: &str) -> bool {
    sex == "female" || matches!(age, "50-59" | "60up")
}

/// Two of three invited people answer. One of 97 has moved away; one of eight is not satisfied.
pub fn answers(drawn: &Drawn) -> Vec<Submission> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut sent = Vec::new();
    for ticket in &drawn.tickets {
        let i = seen.entry(ticket.place.county.as_str()).or_default();
        *i += 1;
        let i = *i;
        if i.is_multiple_of(3) {
            continue;
        }
        let (sex, age) = person(i / 3);
        let form: &[(&str, &str)] = if i.is_multiple_of(97) {
            &[("s1", "0")]
        } else {
            &[
                ("s1", "4"),
                ("s2", age),
                ("q1", if i % 12 == 1 { "3" } else { "2" }),
                ("q2", if is_safe(sex, age) { "1" } else { "4" }),
                ("q3", "2"),
                ("q4", "2"),
                ("q5", "2"),
                ("q6", "0"),
                ("q8", "3"),
                ("q9", "0"),
                ("q10", "2"),
                ("q11", "0"),
                ("d1", sex),
                ("d2", "urban"),
            ]
        };
        sent.push(submission(&drawn.wave.slug, ticket, form));
    }
    sent
}

/// Everybody at once.
pub async fn send(app: &App, submissions: Vec<Submission>) {
    let mut sending = JoinSet::new();
    for submission in submissions {
        let app = app.clone();
        sending.spawn(async move {
            loop {
                // Busy settles nothing: the same is sent again, as a phone does.
                match intake::submit(&app, submission.clone()).await {
                    Err(IntakeError::Busy { retry_after }) => {
                        tokio::time::sleep(retry_after).await;
                    }
                    settled => break settled,
                }
            }
        });
    }
    while let Some(sent) = sending.join_next().await {
        sent.expect("not interrupted").expect("a receipt");
    }
}

/// Records in the pool, and responses.
async fn kept(app: &App, drawn: &Drawn) -> (u64, usize) {
    let mut tx = app.urn.0.begin_read("count").await.expect("the urn reads");
    let conn = &mut tx.conn();
    let waiting = pool::count_waiting(conn, drawn.wave.id)
        .await
        .expect("a count");
    let responses = response::list(conn, drawn.wave.id).await.expect("a list");
    (
        waiting.iter().map(|line| line.records).sum(),
        responses.len(),
    )
}

/// Share of the population of 18 and over who feel safe, by county, from the margins' file alone.
fn safe_by_margins() -> BTreeMap<String, f64> {
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for line in MARGINS.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (county, sex, age) = (cells[0], cells[1], cells[2]);
        let people: f64 = cells[4].parse().expect("a number");
        if !sex.is_empty() {
            let sum = sums.entry(county.to_owned()).or_default();
            sum.1 += people;
            if is_safe(sex, age) {
                sum.0 += people;
            }
        }
    }
    sums.into_iter()
        .map(|(county, (safe, all))| (county, safe / all))
        .collect()
}

fn assert_counts(result: &WaveResult) {
    // Of 1,000 numbers 667 are not divisible by 3; of these, 7 are divisible by 97.
    for county in &result.counties {
        let counts = county.counts;
        assert_eq!(
            (counts.issued, counts.used, counts.cast, counts.leaves),
            (1000, 667, 667, 667)
        );
        assert_eq!((counts.screened_out, counts.complete), (7, 660));
        assert!(county.reconciliation.iter().all(|line| line.holds));
        assert_eq!(county.reconciliation.len(), 4);
        let used = county
            .reconciliation
            .iter()
            .find(|l| l.check == Check::IssuedUsed);
        assert_eq!(used.map(|line| (line.more, line.less)), Some((1000, 667)));
    }
}

fn assert_figures(result: &WaveResult) {
    let safe = safe_by_margins();
    for county in &result.counties {
        assert_eq!(county.weighting_failure, None);
        // What depends on sex and age alone is fixed by calibration, whatever the classes and the
        // trimming did before.
        let estimate = county.safety.as_ref().expect("an estimate");
        let expected = safe[county.code.as_str()];
        assert!(
            (estimate.figure.p - expected).abs() < 1e-8,
            "{}: {} instead of {expected}",
            county.code,
            estimate.figure.p
        );
        // The weights add up to the population of 18 and over.
        let report = county.weighting.as_ref().expect("weights");
        for margin in &report.margins {
            for cell in &margin.cells {
                let population = f64::from(u32::try_from(cell.population).expect("a county"));
                assert!((cell.after / population - 1.0).abs() < 1e-8, "{cell:?}");
            }
        }
        let approval = county.approval.estimate.as_ref().expect("an estimate");
        assert_eq!(approval.figure.n, county.counts.complete);
        assert!((0.85..0.93).contains(&approval.figure.p));
    }
}

on_both! {
    async fn a_whole_wave_from_the_imports_to_the_published_result(stores) {
        let city = City::new(&stores).await;
        let (app, first, second) = (&city.app, &city.organizer, &city.second);
        city.import().await;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        assert_eq!(drawn.tickets.len(), 2000);
        app.clock.set(time("2026-10-03T09:00"));
        let slug = &drawn.wave.slug;
        let mut submissions = answers(&drawn);
        let rest = submissions.split_off(submissions.len() / 2);
        let half = submissions.len();
        send(app, submissions).await;
        assert_eq!(kept(app, &drawn).await, (half as u64, 0));
        let batch = run_batch(app, drawn.wave.id, Drain::No).await.expect("a batch");
        assert_eq!(batch.moved + batch.waiting, half as u64);
        assert!(batch.moved > 0, "units of eighty invitations have ten answers by now");
        send(app, rest).await;
        let (waiting, responses) = kept(app, &drawn).await;
        assert_eq!(waiting + responses as u64, 1334);
        // While answers come in, used codes are shown in steps of twenty, and nothing else.
        let status = waves::status(app, first, slug).await.expect("a status");
        assert!(status.counties.values().all(|c| (c.issued, c.used) == (1000, 660)));

        app.clock.set(time("2026-10-23T21:00"));
        waves::ask_close(app, first, slug, None).await.expect("asked");
        let alone = close::confirm_close(app, first, slug).await;
        assert!(matches!(
            alone,
            Err(CloseError::Wave(WaveError::Refused(Refusal::SamePerson)))
        ));
        let result = close::confirm_close(app, second, slug).await.expect("closed");
        let result = result.sampled().expect("a sampled wave");
        assert_counts(&result);
        assert_figures(&result);
        assert_eq!(kept(app, &drawn).await, (0, 1334));
        // Taking the close up again changes nothing.
        let again = close::finish(app, first, slug).await.expect("closed");
        assert_eq!(again.sampled().as_ref(), Some(&result));
        let late = submission(slug, &drawn.tickets[2], &[("s1", "4")]);
        let refused = intake::submit(app, late).await;
        assert!(matches!(refused, Err(IntakeError::Closed { .. })));
        let (wave, stored) = waves::result(app, slug).await.expect("read").expect("there");
        assert_eq!((wave.state, &stored.result), (WaveState::Closed, &result));
        assert!(waves::published(app).await.expect("read").is_none());
        // The standard that was in force has been applied, and says why.
        let judged = evaluate::of_wave(app, slug).await.expect("read").expect("there");
        assert_eq!(judged.evaluation.wave.as_deref(), Some("2026q4"));
        for county in &result.counties {
            let dossier = judged.evaluation.county(county.code.as_str()).expect("a dossier");
            let approval = dossier.finding("approval.rate").expect("a finding");
            let measured = match county.approval.finding {
                Measured::Met => Judged::Met,
                Measured::NotMet => Judged::NotMet,
                Measured::NotDecidable => Judged::NotDecidable,
                Measured::NotAssessable(_) => Judged::NotAssessable,
            };
            assert_eq!(approval, measured);
        }
        crate::support::published::state(app, first, slug).await;
        release::publish(app, first, slug).await.expect("published");
        let (_, public) = waves::published(app).await.expect("read").expect("there");
        assert_eq!(public.result, result);
    }

    async fn a_resend_keeps_its_receipt_and_other_answers_change_nothing(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        app.clock.set(time("2026-10-03T09:00"));
        let (slug, ticket) = (&drawn.wave.slug, &drawn.tickets[0]);
        let form = [("s1", "4"), ("q1", "1")];
        let first = submission(slug, ticket, &form);
        let same = Submission {
            instance_id: first.instance_id,
            ..submission(slug, ticket, &form)
        };
        let receipt = intake::submit(app, first).await.expect("a receipt");
        assert_eq!(intake::submit(app, same).await.expect("again"), receipt);
        let other = submission(slug, ticket, &[("s1", "4"), ("q1", "4")]);
        let refused = intake::submit(app, other).await;
        assert!(matches!(refused, Err(IntakeError::AlreadyReceived)));
        assert_eq!(kept(app, &drawn).await, (1, 0));
    }

    async fn the_invitations_of_a_wave_are_removed_together_and_only_while_none_is_used(stores) {
        let city = City::new(&stores).await;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        let (app, wave) = (&city.app, drawn.wave.id);
        assert_eq!(city.wave(&drawn.wave.slug).await.seed_text.as_deref(), Some("4 2 6 1"));
        let mut tx = app.office.0.begin_write("remove").await.unwrap();
        let removed = invitation::delete_unused(&mut tx.conn(), wave).await.unwrap();
        assert_eq!(removed, drawn.tickets.len() as u64);
        assert!(invitation::count_by_unit(&mut tx.conn(), wave).await.unwrap().is_empty());
        drop(tx);
        app.clock.set(time("2026-10-03T09:00"));
        send(app, answers(&drawn).into_iter().take(1).collect()).await;
        let mut tx = app.office.0.begin_write("remove").await.unwrap();
        let kept = invitation::delete_unused(&mut tx.conn(), wave).await.unwrap();
        assert_eq!(kept, 0, "one is used");
    }
}
