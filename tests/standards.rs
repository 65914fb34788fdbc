//! Standards on the desk: a draft is written, tried on the last evaluation, proposed and confirmed by two people; and the
//! public record says which standard was in force when.

use std::process::Command;
use std::time::Duration;

use minyi::evaluation::contrast::contrast;
use minyi::evaluation::dossier::Evaluation;
use minyi::evaluation::finding::Finding;
use minyi::evaluation::standard::Standard;
use minyi::evaluation::standard::document::Document;
use minyi::service::evaluate::{
    apply, import_indicators, import_standard, of_wave, standard_in_force,
};
use minyi::service::standards::{
    self, DraftError, Preview, Previewed, begin, confirm, desk, look, preview, propose, save,
    withdraw,
};
use minyi::storage::office::{audit, evaluation, process_entry};
use minyi::survey::account::Account;
use minyi::survey::ids::StandardDraftId;
use minyi::survey::role::Role;
use minyi::survey::wave::{WaveSlug, WaveState};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::city::{City, INDICATORS, STANDARD};
use crate::support::instance::{Sheet, Visitor, account, location, read};
use crate::support::published::{Published, result};
use crate::support::{Stores, on_both};

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// A city with a standard, and a draft of its second version by eva.
async fn with_draft(stores: &Stores) -> (City, StandardDraftId) {
    let city = City::new(stores).await;
    city.import().await;
    let id = begin(
        &city.app,
        &city.evaluator,
        &digest(STANDARD),
        ("yangquan-2004", "2"),
    )
    .await;
    (city, id.unwrap())
}

/// Revision and text of a draft.
async fn held(city: &City, id: StandardDraftId) -> (i64, String) {
    let found = desk(&city.app, &city.evaluator, id).await.unwrap();
    (found.draft.revision, found.draft.text)
}

/// Stores another text on top of what is there.
async fn write(city: &City, id: StandardDraftId, change: impl Fn(&str) -> String) {
    let (revision, text) = held(city, id).await;
    let next = change(&text);
    assert_ne!(next, text, "the test changes something");
    save(&city.app, &city.evaluator, (id, revision), &next)
        .await
        .unwrap();
}

async fn actions(city: &City) -> Vec<(String, String)> {
    let mut tx = city.app.office.0.begin_read("audit").await.unwrap();
    let all = audit::list(&mut tx.conn(), None, 200).await.unwrap();
    all.into_iter()
        .map(|entry| (entry.action, entry.subject))
        .collect()
}

async fn events(city: &City, slug: &WaveSlug) -> Vec<Value> {
    let wave = city.wave(slug).await;
    let mut tx = city.app.office.0.begin_read("record").await.unwrap();
    let entries = process_entry::list(&mut tx.conn(), wave.id).await.unwrap();
    entries
        .iter()
        .map(|entry| serde_json::from_str(entry).unwrap())
        .collect()
}

fn later(city: &City) {
    city.app
        .clock
        .set(city.app.clock.now().plus(Duration::from_secs(1)));
}

async fn done(city: &City, person: &Account, text: &str) -> Preview {
    match preview(&city.app, person, text).await.unwrap() {
        Previewed::Done(preview) => *preview,
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn a_draft_is_proposed_by_one_evaluator_and_put_in_force_by_another(stores) {
        let (city, id) = with_draft(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let zoe = account(app, "zoe", Role::Evaluator).await;
        write(&city, id, |text| text.replacen("percent = 75", "percent = 80", 1)).await;
        let (revision, text) = held(&city, id).await;
        let held = (id, revision);
        assert_eq!(revision, 2);
        assert!(matches!(confirm(app, &zoe, held).await, Err(DraftError::ChangedMeanwhile)), "nobody proposed it");
        assert!(matches!(propose(app, eva, (id, 1)).await, Err(DraftError::ChangedMeanwhile)), "an earlier revision");
        propose(app, eva, held).await.unwrap();
        assert!(matches!(propose(app, &zoe, held).await, Err(DraftError::Fixed)));
        assert!(matches!(save(app, &zoe, held, "x = 1").await, Err(DraftError::Fixed)));
        assert!(matches!(confirm(app, eva, held).await, Err(DraftError::OnePerson)));
        withdraw(app, &zoe, held).await.unwrap();
        assert!(matches!(withdraw(app, &zoe, held).await, Err(DraftError::ChangedMeanwhile)));
        propose(app, eva, held).await.unwrap();
        later(&city);
        let before = standard_in_force(app).await.unwrap().unwrap();
        assert_eq!(before.version, 1);
        let stored = confirm(app, &zoe, held).await.unwrap();
        assert_eq!((stored.text.as_str(), hex::encode(stored.digest)), (text.as_str(), digest(&text)));
        assert_eq!(standard_in_force(app).await.unwrap().as_ref(), Some(&stored.standard));
        let old = look(app, eva, &digest(STANDARD)).await.unwrap();
        assert_eq!(old.text, STANDARD, "what is stored stays");
        let found = desk(app, eva, id).await.unwrap().draft;
        assert_eq!(found.frozen.map(|(digest, act)| (digest, act.by)), Some((stored.digest, zoe.id)));
        assert_eq!(found.proposed.map(|act| act.by), Some(eva.id));
        for refused in [
            save(app, eva, held, "x = 1").await,
            propose(app, eva, held).await,
            confirm(app, &zoe, held).await.map(drop),
            withdraw(app, &zoe, held).await,
        ] {
            assert!(matches!(refused, Err(DraftError::Fixed | DraftError::ChangedMeanwhile)), "{refused:?}");
        }
        let all = actions(&city).await;
        let subject = "standard yangquan-2004 2".to_owned();
        for action in ["make_standard_draft", "change_standard_draft", "propose_standard", "withdraw_standard", "freeze_standard"] {
            assert!(all.contains(&(action.to_owned(), subject.clone())), "{action}: {all:?}");
        }
    }

    async fn what_is_unfinished_is_kept_and_nobody_overwrites_what_another_wrote(stores) {
        let (city, id) = with_draft(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let zoe = account(app, "zoe", Role::Evaluator).await;
        let (_, text) = held(&city, id).await;
        assert_eq!(Standard::from_toml(&text).unwrap().version, 2);
        let broken = format!("{text}\n[[criteria]\n");
        save(app, eva, (id, 1), &broken).await.unwrap();
        assert_eq!(held(&city, id).await, (2, broken.clone()), "no TOML, and not lost");
        assert_eq!(desk(app, eva, id).await.unwrap().draft.name, "yangquan-2004 2", "the name stays");
        let Err(DraftError::Problems(problems)) = propose(app, eva, (id, 2)).await else { panic!("refused") };
        assert_eq!(problems[0].line, broken.lines().count());
        assert!(matches!(preview(app, eva, &broken).await.unwrap(), Previewed::Unfinished(_)));
        assert!(matches!(save(app, &zoe, (id, 1), &text).await, Err(DraftError::ChangedMeanwhile)));
        save(app, &zoe, (id, 2), &broken).await.unwrap();
        assert_eq!(held(&city, id).await.0, 2, "the same text again changes nothing");
        let gap = text.replacen("en = \"Homicides cleared\"", "en = \"\"", 1);
        save(app, &zoe, (id, 2), &gap).await.unwrap();
        let Err(DraftError::Problems(problems)) = propose(app, eva, (id, 3)).await else { panic!("refused") };
        let [one] = problems.as_slice() else { panic!("{problems:?}") };
        assert_eq!((one.at.as_str(), one.field.as_str()), ("crime.homicide_clearance", "name"));
        let line = gap.lines().position(|line| line.contains("命案破案率")).unwrap() + 1;
        assert_eq!(one.line, line);
        let long = "#".repeat(standards::LONGEST + 1);
        assert!(matches!(save(app, eva, (id, 3), &long).await, Err(DraftError::TooLong)));
    }

    async fn a_name_is_taken_once_and_who_does_not_evaluate_writes_nothing(stores) {
        let (city, id) = with_draft(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let parent = digest(STANDARD);
        for name in [("", "2"), ("two words", "2"), ("a", "0"), ("a", "x"), ("a", "1000000")] {
            assert!(matches!(begin(app, eva, &parent, name).await, Err(DraftError::BadName)), "{name:?}");
        }
        let taken = begin(app, eva, &parent, ("yangquan-2004", "1")).await;
        assert!(matches!(taken, Err(DraftError::Taken { version: 1, .. })));
        let ghost = begin(app, eva, &digest("ghost"), ("a", "1")).await;
        assert!(matches!(ghost, Err(DraftError::Unknown)));
        // Somebody else stores this version in between.
        let other = STANDARD.replacen("version = 1", "version = 2", 1);
        city.change_standard(&other).await;
        assert!(matches!(propose(app, eva, (id, 1)).await, Err(DraftError::Taken { version: 2, .. })));
        for role in [Role::Organizer, Role::Auditor] {
            let person = account(app, role.as_str(), role).await;
            assert_eq!(standards::list(app, &person).await.unwrap().standards.len(), 2);
            let (_, text) = held(&city, id).await;
            assert!(matches!(save(app, &person, (id, 1), &text).await, Err(DraftError::Denied)));
            assert!(matches!(propose(app, &person, (id, 1)).await, Err(DraftError::Denied)));
            assert!(matches!(confirm(app, &person, (id, 1)).await, Err(DraftError::Denied)));
            assert!(matches!(begin(app, &person, &parent, ("a", "1")).await, Err(DraftError::Denied)));
        }
        for role in [Role::Administrator, Role::Fieldworker] {
            let person = account(app, role.as_str(), role).await;
            assert!(matches!(standards::list(app, &person).await, Err(DraftError::Denied)));
            assert!(matches!(desk(app, &person, id).await, Err(DraftError::Denied)));
            assert!(matches!(preview(app, &person, STANDARD).await, Err(DraftError::Denied)));
        }
    }

    async fn a_preview_is_what_the_command_computes_from_the_same_files_and_stores_nothing(stores) {
        let (city, id) = with_draft(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let (_, text) = held(&city, id).await;
        assert!(matches!(preview(app, eva, &text).await.unwrap(), Previewed::NoWave));
        let slug = city.open_wave("2026q4", "2026-11-01T20:00").await;
        let closed = city.close_wave(&slug).await;
        let stored = city.store_favorable(&slug, &closed).await;
        apply(app, eva, &slug).await.unwrap();
        // 15 of 20 and twice 9 of 12 are exactly 75 %; 2 of 3 homicides are less than 90 % and more than 50 %.
        write(&city, id, |text| text.replacen("percent = 75", "percent = 75.01", 1)).await;
        write(&city, id, |text| text.replacen("kind = \"at_least\", percent = 90", "kind = \"at_least\", percent = 50", 1)).await;
        let (_, text) = held(&city, id).await;
        let found = done(&city, eva, &text).await;
        assert_eq!((found.year, found.wave.slug.clone(), found.has_moved), (2026, slug.clone(), false));
        let differs: Vec<(String, String, Option<Finding>, Option<Finding>)> = contrast(&found.before, &found.after)
            .into_iter()
            .flat_map(|county| county.criteria.into_iter().map(move |one| (county.county.clone(), one)))
            .filter(|(_, one)| one.decides_differently())
            .map(|(county, one)| {
                let finding = |result: Option<minyi::evaluation::reason::CriterionResult>| result.map(|result| result.finding);
                (county, one.id, finding(one.before), finding(one.after))
            })
            .collect();
        let (met, unmet) = (Some(Finding::Met), Some(Finding::NotMet));
        let wanted = [
            ("140303", "crime.violent_clearance", met, unmet),
            ("140311", "crime.violent_clearance", met, unmet),
            ("140321", "crime.violent_clearance", met, unmet),
            ("140321", "crime.homicide_clearance", unmet, met),
        ];
        let wanted: Vec<_> = wanted.iter().map(|(c, id, a, b)| ((*c).to_owned(), (*id).to_owned(), *a, *b)).collect();
        assert_eq!(differs, wanted);

        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            path
        };
        let files = [
            ("--standard", file("s.toml", &text)),
            ("--indicators", file("i.csv", INDICATORS)),
            ("--estimate", file("e.json", &serde_json::to_string(&stored.result).unwrap())),
        ];
        let mut command = Command::new(env!("CARGO_BIN_EXE_minyi"));
        command.args(["evaluate", "--year", "2026", "--format", "json"]);
        for (name, path) in &files {
            command.arg(name).arg(path);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut printed: Evaluation = serde_json::from_value(printed).unwrap();
        let kept = of_wave(app, &slug).await.unwrap().unwrap();
        let mut stored = kept.evaluation;
        // A preview leaves out the probability that everything is met, and nothing else.
        for all in [&mut printed, &mut stored] {
            let taken = all.counties.iter_mut().filter_map(|one| one.all_met.take());
            assert!(taken.count() > 0);
        }
        assert_eq!(printed.counties, found.after.counties);
        assert_eq!((kept.standard.version, stored.counties), (1, found.before.counties));
        let mut tx = app.office.0.begin_read("uses").await.unwrap();
        let uses = evaluation::uses(&mut tx.conn()).await.unwrap();
        assert_eq!(uses.len(), 2, "the close's and the one above: {uses:?}");
        drop(tx);
        let shelf = standards::list(app, eva).await.unwrap();
        let used = &shelf.uses[&shelf.standards[0].digest];
        assert_eq!(used.len(), 1, "one wave and year");
        assert_eq!((used[0].year, used[0].wave.as_ref()), (2026, Some(&slug)));

        // A value is corrected: both sides move, and the page can say so.
        let row = "140303,2026,crime.violent_clearance,synthetic,,15,20";
        let mended = INDICATORS.replacen(row, "140303,2026,crime.violent_clearance,synthetic,,14,20", 1);
        assert_ne!(mended, INDICATORS);
        import_indicators(app, eva, &mended).await.unwrap();
        let found = done(&city, eva, &text).await;
        assert!(found.has_moved);
        let side = |all: &minyi::evaluation::dossier::Evaluation| all.county("140303").unwrap().finding("crime.violent_clearance");
        assert_eq!((side(&found.before), side(&found.after)), (unmet, unmet));
    }

    async fn the_public_record_says_which_standard_was_in_force_and_which_one_was_applied(stores) {
        let (city, id) = with_draft(&stores).await;
        let (app, eva) = (&city.app, &city.evaluator);
        let zoe = account(app, "zoe", Role::Evaluator).await;
        let slug = city.open_wave("2026q4", "2026-11-01T20:00").await;
        let sealed = &events(&city, &slug).await[0];
        assert_eq!((&sealed["event"], &sealed["standard"]), (&"sealed".into(), &digest(STANDARD).into()));
        later(&city);
        let imported = STANDARD.replacen("version = 1", "version = 7", 1);
        city.change_standard(&imported).await;
        import_standard(app, eva, STANDARD).await.unwrap();
        later(&city);
        propose(app, eva, (id, 1)).await.unwrap();
        let stored = confirm(app, &zoe, (id, 1)).await.unwrap();
        let all = events(&city, &slug).await;
        let told: Vec<(&str, u64)> = all
            .iter()
            .filter(|entry| entry["event"] == "standard_in_force")
            .map(|entry| (entry["standard"].as_str().unwrap(), entry["version"].as_u64().unwrap()))
            .collect();
        let new = hex::encode(stored.digest);
        assert_eq!(told, [(digest(&imported).as_str(), 7), (new.as_str(), 2)]);
        assert!(all.iter().all(|entry| !entry.to_string().contains("zoe")), "it names nobody");

        city.close_wave(&slug).await;
        let all = events(&city, &slug).await;
        let last = all.last().unwrap();
        assert_eq!((&last["event"], &last["standard"]), (&"result".into(), &new.clone().into()));
        let kept = of_wave(app, &slug).await.unwrap().unwrap();
        assert_eq!(last["evaluation"], hex::encode(kept.input_digest));
        // From the close on the result keeps its standard, until an evaluator applies another one in public.
        later(&city);
        let third = STANDARD.replacen("version = 1", "version = 8", 1);
        city.change_standard(&third).await;
        assert_eq!(events(&city, &slug).await.len(), all.len());
        assert_eq!(city.wave(&slug).await.state, WaveState::Closed);
        later(&city);
        apply(app, eva, &slug).await.unwrap();
        let all = events(&city, &slug).await;
        let last = all.last().unwrap();
        assert_eq!((&last["event"], &last["standard"]), (&"evaluated".into(), &digest(&third).into()));
        assert_eq!(last["year"], 2026);
    }
}

/// Begins a draft by the page and gives its address.
async fn clone(who: &Visitor, version: &str) -> String {
    let parent = digest(STANDARD);
    let fields = [
        ("parent", parent.as_str()),
        ("id", "yangquan-2004"),
        ("version", version),
    ];
    let sent = who.post("/standards", &fields).await;
    assert_eq!(sent.status().as_u16(), 303);
    location(&sent).split('?').next().unwrap().to_owned()
}

async fn send(who: &Visitor, path: &str, fields: &[(&str, &str)]) -> (u16, Sheet) {
    read(who.post(path, fields).await).await
}

/// The fields of a criterion's form as a browser would send them, with some of them typed anew.
fn typed<'a>(sheet: &'a Sheet, changes: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: &str| {
        let value = changes
            .iter()
            .find(|(changed, _)| *changed == name)
            .map_or(value, |(_, value)| *value);
        fields.push((name.to_owned(), value.to_owned()));
    };
    let form = "form[data-outcome]";
    let inputs = format!("{form} input");
    for (name, value) in sheet
        .values(&inputs, "name")
        .iter()
        .zip(sheet.values(&inputs, "value"))
    {
        add(name, &value);
    }
    let areas = format!("{form} textarea");
    for (name, value) in sheet.values(&areas, "name").iter().zip(sheet.texts(&areas)) {
        add(name, &value);
    }
    for name in sheet.values(&format!("{form} select"), "name") {
        let chosen = sheet.values(
            &format!("{form} select[name='{name}'] option[selected]"),
            "value",
        );
        add(&name, chosen.first().map_or("", String::as_str));
    }
    fields
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_criterion_is_changed_by_its_form_and_whatever_is_wrong_stands_beside_its_field() {
    let work = Published::open().await;
    let eve = work.person("eve").await;
    let list = eve.page("/standards").await;
    assert!(list.main().contains("yangquan-2004, version 1") && list.main().contains("in force"));
    assert_eq!(
        list.values("#version", "value"),
        ["2"],
        "the next version is proposed"
    );
    let place = clone(&eve, "2").await;
    let page = eve.page(&place).await;
    assert_eq!(page.texts(".asked li[id]").len(), 28);
    assert!(page.main().contains("Nothing differs"), "{}", page.main());

    let criterion = format!("{place}/criteria/7");
    let sheet = eve.page(&criterion).await;
    assert_eq!(sheet.values("#percent", "value"), ["75"]);
    let wrong = typed(&sheet, &[("percent", "seventy"), ("name-1", "")]);
    assert_eq!(eve.post(&criterion, &pairs(&wrong)).await.status(), 303);
    let sheet = eve.page(&criterion).await;
    assert_eq!(
        sheet.values("#percent", "value"),
        ["seventy"],
        "what was typed is kept"
    );
    assert_eq!(sheet.values("#percent", "aria-invalid"), ["true"]);
    let problems = sheet.texts(".problem");
    assert!(
        problems.iter().any(|one| one.contains("no text in en")),
        "{problems:?}"
    );
    assert!(
        problems.iter().any(|one| one.contains("expected")),
        "{problems:?}"
    );
    let tasks = sheet.texts("[aria-labelledby=tasks-title] li");
    let text = eve.page(&format!("{place}/text")).await.texts("textarea")[0].clone();
    let line = text
        .lines()
        .position(|line| line.contains("seventy"))
        .unwrap()
        + 1;
    let said = format!("Line {line}: crime.violent_clearance · rule.percent");
    assert!(
        tasks.iter().any(|one| one.contains(&said)),
        "{said}: {tasks:?}"
    );
    assert!(sheet.texts("#outcome")[0].contains("cannot be applied yet"));

    let right = typed(
        &sheet,
        &[
            ("percent", "99.5"),
            ("name-1", "Serious violent cases cleared"),
        ],
    );
    assert_eq!(eve.post(&criterion, &pairs(&right)).await.status(), 303);
    let sheet = eve.page(&criterion).await;
    assert_eq!(sheet.texts(".problem"), [""; 0]);
    let outcome = sheet.texts("#outcome")[0].clone();
    assert!(outcome.contains("yangquan-2004, version 1"), "{outcome}");
    let page = eve.page(&place).await;
    let changes = page.texts("[aria-labelledby=changes-title] li");
    assert_eq!(changes, ["Changed: crime.violent_clearance"]);

    // Somebody types without saving: the same page shows what would come of it, and nothing is stored.
    let trial = typed(&sheet, &[("percent", "0")]);
    let (status, shown) = send(&eve, &format!("{place}/preview"), &pairs(&trial)).await;
    assert_eq!(status, 200);
    assert_ne!(shown.texts("#outcome")[0], outcome);
    let again = eve.page(&criterion).await;
    assert_eq!(again.values("#percent", "value"), ["99.5"]);
    assert_eq!(
        eve.page(&format!("{place}/preview"))
            .await
            .texts("#outcome")[0],
        outcome
    );

    // Another kind of rule has other fields.
    let other = typed(
        &sheet,
        &[("kind", "no_event"), ("l0-0", "deaths"), ("l0-1", "3")],
    );
    assert_eq!(eve.post(&criterion, &pairs(&other)).await.status(), 303);
    let sheet = eve.page(&criterion).await;
    assert_eq!(sheet.values("#percent", "value"), [""; 0]);
    assert_eq!(
        sheet.values("#l0-0", "value"),
        [""],
        "no limit is written before its fields were shown"
    );
    let limits = [typed(&sheet, &[("l0-0", "deaths"), ("l0-1", "3")])];
    assert_eq!(eve.post(&criterion, &pairs(&limits[0])).await.status(), 303);
    let sheet = eve.page(&criterion).await;
    assert_eq!(sheet.values("[id^=l][id$='-0']", "value"), ["deaths", ""]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_of_two_evaluators_do_not_overwrite_each_other_and_keep_what_was_typed() {
    let work = Published::open().await;
    account(&work.app, "bo", Role::Evaluator).await;
    let (eve, bo) = (work.person("eve").await, work.person("bo").await);
    let place = clone(&eve, "2").await;
    let criterion = format!("{place}/criteria/7");
    let sheet = eve.page(&criterion).await;
    // Bo moves the criterion up while eve types.
    let (status, _) = send(&bo, &place, &[("revision", "1"), ("act", "up-6")]).await;
    assert_eq!(status, 303);
    let late = typed(&sheet, &[("percent", "80")]);
    let (status, refused) = send(&eve, &criterion, &pairs(&late)).await;
    assert_eq!(status, 409);
    assert!(refused.texts(".errors")[0].contains("Somebody else"));
    assert_eq!(refused.values("#percent", "value"), ["80"]);
    let action = refused.values("form[data-outcome]", "action")[0].clone();
    assert!(
        action.contains("/criteria/6"),
        "{action}: it follows the criterion"
    );
    let again = typed(&refused, &[]);
    let action = action.split('?').next().unwrap();
    assert_eq!(eve.post(action, &pairs(&again)).await.status(), 303);
    let text = eve.page(&format!("{place}/text")).await.texts("textarea")[0].clone();
    let ids: Vec<String> = Document::parse(&text)
        .unwrap()
        .criteria()
        .into_iter()
        .map(|one| one.id)
        .collect();
    assert_eq!(ids.len(), 28, "nothing is doubled");
    assert_eq!(ids[5], "crime.violent_clearance");

    // The raw text likewise, and it is proposed by one and confirmed by the other.
    let (status, refused) = send(
        &bo,
        &format!("{place}/text"),
        &[("revision", "1"), ("text", "id = \"mine\"")],
    )
    .await;
    assert_eq!(status, 409);
    assert_eq!(refused.texts("textarea"), ["id = \"mine\""]);
    let revision = eve.page(&place).await.values("[name=revision]", "value")[0].clone();
    let act = |act: &'static str| {
        [
            ("revision", revision.as_str().to_owned()),
            ("act", act.to_owned()),
        ]
    };
    let step = async |who: &Visitor, what: &'static str| {
        let fields = act(what);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        send(who, &place, &fields).await
    };
    assert_eq!(step(&eve, "propose").await.0, 303);
    let (status, own) = step(&eve, "confirm").await;
    assert_eq!(status, 422);
    assert!(own.texts(".errors")[0].contains("another evaluator"));
    assert_eq!(
        eve.page(&place).await.texts("button[value=confirm]").len(),
        0
    );
    assert_eq!(
        eve.page(&criterion)
            .await
            .values("fieldset[disabled]", "disabled")
            .len(),
        1
    );
    assert_eq!(
        bo.page(&place).await.texts("button[value=confirm]").len(),
        1
    );
    let ada = work.person("ada").await;
    assert_eq!(
        ada.page(&place).await.texts("button[name=act]").len(),
        0,
        "an organizer reads"
    );
    assert_eq!(step(&bo, "confirm").await.0, 303);
    let list = ada.page("/standards").await;
    let names = list.texts(".imports:first-of-type th[scope=row]");
    assert!(
        names[0].contains("version 2") && names[0].contains("in force"),
        "{names:?}"
    );
    assert!(
        names[1].contains("version 1") && !names[1].contains("in force"),
        "{names:?}"
    );
    let url = list.values(".imports th[scope=row] a", "href")[0].clone();
    let url = url.split('?').next().unwrap().to_owned();
    let shown = ada.page(&url).await;
    for part in [
        "Disputes settled",
        "80%",
        "omit",
        "Third-class merit",
        "刑事案件",
    ] {
        assert!(shown.main().contains(part), "{part}");
    }
    let file = ada.get(&format!("{url}/toml")).await;
    assert_eq!(
        file.headers()["content-type"],
        "application/toml; charset=utf-8"
    );
    assert_eq!(file.text().await.unwrap(), text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_is_no_toml_is_kept_and_the_forms_lead_to_it() {
    let work = Published::with(WaveState::Closed, result()).await;
    let eve = work.person("eve").await;
    let place = clone(&eve, "3").await;
    let broken = "id = \"x\"\nversion = \n";
    let fields = [("revision", "1"), ("text", broken)];
    assert_eq!(send(&eve, &format!("{place}/text"), &fields).await.0, 303);
    let sheet = eve.page(&format!("{place}/text")).await;
    assert_eq!(sheet.texts("textarea"), [broken]);
    assert!(sheet.texts("[aria-labelledby=tasks-title] li")[0].contains("Line 2"));
    assert!(
        eve.page(&place)
            .await
            .main()
            .contains("no TOML at the moment")
    );
    let sent = eve.get(&format!("{place}/criteria/1")).await;
    assert!(location(&sent).contains("/text"), "{}", location(&sent));
}
