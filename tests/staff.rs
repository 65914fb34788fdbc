//! The staff's pages over HTTP: the way in and out, and a wave's life by two people.

use minyi::service::{close, evaluate, sampling, waves};
use minyi::storage::office::wave;
use minyi::survey::wave::{Act, WaveState};
use reqwest::StatusCode;

use crate::support::instance::{INVITATIONS, Instance, PASSWORD, Visitor, location, read};

const WAVE: &str = "/organize/2026q4";

#[tokio::test]
async fn who_is_not_signed_in_is_led_to_the_form_and_back() {
    let instance = Instance::with_draft().await;
    let visitor = instance.visitor();
    let refused = visitor.get(WAVE).await;
    assert_eq!(refused.status(), StatusCode::SEE_OTHER);
    let there = "/account/sign-in?next=/organize/2026q4&lang=en";
    assert_eq!(location(&refused), there);
    let form = visitor.client.get(format!("{}{there}", instance.site));
    let (status, form) = read(form.send().await.unwrap()).await;
    assert_eq!(status, 200);
    assert_eq!(
        form.values("form:not([hidden]) input[name=next]", "value"),
        [WAVE]
    );
    let fields = [("name", "Ada"), ("password", PASSWORD), ("next", WAVE)];
    let signed = visitor.post("/account/sign-in", &fields).await;
    assert_eq!(signed.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&signed), "/organize/2026q4?lang=en");
    let cookie = signed.headers()["set-cookie"].to_str().unwrap();
    let (token, rest) = cookie.split_once(';').unwrap();
    assert_eq!(rest, " HttpOnly; SameSite=Lax; Path=/");
    assert_eq!(token.len(), "minyi_session=".len() + 43);
    let page = visitor.page(WAVE).await;
    assert!(page.texts(".staffbar form").concat().contains("ada"));
    let again = visitor.get("/account/sign-in").await;
    assert_eq!(location(&again), "/organize?lang=en");
}

#[tokio::test]
async fn signing_out_ends_the_session_for_whoever_holds_the_cookie() {
    let instance = Instance::empty().await;
    let visitor = instance.visitor();
    let fields = [("name", "ada"), ("password", PASSWORD)];
    let signed = visitor.post("/account/sign-in", &fields).await;
    let cookie = signed.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let thief = Visitor::at(&instance.site);
    let steal = || {
        let request = thief.client.get(thief.url("/organize"));
        request.header("cookie", &cookie).send()
    };
    assert_eq!(steal().await.unwrap().status(), StatusCode::OK);
    let out = visitor.post("/account/sign-out", &[]).await;
    assert_eq!(location(&out), "/account/sign-in?lang=en");
    let gone = out.headers()["set-cookie"].to_str().unwrap();
    assert!(
        gone.starts_with("minyi_session=; ") && gone.contains("Max-Age=0"),
        "{gone}"
    );
    assert_eq!(
        visitor.get("/organize").await.status(),
        StatusCode::SEE_OTHER
    );
    assert_eq!(steal().await.unwrap().status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_get_the_same_page_with_the_name_kept() {
    let instance = Instance::empty().await;
    let visitor = instance.visitor();
    let mut pages = Vec::new();
    for (name, password) in [("ada", "wrong password"), ("zoe", PASSWORD)] {
        let fields = [("name", name), ("password", password)];
        let answer = visitor.post("/account/sign-in", &fields).await;
        assert!(!answer.headers().contains_key("set-cookie"));
        let (status, page) = read(answer).await;
        assert_eq!(status, 422);
        assert_eq!(page.values("#name", "value"), [name]);
        assert!(page.values("#password", "value").is_empty());
        pages.push(page.main());
    }
    assert!(pages[0].contains("The name or the password is wrong"));
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn after_five_wrong_passwords_the_form_says_how_long_to_wait() {
    let instance = Instance::empty().await;
    let visitor = instance.visitor();
    for _ in 0..5 {
        let fields = [("name", "ada"), ("password", "wrong password")];
        let answer = visitor.post("/account/sign-in", &fields).await;
        assert_eq!(answer.status().as_u16(), 422);
    }
    let fields = [("name", "ada"), ("password", PASSWORD)];
    let answer = visitor.post("/account/sign-in", &fields).await;
    assert_eq!(answer.headers()["retry-after"], "30");
    let (status, page) = read(answer).await;
    assert_eq!(status, 429);
    assert!(page.main().contains("try again in 30 seconds"));
    assert_eq!(page.values("#name", "value"), ["ada"]);
    visitor.sign_in("ben").await;
}

#[tokio::test]
async fn a_sign_in_leads_to_no_other_site() {
    let instance = Instance::empty().await;
    for next in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/%09/evil.example",
        "/\t/evil.example",
        "evil",
    ] {
        let visitor = instance.visitor();
        let encoded = next
            .bytes()
            .fold(String::new(), |text, byte| format!("{text}%{byte:02X}"));
        let asked = format!("{}&next={encoded}", visitor.url("/account/sign-in"));
        let form = visitor.client.get(asked).send().await.unwrap();
        let (_, form) = read(form).await;
        assert!(
            form.values("input[name=next]", "value").is_empty(),
            "{next}"
        );
        let fields = [("name", "ada"), ("password", PASSWORD), ("next", next)];
        let signed = visitor.post("/account/sign-in", &fields).await;
        assert_eq!(location(&signed), "/organize?lang=en", "{next}");
    }
}

#[tokio::test]
async fn what_another_site_sends_in_somebodys_name_is_refused() {
    let instance = Instance::with_draft().await;
    let ada = instance.person("ada").await;
    let send = async |path: &str, header: &str, value: &str| {
        let request = ada.client.post(ada.url(path)).header(header, value);
        let sent = request.form(&[("step", "ask-seal")]).send().await;
        read(sent.unwrap()).await
    };
    for path in [WAVE, "/account/sign-in", "/account/sign-out"] {
        let hostile = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ];
        for (header, value) in hostile {
            let (status, page) = send(path, header, value).await;
            assert_eq!(status, 403, "{path} {header}: {value}");
            assert!(page.main().contains("came from another site"));
        }
    }
    let page = ada.page(WAVE).await;
    assert!(page.main().contains("Ask for the seal"), "nothing was done");
    let (status, _) = send(WAVE, "origin", "http://localhost").await;
    assert_eq!(status, 303, "the public address is no other site");
    let (status, _) = send(WAVE, "sec-fetch-site", "same-origin").await;
    assert_eq!(status, 303);
}

#[tokio::test]
async fn an_empty_instance_says_how_to_begin() {
    let instance = Instance::empty().await;
    let page = instance.person("ada").await.page("/organize").await;
    let ways = page.values("main a", "href");
    assert_eq!(ways, ["/data?lang=en", "/design?lang=en"]);
    let page = instance.person("eve").await.page("/organize").await;
    assert!(
        page.values("main a", "href").is_empty(),
        "an evaluator begins no wave"
    );
}

#[tokio::test]
async fn residents_pages_know_nothing_of_who_has_signed_in() {
    let instance = Instance::with_draft().await;
    let slug = instance.slug();
    let (app, ada, ben) = (&instance.app, &instance.ada, &instance.ben);
    waves::ask_seal(app, ada, &slug).await.unwrap();
    waves::confirm_seal(app, ben, &slug).await.unwrap();
    sampling::draw_sample(app, ada, &slug, "a b c")
        .await
        .unwrap();
    waves::open(app, ada, &slug).await.unwrap();
    instance.set_time("2026-12-02T10:00");
    let person = instance.person("ada").await;
    for path in ["/", "/s/2026q4", "/s/2026q4/140321"] {
        let answer = person.get(path).await;
        assert!(!answer.headers().contains_key("set-cookie"), "{path}");
        let (status, page) = read(answer).await;
        assert_eq!(status, 200, "{path}");
        assert!(page.texts(".staffbar").is_empty(), "{path}");
        assert!(!page.main().contains("ada"), "{path}");
    }
}

/// Sends a step and expects this status.
async fn step(person: &Visitor, fields: &[(&str, &str)], wanted: u16) -> String {
    let answer = person.post(WAVE, fields).await;
    if wanted == 303 {
        assert_eq!(location(&answer), "/organize/2026q4?lang=en", "{fields:?}");
    }
    let (status, page) = read(answer).await;
    assert_eq!(status, wanted, "{fields:?}: {}", page.main());
    page.texts(".errors p, .errors li").join("\n")
}

/// The button that the page offers, if it offers one.
async fn offered(person: &Visitor) -> Vec<String> {
    let page = person.page(WAVE).await;
    page.values("button[name=step]", "value")
}

/// The state that the page marks.
async fn state(person: &Visitor) -> String {
    person.page(WAVE).await.texts(".way .now").concat()
}

#[tokio::test]
async fn two_people_take_a_wave_from_draft_to_published_by_its_page_alone() {
    let instance = Instance::with_draft().await;
    let (ada, ben) = (instance.person("ada").await, instance.person("ben").await);
    let eve = instance.person("eve").await;
    assert_eq!(offered(&ada).await, ["ask-seal"]);
    step(&ada, &[("step", "ask-seal")], 303).await;
    assert!(offered(&ada).await.is_empty(), "who asked cannot confirm");
    let alone = step(&ada, &[("step", "confirm-seal")], 422).await;
    assert!(!alone.is_empty());
    assert!(
        ben.page(WAVE)
            .await
            .main()
            .contains("ada asked for the seal")
    );
    assert_eq!(offered(&ben).await, ["confirm-seal"]);
    step(&ben, &[("step", "confirm-seal")], 303).await;
    assert_eq!(state(&ada).await, "Sealed");

    let missing = step(&ada, &[("step", "draw"), ("seed", " ")], 422).await;
    assert!(missing.contains("public text"), "{missing}");
    let codes = draw(&ada).await;
    let page = ada.page(WAVE).await;
    assert_eq!(page.texts(".way .now").concat(), "Drawn");
    // Rounding at random moves the planned number by a few.
    assert!(codes.len().abs_diff(INVITATIONS) < 20);
    let issued = page.texts(".progress tfoot td")[0].replace(',', "");
    assert_eq!(issued, codes.len().to_string());
    step(&ada, &[("step", "open")], 303).await;

    instance.set_time("2026-12-02T10:00");
    for (place, line) in codes.iter().take(25).enumerate() {
        answer(&instance, place, line).await;
    }
    // The sessions ended meanwhile.
    ada.sign_in("ada").await;
    eve.sign_in("eve").await;
    let page = eve.page(WAVE).await;
    let used = page.texts(".progress tbody td:nth-of-type(2)");
    assert_eq!(used, ["20", "0"], "in steps, and nothing between");
    assert!(page.values("button[name=step]", "value").is_empty());
    assert_eq!(offered(&ada).await, ["ask-close"]);
    let early = step(&ada, &[("step", "ask-close"), ("reason", "")], 422).await;
    assert!(!early.is_empty(), "an early close needs a reason");

    instance.set_time("2026-12-08T00:00");
    ada.sign_in("ada").await;
    ben.sign_in("ben").await;
    step(&ada, &[("step", "ask-close")], 303).await;
    step(&ada, &[("step", "confirm-close")], 422).await;
    assert_eq!(offered(&ben).await, ["confirm-close"]);
    step(&ben, &[("step", "confirm-close")], 303).await;
    let page = ben.page(WAVE).await;
    assert_eq!(page.texts(".way .now").concat(), "Closed");
    let links = page.values("main a", "href");
    assert!(
        links.contains(&"/results/2026q4?lang=en".to_owned()),
        "{links:?}"
    );
    assert_eq!(
        page.texts(".progress tfoot td")[1],
        "25",
        "all of them, after the close"
    );
    let refused = step(&ben, &[("step", "publish")], 422).await;
    assert!(refused.contains("2. Sponsor and conductor"), "{refused}");
    assert!(refused.contains("5. Sample and recruitment"), "{refused}");
    assert_eq!(refused.matches("Empty:").count(), 2, "{refused}");
    let fields = [
        ("sponsor-zh-CN", "平安办"),
        ("sponsor-en", "The office"),
        ("conductor-zh-CN", "统计局"),
        ("conductor-en", "The bureau"),
        ("recruitment-zh-CN", "信函"),
        ("recruitment-en", "By letter"),
    ];
    let imprint = format!("{WAVE}/imprint");
    let said = ben.post(&imprint, &fields).await;
    assert_eq!(said.status(), StatusCode::SEE_OTHER);
    step(&ben, &[("step", "publish")], 303).await;
    let late = ben.post(&imprint, &fields).await;
    assert_eq!(late.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let fixed = ben.page(&imprint).await;
    assert!(fixed.main().contains("The bureau") && fixed.texts("textarea").is_empty());
    assert_eq!(state(&ada).await, "Published");
    assert!(offered(&ada).await.is_empty());
    let events = ada.page(WAVE).await.texts(".events td:last-child");
    let wanted = [
        "Result published by ben",
        "Result calculated and stored",
        "Close confirmed by ben",
        "Close asked for by ada",
        "Fieldwork opened by ada",
        "Sample drawn by ada",
        "Seal confirmed by ben",
        "Seal asked for by ada",
        "Made by ada",
    ];
    assert_eq!(events, wanted);
    let list = ada.page("/organize").await.texts("tbody td");
    assert!(list.concat().contains("Published"), "{list:?}");
}

/// Draws, checks that the codes are a file that nothing keeps, and gives its lines.
async fn draw(person: &Visitor) -> Vec<String> {
    let fields = [("step", "draw"), ("seed", "03 11 12 19 28 33 + 07")];
    file(person, &fields).await
}

/// Takes a step whose answer is a file of codes.
async fn file(person: &Visitor, fields: &[(&str, &str)]) -> Vec<String> {
    let file = person.post(WAVE, fields).await;
    assert_eq!(file.status(), StatusCode::OK);
    let header = |name: &str| file.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8");
    let wanted = "attachment; filename=\"codes-2026q4.csv\"";
    assert_eq!(header("content-disposition"), wanted);
    assert_eq!(header("cache-control"), "no-store");
    let text = file.text().await.unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("code,county,stratum,community,part,link")
    );
    lines.map(str::to_owned).collect()
}

/// A resident sends a short but whole answer with the code of a line.
async fn answer(instance: &Instance, place: usize, line: &str) {
    let mut columns = line.split(',');
    let code = columns.next().unwrap();
    let county = columns.next().unwrap();
    let instance_id = format!("{place:032x}");
    let fields = [
        ("_instance", instance_id.as_str()),
        ("_direction", "0"),
        ("_fast", ""),
        ("_code", code),
        ("s1", "4"),
        ("s2", "60up"),
        ("q1", "3"),
        ("q2", "2"),
        ("d1", "female"),
    ];
    let resident = instance.visitor();
    let (status, page) = read(resident.post(&format!("/s/2026q4/{county}"), &fields).await).await;
    assert_eq!(status, 200, "{}", page.main());
}

#[tokio::test]
async fn codes_are_handed_out_once() {
    let instance = Instance::with_draft().await;
    let slug = instance.slug();
    let (app, first, second) = (&instance.app, &instance.ada, &instance.ben);
    waves::ask_seal(app, first, &slug).await.unwrap();
    waves::confirm_seal(app, second, &slug).await.unwrap();
    let ada = instance.person("ada").await;
    let warning = ada.page(WAVE).await.main();
    assert!(warning.contains("It is the only time"), "said beforehand");
    let codes = draw(&ada).await;
    let again = [("step", "draw"), ("seed", "03 11 12 19 28 33 + 07")];
    let answer = ada.post(WAVE, &again).await;
    assert_eq!(answer.status().as_u16(), 409);
    assert!(!answer.headers().contains_key("content-disposition"));
    let text = answer.text().await.unwrap();
    let code = codes[0].split(',').next().unwrap();
    assert!(!text.contains(code));
    assert!(!ada.get(WAVE).await.text().await.unwrap().contains(code));
}

#[tokio::test]
async fn lost_codes_are_replaced_until_fieldwork_opens_and_the_earlier_ones_are_worth_nothing() {
    let instance = Instance::with_draft().await;
    let slug = instance.slug();
    let (app, first, second) = (&instance.app, &instance.ada, &instance.ben);
    waves::ask_seal(app, first, &slug).await.unwrap();
    let early = instance.visitor().get("/s/2026q4/140321").await;
    assert_eq!(
        early.status(),
        404,
        "before the draw nobody hears of a wave"
    );
    waves::confirm_seal(app, second, &slug).await.unwrap();
    let ada = instance.person("ada").await;
    let lost = draw(&ada).await;
    assert!(ada.page(WAVE).await.main().contains("becomes useless"));
    let made = file(&ada, &[("step", "reissue")]).await;
    let places = |codes: &[String]| -> Vec<String> {
        let rest = codes.iter().map(|line| line.split(',').skip(1).take(4));
        rest.map(|columns| columns.collect::<Vec<_>>().join(","))
            .collect()
    };
    assert_eq!(places(&made), places(&lost), "the same sample");
    assert_ne!(made, lost);
    let events = ada.page(WAVE).await.texts(".events td:last-child");
    assert!(events.contains(&"Codes replaced by other codes, by ada".to_owned()));
    step(&ada, &[("step", "open")], 303).await;
    let late = step(&ada, &[("step", "reissue")], 409).await;
    assert!(!late.is_empty());
    instance.set_time("2026-12-02T10:00");
    answer(&instance, 0, &made[0]).await;
    let mut columns = lost[1].split(',');
    let (code, county) = (columns.next().unwrap(), columns.next().unwrap());
    let fields = [
        ("_instance", "00000000000000000000000000000009"),
        ("_direction", "0"),
        ("_fast", ""),
        ("_code", code),
        ("s1", "0"),
    ];
    let refused = instance
        .visitor()
        .post(&format!("/s/2026q4/{county}"), &fields)
        .await;
    assert_eq!(refused.status(), 422);
    let elsewhere = instance.visitor().get("/s/2026q4/140399").await;
    assert_eq!(elsewhere.status(), 404);
}

#[tokio::test]
async fn an_interrupted_close_is_taken_up_again_by_the_page() {
    let instance = Instance::with_draft().await;
    let slug = instance.slug();
    let (app, first, second) = (&instance.app, &instance.ada, &instance.ben);
    waves::ask_seal(app, first, &slug).await.unwrap();
    waves::confirm_seal(app, second, &slug).await.unwrap();
    sampling::draw_sample(app, first, &slug, "a b c")
        .await
        .unwrap();
    waves::open(app, first, &slug).await.unwrap();
    instance.set_time("2026-12-08T10:00");
    let before = waves::ask_close(app, first, &slug, None).await.unwrap();
    // The confirmation was stored, and then the machine stopped.
    let confirmation = Act {
        by: second.id,
        at: app.clock.now(),
    };
    let after = before.confirm_close(confirmation).unwrap();
    let mut tx = app.office.0.begin_write("interrupt").await.unwrap();
    let stored = wave::update(&mut tx.conn(), &after, WaveState::Open).await;
    assert!(stored.unwrap());
    tx.commit().await.unwrap();
    let ada = instance.person("ada").await;
    assert_eq!(state(&ada).await, "Closing");
    assert_eq!(offered(&ada).await, ["finish"]);
    step(&ada, &[("step", "finish")], 303).await;
    assert_eq!(state(&ada).await, "Closed");
    let late = step(&ada, &[("step", "confirm-close")], 409).await;
    assert!(late.contains("closed"), "{late}");
}

#[tokio::test]
async fn a_wave_that_is_not_there_and_a_step_that_no_wave_takes_are_refused() {
    let instance = Instance::with_draft().await;
    let ada = instance.person("ada").await;
    for path in ["/organize/none", "/organize/NONE", "/organize/a%2fb"] {
        assert_eq!(ada.get(path).await.status().as_u16(), 404, "{path}");
        let answer = ada.post(path, &[("step", "open")]).await;
        assert_eq!(answer.status().as_u16(), 404, "{path}");
    }
    let answer = ada.post(WAVE, &[("step", "burn")]).await;
    assert_eq!(answer.status().as_u16(), 400);
    let late = step(&ada, &[("step", "publish")], 409).await;
    assert!(late.contains("draft"), "{late}");
}

#[tokio::test]
async fn an_evaluator_applies_the_standard_to_a_closed_wave_and_an_organizer_cannot() {
    let instance = Instance::with_draft().await;
    let slug = instance.slug();
    let (app, first, second) = (&instance.app, &instance.ada, &instance.ben);
    let apply = [("step", "apply-standard")];
    let eve = instance.person("eve").await;
    assert!(!step(&eve, &apply, 409).await.is_empty(), "not closed yet");
    waves::ask_seal(app, first, &slug).await.unwrap();
    waves::confirm_seal(app, second, &slug).await.unwrap();
    sampling::draw_sample(app, first, &slug, "a b c")
        .await
        .unwrap();
    waves::open(app, first, &slug).await.unwrap();
    instance.set_time("2026-12-08T10:00");
    waves::ask_close(app, first, &slug, None).await.unwrap();
    close::confirm_close(app, second, &slug).await.unwrap();

    eve.sign_in("eve").await;
    let page = eve.page(WAVE).await;
    assert!(page.main().contains("No standard has been applied"));
    assert_eq!(
        page.values("button[name=step]", "value"),
        ["apply-standard"]
    );
    let missing = step(&eve, &apply, 409).await;
    assert!(
        missing.contains("No standard has been imported"),
        "{missing}"
    );
    let account = app.accounts.list().await.unwrap();
    let evaluator = account.iter().find(|a| a.name.as_str() == "eve").unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/standards/yangquan-2004.toml");
    let text = std::fs::read_to_string(path).unwrap();
    evaluate::import_standard(app, evaluator, &text)
        .await
        .unwrap();
    let done = eve.post(WAVE, &apply).await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&done), "/results/2026q4?lang=en");
    let page = eve.page(WAVE).await.main();
    assert!(page.contains("The standard was applied to this result on 8 December 2026"));
    assert!(evaluate::of_wave(app, &slug).await.unwrap().is_some());

    let ada = instance.person("ada").await;
    assert_eq!(offered(&ada).await, ["publish"]);
    step(&ada, &apply, 403).await;
}
