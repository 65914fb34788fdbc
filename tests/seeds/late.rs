//! A list that is named while the result is computed: it is in the result, or it was refused; never is it named and left in.

use std::collections::BTreeSet;
use std::time::Duration;

use minyi::service::again::Contended as _;
use minyi::storage::office::seed_deposit;
use minyi::survey::time::Clock;

use super::*;

/// When each list is named after the computing may have begun, in milliseconds.
const DELAYS: [u64; 6] = [20, 60, 150, 300, 0, 10];

on_both! {
    async fn what_is_named_while_the_result_is_computed_is_in_it_or_refused(stores) {
        let wave = Seeded::new(&stores).await;
        let (app, slug) = (wave.app().clone(), wave.drawn.wave.slug.clone());
        let mut lists = Vec::new();
        for place in 0..DELAYS.len() {
            let list = write(&[7; 32], &wave.answer_from(place, 1).await);
            wave.deposit(&list, 1).await.expect("deposited");
            lists.push(list);
        }
        send(&app, answers(&wave.drawn)).await;
        let until = wave.close(&app).await;
        // What a close does before it computes, timed: it still waits.
        let begun = std::time::Instant::now();
        assert!(matches!(close::finish(&app, &wave.city.organizer, &slug).await, Ok(Closed::Waiting(_))));
        let before = begun.elapsed();
        // For the organizer's node the days are over; the auditor's is a little behind.
        app.clock.set(until);
        let mut behind = app.clone();
        behind.clock = Clock::at(until.minus(Duration::from_secs(60)));
        let (mut collided, mut named) = (0, BTreeSet::new());
        let mut stored = None;
        for (list, delay) in lists.iter().zip(DELAYS) {
            let computing = close::finish(&app, &wave.city.organizer, &slug);
            let naming = async {
                tokio::time::sleep(before + Duration::from_millis(delay)).await;
                wave.name(&behind, list).await
            };
            let (done, told) = tokio::join!(computing, naming);
            match told {
                Ok(fates) => {
                    assert!(fates.values().all(|fate| fate.left() == 1), "{fates:?}");
                    named.insert(hex::encode(digest(list)));
                }
                // The result was there first, or both met in the database.
                Err(SeedError::NotClosing | SeedError::Wave(_)) => {}
                Err(other) => panic!("{other:?}"),
            }
            match done {
                Ok(done) => {
                    stored = done.sampled();
                    break;
                }
                Err(CloseError::Wave(waves::WaveError::ChangedMeanwhile)) => collided += 1,
                // PostgreSQL says so by itself where both wrote the wave's row.
                Err(error) if error.is_contended() => collided += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
        let result = match stored {
            Some(result) => result,
            None => wave.finish(&app).await,
        };
        println!("{collided} computed in vain, {} lists named", named.len());
        assert!(collided > 0, "no list was named while the result was computed");
        // Stored, told in the result and in the process log: the same lists.
        let mut tx = app.office.0.begin_read("check").await.unwrap();
        let deposits = seed_deposit::list(&mut tx.conn(), wave.drawn.wave.id).await.unwrap();
        drop(tx);
        let is_named = deposits.iter().filter(|one| one.list.is_some());
        let is_named: BTreeSet<String> = is_named.map(|one| hex::encode(one.digest)).collect();
        assert_eq!(is_named, named);
        let in_result = result.wave.seeds.iter().filter(|note| note.fates.is_some());
        let in_result: BTreeSet<String> = in_result.map(|note| note.digest.clone()).collect();
        assert_eq!(in_result, named);
        for county in &result.counties {
            assert_eq!(county.counts.seeded, named.len() as u64, "{}", county.code);
        }
        let entries = wave.entries().await;
        let end = entries.iter().position(|entry| entry["event"] == "result").expect("a result");
        let told = entries.iter().take(end).filter(|entry| entry["event"] == "seeds_named");
        assert_eq!(told.count(), named.len());
        assert!(!entries.iter().skip(end).any(|entry| entry["event"] == "seeds_named"));
        let refused = wave.name(&behind, lists.last().unwrap()).await;
        assert!(matches!(refused, Err(SeedError::NotClosing)), "{refused:?}");
    }
}
