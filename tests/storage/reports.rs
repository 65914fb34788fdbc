//! Reporters, versions of values, rulings and evidence read back as they were written.

use minyi::evaluation::indicator::{Indicator, Status, Value};
use minyi::storage::StoreError;
use minyi::storage::office::evidence::{self, Evidence};
use minyi::storage::office::indicator::{self, StoredIndicator};
use minyi::storage::office::indicator_version::{self, Ruling, Version};
use minyi::storage::office::reporter;
use minyi::survey::area::AreaCode;
use minyi::survey::ids::IndicatorId;
use minyi::survey::time::Instant;

use crate::support::city::City;
use crate::support::on_both;

const NOW: Instant = Instant::from_micros(1_795_000_000_123_456);

fn indicator(id: &str, count: u32) -> Indicator {
    Indicator {
        county: "140321".to_owned(),
        year: 2026,
        id: id.to_owned(),
        status: Status::Reported,
        value: Value::Count { count },
    }
}

fn version(random: u8, id: &str, count: u32) -> Version {
    Version {
        id: IndicatorId::new(NOW, [random; 10]),
        number: 1,
        indicator: indicator(id, count),
        entered_by: None,
        entered_at: NOW,
        ruling: None,
    }
}

on_both! {
    async fn an_account_reports_for_one_county_and_can_be_given_another(stores) {
        let city = City::new(&stores).await;
        let (one, two) = (AreaCode::parse("140321").unwrap(), AreaCode::parse("140322").unwrap());
        let mut tx = city.app.office.0.begin_write("reporters").await.unwrap();
        let mut conn = tx.conn();
        let who = city.second.id;
        assert_eq!(reporter::find(&mut conn, who).await.unwrap(), None);
        assert!(!reporter::update(&mut conn, who, &one).await.unwrap());
        reporter::insert(&mut conn, who, &one).await.unwrap();
        assert_eq!(reporter::find(&mut conn, who).await.unwrap(), Some(one));
        assert!(reporter::update(&mut conn, who, &two).await.unwrap());
        assert_eq!(reporter::find(&mut conn, who).await.unwrap(), Some(two.clone()));
        let twice = reporter::insert(&mut conn, who, &two).await;
        assert!(matches!(twice, Err(StoreError::Duplicate(_))));
    }

    async fn versions_are_numbered_and_come_back_with_what_was_said_of_them(stores) {
        let city = City::new(&stores).await;
        let mut tx = city.app.office.0.begin_write("versions").await.unwrap();
        let mut conn = tx.conn();
        let (first, mut second, other) = (version(1, "a", 3), version(2, "a", 4), version(3, "b", 0));
        for (one, number) in [(&first, 1), (&second, 2), (&other, 1)] {
            assert_eq!(indicator_version::insert(&mut conn, one).await.unwrap(), number);
        }
        let ruling = Ruling {
            verified: false,
            reason: "不符".to_owned(),
            ruled_by: city.evaluator.id,
            ruled_at: NOW,
        };
        indicator_version::insert_ruling(&mut conn, first.id, &ruling).await.unwrap();
        assert_eq!(indicator_version::disputed(&mut conn).await.unwrap(), [], "an earlier version");
        indicator_version::insert_ruling(&mut conn, second.id, &ruling).await.unwrap();
        let disputed = indicator_version::disputed(&mut conn).await.unwrap();
        assert_eq!(disputed, [("140321".to_owned(), 2026, "a".to_owned())]);
        second.number = 2;
        second.ruling = Some(ruling.clone());
        let first = Version { ruling: Some(ruling.clone()), ..first };
        let listed = indicator_version::list(&mut conn, "140321", 2026).await.unwrap();
        assert_eq!(listed, [second.clone(), first, other]);
        assert_eq!(indicator_version::list(&mut conn, "140321", 2025).await.unwrap(), []);
        let twice = indicator_version::insert_ruling(&mut conn, second.id, &ruling).await;
        assert!(matches!(twice, Err(StoreError::Duplicate(_))));
    }

    async fn a_new_version_takes_the_place_of_a_verified_value(stores) {
        let city = City::new(&stores).await;
        let mut tx = city.app.office.0.begin_write("replace").await.unwrap();
        let mut conn = tx.conn();
        let verified = StoredIndicator {
            id: IndicatorId::new(NOW, [1; 10]),
            indicator: Indicator { status: Status::Verified, ..indicator("a", 3) },
            reported_by: "140321".to_owned(),
            entered_by: Some(city.evaluator.id),
            entered_at: NOW,
            verified_by: Some(city.second.id),
            verified_at: Some(NOW),
        };
        let next = StoredIndicator {
            indicator: indicator("a", 4),
            verified_by: None,
            verified_at: None,
            ..verified.clone()
        };
        let missing = indicator::update(&mut conn, &verified).await;
        assert!(matches!(missing, Err(StoreError::Missing("indicator"))));
        indicator::insert(&mut conn, &verified).await.unwrap();
        indicator::update(&mut conn, &next).await.unwrap();
        assert_eq!(indicator::list(&mut conn).await.unwrap(), [next]);
    }

    async fn evidence_comes_back_byte_by_byte(stores) {
        let city = City::new(&stores).await;
        let mut tx = city.app.office.0.begin_write("evidence").await.unwrap();
        let mut conn = tx.conn();
        let kept = Evidence {
            county: "140321".to_owned(),
            year: 2026,
            indicator: "a".to_owned(),
            digest: [7; 32],
            kind: "pdf".to_owned(),
            file_name: "台账.pdf".to_owned(),
            added_by: city.evaluator.id,
            added_at: NOW,
        };
        let content = b"%PDF-\0\xff".to_vec();
        evidence::insert(&mut conn, &kept, content.clone()).await.unwrap();
        let listed = evidence::list(&mut conn, "140321", 2026).await.unwrap();
        assert_eq!(listed, [kept]);
        let found = evidence::content(&mut conn, ("140321", 2026), &[7; 32]).await.unwrap();
        assert_eq!(found, Some(("pdf".to_owned(), content)));
        let elsewhere = evidence::content(&mut conn, ("140322", 2026), &[7; 32]).await.unwrap();
        assert_eq!(elsewhere, None);
    }
}
