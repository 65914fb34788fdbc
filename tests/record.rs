//! The public record of a wave: whoever has nothing but its files can check that nothing was left out,
//! changed or moved, and what was decided when.

use minyi::ledger::checkpoint::Checkpoint;
use minyi::ledger::proof::{Proof, goes_on};
use minyi::ledger::tile::{self, Kind};
use minyi::ledger::whole::Whole;
use minyi::service::app::App;
use minyi::service::batch::{Drain, run_batch};
use minyi::service::intake::IntakeError;
use minyi::service::intake::asked::{Use, was_used};
use minyi::service::story::{Contradiction, contradictions};
use minyi::service::{card_anew, close, intake, paper, release, waves};
use minyi::storage::Conn;
use minyi::survey::invitation::Code;
use minyi::survey::role::Role;
use serde_json::Value;

use crate::support::city::{City, submission, time};
use crate::support::instance::{Visitor, account, read, serve};
use crate::support::on_both;
use crate::wave::{answers, send};

/// Somebody who knows the address of a log and its key, and nothing else.
struct Observer {
    site: String,
    log: &'static str,
}

impl Observer {
    async fn get(&self, file: &str) -> (u16, Vec<u8>) {
        let url = format!("{}/log/2026q4/{}/{file}", self.site, self.log);
        let answer = reqwest::get(url).await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.bytes().await.unwrap().to_vec())
    }

    async fn text(&self, file: &str) -> String {
        let (status, bytes) = self.get(file).await;
        assert_eq!(status, 200, "{file}");
        String::from_utf8(bytes).unwrap()
    }

    async fn head(&self, app: &App) -> Checkpoint {
        let key = app.keys.signing().verifying_key();
        let head = Checkpoint::open(&self.text("checkpoint").await, &key).unwrap();
        let wanted = format!("/log/2026q4/{}", self.log);
        assert!(head.origin.ends_with(&wanted), "{}", head.origin);
        head
    }

    /// Every entry, by the bundles that a log of this size has.
    async fn entries(&self, size: u64) -> Vec<Vec<u8>> {
        let mut entries = Vec::new();
        for path in tile::lowest(Kind::Entries, size) {
            let (status, bytes) = self.get(&format!("tile/{}", path.write())).await;
            assert_eq!(status, 200, "{}", path.write());
            let bundle = tile::read_entries(&bytes).unwrap();
            assert_eq!(bundle.len(), path.width);
            entries.extend(bundle);
        }
        entries
    }
}

fn whole(entries: &[Vec<u8>]) -> Whole {
    Whole::of(entries.iter().map(Vec::as_slice))
}

/// The process log as JSON.
async fn events(observer: &Observer, app: &App) -> Vec<Value> {
    let head = observer.head(app).await;
    let entries = observer.entries(head.size).await;
    assert_eq!(whole(&entries).root(), head.root);
    let lines = observer.text("entries.txt").await;
    let bytes: Vec<u8> = entries.join(&b'\n');
    assert_eq!(lines.trim_end().as_bytes(), bytes);
    let read = |entry: &Vec<u8>| serde_json::from_slice(entry).unwrap();
    entries.iter().map(read).collect()
}

fn names(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|e| e["event"].as_str().unwrap())
        .collect()
}

on_both! {
    async fn an_observer_follows_a_wave_by_its_files_alone(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        city.import().await;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        let site = serve(app).await;
        let log = Observer { site: site.clone(), log: "1" };
        let process = Observer { site, log: "process" };
        assert_eq!(log.head(app).await.size, 0);
        let begun = events(&process, app).await;
        assert_eq!(names(&begun), ["sealed", "drawn", "opened"]);
        assert_eq!(begun[0]["plan"], hex::encode(drawn.wave.plan_digest));
        assert_eq!(begun[0]["closes_at"], "2026-10-23T12:00:00Z");
        assert_eq!(begun[1]["seed_text"], "4 2 6 1");
        let by_stratum = begun[1]["invitations_by_stratum"].as_object().unwrap();
        let sum: u64 = by_stratum.values().map(|n| n.as_u64().unwrap()).sum();
        assert_eq!(sum, 2000);
        let told = serde_json::to_string(&begun).unwrap();
        for name in ["ada", "ben", city.organizer.name.as_str()] {
            assert!(!told.contains(&format!("\"{name}\"")), "names nobody: {told}");
        }

        app.clock.set(time("2026-10-03T09:00"));
        let mut submissions = answers(&drawn);
        let rest = submissions.split_off(700);
        let kept = intake::submit(app, submissions[0].clone()).await.expect("a receipt");
        send(app, submissions).await;
        run_batch(app, drawn.wave.id, Drain::No).await.expect("a batch");
        let early = log.head(app).await;
        assert!(early.size >= 300, "{}", early.size);
        send(app, rest).await;
        city.close_wave(&drawn.wave.slug).await;
        let late = log.head(app).await;
        assert_eq!(late.size, 1334);

        let entries = log.entries(late.size).await;
        let tree = whole(&entries);
        assert_eq!(tree.root(), late.root);
        // The list for those without script is the same one, whole.
        let list: Vec<String> = entries.iter().map(hex::encode).collect();
        assert_eq!(log.text("entries.txt").await.lines().collect::<Vec<_>>(), list);
        // What was told before is still there, in its place.
        let path = tree.consistency(early.size, late.size).unwrap();
        assert!(goes_on(early.size, &early.root, late.size, &late.root, &path));
        // The hashes that are served are those of the entries, on both levels.
        for path in tile::lowest(Kind::Hashes(0), late.size) {
            let (_, bytes) = log.get(&format!("tile/{}", path.write())).await;
            let start = usize::try_from(path.start().unwrap()).unwrap();
            let hashes = &tree.leaves()[start..start + path.width];
            assert_eq!(tile::read_hashes(&bytes).unwrap(), hashes);
        }
        let (_, above) = log.get("tile/1/000.p/5").await;
        let above = Whole::of_hashes(tile::read_hashes(&above).unwrap());
        assert_eq!(above.size(), 1334 / 256);
        assert_eq!(above.leaves()[0], whole(&entries[..256]).root());
        // A receipt of the first day is proved, and holds without the service.
        let entry = kept.commitment.as_bytes().as_slice();
        let place = entries.iter().position(|e| e == entry).expect("the receipt is there") as u64;
        let proof = Proof {
            place,
            path: tree.inclusion(place, late.size).unwrap(),
            checkpoint: log.text("checkpoint").await,
        };
        let key = app.keys.signing().verifying_key();
        assert_eq!(proof.check(entry, &key), Ok(late.clone()));
        // What is not there yet, or no longer another log's, is not found.
        for (file, status) in [
            ("tile/0/005.p/55", 404),
            ("tile/entries/006", 404),
            ("tile/1/000", 404),
            ("tile/1/000.p/6", 404),
            ("tile/x/000", 404),
            ("tile/0/005.p/54", 200),
            ("tile/0/005.p/3", 200),
        ] {
            assert_eq!(log.get(file).await.0, status, "{file}");
        }
        let second = Observer { site: log.site.clone(), log: "2" };
        assert_eq!(second.get("checkpoint").await.0, 404);

        crate::support::published::state(app, &city.organizer, &drawn.wave.slug).await;
        release::publish(app, &city.organizer, &drawn.wave.slug).await.expect("published");
        let done = events(&process, app).await;
        assert_eq!(
            names(&done),
            ["sealed", "drawn", "opened", "closed", "result", "published"]
        );
        assert_eq!(done[..3], begun[..], "what was told stays as it was");
        assert_eq!(done[4]["answers"], 1334);
        assert_eq!(done[4]["root"], hex::encode(late.root));
        let imprint = done[5]["imprint"].as_str().unwrap();
        assert_eq!(imprint.len(), 64, "what the organizers said of the wave is fixed by its digest");
        // The printed report closes with the heads and with the digest of each event.
        let report = Visitor::at(&process.site).page("/results/2026q4/report").await;
        let head = process.head(app).await;
        let tree = whole(&process.entries(head.size).await);
        let mut wanted = vec![hex::encode(late.root), hex::encode(head.root)];
        let printed = report.texts(".digested code");
        assert_eq!(printed[..2], wanted[..]);
        wanted = tree.leaves().iter().map(hex::encode).collect();
        assert_eq!(printed[3..], wanted[..]);
    }
}

#[tokio::test]
async fn a_draft_has_no_record() {
    let instance = crate::support::instance::Instance::with_draft().await;
    let visitor = instance.visitor();
    let slug = instance.slug();
    for path in [
        format!("/check/{slug}"),
        format!("/log/{slug}/process/checkpoint"),
        format!("/log/{slug}/1/checkpoint"),
    ] {
        assert_eq!(visitor.get(&path).await.status().as_u16(), 404, "{path}");
    }
    let page = visitor.page("/check").await;
    let text = page.main();
    assert!(text.contains("No survey has a record yet"), "{text}");
}

on_both! {
    async fn whoever_holds_a_code_learns_after_the_close_whether_it_was_used(stores) {
        let city = City::new(&stores).await;
        let (app, ada) = (&city.app, &city.organizer);
        city.import().await;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        app.clock.set(time("2026-10-03T09:00"));
        let slug = &drawn.wave.slug;
        let [answered, silent, spoiled, exchanged, posted] = [0, 1, 2, 3, 4].map(|at| &drawn.tickets[at]);
        let yes: &[(&str, &str)] = &[("s1", "4"), ("q1", "2")];
        for ticket in [answered, exchanged] {
            intake::submit(app, submission(slug, ticket, yes)).await.expect("a receipt");
        }
        let fay = account(app, "fay", Role::Fieldworker).await;
        paper::accept(app, &fay, slug, &posted.code.printed(), &[1; 16]).await.expect("taken in");
        let anew = card_anew::make(app, ada, slug, &spoiled.code).await.expect("a new card");
        let another = card_anew::make(app, ada, slug, &exchanged.code).await.expect("a new card");
        let ask = |code: String| async move { was_used(app, slug.as_str(), &code, None).await };
        for ticket in [answered, silent] {
            assert_eq!(ask(ticket.code.printed()).await.unwrap(), Use::TooEarly);
        }
        city.close_wave(slug).await;
        app.intake.forget();
        for (code, wanted) in [
            (answered.code.printed(), Use::Used),
            (posted.code.printed(), Use::Used),
            (silent.code.printed(), Use::Unused),
            (spoiled.code.printed(), Use::Replaced),
            (exchanged.code.printed(), Use::Replaced),
            (anew.code.printed(), Use::Unused),
            (another.code.printed(), Use::Used),
        ] {
            assert_eq!(ask(code).await.unwrap(), wanted);
        }
        let nobodys = ask(Code::from_random([5; 8]).printed()).await;
        assert!(matches!(nobodys, Err(IntakeError::UnknownCode)), "{nobodys:?}");
        assert!(matches!(ask("abc".to_owned()).await, Err(IntakeError::BadCodeForm(_))));
        // The page says it and keeps what was typed wrongly.
        let visitor = Visitor::at(&serve(app).await);
        let page = format!("/check/{slug}");
        let (status, said) = read(visitor.post(&page, &[("code", &answered.code.printed())]).await).await;
        assert_eq!((status, said.texts(".note[role=status]").len()), (200, 1));
        assert!(said.main().contains("Something was received"));
        assert_eq!(said.values("#code", "value"), [""], "a code stays on no page");
        let (status, said) = read(visitor.post(&page, &[("code", "7K2M")]).await).await;
        assert_eq!((status, said.values("#code", "value")), (422, vec!["7K2M".to_owned()]));
    }
}

/// Runs a statement at the office behind everybody's back.
async fn tamper(app: &App, statement: &'static str) {
    let mut tx = app.office.0.begin_write("tamper").await.unwrap();
    let changed = match tx.conn() {
        Conn::Sqlite(c) => sqlx::query(statement)
            .execute(&mut *c)
            .await
            .unwrap()
            .rows_affected(),
        Conn::Postgres(c) => sqlx::query(statement)
            .execute(&mut *c)
            .await
            .unwrap()
            .rows_affected(),
    };
    assert!(changed > 0, "{statement}");
    tx.commit().await.unwrap();
}

on_both! {
    /// Approval is defined anew after the seal: it is computed with, and the log says so.
    async fn whoever_changes_what_was_sealed_is_contradicted_by_the_log(stores) {
        let city = City::new(&stores).await;
        let app = &city.app;
        city.import().await;
        let slug = city.open_wave("2026q4", "2026-10-23T20:00").await;
        tamper(app, "UPDATE wave SET plan = REPLACE(plan, '\"approves\":[\"1\",\"2\"]', '\"approves\":[\"1\",\"2\",\"3\"]')").await;
        app.intake.forget();
        city.close_wave(&slug).await;
        let observer = Observer { site: serve(app).await, log: "process" };
        let size = observer.head(app).await.size;
        let entries = observer.entries(size).await;
        assert_eq!(contradictions(&entries), [Contradiction::Changed("plan")]);
    }

    /// A frame or margins that are no longer those of their digest: nothing is computed from them.
    async fn nothing_is_computed_from_a_frame_or_margins_that_were_changed(stores) {
        let city = City::new(&stores).await;
        let (app, ada, ben) = (&city.app, &city.organizer, &city.second);
        city.import().await;
        let slug = city.open_wave("2026q4", "2026-10-23T20:00").await;
        app.clock.set(time("2026-10-23T20:00"));
        waves::ask_close(app, ada, &slug, None).await.expect("asked");
        tamper(app, "UPDATE frame_unit SET size = size + 1").await;
        let refused = close::confirm_close(app, ben, &slug).await;
        assert!(format!("{refused:?}").contains("Corrupt(\"frame\")"), "{refused:?}");
        tamper(app, "UPDATE frame_unit SET size = size - 1").await;
        tamper(app, "UPDATE margin SET population = population + 1").await;
        let refused = close::finish(app, ben, &slug).await;
        assert!(format!("{refused:?}").contains("Corrupt"), "{refused:?}");
        tamper(app, "UPDATE margin SET population = population - 1").await;
        close::finish(app, ben, &slug).await.expect("what was sealed");
    }

    async fn a_wave_that_was_left_alone_contradicts_nothing(stores) {
        let city = City::new(&stores).await;
        city.import().await;
        let slug = city.open_wave("2026q4", "2026-10-23T20:00").await;
        city.close_wave(&slug).await;
        let observer = Observer { site: serve(&city.app).await, log: "process" };
        let size = observer.head(&city.app).await.size;
        assert_eq!(contradictions(&observer.entries(size).await), []);
    }
}
