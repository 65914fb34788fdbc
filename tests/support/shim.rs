//! Faults of disk and clock, switched on and off while a program runs: `tests/shim/faults.c`.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::node::Setup;

/// One set of switches and the library that obeys them.
pub struct Faults {
    folder: TempDir,
    state: File,
}

const FIELD: u64 = 8;

/// The disk is full.
pub const ENOSPC: i64 = 28;
/// The file system went read-only, as after a fault of the disk.
pub const EROFS: i64 = 30;

impl Faults {
    /// Compiles the library; no fault is on.
    pub fn none() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let source = format!("{}/tests/shim/faults.c", env!("CARGO_MANIFEST_DIR"));
        let done = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .arg(folder.path().join("faults.so"))
            .args([source.as_str(), "-ldl"])
            .output()
            .expect("a C compiler (cc), which building needs too");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{said}");
        let path = folder.path().join("state");
        let state = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)
            .expect("a file");
        let faults = Self { folder, state };
        for field in 0..5 {
            faults.set(field, 0);
        }
        faults
    }

    /// What a program gets to obey them.
    pub fn setup(&self) -> Setup {
        let path = |name: &str| -> PathBuf { self.folder.path().join(name) };
        Setup {
            arguments: Vec::new(),
            environment: vec![
                ("LD_PRELOAD".into(), path("faults.so").into()),
                ("MINYI_FAULTS".into(), path("state").into()),
            ],
        }
    }

    /// Every wait for the disk takes this much longer.
    pub fn slow_disk(&self, milliseconds: i64) {
        self.set(0, milliseconds);
    }

    /// Every write to a database meets this error number; 0 for none.
    pub fn refuse_writes(&self, error: i64) {
        self.set(1, error);
    }

    /// Every write to a key's file meets this error number; 0 for none.
    pub fn refuse_keys(&self, error: i64) {
        self.set(4, error);
    }

    /// The clock of the day is this far ahead.
    pub fn clock_ahead(&self, seconds: i64) {
        self.set(2, seconds);
    }

    /// How many calls were slowed down or refused so far.
    pub fn counted(&self) -> i64 {
        let mut bytes = [0; 8];
        self.state
            .read_exact_at(&mut bytes, 3 * FIELD)
            .expect("a field");
        i64::from_ne_bytes(bytes)
    }

    fn set(&self, field: u64, value: i64) {
        self.state
            .write_all_at(&value.to_ne_bytes(), field * FIELD)
            .expect("a field");
    }
}
