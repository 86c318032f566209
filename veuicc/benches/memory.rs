// SPDX-License-Identifier: MIT OR Apache-2.0
//! Many cards in one process: the memory of one, and whether a card costs the same among ten
//! thousand as alone. The budget: under 64 KiB a card with a TS.48 profile in use, and the same
//! work for every card within 20 %.
//!
//! Memory is what the kernel counts as resident, so that what allocators keep for themselves is
//! in it; without procfs there is no figure.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark may stop at the first surprise"
)]

#[path = "card/common.rs"]
mod common;

use std::time::{Duration, Instant};

use veuicc::Card;

use common::{GET_EID, enabled, package, select_isdr};

/// How many cards live at the same time.
const FLEETS: [usize; 5] = [1, 10, 100, 1_000, 10_000];
/// Rounds over all cards; the fastest counts, as everything else is the machine's.
const ROUNDS: usize = 5;

/// Resident bytes of this process.
fn resident() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Selects the ISD-R, reads the EID and a file of the profile on each card.
fn work(cards: &mut [Card]) -> Duration {
    let select = select_isdr();
    let start = Instant::now();
    for card in cards.iter_mut() {
        card.transmit(&[0x00, 0xA4, 0x08, 0x04, 2, 0x2F, 0xE2, 0x00]);
        assert_eq!(card.transmit(&[0x00, 0xB0, 0x00, 0x00, 10]).len(), 12);
        card.transmit(&select);
        assert_eq!(card.transmit(GET_EID).len(), 23);
        card.reset(veuicc::Reset::Warm);
    }
    start.elapsed()
}

fn main() {
    let (name, package) = package();
    println!("cards with the profile {name} ({} bytes)", package.len());
    println!(
        "{:>8} {:>14} {:>16} {:>16}",
        "cards", "KiB per card", "made, µs each", "used, µs each"
    );
    // what the first card brings along is not the cards'
    work(&mut [enabled(&package)]);
    let before = resident();
    for count in FLEETS {
        let start = Instant::now();
        let mut cards: Vec<Card> = (0..count).map(|_| enabled(&package)).collect();
        let made = start.elapsed();
        // rounds over few cards are repeated, so that the clock has something to measure
        let repeats = (1_000 / count).max(1);
        let used = (0..ROUNDS)
            .map(|_| (0..repeats).map(|_| work(&mut cards)).sum::<Duration>())
            .min()
            .unwrap();
        let memory = before.zip(resident()).map(|(before, after)| {
            let kilobytes = after.saturating_sub(before) / 1024;
            per(kilobytes) / per(count)
        });
        println!(
            "{count:>8} {:>14} {:>16.1} {:>16.2}",
            memory.map_or_else(|| "-".to_owned(), |each| format!("{each:.1}")),
            micros(made) / per(count),
            micros(used) / per(count * repeats),
        );
        drop(cards);
    }
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

fn per(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
