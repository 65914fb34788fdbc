//! Files that only their owner may read, each complete and on the disk before anybody finds it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::{KeysError, LENGTH, random};

pub(super) fn make_folder(path: &Path) -> Result<(), KeysError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| KeysError::File {
            path: path.to_owned(),
            source,
        })
}

/// Makes a key file with random content, unless there is one.
pub(super) fn make_key(path: &Path) -> Result<(), KeysError> {
    if path.exists() {
        return Ok(());
    }
    let key = Zeroizing::new(random::<LENGTH>()?);
    place_new(path, &Zeroizing::new(hex::encode(key.as_slice())))
}

/// Makes a file, unless there is one. Whoever finds it finds it complete and on the disk, also after
/// a crash and with several processes at once.
pub(super) fn place_new(path: &Path, text: &str) -> Result<(), KeysError> {
    if path.exists() {
        return Ok(());
    }
    let draft = path.with_extension(format!("draft-{}", hex::encode(random::<8>()?)));
    let written = write_new(&draft, text)
        .and_then(|()| match std::fs::hard_link(&draft, path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        })
        .and_then(|()| std::fs::remove_file(&draft))
        .and_then(|()| sync_folder(path));
    written.map_err(|source| {
        // A full disk leaves no half of a key behind.
        drop(remove(&draft));
        KeysError::File {
            path: path.to_owned(),
            source,
        }
    })
}

/// Removes a file that may be there.
pub(super) fn remove(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

pub(super) fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
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
pub(super) fn sync_folder(path: &Path) -> std::io::Result<()> {
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

pub(super) fn read_key(path: &Path) -> Result<Zeroizing<[u8; LENGTH]>, KeysError> {
    let text = read(path)?;
    let mut key = Zeroizing::new([0; LENGTH]);
    hex::decode_to_slice(text.trim(), key.as_mut_slice()).map_err(|_| KeysError::Form {
        path: path.to_owned(),
    })?;
    Ok(key)
}

/// The text of a file that its owner alone may read.
pub(super) fn read(path: &Path) -> Result<Zeroizing<String>, KeysError> {
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
    std::fs::read_to_string(path())
        .map(Zeroizing::new)
        .map_err(|source| KeysError::File {
            path: path(),
            source,
        })
}
