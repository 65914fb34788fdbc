//! Connections: how many, how long, whose.
//!
//! For: [`super::serve`]. Uses: hyper's HTTP/1 over sockets of our own. Promises: a client holds at most a
//! socket, never a worker: a head is there within [`Limits::head`], an answer is taken within
//! [`Limits::answer`], an idle connection ends after [`Limits::idle`]; between requests a connection keeps no
//! buffer; when most places are taken, idle ones end much sooner, so that there is room for the next
//! resident. Told to stop, the server takes no more connections, finishes what it has begun and cuts what
//! is not done after [`Limits::drain`].

mod body;
mod connection;
mod counts;
mod proxy;
mod tls;
mod watch;

pub use self::counts::Counts;
pub(super) use self::proxy::From;
pub use self::proxy::{ClientAddress, Proxies};
pub use self::tls::{TlsProblem, acceptor};

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioTimer;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Head lines of a request at most; browsers send about twenty.
const MOST_HEADERS: usize = 64;
/// Bytes of a request's head at most; codes are in the fragment, which no browser sends.
const LARGEST_HEAD: usize = 16 * 1024;
/// Pause after the system refused a connection: it has no descriptors or no memory at this moment.
const AFTER_REFUSAL: Duration = Duration::from_millis(50);

/// What clients may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time.
    pub connections: usize,
    /// From the connection, or from a request's first byte, to the end of its head.
    pub head: Duration,
    /// Without a request on a connection that had one. Longer than a proxy's (nginx: 60 s), or the proxy
    /// would send a form into a connection that is just being closed.
    pub idle: Duration,
    /// Without a request while fewer than a quarter of the places are free.
    pub crowded: Duration,
    /// From the end of a head to the last byte of the answer.
    pub answer: Duration,
    /// For what was begun before the server was told to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            crowded: Duration::from_secs(2),
            answer: Duration::from_mins(2),
            drain: Duration::from_secs(35),
        }
    }
}

/// How a server meets its clients.
#[derive(Clone, Default)]
pub struct Front {
    /// What clients may take.
    pub limits: Limits,
    /// Who may say on whose behalf it asks.
    pub proxies: Proxies,
    /// TLS, if the server speaks it by itself.
    pub tls: Option<TlsAcceptor>,
    /// What is counted.
    pub counts: Arc<Counts>,
}

/// What all connections of a listener share.
struct House {
    router: Router,
    front: Front,
    http: http1::Builder,
    places: Arc<Semaphore>,
    crowd: Notify,
    stop: CancellationToken,
    /// Ends what is left after the drain.
    cut: CancellationToken,
}

impl House {
    fn new(router: Router, front: Front, stop: CancellationToken) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            // Every limit of time is ours: see `watch`.
            .header_read_timeout(None)
            .max_headers(MOST_HEADERS)
            .max_buf_size(LARGEST_HEAD);
        Self {
            router,
            http,
            places: Arc::new(Semaphore::new(front.limits.connections)),
            crowd: Notify::new(),
            stop,
            cut: CancellationToken::new(),
            front,
        }
    }

    /// Whether fewer than a quarter of the places are free.
    fn is_crowded(&self) -> bool {
        self.places.available_permits() < self.front.limits.connections / 4
    }

    /// A place for one connection; `None` once the server stops.
    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        let crowded_before = self.is_crowded();
        let place = tokio::select! {
            place = self.places.clone().acquire_owned() => place.ok(),
            () = self.stop.cancelled() => None,
        };
        if self.is_crowded() && !crowded_before {
            self.crowd.notify_waiters();
        }
        place
    }
}

/// Serves these routes until told to stop, then lets requests under way finish.
pub async fn run(router: Router, listener: TcpListener, front: Front, stop: CancellationToken) {
    let drain = front.limits.drain;
    let house = Arc::new(House::new(router, front, stop));
    let visits = TaskTracker::new();
    while let Some(place) = house.place().await {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = house.stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                visits.spawn(visit(house.clone(), stream, peer.ip(), place));
            }
            Err(error) => refused(&error).await,
        }
    }
    // Whoever comes now is refused by the system, and a proxy asks the next node.
    drop(listener);
    visits.close();
    if timeout(drain, visits.wait()).await.is_err() {
        house.cut.cancel();
        visits.wait().await;
    }
}

async fn visit(house: Arc<House>, stream: TcpStream, peer: IpAddr, place: OwnedSemaphorePermit) {
    house.front.counts.opened();
    welcome(&house, stream, peer).await;
    house.front.counts.closed();
    drop(place);
}

async fn welcome(house: &House, stream: TcpStream, peer: IpAddr) {
    // Answers are written whole: waiting for more only delays them.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    match &house.front.tls {
        None => connection::keep(house, stream, peer).await,
        // On the heap, so that connections without TLS do not carry the room for it.
        Some(tls) => Box::pin(encrypt(house, tls, stream, peer)).await,
    }
}

async fn encrypt(house: &House, tls: &TlsAcceptor, stream: TcpStream, peer: IpAddr) {
    let shaken = tokio::select! {
        shaken = timeout(house.front.limits.head, tls.accept(stream)) => shaken,
        () = house.stop.cancelled() => return,
    };
    // What is no TLS is nobody's to mend here.
    if let Ok(Ok(stream)) = shaken {
        connection::keep_asked(house, stream, peer).await;
    }
}

/// The client gave up in the queue, or the machine is short of something.
async fn refused(error: &io::Error) {
    let gone = [
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::ConnectionRefused,
    ];
    if !gone.contains(&error.kind()) {
        tracing::warn!(%error, "no connection could be taken");
        sleep(AFTER_REFUSAL).await;
    }
}

#[cfg(test)]
mod tests;
