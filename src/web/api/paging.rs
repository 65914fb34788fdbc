//! Lists in pieces: so many items, after the one of this name.
//!
//! Promises: whoever follows `next` sees every item once, as long as nothing new is published in between.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::web::error::WebError;
use crate::web::problem::Problem;

/// Items of a piece if nobody says how many.
const USUAL: u32 = 20;
/// Most items of a piece.
const MOST: u32 = 100;

/// Which piece of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Paging {
    /// At most so many items; 20 without it.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// The items after the one of this name. `next` of a piece has it.
    after: Option<String>,
}

/// A piece, and the address of the next one.
pub(super) type Piece<T> = (Vec<T>, Option<String>);

impl Paging {
    /// The piece of a list at this address, whose items have these names.
    pub(super) fn piece<T>(
        &self,
        path: &str,
        items: Vec<T>,
        name: impl Fn(&T) -> String,
    ) -> Result<Piece<T>, WebError> {
        let limit = self.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            return Err(Problem::Malformed.into());
        }
        let start = match &self.after {
            None => 0,
            Some(after) => {
                let found = items.iter().position(|item| name(item) == *after);
                found.ok_or(Problem::NotFound)? + 1
            }
        };
        let mut rest = items.into_iter().skip(start).peekable();
        let some: Vec<T> = rest.by_ref().take(limit as usize).collect();
        let last = rest.peek().and_then(|_| some.last());
        let next = last.map(|last| format!("{path}?limit={limit}&after={}", name(last)));
        Ok((some, next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_follows_next_sees_every_item_once() {
        for limit in 1..=8 {
            let mut after = None;
            let mut seen = Vec::new();
            loop {
                let paging = Paging {
                    limit: Some(limit),
                    after,
                };
                let items: Vec<u32> = (0..7).collect();
                let (some, next) = paging.piece("/x", items, u32::to_string).unwrap();
                assert!(some.len() <= limit as usize);
                seen.extend(some);
                let Some(next) = next else { break };
                let (path, name) = next.split_once("&after=").unwrap();
                assert_eq!(path, format!("/x?limit={limit}"));
                after = Some(name.to_owned());
            }
            assert_eq!(seen, [0, 1, 2, 3, 4, 5, 6], "{limit}");
        }
    }

    #[test]
    fn a_piece_has_one_to_a_hundred_items_and_begins_after_one_that_exists() {
        for (limit, after) in [(Some(0), None), (Some(101), None), (None, Some("x"))] {
            let after = after.map(str::to_owned);
            let paging = Paging { limit, after };
            assert!(paging.piece("/x", vec![1], i32::to_string).is_err());
        }
        let (all, next) = Paging::default()
            .piece("/x", vec![1], i32::to_string)
            .unwrap();
        assert_eq!((all, next), (vec![1], None));
    }
}
