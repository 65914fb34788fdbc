//! Connections of good, slow, idle and greedy clients, over sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Extension;
use axum::routing::{get, post};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::*;

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
/// More than sockets on both sides take without a reader.
const MUCH: usize = 64 << 20;

const fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

fn routes() -> Router {
    let whose = |Extension(ClientAddress(address)): Extension<ClientAddress>| async move {
        address.to_string()
    };
    Router::new()
        .route("/", get(|| async { "here" }))
        .route("/whose", get(whose))
        .route("/echo", post(|text: String| async move { text }))
        .route("/much", get(|| async { Body::from(vec![b'x'; MUCH]) }))
        .route(
            "/slow",
            get(|| async {
                sleep(seconds(2)).await;
                "done"
            }),
        )
}

struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    counts: Arc<Counts>,
    running: JoinHandle<()>,
}

impl Server {
    async fn start(front: Front) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, counts) = (CancellationToken::new(), front.counts.clone());
        let tasks = TaskTracker::new();
        let running = tasks.spawn(run(routes(), listener, front, stop.clone()));
        Self {
            address,
            stop,
            counts,
            running,
        }
    }

    async fn with(limits: Limits) -> Self {
        Self::start(Front {
            limits,
            ..Front::default()
        })
        .await
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    fn ended(&self, why: &str) -> u64 {
        self.counts
            .ended()
            .find(|(word, _)| *word == why)
            .unwrap()
            .1
    }
}

/// Reads one answer with a length; `None` if the connection ends before it.
async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut text = Vec::new();
    loop {
        if let Some(head) = text.windows(4).position(|four| four == b"\r\n\r\n") {
            let shown = String::from_utf8_lossy(&text).to_ascii_lowercase();
            let length = shown.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
            if text.len() >= head + 4 + length.unwrap_or(0) {
                return Some(String::from_utf8(text).unwrap());
            }
        }
        let mut byte = [0];
        match stream.read(&mut byte).await {
            Ok(1) => text.push(byte[0]),
            _ => return None,
        }
    }
}

async fn ask(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), request: &[u8]) -> Option<String> {
    stream.write_all(request).await.ok()?;
    answer(stream).await
}

fn is_here(answer: Option<String>) -> bool {
    answer.is_some_and(|text| text.starts_with("HTTP/1.1 200") && text.ends_with("here"))
}

/// How long until the server ends this connection.
async fn ends(stream: &mut TcpStream) -> Duration {
    let begun = Instant::now();
    let mut rest = Vec::new();
    let ended = timeout(seconds(20), stream.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "it stays");
    begun.elapsed()
}

#[tokio::test]
async fn a_parked_connection_is_a_small_task() {
    let house = Arc::new(House::new(
        routes(),
        Front::default(),
        CancellationToken::new(),
    ));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap())
        .await
        .unwrap();
    let peer = [127, 0, 0, 1].into();
    let task = visit(house.clone(), stream, peer, house.place().await.unwrap());
    let size = size_of_val(&task);
    assert!(size < 1_536, "{size}");
}

#[tokio::test]
async fn a_head_that_does_not_end_is_cut_however_it_trickles() {
    let server = Server::with(Limits {
        head: seconds(2),
        ..Limits::default()
    })
    .await;
    let mut silent = server.connect().await;
    let mut half = server.connect().await;
    half.write_all(&GET[..10]).await.unwrap();
    let mut trickle = server.connect().await;
    let (mut reader, mut writer) = trickle.split();
    let dripping = async {
        for byte in GET.iter().cycle() {
            if writer.write_all(&[*byte]).await.is_err() {
                return;
            }
            sleep(Duration::from_millis(200)).await;
        }
    };
    let begun = Instant::now();
    let mut rest = Vec::new();
    // The first head of a trickle would be complete after five seconds.
    tokio::select! {
        () = dripping => {}
        _ = reader.read_to_end(&mut rest) => {}
    }
    assert!(rest.is_empty() && begun.elapsed() < seconds(5));
    assert!(ends(&mut silent).await + ends(&mut half).await < seconds(4));
    assert_eq!(server.ended("head"), 3);
    assert!(is_here(ask(&mut server.connect().await, GET).await));
}

#[tokio::test]
async fn a_kept_connection_is_parked_served_again_and_ended_when_idle() {
    let server = Server::with(Limits {
        idle: seconds(4),
        ..Limits::default()
    })
    .await;
    let mut kept = server.connect().await;
    for pause in [0, 0, 2_500, 700, 2_500] {
        sleep(Duration::from_millis(pause)).await;
        assert!(is_here(ask(&mut kept, GET).await), "after {pause} ms");
    }
    // A body goes through a parked connection, too, in two parts.
    sleep(Duration::from_millis(2_500)).await;
    let head = b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 6\r\n\r\nabc";
    kept.write_all(head).await.unwrap();
    sleep(Duration::from_millis(1_500)).await;
    let echoed = ask(&mut kept, b"def").await.unwrap();
    assert!(echoed.ends_with("abcdef"), "{echoed}");
    let lasted = ends(&mut kept).await;
    assert!((seconds(4)..seconds(8)).contains(&lasted), "{lasted:?}");
    assert_eq!((server.ended("idle"), server.counts.open()), (1, 0));
}

#[tokio::test]
async fn requests_sent_ahead_are_answered_in_order() {
    let server = Server::with(Limits::default()).await;
    let mut stream = server.connect().await;
    let both = [GET, b"GET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n", GET].concat();
    stream.write_all(&both).await.unwrap();
    assert!(is_here(answer(&mut stream).await));
    assert!(
        answer(&mut stream)
            .await
            .unwrap()
            .starts_with("HTTP/1.1 404")
    );
    assert!(is_here(answer(&mut stream).await));
}

#[tokio::test]
async fn when_places_are_few_idle_connections_make_room() {
    let server = Server::with(Limits {
        connections: 8,
        crowded: seconds(1),
        ..Limits::default()
    })
    .await;
    let mut idle = Vec::new();
    for number in 0..8 {
        let mut stream = server.connect().await;
        // Some had a request, some never.
        assert!(number % 2 == 0 || is_here(ask(&mut stream, GET).await));
        idle.push(stream);
    }
    let begun = Instant::now();
    let mut next = server.connect().await;
    assert!(is_here(ask(&mut next, GET).await));
    assert!(begun.elapsed() < seconds(5), "{:?}", begun.elapsed());
    assert!(server.ended("head") + server.ended("idle") >= 1);
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_cut() {
    let server = Server::with(Limits {
        answer: seconds(2),
        ..Limits::default()
    })
    .await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"GET /much HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    sleep(seconds(4)).await;
    assert_eq!(server.ended("answer"), 1);
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert!(rest.len() < MUCH);
}

#[tokio::test]
async fn heads_beyond_measure_are_refused() {
    let server = Server::with(Limits::default()).await;
    let long = format!(
        "GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n",
        "x".repeat(20_000)
    );
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(100));
    for head in [long, many] {
        let answer = ask(&mut server.connect().await, head.as_bytes()).await;
        // Whoever goes on sending may see the end before the answer.
        let answer = answer.unwrap_or("HTTP/1.1 431".to_owned());
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    for nonsense in [&b"\0\0\0\0\r\n\r\n"[..], b"GET / HTTP/9.9\r\n\r\n"] {
        let answer = ask(&mut server.connect().await, nonsense).await;
        assert!(answer.is_none_or(|text| text.starts_with("HTTP/1.1 4")));
    }
    assert!(is_here(ask(&mut server.connect().await, GET).await));
}

#[tokio::test]
async fn told_to_stop_it_finishes_what_it_has_begun_and_nothing_else() {
    let server = Server::with(Limits::default()).await;
    let (mut slow, mut kept, mut half) = (
        server.connect().await,
        server.connect().await,
        server.connect().await,
    );
    assert!(is_here(ask(&mut kept, GET).await));
    half.write_all(&GET[..10]).await.unwrap();
    slow.write_all(b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    sleep(Duration::from_millis(300)).await;
    server.stop.cancel();
    assert!(ends(&mut kept).await < seconds(1));
    assert!(ends(&mut half).await < seconds(1));
    let done = answer(&mut slow).await.unwrap().to_ascii_lowercase();
    assert!(
        done.ends_with("done") && done.contains("connection: close"),
        "{done}"
    );
    server.running.await.unwrap();
    assert_eq!(server.counts.open(), 0);
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn what_is_not_done_after_the_drain_is_cut() {
    let server = Server::with(Limits {
        drain: seconds(1),
        ..Limits::default()
    })
    .await;
    let mut greedy = server.connect().await;
    greedy
        .write_all(b"GET /much HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    sleep(Duration::from_millis(300)).await;
    let begun = Instant::now();
    server.stop.cancel();
    server.running.await.unwrap();
    assert!((seconds(1)..seconds(4)).contains(&begun.elapsed()));
}

#[tokio::test]
async fn the_word_of_a_proxy_counts_only_when_it_is_trusted() {
    let request = b"GET /whose HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 192.0.2.9\r\nforwarded: for=6.6.6.6\r\n\r\n";
    for (trusted, wanted) in [(vec![], "127.0.0.1"), (vec!["127.0.0.0/8"], "192.0.2.9")] {
        let networks = trusted.iter().map(|text| Proxies::network(text).unwrap());
        let server = Server::start(Front {
            proxies: Proxies::new(networks.collect()),
            ..Front::default()
        })
        .await;
        let told = ask(&mut server.connect().await, request).await.unwrap();
        assert!(told.ends_with(&format!("\r\n\r\n{wanted}")), "{told}");
    }
}

#[tokio::test]
async fn it_speaks_tls_by_itself_and_nothing_else_there() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("cert"), folder.path().join("key"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let server = Server::start(Front {
        tls: Some(acceptor(&cert, &key).unwrap()),
        limits: Limits {
            head: seconds(2),
            idle: seconds(3),
            ..Limits::default()
        },
        ..Front::default()
    })
    .await;
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let name = ServerName::try_from("localhost").unwrap();
    let stream = server.connect().await;
    let mut tls = connector.connect(name.clone(), stream).await.unwrap();
    // At once, after a pause in which it is parked, and several at a time.
    for pause in [0, 2_000, 10, 2_000] {
        sleep(Duration::from_millis(pause)).await;
        assert!(is_here(ask(&mut tls, GET).await), "after {pause} ms");
    }
    tls.write_all(&[GET, GET].concat()).await.unwrap();
    assert!(is_here(answer(&mut tls).await) && is_here(answer(&mut tls).await));
    let other = ServerName::try_from("example.org").unwrap();
    assert!(
        connector
            .connect(other, server.connect().await)
            .await
            .is_err()
    );
    let mut plain = server.connect().await;
    let refused = ask(&mut plain, GET).await;
    assert!(refused.is_none(), "{refused:?}");
    let mut silent = server.connect().await;
    assert!(ends(&mut silent).await < seconds(5));
}
