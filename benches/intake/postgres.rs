//! A PostgreSQL server of this run that waits for the disk: `fsync` and `synchronous_commit` are on.
//!
//! A shell that holds one end of a pipe watches over it, as in the tests: when this process ends, for
//! whatever reason, the shell stops the server and removes its folder.

use std::io::{BufRead as _, BufReader, Error, Result};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const SCRIPT: &str = r#"
set -e
trap "" INT TERM HUP
bin=$1
dir=$(mktemp -d "${TMPDIR:-/tmp}/minyi-bench-XXXXXX")
trap 'cd /; rm -rf "$dir"' EXIT
"$bin/initdb" -D "$dir/data" -U minyi -A trust -E UTF8 --locale=C >"$dir/log" 2>&1 \
    || { cat "$dir/log" >&2; exit 1; }
"$bin/postgres" -D "$dir/data" -c listen_addresses= -c unix_socket_directories="$dir" \
    -c fsync=on -c synchronous_commit=on -c max_wal_size=4GB -c shared_buffers=256MB \
    >>"$dir/log" 2>&1 </dev/null &
server=$!
until "$bin/pg_isready" -q -U minyi -h "$dir"; do sleep 0.05; kill -0 $server; done
"$bin/psql" -q -X -U minyi -h "$dir" -d postgres -c 'CREATE DATABASE office' -c 'CREATE DATABASE urn'
echo "$dir $server"
read -r _ || true
kill -INT $server 2>/dev/null || true
wait $server || true
"#;

/// A running server with two empty databases.
pub struct Postgres {
    folder: String,
    /// The server's own process.
    pub id: u32,
    /// Holds the pipe that keeps the server alive.
    watch: Child,
}

impl Postgres {
    pub fn start() -> Result<Self> {
        let bin = programs().ok_or_else(|| {
            Error::other("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
        })?;
        let mut watch = as_ordinary_user()
            .args(["-c", SCRIPT, "watch"])
            .arg(&bin)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let output = watch.stdout.take().ok_or_else(|| Error::other("no pipe"))?;
        BufReader::new(output).read_line(&mut line)?;
        let mut words = line.split_whitespace();
        let (Some(folder), Some(Ok(id))) = (words.next(), words.next().map(str::parse)) else {
            return Err(Error::other("PostgreSQL could not be set up; see above"));
        };
        Ok(Self {
            folder: folder.to_owned(),
            id,
            watch,
        })
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        let host = self.folder.replace('/', "%2F");
        format!("postgres://minyi@{host}/{database}")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        drop(self.watch.wait());
    }
}

/// Where the newest installed server's programs are.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let found = versions.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        let bin = entry.path().join("bin");
        bin.join("postgres").exists().then_some((version, bin))
    });
    found.max().map(|(_, bin)| bin)
}

/// A shell of an ordinary user: PostgreSQL refuses to run as root.
fn as_ordinary_user() -> Command {
    let shell = Path::new("/bin/sh");
    let id = Command::new("id").arg("-u").output();
    if !id.is_ok_and(|id| id.stdout == b"0\n") {
        return Command::new(shell);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(shell);
    command
}
