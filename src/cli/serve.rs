//! `minyi init --data DIR` and `minyi serve --data DIR --addr ADDR --public-url URL`.
//!
//! Uses: `service::app` and `web`. Promises: keys are made only by `init`, never by accident; `serve`
//! answers requests until it is told to stop (Ctrl-C, SIGTERM), lets those under way finish and closes
//! both stores. Addresses that residents see come from `--public-url` alone.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{Console, Failure};
use crate::i18n::Lang;
use crate::service::app::{App, AppConfig, OpenError};
use crate::service::keys::{Keys, KeysError};
use crate::survey::time::{Clock, Zone};

/// Makes the keys and tables of a new instance.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Folder of this instance's data.
    #[arg(long = "data", value_name = "DIR", env = "MINYI_DATA")]
    data: PathBuf,
}

/// Serves the pages of an instance.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Folder of this instance's data.
    #[arg(long = "data", value_name = "DIR", env = "MINYI_DATA")]
    data: PathBuf,
    /// Where to listen.
    #[arg(
        long,
        value_name = "ADDR",
        default_value = "127.0.0.1:8080",
        env = "MINYI_ADDR"
    )]
    addr: SocketAddr,
    /// Address under which residents reach this instance: https, except on this machine.
    #[arg(long, value_name = "URL", env = "MINYI_PUBLIC_URL")]
    public_url: String,
    /// Time zone in which dates are read and written.
    #[arg(
        long,
        value_name = "ZONE",
        default_value = "Asia/Shanghai",
        env = "MINYI_ZONE"
    )]
    zone: String,
}

impl Init {
    /// Makes what is not there.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        std::fs::create_dir_all(&self.data).map_err(|error| internal(lang, error))?;
        let config = config(&self.data, "http://localhost", Zone::shanghai());
        match Keys::init(&config.keys) {
            Ok(_) => {}
            Err(KeysError::Exists { path }) => {
                let path = path.display().to_string();
                return Err(Failure::input(
                    lang.t_with("serve-keys-exist", &[("path", path.into())]),
                ));
            }
            Err(error) => return Err(internal(lang, error)),
        }
        runtime(lang)?.block_on(async {
            let app = App::open(config)
                .await
                .map_err(|error| refusal(lang, error))?;
            app.shutdown().await;
            Ok(())
        })?;
        let path = self.data.display().to_string();
        console.note(&lang.t_with("serve-made", &[("path", path.into())]));
        Ok(())
    }
}

impl Serve {
    /// Serves until told to stop.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        if !is_public(&self.public_url) {
            return Err(Failure::input(lang.t("serve-bad-url")));
        }
        let zone = Zone::named(&self.zone);
        let zone = zone.map_err(|_| {
            Failure::input(lang.t_with("serve-bad-zone", &[("zone", self.zone.as_str().into())]))
        })?;
        let config = config(&self.data, &self.public_url, zone);
        runtime(lang)?.block_on(serve(config, self.addr, console))
    }
}

async fn serve(config: AppConfig, addr: SocketAddr, console: Console) -> Result<(), Failure> {
    let lang = console.lang();
    let listener = TcpListener::bind(addr).await.map_err(|error| {
        let args = [
            ("addr", addr.to_string().into()),
            ("error", error.to_string().into()),
        ];
        Failure::input(lang.t_with("serve-address-taken", &args))
    })?;
    let app = App::open(config)
        .await
        .map_err(|error| refusal(lang, error))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| internal(lang, error))?;
    let stop = app.stop.clone();
    app.tasks.spawn(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
            () = stop.cancelled() => {}
        }
        stop.cancel();
    });
    console.note(&lang.t_with("serve-ready", &[("url", app.public_url.as_ref().into())]));
    let served = crate::web::serve(app.clone(), listener).await;
    app.shutdown().await;
    served.map_err(|error| internal(lang, error))
}

fn config(data: &Path, public_url: &str, zone: Zone) -> AppConfig {
    AppConfig::embedded(data, Clock::Real, zone, public_url)
}

/// Residents' codes travel only inside TLS; on this machine alone nobody can listen.
fn is_public(url: &str) -> bool {
    let rest = url.strip_prefix("https://");
    let local = url.strip_prefix("http://").filter(|rest| {
        let host = rest.split('/').next().unwrap_or_default();
        matches!(
            host.rsplit_once(':').map_or(host, |(host, _)| host),
            "localhost" | "127.0.0.1"
        )
    });
    rest.or(local)
        .is_some_and(|rest| !rest.is_empty() && !rest.contains(['?', '#', ' ']))
}

/// Why the instance does not start: keys are the person's to mend, stores are not.
fn refusal(lang: Lang, error: OpenError) -> Failure {
    match error {
        OpenError::Keys(error) => {
            Failure::input(lang.t_with("serve-keys", &[("error", error.to_string().into())]))
        }
        OpenError::Store(error) => internal(lang, error),
    }
}

fn internal(lang: Lang, error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    Failure::internal(lang.t("serve-attempted"), error)
}

fn runtime(lang: Lang) -> Result<tokio::runtime::Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    built.map_err(|error| internal(lang, error))
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn only_https_or_this_machine_may_be_announced() {
        for good in [
            "https://minyi.example",
            "http://localhost:8080",
            "http://127.0.0.1",
        ] {
            assert!(is_public(good), "{good}");
        }
        for bad in [
            "http://minyi.example",
            "minyi.example",
            "https://",
            "http://localhost.evil",
            "https://a/?b",
        ] {
            assert!(!is_public(bad), "{bad}");
        }
    }
}
