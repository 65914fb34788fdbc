//! Times of pages, and a table of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// Milliseconds by page.
#[derive(Default)]
pub struct Times {
    pages: BTreeMap<String, Vec<f64>>,
    order: Vec<String>,
}

impl Times {
    pub fn add(&mut self, page: &str, took: Duration) {
        let times = self.pages.entry(page.to_owned()).or_default();
        if times.is_empty() {
            self.order.push(page.to_owned());
        }
        times.push(took.as_secs_f64() * 1e3);
    }

    /// The time that `percent` of a hundred requests do not exceed.
    fn quantile(&self, page: &str, percent: usize) -> f64 {
        let mut times = self.pages.get(page).cloned().unwrap_or_default();
        times.sort_by(f64::total_cmp);
        let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
        times.get(place).copied().unwrap_or(f64::NAN)
    }

    /// Median and 95th percentile of each page, and its median beside that of the first whose address is `floor`.
    pub fn table(&self, floor: &str) -> String {
        let floor = self.order.iter().find(|page| page.starts_with(floor));
        let floor = floor.map_or(f64::NAN, |page| self.quantile(page, 50));
        let mut text = "| page | median ms | p95 ms | median of the page without a store |\n\
                        |---|---|---|---|\n"
            .to_owned();
        for page in &self.order {
            let (median, p95) = (self.quantile(page, 50), self.quantile(page, 95));
            let ratio = median / floor;
            // Writing into a text cannot fail.
            let _ = writeln!(text, "| `{page}` | {median:.1} | {p95:.1} | × {ratio:.0} |");
        }
        text
    }
}
