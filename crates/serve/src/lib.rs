//! A local page and a JSON API for a copydesk classifier.
//!
//! ```no_run
//! use copydesk_infer::Classifier;
//! use copydesk_serve::{Options, Server};
//!
//! let address = "127.0.0.1:8765".parse()?;
//! let server = Server::bind(address, Classifier::builtin()?, Options::default())?;
//! println!("listening on http://{}", server.address());
//! server.run();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Requests are read by plain functions from bytes to a request or an error ([`LabelRequest`], [`ClassifyRequest`]). What a
//! stranger can hand to the server goes through these, hyper's parser and [`access`]. The server reads no files.

pub mod access;
mod answers;
mod connection;
mod deadlines;
mod error;
mod model;
mod options;
mod page;
mod reasons;
mod requests;
mod router;
mod server;

pub use error::{ApiError, ServeError};
pub use options::{Limits, Options};
pub use requests::{ClassifyRequest, Explain, LabelRequest};
pub use server::Server;
