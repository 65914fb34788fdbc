//! What the visitor reads first: addresses, sign-ins, codes, and a QR code for a phone.

use std::fmt::Write as _;

use fast_qr::QRBuilder;

use super::story::{Member, Ready};
use crate::i18n::Lang;
use crate::report::table::{Align, TextTable};
use crate::service::app::App;
use crate::service::sampling::Ticket;

/// The whole text.
pub(super) fn text(lang: Lang, app: &App, ready: &Ready, port: u16) -> String {
    let local = format!("http://localhost:{port}");
    let site = app.public_url.as_ref();
    let mut text = format!(
        "\n{}\n{}\n\n",
        lang.t("demo-title"),
        lang.t("demo-synthetic")
    );
    let now = lang.moment(app.zone.civil(app.clock.now()));
    let answers = u64::try_from(ready.answers).unwrap_or(u64::MAX);
    let args = [("now", now.into()), ("answers", lang.count(answers).into())];
    push(&mut text, &lang.t_with("demo-state", &args));
    let mut pages = TextTable::new([(String::new(), Align::Left), (String::new(), Align::Left)]);
    for (key, path) in [
        ("demo-page-home", "/"),
        ("demo-page-results", "/results"),
        ("demo-page-staff", "/organize"),
    ] {
        pages.push([lang.t(key), format!("{local}{path}")]);
    }
    if site != local {
        pages.push([lang.t("demo-page-network"), site.to_owned()]);
    }
    push(&mut text, pages.render().trim_start());
    push(&mut text, &lang.t("demo-staff"));
    push(&mut text, &staff(lang, ready));
    push(&mut text, &lang.t("demo-codes"));
    for ticket in &ready.unused {
        let county = ready.counties.get(&ticket.place.county);
        let county = county.map_or(ticket.place.county.as_str(), String::as_str);
        let code = ticket.code.printed();
        let _ = writeln!(text, "  {code}  {county}\n    {}", ticket.link);
    }
    if let Some(picture) = ready.unused.first().and_then(picture) {
        let _ = write!(text, "\n{}\n\n{picture}\n\n", lang.t("demo-scan"));
    }
    push(&mut text, &lang.t("demo-next"));
    text
}

fn push(text: &mut String, paragraph: &str) {
    text.push_str(paragraph.trim_end());
    text.push_str("\n\n");
}

fn staff(lang: Lang, ready: &Ready) -> String {
    let head = ["demo-name", "demo-password", "demo-role"].map(|key| (lang.t(key), Align::Left));
    let mut table = TextTable::new(head);
    let staff = &ready.staff;
    for Member { account, password } in [&staff.first, &staff.second, &staff.evaluator] {
        let role = lang.t(&format!("role-{}", account.role.as_str()));
        table.push([account.name.to_string(), password.clone(), role]);
    }
    table.render()
}

/// The link as a picture of half blocks, light on dark as most terminals are.
fn picture(ticket: &Ticket) -> Option<String> {
    let qr = QRBuilder::new(ticket.link.as_str()).build().ok()?;
    Some(qr.to_str())
}
