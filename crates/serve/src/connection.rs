//! One connection: its requests, its deadlines, its end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::deadlines::{Activity, Phase, Watched};
use crate::error::error_json;
use crate::router::{self, State};

/// The head of a request may be so long, in bytes; browsers' heads have about one.
const MAX_HEAD: usize = 16 << 10;

/// What a client that we send away may go on sending, for so long, so that it reads why.
const FAREWELL: Duration = Duration::from_secs(1);

/// Answers the requests of a connection until it ends, a deadline is over or, once `stopping` is true, the request in work
/// is done.
pub(crate) async fn serve(stream: TcpStream, state: Arc<State>, mut stopping: watch::Receiver<bool>) {
    // An answer is written at once: waiting for more to send with it gains nothing.
    let _ = stream.set_nodelay(true);
    let activity = Activity::new();
    let io = TokioIo::new(Watched::new(stream, activity.clone()));
    let service = service_fn(|request| {
        let (state, activity) = (Arc::clone(&state), activity.clone());
        async move {
            let deadline = activity.request_begins(state.limits());
            let response = router::respond(&state, request, deadline).await;
            activity.answered();
            Ok::<_, Infallible>(response)
        }
    });
    let mut connection = http1::Builder::new()
        .header_read_timeout(None)
        .max_buf_size(64 << 10)
        .max_header_size(MAX_HEAD)
        .serve_connection(io, service);
    let ended = tokio::select! {
        // An error here is the client's: it went away or sent what is no HTTP, which hyper has answered.
        _ = &mut connection => true,
        () = activity.expired(state.limits()) => false,
        () = async { drop(stopping.wait_for(|&stopping| stopping).await) } => {
            std::pin::Pin::new(&mut connection).graceful_shutdown();
            tokio::select! {
                _ = &mut connection => true,
                () = activity.expired(state.limits()) => false,
            }
        }
    };
    if !ended && activity.phase() == Phase::Head {
        let seconds = state.limits().head_deadline.as_secs_f64();
        let body = error_json("late_head", &format!("the head of the request did not arrive within {seconds} s"));
        let stream = connection.into_parts().io.into_inner().into_stream();
        send_away(stream, "408 Request Timeout", "", &body).await;
    }
}

/// Tells a client that there is no room.
pub(crate) async fn refuse(stream: TcpStream, max_connections: usize) {
    let message = format!("all {max_connections} connections are in use: try again, or close some");
    let body = error_json("too_many_connections", &message);
    send_away(stream, "503 Service Unavailable", "retry-after: 1\r\n", &body).await;
}

/// Writes an answer past hyper and closes, within the time of a farewell.
async fn send_away(mut stream: TcpStream, status: &str, headers: &str, body: &str) {
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nx-content-type-options: nosniff\r\n{headers}\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let farewell = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        // Closing before all that was sent is read would reset the connection, and the answer could be lost.
        let mut rest = [0; 4096];
        while stream.read(&mut rest).await? > 0 {}
        Ok::<_, std::io::Error>(())
    };
    let _ = tokio::time::timeout(FAREWELL, farewell).await;
}
