//! Keys: files outside the databases and their backups.
//!
//! ```text
//! keys/master.key             wraps the keys of every wave, together with the wave's own file
//! keys/log-signing.key        signs receipts and the log's heads
//! keys/waves/WAVE.key         deleting it everywhere ends the wave's codes
//! keys/waves/WAVE/days        makes the keys of coming days, and of no day before them
//! keys/waves/WAVE/checkpoint  the signed head of the wave's log, for a restore to compare with
//! keys/waves/WAVE/N.record    seals the records of day N; destroyed when that day is logged
//! keys/waves/WAVE/N.retry     seals the receipts kept for resends; destroyed when cut loose
//! ```
//!
//! Of these `master.key` and `waves/WAVE.key` are the office's, `log-signing.key` and `waves/WAVE/` the urn's. Where the two are two
//! programs each has a folder of its own with its own part ([`Keys::open_apart`]), and the office a copy of `log-signing.key`, with which
//! it signs the heads of process logs: whoever checks heads and receipts needs one key.
//!
//! The operator copies a drawn wave's files to each node before the wave opens; from then on every
//! node makes and destroys the keys of its days by itself (see [`ratchet`]).
//!
//! Each file holds 64 hexadecimal digits and may be read by its owner only: [`Keys::open`] refuses
//! missing keys and keys that others may read, and says what to do. A new key is on the disk before
//! anything is sealed under it. No key has a `Debug`.

pub mod blind;
mod ended;
mod file;
mod ratchet;

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ed25519_dalek::{SigningKey, VerifyingKey};
use rand::TryRng as _;
use rand::rngs::SysRng;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use self::file::{
    make_folder, make_key, place_new, read, read_key, remove, sync_folder, write_new,
};
use self::ratchet::Ratchet;
use crate::ledger::seal::{NONCE, SealError, SealKey};
use crate::storage::office::wave_key::WrappedKeys;
use crate::survey::ids::WaveId;

/// Bytes of every key.
const LENGTH: usize = 32;

/// The keys of an instance. Cheap to clone.
#[derive(Clone)]
pub struct Keys(Arc<Folder>);

struct Folder {
    /// Where the office's keys are, unless another program has them.
    office: Option<PathBuf>,
    /// Where the urn's keys are, unless another program has them.
    urn: Option<PathBuf>,
    /// Without the office's part: one that nothing was ever wrapped under.
    master: SealKey,
    log: SigningKey,
}

/// The keys of one wave, unwrapped.
pub struct WaveKeys {
    /// Under which codes are hashed.
    pub pepper: Zeroizing<[u8; LENGTH]>,
    /// Under which tokens are made and resends recognized.
    pub token: Zeroizing<[u8; LENGTH]>,
}

/// The two keys of one day of a wave.
pub struct EpochKeys {
    /// Seals records.
    pub record: SealKey,
    /// Seals receipts for resends.
    pub retry: SealKey,
}

/// Which of a day's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpochKey {
    /// Seals records.
    Record,
    /// Seals receipts for resends.
    Retry,
}

/// What is wrong with the keys, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// There are no keys yet.
    #[error("there is no key {}: run `minyi init` once, or copy the folder from another node", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The key is with another program.
    #[error("the {0}'s keys are with another program")]
    Elsewhere(&'static str),
    /// The two programs do not sign under the same key.
    #[error("{} is another key than {}: copy one over the other before a wave opens", .paths[0].display(), .paths[1].display())]
    Differ {
        /// The two files.
        paths: [PathBuf; 2],
    },
    /// Others than the owner may read a key.
    #[error("others may read {}: run `chmod 600 {0}`", path.display())]
    Readable {
        /// The file.
        path: PathBuf,
    },
    /// There are keys already; making new ones would make every code useless.
    #[error("there are keys in {} already; they stay as they are", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// Not 64 hexadecimal digits.
    #[error("{} is no key file", path.display())]
    Form {
        /// The file.
        path: PathBuf,
    },
    /// A wave's keys were wrapped under other files.
    #[error("the keys of this wave belong to another master key or wave key file")]
    Foreign(#[source] SealError),
    /// The file system refused.
    #[error("{} could not be read or written", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// An RSA key could not be made or read.
    #[error("an RSA key of a variance unit could not be made or read")]
    Rsa,
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[source] rand::rngs::SysError),
}

impl KeysError {
    /// Whether the same action may go through when the disk can be written again.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        let Self::File { source, .. } = self else {
            return false;
        };
        matches!(
            source.kind(),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::ReadOnlyFilesystem
        )
    }
}

/// `N` bytes from the operating system's generator.
pub fn random<const N: usize>() -> Result<[u8; N], KeysError> {
    let mut bytes = [0; N];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(KeysError::Random)?;
    Ok(bytes)
}

impl Keys {
    /// Whether there are keys of an instance already, be they complete or not.
    #[must_use]
    pub fn exist(path: &Path) -> bool {
        [MASTER, SIGNING]
            .iter()
            .any(|name| path.join(name).exists())
    }

    /// Makes the keys of a new instance.
    pub fn init(path: &Path) -> Result<Self, KeysError> {
        if Self::exist(path) {
            return Err(KeysError::Exists {
                path: path.to_owned(),
            });
        }
        make_folder(&path.join("waves"))?;
        make_key(&path.join(MASTER))?;
        make_key(&path.join(SIGNING))?;
        Self::open(path)
    }

    /// Makes the keys of a new office whose urn is with another program. A copy of that one's signing key stays as it is.
    pub fn init_office(path: &Path) -> Result<(), KeysError> {
        Self::init_part(path, &[SIGNING, MASTER])
    }

    /// Makes the keys of a new urn whose office is with another program. A copy of that one's signing key stays as it is.
    pub fn init_urn(path: &Path) -> Result<(), KeysError> {
        Self::init_part(path, &[SIGNING])
    }

    fn init_part(path: &Path, names: &[&str]) -> Result<(), KeysError> {
        let waves = path.join("waves");
        if waves.exists() {
            return Err(KeysError::Exists {
                path: path.to_owned(),
            });
        }
        make_folder(path)?;
        for name in names {
            make_key(&path.join(name))?;
        }
        // Last: with it the folder is complete.
        make_folder(&waves)
    }

    /// Reads the keys of an instance.
    pub fn open(path: &Path) -> Result<Self, KeysError> {
        Self::open_apart(Some(path), Some(path))
    }

    /// Reads the keys of the office in one folder and those of the urn in another; nothing of a part without a folder.
    pub fn open_apart(office: Option<&Path>, urn: Option<&Path>) -> Result<Self, KeysError> {
        let master = match office {
            Some(path) => read_key(&path.join(MASTER))?,
            None => Zeroizing::new(random()?),
        };
        let own = urn.or(office).ok_or(KeysError::Elsewhere("urn"))?;
        let log = read_key(&own.join(SIGNING))?;
        if let Some(other) = office.filter(|path| *path != own)
            && read_key(&other.join(SIGNING))? != log
        {
            let paths = [other, own].map(|path| path.join(SIGNING));
            return Err(KeysError::Differ { paths });
        }
        Ok(Self(Arc::new(Folder {
            office: office.map(Path::to_owned),
            urn: urn.map(Path::to_owned),
            master: SealKey::from_bytes(*master),
            log: SigningKey::from_bytes(&log),
        })))
    }

    /// Whether the office's keys and the urn's lie in two folders.
    #[must_use]
    pub fn are_apart(&self) -> bool {
        self.0.office != self.0.urn
    }

    /// Signs receipts.
    #[must_use]
    pub fn signing(&self) -> &SigningKey {
        &self.0.log
    }

    /// Under which the urn knows an answer with a blind token again that is sent twice. It follows from a key that a program without
    /// the office has.
    #[must_use]
    pub fn resends(&self, wave: WaveId) -> Zeroizing<[u8; LENGTH]> {
        let key = Sha256::new()
            .chain_update(b"minyi/v1/resends")
            .chain_update(self.0.log.as_bytes())
            .chain_update(wave.as_bytes())
            .finalize();
        Zeroizing::new(key.into())
    }

    /// With which everybody can check a receipt.
    #[must_use]
    pub fn verifying(&self) -> VerifyingKey {
        self.0.log.verifying_key()
    }

    /// Makes a wave's key file and keys; returns these wrapped, for the office to keep.
    pub fn make_wave(&self, wave: WaveId) -> Result<WrappedKeys, KeysError> {
        if self.0.urn.is_some() {
            make_folder(&self.days_folder(wave)?)?;
        }
        make_key(&self.wave_path(wave)?)?;
        if self.0.urn.is_some() {
            self.make_days(wave)?;
        }
        let wrapper = self.wrapper(wave)?;
        let wrap = |name: &[u8]| -> Result<Vec<u8>, KeysError> {
            let key = Zeroizing::new(random::<LENGTH>()?);
            let context = [name, wave.as_bytes()].concat();
            wrapper
                .seal(random::<NONCE>()?, &context, key.as_slice(), LENGTH)
                .map_err(KeysError::Foreign)
        };
        Ok(WrappedKeys {
            pepper: wrap(PEPPER)?,
            token_key: wrap(TOKEN)?,
        })
    }

    /// Makes what makes the keys of a wave's days, unless it is there.
    fn make_days(&self, wave: WaveId) -> Result<(), KeysError> {
        let days = self.days_path(wave)?;
        if !days.exists() {
            make_folder(&self.days_folder(wave)?)?;
            let first = Ratchet::start(Zeroizing::new(random()?));
            place_new(&days, &first.print())?;
        }
        Ok(())
    }

    /// The same where the office's keys lie in another folder than the urn's: the office's program drew without it. In one folder
    /// they were made with the draw, and a node that lacks them needs a copy of those.
    pub(super) fn make_days_apart(&self, wave: WaveId) -> Result<(), KeysError> {
        if self.are_apart() {
            self.make_days(wave)
        } else {
            Ok(())
        }
    }

    /// Unwraps a wave's keys.
    pub fn wave(&self, wave: WaveId, wrapped: &WrappedKeys) -> Result<WaveKeys, KeysError> {
        let wrapper = self.wrapper(wave)?;
        let unwrap = |name: &[u8], sealed: &[u8]| -> Result<Zeroizing<[u8; LENGTH]>, KeysError> {
            let context = [name, wave.as_bytes()].concat();
            let key = Zeroizing::new(wrapper.open(&context, sealed).map_err(KeysError::Foreign)?);
            <[u8; LENGTH]>::try_from(key.as_slice())
                .map(Zeroizing::new)
                .map_err(|_| KeysError::Foreign(SealError::Broken))
        };
        Ok(WaveKeys {
            pepper: unwrap(PEPPER, &wrapped.pepper)?,
            token: unwrap(TOKEN, &wrapped.token_key)?,
        })
    }

    /// The keys of a day.
    pub fn epoch(&self, wave: WaveId, epoch: i64) -> Result<EpochKeys, KeysError> {
        Ok(EpochKeys {
            record: self.epoch_key(wave, epoch, EpochKey::Record)?,
            retry: self.epoch_key(wave, epoch, EpochKey::Retry)?,
        })
    }

    /// One key of a day; missing when it was destroyed.
    pub fn epoch_key(
        &self,
        wave: WaveId,
        epoch: i64,
        kind: EpochKey,
    ) -> Result<SealKey, KeysError> {
        let path = self.epoch_path(wave, epoch, kind)?;
        let key = match read_key(&path) {
            Err(KeysError::Missing { .. }) => {
                self.turn(wave, epoch)?;
                read_key(&path)?
            }
            read => read?,
        };
        Ok(SealKey::from_bytes(*key))
    }

    /// Whether a day's key for records was destroyed; an error if the wave's files are not here.
    pub fn is_destroyed(&self, wave: WaveId, epoch: i64) -> Result<bool, KeysError> {
        self.turn(wave, epoch)?;
        Ok(!self.epoch_path(wave, epoch, EpochKey::Record)?.exists())
    }

    /// Keeps the signed head of a wave's log where no backup goes.
    pub fn keep_checkpoint(&self, wave: WaveId, note: &str) -> Result<(), KeysError> {
        let path = self.days_folder(wave)?.join("checkpoint");
        let draft = path.with_extension("draft");
        let kept = remove(&draft)
            .and_then(|()| write_new(&draft, note))
            .and_then(|()| std::fs::rename(&draft, &path))
            .and_then(|()| sync_folder(&path));
        kept.map_err(|source| KeysError::File { path, source })
    }

    /// The signed head that was kept last.
    pub fn kept_checkpoint(&self, wave: WaveId) -> Result<Option<String>, KeysError> {
        let path = self.days_folder(wave)?.join("checkpoint");
        match read(&path) {
            Ok(note) => Ok(Some(note.as_str().to_owned())),
            Err(KeysError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes the keys of all days up to this one and forgets what made them, unless it was done.
    fn turn(&self, wave: WaveId, epoch: i64) -> Result<(), KeysError> {
        let path = self.days_path(wave)?;
        let failed = |source| KeysError::File {
            path: path.clone(),
            source,
        };
        // Held by one process at a time until it is dropped: two that turn at once could turn back.
        let lock =
            File::create(self.days_folder(wave)?.join("lock")).map_err(|source| {
                match source.kind() {
                    ErrorKind::NotFound => KeysError::Missing { path: path.clone() },
                    _ => failed(source),
                }
            })?;
        lock.lock().map_err(failed)?;
        let mut ratchet =
            Ratchet::parse(&read(&path)?).ok_or_else(|| KeysError::Form { path: path.clone() })?;
        if ratchet.day > epoch {
            return Ok(());
        }
        while ratchet.day <= epoch {
            let keys = ratchet.keys();
            for (kind, key) in [
                (EpochKey::Record, keys.record),
                (EpochKey::Retry, keys.retry),
            ] {
                let file = self.epoch_path(wave, ratchet.day, kind)?;
                place_new(&file, &Zeroizing::new(hex::encode(key.as_slice())))?;
            }
            ratchet = ratchet.next();
        }
        let draft = path.with_extension("draft");
        let mut old = OpenOptions::new().write(true).open(&path).map_err(failed)?;
        remove(&draft)
            .and_then(|()| write_new(&draft, &ratchet.print()))
            .and_then(|()| std::fs::rename(&draft, &path))
            .and_then(|()| sync_folder(&path))
            .and_then(|()| old.write_all(&[b'0'; 2 * LENGTH]))
            .and_then(|()| old.sync_all())
            .map_err(failed)
    }

    /// Overwrites and deletes a key; nothing sealed under it can be opened again.
    pub fn destroy_epoch_key(
        &self,
        wave: WaveId,
        epoch: i64,
        kind: EpochKey,
    ) -> Result<(), KeysError> {
        // What could make the key again is forgotten first.
        match self.turn(wave, epoch) {
            Err(KeysError::Missing { .. }) | Ok(()) => {}
            Err(error) => return Err(error),
        }
        let path = self.epoch_path(wave, epoch, kind)?;
        let destroyed = OpenOptions::new()
            .write(true)
            .open(&path)
            .and_then(|mut file| {
                file.write_all(&[b'0'; 2 * LENGTH])?;
                file.sync_all()
            })
            .and_then(|()| std::fs::remove_file(&path))
            .and_then(|()| sync_folder(&path));
        match destroyed {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                Err(KeysError::File { path, source })
            }
            _ => Ok(()),
        }
    }

    /// What seals the secrets of second factors.
    #[must_use]
    pub fn second_factors(&self) -> SealKey {
        self.0.master.derive(b"second factors")
    }

    /// What seals the state that browsers carry between the two halves of a sign-in.
    #[must_use]
    pub fn ceremonies(&self) -> SealKey {
        self.0.master.derive(b"ceremonies")
    }

    /// What wraps a wave's keys: needs both the master key and the wave's file.
    fn wrapper(&self, wave: WaveId) -> Result<SealKey, KeysError> {
        let file = read_key(&self.wave_path(wave)?)?;
        let key = Sha256::new()
            .chain_update(b"minyi/v1/wrap")
            .chain_update(self.0.master.as_bytes())
            .chain_update(file.as_slice())
            .finalize();
        Ok(SealKey::from_bytes(key.into()))
    }

    fn wave_path(&self, wave: WaveId) -> Result<PathBuf, KeysError> {
        let folder = self.0.office.as_ref();
        let folder = folder.ok_or(KeysError::Elsewhere("office"))?;
        Ok(folder.join("waves").join(format!("{wave}.key")))
    }

    fn epoch_path(&self, wave: WaveId, epoch: i64, kind: EpochKey) -> Result<PathBuf, KeysError> {
        let kind = match kind {
            EpochKey::Record => "record",
            EpochKey::Retry => "retry",
        };
        Ok(self.days_folder(wave)?.join(format!("{epoch}.{kind}")))
    }

    fn days_folder(&self, wave: WaveId) -> Result<PathBuf, KeysError> {
        let folder = self.0.urn.as_ref();
        let folder = folder.ok_or(KeysError::Elsewhere("urn"))?;
        Ok(folder.join("waves").join(wave.to_string()))
    }

    fn days_path(&self, wave: WaveId) -> Result<PathBuf, KeysError> {
        Ok(self.days_folder(wave)?.join("days"))
    }
}

const MASTER: &str = "master.key";
const SIGNING: &str = "log-signing.key";
const PEPPER: &[u8] = b"minyi/v1/pepper";
const TOKEN: &[u8] = b"minyi/v1/token-key";

#[cfg(test)]
mod tests;
