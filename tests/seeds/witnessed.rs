//! Deposits between two heads that a witness cosigned: whoever backdates or postdates one contradicts the witness.

use ed25519_dalek::SigningKey;
use minyi::ledger::checkpoint::Checkpoint;
use minyi::ledger::cosignature::{Cosigner, cosign};
use minyi::service::outgoing::Outgoing;
use minyi::service::verify::{Known, verify_with};
use minyi::service::witnesses::{Party, Witnesses};
use minyi::storage::office::seed_deposit;

use super::*;

const CHECK: &str = "seeds_witnessed";

/// A published bundle of a wave with two witnessed deposits, two days and a batch apart.
struct Kept {
    wave: Seeded,
    party: Party,
    folder: tempfile::TempDir,
}

impl Kept {
    async fn new(stores: &Stores) -> Self {
        let wave = Seeded::new(stores).await;
        let at_witness = tempfile::tempdir().unwrap();
        let (party, stop) = crate::witness::beside(wave.app(), at_witness.path()).await;
        let late = wave.early().await;
        let first = write(&[5; 32], &wave.answer(2).await);
        assert!(put(&wave, &party, &first).await.expect("deposited"));
        wave.app().clock.set(time("2026-10-05T09:00"));
        send(wave.app(), late).await;
        run_batch(wave.app(), wave.drawn.wave.id, Drain::No)
            .await
            .expect("a batch");
        let second = write(&[6; 32], &wave.answer_from(2, 2).await);
        assert!(put(&wave, &party, &second).await.expect("deposited"));
        stop.cancel();
        wave.close(wave.app()).await;
        for list in [&first, &second] {
            let fates = wave.name(wave.app(), list).await.expect("named");
            assert_eq!(fates, all_intact(2));
        }
        wave.finish(wave.app()).await;
        let folder = wave.bundle().await;
        Self {
            wave,
            party,
            folder,
        }
    }

    /// What the check of a changed copy says.
    fn changed(&self, change: impl FnOnce(&mut Vec<Value>, &Path)) -> (Outcome, String) {
        let copied = copy(self.folder.path());
        let path = copied.path().join("seeds.json");
        let mut lists: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        change(lists["deposits"].as_array_mut().unwrap(), copied.path());
        fs::write(&path, serde_json::to_vec_pretty(&lists).unwrap()).unwrap();
        sum_anew(copied.path());
        self.found(copied.path(), std::slice::from_ref(&self.party.cosigner))
    }

    fn found(&self, folder: &Path, witnesses: &[Cosigner]) -> (Outcome, String) {
        let bundle = Bundle::read(folder).expect("a bundle");
        let key = self.wave.app().keys.verifying();
        let known = Known {
            key: Some(&key),
            witnesses,
        };
        let protocol = verify_with(&bundle, &known);
        let found = protocol.findings.iter().find(|one| one.check == CHECK);
        let found = found.unwrap_or_else(|| panic!("{}", protocol.text()));
        (found.outcome, found.detail.clone())
    }

    #[track_caller]
    fn broken(&self, wanted: &str, change: impl FnOnce(&mut Vec<Value>, &Path)) {
        let (outcome, said) = self.changed(change);
        assert!(
            outcome == Outcome::Broken && said.contains(wanted),
            "{outcome:?} {said}"
        );
    }

    /// A head of the log with the instance's own key, cosigned by a witness that plays along.
    fn resigned(&self, note: &str, change: impl FnOnce(&mut Checkpoint)) -> String {
        let keys = &self.wave.app().keys;
        let mut head = Checkpoint::open(note, &keys.verifying()).unwrap();
        change(&mut head);
        head.sign(keys.signing())
    }
}

/// An auditor deposits a list where a witness is asked.
async fn put(wave: &Seeded, party: &Party, list: &str) -> Result<bool, SeedError> {
    let mut app = wave.app().clone();
    app.witnesses = Witnesses::new(vec![party.clone()], Outgoing::new(true).unwrap());
    let counties = COUNTIES.map(|code| (county(code), 2)).into();
    let digest = hex::encode(digest(list));
    seeds::deposit(&app, &wave.otto, &wave.drawn.wave.slug, &digest, &counties).await
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

on_both! {
    async fn a_deposit_that_is_backdated_or_postdated_contradicts_the_witness(stores) {
        let kept = Kept::new(&stores).await;
        let (folder, own) = (kept.folder.path(), kept.party.cosigner.clone());
        let (outcome, said) = kept.found(folder, std::slice::from_ref(&own));
        assert_eq!((outcome, said.as_str()), (Outcome::Holds, "2 deposits"));
        assert_eq!(broken(&kept.wave.verified(folder)), Vec::<&str>::new());
        // Nothing is claimed without a witness of one's own, or of one who did not sign.
        assert_eq!(kept.found(folder, &[]).0, Outcome::Unchecked);
        let stranger = SigningKey::from_bytes(&[9; 32]);
        let other = Cosigner::new("witness.example/w1", stranger.verifying_key());
        let (outcome, said) = kept.found(folder, std::slice::from_ref(&other));
        assert!(outcome == Outcome::Unchecked && said.contains("2 of 2"), "{said}");

        // The size is stated smaller: more of the list would leave.
        kept.broken("were witnessed", |all, _| all[1]["log_size"] = all[0]["log_size"].clone());
        // And larger: what was in the list would stay.
        kept.broken("were witnessed", |all, _| {
            all[0]["log_size"] = all[1]["log_size"].clone();
        });
        // With a real head of an earlier day beside it: backdated.
        kept.broken("saw the answers at", |all, _| {
            all[1]["log_size"] = all[0]["log_size"].clone();
            all[1]["witnessed"]["answers"] = all[0]["witnessed"]["answers"].clone();
        });
        // With both heads of that day: its entry was not there.
        kept.broken("does not cover it", |all, _| {
            all[1]["log_size"] = all[0]["log_size"].clone();
            all[1]["witnessed"] = all[0]["witnessed"].clone();
        });
        // With a real head of a later day: postdated.
        kept.broken("saw the answers at", |all, _| {
            all[0]["log_size"] = all[1]["log_size"].clone();
            all[0]["witnessed"]["answers"] = all[1]["witnessed"]["answers"].clone();
        });
        // Postdated altogether, with the entry's own time: the entry says another one.
        kept.broken("it says", |all, _| {
            all[0]["log_size"] = all[1]["log_size"].clone();
            all[0]["witnessed"] = all[1]["witnessed"].clone();
        });
        // A head of a tree that never was, under the log's own key.
        kept.broken("none of this log", |all, _| {
            let note = text(&all[1]["witnessed"]["answers"]);
            all[1]["witnessed"]["answers"] = kept.resigned(&note, |head| head.root[0] ^= 1).into();
        });
        kept.broken("none of this log", |all, _| {
            let note = text(&all[1]["witnessed"]["process"]);
            all[1]["witnessed"]["process"] = kept.resigned(&note, |head| head.root[0] ^= 1).into();
        });
        // A head of another log, or one that the log did not sign.
        kept.broken("a head of", |all, _| {
            let note = text(&all[1]["witnessed"]["answers"]);
            let other = kept.resigned(&note, |head| "localhost/log/2025q4/1".clone_into(&mut head.origin));
            all[1]["witnessed"]["answers"] = other.into();
        });
        kept.broken("was not signed", |all, _| {
            let note = text(&all[1]["witnessed"]["answers"]);
            let lines: Vec<&str> = note.lines().filter(|line| !line.starts_with("— localhost")).collect();
            all[1]["witnessed"]["answers"] = format!("{}\n", lines.join("\n")).into();
        });
        // The witness's lines are left out, or written by somebody else under its name: nobody saw it.
        for forge in [false, true] {
            let (outcome, said) = kept.changed(|all, _| {
                for which in ["answers", "process"] {
                    let note = text(&all[1]["witnessed"][which]);
                    let mut bare = kept.resigned(&note, |_| {});
                    if forge {
                        let (signed, _) = bare.split_once("\n\n").unwrap();
                        bare = format!("{bare}{}", cosign(&own.name, &stranger, &format!("{signed}\n"), 1));
                    }
                    all[1]["witnessed"][which] = bare.into();
                }
            });
            assert!(outcome == Outcome::Unchecked && said.contains("1 of 2"), "{said}");
        }
        // A deposit that says nothing of witnesses is counted.
        let (outcome, said) = kept.changed(|all, _| all[0]["witnessed"] = Value::Null);
        assert!(outcome == Outcome::Unchecked && said.contains("1 of 2"), "{said}");
    }

    async fn a_witness_that_does_not_answer_holds_no_deposit_up(stores) {
        let wave = Seeded::new(&stores).await;
        let at_witness = tempfile::tempdir().unwrap();
        let (party, stop) = crate::witness::beside(wave.app(), at_witness.path()).await;
        let (one, other) = (write(&[5; 32], &wave.answer(2).await), write(&[6; 32], &wave.answer_from(2, 2).await));
        assert!(put(&wave, &party, &one).await.expect("deposited"));
        stop.cancel();
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert!(!put(&wave, &party, &other).await.expect("deposited all the same"));
        let again = put(&wave, &party, &other).await;
        assert!(matches!(again, Err(SeedError::Deposited)), "{again:?}");
        let mut tx = wave.app().office.0.begin_read("check").await.unwrap();
        let deposits = seed_deposit::list(&mut tx.conn(), wave.drawn.wave.id).await.unwrap();
        let seen = |list: &str| deposits.iter().find(|found| found.digest == digest(list)).unwrap().witnessed.is_some();
        assert_eq!((seen(&one), seen(&other)), (true, false));
    }
}
