//! The auditors' bundle of a whole wave: R computes its figures again from the records, `minyi verify` finds that everything agrees, and
//! whatever is changed is found.

mod household;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use minyi::i18n::Lang;
use minyi::ledger::checkpoint::{Checkpoint, verifier};
use minyi::ledger::commitment::{Commitment, Opened, Record};
use minyi::ledger::tree::Frontier;
use minyi::report::protocol::{self, Outcome, Protocol};
use minyi::service::app::App;
use minyi::service::audits::{self, Attestation, AuditError, Undertaking};
use minyi::service::close::{self, CloseError};
use minyi::service::evaluate::import_indicators;
use minyi::service::intake::{Submission, blind};
use minyi::service::keys::random;
use minyi::service::sampling::{Drawn, Ticket};
use minyi::service::story::contradictions;
use minyi::service::verify::{Bundle, verify};
use minyi::service::{release, waves};
use minyi::storage::office::process_entry;
use minyi::storage::urn::leaf::{self, Leaf};
use minyi::storage::urn::response;
use minyi::survey::account::Account;
use minyi::survey::ids::ResponseId;
use minyi::survey::response::{Direction, Response};
use minyi::survey::role::Role;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::bundle::{agree, refuse, sum_anew, unpack};
use crate::support::blind::token;
use crate::support::city::{City, INDICATORS, time};
use crate::support::instance::{Visitor, account, serve};
use crate::support::on_both;
use crate::wave::{answers, send};

/// Another answer, or none.
fn set(form: &mut Vec<(String, String)>, item: &str, codes: &[&str]) {
    form.retain(|(id, _)| id != item);
    form.extend(
        codes
            .iter()
            .map(|code| (item.to_owned(), (*code).to_owned())),
    );
}

/// What residents send, with what real residents leave out, hurry over, and refuse. In one unit and in one age band hardly
/// anybody answers, so that a class and cells are too small by themselves.
fn varied(drawn: &Drawn) -> Vec<Submission> {
    let silent = &drawn.tickets[0].place.variance_unit;
    let tickets = drawn
        .tickets
        .iter()
        .filter(|ticket| ticket.place.variance_unit == *silent);
    let silent: BTreeSet<String> = tickets.map(|ticket| ticket.code.printed()).collect();
    let mut kept = [0, 0];
    let mut sent = answers(drawn);
    sent.retain(|one| {
        let is_old = one.form.iter().any(|(_, code)| code == "60up");
        if silent.contains(&one.code) {
            kept[0] += 1;
            kept[0] % 6 == 0
        } else if one.county_in_path == "140322" && is_old {
            kept[1] += 1;
            kept[1] % 9 == 0
        } else {
            true
        }
    });
    for (i, one) in sent.iter_mut().enumerate() {
        let form = &mut one.form;
        if i % 11 == 3 {
            set(form, "d1", &[]);
        }
        match i % 17 {
            2 | 5 => set(form, "q1", &["8"]),
            7 => set(form, "q1", &["9"]),
            _ => {}
        }
        match i % 5 {
            0 => set(form, "q3", &["1"]),
            1 => set(form, "q3", &["3"]),
            2 => set(form, "q6", &["1", "2"]),
            _ => {}
        }
        one.fast = Some(i % 7 == 1);
        if i % 2 == 1 {
            one.direction = Direction::Reverse;
        }
    }
    sent
}

/// A published wave with an auditor.
struct Audited {
    city: City,
    drawn: Drawn,
    auditor: Account,
}

impl Audited {
    async fn new(stores: &crate::support::Stores) -> Self {
        let city = City::new(stores).await;
        city.import().await;
        let drawn = city.field("2026q4", "2026-10-23T20:00").await;
        let sent = varied(&drawn);
        Self::answered(city, drawn, sent).await
    }

    /// The wave of these answers; every ninth comes with a blind token.
    async fn answered(city: City, drawn: Drawn, sent: Vec<Submission>) -> Self {
        let app = &city.app;
        let auditor = account(app, "otto", Role::Auditor).await;
        app.clock.set(time("2026-10-03T09:00"));
        let slug = &drawn.wave.slug;
        let all = sent.into_iter().enumerate();
        let (apart, direct): (Vec<_>, Vec<_>) = all.partition(|(at, _)| at % 9 == 0);
        send(app, direct.into_iter().map(|(_, one)| one).collect()).await;
        for (_, one) in apart {
            let of = |ticket: &&Ticket| ticket.code.printed() == one.code;
            let ticket = drawn.tickets.iter().find(of).expect("a ticket");
            let token = token(app, slug.as_str(), ticket).await.expect("a token");
            let sent = Submission {
                code: String::new(),
                ..one
            };
            blind::cast(app, sent, &token).await.expect("taken");
        }
        let early = audits::take(app, &auditor, slug, Undertaking::Signed).await;
        assert!(matches!(early, Err(AuditError::NotClosed)), "{early:?}");
        city.close_wave(slug).await;
        crate::support::published::state(app, &city.organizer, slug).await;
        release::publish(app, &city.organizer, slug)
            .await
            .expect("published");
        Self {
            city,
            drawn,
            auditor,
        }
    }

    fn app(&self) -> &App {
        &self.city.app
    }

    async fn bundle(&self) -> Vec<u8> {
        let slug = &self.drawn.wave.slug;
        audits::take(self.app(), &self.auditor, slug, Undertaking::Signed)
            .await
            .expect("the bundle")
    }

    fn verified(&self, folder: &Path) -> Protocol {
        let bundle = Bundle::read(folder).expect("a bundle");
        verify(&bundle, Some(&self.app().keys.signing().verifying_key()))
    }
}

fn broken(protocol: &Protocol) -> Vec<&'static str> {
    let all = protocol.findings.iter();
    all.filter(|one| one.outcome == Outcome::Broken)
        .map(|one| one.check)
        .collect()
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// A copy of a bundle in which somebody changes something and writes the checksums anew.
struct Forger {
    folder: TempDir,
}

impl Forger {
    fn of(original: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        for entry in fs::read_dir(original).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn change(&self, name: &str, change: impl FnOnce(String) -> String) {
        let before = read(self.path(), name);
        let after = change(before.clone());
        assert_ne!(before, after, "{name} is changed");
        fs::write(self.path().join(name), after).unwrap();
        sum_anew(self.path());
    }

    /// Signs the head of the answers' log anew, as whoever holds the key can.
    fn sign(&self, app: &App) {
        let text = read(self.path(), "answers.checkpoint");
        let key = app.keys.signing();
        let before = Checkpoint::open(&text, &key.verifying_key()).unwrap();
        let leaves: Vec<Vec<u8>> = read(self.path(), "leaves.txt")
            .lines()
            .map(|leaf| hex::decode(leaf).unwrap())
            .collect();
        let tree = Frontier::of(leaves.iter().map(Vec::as_slice));
        let after = Checkpoint {
            size: tree.size(),
            root: tree.root(),
            ..before
        };
        fs::write(self.path().join("answers.checkpoint"), after.sign(key)).unwrap();
        sum_anew(self.path());
    }
}

/// The line at this place (0 is the header), changed.
fn with_line(text: &str, place: usize, change: impl FnOnce(&str) -> String) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[place] = change(&lines[place]);
    lines.join("\n") + "\n"
}

fn without_line(text: &str, place: usize) -> String {
    let lines = text.lines().enumerate().filter(|(at, _)| *at != place);
    lines.flat_map(|(_, line)| [line, "\n"]).collect()
}

/// Another digit in the place of this one.
fn other_digit(digit: char) -> char {
    if digit == '0' { '1' } else { '0' }
}

fn flip_last(line: &str) -> String {
    let (rest, last) = line.split_at(line.len() - 1);
    format!("{rest}{}", other_digit(last.chars().next().unwrap()))
}

/// The digit behind this, changed.
fn flip_after(text: &str, before: &str) -> String {
    let (head, tail) = text.split_once(before).unwrap();
    let mut digits = tail.chars();
    let digit = other_digit(digits.next().unwrap());
    format!("{head}{before}{digit}{}", digits.as_str())
}

fn run_r(folder: &Path) -> (bool, String) {
    let output = Command::new("Rscript")
        .arg(folder.join("audit.R"))
        .arg(folder)
        .output()
        .expect("Rscript runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// R disagrees, and names what differs.
fn r_refuses(folder: &Path, named: &str) {
    let (agrees, said) = run_r(folder);
    assert!(
        !agrees && said.contains("DIFFERENCE") && said.contains(named),
        "{named}: {said}"
    );
}

on_both! {
    async fn everything_is_computed_again_from_the_records_by_the_program_and_by_r(stores) {
        let wave = Audited::new(&stores).await;
        let (app, slug) = (wave.app(), &wave.drawn.wave.slug);
        for person in [&wave.city.organizer, &wave.city.evaluator] {
            let denied = audits::take(app, person, slug, Undertaking::Signed).await;
            assert!(matches!(denied, Err(AuditError::Denied)), "{denied:?}");
        }
        let unsigned = audits::take(app, &wave.auditor, slug, Undertaking::Unsigned).await;
        assert!(matches!(unsigned, Err(AuditError::NotSigned)), "{unsigned:?}");
        let bytes = wave.bundle().await;
        assert_eq!(bytes, wave.bundle().await, "the same wave gives the same bytes");
        let folder = unpack(&bytes);
        let folder = folder.path();
        let found = wave.verified(folder);
        let text = found.text();
        assert_eq!(broken(&found), Vec::<&str>::new(), "{text}");
        let unchecked: Vec<_> =
            found.findings.iter().filter(|one| one.outcome == Outcome::Unchecked).map(|one| one.check).collect();
        assert_eq!(unchecked, Vec::<&str>::new(), "{text}");
        assert!(text.contains("recomputed holds to the last bit"), "{text}");
        assert_eq!(found.findings.len(), 29);
        // Something was filled in, collapsed and flagged, so that it is computed again, too.
        let result = read(folder, "result.json");
        for trace in ["\"kind\":\"classes\"", "\"kind\":\"ages\"", "\"without_flagged\""] {
            assert!(result.contains(trace), "{trace}");
        }
        let filled = read(folder, "weights.csv").lines().filter(|line| line.contains(",1,0,0,")).count();
        assert!(filled > 30, "{filled} filled");
        let (agrees, said) = run_r(folder);
        assert!(agrees && said.contains("everything agrees"), "{said}");
        let number = said.split_whitespace().next().unwrap().parse::<usize>().unwrap();
        assert_eq!(number + 1, read(folder, "weights.csv").lines().count(), "{said}");
        agree(folder);

        // The page says the same in both languages, and every check has its sentences.
        for lang in Lang::ALL {
            let page = protocol::page(lang, &found).unwrap();
            assert!(!page.contains("protocol-"), "a sentence is missing: {page}");
            assert!(page.contains(&found.digest()) && page.matches("<li").count() == 29);
        }
        // What came of it is said in public.
        let said = Attestation { bundle: found.bundle.clone(), protocol: found.digest(), agrees: true };
        let denied = audits::attest(app, &wave.city.organizer, slug, &said).await;
        assert!(matches!(denied, Err(AuditError::Denied)));
        let short = Attestation { protocol: "abc".to_owned(), ..said.clone() };
        assert!(matches!(audits::attest(app, &wave.auditor, slug, &short).await, Err(AuditError::NoDigest(_))));
        audits::attest(app, &wave.auditor, slug, &said).await.expect("attested");
        let mut tx = app.office.0.begin_read("process").await.unwrap();
        let entries = process_entry::list(&mut tx.conn(), wave.drawn.wave.id).await.unwrap();
        drop(tx);
        let last: serde_json::Value = serde_json::from_str(entries.last().unwrap()).unwrap();
        assert_eq!((&last["event"], &last["protocol"]), (&"audited".into(), &found.digest().into()));
        assert!(!entries.last().unwrap().contains("otto"), "names nobody");
        let lines: Vec<Vec<u8>> = entries.into_iter().map(String::into_bytes).collect();
        assert_eq!(contradictions(&lines), []);
        let board = audits::board(app, &wave.auditor, slug).await.unwrap();
        let mut actions: Vec<&str> = board.history.iter().map(|entry| entry.action.as_str()).collect();
        // All at one time of the clock that stands.
        actions.sort_unstable();
        assert_eq!(actions, ["attest_audit", "take_records", "take_records"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_changed_in_a_bundle_is_found() {
    let stores = crate::support::Stores::sqlite().await;
    let wave = Audited::new(&stores).await;
    let original = unpack(&wave.bundle().await);
    let original = original.path();
    let found = |forger: &Forger, wanted: &[&str]| {
        let protocol = wave.verified(forger.path());
        let broken = broken(&protocol);
        for check in wanted {
            assert!(broken.contains(check), "{check}: {}", protocol.text());
        }
        assert!(!protocol.agrees());
    };
    // A byte that nobody accounts for.
    let forger = Forger::of(original);
    fs::write(forger.path().join("leaves.txt"), "0\n").unwrap();
    found(&forger, &["checksums"]);

    // One answer, in what opens it; in the table alone; in both.
    let forger = Forger::of(original);
    forger.change("openings.csv", |text| with_line(&text, 7, flip_last));
    found(&forger, &["leaves"]);
    let forger = Forger::of(original);
    let to_unsatisfied = |text: String| {
        let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        let at = header.iter().position(|name| *name == "q1").unwrap();
        let place = text
            .lines()
            .position(|line| line.split(',').nth(at) == Some("3"))
            .unwrap();
        with_line(&text, place, |line| {
            let mut fields: Vec<&str> = line.split(',').collect();
            fields[at] = "2";
            fields.join(",")
        })
    };
    forger.change("records.csv", to_unsatisfied);
    found(&forger, &["records_table"]);
    r_refuses(forger.path(), "approval");

    // A record disappears with its leaf, and the head is signed anew with the instance's own key.
    let forger = Forger::of(original);
    for (name, place) in [
        ("leaves.txt", 40),
        ("openings.csv", 41),
        ("records.csv", 41),
    ] {
        forger.change(name, |text| without_line(&text, place));
    }
    found(&forger, &["leaves", "counts", "inputs"]);
    forger.sign(wave.app());
    found(&forger, &["leaves", "counts", "inputs"]);

    // A weight, a margin, a frame, a sample, the plan, a code, a count, the result, a published figure.
    let forger = Forger::of(original);
    forger.change("weights.csv", |text| {
        with_line(&text, 9, |line| {
            let (rest, weight) = line.rsplit_once(',').unwrap();
            format!("{rest},{}", weight.parse::<f64>().unwrap() * 1.000_001)
        })
    });
    found(&forger, &["weights"]);
    r_refuses(forger.path(), "weight");
    let forger = Forger::of(original);
    forger.change("margins.csv", |text| with_line(&text, 0, flip_last));
    found(&forger, &["margins"]);
    refuse(forger.path(), "margins.csv");
    let forger = Forger::of(original);
    forger.change("frame.csv", |text| {
        let mut lines: Vec<&str> = text.lines().collect();
        let moved = lines.remove(600);
        let fields: Vec<&str> = moved.split(',').collect();
        let bigger = format!(
            "{},{},{},999,{},{}",
            fields[0], fields[1], fields[2], fields[4], fields[5]
        );
        lines.insert(600, &bigger);
        lines.join("\n") + "\n"
    });
    found(&forger, &["frame", "draw"]);
    let forger = Forger::of(original);
    forger.change("sample.json", |text| {
        text.replacen("\"addresses\":1", "\"addresses\":2", 1)
    });
    found(&forger, &["draw"]);
    let forger = Forger::of(original);
    forger.change("plan.json", |text| flip_after(&text, "\"threshold\":0."));
    found(&forger, &["plan", "figures"]);
    let forger = Forger::of(original);
    forger.change("codes.txt", |text| with_line(&text, 3, flip_last));
    found(&forger, &["codes"]);
    let forger = Forger::of(original);
    forger.change("units.csv", |text| {
        with_line(&text, 2, |line| {
            let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
            fields[4] = (fields[4].parse::<u64>().unwrap() - 1).to_string();
            fields.join(",")
        })
    });
    found(&forger, &["counts"]);
    // One token more than codes had signed, in a unit where the county's sum stays.
    let forger = Forger::of(original);
    forger.change("units.csv", |text| {
        let mut lines: Vec<Vec<String>> = text
            .lines()
            .map(|line| line.split(',').map(str::to_owned).collect())
            .collect();
        let county = lines[1][0].clone();
        let own: Vec<usize> = (1..lines.len())
            .filter(|at| lines[*at][0] == county)
            .collect();
        let giver = own.iter().copied().find(|at| lines[*at][6] != "0").unwrap();
        let taker = own
            .iter()
            .copied()
            .find(|at| *at != giver && lines[*at][5] == lines[*at][6])
            .unwrap();
        let mut shift = |at: usize, by: i64| {
            let now: i64 = lines[at][6].parse().unwrap();
            lines[at][6] = (now + by).to_string();
        };
        shift(giver, -1);
        shift(taker, 1);
        lines.iter().map(|line| line.join(",") + "\n").collect()
    });
    found(&forger, &["counts"]);
    // A key of one's own beside those of the record.
    let forger = Forger::of(original);
    forger.change("keys.txt", |text| {
        let line = text.lines().next().unwrap().to_owned();
        format!("{text}{line}\n")
    });
    found(&forger, &["keys"]);
    let forger = Forger::of(original);
    forger.change("result.json", |text| flip_after(&text, "\"p\":0."));
    found(&forger, &["result", "recomputed"]);
    let forger = Forger::of(original);
    forger.change("figures.json", |text| flip_after(&text, "\"p\": 0."));
    found(&forger, &["documents", "figures", "released"]);
    refuse(forger.path(), "140321 approval");
    let forger = Forger::of(original);
    forger.change("process.jsonl", |text| {
        text.replacen("4 2 6 1", "4 2 6 2", 1)
    });
    found(&forger, &["process_log", "seed"]);

    indicators(&wave, original).await;
    spare_codes(&wave, original);
}

/// A reported value is altered: in the bundle, in the bundle with all digests, and in the instance after publication.
async fn indicators(wave: &Audited, original: &Path) {
    let forger = Forger::of(original);
    forger.change("indicators.jsonl", |text| {
        text.replacen("\"k\":", "\"k\":1", 1)
    });
    let protocol = wave.verified(forger.path());
    assert!(
        broken(&protocol).contains(&"indicators"),
        "{}",
        protocol.text()
    );
    refuse(forger.path(), "indicators.jsonl");
    // With the digest of what the evaluation rests on mended, the published document is another one.
    let json = |name: &str| -> serde_json::Value {
        serde_json::from_str(&read(forger.path(), name)).unwrap()
    };
    let (evaluation, figures) = (json("evaluation.json"), json("figures.json"));
    let bytes = |value: &serde_json::Value| hex::decode(value.as_str().unwrap()).unwrap();
    let digest = Sha256::new()
        .chain_update(bytes(&evaluation["standard_digest"]))
        .chain_update(read(forger.path(), "indicators.jsonl"))
        .chain_update(bytes(&figures["input_digest"]))
        .finalize();
    let told = evaluation["input_digest"].as_str().unwrap().to_owned();
    forger.change("evaluation.json", |text| {
        text.replace(&told, &hex::encode(digest))
    });
    let protocol = wave.verified(forger.path());
    assert!(
        broken(&protocol).contains(&"documents"),
        "{}",
        protocol.text()
    );
    assert!(
        !broken(&protocol).contains(&"indicators"),
        "{}",
        protocol.text()
    );
    // A value that is entered after publication takes nothing away: the bundle has those that were evaluated.
    let value = "140322,2026,crime.homicide_clearance,synthetic,,";
    let mended = INDICATORS.replace(&format!("{value}1,1"), &format!("{value}0,1"));
    assert_ne!(mended, INDICATORS);
    import_indicators(wave.app(), &wave.city.evaluator, &mended)
        .await
        .unwrap();
    let later = unpack(&wave.bundle().await);
    let lines = |folder: &Path| read(folder, "indicators.jsonl");
    assert_eq!(lines(later.path()), lines(original));
    let protocol = wave.verified(later.path());
    assert!(protocol.agrees(), "{}", protocol.text());
    assert!(
        !protocol.text().contains("unchecked"),
        "{}",
        protocol.text()
    );
    import_indicators(wave.app(), &wave.city.evaluator, INDICATORS)
        .await
        .unwrap();
}

/// 160 answers of nobody, in a unit in which codes were left over, in every file and under a head that is signed anew.
fn spare_codes(wave: &Audited, original: &Path) {
    let forger = Forger::of(original);
    let opening = read(original, "openings.csv")
        .lines()
        .nth(1)
        .unwrap()
        .to_owned();
    let (_, record) = opening.split_once(',').unwrap();
    let record = Opened::read(&hex::decode(record).unwrap()).unwrap();
    let line = read(original, "records.csv")
        .lines()
        .nth(1)
        .unwrap()
        .to_owned();
    let (_, rest) = line.split_once(',').unwrap();
    let mut added = [String::new(), String::new(), String::new()];
    for number in 0..160_u8 {
        let id = [number.wrapping_add(7); 16];
        let bytes = Record {
            wave: &record.wave,
            id: &id,
            county: &record.county,
            stratum: &record.stratum,
            variance_unit: &record.variance_unit,
            answers: &record.answers,
        }
        .canonical();
        let commitment = Commitment::to(&[number; 32], &bytes);
        writeln!(added[0], "{}", hex::encode(commitment.as_bytes())).unwrap();
        let opening = hex::encode([number; 32]);
        writeln!(added[1], "{opening},{}", hex::encode(&bytes)).unwrap();
        writeln!(added[2], "{},{rest}", hex::encode(id)).unwrap();
    }
    for (name, more) in ["leaves.txt", "openings.csv", "records.csv"]
        .into_iter()
        .zip(added)
    {
        forger.change(name, |text| text + more.as_str());
    }
    forger.sign(wave.app());
    let protocol = wave.verified(forger.path());
    for check in ["leaves", "counts", "inputs", "recomputed", "weights"] {
        assert!(
            broken(&protocol).contains(&check),
            "{check}: {}",
            protocol.text()
        );
    }
    assert!(
        !broken(&protocol).contains(&"answers_signed"),
        "whoever holds the key signs"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_without_a_code_stop_the_close() {
    let stores = crate::support::Stores::sqlite().await;
    let city = City::new(&stores).await;
    let drawn = city.field("2026q4", "2026-10-23T20:00").await;
    let app = &city.app;
    app.clock.set(time("2026-10-03T09:00"));
    send(app, answers(&drawn)).await;
    minyi::service::batch::run_batch(app, drawn.wave.id, minyi::service::batch::Drain::Yes)
        .await
        .expect("a batch");
    // Somebody who can write into the database adds 160 answers, with their leaves.
    let mut tx = app.urn.0.begin_write("forgery").await.unwrap();
    let conn = &mut tx.conn();
    let there = response::list(conn, drawn.wave.id).await.unwrap();
    let head = leaf::head(conn, drawn.wave.id).await.unwrap();
    let mut responses: Vec<Response> = Vec::new();
    let mut leaves = Vec::new();
    for (like, place) in there.iter().take(160).zip(head.size..) {
        let id: [u8; 16] = random().unwrap();
        let salt: [u8; 32] = random().unwrap();
        let record = Record {
            wave: drawn.wave.id.as_bytes(),
            id: &id,
            county: like.place.county.as_str(),
            stratum: like.place.stratum.as_str(),
            variance_unit: like.place.variance_unit.as_str(),
            answers: &like.answers,
        };
        let commitment = *Commitment::to(&salt, &record.canonical()).as_bytes();
        leaves.push(Leaf {
            place,
            commitment,
            county: like.place.county.clone(),
            batch: head.batch + 1,
        });
        responses.push(Response {
            id: ResponseId::from_random(id),
            salt,
            commitment,
            ..like.clone()
        });
    }
    response::insert(conn, drawn.wave.id, &responses)
        .await
        .unwrap();
    leaf::insert(conn, drawn.wave.id, &leaves).await.unwrap();
    tx.commit().await.unwrap();
    let slug = &drawn.wave.slug;
    app.clock.set(city.wave(slug).await.closes_at);
    waves::ask_close(app, &city.organizer, slug, None)
        .await
        .expect("asked");
    let closed = close::confirm_close(app, &city.second, slug).await;
    assert!(
        matches!(closed, Err(CloseError::Reconciliation(_))),
        "{closed:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_verifies_an_archive_and_writes_a_page() {
    let stores = crate::support::Stores::sqlite().await;
    let wave = Audited::new(&stores).await;
    let folder = TempDir::new().unwrap();
    let at = |name: &str| -> PathBuf { folder.path().join(name) };
    fs::write(at("audit.zip"), wave.bundle().await).unwrap();
    let key = wave.app().keys.signing().verifying_key();
    let key = verifier("localhost/log/2026q4/1", &key);
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_minyi"))
            .arg("verify")
            .args(arguments)
            .env("MINYI_LANG", "en")
            .env("LANG", "en_US.UTF-8")
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.code().unwrap(),
            String::from_utf8(said).unwrap(),
        )
    };
    let archive = at("audit.zip").display().to_string();
    let page = at("page.html").display().to_string();
    let (code, said) = run(&[&archive, "--key", &key, "--page", &page]);
    assert_eq!(code, 0, "{said}");
    let html = fs::read_to_string(at("page.html")).unwrap();
    let protocol = said
        .lines()
        .find(|line| line.starts_with("Protocol ") || line.starts_with("查验记录 "))
        .unwrap();
    let digest = protocol.rsplit(' ').next().unwrap();
    assert!(html.contains(digest), "{said}");
    // Without a key the signatures are not checked, and that is said.
    let (code, said) = run(&[&archive]);
    assert_eq!((code, said.matches('–').count() >= 2), (0, true), "{said}");
    // What everybody has is verified as far as it goes, and says how far.
    let public = wave.city.app.clone();
    let bytes = minyi::service::exports::published(
        &public,
        "2026q4",
        minyi::service::exports::File::Bundle,
        Lang::En,
    );
    fs::write(at("bundle.zip"), bytes.await.unwrap().unwrap()).unwrap();
    let archive = at("bundle.zip").display().to_string();
    let (code, said) = run(&[&archive, "--key", &key]);
    assert_eq!(code, 0, "{said}");
    let folder = unpack(&fs::read(at("bundle.zip")).unwrap());
    let found = wave.verified(folder.path());
    assert!(
        !found.with_records && found.agrees() && found.findings.len() == 15,
        "{}",
        found.text()
    );
    agree(folder.path());
    let name = folder.path().display().to_string();
    let answers = read(folder.path(), "answers.csv");
    fs::write(
        folder.path().join("answers.csv"),
        answers.replacen("0.1", "0.2", 1),
    )
    .unwrap();
    sum_anew(folder.path());
    let (code, said) = run(&[&name, "--key", &key]);
    assert_ne!(code, 0, "{said}");
    assert_eq!(broken(&wave.verified(folder.path())), ["documents"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_to_ask_are_drawn_from_a_bundle() {
    let stores = crate::support::Stores::sqlite().await;
    let wave = Audited::new(&stores).await;
    let original = unpack(&wave.bundle().await);
    let sample = original.path().join("sample.json").display().to_string();
    let run = |further: &[&str]| {
        let fixed = ["sample", "ask", "--sample", &sample];
        let output = Command::new(env!("CARGO_BIN_EXE_minyi"))
            .env("MINYI_LANG", "en")
            .args(fixed)
            .args(["--seed", "dice 4 2", "--format", "csv"])
            .args(further)
            .output()
            .expect("the program runs");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        (output.status.code(), said)
    };
    let (code, list) = run(&[]);
    assert_eq!(code, Some(0), "{list}");
    let lines: BTreeSet<&str> = list.lines().skip(1).collect();
    assert_eq!(lines.len(), 59, "{list}");
    assert!(
        lines
            .iter()
            .all(|line| line.starts_with("14032") && line.split(',').count() == 6)
    );
    assert_eq!(run(&[]).1, list, "the same seed, the same people");
    let (code, said) = run(&["--people", "5000"]);
    assert!(code == Some(2) && said.contains("were invited"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_signs_takes_the_records_and_says_what_came_of_it() {
    let stores = crate::support::Stores::sqlite().await;
    let wave = Audited::new(&stores).await;
    let site = serve(wave.app()).await;
    account(wave.app(), "orla", Role::Organizer).await;
    let (otto, orla) = (Visitor::at(&site), Visitor::at(&site));
    otto.sign_in("otto").await;
    orla.sign_in("orla").await;
    let path = "/organize/2026q4/audit";
    assert_eq!(orla.get(path).await.status().as_u16(), 403);
    assert!(
        otto.page("/organize/2026q4")
            .await
            .main()
            .contains("records for auditors")
    );
    assert!(
        otto.page(path)
            .await
            .main()
            .contains("Nobody has taken the records yet.")
    );
    let taking = |signed: &'static str| {
        let fields = [("what", "take"), ("undertaking", signed)];
        let otto = &otto;
        async move { otto.post(path, &fields).await }
    };
    let unsigned = taking("").await;
    assert_eq!(unsigned.status().as_u16(), 422);
    assert!(
        unsigned
            .text()
            .await
            .unwrap()
            .contains("The undertaking is not signed")
    );
    let taken = taking("yes").await;
    assert_eq!(taken.status().as_u16(), 200);
    assert_eq!(taken.headers()["cache-control"], "no-store");
    assert_eq!(
        taken.headers()["content-disposition"],
        "attachment; filename=\"audit-2026q4.zip\""
    );
    let folder = unpack(&taken.bytes().await.unwrap());
    let found = wave.verified(folder.path());
    assert!(found.agrees(), "{}", found.text());
    let attest = |protocol: String| {
        let (otto, bundle) = (&otto, found.bundle.clone());
        async move {
            let fields = [
                ("what", "attest"),
                ("bundle", bundle.as_str()),
                ("protocol", protocol.as_str()),
                ("agrees", "yes"),
            ];
            otto.post(path, &fields).await
        }
    };
    let short = attest("12ab".to_owned()).await;
    assert_eq!(short.status().as_u16(), 422);
    assert!(
        short.text().await.unwrap().contains("value=\"12ab\""),
        "what was typed is kept"
    );
    assert_eq!(attest(found.digest()).await.status().as_u16(), 303);
    let page = otto.page(path).await.main();
    assert!(
        page.contains("otto took the records") && page.contains("otto attested"),
        "{page}"
    );
    let record = Visitor::at(&site).page("/check/2026q4").await.main();
    assert!(
        record.contains("An auditor says what came of the audit"),
        "{record}"
    );
    assert!(
        record.contains(&found.digest()) || record.contains("audited"),
        "{record}"
    );
}
