//! The audit log: chained, searched, exported; what was changed behind its back is noticed.

use minyi::service::audit::{link_all, verify};
use minyi::service::{sampling, waves};
use minyi::storage::office::audit::{self, Search};
use minyi::survey::audit::FIRST;
use minyi::survey::ids::AuditId;
use minyi::survey::role::Role;
use minyi::survey::time::Instant;

use crate::support::instance::{Instance, account, read};
use crate::support::{Stores, on_both};

async fn latest(
    stores: &Stores,
    most: u32,
) -> Vec<(minyi::survey::audit::Entry, Option<audit::Link>)> {
    let search = Search {
        text: String::new(),
        from: Instant::from_micros(0),
        before: (
            Instant::from_micros(i64::MAX),
            AuditId::new(Instant::from_micros(0), [0; 10]),
        ),
        most,
    };
    let mut tx = stores.office.0.begin_read("look").await.unwrap();
    audit::search(&mut tx.conn(), &search).await.unwrap()
}

async fn write(stores: &Stores, count: u8) {
    use minyi::survey::audit::Entry;
    for n in 0..count {
        let at = Instant::from_micros(1_700_000_000_000_000 + i64::from(n));
        let detail = serde_json::json!({ "n": n, "share": 0.1 });
        let entry = Entry::by_console(at, [n; 10], "tested", "wave x", detail);
        let mut tx = stores.office.0.begin_write("write").await.unwrap();
        audit::insert(&mut tx.conn(), &entry).await.unwrap();
        tx.commit().await.unwrap();
    }
}

on_both! {
    async fn every_entry_is_tied_to_all_before_it(stores) {
        assert_eq!(verify(&stores.office).await.unwrap().head, FIRST);
        write(&stores, 7).await;
        link_all(&stores.office).await.unwrap();
        link_all(&stores.office).await.unwrap();
        let chain = verify(&stores.office).await.unwrap();
        assert_eq!((chain.entries, chain.broken), (7, None));
        let entries = latest(&stores, 100).await;
        assert_eq!(entries[0].1.unwrap().digest, chain.head);
        let numbers: Vec<u64> = entries.iter().rev().map(|(_, link)| link.unwrap().number).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
        // By hand, from the first on.
        let mut link = FIRST;
        for (entry, place) in entries.iter().rev() {
            link = entry.link(&link);
            assert_eq!(place.unwrap().digest, link);
        }
    }

    async fn who_chains_at_the_same_moment_makes_one_chain(stores) {
        write(&stores, 40).await;
        let all = (0..6).map(|_| link_all(&stores.office));
        for done in futures_util::future::join_all(all).await {
            done.unwrap();
        }
        link_all(&stores.office).await.unwrap();
        let chain = verify(&stores.office).await.unwrap();
        assert_eq!((chain.entries, chain.broken), (40, None));
    }
}

#[tokio::test]
async fn what_is_changed_behind_the_triggers_is_noticed_at_its_place() {
    let stores = Stores::sqlite().await;
    write(&stores, 5).await;
    link_all(&stores.office).await.unwrap();
    let file = stores.folder.path().join("office.sqlite");
    let change = |sql: &str| {
        let conn = rusqlite::Connection::open(&file).unwrap();
        conn.execute_batch(sql).unwrap_err();
        let name = if sql.starts_with("DELETE") {
            "audit_keeps_rows"
        } else {
            "audit_keeps_values"
        };
        conn.execute_batch(&format!("PRAGMA foreign_keys = OFF; DROP TRIGGER {name};"))
            .unwrap();
        conn.execute_batch(sql).unwrap();
    };
    change("UPDATE audit SET actor = 'nobody' WHERE detail LIKE '%\"n\":2%'");
    assert_eq!(verify(&stores.office).await.unwrap().broken, Some(3));
    change("DELETE FROM audit WHERE detail LIKE '%\"n\":1%'");
    assert_eq!(verify(&stores.office).await.unwrap().broken, Some(2));
}

#[tokio::test]
async fn an_auditor_finds_what_was_done_and_saves_it() {
    let instance = Instance::with_draft().await;
    let app = &instance.app;
    account(app, "abe", Role::Auditor).await;
    waves::ask_seal(app, &instance.ada, &instance.slug())
        .await
        .unwrap();
    waves::confirm_seal(app, &instance.ben, &instance.slug())
        .await
        .unwrap();
    sampling::draw_sample(app, &instance.ada, &instance.slug(), "a b c")
        .await
        .unwrap();
    let abe = instance.person("abe").await;
    let page = abe.page("/audit").await;
    let said = page.texts(".audit tbody th");
    assert!(
        said.iter().any(|one| one.starts_with("Signed in")),
        "{said:?}"
    );
    assert!(page.texts(".staffbar a").contains(&"Log".to_owned()));
    let find = async |query: &str| {
        let url = format!("{}&{query}", abe.url("/audit"));
        let (status, page) = read(abe.client.get(url).send().await.unwrap()).await;
        assert_eq!(status, 200);
        page
    };
    let page = find("q=DRAW").await;
    assert_eq!(page.texts(".audit tbody th").len(), 1);
    assert!(page.texts(".audit code.full")[0].contains("\"seed_text\":\"a b c\""));
    assert!(
        find("q=nothing+of+the+kind")
            .await
            .main()
            .contains("Nothing was found")
    );
    assert!(
        find("from=2030-01-01")
            .await
            .main()
            .contains("Nothing was found")
    );
    assert!(find("from=soon").await.main().contains("This is no day"));
    let whole = abe.get("/audit/export").await.text().await.unwrap();
    let mut reader = csv::Reader::from_reader(whole.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let actions: Vec<&str> = rows.iter().map(|row| &row[3]).collect();
    assert!(actions.contains(&"confirm_seal") && actions.contains(&"create_account"));
    assert!(
        rows.iter().all(|row| row[8].len() == 64),
        "every entry has its link"
    );
    let ada = instance.person("ada").await;
    assert_eq!(ada.get("/audit").await.status().as_u16(), 403);
    assert!(
        !ada.page("/organize")
            .await
            .texts(".staffbar a")
            .contains(&"Log".to_owned())
    );
}

#[tokio::test]
async fn a_long_log_has_pages_that_leave_nothing_out() {
    let instance = Instance::empty().await;
    account(&instance.app, "abe", Role::Auditor).await;
    let abe = instance.person("abe").await;
    for n in 0..250_u32 {
        let at = Instant::from_micros(1_600_000_000_000_000 + i64::from(n / 7));
        let mut random = [0; 10];
        random[..4].copy_from_slice(&n.to_be_bytes());
        let entry = minyi::survey::audit::Entry::by_console(
            at,
            random,
            "tested",
            format!("n{n:03}"),
            serde_json::Value::Null,
        );
        let mut tx = instance.app.office.0.begin_write("write").await.unwrap();
        audit::insert(&mut tx.conn(), &entry).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut url = format!("{}&q=tested", abe.url("/audit"));
    let mut seen = std::collections::BTreeSet::new();
    for wanted in [100, 100, 50] {
        let (_, page) = read(abe.client.get(url.as_str()).send().await.unwrap()).await;
        let subjects = page.texts(".audit tbody th .small");
        assert_eq!(subjects.len(), wanted);
        seen.extend(subjects);
        let more = page.values(".after a", "href");
        let next = more
            .iter()
            .find(|href| href.contains("before="))
            .cloned()
            .unwrap_or_default();
        url = format!("{}{next}", instance.site);
    }
    assert_eq!(seen.len(), 250);
}
