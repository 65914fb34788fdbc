//! A bundle as it lies on somebody's disk: a folder or an archive, read whole.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The file that names all others.
const SUMS: &str = "SHA256SUMS";

/// Why a bundle cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A file.
    #[error("{file} cannot be read")]
    File {
        /// Its name.
        file: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The archive.
    #[error("the archive cannot be read")]
    Archive(#[from] zip::result::ZipError),
    /// It has no list of digests: this is no bundle.
    #[error("there is no SHA256SUMS in it")]
    NoBundle,
}

/// Files by name.
#[derive(Debug, Clone, Default)]
pub struct Bundle {
    files: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// Whether there is a bundle at this path.
    #[must_use]
    pub fn is_there(path: &Path) -> bool {
        path.is_file() || path.join(SUMS).is_file()
    }

    /// Reads a folder or an archive.
    pub fn read(path: &Path) -> Result<Self, BundleError> {
        let about = |file: &Path| {
            let file = file.display().to_string();
            move |source| BundleError::File { file, source }
        };
        let mut files = BTreeMap::new();
        if path.is_dir() {
            for entry in fs::read_dir(path).map_err(about(path))? {
                let entry = entry.map_err(about(path))?;
                if entry.path().is_file() {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    let bytes = fs::read(entry.path()).map_err(about(&entry.path()))?;
                    files.insert(name, bytes);
                }
            }
        } else {
            let mut archive = zip::ZipArchive::new(fs::File::open(path).map_err(about(path))?)?;
            for at in 0..archive.len() {
                let mut file = archive.by_index(at)?;
                let name = file.name()?.into_owned();
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).map_err(about(path))?;
                files.insert(name, bytes);
            }
        }
        let bundle = Self { files };
        if bundle.bytes(SUMS).is_some() {
            Ok(bundle)
        } else {
            Err(BundleError::NoBundle)
        }
    }

    /// A file.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// Whether the records are in it.
    #[must_use]
    pub fn has_records(&self) -> bool {
        self.files.contains_key("openings.csv")
    }

    pub(super) fn text(&self, name: &str) -> Result<&str, String> {
        let bytes = self.bytes(name).ok_or_else(|| format!("no {name}"))?;
        std::str::from_utf8(bytes).map_err(|_| format!("{name} is no text"))
    }

    pub(super) fn read_json<T: DeserializeOwned>(&self, name: &str) -> Result<T, String> {
        let bytes = self.bytes(name).ok_or_else(|| format!("no {name}"))?;
        serde_json::from_slice(bytes).map_err(|why| format!("{name}: {why}"))
    }

    pub(super) fn json(&self, name: &str) -> Result<Value, String> {
        self.read_json(name)
    }

    /// SHA-256 of a file, hexadecimal.
    pub(super) fn digest(&self, name: &str) -> Option<String> {
        self.bytes(name)
            .map(|bytes| hex::encode(Sha256::digest(bytes)))
    }

    /// SHA-256 of the list of digests: stands for the whole bundle.
    #[must_use]
    pub fn identity(&self) -> String {
        self.digest(SUMS).unwrap_or_default()
    }

    /// Every file has the digest that is listed, and no file is not listed.
    pub(super) fn sums(&self) -> Result<usize, String> {
        let listed: BTreeMap<&str, &str> = self
            .text(SUMS)?
            .lines()
            .filter_map(|line| line.split_once("  "))
            .map(|(digest, name)| (name, digest))
            .collect();
        for (name, digest) in &listed {
            if self.digest(name).as_deref() != Some(*digest) {
                return Err(format!("{name} is another file"));
            }
        }
        let stranger = self
            .files
            .keys()
            .find(|name| name.as_str() != SUMS && !listed.contains_key(name.as_str()));
        match stranger {
            Some(name) => Err(format!("{name} is not listed")),
            None => Ok(listed.len()),
        }
    }
}

/// Where two documents differ first, numbers beyond this relative tolerance; nothing where they agree.
pub(super) fn difference(published: &Value, computed: &Value, tolerance: f64) -> Option<String> {
    walk("", published, computed, tolerance)
}

fn walk(at: &str, a: &Value, b: &Value, tolerance: f64) -> Option<String> {
    match (a, b) {
        (Value::Object(one), Value::Object(other)) => {
            let both = one
                .keys()
                .chain(other.keys().filter(|key| !one.contains_key(*key)));
            let mut keys = both;
            keys.find_map(|key| {
                let here = format!("{at}/{key}");
                match (one.get(key), other.get(key)) {
                    (Some(x), Some(y)) => walk(&here, x, y, tolerance),
                    // What is absent and what is nothing say the same.
                    (Some(Value::Null), None) | (None, Some(Value::Null)) => None,
                    _ => Some(here),
                }
            })
        }
        (Value::Array(one), Value::Array(other)) => {
            if one.len() != other.len() {
                return Some(format!("{at}: {} and {} entries", one.len(), other.len()));
            }
            let mut pairs = one.iter().zip(other).enumerate();
            pairs.find_map(|(place, (x, y))| walk(&format!("{at}/{place}"), x, y, tolerance))
        }
        (Value::Number(one), Value::Number(other)) => {
            let (x, y) = (one.as_f64()?, other.as_f64()?);
            let is_near = (x - y).abs() <= tolerance * y.abs().max(x.abs()) + 1e-13;
            (!is_near).then(|| format!("{at}: {x} and {y}"))
        }
        (one, other) => (one != other).then(|| format!("{at}: {one} and {other}")),
    }
}
