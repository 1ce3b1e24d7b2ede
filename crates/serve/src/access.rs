//! Who may ask, and what for: the headers that keep other sites' pages away from a server on this machine.
//!
//! A page of any site can make a browser send requests to a local server. It cannot read the answers, unless its site's name
//! suddenly leads to this machine (DNS rebinding): then `Host` has that name. And it can send bodies that no script is needed
//! for: then `Origin` has its site.

use std::net::IpAddr;

use hyper::http::uri::Authority;

/// Whether `Host` (or the authority of an absolute target) calls a server at `bound` by one of its names: `localhost`, a loopback address,
/// the address itself, any address if the server listens on all, or a name in `more`. The port may be another: tunnels change it.
pub fn host_is_ours(host: &str, bound: IpAddr, more: &[String]) -> bool {
    let Some(authority) = host_and_port(host) else {
        return false;
    };
    let name = authority.host();
    if name.eq_ignore_ascii_case("localhost") || more.iter().any(|more| name.eq_ignore_ascii_case(more)) {
        return true;
    }
    match name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        Ok(address) => address.is_loopback() || address == bound || bound.is_unspecified(),
        Err(_) => false,
    }
}

/// A host with or without a port, and nothing else.
fn host_and_port(text: &str) -> Option<Authority> {
    let authority = text.parse::<Authority>().ok().filter(|authority| !authority.as_str().contains('@'))?;
    // `Authority` takes anything for a port, and digits without a colon behind an IPv6 address.
    let port = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
    let is_port =
        |rest: &str| rest.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    (port.is_empty() || is_port(port)).then_some(authority)
}

/// Whether a text can be an `Origin`, as `https://desk.example:8443`: scheme, host and port, without a path (RFC 6454) and without
/// the scheme's own port, which browsers leave out; or `null`, which files have. Others never come, so that allowing them would
/// allow nobody.
pub fn is_origin(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    let is_site = |site: &str| {
        let host = host_and_port(site);
        host.is_some_and(|authority| !authority.host().is_empty() && !authority.host().contains('*'))
    };
    let has_usual_port = |scheme: &str, site: &str| {
        let usual = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
        site.ends_with(':') || (scheme.to_ascii_lowercase().starts_with("http") && site.ends_with(usual))
    };
    text == "null"
        || text
            .split_once("://")
            .is_some_and(|(scheme, site)| is_scheme(scheme) && is_site(site) && !has_usual_port(scheme, site))
}

/// Whether `Origin` is the server's own page, as asked for at `host`.
pub fn origin_is_own(origin: &str, host: &str) -> bool {
    let site = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    site.is_some_and(|site| site.eq_ignore_ascii_case(host))
}

/// Whether pages of an origin were allowed in.
pub fn origin_is_allowed(origin: &str, allowed: &[String]) -> bool {
    allowed.iter().any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(origin))
}

/// The type of a body that the API reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `application/json`
    Json,
    /// `text/plain`
    Text,
}

impl MediaType {
    /// The type that a `Content-Type` names, if it is one that the API reads, in UTF-8.
    pub fn of(content_type: &str) -> Option<Self> {
        let mut parts = content_type.split(';');
        let essence = parts.next().unwrap_or_default().trim();
        for parameter in parts {
            let (name, value) = parameter.split_once('=')?;
            if name.trim().eq_ignore_ascii_case("charset")
                && !value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            {
                return None;
            }
        }
        if essence.eq_ignore_ascii_case("application/json") {
            Some(Self::Json)
        } else if essence.eq_ignore_ascii_case("text/plain") {
            Some(Self::Text)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LOOPBACK: &str = "127.0.0.1";

    fn ours(host: &str, bound: &str) -> bool {
        host_is_ours(host, bound.parse().unwrap(), &["desk.example".to_owned()])
    }

    #[test]
    fn a_server_knows_its_names() {
        for host in ["localhost", "LOCALHOST:8765", "127.0.0.1:8765", "127.1.2.3", "[::1]:8765", "Desk.Example:443"] {
            assert!(ours(host, LOOPBACK), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:8765",
            "evil.example@localhost",
            "user@localhost",
            "10.0.0.7:8765",
            "",
            ":8765",
            "localhost localhost",
            "localhost:evil.example",
            "desk.example:80x",
            "[::1]765",
            "[::1",
        ] {
            assert!(!ours(host, LOOPBACK), "{host}");
        }
        assert!(ours("10.0.0.7:8765", "10.0.0.7") && ours("10.0.0.7:8765", "0.0.0.0") && ours("[fe80::1]", "::"));
        assert!(!ours("10.0.0.8", "10.0.0.7") && !ours("evil.example", "0.0.0.0"));
    }

    #[test]
    fn an_origin_is_own_only_at_the_same_host_and_port() {
        assert!(origin_is_own("http://localhost:8765", "localhost:8765"));
        assert!(origin_is_own("https://desk.example", "desk.example"));
        for origin in ["http://localhost:3000", "http://localhost", "null", "", "http://evil.example", "file://"] {
            assert!(!origin_is_own(origin, "localhost:8765"), "{origin}");
        }
        let allowed = ["https://desk.example".to_owned()];
        assert!(origin_is_allowed("https://desk.example", &allowed));
        assert!(!origin_is_allowed("http://desk.example", &allowed) && !origin_is_allowed("null", &allowed));
        assert!(origin_is_allowed("null", &["*".to_owned()]));
    }

    #[test]
    fn an_origin_has_scheme_and_host_and_no_path() {
        for origin in
            ["https://desk.example", "http://localhost:3000", "http://[::1]:8080", "moz-extension://0a1b-2c", "null"]
        {
            assert!(is_origin(origin), "{origin}");
        }
        for other in [
            "foo",
            "",
            "desk.example",
            "https://",
            "https://:80",
            "https://desk.example/",
            "https://desk.example/page",
            "https://*.example",
            "https://me@desk.example",
            "https://desk.example:x",
            "https://desk.example:",
            "https://desk.example:443",
            "http://[::1]:80",
            "://desk.example",
            "1://desk.example",
            "https:desk.example",
            " https://desk.example",
        ] {
            assert!(!is_origin(other), "{other}");
        }
    }

    #[test]
    fn media_types_are_read_with_their_parameters() {
        assert_eq!(MediaType::of("application/json"), Some(MediaType::Json));
        assert_eq!(MediaType::of("Application/JSON ; charset=\"UTF-8\""), Some(MediaType::Json));
        assert_eq!(MediaType::of("text/plain; charset=utf-8; format=flowed"), Some(MediaType::Text));
        for other in
            ["", "text/html", "text/plain; charset=latin1", "application/x-www-form-urlencoded", "text/plain;x"]
        {
            assert_eq!(MediaType::of(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_judged(header in any::<String>()) {
            let _ = MediaType::of(&header);
            prop_assert!(!origin_is_own(&header, "localhost:8765") || header.to_ascii_lowercase().ends_with("localhost:8765"));
            let _ = ours(&header, LOOPBACK);
        }

        #[test]
        fn a_name_with_a_foreign_end_is_foreign(name in "(localhost|127\\.0\\.0\\.1|desk\\.example)\\.[a-z]{1,9}(:[0-9]{1,4})?") {
            prop_assert!(!ours(&name, LOOPBACK));
        }
    }
}
