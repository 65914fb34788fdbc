//! Accounts, sessions and the audit log read back as they were written.

use std::time::Duration;

use minyi::storage::StoreError;
use minyi::storage::office::{account, audit, session};
use minyi::survey::account::{Account, AccountName, IDLE, Session};
use minyi::survey::audit::Entry;
use minyi::survey::ids::AccountId;
use minyi::survey::role::Role;
use minyi::survey::time::Instant;
use serde_json::json;

use crate::support::on_both;

const NOW: Instant = Instant::from_micros(1_795_000_000_123_456);

fn person(name: &str, role: Role, random: u8) -> Account {
    Account {
        id: AccountId::new(NOW, [random; 10]),
        name: AccountName::parse(name).unwrap(),
        role,
        created_at: NOW,
        disabled_at: None,
    }
}

on_both! {
    async fn an_account_is_found_by_name_with_its_hash_and_a_taken_name_is_refused(stores) {
        let ada = person("Ada", Role::Organizer, 1);
        let gone = Account {
            disabled_at: Some(NOW.plus(Duration::from_secs(9))),
            ..person("王芳", Role::Evaluator, 2)
        };
        let mut tx = stores.office.0.begin_write("accounts").await.unwrap();
        account::insert(&mut tx.conn(), &ada, "hash one").await.unwrap();
        account::insert(&mut tx.conn(), &gone, "hash two").await.unwrap();
        account::update_password(&mut tx.conn(), ada.id, "hash three").await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = stores.office.0.begin_write("accounts").await.unwrap();
        let found = account::find_credentials(&mut tx.conn(), &ada.name).await.unwrap().unwrap();
        assert_eq!((found.account, found.password_hash.as_str()), (ada.clone(), "hash three"));
        assert_eq!(account::find(&mut tx.conn(), gone.id).await.unwrap(), Some(gone.clone()));
        assert_eq!(account::list(&mut tx.conn()).await.unwrap(), [ada, gone]);
        let nobody = AccountName::parse("nobody").unwrap();
        assert!(account::find_credentials(&mut tx.conn(), &nobody).await.unwrap().is_none());
        let stranger = person("stranger", Role::Organizer, 9).id;
        let missing = account::update_password(&mut tx.conn(), stranger, "x").await;
        assert!(matches!(missing, Err(StoreError::Missing("account"))));
        let taken = person("ADA", Role::Evaluator, 3);
        let refused = account::insert(&mut tx.conn(), &taken, "hash").await;
        assert!(matches!(refused, Err(StoreError::Duplicate(_))));
    }

    async fn a_session_is_found_by_its_token_moves_later_only_and_ends(stores) {
        let ada = person("ada", Role::Organizer, 1);
        let (token, other) = ([7; 32], [8; 32]);
        let mut tx = stores.office.0.begin_write("sessions").await.unwrap();
        account::insert(&mut tx.conn(), &ada, "hash").await.unwrap();
        let begun = Session::begun(ada.id, NOW);
        session::insert(&mut tx.conn(), &token, &begun).await.unwrap();
        let later = NOW.plus(IDLE).plus(Duration::from_secs(60));
        session::update_end(&mut tx.conn(), &token, later).await.unwrap();
        session::update_end(&mut tx.conn(), &token, NOW).await.unwrap();
        let found = session::find(&mut tx.conn(), &token).await.unwrap();
        let found = found.unwrap();
        assert_eq!((found.session, &found.account), (Session { expires_at: later, ..begun }, &ada));
        assert!(!found.password_due);
        assert_eq!(session::find(&mut tx.conn(), &other).await.unwrap(), None);

        session::insert(&mut tx.conn(), &other, &begun).await.unwrap();
        let ended = session::delete_ended(&mut tx.conn(), NOW.plus(IDLE)).await.unwrap();
        assert_eq!(ended, 1, "only the one that was not used");
        assert!(session::delete(&mut tx.conn(), &token).await.unwrap());
        assert!(!session::delete(&mut tx.conn(), &token).await.unwrap());
    }

    async fn audit_entries_are_listed_newest_first_page_by_page(stores) {
        let ada = person("ada", Role::Organizer, 1);
        let mut tx = stores.office.0.begin_write("audit").await.unwrap();
        account::insert(&mut tx.conn(), &ada, "hash").await.unwrap();
        let first = Entry::by_console(NOW, [1; 10], "create_account", "account ada", json!({}));
        let detail = json!({"reason": "洪水", "n": 3});
        let second = Entry::by(&ada, NOW, [2; 10], "ask_close", "wave 2026q4", detail);
        let third = Entry::by(&ada, NOW.plus(Duration::from_secs(1)), [0; 10], "sign_out", "", json!(null));
        for entry in [&third, &first, &second] {
            audit::insert(&mut tx.conn(), entry).await.unwrap();
        }
        let noted = Entry::by(
            &ada,
            Instant::from_micros(0),
            [4; 10],
            "note_outcomes",
            "wave 2026q4",
            json!({"refusal": 1}),
        );
        audit::insert(&mut tx.conn(), &noted).await.unwrap();
        assert_eq!(audit::count_all(&mut tx.conn()).await.unwrap(), 4);
        let page = audit::list(&mut tx.conn(), None, 2).await.unwrap();
        assert_eq!(page, [third, second.clone()]);
        let rest = audit::list(&mut tx.conn(), Some((second.at, second.id)), 2).await.unwrap();
        assert_eq!(rest, [first, noted]);
        let wave = audit::list_subject(&mut tx.conn(), "wave 2026q4").await.unwrap();
        assert_eq!(wave, [second], "without notes of outcomes");
    }
}
