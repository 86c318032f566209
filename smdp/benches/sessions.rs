// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whole ES9+ sessions of a scripted eUICC, from InitiateAuthentication to the result of the
//! installation.
//!
//! - `server`: the time the server alone takes for one, with 1, 100 and 10,000 stored orders.
//! - `initiateAuthentication`: one, beside the bare signature in it.
//! - `tls`: sessions over TLS with 1, 8 and 64 clients at the same time, client and server on the
//!   same processors; the time is that of all sessions divided by their number.
//!
//! The quotients are printed first, from measurements that take turns within one run: what counts
//! is that they are flat, whatever the machine.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark may stop at the first surprise"
)]

#[path = "../tests/support/mod.rs"]
#[expect(dead_code, reason = "test programs use the rest")]
mod support;

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use rsp::json::{Es9Ok, Es9Request, Interface, decode_response};
use rsp::sgp22::{GetBoundProfilePackageOk, TransactionId};
use smdp::config::OrderConfig;
use smdp::http::{Limits, TlsVersions, server_config};
use smdp::{Binding, Credentials, Entity};
use support::euicc::Euicc;
use support::kit::{Kit, Setup, order};
use support::wire::{Client, Listening};

/// How many orders a server has, and how its eUICC names the one it wants.
#[derive(Clone, Copy)]
struct Store {
    name: &'static str,
    orders: usize,
    /// All orders are for one eUICC, which sends no MatchingID.
    of_one_euicc: bool,
}

const STORES: [Store; 4] = [
    Store::new("1 order", 1),
    Store::new("100 orders", 100),
    Store::new("10,000 orders", 10_000),
    Store {
        of_one_euicc: true,
        ..Store::new("10,000 orders of one eUICC, no MatchingID", 10_000)
    },
];

impl Store {
    const fn new(name: &'static str, orders: usize) -> Self {
        Self {
            name,
            orders,
            of_one_euicc: false,
        }
    }

    fn kit(self) -> Kit {
        let order = |number: usize| OrderConfig {
            matching_id: if self.of_one_euicc {
                String::new()
            } else {
                format!("M-{number}")
            },
            eid: self.of_one_euicc.then(|| hex::encode(certs::TEST_EID)),
            reusable: true,
            ..order()
        };
        Kit::with(Setup {
            orders: (0..self.orders).map(order).collect(),
            ..Setup::default()
        })
    }

    fn matching_id(self) -> String {
        if self.of_one_euicc {
            String::new()
        } else {
            format!("M-{}", self.orders - 1)
        }
    }
}

/// Answers requests, and adds up the time for it.
trait Server {
    fn ask(&mut self, request: &Es9Request) -> Es9Ok;
}

/// The server without sockets.
struct Bare<'a> {
    kit: &'a Kit,
    took: Duration,
}

impl Server for Bare<'_> {
    fn ask(&mut self, request: &Es9Request) -> Es9Ok {
        let (function, body) = (request.function(), request.to_json().unwrap());
        let start = Instant::now();
        let answer = black_box(self.kit.service.call_json(function, None, &body));
        self.took += start.elapsed();
        if answer.status == 204 {
            return Es9Ok::HandleNotification;
        }
        let response = decode_response(Interface::Es9, function, &answer.body).unwrap();
        response.unwrap()
    }
}

impl Server for support::wire::Wire<'_> {
    fn ask(&mut self, request: &Es9Request) -> Es9Ok {
        let answer = self.call(Binding::Json, request);
        answer.ok()
    }
}

/// One session.
fn session(server: &mut impl Server, euicc: &mut Euicc, matching_id: &str) {
    let initiate = Es9Request::InitiateAuthentication(euicc.initiate());
    let Es9Ok::InitiateAuthentication(ok) = server.ask(&initiate) else {
        panic!("another answer")
    };
    let authenticate = Es9Request::AuthenticateClient(euicc.authenticate(&ok, matching_id));
    let Es9Ok::AuthenticateClient(ok) = server.ask(&authenticate) else {
        panic!("another answer")
    };
    euicc.forget();
    let prepare = Es9Request::GetBoundProfilePackage(euicc.prepare(&ok, None));
    let Es9Ok::GetBoundProfilePackage(ok) = server.ask(&prepare) else {
        panic!("another answer")
    };
    report(server, euicc, &ok);
}

fn report(server: &mut impl Server, euicc: &Euicc, ok: &GetBoundProfilePackageOk) {
    let transaction_id: &TransactionId = &ok.transaction_id;
    let result = euicc.result(transaction_id, [0x98; 10], None);
    server.ask(&Es9Request::HandleNotification(result));
}

/// A server with its eUICC.
struct Pair {
    store: Store,
    kit: Kit,
    euicc: Euicc,
}

impl Pair {
    fn new(store: Store) -> Self {
        let kit = store.kit();
        let euicc = Euicc::new(&kit.pki, certs::Curve::NistP256);
        Self { store, kit, euicc }
    }

    /// The time the server takes for one session.
    fn session(&mut self) -> Duration {
        let mut server = Bare {
            kit: &self.kit,
            took: Duration::ZERO,
        };
        session(&mut server, &mut self.euicc, &self.store.matching_id());
        server.took
    }

    fn initiate(&mut self) -> Duration {
        let mut server = Bare {
            kit: &self.kit,
            took: Duration::ZERO,
        };
        server.ask(&Es9Request::InitiateAuthentication(self.euicc.initiate()));
        server.took
    }

    /// The signature in the answer to InitiateAuthentication.
    fn signature(&self) -> Duration {
        let role = certs::Role::DpAuth;
        let credential = self.kit.pki.credential(role, certs::Curve::NistP256);
        let key = &credential.unwrap().key;
        let start = Instant::now();
        black_box(key.sign(black_box(&[7; 100])));
        start.elapsed()
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Measures everything in turns, and prints it against the first of its kind.
fn quotients(_: &mut Criterion) {
    let mut pairs: Vec<_> = STORES.into_iter().map(Pair::new).collect();
    let mut times = vec![Vec::new(); pairs.len()];
    let (mut initiate, mut signature) = (Vec::new(), Vec::new());
    for _ in 0..200 {
        for (pair, times) in pairs.iter_mut().zip(&mut times) {
            times.push(pair.session());
        }
        initiate.push(pairs[0].initiate());
        signature.push(pairs[0].signature());
    }
    let medians: Vec<_> = times.into_iter().map(median).collect();
    for (store, time) in STORES.iter().zip(&medians) {
        let quotient = time.as_secs_f64() / medians[0].as_secs_f64();
        println!(
            "session, {}: {time:?}, {quotient:.3} of the first",
            store.name
        );
    }
    let (initiate, signature) = (median(initiate), median(signature));
    let (all, bare) = (initiate.as_secs_f64(), signature.as_secs_f64());
    let (rate, quotient) = (1.0 / all, all / bare);
    println!(
        "initiateAuthentication: {initiate:?} ({rate:.0} a second), {quotient:.3} of its signature \
         alone ({signature:?})"
    );
    for clients in [0, 4] {
        let (median, slow) = meanwhile(clients);
        println!(
            "an answer that costs nothing, beside {clients} clients: {median:?}, slowest {slow:?}"
        );
    }
    let mut times = Vec::new();
    for clients in CLIENTS {
        let kit = busy_kit(clients);
        times.push((clients, concurrent(&kit, clients, 256)));
    }
    for (clients, time) in &times {
        let quotient = time.as_secs_f64() / times[0].1.as_secs_f64();
        println!(
            "session over TLS, {clients} at a time: {time:?} each, {quotient:.3} of the first"
        );
    }
}

/// How long an answer takes that costs nothing, while others keep the server busy: the median of
/// many and the slowest but a few.
fn meanwhile(clients: usize) -> (Duration, Duration) {
    let kit = busy_kit(clients);
    let listening = listen(&kit);
    let client = Client::new(&kit.pki);
    let done = AtomicBool::new(false);
    let (listening, done) = (&listening, &done);
    let mut times = std::thread::scope(|scope| {
        for number in 0..clients {
            let (pki, client) = (&kit.pki, client.clone());
            scope.spawn(move || {
                let mut euicc = Euicc::new(pki, certs::Curve::NistP256);
                let mut wire = listening.connect(&client).unwrap();
                while !done.load(Ordering::Relaxed) {
                    session(&mut wire, &mut euicc, &format!("M-{number}"));
                }
            });
        }
        let mut wire = listening.connect(&client).unwrap();
        let request = b"GET /unknown HTTP/1.1\r\nhost: x\r\n\r\n";
        let ask = |_| {
            let start = Instant::now();
            assert_eq!(wire.exchange(request).unwrap().status, 404);
            let took = start.elapsed();
            std::thread::sleep(Duration::from_millis(5));
            took
        };
        let times: Vec<_> = (0..400).map(ask).collect();
        done.store(true, Ordering::Relaxed);
        times
    });
    times.sort();
    (times[times.len() / 2], times[times.len() * 98 / 100])
}

/// Clients at the same time.
const CLIENTS: [usize; 3] = [1, 8, 64];

fn busy_kit(clients: usize) -> Kit {
    let order = |number: usize| OrderConfig {
        matching_id: format!("M-{number}"),
        reusable: true,
        ..order()
    };
    Kit::with(Setup {
        orders: (0..clients).map(order).collect(),
        ..Setup::default()
    })
}

fn listen(kit: &Kit) -> Listening<'_> {
    let names = ["smdp1.test.example"];
    let credentials = Credentials::from_pki(&kit.pki, Entity::First, &names).unwrap();
    let tls = server_config(&credentials.tls, TlsVersions::Both, None).unwrap();
    Listening::new(kit, tls, Limits::default())
}

/// The time for one of `sessions` sessions that `clients` clients share; each has a connection of
/// its own for every session.
fn concurrent(kit: &Kit, clients: usize, sessions: usize) -> Duration {
    let listening = listen(kit);
    let client = Client::new(&kit.pki);
    let each = sessions.div_ceil(clients);
    let barrier = Barrier::new(clients + 1);
    let (listening, barrier) = (&listening, &barrier);
    let took = std::thread::scope(|scope| {
        for number in 0..clients {
            let (pki, client) = (&kit.pki, client.clone());
            scope.spawn(move || {
                let mut euicc = Euicc::new(pki, certs::Curve::NistP256);
                barrier.wait();
                for _ in 0..each {
                    let mut wire = listening.connect(&client).unwrap();
                    session(&mut wire, &mut euicc, &format!("M-{number}"));
                }
                barrier.wait();
            });
        }
        barrier.wait();
        let start = Instant::now();
        barrier.wait();
        start.elapsed()
    });
    took / u32::try_from(each * clients).unwrap()
}

fn sessions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("server");
    for store in STORES {
        let mut pair = Pair::new(store);
        group.bench_function(store.name, |bencher| {
            bencher.iter_custom(|rounds| (0..rounds).map(|_| pair.session()).sum());
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("initiateAuthentication");
    let mut pair = Pair::new(STORES[0]);
    group.bench_function("whole", |bencher| {
        bencher.iter_custom(|rounds| (0..rounds).map(|_| pair.initiate()).sum());
    });
    group.bench_function("signature alone", |bencher| {
        bencher.iter_custom(|rounds| (0..rounds).map(|_| pair.signature()).sum());
    });
    group.finish();

    let mut group = criterion.benchmark_group("tls");
    group.sample_size(10);
    for clients in CLIENTS {
        let kit = busy_kit(clients);
        group.bench_function(format!("{clients} at a time"), |bencher| {
            bencher.iter_custom(|rounds| {
                let number = usize::try_from(rounds).unwrap().max(clients);
                let each = concurrent(&kit, clients, number);
                each * u32::try_from(rounds).unwrap()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, quotients, sessions);
criterion_main!(benches);
