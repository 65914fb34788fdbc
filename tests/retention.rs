//! Codes end at the date that was stated before fieldwork, on every node, with an entry of the process log.

use std::time::Duration;

use minyi::service::check;
use minyi::service::intake::asked::{Use, was_used};
use minyi::service::intake::submit;
use minyi::service::keys::Keys;
use minyi::service::retention::{codes, forget_due};
use minyi::storage::office::{audit, process_entry, wave_key};
use minyi::survey::time::Instant;
use serde_json::Value;

use crate::support::city::{City, submission, time};
use crate::support::on_both;

const FORM: &[(&str, &str)] = &[("s1", "4"), ("q1", "2")];

async fn events(city: &City, slug: &minyi::survey::wave::WaveSlug) -> Vec<Value> {
    let wave = city.wave(slug).await;
    let mut tx = city.app.office.0.begin_read("events").await.unwrap();
    let entries = process_entry::list(&mut tx.conn(), wave.id).await.unwrap();
    entries
        .iter()
        .map(|entry| serde_json::from_str(entry).unwrap())
        .collect()
}

fn copied(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copied(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

on_both! {
    async fn codes_end_at_the_stated_date_and_nothing_else_does(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        let slug = &drawn.wave.slug;
        let code = drawn.tickets[0].code.printed();
        let unused = drawn.tickets[1].code.printed();
        app.clock.set(time("2026-10-05"));
        submit(app, submission(slug, &drawn.tickets[0], FORM)).await.expect("taken");
        let sealed = events(&city, slug).await.remove(0);
        let stated = sealed["codes_until"].as_str().unwrap().to_owned();
        assert_eq!(stated, "2027-01-21T12:00:00Z", "ninety days after the end, said before fieldwork");
        city.close_wave(slug).await;
        let wave = city.wave(slug).await;
        // Another node has its own copy of the files.
        let keys = stores.folder.path().join("keys");
        let elsewhere = stores.folder.path().join("elsewhere");
        copied(&keys, &elsewhere);
        let other = Keys::open(&elsewhere).unwrap();
        let until = codes(app, &wave).await.unwrap().until.expect("a date");
        assert_eq!(until.to_string(), stated);

        app.clock.set(until.minus(Duration::from_micros(1)));
        assert_eq!(forget_due(app).await.unwrap(), 0, "not a moment before");
        assert_eq!(was_used(app, slug.as_str(), &code, None).await.unwrap(), Use::Used);
        assert_eq!(was_used(app, slug.as_str(), &unused, None).await.unwrap(), Use::Unused);
        assert!(app.keys.left(wave.id).unwrap().iter().any(|name| name.contains(".key")));
        let before = check::waves(&app.office, &app.urn, Some(&app.keys)).await.unwrap().remove(0);

        app.clock.set(until);
        let (one, two) = tokio::join!(forget_due(app), forget_due(app));
        let done = [one, two].into_iter().filter_map(Result::ok).sum::<usize>();
        assert_eq!(done, 1, "once, whoever comes first");
        assert_eq!(forget_due(app).await.unwrap(), 0);
        assert_eq!(app.keys.left(wave.id).unwrap(), Vec::<String>::new());
        let mut tx = app.office.0.begin_read("keys").await.unwrap();
        let mut conn = tx.conn();
        assert!(wave_key::find(&mut conn, wave.id).await.unwrap().is_none());
        let entries = audit::list(&mut conn, None, 20).await.unwrap();
        assert!(entries.iter().any(|entry| entry.action == "destroy_codes" && entry.account.is_none()));
        drop(tx);
        for code in [&code, &unused] {
            assert_eq!(was_used(app, slug.as_str(), code, None).await.unwrap(), Use::Forgotten);
        }
        let told = events(&city, slug).await;
        let ends: Vec<&Value> = told.iter().filter(|one| one["event"] == "codes_destroyed").collect();
        assert_eq!(ends.len(), 1);
        assert_eq!((&ends[0]["stated"], &ends[0]["at"]), (&Value::from(stated.as_str()), &Value::from(stated.as_str())));

        // The record stands as before.
        let after = check::waves(&app.office, &app.urn, Some(&app.keys)).await.unwrap().remove(0);
        assert!(before.urn.as_ref().is_some_and(|urn| urn.leaves > 0));
        assert_eq!((after.used, &after.urn, &after.problems), (before.used, &before.urn, &before.problems));
        assert_eq!((before.keys_here.is_some_and(|n| n > 0), after.keys_here), (true, Some(0)));

        // The other node destroys its own files when it looks, though the office is done.
        assert!(!other.left(wave.id).unwrap().is_empty());
        let mut node = app.clone();
        node.keys = other.clone();
        assert_eq!(forget_due(&node).await.unwrap(), 0);
        assert_eq!(other.left(wave.id).unwrap(), Vec::<String>::new());
    }

    async fn an_open_wave_keeps_its_codes_whatever_the_date(stores) {
        let city = City::new(&stores).await;
        let slug = city.open_wave("2026q4", "2026-10-23T20:00").await;
        let wave = city.wave(&slug).await;
        let until = codes(&city.app, &wave).await.unwrap().until.expect("a date");
        city.app.clock.set(Instant::from_micros(until.micros() * 2));
        assert_eq!(forget_due(&city.app).await.unwrap(), 0);
        assert!(!city.app.keys.left(wave.id).unwrap().is_empty());
    }
}
