// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card, the only thing that outlives its power, and what can happen to both.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rsp::env::SeededEnv;
use veuicc::terminal::{Terminal, TerminalOptions};
use veuicc::{ArmedFault, Card, FaultAt, FaultKind, State, Store, StoreError};

use crate::scene::{Log, Scene};

/// Where the power is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Before a command is executed.
    BeforeCommand,
    /// After it was executed, before its answer.
    AfterCommand,
    /// In the middle of writing the state: the old one is left.
    BeforeWrite,
    /// Right after the state was written.
    AfterWrite,
    /// No power is lost, but the state cannot be written, this once.
    WriteFails,
}

impl Cut {
    pub(crate) const COMMANDS: [Self; 2] = [Self::BeforeCommand, Self::AfterCommand];
    pub(crate) const WRITES: [Self; 3] = [Self::BeforeWrite, Self::AfterWrite, Self::WriteFails];
}

/// What is written down.
#[derive(Debug)]
pub(crate) struct Disk {
    pub(crate) state: State,
    /// Every numbered thing that was ever written, for ever.
    numbered: BTreeMap<i64, Vec<u8>>,
    /// Every association token that was ever given.
    tokens: Vec<i64>,
    writes: usize,
    fault: Option<(Cut, usize)>,
    pub(crate) struck: bool,
    /// Without power nothing is written any more, and no answer counts.
    pub(crate) dark: bool,
}

impl Disk {
    fn keep(&mut self, state: &State) {
        for pending in &state.pending {
            let number = pending.sequence_number;
            let first = self.numbered.entry(number).or_insert(pending.bytes.clone());
            assert_eq!(*first, pending.bytes, "number {number} is used again");
            assert!(number < state.next_sequence_number, "number {number}");
        }
        for eim in &state.eims {
            let known = self.state.eims.iter().find(|it| it.eim_id == eim.eim_id);
            assert!(
                known.is_none_or(|known| known.counter_value <= eim.counter_value),
                "the counter goes back"
            );
            let Some(token) = eim.association_token else {
                continue;
            };
            if known.is_none() {
                assert!(!self.tokens.contains(&token), "token {token} is used again");
                self.tokens.push(token);
            }
        }
        assert!(state.next_sequence_number >= self.state.next_sequence_number);
        assert!(state.next_association_token >= self.state.next_association_token);
        self.state = state.clone();
    }
}

/// The card's way to the disk.
struct Handle(Arc<Mutex<Disk>>);

impl Store for Handle {
    fn save(&mut self, state: &State) -> Result<(), StoreError> {
        let mut disk = self.0.lock().unwrap();
        disk.writes += 1;
        let lost = StoreError::File {
            path: "disk".into(),
            source: std::io::Error::other("lost"),
        };
        if disk.dark {
            return Err(lost);
        }
        let fault = disk.fault.filter(|(_, at)| *at == disk.writes);
        match fault.map(|(cut, _)| cut) {
            None | Some(Cut::BeforeCommand | Cut::AfterCommand) => {
                disk.keep(state);
                return Ok(());
            }
            Some(Cut::WriteFails) => {}
            Some(Cut::BeforeWrite) => disk.dark = true,
            Some(Cut::AfterWrite) => {
                disk.keep(state);
                disk.dark = true;
            }
        }
        disk.struck = true;
        Err(lost)
    }
}

/// A card that can be cut off, again and again.
pub(crate) struct World {
    disk: Arc<Mutex<Disk>>,
}

impl World {
    pub(crate) fn new(state: State) -> Self {
        let disk = Disk {
            state: state.clone(),
            numbered: BTreeMap::new(),
            tokens: Vec::new(),
            writes: 0,
            fault: None,
            struck: false,
            dark: false,
        };
        let world = Self {
            disk: Arc::new(Mutex::new(disk)),
        };
        world.disk.lock().unwrap().keep(&state);
        world
    }

    /// A card that goes on from what is written, with a fault in its first write.
    fn card(&self, scene: &dyn Scene, seed: usize, fault: Option<Cut>) -> Card {
        let state = {
            let mut disk = self.disk.lock().unwrap();
            (disk.dark, disk.struck) = (false, false);
            disk.fault = fault.map(|cut| (cut, disk.writes + 1));
            disk.state.clone()
        };
        let env = SeededEnv::new(1, &format!("power {seed}"));
        let store = Box::new(Handle(Arc::clone(&self.disk)));
        Card::with_state(scene.config(), Box::new(env), state, Some(store))
    }

    /// What is left when the power is back, after it was lost again while the card started.
    pub(crate) fn restarted(&self, scene: &dyn Scene, seed: usize) -> State {
        for cut in [Cut::BeforeWrite, Cut::WriteFails, Cut::AfterWrite] {
            self.card(scene, seed, Some(cut));
        }
        let state = self.card(scene, seed, None).state().clone();
        assert_eq!(state, self.disk.lock().unwrap().state, "not all is written");
        state
    }

    /// Plays the scene with a fault; tells what the terminal learnt, and whether the fault struck.
    pub(crate) fn play(
        &self,
        scene: &dyn Scene,
        fault: Option<(Cut, usize)>,
        seed: usize,
    ) -> (Log, bool) {
        let options = TerminalOptions {
            toolkit: scene.toolkit(),
            ..TerminalOptions::default()
        };
        let mut terminal = Terminal::open(self.card(scene, seed, None), options).unwrap();
        if let Some((cut, at)) = fault {
            let kind = match cut {
                Cut::AfterCommand => FaultKind::TearAfter,
                _ => FaultKind::TearBefore,
            };
            if matches!(cut, Cut::BeforeCommand | Cut::AfterCommand) {
                let at = FaultAt::Nth(u32::try_from(at).unwrap());
                terminal.card().arm(ArmedFault::new(at, kind));
            } else {
                let mut disk = self.disk.lock().unwrap();
                disk.fault = Some((cut, disk.writes + at));
            }
        }
        let mut log = Log::new(Arc::clone(&self.disk));
        scene.play(&mut terminal, &mut log);
        let struck = !terminal.card().is_powered() || self.disk.lock().unwrap().struck;
        (log, struck)
    }

    /// How many commands the scene takes, and how many writes.
    pub(crate) fn count(&self, scene: &dyn Scene) -> (usize, usize) {
        let before = self.disk.lock().unwrap().writes;
        let mut commands = 0;
        for at in 1.. {
            let world = Self::new(scene.start());
            if !world.play(scene, Some((Cut::BeforeCommand, at)), 1).1 {
                break;
            }
            commands = at;
        }
        self.play(scene, None, 1);
        let writes = self.disk.lock().unwrap().writes - before;
        (writes, commands)
    }
}
