//! A server of a test's own, and a client that can misbehave.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::run::command;

/// Whatever should happen happens within this, also on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// The binary at work on a free port, ended with the test.
pub struct Server {
    child: Child,
    stderr: BufReader<ChildStderr>,
    pub address: SocketAddr,
    /// What was said before the address.
    pub warnings: String,
}

impl Server {
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = command(&[&["serve", "--port", "0"], arguments].concat()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut server = Self { child, stderr, address: ([0; 4], 0).into(), warnings: String::new() };
        while server.address.port() == 0 {
            let mut line = String::new();
            assert!(server.stderr.read_line(&mut line).unwrap() > 0, "the server ended: {}", server.warnings);
            match line.strip_prefix("listening on http://") {
                Some(address) => server.address = address.trim_end().parse().unwrap(),
                None => server.warnings += &line,
            }
        }
        server
    }

    pub fn connect(&self) -> Client {
        let port = self.address.port();
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Client { stream: BufReader::new(stream), host: format!("localhost:{port}") }
    }

    /// One request on a connection of its own.
    pub fn ask(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Response {
        let mut client = self.connect();
        client.send(&client.request(method, path, headers, body));
        client.response(method == "HEAD")
    }

    pub fn get(&self, path: &str) -> Response {
        self.ask("GET", path, &[], b"")
    }

    pub fn post(&self, path: &str, body: &Value) -> Response {
        self.ask("POST", path, &["Content-Type: application/json"], body.to_string().as_bytes())
    }

    /// Sends a signal as `kill` does.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the end: the exit code and what was said since the address.
    pub fn end(mut self) -> (Option<i32>, String) {
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code(), said)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One connection.
pub struct Client {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Client {
    /// The bytes of a request.
    pub fn request(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
        let mut head = format!("{method} {path} HTTP/1.1\r\n");
        if !headers.iter().any(|header| header.to_ascii_lowercase().starts_with("host:")) {
            head += &format!("Host: {}\r\n", self.host);
        }
        for header in headers {
            head += &format!("{header}\r\n");
        }
        if !body.is_empty() {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        [head.as_bytes(), b"\r\n", body].concat()
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }

    /// Sends what the server may no longer want.
    pub fn try_send(&mut self, bytes: &[u8]) {
        let _ = self.stream.get_mut().write_all(bytes);
    }

    /// The next response; one to HEAD has no body, whatever length it names.
    pub fn response(&mut self, to_head: bool) -> Response {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        let status = line.split(' ').nth(1).unwrap_or_else(|| panic!("no response: {line:?}")).parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let mut response = Response { status, headers, body: String::new() };
        let length = response.header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; if to_head { 0 } else { length }];
        self.stream.read_exact(&mut body).unwrap();
        response.body = String::from_utf8(body).unwrap();
        response
    }

    /// Whether the server closes the connection, without another byte, before patience is lost.
    pub fn is_closed(&mut self) -> bool {
        let begin = Instant::now();
        match self.stream.read(&mut [0]) {
            Ok(count) => count == 0,
            Err(_) => begin.elapsed() < PATIENCE,
        }
    }
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body of a success.
    pub fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/json"));
        serde_json::from_str(&self.body).unwrap()
    }

    /// Checks that it is an error of this status and code, and gives its message.
    pub fn error(&self, status: u16, code: &str) -> String {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/json"));
        let body: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(body["error"]["code"], code, "{body}");
        body["error"]["message"].as_str().unwrap().to_owned()
    }
}

/// Starts the binary where it should fail: its exit code and what it says.
pub fn failure(arguments: &[&str]) -> (Option<i32>, String) {
    let output = command(&[&["serve"], arguments].concat()).stdin(Stdio::null()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}
