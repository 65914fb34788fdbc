//! Standards that people work on, as the text that they have become so far.

use crate::storage::value::fixed;
use crate::storage::{Conn, StoreError};
use crate::survey::ids::{AccountId, StandardDraftId};
use crate::survey::time::Instant;
use crate::survey::wave::Act;

/// A draft of a standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Id.
    pub id: StandardDraftId,
    /// Digest of the stored standard that it was made from.
    pub parent: [u8; 32],
    /// What lists call it: id and version of its text when that could be read last.
    pub name: String,
    /// The text, TOML, whatever it lacks.
    pub text: String,
    /// Grows with every change, from 1.
    pub revision: i64,
    /// Who made it.
    pub made: Act,
    /// Who changed it last.
    pub changed: Act,
    /// Who proposed it; from then on it cannot be changed.
    pub proposed: Option<Act>,
    /// The stored standard that it became, and who confirmed that.
    pub frozen: Option<([u8; 32], Act)>,
}

impl Draft {
    /// Whether it can be changed.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.proposed.is_none() && self.frozen.is_none()
    }
}

statements! {
    INSERT = "INSERT INTO standard_draft (id, parent, name, document, revision, made_by, made_at,
            changed_by, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    FIND = "SELECT id, parent, name, document, revision, made_by, made_at, changed_by, changed_at,
            proposed_by, proposed_at, frozen, frozen_by, frozen_at
        FROM standard_draft
        WHERE id = $1";
    LIST = "SELECT id, parent, name, document, revision, made_by, made_at, changed_by, changed_at,
            proposed_by, proposed_at, frozen, frozen_by, frozen_at
        FROM standard_draft
        ORDER BY changed_at DESC, id DESC";
    UPDATE = "UPDATE standard_draft
        SET name = $3,
            document = $4,
            revision = revision + 1,
            changed_by = $5,
            changed_at = $6
        WHERE id = $1
            AND revision = $2
            AND proposed_by IS NULL
            AND frozen IS NULL";
    PROPOSE = "UPDATE standard_draft
        SET proposed_by = $3,
            proposed_at = $4
        WHERE id = $1
            AND revision = $2
            AND proposed_by IS NULL
            AND frozen IS NULL";
    WITHDRAW = "UPDATE standard_draft
        SET proposed_by = NULL,
            proposed_at = NULL
        WHERE id = $1
            AND revision = $2
            AND proposed_by IS NOT NULL
            AND frozen IS NULL";
    FREEZE = "UPDATE standard_draft
        SET frozen = $4,
            frozen_by = $5,
            frozen_at = $6
        WHERE id = $1
            AND revision = $2
            AND proposed_by = $3
            AND frozen IS NULL";
}

type Row = (
    StandardDraftId,
    Vec<u8>,
    String,
    String,
    i64,
    AccountId,
    Instant,
    AccountId,
    Instant,
    Option<AccountId>,
    Option<Instant>,
    Option<Vec<u8>>,
    Option<AccountId>,
    Option<Instant>,
);

fn read(row: Row) -> Result<Draft, StoreError> {
    let (id, parent, name, text, revision, made_by, made_at, changed_by, changed_at, ..) = row;
    let (.., proposed_by, proposed_at, frozen, frozen_by, frozen_at) = row;
    let act = |by: Option<AccountId>, at: Option<Instant>| Some(Act { by: by?, at: at? });
    let frozen = match (frozen, act(frozen_by, frozen_at)) {
        (Some(digest), Some(act)) => Some((fixed(&digest, "digest of a standard")?, act)),
        _ => None,
    };
    Ok(Draft {
        id,
        parent: fixed(&parent, "digest of a standard")?,
        name,
        text,
        revision,
        made: Act {
            by: made_by,
            at: made_at,
        },
        changed: Act {
            by: changed_by,
            at: changed_at,
        },
        proposed: act(proposed_by, proposed_at),
        frozen,
    })
}

/// Stores a new draft.
pub async fn insert(conn: &mut Conn<'_>, draft: &Draft) -> Result<(), StoreError> {
    sql!(conn, |c| sqlx::query(INSERT)
        .bind(draft.id)
        .bind(draft.parent.to_vec())
        .bind(draft.name.clone())
        .bind(draft.text.clone())
        .bind(draft.revision)
        .bind(draft.made.by)
        .bind(draft.made.at)
        .bind(draft.changed.by)
        .bind(draft.changed.at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The draft with this id.
pub async fn find(conn: &mut Conn<'_>, id: StandardDraftId) -> Result<Option<Draft>, StoreError> {
    let row: Option<Row> = sql!(conn, |c| sqlx::query_as(FIND)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    row.map(read).transpose()
}

/// Every draft, the one changed last first.
pub async fn list(conn: &mut Conn<'_>) -> Result<Vec<Draft>, StoreError> {
    let rows: Vec<Row> = sql!(conn, |c| sqlx::query_as(LIST).fetch_all(c).await)?;
    rows.into_iter().map(read).collect()
}

/// Stores what somebody wrote on top of this revision; false if another wrote in between, or it is proposed.
pub async fn update(
    conn: &mut Conn<'_>,
    (id, revision): (StandardDraftId, i64),
    name: &str,
    text: &str,
    act: Act,
) -> Result<bool, StoreError> {
    let changed = sql!(conn, |c| sqlx::query(UPDATE)
        .bind(id)
        .bind(revision)
        .bind(name.to_owned())
        .bind(text.to_owned())
        .bind(act.by)
        .bind(act.at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Somebody proposes this revision; false if it is not the latest, or proposed already.
pub async fn propose(
    conn: &mut Conn<'_>,
    (id, revision): (StandardDraftId, i64),
    act: Act,
) -> Result<bool, StoreError> {
    let changed = sql!(conn, |c| sqlx::query(PROPOSE)
        .bind(id)
        .bind(revision)
        .bind(act.by)
        .bind(act.at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// The proposal is taken back, and the draft can be changed again; false if there is none.
pub async fn withdraw(
    conn: &mut Conn<'_>,
    (id, revision): (StandardDraftId, i64),
) -> Result<bool, StoreError> {
    let changed = sql!(conn, |c| sqlx::query(WITHDRAW)
        .bind(id)
        .bind(revision)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// What this person proposed has become a stored standard; false if that proposal is gone.
pub async fn freeze(
    conn: &mut Conn<'_>,
    (id, revision): (StandardDraftId, i64),
    proposed_by: AccountId,
    digest: &[u8; 32],
    act: Act,
) -> Result<bool, StoreError> {
    let changed = sql!(conn, |c| sqlx::query(FREEZE)
        .bind(id)
        .bind(revision)
        .bind(proposed_by)
        .bind(digest.to_vec())
        .bind(act.by)
        .bind(act.at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}
