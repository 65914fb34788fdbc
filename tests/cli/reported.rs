//! `minyi import results`, run as the real program: each wrong row named, all of a file or nothing of it, and what came in stays.

use minyi::storage::Db;
use minyi::storage::office::{audit, reported};
use minyi::survey::reported::{Measure, Reported};

use super::wave::Instance;
use crate::support::postgres;

const STAFF: [(&str, &str); 2] = [("ada", "organizer"), ("eva", "evaluator")];

/// What is stored: of each file its name, its source and its figures; and how often the audit log names such an import.
fn stored(instance: &Instance) -> (Vec<(String, String, Vec<Reported>)>, usize) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let db = Db::open(&instance.office()).await.unwrap();
        let mut tx = db.begin_read("reported").await.unwrap();
        let mut conn = tx.conn();
        let mut sets = Vec::new();
        for set in reported::list(&mut conn).await.unwrap() {
            let rows = reported::get_rows(&mut conn, &set).await.unwrap();
            sets.push((set.name.clone(), set.source.clone(), rows.rows().to_vec()));
        }
        let log = audit::list(&mut conn, None, 100).await.unwrap();
        let imports = log.iter().filter(|one| one.action == "import_results");
        (sets, imports.count())
    })
}

fn import(instance: &Instance, who: &str, name: &str, file: &str) -> super::wave::Run {
    let line = [
        "import",
        "results",
        file,
        "--name",
        name,
        "--source",
        "the bureau of statistics",
    ];
    instance.by(who, &line)
}

#[test]
fn results_of_others_come_in_whole_or_not_at_all() {
    come_in(&Instance::new(&STAFF));
}

#[test]
fn results_of_others_come_in_the_same_way_on_postgresql() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = runtime.block_on(async { postgres::server().await.empty_pair().await });
    come_in(&Instance::on(Some(url), &STAFF));
}

fn come_in(instance: &Instance) {
    let good = instance.write(
        "good.csv",
        "县区代码,指标,调查名称,调查结束日期,估计值,标准误,样本量,说不清\n\
         140302,满意度,2024年,2024-11-30,0.912,0.011,400,\n\
         140303,满意度,2024年,2024/11/30,88.5%,,,\n\
         140302,安全感,2024年,2024-11-30,0.95,,400,\n",
    );
    // Without areas there is no county of which a figure could be.
    let early = import(instance, "ada", "bureau", &good).refused();
    let wanted = format!(
        "{good}: row 2, column county: 140302 is no county of the areas that were taken over."
    );
    assert_eq!(early.lines().next(), Some(wanted.as_str()));
    instance.import("areas");
    each_wrong_row_is_named(instance);
    assert_eq!(
        stored(instance),
        (Vec::new(), 0),
        "nothing of a file that was refused"
    );
    let denied = import(instance, "eva", "bureau", &good).refused();
    assert!(denied.contains("organizers"), "{denied}");

    let said = import(instance, "ada", "bureau", &good).ok();
    assert!(
        said.contains("3 figures imported as results of others, “bureau”. SHA-256 "),
        "{said}"
    );
    let (sets, entries) = stored(instance);
    assert_eq!((sets.len(), entries), (1, 1));
    assert_eq!(
        (sets[0].0.as_str(), sets[0].1.as_str()),
        ("bureau", "the bureau of statistics")
    );
    let figures = |rows: &[Reported]| -> Vec<(String, Measure, f64)> {
        let figures = rows.iter();
        figures
            .map(|row| (row.county.to_string(), row.measure, row.estimate))
            .collect()
    };
    let wanted = [
        ("140302".to_owned(), Measure::Approval, 0.912),
        ("140302".to_owned(), Measure::Safety, 0.95),
        ("140303".to_owned(), Measure::Approval, 0.885),
    ];
    assert_eq!(figures(&sets[0].2), wanted);

    // A name is taken once, also by a file that could be read; nothing of it comes in.
    let other = instance.write(
        "other.csv",
        "county,item,wave,date,estimate\n140302,approval,2024年,2024-11-30,0.5\n",
    );
    let taken = import(instance, "ada", "bureau", &other).refused();
    assert!(taken.contains("“bureau” already"), "{taken}");
    assert_eq!(stored(instance), (sets.clone(), 1));
    // Under another name the earlier figures stay as they were, beside the new ones and beside the same once more.
    import(instance, "ada", "correction", &other).ok();
    import(instance, "ada", "bureau, again", &good).ok();
    let (all, entries) = stored(instance);
    assert_eq!((all.len(), entries), (3, 3));
    assert!(all.contains(&sets[0]));
    let again = all.iter().find(|set| set.0 == "bureau, again").unwrap();
    assert_eq!(again.2, sets[0].2);
    let correction = all.iter().find(|set| set.0 == "correction").unwrap();
    assert_eq!(
        figures(&correction.2),
        [("140302".to_owned(), Measure::Approval, 0.5)]
    );
}

fn each_wrong_row_is_named(instance: &Instance) {
    let wrong = instance.write(
        "wrong.csv",
        "county,item,wave,date,estimate,n_eff\n\
         140302,approval,a,2024-11-30,0.9,\n\
         140302,approval,b,2024-11-30,91.2,\n\
         140302,approval,c,30 Nov,0.9,\n\
         140399,approval,d,2024-11-30,0.9,\n\
         140302,happiness,e,2024-11-30,0.9,\n\
         140302,safety,f,2024-11-30,0.9,-3\n",
    );
    let said = import(instance, "ada", "bureau", &wrong).refused();
    let lines: Vec<&str> = said.lines().collect();
    let wanted = [
        "row 3, column estimate: “91.2” is no share: write 0.912 or 91.2%.",
        "row 4, column date: “30 Nov” is no date: write year-month-day, such as 2024-11-30.",
        "row 5, column county: 140399 is no county of the areas that were taken over.",
        "row 6, column item: “happiness” is none of: approval, safety.",
        "row 7, column n_eff: “-3” is no number above 0.",
    ];
    assert_eq!(lines, wanted.map(|line| format!("{wrong}: {line}")));
    let twice = instance.write(
        "twice.csv",
        "county,item,wave,date,estimate\n\
         140302,approval,a,2024-11-30,0.9\n\
         140302,approval,a,2024-11-30,0.9\n",
    );
    let said = import(instance, "ada", "bureau", &twice).refused();
    let wanted =
        format!("{twice}: row 3, column wave: a row above has the same county, item and survey.\n");
    assert_eq!(said, wanted);
}
