//! Codes of numbers, and counts that are none.

use super::*;

#[test]
fn numbers_are_coded_by_their_order_with_or_without_an_array() {
    let nan = f64::NAN;
    for (values, labels) in [
        (vec![3.0, nan, 1.0, 3.0, 2.0], ["1", "2", "3"]),
        (vec![2.5, nan, -1.0, 2.5, 0.25], ["-1", "0.25", "2.5"]),
        (
            vec![70_000.0, nan, 1.0, 70_000.0, 65_536.0],
            ["1", "65536", "70000"],
        ),
    ] {
        let coded = code_numbers(&values);
        assert_eq!(coded.labels, labels);
        assert_eq!(coded.codes, [2, MISSING, 0, 2, 1], "{values:?}");
    }
    let zeros = code_numbers(&[0.0, -0.0, 0.5]);
    assert_eq!((zeros.labels.len(), zeros.codes), (2, vec![0, 0, 1]));
}

#[test]
fn counts_are_whole_numbers_above_zero() {
    let table = || Table::new(vec![("y".to_owned(), Column::Number(vec![1.0, 2.0]))]).unwrap();
    for bad in [0.0, 0.5, 1.5, -1.0, f64::NAN, f64::INFINITY] {
        let refused = table().with_counts(vec![1.0, bad]).unwrap_err();
        assert!(matches!(refused, DataError::BadCount { row: 1 }), "{bad}");
    }
    assert!(table().with_counts(vec![1.0]).is_err());
    let counted = table().with_counts(vec![2.0, 3.0]).unwrap();
    assert!((counted.units() - 5.0).abs() < 1e-15 && (table().units() - 2.0).abs() < 1e-15);
}
