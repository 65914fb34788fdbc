//! The real program on an instance with fieldwork under way: started, killed, started again.
//!
//! The released program knows only the machine's clock, so the wave opened a day ago and ends in six.

use std::ffi::OsString;
use std::fs::File;
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant as Moment};

use minyi::service::app::{App, AppConfig, Part, Schema};
use minyi::service::close;
use minyi::service::import::{self, About};
use minyi::service::keys::Keys;
use minyi::service::sampling::draw_sample;
use minyi::service::waves::{self, file};
use minyi::storage::{Durability, Source};
use minyi::survey::account::Account;
use minyi::survey::ids::WaveId;
use minyi::survey::role::Role;
use minyi::survey::time::{Clock, Instant, Zone};
use minyi::survey::wave::{Wave, WaveSlug};
use tempfile::TempDir;

/// The wave's name in addresses.
pub const SLUG: &str = "crash";

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long the program may take to answer its first request.
const START: Duration = Duration::from_secs(60);

/// An instance on disk with an open wave, used by whichever processes the test starts.
pub struct Site {
    /// The wave.
    pub wave: Wave,
    /// Codes as printed, with their county; codes of one variance unit are neighbors.
    pub codes: Vec<(String, String)>,
    /// Folder of the instance's data.
    pub data: PathBuf,
    /// Folder of the urn's data, if it is another one.
    pub urn_data: Option<PathBuf>,
    office: Source,
    urn: Source,
    ada: Account,
    ben: Account,
    _folder: TempDir,
}

impl Site {
    /// Two files whose commits wait for the disk, and this many codes in each of two counties.
    pub async fn sqlite(invitations: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = |name: &str| Source::Sqlite {
            path: folder.path().join("data").join(name),
            durability: Durability::Full,
        };
        let (office, urn) = (file("office.sqlite"), file("urn.sqlite"));
        Self::on(office, urn, folder, invitations).await
    }

    /// Two folders: of the office's program and of the urn's.
    pub async fn apart(invitations: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = |name: &str| Source::Sqlite {
            path: folder.path().join(name),
            durability: Durability::Full,
        };
        let (office, urn) = (file("data/office.sqlite"), file("urn/urn.sqlite"));
        Self::made(office, urn, folder, invitations, true).await
    }

    /// The same with two databases.
    pub async fn apart_on(office: Source, urn: Source, invitations: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::made(office, urn, folder, invitations, true).await
    }

    /// One folder on two empty databases.
    pub async fn on(office: Source, urn: Source, folder: TempDir, invitations: usize) -> Self {
        Self::made(office, urn, folder, invitations, false).await
    }

    async fn made(
        office: Source,
        urn: Source,
        folder: TempDir,
        invitations: usize,
        is_apart: bool,
    ) -> Self {
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("a folder");
        let urn_data = is_apart.then(|| folder.path().join("urn"));
        match &urn_data {
            None => drop(Keys::init(&data.join("keys")).expect("keys are made")),
            Some(other) => init_apart(&data.join("keys"), &other.join("keys")),
        }
        let now = Clock::Real.now();
        let open = |part| {
            let clock = Clock::at(now.minus(2 * DAY));
            let config = config(&data, urn_data.as_deref(), &office, &urn, clock);
            App::open(config.of(part))
        };
        // Where there are two programs, the office draws without the urn.
        let before = if is_apart { Part::Office } else { Part::Both };
        let mut app = open(before).await.expect("the instance starts");
        app.blind_keys = super::blind::maker();
        let ada = super::instance::account(&app, "ada", Role::Organizer).await;
        let ben = super::instance::account(&app, "ben", Role::Organizer).await;
        import(&app, &ada).await;
        let (slug, codes) = draw_wave(&app, &ada, &ben, now, invitations).await;
        app.shutdown().await;
        let app = open(Part::Both).await.expect("the instance starts");
        let wave = waves::open(&app, &ada, &slug).await.expect("opened");
        app.shutdown().await;
        Self {
            wave,
            codes,
            data,
            urn_data,
            office,
            urn,
            ada,
            ben,
            _folder: folder,
        }
    }

    /// The instance inside this process, at a time of its own.
    pub async fn open(&self, clock: Clock) -> App {
        let urn_data = self.urn_data.as_deref();
        let config = config(&self.data, urn_data, &self.office, &self.urn, clock);
        App::open(config).await.expect("the instance opens")
    }

    /// The wave's id.
    pub fn id(&self) -> WaveId {
        self.wave.id
    }

    /// Two people close the wave at its announced end.
    pub async fn close(&self) {
        let app = self.open(Clock::at(self.wave.closes_at)).await;
        waves::ask_close(&app, &self.ada, &self.wave.slug, None)
            .await
            .expect("asked");
        close::confirm_close(&app, &self.ben, &self.wave.slug)
            .await
            .expect("closed");
        app.shutdown().await;
    }

    /// The same wave and people on other stores, with the data in this folder.
    pub fn elsewhere(&self, folder: TempDir, office: Source, urn: Source) -> Self {
        Self {
            wave: self.wave.clone(),
            codes: self.codes.clone(),
            data: folder.path().join("data"),
            urn_data: None,
            office,
            urn,
            ada: self.ada.clone(),
            ben: self.ben.clone(),
            _folder: folder,
        }
    }

    /// The two people who run the wave.
    pub fn people(&self) -> (&Account, &Account) {
        (&self.ada, &self.ben)
    }

    /// Runs another command of the program on the same stores.
    pub fn command(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_minyi"))
            .args(words)
            .args(self.arguments())
            .env("LC_ALL", "en_US.UTF-8")
            .env("MINYI_PASSWORD", super::instance::PASSWORD)
            .stdin(Stdio::null())
            .output()
            .expect("the program starts")
    }

    /// Arguments of the program of one part, which tell it of its own store.
    pub fn arguments_of(&self, part: Part) -> Vec<OsString> {
        let (folder, option, source) = match part {
            Part::Urn => (&self.urn_data, "--urn-url", &self.urn),
            Part::Office | Part::Both => (&None, "--office-url", &self.office),
        };
        let folder = folder.as_ref().unwrap_or(&self.data);
        let mut arguments = vec!["--data".into(), folder.clone().into()];
        if let Source::Postgres { urls } = source {
            arguments.extend([option.into(), urls[0].clone().into()]);
        }
        arguments
    }

    /// Arguments that tell the program where the stores are.
    fn arguments(&self) -> Vec<OsString> {
        let mut arguments = vec!["--data".into(), self.data.clone().into()];
        if let Some(folder) = &self.urn_data {
            arguments.extend(["--urn-data".into(), folder.clone().into()]);
        }
        for (option, source) in [("--office-url", &self.office), ("--urn-url", &self.urn)] {
            if let Source::Postgres { urls } = source {
                for url in urls {
                    arguments.extend([option.into(), url.into()]);
                }
            }
        }
        arguments
    }
}

/// Keys of two programs, which sign under one.
fn init_apart(office: &Path, urn: &Path) {
    Keys::init_office(office).expect("keys are made");
    std::fs::create_dir_all(urn).expect("a folder");
    let name = "log-signing.key";
    std::fs::copy(office.join(name), urn.join(name)).expect("a copy");
    Keys::init_urn(urn).expect("keys are made");
}

fn config(
    data: &Path,
    urn_data: Option<&Path>,
    office: &Source,
    urn: &Source,
    clock: Clock,
) -> AppConfig {
    AppConfig {
        office: office.clone(),
        urn: urn.clone(),
        urn_keys: urn_data.map(|folder| folder.join("keys")),
        schema: Schema::Migrate,
        ..AppConfig::embedded(data, clock, Zone::shanghai(), "http://localhost")
    }
}

async fn import(app: &App, ada: &Account) {
    let about = About {
        name: SLUG.to_owned(),
        source: "example".to_owned(),
        synthetic: true,
    };
    let (office, clock) = (&app.office, &app.clock);
    let areas = include_bytes!("../../examples/yangquan/areas.csv");
    import::areas(office, clock, ada, areas)
        .await
        .expect("areas");
    let frame = include_bytes!("../../examples/yangquan/frame.csv");
    import::frame(office, clock, ada, &about, frame)
        .await
        .expect("a frame");
    let margins = include_bytes!("../../examples/yangquan/margins.csv");
    import::margins(office, clock, ada, &about, margins)
        .await
        .expect("margins");
}

async fn draw_wave(
    app: &App,
    ada: &Account,
    ben: &Account,
    now: Instant,
    invitations: usize,
) -> (WaveSlug, Vec<(String, String)>) {
    let local = |at: Instant| app.zone.minute(at).replace(' ', "T");
    let (opens, closes) = (local(now.minus(DAY)), local(now.plus(6 * DAY)));
    // No village of the example is asked for more addresses than it has.
    let psus = (invitations / 400).max(16);
    let text = format!(
        r#"
        slug = "{SLUG}"
        title = {{ zh-CN = "演练", en = "Drill" }}
        opens_at = "{opens}"
        closes_at = "{closes}"
        synthetic = true
        frame = "{SLUG}"
        margins = "{SLUG}"
        [sample]
        unit = "person"
        counties = [
          {{ county = "140321", psus = {psus}, invitations = {invitations} }},
          {{ county = "140322", psus = {psus}, invitations = {invitations} }},
        ]
        "#
    );
    let draft = file::read(&text, &app.zone, |name| Err(name.to_owned())).expect("a wave file");
    let slug: WaveSlug = draft.wave.slug.clone();
    waves::create(app, ada, &draft).await.expect("made");
    waves::ask_seal(app, ada, &slug).await.expect("asked");
    waves::confirm_seal(app, ben, &slug).await.expect("sealed");
    let drawn = draw_sample(app, ada, &slug, "4 2 6 1")
        .await
        .expect("drawn");
    let codes = drawn.tickets.iter().map(|ticket| {
        let county = ticket.place.county.as_str().to_owned();
        (ticket.code.printed(), county)
    });
    (slug, codes.collect())
}

/// What a started program gets beside its stores.
#[derive(Default)]
pub struct Setup {
    /// Further arguments of `serve`.
    pub arguments: Vec<OsString>,
    /// Variables of its environment.
    pub environment: Vec<(OsString, OsString)>,
}

/// A running `minyi serve`; killed when dropped.
pub struct Node {
    /// Address of its pages, without a slash at the end.
    pub site: String,
    /// What it says.
    pub log: PathBuf,
    child: Child,
}

impl Node {
    /// Starts the program and waits until it answers.
    pub async fn start(site: &Site) -> Self {
        Self::start_with(site, &Setup::default()).await
    }

    /// The same with more arguments or variables.
    pub async fn start_with(site: &Site, setup: &Setup) -> Self {
        let begun = Moment::now();
        loop {
            let mut node = Self::spawn(site, setup);
            loop {
                let answered = reqwest::get(format!("{}/s/{SLUG}/140321", node.site)).await;
                if answered.is_ok_and(|answer| answer.status().is_success()) {
                    return node;
                }
                // Somebody else took the port in between, or the program says why it does not start.
                if node.child.try_wait().expect("a child").is_some() {
                    break;
                }
                assert!(begun.elapsed() < START, "no answer; {}", node.said());
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            let taken = node.said().contains("in use");
            assert!(
                taken && begun.elapsed() < START,
                "it ended; {}",
                node.said()
            );
        }
    }

    fn spawn(site: &Site, setup: &Setup) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let log = site.data.join("log");
        let said = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .expect("a log");
        let child = Command::new(env!("CARGO_BIN_EXE_minyi"))
            .arg("serve")
            .args(site.arguments())
            .env("MINYI_PUBLIC_URL", "http://localhost")
            .args(["--addr", &format!("127.0.0.1:{port}")])
            .args(&setup.arguments)
            .envs(setup.environment.iter().cloned())
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(said.try_clone().expect("a log"))
            .stderr(said)
            .spawn()
            .expect("the program starts");
        Self {
            site: format!("http://127.0.0.1:{port}"),
            log,
            child,
        }
    }

    /// The program's process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Everything that was said by the programs of this site.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// `kill -9`: nothing of the process runs any more when this returns.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        let ended = self.child.wait().expect("a child");
        assert_eq!(ended.signal(), Some(9), "killed, not ended by itself");
    }

    /// SIGTERM: it answers what it has and ends.
    pub fn terminate(mut self) -> ExitStatus {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()), "a signal");
        self.child.wait().expect("a child")
    }

    /// Memory of the process in use, in kilobytes.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()));
        let status = status.expect("a running process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.and_then(|n| n.parse().ok()).expect("a number")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("the program said:\n{}", self.said());
        }
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
