//! Too large, too slow, too many.

use serde_json::json;

use super::client::{Client, Server};
use crate::run::small_model;

const TEXT: &str = "Content-Type: text/plain";

/// A server that loses patience soon, but not so soon that a busy machine is late by itself.
fn impatient(option: &str) -> Server {
    Server::start(&["--model", small_model(), option, "0.5"])
}

#[test]
fn a_body_has_a_greatest_size() {
    let server = Server::start(&["--model", small_model(), "--max-body", "1000"]);
    let post = |length: usize| server.ask("POST", "/v1/label", &[TEXT], "a".repeat(length).as_bytes());
    assert_eq!(post(1000).status, 200);
    assert!(post(1001).error(413, "too_large").contains("larger than 1000 bytes"));
    // Clients that read the answer only after they have sent all get it too.
    post(5_000_000).error(413, "too_large");

    let mut chunked = server.connect();
    chunked.send(&chunked.request("POST", "/v1/label", &[TEXT, "Transfer-Encoding: chunked"], b""));
    for _ in 0..100 {
        chunked.try_send(format!("400\r\n{}\r\n", "a".repeat(0x400)).as_bytes());
    }
    chunked.try_send(b"0\r\n\r\n");
    chunked.response(false).error(413, "too_large");

    // Who asks before sending a body too large is told at once.
    let mut asking = server.connect();
    asking.send(&asking.request("POST", "/v1/label", &[TEXT, "Expect: 100-continue", "Content-Length: 5000"], b""));
    asking.response(false).error(413, "too_large");
    assert!(asking.is_closed());
}

#[test]
fn a_slow_head_ends_by_its_deadline() {
    let server = impatient("--head-deadline");
    let mut client = server.connect();
    client.send(b"GET / HTTP/1.1\r\nHost: loc");
    let response = client.response(false);
    assert!(response.error(408, "late_head").contains("within 0.5 s"));
    assert!(client.is_closed());
}

#[test]
fn bytes_in_drops_do_not_move_the_deadline_of_a_head() {
    let server = impatient("--head-deadline");
    let mut client = server.connect();
    client.send(b"GET / HTTP/1.1\r\n");
    // Three times the deadline: without one this head would become whole.
    for _ in 0..30 {
        client.try_send(b"X: y\r\n");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    client.try_send(b"\r\n");
    client.response(false).error(408, "late_head");
}

#[test]
fn a_slow_body_ends_by_its_deadline() {
    let server = impatient("--request-deadline");
    let mut client = server.connect();
    client.send(&client.request("POST", "/v1/label", &[TEXT, "Content-Length: 100"], b""));
    client.send(b"It rai");
    let response = client.response(false);
    assert!(response.error(408, "late_body").contains("within 0.5 s"));
    assert_eq!(response.header("connection"), Some("close"));
    assert!(client.is_closed());
}

#[test]
fn work_without_end_ends_by_its_deadline() {
    // Reasons for so many sentences take some ten times the deadline.
    let text = "Rain and snow fell on the town and on the hills behind it. ".repeat(60_000);
    let limits = ["--request-deadline", "1", "--max-body", "10000000", "--max-sentences", "100000"];
    let server = Server::start(&limits);
    let response = server.post("/v1/label", &json!({ "text": text, "explain": true }));
    response.error(503, "late_answer");
    assert_eq!(response.header("retry-after"), Some("1"));
    assert_eq!(server.ask("POST", "/v1/label", &[TEXT], b"It rained.").status, 200);
}

#[test]
fn idle_connections_are_closed() {
    let server = impatient("--idle-deadline");
    let mut silent = server.connect();
    let mut done = server.connect();
    done.send(&done.request("GET", "/healthz", &[], b""));
    assert_eq!(done.response(false).status, 200);
    assert!(silent.is_closed() && done.is_closed());
}

#[test]
fn an_answer_that_nobody_takes_is_dropped() {
    let server = Server::start(&["--model", small_model(), "--request-deadline", "3", "--max-connections", "1"]);
    let mut lazy = server.connect();
    // More than the system's buffers hold: the server cannot get rid of it all.
    let body = "Rain. ".repeat(19_000);
    let request = lazy.request("POST", "/v1/label", &[TEXT], body.as_bytes());
    lazy.send(&request.repeat(8));
    // The only place is free again once the server has given up.
    let fresh = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        server.get("/healthz").status == 200
    });
    assert!(fresh);
}

#[test]
fn connections_beyond_the_greatest_number_are_told_so() {
    let server = Server::start(&["--model", small_model(), "--max-connections", "2"]);
    let greet = |client: &mut Client| {
        client.send(&client.request("GET", "/healthz", &[], b""));
        client.response(false)
    };
    let mut first = server.connect();
    let mut second = server.connect();
    assert_eq!((greet(&mut first).status, greet(&mut second).status), (200, 200));
    let refused = greet(&mut server.connect());
    assert!(refused.error(503, "too_many_connections").contains("all 2 connections"));
    assert_eq!((refused.header("retry-after"), refused.header("connection")), (Some("1"), Some("close")));
    // Those who are in are served on.
    assert_eq!(greet(&mut first).status, 200);
    drop(second);
    let freed = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        greet(&mut server.connect()).status == 200
    });
    assert!(freed);
}
