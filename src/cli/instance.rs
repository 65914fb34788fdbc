//! An instance as commands see it: where it is, how it is opened, why it does not open.
//!
//! For: `minyi init`, `serve`, `import`, `wave`, `demo`. Uses: `service::app`.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::Failure;
use crate::i18n::Lang;
use crate::service::app::{App, OpenError, OpenProblem, Store, StoreProblem};
use crate::survey::time::Zone;

/// An address for commands that make no links.
pub(super) const NO_LINKS: &str = "http://localhost";

/// The time zone of this name.
pub(super) fn zone(lang: Lang, name: &str) -> Result<Zone, Failure> {
    Zone::named(name)
        .map_err(|_| Failure::input(lang.t_with("serve-bad-zone", &[("zone", name.into())])))
}

/// Refuses an address that must not stand on letters.
pub(super) fn check_public(lang: Lang, url: &str) -> Result<(), Failure> {
    if is_public(url) {
        Ok(())
    } else {
        Err(Failure::input(lang.t("serve-bad-url")))
    }
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

/// Why the instance does not start, and what to do about it.
pub(super) fn refusal(lang: Lang, error: OpenError) -> Failure {
    if let OpenError::Keys(error) = error {
        return Failure::input(lang.t_with("serve-keys", &[("error", error.to_string().into())]));
    }
    let Some((store, problem)) = error.store_problem() else {
        return internal(lang, error);
    };
    let (key, found, known) = match problem {
        StoreProblem::Tables { found, known } => {
            let key = match found {
                0 => "serve-no-tables",
                _ if found < known => "serve-old-tables",
                _ => "serve-new-tables",
            };
            (key, found, known)
        }
        StoreProblem::Closed(problem) => (closed(problem), 0, 0),
    };
    let named = [
        ("store", lang.t(store_key(store)).into()),
        ("found", found.into()),
        ("known", known.into()),
    ];
    Failure::input(lang.t_with(key, &named))
}

const fn closed(problem: OpenProblem) -> &'static str {
    match problem {
        OpenProblem::Address => "serve-database-address",
        OpenProblem::Silent => "serve-database-silent",
        OpenProblem::Account => "serve-database-account",
        OpenProblem::NoDatabase => "serve-database-missing",
        OpenProblem::NoPrimary => "serve-database-standby",
        OpenProblem::NoFile => "serve-no-tables",
        OpenProblem::File => "serve-file-closed",
        OpenProblem::Held => "serve-file-held",
        OpenProblem::Full => "serve-disk-full",
        OpenProblem::Foreign => "serve-file-foreign",
    }
}

/// The store's name in a sentence.
pub(super) fn store_name(lang: Lang, store: Store) -> String {
    lang.t(store_key(store))
}

fn store_key(store: Store) -> &'static str {
    match store {
        Store::Office => "serve-store-office",
        Store::Urn => "serve-store-urn",
    }
}

/// A fault of the machine or of the program.
pub(super) fn internal(
    lang: Lang,
    error: impl std::error::Error + Send + Sync + 'static,
) -> Failure {
    Failure::internal(lang.t("serve-attempted"), error)
}

/// The runtime of a command that opens an instance.
pub(super) fn runtime(lang: Lang) -> Result<tokio::runtime::Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    built.map_err(|error| internal(lang, error))
}

/// Makes a folder that only its owner may look into, unless there is one.
pub(super) fn make_folder(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// The port of an address that names none.
const PORT: u16 = 8080;

/// Listens at a host and port; a host alone gets port 8080.
pub(super) async fn listen(lang: Lang, address: &str) -> Result<TcpListener, Failure> {
    let bound = match address.rsplit_once(':') {
        Some((_, port)) if port.parse::<u16>().is_ok() => TcpListener::bind(address).await,
        _ => TcpListener::bind((address, PORT)).await,
    };
    bound.map_err(|error| {
        let args = [
            ("addr", address.into()),
            ("error", error.to_string().into()),
        ];
        Failure::input(lang.t_with("serve-address-taken", &args))
    })
}

/// Ctrl-C and SIGTERM tell the instance to stop.
pub(super) fn stop_on_signal(lang: Lang, app: &App) -> Result<(), Failure> {
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
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM.
pub(super) async fn told_to_stop(lang: Lang) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| internal(lang, error))?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
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
