// SPDX-License-Identifier: MIT OR Apache-2.0
//! One card: GetEID in process and over a TCP connection, the interpretation of a package, a
//! profile's first file. What counts are the ratios of one run and the budgets of the design:
//! GetEID under 1 µs in process, over 30,000 a second on a connection.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark may stop at the first surprise"
)]

#[path = "card/common.rs"]
mod common;

use std::hint::black_box;
use std::io::BufReader;
use std::net::{TcpListener, TcpStream};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use veuicc::{Reset, link};

use common::{GET_EID, enabled, factory, package, select_isdr};

fn get_eid(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("GetEID");
    group.throughput(Throughput::Elements(1));
    let mut card = factory();
    assert_eq!(card.transmit(&select_isdr()), [0x90, 0x00]);
    group.bench_function("in process", |bencher| {
        bencher.iter(|| card.transmit(black_box(GET_EID)));
    });

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let slot = link::Slot::new(card);
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        link::tcp::connection(stream, &slot).unwrap();
    });
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    group.bench_function("over TCP", |bencher| {
        bencher.iter(|| {
            link::frame::write_frame(&mut stream, black_box(GET_EID)).unwrap();
            link::frame::read_frame(&mut answers).unwrap().unwrap()
        });
    });
    group.finish();
    drop((stream, answers));
    server.join().unwrap();
}

fn profile(criterion: &mut Criterion) {
    let (name, package) = package();
    let mut group = criterion.benchmark_group(format!("profile {name}"));
    group.bench_function("interpreted", |bencher| {
        bencher.iter(|| veuicc::profile::interpret(black_box(&package)).unwrap());
    });
    let mut card = enabled(&package);
    // SELECT of EF.ICCID by path, then its content
    let select = [0x00, 0xA4, 0x08, 0x04, 2, 0x2F, 0xE2, 0x00];
    let read = [0x00, 0xB0, 0x00, 0x00, 10];
    group.bench_function("EF.ICCID selected and read", |bencher| {
        bencher.iter(|| {
            card.transmit(black_box(&select));
            let answer = card.transmit(black_box(&read));
            assert_eq!(answer.len(), 12, "{answer:02X?}");
            answer
        });
    });
    group.bench_function("reset, then EF.ICCID", |bencher| {
        bencher.iter(|| {
            card.reset(Reset::Cold);
            card.transmit(black_box(&select));
            card.transmit(black_box(&read))
        });
    });
    group.finish();
}

criterion_group!(benches, get_eid, profile);
criterion_main!(benches);
