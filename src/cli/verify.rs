//! `minyi verify`: somebody else's look at a log, with nothing but its address and its key, or at a bundle, offline.

mod bundle;

use std::path::PathBuf;

use clap::Args;
use ed25519_dalek::VerifyingKey;

use super::{Console, Failure};
use crate::i18n::Lang;
use crate::ledger::checkpoint::read_verifier;
use crate::ledger::cosignature::Cosigner;
use crate::service::observe::{Log, ObserveError, Observed, observe};
use crate::service::outgoing::Outgoing;
use crate::service::story::{Contradiction, contradictions};
use crate::service::verify::{Bundle, Known};
use crate::survey::time::Instant;

/// Checks a public log (its signature, its root, what was kept of it before, receipts), or a bundle: everything that it is made of.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Address of the log (`https://minyi.example/log/2026q4/1`, or `…/process`), or a folder with its files; or a bundle, as
    /// archive or folder.
    log: String,
    /// The key of the log, as its page shows it: name, hash and key. Of a bundle nobody's signature is checked without it.
    #[arg(long)]
    key: Option<String>,
    /// Of a bundle: where to write the page with every check, to be printed and signed.
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
    /// A folder that keeps the log: what is there must be the beginning of what is found, and is brought up to date.
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
    /// A receipt to look up: 64 hexadecimal digits, spaces allowed. May be given several times.
    #[arg(long)]
    receipt: Vec<String>,
    /// A witness that must have cosigned the head: its key. Of a bundle: who cosigned around each deposit of seeded answers. May be
    /// given several times.
    #[arg(long, value_name = "NAME+HASH+KEY")]
    witness: Vec<String>,
}

impl Verify {
    /// Fetches, counts anew, compares, prints.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let key = match &self.key {
            Some(key) => {
                Some(read_verifier(key).ok_or_else(|| Failure::input(lang.t("verify-no-key")))?)
            }
            None => None,
        };
        let path = PathBuf::from(&self.log);
        if !self.log.contains("://") && Bundle::is_there(&path) {
            if self.keep.is_some() || !self.receipt.is_empty() {
                return Err(Failure::input(lang.t("verify-of-log-alone")));
            }
            let key = key.map(|(_, key)| key);
            let witnesses = self.witnesses(lang)?;
            let known = Known {
                key: key.as_ref(),
                witnesses: &witnesses,
            };
            return bundle::run(console, &path, &known, self.page.as_deref());
        }
        let key = key.ok_or_else(|| Failure::input(lang.t("verify-no-key")))?;
        if self.page.is_some() {
            return Err(Failure::input(lang.t("verify-page-of-bundle")));
        }
        self.of_log(console, &key)
    }

    fn of_log(self, console: Console, key: &(String, VerifyingKey)) -> Result<(), Failure> {
        let lang = console.lang();
        let mut receipts = Vec::new();
        for given in &self.receipt {
            receipts.push(receipt(given).ok_or_else(|| {
                Failure::input(
                    lang.t_with("verify-no-receipt", &[("given", given.as_str().into())]),
                )
            })?);
        }
        let witnesses = self.witnesses(lang)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| Failure::internal("runtime", e))?;
        let log = self.source()?;
        let observed = runtime.block_on(observe(&log, key, self.keep.as_deref()));
        let observed = observed.map_err(|error| explain(lang, error))?;
        let mut text = told(lang, &observed);
        let mut missing = Vec::new();
        if observed.head.origin.ends_with("/process") {
            let found = contradictions(&observed.entries);
            missing.extend(found.iter().map(|one| contradiction(lang, one)));
        }
        for witness in &witnesses {
            let name = ("witness", witness.name.as_str().into());
            match witness.signed(&observed.note) {
                Some(time) => {
                    let at = Instant::from_micros(i64::try_from(time).unwrap_or(0) * 1_000_000);
                    let named = [name, ("at", at.to_string().into())];
                    text.push_str(&lang.t_with("verify-cosigned", &named));
                    text.push('\n');
                }
                None => missing.push(lang.t_with("verify-not-cosigned", &[name])),
            }
        }
        for receipt in &receipts {
            let digits = hex::encode(receipt);
            let place = observed.entries.iter().position(|entry| entry == receipt);
            let Some(place) = place else {
                let named = [("receipt", digits.into())];
                missing.push(lang.t_with("verify-missing", &named));
                continue;
            };
            let named = [("receipt", digits.into()), ("place", (place + 1).into())];
            text.push_str(&lang.t_with("verify-found", &named));
            text.push('\n');
        }
        console.print(&text)?;
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Failure::Input(missing))
        }
    }

    fn witnesses(&self, lang: Lang) -> Result<Vec<Cosigner>, Failure> {
        let read = |given: &String| {
            let args = [("given", given.as_str().into())];
            Cosigner::read(given)
                .ok_or_else(|| Failure::input(lang.t_with("witness-no-cosigner", &args)))
        };
        self.witness.iter().map(read).collect()
    }

    fn source(&self) -> Result<Log, Failure> {
        if !self.log.contains("://") {
            return Ok(Log::Folder(PathBuf::from(&self.log)));
        }
        let outgoing = Outgoing::new(true).map_err(|e| Failure::internal("TLS", e))?;
        Ok(Log::Site(
            outgoing,
            self.log.trim_end_matches('/').to_owned(),
        ))
    }
}

/// The bytes of a receipt as people write it.
fn receipt(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    hex::decode(digits).ok().filter(|bytes| bytes.len() == 32)
}

/// What was found, in words.
fn told(lang: Lang, observed: &Observed) -> String {
    let head = &observed.head;
    let mut text = lang.t_with(
        "verify-good",
        &[
            ("log", head.origin.as_str().into()),
            ("size", head.size.into()),
        ],
    );
    text.push('\n');
    text.push_str(&lang.t_with("verify-root", &[("root", hex::encode(head.root).into())]));
    text.push('\n');
    if let Some(kept) = observed.kept {
        text.push_str(&lang.t_with("verify-goes-on", &[("kept", kept.into())]));
        text.push('\n');
    }
    if head.origin.ends_with("/process") {
        for entry in &observed.entries {
            text.push_str(&String::from_utf8_lossy(entry));
            text.push('\n');
        }
    }
    text
}

/// What does not fit in a wave's life, in words.
fn contradiction(lang: Lang, found: &Contradiction) -> String {
    match found {
        Contradiction::Unreadable => lang.t("verify-unreadable"),
        Contradiction::Order(event) => {
            lang.t_with("verify-order", &[("event", event.as_str().into())])
        }
        Contradiction::Changed(field) => {
            let what = lang.t(&format!("verify-sealed-{field}"));
            lang.t_with("verify-changed", &[("what", what.into())])
        }
    }
}

fn explain(lang: Lang, error: ObserveError) -> Failure {
    let file = |key: &str, file: &str, why: String| {
        Failure::input(lang.t_with(key, &[("file", file.into()), ("why", why.into())]))
    };
    match error {
        ObserveError::Away { file: name, source } => file("verify-away", &name, source.to_string()),
        ObserveError::Status { file: name, status } => {
            file("verify-away", &name, format!("HTTP {status}"))
        }
        ObserveError::File { file: name, source } => file("verify-file", &name, source.to_string()),
        ObserveError::Head(_) => Failure::input(lang.t("verify-head")),
        ObserveError::Origin { found } => {
            Failure::input(lang.t_with("verify-origin", &[("found", found.into())]))
        }
        ObserveError::Bundle(name) => file("verify-bundle", &name, String::new()),
        ObserveError::Root => Failure::input(lang.t("verify-broken")),
        ObserveError::RolledBack { kept, found } => Failure::input(lang.t_with(
            "verify-rolled-back",
            &[("kept", kept.into()), ("found", found.into())],
        )),
        ObserveError::Rewritten { kept } => {
            Failure::input(lang.t_with("verify-rewritten", &[("kept", kept.into())]))
        }
    }
}
