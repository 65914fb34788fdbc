//! The file with the codes of a drawn sample: readable by its owner alone, whole or not at all, never
//! over another file.
//!
//! The codes exist nowhere else, so they are on the disk, under the name with `.part`, before the
//! draw is committed; afterwards the file takes its own name. Only a draw that surely did not happen
//! removes it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// A place for codes, taken before the draw.
#[derive(Debug)]
pub(super) struct CodesFile {
    part: PathBuf,
    path: PathBuf,
    file: File,
    keep: bool,
}

/// Why there is no place.
#[derive(Debug)]
pub(super) enum NoPlace {
    /// A file is there.
    Taken(PathBuf),
    /// The file of an earlier draw, which may hold the only copy of its codes.
    Interrupted(PathBuf),
    /// The folder cannot be written.
    Folder(io::Error),
}

impl CodesFile {
    /// Takes the place `path`.
    pub(super) fn reserve(path: &Path) -> Result<Self, NoPlace> {
        if path.symlink_metadata().is_ok() {
            return Err(NoPlace::Taken(path.to_path_buf()));
        }
        let mut part = OsString::from(path);
        part.push(".part");
        let part = PathBuf::from(part);
        let mut options = OpenOptions::new();
        let opened = options.write(true).create_new(true).mode(0o600).open(&part);
        match opened {
            Ok(file) => Ok(Self {
                part,
                path: path.to_path_buf(),
                file,
                keep: false,
            }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(NoPlace::Interrupted(part))
            }
            Err(error) => Err(NoPlace::Folder(error)),
        }
    }

    /// Writes the codes and waits until the disk has them; from here the file stays.
    pub(super) fn write(&mut self, codes: &str) -> io::Result<()> {
        self.file.write_all(codes.as_bytes())?;
        self.file.sync_all()?;
        sync_folder(&self.part)?;
        self.keep = true;
        Ok(())
    }

    /// The draw surely did not happen: the codes are worth nothing.
    pub(super) fn discard(mut self) {
        self.keep = false;
    }

    /// Gives the file its own name, unless another has taken it meanwhile.
    pub(super) fn publish(self) -> io::Result<()> {
        fs::hard_link(&self.part, &self.path)?;
        fs::remove_file(&self.part)?;
        sync_folder(&self.path)
    }

    /// Where the codes are until then.
    pub(super) fn part(&self) -> &Path {
        &self.part
    }
}

impl Drop for CodesFile {
    fn drop(&mut self) {
        if !self.keep {
            // Left over only if the folder itself went away.
            let _ = fs::remove_file(&self.part);
        }
    }
}

fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn codes_are_on_the_disk_for_their_owner_before_they_have_their_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codes.csv");
        let mut file = CodesFile::reserve(&path).unwrap();
        assert!(!path.exists());
        file.write("code\n").unwrap();
        assert_eq!(fs::read_to_string(file.part()).unwrap(), "code\n");
        file.publish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "code\n");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn neither_a_file_nor_the_rest_of_an_interrupted_draw_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codes.csv");
        let mut lost = CodesFile::reserve(&path).unwrap();
        lost.write("only copy\n").unwrap();
        drop(lost);
        let again = CodesFile::reserve(&path).unwrap_err();
        assert!(matches!(again, NoPlace::Interrupted(_)), "{again:?}");
        let other = folder.path().join("other.csv");
        fs::write(&other, "before").unwrap();
        let taken = CodesFile::reserve(&other).unwrap_err();
        assert!(matches!(taken, NoPlace::Taken(_)), "{taken:?}");
        assert!(!folder.path().join("other.csv.part").exists());
    }

    #[test]
    fn a_name_that_was_taken_meanwhile_costs_no_code() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codes.csv");
        let mut file = CodesFile::reserve(&path).unwrap();
        file.write("codes\n").unwrap();
        let part = file.part().to_path_buf();
        fs::write(&path, "someone else's").unwrap();
        assert!(file.publish().is_err());
        assert_eq!(fs::read_to_string(part).unwrap(), "codes\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "someone else's");
    }

    #[test]
    fn a_draw_that_did_not_happen_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = CodesFile::reserve(&folder.path().join("codes.csv")).unwrap();
        file.write("codes\n").unwrap();
        file.discard();
        drop(CodesFile::reserve(&folder.path().join("codes.csv")).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
