//! Paper forms: envelopes are taken in, a lot is opened, three people type it by keyboard alone.

use minyi::service::paper;
use minyi::storage::urn::pool;
use minyi::survey::role::Role;

use super::driver::{Kind, Phone, with_phone};
use super::staff::sign_in;
use crate::support::fieldwork::{COUNTY, Fieldwork, SLUG};
use crate::support::instance::account;

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';

async fn fits(phone: &Phone) {
    phone.assert_no_sideways_scroll().await;
    if phone.runs_script() {
        phone.assert_accessible().await;
    }
}

async fn sign_out(phone: &Phone) {
    phone.tap(".staffbar button").await;
    phone
        .until("location.pathname === '/account/sign-in'")
        .await;
}

/// Types a sheet by the keyboard alone. The enter key in a field sends nothing: a sheet would be taken half typed.
async fn type_sheet(phone: &Phone, q1: char) {
    phone.until("document.activeElement.id === 'form'").await;
    for typed in ['4', '3', q1] {
        phone.press(TAB).await;
        phone.press(typed).await;
    }
    let before = phone.eval("location.pathname").await;
    phone.press(ENTER).await;
    while phone.eval("document.activeElement.id").await != "take" {
        assert_eq!(phone.eval("location.pathname").await, before);
        phone.press(TAB).await;
    }
    phone.press(ENTER).await;
}

async fn type_lot(phone: &Phone, site: &str, name: &str, of_first: char) {
    sign_in(phone, &format!("{site}/organize/{SLUG}/paper"), name).await;
    phone.until("document.querySelector('.asked a')").await;
    let first = "document.querySelector('.asked a').href";
    let first = phone.eval(first).await;
    phone.open_page(first.as_str().unwrap()).await;
    fits(phone).await;
    for number in 1..=10 {
        phone
            .until(&format!("location.pathname.endsWith('/{number}')"))
            .await;
        if number == 2 {
            phone.shot("paper-3-sheet").await;
        }
        let q1 = if number == 1 { of_first } else { '2' };
        type_sheet(phone, q1).await;
    }
    phone.until("location.pathname.endsWith('/paper')").await;
    fits(phone).await;
    phone.shot("paper-4-lots").await;
    sign_out(phone).await;
}

async fn walk(phone: Phone, site: String, codes: Vec<String>) {
    let desk = format!("{site}/organize/{SLUG}/paper");
    sign_in(&phone, &desk, "fay").await;
    phone.until("document.querySelector('#code')").await;
    fits(&phone).await;
    phone.shot("paper-1-desk").await;
    for code in codes.iter().take(10) {
        phone
            .until("document.querySelector('#code').value === ''")
            .await;
        phone.type_into("#code", code).await;
        phone.press(ENTER).await;
        phone
            .until("document.querySelector('.note[role=status]')")
            .await;
    }
    // One that came a second time.
    phone.type_into("#code", &codes[0]).await;
    phone.press(ENTER).await;
    phone.until("document.querySelector('.errors')").await;
    fits(&phone).await;
    phone.shot("paper-2-refused").await;
    phone
        .eval("document.querySelector('form.acts button').click()")
        .await;
    phone.until("document.querySelector('.asked a')").await;
    fits(&phone).await;
    phone.shot("paper-2-opened").await;
    phone
        .open_page(&format!("{site}/organize/{SLUG}/paper-form/{COUNTY}/B"))
        .await;
    phone.shot("paper-5-form").await;
    let sheets = phone.print("paper-form").await;
    assert!((1..=6).contains(&sheets), "{sheets} pages of A4");
    phone.open_page(&desk).await;
    sign_out(&phone).await;
    type_lot(&phone, &site, "flo", '1').await;
    type_lot(&phone, &site, "fin", '3').await;
    // The third one sees what two read, and settles it.
    sign_in(&phone, &desk, "fay").await;
    phone.until("document.querySelector('.asked a')").await;
    let first = phone.eval("document.querySelector('.asked a').href").await;
    phone.open_page(first.as_str().unwrap()).await;
    phone
        .until("document.querySelector('.contested #q1')")
        .await;
    assert_eq!(
        phone.count(".contested").await,
        1,
        "they differ in one question"
    );
    fits(&phone).await;
    phone.shot("paper-6-settle").await;
    phone.type_into("#q1", "3").await;
    phone.tap("#take").await;
    phone.until("location.pathname.endsWith('/paper')").await;
    assert_eq!(phone.count(".asked a").await, 0, "the lot is in the record");
    phone.shot("paper-7-kept").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_people_bring_a_lot_into_the_record() {
    for (language, width, script) in [("zh-CN", 360, true), ("en", 1280, true), ("en", 360, false)]
    {
        let work = Fieldwork::open().await;
        for name in ["fay", "flo", "fin"] {
            account(&work.app, name, Role::Fieldworker).await;
        }
        let kind = Kind {
            language,
            width,
            script,
            ..Kind::default()
        };
        let (site, codes) = (work.site.clone(), work.codes.clone());
        with_phone(kind, move |phone| walk(phone, site, codes)).await;
        let mut tx = work.app.urn.0.begin_read("pool").await.unwrap();
        let waiting = pool::count_waiting(&mut tx.conn(), work.wave)
            .await
            .unwrap();
        assert_eq!(waiting.iter().map(|unit| unit.records).sum::<u64>(), 10);
        let returned = paper::count(&mut tx.conn(), work.wave).await.unwrap();
        let returned = returned.into_values().next().unwrap();
        assert_eq!((returned.envelopes, returned.entered), (10, 10));
    }
}
