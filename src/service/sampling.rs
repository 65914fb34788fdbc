//! Drawing a wave's sample and handing out its codes, once.
//!
//! For: `minyi sample draw` and the organizer's pages. Promises: the seed is entered after the seal
//! and stands in the audit log; sample, invitations and keys are stored in one transaction; the
//! codes are returned once and stored only as keyed hashes, so nobody can list them again. Whoever
//! keeps them in a file gets them before the commit ([`draw_and_keep`]): no crash leaves a drawn
//! wave without its codes. Until fieldwork opens, codes that were lost can be replaced ([`reissue_codes`]).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;

use super::app::App;
use super::intake::blind::key_list;
use super::keys::{WaveKeys, random};
use super::waves::{Material, WaveError, allowed, find, step};
use crate::ledger::blind::{KeyList, SigningKey};
use crate::ledger::tree::Frontier;
use crate::storage::office::{blind, invitation, sample, wave_key};
use crate::storage::{Conn, StoreError, Tx};
use crate::survey::account::Account;
use crate::survey::area::AreaCode;
use crate::survey::invitation::{Code, NewInvitation, Place};
use crate::survey::sample::{DrawError, Sample, StratumCode, UNIT_INVITATIONS, UnitCode, draw};
use crate::survey::wave::{Refusal, Wave, WaveSlug};

/// A drawn wave with its codes.
#[derive(Debug)]
pub struct Drawn {
    /// The wave.
    pub wave: Wave,
    /// The sample.
    pub sample: Sample,
    /// One per invitation, in sample order.
    pub tickets: Vec<Ticket>,
}

/// One code to hand out. It exists here and on paper, nowhere else.
pub struct Ticket {
    /// The code.
    pub code: Code,
    /// Where the answer will be counted.
    pub place: Place,
    /// The community or village to which the invitation goes.
    pub community: AreaCode,
    /// Part of a community that was taken with certainty, from 1; 0 otherwise.
    pub part: u32,
    /// Address of the survey with the code behind `#`, which browsers do not send.
    pub link: String,
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticket")
            .field("community", &self.community)
            .finish_non_exhaustive()
    }
}

/// Why codes that are kept in a file were not made.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The step was not taken.
    #[error(transparent)]
    Wave(#[from] WaveError),
    /// The codes could not be kept, so nothing was done.
    #[error("the codes could not be kept")]
    Keep(#[source] std::io::Error),
    /// The codes are kept, but whether they were stored is unknown.
    #[error("it is unknown whether the codes were stored")]
    Unsettled(#[source] StoreError),
}

/// Draws the sample from a public text (dice, lottery numbers, 64 hexadecimal digits) and makes the
/// invitations.
pub async fn draw_sample(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    seed_text: &str,
) -> Result<Drawn, WaveError> {
    let (tx, drawn) = prepare(app, person, slug, seed_text).await?;
    tx.commit().await?;
    Ok(drawn)
}

/// The same; `keep` gets the codes before anything is committed, and when it fails, nothing is drawn.
pub async fn draw_and_keep(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    seed_text: &str,
    keep: impl FnOnce(&[Ticket]) -> std::io::Result<()>,
) -> Result<Drawn, KeepError> {
    let prepared = prepare(app, person, slug, seed_text).await?;
    kept(prepared, keep).await
}

/// Keeps the codes, then commits.
async fn kept(
    (tx, drawn): (Tx, Drawn),
    keep: impl FnOnce(&[Ticket]) -> std::io::Result<()>,
) -> Result<Drawn, KeepError> {
    keep(&drawn.tickets).map_err(KeepError::Keep)?;
    match tx.commit().await {
        Ok(()) => Ok(drawn),
        Err(error @ StoreError::Unsettled { .. }) => Err(KeepError::Unsettled(error)),
        Err(error) => Err(WaveError::from(error).into()),
    }
}

/// Everything up to the commit.
async fn prepare(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    seed_text: &str,
) -> Result<(Tx, Drawn), WaveError> {
    allowed(person)?;
    let now = app.clock.now();
    let made = make_keys(app, slug, seed_text).await?;
    let mut tx = app.office.0.begin_write("draw sample").await?;
    let mut conn = tx.conn();
    let before = find(&mut conn, slug).await?;
    let after = before.clone().draw(seed_text, now)?;
    let seed = after.seed.ok_or(Refusal::Incomplete("seed"))?;
    let material = Material::load(&mut conn, &before).await?;
    let drawn = draw(&material.plan.sample, &material.frame, &seed).map_err(refused)?;
    let wrapped = app.keys.make_wave(before.id)?;
    wave_key::insert(&mut conn, before.id, &wrapped).await?;
    let keys = app.keys.wave(before.id, &wrapped)?;
    sample::insert(&mut conn, before.id, &drawn).await?;
    let tickets = tickets(app, &before, &drawn)?;
    let invitations = hashed(&before, &keys, &tickets);
    invitation::insert(&mut conn, before.id, &invitations).await?;
    let list = store_keys(app, &mut conn, &before, &drawn, made).await?;
    let by_stratum = drawn
        .strata
        .iter()
        .map(|line| (line.stratum.as_str().to_owned(), line.invitations.into()));
    let detail = json!({
        "seed_text": after.seed_text,
        "seed": hex::encode(seed),
        "sample": hex::encode(drawn.digest()),
        "invitations": tickets.len(),
        "invitations_by_stratum": by_stratum.collect::<serde_json::Map<_, _>>(),
        "codes": codes_root(invitations.iter().map(|one| one.code_hash.as_bytes())),
        "blind_keys": hex::encode(list.root()),
        "blind_units": list.len(),
    });
    step(
        &mut conn,
        person,
        now,
        "draw_sample",
        &before,
        &after,
        detail,
    )
    .await?;
    let drawn = Drawn {
        wave: after,
        sample: drawn,
        tickets,
    };
    Ok((tx, drawn))
}

/// Keys of blind tokens for the units that will be drawn, made before the transaction: they take seconds.
async fn make_keys(
    app: &App,
    slug: &WaveSlug,
    seed_text: &str,
) -> Result<BTreeMap<UnitCode, SigningKey>, WaveError> {
    let mut tx = app.office.0.begin_read("units to be drawn").await?;
    let mut conn = tx.conn();
    let before = find(&mut conn, slug).await?;
    let after = before.clone().draw(seed_text, app.clock.now())?;
    let seed = after.seed.ok_or(Refusal::Incomplete("seed"))?;
    let material = Material::load(&mut conn, &before).await?;
    drop(tx);
    let drawn = draw(&material.plan.sample, &material.frame, &seed).map_err(refused)?;
    let places = drawn.places();
    let made = app.blind_keys.make(places.len()).await?;
    let units = places.into_iter().map(|place| place.variance_unit);
    Ok(units.zip(made).collect())
}

/// Stores the units' keys. Sealing refuses a plan with smaller units than eighty; none is given a key here either.
async fn store_keys(
    app: &App,
    conn: &mut Conn<'_>,
    wave: &Wave,
    drawn: &Sample,
    mut made: BTreeMap<UnitCode, SigningKey>,
) -> Result<KeyList, WaveError> {
    if drawn
        .units()
        .values()
        .any(|number| *number < UNIT_INVITATIONS)
    {
        return Err(StoreError::Corrupt("size of a variance unit").into());
    }
    let mut keys = Vec::new();
    for place in drawn.places() {
        let key = made.remove(&place.variance_unit);
        let key = key.ok_or(WaveError::ChangedMeanwhile)?;
        keys.push(app.keys.wrap_blind(wave.id, place, &key)?);
    }
    blind::insert_keys(conn, wave.id, &keys).await?;
    let keys = keys.into_iter().map(|key| (key.place, key.modulus));
    Ok(key_list(keys.collect())?)
}

/// Makes other codes for the same sample: the earlier list becomes useless. Only before fieldwork opens.
pub async fn reissue_codes(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
) -> Result<Drawn, WaveError> {
    let (tx, drawn) = prepare_again(app, person, slug).await?;
    tx.commit().await?;
    Ok(drawn)
}

/// The same; `keep` gets the codes before anything is committed, and when it fails, the earlier ones hold.
pub async fn reissue_and_keep(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    keep: impl FnOnce(&[Ticket]) -> std::io::Result<()>,
) -> Result<Drawn, KeepError> {
    let prepared = prepare_again(app, person, slug).await?;
    kept(prepared, keep).await
}

async fn prepare_again(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
) -> Result<(Tx, Drawn), WaveError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_write("reissue codes").await?;
    let mut conn = tx.conn();
    let before = find(&mut conn, slug).await?;
    let after = before.clone().reissue()?;
    let sample = sample::get(&mut conn, before.id).await?;
    let wrapped = wave_key::find(&mut conn, before.id).await?;
    let wrapped = wrapped.ok_or(StoreError::Missing("wave keys"))?;
    let keys = app.keys.wave(before.id, &wrapped)?;
    let replaced = invitation::delete_unused(&mut conn, before.id).await?;
    let tickets = tickets(app, &before, &sample)?;
    if replaced != tickets.len() as u64 {
        return Err(StoreError::Corrupt("unused invitations").into());
    }
    let invitations = hashed(&before, &keys, &tickets);
    invitation::insert(&mut conn, before.id, &invitations).await?;
    let detail = json!({ "invitations": tickets.len(), "codes": codes_root(invitations.iter().map(|one| one.code_hash.as_bytes())) });
    let now = app.clock.now();
    step(
        &mut conn,
        person,
        now,
        "reissue_codes",
        &before,
        &after,
        detail,
    )
    .await?;
    let drawn = Drawn {
        wave: after,
        sample,
        tickets,
    };
    Ok((tx, drawn))
}

/// Root of the tree over the stored hashes of all codes, in their own order: no code can be added later.
pub(super) fn codes_root<'a>(hashes: impl Iterator<Item = &'a [u8; 32]>) -> String {
    let mut hashes: Vec<&[u8]> = hashes.map(<[u8; 32]>::as_slice).collect();
    hashes.sort_unstable();
    hex::encode(Frontier::of(hashes).root())
}

/// The address of a code.
pub(super) fn link(app: &App, wave: &Wave, county: &AreaCode, code: &Code) -> String {
    let (url, slug) = (&app.public_url, &wave.slug);
    format!("{url}/s/{slug}/{county}#{}", code.printed())
}

/// What is stored of codes.
fn hashed(wave: &Wave, keys: &WaveKeys, tickets: &[Ticket]) -> Vec<NewInvitation> {
    let hashed = tickets.iter().map(|ticket| NewInvitation {
        code_hash: ticket.code.hash(&keys.pepper, wave.id),
        place: ticket.place.clone(),
    });
    hashed.collect()
}

fn tickets(app: &App, wave: &Wave, sample: &Sample) -> Result<Vec<Ticket>, WaveError> {
    let mut tickets = Vec::new();
    for psu in &sample.psus {
        for _ in 0..psu.invitations {
            let code = Code::from_random(random()?);
            let link = link(app, wave, &psu.county, &code);
            tickets.push(Ticket {
                code,
                place: Place {
                    county: psu.county.clone(),
                    stratum: psu.stratum.clone(),
                    variance_unit: psu.variance_unit.clone(),
                },
                community: psu.unit.clone(),
                part: if psu.certainty { psu.part + 1 } else { 0 },
                link,
            });
        }
    }
    Ok(tickets)
}

fn refused(error: DrawError) -> WaveError {
    match error {
        DrawError::Plan(problems) => WaveError::Sample(problems),
        DrawError::Selection { stratum, source } => WaveError::Selection { stratum, source },
    }
}

/// The hand-out list as CSV: code, county, stratum, community, part, link.
#[must_use]
pub fn handout_csv(tickets: &[Ticket]) -> String {
    let mut csv = String::from("code,county,stratum,community,part,link\n");
    for ticket in tickets {
        let code = ticket.code.printed();
        let county = &ticket.place.county;
        let stratum: &StratumCode = &ticket.place.stratum;
        let (community, part, link) = (&ticket.community, ticket.part, &ticket.link);
        // writing to a String cannot fail
        let _ = writeln!(csv, "{code},{county},{stratum},{community},{part},{link}");
    }
    csv
}
