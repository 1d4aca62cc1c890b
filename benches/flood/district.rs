//! The two servers: the real district in a process of its own, and a bystander that answers everything with 404.

use crate::load::Load;
use crate::serving::Serving;
use hailong::wire::answer::{Answer, Receipt};
use hailong::wire::signed;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

pub struct District {
    serving: Serving,
    pub addr: SocketAddr,
}

impl District {
    pub fn start(dir: &Path) -> Self {
        // Another build may be named, to measure one beside the other.
        let program = std::env::var("HAILONG_DISTRICT");
        let mut command = Command::new(program.as_deref().unwrap_or(env!("CARGO_BIN_EXE_hailong-district")));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(dir);
        let serving = Serving::of(command.stderr(Stdio::null()));
        let addr = serving.url.trim_start_matches("http://");
        let addr = addr.parse().unwrap();
        Self { serving, addr }
    }

    /// All tablets at once; each sends its next bundle when it holds the receipt of the one before, and tries again
    /// after a tenth of a second when it is told to come back: a real tablet waits longer. Answers how long all took.
    pub fn take(&self, load: &Arc<Load>) -> Duration {
        hailong::platform::choose_tls();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("http://{}/api/v1/bundles", self.addr);
        let tablets = Builder::new_current_thread().enable_all().build().unwrap();
        let start = Instant::now();
        tablets.block_on(async {
            let mut tasks = JoinSet::new();
            for n in 0..load.tablets.len() {
                let (client, url, load) = (client.clone(), url.clone(), load.clone());
                tasks.spawn(async move {
                    for sent in &load.tablets[n] {
                        loop {
                            let answer = client.post(&url).body(sent.body.clone()).send().await.unwrap();
                            let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
                            if status == 503 {
                                tokio::time::sleep(Duration::from_millis(100)).await;
                                continue;
                            }
                            let answer = signed::open(&load.district_key, signed::ANSWER, text.as_bytes()).unwrap();
                            let Answer::Receipt(Receipt { nonce, runs, .. }) = answer else {
                                panic!("{status}: {text}")
                            };
                            assert!(nonce == sent.nonce && runs[0].head == sent.head);
                            break;
                        }
                    }
                });
            }
            tasks.join_all().await;
        });
        start.elapsed()
    }

    pub fn stop(mut self) {
        self.serving.kill();
    }
}

/// Reads what comes and answers a fixed line: what a flood costs this machine besides the district.
pub struct Bystander {
    pub addr: SocketAddr,
    /// Ends with it.
    _runtime: Runtime,
}

impl Bystander {
    /// Requests have this many bytes.
    pub fn start(length: usize) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let addr = listener.local_addr().unwrap();
        runtime.spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut buffer, mut seen) = (vec![0; 16 * 1024], 0);
                    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                        seen += read;
                        let answers = b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}".repeat(seen / length);
                        seen %= length;
                        if stream.write_all(&answers).await.is_err() {
                            break;
                        }
                    }
                });
            }
        });
        Self {
            addr,
            _runtime: runtime,
        }
    }
}
