//! What a log of a million answers costs: its head, a proof, and counting it anew as an observer does.
//!
//! `cargo bench --locked --bench ledger`. Medians of 5; the log's entries are 32 random-looking bytes each.

#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench prints its figures"
)]

use std::hint::black_box;
use std::time::Instant;

use blind_rsa_signatures::{BlindSignature, DefaultRng, PublicKeySha384PSSRandomized};
use minyi::ledger::blind::{SigningKey, message};
use minyi::ledger::proof::{goes_on, includes};
use minyi::ledger::tree::Frontier;
use minyi::ledger::whole::Whole;
use rand::SeedableRng as _;
use rand::rngs::{ChaCha20Rng, SysRng};
use rsa::{BoxedUint, RsaPublicKey};
use sha2::{Digest as _, Sha256};

const LEAVES: u64 = 1_000_000;
const RUNS: usize = 5;
/// Proofs of one run.
const PROOFS: u64 = 1_000;
/// Signatures of one run.
const BLIND: u32 = 200;

/// Milliseconds of the median run.
fn median(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(RUNS / 2).copied().unwrap_or(f64::NAN)
}

fn main() {
    let entries: Vec<[u8; 32]> = (0..LEAVES)
        .map(|place| Sha256::digest(place.to_be_bytes()).into())
        .collect();
    let all = || entries.iter().map(<[u8; 32]>::as_slice);
    let head = median(|| {
        black_box(Frontier::of(all()).root());
    });
    println!("head over {LEAVES} leaves from nothing: {head:.0} ms");
    let known = Frontier::of(all());
    let next = median(|| {
        let mut tree = known.clone();
        for entry in entries.iter().take(256) {
            tree.push(entry);
        }
        black_box(tree.root());
    });
    println!("head after a batch of 256 more: {next:.2} ms");
    let anew = median(|| {
        black_box(Whole::of(all()).root());
    });
    println!("counted anew by an observer: {anew:.0} ms");
    let tree = Whole::of(all());
    let (root, step) = (tree.root(), LEAVES / PROOFS);
    let proof = median(|| {
        for place in (0..LEAVES).step_by(usize::try_from(step).unwrap_or(1)) {
            black_box(tree.inclusion(place, LEAVES));
        }
    });
    println!(
        "proof that a leaf is in it: {:.3} ms",
        proof / PROOFS as f64
    );
    let onward = median(|| {
        for old in (1..LEAVES).step_by(usize::try_from(step).unwrap_or(1)) {
            black_box(tree.consistency(old, LEAVES));
        }
    });
    println!(
        "proof that it goes on another: {:.3} ms",
        onward / PROOFS as f64
    );
    let path = tree.inclusion(LEAVES / 3, LEAVES).unwrap_or_default();
    let entry = entries.get(usize::try_from(LEAVES / 3).unwrap_or(0));
    let is_in = entry.is_some_and(|entry| includes(entry, LEAVES / 3, LEAVES, &path, &root));
    let old = LEAVES / 2 + 1;
    let path = tree.consistency(old, LEAVES).unwrap_or_default();
    let past = tree.root_at(old).unwrap_or_default();
    let goes = goes_on(old, &past, LEAVES, &root, &path);
    println!("both hold: {is_in}, {goes}");
    blind();
}

/// What a response on the blind path costs the server: one signature, one verification. Single core.
fn blind() {
    let mut random = ChaCha20Rng::from_seed([1; 32]);
    let made = Instant::now();
    let Ok(key) = SigningKey::generate(&mut random) else {
        return;
    };
    println!(
        "a key of a variance unit: {:.0} ms",
        made.elapsed().as_secs_f64() * 1e3
    );
    let Ok(public) = key.public() else { return };
    let text = message("2026q4", "140321-rural-01");
    let bits = 8 * u32::try_from(public.modulus().len()).unwrap_or_default();
    let Ok(n) = BoxedUint::from_be_slice(public.modulus(), bits) else {
        return;
    };
    let Ok(client) = RsaPublicKey::new(n, BoxedUint::from(65_537_u32)) else {
        return;
    };
    let client = PublicKeySha384PSSRandomized::new(client);
    let Ok(own) = client.blind(&mut DefaultRng, &text) else {
        return;
    };
    let sign = median(|| {
        for _ in 0..BLIND {
            black_box(key.sign(&mut SysRng, &own.blind_message).is_ok());
        }
    });
    println!("a blind signature: {:.2} ms", sign / f64::from(BLIND));
    let signed = key.sign(&mut SysRng, &own.blind_message);
    let signed = BlindSignature(signed.unwrap_or_default());
    let token = client.finalize(&signed, &own, &text);
    let (Ok(token), Some(prefix)) = (token, own.msg_randomizer) else {
        return;
    };
    let verify = median(|| {
        for _ in 0..BLIND {
            black_box(public.verifies(&prefix.0, &text, &token));
        }
    });
    let is_good = public.verifies(&prefix.0, &text, &token);
    println!(
        "a token verified: {:.3} ms ({is_good})",
        verify / f64::from(BLIND)
    );
}
