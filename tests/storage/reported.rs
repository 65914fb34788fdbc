//! Results that others reported read back as they were written.

use minyi::storage::StoreError;
use minyi::storage::office::frame::Imported;
use minyi::storage::office::reported;
use minyi::survey::area::AreaCode;
use minyi::survey::ids::ReportedSetId;
use minyi::survey::reported::{Measure, Reported, ReportedRows, Undecided};
use minyi::survey::time::Instant;

use crate::support::city::City;
use crate::support::on_both;

const NOW: Instant = Instant::from_micros(1_795_000_000_123_456);

fn rows() -> ReportedRows {
    let whole = Reported {
        county: AreaCode::parse("140321").unwrap(),
        measure: Measure::Safety,
        wave: "2024年调查".to_owned(),
        ended: "2024-11-30".to_owned(),
        estimate: 1.0 / 3.0,
        error: Some(0.012_345_678_901),
        answers: Some(u32::MAX),
        effective: Some(321.5),
        df: Some(17.25),
        wording: "您觉得安全吗？".to_owned(),
        counted: "安全；比较安全".to_owned(),
        undecided: Undecided::Out,
    };
    let bare = Reported {
        measure: Measure::Approval,
        error: None,
        answers: None,
        effective: None,
        df: None,
        wording: String::new(),
        counted: String::new(),
        undecided: Undecided::Unknown,
        ..whole.clone()
    };
    ReportedRows::new(vec![whole, bare]).unwrap()
}

fn import(random: u8, name: &str, rows: &ReportedRows) -> Imported<ReportedSetId> {
    Imported {
        id: ReportedSetId::new(NOW, [random; 10]),
        name: name.to_owned(),
        source: "statistics office".to_owned(),
        digest: rows.digest(),
        synthetic: true,
        imported_at: NOW,
        imported_by: None,
    }
}

on_both! {
    async fn results_that_others_reported_come_back_whole_and_a_name_is_taken_once(stores) {
        City::new(&stores).await;
        let (rows, mut tx) = (rows(), stores.office.0.begin_write("reported").await.unwrap());
        let mut conn = tx.conn();
        let (one, two) = (import(1, "one", &rows), import(2, "two", &rows));
        for set in [&one, &two] {
            reported::insert(&mut conn, set, &rows).await.unwrap();
            assert_eq!(reported::get_rows(&mut conn, set).await.unwrap(), rows);
        }
        assert_eq!(reported::list(&mut conn).await.unwrap(), [one.clone(), two]);
        let other = Imported { digest: [0; 32], ..one };
        let read = reported::get_rows(&mut conn, &other).await;
        assert!(matches!(read, Err(StoreError::Corrupt(_))), "its digest is another one");
        let refused = reported::insert(&mut conn, &import(3, "two", &rows), &rows).await;
        assert!(matches!(refused, Err(StoreError::Duplicate(_))));
    }
}
