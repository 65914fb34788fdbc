//! `minyi demo`: five counties, two waves, several thousand simulated residents, ready to be tried.
//!
//! Uses: the services that staff and residents use, and `web`. Promises: the answers go through the real
//! intake; everything invented is labelled as such where surveys and results are shown; the seed decides every simulated person
//! and answer (keys, codes and passwords are fresh each time); without `--data` the folder is gone
//! afterwards. The demonstration has a calendar of its own.

mod residents;
mod story;
mod welcome;

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};

use clap::Args;

use self::story::{Ready, Story, moment, run_clock};
use super::instance::{internal, listen, make_folder, runtime, stop_on_signal};
use super::progress::Progress;
use super::{Console, Failure};
use crate::i18n::Lang;
use crate::service::app::{App, AppConfig, OpenError};
use crate::service::keys::{Keys, KeysError};
use crate::survey::time::{Clock, Zone};

/// Shows everything with simulated residents: answer on a phone, close the wave, read the result.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Folder in which the demonstration is kept; without it, it is gone afterwards.
    #[arg(long = "data", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to listen; 0.0.0.0 lets a phone in the same network in. Without a port: 8080.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    addr: String,
    /// Simulated answers of each wave (10,000 people are invited).
    #[arg(long, value_name = "N", default_value_t = 4500,
          value_parser = clap::value_parser!(u32).range(100..=9000))]
    responses: u32,
    /// Decides who lives in the demonstration, who answers, and what.
    #[arg(long, value_name = "S", default_value_t = 2026)]
    seed: u64,
}

/// Why there is no demonstration.
#[derive(Debug, thiserror::Error)]
pub(super) enum DemoError {
    /// The instance.
    #[error("the instance does not start")]
    Open(#[from] OpenError),
    /// Its keys.
    #[error("no keys could be made")]
    Keys(#[from] KeysError),
    /// A password.
    #[error("no password could be made")]
    Password(#[from] crate::service::password::HashError),
    /// An account.
    #[error("no account could be made")]
    Account(#[from] crate::service::accounts::CreateError),
    /// The example's data.
    #[error("the example's data were refused")]
    Import(#[from] crate::service::import::ImportError),
    /// Rows of the example's data.
    #[error("{} rows of the example's data were refused", .0.len())]
    Rows(Vec<crate::service::import::sheet::RowProblem>),
    /// The example's wave file.
    #[error("the example's wave was refused")]
    File(#[from] crate::service::waves::file::WaveFileError),
    /// A time of the calendar.
    #[error("the calendar cannot be read")]
    Time(#[source] crate::survey::time::InvalidTime),
    /// A step of a wave.
    #[error("a step of a wave was refused")]
    Wave(#[from] crate::service::waves::WaveError),
    /// An answer.
    #[error("an answer was refused")]
    Intake(#[from] crate::service::intake::IntakeError),
    /// A batch.
    #[error("no batch was made")]
    Batch(#[from] crate::service::batch::BatchError),
    /// The close.
    #[error("the first wave could not be closed")]
    Close(#[from] crate::service::close::CloseError),
    /// The standard or the indicators.
    #[error("the standard or the indicators were refused")]
    Evaluation(#[from] crate::service::evaluate::EvaluationError),
    /// A simulated resident.
    #[error("a simulated resident was interrupted")]
    Interrupted(#[from] tokio::task::JoinError),
}

impl Demo {
    /// Plays both waves and serves until told to stop.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let folder = Folder::make(self.data.as_deref(), lang)?;
        runtime(lang)?.block_on(self.serve(&folder, console))
    }

    async fn serve(self, folder: &Folder, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let listener = listen(lang, &self.addr).await?;
        let address = listener.local_addr().map_err(|e| internal(lang, e))?;
        let port = address.port();
        let site = site(address.ip(), port);
        let (app, ready) = self.prepare(folder.path(), &site, lang).await?;
        crate::service::audit::keep_linking(&app);
        crate::service::fieldwork::keep_counting(&app);
        crate::service::rules::keep_applying(&app);
        crate::service::release::keep_publishing(&app);
        crate::service::retention::keep_forgetting(&app);
        crate::service::batch::keep_running(&app, crate::service::batch::PACE);
        run_clock(&app);
        stop_on_signal(lang, &app)?;
        console.print(&welcome::text(lang, &app, &ready, port))?;
        let served = crate::web::serve(app.clone(), listener).await;
        app.shutdown().await;
        served.map_err(|error| internal(lang, error))
    }

    async fn prepare(
        &self,
        folder: &Path,
        site: &str,
        lang: Lang,
    ) -> Result<(App, Ready), Failure> {
        let attempt = async {
            let zone = Zone::shanghai();
            let clock = Clock::at(moment(story::BEGIN, &zone)?);
            let config = AppConfig::embedded(folder, clock, zone, site);
            Keys::init(&config.keys)?;
            let app = App::open(config).await?;
            let progress = Progress::start();
            let story = Story {
                app: &app,
                lang,
                progress: &progress,
                seed: self.seed,
                responses: usize::try_from(self.responses).unwrap_or(usize::MAX),
            };
            let ready = story.play().await?;
            Ok((app, ready))
        };
        attempt
            .await
            .map_err(|error: DemoError| Failure::internal(lang.t("demo-attempted"), error))
    }
}

/// The address that people type: this machine, or, when everybody may connect, its address in the network.
fn site(listening: IpAddr, port: u16) -> String {
    if listening.is_loopback() {
        return format!("http://localhost:{port}");
    }
    let host = if listening.is_unspecified() {
        network_address().unwrap_or(listening)
    } else {
        listening
    };
    format!("http://{}", SocketAddr::new(host, port))
}

/// This machine's address in its network. Connecting a UDP socket sends nothing; it only asks the
/// system which address it would use (the target is one of those reserved for documentation).
fn network_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// Where the demonstration lives.
enum Folder {
    /// The visitor's choice; it stays.
    Kept(PathBuf),
    /// Gone when dropped.
    Temporary(tempfile::TempDir),
}

impl Folder {
    fn make(chosen: Option<&Path>, lang: Lang) -> Result<Self, Failure> {
        let Some(path) = chosen else {
            let made = tempfile::Builder::new().prefix("minyi-demo-").tempdir();
            return made.map(Self::Temporary).map_err(|e| internal(lang, e));
        };
        make_folder(path).map_err(|e| internal(lang, e))?;
        let mut inside = std::fs::read_dir(path).map_err(|e| internal(lang, e))?;
        if inside.next().is_some() {
            let shown = path.display().to_string();
            let args = [("path", shown.into())];
            return Err(Failure::input(lang.t_with("demo-folder-full", &args)));
        }
        Ok(Self::Kept(path.to_owned()))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Temporary(folder) => folder.path(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_one_that_people_can_type() {
        let local: IpAddr = "127.0.0.1".parse().unwrap();
        assert_eq!(site(local, 8080), "http://localhost:8080");
        let other: IpAddr = "10.1.2.3".parse().unwrap();
        assert_eq!(site(other, 80), "http://10.1.2.3:80");
        let six: IpAddr = "fd00::1".parse().unwrap();
        assert_eq!(site(six, 80), "http://[fd00::1]:80");
    }

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Folder::make(Some(folder.path()), Lang::En).is_ok());
        std::fs::write(folder.path().join("a"), "b").unwrap();
        assert!(Folder::make(Some(folder.path()), Lang::En).is_err());
        assert_eq!(std::fs::read(folder.path().join("a")).unwrap(), b"b");
    }
}
