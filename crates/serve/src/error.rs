//! What can go wrong, with requests and with starting.

use std::io;
use std::net::SocketAddr;

use hyper::StatusCode;
use serde::Serialize;

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address is taken, not this machine's, or not allowed to us.
    #[error("cannot listen on {address}: {source}; give another --address or --port, or port 0 for any free one")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The system gave no threads, timers or signals.
    #[error("cannot start the server: {0}")]
    Start(#[from] io::Error),
}

/// Why a request gets no answer: a status, a code for programs and a message for people.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// The body is not JSON.
    #[error("the body is not JSON: {0}")]
    MalformedJson(String),
    /// The text is not UTF-8.
    #[error("byte {at} of the body is not UTF-8: send the text in UTF-8")]
    NotUtf8 {
        /// The place of the first bad byte, from 0.
        at: usize,
    },
    /// The body ended before its time or is not in the chunks that it should be in.
    #[error("the body cannot be read to its end: {0}")]
    BrokenBody(String),
    /// No single, readable `Host`.
    #[error("the request has no Host header that names one host")]
    NoHost,
    /// The page of another site asks.
    #[error("pages of {origin} may not use this server: start it with --allow-origin {origin} to let them")]
    ForeignOrigin {
        /// The origin as the browser names it.
        origin: String,
    },
    /// No such path.
    #[error("there is nothing at {path}: the paths are /, /v1/label, /v1/classify, /v1/model and /healthz")]
    NotFound {
        /// The path asked for.
        path: String,
    },
    /// The path does not know the method.
    #[error("{method} does not work here: use {allow}")]
    Method {
        /// The method asked for.
        method: String,
        /// The methods that work.
        allow: &'static str,
    },
    /// The body did not arrive in time.
    #[error("the body did not arrive within {seconds} s: send it faster or in parts")]
    LateBody {
        /// The deadline.
        seconds: f64,
    },
    /// The body is too large.
    #[error("the body is larger than {limit} bytes: send it in parts, or start the server with a greater --max-body")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The body is of a type that the path does not read.
    #[error("the Content-Type is {found}: send {expected}, in UTF-8 and without Content-Encoding")]
    MediaType {
        /// What was sent.
        found: String,
        /// What would be read.
        expected: &'static str,
    },
    /// Another server is meant, or an attack by DNS rebinding.
    #[error("this server is not {host}: use its address, or start it with --allow-host {host}")]
    ForeignHost {
        /// The host asked for.
        host: String,
    },
    /// JSON, but no object.
    #[error("the body must be a JSON object, such as {{\"{field}\": …}}")]
    NoObject {
        /// A field that it should have.
        field: &'static str,
    },
    /// A field that is not known, or is there twice.
    #[error("{0}")]
    Field(String),
    /// A field's value cannot be used, or is missing.
    #[error("\"{field}\" {problem}")]
    Value {
        /// The field.
        field: &'static str,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// The classifier had too much to do.
    #[error("no answer within {seconds} s: send less at a time or try again later")]
    LateAnswer {
        /// The deadline.
        seconds: f64,
    },
    /// A bug.
    #[error("the server failed at this request; it is a bug, please report it")]
    Internal,
}

impl ApiError {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::MalformedJson(_) | Self::NotUtf8 { .. } | Self::BrokenBody(_) | Self::NoHost => {
                StatusCode::BAD_REQUEST
            }
            Self::ForeignOrigin { .. } => StatusCode::FORBIDDEN,
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::LateBody { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::ForeignHost { .. } => StatusCode::MISDIRECTED_REQUEST,
            Self::NoObject { .. } | Self::Field(_) | Self::Value { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::LateAnswer { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::MalformedJson(_) => "malformed_json",
            Self::NotUtf8 { .. } => "not_utf8",
            Self::BrokenBody(_) => "broken_body",
            Self::NoHost => "no_host",
            Self::ForeignOrigin { .. } => "foreign_origin",
            Self::NotFound { .. } => "not_found",
            Self::Method { .. } => "method_not_allowed",
            Self::LateBody { .. } => "late_body",
            Self::TooLarge { .. } => "too_large",
            Self::MediaType { .. } => "unsupported_media_type",
            Self::ForeignHost { .. } => "foreign_host",
            Self::NoObject { .. } => "no_object",
            Self::Field(_) => "bad_field",
            Self::Value { .. } => "bad_value",
            Self::LateAnswer { .. } => "late_answer",
            Self::Internal => "internal",
        }
    }

    /// The body of the answer.
    pub(crate) fn to_json(&self) -> String {
        error_json(self.code(), &self.to_string())
    }
}

/// The body of every answer that is an error.
pub(crate) fn error_json(code: &str, message: &str) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        error: Inner<'a>,
    }
    #[derive(Serialize)]
    struct Inner<'a> {
        code: &'a str,
        message: &'a str,
    }
    let body = Body { error: Inner { code, message } };
    serde_json::to_string(&body).expect("two strings are always JSON") + "\n"
}
