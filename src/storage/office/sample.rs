//! Drawn samples: strata and selected units of a wave.

use sqlx::FromRow;

use crate::storage::value::{count, stored_count};
use crate::storage::{Conn, StoreError};
use crate::survey::area::AreaCode;
use crate::survey::frame::Residence;
use crate::survey::ids::WaveId;
use crate::survey::sample::{Sample, SampledPsu, SampledStratum, StratumCode, UnitCode};

/// The word for a stratum of both residences.
const MERGED: &str = "merged";

statements! {
    INSERT_STRATUM = "INSERT INTO sample_stratum (wave, stratum, county, residence, population,
            addresses, fraction, invitations)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    INSERT_PSU = "INSERT INTO sample_psu (wave, unit, part, county, stratum, variance_unit,
            selection, size, addresses, inclusion_probability, certainty, base_weight, invitations)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    STRATA = "SELECT stratum, county, residence, population, addresses, fraction, invitations
        FROM sample_stratum
        WHERE wave = $1
        ORDER BY stratum";
    PSUS = "SELECT unit, part, county, stratum, variance_unit, selection, size, addresses,
            inclusion_probability, certainty, base_weight, invitations
        FROM sample_psu
        WHERE wave = $1
        ORDER BY stratum, selection, part";
}

/// Stores the sample of a wave.
pub async fn insert(conn: &mut Conn<'_>, wave: WaveId, sample: &Sample) -> Result<(), StoreError> {
    for stratum in &sample.strata {
        sql!(conn, |c| sqlx::query(INSERT_STRATUM)
            .bind(wave)
            .bind(stratum.stratum.clone())
            .bind(stratum.county.clone())
            .bind(stratum.residence.map_or(MERGED, Residence::as_str))
            .bind(stored_count(stratum.population))
            .bind(stored_count(stratum.addresses))
            .bind(stratum.fraction)
            .bind(stored_count(stratum.invitations))
            .execute(c)
            .await
            .map(drop))?;
    }
    for psu in &sample.psus {
        sql!(conn, |c| sqlx::query(INSERT_PSU)
            .bind(wave)
            .bind(psu.unit.clone())
            .bind(i64::from(psu.part))
            .bind(psu.county.clone())
            .bind(psu.stratum.clone())
            .bind(psu.variance_unit.clone())
            .bind(i64::from(psu.selection))
            .bind(i64::from(psu.size))
            .bind(i64::from(psu.addresses))
            .bind(psu.inclusion_probability)
            .bind(psu.certainty)
            .bind(psu.base_weight)
            .bind(stored_count(psu.invitations))
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

#[derive(FromRow)]
struct StratumRow {
    stratum: StratumCode,
    county: AreaCode,
    residence: String,
    population: i64,
    addresses: i64,
    fraction: f64,
    invitations: i64,
}

#[derive(FromRow)]
struct PsuRow {
    unit: AreaCode,
    part: i64,
    county: AreaCode,
    stratum: StratumCode,
    variance_unit: UnitCode,
    selection: i64,
    size: i64,
    addresses: i64,
    inclusion_probability: f64,
    certainty: bool,
    base_weight: f64,
    invitations: i64,
}

fn small(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::Corrupt("sampled unit"))
}

impl StratumRow {
    fn read(self) -> Result<SampledStratum, StoreError> {
        let residence = match self.residence.as_str() {
            MERGED => None,
            word => Some(Residence::parse(word).ok_or(StoreError::Corrupt("residence"))?),
        };
        Ok(SampledStratum {
            stratum: self.stratum,
            county: self.county,
            residence,
            population: count(self.population, "stratum")?,
            addresses: count(self.addresses, "stratum")?,
            fraction: self.fraction,
            invitations: count(self.invitations, "stratum")?,
        })
    }
}

impl PsuRow {
    fn read(self) -> Result<SampledPsu, StoreError> {
        Ok(SampledPsu {
            unit: self.unit,
            part: small(self.part)?,
            county: self.county,
            stratum: self.stratum,
            variance_unit: self.variance_unit,
            selection: small(self.selection)?,
            size: small(self.size)?,
            addresses: small(self.addresses)?,
            inclusion_probability: self.inclusion_probability,
            certainty: self.certainty,
            base_weight: self.base_weight,
            invitations: count(self.invitations, "sampled unit")?,
        })
    }
}

/// The sample of a wave; a wave without one has no strata.
pub async fn get(conn: &mut Conn<'_>, wave: WaveId) -> Result<Sample, StoreError> {
    let strata: Vec<StratumRow> = sql!(&mut *conn, |c| sqlx::query_as(STRATA)
        .bind(wave)
        .fetch_all(c)
        .await)?;
    let psus: Vec<PsuRow> = sql!(conn, |c| sqlx::query_as(PSUS).bind(wave).fetch_all(c).await)?;
    Ok(Sample {
        strata: strata
            .into_iter()
            .map(StratumRow::read)
            .collect::<Result<_, _>>()?,
        psus: psus
            .into_iter()
            .map(PsuRow::read)
            .collect::<Result<_, _>>()?,
    })
}
