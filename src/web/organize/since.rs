//! What a wave asks otherwise than the wave with which change is measured.

use crate::report::wave::questionnaire_change;
use crate::service::waves::overview::Overview;
use crate::web::page::Page;

/// A sentence that names the other wave, and each question that cannot be compared; nothing where there is no such wave.
pub(super) fn since_base(page: &Page, found: &Overview) -> Option<(String, Vec<String>)> {
    let (base, changes) = found.since_base.as_ref()?;
    let changed = changes.items.iter();
    let mut said: Vec<String> = changed
        .map(|change| questionnaire_change(page.lang, change))
        .collect();
    if changes.is_reordered {
        said.push(page.t("questions-change-order"));
    }
    let key = if said.is_empty() {
        "questions-since-base-none"
    } else {
        "questions-since-base"
    };
    let base = page.t_with(key, &[("base", base.as_str().into())]);
    Some((base, said))
}
