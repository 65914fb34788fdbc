//! Reported values in words, for pages.

use crate::evaluation::indicator::Value;
use crate::evaluation::standard::Standard;
use crate::service::reports::texts;
use crate::web::page::Page;

/// A value in words, one line for each entry of a list.
pub(in crate::web) fn words(page: &Page, standard: &Standard, value: &Value) -> Vec<String> {
    match value {
        Value::Count { count } => vec![page.lang.count(u64::from(*count))],
        Value::Amount { amount } => vec![amount.to_string()],
        Value::Rate { k, m } => {
            let share = page.lang.percent(f64::from(*k) / f64::from((*m).max(1)));
            let args = [
                ("k", page.lang.count(u64::from(*k)).into()),
                ("m", page.lang.count(u64::from(*m)).into()),
                ("share", share.into()),
            ];
            let key = if *m == 0 {
                "indicators-nothing"
            } else {
                "indicators-rate"
            };
            vec![page.t_with(key, &args)]
        }
        list @ Value::List { .. } => {
            let [text, _, _] = texts(standard, page.lang.tag(), list);
            text.lines().map(str::to_owned).collect()
        }
        Value::Judgement { judgement } => vec![judgement.reason.clone()],
    }
}
