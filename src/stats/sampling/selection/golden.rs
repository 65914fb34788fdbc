//! Reads `golden.csv`, which `golden.R` wrote from R's package `sampling`.

use crate::stats::sampling::pps::inclusion_probabilities;

const SIZES: [(&str, &[f64]); 2] = [
    (
        "ten",
        &[12.0, 7.0, 30.0, 18.0, 5.0, 41.0, 22.0, 9.0, 16.0, 27.0],
    ),
    (
        "thirty",
        &[
            610.0, 234.0, 781.0, 284.0, 83.0, 708.0, 639.0, 564.0, 903.0, 260.0, 716.0, 391.0,
            627.0, 288.0, 649.0, 153.0, 809.0, 282.0, 929.0, 157.0, 407.0, 514.0, 431.0, 359.0,
            212.0, 368.0, 153.0, 312.0, 288.0, 863.0,
        ],
    ),
];

/// One population and sample size with all that R says of it. Positions count from 0.
#[derive(Default)]
pub(in crate::stats) struct Case {
    pub(in crate::stats) name: String,
    pub(in crate::stats) pi: Vec<f64>,
    /// Method, two positions, joint probability.
    pub(in crate::stats) joint: Vec<(String, usize, usize, f64)>,
    pub(in crate::stats) uniforms: Vec<f64>,
    pub(in crate::stats) taken: Vec<usize>,
    pub(in crate::stats) y: Vec<f64>,
    pub(in crate::stats) horvitz_thompson: f64,
    pub(in crate::stats) sen_yates_grundy: f64,
}

/// All cases.
pub(in crate::stats) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in include_str!("golden.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [what, method, case, n, i, j, value] = fields[..] else {
            panic!("seven fields in {line}")
        };
        let name = format!("{case} {n}");
        if cases.last().is_none_or(|last| last.name != name) {
            let (_, sizes) = SIZES.iter().find(|(known, _)| *known == case).unwrap();
            cases.push(Case {
                pi: inclusion_probabilities(sizes, n.parse().unwrap()).unwrap(),
                name,
                ..Case::default()
            });
        }
        let case = cases.last_mut().unwrap();
        let place = |text: &str| text.parse::<usize>().unwrap().wrapping_sub(1);
        let number: f64 = value.parse().unwrap();
        match (what, method) {
            ("joint", _) => case
                .joint
                .push((method.to_owned(), place(i), place(j), number)),
            ("brewer_draw", "uniform") => case.uniforms.push(number),
            ("brewer_draw", "taken") => case.taken.push(place(value)),
            ("variance", "y") => case.y.push(number),
            ("variance", "ht") => case.horvitz_thompson = number,
            ("variance", "syg") => case.sen_yates_grundy = number,
            _ => panic!("{line}"),
        }
    }
    cases
}
