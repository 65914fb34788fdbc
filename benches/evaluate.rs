//! What it costs to apply a standard of 30 criteria to 300 counties in each of ten years.
//!
//! `cargo bench --locked --bench evaluate`; medians of 5. Measured apart: the criteria with their reasons and the verdicts, and the
//! whole evaluation, which adds to each county the probability that its true values satisfy everything (4,000 draws for
//! each criterion in which several uncertain quantities meet). Every value is made up.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its figures and stops at what must not happen"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use minyi::evaluation::dossier::Evaluation;
use minyi::evaluation::indicator::{Indicator, Indicators, Judgement, Kind, Status, Value};
use minyi::evaluation::standard::Standard;
use minyi::evaluation::survey_input::{ItemFigures, SurveyInput};
use minyi::stats::rng::{below, stream, uniform};
use minyi::stats::threshold::{Figure, Gates};

const COUNTIES: usize = 300;
const CRITERIA: usize = 30;
const YEARS: std::ops::Range<i32> = 2017..2027;
const RUNS: usize = 5;

/// Rules in the mixture of the notice of 2004: half of the criteria are judged, the others are rates, growths, counts, shares
/// and the survey.
const RULES: [&str; 10] = [
    r#"{ kind = "judged" }"#,
    r#"{ kind = "at_least", percent = 75 }"#,
    r#"{ kind = "judged" }"#,
    r#"{ kind = "above_own_average", years = 3 }"#,
    r#"{ kind = "judged" }"#,
    r#"{ kind = "below_own_average_growth", years = 3, average = "mean" }"#,
    r#"{ kind = "judged" }"#,
    r#"{ kind = "share_at_least", percent = 80 }"#,
    r#"{ kind = "judged" }"#,
    r#"{ kind = "survey_at_least", item = "q1", percent = 90, rule = "lower_bound" }"#,
];

fn code(county: usize) -> String {
    format!("{}", 100_000 + county)
}

fn standard() -> Standard {
    let both = |text: &str| format!("{{ zh-CN = \"{text}\", en = \"{text}\" }}");
    let counties: Vec<String> = (0..COUNTIES)
        .map(|county| format!("{{ code = \"{}\", name = {} }}", code(county), both("c")))
        .collect();
    let mut text = format!(
        "id = \"bench\"\nversion = 1\ntitle = {t}\nsource = {t}\ncounties = [{}]\n\
         areas = [{{ id = \"a\", clause = \"1\", name = {t} }}]\n",
        counties.join(", "),
        t = both("bench"),
    );
    for (criterion, rule) in (0..CRITERIA).zip(RULES.iter().cycle()) {
        writeln!(
            text,
            "[[criteria]]\nid = \"a.c{criterion}\"\nclause = \"1\"\nname = {t}\nshort = {t}\nrule = {rule}",
            t = both("c"),
        )
        .expect("a text takes it");
    }
    text.push_str(
        "[cycle]\nfirst_year = 2017\nlast_year = 2026\ntime_zone = \"Asia/Shanghai\"\napplication_month = 1\n\
         application_day = 10\nyears_in_a_row = 3\ndecided_counts = true\n",
    );
    Standard::from_toml(&text).expect("a standard")
}

fn indicators(standard: &Standard) -> Indicators {
    let mut rng = stream(&[1; 32], "indicators");
    let mut all = Indicators::new();
    let kinds = standard.indicator_kinds();
    for county in 0..COUNTIES {
        for year in YEARS.start - 4..YEARS.end {
            for (id, kind) in &kinds {
                let m = 50 + u32::try_from(below(&mut rng, 400)).expect("small");
                let k = m - u32::try_from(below(&mut rng, 40)).expect("small");
                let value = match kind {
                    Kind::Count => Value::Count { count: m },
                    Kind::Rate => Value::Rate { k, m },
                    _ => Value::Judgement {
                        judgement: Judgement {
                            met: k % 9 != 0,
                            assessor: "made up".to_owned(),
                            reason: "made up".to_owned(),
                            evidence: "made up".to_owned(),
                        },
                    },
                };
                let one = Indicator {
                    county: code(county),
                    year,
                    id: (*id).to_owned(),
                    status: Status::Synthetic,
                    value,
                };
                all.insert(one).expect("one value each");
            }
        }
    }
    all
}

fn survey() -> SurveyInput {
    let mut rng = stream(&[2; 32], "survey");
    let mut input = SurveyInput::new("bench");
    for county in 0..COUNTIES {
        let figure = Figure {
            p: 0.85 + 0.13 * uniform(&mut rng),
            variance: 1e-4,
            n: 800,
            kish_n_eff: 700.0,
            df: 18.0,
            planned_deff: 1.5,
        };
        let figures = ItemFigures {
            figure,
            gates: Gates::passed(),
            change: None,
        };
        input.insert(&code(county), "q1", figures);
    }
    input
}

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
    let standard = standard();
    let (indicators, survey) = (indicators(&standard), survey());
    let verdicts = median(|| {
        for year in YEARS {
            let found = Evaluation::findings(&standard, &indicators, Some(&survey), year);
            black_box(found);
        }
    });
    let size = format!(
        "{COUNTIES} counties, {CRITERIA} criteria, {} years",
        YEARS.len()
    );
    println!("{size}: criteria, reasons, verdicts: {verdicts:.0} ms");
    let whole = median(|| {
        for year in YEARS {
            black_box(Evaluation::of(&standard, &indicators, Some(&survey), year));
        }
    });
    println!("{size}: the whole, with probabilities: {whole:.0} ms");
    let one = median(|| {
        black_box(Evaluation::of(&standard, &indicators, Some(&survey), 2026));
    });
    println!("{COUNTIES} counties, {CRITERIA} criteria, one year: the whole: {one:.0} ms");
}
