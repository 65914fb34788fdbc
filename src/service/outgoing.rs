//! Requests of ours to another server: over TLS with the roots that browsers trust, or plain to this machine itself.
//!
//! For: [`super::provider`]. Uses: hyper and rustls, which are here anyway. Promises: no redirect is followed, no other
//! address is asked than the one that was given; an answer is small and comes soon, or there is none.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use futures_util::future::BoxFuture;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Until the answer is there.
const PATIENCE: Duration = Duration::from_secs(10);
/// Largest answer.
const LARGEST: usize = 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    /// Neither https nor this machine.
    #[error("the address {0} is neither https nor on this machine")]
    Address(String),
    /// Nobody answers, or breaks off.
    #[error("the connection failed")]
    Connection(#[from] std::io::Error),
    /// What comes is no HTTP.
    #[error("the answer is no HTTP")]
    Http(#[from] hyper::Error),
    /// The request cannot be written.
    #[error("the request cannot be written")]
    Request(#[from] hyper::http::Error),
    /// The answer is too large or breaks off.
    #[error("the answer is too large or breaks off")]
    Body(#[source] axum::Error),
    /// It took too long.
    #[error("no answer within {} seconds", PATIENCE.as_secs())]
    Late,
    /// TLS cannot be spoken.
    #[error("TLS cannot be spoken")]
    Tls(#[from] tokio_rustls::rustls::Error),
}

/// What sends requests. Cheap to clone.
#[derive(Clone)]
pub struct Outgoing {
    tls: Arc<ClientConfig>,
    /// Plain addresses on this machine may be asked.
    plain_here: bool,
}

/// Whether an address may be asked: https, or plain on this machine where that is wanted.
pub(super) fn is_allowed(address: &str, plain_here: bool) -> bool {
    let Ok(uri) = address.parse::<Uri>() else {
        return false;
    };
    let here = matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match uri.scheme_str() {
        Some("https") => uri.host().is_some(),
        Some("http") => plain_here && here,
        _ => false,
    }
}

impl Outgoing {
    /// With the roots that browsers trust; `plain_here` where the provider itself is on this machine, without TLS: no other
    /// provider leads to a service of this machine.
    pub fn new(plain_here: bool) -> Result<Self, OutgoingError> {
        let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            tls: Arc::new(config),
            plain_here,
        })
    }

    /// Sends a request and waits for its whole answer.
    pub async fn send(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, OutgoingError> {
        let sent = tokio::time::timeout(PATIENCE, self.exchange(request)).await;
        sent.map_err(|_| OutgoingError::Late)?
    }

    async fn exchange(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, OutgoingError> {
        let address = request.uri().to_string();
        let refused = || OutgoingError::Address(address.clone());
        if !is_allowed(&address, self.plain_here) {
            return Err(refused());
        }
        let host = request.uri().host().ok_or_else(refused)?.to_owned();
        let secure = request.uri().scheme_str() == Some("https");
        let port = request.uri().port_u16();
        let port = port.unwrap_or(if secure { 443 } else { 80 });
        let bare = host.trim_matches(['[', ']']);
        let stream = TcpStream::connect((bare, port)).await?;
        let request = relative(request)?;
        if !secure {
            return over(stream, request).await;
        }
        let name = ServerName::try_from(bare.to_owned()).map_err(|_| refused())?;
        let stream = TlsConnector::from(self.tls.clone())
            .connect(name, stream)
            .await?;
        over(stream, request).await
    }
}

impl Outgoing {
    /// What is at an address: status and body.
    pub async fn get(&self, address: &str) -> Result<(u16, Vec<u8>), OutgoingError> {
        let request = Request::get(address).body(Vec::new())?;
        let answer = self.send(request).await?;
        Ok((answer.status().as_u16(), answer.into_body()))
    }
}

impl Outgoing {
    /// Sends a text to an address: status and body.
    pub async fn post(&self, address: &str, text: String) -> Result<(u16, Vec<u8>), OutgoingError> {
        let length = text.len();
        let request = Request::post(address)
            .header(CONTENT_TYPE, "text/plain; charset=utf-8")
            .header(CONTENT_LENGTH, length)
            .body(text.into_bytes())?;
        let answer = self.send(request).await?;
        Ok((answer.status().as_u16(), answer.into_body()))
    }
}

impl AsyncHttpClient<'_> for Outgoing {
    type Error = OutgoingError;
    type Future = BoxFuture<'static, Result<HttpResponse, OutgoingError>>;

    fn call(&self, request: HttpRequest) -> Self::Future {
        let own = self.clone();
        Box::pin(async move { own.send(request).await })
    }
}

/// The request as it goes to its server: the path in the first line, the host in a header.
fn relative(request: Request<Vec<u8>>) -> Result<Request<Body>, OutgoingError> {
    let (mut parts, body) = request.into_parts();
    if let Some(authority) = parts.uri.authority() {
        let host = HeaderValue::from_str(authority.as_str()).map_err(hyper::http::Error::from)?;
        parts.headers.insert(HOST, host);
    }
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = path.parse().map_err(hyper::http::Error::from)?;
    Ok(Request::from_parts(parts, Body::from(body)))
}

async fn over<S>(stream: S, request: Request<Body>) -> Result<Response<Vec<u8>>, OutgoingError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let exchange = async {
        let (parts, body) = sender.send_request(request).await?.into_parts();
        let body = to_bytes(Body::new(body), LARGEST).await;
        let body = body.map_err(OutgoingError::Body)?;
        Ok(Response::from_parts(parts, body.to_vec()))
    };
    let (mut connection, mut exchange) = (pin!(connection), pin!(exchange));
    tokio::select! {
        answered = &mut exchange => return answered,
        // The server closed it: what it sent before is still to be read.
        _ = &mut connection => {}
    }
    exchange.await
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn plain_http_stays_on_this_machine() {
        for good in [
            "https://id.example",
            "http://localhost:3000/a",
            "http://127.0.0.1:1/",
            "http://[::1]:8080/x",
        ] {
            assert!(is_allowed(good, true), "{good}");
            assert_eq!(
                is_allowed(good, false),
                good.starts_with("https:"),
                "{good}"
            );
        }
        for bad in [
            "http://id.example",
            "http://localhost.evil",
            "http://127.0.0.1.evil/",
            "ftp://id.example",
            "id.example",
            "http://localhost@evil.example/",
        ] {
            assert!(!is_allowed(bad, true), "{bad}");
        }
    }
}
