//! Accounts that report for one county.
//!
//! Promises: a reporter has a county from the first moment, and it is an imported one; an administrator gives
//! another one, which is written down and ends every session of the account.

use serde_json::json;

use super::access_tokens::end_all;
use super::others::OthersError;
use super::{Accounts, AccountsError, CreateError, random, subject};
use crate::storage::office::{account, area, audit, reporter};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::area::{AreaCode, Level};
use crate::survey::audit::Entry;
use crate::survey::ids::AccountId;
use crate::survey::role::{Action, Role};

impl From<StoreError> for CreateError {
    fn from(error: StoreError) -> Self {
        Self::Internal(AccountsError::Store(error))
    }
}

/// Gives a new reporter the county; accounts of other roles have none.
pub(super) async fn bind(
    conn: &mut Conn<'_>,
    account: &Account,
    county: Option<&str>,
) -> Result<(), CreateError> {
    if account.role != Role::Reporter {
        return Ok(());
    }
    let county = known(conn, county.unwrap_or_default()).await?;
    Ok(reporter::insert(conn, account.id, &county).await?)
}

/// The imported county of this code.
async fn known(conn: &mut Conn<'_>, code: &str) -> Result<AreaCode, CreateError> {
    let unknown = || CreateError::County(code.to_owned());
    let code = AreaCode::parse(code.trim()).map_err(|_| unknown())?;
    let areas = area::list(conn).await?;
    let found = areas.get(&code).filter(|area| area.level == Level::County);
    found.map(|area| area.code.clone()).ok_or_else(unknown)
}

impl Accounts {
    /// The imported counties, for the choice, with names by language.
    pub async fn counties(&self) -> Result<Vec<crate::survey::area::Area>, AccountsError> {
        let mut tx = self.office.0.begin_read("list counties").await?;
        let areas = area::list(&mut tx.conn()).await?;
        Ok(areas.counties().cloned().collect())
    }

    /// The county for which somebody reports.
    pub async fn county_of(&self, id: AccountId) -> Result<Option<AreaCode>, AccountsError> {
        let mut tx = self.office.0.begin_read("find county of reporter").await?;
        Ok(reporter::find(&mut tx.conn(), id).await?)
    }

    /// An administrator gives a reporter another county.
    pub async fn move_reporter(
        &self,
        person: &Account,
        id: AccountId,
        county: &str,
    ) -> Result<(), OthersError> {
        if !person.may(Action::ManageAccounts) {
            return Err(OthersError::Denied);
        }
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("move reporter").await?;
        let mut conn = tx.conn();
        let found = account::find(&mut conn, id).await?;
        let found = found.ok_or(OthersError::Unknown)?;
        let before = reporter::find(&mut conn, id).await?;
        let before = before.ok_or(OthersError::Unknown)?;
        let county = known(&mut conn, county).await?;
        reporter::update(&mut conn, id, &county).await?;
        end_all(&mut conn, id).await?;
        let detail = json!({"from": before.as_str(), "to": county.as_str()});
        let (name, subject) = ("move_reporter", subject(&found));
        let entry = Entry::by(person, now, random()?, name, subject, detail);
        audit::insert(&mut conn, &entry).await?;
        Ok(tx.commit().await?)
    }
}
