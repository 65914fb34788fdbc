//! "Did you mean": the nearest of a list of names.

/// The name of `candidates` that `name` was probably meant to be, if one is near enough: equal but for
/// case and punctuation, or at an edit distance of at most a third of its length.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a String>,
) -> Option<String> {
    let plain = |text: &str| -> Vec<char> {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let wanted = plain(name);
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| {
            let other = plain(candidate);
            let distance = if wanted == other {
                0
            } else {
                edit_distance(&wanted, &other)
            };
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate.clone())
}

/// Insertions, deletions, replacements and swaps of neighbors that turn one into the other.
fn edit_distance(from: &[char], to: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, &a) in from.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, &b) in to.iter().enumerate() {
            let at = |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX);
            let mut best = (at(&last, column) + usize::from(a != b))
                .min(at(&last, column + 1) + 1)
                .min(at(&next, column) + 1);
            let swapped = row > 0
                && column > 0
                && from.get(row - 1) == Some(&b)
                && to.get(column - 1) == Some(&a);
            if swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_leaves_strangers_alone() {
        let names: Vec<String> = ["unsafe_street", "region", "w", "sex", "psu"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(
            nearest("unsafe_steret", &names).as_deref(),
            Some("unsafe_street")
        );
        assert_eq!(
            nearest("Unsafe Street", &names).as_deref(),
            Some("unsafe_street")
        );
        assert_eq!(nearest("reigon", &names).as_deref(), Some("region"));
        assert_eq!(nearest("wt", &names).as_deref(), Some("w"));
        assert_eq!(nearest("income", &names), None);
    }
}
