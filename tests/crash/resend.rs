//! The same submission sent again, and others with the same code: one response per code, none lost.

use std::time::Duration;

use minyi::service::batch::{Drain, run_batch};
use minyi::service::sampling::Ticket;
use minyi::storage::office::wave_key;
use minyi::storage::urn::{epoch, pool, spent};
use minyi::survey::area::AreaCode;
use minyi::survey::invitation::Code;
use minyi::survey::wave::{Wave, WaveSlug};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::support::city::{City, time};
use crate::support::node::SLUG;
use crate::support::residents::{Answer, Fate, Resident, client, post};
use crate::support::{Stores, instance, on_both};

/// An instance with fieldwork under way behind its pages, and residents of one variance unit.
struct Field {
    city: City,
    wave: Wave,
    site: String,
    residents: Vec<Resident>,
}

impl Field {
    async fn open(stores: &Stores) -> Self {
        let city = City::new(stores).await;
        let drawn = city.field(SLUG, "2026-10-20").await;
        city.app.clock.set(time("2026-10-02T12:00"));
        let site = instance::serve(&city.app).await;
        let place = &drawn.tickets[0].place;
        let neighbors = |ticket: &&Ticket| ticket.place == *place;
        let residents = drawn.tickets.iter().filter(neighbors).take(30);
        let resident = |ticket: &Ticket| {
            let county = ticket.place.county.as_str().to_owned();
            Resident::new(ticket.code.printed(), county)
        };
        let residents = residents.map(resident).collect();
        let slug = WaveSlug::parse(SLUG).unwrap();
        let wave = city.wave(&slug).await;
        Self {
            city,
            wave,
            site,
            residents,
        }
    }

    /// Sends what this resident would send from a page with this rendering.
    async fn send(&self, resident: usize, rendering: u8) -> Answer {
        let resident = &self.residents[resident];
        let body = resident.form(&format!("{rendering:02x}").repeat(16));
        self.send_body(resident, body).await
    }

    async fn send_body(&self, resident: &Resident, body: String) -> Answer {
        let url = format!("{}{}", self.site, resident.path());
        post(&client(), &url, body).await.expect("an answer")
    }

    async fn records(&self) -> u64 {
        let mut tx = self.city.app.urn.0.begin_read("count").await.unwrap();
        let waiting = pool::count_waiting(&mut tx.conn(), self.wave.id)
            .await
            .unwrap();
        waiting.iter().map(|line| line.records).sum()
    }

    fn county(&self) -> AreaCode {
        AreaCode::parse(&self.residents[0].county).unwrap()
    }
}

#[track_caller]
fn assert_received_before(answer: &Answer) {
    assert_eq!((answer.status, &answer.receipt), (409, &None));
    assert!(answer.title.contains("already"), "{}", answer.title);
}

on_both! {
    async fn a_double_click_is_one_response_with_one_receipt(stores) {
        let field = Field::open(&stores).await;
        let (one, two, three) = tokio::join!(field.send(0, 1), field.send(0, 1), field.send(0, 1));
        assert_eq!((one.status, two.status, three.status), (200, 200, 200));
        assert!(one.receipt.is_some() && one.receipt == two.receipt && one.receipt == three.receipt);
        assert_eq!(field.records().await, 1);
    }

    async fn another_tab_a_second_device_and_changed_answers_are_told_apart(stores) {
        let field = Field::open(&stores).await;
        let first = field.send(0, 1).await;
        assert_eq!(first.status, 200);
        // Another rendering: a second tab or device. The same rendering, other answers: went back and changed.
        assert_received_before(&field.send(0, 2).await);
        let resident = &field.residents[0];
        let body = resident.form(&"01".repeat(16)).replace("q7=2", "q7=1");
        assert_received_before(&field.send_body(resident, body).await);
        assert_eq!(field.send(0, 1).await.receipt, first.receipt, "the first still counts");
        assert_eq!(field.records().await, 1);
        // Two tabs at once: one of them counts.
        let (one, two) = tokio::join!(field.send(1, 3), field.send(1, 4));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        assert_eq!(field.records().await, 2);
    }

    async fn a_family_on_one_cached_page_counts_each_code(stores) {
        let field = Field::open(&stores).await;
        let (mother, son) = tokio::join!(field.send(0, 9), field.send(1, 9));
        assert_eq!((mother.status, son.status), (200, 200));
        assert!(mother.receipt != son.receipt);
        assert_eq!(field.records().await, 2);
        assert_eq!(field.send(0, 9).await.receipt, mother.receipt);
        assert_eq!(field.send(1, 9).await.receipt, son.receipt);
    }

    async fn a_lost_reply_is_asked_for_again(stores) {
        let field = Field::open(&stores).await;
        let resident = &field.residents[0];
        let body = resident.form(&"05".repeat(16));
        let address = field.site.strip_prefix("http://").unwrap();
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n",
            resident.path(), body.len()
        );
        let mut phone = TcpStream::connect(address).await.unwrap();
        phone.write_all([head, body].concat().as_bytes()).await.unwrap();
        // Gone before the answer, and whether it was stored is not known.
        drop(phone);
        tokio::time::sleep(Duration::from_millis(50)).await;
        let again = field.send(0, 5).await;
        assert_eq!(again.status, 200, "{}", again.errors);
        assert_eq!(field.send(0, 5).await.receipt, again.receipt);
        assert_eq!(field.records().await, 1);
    }

    async fn after_the_batch_and_a_day_nothing_is_remembered_but_that_it_was_received(stores) {
        let mut field = Field::open(&stores).await;
        let client = client();
        for resident in &mut field.residents {
            resident.open(&client, &field.site).await.unwrap();
            resident.send(&client, &field.site).await.unwrap();
        }
        let app = &field.city.app;
        let moved = run_batch(app, field.wave.id, Drain::No).await.unwrap();
        assert_eq!(moved.moved, 30);
        // Still that day: the receipt is given again.
        let (first, last) = (field.residents[0].clone(), field.residents[29].clone());
        let body = first.body.clone().unwrap();
        let again = field.send_body(&first, body.clone()).await;
        assert_eq!(Fate::Acknowledged(again.receipt.unwrap()), first.fate);
        app.clock.set(time("2026-10-04T12:00"));
        run_batch(app, field.wave.id, Drain::No).await.unwrap();
        assert_received_before(&field.send_body(&first, body).await);
        assert_received_before(&field.send_body(&last, last.body.clone().unwrap()).await);
        let mut office = app.office.0.begin_read("check").await.unwrap();
        let wrapped = wave_key::find(&mut office.conn(), field.wave.id).await.unwrap();
        drop(office);
        let keys = app.keys.wave(field.wave.id, &wrapped.unwrap()).unwrap();
        let token = |r: &Resident| Code::parse(&r.code).unwrap().token(&keys.token, field.wave.id).hash();
        let tokens: Vec<[u8; 32]> = field.residents.iter().map(token).collect();
        let mut urn = app.urn.0.begin_direct("check").await.unwrap();
        let county = &field.county();
        let known = spent::list(&mut urn.conn().unwrap(), field.wave.id, county, &tokens).await.unwrap();
        assert_eq!(known.len(), 30);
        assert!(known.values().all(Option::is_none), "digest and receipt are gone");
    }

    async fn a_clock_that_was_set_back_finds_an_open_epoch(stores) {
        let field = Field::open(&stores).await;
        let mut tx = field.city.app.urn.0.begin_write("fixture").await.unwrap();
        for day in 0..9 {
            epoch::insert(&mut tx.conn(), field.wave.id, day, &[1; 32]).await.unwrap();
            epoch::update_destroyed(&mut tx.conn(), field.wave.id, day).await.unwrap();
        }
        tx.commit().await.unwrap();
        let first = field.send(0, 1).await;
        assert_eq!(first.status, 200, "{}", first.errors);
        field.city.app.clock.set(time("2026-10-11T12:00"));
        assert_eq!(field.send(0, 1).await.receipt, first.receipt);
        assert_eq!(field.records().await, 1);
    }
}
