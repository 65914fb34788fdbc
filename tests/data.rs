//! Areas, frames and population by the pages: sent, looked at with their problems, taken over whole.

use calamine::{Reader as _, Xlsx};
use minyi::i18n::Lang;
use minyi::service::import::{read_areas, read_frame, read_margins, read_results, template};
use minyi::storage::office::{area, frame, margin, reported};
use minyi::survey::upload::UploadKind;
use reqwest::Response;
use rust_xlsxwriter::Workbook;

use crate::support::instance::{Instance, Sheet, Visitor, example, location, read};

/// A workbook with these rows, numbers as numbers.
pub fn workbook(csv: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(csv.as_bytes());
    for (row, record) in (0..).zip(reader.records()) {
        for (column, text) in (0..).zip(record.unwrap().iter()) {
            match text.parse::<f64>() {
                Ok(number) => sheet.write(row, column, number).unwrap(),
                Err(_) => sheet.write(row, column, text).unwrap(),
            };
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// The rows of a workbook's first sheet.
pub fn cells(book: &[u8]) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(book)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let row = |row: &[calamine::Data]| row.iter().map(ToString::to_string).collect();
    sheet.rows().map(row).collect()
}

fn text(file: &str) -> String {
    String::from_utf8(example(file)).unwrap()
}

async fn send(who: &Visitor, kind: &str, file: (&str, &[u8])) -> Response {
    let fields = [
        ("kind", kind),
        ("name", "households"),
        ("source", "statistics office"),
    ];
    who.post_file("/data", &fields, file).await
}

/// The page on which a file is looked at, and its address.
async fn look(who: &Visitor, kind: &str, file: (&str, &[u8])) -> (u16, Sheet, String) {
    let sent = send(who, kind, file).await;
    assert_eq!(sent.status().as_u16(), 303);
    let place = location(&sent).split('?').next().unwrap().to_owned();
    let (status, page) = read(who.get(&place).await).await;
    (status, page, place)
}

async fn take(who: &Visitor, kind: &str, file: (&str, &[u8])) {
    let (status, page, place) = look(who, kind, file).await;
    assert_eq!(status, 200, "{}", page.main());
    let taken = who.post(&place, &[]).await;
    let wanted = format!("/data?lang=en&done={kind}");
    assert_eq!(location(&taken), wanted);
    assert_eq!(who.get(&place).await.status().as_u16(), 404, "it is gone");
}

#[tokio::test]
async fn the_example_comes_in_by_workbooks_with_the_numbers_that_it_has_as_csv() {
    let instance = Instance::empty().await;
    let ada = instance.person("ada").await;
    for (kind, file) in [
        ("areas", "areas.csv"),
        ("frame", "frame.csv"),
        ("margins", "margins.csv"),
    ] {
        take(&ada, kind, ("table.xlsx", &workbook(&text(file)))).await;
    }
    let areas = read_areas(&example("areas.csv")).unwrap();
    let mut tx = instance.app.office.0.begin_read("look").await.unwrap();
    let mut conn = tx.conn();
    assert_eq!(area::list(&mut conn).await.unwrap(), areas);
    let stored = frame::find_by_name(&mut conn, "households")
        .await
        .unwrap()
        .unwrap();
    let wanted = read_frame(&example("frame.csv"), &areas).unwrap();
    assert_eq!(stored.digest, wanted.digest());
    assert_eq!(stored.source, "statistics office");
    let stored = margin::find_by_name(&mut conn, "households")
        .await
        .unwrap()
        .unwrap();
    let wanted = read_margins(&example("margins.csv"), &areas).unwrap();
    assert_eq!(stored.digest, wanted.digest());
    drop(tx);
    let page = ada.page("/data").await;
    assert!(
        page.main().contains("1 city, 5 counties, 42 townships"),
        "{}",
        page.main()
    );
    assert_eq!(page.texts(".imports tbody th").len(), 2);
    assert!(page.main().contains("by ada"));
}

#[tokio::test]
async fn three_mistakes_are_shown_at_their_rows_and_nothing_is_taken_over() {
    let instance = Instance::empty().await;
    let ada = instance.person("ada").await;
    take(&ada, "areas", ("areas.csv", &example("areas.csv"))).await;
    let mut lines: Vec<String> = text("frame.csv").lines().map(str::to_owned).collect();
    let spoil = |lines: &mut [String], row: usize, from: &str, to: &str| {
        let line = &mut lines[row - 1];
        assert!(line.contains(from), "{line}");
        *line = line.replacen(from, to, 1);
    };
    spoil(&mut lines, 5, ",urban,", ",suburban,");
    spoil(&mut lines, 7, "140302001006", "14030200100");
    spoil(&mut lines, 9, ",140302,", ",140399,");
    let spoiled = workbook(&lines.join("\n"));
    let (status, page, place) = look(&ada, "frame", ("框.xlsx", &spoiled)).await;
    assert_eq!(status, 422);
    let said = page.texts(".errors li");
    assert_eq!(
        said,
        [
            "row 5, column residence: “suburban” is none of: urban, rural.",
            "row 7, column code: “14030200100” is no division code of 6, 9 or 12 digits.",
        ],
        "a row whose cells are wrong is not compared with others yet"
    );
    assert_eq!(page.texts("mark"), ["suburban", "14030200100"]);
    assert_eq!(page.texts(".rows tbody tr td:first-child"), ["5", "7"]);
    let actions = page.values("main form", "action");
    assert_eq!(
        actions,
        ["/data?lang=en"],
        "a better file is all that can be sent"
    );
    let (status, _) = read(ada.post(&place, &[]).await).await;
    assert_eq!(status, 409);
    assert!(ada.page("/data").await.texts(".imports").is_empty());
    spoil(&mut lines, 5, ",suburban,", ",urban,");
    spoil(&mut lines, 7, "14030200100", "140302001006");
    let better = workbook(&lines.join("\n"));
    let (status, page, _) = look(&ada, "frame", ("框.xlsx", &better)).await;
    assert_eq!(status, 422);
    assert_eq!(page.texts("mark"), ["140399"]);
    spoil(&mut lines, 9, ",140399,", ",140302,");
    take(&ada, "frame", ("框.xlsx", &workbook(&lines.join("\n")))).await;
}

#[tokio::test]
async fn a_frame_in_the_place_of_another_says_what_is_different() {
    let instance = Instance::with_draft().await;
    let ada = instance.person("ada").await;
    let mut lines: Vec<String> = text("frame.csv").lines().map(str::to_owned).collect();
    lines.remove(3);
    lines[4] = lines[4].replace("urban", "rural");
    lines.push("140322099001,新建小区,140322,urban,1200,400,".to_owned());
    let (status, page, _) = look(&ada, "frame", ("new.csv", lines.join("\n").as_bytes())).await;
    assert_eq!(status, 200);
    let wanted = "Compared with the frame “yangquan”: new places: 1, gone: 1, different: 1.";
    assert!(page.main().contains(wanted), "{}", page.main());
    assert!(
        page.main()
            .contains("新建小区, Urban, 1,200 residents, 400 addresses")
    );
    // Its counties add up to what the file holds.
    let totals = page.texts(".rows tbody tr:last-child td");
    assert_eq!(totals[1], "730");
}

#[tokio::test]
async fn what_is_missing_in_the_form_is_said_and_what_was_typed_stays() {
    let instance = Instance::empty().await;
    let ada = instance.person("ada").await;
    let fields = [
        ("kind", "frame"),
        ("name", ""),
        ("source", "police list"),
        ("synthetic", "yes"),
    ];
    let (status, page) = read(ada.post_file("/data", &fields, ("", b"")).await).await;
    assert_eq!(status, 422);
    assert_eq!(page.texts(".errors li").len(), 2, "{}", page.main());
    assert_eq!(page.values("#source-frame", "value"), ["police list"]);
    assert_eq!(
        page.values("details[open] input[name=synthetic][checked]", "name")
            .len(),
        1
    );
    let wrong = ada
        .post_file("/data", &[("kind", "codes")], ("a.csv", b"x"))
        .await;
    assert_eq!(wrong.status().as_u16(), 400);
    let huge = vec![b'a'; 17 << 20];
    let (status, page) = read(send(&ada, "frame", ("a.csv", &huge)).await).await;
    assert_eq!(status, 413);
    assert!(!page.texts("main a").is_empty(), "a way on");
}

#[tokio::test]
async fn a_name_that_is_taken_and_a_file_of_somebody_else_are_refused() {
    let instance = Instance::with_draft().await;
    let (ada, ben) = (instance.person("ada").await, instance.person("ben").await);
    let fields = [("kind", "frame"), ("name", "yangquan"), ("source", "x")];
    let frame = example("frame.csv");
    let sent = ada.post_file("/data", &fields, ("frame.csv", &frame)).await;
    let place = location(&sent).split('?').next().unwrap().to_owned();
    let (status, page) = read(ada.get(&place).await).await;
    assert_eq!(status, 422);
    assert!(
        page.main()
            .contains("There is an import named “yangquan” already")
    );
    assert_eq!(ada.post(&place, &[]).await.status().as_u16(), 409);
    assert_eq!(
        ben.get(&place).await.status().as_u16(),
        404,
        "ben did not send it"
    );
    assert_eq!(ben.post(&place, &[]).await.status().as_u16(), 404);
    instance.set_time("2026-11-26T10:01");
    let ada = instance.person("ada").await;
    send(&ada, "areas", ("areas.csv", &example("areas.csv"))).await;
    assert_eq!(
        ada.get(&place).await.status().as_u16(),
        404,
        "a day has passed"
    );
}

#[tokio::test]
async fn results_of_others_come_in_by_a_workbook_and_a_second_file_says_what_differs() {
    let instance = Instance::with_draft().await;
    let ada = instance.person("ada").await;
    let file = "县区代码,指标,调查名称,调查结束日期,估计值,标准误,样本量\n\
        140302,满意度,2024,2024-11-30,0.912,0.011,400\n\
        140303,满意度,2024,2024/11/30,88.5%,,\n\
        140302,安全感,2024,2024-11-30,0.95,,400\n";
    take(&ada, "results", ("old.xlsx", &workbook(file))).await;
    let mut tx = instance.app.office.0.begin_read("look").await.unwrap();
    let mut conn = tx.conn();
    let sets = reported::list(&mut conn).await.unwrap();
    let rows = reported::get_rows(&mut conn, &sets[0]).await.unwrap();
    drop(tx);
    let shares: Vec<f64> = rows.rows().iter().map(|row| row.estimate).collect();
    assert_eq!(shares, [0.912, 0.95, 0.885]);
    assert_eq!(rows.rows()[2].ended, "2024-11-30");
    assert_eq!(rows.rows()[2].error, None);
    let more = "county,item,wave,date,estimate,error,n\n\
        140302,approval,2024,2024-11-30,0.912,0.011,400\n\
        140303,approval,2024,2024-11-30,0.9,,\n\
        140303,approval,2025,2025-11-30,0.91,,\n";
    let fields = [
        ("kind", "results"),
        ("name", "second"),
        ("source", "bureau"),
    ];
    let sent = ada
        .post_file("/data", &fields, ("new.csv", more.as_bytes()))
        .await;
    let place = location(&sent).split('?').next().unwrap().to_owned();
    let page = ada.page(&place).await;
    let wanted = "Figures that are new: 1; in an earlier file with other numbers: 1; \
        in an earlier file as they are here: 1.";
    assert!(page.main().contains(wanted), "{}", page.main());
    let bad = "county,item,wave,date,estimate\n\
        140302,approval,a,2024-11-30,91.2\n\
        140302,approval,b,30 Nov,0.9\n\
        140399,approval,c,2024-11-30,0.9\n\
        140302,happiness,d,2024-11-30,0.9\n";
    let (status, page, place) = look(&ada, "results", ("bad.csv", bad.as_bytes())).await;
    assert_eq!(status, 422);
    let said = [
        "row 2, column estimate: “91.2” is no share: write 0.912 or 91.2%.",
        "row 3, column date: “30 Nov” is no date: write year-month-day, such as 2024-11-30.",
        "row 4, column county: 140399 is no county of the areas that were taken over.",
        "row 5, column item: “happiness” is none of: approval, safety.",
    ];
    // The name is taken, too, which is said first.
    assert_eq!(page.texts(".errors li")[1..], said, "{}", page.main());
    assert_eq!(ada.post(&place, &[]).await.status().as_u16(), 409);
    let twice = "county,item,wave,date,estimate\n\
        140302,approval,a,2024-11-30,0.9\n\
        140302,approval,a,2024-11-30,0.9\n";
    let (status, page, _) = look(&ada, "results", ("twice.csv", twice.as_bytes())).await;
    assert_eq!(status, 422);
    assert!(
        page.main()
            .contains("row 3, column wave: a row above has the same")
    );
}

#[test]
fn a_template_that_is_filled_in_with_its_own_examples_is_read() {
    use calamine::Data;

    let areas = read_areas(&example("areas.csv")).unwrap();
    for lang in Lang::ALL {
        for kind in UploadKind::ALL {
            let bytes = template::workbook(lang, kind).unwrap();
            let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
            let titles = book.worksheet_range_at(0).unwrap().unwrap();
            let notes = book.worksheet_range_at(1).unwrap().unwrap();
            let titles: Vec<String> = titles
                .rows()
                .next()
                .unwrap()
                .iter()
                .map(Data::to_string)
                .collect();
            let examples: Vec<String> = notes
                .rows()
                .skip(1)
                .map(|row| row[3].to_string())
                .map(|text| {
                    if text.starts_with(['(', '（']) {
                        String::new()
                    } else {
                        text
                    }
                })
                .collect();
            let named: Vec<String> = notes.rows().skip(1).map(|row| row[0].to_string()).collect();
            assert_eq!(titles, named);
            assert!(
                notes
                    .rows()
                    .skip(1)
                    .all(|row| !row[2].to_string().starts_with("import-"))
            );
            let filled = format!("{}\n{}\n", titles.join(","), examples.join(","));
            let problems = match kind {
                UploadKind::Areas => read_areas(filled.as_bytes()).err(),
                UploadKind::Frame => read_frame(filled.as_bytes(), &areas).err(),
                UploadKind::Margins => read_margins(filled.as_bytes(), &areas).err(),
                UploadKind::Results => read_results(filled.as_bytes(), &areas).err(),
            };
            let said: Vec<String> = problems.iter().flatten().map(ToString::to_string).collect();
            // A single area has no city above it, a single row is no population; its cells are read.
            let whole = [
                "is not listed",
                "is missing",
                "no rows",
                "has no",
                "needs",
                "lacks",
            ];
            assert!(
                said.iter()
                    .all(|one| whole.iter().any(|words| one.contains(words))),
                "{kind:?} {lang:?}: {said:?}"
            );
        }
    }
}
