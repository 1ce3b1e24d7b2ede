//! From a request to its answer: who asks, which path, which method, which body.

use std::net::IpAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use copydesk_infer::Classifier;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::Semaphore;
use tokio::time::timeout_at;

use crate::access::{MediaType, host_is_ours, origin_is_allowed, origin_is_own};
use crate::answers::Answerer;
use crate::error::ApiError;
use crate::model;
use crate::options::{Limits, Options};
use crate::page::{self, Asset};
use crate::requests::{ClassifyRequest, LabelRequest};

/// A body that nobody will look at is read to its end so far and so long, since many clients read an error only after they have sent all.
const DISCARDED_BYTES: usize = 32 << 20;
const DISCARDED_TIME: Duration = Duration::from_secs(3);

/// What all connections share.
#[derive(Debug)]
pub(crate) struct State {
    answerer: Answerer,
    model: Bytes,
    options: Options,
    bound: IpAddr,
    /// A permit for each processor: further work waits its turn.
    processors: Arc<Semaphore>,
}

impl State {
    pub fn new(classifier: Classifier, options: Options, bound: IpAddr) -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self {
            model: model::describe(&classifier, &options).into(),
            answerer: Answerer::new(classifier, options.limits),
            options,
            bound,
            processors: Arc::new(Semaphore::new(processors)),
        }
    }

    pub fn limits(&self) -> &Limits {
        &self.options.limits
    }
}

/// What stands at a path.
#[derive(Debug, Clone, Copy)]
enum Route {
    Label,
    Classify,
    Model,
    Health,
    Asset(&'static Asset),
}

impl Route {
    fn of(path: &str) -> Option<Self> {
        match path {
            "/v1/label" => Some(Self::Label),
            "/v1/classify" => Some(Self::Classify),
            "/v1/model" => Some(Self::Model),
            "/healthz" => Some(Self::Health),
            path => page::asset(path).map(Self::Asset),
        }
    }

    fn allow(self) -> &'static str {
        match self {
            Self::Label | Self::Classify => "POST, OPTIONS",
            Self::Model | Self::Health | Self::Asset(_) => "GET, HEAD, OPTIONS",
        }
    }

    fn takes(self, method: &Method) -> bool {
        self.allow().split(", ").any(|allowed| allowed == method.as_str())
    }
}

/// The answer to a request, whatever it is; `deadline` is when it must be there.
pub(crate) async fn respond(
    state: &Arc<State>,
    request: Request<Incoming>,
    deadline: Instant,
) -> Response<Full<Bytes>> {
    let (parts, mut body) = request.into_parts();
    let mut response = match answer(state, &parts, &mut body, deadline).await {
        Ok(response) => response,
        Err(error) => {
            let mut response = refusal(&error);
            if matches!(error, ApiError::LateBody { .. }) || !discarded(&parts, &mut body).await {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            response
        }
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, page::POLICY),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    allow_origin(&state.options.allowed_origins, &parts, headers);
    response
}

async fn answer(
    state: &Arc<State>,
    parts: &Parts,
    body: &mut Incoming,
    deadline: Instant,
) -> Result<Response<Full<Bytes>>, ApiError> {
    check_sender(state, parts)?;
    let path = parts.uri.path();
    if parts.method == Method::OPTIONS && path == "*" {
        return Ok(options("GET, HEAD, POST, OPTIONS"));
    }
    let route = Route::of(path).ok_or_else(|| ApiError::NotFound { path: path.chars().take(100).collect() })?;
    if !route.takes(&parts.method) {
        return Err(ApiError::Method { method: parts.method.to_string(), allow: route.allow() });
    }
    if parts.method == Method::OPTIONS {
        return Ok(options(route.allow()));
    }
    match route {
        Route::Label => {
            let media = media_type(parts, &[MediaType::Json, MediaType::Text], "application/json or text/plain")?;
            let body = read(parts, body, state.limits(), deadline).await?;
            work(state, deadline, move |state| {
                let request = match media {
                    MediaType::Json => LabelRequest::from_json(&body)?,
                    MediaType::Text => LabelRequest::from_text(body)?,
                };
                state.answerer.label(&request, deadline)
            })
            .await
        }
        Route::Classify => {
            media_type(parts, &[MediaType::Json], "application/json")?;
            let body = read(parts, body, state.limits(), deadline).await?;
            work(state, deadline, move |state| {
                let request = ClassifyRequest::from_json(&body, state.limits().max_texts)?;
                state.answerer.classify(&request, deadline)
            })
            .await
        }
        Route::Model => Ok(success("application/json", "no-store", state.model.clone())),
        Route::Health => Ok(success("application/json", "no-store", Bytes::from_static(b"{\"status\":\"ok\"}\n"))),
        Route::Asset(asset) => Ok(success(asset.content_type, "no-cache", Bytes::from_static(asset.body.as_bytes()))),
    }
}

/// Turns other servers' requests and other sites' pages away (see [`access`](crate::access)).
fn check_sender(state: &State, parts: &Parts) -> Result<(), ApiError> {
    let host = only(&parts.headers, &header::HOST).ok_or(ApiError::NoHost)?;
    let target = parts.uri.authority().map_or(host, |authority| authority.as_str());
    for name in [host, target] {
        if !host_is_ours(name, state.bound, &state.options.allowed_hosts) {
            return Err(ApiError::ForeignHost { host: name.chars().take(100).collect() });
        }
    }
    if parts.headers.contains_key(header::ORIGIN) {
        let origin = only(&parts.headers, &header::ORIGIN).unwrap_or_default();
        if !origin_is_own(origin, target) && !origin_is_allowed(origin, &state.options.allowed_origins) {
            return Err(ApiError::ForeignOrigin { origin: origin.chars().take(100).collect() });
        }
    }
    Ok(())
}

/// A header's value, if the header is there once and readable.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

fn media_type(parts: &Parts, readable: &[MediaType], expected: &'static str) -> Result<MediaType, ApiError> {
    if let Some(encoding) = parts.headers.get(header::CONTENT_ENCODING) {
        let found = format!("in Content-Encoding {}", String::from_utf8_lossy(encoding.as_bytes()));
        return Err(ApiError::MediaType { found, expected });
    }
    let found = only(&parts.headers, &header::CONTENT_TYPE);
    found.and_then(MediaType::of).filter(|media| readable.contains(media)).ok_or_else(|| ApiError::MediaType {
        found: found.map_or_else(|| "missing".to_owned(), |found| found.chars().take(100).collect()),
        expected,
    })
}

/// The body, if it is not too large and arrives in time.
async fn read(parts: &Parts, body: &mut Incoming, limits: &Limits, deadline: Instant) -> Result<Vec<u8>, ApiError> {
    let limit = limits.max_body;
    let announced =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|announced| announced > limit as u64) {
        return Err(ApiError::TooLarge { limit });
    }
    let collect = async {
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| ApiError::BrokenBody(error.to_string()))?;
            let Ok(data) = frame.into_data() else { continue };
            if data.len() > limit - bytes.len() {
                return Err(ApiError::TooLarge { limit });
            }
            bytes.extend_from_slice(&data);
        }
        Ok(bytes)
    };
    let late = ApiError::LateBody { seconds: limits.request_deadline.as_secs_f64() };
    timeout_at(deadline.into(), collect).await.unwrap_or(Err(late))
}

/// Reads what is left of a body, so that a client that is still sending comes to read its answer. Whether nothing is left.
async fn discarded(parts: &Parts, body: &mut Incoming) -> bool {
    // A client that waits for a word before it sends its body gets another.
    if parts.headers.contains_key(header::EXPECT) {
        return false;
    }
    let discard = async {
        let mut left = DISCARDED_BYTES;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(length) {
                Some(rest) => left = rest,
                None => return false,
            }
        }
        true
    };
    tokio::time::timeout(DISCARDED_TIME, discard).await.unwrap_or(false)
}

/// Runs the classifier on a thread of its own, as many at a time as there are processors.
async fn work(
    state: &Arc<State>,
    deadline: Instant,
    work: impl FnOnce(&State) -> Result<Vec<u8>, ApiError> + Send + 'static,
) -> Result<Response<Full<Bytes>>, ApiError> {
    let late = || ApiError::LateAnswer { seconds: state.limits().request_deadline.as_secs_f64() };
    let turn = timeout_at(deadline.into(), Arc::clone(&state.processors).acquire_owned()).await.map_err(|_| late())?;
    let turn = turn.expect("the semaphore is never closed");
    let shared = Arc::clone(state);
    let task = tokio::task::spawn_blocking(move || {
        // Given back when the work is done, also where nobody waits for it any more.
        let _turn = turn;
        work(&shared)
    });
    // A panic has said on stderr what it was.
    let done = timeout_at(deadline.into(), task).await.map_err(|_| late())?.map_err(|_| ApiError::Internal)?;
    Ok(success("application/json", "no-store", done?.into()))
}

fn success(content_type: &'static str, cache: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = with_body(StatusCode::OK, content_type, body);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

fn refusal(error: &ApiError) -> Response<Full<Bytes>> {
    let mut response = with_body(error.status(), "application/json", error.to_json().into());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match error {
        ApiError::Method { allow, .. } => {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        ApiError::LateAnswer { .. } => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        _ => {}
    }
    response
}

/// The length is said here and not left to hyper, so that HEAD tells it too.
fn with_body(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let length = body.len();
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    response
}

fn options(allow: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}

/// Tells a browser that the page that asks may have the answer, if its origin was let in (CORS).
fn allow_origin(allowed: &[String], parts: &Parts, headers: &mut HeaderMap) {
    if allowed.is_empty() {
        return;
    }
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    let Some(origin) = parts.headers.get(header::ORIGIN) else { return };
    if !origin.to_str().is_ok_and(|origin| origin_is_allowed(origin, allowed)) {
        return;
    }
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    if parts.method == Method::OPTIONS {
        for (name, value) in [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
            (header::ACCESS_CONTROL_MAX_AGE, "600"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}
