//! The questionnaire pages without script: begun, written, refused, brought, taken along.

use minyi::service::xlsform;
use minyi::survey::questionnaire::Questionnaire;
use minyi::survey::role::Role;

use super::{default, spec};
use crate::support::instance::{Instance, Sheet, Visitor, account, location, read};

/// Begins a version of this name and gives its address.
async fn begin(who: &Visitor, name: &str) -> String {
    let fields = [("origin", "default"), ("name", name)];
    let sent = who.post("/questionnaires", &fields).await;
    assert_eq!(sent.status().as_u16(), 303);
    location(&sent).split('?').next().unwrap().to_owned()
}

/// Sends a form and says where it ends.
async fn write(who: &Visitor, path: &str, fields: &[(&str, &str)]) -> String {
    let sent = who.post(path, fields).await;
    assert_eq!(sent.status().as_u16(), 303, "{path} {fields:?}");
    location(&sent).to_owned()
}

/// Sends a form that is refused.
async fn refused(who: &Visitor, path: &str, fields: &[(&str, &str)]) -> (u16, Sheet) {
    read(who.post(path, fields).await).await
}

async fn bring(who: &Visitor, name: &str, bytes: &[u8]) -> (u16, Sheet) {
    read(
        who.post_file("/questionnaires/file", &[], (name, bytes))
            .await,
    )
    .await
}

const QUESTION: [(&str, &str); 13] = [
    ("marks", "yes"),
    ("text-0", "您信任社区民警吗？"),
    ("text-1", "Do you trust your community police?"),
    ("o0-code", "1"),
    ("o0-text-0", "信任"),
    ("o0-text-1", "Yes"),
    ("o0-approves", "yes"),
    ("o1-code", "2"),
    ("o1-text-0", "不信任"),
    ("o1-text-1", "No"),
    ("kind", "single"),
    ("if", "item:q1"),
    ("optional", "yes"),
];

#[tokio::test]
async fn a_question_is_written_with_buttons_alone() {
    let instance = Instance::empty().await;
    let ada = instance.person("ada").await;
    let list = ada.page("/questionnaires").await;
    let empty = "There is only the questionnaire that is built in";
    assert!(list.main().contains(empty), "{}", list.main());
    let place = begin(&ada, "own-2026").await;
    let page = ada.page(&place).await;
    assert_eq!(page.texts(".asked li").len(), 16);
    assert!(page.main().contains("own-2026, version 1"));

    let fields = [
        ("revision", "1"),
        ("act", "add"),
        ("title-1", "A survey of ours"),
    ];
    let next = write(&ada, &place, &fields).await;
    assert!(
        next.contains("/items/14"),
        "{next}: before the residents' own data"
    );
    let item = format!("{place}/items/14");
    let page = ada.page(&item).await;
    assert_eq!(page.values("#id", "value"), ["q12"]);
    assert_eq!(page.texts(".problem").len(), 6, "each gap at its field");

    let fields = [&QUESTION[..], &[("revision", "2"), ("act", "add")]].concat();
    let next = write(&ada, &item, &fields).await;
    assert!(next.ends_with("#option-3"), "{next}");
    let page = ada.page(&item).await;
    assert_eq!(page.values("input[name$=-code]", "value"), ["1", "2", "3"]);
    assert_eq!(page.texts("textarea"), [QUESTION[1].1, QUESTION[2].1]);
    let needed = page.texts("#if-problem");
    assert!(needed[0].contains("something is needed"), "{needed:?}");
    let marked = page.values("input[checked]", "name");
    assert_eq!(marked, ["o0-approves", "optional"]);
    assert_eq!(page.values("input[name^=if-code-]", "name").len(), 6);

    let more = [
        ("revision", "3"),
        ("if-was", "q1"),
        ("if-code-1", "yes"),
        ("o2-code", "8"),
        ("o2-text-0", "说不清"),
        ("o2-text-1", "Can't say"),
        ("o2-undecided", "yes"),
        ("act", "up-2"),
    ];
    write(&ada, &item, &[&QUESTION[..], &more].concat()).await;
    let page = ada.page(&item).await;
    assert_eq!(page.values("input[name$=-code]", "value"), ["1", "8", "2"]);
    let left = page.texts(".problem");
    assert!(left.is_empty(), "{left:?}");

    let toml = ada.get(&format!("{place}/export/toml")).await;
    let written = Questionnaire::from_toml(&toml.text().await.unwrap()).unwrap();
    assert_eq!(written.items.len(), 17);
    assert_eq!(written.item("q12").unwrap().options.len(), 3);
    write(&ada, &place, &[("revision", "4"), ("act", "up-13")]).await;
    assert_eq!(ada.page(&place).await.texts(".asked li b")[12], "q12");
    let item = format!("{place}/items/13");
    write(&ada, &item, &[("revision", "5"), ("act", "remove")]).await;
    assert_eq!(ada.page(&place).await.texts(".asked li").len(), 16);
}

#[tokio::test]
async fn what_residents_would_see_is_shown_and_cannot_be_sent() {
    let instance = Instance::empty().await;
    let ada = instance.person("ada").await;
    let place = begin(&ada, "own-2026").await;
    let preview = format!("{place}/preview");
    let seen = ada.get(&preview).await;
    let policy = &seen.headers()["content-security-policy"];
    let policy = policy.to_str().unwrap().to_owned();
    for wanted in [
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ] {
        assert!(policy.contains(wanted), "{policy}");
    }
    assert!(!policy.contains("connect-src"), "{policy}");
    let (_, seen) = read(seen).await;
    let q1 = "3Overall, are you satisfied or dissatisfied with public safety and order in Example County at present?";
    assert_eq!(seen.texts("#s-q1 legend"), [q1]);
    let turned = format!("{}&arm=1", ada.url(&preview));
    let (_, turned) = read(ada.client.get(turned).send().await.unwrap()).await;
    assert_eq!(turned.texts("#s-q1 label")[0], "Very dissatisfied");
    assert_eq!(seen.texts("#s-q1 label")[0], "Very satisfied");
    let typed = [("place", "2"), ("text-1", "Something else?")];
    let (status, typed) = refused(&ada, &preview, &typed).await;
    assert_eq!(status, 200);
    assert_eq!(typed.texts("#s-q1 legend"), ["3Something else?"]);
    let stored = ada.page(&format!("{place}/items/3")).await;
    let kept = &stored.texts("textarea")[1];
    assert!(
        kept.starts_with("Overall"),
        "{kept}: looking stores nothing"
    );
    let page = ada.get(&place).await;
    let policy = &page.headers()["content-security-policy"];
    assert!(policy.to_str().unwrap().contains("frame-src 'self'"));
}

#[tokio::test]
async fn a_refusal_keeps_what_was_typed_and_a_change_in_between_is_said() {
    let instance = Instance::empty().await;
    let (ada, ben) = (instance.person("ada").await, instance.person("ben").await);
    let place = begin(&ada, "own").await;
    let fields = [
        ("revision", "1"),
        ("text-1", "What is it?"),
        ("max", "three"),
        ("o0-code", "1"),
    ];
    let (status, page) = refused(&ada, &format!("{place}/items/11"), &fields).await;
    assert_eq!(status, 422);
    assert_eq!(page.values("#max", "value"), ["three"]);
    assert_eq!(page.texts("textarea")[1], "What is it?");
    assert!(page.texts(".errors li")[0].contains("whole number"));
    let heading = |words| [("revision", "1"), ("title-1", words)];
    write(&ben, &place, &heading("Ben's heading")).await;
    let (status, page) = refused(&ada, &place, &heading("Ada's heading")).await;
    assert_eq!(status, 409);
    assert_eq!(page.values("#title-1", "value"), ["Ada's heading"]);
    let revision = page.values("form[data-preview] input[name=revision]", "value");
    assert_eq!(revision, ["2"], "saving again is her decision");
    assert!(page.texts(".errors li")[0].contains("Somebody else"));
    let fields = [("origin", "default"), ("name", "Our Name")];
    let (status, page) = refused(&ada, "/questionnaires", &fields).await;
    assert_eq!(status, 422);
    assert_eq!(page.values("#name", "value"), ["Our Name"]);
}

#[tokio::test]
async fn changed_words_are_said_to_break_comparison_and_a_reader_has_no_form() {
    let instance = Instance::empty().await;
    let ada = instance.person("ada").await;
    let place = begin(&ada, "default-2026").await;
    let item = format!("{place}/items/3");
    write(
        &ada,
        &item,
        &[("revision", "1"), ("text-1", "Are you content?")],
    )
    .await;
    let page = ada.page(&place).await;
    assert!(page.main().contains("default-2026, version 2"));
    let said = page.texts("[aria-labelledby=changes-title] li");
    let wanted = "q1: other words, options, marks or direction than before. It cannot be compared with earlier waves.";
    assert_eq!(said, [wanted]);
    assert_eq!(ada.page(&item).await.texts(".note"), [wanted]);
    account(&instance.app, "uma", Role::Auditor).await;
    let uma = instance.person("uma").await;
    assert!(uma.page(&place).await.texts("main form").is_empty());
    assert!(uma.page(&item).await.texts("main button").is_empty());
    let denied = uma.post(&place, &[("revision", "2"), ("title-1", "x")]);
    assert_eq!(denied.await.status().as_u16(), 403);
    let built_in = "/questionnaires/default";
    let page = ada.page(built_in).await;
    assert!(page.main().contains("Make a new version"));
    let denied = ada.post(built_in, &[("title-1", "x")]).await;
    assert_eq!(denied.status().as_u16(), 403);
}

#[tokio::test]
async fn a_file_comes_in_whole_or_is_named_with_all_its_problems() {
    let instance = Instance::empty().await;
    let ada = instance.person("ada").await;
    let good = xlsform::workbook(&default()).unwrap();
    let file = ("form.xlsx", good.as_slice());
    let sent = ada.post_file("/questionnaires/file", &[], file).await;
    assert_eq!(sent.status().as_u16(), 303);
    let place = location(&sent).split('?').next().unwrap().to_owned();
    let page = ada.page(&place).await;
    assert!(page.main().contains("default-2026, version 2"));
    let differs = page.texts("[aria-labelledby=changes-title]");
    assert!(differs.is_empty(), "{differs:?}");
    let back = ada.get(&format!("{place}/export/xlsx")).await;
    let name = &back.headers()["content-disposition"];
    assert_eq!(name, "attachment; filename=\"default-2026-2.xlsx\"");
    let back = xlsform::document(&back.bytes().await.unwrap()).unwrap();
    assert_eq!(back.items, spec().items);

    let toml = default().to_toml();
    let toml = toml.replace("id = \"q2\"", "id = \"q2\"\nhint = 1");
    let (status, page) = bring(&ada, "form.toml", toml.as_bytes()).await;
    let said = page.texts(".errors li");
    assert!(status == 422 && said[0].contains("q2"), "{said:?}");
    let (status, page) = bring(&ada, "", b"").await;
    let said = page.texts(".errors li");
    assert!(
        status == 422 && said[0].contains("choose a file"),
        "{said:?}"
    );
    let list = ada.page("/questionnaires").await;
    assert_eq!(list.texts("tbody tr").len(), 2, "nothing of them came in");
}

#[tokio::test]
async fn a_wave_asks_the_version_that_was_chosen_for_it() {
    let instance = Instance::with_draft().await;
    let ada = instance.person("ada").await;
    let place = begin(&ada, "default-2026").await;
    let item = format!("{place}/items/3");
    let id = place.rsplit('/').next().unwrap();
    write(&ada, &item, &[("revision", "1"), ("text-1", "")]).await;
    let mut fields = vec![
        ("slug", "2027q1"),
        ("title_zh", "调查"),
        ("title_en", "Survey"),
        ("opens", "2027-03-01T00:00"),
        ("closes", "2027-03-20T20:00"),
        ("frame", "yangquan"),
        ("margins", "yangquan"),
        ("base", "2026q4"),
        ("questionnaire", id),
    ];
    let (status, page) = refused(&ada, "/design", &fields).await;
    let said = page.texts(".errors li");
    assert!(
        status == 422 && said[0].contains("not finished"),
        "{said:?}"
    );
    let chosen = page.values("#questionnaire option[selected]", "value");
    assert_eq!(chosen, [id]);
    let mended = [("revision", "2"), ("text-1", "Are you content?")];
    write(&ada, &item, &mended).await;
    write(&ada, "/design", &fields).await;
    let page = ada.page("/organize/2027q1").await;
    assert!(page.main().contains("q1: other words"), "{}", page.main());
    write(&ada, "/organize/2027q1", &[("step", "ask-seal")]).await;
    let page = ada.page(&place).await;
    assert!(page.texts(".crumb .tag")[0].contains("fixed"));
    assert!(page.main().contains("Make a new version"));
    let late = [("revision", "3"), ("title-1", "x")];
    let (status, page) = refused(&ada, &place, &late).await;
    assert_eq!(status, 409);
    assert!(page.texts(".errors li")[0].contains("A seal was asked for"));
    // With the questionnaire that is built in, nothing differs.
    fields.truncate(8);
    fields[0].1 = "2027q2";
    write(&ada, "/design", &fields).await;
    let page = ada.page("/organize/2027q2").await;
    let same = "Every question is worded as in the wave 2026q4";
    assert!(page.main().contains(same), "{}", page.main());
}
