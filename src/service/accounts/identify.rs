//! Who acts in a command on the machine itself.
//!
//! Promises: throttled and written down like a sign-in; a password that somebody else made is of no use here.

use serde_json::json;

use super::{Accounts, AccountsError, SignInError, TRIES, record, throttle_key};
use crate::storage::office::account;
use crate::survey::account::Account;

impl Accounts {
    /// Who this is, by name and password, without a session: for commands. Throttled and written
    /// down like a sign-in.
    pub async fn identify(&self, name: &str, password: String) -> Result<Account, SignInError> {
        let key = throttle_key(name);
        let (account, better) = self.verify(name, &key, password).await?;
        let known = self.credentials(&account.name).await?;
        if known.is_some_and(|known| known.password_due) {
            self.throttle.succeed(&key);
            return Err(SignInError::PasswordDue);
        }
        let better = better.as_deref();
        let mut recorded = self.record_identified(&account, better).await;
        for _ in 1..TRIES {
            match recorded {
                Err(error) if error.is_contention() => {
                    recorded = self.record_identified(&account, better).await;
                }
                done => {
                    recorded = done;
                    break;
                }
            }
        }
        recorded?;
        self.throttle.succeed(&key);
        Ok(account)
    }

    async fn record_identified(
        &self,
        account: &Account,
        better_hash: Option<&str>,
    ) -> Result<(), AccountsError> {
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("identify").await?;
        let mut conn = tx.conn();
        if let Some(hash) = better_hash {
            account::update_password(&mut conn, account.id, hash).await?;
        }
        let detail = json!({"rehashed": better_hash.is_some()});
        record(&mut conn, account, now, "identify", detail).await?;
        Ok(tx.commit().await?)
    }
}
