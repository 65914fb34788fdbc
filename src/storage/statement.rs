//! Statements as constants that a test can collect, and the macro that runs one on either database.

use super::Backend;

/// One declared statement.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// Module and constant.
    pub name: &'static str,
    /// Text for SQLite; empty where only PostgreSQL runs it.
    pub sqlite: &'static str,
    /// Text for PostgreSQL.
    pub postgres: &'static str,
}

impl Statement {
    /// The text for this database.
    #[must_use]
    pub fn text(&self, backend: Backend) -> &'static str {
        match backend {
            Backend::Sqlite => self.sqlite,
            Backend::Postgres => self.postgres,
        }
    }

    /// Whether the two databases need different texts.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.sqlite != self.postgres
    }
}

/// Declares statements that both databases read, and collects them in `STATEMENTS`.
macro_rules! statements {
    ($($name:ident = $sql:literal;)*) => {
        $(const $name: &str = $sql;)*
        /// The statements of this file.
        pub(super) const STATEMENTS: &[$crate::storage::Statement] = &[$(
            $crate::storage::Statement {
                name: concat!(module_path!(), "::", stringify!($name)),
                sqlite: $name,
                postgres: $name,
            },
        )*];
    };
}

/// Declares the few statements whose two texts must differ, and collects them in `DIFFERING`.
macro_rules! per_backend {
    ($($name:ident { sqlite: $sqlite:literal, postgres: $postgres:literal $(,)? })*) => {
        $(const $name: $crate::storage::Statement = $crate::storage::Statement {
            name: concat!(module_path!(), "::", stringify!($name)),
            sqlite: $sqlite,
            postgres: $postgres,
        };)*
        /// The statements of this file with two texts.
        pub(super) const DIFFERING: &[$crate::storage::Statement] = &[$($name,)*];
    };
}

/// Declares statements of PostgreSQL that do at once what SQLite does in several, and collects them in `AT_ONCE`.
macro_rules! at_once {
    ($($name:ident = $sql:literal;)*) => {
        $(const $name: &str = $sql;)*
        /// The statements of this file that only PostgreSQL runs.
        pub(super) const AT_ONCE: &[$crate::storage::Statement] = &[$(
            $crate::storage::Statement {
                name: concat!(module_path!(), "::", stringify!($name)),
                sqlite: "",
                postgres: $name,
            },
        )*];
    };
}

/// Runs one body on either database: `$c` is the connection, with the driver's own type.
macro_rules! sql {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::storage::Conn::Sqlite(connection) => {
                let $c = &mut **connection;
                $body
            }
            $crate::storage::Conn::Postgres(connection) => {
                let $c = &mut **connection;
                $body
            }
        }
    };
}
