//! The provider at which people may sign in, as `minyi serve` is told of it.
//!
//! Uses: `service::provider`. Promises: its secret is read from a file, never an argument; without an issuer there is no
//! provider.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use super::instance::internal;
use crate::i18n::Lang;
use crate::service::provider::{BadProvider, Provider};

/// A provider of OIDC.
#[derive(Debug, Args)]
pub(super) struct Oidc {
    /// Issuer of an OIDC provider at which staff may sign in: https, except on this machine.
    #[arg(
        long = "oidc-issuer",
        value_name = "URL",
        requires = "client_id",
        requires = "client_secret_file",
        env = "MINYI_OIDC_ISSUER"
    )]
    issuer: Option<String>,
    /// Name under which the provider knows this instance.
    #[arg(
        long = "oidc-client-id",
        value_name = "ID",
        requires = "issuer",
        env = "MINYI_OIDC_CLIENT_ID"
    )]
    client_id: Option<String>,
    /// File with the secret that the provider gave to this instance.
    #[arg(
        long = "oidc-client-secret-file",
        value_name = "FILE",
        requires = "issuer",
        env = "MINYI_OIDC_CLIENT_SECRET_FILE"
    )]
    client_secret_file: Option<PathBuf>,
}

impl Oidc {
    /// The provider, if there is one.
    pub(super) fn provider(
        &self,
        lang: Lang,
        public_url: &str,
    ) -> Result<Option<Provider>, Failure> {
        let (Some(issuer), Some(client), Some(file)) =
            (&self.issuer, &self.client_id, &self.client_secret_file)
        else {
            return Ok(None);
        };
        let secret = std::fs::read_to_string(file).map_err(|error| {
            let args = [
                ("path", file.display().to_string().into()),
                ("error", error.to_string().into()),
            ];
            Failure::input(lang.t_with("serve-oidc-secret", &args))
        })?;
        let secret = secret.trim().to_owned();
        match Provider::new(issuer, client, secret, public_url) {
            Ok(provider) => Ok(Some(provider)),
            Err(BadProvider::Issuer) => {
                let args = [("issuer", issuer.as_str().into())];
                Err(Failure::input(lang.t_with("serve-oidc-issuer", &args)))
            }
            Err(error) => Err(internal(lang, error)),
        }
    }
}
