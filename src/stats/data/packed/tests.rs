//! Packed columns give back what was packed.

use proptest::prelude::*;

use super::*;
use crate::stats::data::Table;

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(f64::NAN),
        Just(0.0),
        Just(-0.0),
        (-3_i32..4).prop_map(|x| f64::from(x) / 2.0),
        (0_u32..100_000).prop_map(f64::from),
    ]
}

fn same_bits(a: &[f64], b: &[f64]) -> bool {
    let bits = |x: &f64| if x.is_nan() { 0 } else { x.to_bits() };
    a.iter().map(bits).eq(b.iter().map(bits))
}

fn table(column: Column) -> Table {
    Table::new(vec![("x".to_owned(), column)]).unwrap()
}

proptest! {
    #[test]
    fn packed_numbers_come_back_bit_by_bit(values in prop::collection::vec(number(), 0..700)) {
        let plain = table(Column::Number(values.clone()));
        let packed = plain.clone().packed();
        prop_assert!(same_bits(packed.numbers("x").unwrap(), &values));
        prop_assert_eq!(packed.codes("x").unwrap(), plain.codes("x").unwrap());
        let mut packer = NumberPacker::with_capacity(0);
        for value in &values {
            packer.push(*value);
        }
        let Column::Number(read) = packer.finish().column().clone() else {
            panic!("labels")
        };
        prop_assert!(same_bits(&read, &values));
    }

    #[test]
    fn packed_labels_come_back(codes in prop::collection::vec(prop::option::of(0_u32..300), 0..700)) {
        let levels: Vec<String> = (0..300).map(|level: u32| level.to_string()).collect();
        let codes = codes.into_iter().map(|code| code.unwrap_or(MISSING)).collect();
        let plain = table(Column::Category { levels, codes });
        let packed = plain.clone().packed();
        prop_assert_eq!(packed.codes("x").unwrap(), plain.codes("x").unwrap());
        let rows: Vec<u32> = (0..num::index(plain.rows())).rev().collect();
        let names = ["x".to_owned()];
        prop_assert_eq!(packed.pick(&names, &rows).unwrap(), plain.pick(&names, &rows).unwrap());
        prop_assert_eq!(packed, plain);
    }

    #[test]
    fn a_short_text_has_a_key_of_its_own(a in "[\0-\u{7f}]{0,17}", b in "[\0-\u{7f}]{0,17}") {
        let (key, other) = (Memo::key(a.as_bytes()), Memo::key(b.as_bytes()));
        prop_assert_eq!(key.is_some(), a.len() <= 15);
        prop_assert_eq!(key.is_some() && key == other, a.len() <= 15 && a == b);
    }
}

#[test]
fn a_column_of_distinct_numbers_stays_as_it_is() {
    let values: Vec<f64> = (0..10_000).map(f64::from).collect();
    let mut packer = NumberPacker::with_capacity(0);
    for value in &values {
        packer.push(*value);
    }
    let stored = packer.finish();
    assert!(stored.packed().is_none());
    assert_eq!(stored.column(), &Column::Number(values.clone()));
    assert!(Packed::of(&Column::Number(values), 10_000).is_none());
}

#[test]
fn codes_grow_wider_when_they_must() {
    let mut codes = Codes::with_capacity(0);
    for code in [3, 255, 256, 65_535, 65_536, 7] {
        codes.push(code);
    }
    assert!(matches!(codes, Codes::Long(_)));
    assert_eq!(codes.map(|code| code), [3, 255, 256, 65_535, 65_536, 7]);
}

#[test]
fn an_infinite_number_is_refused_with_its_row() {
    let packed = Stored::from(Column::Number(vec![1.0, 1.0, f64::INFINITY, 1.0])).pack();
    assert!(packed.packed().is_some());
    assert_eq!(
        Table::stored(vec![("x".to_owned(), packed)]).unwrap_err(),
        DataError::BadValue {
            column: "x".to_owned(),
            row: 2
        }
    );
}
