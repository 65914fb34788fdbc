//! A person sets up a second factor and signs in with it.

use std::time::Duration;

use minyi::service::second_factor::Secret;

use super::driver::{Kind, with_phone};
use super::staff::{look, sign_in};
use crate::support::instance::{self, Instance, PASSWORD, account};
use minyi::survey::role::Role;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_factor_is_set_up_and_needed() {
    for (language, width, script) in [
        ("zh-CN", 360, false),
        ("en", 360, true),
        ("zh-CN", 1280, true),
    ] {
        let instance = Instance::empty().await;
        let kind = Kind {
            language,
            width,
            script,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            let clock = &instance.app.clock;
            sign_in(&phone, &format!("{}/account", instance.site), "ada").await;
            phone.until("document.querySelector('.qr')").await;
            look(&phone, "own").await;
            let shown = phone
                .eval("document.querySelector('[name=secret]').value")
                .await;
            let secret = Secret::from_base32(shown.as_str().expect("a text")).expect("a secret");
            phone
                .type_into("#set-code", &secret.code(clock.now()))
                .await;
            phone.type_into("#set-current", PASSWORD).await;
            phone.tap("form .button").await;
            phone.until("document.querySelector('.note')").await;
            look(&phone, "own-second").await;
            phone.tap(".staffbar button").await;
            phone
                .until("location.pathname === '/account/sign-in'")
                .await;
            clock.set(clock.now().plus(Duration::from_secs(30)));
            phone.type_into("#name", "ada").await;
            phone.type_into("#password", PASSWORD).await;
            phone.type_into("#code", &secret.code(clock.now())).await;
            phone.tap(".button").await;
            phone.until("location.pathname === '/organize'").await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_for_a_program_is_made_and_ended() {
    for (language, width, script) in [
        ("zh-CN", 360, false),
        ("en", 360, true),
        ("zh-CN", 1280, true),
        ("en", 1280, true),
    ] {
        let instance = Instance::empty().await;
        let kind = Kind {
            language,
            width,
            script,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            sign_in(&phone, &format!("{}/account/tokens", instance.site), "ada").await;
            phone.until("document.querySelector('#token-name')").await;
            look(&phone, "tokens").await;
            phone.type_into("#token-name", "office of statistics").await;
            phone.tap("[name=fieldwork]").await;
            phone.type_into("#token-current", PASSWORD).await;
            phone.tap("form[action*=tokens] .button:not([name])").await;
            phone
                .until("document.querySelector('.note textarea')")
                .await;
            let secret = phone
                .eval("document.querySelector('.note textarea').value")
                .await;
            assert!(secret.as_str().unwrap().starts_with("minyi_"));
            look(&phone, "tokens-made").await;
            phone.tap("[name=end]").await;
            phone.until("!document.querySelector('[name=end]')").await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_makes_an_account_and_reads_the_log() {
    for (language, width) in [("zh-CN", 360), ("en", 360), ("en", 1280)] {
        let instance = Instance::empty().await;
        account(&instance.app, "root", Role::Administrator).await;
        let kind = Kind {
            language,
            width,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            sign_in(&phone, &format!("{}/accounts", instance.site), "root").await;
            phone.until("document.querySelector('#role')").await;
            phone.type_into("#name", "fay").await;
            phone.tap("section.next .button").await;
            phone
                .until("document.querySelector('[role=status] code')")
                .await;
            look(&phone, "accounts").await;
            phone
                .open_page(&format!("{}/audit?lang={language}", instance.site))
                .await;
            look(&phone, "audit").await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_administrator_comes_by_the_link_and_others_choose_their_own_password() {
    for (language, width, script) in [
        ("zh-CN", 360, false),
        ("en", 360, true),
        ("zh-CN", 1280, true),
    ] {
        let (app, folder) = instance::open("2026-11-25T10:00").await;
        let site = instance::serve(&app).await;
        let secret = app.accounts.offer_first().await.unwrap().unwrap();
        let kind = Kind {
            language,
            width,
            script,
            ..Kind::default()
        };
        with_phone(kind, move |phone| async move {
            let _folder = folder;
            let link = format!("{site}/welcome#{}", secret.reveal());
            phone.open_page(&link).await;
            let field = "document.querySelector('#secret').value";
            if script {
                phone.until(&format!("{field}.length === 32")).await;
                assert_eq!(phone.eval("location.hash").await, "");
            } else {
                assert_eq!(phone.eval(field).await, "");
                phone.type_into("#secret", secret.reveal()).await;
            }
            phone.type_into("#name", "root").await;
            phone.type_into("#chosen", PASSWORD).await;
            phone.type_into("#again", "another one").await;
            phone.tap("form .button").await;
            phone.until("document.querySelector('.errors')").await;
            look(&phone, "welcome").await;
            phone.type_into("#chosen", PASSWORD).await;
            phone.type_into("#again", PASSWORD).await;
            phone.tap("form .button").await;
            phone.until("location.pathname === '/account'").await;
            let accounts = &app.accounts;
            let root = accounts.list().await.unwrap().remove(0);
            let (_, given) = accounts.make(&root, "fay", Role::Auditor).await.unwrap();
            phone.tap(".staffbar button").await;
            phone
                .until("location.pathname === '/account/sign-in'")
                .await;
            phone.type_into("#name", "fay").await;
            phone.type_into("#password", &given).await;
            phone.tap(".button").await;
            phone
                .until("location.pathname === '/account/new-password'")
                .await;
            look(&phone, "new-password").await;
            phone.type_into("#chosen", "four words of mine").await;
            phone.type_into("#again", "four words of mine").await;
            phone.tap("form .button").await;
            phone.until("document.querySelector('.note')").await;
        })
        .await;
    }
}
