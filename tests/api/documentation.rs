//! The examples of docs/api.md are what the interface answers.

use std::path::Path;

use minyi::web::ROUTES;
use serde_json::Value;

use super::{asked, document};
use crate::support::published::Published;

/// Stands for any value.
const ANY: &str = "…";

/// Addresses with the answers that the documentation shows for them, in order.
fn examples(text: &str) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut address = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == "```http" {
            let request = lines.next().expect("a request");
            address = request.strip_prefix("GET ").map(str::to_owned);
        }
        if line == "```json" {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let value = serde_json::from_str(&body.join("\n")).expect("JSON");
            found.push((address.take().expect("its request"), value));
        }
    }
    found
}

/// Where the answer lacks something that the example shows.
fn missing(place: &str, example: &Value, answer: &Value) -> Vec<String> {
    match (example, answer) {
        (Value::String(any), _) if any == ANY => Vec::new(),
        (Value::Object(wanted), Value::Object(found)) => wanted
            .iter()
            .flat_map(|(name, one)| {
                let found = found.get(name).unwrap_or(&Value::Null);
                missing(&format!("{place}/{name}"), one, found)
            })
            .collect(),
        // An example shows the first elements.
        (Value::Array(wanted), Value::Array(found)) => wanted
            .iter()
            .enumerate()
            .flat_map(|(at, one)| {
                let found = found.get(at).unwrap_or(&Value::Null);
                missing(&format!("{place}/{at}"), one, found)
            })
            .collect(),
        (wanted, found) if wanted == found => Vec::new(),
        (wanted, found) => vec![format!("{place}: {wanted} is {found}")],
    }
}

#[tokio::test]
async fn the_examples_of_the_documentation_are_true() {
    let work = Published::open().await;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/api.md");
    let text = std::fs::read_to_string(path).unwrap();
    let standards = document(&work.site, "/api/v1/standards").await;
    let digest = standards["items"][0]["digest"].as_str().unwrap();
    let mut wrong = Vec::new();
    let examples = examples(&text);
    for (address, example) in &examples {
        let address = address.replace("DIGEST", digest);
        let answer = asked(&work.site, &address, &[("accept-language", "en")]).await;
        let answer: Value = answer.json().await.unwrap();
        wrong.extend(missing(&address, example, &answer));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let routes = ROUTES.iter().map(|route| route.path);
    for route in routes.filter(|path| path.starts_with("/api/")) {
        assert!(text.contains(&format!("`{route}`")), "{route} is explained");
    }
    assert!(examples.len() >= 6);
}
