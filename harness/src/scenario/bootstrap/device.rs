// SPDX-License-Identifier: MIT OR Apache-2.0
//! The device: its IPA as a process, which a kill starts anew.

use std::sync::Arc;

use super::super::process::{Process, ProcessError};
use super::killing::Victim;
use super::world::{EIM, SMDP, World};

/// The device.
pub(super) struct Device {
    ipa: Arc<Process>,
    pki: Vec<String>,
}

impl Device {
    pub(super) fn new(world: &World, eim: std::net::SocketAddr, pki: &[String]) -> Self {
        let smdp = world.smdp_gate.address();
        let mut arguments = words(&["ipa", "run", "--card"]);
        arguments.push(format!("tcp:{}", world.card_address));
        arguments.extend(words(&["--state"]));
        arguments.push(world.folder.join("ipa.state").display().to_string());
        arguments.push(format!("--resolve={EIM}={eim}"));
        arguments.push(format!("--resolve={SMDP}={smdp}"));
        arguments.extend(words(&["--interval", "50", "--timeout", "10"]));
        arguments.extend(words(&["--fallback-after", "150", "--return-after", "150"]));
        arguments.extend(pki.iter().cloned());
        Self {
            ipa: world.process("ipa", &arguments),
            pki: pki.to_vec(),
        }
    }

    /// Starts the IPA; from now on it is killed when the plan says so.
    pub(super) fn switch_on(&self, world: &World) -> Result<(), ProcessError> {
        self.ipa.launch()?;
        if world
            .killing
            .plan()
            .is_some_and(|plan| plan.victim == Victim::Ipa)
        {
            let ipa = self.ipa.clone();
            world.killing.aim(Some(Arc::new(move || {
                ipa.kill();
                if let Err(error) = ipa.launch() {
                    tracing::error!("{error}");
                }
            })));
        }
        Ok(())
    }

    /// Cuts the IPA's power for good.
    pub(super) fn switch_off(&self, world: &World) {
        if world
            .killing
            .plan()
            .is_some_and(|plan| plan.victim == Victim::Ipa)
        {
            world.killing.aim(None);
        }
        self.ipa.kill();
    }

    /// ES10b.AddInitialEim with the eIM's configuration, as the device maker does it.
    pub(super) fn add_eim(&self, world: &World, counter: i64) -> Result<String, ProcessError> {
        let mut arguments = words(&["ipa", "add-eim", "--token", "--eim-id", EIM, "--counter"]);
        arguments.push(counter.to_string());
        self.once(world, "add-eim", arguments)
    }

    /// Memory reset of profiles and eIM configuration.
    pub(super) fn reset(&self, world: &World) -> Result<String, ProcessError> {
        let arguments = words(&["ipa", "reset", "--operational", "--eim-config"]);
        self.once(world, "reset", arguments)
    }

    fn once(
        &self,
        world: &World,
        name: &'static str,
        mut arguments: Vec<String>,
    ) -> Result<String, ProcessError> {
        arguments.push(format!("--card=tcp:{}", world.card_address));
        arguments.extend(self.pki.iter().cloned());
        world.process(name, &arguments).complete()
    }
}

pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
