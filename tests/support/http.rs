//! A server on a free port, and an HTTP client small enough to misbehave.

use super::{District, MORNING};
use hailong::server::{self, Clock, Config, Running};
use hailong::{
    domain::hex::Nonce,
    wire::{
        answer::{Answer, Code},
        signed,
    },
};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpSocket,
};

pub struct TestApp {
    pub district: District,
    pub running: Running,
}

impl TestApp {
    pub async fn spawn() -> Self {
        Self::with(|_| ()).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let district = District::new();
        let mut config = Config {
            clock: Clock::simulated(|| MORNING),
            ..Config::for_testing()
        };
        change(&mut config);
        let running = server::serve(district.store.clone(), config).await.unwrap();
        Self { district, running }
    }

    pub async fn post(&self, path: &str, body: &[u8]) -> Response {
        self.post_from(Ipv4Addr::UNSPECIFIED, path, body).await
    }

    /// From another address of this machine's.
    pub async fn post_from(&self, from: Ipv4Addr, path: &str, body: &[u8]) -> Response {
        let length = body.len().to_string();
        exchange_from(
            from,
            self.running.addr,
            "POST",
            path,
            &[("content-length", &length)],
            body,
        )
        .await
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        self.send("GET", path, headers, b"").await
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        exchange(self.running.addr, method, path, headers, body).await
    }

    /// The signed answer in a response.
    pub fn answer(&self, response: &Response) -> Answer {
        let key = self.district.store.identity().public_key();
        signed::open(&key, signed::ANSWER, &response.body).expect("every answer is signed")
    }

    /// The refusal in a response: its code and nonce. Its status must be the response's.
    pub fn refusal(&self, response: &Response) -> (Code, Option<Nonce>) {
        match self.answer(response) {
            Answer::Refusal(refusal) => {
                assert_eq!(refusal.problem.status, response.status);
                assert_eq!(refusal.problem.code.status(), response.status);
                (refusal.problem.code, refusal.nonce)
            }
            other => panic!("not a refusal: {other:?}"),
        }
    }
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

pub async fn exchange(addr: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
    exchange_from(Ipv4Addr::UNSPECIFIED, addr, method, path, headers, body).await
}

async fn exchange_from(
    from: Ipv4Addr,
    addr: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Response {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    let mut stream = socket.connect(addr).await.unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    // A server may answer and close before all of a large body is written.
    let _ = stream.write_all(body).await;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .expect("a response head");
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    Response {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        body: bytes[end + 4..].to_vec(),
        head,
    }
}
