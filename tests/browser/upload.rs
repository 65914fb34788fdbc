//! A frame of fifty thousand communities is sent, checked and taken over: the page says how far it is, and loses nothing.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use minyi::i18n::Lang;
use minyi::service::import;
use serde_json::json;

use super::driver::{Kind, Phone, with_phone};
use super::staff::{look, sign_in};
use crate::data::workbook;
use crate::support::instance::{Instance, example};

/// Rows of the file.
const ROWS: u32 = 50_000;
/// Bytes in a second of a slow line out of the office.
const SLOW: i64 = 200_000;

fn frame() -> String {
    let mut text = "code,name,county,residence,size,addresses\n".to_owned();
    let counties = ["140302", "140303", "140311", "140321", "140322"];
    for (at, county) in (0..ROWS).zip(counties.into_iter().cycle()) {
        let residence = if at.is_multiple_of(3) {
            "rural"
        } else {
            "urban"
        };
        let (size, addresses) = (900 + at % 2000, 300 + at % 700);
        writeln!(
            text,
            "{county}{at:06},第{at}社区,{county},{residence},{size},{addresses}"
        )
        .expect("a text");
    }
    text
}

/// Where and in which language; the browser asks for the other one, so that a step which forgets it comes out.
#[derive(Clone, Copy)]
struct Here<'a> {
    site: &'a str,
    lang: Lang,
}

impl Here<'_> {
    fn data(self) -> String {
        format!("{}/data?lang={}", self.site, self.lang)
    }

    /// That an element says a sentence.
    fn says(self, css: &str, key: &str) -> String {
        let sentence = json!(self.lang.t(key));
        format!("document.querySelector('{css}')?.textContent === {sentence}")
    }
}

const FORM: &str = "section[aria-labelledby=title-frame]";

/// How fast the line is from now on; nothing goes out while it is down.
async fn line(phone: &Phone, upload: i64, is_down: bool) {
    let conditions = json!({
        "offline": is_down, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload,
    });
    phone.cdp("Network.enable", json!({})).await;
    phone
        .cdp("Network.emulateNetworkConditions", conditions)
        .await;
}

async fn fill(phone: &Phone, here: Here<'_>, name: &str, file: &Path) {
    phone.open_page(&here.data()).await;
    phone.tap(&format!("{FORM} summary")).await;
    phone.type_into("#name-frame", name).await;
    phone.type_into("#source-frame", "bureau").await;
    phone.choose_file("#file-frame", file).await;
}

/// The page that shows what was sent, with all rows, in the language of the form.
async fn assert_shown(phone: &Phone, lang: Lang) {
    phone
        .until("document.querySelector('.rows') && !document.querySelector('.errors')")
        .await;
    let last = "[...document.querySelectorAll('.rows tr')].pop().textContent";
    let last = phone.eval(last).await;
    assert!(
        last.as_str().is_some_and(|row| row.contains("50,000")),
        "{last}"
    );
    assert_language(phone, lang).await;
}

async fn assert_language(phone: &Phone, lang: Lang) {
    let found = phone.eval("document.documentElement.lang").await;
    assert_eq!(found, lang.tag());
}

async fn watch(phone: &Phone, instance: &Instance, here: Here<'_>, file: &Path) {
    fill(phone, here, "slow", file).await;
    let button = format!("{FORM} .button");
    // A line that is down says so, and the form is as it was.
    line(phone, -1, true).await;
    phone.tap(&button).await;
    phone.until(&here.says("#sending-frame", "data-lost")).await;
    let kept = "[document.querySelector('#name-frame').value, document.querySelector('#file-frame').files.length]";
    assert_eq!(phone.eval(kept).await, json!(["slow", 1]));
    look(phone, "upload-lost").await;
    // A slow one is followed by its bytes.
    line(phone, SLOW, false).await;
    phone.tap(&button).await;
    let share = format!("document.querySelector('{FORM} progress').value");
    phone.until(&format!("{share} > 2")).await;
    let before = phone.eval(&share).await.as_f64().expect("a share");
    assert!(before < 100.0, "{before}");
    let state = format!(
        "(() => {{ const f = document.querySelector('{FORM} form'); return [f.querySelector('[role=status]').textContent, \
         f.querySelector('button').getAttribute('aria-disabled'), f.querySelector('progress').hidden] }})()"
    );
    assert_eq!(
        phone.eval(&state).await,
        json!([here.lang.t("data-sending"), "true", false])
    );
    look(phone, "upload-sending").await;
    phone.until(&format!("{share} > {before}")).await;
    // Another who writes holds the answer up, so that there is time to look.
    let office = &instance.app.office.0;
    let writer = office.begin_write("hold").await.expect("a writer");
    line(phone, -1, false).await;
    phone
        .until(&here.says("#sending-frame", "data-checking"))
        .await;
    assert_eq!(
        phone
            .eval(&format!(
                "document.querySelector('{FORM} progress').hasAttribute('value')"
            ))
            .await,
        false
    );
    look(phone, "upload-checking").await;
    drop(writer);
    assert_shown(phone, here.lang).await;
    look(phone, "upload-shown").await;
    // While the takeover runs a browser shows this page still, but answers no test; so it is held back for a look.
    let held =
        "document.querySelector('.next form').addEventListener('submit', e => e.preventDefault())";
    phone.eval(held).await;
    phone.tap(".next .button").await;
    phone.until(&here.says("#sending", "data-taking")).await;
    assert_eq!(phone.count(".next progress:not([hidden])").await, 1);
    look(phone, "upload-taking").await;
    phone.reload().await;
    // Back to the form: it can be sent again.
    phone.back().await;
    phone
        .until("document.querySelector('#sending-frame')")
        .await;
    assert_eq!(phone.count("[data-busy]").await, 0);
}

/// Sends and takes over on a line that is no obstacle; how long each took, in seconds.
async fn measure(phone: &Phone, here: Here<'_>, name: &str, file: &Path) -> [f64; 2] {
    fill(phone, here, name, file).await;
    let begun = Instant::now();
    phone.tap(&format!("{FORM} .button")).await;
    assert_shown(phone, here.lang).await;
    let shown = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    phone.tap(".next .button").await;
    phone.until("document.querySelector('.note')").await;
    assert_language(phone, here.lang).await;
    assert!(phone.text(".imports").await.contains(name));
    [shown, begun.elapsed().as_secs_f64()]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_big_file_says_how_far_it_is_and_comes_in_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = frame();
    let (csv, xlsx) = (
        folder.path().join("frame.csv"),
        folder.path().join("frame.xlsx"),
    );
    std::fs::write(&csv, &text).expect("written");
    std::fs::write(&xlsx, workbook(&text)).expect("written");
    for (width, script, lang, other) in [
        (360, true, Lang::En, "zh-CN"),
        (1280, true, Lang::ZhCn, "en"),
        (360, true, Lang::ZhCn, "en"),
        (360, false, Lang::En, "zh-CN"),
    ] {
        let instance = Instance::empty().await;
        let (office, clock) = (&instance.app.office, &instance.app.clock);
        import::areas(office, clock, &instance.ada, &example("areas.csv"))
            .await
            .expect("areas");
        let kind = Kind {
            width,
            script,
            language: other,
            ..Kind::default()
        };
        let (csv, xlsx) = (csv.clone(), xlsx.clone());
        with_phone(kind, move |phone| async move {
            let site = instance.site.as_str();
            let here = Here { site, lang };
            sign_in(&phone, &here.data(), "ada").await;
            if script {
                watch(&phone, &instance, here, &csv).await;
            }
            for (name, file) in [("by csv", &csv), ("by xlsx", &xlsx)] {
                let [shown, taken] = measure(&phone, here, name, file).await;
                eprintln!("{name}, {width} px, script {script}: shown after {shown:.1} s, taken over after {taken:.1} s");
            }
        })
        .await;
    }
}
