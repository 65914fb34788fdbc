//! `minyi witness`: a party of its own that cosigns the heads of logs, and the witnesses that `minyi serve` is told of.
//!
//! Uses: `service::witness`, `web`. Promises: what it prints is the key that others need; it stops when told to.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::instance::{internal, listen, runtime, told_to_stop};
use super::{Console, Failure, log};
use crate::i18n::Lang;
use crate::ledger::checkpoint::read_verifier;
use crate::service::outgoing::Outgoing;
use crate::service::witness::Witness;
use crate::service::witnesses::{Party, Witnesses};
use crate::survey::time::Clock;
use crate::web;

/// Watches logs and cosigns heads that go on what was seen before (C2SP tlog-witness).
#[derive(Debug, Args)]
pub(super) struct Watch {
    /// Folder of the key and of the last head of each log; made if it is not there.
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// Name of the witness: an address without `https://`, such as `witness.example/minyi`.
    #[arg(long)]
    name: String,
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    addr: String,
    /// A log to watch, by its key as its page shows it. May be given several times.
    #[arg(long = "log", value_name = "NAME+HASH+KEY")]
    logs: Vec<String>,
    /// All logs of an instance, by the key of one of them. May be given several times.
    #[arg(long = "instance", value_name = "NAME+HASH+KEY")]
    instances: Vec<String>,
}

impl Watch {
    /// Answers until told to stop.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        log::start();
        let mut logs = BTreeMap::new();
        let no_key = |given: &String| {
            Failure::input(lang.t_with("witness-no-key", &[("given", given.as_str().into())]))
        };
        for given in &self.logs {
            let (name, key) = read_verifier(given).ok_or_else(|| no_key(given))?;
            logs.insert(name, key);
        }
        for given in &self.instances {
            let (name, key) = read_verifier(given).ok_or_else(|| no_key(given))?;
            let host = name.split("/log/").next().unwrap_or_default();
            logs.insert(host.to_owned(), key);
        }
        if logs.is_empty() {
            return Err(Failure::input(lang.t("witness-no-log")));
        }
        let witness = Witness::open(&self.data, &self.name, logs, Clock::Real);
        let witness = witness.map_err(|error| internal(lang, error))?;
        let verifier = witness.cosigner().verifier();
        runtime(lang)?.block_on(async {
            let listener = listen(lang, &self.addr).await?;
            let address = listener
                .local_addr()
                .map_err(|error| internal(lang, error))?;
            let args = [
                ("key", verifier.into()),
                ("address", address.to_string().into()),
            ];
            console.note(&lang.t_with("witness-ready", &args));
            let stop = CancellationToken::new();
            let serving = web::serve_witness(Arc::new(witness), listener, stop.clone());
            let told = async {
                let told = told_to_stop(lang).await;
                stop.cancel();
                told
            };
            tokio::join!(serving, told).1
        })
    }
}

/// The witnesses of an instance.
#[derive(Debug, Args)]
pub(super) struct Parties {
    /// A witness that cosigns the heads of this instance's logs: its key and its address. May be given several times.
    #[arg(
        long = "witness",
        value_name = "NAME+HASH+KEY@URL",
        env = "MINYI_WITNESS",
        value_delimiter = ' '
    )]
    witnesses: Vec<String>,
}

impl Parties {
    /// What was given; nothing asks anybody if nothing was.
    pub(super) fn open(&self, lang: Lang) -> Result<Witnesses, Failure> {
        if self.witnesses.is_empty() {
            return Ok(Witnesses::default());
        }
        let mut parties = Vec::new();
        for given in &self.witnesses {
            let args = [("given", given.as_str().into())];
            let party = Party::read(given);
            parties
                .push(party.ok_or_else(|| Failure::input(lang.t_with("witness-no-party", &args)))?);
        }
        let outgoing = Outgoing::new(true).map_err(|error| internal(lang, error))?;
        Ok(Witnesses::new(parties, outgoing))
    }
}
