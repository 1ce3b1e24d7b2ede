//! `copydesk serve`: a real server on a free port, and clients of all manners.

mod answers;
mod browser;
mod client;
mod limits;
mod senders;
#[cfg(unix)]
mod stopping;

use std::net::TcpListener;

use client::{Server, failure};

#[test]
fn the_page_and_its_files_are_there() {
    let server = Server::start(&[]);
    for (path, content_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/page.css", "text/css; charset=utf-8"),
        ("/page.js", "text/javascript; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
        ("/example.txt", "text/plain; charset=utf-8"),
        ("/healthz", "application/json"),
        ("/v1/model", "application/json"),
    ] {
        let response = server.get(path);
        assert_eq!((response.status, response.header("content-type")), (200, Some(content_type)), "{path}");
        assert!(!response.body.is_empty());
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(response.header("referrer-policy"), Some("no-referrer"));
        let policy = response.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; ") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(response.header("access-control-allow-origin"), None);

        let head = server.ask("HEAD", path, &[], b"");
        assert_eq!((head.status, head.header("content-type")), (200, Some(content_type)), "{path}");
        assert_eq!(head.header("content-length").unwrap(), response.body.len().to_string());
    }
}

#[test]
fn a_taken_port_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let (code, said) = failure(&["--address", &taken.local_addr().unwrap().to_string()]);
    assert_eq!(code, Some(73));
    assert!(
        said.starts_with("copydesk: cannot listen on 127.0.0.1:") && said.contains("port 0 for any free one"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1);
}

#[test]
fn wrong_options_and_models_are_errors_before_anything_listens() {
    for arguments in [
        &["--address", "localhost"][..],
        &["--port", "70000"],
        &["--max-connections", "0"],
        &["--head-deadline", "0"],
        &["--model", "no-such-model"],
    ] {
        assert_eq!(failure(arguments).0, Some(2), "{arguments:?}");
    }
    assert_eq!(failure(&["--model", "missing.safetensors"]).0, Some(66));
}

#[test]
fn other_addresses_than_loopback_are_warned_of() {
    assert_eq!(Server::start(&[]).warnings, "");
    let open = Server::start(&["--address", "0.0.0.0:1"]);
    assert!(open.warnings.starts_with("copydesk: warning: there is no authentication: "), "{}", open.warnings);
    assert_eq!(open.get("/healthz").status, 200);
}
