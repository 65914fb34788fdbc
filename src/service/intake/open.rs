//! Open waves: a link for everyone, no code. First a place in a quota cell, then the questionnaire.
//!
//! Promises: a full cell is said before the questionnaire, and nobody is turned away after it; the rendering's
//! random bits are the token, so a resend is known as everywhere; nothing tells who came, and whoever wants can
//! come twice, which is one more reason why this is no probability sample.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::places::{Claim, Reserve, Reserved};
use super::{Draft, Failure, IntakeError, Known, OpenPage, RETRY, Receipt, Submission};
use super::{cast_record, digest, traits};
use crate::service::app::App;
use crate::survey::answer::validate;
use crate::survey::area::Area;
use crate::survey::frame::Residence;
use crate::survey::ids::WaveId;
use crate::survey::invitation::Place;
use crate::survey::plan::{OpenPlan, Plan, eligible_codes};
use crate::survey::questionnaire::Questionnaire;
use crate::survey::quota::Cell;
use crate::survey::sample::{StratumCode, UnitCode};
use crate::survey::wave::{Phase, Wave};

/// What the first page needs.
#[derive(Clone)]
pub struct FirstPage {
    /// The wave.
    pub wave: Arc<Wave>,
    /// Its questionnaire, which holds the items that are asked first.
    pub questionnaire: Arc<Questionnaire>,
    /// Its plan.
    pub plan: OpenPlan,
    /// Its counties, in the order of the plan.
    pub counties: Vec<Area>,
    /// Whether answers are taken now.
    pub phase: Phase,
}

/// What somebody said on the first page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// Division code of a county.
    pub county: String,
    /// Code of an age band.
    pub age: String,
    /// Code of a sex.
    pub sex: String,
    /// Urban or rural.
    pub residence: String,
}

/// What the first page leads to.
#[derive(Clone)]
pub enum Admission {
    /// The questionnaire, with a place.
    Welcome(Box<OpenPage>),
    /// The cell is full.
    Full,
    /// The survey is not addressed to people of this age.
    NotAsked,
    /// These fields are empty or say something unknown, as [`Field`] names them.
    Unclear(Vec<Field>),
}

/// A field of the first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The county.
    County,
    /// The age band.
    Age,
    /// The sex.
    Sex,
    /// Urban or rural.
    Residence,
}

/// What the first page of an open wave needs.
pub async fn first_page(app: &App, wave_slug: &str) -> Result<FirstPage, IntakeError> {
    let (known, plan) = known(app, wave_slug).await?;
    let counties = plan.counties.iter();
    Ok(FirstPage {
        phase: known.wave.phase(app.clock.now()),
        counties: counties
            .filter_map(|code| known.counties.get(code.as_str()).cloned())
            .collect(),
        wave: known.wave,
        questionnaire: known.questionnaire,
        plan,
    })
}

/// The same of a county's questionnaire, for whoever has a place.
pub async fn page(app: &App, wave_slug: &str, county: &str) -> Result<OpenPage, IntakeError> {
    let (known, _) = known(app, wave_slug).await?;
    let area = known.counties.get(county).ok_or(IntakeError::UnknownWave)?;
    Ok(known.page(app.clock.now(), area))
}

/// Keeps a place for the rendering with these random bits.
pub async fn admit(
    app: &App,
    wave_slug: &str,
    choice: &Choice,
    instance: &[u8; 16],
) -> Result<Admission, IntakeError> {
    let (known, plan) = known(app, wave_slug).await?;
    let now = app.clock.now();
    known.taking(now)?;
    let asked = |item: &str, code: &str| {
        let item = known.questionnaire.item(item)?;
        let option = item.options.iter().find(|option| option.code == code)?;
        Some((option.ends, eligible_codes(item).contains(code)))
    };
    let area = known.counties.get(&choice.county);
    let age = asked(&plan.age_item, &choice.age);
    let sex = asked(&plan.sex_item, &choice.sex);
    let residence = Residence::parse(&choice.residence);
    let fields = [
        (Field::County, area.is_some()),
        (Field::Age, age.is_some()),
        (Field::Sex, sex.is_some()),
        (Field::Residence, residence.is_some() || !plan.residence),
    ];
    let unclear: Vec<Field> = fields
        .into_iter()
        .filter_map(|(field, clear)| (!clear).then_some(field))
        .collect();
    let (Some(area), true) = (area, unclear.is_empty()) else {
        return Ok(Admission::Unclear(unclear));
    };
    let answers = [age, sex].into_iter().flatten();
    if answers.clone().any(|(ends, _)| ends) {
        return Ok(Admission::NotAsked);
    }
    // Who would rather not say belongs to no cell, and is welcome.
    if answers.clone().all(|(_, eligible)| eligible) {
        let request = Reserve {
            wave: known.wave.id,
            county: area.code.clone(),
            cell: Cell {
                age: choice.age.clone(),
                sex: choice.sex.clone(),
                residence: residence.filter(|_| plan.residence),
            },
            token_hash: token_hash(known.wave.id, instance),
            at: now,
        };
        match app.intake.0.reserving.ask(request).await? {
            Reserved::Kept => {}
            Reserved::Full => return Ok(Admission::Full),
            Reserved::Shut | Reserved::Unsettled => {
                return Err(IntakeError::Busy { retry_after: RETRY });
            }
            Reserved::Failed => return Err(Failure::Step("keeping a place").into()),
        }
    }
    Ok(Admission::Welcome(Box::new(known.page(now, area))))
}

/// Takes a submission without a code. A receipt means that the record is kept, exactly once.
pub async fn submit(
    app: &App,
    submission: Submission,
    residence: &str,
) -> Result<Receipt, IntakeError> {
    let outcome = take(app, submission, residence).await;
    app.intake.0.outcomes.count(&outcome);
    outcome
}

async fn take(app: &App, submission: Submission, residence: &str) -> Result<Receipt, IntakeError> {
    let (known, plan) = known(app, &submission.wave_slug).await?;
    let whole = Plan::Open(plan.clone());
    let now = app.clock.now();
    known.taking(now)?;
    let county = known
        .counties
        .get(&submission.county_in_path)
        .ok_or(IntakeError::UnknownWave)?;
    let keys = known.wave_keys()?;
    let answers = validate(&known.questionnaire, &submission.form).map_err(IntakeError::Invalid)?;
    let residence = Residence::parse(residence).filter(|_| plan.residence);
    let cell = Cell::of(&whole, &known.questionnaire, &answers, residence);
    // All answers of a county, or of its urban or rural part, leave the pool together.
    let part = residence.map_or_else(
        || format!("{}-open", county.code),
        |residence| format!("{}-open-{}", county.code, residence.as_str()),
    );
    let draft = Draft {
        known: &known,
        token_hash: token_hash(known.wave.id, &submission.instance_id),
        instance: submission.instance_id,
        digest: digest(&keys.token, &submission.instance_id, &answers),
        traits: traits(&known.questionnaire, &submission),
        place: Place {
            county: county.code.clone(),
            stratum: StratumCode::new(part.clone()),
            variance_unit: UnitCode::new(part),
        },
        answers,
        claim: Some(Claim { cell, at: now }),
        unit: None,
        trial: None,
    };
    cast_record(app, &draft, now).await
}

/// An open wave and its plan.
async fn known(app: &App, wave_slug: &str) -> Result<(Known, OpenPlan), IntakeError> {
    let known = app.intake.known(wave_slug).await?;
    // The urn alone knows of none.
    let Some(Plan::Open(plan)) = known.plan.as_deref() else {
        return Err(IntakeError::UnknownWave);
    };
    let plan = plan.clone();
    app.urn.0.here()?;
    Ok((known, plan))
}

/// What stands for a rendering in the urn; the random bits themselves stay with the resident.
fn token_hash(wave: WaveId, instance: &[u8; 16]) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"minyi/v1/open")
        .chain_update(wave.as_bytes())
        .chain_update(instance)
        .finalize()
        .into()
}
