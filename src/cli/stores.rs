//! Where an instance keeps what it knows: a folder, and two databases.
//!
//! For: every command that opens an instance. Promises: without an address of a database both stores
//! are files in the folder; an address is never repeated in a message, since a password may stand in it.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Failure;
use crate::i18n::Lang;
use crate::service::app::{AppConfig, Part};
use crate::survey::time::{Clock, Zone};

/// Where the stores are.
#[derive(Debug, Args)]
pub(super) struct Stores {
    /// Folder of this instance's data: its keys, and both stores unless a database is named.
    #[arg(long = "data", value_name = "DIR", env = "MINYI_DATA")]
    data: PathBuf,
    /// Address of a PostgreSQL server, `postgres://USER:PASSWORD@HOST/NAME`: the stores are its
    /// databases `NAME_office` and `NAME_urn`. Once more for each standby that may be promoted
    /// (in the variable: separated by spaces).
    #[arg(
        long,
        value_name = "URL",
        env = "MINYI_DATABASE_URL",
        hide_env_values = true,
        value_delimiter = ' ',
        conflicts_with_all = ["office_url", "urn_url"]
    )]
    database_url: Vec<String>,
    /// Address of the office's database, if its account is another than the urn's. Once more for
    /// each standby.
    #[arg(
        long,
        value_name = "URL",
        env = "MINYI_OFFICE_URL",
        hide_env_values = true,
        value_delimiter = ' '
    )]
    office_url: Vec<String>,
    /// Address of the urn's database.
    #[arg(
        long,
        value_name = "URL",
        env = "MINYI_URN_URL",
        hide_env_values = true,
        value_delimiter = ' '
    )]
    urn_url: Vec<String>,
    /// Folder of the urn's data, if office and urn are two programs with a folder each: "--data" is the office's then.
    #[arg(long, value_name = "DIR", env = "MINYI_URN_DATA")]
    urn_data: Option<PathBuf>,
}

/// Which part of an instance a program is, as it is said on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Named {
    /// Office and urn in one program.
    Both,
    /// Codes, staff, everything that is published; no answers.
    Office,
    /// Answers with blind tokens, and their log; nothing of a code.
    Urn,
}

impl Named {
    pub(super) const fn part(self) -> Part {
        match self {
            Self::Both => Part::Both,
            Self::Office => Part::Office,
            Self::Urn => Part::Urn,
        }
    }
}

impl Stores {
    /// The folder.
    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    /// The instance, whose tables must be those of this version.
    pub(super) fn config(
        &self,
        lang: Lang,
        public_url: &str,
        zone: Zone,
    ) -> Result<AppConfig, Failure> {
        self.config_of(Part::Both, lang, public_url, zone)
    }

    /// The same for a program of one role, which is told nothing of the other's store.
    pub(super) fn config_of(
        &self,
        part: Part,
        lang: Lang,
        public_url: &str,
        zone: Zone,
    ) -> Result<AppConfig, Failure> {
        let mut files = AppConfig::embedded(&self.data, Clock::Real, zone, public_url);
        files = files.checked().of(part);
        if let Some(folder) = &self.urn_data {
            files = files.with_urn_in(folder);
        }
        let foreign = match part {
            Part::Both => false,
            Part::Office => !self.urn_url.is_empty() || self.urn_data.is_some(),
            Part::Urn => !self.office_url.is_empty() || self.urn_data.is_some(),
        };
        if foreign || (part != Part::Both && !self.database_url.is_empty()) {
            return Err(Failure::input(lang.t("serve-role-alone")));
        }
        if part == Part::Both && self.office_url.is_empty() != self.urn_url.is_empty() {
            return Err(Failure::input(lang.t("serve-one-url")));
        }
        let (office, urn) = if self.database_url.is_empty() {
            (self.office_url.clone(), self.urn_url.clone())
        } else {
            let named = |suffix: &str| -> Result<Vec<String>, Failure> {
                let urls = self.database_url.iter();
                urls.map(|url| suffixed(url, suffix))
                    .collect::<Option<_>>()
                    .ok_or_else(|| Failure::input(lang.t("serve-database-unnamed")))
            };
            (named("_office")?, named("_urn")?)
        };
        if office.is_empty() && urn.is_empty() {
            return Ok(files);
        }
        if office.iter().any(|url| urn.contains(url)) {
            return Err(Failure::input(lang.t("serve-one-database")));
        }
        Ok(files.on_postgres(office, urn))
    }
}

/// The address with a longer name of the database; nothing if it names none.
fn suffixed(url: &str, suffix: &str) -> Option<String> {
    let (address, options) = url
        .split_once('?')
        .map_or((url, None), |(a, b)| (a, Some(b)));
    let (_, rest) = address.split_once("://")?;
    let (_, name) = rest.split_once('/')?;
    if name.is_empty() || name.contains('/') {
        return None;
    }
    let options = options
        .map(|options| format!("?{options}"))
        .unwrap_or_default();
    Some(format!("{address}{suffix}{options}"))
}

#[cfg(test)]
mod tests {
    use super::suffixed;

    #[test]
    fn the_name_of_a_database_is_made_longer_where_it_stands() {
        let urn = |url| suffixed(url, "_urn");
        assert_eq!(
            urn("postgres://ada:p%2Fw@db:5433/minyi?sslmode=require").as_deref(),
            Some("postgres://ada:p%2Fw@db:5433/minyi_urn?sslmode=require")
        );
        assert_eq!(
            urn("postgresql://%2Frun%2Fpostgresql/minyi").as_deref(),
            Some("postgresql://%2Frun%2Fpostgresql/minyi_urn")
        );
        for unnamed in [
            "postgres://db",
            "postgres://db/",
            "postgres://db/a/b",
            "db/minyi",
        ] {
            assert_eq!(urn(unnamed), None, "{unnamed}");
        }
    }
}
