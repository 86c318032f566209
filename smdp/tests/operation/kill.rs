// SPDX-License-Identifier: MIT OR Apache-2.0
//! The server is killed at random points of 200 downloads, and loses nothing.
//!
//! What a device has seen says where an order may stand: an order whose package arrived is
//! `downloaded`, one whose result was acknowledged is `installed`, and only a request without an
//! answer leaves two possibilities.

#[path = "../support/profile.rs"]
#[expect(dead_code, reason = "other test programs use the rest")]
mod profile;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use certs::Pki;
use rsp::env::{Env, SeededEnv};

use super::device::{Device, Seen, Stop};
use super::process::{Admin, Smdp, signal};

/// Orders, each downloaded once.
const ORDERS: usize = 200;
/// One in so many downloads meets a kill.
const KILL_EVERY: usize = 10;
/// The requests of a download.
const REQUESTS: usize = 4;
/// Longest time from a request until the kill.
const LATEST: Duration = Duration::from_millis(20);

/// Two eUICCs, so that the wrong one can try as well.
const EIDS: [&str; 2] = [
    "89049032123451234512345678901235",
    "89049032123451234512345678901332",
];

/// A server that is started again after each kill.
struct Server {
    arguments: Vec<String>,
    running: Smdp,
    es9: SocketAddr,
    admin: Admin,
    kills: usize,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let config = folder.join("c.toml");
        let db = folder.join("db");
        let arguments = [
            "--config",
            config.to_str().unwrap(),
            "--db",
            db.to_str().unwrap(),
        ];
        let arguments = arguments.map(str::to_owned).to_vec();
        let (running, es9, admin) = run(&arguments);
        Self {
            arguments,
            running,
            es9,
            admin,
            kills: 0,
        }
    }

    /// Starts again after somebody killed it.
    fn revive(&mut self) {
        self.running.wait();
        (self.running, self.es9, self.admin) = run(&self.arguments);
        self.kills += 1;
    }

    /// State of each order, by MatchingID.
    fn states(&self) -> BTreeMap<String, String> {
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let orders = self.admin.orders();
        let states = orders
            .iter()
            .map(|order| (text(&order["matching_id"]), text(&order["state"])));
        states.collect()
    }
}

fn run(arguments: &[String]) -> (Smdp, SocketAddr, Admin) {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut running = Smdp::start(&arguments);
    let es9 = running.es9();
    let admin = running.admin();
    (running, es9, admin)
}

fn configuration(folder: &Path) {
    std::fs::write(folder.join("one.der"), package()).unwrap();
    let mut text = "[[listener]]\naddress = \"127.0.0.1:0\"\n\
                    [[listener]]\naddress = \"127.0.0.1:0\"\ninterfaces = [\"admin\"]\nplain = true\n"
        .to_owned();
    for number in 0..ORDERS {
        let order = "[[order]]\nprofile = \"one.der\"\nmatching_id";
        writeln!(text, "{order} = \"{}\"", matching_id(number)).unwrap();
    }
    std::fs::write(folder.join("c.toml"), text).unwrap();
}

/// A package that a card installs.
pub(super) fn package() -> Vec<u8> {
    profile::fixture("operational").package().into_owned()
}

fn matching_id(number: usize) -> String {
    format!("ORDER-{number}")
}

/// When a download is interrupted: before which request, and how long after it was sent.
#[derive(Clone, Copy)]
struct Plan {
    request: usize,
    delay: Duration,
}

impl Plan {
    /// Strikes at each request in turn, at a random moment.
    fn draw(number: usize, env: &mut dyn Env) -> Self {
        // rather early than late: most answers take a small part of the longest time
        let [high, low] = env.array::<2>().map(f64::from);
        let part = (high * 256.0 + low) / 65_535.0;
        Self {
            request: number / KILL_EVERY % REQUESTS,
            delay: LATEST.mul_f64(part.powi(3)),
        }
    }

    fn strike(self, id: u32) -> JoinHandle<()> {
        std::thread::spawn(move || {
            let begin = Instant::now();
            while begin.elapsed() < self.delay {
                std::thread::yield_now();
            }
            signal(id, "KILL");
        })
    }
}

/// Where an order may stand, by what its device has seen.
fn allowed(seen: Seen) -> &'static [&'static str] {
    match seen {
        Seen::Nothing => &["released"],
        Seen::Asked => &["released", "downloaded"],
        Seen::Delivered => &["downloaded"],
        Seen::Told => &["downloaded", "installed"],
        Seen::Acknowledged => &["installed"],
    }
}

/// One download with a kill in between: the state is explained, nobody else gets the package, and
/// the same device finishes.
fn interrupted(
    server: &mut Server,
    device: &mut Device,
    other: &mut Device,
    number: usize,
    plan: Plan,
) {
    let id = matching_id(number);
    let (mut requests, mut strike) = (0, None);
    let process = server.running.id();
    let outcome = device.download(server.es9, &id, &mut |_| {
        if requests == plan.request {
            strike = Some(plan.strike(process));
        }
        requests += 1;
    });
    strike.unwrap().join().unwrap();
    match &outcome {
        Err(Stop::Refused(failure)) => panic!("{id}: {failure}"),
        Err(Stop::Lost(error)) => println!("{id}: {error}"),
        Ok(()) => {}
    }
    server.revive();
    let states = server.states();
    assert_eq!(states.len(), ORDERS, "an order is lost");
    println!(
        "killed at request {}: {:?}, {}",
        plan.request, device.seen, states[&id]
    );
    assert!(
        allowed(device.seen).contains(&states[&id].as_str()),
        "{id}: {} after {:?}",
        states[&id],
        device.seen
    );
    for later in number + 1..ORDERS {
        assert_eq!(states[&matching_id(later)], "released");
    }
    for earlier in 0..number {
        assert_eq!(states[&matching_id(earlier)], "installed");
    }
    if states[&id] != "released" {
        let refused = other.download(server.es9, &id, &mut |_| {});
        assert!(
            matches!(refused, Err(Stop::Refused(_))),
            "{id}: {refused:?}"
        );
    }
    if outcome.is_err() {
        // an order that was asked for and is released is as new; a package that is out comes again
        device.download(server.es9, &id, &mut |_| {}).unwrap();
    }
    assert_eq!(device.seen, Seen::Acknowledged);
    assert_eq!(server.states()[&id], "installed", "{id}");
}

#[test]
fn no_order_is_lost_and_none_downloaded_twice() {
    let begin = Instant::now();
    let folder = tempfile::tempdir().unwrap();
    configuration(folder.path());
    let pki = Pki::seeded(1).unwrap();
    let eids = EIDS.map(|eid| hex::decode(eid).unwrap().try_into().unwrap());
    let mut env = SeededEnv::new(1, "kill");
    let mut server = Server::start(folder.path());
    let mut reached = BTreeMap::new();
    for number in 0..ORDERS {
        let mut device = Device::new(&pki, eids[0]);
        let plan = Plan::draw(number, &mut env);
        if number % KILL_EVERY == 0 {
            let mut other = Device::new(&pki, eids[1]);
            interrupted(&mut server, &mut device, &mut other, number, plan);
            *reached.entry(plan.request).or_insert(0) += 1;
            assert_eq!(other.installed, 0);
        } else {
            device
                .download(server.es9, &matching_id(number), &mut |_| {})
                .unwrap();
        }
        assert_eq!(device.installed, 1);
    }
    let states = server.states();
    assert_eq!(states.len(), ORDERS);
    assert!(
        states.values().all(|state| state == "installed"),
        "{states:?}"
    );
    assert_eq!(server.kills, ORDERS / KILL_EVERY);
    // nothing is downloaded twice, not even by the eUICC that has it
    let mut again = Device::new(&pki, eids[0]);
    let refused = again.download(server.es9, &matching_id(0), &mut |_| {});
    assert!(matches!(refused, Err(Stop::Refused(_))), "{refused:?}");
    println!(
        "{ORDERS} downloads, {} kills at requests {reached:?}, {:?}",
        server.kills,
        begin.elapsed()
    );
}
