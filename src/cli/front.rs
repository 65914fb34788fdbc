//! How `serve` meets its clients: trusted proxies, TLS, the operator's own address, descriptors.
//!
//! Uses: `web::server`. Promises: what is wrong with any of them is a sentence before the first client comes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;

use super::descriptors;
use super::instance::listen;
use super::{Console, Failure};
use crate::i18n::Lang;
use crate::service::app::App;
use crate::web::server::{Counts, Front, Limits, Proxies, TlsProblem, acceptor};

/// Descriptors that are not for connections of clients: stores, keys, the operator's address.
const RESERVE: usize = 256;
/// Connections at most, however many descriptors there are: each idle one costs about two kilobytes.
const MOST_CONNECTIONS: usize = 20_000;
/// Below this many connections the operator is told; a village that answers after the evening news needs
/// more.
const FEW_CONNECTIONS: usize = 4_000;

/// How clients are met.
#[derive(Debug, Args)]
pub(super) struct Meet {
    /// Network of proxies whose `X-Forwarded-For` is believed; may be given several times.
    #[arg(
        long = "trusted-proxy",
        value_name = "CIDR",
        value_delimiter = ',',
        env = "MINYI_TRUSTED_PROXY"
    )]
    trusted_proxies: Vec<String>,
    /// Certificate chain as PEM: speak TLS without a proxy.
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_key",
        env = "MINYI_TLS_CERT"
    )]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate as PEM.
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_cert",
        env = "MINYI_TLS_KEY"
    )]
    tls_key: Option<PathBuf>,
    /// Address for /healthz, /readyz and /metrics, which residents must not reach; none without it.
    #[arg(long, value_name = "ADDR", env = "MINYI_ADMIN_ADDR")]
    admin_addr: Option<String>,
}

/// What was opened.
pub(super) struct Met {
    /// For residents and staff.
    pub(super) front: Front,
    admin: Option<TcpListener>,
}

impl Meet {
    /// Reads files, raises the limit of descriptors, listens for the operator.
    pub(super) async fn open(&self, console: Console) -> Result<Met, Failure> {
        let lang = console.lang();
        let admin = match &self.admin_addr {
            Some(address) => Some(listen(lang, address).await?),
            None => None,
        };
        let front = Front {
            limits: Limits {
                connections: connections(console),
                ..Limits::default()
            },
            proxies: self.proxies(lang)?,
            tls: match (&self.tls_cert, &self.tls_key) {
                (Some(certificate), Some(key)) => Some(tls(lang, certificate, key)?),
                _ => None,
            },
            counts: Arc::new(Counts::default()),
        };
        Ok(Met { front, admin })
    }

    fn proxies(&self, lang: Lang) -> Result<Proxies, Failure> {
        let networks = self.trusted_proxies.iter().map(|text| {
            Proxies::network(text).ok_or_else(|| {
                let args = [("network", text.as_str().into())];
                Failure::input(lang.t_with("serve-bad-proxy", &args))
            })
        });
        Ok(Proxies::new(networks.collect::<Result<_, _>>()?))
    }
}

impl Met {
    /// Serves everybody until the instance is told to stop.
    pub(super) async fn serve(self, app: &App, listener: TcpListener) {
        if let Some(admin) = self.admin {
            let counts = self.front.counts.clone();
            app.tasks
                .spawn(crate::web::serve_admin(app.clone(), admin, counts));
        }
        crate::web::serve_behind(app.clone(), listener, self.front).await;
    }
}

fn tls(lang: Lang, certificate: &Path, key: &Path) -> Result<tokio_rustls::TlsAcceptor, Failure> {
    acceptor(certificate, key).map_err(|problem| {
        let (sentence, path, error) = match problem {
            TlsProblem::Unreadable { path, source } => {
                ("serve-tls-unreadable", path, source.to_string())
            }
            TlsProblem::NoCertificate(path) => ("serve-tls-no-certificate", path, String::new()),
            TlsProblem::NoKey(path) => ("serve-tls-no-key", path, String::new()),
            TlsProblem::Mismatch => ("serve-tls-mismatch", key.to_owned(), String::new()),
            TlsProblem::Unusable(error) => {
                let path = certificate.to_owned();
                ("serve-tls-unusable", path, error.to_string())
            }
        };
        let args = [
            ("path", path.display().to_string().into()),
            ("error", error.into()),
        ];
        Failure::input(lang.t_with(sentence, &args))
    })
}

/// Connections that the system leaves room for; says so if they are few.
fn connections(console: Console) -> usize {
    let lang = console.lang();
    let limit = match descriptors::raise() {
        Ok(limit) => limit,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files could not be raised");
            return Limits::default().connections;
        }
    };
    let connections = room(limit);
    if connections < FEW_CONNECTIONS {
        let args = [
            ("descriptors", limit.unwrap_or(0).into()),
            ("connections", connections.into()),
        ];
        console.note(&lang.t_with("serve-few-descriptors", &args));
    }
    connections
}

/// Connections for this many descriptors; `None` is without limit.
fn room(descriptors: Option<u64>) -> usize {
    let descriptors = descriptors.map_or(usize::MAX, |number| {
        usize::try_from(number).unwrap_or(usize::MAX)
    });
    // With very few the stores get half of them.
    let reserve = RESERVE.min(descriptors / 2);
    (descriptors - reserve).min(MOST_CONNECTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_the_stores() {
        assert_eq!(room(Some(1_024)), 768);
        assert_eq!(room(Some(100)), 50);
        assert_eq!(room(Some(20_000)), 19_744);
        assert_eq!(room(Some(1_000_000)), MOST_CONNECTIONS);
        assert_eq!(room(None), MOST_CONNECTIONS);
    }
}
