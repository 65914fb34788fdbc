//! The house stands: rooms name only the rooms below them, files stay small, words that nobody
//! should read stay out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

/// Room → rooms it may name. `i18n` holds sentences and is named by whoever speaks to people.
const EDGES: &[(&str, &[&str])] = &[
    ("stats", &[]),
    ("ledger", &[]),
    ("survey", &["stats"]),
    ("evaluation", &["stats", "survey"]),
    ("report", &["stats", "survey", "evaluation", "i18n"]),
    ("storage", &["stats", "survey", "evaluation", "ledger"]),
    (
        "service",
        &[
            "stats",
            "survey",
            "evaluation",
            "ledger",
            "report",
            "storage",
            "i18n",
        ],
    ),
    (
        "web",
        &[
            "stats",
            "survey",
            "evaluation",
            "ledger",
            "report",
            "service",
            "i18n",
        ],
    ),
    (
        "cli",
        &[
            "stats",
            "survey",
            "evaluation",
            "ledger",
            "report",
            "service",
            "web",
            "i18n",
        ],
    ),
    ("i18n", &[]),
];

/// External crates that the pure rooms may name; everything else there is a leak.
const PURE_CRATES: &[(&str, &[&str])] = &[
    (
        "stats",
        &[
            "nalgebra",
            "statrs",
            "rand",
            "serde",
            "serde_json",
            "thiserror",
        ],
    ),
    (
        "ledger",
        &[
            "sha2",
            "hmac",
            "chacha20poly1305",
            "ed25519_dalek",
            "subtle",
            "zeroize",
            "thiserror",
            "hex",
            "base64",
            "rand",
            "rsa",
            "blind_rsa_signatures",
        ],
    ),
    (
        "survey",
        &[
            "serde",
            "serde_json",
            "toml",
            "thiserror",
            "sha2",
            "hmac",
            "subtle",
            "zeroize",
            "hex",
            "rand",
            "uuid",
            "jiff",
            "csv",
        ],
    ),
    (
        "evaluation",
        &[
            "serde",
            "serde_json",
            "toml",
            "thiserror",
            "jiff",
            "csv",
            "rand",
            "sha2",
            "hex",
        ],
    ),
];

/// Files that may be longer than `HARD_LIMIT` lines, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];
const HARD_LIMIT: usize = 600;

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut queue = vec![dir.to_path_buf()];
    while let Some(next) = queue.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                queue.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn room_of(file: &Path) -> Option<String> {
    let inside = file.strip_prefix(source()).unwrap();
    let first = inside.components().next()?.as_os_str().to_str()?;
    let room = first.strip_suffix(".rs").unwrap_or(first);
    (room != "lib" && room != "main").then(|| room.to_owned())
}

/// Every `a::b` pair in the code, comments and strings left out; groups `crate::{a, b}` unfolded.
fn paths(stream: TokenStream, found: &mut Vec<(String, Vec<String>)>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => paths(group.stream(), found),
            TokenTree::Ident(ident) => {
                let after_colons =
                    at >= 2 && is_colon(&tokens[at - 1]) && is_colon(&tokens[at - 2]);
                let before_colons = tokens.get(at + 1).is_some_and(is_colon)
                    && tokens.get(at + 2).is_some_and(is_colon);
                if after_colons || !before_colons {
                    continue;
                }
                let next = match tokens.get(at + 3) {
                    Some(TokenTree::Ident(next)) => vec![next.to_string()],
                    Some(TokenTree::Group(group)) => first_idents(group.stream()),
                    _ => Vec::new(),
                };
                found.push((ident.to_string(), next));
            }
            _ => {}
        }
    }
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')
}

fn first_idents(stream: TokenStream) -> Vec<String> {
    let mut at_start = true;
    let mut found = Vec::new();
    for token in stream {
        match token {
            TokenTree::Ident(ident) if at_start => {
                found.push(ident.to_string());
                at_start = false;
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' => at_start = true,
            _ => at_start = false,
        }
    }
    found
}

/// A name and the file that has it.
type Named = BTreeSet<(String, PathBuf)>;

/// Room → what it names below `crate::`, and the first segments of its other paths.
fn names() -> BTreeMap<String, (Named, Named)> {
    let mut rooms: BTreeMap<String, (BTreeSet<_>, BTreeSet<_>)> = BTreeMap::new();
    for file in rust_files(&source()) {
        let Some(room) = room_of(&file) else { continue };
        let text = fs::read_to_string(&file).unwrap();
        let stream: TokenStream = text.parse().expect("source parses");
        let mut found = Vec::new();
        paths(stream, &mut found);
        let entry = rooms.entry(room).or_default();
        for (first, nexts) in found {
            if first == "crate" {
                for next in nexts {
                    entry.0.insert((next, file.clone()));
                }
            } else {
                entry.1.insert((first, file.clone()));
            }
        }
    }
    rooms
}

#[test]
fn rooms_name_only_the_rooms_below_them() {
    let allowed: BTreeMap<&str, &[&str]> = EDGES.iter().copied().collect();
    let mut wrong = Vec::new();
    for (room, (inside, _)) in names() {
        let may = allowed
            .get(room.as_str())
            .unwrap_or_else(|| panic!("room {room} is not in EDGES"));
        for (named, file) in inside {
            let is_room = allowed.contains_key(named.as_str());
            if is_room && named != room && !may.contains(&named.as_str()) {
                wrong.push(format!("{} names crate::{named}", file.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "edges that are not in the picture of src/lib.rs:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn pure_rooms_name_only_their_own_crates() {
    let dependencies: BTreeSet<String> = manifest_dependencies();
    let mut wrong = Vec::new();
    for (room, (_, outside)) in names() {
        let Some((_, may)) = PURE_CRATES.iter().find(|(name, _)| *name == room) else {
            continue;
        };
        for (named, file) in outside {
            if dependencies.contains(&named) && !may.contains(&named.as_str()) {
                wrong.push(format!("{} names the crate {named}", file.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "crates that a pure room must not name:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn pure_rooms_take_no_time_and_touch_no_files() {
    let mut wrong = Vec::new();
    for room in ["stats", "ledger", "survey", "evaluation"] {
        for file in rust_files(&source().join(room)) {
            let text = fs::read_to_string(&file).unwrap();
            for banned in [
                "std::fs",
                "std::net",
                "std::env",
                "SystemTime::now",
                "Instant::now",
                "async fn",
            ] {
                let clock = room == "survey" && file.ends_with("time.rs");
                if text.contains(banned) && !(clock && banned.ends_with("::now")) {
                    wrong.push(format!("{} has {banned}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_small() {
    let mut wrong = Vec::new();
    for file in rust_files(&source()) {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        let name = file.strip_prefix(source()).unwrap().display().to_string();
        let excused = LONG_FILES.iter().any(|(long, _)| *long == name);
        if lines > HARD_LIMIT && !excused {
            wrong.push(format!("{name}: {lines} lines"));
        }
        if lines <= HARD_LIMIT && excused {
            wrong.push(format!("{name} is short now: take it off LONG_FILES"));
        }
    }
    assert!(wrong.is_empty(), "split these:\n{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<_> = rust_files(&source())
        .into_iter()
        .filter(|file| !fs::read_to_string(file).unwrap().starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "no module header: {silent:?}");
}

/// `pub fn` of `stats` whose comment has no example.
fn without_example(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let mut found = Vec::new();
    let mut example = false;
    for line in text.lines().map(str::trim_start) {
        if line == "mod tests {" {
            break;
        }
        if line.starts_with("///") {
            example |= line.contains("```");
            continue;
        }
        let signature = line
            .strip_prefix("pub fn ")
            .or(line.strip_prefix("pub const fn "));
        if let Some(rest) = signature
            && !example
        {
            let name = rest.split(['(', '<']).next().unwrap();
            found.push(format!(
                "{}: {name}",
                file.strip_prefix(source()).unwrap().display()
            ));
        }
        // Attributes stand between a comment and its item; everything else ends the comment.
        let item = line.starts_with("pub ") || line.ends_with([';', '{', '}']) || line.is_empty();
        if item {
            example = false;
        }
    }
    found
}

#[test]
fn every_public_function_of_stats_has_an_example_that_is_run() {
    let files = rust_files(&source().join("stats"));
    let silent: Vec<String> = files
        .iter()
        .filter(|file| !file.ends_with("tests.rs"))
        .flat_map(|file| without_example(file))
        .collect();
    assert!(
        silent.is_empty(),
        "no example in the comment of:\n{}",
        silent.join("\n")
    );
}

fn manifest_dependencies() -> BTreeSet<String> {
    let manifest =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let document: toml::Table = manifest.parse().unwrap();
    document["dependencies"]
        .as_table()
        .unwrap()
        .keys()
        .map(|name| name.replace('-', "_"))
        .collect()
}
