//! The interface for programs: what it tells is what the pages and files tell, in the shapes that it describes.

mod description;
mod documentation;
mod published;
mod tables;
mod tokens;

use reqwest::Response;
use serde_json::Value;

use crate::support::published::{Published, SLUG, TIPPED};

/// The document at an address.
async fn document(site: &str, path: &str) -> Value {
    let answer = reqwest::get(format!("{site}{path}")).await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    assert_eq!(answer.headers()["content-type"], "application/json");
    answer.json().await.unwrap()
}

async fn asked(site: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = reqwest::Client::new().get(format!("{site}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

/// Every document about a published wave; following the digests that the documents name.
async fn everything(work: &Published) -> Vec<(String, Value)> {
    let standards = document(&work.site, "/api/v1/standards").await;
    let digest = standards["items"][0]["digest"].as_str().unwrap().to_owned();
    let mut found = vec![("/api/v1/standards".to_owned(), standards)];
    for path in [
        "/api/v1/waves".to_owned(),
        format!("/api/v1/waves/{SLUG}"),
        format!("/api/v1/waves/{SLUG}/counties"),
        format!("/api/v1/waves/{SLUG}/counties/{TIPPED}"),
        format!("/api/v1/counties/{TIPPED}/series"),
        format!("/api/v1/standards/{digest}"),
        "/api/v1/logs".to_owned(),
        format!("/api/v1/logs/{SLUG}"),
    ] {
        let document = document(&work.site, &path).await;
        found.push((path, document));
    }
    found
}

#[tokio::test]
async fn who_has_the_document_gets_nothing_again_and_other_sites_may_read_it() {
    let work = Published::open().await;
    let path = format!("/api/v1/waves/{SLUG}/counties/{TIPPED}");
    for packing in ["gzip", "identity"] {
        let encoding = ("accept-encoding", packing);
        let first = asked(&work.site, &path, &[encoding]).await;
        assert_eq!(first.status(), 200);
        let headers = first.headers();
        let tag = headers["etag"].to_str().unwrap().to_owned();
        assert!(tag.starts_with('"') && tag.len() > 64, "{tag} is strong");
        assert_eq!(headers["cache-control"], "public, no-cache");
        assert_eq!(headers["vary"], "accept-encoding");
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers.get("content-encoding").is_some(), packing == "gzip");
        assert!(headers.get("set-cookie").is_none());
        let known = ("if-none-match", tag.as_str());
        let again = asked(&work.site, &path, &[encoding, known]).await;
        assert_eq!(again.status(), 304);
        assert_eq!(again.headers()["etag"], tag.as_str());
        assert_eq!(again.headers()["access-control-allow-origin"], "*");
        assert!(again.bytes().await.unwrap().is_empty());
        let other = ("if-none-match", "\"other\"");
        let other = asked(&work.site, &path, &[encoding, other]).await;
        assert_eq!(other.status(), 200);
    }
}

#[tokio::test]
async fn a_refusal_is_a_problem_document_in_the_language_of_the_caller() {
    let work = Published::open().await;
    for (path, status, kind) in [
        ("/api/v1/waves/2031q1", 404, "not-found"),
        ("/api/v1/waves/2031q1/counties", 404, "not-found"),
        ("/api/v1/waves/2026q4/counties/140399", 404, "not-found"),
        ("/api/v1/waves/%ff", 404, "not-found"),
        ("/api/v1/counties/140399/series", 404, "not-found"),
        ("/api/v1/standards/00", 404, "not-found"),
        ("/api/v1/logs/2031q1", 404, "not-found"),
        ("/api/v1/nothing", 404, "not-found"),
        ("/api/v2", 404, "not-found"),
        ("/api/v1/waves?limit=0", 400, "malformed"),
        ("/api/v1/waves?limit=101", 400, "malformed"),
        ("/api/v1/waves?limit=few", 400, "malformed"),
        ("/api/v1/waves?after=2031q1", 404, "not-found"),
    ] {
        for (language, title) in [("en", "en"), ("zh-CN", "zh-CN")] {
            let header = ("accept-language", language);
            let answer = asked(&work.site, path, &[header]).await;
            assert_eq!(answer.status(), status, "{path}");
            let headers = answer.headers();
            assert_eq!(headers["content-type"], "application/problem+json");
            assert_eq!(headers["cache-control"], "no-store");
            assert_eq!(headers["access-control-allow-origin"], "*");
            let document: Value = answer.json().await.unwrap();
            assert_eq!(document["type"], format!("/problems/{kind}"), "{path}");
            assert_eq!(document["status"], status);
            let lang: minyi::i18n::Lang = title.parse().unwrap();
            let said = lang.t(&format!("problem-{kind}-title"));
            assert_eq!(document["title"], said);
        }
        let explained = asked(&work.site, &format!("/problems/{kind}"), &[]).await;
        assert_eq!(explained.status(), 200, "the kind is explained");
    }
}

#[tokio::test]
async fn nothing_is_changed_by_this_interface() {
    let work = Published::open().await;
    let client = reqwest::Client::new();
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("{}/api/v1/waves", work.site);
        let answer = client.request(method, url).send().await.unwrap();
        assert_eq!(answer.status(), 405);
        assert!(answer.headers()["allow"].to_str().unwrap().contains("GET"));
        let document: Value = answer.json().await.unwrap();
        assert_eq!(document["type"], "/problems/method-not-allowed");
    }
}

#[tokio::test]
async fn a_list_is_read_in_pieces() {
    let work = Published::open().await;
    let mut path = format!("/api/v1/waves/{SLUG}/counties?limit=2");
    let mut seen = Vec::new();
    for _ in 0..3 {
        let piece = document(&work.site, &path).await;
        let items = piece["items"].as_array().unwrap();
        let codes = items.iter().map(|item| item["county"]["code"].clone());
        seen.extend(codes);
        path = piece["next"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!(path, "", "the third piece is the last");
    assert_eq!(seen, ["140302", "140303", "140311", "140321", "140322"]);
    let whole = document(&work.site, &format!("/api/v1/waves/{SLUG}/counties")).await;
    assert_eq!(whole["items"].as_array().unwrap().len(), 5);
    assert_eq!(whole["next"], Value::Null);
}
