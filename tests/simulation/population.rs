//! A synthetic city: counties of adults in communities, with known answers and known willingness to
//! answer. Made once from a seed; the samples are drawn from it again and again.

use std::collections::BTreeSet;

use minyi::stats::dist::{beta_quantile, expit, logit};
use minyi::stats::num::real;
use minyi::stats::rng::{below, normal, stream, uniform};
use minyi::survey::area::{Area, AreaCode, Level};
use minyi::survey::frame::{Frame, FrameUnit, Residence};
use minyi::survey::margin::{MarginCell, MarginRow, Margins};

/// Age bands of the default questionnaire.
pub(crate) const AGES: [&str; 5] = ["18-29", "30-39", "40-49", "50-59", "60up"];
/// Sexes of the default questionnaire.
pub(crate) const SEXES: [&str; 2] = ["female", "male"];
/// Correlation of answers within a community that the city is made with.
pub(crate) const CLUSTERING: f64 = 0.02;
/// Share of invited people who answer.
pub(crate) const RESPONSE: f64 = 0.45;

const CITY: &str = "140300";
const URBAN_SHARE: f64 = 0.6;
/// Shares of the age bands; a community's own differ by about a tenth.
const AGE_MIX: [f64; 5] = [0.19, 0.20, 0.21, 0.20, 0.20];
/// Older people approve a little more, in log odds; so do women and villagers.
const AGE_APPROVAL: [f64; 5] = [-0.25, -0.10, 0.0, 0.10, 0.25];
const SEX_APPROVAL: [f64; 2] = [0.05, -0.05];
const RURAL_APPROVAL: f64 = 0.15;
/// Older people answer more often; so do women and villagers.
const AGE_RESPONSE: [f64; 5] = [0.70, 0.85, 1.00, 1.15, 1.30];
const SEX_RESPONSE: [f64; 2] = [1.07, 0.93];
const RURAL_RESPONSE: f64 = 1.15;

/// What decides whether an invited person answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Willingness {
    /// Age, sex and residence alone: what the weights are calibrated to.
    Margins,
    /// These, and the answer itself: who does not approve answers this much less often.
    Answer(f64),
}

/// What a county is made like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CountyShape {
    /// Division code.
    pub(crate) code: &'static str,
    /// Share that approves, exactly (rounded up to a person).
    pub(crate) approval: f64,
    /// Communities and villages.
    pub(crate) communities: usize,
    /// Adults.
    pub(crate) adults: usize,
}

/// One adult.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person {
    /// Place in [`AGES`].
    pub(crate) age: u8,
    /// Place in [`SEXES`].
    pub(crate) sex: u8,
    /// The answer.
    pub(crate) approves: bool,
}

/// A community or village.
pub(crate) struct Community {
    /// Its line of the frame.
    pub(crate) unit: FrameUnit,
    /// Who lives there.
    pub(crate) people: Vec<Person>,
}

/// A county.
pub(crate) struct County {
    /// Its area.
    pub(crate) area: Area,
    /// Communities by code.
    pub(crate) communities: Vec<Community>,
    /// Share that approves.
    pub(crate) approval: f64,
    /// Intraclass correlation of the answers within communities of a stratum, as it came out.
    pub(crate) clustering: f64,
    base: f64,
    willingness: Willingness,
}

/// The city.
pub(crate) struct Population {
    /// Counties in the order of their shapes.
    pub(crate) counties: Vec<County>,
    /// Frame of all counties.
    pub(crate) frame: Frame,
    /// Their margins.
    pub(crate) margins: Margins,
}

impl Population {
    /// The city of these counties.
    pub(crate) fn new(shapes: &[CountyShape], willingness: Willingness, seed: &[u8; 32]) -> Self {
        let counties: Vec<County> = shapes
            .iter()
            .map(|shape| County::new(shape, willingness, seed))
            .collect();
        let units = counties.iter().flat_map(|county| &county.communities);
        let frame = Frame::from_stored(units.map(|community| community.unit.clone()).collect());
        let rows: Vec<MarginRow> = counties.iter().flat_map(County::margin_rows).collect();
        let codes: BTreeSet<AreaCode> = counties.iter().map(|c| c.area.code.clone()).collect();
        let margins = Margins::new(&rows, &codes).expect("margins add up");
        Self {
            counties,
            frame,
            margins,
        }
    }
}

impl County {
    fn new(shape: &CountyShape, willingness: Willingness, seed: &[u8; 32]) -> Self {
        let mut random = stream(seed, &format!("population/{}", shape.code));
        let code = AreaCode::parse(shape.code).expect("a code");
        let mean = real(shape.adults) / real(shape.communities);
        let urban = (URBAN_SHARE * real(shape.communities)).round();
        let communities: Vec<Community> = (0..shape.communities)
            .map(|place| {
                let is_urban = real(place) < urban;
                let residence = if is_urban {
                    Residence::Urban
                } else {
                    Residence::Rural
                };
                // A community is never so large that it would be drawn for certain.
                let size = mean * (0.4 * normal(&mut random) - 0.08).exp();
                let size = whole(size.clamp(0.4 * mean, 2.0 * mean));
                let people = people(size, shape.approval, residence, &mut random);
                // The measure of size is an older count.
                let known = real(people.len()) * (0.9 + 0.2 * uniform(&mut random));
                Community {
                    unit: FrameUnit {
                        code: AreaCode::parse(&format!(
                            "{}{:03}{:03}",
                            shape.code,
                            1 + place / 12,
                            1 + place % 12
                        ))
                        .expect("a code"),
                        county: code.clone(),
                        name: format!("community {place}"),
                        residence,
                        size: u32::try_from(whole(known)).expect("a size"),
                        addresses: u32::try_from(people.len()).expect("a size"),
                    },
                    people,
                }
            })
            .collect();
        let mut county = Self {
            area: Area {
                code,
                level: Level::County,
                name_zh: shape.code.to_owned(),
                name_en: shape.code.to_owned(),
                parent: Some(AreaCode::parse(CITY).expect("a code")),
            },
            communities,
            approval: 0.0,
            clustering: 0.0,
            base: 1.0,
            willingness,
        };
        county.set_approval(shape.approval, &mut random);
        county.clustering = county.measure_clustering();
        let mean = county.mean(|person, residence| county.willing(*person, residence));
        county.base = RESPONSE / mean;
        county
    }

    /// Changes the answers of people at random until exactly this share approves.
    fn set_approval(&mut self, share: f64, random: &mut rand::rngs::ChaCha20Rng) {
        let adults = self.adults();
        let wanted = whole((share * real(adults) - 1e-6).ceil());
        let approving = |county: &Self| county.people().filter(|(p, _)| p.approves).count();
        let mut now = approving(self);
        while now != wanted {
            let community = below(random, self.communities.len());
            let people = &mut self.communities[community].people;
            let place = below(random, people.len());
            let person = &mut people[place];
            if person.approves == (now > wanted) {
                person.approves = now < wanted;
                now = if person.approves { now + 1 } else { now - 1 };
            }
        }
        self.approval = real(now) / real(adults);
    }

    /// Probability that an invited person answers.
    pub(crate) fn willing(&self, person: Person, residence: Residence) -> f64 {
        let (age, sex) = (usize::from(person.age), usize::from(person.sex));
        let place = match residence {
            Residence::Rural => RURAL_RESPONSE,
            Residence::Urban => 1.0,
        };
        let answer = match self.willingness {
            Willingness::Answer(less) if !person.approves => less,
            _ => 1.0,
        };
        self.base * AGE_RESPONSE[age] * SEX_RESPONSE[sex] * place * answer
    }

    /// The community of this code.
    pub(crate) fn community(&self, code: &AreaCode) -> &Community {
        let place = self
            .communities
            .binary_search_by(|community| community.unit.code.cmp(code));
        &self.communities[place.expect("a community of the frame")]
    }

    /// Number of adults.
    pub(crate) fn adults(&self) -> usize {
        self.communities.iter().map(|c| c.people.len()).sum()
    }

    fn people(&self) -> impl Iterator<Item = (&Person, Residence)> {
        let of = |c: &Community| c.unit.residence;
        self.communities
            .iter()
            .flat_map(move |c| c.people.iter().map(move |person| (person, of(c))))
    }

    fn mean(&self, of: impl Fn(&Person, Residence) -> f64) -> f64 {
        let sum: f64 = self.people().map(|(person, place)| of(person, place)).sum();
        sum / real(self.adults())
    }

    /// Analysis of variance between and within communities, strata apart.
    fn measure_clustering(&self) -> f64 {
        let (mut between, mut within, mut groups, mut people, mut squares) =
            (0.0, 0.0, 0.0, 0.0, 0.0);
        for residence in Residence::ALL {
            let members = || {
                self.communities
                    .iter()
                    .filter(|c| c.unit.residence == residence)
            };
            let sums: Vec<(f64, f64)> = members()
                .map(|c| {
                    (
                        real(c.people.len()),
                        real(c.people.iter().filter(|p| p.approves).count()),
                    )
                })
                .collect();
            let n: f64 = sums.iter().map(|(n, _)| n).sum();
            let mean = sums.iter().map(|(_, yes)| yes).sum::<f64>() / n;
            for (n, yes) in &sums {
                between += n * (yes / n - mean).powi(2);
                within += yes * (1.0 - yes / n);
            }
            groups += real(sums.len()) - 1.0;
            people += n - real(sums.len());
            squares += n - sums.iter().map(|(n, _)| n * n).sum::<f64>() / n;
        }
        let size = squares / groups;
        let (between, within) = (between / groups, within / people);
        (between - within) / (between + (size - 1.0) * within)
    }

    fn margin_rows(&self) -> Vec<MarginRow> {
        let row = |variable: &str, label: &str, n: usize| MarginRow {
            county: self.area.code.clone(),
            cell: MarginCell::from_words(variable, label).expect("a cell"),
            population: n as u64,
        };
        let mut rows = Vec::new();
        for (s, sex) in SEXES.iter().enumerate() {
            for (a, age) in AGES.iter().enumerate() {
                let is =
                    |person: &Person| usize::from(person.age) == a && usize::from(person.sex) == s;
                let n = self.people().filter(|(person, _)| is(person)).count();
                rows.push(row("sex_age", &format!("{sex}:{age}"), n));
            }
        }
        for residence in Residence::ALL {
            let n = self
                .people()
                .filter(|(_, place)| *place == residence)
                .count();
            rows.push(row("residence", residence.as_str(), n));
        }
        rows
    }
}

/// People of one community. Its own level of approval has a beta distribution, so that answers of
/// two neighbors correlate by [`CLUSTERING`] at every level.
fn people(
    size: usize,
    approval: f64,
    residence: Residence,
    random: &mut rand::rngs::ChaCha20Rng,
) -> Vec<Person> {
    let strength = 1.0 / CLUSTERING - 1.0;
    let level = beta_quantile(
        uniform(random),
        approval * strength,
        (1.0 - approval) * strength,
    );
    let level = logit(level.clamp(1e-4, 1.0 - 1e-4))
        + if residence == Residence::Rural {
            RURAL_APPROVAL
        } else {
            0.0
        };
    let mix = AGE_MIX.map(|share| share * (0.1 * normal(random)).exp());
    let sum: f64 = mix.iter().sum();
    (0..size)
        .map(|_| {
            let mut point = sum * uniform(random);
            let age = mix
                .iter()
                .position(|share| {
                    point -= share;
                    point < 0.0
                })
                .unwrap_or(AGES.len() - 1);
            let sex = below(random, 2);
            let odds = level + AGE_APPROVAL[age] + SEX_APPROVAL[sex];
            Person {
                age: u8::try_from(age).expect("an age"),
                sex: u8::try_from(sex).expect("a sex"),
                approves: uniform(random) < expit(odds),
            }
        })
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of people"
)]
fn whole(x: f64) -> usize {
    x.round().max(0.0) as usize
}
