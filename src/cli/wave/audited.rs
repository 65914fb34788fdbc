//! An auditor says in the process log what came of an audit.

use clap::Args;

use super::{Step, slug};
use crate::cli::export::audit_refusal;
use crate::cli::{Console, Failure};
use crate::service::audits::{self, Attestation};

/// What came of an audit, by the digests that `minyi verify` printed.
#[derive(Debug, Args)]
pub(super) struct Audited {
    #[command(flatten)]
    step: Step,
    /// SHA-256 of the bundle, as `minyi verify` printed it.
    #[arg(long, value_name = "SHA256")]
    bundle: String,
    /// SHA-256 of what was found, as `minyi verify` printed it.
    #[arg(long, value_name = "SHA256")]
    protocol: String,
    /// Something did not hold.
    #[arg(long)]
    differs: bool,
}

impl Audited {
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let slug = slug(lang, &self.step.slug)?;
        let said = Attestation {
            bundle: self.bundle,
            protocol: self.protocol,
            agrees: !self.differs,
        };
        self.step.person.act(console, async |desk| {
            let done = audits::attest(desk.app, desk.person, &slug, &said).await;
            done.map_err(|error| audit_refusal(desk, error))?;
            console.print(&format!("{}\n", lang.t("audits-attested")))
        })
    }
}
