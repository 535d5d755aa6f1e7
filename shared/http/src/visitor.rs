//! From where somebody calls: enough to recognise a device and to limit a network, and no more.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::extract::FromRequestParts;
use http::header::USER_AGENT;
use http::request::Parts;
use sipstr_domain::security::device_label;

/// The caller's address as the gateway saw it; the runtime puts it into each request.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

#[derive(Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Such as `Chrome on Linux`.
    pub device: String,
    /// An address without its last part: a person's address is nobody's business, that of their provider is.
    pub network: Option<String>,
}

impl std::fmt::Debug for Visitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Visitor(…)")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let network = parts.extensions.get::<ClientAddress>().map(|address| network_of(address.0));
        Ok(Self { device: device_label(agent), network })
    }
}

/// The /24 of an IPv4 address and the /48 of an IPv6 one: what a household or an office has.
fn network_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_what_names_a_household() {
        for (address, network) in [
            ("203.0.113.77", "203.0.113.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ] {
            assert_eq!(network_of(address.parse().unwrap()), network);
        }
    }
}
