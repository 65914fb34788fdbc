//! The resident's page on a device of the survey team.
//!
//! For: `/s/{wave}/{county}?tablet=MARK`, which a fieldworker's hand-over opens. Uses: `service::intake::tablet`. Promises: the
//! mark goes along in the address of the form and of its other languages; where it is not today's, the page is the one of a
//! resident's own phone, and an answer is never refused for it.

use crate::service::app::App;
use crate::service::intake::tablet;
use crate::web::page::Page;

/// The field of the address.
const FIELD: &str = "tablet";

/// The mark of the address, if it is today's for this wave and county.
pub(super) async fn given(app: &App, page: &Page, wave: &str, county: &str) -> Option<String> {
    let mark = page.asked(FIELD)?;
    let good = tablet::is_todays(app, wave, county, mark).await;
    // Whatever is in the way is met again by the page itself, and told there.
    good.unwrap_or(false).then(|| mark.to_owned())
}

/// Today's mark of another county, for a device that was handed over in this one.
pub(super) async fn elsewhere(app: &App, wave: &str, county: &str) -> Option<String> {
    tablet::mark(app, wave, county).await.ok()
}

/// The form's address on such a device.
pub(in crate::web) fn address(page: &Page, wave: &str, county: &str, mark: &str) -> String {
    format!("/s/{wave}/{county}?{FIELD}={mark}&lang={}", page.lang)
}
