//! One PostgreSQL server per run, in a folder under the system's temporary directory.
//!
//! It listens on a Unix socket in that folder only. A shell that holds one end of a pipe watches
//! over it: when this process ends, for whatever reason, the pipe closes, and the shell stops the
//! server and removes the folder. When run by root, the server runs as an ordinary user.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use minyi::storage::{Db, Source, Store};
use tokio::sync::{Mutex, OnceCell};

/// Ordinary users that may own the server when root runs the tests.
const USERS: [&str; 2] = ["postgres", "nobody"];

const SCRIPT: &str = r#"
set -e
trap "" INT TERM HUP
bin=$1
dir=$(mktemp -d "${TMPDIR:-/tmp}/minyi-postgres-XXXXXX")
trap 'cd /; rm -rf "$dir"' EXIT
"$bin/initdb" -D "$dir/data" -U minyi -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1 \
    || { cat "$dir/log" >&2; exit 1; }
"$bin/postgres" -D "$dir/data" -c listen_addresses= -c unix_socket_directories="$dir" \
    -c fsync=off -c full_page_writes=off -c max_connections=300 -c max_wal_size=2GB \
    >>"$dir/log" 2>&1 </dev/null &
server=$!
echo "$dir"
read -r _ || true
kill -INT $server 2>/dev/null || true
wait $server || true
"#;

/// A running server.
pub struct Server {
    folder: PathBuf,
    bin: PathBuf,
    databases: Mutex<u32>,
    /// Holds the pipe that keeps the server alive.
    _watch: Child,
}

static SERVER: OnceCell<Server> = OnceCell::const_new();

/// The server of this run, started by the first test that needs it.
pub async fn server() -> &'static Server {
    SERVER.get_or_init(Server::start).await
}

impl Server {
    async fn start() -> Self {
        let bin = programs().expect(
            "no PostgreSQL server is installed: put initdb and postgres into \
             /usr/lib/postgresql/VERSION/bin or on the PATH (Debian: apt-get install postgresql)",
        );
        let (watch, folder) = watched(SCRIPT, &bin);
        let server = Self {
            folder,
            bin,
            databases: Mutex::new(0),
            _watch: watch,
        };
        server.wait_until_ready();
        for store in [Store::Office, Store::Urn] {
            server.psql(&format!("CREATE DATABASE template_{}", store.name()));
            let db = Db::open(&server.source(&format!("template_{}", store.name())))
                .await
                .expect("the new server answers");
            db.migrate(store)
                .await
                .expect("an empty database can be migrated");
            db.close().await;
        }
        server
    }

    fn wait_until_ready(&self) {
        let started = Instant::now();
        loop {
            let ready = Command::new(self.bin.join("pg_isready"))
                .args(["-q", "-U", "minyi", "-h"])
                .arg(&self.folder)
                .status()
                .is_ok_and(|status| status.success());
            if ready {
                return;
            }
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "PostgreSQL does not answer in {}",
                self.folder.display()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs one statement as the server's superuser.
    pub fn psql(&self, statement: &str) {
        self.psql_in("postgres", statement);
    }

    /// The same in one of its databases.
    pub fn psql_in(&self, database: &str, statement: &str) {
        let done = Command::new(self.bin.join("psql"))
            .args([
                "-q",
                "-X",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "minyi",
                "-d",
                database,
                "-h",
            ])
            .arg(&self.folder)
            .args(["-c", statement])
            .output()
            .expect("psql is installed beside the server");
        assert!(
            done.status.success(),
            "{statement}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    /// A new database with the tables of this store.
    pub async fn clone_of(&self, store: Store) -> Source {
        let mut number = self.databases.lock().await;
        *number += 1;
        let name = format!("{}_{number}", store.name());
        self.psql(&format!(
            "CREATE DATABASE {name} TEMPLATE template_{}",
            store.name()
        ));
        self.source(&name)
    }

    /// Two new databases without tables, `NAME_office` and `NAME_urn`; the address ends in `NAME`.
    pub async fn empty_pair(&self) -> String {
        let mut number = self.databases.lock().await;
        *number += 1;
        let name = format!("pair_{number}");
        for store in [Store::Office, Store::Urn] {
            self.psql(&format!("CREATE DATABASE {name}_{}", store.name()));
        }
        self.url(&name)
    }

    fn source(&self, database: &str) -> Source {
        Source::Postgres {
            urls: vec![self.url(database)],
        }
    }

    fn url(&self, database: &str) -> String {
        let host = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://minyi@{host}/{database}")
    }
}

/// A shell that runs this script, whose first line of output names a folder, for as long as this process
/// lives: it reads from a pipe that nobody else holds.
pub(super) fn watched(script: &str, bin: &Path) -> (Child, PathBuf) {
    let mut watch = as_ordinary_user(Path::new("/bin/sh"))
        .args(["-c", script, "watch"])
        .arg(bin)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell starts");
    let mut folder = String::new();
    BufReader::new(watch.stdout.take().expect("piped"))
        .read_line(&mut folder)
        .expect("the shell names the servers' folder");
    assert!(
        !folder.trim().is_empty(),
        "PostgreSQL could not be set up; see above"
    );
    (watch, PathBuf::from(folder.trim()))
}

/// Where the newest installed server's programs are.
pub(super) fn programs() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            let bin = entry.path().join("bin");
            bin.join("postgres").exists().then_some((version, bin))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin).or_else(|| {
        let asked = Command::new("pg_config").arg("--bindir").output().ok()?;
        let bin = PathBuf::from(String::from_utf8(asked.stdout).ok()?.trim());
        bin.join("postgres").exists().then_some(bin)
    })
}

/// PostgreSQL refuses to run as root.
pub(super) fn as_ordinary_user(program: &Path) -> Command {
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|id| id.stdout == b"0\n");
    if !is_root {
        return Command::new(program);
    }
    let user = USERS
        .into_iter()
        .find(|user| {
            Command::new("id")
                .arg(user)
                .output()
                .is_ok_and(|id| id.status.success())
        })
        .expect("root needs an ordinary user (postgres or nobody) to run PostgreSQL");
    let mut command = Command::new("runuser");
    command.args(["-u", user, "--"]).arg(program);
    command
}
