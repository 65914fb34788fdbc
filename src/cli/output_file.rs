//! Result files: whole or not at all.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// A file that is written under a temporary name and takes its own name at the end.
#[derive(Debug)]
pub(crate) struct OutputFile {
    temporary: Option<PathBuf>,
    path: PathBuf,
}

impl OutputFile {
    /// Writes the content beside its place, synced to disk; nobody sees it there yet.
    pub(crate) fn prepare(path: &Path, content: &[u8]) -> std::io::Result<Self> {
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        let file = Self {
            temporary: Some(path.with_file_name(name)),
            path: path.to_path_buf(),
        };
        if let Some(temporary) = &file.temporary {
            let mut out = fs::File::create(temporary)?;
            out.write_all(content)?;
            out.sync_all()?;
        }
        Ok(file)
    }

    /// Gives the file its name, replacing what was there.
    pub(crate) fn publish(mut self) -> std::io::Result<()> {
        if let Some(temporary) = &self.temporary {
            fs::rename(temporary, &self.path)?;
        }
        self.temporary = None;
        Ok(())
    }

    /// Where the file will be.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        if let Some(temporary) = self.temporary.take() {
            // Left over only if the folder itself went away.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// A new file that only its owner can read.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_and_only_when_it_is_published() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.csv");
        fs::write(&path, "before").unwrap();
        let file = OutputFile::prepare(&path, b"after").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"before");
        file.publish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"after");
        drop(OutputFile::prepare(&path, b"never").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"after");
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no rest is left"
        );
    }
}
