//! Whose request this is, if a proxy stands in between.
//!
//! For: `service::intake`, which counts wrong codes. Promises: `X-Forwarded-For` is believed only as far as
//! each hop is a trusted proxy, from the right; from anybody else it is not read, and `Forwarded` and the
//! other `X-Forwarded-*` never are: links, cookies and the origin of forms go by the public address alone.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

/// Hops that are followed at most.
const MOST_HOPS: usize = 16;

/// Networks of trusted proxies.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Arc<[IpNet]>);

/// The address that a request came from. Never stored, never logged.
#[derive(Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

impl std::fmt::Debug for ClientAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientAddress(..)")
    }
}

impl Proxies {
    /// Proxies in these networks.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks.into())
    }

    /// Reads a network, or one address.
    #[must_use]
    pub fn network(text: &str) -> Option<IpNet> {
        let text = text.trim();
        let network = text.parse().ok();
        network.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client behind this peer: the rightmost hop that is no trusted proxy.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.trusts(client) {
            return client;
        }
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        for hop in hops.take(MOST_HOPS) {
            // What is no address was written by somebody who is not to be believed further.
            let Some(address) = hop_address(hop.trim()) else {
                break;
            };
            client = address;
            if !self.trusts(client) {
                break;
            }
        }
        client
    }
}

fn hop_address(hop: &str) -> Option<IpAddr> {
    let bare = hop
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address = bare.unwrap_or(hop).parse::<IpAddr>().ok();
    let address = address.or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address| address.to_canonical())
}

/// The address, if the request came through a socket.
#[derive(Clone, Copy, Debug)]
pub(in crate::web) struct From(pub(in crate::web) Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<ClientAddress>();
        Ok(Self(address.map(|address| address.0)))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(peer: &str, lines: &[&str]) -> String {
        let networks = ["10.0.0.0/8", "127.0.0.1", "fd00::/8"];
        let networks = networks.map(|text| Proxies::network(text).unwrap());
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_str(line).unwrap());
        }
        // Said by anybody and never heard.
        for name in ["forwarded", "x-real-ip", "x-forwarded-host"] {
            headers.append(name, HeaderValue::from_static("for=6.6.6.6"));
        }
        let proxies = Proxies::new(networks.to_vec());
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn from_a_stranger_nothing_is_believed() {
        assert_eq!(client("192.0.2.7", &["1.2.3.4"]), "192.0.2.7");
        assert_eq!(client("::ffff:192.0.2.7", &["1.2.3.4"]), "192.0.2.7");
        assert_eq!(client("192.0.2.7", &[]), "192.0.2.7");
    }

    #[test]
    fn from_a_proxy_it_is_the_rightmost_hop_that_is_no_proxy() {
        let cases: &[(&[&str], &str)] = &[
            (&["1.2.3.4"], "1.2.3.4"),
            (&["6.6.6.6, 1.2.3.4"], "1.2.3.4"),
            (&["6.6.6.6, 1.2.3.4, 10.9.9.9"], "1.2.3.4"),
            (&["6.6.6.6", "1.2.3.4", "10.9.9.9 , 127.0.0.1"], "1.2.3.4"),
            (&["1.2.3.4:4711"], "1.2.3.4"),
            (&["[2001:db8::1]:80"], "2001:db8::1"),
            (&["[2001:db8::1]"], "2001:db8::1"),
            (&["::ffff:1.2.3.4"], "1.2.3.4"),
            // Only proxies, nothing, or nonsense: the last one that is known.
            (&["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
            (&[], "127.0.0.1"),
            (&[""], "127.0.0.1"),
            (&["6.6.6.6, unknown"], "127.0.0.1"),
            (&["6.6.6.6, unknown, 10.1.1.1"], "10.1.1.1"),
        ];
        for (lines, wanted) in cases {
            assert_eq!(client("127.0.0.1", lines), *wanted, "{lines:?}");
        }
        let endless = "10.0.0.1, ".repeat(5_000);
        assert_eq!(client("fd00::1", &[&endless]), "fd00::1");
    }

    #[test]
    fn a_network_or_an_address_can_be_trusted() {
        assert!(Proxies::network(" 10.0.0.0/8").is_some());
        assert!(Proxies::network("::1").is_some());
        for bad in ["", "10.0.0.0/33", "localhost", "10.0.0", "*"] {
            assert!(Proxies::network(bad).is_none(), "{bad}");
        }
    }
}
