//! Calls to addresses that somebody else chose, such as a store's own identity provider.
//!
//! They go by HTTPS to the public network and nowhere else: neither to this machine, nor to what a cloud keeps at addresses of
//! its own. Names are looked up here, once, and the connection goes to what was found and looked at: a name that leads
//! somewhere else a moment later (*DNS rebinding*) leads nowhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{RequestBuilder, Url};

/// How far calls may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Public,
    /// This machine too, and without TLS: for a local stack with its fakes.
    PublicAndLoopback,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    #[error("must be an address that begins with https://, without a name, a password or a fragment")]
    Form,
    #[error("must be on the public network")]
    Network,
}

/// A client that asks before it goes.
#[derive(Debug, Clone)]
pub struct Guarded {
    http: reqwest::Client,
    reach: Reach,
}

impl Guarded {
    pub fn new(connect: Duration, in_all: Duration, reach: Reach) -> Self {
        let http = crate::builder(connect, in_all).dns_resolver(Arc::new(Watched(reach)));
        Self { http: http.build().expect("a client whose TLS is configured has nothing left that could fail"), reach }
    }

    pub fn get(&self, url: &str) -> Result<RequestBuilder, Forbidden> {
        Ok(self.http.get(self.check(url)?))
    }

    pub fn post(&self, url: &str) -> Result<RequestBuilder, Forbidden> {
        Ok(self.http.post(self.check(url)?))
    }

    /// Whether an address may be called, as far as it shows before its name is looked up.
    pub fn check(&self, url: &str) -> Result<Url, Forbidden> {
        self.reach.check(url)
    }
}

impl Reach {
    /// What calls of an environment may reach: only a local stack has its fakes on the same machine.
    pub fn of_environment(name: &str) -> Self {
        if name == "local" { Self::PublicAndLoopback } else { Self::Public }
    }

    /// Whether an address may be called, as far as it shows before its name is looked up.
    pub fn check(self, url: &str) -> Result<Url, Forbidden> {
        let url = Url::parse(url).map_err(|_| Forbidden::Form)?;
        let host = url.host_str().ok_or(Forbidden::Form)?;
        let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
        let loopback = literal.is_some_and(|address| address.is_loopback()) || host == "localhost";
        let plain = url.scheme() == "http" && loopback && self == Self::PublicAndLoopback;
        let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if !(url.scheme() == "https" || plain) || !bare {
            return Err(Forbidden::Form);
        }
        if literal.is_some_and(|address| !self.has(address)) {
            return Err(Forbidden::Network);
        }
        Ok(url)
    }

    fn has(self, address: IpAddr) -> bool {
        is_public(address) || (self == Self::PublicAndLoopback && address.to_canonical().is_loopback())
    }
}

/// Looks names up and forgets what is out of reach.
struct Watched(Reach);

impl Resolve for Watched {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::task::spawn_blocking(move || (host.as_str(), 0).to_socket_addrs()).await??;
            let found: Vec<SocketAddr> = found.filter(|address| reach.has(address.ip())).collect();
            if found.is_empty() {
                return Err(Forbidden::Network.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is of the public network: what the registries of IANA set aside for anything else is not.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocols = (a, b, c) == (192, 0, 0) || (a, b, c) == (192, 88, 99);
    let benchmarks = a == 198 && (b == 18 || b == 19);
    let special =
        address.is_private() || address.is_loopback() || address.is_link_local() || address.is_documentation();
    a != 0 && a < 224 && !special && !shared && !protocols && !benchmarks
}

/// Of 2000::/3, without documentation and without what wraps another address (Teredo, 6to4).
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let wraps = a == 0x2002 || (a == 0x2001 && b == 0);
    let documentation = (a == 0x2001 && b == 0x0db8) || (a & 0xfff0) == 0x3ff0;
    (a & 0xe000) == 0x2000 && !wraps && !documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guarded(reach: Reach) -> Guarded {
        Guarded::new(Duration::from_secs(1), Duration::from_secs(2), reach)
    }

    #[test]
    fn what_is_not_public_is_not_called() {
        let guarded = guarded(Reach::Public);
        for url in [
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://169.254.169.254/latest/meta-data",
            "https://10.0.0.1/",
            "https://172.16.3.4/",
            "https://192.168.1.1/",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fd00:ec2::254]/",
            "https://[fe80::1]/",
            "https://[2002:7f00:1::]/",
            "https://[64:ff9b::7f00:1]/",
            "https://255.255.255.255/",
            "https://224.0.0.1/",
        ] {
            assert_eq!(guarded.check(url).unwrap_err(), Forbidden::Network, "{url}");
        }
        for url in [
            "http://issuer.example/",
            "ftp://issuer.example/",
            "file:///etc/passwd",
            "https://user:pw@issuer.example/",
            "https://issuer.example/#x",
            "http://127.0.0.1:9001/",
            "http://localhost/",
            "issuer.example",
            "",
        ] {
            assert_eq!(guarded.check(url).unwrap_err(), Forbidden::Form, "{url}");
        }
        for url in [
            "https://issuer.example/",
            "https://8.8.8.8/",
            "https://[2606:4700::1111]/",
            "https://issuer.example:8443/a?b=c",
        ] {
            assert!(guarded.check(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn this_machine_is_in_reach_of_a_local_stack_only() {
        assert_eq!(Reach::of_environment("local"), Reach::PublicAndLoopback);
        for environment in ["dev", "prod", "localhost", ""] {
            assert_eq!(Reach::of_environment(environment), Reach::Public);
        }
    }

    #[test]
    fn a_local_stack_reaches_this_machine_and_no_other_private_one() {
        let guarded = guarded(Reach::PublicAndLoopback);
        assert!(guarded.check("http://127.0.0.1:8422/token").is_ok());
        assert!(guarded.check("http://localhost:8422/token").is_ok());
        assert_eq!(guarded.check("http://10.0.0.1/").unwrap_err(), Forbidden::Form);
        assert_eq!(guarded.check("https://169.254.169.254/").unwrap_err(), Forbidden::Network);
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_leads_nowhere() {
        let name = || "localhost".parse::<Name>().unwrap();
        assert!(Watched(Reach::Public).resolve(name()).await.is_err());
        assert!(Watched(Reach::PublicAndLoopback).resolve(name()).await.is_ok());
    }
}
