//! A map is brought by an organizer and stands beside every result; without one there are tiles.

use minyi::i18n::Lang;
use minyi::storage::office::audit;
use minyi::survey::wave::WaveState;
use serde_json::{Value, json};

use crate::support::instance::{Sheet, Visitor, read};
use crate::support::published::{Published, SLUG, first_with_a_silent_county, result};

/// A square of half a degree for each county, made up.
fn squares() -> Value {
    let codes = ["140302", "140303", "140311", "140321", "140322"];
    let feature = |(code, x): (&str, f64)| {
        let ring = [
            [x, 30.0],
            [x + 0.5, 30.0],
            [x + 0.5, 30.5],
            [x, 30.5],
            [x, 30.0],
        ];
        json!({
            "type": "Feature",
            "properties": { "adcode": code },
            "geometry": { "type": "Polygon", "coordinates": [ring] },
        })
    };
    let places = [0.0, 0.5, 1.0, 1.5, 2.0];
    let features: Vec<Value> = codes.into_iter().zip(places).map(feature).collect();
    json!({ "type": "FeatureCollection", "features": features })
}

async fn bring(who: &Visitor, file: &[u8]) -> (u16, Sheet) {
    let fields = [
        ("property", "adcode"),
        ("source", "made up, 2026"),
        ("synthetic", "yes"),
    ];
    read(
        who.post_file("/data/map", &fields, ("map.geojson", file))
            .await,
    )
    .await
}

fn map() -> String {
    format!("/results/{SLUG}/map")
}

#[tokio::test]
async fn tiles_without_a_map_and_outlines_with_one() {
    let work = Published::open().await;
    let everybody = Visitor::at(&work.site);
    let sheet = everybody.page(&map()).await;
    assert_eq!(sheet.values("svg.map g rect", "rx").len(), 5);
    assert!(
        sheet
            .main()
            .contains("says nothing about where the county lies")
    );
    let ada = work.person("ada").await;
    let (status, _) = bring(&ada, squares().to_string().as_bytes()).await;
    assert_eq!(status, 303);
    let sheet = everybody.page(&map()).await;
    assert_eq!(sheet.values("svg.map g path", "d").len(), 5);
    for words in [
        "Source of the map: made up, 2026",
        "it shows no real place",
        "simplified",
    ] {
        assert!(sheet.main().contains(words), "{words}");
    }
    // The sign and the figure stand in each shape, and the table has all of it again.
    let texts = sheet.texts("svg.map text").concat();
    let rows = sheet.texts("table.mapped tbody tr");
    for (county, row) in result().counties.iter().zip(&rows) {
        assert!(texts.contains(&county.name_en), "{texts}");
        let p = county
            .approval
            .estimate
            .as_ref()
            .expect("an estimate")
            .figure
            .p;
        assert!(row.contains(&Lang::En.percent(p)), "{row}");
    }
    for sign in ["✓", "✕", "~"] {
        assert!(texts.contains(sign), "{texts}");
    }
    // Hatched where nothing is decided, and nowhere else.
    let fills = sheet.values("svg.map g path", "fill");
    let open = result().counties.iter().map(|c| {
        let finding = c.approval.finding;
        finding == minyi::stats::threshold::Finding::NotDecidable
    });
    for (fill, open) in fills.iter().zip(open) {
        assert_eq!(fill.starts_with("url(#mh"), open, "{fill}");
    }
    let mut tx = work.app.office.0.begin_read("test").await.expect("reads");
    let found = audit::list_subject(&mut tx.conn(), "map")
        .await
        .expect("reads");
    let entry = found.iter().find(|entry| entry.action == "bring_map");
    let entry = entry.expect("an entry of the audit log");
    assert_eq!(entry.detail["kind"], "outlines");
    assert_eq!(entry.detail["counties"], 5);
    assert_eq!(
        (
            entry.actor.as_str(),
            entry.detail["digest"].as_str().map(str::len)
        ),
        ("ada", Some(64))
    );
}

#[tokio::test]
async fn a_wrong_file_is_refused_with_its_features_named_and_the_form_keeps_what_was_typed() {
    let work = Published::open().await;
    let ada = work.person("ada").await;
    let mut wrong = squares();
    wrong["features"][1]["properties"]["adcode"] = json!("140399");
    wrong["features"][2]["geometry"]["coordinates"][0][1] = json!([999, 30]);
    let (status, sheet) = bring(&ada, wrong.to_string().as_bytes()).await;
    assert_eq!(status, 422);
    let errors = sheet.texts(".errors li");
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(errors[0].contains("Feature 2 (140399)"), "{errors:?}");
    assert!(
        errors[1].contains("Feature 3 (140311): ring 1, position 2"),
        "{errors:?}"
    );
    assert!(errors[2].contains("140303"), "{errors:?}");
    assert_eq!(sheet.values("#source", "value"), ["made up, 2026"]);
    assert_eq!(sheet.values("#property", "value"), ["adcode"]);
    let (status, sheet) = bring(&ada, b"").await;
    assert_eq!((status, sheet.texts(".errors li").len()), (422, 1));
    assert!(
        ada.page("/data/map")
            .await
            .main()
            .contains("No map has been brought yet")
    );
    // Whoever does not import sees what there is, and no form.
    let eve = work.person("eve").await;
    assert!(
        eve.page("/data/map")
            .await
            .texts("form input[type=file]")
            .is_empty()
    );
    assert_eq!(bring(&eve, squares().to_string().as_bytes()).await.0, 403);
}

#[tokio::test]
async fn tiles_stand_where_a_table_puts_them() {
    let work = Published::open().await;
    let ada = work.person("ada").await;
    let table = "code,row,column\n140302,1,2\n140303,1,1\n140311,2,1\n140321,2,2\n140322,3,2\n";
    assert_eq!(bring(&ada, table.as_bytes()).await.0, 303);
    let sheet = Visitor::at(&work.site).page(&map()).await;
    let lefts = sheet.values("svg.map g rect", "x");
    assert_eq!(
        (lefts.len(), lefts[1] == lefts[2], lefts[0] == lefts[1]),
        (5, true, false)
    );
    assert!(sheet.main().contains("roughly where it lies"));
}

#[tokio::test]
async fn what_cannot_be_assessed_is_dotted_and_has_no_class() {
    let result = first_with_a_silent_county();
    let work = Published::with(WaveState::Published, &result).await;
    let sheet = Visitor::at(&work.site).page(&map()).await;
    let fills = sheet.values("svg.map g rect", "fill");
    assert_eq!(fills[1], "url(#mdn)", "{fills:?}");
    let patterns = sheet.values("svg.map pattern", "id");
    assert!(patterns.contains(&"mdn".to_owned()), "{patterns:?}");
}
