// SPDX-License-Identifier: MIT OR Apache-2.0
//! The device of an IPA under test: its card, its folder and its files, which outlive the process
//! as they do when a device is switched off and on.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use veuicc::link::Slot;

use super::card::{CardError, CardServer};
use super::description::{Description, Reach};
use super::process::{End, Launch, LaunchError, Supervised, complete};
use super::program;
use super::scratch::Scratch;
use super::substitute::{Names, UnknownName};
use super::trust::{Material, TrustError, write_templates};
use crate::case::RoleName;

/// How long a program has between the request to end and its end.
const GRACE: Duration = Duration::from_secs(3);

/// What a case has for a device.
pub(crate) struct Given {
    /// The card.
    pub(crate) slot: Slot,
    /// What can be written into files.
    pub(crate) material: Material,
    /// EID, 32 digits.
    pub(crate) eid: String,
    /// `eimId` of the first eIM of the card; none when it has none.
    pub(crate) eim_id: Option<String>,
    /// The confirmation code that the device knows.
    pub(crate) confirmation_code: Option<String>,
    /// The case.
    pub(crate) case: String,
    /// The seed of the run.
    pub(crate) seed: u64,
    /// The proxy that knows the hosts, when there is one.
    pub(crate) proxy: Option<SocketAddr>,
}

/// A device that cannot be set up, or whose program cannot be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeviceError {
    /// The scratch folder cannot be made.
    #[error("scratch folder: {0}")]
    Scratch(#[from] std::io::Error),
    /// The card cannot be offered.
    #[error(transparent)]
    Card(#[from] CardError),
    /// A file cannot be written.
    #[error("trust: {0}")]
    Trust(#[from] TrustError),
    /// The program cannot be started.
    #[error(transparent)]
    Launch(#[from] LaunchError),
    /// A name has no value in this case.
    #[error("{member}: {source}")]
    Name {
        /// Where it is written.
        member: &'static str,
        /// The name.
        source: UnknownName,
    },
    /// The command that makes the program look for work failed.
    #[error("trigger: expected success, it ended with {end}{}", last_words(output))]
    Trigger {
        /// How it ended.
        end: End,
        /// What it wrote.
        output: Vec<u8>,
    },
}

/// A device of one case. Trap: the folder goes last, after the card and its links in it.
pub(crate) struct Device {
    description: Arc<Description>,
    card: CardServer,
    names: Names,
    proxy: Option<SocketAddr>,
    scratch: Scratch,
}

impl Device {
    /// Makes the folder, writes the files and offers the card.
    pub(crate) async fn prepare(
        description: Arc<Description>,
        given: Given,
    ) -> Result<Self, DeviceError> {
        let scratch = Scratch::new()?;
        let mut names = Names::default();
        names.set("scratch", scratch.path().to_string_lossy());
        names.set("here", description.here().to_string_lossy());
        names.set("harness", program::of_this_harness().to_string_lossy());
        names.set("case", given.case);
        names.set("seed", given.seed.to_string());
        names.set("eid", given.eid);
        if description.role == RoleName::Ipa {
            let code = given.confirmation_code.unwrap_or_default();
            names.set("confirmation_code", code);
        }
        names.set("eim_id", given.eim_id.unwrap_or_default());
        if let Some(proxy) = given.proxy {
            names.set("proxy", format!("http://{proxy}"));
        }
        given
            .material
            .write(&description.trust, scratch.path(), &mut names)?;
        names.set("function", "");
        names.set("argument", "");
        let card = CardServer::start(&description.card, given.slot, scratch.path()).await?;
        card.tell(&mut names);
        Ok(Self {
            description,
            card,
            names,
            proxy: given.proxy,
            scratch,
        })
    }

    /// The description of its program.
    pub(crate) fn description(&self) -> &Description {
        &self.description
    }

    /// Starts the program; `hosts` are those of the case, with their addresses.
    pub(crate) async fn start(
        &mut self,
        hosts: &[(String, SocketAddr)],
    ) -> Result<Supervised, DeviceError> {
        let description = self.description.clone();
        self.begin("start", &description.start, hosts).await
    }

    /// Starts the command of a wish, whose words are `words`; nothing when there is none.
    pub(crate) async fn wished(
        &mut self,
        wish: &str,
        words: Vec<(&'static str, Option<String>)>,
        hosts: &[(String, SocketAddr)],
    ) -> Result<Option<Supervised>, DeviceError> {
        let description = self.description.clone();
        let Some(command) = description.user.get(wish) else {
            return Ok(None);
        };
        for (name, value) in words {
            self.names.set_list(name, value.into_iter().collect());
        }
        self.begin("user", command, hosts).await.map(Some)
    }

    async fn begin(
        &mut self,
        member: &'static str,
        command: &[String],
        hosts: &[(String, SocketAddr)],
    ) -> Result<Supervised, DeviceError> {
        self.card.settle().await?;
        let resolve = hosts
            .iter()
            .map(|(host, address)| format!("{host}={address}"));
        self.names.set_list("resolve", resolve.collect());
        write_templates(&self.description.trust, self.scratch.path(), &self.names)?;
        let launch = self.launch(member, command)?;
        if !self.card.wants_pipes() {
            return Ok(Supervised::start(&launch)?);
        }
        let (running, pipes) = Supervised::start_with_pipes(&launch)?;
        self.card.serve_pipes(pipes, running.aside());
        Ok(running)
    }

    /// Makes a running program look for work; false when there is no command for it.
    pub(crate) async fn trigger(&self) -> Result<bool, DeviceError> {
        if self.description.trigger.is_empty() {
            return Ok(false);
        }
        let launch = self.launch("trigger", &self.description.trigger)?;
        let (end, output) = complete(&launch, seconds(self.description.timeout)).await?;
        if end.is_success() {
            Ok(true)
        } else {
            Err(DeviceError::Trigger { end, output })
        }
    }

    /// Tells the device to do something by itself; nothing when there is no command for that.
    pub(crate) async fn told(
        &mut self,
        function: &str,
        value: String,
    ) -> Result<Option<(End, Vec<u8>)>, DeviceError> {
        if self.description.device.is_empty() {
            return Ok(None);
        }
        self.names.set("function", function);
        self.names.set("argument", value);
        let launch = self.launch("device", &self.description.device)?;
        let ended = complete(&launch, seconds(self.description.timeout)).await?;
        Ok(Some(ended))
    }

    /// Ends the program as the description says, and then for certain.
    pub(crate) async fn stop(&self, running: &mut Supervised) -> End {
        if !self.description.stop.is_empty() {
            let asked = match self.launch("stop", &self.description.stop) {
                Ok(launch) => complete(&launch, GRACE).await.map_err(DeviceError::from),
                Err(error) => Err(error),
            };
            if let Err(error) = asked {
                tracing::warn!(%error, "the command that ends the program failed");
            } else if let Ok(end) = tokio::time::timeout(GRACE, running.ended()).await {
                return end;
            }
        }
        running.stop(GRACE).await
    }

    fn launch(&self, member: &'static str, command: &[String]) -> Result<Launch, DeviceError> {
        let name = |member| move |source| DeviceError::Name { member, source };
        let mut command = self.names.command(command).map_err(name(member))?;
        let here = self.description.here();
        if let Some(program) = command.first_mut() {
            *program = program::found_from(&here, program);
        }
        let mut launch = Launch {
            command,
            folder: Some(match &self.description.folder {
                Some(folder) => here.join(folder),
                None => self.scratch.path().to_owned(),
            }),
            ..Launch::default()
        };
        if self.description.reach == Reach::Proxy
            && let Some(proxy) = self.proxy
        {
            for variable in ["https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy"] {
                launch
                    .env
                    .insert(variable.to_owned(), format!("http://{proxy}"));
            }
            launch.env.insert("no_proxy".to_owned(), String::new());
        }
        for (variable, value) in &self.description.env {
            let value = self.names.fill_plain(value).map_err(name("env"))?;
            launch.env.insert(variable.clone(), value);
        }
        Ok(launch)
    }
}

/// A number of seconds that a description may have.
pub(crate) fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

/// Longest line that is shown of what a program wrote.
const LONGEST_WORDS: usize = 200;

/// The last line that a program wrote, as the end of a sentence; nothing when it wrote nothing.
pub(crate) fn last_words(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let line = text
        .lines()
        .map(plain)
        .rfind(|line| !line.trim().is_empty());
    line.map_or_else(String::new, |line| {
        let line: String = line.trim().chars().take(LONGEST_WORDS).collect();
        format!("; its last line was: {line}")
    })
}

/// A line without what moves the cursor or changes colours.
fn plain(line: &str) -> String {
    let mut plain = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            // a control sequence ends with a letter (ECMA-48)
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else if !letter.is_control() {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_words_are_one_plain_line() {
        assert_eq!(last_words(b""), "");
        assert_eq!(last_words(b"\n \n"), "");
        let text = b"first\n\x1b[31merror\x1b[0m: no card\x07\n\n";
        assert_eq!(last_words(text), "; its last line was: error: no card");
        let long = "x".repeat(1000);
        assert!(last_words(long.as_bytes()).len() < 300);
    }
}
