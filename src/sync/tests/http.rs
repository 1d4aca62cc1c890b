//! How much of an answer is read, and what is asked.

use super::*;
use std::io::{Read, Write};
use std::net::TcpListener;

/// What one call gets from a server that answers with so many bytes, and what it asked.
fn answered(call: Call, headers: &str, bytes: usize) -> (Option<Reply>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let http = Http::new(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let headers = format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n{headers}\r\n");
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut asked, mut part) = (Vec::new(), [0; 1024]);
        while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
            let n = stream.read(&mut part).unwrap();
            asked.extend_from_slice(&part[..n]);
        }
        stream.write_all(headers.as_bytes()).unwrap();
        // Whoever has read enough hangs up.
        let _ = stream.write_all(&vec![b'x'; bytes]);
        String::from_utf8_lossy(&asked).into_owned()
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let reply = runtime.block_on(http.call(call));
    (reply, server.join().unwrap())
}

fn setup() -> Call {
    Call::Setup {
        token: "abc".into(),
        have: 7,
    }
}

#[test]
fn an_answer_is_read_up_to_a_mebibyte_and_a_longer_one_is_none() {
    for (bytes, read) in [(0, 0), (1, 1), (1 << 20, 1 << 20), ((1 << 20) + 1, 0), (3 << 20, 0)] {
        let (reply, _) = answered(setup(), "", bytes);
        assert_eq!(reply.unwrap().body.len(), read, "{bytes}");
    }
}

#[test]
fn a_pause_is_obeyed_in_seconds_and_a_setup_is_asked_for_with_what_is_here() {
    let (reply, asked) = answered(setup(), "retry-after: 90\r\n", 2);
    let expected = Reply {
        status: 200,
        body: b"xx".to_vec(),
        retry_after: Some(Duration::from_secs(90)),
    };
    assert_eq!(reply, Some(expected));
    assert!(asked.starts_with("GET /api/v1/setup HTTP/1.1\r\n"), "{asked}");
    assert!(
        asked.contains("authorization: Bearer abc\r\n") && asked.contains("if-none-match: \"7\"\r\n"),
        "{asked}"
    );
    let (reply, _) = answered(setup(), "retry-after: Wed, 21 Oct 2026 07:28:00 GMT\r\n", 2);
    assert_eq!(reply.unwrap().retry_after, None);
}
