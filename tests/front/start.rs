//! Starting: TLS by itself, files that do not fit, too few descriptors.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::free_address;
use crate::support::node::{SLUG, Site};

/// Ends with its test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(data: &Path, address: &str, more: &[&str]) -> Vec<String> {
    let own = ["serve", "--data", data.to_str().unwrap(), "--addr", address];
    let url = ["--public-url", "https://localhost"];
    let all = own.iter().chain(&url).chain(more);
    all.map(|text| (*text).to_owned()).collect()
}

/// What the program says when it does not start.
fn refusal(locale: &str, arguments: &[String]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_minyi"))
        .args(arguments)
        .env("LC_ALL", locale)
        .output()
        .expect("it runs");
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// Connects to a program that is starting.
async fn reach(address: &str) -> TcpStream {
    let begun = Instant::now();
    loop {
        match TcpStream::connect(address).await {
            Ok(stream) => return stream,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(60), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_speaks_tls_by_itself() {
    let site = Site::sqlite(800).await;
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (cert, key) = (site.data.join("cert.pem"), site.data.join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let files = [
        "--tls-cert",
        cert.to_str().unwrap(),
        "--tls-key",
        key.to_str().unwrap(),
    ];
    let address = free_address();
    let child = Command::new(env!("CARGO_BIN_EXE_minyi"))
        .args(serve(&site.data, &address, &files))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let _program = Program(child);
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = reach(&address).await;
    let connector = TlsConnector::from(Arc::new(config));
    let mut tls = connector.connect(name, stream).await.expect("a handshake");
    let request = format!(
        "GET /s/{SLUG}/140321?lang=en HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    );
    tls.write_all(request.as_bytes()).await.unwrap();
    let mut page = Vec::new();
    tls.read_to_end(&mut page).await.unwrap();
    let page = String::from_utf8(page).unwrap();
    assert!(
        page.starts_with("HTTP/1.1 200 OK") && page.contains("</html>"),
        "{page}"
    );
    // What is no TLS gets nothing.
    let mut plain = reach(&address).await;
    plain.write_all(request.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    let _ = plain.read_to_end(&mut said).await;
    assert!(!said.starts_with(b"HTTP"), "{said:?}");
}

#[test]
fn files_that_do_not_fit_are_named_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let made = || rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (one, other) = (made(), made());
    let cert = write("cert.pem", &one.cert.pem());
    let foreign = write("other.pem", &other.signing_key.serialize_pem());
    let empty = write("empty.pem", "");
    let missing = folder.path().join("missing.pem");
    let missing = missing.to_str().unwrap().to_owned();
    let cases = [
        (&missing, &foreign, &missing, ["cannot be read", "读不了"]),
        (
            &empty,
            &foreign,
            &empty,
            ["holds no certificate", "没有证书"],
        ),
        (&cert, &empty, &empty, ["holds no private key", "没有私钥"]),
        (
            &cert,
            &foreign,
            &foreign,
            ["another certificate", "不是一对"],
        ),
    ];
    for (cert, key, named, sentences) in cases {
        for (locale, sentence) in ["C.UTF-8", "zh_CN.UTF-8"].into_iter().zip(sentences) {
            let files = ["--tls-cert", cert, "--tls-key", key];
            let (code, said) = refusal(locale, &serve(folder.path(), "127.0.0.1:0", &files));
            assert_eq!(code, Some(2), "{said}");
            assert!(
                said.contains(sentence) && said.contains(named.as_str()),
                "{said}"
            );
        }
    }
    let half = ["--tls-cert", cert.as_str()];
    let (code, said) = refusal("C.UTF-8", &serve(folder.path(), "127.0.0.1:0", &half));
    assert!(code == Some(2) && said.contains("--tls-key"), "{said}");
}

#[test]
fn what_is_no_network_is_not_trusted() {
    let folder = tempfile::tempdir().unwrap();
    for (locale, sentence) in [("C.UTF-8", "is no network"), ("zh_CN.UTF-8", "不是网段")] {
        for network in ["everybody", "10.0.0.0/33"] {
            let more = ["--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", network];
            let (code, said) = refusal(locale, &serve(folder.path(), "127.0.0.1:0", &more));
            assert!(code == Some(2) && said.contains(sentence), "{said}");
            assert!(said.contains(network), "{said}");
        }
    }
}

#[test]
fn too_few_descriptors_are_told_with_the_way_to_more() {
    let folder = tempfile::tempdir().unwrap();
    // It goes on to the keys, of which there are none.
    for (locale, sentence) in [("C.UTF-8", "768 connections"), ("zh_CN.UTF-8", "768个连接")] {
        let arguments = serve(folder.path(), "127.0.0.1:0", &[]);
        let output = Command::new("sh")
            .args([
                "-c",
                "ulimit -n 1024; exec \"$0\" \"$@\"",
                env!("CARGO_BIN_EXE_minyi"),
            ])
            .args(&arguments)
            .env("LC_ALL", locale)
            .output()
            .expect("it runs");
        let said = String::from_utf8(output.stderr).unwrap();
        let few: Vec<&str> = said
            .lines()
            .filter(|line| line.contains(sentence))
            .collect();
        assert_eq!(few.len(), 1, "{said}");
        assert!(
            few[0].contains("1024") && few[0].contains("ulimit -n 20000"),
            "{said}"
        );
    }
}
