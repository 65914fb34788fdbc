//! A person ties the own account to a certified provider and signs in there.

use minyi::survey::role::Role;
use minyi::survey::time::Clock;
use tokio::net::TcpListener;

use super::driver::{Kind, Phone, with_phone};
use super::staff::{look, sign_in};
use crate::support::instance::{self, PASSWORD, account};
use crate::support::provider::Certified;

/// Signs in on the pages of the provider, the consent too.
async fn sign_in_there(phone: &Phone, who: &str) {
    phone
        .until("document.querySelector('input[name=login]')")
        .await;
    phone.type_into("input[name=login]", who).await;
    phone.type_into("input[name=password]", "any").await;
    phone.eval("document.querySelector('form').submit()").await;
    phone
        .until("document.querySelector('input[name=prompt][value=consent]')")
        .await;
    phone.eval("document.querySelector('form').submit()").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_tied_and_used_without_script_and_with() {
    for (language, width, script) in [("zh-CN", 360, false), ("en", 360, true), ("en", 1280, true)]
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let site = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let provider = Certified::start(&site).await;
        let (mut app, folder) = instance::open_at("2026-11-25T10:00", &site).await;
        app.clock.set(Clock::Real.now());
        app.accounts = app.accounts.clone().with_provider(provider.known(&site));
        account(&app, "ada", Role::Organizer).await;
        app.tasks.spawn(minyi::web::serve(app.clone(), listener));
        let kind = Kind {
            language,
            width,
            script,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            let _kept = (folder, provider);
            phone
                .open_page(&format!("{site}/account/sign-in?lang={language}"))
                .await;
            look(&phone, "sign-in-provider").await;
            phone.tap("main a.button").await;
            sign_in_there(&phone, "ada-there").await;
            phone
                .until("location.pathname === '/account/provider/back'")
                .await;
            look(&phone, "provider-untied").await;
            sign_in(&phone, &format!("{site}/account?lang={language}"), "ada").await;
            phone.until("document.querySelector('#tie-current')").await;
            phone.type_into("#tie-current", PASSWORD).await;
            phone.tap("form:has(#tie-current) .button").await;
            phone
                .until("document.querySelector('main a.button')")
                .await;
            look(&phone, "provider-go").await;
            // The provider knows the person from before.
            phone.tap("main a.button").await;
            phone
                .until("location.pathname === '/account' && document.querySelector('.note[role=status]')")
                .await;
            look(&phone, "own-provider").await;
            phone.tap(".staffbar button").await;
            phone
                .until("location.pathname === '/account/sign-in'")
                .await;
            phone.tap("main a.button").await;
            phone.until("location.pathname === '/organize'").await;
        })
        .await;
    }
}
