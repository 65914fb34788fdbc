//! PostgreSQL servers of one test, to be killed, started again and promoted.
//!
//! All have Unix sockets in one folder and differ by their port. As with the run's own server, a shell
//! that holds one end of a pipe ends them and removes the folder when this process is gone.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use minyi::storage::Source;

use super::postgres::{as_ordinary_user, programs, watched};

const SCRIPT: &str = r#"
trap "" INT TERM HUP
dir=$(mktemp -d "${TMPDIR:-/tmp}/minyi-cluster-XXXXXX") || exit 1
echo "$dir"
read -r _
for file in "$dir"/*/postmaster.pid; do
    pid=$(head -n 1 "$file" 2>/dev/null) || continue
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = postgres ] && kill -QUIT "$pid"
done
sleep 1
cd / && rm -rf "$dir"
"#;

/// How long a server may take to answer.
const START: Duration = Duration::from_secs(60);

/// Some servers.
pub struct Cluster {
    folder: PathBuf,
    bin: PathBuf,
    running: Mutex<HashMap<Server, Child>>,
    _watch: Child,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Server(u16);

/// The first server.
pub const FIRST: Server = Server(5432);
/// The second one.
pub const SECOND: Server = Server(5433);

impl Cluster {
    /// The first server, running and empty.
    pub fn start() -> Self {
        let bin = programs().expect("PostgreSQL is installed");
        let (watch, folder) = watched(SCRIPT, &bin);
        let cluster = Self {
            folder,
            bin,
            running: Mutex::default(),
            _watch: watch,
        };
        cluster.init(FIRST);
        cluster.run(FIRST);
        cluster
    }

    /// Another server with nothing in common with the others but the folder.
    pub fn add(&self, server: Server) {
        self.init(server);
        self.run(server);
    }

    /// A standby of the first server, without which the first acknowledges nothing any more.
    pub fn add_standby(&self) {
        let to = self.data(SECOND);
        let arguments = ["-U", "minyi", "-X", "stream", "-c", "fast", "-R", "-D"];
        let arguments: Vec<&str> = arguments.into_iter().chain([text(&to)]).collect();
        self.done("pg_basebackup", FIRST, &arguments);
        self.run(SECOND);
        self.psql(FIRST, "ALTER SYSTEM SET synchronous_standby_names = '*'");
        self.psql(FIRST, "SELECT pg_reload_conf()");
        self.wait_until_synchronous();
    }

    fn wait_until_synchronous(&self) {
        let begun = Instant::now();
        let synchronous = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        while self.psql(FIRST, synchronous).trim() != "1" {
            assert!(begun.elapsed() < START, "the standby follows");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The standby takes over.
    pub fn promote(&self) {
        self.psql(SECOND, "SELECT pg_promote()");
    }

    /// A standby of the first server under this name, which waits for nobody once it is promoted.
    pub fn add_standby_named(&self, name: &str) {
        let (to, from) = (self.data(SECOND), format!("application_name={name}"));
        let arguments = [
            "-U", "minyi", "-X", "stream", "-c", "fast", "-R", "-d", &from, "-D",
        ];
        let arguments: Vec<&str> = arguments.into_iter().chain([text(&to)]).collect();
        self.done("pg_basebackup", FIRST, &arguments);
        self.run_with(SECOND, "-c synchronous_standby_names=");
        self.wait_until_synchronous();
    }

    /// Runs a shell script as the image of PostgreSQL would.
    pub fn script(&self, server: Server, path: &Path) {
        let (bin, old) = (
            self.bin.display(),
            std::env::var("PATH").unwrap_or_default(),
        );
        let done = as_ordinary_user(Path::new("/bin/sh"))
            .args(["-s", "init"])
            .current_dir("/")
            .env("PATH", format!("{bin}:{old}"))
            .env("PGHOST", &self.folder)
            .env("PGPORT", server.0.to_string())
            .env("PGDATA", self.data(server))
            .env("POSTGRES_USER", "minyi")
            .stdin(fs::File::open(path).expect("a script"))
            .output()
            .expect("a shell");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{}: {said}", path.display());
    }

    fn init(&self, server: Server) {
        let done = as_ordinary_user(&self.bin.join("initdb"))
            .args([
                "-U",
                "minyi",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
                "-D",
            ])
            .arg(self.data(server))
            .current_dir("/")
            .output()
            .expect("initdb runs");
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    /// Starts a server that was killed.
    pub fn run(&self, server: Server) {
        self.run_with(server, "");
    }

    fn run_with(&self, server: Server, more: &str) {
        self.spawn(server, more);
        let begun = Instant::now();
        while !self.answers(server) {
            assert!(begun.elapsed() < START, "server {server:?} does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Starts a server, which may not answer yet.
    fn spawn(&self, server: Server, more: &str) {
        let settings = format!(
            "exec '{}' -D '{}' -c listen_addresses= -c unix_socket_directories='{}' \
             -c port={} -c max_connections=100 {more} \
             >>'{}/log' 2>&1 </dev/null",
            self.bin.join("postgres").display(),
            self.data(server).display(),
            self.folder.display(),
            server.0,
            self.folder.display(),
        );
        let child = as_ordinary_user(Path::new("/bin/sh"))
            .args(["-c", &settings])
            .current_dir("/")
            .stderr(Stdio::null())
            .spawn()
            .expect("a server starts");
        self.running.lock().unwrap().insert(server, child);
    }

    fn answers(&self, server: Server) -> bool {
        let mut asked = self.program("pg_isready", server);
        asked.args(["-q", "-U", "minyi"]);
        asked.status().is_ok_and(|status| status.success())
    }

    /// `kill -9` of the server and everything that belongs to it, as when its machine dies: whatever works in its
    /// folder, looked for again until nothing does. A session that the server forked between a look and its end
    /// would live on and hold the memory that the next server wants.
    pub fn kill(&self, server: Server) {
        let data = fs::canonicalize(self.data(server)).expect("a folder");
        let begun = Instant::now();
        loop {
            let family = working_in(&data);
            if family.is_empty() {
                break;
            }
            assert!(begun.elapsed() < START, "killed processes end");
            // One that ended by itself meanwhile is as dead as the others.
            let _ = Command::new("kill")
                .arg("-9")
                .args(family)
                .stderr(Stdio::null())
                .status();
            std::thread::sleep(Duration::from_millis(5));
        }
        // Waited for: a zombie would still hold the lock of its folder.
        let child = self.running.lock().unwrap().remove(&server);
        child.expect("it was started").wait().expect("a child");
    }

    /// Runs one statement and returns what it prints.
    pub fn psql(&self, server: Server, statement: &str) -> String {
        self.psql_in(server, "postgres", statement)
    }

    /// The same in one of its databases.
    pub fn psql_in(&self, server: Server, database: &str, statement: &str) -> String {
        let arguments = [
            "-qtAX",
            "-v",
            "ON_ERROR_STOP=1",
            "-U",
            "minyi",
            "-d",
            database,
            "-c",
            statement,
        ];
        self.done("psql", server, &arguments)
    }

    /// One database at the addresses of these servers.
    pub fn source(&self, servers: &[Server], database: &str) -> Source {
        let url = |server: &Server| self.url(*server, database);
        Source::Postgres {
            urls: servers.iter().map(url).collect(),
        }
    }

    /// Address of a database.
    pub fn url(&self, server: Server, database: &str) -> String {
        let host = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://minyi@{host}:{}/{database}", server.0)
    }

    /// Folder of the sockets.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn data(&self, server: Server) -> PathBuf {
        self.folder.join(server.0.to_string())
    }

    fn program(&self, name: &str, server: Server) -> Command {
        let mut command = as_ordinary_user(&self.bin.join(name));
        command.current_dir("/").arg("-h").arg(&self.folder);
        command.args(["-p", &server.0.to_string()]);
        command
    }

    fn done(&self, name: &str, server: Server, arguments: &[&str]) -> String {
        let done = self.program(name, server).args(arguments).output();
        let done = done.expect("a program of PostgreSQL");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{name} {arguments:?}: {said}");
        String::from_utf8(done.stdout).expect("text")
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// The processes that work in a folder; one that has ended and is not waited for yet works nowhere.
fn working_in(folder: &Path) -> Vec<String> {
    let processes = fs::read_dir("/proc").expect("a proc file system").flatten();
    processes
        .filter(|entry| fs::read_link(entry.path().join("cwd")).is_ok_and(|at| at == folder))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}
