//! Public pages may be kept for a minute by everybody; pages for somebody who has signed in by nobody.

use minyi::service::keys::random;
use minyi::storage::office::estimate::{self, Estimate};
use minyi::storage::office::wave;
use minyi::survey::ids::EstimateId;
use minyi::survey::wave::WaveState;
use reqwest::Response;
use reqwest::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};

use crate::support::published::{Published, SLUG, TIPPED, result};

const FOR_A_MINUTE: [&str; 11] = [
    "",
    "/140311",
    "/140311/answers",
    "/report",
    "/criteria",
    "/map",
    "/comparison",
    "/answers",
    "/answers/q1",
    "/weights",
    "/files/estimates.csv",
];

async fn ask(work: &Published, path: &str, known: Option<&str>) -> Response {
    let client = reqwest::Client::new();
    let request = client.get(format!("{}{path}?lang=en", work.site));
    let request = match known {
        Some(tag) => request.header(IF_NONE_MATCH, tag),
        None => request,
    };
    request.send().await.expect("an answer")
}

fn header(answer: &Response, name: impl reqwest::header::AsHeaderName) -> String {
    let value = answer.headers().get(name);
    value.map_or_else(String::new, |value| {
        value.to_str().expect("a text").to_owned()
    })
}

#[tokio::test]
async fn who_has_a_page_is_not_sent_it_again() {
    let work = Published::open().await;
    for end in FOR_A_MINUTE {
        let path = format!("/results/{SLUG}{end}");
        let first = ask(&work, &path, None).await;
        assert_eq!(first.status().as_u16(), 200, "{path}");
        assert_eq!(
            header(&first, CACHE_CONTROL),
            "public, max-age=60",
            "{path}"
        );
        let varies = header(&first, VARY);
        for name in ["accept-language", "accept-encoding", "cookie"] {
            assert!(varies.contains(name), "{path}: {varies}");
        }
        let tag = header(&first, ETAG);
        assert!(
            tag.starts_with('"') && tag.len() > 60,
            "{path}: a strong tag: {tag}"
        );
        let again = ask(&work, &path, Some(&tag)).await;
        assert_eq!(again.status().as_u16(), 304, "{path}");
        assert_eq!(header(&again, ETAG), tag);
        assert!(again.bytes().await.expect("a body").is_empty());
        let other = ask(&work, &path, Some("\"0\"")).await;
        assert_eq!(other.status().as_u16(), 200);
    }
    // Another language is another page.
    let tag = header(&ask(&work, &format!("/results/{SLUG}"), None).await, ETAG);
    let url = format!("{}/results/{SLUG}?lang=zh-CN", work.site);
    let chinese = reqwest::get(url).await.expect("an answer");
    assert_ne!(header(&chinese, ETAG), tag);
    let titles = ask(&work, "/titles", None).await;
    assert_eq!(header(&titles, CACHE_CONTROL), "public, max-age=60");
    let tag = header(&titles, ETAG);
    assert!(tag.starts_with('"') && tag.len() > 60, "{tag}");
    let again = ask(&work, "/titles", Some(&tag)).await;
    assert_eq!(again.status().as_u16(), 304);
    let list = ask(&work, "/results", None).await;
    assert_eq!(header(&list, CACHE_CONTROL), "public, no-cache");
    assert!(!header(&list, ETAG).is_empty());
}

#[tokio::test]
async fn packed_bytes_have_a_tag_of_their_own() {
    let work = Published::open().await;
    let url = format!("{}/results/{SLUG}/{TIPPED}?lang=en", work.site);
    let client = reqwest::Client::new();
    let ask = async |encoding: &str| {
        let request = client.get(&url).header("accept-encoding", encoding);
        request.send().await.expect("an answer")
    };
    let (plain, packed) = (ask("identity").await, ask("gzip").await);
    assert_eq!(header(&packed, "content-encoding"), "gzip");
    assert_eq!(header(&plain, "content-encoding"), "");
    assert_ne!(header(&plain, ETAG), header(&packed, ETAG));
    let (plain, packed) = (plain.bytes().await.unwrap(), packed.bytes().await.unwrap());
    assert!(
        packed.len() * 3 < plain.len(),
        "{} {}",
        packed.len(),
        plain.len()
    );
}

#[tokio::test]
async fn a_corrected_result_has_another_tag_at_once() {
    let work = Published::open().await;
    let path = format!("/results/{SLUG}/{TIPPED}");
    let tag = header(&ask(&work, &path, None).await, ETAG);
    let mut corrected = result().clone();
    let county = corrected
        .counties
        .iter_mut()
        .find(|c| c.code.as_str() == TIPPED);
    let estimate = county.expect("the county").approval.estimate.as_mut();
    estimate.expect("an estimate").figure.p = 0.5;
    let mut tx = work.app.office.0.begin_write("test").await.expect("writes");
    let conn = &mut tx.conn();
    let found = wave::find_by_slug(conn, &corrected.wave.slug).await;
    let stored = Estimate {
        id: EstimateId::new(work.app.clock.now(), random().expect("random bits")),
        wave: found.expect("reads").expect("the wave").id,
        plan_digest: corrected.plan.digest(),
        input_digest: [9; 32],
        software_version: "test".to_owned(),
        created_at: work.app.clock.now(),
        created_by: None,
        result: corrected,
    };
    estimate::insert(conn, &stored).await.expect("stored");
    tx.commit().await.expect("committed");
    let after = ask(&work, &path, Some(&tag)).await;
    assert_eq!(after.status().as_u16(), 200);
    assert_ne!(header(&after, ETAG), tag);
    assert!(after.text().await.unwrap().contains("50.0%"));
}

#[tokio::test]
async fn nobody_keeps_a_page_for_somebody_who_has_signed_in_or_one_that_is_not_there() {
    let work = Published::open().await;
    let eve = work.person("eve").await;
    for end in FOR_A_MINUTE
        .into_iter()
        .filter(|end| !end.starts_with("/files"))
    {
        let answer = eve.get(&format!("/results/{SLUG}{end}")).await;
        assert_eq!(header(&answer, CACHE_CONTROL), "private, no-store", "{end}");
        assert_eq!(header(&answer, ETAG), "", "{end}");
        assert!(
            answer.text().await.unwrap().contains("eve"),
            "{end}: her name"
        );
    }
    for path in ["/results", "/titles"] {
        let answer = eve.get(path).await;
        assert_eq!(header(&answer, CACHE_CONTROL), "private, no-store");
    }
    let closed = Published::with(WaveState::Closed, result()).await;
    for end in FOR_A_MINUTE {
        let answer = ask(&closed, &format!("/results/{SLUG}{end}"), None).await;
        assert_eq!(answer.status().as_u16(), 404, "{end}");
        assert_eq!(header(&answer, CACHE_CONTROL), "no-store", "{end}");
    }
}
