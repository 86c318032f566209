// SPDX-License-Identifier: MIT OR Apache-2.0
//! A UDP proxy that loses datagrams by dice with a seed.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rsp::env::{Env, SeededEnv};
use tokio::net::UdpSocket;
use tokio::task::JoinSet;

/// How datagrams are carried.
#[derive(Clone, Copy)]
pub(crate) struct Fate {
    /// Percent that are lost, each way.
    pub(crate) lost: u8,
    /// Every client comes to the server from the same address.
    pub(crate) one_address: bool,
    pub(crate) seed: u64,
}

/// A running proxy; dropping it ends it.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    lost: Arc<AtomicU32>,
    carried: Arc<AtomicU32>,
    _tasks: JoinSet<()>,
}

/// The dice of one direction.
struct Dice {
    env: SeededEnv,
    percent: u8,
    lost: Arc<AtomicU32>,
    carried: Arc<AtomicU32>,
}

impl Dice {
    fn carries(&mut self) -> bool {
        let mut byte = [0];
        self.env.fill(&mut byte);
        let carries = u32::from(byte[0]) * 100 >= u32::from(self.percent) * 256;
        let counter = if carries { &self.carried } else { &self.lost };
        counter.fetch_add(1, Ordering::SeqCst);
        carries
    }
}

impl Proxy {
    pub(crate) async fn start(server: SocketAddr, fate: Fate) -> Self {
        let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
        let address = socket.local_addr().unwrap();
        let (lost, carried) = <(Arc<AtomicU32>, Arc<AtomicU32>)>::default();
        let dice = {
            let (lost, carried) = (lost.clone(), carried.clone());
            move |label: &str| Dice {
                env: SeededEnv::new(fate.seed, label),
                percent: fate.lost,
                lost: lost.clone(),
                carried: carried.clone(),
            }
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(run(socket, server, fate.one_address, dice));
        Self {
            address,
            lost,
            carried,
            _tasks: tasks,
        }
    }

    pub(crate) fn lost(&self) -> u32 {
        self.lost.load(Ordering::SeqCst)
    }

    pub(crate) fn carried(&self) -> u32 {
        self.carried.load(Ordering::SeqCst)
    }
}

async fn run(
    socket: Arc<UdpSocket>,
    server: SocketAddr,
    one_address: bool,
    dice: impl Fn(&str) -> Dice,
) {
    let mut up = dice("up");
    let mut ways: HashMap<SocketAddr, Arc<UdpSocket>> = HashMap::new();
    let mut back = JoinSet::new();
    let mut datagram = vec![0; 65_535];
    while let Ok((length, client)) = socket.recv_from(&mut datagram).await {
        let shared = ways.values().next().filter(|_| one_address).cloned();
        let is_new = !ways.contains_key(&client);
        let way = match ways.get(&client).cloned().or(shared) {
            Some(way) => way,
            None => {
                let way = UdpSocket::bind("127.0.0.1:0").await.unwrap();
                way.connect(server).await.unwrap();
                Arc::new(way)
            }
        };
        if is_new {
            if one_address {
                back.abort_all();
            }
            ways.insert(client, way.clone());
            let down = dice(&format!("down {}", ways.len()));
            back.spawn(answers(socket.clone(), way.clone(), client, down));
        }
        if up.carries() {
            // a server that is gone answers by ICMP: as good as lost
            let _sent = way.send(&datagram[..length]).await;
        }
    }
}

async fn answers(socket: Arc<UdpSocket>, way: Arc<UdpSocket>, client: SocketAddr, mut dice: Dice) {
    let mut datagram = vec![0; 65_535];
    loop {
        let Ok(length) = way.recv(&mut datagram).await else {
            continue;
        };
        if dice.carries() {
            let _sent = socket.send_to(&datagram[..length], client).await;
        }
    }
}
