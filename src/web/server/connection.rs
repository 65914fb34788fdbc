//! One connection: parked until a request begins, served, parked again.
//!
//! Uses: [`Watch`], hyper. Promises: a parked connection is a socket and a small task: hyper and its buffers
//! come with the first byte of a request and go soon after the last of its answer, so that thousands of
//! visitors who have their page cost no buffers while they read it.

use std::convert::Infallible;
use std::net::IpAddr;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::Service as _;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_rustls::server::TlsStream;

use super::body::Compact;
use super::counts::Cut;
use super::watch::{Phase, Told, Watch, Watched};
use super::{ClientAddress, House};

/// How long a connection may be idle before it is parked, and how often it is looked at in the beginning.
const SOON: Duration = Duration::from_millis(50);
/// How often it is looked at when it has been doing the same for long.
const PACE: Duration = Duration::from_secs(1);
/// What is long.
const LONG: Duration = Duration::from_millis(500);

/// A stream over a socket.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// The socket below everything.
    fn socket(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Stream for TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Serves a new connection to its end.
pub(super) async fn keep<S: Stream>(house: &House, stream: S, peer: IpAddr) {
    if is_asked(house, &stream, house.front.limits.head, Cut::Head).await {
        keep_asked(house, stream, peer).await;
    }
}

/// Serves a connection to its end that may have sent something already: TLS reads ahead.
pub(super) async fn keep_asked<S: Stream>(house: &House, mut stream: S, peer: IpAddr) {
    loop {
        // On the heap, so that a parked connection does not carry the room for it.
        match Box::pin(serve(house, stream, peer)).await {
            Some(parked) => stream = parked,
            None => return,
        }
        if !is_asked(house, &stream, house.front.limits.idle, Cut::Idle).await {
            return;
        }
    }
}

/// Waits for the first byte of a request; false when the connection is to end.
async fn is_asked<S: Stream>(house: &House, stream: &S, patience: Duration, why: Cut) -> bool {
    let begun = Instant::now();
    let mut byte = [0];
    loop {
        let crowd = house.crowd.notified();
        let patience = if house.is_crowded() {
            patience.min(house.front.limits.crowded)
        } else {
            patience
        };
        tokio::select! {
            // Readiness alone may be a guess of the runtime; a byte that is seen is there.
            seen = stream.socket().peek(&mut byte) => return seen.is_ok_and(|bytes| bytes > 0),
            () = house.stop.cancelled() => return false,
            () = crowd => {}
            () = sleep_until(begun + patience) => {
                house.front.counts.cut(why);
                return false;
            }
        }
    }
}

/// Serves until the connection ends, or gives it back when it is idle.
async fn serve<S: Stream>(house: &House, stream: S, peer: IpAddr) -> Option<S> {
    let watch = Watch::start();
    let service = service(house, peer, &watch);
    let watched = Watched {
        stream,
        watch: watch.clone(),
    };
    let mut connection = house.http.serve_connection(TokioIo::new(watched), service);
    let mut next = std::pin::pin!(sleep(SOON));
    let mut stopping = false;
    loop {
        tokio::select! {
            biased;
            // How it ended is the client's affair: it went away, or what it sent is no HTTP.
            _ = &mut connection => return None,
            () = &mut next => {}
            () = house.stop.cancelled(), if !stopping => {
                stopping = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
            () = house.cut.cancelled() => return None,
        }
        match watch.phase() {
            // Nothing of it was taken; whoever sends the rest again finds the next node.
            (Phase::Head, _) if stopping => return None,
            (Phase::Head, lasted) if lasted >= house.front.limits.head => {
                house.front.counts.cut(Cut::Head);
                return None;
            }
            (Phase::Busy, lasted) if lasted >= house.front.limits.answer => {
                house.front.counts.cut(Cut::Answer);
                return None;
            }
            (Phase::Idle, lasted) if lasted >= SOON => break,
            (_, lasted) => {
                let pause = if lasted >= LONG { PACE } else { SOON };
                next.as_mut().reset(Instant::now() + pause);
            }
        }
    }
    let parts = connection.into_parts();
    // What came too early is half a head that nobody went on with.
    parts
        .read_buf
        .is_empty()
        .then(|| parts.io.into_inner().stream)
}

fn service(
    house: &House,
    peer: IpAddr,
    watch: &Watch,
) -> impl hyper::service::Service<
    Request<Incoming>,
    Response = hyper::Response<Told>,
    Error = Infallible,
    Future: Send,
> + use<> {
    let routes: TowerToHyperService<Router> = TowerToHyperService::new(house.router.clone());
    let proxies = house.front.proxies.clone();
    let watch = watch.clone();
    hyper::service::service_fn(move |mut request: Request<Incoming>| {
        watch.called();
        let client = proxies.client(peer, request.headers());
        request.extensions_mut().insert(ClientAddress(client));
        let (answer, watch) = (routes.call(request.map(Compact)), watch.clone());
        async move {
            let answer = answer.await?;
            Ok(answer.map(|body| Told::new(body, watch)))
        }
    })
}
