//! Programs of the staff: what a token may, and what ends it.

use std::time::Duration;

use minyi::service::accounts::access_tokens::{NewToken, TokenError};
use minyi::service::accounts::others::OthersChange;
use minyi::survey::account::Account;
use minyi::survey::role::Role;
use minyi::survey::scope::Scope;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::city::City;
use crate::support::instance::{PASSWORD, Visitor, account, serve};
use crate::support::on_both;

const COUNTY: &str = "140321";

async fn token(city: &City, person: &Account, scopes: &[Scope]) -> String {
    let new = NewToken {
        name: "nightly job",
        scopes,
        days: 30,
        code: "",
    };
    let made = city
        .app
        .accounts
        .make_token(person, PASSWORD.to_owned(), &new)
        .await;
    made.expect("a token").reveal().to_owned()
}

async fn ask(
    site: &str,
    method: Method,
    path: &str,
    token: &str,
    body: Option<&Value>,
) -> Response {
    let client = reqwest::Client::new();
    let request = client
        .request(method, format!("{site}{path}"))
        .bearer_auth(token);
    let request = match body {
        Some(body) => request
            .header("accept-language", "en")
            .body(body.to_string()),
        None => request,
    };
    request.send().await.unwrap()
}

async fn status(site: &str, path: &str, token: &str) -> u16 {
    ask(site, Method::GET, path, token, None)
        .await
        .status()
        .as_u16()
}

on_both! {
    async fn a_token_reads_fieldwork_within_its_scope_and_until_its_end(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        let olga = &account(app, "olga", Role::Organizer).await;
        let adam = &account(app, "adam", Role::Administrator).await;
        let slug = city.open_wave("2026q4", "2026-11-01T20:00").await;
        let site = &serve(app).await;
        let path = &format!("/api/v1/waves/{slug}/fieldwork");

        let none = reqwest::get(format!("{site}{path}")).await.unwrap();
        assert_eq!((none.status().as_u16(), none.headers()["www-authenticate"].to_str().unwrap()), (401, "Bearer"));
        assert_eq!(none.headers()["content-type"], "application/problem+json");
        for wrong in ["minyi_AAAA", "AAAA", ""] {
            let answer = ask(site, Method::GET, path, wrong, None).await;
            assert_eq!(answer.status(), 401, "{wrong:?}");
        }
        let denied = city.app.accounts.make_token(olga, "wrong".to_owned(), &NewToken {
            name: "x", scopes: &[Scope::Fieldwork], days: 30, code: "",
        }).await;
        assert!(matches!(denied, Err(TokenError::Own(_))));
        for (scopes, days) in [(&[][..], 30), (&[Scope::Indicators][..], 30), (&[Scope::Fieldwork][..], 31)] {
            let new = NewToken { name: "x", scopes, days, code: "" };
            let refused = city.app.accounts.make_token(olga, PASSWORD.to_owned(), &new).await;
            assert!(matches!(refused, Err(TokenError::Scope)), "{scopes:?} {days}");
        }

        let secret = &token(&city, olga, &[Scope::Fieldwork]).await;
        let answer = ask(site, Method::GET, path, secret, None).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["cache-control"], "private, no-store");
        let told: Value = answer.json().await.unwrap();
        assert_eq!((&told["open"], &told["rounded"]), (&json!(true), &json!(true)));
        let issued: Vec<u64> = told["counties"].as_array().unwrap().iter().map(|one| one["issued"].as_u64().unwrap()).collect();
        assert_eq!(issued, [1000, 1000]);
        assert_eq!(told["counties"][0]["used"], 0);
        assert_eq!(status(site, &format!("/api/v1/indicators/2026/{COUNTY}"), secret).await, 403, "not its scope");
        assert_eq!(status(site, "/api/v1/waves/2031q1/fieldwork", secret).await, 404);
        assert_eq!(status(site, "/organize", secret).await, 200, "only the sign-in: a token opens no page");

        // By its owner, by its date, with a new password, with the account.
        let kept = app.accounts.tokens_of(olga).await.unwrap();
        assert_eq!((kept.len(), kept[0].name.as_str()), (1, "nightly job"));
        app.accounts.end_token(olga, &kept[0].hash).await.expect("ended");
        assert_eq!(status(site, path, secret).await, 401);
        let short = &token(&city, olga, &[Scope::Fieldwork]).await;
        app.clock.set(app.clock.now().plus(Duration::from_hours(30 * 24)));
        assert_eq!(status(site, path, short).await, 401);
        assert_eq!(app.accounts.tokens_of(olga).await.unwrap(), []);
        let last = &token(&city, olga, &[Scope::Fieldwork]).await;
        assert_eq!(status(site, path, last).await, 200);
        app.accounts.change_other(adam, olga.id, OthersChange::Close).await.expect("closed");
        assert_eq!(status(site, path, last).await, 401);
        app.accounts.change_other(adam, olga.id, OthersChange::Open).await.expect("open again");
        assert_eq!(status(site, path, last).await, 401, "what was ended stays ended");
    }

    async fn a_reporters_program_reports_the_whole_sheet_or_nothing(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        city.import().await;
        let rita = &app.accounts.create_with("rita", (Role::Reporter, Some(COUNTY)), PASSWORD.to_owned(), false).await.unwrap();
        let evan = &account(app, "evan", Role::Evaluator).await;
        let site = &serve(app).await;
        let path = &format!("/api/v1/indicators/2026/{COUNTY}");
        let secret = &token(&city, rita, &[Scope::Indicators]).await;
        let answer = ask(site, Method::GET, path, secret, None).await;
        let sheet: Value = answer.json().await.unwrap();
        assert_eq!(sheet["values"]["crime.cases"]["value"], json!({"kind": "count", "count": 1140}));
        assert_eq!(sheet["values"]["safety.fire"]["value"]["entries"][0]["measures"]["loss"], "300000");
        assert!(sheet["values"].get("law.oversight").is_none(), "a judgement is nobody's report");

        // The sheet as it is, sent back: nothing changes.
        let mut values = serde_json::Map::new();
        for (id, one) in sheet["values"].as_object().unwrap() {
            if !one["value"].is_null() {
                values.insert(id.clone(), one["value"].clone());
            }
        }
        let same = ask(site, Method::PUT, path, secret, Some(&json!({"values": values}))).await;
        assert_eq!(same.status(), 200);
        let same: Value = same.json().await.unwrap();
        assert_eq!(same, json!({"versions": 0, "unchanged": values.len()}));

        let mut changed = values.clone();
        changed.insert("crime.cases".to_owned(), json!({"kind": "count", "count": 1151}));
        changed.insert("safety.fire".to_owned(), json!({"kind": "list", "entries": []}));
        let done = ask(site, Method::PUT, path, secret, Some(&json!({"values": changed}))).await;
        let done: Value = done.json().await.unwrap();
        assert_eq!(done["versions"], 2);
        let after: Value = ask(site, Method::GET, path, secret, None).await.json().await.unwrap();
        assert_eq!(after["values"]["crime.cases"]["value"]["count"], 1151);
        assert_eq!(after["values"]["crime.cases"]["standing"], "reported");
        assert_eq!(after["values"]["safety.fire"]["value"]["entries"], json!([]));

        // Each mistake is named with its place, and nothing is taken.
        let mut wrong = changed.clone();
        wrong.insert("crime.cases".to_owned(), json!({"kind": "rate", "k": 1, "m": 2}));
        wrong.insert("crime.nothing".to_owned(), json!({"kind": "count", "count": 1}));
        wrong.insert("safety.fire".to_owned(), json!({"kind": "list", "entries": [{"label": "a; deaths=3", "measures": {}}]}));
        let refused = ask(site, Method::PUT, path, secret, Some(&json!({"values": wrong}))).await;
        assert_eq!(refused.status(), 422);
        assert_eq!(refused.headers()["content-type"], "application/problem+json");
        let refused: Value = refused.json().await.unwrap();
        let at: Vec<&str> = refused["errors"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
        assert_eq!(at, ["/values/crime.cases", "/values/crime.nothing", "/values/safety.fire"]);
        for (values, said) in [
            (json!({"crime.clearance": {"kind": "rate", "k": 3, "m": 2}}), "/values/crime.clearance"),
            (json!({"crime.cases": {"kind": "count", "count": 1}}), "/values/crime.clearance"),
            (json!({"measure.county_funding": {"kind": "amount", "amount": "much"}}), "/values/measure.county_funding"),
        ] {
            let refused = ask(site, Method::PUT, path, secret, Some(&json!({"values": values}))).await;
            assert_eq!(refused.status(), 422, "{values}");
            let refused: Value = refused.json().await.unwrap();
            let all = refused["errors"].as_array().unwrap();
            assert!(all.iter().any(|one| one["pointer"] == said), "{all:?}");
        }
        let no_json = ask(site, Method::PUT, path, secret, Some(&json!({"value": {}}))).await;
        assert_eq!(no_json.status(), 422);
        let kept: Value = ask(site, Method::GET, path, secret, None).await.json().await.unwrap();
        assert_eq!(kept, after, "nothing of what was refused is there");

        assert_eq!(status(site, "/api/v1/indicators/2026/140322", secret).await, 404, "another county is not there");
        let evan = &token(&city, evan, &[Scope::Indicators]).await;
        assert_eq!(status(site, path, evan).await, 200);
        let reports = ask(site, Method::PUT, path, evan, Some(&json!({"values": changed}))).await;
        assert_eq!(reports.status(), 403, "who verifies does not report");
    }

    async fn a_secret_is_shown_once(stores) {
        let city = City::new(&stores).await;
        account(&city.app, "olga", Role::Organizer).await;
        let olga = Visitor::at(&serve(&city.app).await);
        olga.sign_in("olga").await;
        let path = "/account/tokens";
        let form = |current: &str| vec![
            ("name".to_owned(), "report".to_owned()),
            ("fieldwork".to_owned(), "1".to_owned()),
            ("days".to_owned(), "90".to_owned()),
            ("current".to_owned(), current.to_owned()),
        ];
        let send = async |form: Vec<(String, String)>| {
            let answer = olga.client.post(olga.url(path)).form(&form).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let (refused, page) = send(form("wrong")).await;
        assert_eq!(refused, 422);
        assert!(page.contains("value=\"report\"") && page.contains("name=\"fieldwork\" value=\"1\" checked"), "nothing typed is lost");
        let (made, page) = send(form(PASSWORD)).await;
        assert_eq!(made, 200);
        let at = page.find("minyi_").expect("the secret");
        let secret: String = page[at..].chars().take_while(|c| *c != '<').collect();
        assert_eq!(secret.len(), 49, "256 bits");
        let again = olga.page(path).await;
        assert!(!again.main().contains("minyi_") && again.main().contains("report"));
        let hash = again.values("button[name=end]", "value").remove(0);
        assert!(!hash.is_empty());
        let (ended, page) = send(vec![("end".to_owned(), hash)]).await;
        assert!(matches!(ended, 200 | 303), "{ended}: {page}");
        assert!(olga.page(path).await.main().contains("You have no token."));
    }
}
