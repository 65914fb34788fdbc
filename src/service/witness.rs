//! A witness: another party that remembers how far each log is, and cosigns a head only if it goes on what it saw (C2SP tlog-witness).
//!
//! For: `minyi witness`, run by a newspaper, a university, a notary. Uses: `ledger`; a folder. Promises: of each log one head after the
//! other is cosigned, never two of one size and never a shorter one; what is cosigned is on the disk before the answer is given;
//! a head that does not go on the last one is kept, too, and the last one beside it: two of one size with two roots convict whoever
//! signed both.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::keys::{KeysError, random};
use crate::ledger::checkpoint::{Checkpoint, CheckpointError};
use crate::ledger::cosignature::{Cosigner, cosign};
use crate::ledger::proof::goes_on;
use crate::ledger::tree::Hash;
use crate::survey::time::Clock;

/// The file of the witness' key.
const KEY: &str = "witness.key";
/// Hashes of a proof at most.
const LONGEST: usize = 63;
/// Bytes of a request at most.
pub const LARGEST: usize = 64 * 1024;

/// A witness with its folder.
pub struct Witness {
    name: String,
    key: SigningKey,
    folder: PathBuf,
    /// Keys of the logs that are watched: by origin, or by the beginning of origins.
    logs: BTreeMap<String, VerifyingKey>,
    clock: Clock,
    /// One head at a time: checking and remembering are one step.
    turn: Mutex<()>,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Lines of cosignatures.
    Cosigned(String),
    /// The request cannot be read, or its sizes contradict each other.
    Malformed,
    /// The log is not watched.
    UnknownLog,
    /// Not signed by the log.
    NotSigned,
    /// The last head that was cosigned has this size.
    Conflict(u64),
    /// The head does not go on the last one.
    Inconsistent,
}

/// Why there is no witness, or no answer.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// A file.
    #[error("{path} cannot be read or written")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What is in a file is not what this program wrote.
    #[error("{0} is damaged")]
    Damaged(PathBuf),
    /// No random bits.
    #[error("no random bits")]
    Random(#[from] KeysError),
}

/// A request to cosign.
struct Request {
    old: u64,
    proof: Vec<Hash>,
    note: String,
}

impl Witness {
    /// Opens the folder; the key is made when there is none.
    pub fn open(
        folder: &Path,
        name: &str,
        logs: BTreeMap<String, VerifyingKey>,
        clock: Clock,
    ) -> Result<Self, WitnessError> {
        let path = folder.join(KEY);
        let file = |source| WitnessError::File {
            path: path.clone(),
            source,
        };
        std::fs::create_dir_all(folder).map_err(file)?;
        let key = match std::fs::read_to_string(&path) {
            Ok(text) => {
                let mut seed = [0; 32];
                hex::decode_to_slice(text.trim(), &mut seed)
                    .map_err(|_| WitnessError::Damaged(path.clone()))?;
                SigningKey::from_bytes(&seed)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let seed: [u8; 32] = random()?;
                write_private(&path, &format!("{}\n", hex::encode(seed))).map_err(file)?;
                SigningKey::from_bytes(&seed)
            }
            Err(error) => return Err(file(error)),
        };
        Ok(Self {
            name: name.to_owned(),
            key,
            folder: folder.to_owned(),
            logs,
            clock,
            turn: Mutex::new(()),
        })
    }

    /// Name and key, for whoever is to believe it.
    #[must_use]
    pub fn cosigner(&self) -> Cosigner {
        Cosigner::new(&self.name, self.key.verifying_key())
    }

    /// Takes a head and a proof that it goes on the last one.
    pub fn add_checkpoint(&self, body: &str) -> Result<Answer, WitnessError> {
        let Some(request) = read_request(body) else {
            return Ok(Answer::Malformed);
        };
        let origin = request.note.lines().next().unwrap_or_default();
        let Some(key) = self.key_of(origin) else {
            return Ok(Answer::UnknownLog);
        };
        let head = match Checkpoint::open(&request.note, key) {
            Ok(head) => head,
            Err(CheckpointError::Form) => return Ok(Answer::Malformed),
            Err(CheckpointError::Signature) => return Ok(Answer::NotSigned),
        };
        if request.old > head.size {
            return Ok(Answer::Malformed);
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.last(&head.origin, key)?;
        let size = last.as_ref().map_or(0, |last| last.size);
        if request.old != size {
            return Ok(Answer::Conflict(size));
        }
        let empty: Hash = Sha256::digest(b"").into();
        let is_sound = head.size > 0 || head.root == empty;
        let continues = match &last {
            Some(last) if last.size > 0 => {
                goes_on(last.size, &last.root, head.size, &head.root, &request.proof)
            }
            _ => request.proof.is_empty(),
        };
        if !is_sound || !continues {
            // Never written over: what was refused, and what it did not go on.
            self.keep(&head, "refused", &request.note)?;
            if let Some(last) = &last {
                let path = self.path(&head.origin, "head");
                let seen = std::fs::read_to_string(&path);
                let seen = seen.map_err(|source| WitnessError::File { path, source })?;
                self.keep(last, "seen", &seen)?;
            }
            return Ok(Answer::Inconsistent);
        }
        self.write(&head.origin, "head", &request.note)?;
        let time = self.clock.now().micros() / 1_000_000;
        let time = u64::try_from(time).unwrap_or(0);
        Ok(Answer::Cosigned(cosign(
            &self.name,
            &self.key,
            &head.text(),
            time,
        )))
    }

    /// The last head of each log, as it was signed.
    pub fn heads(&self) -> Result<Vec<String>, WitnessError> {
        let listed = std::fs::read_dir(&self.folder);
        let entries = listed.map_err(|source| WitnessError::File {
            path: self.folder.clone(),
            source,
        })?;
        let mut heads = Vec::new();
        for entry in entries.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == "head") {
                let note = std::fs::read_to_string(&path);
                heads.push(note.map_err(|source| WitnessError::File { path, source })?);
            }
        }
        heads.sort();
        Ok(heads)
    }

    /// The key of the log: the longest name that the origin is or begins with, up to a slash.
    fn key_of(&self, origin: &str) -> Option<&VerifyingKey> {
        let fits = |name: &str| {
            origin
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let fitting = self.logs.iter().filter(|(name, _)| fits(name));
        fitting
            .max_by_key(|(name, _)| name.len())
            .map(|(_, key)| key)
    }

    fn path(&self, origin: &str, ending: &str) -> PathBuf {
        let name = hex::encode(Sha256::digest(origin));
        self.folder.join(format!("{name}.{ending}"))
    }

    fn last(&self, origin: &str, key: &VerifyingKey) -> Result<Option<Checkpoint>, WitnessError> {
        let path = self.path(origin, "head");
        match std::fs::read_to_string(&path) {
            Ok(note) => match Checkpoint::open(&note, key) {
                Ok(head) if head.origin == origin => Ok(Some(head)),
                _ => Err(WitnessError::Damaged(path)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(WitnessError::File { path, source }),
        }
    }

    /// Keeps a head under a name of its own, unless it is kept already.
    fn keep(&self, head: &Checkpoint, ending: &str, note: &str) -> Result<(), WitnessError> {
        let root = hex::encode(head.root.get(..8).unwrap_or_default());
        let name = format!("{}-{root}.{ending}", head.size);
        if self.path(&head.origin, &name).exists() {
            return Ok(());
        }
        self.write(&head.origin, &name, note)
    }

    fn write(&self, origin: &str, ending: &str, note: &str) -> Result<(), WitnessError> {
        let path = self.path(origin, ending);
        let draft = self.path(origin, "draft");
        let written = write_private(&draft, note)
            .and_then(|()| std::fs::rename(&draft, &path))
            .and_then(|()| std::fs::File::open(&self.folder)?.sync_all());
        written.map_err(|source| WitnessError::File { path, source })
    }
}

/// Writes a file that is its owner's alone, down to the disk.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Old size, proof, empty line, note.
fn read_request(body: &str) -> Option<Request> {
    let (head, note) = body.split_once("\n\n")?;
    let mut lines = head.lines();
    let old = lines.next()?.strip_prefix("old ")?;
    let size: u64 = old.parse().ok()?;
    let mut proof = Vec::new();
    for line in lines {
        proof.push(Hash::try_from(STANDARD.decode(line).ok()?).ok()?);
    }
    let is_plain = size.to_string() == old && proof.len() <= LONGEST;
    is_plain.then(|| Request {
        old: size,
        proof,
        note: note.to_owned(),
    })
}

/// The text of a request to cosign a note.
#[must_use]
pub fn write_request(old: u64, proof: &[Hash], note: &str) -> String {
    let mut text = format!("old {old}\n");
    for hash in proof {
        text.push_str(&STANDARD.encode(hash));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(note);
    text
}
