//! Requests of any bytes: bodies, and the headers that decide who may ask.

use std::net::IpAddr;

use copydesk_serve::access::{MediaType, host_is_ours, origin_is_own};
use copydesk_serve::{ApiError, ClassifyRequest, Explain, LabelRequest};
use serde_json::{Value, json};

const MOST_TEXTS: usize = 3;
const NAME: &str = "desk.example";

/// A body is a request within its limits, which says the same when it is written as JSON again, or an error with a text.
pub fn http_body(data: &[u8]) {
    match LabelRequest::from_json(data) {
        Ok(request) => {
            let quotes = if request.quotes == copydesk_features::QuotePolicy::Keep { "keep" } else { "split" };
            let body = json!({
                "text": request.text,
                "quotes": quotes,
                "min_confidence": request.min_confidence,
                "context": request.context,
                "explain": explain(&request.explain),
            });
            assert!((0.0..=1.0).contains(&request.min_confidence), "{request:?}");
            assert_eq!(LabelRequest::from_json(body.to_string().as_bytes()), Ok(request));
        }
        Err(error) => check_error(&error, data),
    }
    match ClassifyRequest::from_json(data, MOST_TEXTS) {
        Ok(request) => {
            assert!(request.texts.len() <= MOST_TEXTS, "{request:?}");
            assert!((0.0..=1.0).contains(&request.min_confidence), "{request:?}");
            let body = json!({
                "texts": request.texts,
                "min_confidence": request.min_confidence,
                "explain": explain(&request.explain),
            });
            assert_eq!(ClassifyRequest::from_json(body.to_string().as_bytes(), MOST_TEXTS), Ok(request));
        }
        Err(error) => check_error(&error, data),
    }
    match LabelRequest::from_text(data.to_vec()) {
        Ok(request) => assert_eq!(request.text.as_bytes(), data),
        Err(error) => check_error(&error, data),
    }
}

fn explain(asked: &Explain) -> Value {
    match asked {
        Explain::No => json!(false),
        Explain::Answer => json!(true),
        Explain::Label(label) => json!(label),
    }
}

fn check_error(error: &ApiError, body: &[u8]) {
    if let ApiError::NotUtf8 { at } = *error {
        assert!(str::from_utf8(&body[..at]).is_ok() && str::from_utf8(body).is_err(), "{error}");
    } else {
        assert!(str::from_utf8(body).is_ok(), "{error}");
    }
    let message = error.to_string();
    assert!(!message.is_empty() && message.len() < 1000 + body.len(), "{message}");
}

/// Headers, a NUL between them. A host that is taken for the server's own is, but for its port, one of its names or a loopback
/// address; an origin that is taken for its own is at that host; a media type is one of the two that are read, in UTF-8.
pub fn http_headers(data: &[u8]) {
    let headers = String::from_utf8_lossy(data);
    let mut headers = headers.splitn(3, '\0');
    let mut header = || headers.next().unwrap_or_default();
    let (host, origin, content_type) = (header(), header(), header());
    let bound: IpAddr = [127, 0, 0, 1].into();
    if host_is_ours(host, bound, &[NAME.to_owned()]) {
        let name = without_port(host);
        let loopback = |name: &str| name.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        let own = name.eq_ignore_ascii_case("localhost")
            || name.eq_ignore_ascii_case(NAME)
            || loopback(name.trim_start_matches('[').trim_end_matches(']'));
        assert!(own, "{host:?} is taken for the server's own");
    }
    if origin_is_own(origin, host) {
        let origin = origin.to_ascii_lowercase();
        let host = host.to_ascii_lowercase();
        assert!(origin == format!("http://{host}") || origin == format!("https://{host}"), "{origin:?} at {host:?}");
    }
    if let Some(media_type) = MediaType::of(content_type) {
        let lower = content_type.trim_start().to_ascii_lowercase();
        let essence = if media_type == MediaType::Json { "application/json" } else { "text/plain" };
        assert!(lower.starts_with(essence), "{content_type:?} is taken for {essence}");
        let mut parameters = lower.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
        let utf8 = parameters.all(|(name, value)| name.trim() != "charset" || value.contains("utf-8"));
        assert!(utf8, "{content_type:?} is not UTF-8");
    }
}

/// A host without the digits behind its last colon.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}
