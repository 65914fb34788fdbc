//! Versions in the office: begun, changed, taken by a wave, fixed by its seal; on both databases.

use minyi::service::app::{App, AppConfig, Part, Schema};
use minyi::service::import::{self, About};
use minyi::service::keys::Keys;
use minyi::service::questionnaires::{self, Origin, WritingError};
use minyi::service::waves::{self, WaveError, file, overview::overview};
use minyi::storage::office::{audit, questionnaire, questionnaire_version, wave};
use minyi::survey::account::Account;
use minyi::survey::questionnaire::{ChangeKind, Changes, Questionnaire, Shuffle};
use minyi::survey::role::Role;
use minyi::survey::time::{Clock, Zone};
use minyi::survey::wave::WaveSlug;

use super::{default, spec};
use crate::support::instance::{account, example};
use crate::support::{Stores, on_both};

async fn app(stores: &Stores) -> App {
    let zone = Zone::shanghai();
    let keys = stores.folder.path().join("keys");
    Keys::init(&keys).unwrap();
    let config = AppConfig {
        office: stores.office_source.clone(),
        urn: stores.urn_source.clone(),
        keys,
        clock: Clock::at(zone.parse("2026-11-25T10:00").unwrap()),
        zone,
        public_url: "http://localhost".to_owned(),
        urn_keys: None,
        part: Part::Both,
        schema: Schema::Migrate,
    };
    App::open(config).await.unwrap()
}

/// Areas, frame and population of the example.
async fn bring_data(app: &App, ada: &Account) {
    let about = About {
        name: "yangquan".to_owned(),
        source: "example".to_owned(),
        synthetic: true,
    };
    let (office, clock) = (&app.office, &app.clock);
    let (areas, frame, margins) = (
        example("areas.csv"),
        example("frame.csv"),
        example("margins.csv"),
    );
    import::areas(office, clock, ada, &areas).await.unwrap();
    import::frame(office, clock, ada, &about, &frame)
        .await
        .unwrap();
    import::margins(office, clock, ada, &about, &margins)
        .await
        .unwrap();
}

/// What a wave is made from; its questionnaire is the one that is built in.
fn draft(app: &App, slug: &str, base: &str) -> waves::Draft {
    let text = format!(
        "slug = \"{slug}\"\ntitle = {{ zh-CN = \"轮次\", en = \"Wave\" }}\nopens_at = \"2026-12-01\"\n\
         closes_at = \"2026-12-08\"\nframe = \"yangquan\"\nmargins = \"yangquan\"\n{base}\n\
         [sample]\nunit = \"person\"\ncounties = [{{ county = \"140321\", psus = 16, invitations = 800 }}]"
    );
    file::read(&text, &app.zone, |name| Err(name.to_owned())).unwrap()
}

fn said(changes: &Changes) -> Vec<(&str, ChangeKind)> {
    let items = changes.items.iter();
    items.map(|c| (c.item.as_str(), c.kind)).collect()
}

on_both! {
    async fn a_version_begins_as_a_copy_and_nobody_overwrites_what_another_wrote(stores) {
        let app = app(&stores).await;
        let ada = account(&app, "ada", Role::Organizer).await;
        let zoe = account(&app, "zoe", Role::Administrator).await;
        let begin = async |who: &Account, origin| {
            questionnaires::begin(&app, who, &origin, "default-2026").await
        };
        let id = begin(&ada, Origin::BuiltIn).await.unwrap();
        let looked = questionnaires::look(&app, &zoe, id).await.unwrap();
        let mut document = looked.version.document.clone();
        assert_eq!(document.version, 2, "the one that is built in is the first");
        document.version = 1;
        assert_eq!(document, spec());
        assert_eq!(looked.before, Some(spec()));
        assert_eq!((looked.version.parent, looked.version.fixed_at), (None, None));

        document.items[3].text.set("en", "Do you feel safe?");
        questionnaires::save(&app, &zoe, id, 1, &document).await.unwrap();
        document.items[3].text.set("en", "Do you feel secure?");
        let late = questionnaires::save(&app, &ada, id, 1, &document).await;
        assert!(matches!(late, Err(WritingError::ChangedMeanwhile)), "{late:?}");
        let looked = questionnaires::look(&app, &ada, id).await.unwrap();
        assert_eq!(looked.version.document.items[3].text.get("en"), "Do you feel safe?");
        assert_eq!((looked.version.revision, looked.version.changed_by), (2, zoe.id));
        assert_eq!(looked.version.document.version, 2, "its number is not for the desk to change");

        let child = begin(&ada, Origin::Version(id)).await.unwrap();
        let looked = questionnaires::look(&app, &ada, child).await.unwrap();
        assert_eq!((looked.version.document.version, looked.version.parent), (3, Some(id)));
        assert_eq!(looked.before.unwrap().items[3].text.get("en"), "Do you feel safe?");
        let shelf = questionnaires::list(&app, &ada).await.unwrap();
        let numbers: Vec<u32> = shelf.versions.iter().map(|v| v.document.version).collect();
        assert_eq!(numbers, [3, 2]);

        let eve = account(&app, "eve", Role::Evaluator).await;
        let denied = questionnaires::save(&app, &eve, id, 2, &document).await;
        assert!(matches!(denied, Err(WritingError::Denied)));
        let denied = begin(&eve, Origin::BuiltIn).await;
        assert!(matches!(denied, Err(WritingError::Denied)));
        let mut tx = app.office.0.begin_read("look").await.unwrap();
        let log = audit::list_subject(&mut tx.conn(), "questionnaire default-2026 2").await.unwrap();
        let mut said: Vec<(&str, &str)> = log.iter().map(|e| (e.action.as_str(), e.actor.as_str())).collect();
        said.sort_unstable();
        assert_eq!(said, [("change_questionnaire", "zoe"), ("make_questionnaire", "ada")]);
        drop(tx);
        app.shutdown().await;
    }

    async fn a_wave_follows_its_version_until_a_seal_is_asked_for(stores) {
        let app = app(&stores).await;
        let ada = account(&app, "ada", Role::Organizer).await;
        let ben = account(&app, "ben", Role::Organizer).await;
        bring_data(&app, &ada).await;
        let id = questionnaires::begin(&app, &ada, &Origin::BuiltIn, "default-2026").await.unwrap();
        let (version, whole) = questionnaires::whole(&app, &ada, id).await.unwrap();
        let mut asking = draft(&app, "2026q4", "");
        asking.questionnaire = whole.unwrap();
        let stale = waves::create_asking(&app, &ada, &asking, Some((id, 9))).await;
        assert!(matches!(stale, Err(WaveError::ChangedMeanwhile)), "{stale:?}");
        let asked = Some((id, version.revision));
        let slug = waves::create_asking(&app, &ada, &asking, asked).await.unwrap().slug;
        // A draft that follows a version is removed like any other, and made again.
        waves::remove(&app, &ada, &slug).await.unwrap();
        waves::create_asking(&app, &ada, &asking, asked).await.unwrap();

        let now_asks = async || -> Questionnaire {
            let mut tx = app.office.0.begin_read("look").await.unwrap();
            let mut conn = tx.conn();
            let now = wave::find_by_slug(&mut conn, &slug).await.unwrap().unwrap();
            questionnaire::get(&mut conn, &now.questionnaire).await.unwrap()
        };
        let mut document = version.document.clone();
        document.items[2].text.set("zh-CN", "总的来说，您对本县治安满意吗？");
        questionnaires::save(&app, &ada, id, 1, &document).await.unwrap();
        assert_eq!(now_asks().await.items[2].text.get("zh-CN"), "总的来说，您对本县治安满意吗？");
        document.items[2].text.set("en", "  ");
        questionnaires::save(&app, &ada, id, 2, &document).await.unwrap();
        assert!(!now_asks().await.items[2].text.get("en").trim().is_empty(), "a wave asks nothing with gaps");
        let refused = waves::ask_seal(&app, &ada, &slug).await;
        assert!(matches!(refused, Err(WaveError::Unfinished { problems: 1, .. })), "{refused:?}");
        document.items[2].text.set("en", "Overall, are you satisfied?");
        questionnaires::save(&app, &ada, id, 3, &document).await.unwrap();
        let mut tx = app.office.0.begin_read("log").await.unwrap();
        let log = audit::list_subject(&mut tx.conn(), slug.as_str()).await.unwrap();
        drop(tx);
        let followed = log.iter().filter(|entry| entry.action == "follow_questionnaire");
        assert_eq!(followed.count(), 2, "once for each time that it was whole");
        waves::ask_seal(&app, &ada, &slug).await.unwrap();
        document.items[2].text.set("en", "Another sentence");
        let fixed = questionnaires::save(&app, &ada, id, 4, &document).await;
        assert!(matches!(fixed, Err(WritingError::Fixed)), "{fixed:?}");
        waves::confirm_seal(&app, &ben, &slug).await.unwrap();
        assert_eq!(now_asks().await.items[2].text.get("en"), "Overall, are you satisfied?");
        let looked = questionnaires::look(&app, &ada, id).await.unwrap();
        assert!(looked.version.fixed_at.is_some());
        assert_eq!(looked.waves, std::slice::from_ref(&slug));
        let mut tx = app.office.0.begin_write("fix").await.unwrap();
        let now = app.clock.now();
        let written = questionnaire_version::update(&mut tx.conn(), id, 4, &document, ada.id, now).await;
        assert!(!written.unwrap(), "the store refuses, too");
        drop(tx);

        // The next wave measures change from it, with other words.
        let next = draft(&app, "2027q4", "base_wave = \"2026q4\"");
        waves::create(&app, &ada, &next).await.unwrap();
        let slug = WaveSlug::parse("2027q4").unwrap();
        let (base, changes) = overview(&app, &ada, &slug).await.unwrap().since_base.unwrap();
        assert_eq!(base.as_str(), "2026q4");
        assert_eq!(said(&changes), [("q1", ChangeKind::Changed)]);
        app.shutdown().await;
    }
}

#[test]
fn what_differs_is_what_the_comparison_of_waves_looks_at() {
    let (before, mut now) = (spec(), spec());
    assert_eq!(now.changes(&before), Changes::default());
    // Neither the order of questions nor a skip rule is wording; the direction and the marks of options are.
    now.items.swap(4, 5);
    now.items[9].asked_if = None;
    now.items[10].shuffle = Shuffle::None;
    let changes = now.changes(&before);
    assert!(
        changes.items.is_empty() && changes.is_reordered,
        "{changes:?}"
    );
    now.items[2].reverse = false;
    now.items[3].options[2].approves = true;
    now.items.remove(14);
    let place = now.add_item();
    let added = now.items[place].id.clone();
    let wanted = [
        ("q1", ChangeKind::Changed),
        ("q2", ChangeKind::Changed),
        (added.as_str(), ChangeKind::New),
        ("d2", ChangeKind::Gone),
    ];
    assert_eq!(said(&now.changes(&before)), wanted);
    let mut whole = default();
    whole.items[2].reverse = false;
    for (a, b) in whole.items.iter().zip(&default().items) {
        assert_eq!(a.wording_digest() == b.wording_digest(), a.id != "q1");
    }
}

#[test]
fn a_preview_goes_as_far_as_the_questionnaire_does() {
    let mut now = spec();
    assert_eq!(now.preview().unwrap().items.len(), 16);
    now.items[2].text.set("en", "");
    now.items[3].options[0].text.set("zh-CN", " ");
    now.items.swap(8, 9);
    now.items[10].max = Some(99);
    now.items[11].options.clear();
    assert!(Questionnaire::try_from(now.clone()).is_err());
    let seen = now.preview().unwrap();
    assert_eq!(
        seen.items.len(),
        15,
        "a question without answers is left out"
    );
    assert_eq!(seen.items[2].text.get("en"), "…");
    assert_eq!(seen.items[8].asked_if, None);
    now.items.clear();
    assert_eq!(now.preview(), None);
}
