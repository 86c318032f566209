// SPDX-License-Identifier: MIT OR Apache-2.0
//! The readers of a real pcscd, which `.ci/pcscd` starts: four slots on ports one after the other.
//!
//! Readers 0 and 1 ("Virtual 0 …") are on the first two ports, 2 and 3 ("Virtual 1 …") on the next.
//! Tests run side by side, so each has its readers alone, and finds them empty.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use veuicc_pcsc::{Card, Context, Protocol};

use crate::served::Served;

/// pcscd looks for cards a few times per second.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

static TAKEN: [Mutex<()>; 4] = [const { Mutex::new(()) }; 4];

/// A reader that nobody else uses.
pub(crate) struct Reader {
    pub(crate) context: Context,
    pub(crate) name: String,
    pub(crate) port: u16,
    _alone: MutexGuard<'static, ()>,
}

/// Where the first slot is; nothing where no pcscd was started, which CI does not accept.
pub(crate) fn first_port() -> Option<u16> {
    let Some(first) = std::env::var_os("VEUICC_PCSC") else {
        let expected = "expected VEUICC_PCSC, as bash .ci/pcscd sets it";
        assert!(std::env::var_os("CI").is_none(), "{expected}");
        eprintln!("skipped: {expected}");
        return None;
    };
    Some(first.to_str().unwrap().parse().unwrap())
}

impl Reader {
    pub(crate) fn take(number: u16) -> Option<Self> {
        let first = first_port()?;
        let alone = TAKEN[usize::from(number)].lock();
        let alone = alone.unwrap_or_else(PoisonError::into_inner);
        let context = Context::establish().unwrap();
        let start = format!("Virtual {} ", number / 2);
        let end = format!(" 0{}", number % 2);
        let readers = context.readers().unwrap();
        let mut names = readers.iter();
        let name = names.find(|it| it.starts_with(&start) && it.ends_with(&end));
        let name = name.unwrap_or_else(|| panic!("no reader {number} in {readers:?}"));
        let reader = Self {
            name: name.clone(),
            context,
            port: first + number,
            _alone: alone,
        };
        reader.await_empty();
        Some(reader)
    }

    /// All four, in the order in which everybody takes them.
    pub(crate) fn take_all() -> Option<[Self; 4]> {
        let [one, two, three, four] = [0, 1, 2, 3].map(Self::take);
        Some([one?, two?, three?, four?])
    }

    pub(crate) fn serve(&self, arguments: &[&str]) -> Served {
        let link = format!("vpcd:127.0.0.1:{}", self.port);
        Served::controlled(&[&["--link", &link], arguments].concat())
    }

    pub(crate) fn card(&self) -> Card {
        self.card_over(Protocol::Any)
    }

    pub(crate) fn card_over(&self, protocol: Protocol) -> Card {
        self.atr();
        self.context.connect_over(&self.name, protocol).unwrap()
    }

    /// Waits until the card that was served is gone.
    pub(crate) fn await_empty(&self) {
        let gone = self.context.wait_for_removal(&self.name, PATIENCE);
        gone.unwrap();
    }

    /// Waits for a card and returns what it says of itself.
    pub(crate) fn atr(&self) -> Vec<u8> {
        let atr = self.context.wait_for_card(&self.name, PATIENCE).unwrap();
        assert_eq!(atr.first(), Some(&0x3B));
        atr
    }
}

pub(crate) fn send(card: &Card, command: &str) -> String {
    let command = hex::decode(command.replace(' ', "")).unwrap();
    hex::encode_upper(card.transmit(&command).unwrap())
}

pub(crate) fn answers(card: &Card, expected: &[(&str, &str)]) {
    for (command, answer) in expected {
        assert_eq!(send(card, command), answer.replace(' ', ""), "{command}");
    }
}

/// Sends a command and collects its answer as a terminal does over T=0, with a Le that is right.
pub(crate) fn collected(card: &Card, command: &str) -> String {
    let class = u8::from_str_radix(&command[..2], 16).unwrap() & 0x4F;
    let mut whole = String::new();
    let mut answer = send(card, command);
    loop {
        let (data, status) = answer.split_at(answer.len() - 4);
        whole.push_str(data);
        let Some(more) = status.strip_prefix("61") else {
            return whole + status;
        };
        answer = send(card, &format!("{class:02X}C00000{more}"));
    }
}

/// The first TS.48 package, beside the checkout; nothing where it is not, which CI does not accept.
pub(crate) fn ts48() -> Option<std::path::PathBuf> {
    let file = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/profiles/ts48-v7.0/saip2.3-bertlv-suci.der");
    let there = file.is_file();
    assert!(
        there || std::env::var_os("CI").is_none(),
        "{}",
        file.display()
    );
    there.then_some(file)
}
