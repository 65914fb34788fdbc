//! The plan on its page: everything that a seal fixes, in words, with the text that is hashed.

use minyi::service::waves;
use sha2::{Digest as _, Sha256};

use crate::support::instance::{Instance, location};

const PAGE: &str = "/organize/2026q4/plan";

#[tokio::test]
async fn whoever_confirms_a_seal_can_read_what_it_fixes() {
    let instance = Instance::with_draft().await;
    let ben = instance.person("ben").await;
    let wave = ben.page("/organize/2026q4").await;
    let links = wave.values(".after a", "href");
    assert!(links.contains(&format!("{PAGE}?lang=en")), "{links:?}");
    let page = ben.page(PAGE).await;
    // The text whose digest stands beside it, and which the seal puts into the audit log.
    let text = page.texts("main > details code");
    let digest = hex::encode(Sha256::digest(text[0].as_bytes()));
    assert!(page.texts(".digests code.full").contains(&digest));
    let main = page.main();
    for sentence in [
        "What counts: Very satisfied, Fairly satisfied.",
        "“Can’t say” stays in the denominator",
        "The threshold is 90%.",
        "percentiles 1 and 99",
        "There is no earlier wave",
        "Forms that took less than 30 seconds are marked.",
        "The scale is shown the other way round to half of the residents.",
        "Asked only when",
    ] {
        assert!(main.contains(sentence), "{sentence}: {main}");
    }
    let rows = page.texts("table.progress tbody tr td");
    assert_eq!(rows, ["16", "800", "16", "800"]);
    // Every item and option of the questionnaire is there.
    let mut tx = instance.app.office.0.begin_read("wave").await.unwrap();
    let conn = &mut tx.conn();
    let slug = instance.slug();
    let wave = minyi::storage::office::wave::find_by_slug(conn, &slug);
    let wave = wave.await.unwrap().unwrap();
    let form = minyi::storage::office::questionnaire::get(conn, &wave.questionnaire);
    let form = form.await.unwrap();
    drop(tx);
    let options: usize = form.items.iter().map(|item| item.options.len()).sum();
    assert_eq!(page.texts(".questions > li").len(), form.items.len());
    assert_eq!(page.texts(".questions ul li").len(), options);
    waves::ask_seal(&instance.app, &instance.ada, &instance.slug())
        .await
        .unwrap();
    waves::confirm_seal(&instance.app, &instance.ben, &instance.slug())
        .await
        .unwrap();
    assert!(
        ben.page(PAGE)
            .await
            .main()
            .contains("Sealed on 25 November 2026")
    );
}

#[tokio::test]
async fn a_draft_is_removed_and_what_is_sealed_stays() {
    let instance = Instance::with_draft().await;
    let ada = instance.person("ada").await;
    let eve = instance.person("eve").await;
    let remove = [("step", "remove")];
    assert_eq!(
        eve.post("/organize/2026q4", &remove)
            .await
            .status()
            .as_u16(),
        403
    );
    let gone = ada.post("/organize/2026q4", &remove).await;
    assert_eq!(location(&gone), "/organize?lang=en");
    assert_eq!(ada.get("/organize/2026q4").await.status().as_u16(), 404);
    // The name is free again.
    let other = Instance::with_draft().await;
    let (app, slug) = (&other.app, other.slug());
    waves::ask_seal(app, &other.ada, &slug).await.unwrap();
    waves::confirm_seal(app, &other.ben, &slug).await.unwrap();
    let ada = other.person("ada").await;
    let refused = ada.post("/organize/2026q4", &remove).await;
    assert_eq!(refused.status().as_u16(), 409);
    assert_eq!(ada.get("/organize/2026q4").await.status().as_u16(), 200);
}
