//! Changes after the seal: the end, a reminder, an exclusion; on pages, in the intake and in the result.

use std::collections::BTreeMap;

use minyi::service::intake::{self, IntakeError};
use minyi::service::rules::{self, Wanted};
use minyi::service::{close, waves};
use minyi::storage::office::audit;
use minyi::survey::rule::Rule;
use minyi::survey::sample::{StratumCode, UnitCode};
use minyi::survey::wave::WaveSlug;

use crate::cards::drawn;
use crate::data::cells;
use crate::support::city::{City, confirm_latest, submission, time};
use crate::support::instance::{Instance, Visitor, account, location, read};
use crate::support::on_both;

const PAGE: &str = "/organize/2026q4/rules";

const FORM: &[(&str, &str)] = &[("s1", "4"), ("s2", "18-29"), ("d1", "male"), ("q1", "1")];

/// The request that waits on the page.
async fn waiting(who: &Visitor) -> String {
    who.page(PAGE).await.values("input[name=change]", "value")[0].clone()
}

async fn entries(city: &City, slug: &WaveSlug, action: &str) -> usize {
    let mut tx = city.app.office.0.begin_read("audit").await.unwrap();
    let entries = audit::list_subject(&mut tx.conn(), &format!("wave {slug}")).await;
    let entries = entries.unwrap();
    entries
        .iter()
        .filter(|entry| entry.action == action)
        .count()
}

on_both! {
    async fn the_end_moves_at_midnight_and_residents_answer_until_the_new_one(stores) {
        let city = City::new(&stores).await;
        let (app, ada, ben) = (&city.app, &city.organizer, &city.second);
        let drawn = city.field("2026q3", "2026-11-01").await;
        let slug = &drawn.wave.slug;
        app.clock.set(time("2026-10-30T10:00"));
        let wanted = Wanted::End(time("2026-11-05T20:00"));
        rules::ask(app, ada, slug, wanted, "the roads were flooded").await.unwrap();
        confirm_latest(app, ben, slug).await.unwrap();
        assert_eq!(rules::apply_due(app).await.unwrap(), 0);
        assert_eq!(city.wave(slug).await.closes_at, time("2026-11-01T00:00"));
        // Whichever node comes first: two at the same moment change it once.
        app.clock.set(time("2026-10-31T00:00"));
        let (one, other) = tokio::join!(rules::apply_due(app), rules::apply_due(app));
        assert_eq!(one.unwrap() + other.unwrap(), 1);
        assert_eq!(entries(&city, slug, "apply_rule").await, 1);
        let wave = city.wave(slug).await;
        assert_eq!(wave.closes_at, time("2026-11-05T20:00"));
        // After the sealed end an answer is taken, after the new one none.
        app.clock.set(time("2026-11-02T10:00"));
        let first = intake::submit(app, submission(slug, &drawn.tickets[0], FORM)).await;
        let receipt = first.unwrap();
        assert_eq!(receipt.promise_by, time("2026-11-21T20:00"), "the end and what may follow it");
        app.clock.set(time("2026-11-05T20:00"));
        app.intake.forget();
        let late = intake::submit(app, submission(slug, &drawn.tickets[1], FORM)).await;
        assert!(matches!(late, Err(IntakeError::Closed { .. })), "{late:?}");
        // The result says it, with the reason and without names.
        let result = city.close_wave(slug).await;
        let [note] = result.wave.changes.as_slice() else {
            panic!("{:?}", result.wave.changes)
        };
        assert!(note.in_effect);
        assert_eq!(note.reason, "the roads were flooded");
        let sealed = Rule::End { before: time("2026-11-01T00:00"), end: time("2026-11-05T20:00") };
        assert_eq!(note.rule, sealed);
        assert!(!serde_json::to_string(&result.wave.changes).unwrap().contains("ada"));
        app.clone().shutdown().await;
    }

    async fn answers_of_a_unit_are_left_out_by_two_people_and_counted_in_public(stores) {
        let city = City::new(&stores).await;
        let (app, ada, ben) = (&city.app, &city.organizer, &city.second);
        let drawn = city.field("2026q3", "2026-11-01").await;
        let slug = &drawn.wave.slug;
        app.clock.set(time("2026-10-03T10:00"));
        let unit = drawn.tickets[0].place.variance_unit.clone();
        let mut left_out: BTreeMap<&str, u64> = BTreeMap::new();
        for ticket in drawn.tickets.iter().step_by(5) {
            intake::submit(app, submission(slug, ticket, FORM)).await.unwrap();
            if ticket.place.variance_unit == unit {
                *left_out.entry(ticket.place.county.as_str()).or_default() += 1;
            }
        }
        let wanted = Wanted::Exclusion(unit.clone());
        rules::ask(app, ada, slug, wanted, "envelopes were opened").await.unwrap();
        confirm_latest(app, ben, slug).await.unwrap();
        app.clock.set(time("2026-10-04T00:00"));
        rules::apply_due(app).await.unwrap();
        // A second one is due at midnight, and no node sees to it: the close does.
        app.clock.set(time("2026-10-31T09:00"));
        let other = drawn.tickets.iter().step_by(5).map(|ticket| &ticket.place);
        let other: Vec<_> = other.filter(|place| place.variance_unit != unit).collect();
        let second = other.last().unwrap().variance_unit.clone();
        for place in other.iter().filter(|place| place.variance_unit == second) {
            *left_out.entry(place.county.as_str()).or_default() += 1;
        }
        rules::ask(app, ada, slug, Wanted::Exclusion(second), "doubts").await.unwrap();
        confirm_latest(app, ben, slug).await.unwrap();
        app.clock.set(time("2026-11-01T00:00"));
        waves::ask_close(app, ada, slug, None).await.unwrap();
        let result = close::confirm_close(app, ben, slug).await.unwrap().sampled().unwrap();
        for county in &result.counties {
            let expected = left_out.get(county.code.as_str()).copied().unwrap_or_default();
            assert_eq!(county.counts.excluded, expected, "{}", county.code);
            assert!(county.reconciliation.iter().all(|line| line.holds));
        }
        assert!(left_out.values().sum::<u64>() >= 10, "{left_out:?}");
        let held: Vec<bool> = result.wave.changes.iter().map(|note| note.in_effect).collect();
        assert_eq!(held, [true, true]);
        // After the close nothing takes effect any more.
        app.clock.set(time("2026-11-03T00:00"));
        assert_eq!(rules::apply_due(app).await.unwrap(), 0);
        app.clone().shutdown().await;
    }
}

#[tokio::test]
async fn a_reminder_goes_to_everybody_of_a_stratum() {
    let instance = Instance::with_draft().await;
    let drawn = drawn(&instance).await;
    waves::open(&instance.app, &instance.ada, &instance.slug())
        .await
        .unwrap();
    instance.set_time("2026-12-02T10:00");
    let (ada, ben) = (instance.person("ada").await, instance.person("ben").await);
    // Nothing chosen: said, and what was typed stays.
    let fields = [
        ("what", "ask"),
        ("kind", "reminder"),
        ("reason", "half time"),
    ];
    let (status, page) = read(ada.post(PAGE, &fields).await).await;
    assert_eq!(status, 422);
    assert_eq!(page.texts(".errors li"), ["Choose at least one stratum."]);
    assert_eq!(page.texts("#reason-reminder"), ["half time"]);
    let stratum = "stratum-140321-rural";
    let fields = [
        ("what", "ask"),
        ("kind", "reminder"),
        ("reason", "half time"),
        (stratum, "1"),
    ];
    assert_eq!(ada.post(PAGE, &fields).await.status().as_u16(), 303);
    let id = waiting(&ben).await;
    let confirm = [("what", "confirm"), ("change", id.as_str())];
    assert_eq!(ben.post(PAGE, &confirm).await.status().as_u16(), 303);
    assert!(ben.page(PAGE).await.values(".facts a", "href").is_empty());
    instance.set_time("2026-12-03T00:00");
    rules::apply_due(&instance.app).await.unwrap();
    let ben = instance.person("ben").await;
    let page = ben.page(PAGE).await;
    let link = page.values(".facts a", "href");
    let (link, _) = link[0].split_once('?').unwrap();
    let book = ben.get(link).await;
    assert!(
        book.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .contains("reminder-2026q4.xlsx")
    );
    let rows = cells(&book.bytes().await.unwrap());
    assert_eq!(
        rows[0],
        [
            "County",
            "Stratum",
            "Community code",
            "Community",
            "Invitations"
        ]
    );
    let listed: usize = rows[1..]
        .iter()
        .map(|row| row[4].parse::<usize>().unwrap())
        .sum();
    let invited = drawn
        .tickets
        .iter()
        .filter(|ticket| ticket.place.stratum.planned() == StratumCode::new("140321-rural"));
    assert_eq!(listed, invited.count());
    assert!(
        rows[1..]
            .iter()
            .all(|row| row[0] == "Pingding" && !row[3].is_empty()),
        "{rows:?}"
    );
}

#[tokio::test]
async fn the_page_asks_waits_and_shows_to_those_who_may_only_read() {
    let instance = Instance::with_draft().await;
    let drawn = drawn(&instance).await;
    account(&instance.app, "kit", minyi::survey::role::Role::Auditor).await;
    let (ada, ben, kit) = (
        instance.person("ada").await,
        instance.person("ben").await,
        instance.person("kit").await,
    );
    assert!(
        ada.page(PAGE)
            .await
            .main()
            .contains("Nothing has been changed.")
    );
    let ask = |end: &'static str| {
        [
            ("what", "ask"),
            ("kind", "end"),
            ("reason", "snow"),
            ("end", end),
        ]
    };
    let (status, page) = read(ada.post(PAGE, &ask("soon")).await).await;
    assert_eq!(status, 422);
    assert!(page.texts(".errors li")[0].contains("“soon” is no date and time"));
    assert_eq!(page.values("#end", "value"), ["soon"]);
    let (status, page) = read(ada.post(PAGE, &ask("2027-03-01")).await).await;
    assert_eq!(status, 422);
    assert!(
        page.texts(".errors li")[0].contains("can be moved to"),
        "{}",
        page.main()
    );
    let asked = ada.post(PAGE, &ask("2026-12-10T18:00")).await;
    assert_eq!(location(&asked), format!("{PAGE}?lang=en"));
    // The same kind, asked again, replaces the request: whoever read the first one does not confirm the second.
    let first = waiting(&ben).await;
    ada.post(PAGE, &ask("2026-12-11T18:00")).await;
    let stale = [("what", "confirm"), ("change", first.as_str())];
    let (status, page) = read(ben.post(PAGE, &stale).await).await;
    assert_eq!(status, 422);
    assert!(
        page.texts(".errors li")[0].contains("was replaced"),
        "{}",
        page.main()
    );
    let id = waiting(&ben).await;
    let confirm = [("what", "confirm"), ("change", id.as_str())];
    assert_eq!(ada.post(PAGE, &confirm).await.status().as_u16(), 422);
    let seen = kit.page(PAGE).await;
    assert!(
        seen.main().contains("Fieldwork ends 11 December 2026"),
        "{}",
        seen.main()
    );
    assert!(seen.main().contains("Reason: snow"));
    assert!(seen.values("main form", "action").is_empty());
    assert_eq!(kit.post(PAGE, &confirm).await.status().as_u16(), 403);
    // Taken back, it is gone.
    let withdraw = [("what", "withdraw"), ("change", id.as_str())];
    assert_eq!(ben.post(PAGE, &withdraw).await.status().as_u16(), 303);
    assert_eq!(ben.post(PAGE, &confirm).await.status().as_u16(), 422);
    let unit = drawn.tickets[0].place.variance_unit.as_str().to_owned();
    let exclude = [
        ("what", "ask"),
        ("kind", "exclusion"),
        ("reason", "a clerk filled in forms"),
        ("unit", unit.as_str()),
    ];
    assert_eq!(ben.post(PAGE, &exclude).await.status().as_u16(), 303);
    let waiting = ada.page(PAGE).await;
    assert!(waiting.main().contains(&format!("variance unit {unit}")));
    assert_eq!(waiting.values("button[value=confirm]", "value").len(), 1);
    let history = ada.page("/organize/2026q4").await.main();
    for sentence in [
        "ada asked for a change of the rules",
        "ben took a request for a change back",
        "ben asked for a change of the rules",
    ] {
        assert!(history.contains(sentence), "{history}");
    }
    let known = UnitCode::new(unit);
    let board = rules::board(&instance.app, &instance.ada, &instance.slug())
        .await
        .unwrap();
    assert!(matches!(&board.changes[0].rule, Rule::Exclusion { unit } if *unit == known));
}
