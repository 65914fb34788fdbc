//! The link for the first administrator, shown by `minyi serve` where there is no account yet.
//!
//! Uses: `service::accounts::first`. Promises: a terminal shows the link; where standard error is no terminal, and so may be
//! kept as a log, it is written to a file that only its owner reads, and the file is named; a file of an earlier start goes.

use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::instance::internal;
use super::{Console, Failure};
use crate::service::app::App;

/// The file in the folder of the instance's data.
const FILE: &str = "first-administrator.txt";

/// Makes a link if there is no account, and shows it.
pub(super) async fn offer(app: &App, data: &Path, console: Console) -> Result<(), Failure> {
    let lang = console.lang();
    let path = data.join(FILE);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(internal(lang, error));
        }
        _ => {}
    }
    let offered = app.accounts.offer_first().await;
    let Some(secret) = offered.map_err(|error| internal(lang, error))? else {
        return Ok(());
    };
    let link = format!("{}/welcome#{}", app.public_url, secret.reveal());
    if io::stderr().is_terminal() {
        console.note(&lang.t("welcome-link"));
        console.note(&link);
        return Ok(());
    }
    write(&path, &link).map_err(|error| internal(lang, error))?;
    let args = [("path", path.display().to_string().into())];
    console.note(&lang.t_with("welcome-file", &args));
    Ok(())
}

fn write(path: &Path, link: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    writeln!(file, "{link}")
}
