//! Keys: files outside the databases and their backups.
//!
//! ```text
//! keys/master.key             wraps the keys of every wave, together with the wave's own file
//! keys/log-signing.key        signs receipts and the log's heads
//! keys/waves/WAVE.key         copied by the operator to each node; deleting it ends the wave's codes
//! keys/waves/WAVE/N.record    seals the records of day N; destroyed when that day is logged
//! keys/waves/WAVE/N.retry     seals the receipts kept for resends; destroyed when cut loose
//! ```
//!
//! Each file holds 64 hexadecimal digits and may be read by its owner only: [`Keys::open`] refuses
//! missing keys and keys that others may read, and says what to do. A new key is on the disk before
//! anything is sealed under it. No key has a `Debug`.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ed25519_dalek::{SigningKey, VerifyingKey};
use rand::TryRng as _;
use rand::rngs::SysRng;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::ledger::seal::{NONCE, SealError, SealKey};
use crate::storage::office::wave_key::WrappedKeys;
use crate::survey::ids::WaveId;

/// Bytes of every key.
const LENGTH: usize = 32;

/// The keys of an instance. Cheap to clone.
#[derive(Clone)]
pub struct Keys(Arc<Folder>);

struct Folder {
    path: PathBuf,
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
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[source] rand::rngs::SysError),
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
    /// Makes the keys of a new instance.
    pub fn init(path: &Path) -> Result<Self, KeysError> {
        if path.join("master.key").exists() || path.join("log-signing.key").exists() {
            return Err(KeysError::Exists {
                path: path.to_owned(),
            });
        }
        make_folder(&path.join("waves"))?;
        make_key(&path.join("master.key"))?;
        make_key(&path.join("log-signing.key"))?;
        Self::open(path)
    }

    /// Reads the keys of an instance.
    pub fn open(path: &Path) -> Result<Self, KeysError> {
        let master = read_key(&path.join("master.key"))?;
        let log = read_key(&path.join("log-signing.key"))?;
        Ok(Self(Arc::new(Folder {
            path: path.to_owned(),
            master: SealKey::from_bytes(*master),
            log: SigningKey::from_bytes(&log),
        })))
    }

    /// Signs receipts.
    #[must_use]
    pub fn signing(&self) -> &SigningKey {
        &self.0.log
    }

    /// With which everybody can check a receipt.
    #[must_use]
    pub fn verifying(&self) -> VerifyingKey {
        self.0.log.verifying_key()
    }

    /// Makes a wave's key file and keys; returns these wrapped, for the office to keep.
    pub fn make_wave(&self, wave: WaveId) -> Result<WrappedKeys, KeysError> {
        make_folder(&self.0.path.join("waves"))?;
        let path = self.wave_path(wave);
        make_key(&path)?;
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

    /// The keys of a day; both exist.
    pub fn epoch(&self, wave: WaveId, epoch: i64) -> Result<EpochKeys, KeysError> {
        Ok(EpochKeys {
            record: self.epoch_key(wave, epoch, EpochKey::Record)?,
            retry: self.epoch_key(wave, epoch, EpochKey::Retry)?,
        })
    }

    /// One key of a day, which exists.
    pub fn epoch_key(
        &self,
        wave: WaveId,
        epoch: i64,
        kind: EpochKey,
    ) -> Result<SealKey, KeysError> {
        let key = read_key(&self.epoch_path(wave, epoch, kind))?;
        Ok(SealKey::from_bytes(*key))
    }

    /// Makes the keys of a day, unless they are there.
    pub fn make_epoch(&self, wave: WaveId, epoch: i64) -> Result<EpochKeys, KeysError> {
        make_folder(&self.0.path.join("waves").join(wave.to_string()))?;
        for kind in [EpochKey::Record, EpochKey::Retry] {
            make_key(&self.epoch_path(wave, epoch, kind))?;
        }
        self.epoch(wave, epoch)
    }

    /// Overwrites and deletes a key; nothing sealed under it can be opened again.
    pub fn destroy_epoch_key(
        &self,
        wave: WaveId,
        epoch: i64,
        kind: EpochKey,
    ) -> Result<(), KeysError> {
        let path = self.epoch_path(wave, epoch, kind);
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

    /// What wraps a wave's keys: needs both the master key and the wave's file.
    fn wrapper(&self, wave: WaveId) -> Result<SealKey, KeysError> {
        let file = read_key(&self.wave_path(wave))?;
        let key = Sha256::new()
            .chain_update(b"minyi/v1/wrap")
            .chain_update(self.0.master.as_bytes())
            .chain_update(file.as_slice())
            .finalize();
        Ok(SealKey::from_bytes(key.into()))
    }

    fn wave_path(&self, wave: WaveId) -> PathBuf {
        self.0.path.join("waves").join(format!("{wave}.key"))
    }

    fn epoch_path(&self, wave: WaveId, epoch: i64, kind: EpochKey) -> PathBuf {
        let kind = match kind {
            EpochKey::Record => "record",
            EpochKey::Retry => "retry",
        };
        let folder = self.0.path.join("waves").join(wave.to_string());
        folder.join(format!("{epoch}.{kind}"))
    }
}

const PEPPER: &[u8] = b"minyi/v1/pepper";
const TOKEN: &[u8] = b"minyi/v1/token-key";

fn make_folder(path: &Path) -> Result<(), KeysError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| KeysError::File {
            path: path.to_owned(),
            source,
        })
}

/// Makes a key file with random content, unless there is one. Whoever finds the file finds it
/// complete and on the disk, also after a crash and with several processes at once.
fn make_key(path: &Path) -> Result<(), KeysError> {
    if path.exists() {
        return Ok(());
    }
    let key = Zeroizing::new(random::<LENGTH>()?);
    let draft = path.with_extension(format!("draft-{}", hex::encode(random::<8>()?)));
    let written = write_new(&draft, &Zeroizing::new(hex::encode(key.as_slice())))
        .and_then(|()| match std::fs::hard_link(&draft, path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        })
        .and_then(|()| std::fs::remove_file(&draft))
        .and_then(|()| sync_folder(path));
    written.map_err(|source| KeysError::File {
        path: path.to_owned(),
        source,
    })
}

fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Makes a new or removed name in the folder last.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

fn read_key(path: &Path) -> Result<Zeroizing<[u8; LENGTH]>, KeysError> {
    let path = || path.to_owned();
    let mode = match std::fs::metadata(path()) {
        Ok(about) => about.permissions().mode(),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(KeysError::Missing { path: path() });
        }
        Err(source) => {
            return Err(KeysError::File {
                path: path(),
                source,
            });
        }
    };
    if mode & 0o077 != 0 {
        return Err(KeysError::Readable { path: path() });
    }
    let text = std::fs::read_to_string(path())
        .map(Zeroizing::new)
        .map_err(|source| KeysError::File {
            path: path(),
            source,
        })?;
    let mut key = Zeroizing::new([0; LENGTH]);
    hex::decode_to_slice(text.trim(), key.as_mut_slice())
        .map_err(|_| KeysError::Form { path: path() })?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::time::Instant;

    fn wave(number: u8) -> WaveId {
        WaveId::new(Instant::from_micros(1), [number; 10])
    }

    #[test]
    fn new_keys_are_for_their_owner_only_and_are_never_made_twice() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let keys = Keys::init(&path).unwrap();
        for name in ["master.key", "log-signing.key"] {
            let mode = std::fs::metadata(path.join(name))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert!(matches!(Keys::init(&path), Err(KeysError::Exists { .. })));
        assert_eq!(Keys::open(&path).unwrap().verifying(), keys.verifying());
    }

    #[test]
    fn missing_and_readable_keys_are_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let missing = Keys::open(folder.path()).err().unwrap();
        assert!(missing.to_string().contains("minyi init"), "{missing}");
        Keys::init(folder.path()).unwrap();
        let file = folder.path().join("master.key");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        let readable = Keys::open(folder.path()).err().unwrap();
        assert!(readable.to_string().contains("chmod 600"), "{readable}");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&file, "not a key").unwrap();
        assert!(matches!(
            Keys::open(folder.path()),
            Err(KeysError::Form { .. })
        ));
    }

    #[test]
    fn a_waves_keys_need_its_own_file() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::init(folder.path()).unwrap();
        let wrapped = keys.make_wave(wave(1)).unwrap();
        let one = keys.wave(wave(1), &wrapped).unwrap();
        let again = Keys::open(folder.path())
            .unwrap()
            .wave(wave(1), &wrapped)
            .unwrap();
        assert_eq!(*one.pepper, *again.pepper);
        assert_ne!(*one.pepper, *one.token);
        keys.make_wave(wave(2)).unwrap();
        assert!(matches!(
            keys.wave(wave(2), &wrapped),
            Err(KeysError::Foreign(_))
        ));
        std::fs::remove_file(keys.wave_path(wave(1))).unwrap();
        assert!(matches!(
            keys.wave(wave(1), &wrapped),
            Err(KeysError::Missing { .. })
        ));
    }

    #[test]
    fn a_days_keys_are_made_once_and_gone_when_destroyed() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::init(folder.path()).unwrap();
        let day = keys.make_epoch(wave(1), 3).unwrap();
        let again = keys.make_epoch(wave(1), 3).unwrap();
        assert!(day.record == again.record && day.retry == again.retry);
        assert!(day.record != day.retry);
        keys.destroy_epoch_key(wave(1), 3, EpochKey::Record)
            .unwrap();
        keys.destroy_epoch_key(wave(1), 3, EpochKey::Record)
            .unwrap();
        assert!(matches!(
            keys.epoch(wave(1), 3),
            Err(KeysError::Missing { .. })
        ));
        assert!(keys.epoch_key(wave(1), 3, EpochKey::Retry).unwrap() == day.retry);
    }
}
