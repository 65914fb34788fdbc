//! Paper entry: an envelope spends its code, two people type each sheet, a third one settles, and a lot enters the record whole.

use std::collections::BTreeMap;

use minyi::service::app::App;
use minyi::service::batch::{Drain, run_batch};
use minyi::service::check;
use minyi::service::intake::{self, IntakeError};
use minyi::service::keys::random;
use minyi::service::paper::{self, Entered, PaperError, Typed};
use minyi::service::release;
use minyi::service::sampling::{Drawn, Ticket};
use minyi::service::waves::WaveError;
use minyi::storage::office::audit;
use minyi::storage::urn::{envelope, gate, lot, response, sheet};
use minyi::survey::account::Account;
use minyi::survey::answer::{Answer, Answers};
use minyi::survey::invitation::Place;
use minyi::survey::paper::{Lot, Turn};
use minyi::survey::questionnaire::Direction;
use minyi::survey::response::Mode;
use minyi::survey::result::Check;
use minyi::survey::role::Role;
use minyi::survey::wave::WaveSlug;

use crate::support::city::{City, submission, time};
use crate::support::fieldwork::{Fieldwork, SLUG};
use crate::support::instance::{Visitor, account, location, serve};
use crate::support::on_both;

const YES: &[(&str, &str)] = &[("s1", "4"), ("q1", "2")];

/// The city in the field, with those who type.
struct Desk {
    city: City,
    drawn: Drawn,
    typists: [Account; 3],
}

impl Desk {
    async fn new(stores: &crate::support::Stores) -> Self {
        let city = City::new(stores).await;
        city.import().await;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        city.app.clock.set(time("2026-10-03T09:00"));
        let typists = [
            account(&city.app, "fay", Role::Fieldworker).await,
            account(&city.app, "flo", Role::Fieldworker).await,
            account(&city.app, "fin", Role::Fieldworker).await,
        ];
        Self {
            city,
            drawn,
            typists,
        }
    }

    fn app(&self) -> &App {
        &self.city.app
    }

    fn slug(&self) -> &WaveSlug {
        &self.drawn.wave.slug
    }

    /// Tickets of one variance unit.
    fn of_one_unit(&self) -> Vec<&Ticket> {
        let mut units: BTreeMap<String, Vec<&Ticket>> = BTreeMap::new();
        for ticket in &self.drawn.tickets {
            let unit = ticket.place.variance_unit.as_str().to_owned();
            units.entry(unit).or_default().push(ticket);
        }
        units.into_values().next().unwrap()
    }

    async fn arrives(&self, ticket: &Ticket) -> Result<Place, PaperError> {
        let [fay, ..] = &self.typists;
        paper::accept(
            self.app(),
            fay,
            self.slug(),
            &ticket.code.printed(),
            &random().unwrap(),
        )
        .await
    }

    async fn arrive(&self, tickets: &[&Ticket]) {
        for ticket in tickets {
            assert_eq!(self.arrives(ticket).await.unwrap(), ticket.place);
        }
    }

    async fn open(&self, place: &Place) -> Result<Lot, PaperError> {
        let unit = place.variance_unit.as_str();
        paper::open_lot(
            self.app(),
            &self.typists[0],
            self.slug(),
            &place.county,
            unit,
        )
        .await
    }

    /// Somebody types the number of the box of the headline.
    async fn types(
        &self,
        who: usize,
        lot: &Lot,
        number: u64,
        q1: &str,
    ) -> Result<Entered, PaperError> {
        let place = (lot.place.county.as_str(), lot.name.as_str(), number);
        let typed = typed(q1);
        paper::enter(self.app(), &self.typists[who], self.slug(), place, &typed).await
    }

    /// Approval of every record, and how it came.
    async fn records(&self) -> Vec<(Option<usize>, Option<Mode>)> {
        let wave = self.drawn.wave.id;
        run_batch(self.app(), wave, Drain::No)
            .await
            .expect("a batch");
        let questionnaire = paper::overview(self.app(), &self.typists[0], self.slug())
            .await
            .unwrap()
            .questionnaire;
        let mut tx = self.app().urn.0.begin_read("records").await.unwrap();
        let kept = response::list(&mut tx.conn(), wave).await.unwrap();
        let records = kept.iter().map(|response| {
            let answers = Answers::decode(&questionnaire, &response.answers).unwrap();
            let q1 = match answers.get(&questionnaire, "q1") {
                Answer::Chosen(set) => Some(set.first() + 1),
                _ => None,
            };
            (q1, response.traits.mode)
        });
        records.collect()
    }
}

fn typed(q1: &str) -> Typed {
    Typed {
        is_missing: false,
        language: "zh-CN".to_owned(),
        direction: Direction::Forward,
        boxes: [("s1", "4"), ("s2", "3"), ("q1", q1)]
            .map(|(item, text)| (item.to_owned(), text.to_owned()))
            .into(),
    }
}

on_both! {
    async fn an_envelope_spends_its_code_once_whatever_is_sent_again(stores) {
        let desk = Desk::new(&stores).await;
        let (app, slug, fay) = (desk.app(), desk.slug(), &desk.typists[0]);
        let (ticket, answered) = (&desk.drawn.tickets[0], &desk.drawn.tickets[1]);
        let code = ticket.code.printed();
        let place = paper::accept(app, fay, slug, &code, &[7; 16]).await.unwrap();
        assert_eq!(place, ticket.place);
        // A lost reply, a page that is loaded again.
        assert_eq!(paper::accept(app, fay, slug, &code, &[7; 16]).await.unwrap(), place);
        let again = paper::accept(app, fay, slug, &code, &[8; 16]).await;
        assert!(matches!(again, Err(PaperError::Intake(IntakeError::AlreadyReceived))));
        let online = intake::submit(app, submission(slug, ticket, YES)).await;
        assert!(matches!(online, Err(IntakeError::AlreadyReceived)), "{online:?}");
        // And the other way round: what came by phone stays, its receipt is found again.
        let sent = submission(slug, answered, YES);
        let receipt = intake::submit(app, sent.clone()).await.unwrap();
        let late = desk.arrives(answered).await;
        assert!(matches!(late, Err(PaperError::Intake(IntakeError::AlreadyReceived))));
        assert_eq!(intake::submit(app, sent).await.unwrap(), receipt);
        let unknown = paper::accept(app, fay, slug, &minyi::survey::invitation::Code::from_random([9; 8]).printed(), &[1; 16]).await;
        assert!(matches!(unknown, Err(PaperError::Intake(IntakeError::UnknownCode))));
        let no_code = paper::accept(app, fay, slug, "abc", &[1; 16]).await;
        assert!(matches!(no_code, Err(PaperError::Intake(IntakeError::BadCodeForm(_)))));
        let mut tx = app.urn.0.begin_read("envelopes").await.unwrap();
        let waiting = envelope::list(&mut tx.conn(), desk.drawn.wave.id).await.unwrap();
        assert_eq!(waiting, [(place, 1)]);
        drop(tx);
        // Whoever measures nothing takes nothing in.
        let denied = paper::accept(app, &desk.city.evaluator, slug, &code, &[2; 16]).await;
        assert!(matches!(denied, Err(PaperError::Wave(WaveError::Denied))));
    }

    async fn codes_of_every_county_are_taken_in_at_one_desk_and_none_after_the_end(stores) {
        let desk = Desk::new(&stores).await;
        let tickets = &desk.drawn.tickets;
        let there = tickets.iter().find(|ticket| ticket.place.county.as_str() == "140322").unwrap();
        let here = tickets.iter().find(|ticket| ticket.place.county.as_str() == "140321").unwrap();
        desk.arrive(&[there, here]).await;
        desk.app().clock.set(time("2026-10-23T20:00"));
        let late = desk.arrives(tickets.last().unwrap()).await;
        assert!(matches!(late, Err(PaperError::Intake(IntakeError::Closed { .. }))), "{late:?}");
    }

    async fn two_people_type_a_third_settles_and_the_lot_enters_whole(stores) {
        let desk = Desk::new(&stores).await;
        let tickets = desk.of_one_unit();
        desk.arrive(&tickets[..9]).await;
        let place = &tickets[0].place;
        assert!(matches!(desk.open(place).await, Err(PaperError::TooFew)), "nine are too few to hide among");
        desk.arrive(&tickets[9..12]).await;
        let lot = desk.open(place).await.unwrap();
        assert_eq!((lot.sheets, &lot.place), (12, place));
        assert!(matches!(desk.open(place).await, Err(PaperError::TooFew)), "all are taken");
        // Fay types every sheet; the first says box 1, the others box 2.
        for number in 1..=12 {
            let q1 = if number == 1 { "1" } else { "2" };
            let next = desk.types(0, &lot, number, q1).await.unwrap();
            let wanted = if number < 12 { Entered::Next(number + 1) } else { Entered::Wait };
            assert_eq!(next, wanted);
        }
        // The same once more is one reading; another one by her is none.
        assert_eq!(desk.types(0, &lot, 3, "2").await.unwrap(), Entered::Wait);
        assert!(matches!(desk.types(0, &lot, 3, "4").await, Err(PaperError::NotYours(Turn::Others))));
        // Flo reads sheet 5 differently and does not see what Fay read.
        let at = |number| (lot.place.county.as_str(), lot.name.as_str(), number);
        let seen = paper::show(desk.app(), &desk.typists[1], desk.slug(), at(5)).await.unwrap();
        assert_eq!((seen.turn, seen.readings.len()), (Turn::Type, 0));
        for number in 1..=12 {
            let q1 = match number { 1 => "1", 5 => "3", _ => "2" };
            desk.types(1, &lot, number, q1).await.unwrap();
        }
        assert_eq!(desk.records().await, [], "nothing of an unfinished lot is in the record");
        for who in [0, 1] {
            let seen = paper::show(desk.app(), &desk.typists[who], desk.slug(), at(5)).await.unwrap();
            assert_eq!((seen.turn, seen.readings.len()), (Turn::Others, 0));
        }
        let seen = paper::show(desk.app(), &desk.typists[2], desk.slug(), at(5)).await.unwrap();
        assert_eq!((seen.turn, seen.readings.len()), (Turn::Settle, 2));
        assert!(matches!(desk.types(2, &lot, 1, "2").await, Err(PaperError::NotYours(Turn::Done))));
        assert_eq!(desk.types(2, &lot, 5, "").await.unwrap(), Entered::Kept);
        // Twelve of one unit are enough for it, but a batch needs twenty.
        assert_eq!(desk.records().await, []);
        for ticket in &tickets[12..20] {
            intake::submit(desk.app(), submission(desk.slug(), ticket, YES)).await.unwrap();
        }
        let mut records = desk.records().await;
        records.sort();
        let count = |q1: Option<usize>, mode| records.iter().filter(|one| **one == (q1, Some(mode))).count();
        let paper = Mode::Paper;
        assert_eq!(
            (count(None, paper), count(Some(1), paper), count(Some(2), paper), count(Some(2), Mode::Web)),
            (1, 1, 10, 8),
            "{records:?}"
        );
        // What was typed is gone, and the lot enters once.
        let mut tx = desk.app().urn.0.begin_read("sheets").await.unwrap();
        let conn = &mut tx.conn();
        let lots = lot::list(conn, desk.drawn.wave.id).await.unwrap();
        assert!(lots.len() == 1 && lots[0].is_kept);
        assert!(sheet::list(conn, desk.drawn.wave.id, &lot).await.unwrap().is_empty());
        drop(tx);
        let again = paper::finish_lot(desk.app(), &desk.typists[0], desk.slug(), place.county.as_str(), lot.name.as_str()).await;
        assert_eq!(again.unwrap(), Entered::Kept);
        assert_eq!(desk.records().await.len(), 20);
        // Who did what is in the log of actions, and nothing of what was read.
        let mut tx = desk.app().office.0.begin_read("log").await.unwrap();
        let noted = audit::list_subject(&mut tx.conn(), &format!("wave {}", desk.slug())).await.unwrap();
        let done = |action: &str| noted.iter().filter(|entry| entry.action == action).count();
        assert_eq!((done("open_lot"), done("type_sheet"), done("keep_lot")), (1, 25, 1));
        drop(tx);
        // Backups and the record's own check find everything in its place.
        let app = desk.app();
        let found = check::waves(&app.office, &app.urn, Some(&app.keys)).await.unwrap();
        assert!(found.iter().all(|wave| wave.problems.is_empty()), "{found:?}");
    }

    async fn of_many_who_type_a_sheet_at_one_moment_no_reading_is_dropped_unsaid(stores) {
        let desk = Desk::new(&stores).await;
        let tickets = desk.of_one_unit();
        desk.arrive(&tickets[..10]).await;
        let lot = desk.open(&tickets[0].place).await.unwrap();
        for number in 1..=10 {
            let (one, two, three) = tokio::join!(
                desk.types(0, &lot, number, "1"),
                desk.types(1, &lot, number, "2"),
                desk.types(2, &lot, number, "3"),
            );
            let taken = [&one, &two, &three].into_iter().filter(|done| done.is_ok()).count();
            let mut tx = desk.app().urn.0.begin_read("readings").await.unwrap();
            let stored = sheet::list(&mut tx.conn(), desk.drawn.wave.id, &lot).await.unwrap();
            let of_sheet = stored.iter().filter(|reading| reading.sheet == number).count();
            drop(tx);
            if number < 10 {
                assert_eq!(of_sheet, taken, "{one:?} {two:?} {three:?}");
            }
            assert!(taken >= 2, "{one:?} {two:?} {three:?}");
        }
    }

    async fn an_envelope_without_a_sheet_makes_no_record_and_is_counted(stores) {
        let desk = Desk::new(&stores).await;
        let tickets = desk.of_one_unit();
        desk.arrive(&tickets[..10]).await;
        let lot = desk.open(&tickets[0].place).await.unwrap();
        let none = Typed { is_missing: true, ..typed("") };
        let place = (lot.place.county.as_str(), lot.name.as_str(), 10);
        for who in [0, 1] {
            for number in 1..=9 {
                desk.types(who, &lot, number, "2").await.unwrap();
            }
            paper::enter(desk.app(), &desk.typists[who], desk.slug(), place, &none).await.unwrap();
        }
        let mut tx = desk.app().urn.0.begin_read("lots").await.unwrap();
        let lots = lot::list(&mut tx.conn(), desk.drawn.wave.id).await.unwrap();
        assert_eq!((lots[0].is_kept, lots[0].sheets, lots[0].entered), (true, 10, 9));
        drop(tx);
        let app = desk.app();
        let found = check::waves(&app.office, &app.urn, Some(&app.keys)).await.unwrap();
        assert!(found.iter().all(|wave| wave.problems.is_empty()), "{found:?}");
        let result = desk.city.close_wave(desk.slug()).await;
        let counts = result.county(lot.place.county.as_str()).unwrap().counts;
        assert_eq!((counts.envelopes, counts.entered, counts.used, counts.cast), (10, 9, 10, 9));
    }

    async fn a_lot_that_could_not_enter_enters_later(stores) {
        let desk = Desk::new(&stores).await;
        let tickets = desk.of_one_unit();
        desk.arrive(&tickets[..10]).await;
        let lot = desk.open(&tickets[0].place).await.unwrap();
        for number in 1..=10 {
            desk.types(0, &lot, number, "2").await.unwrap();
            if number < 10 {
                desk.types(1, &lot, number, "2").await.unwrap();
            }
        }
        // The log stands still: everything is typed, nothing enters, nothing is lost.
        let wave = desk.drawn.wave.id;
        let mut tx = desk.app().urn.0.begin_write("halt").await.unwrap();
        gate::halt(&mut tx.conn(), wave).await.unwrap();
        tx.commit().await.unwrap();
        let halted = desk.types(1, &lot, 10, "2").await;
        assert!(matches!(halted, Err(PaperError::Intake(IntakeError::Busy { .. }))), "{halted:?}");
        let overview = paper::overview(desk.app(), &desk.typists[2], desk.slug()).await.unwrap();
        assert_eq!(overview.lots[0].sheets, [0, 0, 0, 10]);
        assert!(!overview.lots[0].lot.is_kept);
        let mut tx = desk.app().urn.0.begin_write("resume").await.unwrap();
        gate::resume(&mut tx.conn(), wave).await.unwrap();
        tx.commit().await.unwrap();
        let county = lot.place.county.as_str();
        let done = paper::finish_lot(desk.app(), &desk.typists[2], desk.slug(), county, lot.name.as_str()).await;
        assert_eq!(done.unwrap(), Entered::Kept);
    }

    async fn what_is_not_entered_before_the_close_is_counted_in_public(stores) {
        let desk = Desk::new(&stores).await;
        let tickets = desk.of_one_unit();
        let other = desk.drawn.tickets.iter().find(|ticket| ticket.place != tickets[0].place).unwrap();
        desk.arrive(&tickets[..10]).await;
        desk.arrive(&[other]).await;
        let lot = desk.open(&tickets[0].place).await.unwrap();
        // One who answered by phone, and one lot that is finished after the announced end.
        for ticket in &tickets[12..14] {
            intake::submit(desk.app(), submission(desk.slug(), ticket, YES)).await.unwrap();
        }
        desk.arrive(&tickets[10..12]).await;
        desk.app().clock.set(time("2026-10-23T20:00"));
        let rest = desk.open(&tickets[0].place).await.unwrap();
        assert_eq!(rest.sheets, 2, "after the end the rest is opened, however few");
        for who in [0, 1] {
            for number in 1..=2 {
                desk.types(who, &rest, number, "2").await.unwrap();
            }
            desk.types(who, &lot, 1, "2").await.unwrap();
        }
        // Whoever is about to close reads what would be lost.
        account(desk.app(), "ola", Role::Organizer).await;
        let visitor = Visitor::at(&serve(desk.app()).await);
        visitor.sign_in("ola").await;
        let page = visitor.page(&format!("/organize/{}", desk.slug())).await.main();
        assert!(page.contains("not entered: 11"), "{page}");
        let result = desk.city.close_wave(desk.slug()).await;
        let county = result.county(lot.place.county.as_str()).unwrap();
        let elsewhere = u64::from(other.place.county == lot.place.county);
        assert_eq!((county.counts.envelopes, county.counts.entered), (12 + elsewhere, 2));
        assert_eq!((county.counts.used, county.counts.cast, county.counts.leaves), (14 + elsewhere, 4, 4));
        let line = county.reconciliation.iter().find(|line| line.check == Check::EnvelopesEntered).unwrap();
        assert_eq!((line.more, line.less, line.holds), (12 + elsewhere, 2, true));
        // They are lost records, neither refusals nor answers.
        assert_eq!(county.rates["REF1"], Some(0.0));
        let mut tx = desk.app().urn.0.begin_read("sheets").await.unwrap();
        assert!(sheet::list(&mut tx.conn(), desk.drawn.wave.id, &lot).await.unwrap().is_empty());
        drop(tx);
        assert!(matches!(desk.types(2, &lot, 2, "2").await, Err(PaperError::NotNow)));
        assert!(matches!(desk.open(&other.place).await, Err(PaperError::NotNow)));
        let shown = paper::show(desk.app(), &desk.typists[2], desk.slug(), (lot.place.county.as_str(), lot.name.as_str(), 2)).await;
        assert_eq!(shown.unwrap().turn, Turn::Done);
        crate::support::published::state(desk.app(), &desk.city.organizer, desk.slug()).await;
        release::publish(desk.app(), &desk.city.organizer, desk.slug()).await.unwrap();
    }
}

/// Sends a form, and follows where it leads.
async fn send(visitor: &Visitor, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let mut answer = visitor.post(path, fields).await;
    if answer.status().as_u16() == 303 {
        let to = format!(
            "{}{}",
            visitor.url("/").split("/?").next().unwrap(),
            location(&answer)
        );
        answer = visitor.client.get(to).send().await.unwrap();
    }
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn the_pages_take_in_open_and_type_and_keep_what_was_typed() {
    let work = Fieldwork::open().await;
    for name in ["fay", "flo"] {
        account(&work.app, name, Role::Fieldworker).await;
    }
    let (fay, flo) = (Visitor::at(&work.site), Visitor::at(&work.site));
    fay.sign_in("fay").await;
    flo.sign_in("flo").await;
    let desk = format!("/organize/{SLUG}/paper");
    let instance = |n: u8| hex::encode([n; 16]);
    for (n, code) in (0..).zip(work.codes.iter().take(10)) {
        // As a reader of QR codes types it.
        let code = format!("http://localhost/s/{SLUG}/140321#{code}");
        let fields = [
            ("what", "envelope"),
            ("instance", &instance(n)),
            ("code", &code),
        ];
        let (status, page) = send(&fay, &desk, &fields).await;
        assert_eq!(status, 200);
        assert!(page.contains("140321-rural-01"), "the box is named");
    }
    let used = [
        ("what", "envelope"),
        ("instance", &*instance(99)),
        ("code", &work.codes[0]),
    ];
    let (status, page) = send(&fay, &desk, &used).await;
    assert_eq!(status, 422);
    assert!(page.contains(&work.codes[0]) && page.contains("unopened"));
    let open = [
        ("what", "open"),
        ("county", "140321"),
        ("unit", "140321-rural-01"),
    ];
    let (status, page) = send(&fay, &desk, &open).await;
    assert_eq!(status, 200);
    let sheet = page.split(&format!("{desk}/140321/")).nth(1).unwrap();
    let lot = sheet.split('/').next().unwrap().to_owned();
    let sheet = format!("{desk}/140321/{lot}/1");
    let wrong = [("_form", "zh-CN-B"), ("s1", "4"), ("q1", "17")];
    let (status, page) = send(&fay, &sheet, &wrong).await;
    assert_eq!(status, 422);
    assert!(page.contains("value=\"17\"") && page.contains("no box “17”"));
    assert!(page.contains("<option value=\"zh-CN-B\" selected>"));
    let right = [("_form", "zh-CN-B"), ("s1", "4"), ("q1", "2")];
    let (status, page) = send(&fay, &sheet, &right).await;
    assert_eq!(status, 200);
    assert!(page.contains("sheet 2 of 10") && page.contains("<option value=\"zh-CN-B\" selected>"));
    let page = fay.page(&sheet).await;
    assert_eq!(page.texts(".note").len(), 1, "she has typed it");
    // The other one does not see what was read.
    let page = flo.page(&sheet).await;
    assert!(page.texts("#q1").iter().all(String::is_empty));
    let fields = [("_form", "zh-CN-A"), ("s1", "4"), ("q1", "2")];
    let (_, page) = send(&flo, &sheet, &fields).await;
    assert!(page.contains("sheet 2 of 10"));
    // They differ in the form; only a third one sees it.
    let page = flo.page(&sheet).await;
    assert_eq!(page.texts("#form-others").len(), 0);
    account(&work.app, "fin", Role::Fieldworker).await;
    let fin = Visitor::at(&work.site);
    fin.sign_in("fin").await;
    let page = fin.page(&sheet).await;
    assert!(page.texts("#form-others")[0].contains("zh-CN-B"));
}
