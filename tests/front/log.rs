//! Whatever is asked of the log, it holds no code, no address, no answer and no password.

use minyi::survey::invitation::Code;

use super::{Front, all_are_served};
use crate::support::node::{SLUG, Setup, Site};
use crate::support::residents::{Fate, Resident, client, post};

const ELSEWHERE: &str = "203.0.113.77";
const PASSWORD: &str = "heron-lamp-seven-93";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_even_the_most_talkative_log_holds_code_address_or_answer() {
    let site = Site::sqlite(800).await;
    let setup = Setup {
        arguments: vec!["--trusted-proxy".into(), "127.0.0.0/8".into()],
        environment: vec![("MINYI_LOG".into(), "trace".into())],
    };
    let front = Front::start(&site, setup).await;
    let mut waiting = Resident::all(&site);
    let mut seen = all_are_served(&front.node, &mut waiting, 25).await;
    let (client, base) = (client(), &front.node.site);
    let mut bodies: Vec<String> = Vec::new();
    let unknown = Code::from_random([0x5a; 8]).printed();
    for resident in waiting.iter().take(12) {
        let form = resident.form(&"d7".repeat(16));
        bodies.push(form.clone());
        // A typo, a stranger's code, a bad answer, no instance, a broken escape.
        bodies.push(form.replace("_code=", "_code=Z"));
        bodies.push(form.replace(&resident.code, &unknown));
        bodies.push(form.replace("q1=", "q1=nosuch"));
        bodies.push(form.replace("_instance=", "_other="));
        bodies.push(format!("{form}&%zz=%"));
        seen.push(resident.clone());
    }
    for (number, body) in bodies.iter().enumerate() {
        let county = ["140321", "140322", "999999"][number % 3];
        let url = format!("{base}/s/{SLUG}/{county}?lang=en");
        let sent = client
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-forwarded-for", ELSEWHERE)
            .header("user-agent", "Telltale/1.0")
            .body(body.clone());
        assert!(sent.send().await.expect("an answer").status().as_u16() < 600);
    }
    // Codes where they do not belong: in the query, in the path, in a header.
    for resident in &seen {
        for path in [
            format!("/s/{SLUG}/140321?code={}", resident.code),
            format!("/s/{SLUG}/{}", resident.code),
            format!("/{}", resident.code),
        ] {
            let asked = client.get(format!("{base}{path}"));
            let asked = asked.header("cookie", format!("c={}", resident.code));
            asked.send().await.expect("an answer");
        }
    }
    let fields = [("name", "heron"), ("password", PASSWORD)];
    let signed = client.post(format!("{base}/account/sign-in")).form(&fields);
    signed
        .header("x-forwarded-for", ELSEWHERE)
        .send()
        .await
        .expect("an answer");
    for resident in seen.iter_mut().filter(|r| r.fate != Fate::Fresh) {
        let other = resident.form(&"e8".repeat(16));
        let url = format!("{base}{}", resident.path());
        post(&client, &url, other).await.expect("an answer");
    }
    let said = front.node.log.clone();
    assert!(front.node.terminate().success());
    let said = std::fs::read_to_string(said).unwrap();
    assert!(
        said.contains("TRACE") || said.contains("DEBUG"),
        "it talks: {said}"
    );
    assert!(
        said.contains("/s/{wave}/{county}"),
        "requests are logged by route"
    );
    let mut secrets: Vec<String> = vec![
        ELSEWHERE.into(),
        "127.0.0.1:".into(),
        PASSWORD.into(),
        "Telltale".into(),
        "d7d7d7".into(),
        "e8e8e8".into(),
        "60up".into(),
        "nosuch".into(),
        "d1=female".into(),
    ];
    let codes = seen.iter().map(|resident| resident.code.clone());
    for code in codes.chain([unknown]) {
        secrets.extend([code.replace('-', ""), code.to_lowercase(), code]);
    }
    for resident in &seen {
        if let Fate::Acknowledged(receipt) = &resident.fate {
            secrets.extend(receipt.split_whitespace().take(2).map(str::to_owned));
        }
    }
    let found: Vec<&str> = said
        .lines()
        .filter(|line| secrets.iter().any(|secret| line.contains(secret.as_str())))
        .collect();
    assert!(found.is_empty(), "{found:#?}");
    println!(
        "{} lines of log hold none of {} secrets",
        said.lines().count(),
        secrets.len()
    );
}
