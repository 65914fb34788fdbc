//! Accounts and sign-in through the service, with a clock that stands still until it is set.

use std::time::{Duration, Instant as Stopwatch};

use minyi::service::accounts::{Accounts, CreateError, SessionToken, SignInError};
use minyi::service::password::Unfit;
use minyi::storage::Office;
use minyi::storage::office::audit;
use minyi::survey::account::{ABSOLUTE, IDLE};
use minyi::survey::role::Role;
use minyi::survey::time::{Clock, Instant};

use crate::support::{Stores, on_both};

const NOW: Instant = Instant::from_micros(1_795_000_000_000_000);
const PASSWORD: &str = "tree lamp fish 9";

async fn with_ada(office: &Office) -> (Accounts, Clock) {
    let clock = Clock::at(NOW);
    let accounts = Accounts::new(office.clone(), clock.clone());
    let made = accounts
        .create(" Ada ", Role::Organizer, PASSWORD.to_owned())
        .await;
    assert_eq!(made.unwrap().name.as_str(), "ada");
    (accounts, clock)
}

async fn sign_in(
    accounts: &Accounts,
    name: &str,
    password: &str,
) -> Result<SessionToken, SignInError> {
    let done = accounts.sign_in(name, password.to_owned(), "", None).await;
    done.map(|sign_in| sign_in.token)
}

async fn actions(office: &Office) -> Vec<String> {
    let mut tx = office.0.begin_read("audit").await.unwrap();
    let mut entries = audit::list(&mut tx.conn(), None, 100).await.unwrap();
    // Entries of one instant have no order among them.
    entries.sort_by(|a, b| (a.at, &a.action).cmp(&(b.at, &b.action)));
    entries
        .into_iter()
        .map(|entry| {
            format!(
                "{} {} {} {}",
                entry.actor, entry.action, entry.subject, entry.detail
            )
        })
        .collect()
}

on_both! {
    async fn a_person_signs_in_is_known_by_the_token_and_signs_out(stores) {
        let (accounts, clock) = with_ada(&stores.office).await;
        let token = sign_in(&accounts, "ADA", PASSWORD).await.unwrap();
        assert_eq!(token.reveal().len(), 43, "256 bits in base64url");
        let holder = accounts.holder(&token).await.unwrap().unwrap();
        assert_eq!((holder.account.name.as_str(), holder.account.role), ("ada", Role::Organizer));
        let sent = SessionToken::sent(token.reveal());
        clock.set(NOW.plus(Duration::from_secs(1)));
        accounts.sign_out(&sent).await.unwrap();
        assert_eq!(accounts.holder(&token).await.unwrap(), None);
        accounts.sign_out(&sent).await.unwrap();
        assert_eq!(actions(&stores.office).await, [
            r#"console create_account account ada {"role":"organizer"}"#,
            r#"ada sign_in account ada {"rehashed":false}"#,
            "ada sign_out account ada null",
        ]);
    }

    async fn a_command_knows_a_person_by_the_password_without_a_session(stores) {
        let (accounts, _clock) = with_ada(&stores.office).await;
        let known = accounts.identify("Ada", PASSWORD.to_owned()).await.unwrap();
        assert_eq!(known.name.as_str(), "ada");
        let refused = accounts.identify("ada", "wrong password".to_owned()).await;
        assert!(matches!(refused, Err(SignInError::Refused)), "{refused:?}");
        assert_eq!(actions(&stores.office).await, [
            r#"console create_account account ada {"role":"organizer"}"#,
            r#"ada identify account ada {"rehashed":false}"#,
            r#"? refuse_sign_in account ada {"disabled":false}"#,
        ]);
    }

    async fn every_sign_in_has_a_new_token_and_ends_the_session_that_the_browser_had(stores) {
        let (accounts, _clock) = with_ada(&stores.office).await;
        let first = sign_in(&accounts, "ada", PASSWORD).await.unwrap();
        let elsewhere = sign_in(&accounts, "ada", PASSWORD).await.unwrap();
        let again = accounts.sign_in("ada", PASSWORD.to_owned(), "", Some(&first)).await.unwrap();
        assert!(first != elsewhere && elsewhere != again.token && first != again.token);
        assert_eq!(accounts.holder(&first).await.unwrap(), None);
        assert!(accounts.holder(&elsewhere).await.unwrap().is_some());
        assert!(accounts.holder(&again.token).await.unwrap().is_some());
    }

    async fn a_session_ends_when_it_is_idle_and_at_the_latest_after_twelve_hours(stores) {
        let (accounts, clock) = with_ada(&stores.office).await;
        let idle = sign_in(&accounts, "ada", PASSWORD).await.unwrap();
        clock.set(NOW.plus(IDLE));
        assert_eq!(accounts.holder(&idle).await.unwrap(), None);

        let used = sign_in(&accounts, "ada", PASSWORD).await.unwrap();
        let begun = clock.now();
        let mut passed = Duration::ZERO;
        while passed < ABSOLUTE {
            clock.set(begun.plus(passed));
            assert!(accounts.holder(&used).await.unwrap().is_some(), "after {passed:?}");
            passed += Duration::from_mins(29);
        }
        clock.set(begun.plus(ABSOLUTE));
        assert_eq!(accounts.holder(&used).await.unwrap(), None);
    }

    async fn the_office_holds_neither_the_password_nor_the_token(stores) {
        let (accounts, _clock) = with_ada(&stores.office).await;
        let token = sign_in(&accounts, "ada", PASSWORD).await.unwrap();
        let mut tx = stores.office.0.begin_read("look").await.unwrap();
        let found = minyi::storage::office::session::find(&mut tx.conn(), &bytes(token.reveal())).await;
        assert!(found.unwrap().is_none(), "the token itself is no key");
        drop(tx);
        let entries = actions(&stores.office).await.join("\n");
        assert!(!entries.contains(PASSWORD) && !entries.contains(token.reveal()));
    }
}

/// The first 32 bytes of a text.
fn bytes(text: &str) -> [u8; 32] {
    text.as_bytes()[..32].try_into().unwrap()
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_get_the_same_answer_for_the_same_work() {
    let stores = Stores::sqlite().await;
    let (accounts, _clock) = with_ada(&stores.office).await;
    let mut fastest = [Duration::MAX; 3];
    for _ in 0..2 {
        for (fastest, name) in fastest.iter_mut().zip(["ada", "eve", "no such name!"]) {
            let begun = Stopwatch::now();
            let refused = sign_in(&accounts, name, "wrong password").await;
            assert!(matches!(refused, Err(SignInError::Refused)), "{name}");
            *fastest = begun.elapsed().min(*fastest);
        }
    }
    // Without the same hashing the other two would be a hundred times faster.
    assert!(
        fastest[1] > fastest[0] / 4 && fastest[2] > fastest[0] / 4,
        "{fastest:?}"
    );
    let refusals = actions(&stores.office).await;
    let refusals: Vec<_> = refusals
        .iter()
        .filter(|entry| entry.contains("refuse"))
        .collect();
    assert_eq!(
        refusals,
        [r#"? refuse_sign_in account ada {"disabled":false}"#; 2]
    );
}

#[tokio::test]
async fn after_five_failures_even_the_right_password_has_to_wait() {
    let stores = Stores::sqlite().await;
    let (accounts, clock) = with_ada(&stores.office).await;
    accounts
        .create("ben", Role::Evaluator, PASSWORD.to_owned())
        .await
        .unwrap();
    for _ in 0..5 {
        let refused = sign_in(&accounts, "Ada", "wrong password").await;
        assert!(matches!(refused, Err(SignInError::Refused)));
    }
    let throttled = sign_in(&accounts, "ada", PASSWORD).await;
    let wait = Duration::from_secs(30);
    assert!(
        matches!(throttled, Err(SignInError::Throttled { retry_after }) if retry_after == wait)
    );
    sign_in(&accounts, "ben", PASSWORD).await.unwrap();
    clock.set(NOW.plus(wait));
    sign_in(&accounts, "ada", PASSWORD).await.unwrap();
    for _ in 0..4 {
        assert!(sign_in(&accounts, "ada", "wrong password").await.is_err());
    }
    sign_in(&accounts, "ada", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn many_guesses_at_once_gain_nothing() {
    let stores = Stores::sqlite().await;
    let (accounts, _clock) = with_ada(&stores.office).await;
    let mut guesses = tokio::task::JoinSet::new();
    for n in 0..20 {
        let accounts = accounts.clone();
        guesses.spawn(async move { sign_in(&accounts, "ada", &format!("guess {n}")).await });
    }
    let done = guesses.join_all().await;
    let tried = done
        .iter()
        .filter(|r| matches!(r, Err(SignInError::Refused)))
        .count();
    assert_eq!(tried, 5);
}

#[tokio::test]
async fn a_taken_name_a_bad_name_and_a_weak_password_make_no_account() {
    let stores = Stores::sqlite().await;
    let (accounts, _clock) = with_ada(&stores.office).await;
    let create = async |name: &str, password: &str| {
        accounts
            .create(name, Role::Evaluator, password.to_owned())
            .await
            .unwrap_err()
    };
    assert!(matches!(
        create("ADA", PASSWORD).await,
        CreateError::Taken(_)
    ));
    assert!(matches!(
        create("a b", PASSWORD).await,
        CreateError::Name(_)
    ));
    assert!(matches!(
        create("ben", "short").await,
        CreateError::Password(Unfit::TooShort)
    ));
    assert_eq!(accounts.list().await.unwrap().len(), 1);
}
