//! The server: its address, its connections, its end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use copydesk_infer::Classifier;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use crate::connection;
use crate::error::ServeError;
use crate::options::Options;
use crate::router::State;

/// A client that finds all places taken waits so long for one before it is sent away: those that were just left are not
/// yet counted as free.
const WAITING_TIME: Duration = Duration::from_secs(1);

/// So many wait, or are being sent away, at one time; who comes then is just closed.
const WAITING: usize = 64;

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    runtime: Runtime,
    listener: TcpListener,
    address: SocketAddr,
    state: Arc<State>,
    signals: Signals,
}

impl Server {
    /// Listens at an address; port 0 takes a free port. From here on the signals SIGINT and SIGTERM (Ctrl-C elsewhere) are taken as
    /// the wish to stop.
    ///
    /// # Errors
    /// [`ServeError`] if the address cannot be used, or the system has no room for a server.
    pub fn bind(address: SocketAddr, classifier: Classifier, options: Options) -> Result<Self, ServeError> {
        // One thread moves bytes; the classifier runs on others.
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let guard = runtime.enter();
        let bind = || {
            let listener = std::net::TcpListener::bind(address)?;
            listener.set_nonblocking(true)?;
            TcpListener::from_std(listener)
        };
        let listener = bind().map_err(|source| ServeError::Bind { address, source })?;
        let address = listener.local_addr()?;
        let signals = Signals::new()?;
        let state = Arc::new(State::new(classifier, options, address.ip()));
        drop(guard);
        Ok(Self { runtime, listener, address, state, signals })
    }

    /// Where the server listens: with the port that it got.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until a signal to stop. Then takes no more, finishes those in work within
    /// [`stop_deadline`](crate::Limits::stop_deadline) or until a second signal, and gives the number of connections that it had to cut.
    pub fn run(self) -> usize {
        let Self { runtime, listener, state, mut signals, .. } = self;
        let cut = runtime.block_on(async {
            let max_connections = state.limits().max_connections;
            let stop_deadline = state.limits().stop_deadline;
            let places = Arc::new(Semaphore::new(max_connections));
            let (stop, stopping) = watch::channel(false);
            tokio::select! {
                () = accept(listener, &state, &places, &stopping) => {}
                () = signals.next() => {}
            }
            let _ = stop.send(true);
            // When all places are free again, all connections have ended.
            let all = u32::try_from(max_connections).unwrap_or(u32::MAX);
            tokio::select! {
                _ = places.acquire_many(all) => {}
                () = tokio::time::sleep(stop_deadline) => {}
                () = signals.next() => {}
            }
            max_connections - places.available_permits()
        });
        runtime.shutdown_background();
        cut
    }
}

/// Takes connections for ever.
async fn accept(listener: TcpListener, state: &Arc<State>, places: &Arc<Semaphore>, stopping: &watch::Receiver<bool>) {
    let queue = Arc::new(Semaphore::new(WAITING));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // The client is gone already, or the process has no file handles left: others will close theirs.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (state, stopping, places) = (Arc::clone(state), stopping.clone(), Arc::clone(places));
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            tokio::spawn(async move {
                connection::serve(stream, state, stopping).await;
                drop(place);
            });
        } else if let Ok(waiting) = Arc::clone(&queue).try_acquire_owned() {
            tokio::spawn(async move {
                if let Ok(Ok(place)) = timeout(WAITING_TIME, places.acquire_owned()).await {
                    drop(waiting);
                    connection::serve(stream, state, stopping).await;
                    drop(place);
                } else {
                    connection::refuse(stream, state.limits().max_connections).await;
                    drop(waiting);
                }
            });
        }
    }
}

/// The signals that ask for the end.
#[derive(Debug)]
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// To be called in a runtime.
    #[cfg(unix)]
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
