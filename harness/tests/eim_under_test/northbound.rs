// SPDX-License-Identifier: MIT OR Apache-2.0
//! A northbound interface that says what it is told to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Answers the requests one after the other, the last answer again and again.
pub(crate) struct Northbound {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Drop for Northbound {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Northbound {
    /// Each answer is a status line without `HTTP/1.1`, and a body.
    pub(crate) async fn saying(answers: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let answers: Vec<String> = answers
            .iter()
            .map(|(status, body)| written(status, body))
            .collect();
        let kept = seen.clone();
        let task = tokio::spawn(async move {
            let mut count = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let answer = answers.get(count).or(answers.last()).unwrap();
                let request = serve(stream, answer).await;
                kept.lock().unwrap().extend(request);
                count += 1;
            }
        });
        Self {
            address,
            seen,
            task,
        }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

fn written(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

async fn serve(mut stream: TcpStream, answer: &str) -> Option<Seen> {
    let mut text = Vec::new();
    let head = loop {
        if let Some(end) = text.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut text).await.unwrap() == 0 {
            return None;
        }
    };
    let fields = String::from_utf8(text.drain(..head + 4).collect()).unwrap();
    let length = fields.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().unwrap())
    });
    while text.len() < length.unwrap_or(0) {
        assert_ne!(stream.read_buf(&mut text).await.unwrap(), 0);
    }
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    Some(Seen {
        line: fields.lines().next().unwrap().to_owned(),
        head: fields,
        body: String::from_utf8(text).unwrap(),
    })
}
