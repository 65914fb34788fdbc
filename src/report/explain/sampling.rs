//! How a sample was planned, shared among strata and drawn.

use super::source::Source;
use super::{Story, whole};
use crate::i18n::{Lang, Value};
use crate::stats::sampling::allocation::{self, Allocation, Question};
use crate::stats::sampling::power::{Claim, ClaimSize, VerdictProbabilities};
use crate::stats::sampling::selection;
use crate::stats::sampling::size::{Expected, Margin, Size};

/// One answer of `minyi sample size`.
#[derive(Debug)]
pub enum Planned {
    /// Answers for a margin of error.
    ForMargin(Margin, Size),
    /// Margin of error of so many answers.
    MarginOf(Expected, f64),
    /// Answers that show a share to be on its side of a threshold.
    ForVerdict {
        /// What shall be shown.
        claim: Claim,
        /// The answers.
        size: ClaimSize,
        /// By the exact test, not by the normal approximation.
        exact: bool,
    },
    /// How likely each verdict is.
    Verdicts {
        /// The true share.
        truth: f64,
        /// The threshold.
        threshold: f64,
        /// Answers.
        n: f64,
        /// Design effect.
        deff: f64,
        /// The probabilities.
        chances: VerdictProbabilities,
    },
}

/// A draw from a frame.
#[derive(Debug)]
pub struct Draw<'a> {
    /// How units were selected.
    pub method: selection::Method,
    /// The seed as it was given.
    pub seed_text: &'a str,
    /// The seed.
    pub seed: &'a [u8; 32],
    /// SHA-256 of the frame's file.
    pub frame: &'a str,
    /// Units of the frame, strata, selected units, units taken with certainty.
    pub counts: [usize; 4],
}

/// A draw of a wave.
#[derive(Debug)]
pub struct WaveDraw<'a> {
    /// The seed as it was given.
    pub seed_text: &'a str,
    /// The seed.
    pub seed: &'a [u8; 32],
    /// Digest of the frame.
    pub frame: &'a str,
    /// Strata, selected communities or parts, parts taken with certainty, variance units.
    pub counts: [usize; 4],
    /// Invitations.
    pub invitations: u64,
}

/// How sizes were found.
#[must_use]
pub fn sizes(lang: Lang, planned: &[Planned]) -> String {
    let mut story = Story::new(lang);
    for one in planned {
        match one {
            Planned::ForMargin(asked, size) => for_margin(&mut story, asked, size),
            Planned::MarginOf(asked, margin) => margin_of(&mut story, asked, *margin),
            Planned::ForVerdict { claim, size, exact } => {
                for_verdict(&mut story, claim, size, *exact);
            }
            Planned::Verdicts {
                truth,
                threshold,
                n,
                deff,
                chances,
            } => verdicts(&mut story, [*truth, *threshold, *n, *deff], chances),
        }
    }
    story.finish()
}

fn for_margin(story: &mut Story, asked: &Margin, size: &Size) {
    let lang = story.lang;
    let named = [
        ("margin", points(lang, asked.margin).into()),
        ("p", percent(lang, asked.p).into()),
    ];
    story.section("explain-size-margin", &named);
    let z = lang.number(size.z.unwrap_or(f64::NAN), 4);
    let level = percent(lang, asked.level);
    let level = [("z", z.into()), ("level", level.into())];
    story.step("explain-size-z", &level, &[]);
    let n = [("n", lang.number(size.n_srs, 1).into())];
    story.step("explain-size-srs", &n, &[Source::CochranSize]);
    effect(story, asked.deff, size.n_deff);
    finite(story, asked.population, size.n_fpc);
    let issued = size.n_issue.unwrap_or(size.n_respondents);
    answers(story, size.n_respondents, asked.response_rate, issued);
}

fn margin_of(story: &mut Story, asked: &Expected, margin: f64) {
    let lang = story.lang;
    let n = [
        ("n", whole(lang, asked.n).into()),
        ("p", percent(lang, asked.p).into()),
    ];
    story.section("explain-size-margin-of", &n);
    let found = [
        ("margin", points(lang, margin).into()),
        ("deff", lang.number(asked.deff, 2).into()),
        ("level", percent(lang, asked.level).into()),
        ("population", population(lang, asked.population).into()),
    ];
    let sources = [Source::CochranSize, Source::KishEffect];
    story.step("explain-size-margin-found", &found, &sources);
}

fn for_verdict(story: &mut Story, claim: &Claim, size: &ClaimSize, exact: bool) {
    let lang = story.lang;
    let asked = [
        ("truth", percent(lang, claim.truth).into()),
        ("threshold", percent(lang, claim.threshold).into()),
        ("power", percent(lang, claim.power).into()),
    ];
    story.section("explain-size-verdict", &asked);
    let found = [
        ("n", lang.count(size.n_srs).into()),
        ("alpha", percent(lang, 1.0 - claim.confidence).into()),
        ("power", percent(lang, claim.power).into()),
    ];
    if exact {
        let sources = [Source::ClopperPearson];
        story.step("explain-size-exact", &found, &sources);
    } else {
        story.step("explain-size-normal", &found, &[Source::FleissSize]);
    }
    if (claim.deff - 1.0).abs() > 1e-12 || claim.population.is_some() {
        let found = [
            ("deff", lang.number(claim.deff, 2).into()),
            ("population", population(lang, claim.population).into()),
            ("n", lang.count(size.n_respondents).into()),
        ];
        let sources = [Source::KishEffect, Source::CochranSize];
        story.step("explain-size-adjusted", &found, &sources);
    }
    answers(story, size.n_respondents, claim.response_rate, size.n_issue);
}

fn verdicts(
    story: &mut Story,
    [truth, threshold, n, deff]: [f64; 4],
    chances: &VerdictProbabilities,
) {
    let lang = story.lang;
    let asked = [
        ("truth", percent(lang, truth).into()),
        ("threshold", percent(lang, threshold).into()),
        ("n", whole(lang, n).into()),
    ];
    story.section("explain-size-chances", &asked);
    let independent = [
        ("deff", lang.number(deff, 2).into()),
        ("m", whole(lang, (n / deff).round()).into()),
    ];
    story.step(
        "explain-size-independent",
        &independent,
        &[Source::KishEffect],
    );
    let sources = [Source::KornGraubard, Source::ClopperPearson];
    story.step("explain-size-rule", &[], &sources);
    let chance = |name, value| (name, Value::from(lang.number(value, 4)));
    let found = [
        chance("point", chances.point),
        chance("shown", chances.shown),
        chance("below", chances.below),
        chance("undecided", chances.undecided),
    ];
    story.step("explain-size-summed", &found, &[]);
}

fn effect(story: &mut Story, deff: f64, n: f64) {
    if (deff - 1.0).abs() > 1e-12 {
        let lang = story.lang;
        let found = [
            ("deff", lang.number(deff, 2).into()),
            ("n", lang.number(n, 1).into()),
        ];
        story.step("explain-size-deff", &found, &[Source::KishEffect]);
    }
}

fn finite(story: &mut Story, size: Option<f64>, n: f64) {
    if size.is_some() {
        let lang = story.lang;
        let found = [
            ("population", population(lang, size).into()),
            ("n", lang.number(n, 1).into()),
        ];
        story.step("explain-size-finite", &found, &[Source::CochranSize]);
    }
}

fn answers(story: &mut Story, answers: u64, rate: f64, invitations: u64) {
    let lang = story.lang;
    let found = [("n", lang.count(answers).into())];
    story.step("explain-size-answers", &found, &[]);
    if rate < 1.0 {
        let found = [
            ("rate", percent(lang, rate).into()),
            ("n", lang.count(invitations).into()),
        ];
        story.step("explain-size-invitations", &found, &[]);
    }
}

/// How a sample was shared among strata; `exponent` belongs to the power allocation.
#[must_use]
pub fn allocated(lang: Lang, question: &Question, found: &Allocation, se: Option<f64>) -> String {
    let mut story = Story::new(lang);
    let asked = [
        ("n", whole(lang, question.n).into()),
        ("strata", count(lang, question.strata.len()).into()),
    ];
    story.section("explain-allocate", &asked);
    let (key, source) = match question.method {
        allocation::Method::Proportional => ("proportional", Source::CochranStrata),
        allocation::Method::Equal => ("equal", Source::CochranStrata),
        allocation::Method::Neyman => ("neyman", Source::CochranStrata),
        allocation::Method::OptimumCost => ("optimum", Source::CochranStrata),
        allocation::Method::Power => ("power", Source::Bankier),
    };
    let q = [("q", lang.number(question.q.unwrap_or(1.0), 2).into())];
    story.step(&format!("explain-allocate-{key}"), &q, &[source]);
    let smallest = [("min", whole(lang, question.min_per_stratum).into())];
    story.step("explain-allocate-bounds", &smallest, &[]);
    let sum = [("n", lang.count(found.sum).into())];
    story.step("explain-allocate-whole", &sum, &[]);
    if let Some(se) = se {
        let se = [("se", lang.number(se, 6).into())];
        story.step("explain-allocate-se", &se, &[Source::CochranStrata]);
    }
    story.finish()
}

/// How units were drawn from a frame.
#[must_use]
pub fn drawn(lang: Lang, draw: &Draw<'_>) -> String {
    let mut story = Story::new(lang);
    let [units, strata, selected, certain] = draw.counts.map(|n| count(lang, n));
    let named = [
        ("selected", selected.into()),
        ("units", units.into()),
        ("strata", strata.into()),
    ];
    story.section("explain-draw", &named);
    let frame = [("digest", draw.frame.into())];
    story.step("explain-draw-frame", &frame, &[]);
    seed(&mut story, draw.seed_text, draw.seed);
    story.step("explain-draw-streams", &[], &[]);
    if draw.method.uses_size() {
        let certain = [("certain", certain.into())];
        story.step("explain-draw-pps", &certain, &[Source::SarndalPps]);
    }
    let (key, sources): (_, &[Source]) = match draw.method {
        selection::Method::Srs => ("srs", &[Source::CochranSimple]),
        selection::Method::Systematic => ("systematic", &[Source::CochranSystematic]),
        selection::Method::PpsSystematic => ("pps-systematic", &[Source::Madow]),
        selection::Method::Sampford => ("sampford", &[Source::Sampford]),
        selection::Method::Brewer => ("brewer", &[Source::Brewer]),
    };
    story.step(&format!("explain-draw-{key}"), &[], sources);
    story.step("explain-draw-weight", &[], &[Source::HorvitzThompson]);
    story.finish()
}

/// How the sample of a wave was drawn.
#[must_use]
pub fn wave_drawn(lang: Lang, draw: &WaveDraw<'_>) -> String {
    let mut story = Story::new(lang);
    let [strata, communities, certain, units] = draw.counts.map(|n| count(lang, n));
    let named = [
        ("communities", communities.into()),
        ("strata", strata.into()),
    ];
    story.section("explain-draw-wave", &named);
    let frame = [("digest", draw.frame.into())];
    story.step("explain-draw-frame", &frame, &[]);
    seed(&mut story, draw.seed_text, draw.seed);
    story.step("explain-draw-wave-streams", &[], &[]);
    let certain = [("certain", certain.into())];
    let sources = [Source::Madow, Source::SarndalPps];
    story.step("explain-draw-wave-pps", &certain, &sources);
    let invitations = [("n", lang.count(draw.invitations).into())];
    story.step("explain-draw-wave-invitations", &invitations, &[]);
    let units = [("units", units.into())];
    story.step("explain-draw-wave-units", &units, &[Source::WolterUnits]);
    story.step("explain-draw-wave-weight", &[], &[Source::HorvitzThompson]);
    story.finish()
}

fn seed(story: &mut Story, text: &str, seed: &[u8; 32]) {
    let named = [("text", text.into()), ("seed", hex::encode(seed).into())];
    story.step("explain-draw-seed", &named, &[]);
}

fn population(lang: Lang, size: Option<f64>) -> String {
    size.map_or_else(|| lang.t("explain-size-large"), |size| whole(lang, size))
}

fn percent(lang: Lang, share: f64) -> String {
    format!("{} %", lang.number(share * 100.0, 1))
}

fn points(lang: Lang, share: f64) -> String {
    lang.number(share * 100.0, 2)
}

fn count(lang: Lang, n: usize) -> String {
    lang.count(u64::try_from(n).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::sampling::power::{size_exact, size_normal, verdict_probabilities};
    use crate::stats::sampling::size::{for_margin, margin_of_error};

    fn claim() -> Claim {
        Claim {
            truth: 0.95,
            threshold: 0.9,
            confidence: 0.95,
            power: 0.8,
            deff: 1.5,
            response_rate: 0.4,
            population: Some(10_000.0),
        }
    }

    fn planned() -> Vec<Planned> {
        let asked = Margin {
            p: 0.9,
            margin: 0.025,
            level: 0.95,
            deff: 1.5,
            response_rate: 0.45,
            population: Some(5_000.0),
        };
        let expected = Expected {
            p: 0.9,
            n: 800.0,
            level: 0.95,
            deff: 1.5,
            population: None,
        };
        vec![
            Planned::ForMargin(asked, for_margin(&asked).unwrap()),
            Planned::MarginOf(expected, margin_of_error(&expected).unwrap()),
            Planned::ForVerdict {
                claim: claim(),
                size: size_exact(&claim()).unwrap(),
                exact: true,
            },
            Planned::ForVerdict {
                claim: claim(),
                size: size_normal(&claim()).unwrap(),
                exact: false,
            },
            Planned::Verdicts {
                truth: 0.92,
                threshold: 0.9,
                n: 800.0,
                deff: 1.5,
                chances: verdict_probabilities(0.92, 0.9, 800.0, 1.5).unwrap(),
            },
        ]
    }

    fn everything(lang: Lang) -> String {
        let strata = vec![
            allocation::Stratum {
                id: "a".to_owned(),
                population: 600.0,
                deviation: Some(0.3),
                ..allocation::Stratum::default()
            };
            2
        ];
        let methods = [
            (allocation::Method::Proportional, None),
            (allocation::Method::Equal, None),
            (allocation::Method::Neyman, None),
        ];
        let shared = methods.map(|(method, q)| {
            let question = Question {
                method,
                n: 100.0,
                q,
                min_per_stratum: 10.0,
                strata: strata.clone(),
            };
            let found = allocation::allocation(&question).unwrap();
            allocated(lang, &question, &found, found.se_mean)
        });
        let draws = selection::Method::ALL.map(|method| {
            let draw = Draw {
                method,
                seed_text: "3 17 22",
                seed: &[7; 32],
                frame: "ab12",
                counts: [730, 5, 15, 1],
            };
            drawn(lang, &draw)
        });
        let wave = WaveDraw {
            seed_text: "3 17 22",
            seed: &[7; 32],
            frame: "ab12",
            counts: [10, 200, 2, 99],
            invitations: 9_999,
        };
        [sizes(lang, &planned()), wave_drawn(lang, &wave)]
            .into_iter()
            .chain(shared)
            .chain(draws)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn every_step_says_its_number_and_its_source() {
        let text = everything(Lang::En);
        // z² p (1 − p)/d² = 1.959964² · 0.09/0.000625; then 1.5 times, then n/(1 + (n − 1)/5000).
        for part in [
            "±2.50 points at an assumed share of 90.0 %",
            "1.9600",
            "553.2",
            "829.8",
            "711.8",
            "712 answers",
            "45.0 %: 1,582 invitations",
            "±2.55 points",
            "533 independent answers",
            "[Fleiss 1981, §1.2, §2.1]",
            "N × S",
            "15 of 730 units in 5 strata",
            "“3 17 22”",
            "0707070707",
            "[Sampford 1967]",
            "9,999 invitations",
            "99 variance units",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }

    #[test]
    fn a_chinese_reader_reads_sentences_and_no_keys() {
        let text = everything(Lang::ZhCn);
        for rest in ["explain-", "answers", "{", "units", "stratum"] {
            assert!(!text.contains(rest), "{rest}: {text}");
        }
    }
}
