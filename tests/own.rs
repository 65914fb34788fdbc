//! The own account: a second factor, another password, sessions that end.

use std::time::Duration;

use minyi::service::accounts::others::OthersChange;
use minyi::service::accounts::own::OwnError;
use minyi::service::accounts::{Accounts, SignInError};
use minyi::service::keys::Keys;
use minyi::service::second_factor::Secret;
use minyi::survey::role::Role;
use minyi::survey::time::{Clock, Instant};

use crate::support::instance::{Instance, PASSWORD, Visitor, location, read};
use crate::support::on_both;

const NOW: Instant = Instant::from_micros(1_795_000_000_000_000);
const HALF_MINUTE: Duration = Duration::from_secs(30);

on_both! {
    async fn a_code_is_needed_good_once_and_sealed_in_the_store(stores) {
        let clock = Clock::at(NOW);
        let folder = stores.folder.path().join("keys");
        let keys = Keys::init(&folder).unwrap();
        let accounts = Accounts::new(stores.office.clone(), clock.clone()).with_keys(&keys);
        let ada = accounts.create("ada", Role::Organizer, PASSWORD.to_owned()).await.unwrap();
        let sign_in = async |code: &str| accounts.sign_in("ada", PASSWORD.to_owned(), code, None).await;
        sign_in("").await.unwrap();
        let secret = Secret::new().unwrap();
        let code = secret.code(NOW);
        let wrong = accounts.set_second(&ada, PASSWORD.to_owned(), &secret, "000000").await;
        assert!(wrong.is_err() && !accounts.own(&ada).await.unwrap().has_second);
        accounts.set_second(&ada, PASSWORD.to_owned(), &secret, &code).await.unwrap();
        for bad in ["", "12345", &code] {
            // The code with which it was set up is taken.
            assert!(matches!(sign_in(bad).await, Err(SignInError::Refused)), "{bad}");
        }
        let later = NOW.plus(HALF_MINUTE);
        clock.set(later);
        let next = secret.code(later);
        sign_in(&next).await.unwrap();
        assert!(matches!(sign_in(&next).await, Err(SignInError::Refused)), "a code is good once");
        let held = {
            let mut tx = stores.office.0.begin_read("look").await.unwrap();
            minyi::storage::office::totp::find(&mut tx.conn(), ada.id).await.unwrap().unwrap()
        };
        let plain = secret.base32();
        assert!(held.secret.len() > 40 && !String::from_utf8_lossy(&held.secret).contains(&plain));
        // Somebody with the office and other keys cannot use it, and is not let in without.
        let others = Keys::init(&stores.folder.path().join("others")).unwrap();
        let foreign = Accounts::new(stores.office.clone(), clock.clone()).with_keys(&others);
        assert!(foreign.sign_in("ada", PASSWORD.to_owned(), "000000", None).await.is_err());
        // Who lost the app is helped at the console.
        assert!(accounts.reset_second("Ada").await.unwrap());
        assert!(!accounts.reset_second("zoe").await.unwrap());
        sign_in("").await.unwrap();
    }

    async fn guesses_of_codes_are_slowed_down_like_guesses_of_passwords(stores) {
        let clock = Clock::at(NOW);
        let keys = Keys::init(&stores.folder.path().join("keys")).unwrap();
        let accounts = Accounts::new(stores.office.clone(), clock.clone()).with_keys(&keys);
        let ada = accounts.create("ada", Role::Organizer, PASSWORD.to_owned()).await.unwrap();
        let secret = Secret::new().unwrap();
        accounts.set_second(&ada, PASSWORD.to_owned(), &secret, &secret.code(NOW)).await.unwrap();
        let mut throttled = false;
        for _ in 0..6 {
            let tried = accounts.sign_in("ada", PASSWORD.to_owned(), "123456", None).await;
            throttled |= matches!(tried, Err(SignInError::Throttled { .. }));
        }
        assert!(throttled);
        // Nor may somebody with the password and an open session take the second factor away by guessing.
        clock.set(NOW.plus(Duration::from_hours(2)));
        let mut throttled = false;
        for _ in 0..6 {
            let tried = accounts.remove_second(&ada, PASSWORD.to_owned(), "123456").await;
            throttled |= matches!(tried, Err(OwnError::Throttled { .. }));
        }
        assert!(throttled && accounts.own(&ada).await.unwrap().has_second);
        // A right password in between, for something that needs no code, wipes no wrong code out.
        clock.set(NOW.plus(Duration::from_hours(4)));
        let mut throttled = false;
        for _ in 0..6 {
            let tried = accounts.remove_second(&ada, PASSWORD.to_owned(), "123456").await;
            throttled |= matches!(tried, Err(OwnError::Throttled { .. }));
            let nothing = accounts.untie(&ada, PASSWORD.to_owned()).await;
            assert!(matches!(nothing, Err(OwnError::Changed | OwnError::Throttled { .. })), "{nothing:?}");
        }
        assert!(throttled, "guesses add up");
    }

    async fn of_two_administrators_who_close_each_other_one_stays(stores) {
        let clock = Clock::at(NOW);
        let accounts = Accounts::new(stores.office.clone(), clock);
        let una = accounts.create("una", Role::Administrator, PASSWORD.to_owned()).await.unwrap();
        let ute = accounts.create("ute", Role::Administrator, PASSWORD.to_owned()).await.unwrap();
        let (one, other) = tokio::join!(
            accounts.change_other(&una, ute.id, OthersChange::Close),
            accounts.change_other(&ute, una.id, OthersChange::Close),
        );
        assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1, "{one:?} {other:?}");
        let left = if one.is_ok() { &una } else { &ute };
        let all = accounts.all(left).await.unwrap();
        let open: Vec<_> = all.iter().filter(|one| one.account.disabled_at.is_none()).collect();
        assert_eq!(open.len(), 1);
        assert_eq!(open[0].account.id, left.id);
    }

    async fn a_closed_account_is_out_everywhere_and_can_be_opened_again(stores) {
        let clock = Clock::at(NOW);
        let accounts = Accounts::new(stores.office.clone(), clock);
        accounts.create("ada", Role::Organizer, PASSWORD.to_owned()).await.unwrap();
        let begun = accounts.sign_in("ada", PASSWORD.to_owned(), "", None).await.unwrap();
        assert!(accounts.set_disabled("ada", true).await.unwrap());
        assert_eq!(accounts.holder(&begun.token).await.unwrap(), None);
        assert!(accounts.sign_in("ada", PASSWORD.to_owned(), "", None).await.is_err());
        assert!(accounts.set_disabled("ada", false).await.unwrap());
        accounts.sign_in("ada", PASSWORD.to_owned(), "", None).await.unwrap();
        assert!(!accounts.set_disabled("zoe", true).await.unwrap());
    }
}

/// The secret that the page shows, and the code of an app that has it.
fn shown(page: &crate::support::instance::Sheet, instance: &Instance) -> (String, String) {
    let secret = page.values("input[name=secret]", "value").concat();
    let code = Secret::from_base32(&secret)
        .unwrap()
        .code(instance.app.clock.now());
    (secret, code)
}

async fn set_up(instance: &Instance, who: &Visitor) -> String {
    let page = who.page("/account").await;
    let (secret, code) = shown(&page, instance);
    let fields = [
        ("what", "set-second"),
        ("secret", &secret),
        ("code", &code),
        ("current", PASSWORD),
    ];
    let done = who.post("/account", &fields).await;
    assert_eq!(location(&done), "/account?lang=en&done=set-second");
    secret
}

#[tokio::test]
async fn a_person_sets_a_second_factor_up_signs_in_with_it_and_removes_it() {
    let instance = Instance::empty().await;
    let ada = instance.person("ada").await;
    let page = ada.page("/account").await;
    let (secret, _) = shown(&page, &instance);
    let wrong = [
        ("what", "set-second"),
        ("secret", &secret),
        ("code", "1"),
        ("current", PASSWORD),
    ];
    let (status, page) = read(ada.post("/account", &wrong).await).await;
    assert_eq!(status, 422);
    assert!(page.main().contains("Nothing was changed"));
    assert_eq!(
        page.values("input[name=secret]", "value"),
        [secret],
        "the app keeps its secret"
    );
    let secret = set_up(&instance, &ada).await;
    assert!(
        ada.page("/account")
            .await
            .main()
            .contains("needs a code from your app")
    );
    instance
        .app
        .clock
        .set(instance.app.clock.now().plus(HALF_MINUTE));
    let code = || {
        Secret::from_base32(&secret)
            .unwrap()
            .code(instance.app.clock.now())
    };
    let other = instance.visitor();
    let without = [("name", "ada"), ("password", PASSWORD)];
    let (status, page) = read(other.post("/account/sign-in", &without).await).await;
    assert_eq!(status, 422);
    assert!(page.main().contains("or the code from the app is"));
    let with = [("name", "ada"), ("password", PASSWORD), ("code", &code())];
    assert_eq!(
        other
            .post("/account/sign-in", &with)
            .await
            .status()
            .as_u16(),
        303
    );
    instance
        .app
        .clock
        .set(instance.app.clock.now().plus(HALF_MINUTE));
    let remove = [
        ("what", "remove-second"),
        ("current", PASSWORD),
        ("code", &code()),
    ];
    let done = other.post("/account", &remove).await;
    assert_eq!(location(&done), "/account?lang=en&done=remove-second");
    instance.person("ada").await;
}

#[tokio::test]
async fn a_new_password_ends_other_sessions_and_signing_out_everywhere_ends_all() {
    let instance = Instance::empty().await;
    let (here, there) = (instance.person("ada").await, instance.person("ada").await);
    assert!(here.page("/account").await.main().contains("in 2 browsers"));
    let new = "four words of mine";
    let change = |current: &'static str, chosen: &'static str, again: &'static str| {
        [
            ("what", "password"),
            ("current", current),
            ("chosen", chosen),
            ("again", again),
        ]
    };
    let refused = [
        change("wrong password", new, new),
        change(PASSWORD, new, "four words of yours"),
        change(PASSWORD, "short", "short"),
    ];
    for fields in refused {
        let (status, page) = read(here.post("/account", &fields).await).await;
        assert_eq!(status, 422, "{fields:?}");
        assert_eq!(page.texts(".errors p").len(), 1);
    }
    let done = here.post("/account", &change(PASSWORD, new, new)).await;
    assert_eq!(location(&done), "/account?lang=en&done=password");
    assert_eq!(here.get("/organize").await.status().as_u16(), 200);
    assert_eq!(
        there.get("/organize").await.status().as_u16(),
        303,
        "signed out"
    );
    let again = there
        .post("/account/sign-in", &[("name", "ada"), ("password", new)])
        .await;
    assert_eq!(again.status().as_u16(), 303);
    let out = there.post("/account", &[("what", "everywhere")]).await;
    assert_eq!(location(&out), "/account/sign-in?lang=en");
    assert_eq!(here.get("/organize").await.status().as_u16(), 303);
}

#[tokio::test]
async fn an_administrator_makes_closes_and_opens_accounts() {
    let instance = Instance::empty().await;
    crate::support::instance::account(&instance.app, "root", Role::Administrator).await;
    let root = instance.person("root").await;
    let make = [("what", "make"), ("name", "Fay"), ("role", "fieldworker")];
    let (status, page) = read(root.post("/accounts", &make).await).await;
    assert_eq!(status, 200);
    let password = page.texts(".next code").concat();
    assert_eq!(password.len(), 23);
    assert!(
        !root.page("/accounts").await.main().contains(&password),
        "it is shown once"
    );
    let (status, page) = read(root.post("/accounts", &make).await).await;
    assert_eq!(status, 422);
    assert_eq!(page.values("#name", "value"), ["Fay"]);
    let fay = instance.visitor();
    let sign_in = [("name", "fay"), ("password", password.as_str())];
    assert_eq!(
        fay.post("/account/sign-in", &sign_in)
            .await
            .status()
            .as_u16(),
        303
    );
    let page = root.page("/accounts").await;
    // All were made at one instant: they have no order among them.
    let mut names = page.texts(".imports tbody th");
    names.sort();
    assert_eq!(names, ["ada", "ben", "eve", "fay", "root"]);
    let all = instance.app.accounts.list().await.unwrap();
    let id = |name: &str| {
        let found = all.iter().find(|one| one.name.as_str() == name);
        found.unwrap().id.to_string()
    };
    let (of_fay, own) = (id("fay"), id("root"));
    let ids = page.values("input[name=account]", "value");
    assert!(
        ids.contains(&of_fay) && !ids.contains(&own),
        "the own line has no form"
    );
    let change = async |what: &str| {
        root.post("/accounts", &[("what", what), ("account", of_fay.as_str())])
            .await
    };
    assert_eq!(change("close").await.status().as_u16(), 303);
    assert_eq!(
        fay.get("/organize").await.status().as_u16(),
        303,
        "signed out"
    );
    assert_eq!(
        fay.post("/account/sign-in", &sign_in)
            .await
            .status()
            .as_u16(),
        422
    );
    assert_eq!(change("open").await.status().as_u16(), 303);
    assert_eq!(
        fay.post("/account/sign-in", &sign_in)
            .await
            .status()
            .as_u16(),
        303
    );
    let (status, page) = read(
        root.post("/accounts", &[("what", "close"), ("account", &own)])
            .await,
    )
    .await;
    assert_eq!(status, 422);
    assert!(page.main().contains("Nobody closes the own account"));
    let log = root.page("/audit").await.main();
    assert!(log.contains("Closed an account") && log.contains("account fay"));
}
