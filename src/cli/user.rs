//! `minyi user add NAME --role ROLE --data DIR` and `minyi user list --data DIR`.
//!
//! Uses: `service::accounts`. Promises: a password is read without echo from a terminal, or as one
//! line from a pipe, or generated and shown once; it is never an argument, which other people on the
//! machine could see.

use std::io::{self, BufRead as _, IsTerminal as _};

use clap::{Args, Subcommand};
use unicode_width::UnicodeWidthStr as _;

use super::instance;
use super::stores::Stores;
use super::{Console, Failure};
use crate::i18n::{Lang, Value};
use crate::service::accounts::{Accounts, AccountsError, CreateError};
use crate::service::password::{Password, SHORTEST, Unfit};
use crate::survey::account::Account;
use crate::survey::role::Role;
use crate::survey::time::Zone;

/// Makes and lists accounts of the staff.
#[derive(Debug, Args)]
pub(super) struct User {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Makes an account; its password is asked for.
    Add(Add),
    /// Closes an account: nobody signs in with it any more.
    Disable(Named),
    /// Opens a closed account again.
    Enable(Named),
    /// Removes the second factor of somebody who lost the app.
    ResetSecondFactor(Named),
    /// Lists the accounts.
    List(List),
}

#[derive(Debug, Args)]
struct Add {
    /// Name at the sign-in: letters, digits, '.', '-', '_'.
    name: String,
    /// What the person may do.
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(Role::ALL.map(Role::as_str)))]
    role: String,
    /// Division code of the county that a reporter reports for.
    #[arg(long, value_name = "CODE", required_if_eq("role", "reporter"))]
    county: Option<String>,
    /// Make a password and show it once, instead of asking for one.
    #[arg(long)]
    generate: bool,
    #[command(flatten)]
    stores: Stores,
}

#[derive(Debug, Args)]
struct Named {
    /// The account's name.
    name: String,
    #[command(flatten)]
    stores: Stores,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    stores: Stores,
}

impl User {
    /// Runs the subcommand.
    pub(super) fn run(self, console: Console) -> Result<(), Failure> {
        let lang = console.lang();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::internal("tokio", error))?;
        match self.what {
            What::Add(add) => {
                let (password, generated) = password(&add, console, lang)?;
                let account = runtime.block_on(create(&add, password, lang))?;
                let args = [
                    ("name", Value::from(account.name.as_str())),
                    ("role", Value::from(role_name(lang, account.role))),
                ];
                console.note(&lang.t_with("user-made", &args));
                match generated {
                    Some(text) => console.print(&format!("{text}\n")),
                    None => Ok(()),
                }
            }
            What::Disable(named) => {
                let done = runtime.block_on(async {
                    open(&named.stores, lang)
                        .await?
                        .set_disabled(&named.name, true)
                        .await
                        .map_err(|e| internal(lang, e))
                })?;
                named.said(console, "user-closed", done)
            }
            What::Enable(named) => {
                let done = runtime.block_on(async {
                    open(&named.stores, lang)
                        .await?
                        .set_disabled(&named.name, false)
                        .await
                        .map_err(|e| internal(lang, e))
                })?;
                named.said(console, "user-opened", done)
            }
            What::ResetSecondFactor(named) => {
                let done = runtime.block_on(async {
                    open(&named.stores, lang)
                        .await?
                        .reset_second(&named.name)
                        .await
                        .map_err(|e| internal(lang, e))
                })?;
                named.said(console, "user-second-gone", done)
            }
            What::List(folder) => {
                let accounts = runtime.block_on(list(&folder.stores, lang))?;
                if accounts.is_empty() {
                    console.note(&lang.t("user-none"));
                }
                console.print(&table(&accounts, lang))
            }
        }
    }
}

impl Named {
    /// What was done, or that there is no such account.
    fn said(&self, console: Console, key: &str, done: bool) -> Result<(), Failure> {
        let lang = console.lang();
        let args = [("name", Value::from(self.name.as_str()))];
        if done {
            console.print(&format!("{}\n", lang.t_with(key, &args)))
        } else {
            Err(Failure::input(lang.t_with("user-unknown", &args)))
        }
    }
}

/// The role's name for people.
fn role_name(lang: Lang, role: Role) -> String {
    lang.t(&format!("role-{}", role.as_str()))
}

/// The password, and its text again if it was generated.
fn password(add: &Add, console: Console, lang: Lang) -> Result<(String, Option<String>), Failure> {
    if add.generate {
        let made = Password::generated().map_err(|e| internal(lang, e))?;
        let text = made.reveal().to_owned();
        console.note(&lang.t("user-password-once"));
        return Ok((text.clone(), Some(text)));
    }
    if io::stdin().is_terminal() {
        let first = secret(console, &lang.t("user-password-ask"), lang)?;
        let second = secret(console, &lang.t("user-password-again"), lang)?;
        if first != second {
            return Err(Failure::input(lang.t("user-password-differs")));
        }
        return Ok((first, None));
    }
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    read.map_err(|error| internal(lang, error))?;
    let text = line.trim_end_matches(['\r', '\n']).to_owned();
    Ok((text, None))
}

/// A line from the terminal that is not shown.
fn secret(console: Console, prompt: &str, lang: Lang) -> Result<String, Failure> {
    console.note(prompt);
    let line = ::console::Term::stderr().read_secure_line();
    line.map_err(|error| internal(lang, error))
}

async fn open(stores: &Stores, lang: Lang) -> Result<Accounts, Failure> {
    let config = stores.config(lang, instance::NO_LINKS, Zone::shanghai())?;
    let opened = Accounts::open(&config).await;
    opened.map_err(|error| instance::refusal(lang, error))
}

async fn create(add: &Add, password: String, lang: Lang) -> Result<Account, Failure> {
    let role = Role::from_word(&add.role).unwrap_or(Role::Evaluator);
    if add.county.is_some() && role != Role::Reporter {
        return Err(Failure::input(lang.t("user-county-unused")));
    }
    let accounts = open(&add.stores, lang).await?;
    let role = (role, add.county.as_deref());
    // Whoever runs the command has seen a password that was generated.
    let made = accounts.create_with(&add.name, role, password, add.generate);
    let made = made.await;
    made.map_err(|error| refusal(error, &add.name, lang))
}

async fn list(stores: &Stores, lang: Lang) -> Result<Vec<Account>, Failure> {
    let listed = open(stores, lang).await?.list().await;
    listed.map_err(|error: AccountsError| internal(lang, error))
}

/// Why no account was made, in words.
fn refusal(error: CreateError, name: &str, lang: Lang) -> Failure {
    let named = [("name", Value::from(name))];
    Failure::input(match error {
        CreateError::Name(_) => lang.t_with("user-bad-name", &named),
        CreateError::Taken(_) => lang.t_with("user-taken", &named),
        CreateError::County(code) => lang.t_with("user-no-county", &[("code", Value::from(code))]),
        CreateError::Password(Unfit::TooShort) => {
            let least = u32::try_from(SHORTEST).unwrap_or(u32::MAX);
            lang.t_with("user-password-short", &[("least", Value::from(least))])
        }
        CreateError::Password(Unfit::TooLong) => lang.t("user-password-long"),
        CreateError::Password(Unfit::Guessable) => lang.t("user-password-guessable"),
        CreateError::Internal(error) => return internal(lang, error),
    })
}

fn internal<E: std::error::Error + Send + Sync + 'static>(lang: Lang, error: E) -> Failure {
    Failure::internal(lang.t("user-failed"), error)
}

/// Name, role, day of making, and whether the account is closed, in aligned columns.
fn table(accounts: &[Account], lang: Lang) -> String {
    let zone = Zone::shanghai();
    let width = accounts.iter().map(|a| a.name.as_str().width()).max();
    let width = width.unwrap_or_default();
    let line = |account: &Account| {
        let name = account.name.as_str();
        let gap = " ".repeat(width.saturating_sub(name.width()));
        let made = zone.date(account.created_at);
        let role = account.role.as_str();
        let end = match account.disabled_at {
            Some(_) => format!("  {}", lang.t("user-disabled")),
            None => String::new(),
        };
        format!("{name}{gap}  {role:<13}  {made}{end}\n")
    };
    accounts.iter().map(line).collect()
}
