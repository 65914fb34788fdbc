//! TLS by itself: a certificate and its key from two files.
//!
//! Uses: rustls with ring, as the connections to PostgreSQL. Promises: what is wrong with the files is said
//! before the first client comes.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{Error, InconsistentKeys, ServerConfig};

/// Why a certificate and its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsProblem {
    /// A file cannot be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No certificate in the file.
    #[error("no certificate in {}", .0.display())]
    NoCertificate(PathBuf),
    /// No private key in the file.
    #[error("no private key in {}", .0.display())]
    NoKey(PathBuf),
    /// The key belongs to another certificate.
    #[error("the key belongs to another certificate")]
    Mismatch,
    /// Anything else.
    #[error("the certificate cannot be used")]
    Unusable(#[source] Error),
}

/// What speaks TLS with this certificate (its own first, then those above it) and key, both as PEM.
pub fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, TlsProblem> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&read(certificate)?)
        .collect::<Result<_, _>>()
        .map_err(|_| TlsProblem::NoCertificate(certificate.to_owned()))?;
    if chain.is_empty() {
        return Err(TlsProblem::NoCertificate(certificate.to_owned()));
    }
    let secret = PrivateKeyDer::from_pem_slice(&read(key)?)
        .map_err(|_| TlsProblem::NoKey(key.to_owned()))?;
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(TlsProblem::Unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(|error| match error {
            Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => TlsProblem::Mismatch,
            other => TlsProblem::Unusable(other),
        })?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn read(path: &Path) -> Result<Vec<u8>, TlsProblem> {
    std::fs::read(path).map_err(|source| TlsProblem::Unreadable {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_the_files_has_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let made = |host: &str| rcgen::generate_simple_self_signed(vec![host.to_owned()]).unwrap();
        let (one, other) = (made("localhost"), made("localhost"));
        let cert = write("cert.pem", &one.cert.pem());
        let key = write("key.pem", &one.signing_key.serialize_pem());
        let foreign = write("other.pem", &other.signing_key.serialize_pem());
        let empty = write("empty.pem", "");
        let broken = write(
            "broken.pem",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        );
        let missing = folder.path().join("missing.pem");
        assert!(acceptor(&cert, &key).is_ok());
        let problem = |cert: &Path, key: &Path| acceptor(cert, key).err().unwrap();
        assert!(matches!(
            problem(&missing, &key),
            TlsProblem::Unreadable { path, .. } if path == missing
        ));
        assert!(matches!(
            problem(&cert, &missing),
            TlsProblem::Unreadable { path, .. } if path == missing
        ));
        for nothing in [&empty, &key] {
            assert!(matches!(
                problem(nothing, &key),
                TlsProblem::NoCertificate(path) if path == *nothing
            ));
        }
        for nothing in [&empty, &cert] {
            assert!(matches!(
                problem(&cert, nothing),
                TlsProblem::NoKey(path) if path == *nothing
            ));
        }
        assert!(matches!(problem(&cert, &foreign), TlsProblem::Mismatch));
        assert!(matches!(problem(&broken, &key), TlsProblem::Unusable(_)));
    }
}
