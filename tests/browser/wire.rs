//! What a phone sends is as long for any answers as for any others; and the picture of a receipt can be read.

use super::driver::{Kind, Phone, with_phone};
use super::resident::{answer, onward, receipt};
use super::trial::RANDOM;
use crate::support::fieldwork::Fieldwork;

/// How many sets of answers are sent.
const SETS: usize = 200;

/// Sends over and over, with other answers each time, to a server that is always busy: the page's own script makes each body. Keeps
/// for each its address, its bytes, and the bytes that it would have had without padding.
fn sending() -> String {
    format!(
        "(() => {{ const real = window.fetch; window.sizes = []; \
         window.fetch = async (url, options) => {{ \
           const path = new URL(url, location.href).pathname, body = options.body, bare = new URLSearchParams(String(body)); \
           bare.delete('_pad'); window.sizes.push([path, String(body).length, String(bare).length]); \
           if (/key$|sign$/.test(path)) return real(url, options); \
           return new Response('', {{ status: 503, headers: {{ 'retry-after': '600' }} }}) }}; \
         (async () => {{ \
           document.querySelector('#send').click(); \
           const sent = () => window.sizes.filter(([path]) => !/key$|sign$/.test(path)).length; \
           for (let set = 1; set <= {SETS}; set++) {{ \
             while (sent() < set || document.querySelector('#wait').hidden) await new Promise(done => setTimeout(done, 5)); \
             if (set === {SETS}) break; \
             {RANDOM}; document.querySelector('#again').click(); }} \
           window.finished = true; }})(); return 1 }})()"
    )
}

async fn sent(phone: &Phone, url: &str, is_apart: bool) {
    phone.open_page(url).await;
    phone.until("document.querySelector('#code').value").await;
    if !is_apart {
        let insecure = "Object.defineProperty(window, 'isSecureContext', { value: false }) && 1";
        phone.eval(insecure).await;
    }
    onward(phone).await;
    answer(phone, "check").await;
    phone.eval(&sending()).await;
    phone.until("window.finished").await;
    let sizes = phone.eval("window.sizes").await;
    let sizes: Vec<(String, u64, u64)> = serde_json::from_value(sizes).expect("three of each");
    let apart = sizes
        .iter()
        .filter(|(path, ..)| path == "/urn/2026q4")
        .count();
    assert_eq!(apart, if is_apart { SETS } else { 0 });
    // The code's two requests are as long as all others.
    let lengths: std::collections::BTreeSet<u64> = sizes.iter().map(|(_, all, _)| *all).collect();
    assert_eq!(lengths.len(), 1, "{lengths:?}");
    assert_eq!(sizes.len(), SETS + if is_apart { 2 } else { 0 });
    // Without padding the answers would show.
    let bare = sizes
        .iter()
        .filter(|(path, ..)| !path.ends_with("key") && !path.ends_with("sign"));
    let bare: std::collections::BTreeSet<u64> = bare.map(|(_, _, bare)| *bare).collect();
    assert!(bare.len() > 20, "{bare:?}");
    let longest = bare.last().expect("some");
    println!(
        "{lengths:?} bytes on the wire, {} to {longest} without padding",
        bare.first().expect("some")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_sends_as_many_bytes_whatever_was_answered() {
    let work = Fieldwork::open().await;
    for (place, is_apart) in [true, false].into_iter().enumerate() {
        let url = work.form("en", &work.codes[place]);
        with_phone(
            Kind {
                language: "en",
                ..Kind::default()
            },
            move |phone| async move {
                sent(&phone, &url, is_apart).await;
            },
        )
        .await;
    }
    assert_eq!(work.records().await, 0);
}

/// The pixels of the picture as the browser shows them, four for each module, and its width on the screen.
const PIXELS: &str = "(() => { const picture = document.querySelector('#scan'), canvas = document.createElement('canvas'); \
     canvas.width = picture.naturalWidth * 4; canvas.height = picture.naturalHeight * 4; \
     const drawn = canvas.getContext('2d'); drawn.imageSmoothingEnabled = false; \
     drawn.drawImage(picture, 0, 0, canvas.width, canvas.height); \
     const all = [...drawn.getImageData(0, 0, canvas.width, canvas.height).data]; \
     return [canvas.width, all.filter((_, at) => at % 4 === 0), picture.getBoundingClientRect().width, picture.alt] })()";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_picture_of_a_receipt_leads_to_where_it_is_looked_up() {
    let work = Fieldwork::open().await;
    let site = work.app.public_url.clone();
    for (place, (language, dark)) in [("zh-CN", false), ("en", true)].into_iter().enumerate() {
        let (url, site) = (work.form(language, &work.codes[place]), site.clone());
        with_phone(
            Kind {
                language,
                dark,
                ..Kind::default()
            },
            move |phone| async move {
                phone.open_page(&url).await;
                phone.until("document.querySelector('#code').value").await;
                onward(&phone).await;
                answer(&phone, "check").await;
                phone.tap("#send").await;
                let shown = receipt(&phone).await;
                phone
                    .until("document.querySelector('#scan').naturalWidth > 0")
                    .await;
                let seen = phone.eval(PIXELS).await;
                let (wide, pixels, on_screen, words): (usize, Vec<u8>, f64, String) =
                    serde_json::from_value(seen).expect("a picture");
                assert!(on_screen >= 180.0 && !words.is_empty());
                let mut image = rqrr::PreparedImage::prepare_from_greyscale(wide, wide, |x, y| {
                    pixels[y * wide + x]
                });
                let grids = image.detect_grids();
                assert_eq!(grids.len(), 1, "one code in the picture");
                let read = grids[0].decode().expect("a code").1;
                let digits: String = shown.split_whitespace().collect();
                assert_eq!(read, format!("{site}/check#{digits}"));
                phone.assert_no_sideways_scroll().await;
                phone.assert_accessible().await;
                phone.shot("thanks-picture").await;
                // What it leads to takes the receipt from the address.
                let own = phone.eval("location.origin").await;
                phone
                    .open_page(&read.replace(&*site, own.as_str().expect("an address")))
                    .await;
                let field = "document.querySelector('#receipt')";
                phone.until(&format!("{field} && {field}.value")).await;
                let typed = phone.eval(&format!("{field}.value")).await;
                let typed = typed.as_str().expect("a text").split_whitespace();
                assert_eq!(typed.collect::<String>(), digits);
            },
        )
        .await;
    }
}
