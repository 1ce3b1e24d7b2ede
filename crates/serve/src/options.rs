//! What a server may be told.

use std::time::Duration;

/// How a server behaves beyond its address and its model.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What `GET /v1/model` calls the model.
    pub model_name: String,
    /// Names that a request may call the server by, beside `localhost` and its addresses.
    pub allowed_hosts: Vec<String>,
    /// Origins whose pages may use the API, as browsers write them (`https://desk.example`), or `*` for all.
    pub allowed_origins: Vec<String>,
    /// Where the server stops.
    pub limits: Limits,
}

/// What a client can ask for at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in the body of a request.
    pub max_body: usize,
    /// Texts in a call of `/v1/classify`.
    pub max_texts: usize,
    /// Sentences in a text of `/v1/label`: the answer has a record for each.
    pub max_sentences: usize,
    /// Connections at one time; further ones wait for a second and get status 503 then.
    pub max_connections: usize,
    /// From the first byte of a request to the end of its head.
    pub head_deadline: Duration,
    /// From the end of a request's head to its answer; the answer has the same time again to be taken.
    pub request_deadline: Duration,
    /// From an answer to the next request on the same connection.
    pub idle_deadline: Duration,
    /// From the signal to stop to the end of the last request in work.
    pub stop_deadline: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body: 1 << 20,
            max_texts: 1000,
            max_sentences: 20_000,
            max_connections: 64,
            head_deadline: Duration::from_secs(10),
            request_deadline: Duration::from_secs(30),
            idle_deadline: Duration::from_mins(1),
            stop_deadline: Duration::from_secs(10),
        }
    }
}
