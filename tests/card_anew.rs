//! A spoiled card is made anew: the old code is worth nothing, no second answer comes in, and nobody learns who has answered.

use minyi::service::card_anew;
use minyi::service::codes::CodesError;
use minyi::service::fieldwork::{self, Note};
use minyi::service::intake::{self, IntakeError, Submission};
use minyi::service::sampling::Ticket;
use minyi::service::waves::WaveError;
use minyi::storage::office::{invitation, process_entry};
use minyi::survey::invitation::Code;
use minyi::survey::outcome::Outcome;
use minyi::survey::role::Role;
use minyi::survey::wave::WaveSlug;

use crate::support::city::{City, submission, time};
use crate::support::instance::{Instance, account, location, read};
use crate::support::on_both;

/// What the owner of a new card sends.
fn with(slug: &WaveSlug, ticket: &Ticket, code: &Code) -> Submission {
    Submission {
        code: code.printed(),
        ..submission(slug, ticket, YES)
    }
}

const YES: &[(&str, &str)] = &[("s1", "4"), ("q1", "2")];

on_both! {
    async fn a_new_code_takes_the_place_of_an_unused_one(stores) {
        let city = City::new(&stores).await;
        let (app, ada) = (&city.app, &city.organizer);
        city.import().await;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        app.clock.set(time("2026-10-03T09:00"));
        let (slug, ticket) = (&drawn.wave.slug, &drawn.tickets[0]);
        let made = card_anew::make(app, ada, slug, &ticket.code).await.expect("a new card");
        assert!(made.link.ends_with(&format!("/140321#{}", made.code.printed())));
        let old = intake::submit(app, submission(slug, ticket, YES)).await;
        assert!(matches!(old, Err(IntakeError::Replaced)), "{old:?}");
        let again = card_anew::make(app, ada, slug, &ticket.code).await;
        assert!(matches!(again, Err(CodesError::Rows(_))), "the old one cannot be made anew twice");
        intake::submit(app, with(slug, ticket, &made.code)).await.expect("a receipt");
        let mut tx = app.office.0.begin_read("count").await.unwrap();
        let issued = invitation::count_by_unit(&mut tx.conn(), drawn.wave.id).await.unwrap();
        let sum = |f: fn(&invitation::Issued) -> u64| issued.iter().map(f).sum::<u64>();
        assert_eq!((sum(|unit| unit.issued), sum(|unit| unit.used)), (2000, 1));
        // The record tells that there was a new card, and the root of all codes is another one.
        let entries = process_entry::list(&mut tx.conn(), drawn.wave.id).await.unwrap();
        let entries: Vec<serde_json::Value> =
            entries.iter().map(|entry| serde_json::from_str(entry).unwrap()).collect();
        let roots: Vec<&str> = entries.iter().filter_map(|entry| entry["codes"].as_str()).collect();
        assert_eq!(entries.last().unwrap()["event"], "card_made_anew");
        assert_eq!(roots.len(), 2);
        assert_ne!(roots[0], roots[1]);
        drop(tx);
        assert_eq!(card_anew::count(app, ada, slug).await.unwrap(), 1);
    }

    async fn a_new_code_for_a_used_one_brings_no_second_answer(stores) {
        let city = City::new(&stores).await;
        let (app, ada) = (&city.app, &city.organizer);
        city.import().await;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        app.clock.set(time("2026-10-03T09:00"));
        let (slug, ticket) = (&drawn.wave.slug, &drawn.tickets[0]);
        let sent = submission(slug, ticket, YES);
        let receipt = intake::submit(app, sent.clone()).await.expect("a receipt");
        let made = card_anew::make(app, ada, slug, &ticket.code).await.expect("a new card");
        let second = intake::submit(app, with(slug, ticket, &made.code)).await;
        assert!(matches!(second, Err(IntakeError::AlreadyReceived)), "{second:?}");
        // Whoever lost the reply still gets it with the old code: nothing is lost.
        assert_eq!(intake::submit(app, sent).await.expect("the same"), receipt);
        // With other answers the old code says no more than one that was never used.
        let other = submission(slug, ticket, &[("s1", "4"), ("q1", "3")]);
        assert!(matches!(intake::submit(app, other).await, Err(IntakeError::Replaced)));
        // A card made anew twice stands for the first one still, and an outcome noted for it is that one's.
        let third = card_anew::make(app, ada, slug, &made.code).await.expect("another card");
        let refused = intake::submit(app, with(slug, ticket, &third.code)).await;
        assert!(matches!(refused, Err(IntakeError::AlreadyReceived)));
        let note = Note(Some(Outcome::Refusal));
        fieldwork::note_one(app, ada, slug, third.code, note).await.expect("noted");
        let mut tx = app.office.0.begin_read("count").await.unwrap();
        let conn = &mut tx.conn();
        let noted = invitation::count_noted(conn, drawn.wave.id).await.unwrap();
        assert_eq!(noted.values().map(|county| county.of(Outcome::Refusal)).sum::<u64>(), 1);
        let issued = invitation::count_by_unit(conn, drawn.wave.id).await.unwrap();
        let sum = |f: fn(&invitation::Issued) -> u64| issued.iter().map(f).sum::<u64>();
        assert_eq!((sum(|unit| unit.issued), sum(|unit| unit.used)), (2000, 1));
        drop(tx);
        assert_eq!(card_anew::count(app, ada, slug).await.unwrap(), 2);
        let fay = account(app, "fay", Role::Fieldworker).await;
        let denied = card_anew::make(app, &fay, slug, &ticket.code).await;
        assert!(matches!(denied, Err(CodesError::Wave(WaveError::Denied))));
    }
}

/// What somebody who made a card anew can try without spending the new code, in words.
async fn tried(city: &City, slug: &WaveSlug, ticket: &Ticket, new: &Code) -> Vec<String> {
    let (app, ada) = (&city.app, &city.organizer);
    let elsewhere = |mut sent: Submission| {
        "140322".clone_into(&mut sent.county_in_path);
        sent
    };
    let old = Submission {
        instance_id: [9; 16],
        ..submission(slug, ticket, YES)
    };
    let note = Note(Some(Outcome::Refusal));
    vec![
        format!(
            "{:?}",
            card_anew::make(app, ada, slug, &ticket.code).await.err()
        ),
        format!(
            "{:?}",
            fieldwork::note_one(app, ada, slug, ticket.code.clone(), note)
                .await
                .err()
        ),
        format!(
            "{:?}",
            fieldwork::note_one(app, ada, slug, new.clone(), note).await
        ),
        format!("{:?}", intake::submit(app, old.clone()).await.err()),
        format!("{:?}", intake::submit(app, elsewhere(old)).await.err()),
        format!(
            "{:?}",
            intake::submit(app, elsewhere(with(slug, ticket, new)))
                .await
                .err()
        ),
    ]
}

on_both! {
    async fn whatever_is_tried_after_it_says_the_same_of_a_used_and_of_an_unused_code(stores) {
        let city = City::new(&stores).await;
        let (app, ada) = (&city.app, &city.organizer);
        city.import().await;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        app.clock.set(time("2026-10-03T09:00"));
        let slug = &drawn.wave.slug;
        let (used, unused) = (&drawn.tickets[0], &drawn.tickets[1]);
        intake::submit(app, submission(slug, used, YES)).await.expect("a receipt");
        let mut said = Vec::new();
        for ticket in [used, unused] {
            let first = card_anew::make(app, ada, slug, &ticket.code).await.expect("a new card");
            said.push(tried(&city, slug, ticket, &first.code).await);
            // The same of the code that was in between.
            let second = card_anew::make(app, ada, slug, &first.code).await.expect("another card");
            let again = Ticket { code: first.code, ..copy(ticket) };
            said.push(tried(&city, slug, &again, &second.code).await);
        }
        assert_eq!(said[0], said[2]);
        assert_eq!(said[1], said[3]);
        assert!(said[0][3].contains("Replaced") && said[0][4].contains("Replaced"), "{:?}", said[0]);
        assert!(said[0][5].contains("OtherCounty"), "{:?}", said[0]);
    }
}

fn copy(ticket: &Ticket) -> Ticket {
    Ticket {
        code: ticket.code.clone(),
        place: ticket.place.clone(),
        community: ticket.community.clone(),
        part: ticket.part,
        link: ticket.link.clone(),
    }
}

#[tokio::test]
async fn the_page_shows_the_new_code_once_and_says_what_is_wrong_with_the_old_one() {
    let instance = Instance::with_draft().await;
    let drawn = crate::fieldwork::open(&instance).await;
    let ada = instance.person("ada").await;
    let cards = ada.page("/organize/2026q4/cards").await;
    assert!(cards.main().contains("No card has been made anew so far."));
    let code = drawn.tickets[3].code.printed();
    let answer = ada.post("/organize/2026q4/card", &[("code", &code)]).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let (status, page) = read(answer).await;
    assert_eq!(status, 200);
    let shown = page.texts(".newcard .code").concat();
    assert_ne!(shown, code);
    let minyi = Code::parse(&shown).expect("a code");
    assert_eq!(minyi.printed(), shown);
    assert_eq!(page.texts(".newcard svg").len(), 1);
    for (typed, said) in [
        (code.as_str(), "not one of this wave"),
        ("ABCD", "this is no code"),
        ("", "this is no code"),
    ] {
        let (status, page) =
            read(ada.post("/organize/2026q4/card", &[("code", typed)]).await).await;
        assert_eq!(status, 422);
        let text = page.texts(".errors").concat();
        assert!(text.contains(said), "{typed}: {text}");
        assert_eq!(
            page.values("#code", "value"),
            [typed],
            "what was typed is kept"
        );
    }
    let cards = ada.page("/organize/2026q4/cards").await;
    assert!(cards.main().contains("One card has been made anew so far."));
    let back = ada.get("/organize/2026q4/card").await;
    assert_eq!(location(&back), "/organize/2026q4/cards?lang=en");
}
