//! Joint probabilities of R and by listing every sample, selections of another program, drawn frequencies.

use super::*;
use crate::stats::dist::chi_square_sf;
use crate::stats::sampling::selection::golden::cases;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn every(pi: &[f64]) -> Vec<usize> {
    (0..pi.len()).collect()
}

#[test]
fn joint_probabilities_are_those_of_r() {
    let mut compared = 0;
    for case in cases() {
        for (method, name) in [
            (Method::Sampford, "sampford"),
            (Method::PpsSystematic, "systematic"),
        ] {
            let joint = method.joint(&case.pi, &every(&case.pi)).unwrap();
            for (_, k, l, want) in case.joint.iter().filter(|(of, ..)| of == name) {
                // R's alternating sums lose digits as n grows; ours are all positive.
                assert!(
                    (joint[*k][*l] - want).abs() < 1e-10,
                    "{} {name} {k} {l}",
                    case.name
                );
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 2 * (3 * 45 + 2 * 435));
}

/// Population of `golden.py`: one unit of size 0, one that is certain.
const SIZES: [f64; 16] = [
    12.0, 7.0, 30.0, 18.0, 5.0, 41.0, 22.0, 0.0, 9.0, 16.0, 27.0, 260.0, 3.0, 14.0, 25.0, 8.0,
];

#[test]
fn the_same_units_are_drawn_on_every_machine() {
    let seed: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap());
    let mut compared = 0;
    for line in include_str!("golden_draws.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [method, n, name, selected] = fields[..] else {
            panic!("four fields in {line}")
        };
        let stratum = Stratum {
            name: name.to_owned(),
            sizes: SIZES.to_vec(),
            n: n.parse().unwrap(),
            method: Method::ALL
                .into_iter()
                .find(|m| m.as_str() == method)
                .unwrap(),
        };
        let drawn = stratified(&seed, &[stratum]).unwrap();
        let places: Vec<String> = drawn[0].selected.iter().map(ToString::to_string).collect();
        assert_eq!(places.join(" "), selected, "{line}");
        compared += 1;
    }
    assert_eq!(compared, 45);
}

/// Probabilities of all samples of Sampford's design, by its definition.
fn sampford_samples(pi: &[f64], n: usize) -> BTreeMap<Vec<usize>, f64> {
    let mut samples = BTreeMap::new();
    for bits in 0_u32..1 << pi.len() {
        if bits.count_ones() as usize == n {
            let set: Vec<usize> = (0..pi.len()).filter(|k| bits >> k & 1 == 1).collect();
            let odds: f64 = set.iter().map(|k| pi[*k] / (1.0 - pi[*k])).product();
            let chance = odds * set.iter().map(|k| 1.0 - pi[*k]).sum::<f64>();
            samples.insert(set, chance);
        }
    }
    let all: f64 = samples.values().sum();
    for p in samples.values_mut() {
        *p /= all;
    }
    samples
}

#[test]
fn sampfords_probabilities_are_the_sums_over_every_sample() {
    for (n, pi) in [
        (1, vec![0.25, 0.5, 0.125, 0.125]),
        (3, vec![0.2, 0.3, 0.6, 0.55, 0.45, 0.5, 0.4]),
        (6, vec![0.9, 0.65, 0.6, 0.75, 0.999, 0.551, 0.7, 0.85]),
    ] {
        let samples = sampford_samples(&pi, n);
        let joint = Method::Sampford.joint(&pi, &every(&pi)).unwrap();
        for (k, row) in joint.iter().enumerate() {
            for (l, both) in row.iter().enumerate() {
                let together = |set: &Vec<usize>| set.contains(&k) && set.contains(&l);
                let of = samples.iter().filter(|(set, _)| together(set));
                let want: f64 = of.map(|(_, p)| p).sum();
                assert!((both - want).abs() < 1e-14, "{n}: {k} {l}");
            }
        }
    }
}

#[test]
fn order_and_choice_of_the_asked_units_do_not_matter() {
    let pi = [0.2, 0.3, 0.6, 0.55, 1.0, 0.45, 0.0, 0.5, 0.4];
    for method in [Method::PpsSystematic, Method::Sampford, Method::Brewer] {
        let all = method.joint(&pi, &every(&pi)).unwrap();
        let asked = [7, 4, 0, 6, 3];
        let some = method.joint(&pi, &asked).unwrap();
        for (row, k) in asked.iter().enumerate() {
            for (column, l) in asked.iter().enumerate() {
                assert!(
                    (some[row][column] - all[*k][*l]).abs() < 1e-16,
                    "{method:?}"
                );
            }
        }
        // A certain unit comes with every other one; one of size 0 with none.
        assert!((all[4][3] - 0.55).abs() < 1e-15 && all[6][3].abs() < 1e-15);
    }
}

/// Draws, counts every sample, every unit and every pair, and holds the counts against the probabilities.
#[track_caller]
fn frequencies(
    method: Method,
    sizes: &[f64],
    n: usize,
    rounds: u32,
    units: Option<&BTreeMap<Vec<usize>, f64>>,
) {
    let mut random = stream(&[21; 32], method.as_str());
    let pi = method.probabilities(sizes, n).unwrap();
    let joint = method.joint(&pi, &every(&pi)).unwrap();
    let mut seen: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
    let mut together = vec![vec![0.0; sizes.len()]; sizes.len()];
    for _ in 0..rounds {
        let drawn = method.select(sizes, n, &mut random).unwrap().selected;
        assert!(drawn.len() == n && drawn.windows(2).all(|pair| pair[0] < pair[1]));
        for k in &drawn {
            for l in &drawn {
                together[*k][*l] += 1.0;
            }
        }
        *seen.entry(drawn).or_insert(0.0) += 1.0;
    }
    let rounds = f64::from(rounds);
    for (k, row) in together.iter().enumerate() {
        for (l, times) in row.iter().enumerate() {
            let p = joint[k][l];
            // 4.5 standard errors: one chance in 150,000 for each of at most 210 counts.
            let bound = 4.5 * (rounds * p * (1.0 - p)).sqrt() + 1e-6;
            assert!(
                (times - rounds * p).abs() <= bound,
                "{method:?} {k} {l}: {times} of {rounds}, {p}"
            );
        }
    }
    let Some(units) = units else { return };
    let distance: f64 = units
        .iter()
        .map(|(set, p)| {
            let times = seen.get(set).copied().unwrap_or(0.0);
            (times - rounds * p).powi(2) / (rounds * p)
        })
        .sum();
    assert!(seen.keys().all(|set| units.contains_key(set)));
    let tail = chi_square_sf(distance, real(units.len() - 1));
    assert!(
        tail > 1e-4,
        "{method:?}: {distance} over {} samples",
        units.len()
    );
}

#[test]
fn drawn_samples_units_and_pairs_have_their_probabilities() {
    let sizes = [4.0, 6.0, 12.0, 11.0, 9.0, 10.0, 8.0];
    let pi = Method::Sampford.probabilities(&sizes, 3).unwrap();
    frequencies(
        Method::Sampford,
        &sizes,
        3,
        40_000,
        Some(&sampford_samples(&pi, 3)),
    );
    let equal: BTreeMap<Vec<usize>, f64> = sampford_samples(&[3.0 / 7.0; 7], 3)
        .into_keys()
        .map(|set| (set, 1.0 / 35.0))
        .collect();
    frequencies(Method::Srs, &sizes, 3, 40_000, Some(&equal));
    frequencies(Method::Systematic, &sizes, 3, 40_000, None);
    frequencies(Method::PpsSystematic, &sizes, 3, 40_000, None);
    frequencies(Method::Brewer, &sizes, 3, 40_000, None);
    let many = [
        12.0, 7.0, 30.0, 18.0, 5.0, 41.0, 22.0, 9.0, 16.0, 27.0, 3.0, 260.0, 14.0, 25.0,
    ];
    for method in Method::ALL {
        frequencies(method, &many, 6, 20_000, None);
    }
}

#[test]
fn brewer_takes_every_unit_as_often_as_it_should_in_a_large_frame() {
    let sizes: Vec<f64> = (1..=60).map(f64::from).collect();
    let pi = Method::Brewer.probabilities(&sizes, 25).unwrap();
    let mut random = stream(&[22; 32], "brewer");
    let mut times = vec![0.0; 60];
    for _ in 0..20_000 {
        for k in Method::Brewer
            .select(&sizes, 25, &mut random)
            .unwrap()
            .selected
        {
            times[k] += 1.0;
        }
    }
    for (p, times) in pi.iter().zip(times) {
        let bound = 4.5 * (20_000.0 * p * (1.0 - p)).sqrt() + 1e-6;
        assert!((times - 20_000.0 * p).abs() <= bound, "{p}: {times}");
    }
}

#[test]
fn large_samples_keep_their_digits() {
    // Here R stops: its alternating sums become negative.
    let sizes: Vec<f64> = (0..400).map(|k| 5.0 + f64::from(k * 7919 % 300)).collect();
    let pi = Method::Sampford.probabilities(&sizes, 150).unwrap();
    let certain = pi.iter().filter(|p| **p >= 1.0).count();
    let joint = Method::Sampford.joint(&pi, &every(&pi)).unwrap();
    for (k, row) in joint.iter().enumerate() {
        let others = row.iter().sum::<f64>() - row[k];
        assert!(
            (others - 149.0 * pi[k]).abs() < 1e-9,
            "{k}: {others} ({certain} certain)"
        );
    }
    let drawn = Method::Sampford
        .select(&sizes, 150, &mut stream(&[1; 32], "large"))
        .unwrap();
    assert_eq!(drawn.selected.len(), 150);
}

#[test]
fn a_stratum_keeps_its_sample_when_others_change_or_move() {
    let stratum = |name: &str, units: usize, n, method| Stratum {
        name: name.to_owned(),
        sizes: (0..units).map(|k| 1.0 + real(k)).collect(),
        n,
        method,
    };
    let one = [
        stratum("a", 50, 5, Method::Srs),
        stratum("b", 30, 4, Method::Sampford),
    ];
    let other = [
        stratum("b", 30, 4, Method::Sampford),
        stratum("a", 80, 9, Method::Systematic),
    ];
    let (one, other) = (
        stratified(&[1; 32], &one).unwrap(),
        stratified(&[1; 32], &other).unwrap(),
    );
    assert_eq!(one[1], other[0]);
    assert_ne!(one[0].selected, other[1].selected);
}

#[test]
fn the_stratum_that_cannot_be_drawn_is_named_by_its_place() {
    let stratum = |n, method| Stratum {
        name: "s".to_owned(),
        sizes: vec![2.0, 0.0, 3.0],
        n,
        method,
    };
    for method in Method::ALL {
        let many = SamplingError::TooMany {
            wanted: 4,
            available: if method.uses_size() { 2 } else { 3 },
        };
        let refused = stratified(&[0; 32], &[stratum(1, method), stratum(4, method)]);
        assert_eq!(refused.unwrap_err(), (1, many));
        assert_eq!(
            stratified(&[0; 32], &[stratum(0, method)]).unwrap()[0].selected,
            Vec::<usize>::new()
        );
    }
    let large = vec![1.0; 50_000];
    let refused = Method::Sampford
        .select(&large, 1_000, &mut stream(&[0; 32], "large"))
        .unwrap_err();
    assert_eq!(
        refused,
        SamplingError::TooLarge {
            method: "sampford",
            units: 50_000,
            n: 1_000
        }
    );
    assert!(
        Method::Srs.joint(&[0.5, 0.25, 0.25], &[0, 1]).is_err(),
        "not equal"
    );
    assert!(
        Method::Sampford.joint(&[0.5, 0.4], &[0, 1]).is_err(),
        "no whole sum"
    );
}

proptest! {
    /// Of n units selected, n − 1 come with each selected one; two large units push each other out.
    #[test]
    fn joint_probabilities_add_up(
        sizes in prop::collection::vec(0.5..60.0_f64, 4..14), share in 0.1..0.95_f64,
    ) {
        let n = (1..=sizes.len()).find(|n| real(*n) >= share * real(sizes.len())).unwrap();
        for method in Method::ALL {
            let pi = method.probabilities(&sizes, n).unwrap();
            let joint = method.joint(&pi, &every(&pi)).unwrap();
            for (k, row) in joint.iter().enumerate() {
                let others = row.iter().sum::<f64>() - row[k];
                prop_assert!((others - (real(n) - 1.0) * pi[k]).abs() < 1e-8, "{:?} {}", method, others);
                prop_assert!((row[k] - pi[k]).abs() < 1e-15);
                for (l, both) in row.iter().enumerate() {
                    prop_assert!((both - joint[l][k]).abs() < 1e-15 && *both >= 0.0);
                    if method == Method::Sampford && k != l {
                        prop_assert!(*both <= pi[k] * pi[l] + 1e-12);
                    }
                }
            }
        }
    }
}
