//! Counties report, a second person verifies or disputes, and nothing verified changes without a new version.

use std::collections::BTreeMap;

use minyi::evaluation::indicator::Status;
use minyi::service::evaluate::{import_indicators, import_standard};
use minyi::service::reports::{
    EvidenceProblem, ReportError, Saved, Standing, add_evidence, open_evidence, overview, rule,
    save, sheet,
};
use minyi::storage::office::audit;
use minyi::survey::account::Account;
use minyi::survey::ids::IndicatorId;
use minyi::survey::role::Role;

use crate::support::city::{City, STANDARD};
use crate::support::instance::{Instance, PASSWORD, read};
use crate::support::on_both;

const HOME: (&str, i32) = ("140321", 2026);
const CASES: &str = "crime.cases";

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

async fn reporter(city: &City, name: &str, county: &str) -> Account {
    let role = (Role::Reporter, Some(county));
    let made = city
        .app
        .accounts
        .create_with(name, role, PASSWORD.to_owned(), false);
    made.await.unwrap()
}

async fn city(stores: &crate::support::Stores) -> (City, Account) {
    let city = City::new(stores).await;
    import_standard(&city.app, &city.evaluator, STANDARD)
        .await
        .unwrap();
    let rita = reporter(&city, "rita", "140321").await;
    (city, rita)
}

async fn latest(city: &City, id: &str) -> IndicatorId {
    let found = sheet(&city.app, &city.evaluator, HOME.0, HOME.1)
        .await
        .unwrap();
    found.versions[id][0].id
}

async fn standing(city: &City, id: &str) -> Standing {
    let found = sheet(&city.app, &city.evaluator, HOME.0, HOME.1)
        .await
        .unwrap();
    found.standing(id)
}

on_both! {
    async fn a_report_is_verified_by_a_second_person_and_a_new_version_is_unverified_again(stores) {
        let (city, rita) = city(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        assert_eq!(standing(&city, CASES).await, Standing::Missing);
        let typed = fields(&[("value-crime.cases", "12"), ("k-crime.clearance", "3"), ("m-crime.clearance", "4")]);
        let saved = save(app, &rita, HOME, &typed).await.unwrap();
        assert_eq!(saved, Saved { versions: 2, unchanged: 0 });
        assert_eq!(standing(&city, CASES).await, Standing::Reported);
        let again = save(app, &rita, HOME, &typed).await.unwrap();
        assert_eq!(again, Saved { versions: 0, unchanged: 2 });

        let first = latest(&city, CASES).await;
        assert!(matches!(rule(app, &rita, HOME, first, None).await, Err(ReportError::Denied)));
        assert!(matches!(rule(app, eva, HOME, first, Some(" ")).await, Err(ReportError::NoReason)));
        rule(app, eva, HOME, first, None).await.unwrap();
        assert_eq!(standing(&city, CASES).await, Standing::Verified);
        assert!(matches!(rule(app, eva, HOME, first, None).await, Err(ReportError::Past)));
        let found = sheet(app, eva, HOME.0, HOME.1).await.unwrap();
        let value = &found.values[&(2026, CASES.to_owned())];
        assert_eq!(value.indicator.status, Status::Verified);
        assert_eq!((value.entered_by, value.verified_by), (Some(rita.id), Some(eva.id)));

        let typed = fields(&[("value-crime.cases", "13"), ("k-crime.clearance", "3"), ("m-crime.clearance", "4")]);
        assert_eq!(save(app, &rita, HOME, &typed).await.unwrap().versions, 1);
        assert_eq!(standing(&city, CASES).await, Standing::Reported);
        assert!(matches!(rule(app, eva, HOME, first, Some("old")).await, Err(ReportError::Past)));
        let second = latest(&city, CASES).await;
        rule(app, eva, HOME, second, Some("The register says 14")).await.unwrap();
        assert_eq!(standing(&city, CASES).await, Standing::Disputed);
        let found = sheet(app, &rita, HOME.0, HOME.1).await.unwrap();
        let all = &found.versions[CASES];
        assert_eq!(all.iter().map(|one| one.number).collect::<Vec<u64>>(), [2, 1]);
        assert_eq!(all[0].ruling.as_ref().unwrap().reason, "The register says 14");
        let counts = overview(app, &rita).await.unwrap();
        let (year, counties) = &counts.years[0];
        assert_eq!((*year, counties.len()), (2026, 1), "the own county alone");
        assert_eq!((counties[0].1.disputed, counties[0].1.reported, counties[0].1.verified), (1, 1, 0));

        let mut tx = app.office.0.begin_read("audit").await.unwrap();
        let entries = audit::list(&mut tx.conn(), None, 100).await.unwrap();
        for action in ["report_indicators", "verify_indicator", "dispute_indicator"] {
            assert!(entries.iter().any(|entry| entry.action == action), "{action}");
        }
    }

    async fn a_reporter_of_one_county_does_not_find_another(stores) {
        let (city, rita) = city(&stores).await;
        let app = &city.app;
        let elsewhere = ("140322", 2026);
        let seen = sheet(app, &rita, elsewhere.0, elsewhere.1).await;
        assert!(matches!(seen, Err(ReportError::Unknown)));
        let typed = fields(&[("value-crime.cases", "12")]);
        let saved = save(app, &rita, elsewhere, &typed).await;
        assert!(matches!(saved, Err(ReportError::Unknown)));
        let file = ("a.pdf", b"%PDF-1".to_vec());
        let added = add_evidence(app, &rita, elsewhere, CASES, file).await;
        assert!(matches!(added, Err(ReportError::Unknown)));
        let next_year = save(app, &rita, ("140321", 2027), &typed).await;
        assert!(matches!(next_year, Err(ReportError::Unknown)), "a year that has not begun");
        assert!(matches!(save(app, &city.evaluator, HOME, &typed).await, Err(ReportError::Denied)));
        assert!(matches!(overview(app, &city.organizer).await, Err(ReportError::Denied)));
    }

    async fn a_form_with_a_mistake_saves_nothing_and_names_the_indicator(stores) {
        let (city, rita) = city(&stores).await;
        let app = &city.app;
        let typed = fields(&[
            ("value-crime.cases", "12"),
            ("k-crime.clearance", "5"),
            ("m-crime.clearance", "4"),
            ("value-safety.fire", "warehouse; deaths=1; ghosts=2"),
        ]);
        let Err(ReportError::Values(problems)) = save(app, &rita, HOME, &typed).await else { panic!("refused") };
        assert!(problems.iter().any(|one| one.indicator == "crime.clearance"), "{problems:?}");
        assert_eq!(standing(&city, CASES).await, Standing::Missing);
        save(app, &rita, HOME, &fields(&[("value-crime.cases", "12")])).await.unwrap();
        let Err(ReportError::Values(problems)) = save(app, &rita, HOME, &fields(&[])).await else { panic!("refused") };
        assert_eq!(problems[0].indicator, CASES, "a reported value is not emptied");
    }

    async fn nobody_verifies_what_the_own_account_imported_and_a_file_verifies_nothing(stores) {
        let (city, _) = city(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let file = "county,year,indicator,status,value\n140321,2026,crime.cases,verified,7\n";
        import_indicators(app, eva, file).await.unwrap();
        assert_eq!(standing(&city, CASES).await, Standing::Reported);
        let version = latest(&city, CASES).await;
        assert!(matches!(rule(app, eva, HOME, version, None).await, Err(ReportError::Own)));
        let made = app.accounts.create("noor", Role::Evaluator, PASSWORD.to_owned()).await;
        rule(app, &made.unwrap(), HOME, version, None).await.unwrap();
        assert_eq!(standing(&city, CASES).await, Standing::Verified);
    }

    async fn a_report_is_in_time_to_the_last_moment_of_10_january_and_late_after_it(stores) {
        let (city, rita) = city(&stores).await;
        let app = &city.app;
        let zone = &app.zone;
        let end = zone.parse("2027-01-11T00:00").unwrap();
        let before = end.minus(std::time::Duration::from_micros(1));
        app.clock.set(before);
        save(app, &rita, HOME, &fields(&[("value-crime.cases", "12")])).await.unwrap();
        app.clock.set(end);
        let typed = fields(&[("value-crime.cases", "12"), ("k-crime.clearance", "3"), ("m-crime.clearance", "4")]);
        save(app, &rita, HOME, &typed).await.unwrap();
        let found = sheet(app, &rita, HOME.0, HOME.1).await.unwrap();
        let late = |id: &str| found.is_late(found.values[&(2026, id.to_owned())].entered_at);
        assert!(!late(CASES), "10 January 23:59:59");
        assert!(late("crime.clearance"), "11 January 00:00");
    }

    async fn evidence_is_kept_once_and_given_back_as_it_was_sent(stores) {
        let (city, rita) = city(&stores).await;
        let app = &city.app;
        let content = b"%PDF-1.7 register".to_vec();
        let file = || ("register.pdf", content.clone());
        add_evidence(app, &rita, HOME, CASES, file()).await.unwrap();
        let twice = add_evidence(app, &rita, HOME, CASES, file()).await;
        assert!(matches!(twice, Err(ReportError::File(EvidenceProblem::Again))));
        let named = add_evidence(app, &rita, HOME, CASES, ("register.html", content.clone())).await;
        assert!(matches!(named, Err(ReportError::File(EvidenceProblem::Ending))));
        let found = sheet(app, &city.evaluator, HOME.0, HOME.1).await.unwrap();
        let digest = hex::encode(found.evidence[CASES][0].digest);
        let (kind, opened) = open_evidence(app, &city.evaluator, HOME, &digest).await.unwrap();
        assert_eq!((kind.as_str(), opened), ("pdf", content));
        let other = reporter(&city, "otto", "140322").await;
        assert!(matches!(open_evidence(app, &other, HOME, &digest).await, Err(ReportError::Unknown)));
        for number in 1..10 {
            let next = ("more.csv", format!("a,{number}\n").into_bytes());
            add_evidence(app, &rita, HOME, CASES, next).await.unwrap();
        }
        let eleventh = ("more.csv", b"a,10\n".to_vec());
        let eleventh = add_evidence(app, &rita, HOME, CASES, eleventh).await;
        assert!(matches!(eleventh, Err(ReportError::File(EvidenceProblem::TooMany))));
    }

    async fn a_reporter_has_an_imported_county_and_an_administrator_gives_another_one(stores) {
        let (city, rita) = city(&stores).await;
        let accounts = &city.app.accounts;
        let none = accounts.create("nina", Role::Reporter, PASSWORD.to_owned()).await;
        assert!(matches!(none, Err(minyi::service::accounts::CreateError::County(_))));
        let root = accounts.create("root", Role::Administrator, PASSWORD.to_owned()).await.unwrap();
        assert!(accounts.move_reporter(&root, rita.id, "140399").await.is_err());
        assert!(accounts.move_reporter(&city.evaluator, rita.id, "140322").await.is_err());
        accounts.move_reporter(&root, rita.id, "140322").await.unwrap();
        let gone = sheet(&city.app, &rita, HOME.0, HOME.1).await;
        assert!(matches!(gone, Err(ReportError::Unknown)));
        sheet(&city.app, &rita, "140322", 2026).await.unwrap();
        let nobody = accounts.move_reporter(&root, root.id, "140322").await;
        assert!(nobody.is_err(), "an administrator reports for no county");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_lead_a_reporter_from_the_sign_in_to_the_own_county_and_keep_what_was_typed() {
    let instance = Instance::with_draft().await;
    let app = &instance.app;
    let eva = app
        .accounts
        .create("eva", Role::Evaluator, PASSWORD.to_owned())
        .await
        .unwrap();
    import_standard(app, &eva, STANDARD).await.unwrap();
    let role = (Role::Reporter, Some("140321"));
    app.accounts
        .create_with("rita", role, PASSWORD.to_owned(), false)
        .await
        .unwrap();
    let rita = instance.person("rita").await;
    let start = rita.get("/organize").await;
    assert_eq!(start.headers()["location"], "/indicators?lang=en");
    let list = rita.page("/indicators").await;
    let links = list.values("main a", "href");
    assert!(
        links.contains(&"/indicators/2026/140321?lang=en".to_owned()),
        "{links:?}"
    );
    assert!(
        links.iter().all(|link| !link.contains("140322")),
        "{links:?}"
    );
    let nav = list.values(".staffbar a", "href");
    assert!(
        !nav.iter().any(|link| link.starts_with("/organize")),
        "{nav:?}"
    );

    let place = "/indicators/2026/140321";
    let wrong = [
        ("what", "save"),
        ("value-crime.cases", "many"),
        ("k-crime.clearance", "1"),
        ("m-crime.clearance", "2"),
    ];
    let (status, sheet) = read(rita.post(place, &wrong).await).await;
    assert_eq!(status, 422);
    assert_eq!(
        sheet.values("[name='value-crime.cases']", "value"),
        ["many"]
    );
    assert_eq!(sheet.values("[name='m-crime.clearance']", "value"), ["2"]);
    let right = [("what", "save"), ("value-crime.cases", "12")];
    assert_eq!(rita.post(place, &right).await.status(), 303);
    let files = format!("{place}/evidence");
    let about = [("indicator", "crime.cases")];
    let sent = rita.post_file(&files, &about, ("a.pdf", b"%PDF-1"));
    assert_eq!(sent.await.status(), 303);
    let sheet = rita.page(place).await;
    let file = sheet.values(".files a", "href").remove(0);
    let served = rita.get(file.split('?').next().unwrap()).await;
    let headers = served.headers();
    assert!(
        headers["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment;")
    );
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(
        headers["content-security-policy"],
        "default-src 'none'; sandbox"
    );

    let evaluator = instance.person("eva").await;
    let sheet = evaluator.page(place).await;
    let version = sheet.values("[name=version]", "value").remove(0);
    let blank = [
        ("what", "dispute"),
        ("version", version.as_str()),
        ("reason", " "),
    ];
    assert_eq!(evaluator.post(place, &blank).await.status(), 422);
    let verify = [("what", "verify"), ("version", version.as_str())];
    assert_eq!(evaluator.post(place, &verify).await.status(), 303);
    let sheet = rita.page(place).await;
    assert!(sheet.main().contains("Verified by eva"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workbook_fills_the_form_with_every_problem_at_its_row_and_reports_nothing() {
    let instance = Instance::with_draft().await;
    let app = &instance.app;
    let eva = app
        .accounts
        .create("eva", Role::Evaluator, PASSWORD.to_owned())
        .await
        .unwrap();
    import_standard(app, &eva, STANDARD).await.unwrap();
    let role = (Role::Reporter, Some("140321"));
    let made = app
        .accounts
        .create_with("rita", role, PASSWORD.to_owned(), false);
    let person = made.await.unwrap();
    let typed = fields(&[
        ("value-crime.cases", "12"),
        ("value-safety.fire", "仓库；死亡（人）=1"),
    ]);
    save(app, &person, HOME, &typed).await.unwrap();
    let rita = instance.person("rita").await;
    let place = "/indicators/2026/140321";
    let workbook = rita
        .get(&format!("{place}/template"))
        .await
        .bytes()
        .await
        .unwrap();
    let bring = format!("{place}/file");
    let (status, sheet) = read(rita.post_file(&bring, &[], ("a.xlsx", &workbook)).await).await;
    assert_eq!(status, 200, "{:?}", sheet.texts(".errors li"));
    assert_eq!(sheet.values("[name='value-crime.cases']", "value"), ["12"]);
    let file = "indicator,name,value,k,m\ncrime.cases,,13,,\ncrime.clearance,,,5,4\nghosts,,1,,\n";
    let (status, sheet) = read(
        rita.post_file(&bring, &[], ("a.csv", file.as_bytes()))
            .await,
    )
    .await;
    assert_eq!(status, 422);
    let errors = sheet.texts(".errors li");
    assert!(
        errors
            .iter()
            .any(|line| line.starts_with("Row 3: crime.clearance")),
        "{errors:?}"
    );
    assert!(
        errors.iter().any(|line| line.starts_with("Row 4: ")),
        "{errors:?}"
    );
    assert_eq!(sheet.values("[name='value-crime.cases']", "value"), ["13"]);
    assert!(sheet.texts("[name='value-safety.fire']")[0].starts_with("仓库; "));
    let kept = minyi::service::reports::sheet(app, &person, HOME.0, HOME.1)
        .await
        .unwrap();
    assert_eq!(kept.versions[CASES].len(), 1, "a file reports nothing");
}

/// Somebody at the pages, with the standard and two years of the example's county reported.
async fn with_two_years() -> (Instance, crate::support::instance::Visitor) {
    let instance = Instance::with_draft().await;
    let app = &instance.app;
    let eva = app
        .accounts
        .create("eva", Role::Evaluator, PASSWORD.to_owned())
        .await
        .unwrap();
    import_standard(app, &eva, STANDARD).await.unwrap();
    let role = (Role::Reporter, Some("140321"));
    let made = app
        .accounts
        .create_with("rita", role, PASSWORD.to_owned(), false);
    let person = made.await.unwrap();
    let before = fields(&[
        ("value-crime.cases", "1000"),
        ("k-crime.clearance", "300"),
        ("m-crime.clearance", "1000"),
    ]);
    save(app, &person, ("140321", 2025), &before).await.unwrap();
    let rita = instance.person("rita").await;
    (instance, rita)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_add_up_or_jumps_is_a_warning_at_entry_from_a_file_and_for_the_verifier() {
    let (instance, rita) = with_two_years().await;
    let place = "/indicators/2026/140321";
    let sum = "“Criminal cases”: they come to 1001, and that is 990";
    let some = "“Serious violent cases” cannot be more than “Criminal cases”: they come to 991";
    let jump = "more than 15 points";
    let expected = |sheet: &crate::support::instance::Sheet, at: &str| {
        let main = sheet.main();
        for words in [sum, some, jump] {
            assert!(main.contains(words), "{at}: {words}: {main}");
        }
        // Both numbers of a sum carry it, and the head counts values.
        assert_eq!(main.matches(sum).count(), 2, "{at}");
        assert!(
            main.contains("3 values call for a second look"),
            "{at}: {main}"
        );
    };
    // From a file: nothing is reported yet, and the form says it already.
    let file = "indicator,name,value,k,m\ncrime.cases,,990,,\ncrime.clearance,,,900,1001\n\
                crime.violent_cases,,991,,\n";
    let bring = format!("{place}/file");
    let sent = rita.post_file(&bring, &[], ("a.csv", file.as_bytes()));
    let (status, sheet) = read(sent.await).await;
    assert_eq!(
        status,
        200,
        "a warning refuses nothing: {:?}",
        sheet.texts(".errors li")
    );
    expected(&sheet, "file");
    // At entry, beside a mistake that refuses the form.
    let typed = [
        ("what", "save"),
        ("value-crime.cases", "990"),
        ("k-crime.clearance", "900"),
        ("m-crime.clearance", "1001"),
        ("value-crime.violent_cases", "991"),
        ("k-law.aid_accepted", "5"),
        ("m-law.aid_accepted", "4"),
    ];
    let (status, sheet) = read(rita.post(place, &typed).await).await;
    assert_eq!(status, 422, "k is larger than m");
    expected(&sheet, "refused");
    assert!(sheet.main().contains("k = 5 is larger than m = 4"));
    // Without the mistake it is taken, and whoever verifies reads the same.
    assert_eq!(rita.post(place, &typed[..5]).await.status(), 303);
    expected(&rita.page(place).await, "entry");
    let eva = instance.person("eva").await;
    expected(&eva.page(place).await, "verification");
    // What adds up says nothing.
    let good = [
        ("what", "save"),
        ("value-crime.cases", "990"),
        ("k-crime.clearance", "300"),
        ("m-crime.clearance", "990"),
        ("value-crime.violent_cases", "12"),
    ];
    assert_eq!(rita.post(place, &good).await.status(), 303);
    let main = eva.page(place).await.main();
    assert!(
        !main.contains("second look") && !main.contains("they come to"),
        "{main}"
    );
}
