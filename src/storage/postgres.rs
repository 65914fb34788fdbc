//! Connections to PostgreSQL: to whichever of several addresses takes writes.
//!
//! A store may have the addresses of a primary and of its standbys. The pool connects to the first
//! that is not in recovery; while several are known, a task looks every [`LOOK`] whether that is
//! still so, and points the pool to the one that was promoted. A connection that is older than the
//! last change of server is not used again, and no session ever begins on a standby. Residents read
//! "send again" meanwhile.

use std::str::FromStr as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, Postgres, Transaction};
use tokio::time::{Instant, timeout};
use tokio_util::task::AbortOnDropHandle;

use super::{ACQUIRE_WAIT, StoreError};

/// Connections per store and node.
const CONNECTIONS: u32 = 10;
/// How often the server in use is looked at, when there is another to turn to.
const LOOK: Duration = Duration::from_millis(500);
/// A server that says nothing for so long is passed over.
const SILENCE: Duration = Duration::from_secs(3);
/// A connection that was used within this time is not tested again before it is used.
const FRESH: Duration = Duration::from_secs(1);

/// Settings of every session, whatever the server's defaults are: a commit waits for the disk (and
/// for the standby, where the server names one); a statement that commits itself reads what was committed
/// before it; nobody waits for ever for a lock, and a session that lost its program lets its locks go.
const SETTINGS: [(&str, &str); 4] = [
    ("default_transaction_isolation", "read committed"),
    ("synchronous_commit", "on"),
    ("lock_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "60s"),
];

/// Not among the prepared statements: it has no table.
const IN_RECOVERY: &str = "SELECT pg_is_in_recovery()";
/// Nor this one any of ours.
const IS_DIVIDED: &str = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')
    OR EXISTS (SELECT FROM pg_class WHERE relname = 'spent' AND relkind = 'p')";

/// A pool, and the task that keeps it at the primary.
pub(super) struct Server {
    /// The connections.
    pub(super) pool: PgPool,
    /// Whether tables may be divided by county between servers: Citus takes no statement that writes several of them, and a
    /// transaction is to touch one county.
    pub(super) is_divided: bool,
    _watch: Option<AbortOnDropHandle<()>>,
}

/// Since when the pool is at its server; connections from before are of another.
#[derive(Clone)]
struct Turned(Arc<Mutex<Instant>>);

impl Turned {
    fn now() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn turn(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn is_before(&self, age: Duration) -> bool {
        age > self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .elapsed()
    }
}

/// Reads an address; an error names no part of it, since a password may stand there.
pub(super) fn read(url: &str) -> Result<PgConnectOptions, StoreError> {
    let options = PgConnectOptions::from_str(url).map_err(StoreError::opening)?;
    Ok(options
        .options(SETTINGS)
        .application_name("minyi")
        .disable_statement_logging())
}

impl Server {
    /// Connects to the first of these addresses that takes writes.
    pub(super) async fn open(urls: &[String]) -> Result<Self, StoreError> {
        let servers: Vec<PgConnectOptions> =
            urls.iter().map(|url| read(url)).collect::<Result<_, _>>()?;
        let (place, primary) = find(&servers).await?;
        let turned = Turned::now();
        let pool = pool(&turned)
            .connect_with(primary)
            .await
            .map_err(StoreError::opening)?;
        let is_divided = sqlx::query_scalar(IS_DIVIDED).fetch_one(&pool).await?;
        let watch = (servers.len() > 1).then(|| {
            let task = watch(pool.clone(), servers, place, turned);
            #[expect(
                clippy::disallowed_methods,
                reason = "ends with the pool that it serves"
            )]
            let handle = tokio::spawn(task);
            AbortOnDropHandle::new(handle)
        });
        Ok(Self {
            pool,
            is_divided,
            _watch: watch,
        })
    }

    /// Begins a transaction, in a task of its own: whoever waits for it may go away, as residents on bad
    /// networks do, and sqlx does not know of a transaction whose beginning nobody waited for. The session
    /// would go back to the pool inside it, and the next user would read an old state or be refused a write.
    pub(super) async fn begin(
        &self,
        statement: &'static str,
    ) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        let pool = self.pool.clone();
        let task = async move { pool.begin_with(statement).await };
        #[expect(
            clippy::disallowed_methods,
            reason = "ends when a connection was waited for"
        )]
        let begun = tokio::spawn(task).await;
        begun.unwrap_or(Err(sqlx::Error::WorkerCrashed))
    }
}

fn pool(turned: &Turned) -> PgPoolOptions {
    let (before, after) = (turned.clone(), turned.clone());
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_WAIT)
        .test_before_acquire(false)
        .after_connect(|conn, _| {
            Box::pin(async move {
                if is_standby(conn).await? {
                    return Err(sqlx::Error::Io(std::io::Error::other(
                        "the server is a standby",
                    )));
                }
                Ok(())
            })
        })
        .before_acquire(move |conn, meta| {
            let turned = before.clone();
            Box::pin(async move {
                if turned.is_before(meta.age) {
                    return Ok(false);
                }
                if meta.idle_for > FRESH {
                    conn.ping().await?;
                }
                Ok(true)
            })
        })
        .after_release(move |_, meta| {
            let turned = after.clone();
            Box::pin(async move { Ok(!turned.is_before(meta.age)) })
        })
}

async fn is_standby(conn: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(IN_RECOVERY).fetch_one(conn).await
}

/// The first server that takes writes, or why the last one that was asked does not.
async fn find(servers: &[PgConnectOptions]) -> Result<(usize, PgConnectOptions), StoreError> {
    let mut reason = StoreError::NoPrimary;
    for (place, server) in servers.iter().enumerate() {
        match ask(server).await {
            Ok(true) => return Ok((place, server.clone())),
            Ok(false) => {}
            Err(error) => reason = StoreError::opening(error),
        }
    }
    Err(reason)
}

/// Whether this server takes writes.
async fn ask(server: &PgConnectOptions) -> Result<bool, sqlx::Error> {
    let asked = timeout(SILENCE, async {
        let mut conn = server.connect().await?;
        let standby = is_standby(&mut conn).await?;
        // The answer is known; how the connection ends does not matter.
        drop(conn.close().await);
        Ok(!standby)
    });
    asked
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())))
}

async fn watch(pool: PgPool, servers: Vec<PgConnectOptions>, mut place: usize, turned: Turned) {
    while !pool.is_closed() {
        tokio::time::sleep(LOOK).await;
        let in_use = match servers.get(place) {
            Some(server) => ask(server).await.unwrap_or(false),
            None => false,
        };
        if in_use {
            continue;
        }
        // While there is none, connections fail and are tried again.
        let Ok((found, primary)) = find(&servers).await else {
            continue;
        };
        place = found;
        tracing::warn!(server = place, "writes go to another database server");
        pool.set_connect_options(primary);
        turned.turn();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_none_is_refused_without_repeating_it() {
        let error = read("postgres://minyi:secret@host:notaport/x").err();
        let text = format!("{:?}", error.map(|error| error.to_string()));
        assert!(
            text.starts_with("Some") && !text.contains("secret"),
            "{text}"
        );
        assert!(read("postgres://minyi@host/minyi_urn").is_ok());
    }
}
