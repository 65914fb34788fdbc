//! The whole way of an organizer in the browser: signs in with a code, brings the data, mends three mistakes, words a
//! question anew, designs, asks for the seal, draws, prints, watches five hundred answers arrive, enters forty outcomes,
//! and closes with a second person. Each page on the way is looked at in both languages on a phone and at a desk.

use std::path::{Path, PathBuf};
use std::time::Duration;

use minyi::i18n::Lang;
use minyi::service::second_factor::Secret;
use serde_json::json;
use tempfile::TempDir;

use super::driver::{Kind, Phone, with_phone};
use super::staff::{look, sign_in};
use crate::data::workbook;
use crate::support::instance::{Instance, PASSWORD, Visitor, example, location, read};

const SLUG: &str = "2027q1";
const ANSWERS: usize = 500;
const OUTCOMES: usize = 40;
/// The questionnaire of which a version is written on the way.
const FORM: &str = "default-2026";
/// Its first question after the screen, in the languages of `lang`.
const WORDING: [(&str, &str); 2] = [
    (
        "zh-CN",
        "总体上看，您对{county}当前的社会治安状况是否满意？",
    ),
    (
        "en",
        "All in all, how satisfied are you with safety and order in {county}?",
    ),
];
/// A county in which it is asked, and its names.
const COUNTY: (&str, [&str; 2]) = ("140302", ["城区", "Chengqu"]);

fn text(file: &str) -> String {
    String::from_utf8(example(file)).expect("text")
}

/// A step of a person without a browser.
async fn step(who: &Visitor, name: &str) {
    let answer = who
        .post(&format!("/organize/{SLUG}"), &[("step", name)])
        .await;
    let place = location(&answer).to_owned();
    assert_eq!(place, format!("/organize/{SLUG}?lang=en"), "{name}");
}

/// How a page is looked at.
const READERS: [(&str, u32); 4] = [("zh-CN", 360), ("en", 360), ("zh-CN", 1280), ("en", 1280)];

/// Looks at the page as it stands: in both languages, on a phone and at a desk; then it stands as before.
async fn look_around(phone: &Phone, name: &str) {
    let here = phone.eval("location.href").await;
    for (language, width) in READERS {
        let other = phone.seen_in(language, width).await;
        look(&other, &format!("whole-{name}")).await;
    }
    phone.open_page(here.as_str().expect("an address")).await;
}

/// The same of the result, whose tables link counties inside of their lines.
async fn look_at_the_result(phone: &Phone) {
    for (language, width) in READERS {
        let other = phone.seen_in(language, width).await;
        other.assert_accessible().await;
        other.assert_no_sideways_scroll().await;
        other.shot("whole-result").await;
    }
}

/// A wording as it is read in the first county.
fn read_there(at: usize) -> String {
    WORDING[at].1.replace("{county}", COUNTY.1[at])
}

async fn sign_in_with_a_code(phone: &Phone, instance: &Instance) {
    let clock = &instance.app.clock;
    sign_in(phone, &format!("{}/account", instance.site), "ada").await;
    phone.until("document.querySelector('.qr')").await;
    let shown = phone
        .eval("document.querySelector('[name=secret]').value")
        .await;
    let secret = Secret::from_base32(shown.as_str().expect("a text")).expect("a secret");
    phone
        .type_into("#set-code", &secret.code(clock.now()))
        .await;
    phone.type_into("#set-current", PASSWORD).await;
    phone.tap("form .button").await;
    phone.until("document.querySelector('.note')").await;
    phone.tap(".staffbar button").await;
    phone
        .until("location.pathname === '/account/sign-in'")
        .await;
    clock.set(clock.now().plus(Duration::from_secs(30)));
    phone.type_into("#name", "ada").await;
    phone.type_into("#password", PASSWORD).await;
    phone.type_into("#code", &secret.code(clock.now())).await;
    phone.tap(".button").await;
    phone.until("document.querySelector('.how')").await;
}

/// Sends a file of a kind; the page on which it is looked at is open then.
async fn send(phone: &Phone, kind: &str, file: &Path) {
    let section = format!("section[aria-labelledby=title-{kind}]");
    phone.tap(&format!("{section} summary")).await;
    if kind != "areas" {
        phone
            .type_into(&format!("#name-{kind}"), "households")
            .await;
        phone
            .type_into(&format!("#source-{kind}"), "statistics office")
            .await;
    }
    phone.choose_file(&format!("#file-{kind}"), file).await;
    phone.tap(&format!("{section} .button")).await;
    phone
        .until("location.pathname.startsWith('/data/upload/')")
        .await;
}

async fn take(phone: &Phone) {
    phone.tap(".next .button").await;
    phone.until("document.querySelector('.note')").await;
}

async fn bring_the_data(phone: &Phone, folder: &Path) {
    let file = |name: &str, csv: &str| {
        let path = folder.join(name);
        std::fs::write(&path, workbook(csv)).expect("written");
        path
    };
    phone.tap(".how a").await;
    phone.until("location.pathname === '/data'").await;
    look_around(phone, "data-empty").await;
    send(phone, "areas", &file("areas.xlsx", &text("areas.csv"))).await;
    take(phone).await;
    let frame = text("frame.csv");
    let spoiled = frame
        .replacen(",urban,2885", ",suburb,2885", 1)
        .replacen("140302001006", "14030200100", 1)
        .replacen(",140302,urban", ",,urban", 1);
    send(phone, "frame", &file("spoiled.xlsx", &spoiled)).await;
    assert_eq!(phone.count("mark").await, 3);
    assert_eq!(phone.count(".errors li").await, 3);
    look_around(phone, "data-mistakes").await;
    phone
        .choose_file("#file", &file("frame.xlsx", &frame))
        .await;
    phone.tap(".next .button").await;
    phone
        .until("document.querySelector('.rows') && !document.querySelector('mark')")
        .await;
    take(phone).await;
    send(
        phone,
        "margins",
        &file("margins.xlsx", &text("margins.csv")),
    )
    .await;
    take(phone).await;
    look_around(phone, "data").await;
}

/// Words the first question after the screen anew; the phone beside the form follows in the language of the page.
async fn word_a_question(phone: &Phone, site: &str) {
    phone
        .open_page(&format!("{site}/questionnaires?lang=en"))
        .await;
    look_around(phone, "questionnaires").await;
    phone.type_into("#name", FORM).await;
    phone.tap(".next .button").await;
    phone.until("document.querySelector('.asked')").await;
    phone.tap(".asked li:nth-child(3) a").await;
    phone.until("document.querySelector('#text-1')").await;
    for (at, (language, wording)) in WORDING.iter().enumerate() {
        phone.type_into(&format!("#text-{at}"), wording).await;
        if *language == "en" {
            phone.until(&frame_says("All in all, how satisfied")).await;
        }
    }
    phone.tap(".button.spaced").await;
    phone
        .until("document.querySelector('#text-1').defaultValue.startsWith('All in all')")
        .await;
    // What it changes for the comparison with earlier waves is said beside it.
    assert_eq!(phone.count(".desk .note").await, 1);
    for (language, words) in [("zh-CN", "总体上看"), ("en", "All in all")] {
        let other = phone.seen_in(language, 1280).await;
        other.until(&frame_says(words)).await;
    }
    look_around(phone, "question").await;
    phone.tap(".crumb a:last-child").await;
    phone.until("document.querySelector('.asked')").await;
    look_around(phone, "questionnaire").await;
}

/// That the question stands in the frame with these words.
fn frame_says(words: &str) -> String {
    format!(
        "(document.querySelector('iframe.handset').contentDocument.querySelector('#s-q1 legend') \
         || {{}}).textContent?.includes({})",
        json!(words)
    )
}

/// The plan, and what a resident reads, have the words of the editor; the questionnaire is fixed from the seal on.
async fn read_the_wording(phone: &Phone, instance: &Instance) {
    for (at, (language, wording)) in WORDING.iter().enumerate() {
        let plan = format!("{}/organize/{SLUG}/plan?lang={language}", instance.site);
        phone.open_page(&plan).await;
        let page = phone.text(".questions").await;
        let there = language
            .parse::<Lang>()
            .expect("a language")
            .t("results-this-county");
        let wording = wording.replace("{county}", &there);
        assert!(page.contains(&wording), "{page}");
        let sheet = format!("{}/s/{SLUG}/{}?lang={language}", instance.site, COUNTY.0);
        let answer = instance.visitor().client.get(sheet).send().await;
        let page = answer.expect("an answer").text().await.expect("a page");
        assert!(page.contains(&read_there(at)), "{page}");
        assert!(!page.contains("总的来说") && !page.contains("Overall, are you"));
    }
    let list = format!("{}/questionnaires?lang=en", instance.site);
    phone.open_page(&list).await;
    let own = format!(
        "([...document.querySelectorAll('.imports a.file')] \
         .find(a => a.textContent.includes('{FORM}, version 2')).click(), true)"
    );
    phone.eval(&own).await;
    phone.until("document.querySelector('.asked')").await;
    let page = phone.text("main").await;
    assert!(page.contains(SLUG) && page.contains(WORDING[1].1), "{page}");
    assert_eq!(phone.count("button[value=save], textarea").await, 0);
    look_around(phone, "questionnaire-fixed").await;
}

async fn design(phone: &Phone, site: &str) {
    phone.open_page(&format!("{site}/design?lang=en")).await;
    phone.type_into("#invitations", "4000").await;
    phone.type_into("#psus", "16").await;
    phone
        .until("document.querySelector('.counties tbody td:nth-of-type(4)').textContent === '800'")
        .await;
    look_around(phone, "design").await;
    phone.type_into("#invitations", "4000").await;
    phone.type_into("#psus", "16").await;
    phone.type_into("#slug", SLUG).await;
    phone.type_into("#title_zh", "2027年第一季度调查").await;
    phone
        .type_into("#title_en", "Survey, first quarter of 2027")
        .await;
    for (field, value) in [
        ("opens", "2027-03-01T00:00"),
        ("closes", "2027-03-08T20:00"),
    ] {
        let set = format!("(document.getElementById('{field}').value = '{value}', true)");
        phone.eval(&set).await;
    }
    let choose = format!(
        "(() => {{ const forms = document.getElementById('questionnaire'); \
         const form = [...forms.options].find(o => o.textContent.includes('{FORM}, version 2')); \
         forms.value = form.value; return true }})()"
    );
    phone.eval(&choose).await;
    phone.tap(".next .button").await;
    phone
        .until(&format!("location.pathname === '/organize/{SLUG}'"))
        .await;
    look_around(phone, "draft").await;
}

/// Draws; the file that the browser saves.
async fn draw(phone: &Phone, folder: &Path) -> PathBuf {
    let saved = json!({ "behavior": "allow", "downloadPath": folder });
    phone.cdp("Page.setDownloadBehavior", saved).await;
    phone.reload().await;
    look_around(phone, "sealed").await;
    phone
        .type_into("#seed", "Double Color Ball 2027020: 03 11 12 19 28 33 + 07")
        .await;
    phone.tap("button[value=draw]").await;
    let file = folder.join(format!("codes-{SLUG}.csv"));
    for _ in 0..600 {
        if file.exists() {
            return file;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the browser saved no codes");
}

/// Sends answers as residents do, sixteen at a time.
async fn answer(instance: &Instance, codes: &[(String, String)]) {
    for (begun, some) in codes.chunks(16).enumerate() {
        let mut sent = tokio::task::JoinSet::new();
        for (place, (code, county)) in some.iter().cloned().enumerate() {
            let at = 16 * begun + place;
            sent.spawn(submit(instance.visitor(), at, code, county));
        }
        for done in sent.join_all().await {
            assert_eq!(done.0, 200, "{}", done.1);
        }
    }
}

async fn submit(resident: Visitor, at: usize, code: String, county: String) -> (u16, String) {
    let (instance, answer) = (format!("{at:032x}"), (1 + at % 4).to_string());
    let fields = [
        ("_instance", instance.as_str()),
        ("_direction", "0"),
        ("_code", code.as_str()),
        ("s1", "4"),
        ("s2", ["18-29", "30-39", "40-49", "50-59", "60up"][at % 5]),
        ("q1", answer.as_str()),
        ("q2", answer.as_str()),
        ("d1", ["female", "male"][at % 2]),
    ];
    let sent = resident.post(&format!("/s/{SLUG}/{county}"), &fields).await;
    let (status, page) = read(sent).await;
    (status, page.main())
}

async fn go(phone: Phone, instance: Instance, folder: TempDir) {
    let (site, ben) = (instance.site.clone(), instance.person("ben").await);
    sign_in_with_a_code(&phone, &instance).await;
    bring_the_data(&phone, folder.path()).await;
    word_a_question(&phone, &site).await;
    design(&phone, &site).await;
    phone.tap("button[value=ask-seal]").await;
    phone
        .until("!document.querySelector('button[name=step]')")
        .await;
    look_around(&phone, "asked-seal").await;
    step(&ben, "confirm-seal").await;
    let codes = draw(&phone, folder.path()).await;
    phone
        .open_page(&format!("{site}/organize/{SLUG}/cards?lang=en"))
        .await;
    look_around(&phone, "cards").await;
    phone.choose_file("#file", &codes).await;
    phone.tap(".button").await;
    phone.until("document.querySelector('.sheet')").await;
    let list = std::fs::read_to_string(&codes).expect("the codes");
    let codes: Vec<(String, String)> = list
        .lines()
        .skip(1)
        .map(|line| {
            let mut parts = line.split(',');
            let mut part = || parts.next().expect("a column").to_owned();
            (part(), part())
        })
        .collect();
    assert_eq!(phone.count(".code").await, codes.len());
    phone
        .open_page(&format!("{site}/organize/{SLUG}?lang=en"))
        .await;
    look_around(&phone, "drawn").await;
    phone.tap("button[value=open]").await;
    phone.until("document.querySelector('#reason')").await;
    look_around(&phone, "open").await;
    instance.set_time("2027-03-03T10:00");
    // A session does not outlive three months.
    sign_in_again(&phone, &instance, &site).await;
    read_the_wording(&phone, &instance).await;
    watch_and_note(&phone, &instance, &site, &codes).await;
    instance.set_time("2027-03-08T20:01");
    sign_in_again(&phone, &instance, &site).await;
    phone
        .open_page(&format!("{site}/organize/{SLUG}?lang=en"))
        .await;
    phone.tap("button[value=ask-close]").await;
    phone
        .until("!document.querySelector('button[name=step]')")
        .await;
    let ben = instance.person("ben").await;
    step(&ben, "confirm-close").await;
    phone.reload().await;
    phone
        .until("document.querySelector('button[value=announce]')")
        .await;
    look_around(&phone, "closed").await;
    phone
        .open_page(&format!("{site}/results/{SLUG}?lang=en"))
        .await;
    let page = phone.text("main").await;
    assert!(page.contains("Survey, first quarter of 2027"), "{page}");
    look_at_the_result(&phone).await;
    for (name, path) in [
        ("list", "/organize".to_owned()),
        ("plan", format!("/organize/{SLUG}/plan")),
        ("rules", format!("/organize/{SLUG}/rules")),
        ("exports", format!("/organize/{SLUG}/exports")),
    ] {
        phone.open_page(&format!("{site}{path}?lang=en")).await;
        look_around(&phone, name).await;
    }
}

/// Ada signs in without the app: she lost it, and whoever runs the instance helped.
async fn sign_in_again(phone: &Phone, instance: &Instance, site: &str) {
    instance
        .app
        .accounts
        .reset_second("ada")
        .await
        .expect("reset");
    sign_in(phone, &format!("{site}/organize?lang=en"), "ada").await;
    phone.until("document.querySelector('.waves')").await;
}

async fn watch_and_note(
    phone: &Phone,
    instance: &Instance,
    site: &str,
    codes: &[(String, String)],
) {
    phone
        .open_page(&format!("{site}/organize/{SLUG}/fieldwork?lang=en"))
        .await;
    // Every eighth invitation is answered: a hundred in each county.
    let answered: Vec<(String, String)> = codes
        .iter()
        .step_by(codes.len() / ANSWERS)
        .cloned()
        .collect();
    answer(instance, &answered[..ANSWERS]).await;
    phone
        .until("/^[45][0-9]{2} of /.test(document.querySelector('#live .lead').textContent)")
        .await;
    look_around(phone, "fieldwork").await;
    let lines: Vec<String> = codes
        .iter()
        .skip(1)
        .step_by(codes.len() / ANSWERS)
        .take(OUTCOMES)
        .map(|(code, _)| format!("{code},undelivered"))
        .collect();
    let file = tempfile::NamedTempFile::with_suffix(".csv").expect("a file");
    std::fs::write(file.path(), format!("code,outcome\n{}\n", lines.join("\n"))).expect("written");
    phone.tap(".next summary").await;
    phone.choose_file("#file", file.path()).await;
    phone.tap(".next details .button").await;
    phone.until("document.querySelector('.note')").await;
    assert_eq!(phone.text(".note").await, "40 outcomes were noted.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organizer_goes_the_whole_way_with_a_second_person() {
    let instance = Instance::empty().await;
    let folder = tempfile::tempdir().expect("a folder");
    let kind = Kind {
        language: "en",
        width: 1280,
        ..Kind::default()
    };
    with_phone(kind, move |phone| go(phone, instance, folder)).await;
}
