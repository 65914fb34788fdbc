//! Titles over the years: applications in time and late, acceptance, decisions, the register that everybody reads.

use std::collections::BTreeMap;
use std::time::Duration;

use minyi::evaluation::register::{Lack, Stage, Standing, Step};
use minyi::service::again::again;
use minyi::service::decisions::{Say, propose, rule as rule_title};
use minyi::service::evaluate::{apply, import_indicators, import_standard};
use minyi::service::release::publish;
use minyi::service::reports::{rule, sheet};
use minyi::service::titles::{Cell, TitleError, Typed, offered, register, take};
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

/// Everything that the county reported is verified by this person.
async fn verify(city: &City, person: &Account, county: &str) -> usize {
    let found = sheet(&city.app, person, county, YEAR).await.unwrap();
    for versions in found.versions.values() {
        let done = rule(&city.app, person, (county, YEAR), versions[0].id, None).await;
        done.expect("verified");
    }
    found.versions.len()
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
        let paper = Typed { received: Some(time("2027-01-10T23:59:59")), ..typed(Step::Apply, "") };
        assert_eq!(take(app, eva, (PAPER, YEAR), &paper).await.unwrap(), Stage::Applied, "it counts by its receipt");

        // A second person decides on what somebody entered, and a late one needs a reason.
        let own = take(app, eva, (PAPER, YEAR), &typed(Step::Refuse, "why")).await;
        assert!(matches!(own, Err(TitleError::Own)));
        let found = register(app).await.unwrap().unwrap();
        let of_eva = offered(app, eva, &found, YEAR).await.unwrap();
        assert!(!of_eva.iter().any(|(county, _)| county == PAPER), "{of_eva:?}");
        let of_bo = offered(app, bo, &found, YEAR).await.unwrap();
        assert!(of_bo.contains(&(PAPER.to_owned(), Step::Accept)));
        assert_eq!(take(app, bo, (PAPER, YEAR), &typed(Step::Refuse, "no self-check")).await.unwrap(), Stage::Refused);
        let silent = take(app, bo, (FAILED, YEAR), &typed(Step::Admit, "  ")).await;
        assert!(matches!(silent, Err(TitleError::NoReason)));
        assert_eq!(take(app, bo, (FAILED, YEAR), &typed(Step::Admit, "snow")).await.unwrap(), Stage::Applied);

        // A county without any value has nothing that could be accepted.
        let nobody = &reporter(&city, "kai", "140303").await;
        app.clock.set(time("2027-01-10T12:00"));
        take(app, nobody, ("140303", 2027), &typed(Step::Apply, "")).await.unwrap();
        let bare = take(app, eva, ("140303", 2027), &typed(Step::Accept, "")).await;
        assert!(matches!(bare, Err(TitleError::Unverified(left)) if left > 10), "{bare:?}");
        app.clock.set(time("2027-01-11T00:00"));
        // Accepted is what is verified throughout.
        let early = take(app, eva, (OPEN, YEAR), &typed(Step::Accept, "")).await;
        let Err(TitleError::Unverified(left)) = early else { panic!("{early:?}") };
        assert!(left > 0);
        for county in [OPEN, FAILED] {
            assert!(verify(&city, bo, county).await >= left);
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
        assert_eq!(steps.join(" "), "title_accept title_accept title_admit title_apply title_apply title_apply title_apply \
            title_recommend title_refuse title_self_check");
        let stored = title_step::list(&mut conn).await.unwrap();
        assert_eq!(stored.len(), steps.len());
        drop(tx);

        let everyone = Visitor::at(&serve(app).await);
        let page = everyone.page("/titles").await;
        assert_eq!(page.texts(".register tbody th").len(), 5);
        let text = page.main();
        for said in ["Title by decision", "by eva and bo", "recommended to the province", "Not met", "third-class merit"] {
            assert!(text.to_lowercase().contains(&said.to_lowercase()), "{said}: {text}");
        }
        assert!(page.values(".register thead a", "href").is_empty(), "only staff take steps");
    }

    async fn two_people_at_one_moment_take_one_step(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        city.import().await;
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
