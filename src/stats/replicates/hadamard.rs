//! Hadamard matrices: signs whose rows are orthogonal.
//!
//! May use nothing. Promises: the first row and the first column are all +1, so every other row sums
//! to 0. Sources: Sylvester 1867 (doubling); Paley, Journal of Mathematics and Physics 12 (1933),
//! pp. 311–320 (both constructions), over the fields of p and p² elements; Wolter, *Introduction to
//! Variance Estimation*, 2nd ed. 2007, app. A. R: `survey::hadamard`, whose orders it can differ from.

#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns are below the order of a square matrix"
)]

/// The largest order that is made.
pub const LARGEST_ORDER: usize = 4_096;

/// A Hadamard matrix of this order in normal form: 1, 2, or a multiple of 4 that doubling and Paley's
/// constructions reach; `None` for other orders (the first is 92).
///
/// ```
/// use minyi::stats::replicates::hadamard::hadamard;
/// let h = hadamard(12).unwrap();
/// let dot: i32 = h[3].iter().zip(&h[7]).map(|(a, b)| i32::from(a * b)).sum();
/// assert_eq!((h.len(), dot), (12, 0));
/// assert!(hadamard(6).is_none());
/// ```
#[must_use]
pub fn hadamard(order: usize) -> Option<Vec<Vec<i8>>> {
    if order > LARGEST_ORDER {
        return None;
    }
    made(order).map(normal)
}

/// The smallest order above `rows` that can be made, a multiple of 4.
///
/// ```
/// use minyi::stats::replicates::hadamard::order_above;
/// assert_eq!((order_above(3), order_above(4), order_above(90)), (Some(4), Some(8), Some(96)));
/// ```
#[must_use]
pub fn order_above(rows: usize) -> Option<usize> {
    let first = 4 * (rows / 4 + 1);
    (first..=LARGEST_ORDER).step_by(4).find(|n| exists(*n))
}

/// How an order is reached.
enum Way {
    One,
    Double,
    /// Paley's first construction, over a field of order − 1 elements.
    First(Field),
    /// Paley's second construction, over a field of order / 2 − 1 elements.
    Second(Field),
}

fn way(order: usize) -> Option<Way> {
    if order == 1 {
        return Some(Way::One);
    }
    if order == 2 {
        return Some(Way::Double);
    }
    if !order.is_multiple_of(4) {
        return None;
    }
    if let Some(field) = Field::of(order - 1) {
        return Some(Way::First(field));
    }
    if let Some(field) = Field::of(order / 2 - 1).filter(|field| field.size % 4 == 1) {
        return Some(Way::Second(field));
    }
    way(order / 2).map(|_| Way::Double)
}

fn exists(order: usize) -> bool {
    way(order).is_some()
}

fn made(order: usize) -> Option<Vec<Vec<i8>>> {
    Some(match way(order)? {
        Way::One => vec![vec![1]],
        Way::Double => double(&made(order / 2)?),
        Way::First(field) => first(&field),
        Way::Second(field) => second(&field),
    })
}

fn double(half: &[Vec<i8>]) -> Vec<Vec<i8>> {
    let beside = |row: &Vec<i8>, sign: i8| {
        let again = row.iter().map(|x| sign * x);
        row.iter().copied().chain(again).collect()
    };
    let above = half.iter().map(|row| beside(row, 1));
    above
        .chain(half.iter().map(|row| beside(row, -1)))
        .collect()
}

/// I + S, with S the signs of differences bordered by 1 above and −1 at the side.
fn first(field: &Field) -> Vec<Vec<i8>> {
    let n = field.size + 1;
    let sign = |i: usize, j: usize| match (i, j) {
        (0, _) => 1,
        (_, 0) => -1,
        (i, j) if i == j => 1,
        (i, j) => field.character(i - 1, j - 1),
    };
    (0..n)
        .map(|i| (0..n).map(|j| sign(i, j)).collect())
        .collect()
}

/// The signs of differences bordered by 1; every entry becomes a block of two by two.
fn second(field: &Field) -> Vec<Vec<i8>> {
    let n = field.size + 1;
    let entry = |i: usize, j: usize| match (i, j) {
        (0, 0) => 0,
        (0, _) | (_, 0) => 1,
        (i, j) => field.character(i - 1, j - 1),
    };
    let sign = |i: usize, j: usize| {
        let (a, b) = (i % 2, j % 2);
        match entry(i / 2, j / 2) {
            0 if a == 0 && b == 0 => 1,
            0 => -1,
            s if a == 1 && b == 1 => -s,
            s => s,
        }
    };
    (0..2 * n)
        .map(|i| (0..2 * n).map(|j| sign(i, j)).collect())
        .collect()
}

/// Signs of columns and rows turned so that the first row and column are all +1.
fn normal(mut matrix: Vec<Vec<i8>>) -> Vec<Vec<i8>> {
    let first = matrix.first().cloned().unwrap_or_default();
    for row in &mut matrix {
        for (x, sign) in row.iter_mut().zip(&first) {
            *x *= sign;
        }
        let sign = row.first().copied().unwrap_or(1);
        for x in row {
            *x *= sign;
        }
    }
    matrix
}

/// The field of p or p² elements, p an odd prime. Element k of p² is (k mod p) + (k div p) θ with θ²
/// the smallest number that is no square.
struct Field {
    prime: usize,
    size: usize,
    /// Which numbers mod p are squares other than 0.
    square: Vec<bool>,
    /// θ².
    theta: usize,
}

impl Field {
    fn of(size: usize) -> Option<Self> {
        let root = size.isqrt();
        let prime = if root * root == size { root } else { size };
        if prime < 3
            || prime.is_multiple_of(2)
            || (3..)
                .step_by(2)
                .take_while(|d| d * d <= prime)
                .any(|d| prime.is_multiple_of(d))
        {
            return None;
        }
        let mut square = vec![false; prime];
        for x in 1..prime {
            square[x * x % prime] = true;
        }
        let theta = (2..prime).find(|x| !square[*x]).unwrap_or(0);
        Some(Self {
            prime,
            size,
            square,
            theta,
        })
    }

    /// Whether the difference of two elements is a square (1), none (−1) or 0. A number of the field
    /// of p² is a square exactly if its norm is one in the field of p.
    fn character(&self, x: usize, y: usize) -> i8 {
        let p = self.prime;
        let minus = |a: usize, b: usize| (p + a - b) % p;
        let whole = if self.size == p {
            minus(x, y)
        } else {
            let (a, b) = (minus(x % p, y % p), minus(x / p, y / p));
            minus(a * a % p, self.theta * (b * b % p) % p)
        };
        match (whole, self.square[whole]) {
            (0, _) => 0,
            (_, true) => 1,
            (_, false) => -1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot(a: &[i8], b: &[i8]) -> i32 {
        a.iter().zip(b).map(|(a, b)| i32::from(a * b)).sum()
    }

    #[test]
    fn rows_are_orthogonal_and_the_first_row_is_one() {
        for order in (1..=150).chain([244, 340]).filter(|n| exists(*n)) {
            let h = hadamard(order).unwrap();
            assert!(h.len() == order && h.iter().all(|row| row.len() == order));
            assert!(h[0].iter().all(|x| *x == 1), "{order}");
            assert!(h.iter().all(|row| row[0] == 1), "{order}");
            for (i, row) in h.iter().enumerate() {
                assert!(row.iter().all(|x| x.abs() == 1), "{order}");
                for (j, other) in h.iter().enumerate().take(i) {
                    assert_eq!(dot(row, other), 0, "{order}: {i}, {j}");
                }
            }
        }
    }

    #[test]
    fn every_number_of_strata_up_to_the_limit_finds_an_order_near_it() {
        // Orders that only other constructions reach are passed over.
        let missing: Vec<usize> = (4..=200).step_by(4).filter(|n| !exists(*n)).collect();
        assert_eq!(missing, [92, 116, 156, 172, 184, 188]);
        for strata in (1..300).chain((301..LARGEST_ORDER).step_by(61)) {
            let order = order_above(strata).unwrap();
            assert!(order > strata && order <= strata + 32, "{strata}: {order}");
        }
        assert_eq!(order_above(LARGEST_ORDER - 1), Some(LARGEST_ORDER));
        assert_eq!(order_above(LARGEST_ORDER), None);
    }
}
