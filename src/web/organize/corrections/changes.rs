//! What a correction changes, each change in a sentence.

use crate::evaluation::correction::{Change, Stands, What};
use crate::evaluation::indicator::Value;
use crate::evaluation::standard::Standard;
use crate::web::indicators::words;
use crate::web::page::Page;

/// What changes, each in a sentence.
pub(in crate::web) fn changes(
    page: &Page,
    standard: Option<&Standard>,
    changes: &[Change],
) -> Vec<String> {
    let maker = Maker { page, standard };
    changes
        .iter()
        .map(|change| maker.sentence(change))
        .collect()
}

struct Maker<'a> {
    page: &'a Page,
    standard: Option<&'a Standard>,
}

impl Maker<'_> {
    fn sentence(&self, change: &Change) -> String {
        let (page, tag) = (self.page, self.page.lang.tag());
        let county = self.standard.and_then(|all| all.county(&change.county));
        let county = county.map_or(change.county.as_str(), |county| county.name.get(tag));
        let (what, before, after) = match &change.what {
            What::Verdict => (
                page.t("evaluate-verdict"),
                self.word("outcome", &change.before),
                self.word("outcome", &change.after),
            ),
            What::Criterion(id) => {
                let criterion = self.standard.and_then(|standard| standard.criterion(id));
                let name = criterion.map_or(id.as_str(), |one| one.name.get(tag));
                (
                    name.to_owned(),
                    self.word("finding", &change.before),
                    self.word("finding", &change.after),
                )
            }
            What::Approval => self.shares("results-approval", change),
            What::Safety => self.shares("results-safety", change),
            What::Value { indicator, year } => (
                self.named(indicator, *year),
                self.value(&change.before),
                self.value(&change.after),
            ),
            What::Verified => (
                page.t("correction-verified"),
                change.before.clone(),
                change.after.clone(),
            ),
            What::Title | What::Other => {
                let key = match change.what {
                    What::Title => "correction-lapse",
                    _ => "correction-other",
                };
                return page.t_with(key, &[("county", county.to_owned().into())]);
            }
        };
        let args = [
            ("county", county.to_owned().into()),
            ("what", what.into()),
            ("before", before.into()),
            ("after", after.into()),
        ];
        page.t_with("correction-change", &args)
    }

    fn word(&self, kind: &str, code: &str) -> String {
        match code {
            "" => self.page.t("correction-nothing"),
            code => self.page.t(&format!("evaluate-{kind}-{code}")),
        }
    }

    fn shares(&self, key: &str, change: &Change) -> (String, String, String) {
        let page = self.page;
        let shown = |text: &str| {
            let numbers = text.split(' ').filter_map(|part| part.parse().ok());
            let numbers: Vec<f64> = numbers.collect();
            match numbers.as_slice() {
                [share, low, high] => page.t_with(
                    "correction-share",
                    &[
                        ("share", page.lang.percent(*share).into()),
                        ("interval", page.lang.percent_range(*low, *high).into()),
                    ],
                ),
                _ => page.t("correction-nothing"),
            }
        };
        (page.t(key), shown(&change.before), shown(&change.after))
    }

    /// An indicator and the year that its value describes.
    fn named(&self, id: &str, year: i32) -> String {
        let tag = self.page.lang.tag();
        let name = self.standard.map_or(id, |all| all.indicator_name(id, tag));
        let args = [
            ("name", name.to_owned().into()),
            ("year", year.to_string().into()),
        ];
        self.page.t_with("correction-value", &args)
    }

    /// A value and where it stands.
    fn value(&self, told: &str) -> String {
        let page = self.page;
        let (Some(stands), Some(standard)) = (Stands::read(told), self.standard) else {
            return page.t("correction-nothing");
        };
        let value = match &stands.value {
            Value::Judgement { judgement } => {
                let met = if judgement.met { "met" } else { "not_met" };
                let args = [
                    ("finding", page.t(&format!("evaluate-finding-{met}")).into()),
                    ("reason", judgement.reason.clone().into()),
                ];
                page.t_with("correction-judgement", &args)
            }
            value => match words(page, standard, value).join("; ") {
                none if none.is_empty() => page.t("correction-nothing"),
                words => words,
            },
        };
        let status = page.t(&format!("correction-status-{}", stands.status.code()));
        let args = [("value", value.into()), ("status", status.into())];
        page.t_with("correction-stands", &args)
    }
}
