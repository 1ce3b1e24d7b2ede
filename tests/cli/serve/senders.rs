//! Requests that are wrong, or come from where they should not.

use serde_json::{Value, json};

use super::client::Server;
use crate::run::small_model;

const JSON: &str = "Content-Type: application/json";

#[test]
fn wrong_requests_are_told_what_is_wrong() {
    let server = Server::start(&["--model", small_model(), "--max-texts", "2", "--max-sentences", "2"]);
    let post = |path: &str, headers: &[&str], body: &str| server.ask("POST", path, headers, body.as_bytes());
    let deep = format!("{{\"text\":{}", "[".repeat(50_000));
    for (path, headers, body, status, code, part) in [
        ("/v1/label", &[JSON][..], "{", 400, "malformed_json", "EOF"),
        ("/v1/label", &[JSON], "", 400, "malformed_json", "EOF"),
        ("/v1/label", &[JSON], &deep, 400, "malformed_json", "recursion"),
        ("/v1/label", &[JSON], "[1]", 422, "no_object", "{\"text\": …}"),
        ("/v1/label", &[JSON], "{}", 422, "bad_value", "\"text\" must be a string: it is missing"),
        ("/v1/label", &[JSON], r#"{"text":"","txt":1}"#, 422, "bad_field", "unknown field `txt`"),
        ("/v1/label", &[JSON], r#"{"text":"","context":1}"#, 422, "bad_value", "\"context\" must be true or false"),
        (
            "/v1/label",
            &[JSON],
            r#"{"text":"It rained. It froze. It snowed."}"#,
            422,
            "bad_value",
            "\"text\" has more than 2 sentences",
        ),
        ("/v1/classify", &[JSON], r#"{"texts":"a"}"#, 422, "bad_value", "\"texts\" must be an array of strings"),
        ("/v1/classify", &[JSON], r#"{"texts":["","",""]}"#, 422, "bad_value", "\"texts\" has 3 texts, more than 2"),
        ("/v1/classify", &["Content-Type: text/plain"], "a", 415, "unsupported_media_type", "text/plain"),
        ("/v1/label", &[], "a", 415, "unsupported_media_type", "missing"),
        ("/v1/label", &["Content-Type: text/plain; charset=latin1"], "a", 415, "unsupported_media_type", "latin1"),
        ("/v1/label", &[JSON, "Content-Encoding: gzip"], "a", 415, "unsupported_media_type", "gzip"),
        ("/v1/nothing", &[JSON], "{}", 404, "not_found", "/v1/nothing"),
        ("/../etc/passwd", &[JSON], "{}", 404, "not_found", "/../etc/passwd"),
        ("/healthz", &[], "", 405, "method_not_allowed", "GET, HEAD, OPTIONS"),
    ] {
        let message = post(path, headers, body).error(status, code);
        assert!(message.contains(part), "{path} {body:.80}: {message}");
    }
    let not_utf8 = server.ask("POST", "/v1/label", &["Content-Type: text/plain"], b"ab\xe9");
    assert!(not_utf8.error(400, "not_utf8").contains("byte 2"));
}

#[test]
fn methods_are_told_apart() {
    let server = Server::start(&["--model", small_model()]);
    for (path, allow) in
        [("/v1/label", "POST, OPTIONS"), ("/", "GET, HEAD, OPTIONS"), ("/v1/model", "GET, HEAD, OPTIONS")]
    {
        let refused = server.ask("DELETE", path, &[], b"");
        refused.error(405, "method_not_allowed");
        assert_eq!(refused.header("allow"), Some(allow));
        let options = server.ask("OPTIONS", path, &[], b"");
        assert_eq!((options.status, options.header("allow")), (204, Some(allow)));
    }
    assert_eq!(server.ask("OPTIONS", "*", &[], b"").status, 204);
    assert_eq!(server.ask("GET", "/v1/label", &[], b"").status, 405);
}

#[test]
fn other_hosts_are_turned_away() {
    let server = Server::start(&["--model", small_model(), "--allow-host", "desk.example"]);
    for host in ["evil.example", "localhost.evil.example", "user@localhost", "10.0.0.7"] {
        server.ask("GET", "/v1/model", &[&format!("Host: {host}")], b"").error(421, "foreign_host");
    }
    for host in ["localhost", "127.0.0.1:1", "[::1]:8765", "desk.example"] {
        assert_eq!(server.ask("GET", "/v1/model", &[&format!("Host: {host}")], b"").status, 200, "{host}");
    }
    server.ask("GET", "http://evil.example/v1/model", &[], b"").error(421, "foreign_host");
    server.ask("GET", "/", &["Host: localhost", "Host: localhost"], b"").error(400, "no_host");
    let mut client = server.connect();
    client.send(b"GET / HTTP/1.1\r\n\r\n");
    client.response(false).error(400, "no_host");
}

#[test]
fn pages_of_other_sites_are_turned_away_unless_they_were_let_in() {
    let text = b"It rained.";
    let closed = Server::start(&["--model", small_model()]);
    let send = |server: &Server, method: &str, origin: &str| {
        let headers = ["Host: localhost:8765", &format!("Origin: {origin}"), "Content-Type: text/plain"];
        server.ask(method, "/v1/label", &headers, if method == "POST" { text } else { b"" })
    };
    assert_eq!(send(&closed, "POST", "http://localhost:8765").status, 200);
    for origin in ["https://evil.example", "null", "http://localhost:3000"] {
        let refused = send(&closed, "POST", origin);
        refused.error(403, "foreign_origin");
        assert_eq!(refused.header("access-control-allow-origin"), None);
        assert_eq!(send(&closed, "OPTIONS", origin).status, 403);
    }

    let open = Server::start(&["--model", small_model(), "--allow-origin", "https://desk.example"]);
    let preflight = send(&open, "OPTIONS", "https://desk.example");
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.header("access-control-allow-headers"), Some("content-type"));
    let answer = send(&open, "POST", "https://desk.example");
    for response in [&preflight, &answer] {
        assert_eq!(response.header("access-control-allow-origin"), Some("https://desk.example"));
        assert_eq!(response.header("vary"), Some("origin"));
    }
    send(&open, "POST", "https://evil.example").error(403, "foreign_origin");
}

#[test]
fn what_is_no_http_is_answered_and_harms_nobody() {
    let server = Server::start(&["--model", small_model()]);
    let long = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(200_000));
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "X: y\r\n".repeat(1000));
    let path = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(200_000));
    for (bytes, statuses) in [
        (&b"GARBAGE\r\n\r\n"[..], &[400][..]),
        (b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03 a TLS hello", &[400]),
        (b"GET / HTTP/9.9\r\n\r\n", &[400]),
        (b"POST /v1/label HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", &[400]),
        (b"POST /v1/label HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", &[400]),
        (long.as_bytes(), &[431]),
        (many.as_bytes(), &[431]),
        (path.as_bytes(), &[414, 431]),
    ] {
        let mut client = server.connect();
        client.try_send(bytes);
        let status = client.response(false).status;
        assert!(statuses.contains(&status), "{status}: {:.60}", String::from_utf8_lossy(bytes));
    }
    let mut broken = server.connect();
    broken.send(b"POST /v1/label HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    broken.response(false).error(400, "broken_body");
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn requests_may_follow_one_another_and_garbage_ends_the_connection() {
    let server = Server::start(&["--model", small_model()]);
    let mut client = server.connect();
    let label = client.request("POST", "/v1/label", &[JSON], json!({"text": "It rained."}).to_string().as_bytes());
    let model = client.request("GET", "/v1/model", &[], b"");
    client.send(&[&label[..], &model, &label, b"\x00\x01garbage\r\n\r\n"].concat());
    let first: Value = client.response(false).json();
    assert_eq!(first["sentences"][0]["text"], "It rained.");
    assert_eq!(client.response(false).json()["name"], "notices");
    assert_eq!(client.response(false).json(), first);
    assert_eq!(client.response(false).status, 400);
    assert!(client.is_closed());
}
