//! What a browser carries between the two halves of a sign-in that goes elsewhere in between: to a device, to another site.
//!
//! For: [`super::accounts`]. Uses: a key that every node has. Promises: a browser can neither read nor change it, it ends
//! after [`LIFE`], and it belongs to one purpose; beginning writes nothing, so that nobody fills the office by beginning; it
//! is used up in the transaction that it leads to, so that it is good once, on any number of nodes.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng as _;
use rand::rngs::{SysError, SysRng};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::ledger::seal::{NONCE, SealError, SealKey};
use crate::storage::office::ceremony;
use crate::storage::{Conn, StoreError};
use crate::survey::time::Instant;

/// A ceremony ends this long after it began.
pub const LIFE: Duration = Duration::from_mins(5);
/// How long after its end a used one is remembered.
const KEPT: Duration = Duration::from_hours(1);

/// Why a ceremony does not begin.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[source] SysError),
    /// Its state cannot be written.
    #[error("the state of a ceremony cannot be written")]
    Write(#[from] serde_json::Error),
    /// It cannot be sealed.
    #[error("a ceremony cannot be sealed")]
    Seal(#[from] SealError),
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Content<T> {
    id: [u8; 16],
    until: i64,
    state: T,
}

/// What is written down of a ceremony when it is used up.
pub(super) struct Spent {
    id: [u8; 16],
    until: Instant,
}

/// A ceremony that was brought back and is to be used up.
pub(super) struct Brought<T> {
    /// Uses it up.
    pub(super) spent: Spent,
    /// What the first half kept.
    pub(super) state: T,
}

/// Seals the state of a ceremony for this purpose; the text is for the browser.
pub(super) fn begin<T: Serialize>(
    key: &SealKey,
    purpose: &[u8],
    now: Instant,
    state: &T,
) -> Result<String, CeremonyError> {
    let (mut id, mut nonce) = ([0; 16], [0; NONCE]);
    for bytes in [id.as_mut_slice(), nonce.as_mut_slice()] {
        SysRng
            .try_fill_bytes(bytes)
            .map_err(CeremonyError::Random)?;
    }
    let until = now.plus(LIFE).micros();
    let content = serde_json::to_vec(&Content { id, until, state })?;
    let sealed = key.seal(nonce, purpose, &content, content.len())?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// What a browser brought back, if it is ours, for this purpose, and has not ended.
pub(super) fn bring<T: DeserializeOwned>(
    key: &SealKey,
    purpose: &[u8],
    now: Instant,
    sent: &str,
) -> Option<Brought<T>> {
    let sealed = URL_SAFE_NO_PAD.decode(sent).ok()?;
    let content = key.open(purpose, &sealed).ok()?;
    let content: Content<T> = serde_json::from_slice(&content).ok()?;
    let until = Instant::from_micros(content.until);
    (now < until).then_some(Brought {
        spent: Spent {
            id: content.id,
            until,
        },
        state: content.state,
    })
}

impl Spent {
    /// Uses it up; one that was used before is [`StoreError::Duplicate`].
    pub(super) async fn use_up(&self, conn: &mut Conn<'_>, now: Instant) -> Result<(), StoreError> {
        // Kept beyond its end: what another node, with a slower clock, still takes must not be good again here.
        ceremony::delete_ended(conn, now.minus(KEPT)).await?;
        ceremony::insert(conn, &self.id, self.until).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(1_795_000_000_000_000);

    #[test]
    fn a_ceremony_comes_back_for_its_purpose_within_its_life_and_unchanged() {
        let key = SealKey::from_bytes([7; 32]);
        let text = begin(&key, b"one", NOW, &"state").unwrap();
        let bring = |key: &SealKey, purpose: &[u8], now, text: &str| {
            bring::<String>(key, purpose, now, text).map(|brought| brought.state)
        };
        assert_eq!(bring(&key, b"one", NOW, &text).as_deref(), Some("state"));
        assert_eq!(bring(&key, b"two", NOW, &text), None);
        assert_eq!(bring(&key, b"one", NOW.plus(LIFE), &text), None);
        assert_eq!(
            bring(&SealKey::from_bytes([8; 32]), b"one", NOW, &text),
            None
        );
        assert_eq!(bring(&key, b"one", NOW, ""), None);
        let mut other = text.clone().into_bytes();
        other[40] ^= 1;
        assert_eq!(
            bring(&key, b"one", NOW, &String::from_utf8(other).unwrap()),
            None
        );
        assert!(!text.contains("state") && text != begin(&key, b"one", NOW, &"state").unwrap());
    }
}
