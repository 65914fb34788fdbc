//! Fieldwork on its page: steps of twenty, outcomes one by one and by file, days, a forecast, news as they come.

use minyi::service::fieldwork::{self, Board, Day, Note, board, count_days};
use minyi::service::quotas;
use minyi::service::sampling::{Drawn, Ticket};
use minyi::service::waves;
use minyi::storage::office::{audit, fieldwork_day, invitation, wave_key};
use minyi::survey::outcome::{Outcome, Unused};
use minyi::survey::role::Role;

use crate::cards::drawn;
use crate::data::workbook;
use crate::support::city::City;
use crate::support::instance::{Instance, Visitor, account, location, read};
use crate::support::on_both;

const PAGE: &str = "/organize/2026q4/fieldwork";

/// A drawn wave in fieldwork since 1 December, on its second day.
pub async fn open(instance: &Instance) -> Drawn {
    let drawn = drawn(instance).await;
    waves::open(&instance.app, &instance.ada, &instance.slug())
        .await
        .unwrap();
    instance.set_time("2026-12-02T10:00");
    drawn
}

/// Uses so many codes of a county from a place of the list on, as the intake does.
pub async fn use_codes(
    instance: &Instance,
    drawn: &Drawn,
    county: &str,
    from: usize,
    count: usize,
) {
    let app = &instance.app;
    let mut tx = app.office.0.begin_read("keys").await.unwrap();
    let wrapped = wave_key::find(&mut tx.conn(), drawn.wave.id)
        .await
        .unwrap()
        .unwrap();
    drop(tx);
    let keys = app.keys.wave(drawn.wave.id, &wrapped).unwrap();
    let own = drawn
        .tickets
        .iter()
        .filter(|t| t.place.county.as_str() == county);
    let chosen: Vec<_> = own.skip(from).take(count).collect();
    let hashes: Vec<_> = chosen
        .iter()
        .map(|t| t.code.hash(&keys.pepper, drawn.wave.id))
        .collect();
    let id = drawn.wave.id;
    let office = app.office.0.clone();
    let counties: Vec<_> = chosen.iter().map(|t| t.place.county.clone()).collect();
    let mut tx = office.begin_direct("use codes").await.unwrap();
    let asked: Vec<_> = hashes
        .iter()
        .zip(&counties)
        .map(|(hash, county)| (*hash, county))
        .collect();
    invitation::redeem(&mut tx.conn().unwrap(), id, &asked)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn note(who: &Visitor, code: &str, outcome: &str) -> (u16, String, Vec<String>) {
    let answer = who
        .post(PAGE, &[("code", code), ("outcome", outcome)])
        .await;
    let status = answer.status().as_u16();
    if status == 303 {
        return (status, location(&answer).to_owned(), Vec::new());
    }
    let (_, page) = read(answer).await;
    (status, page.main(), page.texts(".errors li"))
}

#[tokio::test]
async fn counts_move_in_steps_and_rates_are_those_of_the_definitions() {
    let instance = Instance::with_draft().await;
    let drawn = open(&instance).await;
    let eve = instance.person("eve").await;
    use_codes(&instance, &drawn, "140321", 0, 19).await;
    let page = eve.page(PAGE).await;
    assert!(
        page.main().contains("0 of 1,600 codes are used"),
        "{}",
        page.main()
    );
    use_codes(&instance, &drawn, "140321", 19, 22).await;
    let page = eve.page(PAGE).await;
    assert!(page.main().contains("40 of 1,600 codes are used (2.5%)"));
    let cells = page.texts(".board tbody tr:first-child td");
    assert_eq!(cells[..3], ["800", "40", "5.0%"]);
    // Nothing is noted: RR2 = 40 of 800; nobody is known to be ineligible, so e = 1 and RR4 is the same; RR6 = 40 of 40.
    assert_eq!(cells[8..], ["5.0%", "5.0%", "100.0%", "0.0%", "5.0%"]);
    for (outcome, count) in [(Outcome::Refusal, 65), (Outcome::NotEligible, 41)] {
        let own = drawn
            .tickets
            .iter()
            .filter(|t| t.place.county.as_str() == "140321");
        let from = if outcome == Outcome::Refusal {
            100
        } else {
            300
        };
        let file: Vec<String> = own
            .skip(from)
            .take(count)
            .map(|t| format!("{},{}", t.code.printed(), outcome.as_str()))
            .collect();
        let file = format!("code,outcome\n{}\n", file.join("\n"));
        let ada = instance.person("ada").await;
        let sent = ada
            .post_file("/organize/2026q4/outcomes", &[], ("o.csv", file.as_bytes()))
            .await;
        assert_eq!(location(&sent), format!("{PAGE}?lang=en&noted={count}"));
    }
    let page = eve.page(PAGE).await;
    let cells = page.texts(".board tbody tr:first-child td");
    assert_eq!((cells[3].as_str(), cells[7].as_str()), ("60", "40"));
    // I = 40, R = 60, NE = 40, unknown = 800 − 140 = 660; e = 100/140.
    let e = 100.0 / 140.0;
    let percent = |share: f64| format!("{:.1}%", 100.0 * share);
    let rr2 = percent(40.0 / 760.0);
    let rr4 = percent(40.0 / (100.0 + e * 660.0));
    assert_eq!(
        cells[8..],
        [
            rr2,
            rr4,
            percent(0.4),
            percent(60.0 / 760.0),
            percent(100.0 / 760.0)
        ]
    );
}

#[tokio::test]
async fn who_notes_an_outcome_does_not_learn_whether_the_code_was_used() {
    let instance = Instance::with_draft().await;
    let drawn = open(&instance).await;
    let app = &instance.app;
    account(app, "fay", Role::Fieldworker).await;
    account(app, "abe", Role::Auditor).await;
    let (fay, abe) = (instance.person("fay").await, instance.person("abe").await);
    use_codes(&instance, &drawn, "140321", 0, 1).await;
    let own: Vec<String> = drawn
        .tickets
        .iter()
        .filter(|t| t.place.county.as_str() == "140321")
        .map(|t| t.code.printed())
        .collect();
    let (used, unused) = (own[0].as_str(), own[1].as_str());
    assert_eq!(
        note(&fay, used, "refusal").await,
        note(&fay, unused, "refusal").await
    );
    assert_eq!(
        note(&fay, &used.to_lowercase(), "none").await.0,
        303,
        "typed as people type"
    );
    let mut wrong = unused.to_owned();
    wrong.replace_range(0..1, if wrong.starts_with('7') { "8" } else { "7" });
    let (status, _, said) = note(&fay, &wrong, "refusal").await;
    assert_eq!((status, said.len()), (422, 1));
    assert!(said[0].contains("a character is wrong"), "{said:?}");
    let foreign = minyi::survey::invitation::Code::from_random([7; 8]).printed();
    let (status, _, said) = note(&fay, &foreign, "refusal").await;
    assert_eq!(status, 422);
    assert!(said[0].contains("not one of this wave"), "{said:?}");
    assert_eq!(note(&fay, unused, "gone").await.0, 422);
    assert_eq!(
        note(&abe, unused, "refusal").await.0,
        403,
        "an auditor changes nothing"
    );
    assert!(abe.page(PAGE).await.texts("#outcome").is_empty());
    let mut tx = app.office.0.begin_read("look").await.unwrap();
    let log = audit::list(&mut tx.conn(), None, 100).await.unwrap();
    drop(tx);
    let noted: Vec<_> = log
        .iter()
        .filter(|entry| entry.action == "note_outcomes")
        .collect();
    assert_eq!(noted.len(), 3);
    let said = serde_json::to_string(&noted.iter().map(|e| &e.detail).collect::<Vec<_>>()).unwrap();
    assert!(!said.contains(used) && said.contains("refusal"), "{said}");
}

/// Twenty notes, one of them moved from an unused code to a used one: no number that staff see may differ.
#[tokio::test]
async fn no_count_of_outcomes_tells_of_a_code() {
    let instance = Instance::with_draft().await;
    let drawn = open(&instance).await;
    let ada = instance.person("ada").await;
    let own: Vec<String> = drawn
        .tickets
        .iter()
        .filter(|t| t.place.county.as_str() == "140321")
        .map(|t| t.code.printed())
        .collect();
    use_codes(&instance, &drawn, "140321", 0, 1).await;
    let numbers = async |codes: &[String]| {
        for code in codes {
            assert_eq!(note(&ada, code, "refusal").await.0, 303);
        }
        let seen = ada.page(PAGE).await.texts(".board td");
        for code in codes {
            assert_eq!(note(&ada, code, "none").await.0, 303);
        }
        seen
    };
    let unused = numbers(&own[1..21]).await;
    let with_used = numbers(&own[..20]).await;
    assert_eq!(unused[3], "20");
    assert_eq!(unused, with_used);
    // Nor after the close, when used codes are shown exactly.
    note(&ada, &own[0], "refusal").await;
    let (app, slug) = (&instance.app, instance.slug());
    instance.set_time("2026-12-08T00:01");
    waves::ask_close(app, &instance.ada, &slug, None)
        .await
        .unwrap();
    minyi::service::close::confirm_close(app, &instance.ben, &slug)
        .await
        .unwrap();
    let page = instance.person("ada").await.page(PAGE).await;
    assert_eq!(
        page.texts(".board tbody tr:first-child td")[1..4],
        ["1", "0.1%", "1"]
    );
    assert!(page.main().contains("The result has the final rates"));
    assert!(!page.main().contains("RR2"));
}

#[tokio::test]
async fn a_file_of_outcomes_is_taken_whole_or_not_at_all() {
    let instance = Instance::with_draft().await;
    let drawn = open(&instance).await;
    let ada = instance.person("ada").await;
    let codes: Vec<String> = drawn.tickets.iter().map(|t| t.code.printed()).collect();
    let send = async |csv: &str| {
        let book = workbook(csv);
        ada.post_file("/organize/2026q4/outcomes", &[], ("结果.xlsx", &book))
            .await
    };
    let bad = format!(
        "答题码,结果\n{},拒绝\n{},跑了\n{},未送达\n{}x,未送达\n",
        codes[0], codes[1], codes[2], codes[3]
    );
    let (status, page) = read(send(&bad).await).await;
    assert_eq!(status, 422);
    assert_eq!(
        page.texts(".errors li"),
        [
            "row 3, column outcome: “跑了” is none of: refusal, non_contact, other, undelivered, not_eligible, none.",
            "row 5, column code: this is no code: a character is wrong or missing.",
        ]
    );
    let twice = format!(
        "答题码,结果\n{0},拒绝\n{1},拒绝\n{0},未送达\n",
        codes[0], codes[1]
    );
    let (status, page) = read(send(&twice).await).await;
    assert_eq!((status, page.texts(".errors li").len()), (422, 1));
    let mut tx = instance.app.office.0.begin_read("look").await.unwrap();
    let noted = invitation::count_unused(&mut tx.conn(), drawn.wave.id)
        .await
        .unwrap();
    drop(tx);
    assert!(noted.is_empty(), "{noted:?}");
    let good = format!("答题码,结果\n{},拒绝\n{},未送达\n", codes[0], codes[1]);
    assert_eq!(send(&good).await.status().as_u16(), 303);
    let undone = format!("答题码,结果\n{},撤销\n", codes[0]);
    assert_eq!(send(&undone).await.status().as_u16(), 303);
    let mut tx = instance.app.office.0.begin_read("look").await.unwrap();
    let noted = invitation::count_unused(&mut tx.conn(), drawn.wave.id)
        .await
        .unwrap();
    let all: u64 = noted.values().map(Unused::total).sum();
    assert_eq!(all, 1);
}

#[tokio::test]
async fn each_day_is_counted_once_and_the_pace_goes_on() {
    let instance = Instance::with_draft().await;
    let drawn = open(&instance).await;
    let (app, ada, slug) = (&instance.app, &instance.ada, instance.slug());
    let mut from = 0;
    for (day, count) in [("2026-12-02", 100), ("2026-12-03", 60), ("2026-12-04", 60)] {
        instance.set_time(&format!("{day}T00:01"));
        count_days(app).await.unwrap();
        use_codes(&instance, &drawn, "140321", from, count).await;
        from += count;
        instance.set_time(&format!("{day}T18:00"));
        count_days(app).await.unwrap();
    }
    instance.set_time("2026-12-05T00:00");
    count_days(app).await.unwrap();
    let found = board(app, ada, &slug).await.unwrap();
    let days: Vec<(&str, u64)> = found
        .days
        .iter()
        .map(|(day, used)| (day.as_str(), *used))
        .collect();
    assert_eq!(
        days,
        [
            ("2026-12-02", 0),
            ("2026-12-03", 100),
            ("2026-12-04", 160),
            ("2026-12-05", 220)
        ]
    );
    // From 100 at the beginning of the 3rd to 220 two days later; the end is three days ahead.
    assert_eq!(found.forecast, Some(220 + 180));
    assert!(
        found
            .strata
            .iter()
            .all(|line| line.day == "2026-12-05" && line.used % 20 == 0)
    );
    assert_eq!(
        found.strata.iter().map(|line| line.issued).sum::<u64>(),
        1_600
    );
    let page = instance.person("eve").await.page(PAGE).await;
    assert!(
        page.main()
            .contains("400 codes will be used at the end (25.0%)"),
        "{}",
        page.main()
    );
    assert_eq!(page.texts(".days tbody tr").len(), 4);
}

/// Outcomes of strata move once a day and in steps of twenty, as used codes do.
#[tokio::test]
async fn outcomes_of_strata_are_those_of_the_last_midnight() {
    let instance = Instance::with_draft().await;
    let drawn = open(&instance).await;
    let (app, ada, slug) = (&instance.app, &instance.ada, instance.slug());
    let first = drawn.tickets[0].place.stratum.planned().to_string();
    let own = |ticket: &&Ticket| ticket.place.stratum.planned().to_string() == first;
    instance.set_time("2026-12-02T08:00");
    count_days(app).await.unwrap();
    for ticket in drawn.tickets.iter().filter(own).take(45) {
        let refused = Note(Some(Outcome::Refusal));
        fieldwork::note_one(app, ada, &slug, ticket.code.clone(), refused)
            .await
            .unwrap();
    }
    let of_first = |found: &Board| {
        let line = found.strata.iter().find(|line| line.stratum == first);
        line.expect("the stratum").noted
    };
    count_days(app).await.unwrap();
    assert_eq!(
        of_first(&board(app, ada, &slug).await.unwrap()),
        Unused::default()
    );
    instance.set_time("2026-12-03T00:00");
    count_days(app).await.unwrap();
    let found = board(app, ada, &slug).await.unwrap();
    let refusals = Unused {
        refusal: 40,
        ..Unused::default()
    };
    assert_eq!(of_first(&found), refusals);
    let others = found.strata.iter().filter(|line| line.stratum != first);
    assert!(others.clone().count() > 0);
    assert!(
        others
            .into_iter()
            .all(|line| line.noted == Unused::default())
    );
    let page = instance.person("eve").await.page(PAGE).await;
    let cells = page.texts("[aria-labelledby=strata-caption] tbody tr:first-child td");
    // Issued, used, share, then refusals first.
    assert_eq!(cells[3], "40", "{cells:?}");
}

on_both! {
    async fn the_lines_of_a_day_come_back_as_they_were_kept(stores) {
        let city = City::new(&stores).await;
        city.import().await;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        let line = |stratum: &str, noted: Unused| Day {
            day: "2026-10-05".to_owned(),
            county: drawn.tickets[0].place.county.clone(),
            stratum: stratum.to_owned(),
            issued: 500,
            used: 40,
            noted,
        };
        let full = Unused { refusal: 20, non_contact: 40, other: 60, undelivered: 80, not_eligible: 100 };
        let days = [line("", Unused::default()), line("140321-rural", full)];
        let mut tx = stores.office.0.begin_write("days").await.unwrap();
        fieldwork_day::insert(&mut tx.conn(), drawn.wave.id, &days).await.unwrap();
        // A line that is there stays.
        fieldwork_day::insert(&mut tx.conn(), drawn.wave.id, &[line("", full)]).await.unwrap();
        assert_eq!(fieldwork_day::list(&mut tx.conn(), drawn.wave.id).await.unwrap(), days);
    }
}

#[tokio::test]
async fn quota_cells_stand_on_the_page_as_bars_of_one_scale() {
    let instance = Instance::with_draft().await;
    let cells = "county,age,sex,target\n140321,18-29,male,40\n140321,60up,female,80\n";
    quotas::give(
        &instance.app,
        &instance.ada,
        &instance.slug(),
        cells.as_bytes(),
        "",
    )
    .await
    .unwrap();
    open(&instance).await;
    let page = instance.person("eve").await.page(PAGE).await;
    assert!(page.main().contains("Quota cells"), "{}", page.main());
    assert_eq!(page.values("td.meter .goal", "x"), ["50.0%", "100.0%"]);
    assert_eq!(page.values("td.meter .done", "width"), ["0.0%", "0.0%"]);
}

#[tokio::test]
async fn a_browser_is_told_when_the_numbers_change() {
    let instance = Instance::with_draft().await;
    let drawn = open(&instance).await;
    let eve = instance.person("eve").await;
    let mut stream = eve.get("/organize/2026q4/live").await;
    assert_eq!(stream.status().as_u16(), 200);
    let first = stream.chunk().await.unwrap().unwrap();
    let first = String::from_utf8(first.to_vec()).unwrap();
    let token = eve.page(PAGE).await.values("#live", "data-token");
    assert!(token[0].starts_with("open-"), "{token:?}");
    assert_eq!(first.trim(), format!("retry: 1000\ndata: {}", token[0]));
    use_codes(&instance, &drawn, "140322", 0, 25).await;
    let next = tokio::time::timeout(std::time::Duration::from_secs(20), stream.chunk());
    let next = next.await.expect("news").unwrap().unwrap();
    assert!(String::from_utf8(next.to_vec()).unwrap().contains("-20."));
    // It ends with the instance.
    instance.app.stop.cancel();
    let end = tokio::time::timeout(std::time::Duration::from_secs(20), async {
        while let Ok(Some(_)) = stream.chunk().await {}
    });
    end.await.expect("the stream ends");
}
