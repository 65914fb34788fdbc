//! `minyi init --data DIR` and `minyi serve --data DIR --addr ADDR --public-url URL`.
//!
//! Uses: `service::app` and `web`. Promises: keys are made only by `init`, never by accident; `serve`
//! answers requests until it is told to stop (Ctrl-C, SIGTERM), lets those under way finish and closes
//! both stores; where nobody has an account, it shows the link for the first one; while it runs, it moves records from the pool in batches. Addresses that residents
//! see come from `--public-url` alone. With `--role` it is the office's program or the urn's, and opens nothing of the other.

use std::path::Path;
use std::time::Duration;

use clap::Args;

use super::front::Meet;
use super::instance::{self, internal, listen, make_folder, refusal, runtime, stop_on_signal};
use super::provider::Oidc;
use super::stores::{Named, Stores};
use super::witness::Parties;
use super::{Console, Failure, log, welcome};
use crate::i18n::Lang;
use crate::service::app::{App, AppConfig, Part, Store, make_tables};
use crate::service::keys::{Keys, KeysError};
use crate::service::{audit, batch, fieldwork, release, retention, rules, witnesses};
use crate::survey::time::Zone;

/// Makes the keys and tables of a new instance.
#[derive(Debug, Args)]
pub(super) struct Init {
    #[command(flatten)]
    stores: Stores,
    /// For which program: a folder for one of two has that one's keys and tables. The keys folders of the two share one file,
    /// log-signing.key: copy it from the first to the second, before "init" there.
    #[arg(long, value_enum, default_value_t = Named::Both)]
    role: Named,
}

/// Serves the pages of an instance.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    stores: Stores,
    /// Which program of a service this is: everything, or one of two that share nothing. Two need --urn-public-url, both of them.
    #[arg(long, value_enum, default_value_t = Named::Both, env = "MINYI_ROLE")]
    role: Named,
    /// Where to listen.
    #[arg(
        long,
        value_name = "ADDR",
        default_value = "127.0.0.1:8080",
        env = "MINYI_ADDR"
    )]
    addr: String,
    /// Address under which residents reach this instance: https, except on this machine.
    #[arg(long, value_name = "URL", env = "MINYI_PUBLIC_URL")]
    public_url: String,
    /// Host name of its own under which residents' devices reach the urn with a blind token: https, except on this machine.
    #[arg(long, value_name = "URL", env = "MINYI_URN_PUBLIC_URL")]
    urn_public_url: Option<String>,
    /// Time zone in which dates are read and written.
    #[arg(
        long,
        value_name = "ZONE",
        default_value = "Asia/Shanghai",
        env = "MINYI_ZONE"
    )]
    zone: String,
    /// How often records that may leave the pool together are looked for.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = batch::PACE.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..=3600),
        env = "MINYI_BATCH_EVERY"
    )]
    batch_every: u64,
    #[command(flatten)]
    oidc: Oidc,
    #[command(flatten)]
    parties: Parties,
    #[command(flatten)]
    meet: Meet,
}

impl Init {
    /// Makes what is not there.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let data = self.stores.data();
        let part = self.role.part();
        let (url, zone) = (instance::NO_LINKS, Zone::shanghai());
        let config = self.stores.config_of(part, lang, url, zone)?;
        make_folder(data).map_err(|error| internal(lang, error))?;
        if part == Part::Both && Keys::exist(&config.keys) {
            return Err(keys_exist(lang, &config.keys));
        }
        // The keys come last: what failed before can be given again.
        runtime(lang)?
            .block_on(make_tables(&config))
            .map_err(|error| refusal(lang, error))?;
        let made = match part {
            Part::Both => Keys::init(&config.keys).map(drop),
            Part::Office => Keys::init_office(&config.keys),
            Part::Urn => Keys::init_urn(&config.keys),
        };
        match made {
            Ok(()) => {}
            Err(KeysError::Exists { path }) => return Err(keys_exist(lang, &path)),
            Err(error) => return Err(internal(lang, error)),
        }
        let path = data.display().to_string();
        console.note(&lang.t_with("serve-made", &[("path", path.into())]));
        Ok(())
    }
}

fn keys_exist(lang: Lang, path: &Path) -> Failure {
    let path = path.display().to_string();
    Failure::input(lang.t_with("serve-keys-exist", &[("path", path.into())]))
}

impl Serve {
    /// Serves until told to stop.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        log::start();
        instance::check_public(lang, &self.public_url)?;
        if let Some(url) = &self.urn_public_url {
            instance::check_public(lang, url)?;
        }
        let part = self.role.part();
        if part != Part::Both && self.urn_public_url.is_none() {
            return Err(Failure::input(lang.t("serve-role-url")));
        }
        let zone = instance::zone(lang, &self.zone)?;
        let config = self.stores.config_of(part, lang, &self.public_url, zone)?;
        runtime(lang)?.block_on(serve(config, &self, console))
    }
}

async fn serve(config: AppConfig, asked: &Serve, console: Console) -> Result<(), Failure> {
    let lang = console.lang();
    let provider = asked.oidc.provider(lang, &asked.public_url)?;
    let witnesses = asked.parties.open(lang)?;
    let met = asked.meet.open(console).await?;
    let listener = listen(lang, &asked.addr).await?;
    let mut app = App::open(config)
        .await
        .map_err(|error| refusal(lang, error))?;
    if let Some(provider) = provider {
        app.accounts = app.accounts.clone().with_provider(provider);
    }
    app.witnesses = witnesses;
    let urn_url = asked.urn_public_url.as_deref();
    app.urn_url = urn_url.map(|url| url.trim_end_matches('/').into());
    let pace = Duration::from_secs(asked.batch_every);
    if app.part.has(Store::Office) {
        audit::keep_linking(&app);
        fieldwork::keep_counting(&app);
        rules::keep_applying(&app);
        release::keep_publishing(&app);
    }
    if app.part.has(Store::Urn) {
        batch::keep_running(&app, pace);
    }
    retention::keep_forgetting(&app);
    witnesses::keep_asking(&app, pace);
    stop_on_signal(lang, &app)?;
    let own = match (app.part, &app.urn_url) {
        (Part::Urn, Some(url)) => url.as_ref(),
        _ => app.public_url.as_ref(),
    };
    console.note(&lang.t_with("serve-ready", &[("url", own.into())]));
    if app.part.has(Store::Office) {
        welcome::offer(&app, asked.stores.data(), console).await?;
    }
    met.serve(&app, listener).await;
    app.shutdown().await;
    Ok(())
}
