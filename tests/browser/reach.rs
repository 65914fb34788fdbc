//! Any phone and any eyes: narrow and enlarged, dark and in forced colors, in longer words and from right to left, by keyboard, aloud,
//! with a storage that fails and a browser of yesterday.

use serde_json::{Value, json};

use super::driver::{Kind, Phone, with_phone};
use super::resident::{ANSWERS, answer, choose, onward, receipt};
use crate::support::fieldwork::Fieldwork;

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const SPACE: char = ' ';

/// Every text 40 % longer: words of other languages are longer than ours.
const LONGER: &str = "(() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); \
    for (let n; n = walk.nextNode();) { const t = n.data.trim(); \
    if (t && !n.parentNode.closest('script, style, .receipt, [aria-hidden]')) n.data = n.data + ' ' + t.slice(0, Math.ceil(t.length * .4)); } \
    return 1 })()";
/// From right to left, as Uyghur or Arabic.
const MIRRORED: &str = "document.documentElement.dir = 'rtl'";

/// Touch targets of the step on the screen that are under 44 pixels.
const SMALL: &str = "Array.from(document.querySelectorAll('.step.on label, .step.on input[type=text], .nav button, summary, .large')) \
    .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 44 && !e.classList.contains('name')) \
    .map(e => e.id || e.textContent)";

/// Boxes whose text is cut off.
const CUT: &str = "Array.from(document.querySelectorAll('#code, .receipt, .button, h1, h2')) \
    .filter(e => e.getClientRects().length && e.scrollWidth > e.clientWidth + 1).map(e => e.id || e.textContent)";

/// Whether the colors are the system's own, which axe does not see.
const FORCED: &str = "matchMedia('(forced-colors: active)').matches";

async fn holds(phone: &Phone) {
    phone.assert_no_sideways_scroll().await;
    assert_eq!(phone.eval(CUT).await, json!([]), "cut off");
    assert_eq!(phone.eval(SMALL).await, json!([]), "too small to touch");
    if phone.eval(FORCED).await == json!(true) {
        let bordered = "Array.from(document.querySelectorAll('.button:not(.plain)')) \
            .every(e => getComputedStyle(e).borderTopStyle === 'solid')";
        assert_eq!(phone.eval(bordered).await, json!(true), "buttons are seen");
        return;
    }
    phone.assert_accessible().await;
}

/// Walks the whole survey and looks at every step.
async fn walk(phone: &Phone, name: &str, change: &str) {
    let change = |phone: Phone| async move {
        if !change.is_empty() {
            phone.eval(change).await;
        }
    };
    change(phone.clone()).await;
    holds(phone).await;
    phone.shot(&format!("reach-{name}-1-start")).await;
    let mut here = onward(phone).await;
    while here != "check" {
        holds(phone).await;
        if here == "s-q6" {
            phone.shot(&format!("reach-{name}-2-question")).await;
        }
        let item = here.trim_start_matches("s-").to_owned();
        let said = ANSWERS.iter().find(|(id, _)| *id == item);
        for code in said.map_or(&[][..], |(_, codes)| codes) {
            choose(phone, &item, code).await;
        }
        here = onward(phone).await;
    }
    holds(phone).await;
    phone.shot(&format!("reach-{name}-3-check")).await;
    phone.tap("#send").await;
    receipt(phone).await;
    change(phone.clone()).await;
    holds(phone).await;
    phone.shot(&format!("reach-{name}-4-thanks")).await;
}

/// Ways to look at it: what the browser is told before, and what is done to each page.
#[derive(Clone, Copy)]
struct Eyes {
    name: &'static str,
    kind: Kind,
    media: &'static [(&'static str, &'static str)],
    change: &'static str,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_holds_for_other_eyes() {
    let kind = |language, width, dark| Kind {
        language,
        width,
        dark,
        ..Kind::default()
    };
    let large = "(document.querySelector('#large').checked = true)";
    let eyes = [
        // A window of 1280 pixels at 400 % is 320 wide (WCAG 1.4.10).
        Eyes {
            name: "large",
            kind: kind("zh-CN", 320, false),
            media: &[],
            change: large,
        },
        Eyes {
            name: "longer",
            kind: kind("en", 320, false),
            media: &[],
            change: LONGER,
        },
        Eyes {
            name: "mirrored",
            kind: kind("en", 360, true),
            media: &[],
            change: MIRRORED,
        },
        Eyes {
            name: "forced",
            kind: kind("zh-CN", 640, true),
            media: &[
                ("forced-colors", "active"),
                ("prefers-contrast", "more"),
                ("prefers-reduced-motion", "reduce"),
            ],
            change: "",
        },
    ];
    let work = Fieldwork::open().await;
    for (place, eyes) in eyes.into_iter().enumerate() {
        let url = work.form(eyes.kind.language, &work.codes[place]);
        with_phone(eyes.kind, move |phone| async move {
            if !eyes.media.is_empty() {
                let scheme = [("prefers-color-scheme", "dark")];
                let features = eyes.media.iter().chain(&scheme);
                let features: Vec<Value> = features
                    .map(|(name, value)| json!({ "name": name, "value": value }))
                    .collect();
                phone
                    .cdp(
                        "Emulation.setEmulatedMedia",
                        json!({ "features": features }),
                    )
                    .await;
            }
            phone.open_page(&url).await;
            phone.until("document.querySelector('#code').value").await;
            walk(&phone, eyes.name, eyes.change).await;
        })
        .await;
    }
    assert_eq!(work.records().await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_size_of_the_type_stays_through_the_survey_and_works_without_script() {
    let work = Fieldwork::open().await;
    for script in [true, false] {
        let url = work.form("zh-CN", &work.codes[usize::from(script)]);
        let kind = Kind {
            script,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            phone.open_page(&url).await;
            let size = "parseFloat(getComputedStyle(document.documentElement).fontSize)";
            let before = phone.eval(size).await.as_f64().unwrap();
            phone.tap("#large").await;
            phone.until(&format!("{size} > {before} * 1.3")).await;
            if script {
                onward(&phone).await;
                answer(&phone, "check").await;
                phone.tap("#send").await;
                receipt(&phone).await;
                phone.until(&format!("{size} > {before} * 1.3")).await;
            }
        })
        .await;
    }
}

/// What the accessibility tree says of what can be read and used, line by line.
async fn tree(phone: &Phone) -> String {
    let tree = phone.cdp("Accessibility.getFullAXTree", json!({})).await;
    let mut lines = Vec::new();
    for node in tree["nodes"].as_array().unwrap() {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        let name = node["name"]["value"].as_str().unwrap_or_default();
        let told = [
            "heading",
            "radio",
            "checkbox",
            "button",
            "textbox",
            "link",
            "alert",
            "group",
            "progressbar",
            "navigation",
            "banner",
            "main",
            "status",
            "form",
            "DisclosureTriangle",
        ];
        if node["ignored"] == json!(false) && told.contains(&role) {
            let is_on = node["properties"].as_array().is_some_and(|all| {
                all.iter().any(|one| {
                    let name = one["name"].as_str().unwrap_or_default();
                    matches!(name, "checked" | "invalid")
                        && one["value"]["value"].as_str() == Some("true")
                })
            });
            lines.push(
                format!("{role}{} {name}", if is_on { "!" } else { "" })
                    .trim_end()
                    .to_owned(),
            );
        }
    }
    lines.join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_screen_reader_hears_is_what_was_agreed() {
    let work = Fieldwork::open().await;
    let url = work.form("en", &work.codes[0]);
    let kind = Kind {
        language: "en",
        ..Kind::default()
    };
    with_phone(kind, move |phone| async move {
        phone.open_page(&url).await;
        phone.until("document.querySelector('#code').value").await;
        let code = phone.eval("document.querySelector('#code').value").await;
        phone.type_into("#code", "ABC").await;
        phone.tap("#next").await;
        phone
            .until("document.querySelector('#code[aria-invalid=true]')")
            .await;
        insta::assert_snapshot!("reader_wrong_code", tree(&phone).await);
        phone.type_into("#code", code.as_str().unwrap()).await;
        assert_eq!(onward(&phone).await, "s-s1");
        answer(&phone, "s-q1").await;
        choose(&phone, "q1", "2").await;
        // The arm of the scale is drawn: the order of the options is not part of what was agreed.
        let heard = tree(&phone).await;
        let (mut options, rest): (Vec<&str>, Vec<&str>) =
            heard.lines().partition(|line| line.starts_with("radio"));
        options.sort_unstable();
        insta::assert_snapshot!("reader_question", [rest, options].concat().join("\n"));
        answer(&phone, "check").await;
        insta::assert_snapshot!("reader_check", tree(&phone).await);
        phone.tap("#send").await;
        receipt(&phone).await;
        insta::assert_snapshot!("reader_thanks", tree(&phone).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_survey_is_answered_by_keyboard_alone() {
    let work = Fieldwork::open().await;
    let url = work.form("en", &work.codes[0]);
    let kind = Kind {
        language: "en",
        width: 1280,
        ..Kind::default()
    };
    with_phone(kind, move |phone| async move {
        phone.open_page(&url).await;
        phone.until("document.querySelector('#code').value").await;
        focus(&phone, "next").await;
        phone.press(ENTER).await;
        phone
            .until("document.querySelector('.step.on').id === 's-s1'")
            .await;
        loop {
            let here = phone.eval("document.querySelector('.step.on').id").await;
            let here = here.as_str().unwrap().to_owned();
            if here == "check" {
                break;
            }
            // The heading has the focus; the first control is the question's own.
            phone.press(TAB).await;
            let is_own = format!("document.activeElement.closest('.step').id === '{here}'");
            assert_eq!(phone.eval(&is_own).await, json!(true), "{here}");
            if here == "s-s1" || here == "s-s2" {
                // Five years, sixty and older: the last one, which arrows reach.
                phone.press('\u{e013}').await;
            } else {
                phone.press(SPACE).await;
            }
            assert_eq!(
                phone
                    .eval("document.querySelectorAll('.step.on input:checked').length")
                    .await,
                1,
                "{here}"
            );
            focus(&phone, "next").await;
            phone.press(ENTER).await;
            phone
                .until(&format!(
                    "document.querySelector('.step.on').id !== '{here}'"
                ))
                .await;
        }
        focus(&phone, "send").await;
        phone.press(ENTER).await;
        receipt(&phone).await;
    })
    .await;
    assert_eq!(work.records().await, 1);
}

/// Presses the tabulator until the element has the focus, which must be seen.
async fn focus(phone: &Phone, id: &str) {
    for _ in 0..40 {
        if phone.eval("document.activeElement.id").await == json!(id) {
            let outline = "getComputedStyle(document.activeElement).outlineStyle";
            assert_ne!(
                phone.eval(outline).await,
                json!("none"),
                "the focus on {id} is seen"
            );
            return;
        }
        phone.press(TAB).await;
    }
    panic!("{id} is not reached by the tabulator");
}

/// Something that a page finds in place before its own script runs.
async fn before(phone: &Phone, source: &str) {
    phone
        .cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": source }),
        )
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn phones_without_storage_without_fetch_and_with_a_wrong_clock_get_through() {
    let work = Fieldwork::open().await;
    // In-app browsers: storage that throws when it is touched, or is full; a clock a year ahead.
    let locked = "for (const name of ['localStorage', 'sessionStorage']) \
        Object.defineProperty(window, name, { get() { throw new Error('denied') } })";
    let full = "Storage.prototype.setItem = () => { throw new Error('full') }; \
        const now = Date.now; Date.now = () => now() + 4e10";
    for (place, harm) in [locked, full].into_iter().enumerate() {
        let url = work.form("zh-CN", &work.codes[place]);
        with_phone(Kind::default(), move |phone| async move {
            before(&phone, harm).await;
            phone.open_page(&url).await;
            phone.until("document.querySelector('#code').value").await;
            onward(&phone).await;
            answer(&phone, "check").await;
            phone.tap("#send").await;
            receipt(&phone).await;
        })
        .await;
    }
    // A browser of yesterday gets the plain form.
    let url = work.form("zh-CN", &work.codes[2]);
    let code = work.codes[2].clone();
    with_phone(Kind::default(), move |phone| async move {
        before(&phone, "delete window.fetch; window.fetch = undefined").await;
        phone.open_page(&url).await;
        assert_eq!(phone.count("html.js").await, 0);
        phone.type_into("#code", &code).await;
        choose(&phone, "s1", "4").await;
        choose(&phone, "q1", "2").await;
        phone.tap("#send").await;
        receipt(&phone).await;
    })
    .await;
    assert_eq!(work.records().await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refusal_is_a_page_that_says_what_to_do_next() {
    // Too early, too late, an address of nobody's, a form that nobody has made.
    for (name, now, path) in [
        ("early", "2026-11-30T09:00", "/s/2026q4/140321"),
        ("late", "2026-12-08T00:00", "/s/2026q4/140321"),
        ("no-survey", "2026-12-02T10:00", "/s/2027q1/140321"),
        ("no-county", "2026-12-02T10:00", "/s/2026q4/140399"),
        ("no-page", "2026-12-02T10:00", "/x"),
    ] {
        let work = Fieldwork::at(now).await;
        let url = format!("{}{path}", work.site);
        for (language, width) in [("zh-CN", 320), ("en", 360)] {
            let kind = Kind {
                language,
                width,
                ..Kind::default()
            };
            let url = url.clone();
            with_phone(kind, move |phone| async move {
                phone.open_page(&url).await;
                assert_eq!(phone.count("h1").await, 1);
                let says = phone.text("main").await;
                assert!(says.chars().count() > 20, "{name}: {says}");
                phone.assert_no_sideways_scroll().await;
                phone.assert_accessible().await;
                phone.shot(&format!("refusal-{name}")).await;
            })
            .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_is_turned_or_whose_browser_was_ended_goes_on_where_it_was() {
    let work = Fieldwork::open().await;
    let url = work.form("zh-CN", &work.codes[0]);
    with_phone(Kind::default(), move |phone| async move {
        phone.open_page(&url).await;
        phone.until("document.querySelector('#code').value").await;
        onward(&phone).await;
        answer(&phone, "s-q3").await;
        let turned = json!({ "width": 740, "height": 360, "deviceScaleFactor": 2, "mobile": true });
        phone
            .cdp("Emulation.setDeviceMetricsOverride", turned)
            .await;
        phone.until("innerWidth === 740").await;
        assert_eq!(
            phone.eval("document.querySelector('.step.on').id").await,
            "s-q3"
        );
        phone.assert_no_sideways_scroll().await;
        choose(&phone, "q3", "2").await;
        // Ended by the phone for want of memory: the tab's own storage is gone, the draft is not.
        phone.eval("sessionStorage.clear()").await;
        phone.open_page("about:blank").await;
        phone.open_page(&url).await;
        phone.until("document.querySelector('#code').value").await;
        assert_eq!(onward(&phone).await, "s-q3");
        let marked = "document.querySelector('[name=q3][value=\"2\"]').checked";
        assert_eq!(phone.eval(marked).await, json!(true));
        answer(&phone, "check").await;
        phone.tap("#send").await;
        receipt(&phone).await;
    })
    .await;
    assert_eq!(work.records().await, 1);
}

/// Voices: one of the phone itself, and one that would send the words away.
const VOICES: &str = "window.said = []; \
    window.SpeechSynthesisUtterance = function (text) { this.text = text }; \
    const voices = list => Object.defineProperty(window, 'speechSynthesis', { value: { \
      getVoices: () => list, cancel() { said.push('·') }, speak(u) { said.push(u.lang + ' ' + u.text) } } }); ";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_is_read_aloud_by_the_phones_own_voice_and_by_no_other() {
    let work = Fieldwork::open().await;
    let url = work.form("zh-CN", &work.codes[0]);
    for (list, is_offered) in [
        ("[{ lang: 'zh-CN', localService: true }]", true),
        (
            "[{ lang: 'zh_CN', localService: false }, { lang: 'en-US', localService: true }]",
            false,
        ),
    ] {
        let url = url.clone();
        with_phone(Kind::default(), move |phone| async move {
            before(&phone, &format!("{VOICES} voices({list})")).await;
            phone.open_page(&url).await;
            phone.until("document.querySelector('#code').value").await;
            onward(&phone).await;
            answer(&phone, "s-q1").await;
            let hidden = phone.eval("document.querySelector('#say').hidden").await;
            assert_eq!(hidden, json!(!is_offered));
            if is_offered {
                phone.tap("#say").await;
                phone
                    .until("said.some(words => words.startsWith('zh-CN '))")
                    .await;
                let said = phone.eval("said[said.length - 1]").await;
                let said = said.as_str().unwrap();
                assert!(said.contains("满意") && said.contains("说不清"), "{said}");
                // The next question silences it.
                phone.eval("said.length = 0").await;
                onward(&phone).await;
                assert_eq!(phone.eval("said[0]").await, json!("·"));
            }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_leaves_at_once_leaves_nothing_behind() {
    let work = Fieldwork::open().await;
    let url = work.form("zh-CN", &work.codes[0]);
    with_phone(Kind::default(), move |phone| async move {
        phone.open_page("about:blank").await;
        phone.open_page(&url).await;
        phone.until("document.querySelector('#code').value").await;
        onward(&phone).await;
        answer(&phone, "s-q3").await;
        phone.until("localStorage.length === 1").await;
        phone.tap("#leave").await;
        phone.until("location.href === 'about:blank'").await;
        // Neither way through the history leads to an answer.
        for way in ["history.back()", "history.forward()"] {
            phone.eval(way).await;
            tokio::time::sleep(std::time::Duration::from_millis(700)).await;
            let marked = "document.querySelectorAll('main input:checked').length";
            assert_eq!(phone.eval(marked).await, 0, "{way}");
            let code = "(document.querySelector('#code') || { value: '' }).value";
            assert_eq!(phone.eval(code).await, "", "{way}");
        }
        phone.open_page(&url).await;
        phone.until("document.querySelector('#code').value").await;
        assert_eq!(phone.eval("localStorage.length").await, 0);
        assert_eq!(
            phone
                .eval("document.querySelectorAll('main input:checked').length")
                .await,
            0
        );
        assert_eq!(
            phone.eval("document.querySelector('.step.on').id").await,
            "start"
        );
    })
    .await;
    assert_eq!(work.records().await, 0);
}
