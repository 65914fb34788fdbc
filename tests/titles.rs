//! Titles over the years: applications in time and late, acceptance, decisions, the register that everybody reads.

use std::collections::BTreeMap;
use std::time::Duration;

use minyi::evaluation::register::{Lack, Stage, Standing, Step};
use minyi::service::again::again;
use minyi::service::decisions::{Say, propose, rule as rule_title};
use minyi::service::evaluate::{apply, import_indicators, import_standard};
use minyi::service::release::publish;
use minyi::service::reports::{rule, save, sheet};
use minyi::service::titles::{Cell, Register, TitleError, Typed, offered, register, take};
use minyi::storage::office::{audit, title_step};
use minyi::survey::account::Account;
use minyi::survey::role::Role;

use crate::support::city::{City, INDICATORS, STANDARD, time};
use crate::support::instance::{PASSWORD, Visitor, account, serve};
use crate::support::on_both;

const YEAR: i32 = 2026;
/// Open under the favorable result, and failed.
const OPEN: &str = "140322";
const FAILED: &str = "140321";
const PAPER: &str = "140302";

fn typed(step: Step, reason: &str) -> Typed {
    Typed {
        step,
        reason: reason.to_owned(),
        received: None,
    }
}

async fn reporter(city: &City, name: &str, county: &str) -> Account {
    let role = (Role::Reporter, Some(county));
    let accounts = &city.app.accounts;
    let made = accounts.create_with(name, role, PASSWORD.to_owned(), false);
    made.await.unwrap()
}

async fn cell(city: &City, county: &str) -> Cell {
    let register = register(&city.app).await.unwrap().expect("a register");
    register.cell(county, YEAR).expect("a cell").clone()
}

/// Everything that the county reported for a year and nobody has spoken of is verified by this person.
async fn verify(city: &City, person: &Account, place: (&str, i32)) -> usize {
    let found = sheet(&city.app, person, place.0, place.1).await.unwrap();
    let open = found
        .versions
        .values()
        .filter(|all| all[0].ruling.is_none());
    let open: Vec<_> = open.map(|all| all[0].id).collect();
    for id in &open {
        let done = rule(&city.app, person, place, *id, None).await;
        done.expect("verified");
    }
    open.len()
}

/// How many values are lacking for an acceptance, by year.
fn lacking(refused: Result<Stage, TitleError>) -> BTreeMap<i32, usize> {
    let Err(TitleError::Unverified(lacking)) = refused else {
        panic!("{refused:?}")
    };
    lacking
        .iter()
        .map(|(year, ids)| (*year, ids.len()))
        .collect()
}

on_both! {
    async fn a_title_needs_an_application_in_time_its_acceptance_and_a_published_verdict(stores) {
        let city = City::new(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let bo = &account(app, "bo", Role::Evaluator).await;
        let (rita, sam) = (&reporter(&city, "rita", OPEN).await, &reporter(&city, "sam", FAILED).await);
        assert!(register(app).await.unwrap().is_none(), "no standard yet");
        let slug = &city.open_wave("2026q4", "2026-11-01T20:00").await;
        let result = city.close_wave(slug).await;
        // One year is enough for a recommendation here.
        let standard = STANDARD.replace("years_in_a_row = 3", "years_in_a_row = 1");
        import_standard(app, eva, &standard).await.unwrap();
        import_indicators(app, eva, INDICATORS).await.unwrap();
        city.store_favorable(slug, &result).await;

        // Nothing counts before December; what an application on paper says of 1970 neither.
        app.clock.set(time("2026-11-30T23:59:59"));
        let early = take(app, rita, (OPEN, YEAR), &typed(Step::SelfCheck, "")).await;
        assert!(matches!(early, Err(TitleError::TooEarly(day)) if day.to_string() == "2026-12-01"), "{early:?}");
        let early = take(app, rita, (OPEN, YEAR), &typed(Step::Apply, "")).await;
        assert!(matches!(early, Err(TitleError::TooEarly(_))), "{early:?}");
        assert_eq!(cell(&city, OPEN).await.standing, Standing::Upcoming);
        let found = register(app).await.unwrap().unwrap();
        assert!(offered(app, rita, &found, YEAR).await.unwrap().is_empty());
        app.clock.set(time("2026-12-01T00:00"));
        let old = Typed { received: Some(time("1970-01-01")), ..typed(Step::Apply, "") };
        let old = take(app, eva, (PAPER, YEAR), &old).await;
        assert!(matches!(old, Err(TitleError::TooEarly(_))), "{old:?}");
        let checked = take(app, rita, (OPEN, YEAR), &typed(Step::SelfCheck, "")).await;
        assert_eq!(checked.unwrap(), Stage::Checked);
        let elsewhere = take(app, rita, (FAILED, YEAR), &typed(Step::Apply, "")).await;
        assert!(matches!(elsewhere, Err(TitleError::Unknown)));
        let never = take(app, rita, (OPEN, 1999), &typed(Step::Apply, "")).await;
        assert!(matches!(never, Err(TitleError::Unknown)));
        for (who, step) in [(rita, Step::Accept), (&city.organizer, Step::Apply), (eva, Step::SelfCheck)] {
            let denied = take(app, who, (OPEN, YEAR), &typed(step, "why")).await;
            assert!(matches!(denied, Err(TitleError::Denied)), "{step:?}");
        }

        // The last moment of 10 January in Shanghai, and the next one.
        app.clock.set(time("2027-01-10T23:59:59"));
        assert_eq!(take(app, rita, (OPEN, YEAR), &typed(Step::Apply, "")).await.unwrap(), Stage::Applied);
        let twice = take(app, rita, (OPEN, YEAR), &typed(Step::Apply, "")).await;
        assert!(matches!(twice, Err(TitleError::NotNow(Stage::Applied))));
        app.clock.set(time("2027-01-11T00:00"));
        assert_eq!(take(app, sam, (FAILED, YEAR), &typed(Step::Apply, "")).await.unwrap(), Stage::Late);
        for received in [None, Some(time("2027-01-11T00:00:01"))] {
            let paper = Typed { received, ..typed(Step::Apply, "") };
            let refused = take(app, eva, (PAPER, YEAR), &paper).await;
            assert!(matches!(refused, Err(TitleError::NoMoment)));
        }
        // Its paper says that it came in time; one person's word does not make it so.
        let received = Some(time("2027-01-10T23:59:59"));
        let silent = take(app, eva, (PAPER, YEAR), &Typed { received, ..typed(Step::Apply, " ") }).await;
        assert!(matches!(silent, Err(TitleError::NoReason)), "{silent:?}");
        let paper = Typed { received, ..typed(Step::Apply, "it lay in another tray") };
        assert_eq!(take(app, eva, (PAPER, YEAR), &paper).await.unwrap(), Stage::Late);
        let claimed = cell(&city, PAPER).await;
        assert!(claimed.is_claimed && claimed.standing == Standing::Missed(Lack::Late));
        assert!(!cell(&city, FAILED).await.is_claimed, "nobody says that it came in time");

        // A second person decides on what somebody entered, and a late one needs a reason.
        let own = take(app, eva, (PAPER, YEAR), &typed(Step::Refuse, "why")).await;
        assert!(matches!(own, Err(TitleError::Own)));
        let found = register(app).await.unwrap().unwrap();
        let of_eva = offered(app, eva, &found, YEAR).await.unwrap();
        assert!(!of_eva.iter().any(|(county, _)| county == PAPER), "{of_eva:?}");
        let of_bo = offered(app, bo, &found, YEAR).await.unwrap();
        assert!(of_bo.contains(&(PAPER.to_owned(), Step::Admit)));
        let own = take(app, eva, (PAPER, YEAR), &typed(Step::Admit, "why")).await;
        assert!(matches!(own, Err(TitleError::Own)));
        assert_eq!(take(app, bo, (PAPER, YEAR), &typed(Step::Admit, "its stamp says so")).await.unwrap(), Stage::Applied);
        assert_eq!(take(app, bo, (PAPER, YEAR), &typed(Step::Refuse, "no self-check")).await.unwrap(), Stage::Refused);
        assert_eq!(cell(&city, PAPER).await.standing, Standing::Missed(Lack::Refused));
        let again = take(app, bo, (PAPER, YEAR), &Typed { received, ..typed(Step::Apply, "again") }).await;
        assert!(matches!(again, Err(TitleError::NotNow(Stage::Refused))), "the last day has passed: {again:?}");
        let silent = take(app, bo, (FAILED, YEAR), &typed(Step::Admit, "  ")).await;
        assert!(matches!(silent, Err(TitleError::NoReason)));
        assert_eq!(take(app, bo, (FAILED, YEAR), &typed(Step::Admit, "snow")).await.unwrap(), Stage::Applied);

        // A county without any value has nothing that could be accepted.
        let nobody = &reporter(&city, "kai", "140303").await;
        app.clock.set(time("2027-12-05T12:00"));
        take(app, nobody, ("140303", 2027), &typed(Step::Apply, "")).await.unwrap();
        let bare = take(app, eva, ("140303", 2027), &typed(Step::Accept, "")).await;
        assert!(lacking(bare)[&2027] > 10);
        // It was refused, and applies again before the last day.
        take(app, eva, ("140303", 2027), &typed(Step::Refuse, "nothing was reported")).await.unwrap();
        let found: Register = register(app).await.unwrap().unwrap();
        assert_eq!(found.cell("140303", 2027).unwrap().standing, Standing::Applying);
        let again = take(app, nobody, ("140303", 2027), &typed(Step::Apply, "")).await;
        assert_eq!(again.unwrap(), Stage::Applied);
        app.clock.set(time("2027-01-11T00:00"));
        // Accepted is what is verified throughout: values of earlier years that growth and own averages rest on, too.
        let early = take(app, eva, (OPEN, YEAR), &typed(Step::Accept, "")).await;
        let left = lacking(early);
        // By hand, from the file: cases of 2022; cases, clearance, prosecution, conclusion of 2023 and 2024; these and violent cases of 2025.
        assert_eq!(left[&2022], 1);
        assert_eq!((left[&2023], left[&2024], left[&2025]), (4, 4, 5));
        assert!(verify(&city, bo, (OPEN, YEAR)).await >= left[&YEAR]);
        let early = take(app, eva, (OPEN, YEAR), &typed(Step::Accept, "")).await;
        assert_eq!(lacking(early), [(2022, 1), (2023, 4), (2024, 4), (2025, 5)].into());
        for county in [OPEN, FAILED] {
            for year in 2022..=YEAR {
                verify(&city, bo, (county, year)).await;
            }
            assert_eq!(take(app, eva, (county, YEAR), &typed(Step::Accept, "")).await.unwrap(), Stage::Accepted);
        }
        assert_eq!(cell(&city, OPEN).await.standing, Standing::Pending, "nothing is published");
        let evaluation = apply(app, eva, slug).await.unwrap();
        crate::support::published::state(app, &city.organizer, slug).await;
        publish(app, &city.organizer, slug).await.unwrap();
        assert_eq!(cell(&city, OPEN).await.standing, Standing::Missed(Lack::Open));
        assert_eq!(cell(&city, FAILED).await.standing, Standing::Missed(Lack::NotMet));
        let few = take(app, eva, (OPEN, YEAR), &typed(Step::Recommend, "")).await;
        assert!(matches!(few, Err(TitleError::TooFew(0))));

        let verdict = &evaluation.evaluation.county(OPEN).unwrap().verdict;
        let reasons: BTreeMap<String, String> =
            verdict.open.iter().map(|id| (id.clone(), "seen on the spot".to_owned())).collect();
        let proposal = propose(app, eva, slug, evaluation.id, OPEN, &reasons).await.unwrap();
        app.clock.set(app.clock.now().plus(Duration::from_secs(1)));
        rule_title(app, bo, slug, evaluation.id, proposal.id, Say::Confirm).await.unwrap();
        let named = cell(&city, OPEN).await;
        assert!(matches!(named.standing, Standing::Decided(_)), "{:?}", named.standing);
        assert_eq!((named.held, named.may_be_recommended), (1, true));
        assert_eq!(take(app, eva, (OPEN, YEAR), &typed(Step::Recommend, "")).await.unwrap(), Stage::Recommended);
        assert_eq!(cell(&city, OPEN).await.held, 1, "a recommended county keeps its title");
        assert_eq!(register(app).await.unwrap().unwrap().named(YEAR), 1);

        let mut tx = app.office.0.begin_read("audit").await.unwrap();
        let mut conn = tx.conn();
        let entries = audit::list(&mut conn, None, 200).await.unwrap();
        let action = |entry: &minyi::survey::audit::Entry| entry.action.clone();
        let mut steps: Vec<String> = entries.iter().map(action).filter(|name| name.starts_with("title_")).collect();
        steps.sort();
        assert_eq!(steps.join(" "), "title_accept title_accept title_admit title_admit title_apply title_apply title_apply \
            title_apply title_apply title_recommend title_refuse title_refuse title_self_check");
        let accepted = entries.iter().find(|entry| entry.action == "title_accept").expect("an entry");
        assert!(accepted.detail["values"].as_str().is_some_and(|digest| digest.len() == 64), "{:?}", accepted.detail);
        let stored = title_step::list(&mut conn).await.unwrap();
        assert_eq!(stored.len(), steps.len());
        assert_eq!(title_step::acceptances(&mut conn).await.unwrap().len(), 2);
        drop(tx);

        let everyone = Visitor::at(&serve(app).await);
        let page = everyone.page("/titles").await;
        assert_eq!(page.texts(".register tbody th").len(), 5);
        let text = page.main();
        for said in ["Title by decision", "by eva and bo", "recommended to the province", "Not met", "third-class merit",
            "version 1", "made for 2004–2006, applied as an example"] {
            assert!(text.to_lowercase().contains(&said.to_lowercase()), "{said}: {text}");
        }
        assert!(page.values(".register thead a", "href").is_empty(), "only staff take steps");

        // A value of an earlier year gets another version: the acceptance does not cover it, and the title rests.
        let cases = &BTreeMap::from([("value-crime.cases".to_owned(), "410".to_owned())]);
        assert_eq!(save(app, rita, (OPEN, 2022), cases).await.unwrap().versions, 1);
        let rests = cell(&city, OPEN).await;
        assert_eq!((rests.stage, &rests.standing), (Stage::Outdated, &Standing::Missed(Lack::Outdated)));
        assert_eq!(rests.cover.unwrap().changed, [(2022, "crime.cases".to_owned())]);
        assert_eq!(register(app).await.unwrap().unwrap().named(YEAR), 0);
        let text = everyone.page("/titles").await.main();
        let said = "accepted on 11 January 2027, changed since: Criminal cases 2022; must be accepted anew";
        assert!(text.contains(said), "{text}");
        let unverified = take(app, eva, (OPEN, YEAR), &typed(Step::Accept, "")).await;
        assert_eq!(lacking(unverified), [(2022, 1)].into());
        verify(&city, bo, (OPEN, 2022)).await;
        assert_eq!(cell(&city, OPEN).await.stage, Stage::Outdated, "verified is not accepted");
        assert_eq!(take(app, eva, (OPEN, YEAR), &typed(Step::Accept, "")).await.unwrap(), Stage::Accepted);
        // Now it covers the values, but the published evaluation read another one.
        let other = cell(&city, OPEN).await;
        assert_eq!(other.standing, Standing::Missed(Lack::Otherwise));
        assert_eq!(other.cover.unwrap().otherwise, [(2022, "crime.cases".to_owned())]);
        let text = everyone.page("/titles").await.main();
        assert!(text.contains("evaluated with other values: Criminal cases 2022"), "{text}");
        let twice = take(app, eva, (OPEN, YEAR), &typed(Step::Accept, "")).await;
        assert!(matches!(twice, Err(TitleError::NotNow(Stage::Accepted))), "{twice:?}");
    }

    async fn two_people_at_one_moment_take_one_step(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        city.import().await;
        app.clock.set(time("2026-12-01T00:00"));
        let (one, two) = (reporter(&city, "rita", OPEN).await, reporter(&city, "rosa", OPEN).await);
        let step = &typed(Step::Apply, "");
        let (first, second) = tokio::join!(
            again(|| take(app, &one, (OPEN, YEAR), step)),
            again(|| take(app, &two, (OPEN, YEAR), step)),
        );
        let taken = [&first, &second].into_iter().filter(|done| done.is_ok()).count();
        assert_eq!(taken, 1, "{first:?} {second:?}");
        assert_eq!(cell(&city, OPEN).await.steps.len(), 1);
    }
}
