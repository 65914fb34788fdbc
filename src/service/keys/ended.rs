//! The end of a wave's keys: overwritten, deleted, and what is left is named.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::file::sync_folder;
use super::{Keys, KeysError};
use crate::survey::ids::WaveId;

/// No key file is larger.
const LARGEST: usize = 1 << 20;
/// Files of a wave's folder that are no keys.
const NO_KEYS: [&str; 2] = ["checkpoint", "lock"];

impl Keys {
    /// Names of the key files of a wave that are on this node, below the folder of the keys.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn left(&self, wave: WaveId) -> Result<Vec<String>, KeysError> {
        let folders = [&self.0.office, &self.0.urn];
        let roots = folders.map(|folder| folder.as_ref().map(|path| path.join("waves")));
        let paths = self.of_wave(wave)?;
        let name = |path: &PathBuf| {
            let mut roots = roots.iter().flatten();
            let below = roots.find_map(|root| path.strip_prefix(root).ok());
            below.unwrap_or(path).display().to_string()
        };
        Ok(paths.iter().map(name).collect())
    }

    /// Overwrites and deletes every key of a wave on this node; what was wrapped or sealed under them opens no more.
    ///
    /// # Errors
    /// A file cannot be overwritten or deleted; those before it are gone, and the same call goes on.
    pub fn destroy_wave(&self, wave: WaveId) -> Result<(), KeysError> {
        for path in self.of_wave(wave)? {
            destroy(&path)?;
        }
        Ok(())
    }

    fn of_wave(&self, wave: WaveId) -> Result<Vec<PathBuf>, KeysError> {
        let mut found: Vec<PathBuf> = Vec::new();
        found.extend(self.wave_path(wave).ok().filter(|path| path.exists()));
        let Ok(folder) = self.days_folder(wave) else {
            return Ok(found);
        };
        let failed = |source| KeysError::File {
            path: folder.clone(),
            source,
        };
        let entries = match std::fs::read_dir(&folder) {
            Err(source) if source.kind() == ErrorKind::NotFound => return Ok(found),
            read => read.map_err(failed)?,
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            if !NO_KEYS.iter().any(|other| name == *other) {
                found.push(entry.path());
            }
        }
        found.sort();
        Ok(found)
    }
}

fn destroy(path: &Path) -> Result<(), KeysError> {
    let destroyed = OpenOptions::new()
        .write(true)
        .open(path)
        .and_then(|mut file| {
            let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
            file.write_all(&vec![b'0'; length.min(LARGEST)])?;
            file.sync_all()
        })
        .and_then(|()| std::fs::remove_file(path))
        .and_then(|()| sync_folder(path));
    match destroyed {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(KeysError::File {
            path: path.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}
