// SPDX-License-Identifier: MIT OR Apache-2.0
//! The files and codes of an enabled profile: a try that was used up is never given back, and a
//! file is written wholly or not at all.

use rsp::env::SeededEnv;
use veuicc::terminal::Terminal;
use veuicc::{Card, CardConfig, State};

use crate::scene::{Log, Scene};
use crate::uicc;

/// The MF, a file of 300 bytes in it, and what is written to it.
const MF: &str = "00A4000C023F00";
const FILE: &str = "00A4000C022F15";
const LENGTH: usize = 300;
const WRITTEN: u8 = 0xA5;

/// Two wrong PINs, then a file.
pub(crate) struct Files(State);

impl Files {
    pub(crate) fn new() -> Self {
        Self(uicc::card().state().clone())
    }
}

/// Tries that an answer to VERIFY leaves.
fn tries(status: u16) -> Option<u8> {
    match status {
        0x63C0..=0x63CF => Some((status & 0x0F) as u8),
        0x6983 => Some(0),
        _ => None,
    }
}

impl Scene for Files {
    fn name(&self) -> &'static str {
        "files"
    }

    fn start(&self) -> State {
        self.0.clone()
    }

    fn config(&self) -> CardConfig {
        uicc::config()
    }

    fn play(&self, terminal: &mut Terminal<Card>, log: &mut Log) {
        if log.command(terminal, &uicc::usim()).is_none() {
            return;
        }
        for _ in 0..2 {
            let verify = format!("0020000108{}", uicc::WRONG);
            let Some(status) = log.command(terminal, &verify) else {
                return;
            };
            log.tries = tries(status).or(log.tries);
        }
        let content = hex::encode([WRITTEN; LENGTH]);
        let write = format!("00D60000 00{LENGTH:04X} {content}");
        log.command(terminal, MF);
        if log.command(terminal, FILE) == Some(0x9000) {
            log.written = log.command(terminal, &write) == Some(0x9000);
        }
    }

    fn judge(&self, state: &State, log: &Log, place: &str) {
        let env = Box::new(SeededEnv::new(1, "judge"));
        let mut card = Card::with_state(self.config(), env, state.clone(), None);
        uicc::send(&mut card, &uicc::usim());
        let left = u16::from_str_radix(&uicc::send(&mut card, "00200001"), 16).unwrap();
        let left = tries(left).unwrap();
        if let Some(told) = log.tries {
            assert!(left <= told, "{place}: {left} tries, {told} were told");
        }
        uicc::send(&mut card, MF);
        uicc::send(&mut card, FILE);
        let content = uicc::send(&mut card, "00B0000000 0000");
        let whole = |byte: u8| format!("{}9000", hex::encode_upper([byte; LENGTH]));
        let written = content == whole(WRITTEN);
        assert!(written || content == whole(0), "{place}: {content}");
        assert!(written || !log.written, "{place}: what was told is lost");
    }

    fn judge_end(&self, state: &State, log: &Log, place: &str) {
        self.judge(state, log, place);
        assert!(log.written, "{place}");
    }
}
