//! The end of a server by signals.

use super::client::Server;
use crate::run::small_model;

const TEXT: &str = "Content-Type: text/plain";

#[test]
fn a_signal_lets_the_request_in_work_finish() {
    for signal in ["TERM", "INT"] {
        let server = Server::start(&["--model", small_model()]);
        let address = server.address;
        let mut idle = server.connect();
        let mut client = server.connect();
        // An answer shows that both connections are in.
        client.send(&client.request("GET", "/healthz", &[], b""));
        assert_eq!(client.response(false).status, 200);
        client.send(&client.request("POST", "/v1/label", &[TEXT, "Content-Length: 10"], b""));
        client.send(b"It ra");
        // The server asks its router before it waits for the body; a second connection's answer comes after that.
        assert_eq!(server.get("/healthz").status, 200);
        server.signal(signal);
        assert!(idle.is_closed());
        client.send(b"ined.");
        assert_eq!(client.response(false).json()["sentences"][0]["text"], "It rained.");
        assert!(client.is_closed());
        assert_eq!(server.end(), (Some(0), String::new()), "{signal}");
        assert!(std::net::TcpStream::connect(address).is_err());
    }
}

#[test]
fn a_request_that_does_not_finish_is_cut_off() {
    for second_signal in [false, true] {
        let deadline = if second_signal { "600" } else { "0.3" };
        let server = Server::start(&["--model", small_model(), "--stop-deadline", deadline]);
        let mut client = server.connect();
        client.send(&client.request("POST", "/v1/label", &[TEXT, "Content-Length: 10"], b""));
        client.send(b"It ra");
        assert_eq!(server.get("/healthz").status, 200);
        server.signal("TERM");
        if second_signal {
            // Only when the first is taken: two at once may count as one.
            while std::net::TcpStream::connect(server.address).is_ok() {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            server.signal("INT");
        }
        assert!(client.is_closed());
        let (code, said) = server.end();
        assert_eq!(code, Some(0));
        assert_eq!(said, "copydesk: stopped; 1 connection was cut off\n");
    }
}
