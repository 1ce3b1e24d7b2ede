//! `copydesk serve`: a local page and a JSON API.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use clap::Args as ClapArgs;
use copydesk_serve::access::is_origin;
use copydesk_serve::{Limits, Options, ServeError, Server};

use crate::failure::Failure;
use crate::model::ModelArgs;
use crate::output::note;

/// Show texts marked on a local page, and answer a JSON API
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk serve
  copydesk serve --model my-model --port 0
  curl -s http://127.0.0.1:8765/v1/label -H 'Content-Type: text/plain' --data-binary @article.txt

The page is at the address that is printed on stderr. The API: POST /v1/label and /v1/classify, GET /v1/model and \
/healthz; docs/serve.md describes it. The server reads no files after its start. SIGINT (Ctrl-C) and SIGTERM end it, \
with exit code 0, when the requests in work are done; a second signal ends it at once.")]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArgs,

    /// Where to listen; anybody who reaches another address than this machine's own can use the server
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8765")]
    address: SocketAddr,

    /// Another port at that address; 0 takes any free one
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,

    /// Let pages of this origin use the API, as in `https://desk.example`, or `*` for all; may be repeated
    #[arg(long = "allow-origin", value_name = "ORIGIN", value_parser = origin)]
    allowed_origins: Vec<String>,

    /// A name that clients may call the server by, beside localhost and its address; may be repeated
    #[arg(long = "allow-host", value_name = "NAME")]
    allowed_hosts: Vec<String>,

    #[command(flatten, next_help_heading = "Limits")]
    limits: LimitArgs,
}

/// The defaults are those of the library.
#[derive(Debug, ClapArgs)]
struct LimitArgs {
    /// Bytes in the body of a request
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 20)]
    max_body: usize,

    /// Texts in a call of /v1/classify
    #[arg(long, value_name = "N", default_value_t = 1000)]
    max_texts: usize,

    /// Sentences in a text of /v1/label
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    max_sentences: usize,

    /// Connections at one time; further ones wait for a second and get status 503 then
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = connections)]
    max_connections: usize,

    /// Seconds from the first byte of a request to the end of its head
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    head_deadline: Duration,

    /// Seconds from there to the answer
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    request_deadline: Duration,

    /// Seconds from an answer to the next request of a connection
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    idle_deadline: Duration,

    /// Seconds from the signal to stop until requests in work are cut off
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    stop_deadline: Duration,
}

impl LimitArgs {
    fn limits(&self) -> Limits {
        Limits {
            max_body: self.max_body,
            max_texts: self.max_texts,
            max_sentences: self.max_sentences,
            max_connections: self.max_connections,
            head_deadline: self.head_deadline,
            request_deadline: self.request_deadline,
            idle_deadline: self.idle_deadline,
            stop_deadline: self.stop_deadline,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let classifier = args.model.load()?;
    let mut address = args.address;
    if let Some(port) = args.port {
        address.set_port(port);
    }
    let name = Path::new(&args.model.model).file_name();
    let options = Options {
        // A path would tell clients where files lie.
        model_name: name.map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        allowed_hosts: args.allowed_hosts.clone(),
        allowed_origins: args.allowed_origins.clone(),
        limits: args.limits.limits(),
    };
    let server = Server::bind(address, classifier, options)?;
    let address = server.address();
    if !address.ip().is_loopback() {
        note(&format!(
            "copydesk: warning: there is no authentication: whoever reaches {address} can use the server and read what is sent to it"
        ));
    }
    note(&format!("listening on http://{address}"));
    let cut = server.run();
    if cut > 0 {
        let connections = if cut == 1 { "connection was" } else { "connections were" };
        note(&format!("copydesk: stopped; {cut} {connections} cut off"));
    }
    Ok(())
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        Self::CannotCreate(error.to_string())
    }
}

/// Parses a duration, up to a year.
fn seconds(value: &str) -> Result<Duration, String> {
    match value.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 31_536_000.0 => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("give a number of seconds above 0, as in 10 or 0.5".into()),
    }
}

/// Parses an origin, or `*` for all.
fn origin(value: &str) -> Result<String, String> {
    if value == "*" || is_origin(value) {
        Ok(value.to_owned())
    } else {
        Err("give scheme://host or scheme://host:port, without a path or the usual port, as in https://desk.example; null for pages \
             from files, or * for all".into())
    }
}

/// Parses a number of connections.
fn connections(value: &str) -> Result<usize, String> {
    match value.parse() {
        Ok(count @ 1..=100_000) => Ok(count),
        _ => Err("give a whole number from 1 to 100000".into()),
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args, FromArgMatches};

    use super::*;

    #[test]
    fn the_defaults_are_the_librarys() {
        let command = LimitArgs::augment_args(clap::Command::new("serve"));
        let matches = command.get_matches_from(["serve"]);
        assert_eq!(LimitArgs::from_arg_matches(&matches).unwrap().limits(), Limits::default());
    }

    #[test]
    fn deadlines_are_positive_and_finite() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for bad in ["0", "-1", "NaN", "inf", "1e300", "x", ""] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
        assert!(connections("0").is_err() && connections("64") == Ok(64));
    }
}
