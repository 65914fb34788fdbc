//! A made-up population that is invited and answers.
//!
//! For: the demonstration and tests of a whole wave. Uses: the margins, for who lives where, and named
//! streams of random numbers. Promises: the same seed gives the same people, whoever asks first; who
//! answers depends on age, sex and place only, so that weighting can repair it; within a county people of
//! one variance unit resemble each other a little. Everything here is invented, and every page that shows
//! it says so.

use rand::rngs::ChaCha20Rng;

use crate::service::intake::Submission;
use crate::service::sampling::Ticket;
use crate::stats::rng::{below, normal, stream, uniform};
use crate::survey::area::AreaCode;
use crate::survey::frame::Residence;
use crate::survey::margin::{CountyMargins, Margins};
use crate::survey::response::{Direction, Mode};
use crate::survey::wave::WaveSlug;

/// What is true of a county in one wave: shares among everybody who is invited.
#[derive(Debug, Clone, Copy)]
pub(super) struct Truth {
    /// Approve of public security.
    pub(super) approval: f64,
    /// Feel safe.
    pub(super) safety: f64,
}

/// Standard deviation of a variance unit's effect, on the logit scale.
const CLUSTERING: f64 = 0.3;
/// Of two answers that go together, this share comes from one mind.
const SAME_MIND: f64 = 0.6;

/// How much more inclined to approve (logit), and to answer (log odds), people of an age band are.
fn by_age(age: &str) -> (f64, f64) {
    match age {
        "18-29" => (-0.6, 0.5),
        "30-39" => (-0.35, 0.4),
        "40-49" => (0.0, 0.2),
        "50-59" => (0.25, -0.1),
        _ => (0.7, -0.9),
    }
}

/// One invited person.
#[derive(Debug, Clone, PartialEq)]
struct Person {
    sex: String,
    age: String,
    residence: Residence,
    /// Inclination to approve, on the logit scale, without the county's level.
    inclination: f64,
    /// The larger, the earlier this person answers; a Gumbel number, so that the first `n` of a county
    /// are a sample without replacement with odds by age, sex and place.
    eagerness: f64,
}

/// Somebody who answers.
pub(super) struct Respondent {
    /// Place of the invitation among the tickets.
    pub(super) ticket: usize,
    /// How far into fieldwork, in [0, 1).
    pub(super) moment: f64,
    approval: f64,
    safety: f64,
    person: Person,
    stream: ChaCha20Rng,
}

/// The `n` people of each county who answer, and the invitations of those who do not.
pub(super) fn respondents(
    seed: &[u8; 32],
    wave: &WaveSlug,
    tickets: &[Ticket],
    margins: &Margins,
    truth: impl Fn(&AreaCode) -> Truth,
    n: usize,
) -> (Vec<Respondent>, Vec<usize>) {
    let (mut answering, mut silent) = (Vec::new(), Vec::new());
    for (county, known) in margins.iter() {
        let mut people: Vec<(usize, Person)> = tickets
            .iter()
            .enumerate()
            .filter(|(_, ticket)| ticket.place.county == *county)
            .map(|(place, ticket)| (place, invite(seed, wave, place, ticket, known)))
            .collect();
        let truth = truth(county);
        let approval = level(&people, truth.approval);
        let safety = level(&people, truth.safety);
        people.sort_by(|a, b| b.1.eagerness.total_cmp(&a.1.eagerness));
        for (rank, (ticket, person)) in people.into_iter().enumerate() {
            if rank >= n {
                silent.push(ticket);
                continue;
            }
            let mut stream = stream(seed, &format!("{wave} answers {ticket}"));
            answering.push(Respondent {
                ticket,
                // most people answer in the first days, or never
                moment: uniform(&mut stream).powf(1.5),
                approval: logistic(approval + person.inclination),
                safety: logistic(safety + person.inclination),
                person,
                stream,
            });
        }
    }
    (answering, silent)
}

fn invite(
    seed: &[u8; 32],
    wave: &WaveSlug,
    place: usize,
    ticket: &Ticket,
    known: &CountyMargins,
) -> Person {
    let unit = ticket.place.variance_unit.as_str();
    let together = CLUSTERING * normal(&mut stream(seed, &format!("{wave} unit {unit}")));
    let mut own = stream(seed, &format!("{wave} person {place}"));
    let mut left = below(
        &mut own,
        usize::try_from(known.population()).unwrap_or(usize::MAX),
    );
    let mut cell = None;
    for (at, people) in &known.sex_age {
        let people = usize::try_from(*people).unwrap_or(usize::MAX);
        if left < people {
            cell = Some(at.clone());
            break;
        }
        left -= people;
    }
    let (sex, age) = cell.map_or_else(Default::default, |cell| (cell.sex, cell.age));
    let residence = if ticket.place.stratum.as_str().ends_with("rural") {
        Residence::Rural
    } else {
        Residence::Urban
    };
    let rural = f64::from(u8::from(residence == Residence::Rural));
    let male = f64::from(u8::from(sex == "male"));
    let (approves, answers) = by_age(&age);
    let gumbel = -(-(1.0 - uniform(&mut own)).ln()).ln();
    Person {
        inclination: approves + 0.35 * rural + together,
        eagerness: answers - 0.5 * rural - 0.15 * male + gumbel,
        sex,
        age,
        residence,
    }
}

/// The county's level at which the mean probability of these people is `share`.
fn level(people: &[(usize, Person)], share: f64) -> f64 {
    let (mut low, mut high) = (-20.0, 20.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        let sum: f64 = people
            .iter()
            .map(|(_, p)| logistic(middle + p.inclination))
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "some thousands of people")]
        if sum < share * people.len() as f64 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

impl Respondent {
    /// What this person sends.
    pub(super) fn submission(mut self, wave: &WaveSlug, ticket: &Ticket) -> Submission {
        let rng = &mut self.stream;
        let mut instance_id = [0; 16];
        for byte in &mut instance_id {
            *byte = u8::try_from(below(rng, 256)).unwrap_or(0);
        }
        let reverse = chance(rng, 0.5);
        let plain = chance(rng, 0.15);
        let fast = (!plain).then(|| chance(rng, 0.02));
        let language = if chance(rng, 0.03) { "en" } else { "zh-CN" };
        Submission {
            wave_slug: wave.to_string(),
            code: ticket.code.printed(),
            county_in_path: ticket.place.county.as_str().to_owned(),
            instance_id,
            form: self.form(),
            language: language.to_owned(),
            mode: if plain { Mode::Plain } else { Mode::Web },
            direction: if reverse {
                Direction::Reverse
            } else {
                Direction::Forward
            },
            fast,
        }
    }

    fn form(&mut self) -> Vec<(String, String)> {
        let mut form = Form::default();
        let rng = &mut self.stream;
        if chance(rng, 0.012) {
            form.say("s1", pick(rng, &[("0", 0.6), ("1", 0.4)]));
            return form.0;
        }
        form.say("s1", pick(rng, &[("2", 0.04), ("3", 0.16), ("4", 0.8)]));
        form.say_unless(chance(rng, 0.006), "s2", &self.person.age);
        let mind = uniform(rng);
        let approves = mind < self.approval;
        let likes: &[(&str, f64)] = if approves {
            &[("1", 0.38), ("2", 0.62)]
        } else {
            &[("3", 0.52), ("4", 0.2), ("8", 0.28)]
        };
        let answer = if chance(rng, 0.012) {
            "9"
        } else {
            pick(rng, likes)
        };
        form.say("q1", answer);
        let other = if chance(rng, SAME_MIND) {
            mind
        } else {
            uniform(rng)
        };
        form.say("q2", degree(rng, other < self.safety, 0.36));
        let dark = other < self.safety - 0.08;
        let at_night = if chance(rng, 0.05) {
            "5"
        } else {
            degree(rng, dark, 0.3)
        };
        form.say("q3", at_night);
        let home = other < self.safety + 0.03;
        form.say_unless(chance(rng, 0.01), "q4", degree(rng, home, 0.45));
        form.say("q5", pick(rng, trend(approves)));
        self.incidents(&mut form);
        let rng = &mut self.stream;
        let worries = if approves { 0.12 } else { 0.35 };
        let changed = [("1", worries / 3.0), ("2", worries), ("3", 1.0)];
        form.say("q8", pick(rng, &changed));
        worries_of(rng, &mut form);
        let trusts = other < self.approval;
        form.say_unless(chance(rng, 0.01), "q10", degree(rng, trusts, 0.33));
        let conduct = [
            ("0", 0.955),
            ("1", 0.02),
            ("3", 0.005),
            ("4", 0.01),
            ("9", 0.01),
        ];
        form.say("q11", pick(rng, &conduct));
        form.say_unless(chance(rng, 0.008), "d1", &self.person.sex);
        form.say_unless(chance(rng, 0.01), "d2", self.person.residence.as_str());
        form.0
    }

    fn incidents(&mut self, form: &mut Form) {
        let rng = &mut self.stream;
        let kinds = [
            ("1", 0.05),
            ("2", 0.07),
            ("3", 0.015),
            ("4", 0.004),
            ("5", 0.02),
        ];
        let mut any = false;
        for (code, probability) in kinds {
            if chance(rng, probability) {
                form.say("q6", code);
                any = true;
            }
        }
        if any {
            form.say("q7", pick(rng, &[("1", 0.55), ("2", 0.42), ("9", 0.03)]));
        } else {
            form.say("q6", pick(rng, &[("0", 0.98), ("9", 0.02)]));
        }
    }
}

/// Answers item by item.
#[derive(Default)]
struct Form(Vec<(String, String)>);

impl Form {
    fn say(&mut self, item: &str, code: &str) {
        self.0.push((item.to_owned(), code.to_owned()));
    }

    fn say_unless(&mut self, skipped: bool, item: &str, code: &str) {
        if !skipped {
            self.say(item, code);
        }
    }
}

fn chance(rng: &mut ChaCha20Rng, probability: f64) -> bool {
    uniform(rng) < probability
}

/// One of these codes, with odds as given.
fn pick<'a>(rng: &mut ChaCha20Rng, codes: &[(&'a str, f64)]) -> &'a str {
    let all: f64 = codes.iter().map(|(_, weight)| weight).sum();
    let mut left = uniform(rng) * all;
    for (code, weight) in codes {
        if left < *weight {
            return code;
        }
        left -= weight;
    }
    codes.last().map_or("", |(code, _)| code)
}

/// A point of a four-point scale with "can't say" and "prefer not to answer".
fn degree(rng: &mut ChaCha20Rng, positive: bool, first: f64) -> &'static str {
    if chance(rng, 0.01) {
        "9"
    } else if positive {
        pick(rng, &[("1", first), ("2", 1.0 - first)])
    } else {
        pick(rng, &[("3", 0.6), ("4", 0.2), ("8", 0.2)])
    }
}

fn trend(approves: bool) -> &'static [(&'static str, f64)] {
    if approves {
        &[("1", 0.45), ("2", 0.46), ("3", 0.04), ("8", 0.05)]
    } else {
        &[("1", 0.12), ("2", 0.45), ("3", 0.33), ("8", 0.1)]
    }
}

/// Up to three different worries.
fn worries_of(rng: &mut ChaCha20Rng, form: &mut Form) {
    const WORRIES: [(&str, f64); 8] = [
        ("1", 0.2),
        ("2", 0.3),
        ("3", 0.06),
        ("4", 0.03),
        ("5", 0.22),
        ("6", 0.07),
        ("7", 0.04),
        ("8", 0.08),
    ];
    if chance(rng, 0.15) {
        form.say("q9", "0");
        return;
    }
    let mut said: Vec<&str> = Vec::new();
    for _ in 0..=below(rng, 3) {
        let worry = pick(rng, &WORRIES);
        if !said.contains(&worry) {
            said.push(worry);
            form.say("q9", worry);
        }
    }
}
