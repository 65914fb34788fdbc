//! The person at the console: who acts, and in which instance.
//!
//! Uses: `service::accounts`, `service::app`. Promises: a password is asked for without echo on a
//! terminal, read as one line from a pipe, or taken from `MINYI_PASSWORD`; it is never an argument,
//! which everybody on the machine could see. Every command is written down under the person's name.

use std::io::{self, BufRead as _, IsTerminal as _};

use clap::Args;

use super::instance::{self, internal};
use super::stores::Stores;
use super::{Console, Failure};
use crate::i18n::Lang;
use crate::service::accounts::{Accounts, SignInError};
use crate::service::app::App;
use crate::survey::account::Account;
use crate::survey::time::Zone;

/// The variable with the password.
const PASSWORD: &str = "MINYI_PASSWORD";

/// Who acts, and in which instance.
#[derive(Debug, Args)]
pub(super) struct Person {
    #[command(flatten)]
    stores: Stores,
    /// Name of the account that acts. Its password is asked for, read as one line from a pipe, or
    /// taken from the variable `MINYI_PASSWORD` (other processes of the same user can see that one).
    #[arg(long = "as", value_name = "NAME", env = "MINYI_AS")]
    account: String,
    /// Time zone in which dates are read and written.
    #[arg(
        long,
        value_name = "ZONE",
        default_value = "Asia/Shanghai",
        env = "MINYI_ZONE"
    )]
    zone: String,
}

/// An open instance with the person who acts in it.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    /// The instance.
    pub(super) app: &'a App,
    /// Who acts.
    pub(super) person: &'a Account,
    /// Where sentences go.
    pub(super) console: Console,
}

impl Desk<'_> {
    /// The reader's language.
    pub(super) const fn lang(&self) -> Lang {
        self.console.lang()
    }

    /// The zone of dates.
    pub(super) const fn zone(&self) -> &Zone {
        &self.app.zone
    }
}

impl Person {
    /// Opens the instance, makes sure who acts, and does it.
    pub(super) fn act<T>(
        &self,
        console: Console,
        what: impl AsyncFnOnce(Desk<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.act_at(console, instance::NO_LINKS, what)
    }

    /// The same, with the address under which residents reach the instance.
    pub(super) fn act_at<T>(
        &self,
        console: Console,
        public_url: &str,
        what: impl AsyncFnOnce(Desk<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let lang = console.lang();
        let zone = instance::zone(lang, &self.zone)?;
        let config = self.stores.config(lang, public_url, zone)?;
        instance::runtime(lang)?.block_on(async {
            let app = App::open(config).await;
            let app = app.map_err(|error| instance::refusal(lang, error))?;
            let done = match self.identify(&app, console).await {
                Ok(person) => {
                    let desk = Desk {
                        app: &app,
                        person: &person,
                        console,
                    };
                    what(desk).await
                }
                Err(failure) => Err(failure),
            };
            app.shutdown().await;
            done
        })
    }

    async fn identify(&self, app: &App, console: Console) -> Result<Account, Failure> {
        let lang = console.lang();
        let password = self.password(console)?;
        let accounts = Accounts::new(app.office.clone(), app.clock.clone());
        let known = accounts.identify(&self.account, password).await;
        known.map_err(|error| match error {
            SignInError::Refused => Failure::input(
                lang.t_with("person-refused", &[("name", self.account.as_str().into())]),
            ),
            SignInError::PasswordDue => Failure::input(lang.t_with(
                "person-password-due",
                &[("name", self.account.as_str().into())],
            )),
            SignInError::Throttled { retry_after } => {
                let seconds = retry_after.as_secs().to_string();
                Failure::input(lang.t_with("person-throttled", &[("seconds", seconds.into())]))
            }
            SignInError::Internal(error) => internal(lang, error),
        })
    }

    fn password(&self, console: Console) -> Result<String, Failure> {
        let lang = console.lang();
        if let Some(password) = std::env::var_os(PASSWORD) {
            return password
                .into_string()
                .map_err(|_| Failure::input(lang.t("person-password-no-text")));
        }
        if io::stdin().is_terminal() {
            let ask = [("name", self.account.as_str().into())];
            console.note(&lang.t_with("person-password-ask", &ask));
            let line = ::console::Term::stderr().read_secure_line();
            return line.map_err(|error| internal(lang, error));
        }
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        read.map_err(|error| internal(lang, error))?;
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }
}
