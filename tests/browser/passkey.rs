//! A person adds a passkey and signs in with it; the device is the browser's virtual authenticator.

use minyi::survey::role::Role;
use serde_json::{Value, json};

use super::driver::{Kind, Phone, with_phone};
use super::staff::{look, sign_in};
use crate::support::instance::{Instance, PASSWORD, account};

/// Plugs a device in that finds passkeys itself; `verified` is whether it knows its owner.
async fn plug_in(phone: &Phone, verified: bool) -> Value {
    phone.cdp("WebAuthn.enable", json!({})).await;
    let options = json!({
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
        "hasUserVerification": true, "isUserVerified": verified,
        "automaticPresenceSimulation": true,
    });
    let made = phone.cdp(
        "WebAuthn.addVirtualAuthenticator",
        json!({ "options": options }),
    );
    made.await["authenticatorId"].clone()
}

async fn verify(phone: &Phone, device: &Value, verified: bool) {
    let asked = json!({ "authenticatorId": device, "isUserVerified": verified });
    phone.cdp("WebAuthn.setUserVerified", asked).await;
}

async fn sign_out(phone: &Phone) {
    phone.tap(".staffbar button").await;
    phone
        .until("location.pathname === '/account/sign-in'")
        .await;
    phone
        .until("!document.querySelector('[data-passkey]').hidden")
        .await;
}

/// The passkeys that the device holds.
async fn held(phone: &Phone, device: &Value) -> Vec<Value> {
    let asked = json!({ "authenticatorId": device });
    let found = phone.cdp("WebAuthn.getCredentials", asked).await;
    found["credentials"].as_array().unwrap().clone()
}

async fn follow(phone: Phone, instance: Instance) {
    let device = plug_in(&phone, true).await;
    sign_in(&phone, &format!("{}/account", instance.site), "ada").await;
    phone
        .until("!document.querySelector('[data-passkey]').hidden")
        .await;
    phone.type_into("#passkey-name", "phone").await;
    phone.type_into("#passkey-current", "wrong password").await;
    phone.tap("[data-passkey] .button").await;
    phone.until("document.querySelector('.errors')").await;
    assert_eq!(
        phone
            .eval("document.querySelector('#passkey-name').value")
            .await,
        "phone"
    );
    // What the refused try left on the device is replaced.
    phone.type_into("#passkey-current", PASSWORD).await;
    phone.tap("[data-passkey] .button").await;
    phone
        .until("document.querySelector('.note[role=status]')")
        .await;
    let made = held(&phone, &device).await;
    assert!(
        made.len() == 1 && made[0]["isResidentCredential"] == true,
        "{made:?}"
    );
    look(&phone, "own-passkey").await;
    // The same device has one for this account already.
    phone.type_into("#passkey-name", "again").await;
    phone.type_into("#passkey-current", PASSWORD).await;
    phone.tap("[data-passkey] .button").await;
    phone
        .until("!document.querySelector('[data-problem]').hidden")
        .await;
    sign_out(&phone).await;
    look(&phone, "sign-in-passkey").await;
    verify(&phone, &device, false).await;
    phone.tap("[data-passkey] .button").await;
    phone
        .until("!document.querySelector('[data-problem]').hidden")
        .await;
    look(&phone, "sign-in-passkey-none").await;
    verify(&phone, &device, true).await;
    phone.tap("[data-passkey] .button").await;
    phone.until("location.pathname === '/organize'").await;
    // A copy of the device, made before that sign-in, is noticed.
    let used = held(&phone, &device).await.remove(0);
    assert!(
        used["signCount"].as_u64() > made[0]["signCount"].as_u64(),
        "{used}"
    );
    let asked = json!({ "authenticatorId": device, "credentialId": used["credentialId"] });
    phone.cdp("WebAuthn.removeCredential", asked).await;
    let copy = json!({ "authenticatorId": device, "credential": made[0] });
    phone.cdp("WebAuthn.addCredential", copy).await;
    sign_out(&phone).await;
    phone.tap("[data-passkey] .button").await;
    phone.until("document.querySelector('.errors')").await;
    look(&phone, "sign-in-passkey-refused").await;
    // The password still works, and the passkey goes.
    sign_in(&phone, &format!("{}/account", instance.site), "ada").await;
    phone.until("location.pathname === '/account'").await;
    phone.tap(".imports summary").await;
    phone.type_into("#passkey-current-1", PASSWORD).await;
    look(&phone, "own-passkey-remove").await;
    phone.tap(".imports .button").await;
    phone
        .until("document.querySelector('.note[role=status]')")
        .await;
    assert_eq!(phone.count(".imports").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_is_added_used_and_removed() {
    for (language, width) in [("zh-CN", 360), ("en", 360), ("en", 1280)] {
        let instance = Instance::empty().await;
        let kind = Kind {
            language,
            width,
            ..Kind::default()
        };
        with_phone(kind, move |phone| follow(phone, instance)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_script_the_page_says_what_works() {
    let instance = Instance::empty().await;
    account(&instance.app, "root", Role::Administrator).await;
    let kind = Kind {
        script: false,
        ..Kind::default()
    };
    with_phone(kind, move |phone| async move {
        sign_in(&phone, &format!("{}/account", instance.site), "ada").await;
        let said = phone.text("#passkeys ~ noscript").await;
        assert!(said.contains("通行密钥需要浏览器运行脚本"), "{said}");
        look(&phone, "own-passkey").await;
    })
    .await;
}
