//! A result is announced, and then published for everybody at once.

use minyi::service::release::{announce, awaited, publish, publish_due};
use minyi::service::waves::WaveError;
use minyi::storage::office::{audit, process_entry};
use minyi::survey::role::Role;
use minyi::survey::wave::{Refusal, WaveState};

use crate::support::city::{City, time};
use crate::support::instance::{Visitor, account, read, serve};
use crate::support::on_both;

/// What everybody reads of a wave's events, without the first ones.
async fn told(city: &City, slug: &minyi::survey::wave::WaveSlug) -> Vec<serde_json::Value> {
    let wave = city.wave(slug).await;
    let mut tx = city.app.office.0.begin_read("events").await.unwrap();
    let entries = process_entry::list(&mut tx.conn(), wave.id).await.unwrap();
    let read = |entry: &String| serde_json::from_str(entry).unwrap();
    entries.iter().map(read).skip(5).collect()
}

on_both! {
    async fn a_result_of_real_answers_appears_when_it_was_announced_and_not_before(stores) {
        let city = City::new(&stores).await;
        let (app, ada) = (&city.app, &city.organizer);
        let slug = &city.field_of("2026q4", "2026-10-23T20:00", false).await.wave.slug;
        let early = announce(app, ada, slug, time("2026-12-20T10:00")).await;
        assert!(matches!(early, Err(WaveError::Refused(Refusal::State { .. }))), "{early:?}");
        city.close_wave(slug).await;
        let denied = announce(app, &city.evaluator, slug, time("2026-12-20T10:00")).await;
        assert!(matches!(denied, Err(WaveError::Denied)));
        let at_once = publish(app, ada, slug).await;
        assert!(matches!(at_once, Err(WaveError::Refused(Refusal::NotAnnounced))));
        let short = announce(app, ada, slug, time("2026-10-23T20:59:59")).await;
        let Err(WaveError::Refused(Refusal::ShortNotice { earliest })) = short else {
            panic!("{short:?}")
        };
        assert_eq!(earliest, time("2026-10-23T21:00"));
        assert_eq!(awaited(app).await.unwrap(), []);
        let unsaid = announce(app, ada, slug, time("2026-10-25T10:00")).await;
        assert!(matches!(unsaid, Err(WaveError::Unstated(_))), "nobody answers for it yet: {unsaid:?}");
        crate::support::published::state(app, ada, slug).await;

        for at in ["2026-10-23T21:00", "2026-10-25T10:00"] {
            announce(app, ada, slug, time(at)).await.expect("announced");
        }
        let found = awaited(app).await.unwrap();
        assert_eq!(found.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [time("2026-10-25T10:00")]);
        app.clock.set(time("2026-10-25T09:59:59"));
        assert_eq!(publish_due(app).await.unwrap(), 0, "the earlier time does not hold any more");
        let early = publish(app, ada, slug).await;
        assert!(matches!(early, Err(WaveError::Refused(Refusal::TooEarly { .. }))));

        // Two nodes look at the same moment: one publishes.
        app.clock.set(time("2026-10-25T10:00"));
        let (one, other) = tokio::join!(publish_due(app), publish_due(app));
        assert_eq!(one.unwrap() + other.unwrap(), 1);
        let wave = city.wave(slug).await;
        assert_eq!((wave.state, wave.published_at), (WaveState::Published, Some(app.clock.now())));
        assert_eq!(awaited(app).await.unwrap(), []);
        let told = told(&city, slug).await;
        let said = |entry: &serde_json::Value| (entry["event"].clone(), entry["release_at"].clone());
        assert_eq!(told.iter().map(said).collect::<Vec<_>>(), [
            ("announced".into(), "2026-10-23T21:00:00".into()),
            ("announced".into(), "2026-10-25T10:00:00".into()),
            ("published".into(), serde_json::Value::Null),
        ]);
        assert_eq!(told[1]["before"], "2026-10-23T21:00:00");
        let mut tx = app.office.0.begin_read("audit").await.unwrap();
        let entries = audit::list(&mut tx.conn(), None, 1).await.unwrap();
        assert_eq!((entries[0].action.as_str(), entries[0].account), ("publish_wave", None));
    }

    async fn everybody_reads_when_a_result_appears_and_nothing_of_it_before(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        account(app, "cleo", Role::Organizer).await;
        let slug = &city.field_of("2026q4", "2026-10-23T20:00", false).await.wave.slug;
        city.close_wave(slug).await;
        crate::support::published::state(app, &city.organizer, slug).await;
        let site = serve(app).await;
        let (public, cleo) = (Visitor::at(&site), Visitor::at(&site));
        cleo.sign_in("cleo").await;
        let (desk, results) = (format!("/organize/{slug}"), format!("/results/{slug}"));
        assert_eq!(public.get(&results).await.status().as_u16(), 404);
        assert!(cleo.page(&desk).await.values("button[name=step]", "value").contains(&"announce".to_owned()));
        for (typed, status, word) in [
            ("soon", 422, "no time"),
            ("2026-10-23T20:30", 422, "at least an hour"),
            ("2026-10-25T10:00", 303, ""),
        ] {
            let fields = [("step", "announce"), ("release", typed)];
            let (found, sheet) = read(cleo.post(&desk, &fields).await).await;
            assert_eq!(found, status, "{typed}");
            assert!(sheet.texts(".errors").concat().contains(word), "{typed}");
            if status == 422 {
                assert_eq!(sheet.values("input[name=release]", "value"), [typed]);
            }
        }
        let staff = cleo.page(&desk).await.main();
        assert!(staff.contains("The result is published on 25 October 2026, 10:00"), "{staff}");
        // What an announced result needs is not taken away, and what was typed stays.
        let fields = [("funding-en", "the city"), ("sponsor-en", "")];
        let (refused, sheet) = read(cleo.post(&format!("{desk}/imprint"), &fields).await).await;
        assert_eq!(refused, 422);
        assert!(sheet.texts("textarea").contains(&"the city".to_owned()), "{}", sheet.main());
        let list = public.page("/results").await.main();
        assert!(list.contains("25 October 2026, 10:00"), "{list}");
        let page = public.page(&results).await;
        assert!(page.main().contains("25 October 2026, 10:00, for everybody at once"));
        assert!(!page.main().contains('%'), "no figure");
        assert!(cleo.page(&results).await.main().contains('%'), "staff read the result");
        assert_eq!(public.get(&format!("{results}/files/bundle.zip")).await.status().as_u16(), 404);
        app.clock.set(time("2026-10-25T10:00"));
        publish_due(app).await.unwrap();
        assert!(public.page(&results).await.main().contains('%'));
    }
}
