//! Cells of a wave with a sample: watched from logged responses, never a reason to turn anybody away.

use minyi::service::batch::{Drain, run_batch};
use minyi::service::intake::{self, Submission};
use minyi::service::quotas::{self, Board};
use minyi::service::sampling::draw_sample;
use minyi::service::waves::{self, file};
use minyi::survey::quota::Tally;
use minyi::survey::response::{Direction, Mode};
use minyi::survey::wave::WaveSlug;

use crate::support::city::{City, time};
use crate::support::on_both;

const WAVE: &str = r#"
    slug = "watched"
    title = { zh-CN = "演示", en = "Demonstration" }
    opens_at = "2026-10-02"
    closes_at = "2026-10-30"
    synthetic = true
    frame = "example"
    margins = "example"
    [sample]
    unit = "person"
    counties = [{ county = "140321", psus = 20, invitations = 1000 }]
"#;
const CELLS: &str = "county,age,sex,target\n140321,18-29,male,30\n140321,18-29,female,5\n";

async fn board(city: &City, slug: &WaveSlug) -> Vec<(u32, u64, bool)> {
    let Board { lines, .. } = quotas::board(&city.app, &city.organizer, slug)
        .await
        .unwrap();
    let line = |line: &quotas::Line| {
        assert_eq!(line.tally.uncounted, 0);
        (line.quota.target, line.tally.counted, line.is_over())
    };
    lines.iter().map(line).collect()
}

on_both! {
    async fn staff_see_them_rounded_once_a_day_and_exactly_after_the_close(stores) {
        let city = City::new(&stores).await;
        let (app, ada, ben) = (&city.app, &city.organizer, &city.second);
        city.import_example("example").await;
        let draft = file::read(WAVE, &app.zone, |name| Err(name.to_owned())).unwrap();
        let slug = waves::create(app, ada, &draft).await.unwrap().slug;
        let closing = CELLS.replace("target", "target,rule").replace("30\n", "30,close\n");
        let refused = quotas::give(app, ada, &slug, closing.replace(",5\n", ",5,monitor\n").as_bytes(), "").await;
        assert!(format!("{refused:?}").contains("Closes"), "{refused:?}");
        quotas::give(app, ada, &slug, CELLS.as_bytes(), "").await.unwrap();
        waves::ask_seal(app, ada, &slug).await.unwrap();
        waves::confirm_seal(app, ben, &slug).await.unwrap();
        let drawn = draw_sample(app, ada, &slug, "4 2 6 1").await.unwrap();
        waves::open(app, ada, &slug).await.unwrap();
        app.clock.set(time("2026-10-03T09:00"));

        // 33 men and 8 women of one variance unit: above both targets, and everybody gets a receipt.
        let unit = &drawn.tickets[0].place.variance_unit;
        let neighbors = drawn.tickets.iter().filter(|t| t.place.variance_unit == *unit);
        for (n, ticket) in neighbors.take(41).enumerate() {
            let sex = if n < 33 { "male" } else { "female" };
            let pairs = [("s1", "4"), ("s2", "18-29"), ("q1", "1"), ("d1", sex)];
            let sent = Submission {
                wave_slug: slug.to_string(),
                code: ticket.code.printed(),
                county_in_path: "140321".to_owned(),
                instance_id: [u8::try_from(n).unwrap(); 16],
                form: pairs.iter().map(|(i, c)| ((*i).to_owned(), (*c).to_owned())).collect(),
                language: "zh-CN".to_owned(),
                mode: Mode::Web,
                direction: Direction::Forward,
                fast: Some(false),
            };
            intake::submit(app, sent).await.unwrap();
        }
        // Nothing is counted at the cast.
        let wave = waves::status(app, ada, &slug).await.unwrap().wave;
        assert_eq!(board(&city, &slug).await, [(5, 0, false), (30, 0, false)]);
        run_batch(app, wave.id, Drain::No).await.unwrap();
        assert_eq!(board(&city, &slug).await, [(5, 0, false), (30, 0, false)], "not before tomorrow");
        app.clock.set(time("2026-10-04T00:30"));
        assert_eq!(board(&city, &slug).await, [(5, 0, false), (30, 20, false)], "in steps of 20");
        let found = quotas::board(app, ada, &slug).await.unwrap();
        assert_eq!(found.day.as_deref(), Some("2026-10-04"));

        let result = city.close_wave(&slug).await;
        assert_eq!(result.counties[0].counts.cast, 41, "over quota is kept like any other");
        assert_eq!(board(&city, &slug).await, [(5, 8, true), (30, 33, true)]);
        let exact = quotas::board(app, ada, &slug).await.unwrap();
        assert_eq!((exact.day, exact.lines[0].tally), (None, Tally { counted: 8, uncounted: 0 }));
        app.clone().shutdown().await;
    }
}
