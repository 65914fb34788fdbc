//! Years of the register: which standard judged which, what is said of applications at which time, the year of a wave.

use minyi::evaluation::register::{Lack, Stage, Standing, Step};
use minyi::service::evaluate::{apply, of_wave};
use minyi::service::keys::random;
use minyi::service::release::publish;
use minyi::service::reports::save;
use minyi::service::titles::{Register, TitleStep, register};
use minyi::service::waves::file;
use minyi::storage::office::title_step;
use minyi::survey::account::Account;
use minyi::survey::ids::TitleStepId;
use minyi::survey::role::Role;
use minyi::survey::wave::{Act, WaveSlug};

use crate::support::city::{City, STANDARD, time};
use crate::support::instance::{PASSWORD, Visitor, account, serve};
use crate::support::on_both;
use crate::support::published::{Published, SLUG, state};

const YEAR: i32 = 2026;
/// Evaluated by the first version only.
const LEFT: &str = "140303";
const COUNTY: &str = "140322";

async fn found(city: &City) -> Register {
    register(&city.app).await.unwrap().expect("a register")
}

fn standing(found: &Register, county: &str, year: i32) -> Standing {
    found.cell(county, year).expect("a cell").standing.clone()
}

/// The standard's second version: other years, and a county less.
fn second() -> String {
    let text = STANDARD.replacen("version = 1", "version = 2", 1);
    let text = text.replacen("first_year = 2004", "first_year = 2027", 1);
    let text = text.replacen("last_year = 2006", "last_year = 2029", 1);
    let counties = text.find("code = \"140303\"").expect("the county");
    let start = text[..counties].rfind('\n').expect("its line");
    let end = start + 1 + text[start + 1..].find('\n').expect("the end of its line");
    format!("{}{}", &text[..start], &text[end..])
}

/// Steps as an earlier version of the program stored them: an acceptance says nothing of its values.
async fn step_of_old(city: &City, by: &Account, number: u64, step: Step) {
    let at = city.app.clock.now();
    let step = TitleStep {
        id: TitleStepId::new(at, random().unwrap()),
        county: COUNTY.to_owned(),
        year: YEAR,
        number,
        step,
        reason: String::new(),
        received_at: at,
        in_time: true,
        taken: Act { by: by.id, at },
    };
    let mut tx = city.app.office.0.begin_write("test").await.unwrap();
    title_step::insert(&mut tx.conn(), &step).await.unwrap();
    tx.commit().await.unwrap();
}

on_both! {
    async fn a_year_stays_under_the_standard_that_judged_it(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        city.import().await;
        let slug = &city.open_wave(SLUG, "2026-11-01T20:00").await;
        let result = city.close_wave(slug).await;
        city.store_favorable(slug, &result).await;
        apply(app, eva, slug).await.unwrap();
        state(app, &city.organizer, slug).await;
        publish(app, &city.organizer, slug).await.unwrap();
        app.clock.set(time("2027-03-01"));
        city.change_standard(&second()).await;

        let before = found(&city).await;
        assert_eq!(before.standard.version, 2);
        assert_eq!(before.yardsticks[&YEAR].standard.version, 1);
        assert!(before.yardsticks[&YEAR].is_applied);
        // The verdict of 2026 stands, with the county that the second version does not evaluate.
        let wanted = standing(&before, LEFT, YEAR);
        assert!(!matches!(wanted, Standing::Outside), "{wanted:?}");
        assert_eq!(before.rows.len(), 5);
        assert_eq!(before.county(LEFT).unwrap().name.get("en"), "Kuangqu");
        // 2027 would be judged by the second one.
        assert_eq!(before.yardsticks[&2027].standard.version, 2);
        assert!(!before.yardsticks[&2027].is_applied);
        assert_eq!(standing(&before, LEFT, 2027), Standing::Outside);
        assert_eq!(standing(&before, COUNTY, 2027), Standing::Upcoming);
        // A year that nobody judged: the standard that was in force on its last day of application.
        app.clock.set(time("2028-01-11"));
        city.change_standard(&second().replacen("version = 2", "version = 3", 1)).await;
        let after = found(&city).await;
        let versions = [2026, 2027, 2028].map(|year| after.yardsticks[&year].standard.version);
        assert_eq!(versions, [1, 2, 3]);
        assert_eq!(standing(&after, COUNTY, 2027), Standing::Missed(Lack::NoApplication));

        let page = Visitor::at(&serve(app).await).page("/titles").await;
        let text = page.main();
        for said in ["version 1", "made for 2004–2006, applied as an example", "version 2, not applied yet",
            "version 3, not applied yet", "Not evaluated", "did not apply"] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }

    async fn the_register_says_what_is_true_of_applications_at_the_time(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        city.import().await;
        let site = serve(app).await;
        let everyone = Visitor::at(&site);
        let at = async |now: &str, path: &str| {
            app.clock.set(time(now));
            everyone.page(path).await.main()
        };
        let text = at("2026-11-20T12:00", "/titles").await;
        assert!(text.contains("self-check and application from 1 December 2026 (Beijing time)"), "{text}");
        // Of 2025 nothing is known here, and nothing is said.
        assert_eq!(standing(&found(&city).await, COUNTY, 2025), Standing::Unrecorded);
        let text = at("2026-12-01T00:00", "/titles").await;
        assert!(text.contains("Application open") && text.contains("until 10 January 2027 (Beijing time)"), "{text}");
        assert!(!text.contains("did not apply"), "{text}");
        let chinese = at("2027-01-10T23:59:59", "/titles?lang=zh-CN").await;
        assert!(chinese.contains("正在申报") && chinese.contains("2027年1月10日截止（北京时间）"), "{chinese}");
        let text = at("2027-01-11T00:00", "/titles").await;
        assert_eq!(standing(&found(&city).await, COUNTY, YEAR), Standing::Missed(Lack::NoApplication));
        assert!(text.contains("did not apply"), "{text}");
        assert!(!text.to_lowercase().contains("not yet"), "{text}");
    }

    async fn an_acceptance_that_stored_nothing_covers_what_there_was_when_it_was_taken(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        city.import().await;
        let role = (Role::Reporter, Some(COUNTY));
        let rita = app.accounts.create_with("rita", role, PASSWORD.to_owned(), false).await.unwrap();
        app.clock.set(time("2027-01-15"));
        step_of_old(&city, &rita, 1, Step::Apply).await;
        step_of_old(&city, &city.evaluator, 2, Step::Accept).await;
        let stage = |found: &Register| found.cell(COUNTY, YEAR).unwrap().stage;
        assert_eq!(stage(&found(&city).await), Stage::Accepted);
        app.clock.set(time("2027-01-16"));
        // Nothing of 2021 is read for 2026; of 2022 the cases are.
        let cases = &[("value-crime.cases".to_owned(), "7".to_owned())].into();
        save(app, &rita, (COUNTY, 2021), cases).await.unwrap();
        assert_eq!(stage(&found(&city).await), Stage::Accepted);
        save(app, &rita, (COUNTY, 2022), cases).await.unwrap();
        assert_eq!(stage(&found(&city).await), Stage::Outdated);
    }

    async fn the_plan_names_the_year_under_evaluation(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        city.import().await;
        account(app, "cleo", Role::Organizer).await;
        for (slug, year, evaluated) in [("named", "year = 2026", 2026), ("unnamed", "", 2027)] {
            city.import_example(slug).await;
            let text = format!(
                r#"
                slug = "{slug}"
                title = {{ zh-CN = "演示", en = "Demonstration" }}
                opens_at = "2026-12-20"
                closes_at = "2027-01-05T20:00"
                synthetic = true
                frame = "{slug}"
                margins = "{slug}"
                {year}
                [sample]
                unit = "person"
                counties = [{{ county = "140322", psus = 20, invitations = 1000 }}]
                "#
            );
            app.clock.set(time("2026-12-20"));
            let draft = file::read(&text, &app.zone, |name| Err(name.to_owned())).expect("a wave file");
            let slug = city.field_draft(&draft).await.wave.slug;
            let cleo = Visitor::at(&serve(app).await);
            cleo.sign_in("cleo").await;
            let plan = cleo.page(&format!("/organize/{slug}/plan")).await.main();
            let said = match year {
                "" => "it is the year in which the wave ends, 2027",
                _ => "The year under evaluation is 2026, as the plan says",
            };
            assert!(plan.contains(said), "{plan}");
            city.close_wave(&slug).await;
            let stored = of_wave(app, &slug).await.unwrap().expect("an evaluation");
            assert_eq!(stored.evaluation.year, evaluated, "{slug}");
        }
        let sealed = city.wave(&WaveSlug::parse("named").unwrap()).await;
        let other = city.wave(&WaveSlug::parse("unnamed").unwrap()).await;
        assert_ne!(sealed.plan_digest, other.plan_digest, "it is sealed with the plan");
    }
}

#[tokio::test]
async fn a_year_for_which_the_standard_was_not_made_says_so() {
    let work = Published::open().await;
    let everyone = Visitor::at(&work.site);
    let said = "The standard was made for 2004–2006. It is applied to 2026 as an example.";
    for path in ["", "/criteria", "/140311"] {
        let text = everyone
            .page(&format!("/results/{SLUG}{path}"))
            .await
            .main();
        assert!(text.contains(said), "{path}: {text}");
    }
    let text = everyone.page("/titles").await.main();
    assert!(
        text.contains("made for 2004–2006, applied as an example"),
        "{text}"
    );
    // One table of signs, for the matrix and for the register.
    let page = everyone.page(&format!("/results/{SLUG}")).await;
    let matrix: Vec<String> = page.texts("table.matrix td.verdict");
    let register = everyone.page("/titles").await.texts(".register td .tag");
    let sign = |all: &[String], word: &str| {
        let mut signs = all.iter().filter_map(|tag| {
            let sign = tag.trim().chars().next()?;
            let said = tag.trim().strip_prefix(sign)?.trim();
            said.eq_ignore_ascii_case(word).then_some(sign)
        });
        signs.next_back()
    };
    for word in ["Not met", "Open"] {
        assert_eq!(
            sign(&matrix, word),
            sign(&register, word),
            "{word}: {matrix:?} {register:?}"
        );
    }
    assert!(sign(&register, "Not met").is_some(), "{register:?}");
}
