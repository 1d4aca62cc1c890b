//! The flood: requests at a fixed rate over many connections, from a thread of its own.

use crate::load::Load;
use hailong::domain::hex::{DistrictId, Hex};
use hailong::wire::bundle::{self, Header, Health};
use hailong::wire::{VERSION, gzip, keys::Key};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// What the flood is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A kilobyte that is nothing.
    Noise,
    /// Bundles of full size, well made and well signed, of tablets that nobody enrolled.
    Stranger,
    /// Bundles of an enrolled tablet with somebody else's signature.
    Forged,
    /// What an enrolled tablet's name stands at the head of, and no signature can be looked for in: half of it breaks off,
    /// half unpacks to more than is allowed.
    Broken,
    /// More bodies begun than there is room for, that never come to an end.
    Seats,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Noise => "noise",
            Self::Stranger => "well-made bundles of strangers",
            Self::Forged => "an enrolled tablet's bundles, badly signed",
            Self::Broken => "broken bodies in an enrolled tablet's name",
            Self::Seats => "600 bodies that never end",
        }
    }
}

/// Bodies that are begun and not ended; the district has room for 512.
const SEATS: usize = 600;
/// Where a flood comes from. Linux has the whole of 127.0.0.0/8.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

pub struct Attack {
    kind: Kind,
    /// Whole requests, sent in turn.
    requests: Vec<Vec<u8>>,
    connections: usize,
    rate: f64,
}

impl Attack {
    pub fn new(kind: Kind, district: DistrictId, load: &Load, connections: usize, rate: f64) -> Self {
        let bodies: Vec<Vec<u8>> = match kind {
            Kind::Noise | Kind::Seats => vec![
                (0..1024u32)
                    .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
                    .collect(),
            ],
            Kind::Stranger => (0..64).map(|n| strange(district, load, n)).collect(),
            Kind::Forged => (0..64).map(|n| forged(load, n)).collect(),
            Kind::Broken => (0..64).map(|n| broken(load, n)).collect(),
        };
        Self {
            kind,
            requests: bodies.into_iter().map(request).collect(),
            connections: if kind == Kind::Seats { SEATS } else { connections },
            rate,
        }
    }

    /// Bytes of the first request.
    pub fn length(&self) -> usize {
        self.requests[0].len()
    }

    /// Begins; it ends with [`Running::stop`].
    pub fn start(self, addr: SocketAddr) -> Running {
        let counts = Arc::new(Counts::default());
        let (own, attack) = (counts.clone(), Arc::new(self));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut tasks = tokio::task::JoinSet::new();
                for n in 0..attack.connections {
                    tasks.spawn(connection(attack.clone(), own.clone(), addr, n));
                }
                while !own.over.load(Ordering::Relaxed) {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                tasks.abort_all();
            });
        });
        Running { counts, thread }
    }
}

#[derive(Default)]
struct Counts {
    offered: AtomicU64,
    answered: AtomicU64,
    busy: AtomicU64,
    over: AtomicBool,
}

pub struct Running {
    counts: Arc<Counts>,
    thread: JoinHandle<()>,
}

impl Running {
    /// Ends it; answers how many requests were sent, how many answered, and how many of these with 503.
    pub fn stop(self) -> (u64, u64, u64) {
        self.counts.over.store(true, Ordering::Relaxed);
        self.thread.join().unwrap();
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (
            get(&self.counts.offered),
            get(&self.counts.answered),
            get(&self.counts.busy),
        )
    }
}

/// From another address than the tablets': what a flood from one of theirs does is another question.
async fn connect(addr: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((ELSEWHERE, 0).into())?;
    socket.connect(addr).await
}

/// Sends on its beat, whether it is answered or not (what the district is slow to read waits in the connection, and is sent
/// late rather than never); connects again when it is cut off.
async fn connection(attack: Arc<Attack>, counts: Arc<Counts>, addr: SocketAddr, number: usize) {
    let beat = Duration::from_secs_f64(attack.connections as f64 / attack.rate);
    let (mut at, mut next) = (
        number,
        Instant::now() + beat.mul_f64(number as f64 / attack.connections as f64),
    );
    loop {
        let Ok(mut stream) = connect(addr).await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        if attack.kind == Kind::Seats {
            let request = &attack.requests[0];
            if stream.write_all(&request[..request.len() - 10]).await.is_ok() {
                counts.offered.fetch_add(1, Ordering::Relaxed);
                // Until the district has enough of it.
                let status = answer(&mut stream, &mut Vec::new()).await;
                counts.answered.fetch_add(1, Ordering::Relaxed);
                counts.busy.fetch_add(u64::from(status == Some(503)), Ordering::Relaxed);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        let (mut reader, mut writer) = stream.split();
        let sending = async {
            loop {
                tokio::time::sleep_until(next.into()).await;
                next += beat;
                at += 1;
                let request = &attack.requests[at % attack.requests.len()];
                if writer.write_all(request).await.is_err() {
                    break;
                }
                counts.offered.fetch_add(1, Ordering::Relaxed);
            }
        };
        let reading = async {
            let mut left = Vec::new();
            while let Some(status) = answer(&mut reader, &mut left).await {
                counts.answered.fetch_add(1, Ordering::Relaxed);
                counts.busy.fetch_add(u64::from(status == 503), Ordering::Relaxed);
            }
        };
        tokio::select! {
            () = sending => {}
            () = reading => {}
        }
    }
}

/// Reads one answer and gives its status.
async fn answer(stream: &mut (impl AsyncRead + Unpin), left: &mut Vec<u8>) -> Option<u16> {
    loop {
        if let Some(head) = left.windows(4).position(|four| four == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&left[..head]).to_ascii_lowercase();
            let length: usize = text
                .split("content-length:")
                .nth(1)?
                .split("\r\n")
                .next()?
                .trim()
                .parse()
                .ok()?;
            if left.len() >= head + 4 + length {
                left.drain(..head + 4 + length);
                return text.get(9..12)?.parse().ok();
            }
        }
        if stream.read_buf(left).await.ok()? == 0 {
            return None;
        }
    }
}

fn request(body: Vec<u8>) -> Vec<u8> {
    let mut all = format!(
        "POST /api/v1/bundles HTTP/1.1\r\nhost: district\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    all.extend(body);
    all
}

/// The header and the records of one of the load's bundles.
fn parts(load: &Load, n: usize) -> (Header, Vec<bundle::Line>) {
    let sent = &load.tablets[n % load.tablets.len()][0];
    let plain = gzip::unpack(&sent.body, 1 << 20).unwrap();
    let mut lines: Vec<&[u8]> = plain.split(|c| *c == b'\n').filter(|line| !line.is_empty()).collect();
    lines.pop();
    let header = serde_json::from_slice(lines.remove(0)).unwrap();
    (
        header,
        lines
            .into_iter()
            .map(|line| bundle::Line::Record(line.to_vec()))
            .collect(),
    )
}

fn sealed(key: &Key, header: &Header, lines: &[bundle::Line]) -> Vec<u8> {
    gzip::pack(&bundle::seal(key, header, lines))
}

fn strange(district: DistrictId, load: &Load, n: usize) -> Vec<u8> {
    let key = Key::from_seed(&[200u8.wrapping_add(n as u8); 32]);
    let (of, lines) = parts(load, n);
    let header = Header {
        device: key.id(),
        district,
        health: Health::default(),
        nonce: Hex([n as u8; 16]),
        surveys: BTreeMap::new(),
        v: VERSION,
        ..of
    };
    sealed(&key, &header, &lines)
}

fn forged(load: &Load, n: usize) -> Vec<u8> {
    let (mut header, lines) = parts(load, n);
    header.nonce = Hex([n as u8; 16]);
    sealed(&Key::from_seed(&[201; 32]), &header, &lines)
}

fn broken(load: &Load, n: usize) -> Vec<u8> {
    let mut body = load.tablets[n % load.tablets.len()][0].body.clone();
    if n.is_multiple_of(2) {
        body.truncate(body.len() - 20);
        return body;
    }
    let plain = gzip::unpack(&body, 1 << 20).unwrap();
    let end = plain.iter().position(|byte| *byte == b'\n').unwrap();
    gzip::pack(&[&plain[..=end], &vec![b' '; 300 * 1024]].concat())
}
