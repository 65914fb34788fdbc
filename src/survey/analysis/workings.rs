//! The way of each respondent's weight, for auditors: what was filled in, class, weights step by step.

use super::people::{People, Respondent};
use super::weigh::{Stage, Weighed};
use crate::survey::invitation::Place;

/// One respondent's weight and what it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Working {
    /// The response's random id.
    pub id: [u8; 16],
    /// County, stratum, variance unit.
    pub place: Place,
    /// Sex as answered, or a donor's.
    pub sex: String,
    /// Age band as answered, or a donor's.
    pub age: String,
    /// Adults of the household up to the plan's cap; 1 where persons are sampled.
    pub adults: f64,
    /// Whether sex, age and number of adults are a donor's.
    pub filled: [bool; 3],
    /// 1/f of the stratum.
    pub base: f64,
    /// Class of the non-response adjustment.
    pub class: String,
    /// Weight before calibration.
    pub before: f64,
    /// Final weight.
    pub weight: f64,
}

/// The workings of a county, in the order of ids; none where nobody could be weighted.
pub(super) fn of(people: &People<'_>, run: &Weighed) -> Vec<Working> {
    let Ok(weights) = &run.outcome else {
        return Vec::new();
    };
    let stages = weights.stages.iter().zip(&weights.of_people);
    let rows = people.respondents.iter().zip(stages);
    rows.map(working).collect()
}

fn working((person, (stage, weight)): (&Respondent<'_>, (&Stage, &f64))) -> Working {
    Working {
        id: person.record.id,
        place: person.record.place.clone(),
        sex: person.sex.clone(),
        age: person.age.clone(),
        adults: person.adults,
        filled: person.filled,
        base: stage.base,
        class: stage.class.clone(),
        before: stage.before,
        weight: *weight,
    }
}
