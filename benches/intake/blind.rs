//! The blind path without its phones: how many signatures and how many answers with a token a server takes in a second.
//!
//! In this process, through the services that the pages use, on files whose commits wait for the disk; messages are blinded and
//! tokens are made before the clock starts, because that is the phones' work.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use blind_rsa_signatures::{
    BlindSignature, BlindingResult, DefaultRng, PublicKeySha384PSSRandomized,
};
use minyi::ledger::blind::{KeyList, message};
use minyi::service::app::App;
use minyi::service::intake::Submission;
use minyi::service::intake::blind::{Token, cast, list, sign, unit_key};
use minyi::service::keys::random;
use minyi::storage::Durability;
use minyi::survey::response::{Direction, Mode};
use minyi::survey::time::{Clock, Zone};
use rsa::{BoxedUint, RsaPublicKey};
use tokio::task::JoinSet;

use super::instance::{self, Invited, SLUG, Stores};

/// Requests at once.
const CLIENTS: usize = 32;

/// Somebody whose phone has drawn a token.
struct Phone {
    invited: Invited,
    unit: String,
    own: BlindingResult,
    token: Option<Token>,
}

fn key(list: &KeyList, unit: &str) -> Result<PublicKeySha384PSSRandomized, Box<dyn Error>> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let listed = list.find(unit).ok_or("a unit")?;
    let (_, modulus) = listed.line.split_once(' ').ok_or("a line")?;
    let n = BoxedUint::from_be_slice(&STANDARD.decode(modulus)?, 2048)?;
    let key = RsaPublicKey::new(n, BoxedUint::from(65_537_u32))?;
    Ok(PublicKeySha384PSSRandomized::new(key))
}

/// Runs `work` on every phone, so many at a time; how many a second.
async fn rate<F, Fut>(
    phones: &Arc<Vec<Phone>>,
    work: F,
) -> Result<(f64, Vec<(usize, Vec<u8>)>), Box<dyn Error>>
where
    F: Fn(Arc<Vec<Phone>>, usize) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Vec<u8>> + Send,
{
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (phones, next, work) = (phones.clone(), next.clone(), work.clone());
        clients.spawn(async move {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Relaxed);
                if at >= phones.len() {
                    return done;
                }
                done.push((at, work(phones.clone(), at).await));
            }
        });
    }
    let done = clients.join_all().await.concat();
    let seconds = begun.elapsed().as_secs_f64();
    Ok((minyi::stats::num::real(done.len()) / seconds, done))
}

/// Measures both steps for so many phones.
pub async fn measure(flows: usize) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let invited = instance::make(folder.path(), &Stores::Sqlite, flows.max(50_000), 0).await?;
    let clock = Clock::at(Zone::shanghai().parse("2026-01-02")?);
    let config = instance::config(folder.path(), &Stores::Sqlite, Durability::Full, clock);
    let app = App::open(config).await?;
    let keys = list(&app, SLUG).await?.ok_or("a wave with keys")?;
    let mut phones = Vec::new();
    for invited in invited.into_iter().take(flows) {
        let asked = unit_key(&app, (SLUG, &invited.county), &invited.code, None).await?;
        let unit = asked.unit.as_str().to_owned();
        let own = key(&keys, &unit)?.blind(&mut DefaultRng, message(SLUG, &unit))?;
        phones.push(Phone {
            invited,
            unit,
            own,
            token: None,
        });
    }
    let phones = Arc::new(phones);
    let office = app.clone();
    let (signed, signatures) = rate(&phones, move |phones, at| {
        let app = office.clone();
        async move {
            let Phone { invited, own, .. } = &phones[at];
            let address = (SLUG, invited.county.as_str());
            let signed = sign(&app, address, &invited.code, &own.blind_message, None);
            signed.await.expect("a signature")
        }
    })
    .await?;
    let mut phones = Arc::into_inner(phones).ok_or("one owner")?;
    for (at, signature) in signatures {
        let phone = &mut phones[at];
        let (key, text) = (key(&keys, &phone.unit)?, message(SLUG, &phone.unit));
        let signature = key.finalize(&BlindSignature(signature), &phone.own, &text)?;
        phone.token = Some(Token {
            unit: phone.unit.clone(),
            prefix: phone.own.msg_randomizer.ok_or("a randomizer")?.0,
            signature: signature.0,
        });
    }
    let (urn, phones) = (app.clone(), Arc::new(phones));
    let (taken, _) = rate(&phones, move |phones, at| {
        let app = urn.clone();
        async move {
            let token = phones[at].token.as_ref().expect("a token");
            cast(&app, form(), token).await.expect("a receipt");
            Vec::new()
        }
    })
    .await?;
    println!(
        "{flows} phones, {CLIENTS} at a time: {signed:.0} signatures/s, {taken:.0} answers with a token/s"
    );
    app.shutdown().await;
    Ok(())
}

fn form() -> Submission {
    let answers = [
        ("s1", "4"),
        ("s2", "60up"),
        ("q1", "3"),
        ("q2", "2"),
        ("d1", "female"),
    ];
    Submission {
        wave_slug: SLUG.to_owned(),
        code: String::new(),
        county_in_path: String::new(),
        instance_id: random().expect("random bits"),
        form: answers
            .map(|(item, code)| (item.to_owned(), code.to_owned()))
            .into(),
        language: "zh-CN".to_owned(),
        mode: Mode::Blind,
        direction: Direction::Forward,
        fast: Some(false),
    }
}
