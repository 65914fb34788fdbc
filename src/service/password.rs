//! Passwords of the staff: argon2id, its cost in one place, never on an async thread.
//!
//! For: `accounts`. Uses: the `argon2` crate and tokio's blocking pool. Promises: a stored hash tells
//! its own parameters, and one made with other parameters than [`COST`] is reported as outdated;
//! digests are compared in constant time; a name that does not exist costs as much as one that does
//! ([`Hasher::verify`] with `None`); at most [`AT_ONCE`] hashes take memory at the same time.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use rand::TryRng as _;
use rand::rngs::SysRng;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Cost of one hash: 64 MiB, 3 passes, 1 lane. RFC 9106's second recommendation with one lane, as the
/// lanes would run one after the other here and only help an attacker.
const COST: (u32, u32, u32) = (64 * 1024, 3, 1);
/// Bytes of the digest.
const DIGEST: usize = 32;
/// Hashes at the same time: 128 MiB at most, however many people sign in.
const AT_ONCE: usize = 2;
/// Fewest characters: the length is the only rule, as in NIST SP 800-63B.
pub const SHORTEST: usize = 12;
/// Most bytes; a longer text is a mistake or an attack on the hash's time.
const LONGEST: usize = 512;

/// A password as it was typed; leaves memory when dropped and has no `Debug` of its value.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// Why a text cannot become a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Fewer than [`SHORTEST`] characters.
    #[error("the password has fewer than {SHORTEST} characters")]
    TooShort,
    /// Longer than anybody types.
    #[error("the password has more than {LONGEST} bytes")]
    TooLong,
    /// One character again and again, or the account's own name in it as all but a few characters.
    #[error("the password can be guessed from the name or is one character repeated")]
    Guessable,
}

/// Why a hash could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// The stored text is no argon2 hash.
    #[error("the stored password hash cannot be read")]
    Stored(#[source] argon2::password_hash::phc::Error),
    /// Hashing failed.
    #[error("the password could not be hashed")]
    Hashing(#[source] argon2::password_hash::Error),
    /// The cost is none that argon2 takes.
    #[error("the cost of a password hash is impossible")]
    Cost(#[source] argon2::Error),
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[source] rand::rngs::SysError),
    /// The thread that hashed went away.
    #[error("hashing was interrupted")]
    Interrupted,
}

/// What a stored hash says about a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// It is not the password, or there is no such account.
    No,
    /// It is the password.
    Yes,
    /// It is the password; the hash was made at another cost and this one should replace it.
    Outdated(String),
}

impl Password {
    /// Takes what somebody typed, to compare it with a stored hash.
    #[must_use]
    pub fn typed(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Takes what is to become the password of the account with this name.
    pub fn chosen(text: String, name: &str) -> Result<Self, Unfit> {
        let password = Self::typed(text);
        let characters = password.0.chars().count();
        if characters < SHORTEST {
            return Err(Unfit::TooShort);
        }
        if password.0.len() > LONGEST {
            return Err(Unfit::TooLong);
        }
        let mut distinct: Vec<char> = password.0.chars().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let lower = password.0.to_lowercase();
        let without_name = lower.replace(&name.to_lowercase(), "").chars().count();
        let is_mostly_name = without_name < characters && without_name < SHORTEST / 2;
        if distinct.len() < 4 || is_mostly_name {
            return Err(Unfit::Guessable);
        }
        Ok(password)
    }

    /// A new one of 100 random bits, in four groups of letters that are not mistaken for digits.
    pub fn generated() -> Result<Self, HashError> {
        const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstvwxyz0123456789";
        let mut bytes = Zeroizing::new([0_u8; 20]);
        SysRng
            .try_fill_bytes(bytes.as_mut_slice())
            .map_err(HashError::Random)?;
        let mut text = Zeroizing::new(String::with_capacity(23));
        for (at, byte) in bytes.iter().enumerate() {
            if at > 0 && at % 5 == 0 {
                text.push('-');
            }
            // 32 divides 256: every letter is equally likely.
            let letter = LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'a');
            text.push(char::from(letter));
        }
        Ok(Self(text))
    }

    /// The text, to show a generated password to its owner once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn is_absurd(&self) -> bool {
        self.0.len() > LONGEST
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Hashes and verifies, a few at a time. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hasher {
    room: Arc<Semaphore>,
    cost: (u32, u32, u32),
}

impl Default for Hasher {
    fn default() -> Self {
        Self {
            room: Arc::new(Semaphore::new(AT_ONCE)),
            cost: COST,
        }
    }
}

impl Hasher {
    /// The hash of a password, in the PHC text form that names its parameters.
    pub async fn hash(&self, password: Password) -> Result<String, HashError> {
        let cost = self.cost;
        self.on_its_own_thread(move || hash(&password, cost)).await
    }

    /// Compares a typed password with the stored hash; `None` (no such account) costs the same.
    pub async fn verify(
        &self,
        password: Password,
        stored: Option<String>,
    ) -> Result<Verified, HashError> {
        let cost = self.cost;
        self.on_its_own_thread(move || verify(&password, stored.as_deref(), cost))
            .await
    }

    async fn on_its_own_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let room = Arc::clone(&self.room).acquire_owned().await;
        let room = room.map_err(|_| HashError::Interrupted)?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(room);
            result
        });
        done.await.map_err(|_| HashError::Interrupted)?
    }
}

fn argon2((memory, passes, lanes): (u32, u32, u32)) -> Result<Argon2<'static>, HashError> {
    let params = Params::new(memory, passes, lanes, Some(DIGEST)).map_err(HashError::Cost)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &Password, cost: (u32, u32, u32)) -> Result<String, HashError> {
    let mut salt = [0_u8; 16];
    SysRng
        .try_fill_bytes(&mut salt)
        .map_err(HashError::Random)?;
    let hash: PasswordHash = argon2(cost)?
        .hash_password_with_salt(password.0.as_bytes(), &salt)
        .map_err(HashError::Hashing)?;
    Ok(hash.to_string())
}

fn verify(
    password: &Password,
    stored: Option<&str>,
    cost: (u32, u32, u32),
) -> Result<Verified, HashError> {
    let Some(stored) = stored.filter(|_| !password.is_absurd()) else {
        // The same work as for a real account; nobody can have this result.
        hash(&Password::typed("nobody".to_owned()), cost)?;
        return Ok(Verified::No);
    };
    let read = PasswordHash::new(stored).map_err(HashError::Stored)?;
    match argon2(cost)?.verify_password(password.0.as_bytes(), &read) {
        Ok(()) => {}
        Err(argon2::password_hash::Error::PasswordInvalid) => return Ok(Verified::No),
        Err(error) => return Err(HashError::Hashing(error)),
    }
    if is_at_cost(&read, cost) {
        Ok(Verified::Yes)
    } else {
        hash(password, cost).map(Verified::Outdated)
    }
}

fn is_at_cost(stored: &PasswordHash, cost: (u32, u32, u32)) -> bool {
    let params = Params::try_from(stored);
    stored.algorithm.as_str() == Algorithm::Argon2id.as_ref()
        && params.is_ok_and(|p| (p.m_cost(), p.t_cost(), p.p_cost()) == cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap(cost: (u32, u32, u32)) -> Hasher {
        Hasher {
            cost,
            ..Hasher::default()
        }
    }

    fn typed(text: &str) -> Password {
        Password::typed(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let hasher = cheap((64, 1, 1));
        let stored = hasher.hash(typed("correct horse")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        let verify = |text: &str, stored: Option<String>| hasher.verify(typed(text), stored);
        assert_eq!(
            verify("correct horse", Some(stored.clone())).await.unwrap(),
            Verified::Yes
        );
        assert_eq!(
            verify("correct horsf", Some(stored)).await.unwrap(),
            Verified::No
        );
        assert_eq!(verify("nobody", None).await.unwrap(), Verified::No);
    }

    #[tokio::test]
    async fn a_hash_made_at_another_cost_is_replaced_after_the_right_password_only() {
        let old = cheap((64, 1, 1));
        let stored = old.hash(typed("correct horse")).await.unwrap();
        let new = cheap((128, 2, 1));
        assert_eq!(
            new.verify(typed("wrong"), Some(stored.clone()))
                .await
                .unwrap(),
            Verified::No
        );
        let verified = new.verify(typed("correct horse"), Some(stored)).await;
        let Ok(Verified::Outdated(better)) = verified else {
            panic!("{verified:?}")
        };
        assert!(better.starts_with("$argon2id$v=19$m=128,t=2,p=1$"));
        assert_eq!(
            new.verify(typed("correct horse"), Some(better))
                .await
                .unwrap(),
            Verified::Yes
        );
    }

    #[tokio::test]
    async fn a_hash_by_another_implementation_is_read() {
        // From the tests of the reference implementation (phc-winner-argon2, src/test.c).
        let stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$\
                      CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        let verified = Hasher::default()
            .verify(typed("password"), Some(stored.to_owned()))
            .await
            .unwrap();
        assert!(matches!(verified, Verified::Outdated(_)));
    }

    #[tokio::test]
    async fn the_real_cost_is_what_is_written_into_the_hash() {
        let stored = Hasher::default()
            .hash(typed("correct horse"))
            .await
            .unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"),
            "{stored}"
        );
    }

    #[tokio::test]
    async fn a_stored_text_that_is_no_hash_is_an_error_and_not_a_refusal() {
        let verified = cheap((64, 1, 1))
            .verify(typed("x"), Some("plain".to_owned()))
            .await;
        assert!(matches!(verified, Err(HashError::Stored(_))));
    }

    #[test]
    fn a_password_needs_length_and_must_not_be_the_name() {
        let chosen = |text: &str| Password::chosen(text.to_owned(), "wang-fang").map(|_| ());
        assert_eq!(chosen("elevenchars"), Err(Unfit::TooShort));
        assert_eq!(chosen("一二三四五六七八九十甲"), Err(Unfit::TooShort));
        assert_eq!(chosen("一二三四五六七八九十甲乙"), Ok(()));
        assert_eq!(chosen(&"ab".repeat(300)), Err(Unfit::TooLong));
        assert_eq!(chosen("aaaaaaaaaaaab"), Err(Unfit::Guessable));
        assert_eq!(chosen("Wang-Fang2026"), Err(Unfit::Guessable));
        assert_eq!(chosen("tree lamp fish 9"), Ok(()));
    }

    #[test]
    fn generated_passwords_are_long_readable_and_different() {
        let one = Password::generated().unwrap();
        let other = Password::generated().unwrap();
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.reveal().len(), 23);
        assert_eq!(one.reveal().split('-').count(), 4);
        assert!(Password::chosen(one.reveal().to_owned(), "ada").is_ok());
        assert_eq!(format!("{one:?}"), "Password(..)");
    }
}
