// SPDX-License-Identifier: MIT OR Apache-2.0
//! Downloads: by activation code, from the default SM-DP+, and what an SM-DS knows of.

use std::io::{BufRead as _, Write as _};

use rsp::activation::ActivationCode;
use rsp::id::Iccid;
use rsp::json::Interface;
use rsp::sgp22::{PprIds, ProfileClass, StoreMetadataRequest};

use super::command::What;
use super::{Failed, Lpa, Refused, Screen};
use crate::by_hand::BadInput;
use crate::ipa::{Contact, Events, Failure, Installed, User};

/// The person at the terminal, who has said some things beforehand.
struct Person<'a> {
    confirmation_code: Option<String>,
    yes: bool,
    screen: &'a mut Screen,
    asks: bool,
}

impl<'a> Person<'a> {
    fn new(what: &What, screen: &'a mut Screen, asks: bool) -> Self {
        Self {
            confirmation_code: what.confirmation_code.clone(),
            yes: what.yes,
            screen,
            asks,
        }
    }

    /// Asks at the terminal; nothing when there is none, or when the answer is empty.
    fn ask(&self, question: &str) -> Option<String> {
        if !self.asks {
            return None;
        }
        drop(write!(std::io::stderr(), "{question}"));
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer).ok()?;
        let answer = answer.trim();
        (!answer.is_empty()).then(|| answer.to_owned())
    }
}

impl User for Person<'_> {
    fn confirmation_code(&mut self, refused: bool) -> Option<String> {
        if refused {
            self.screen.say("the SM-DP+ refuses that confirmation code");
        }
        let given = self.confirmation_code.take();
        given.or_else(|| self.ask("confirmation code: "))
    }

    fn consents(&mut self, metadata: &StoreMetadataRequest, rules: bool) -> bool {
        self.screen.say(offered(metadata));
        if !rules || self.yes {
            return true;
        }
        let answer = self.ask("the profile limits what you may do with it; install it? [y/N] ");
        answer.is_some_and(|answer| matches!(answer.as_str(), "y" | "Y" | "yes"))
    }
}

/// A profile as the user is shown it before it is downloaded.
fn offered(metadata: &StoreMetadataRequest) -> String {
    let mut line = format!(
        "offered: {:?} of {:?}, ICCID {}",
        metadata.profile_name,
        metadata.service_provider_name,
        digits(&metadata.iccid)
    );
    match metadata.profile_class {
        Some(ProfileClass::TEST) => line.push_str(", a test profile"),
        Some(ProfileClass::PROVISIONING) => line.push_str(", a provisioning profile"),
        _ => {}
    }
    let rules = metadata.profile_policy_rules.as_ref();
    for (bit, rule) in [
        (PprIds::PPR1, ", may not be disabled (PPR1)"),
        (PprIds::PPR2, ", may not be deleted (PPR2)"),
    ] {
        if rules.is_some_and(|rules| rules.has(bit)) {
            line.push_str(rule);
        }
    }
    line
}

/// An ICCID as it is printed on a card.
pub(super) fn digits(iccid: &[u8]) -> String {
    Iccid::from_bytes(iccid).map_or_else(|_| hex::encode(iccid), |iccid| iccid.to_string())
}

impl Lpa {
    /// Downloads by an activation code, or from the default SM-DP+ of the card.
    pub(super) async fn download(
        &mut self,
        code: Option<&ActivationCode>,
        what: &What,
    ) -> Result<(), Failed> {
        let contact = match code {
            Some(code) => Contact::from(code),
            None => {
                let address = self.ipa.addresses()?.default_dp_address;
                let address = address.filter(|address| !address.is_empty());
                let address = address.ok_or_else(|| {
                    BadInput::new("expected an activation code: the card has no default SM-DP+")
                })?;
                Contact::by_eid(&address, Interface::Es9)
            }
        };
        let mut person = Person::new(what, &mut self.screen, self.asks);
        let outcome = self.ipa.download(&contact, &mut person).await?;
        self.finish(outcome, what).await
    }

    /// Tells the events of an SM-DS, that of the card unless another is named, and downloads them
    /// as `download` says.
    pub(super) async fn discover(
        &mut self,
        smds: Option<&str>,
        download: Option<&What>,
    ) -> Result<(), Failed> {
        let address = match smds {
            Some(address) => address.to_owned(),
            None => self.ipa.addresses()?.root_ds_address,
        };
        let events = self.ipa.events(&address).await?.map_err(ended)?;
        for event in &events {
            let id = event.matching_id.as_deref().unwrap_or_default();
            self.screen
                .say(format_args!("event {id} at {}", event.address));
        }
        if events.is_empty() {
            self.screen
                .say(format_args!("{address} has no event for this card"));
        }
        let Some(what) = download else { return Ok(()) };
        let mut events = Events::new(events);
        let mut last = Ok(());
        while let Some(found) = self.ipa.next_event(&mut events).await? {
            let outcome = match found {
                Ok(session) => {
                    let mut person = Person::new(what, &mut self.screen, self.asks);
                    self.ipa.download_within(session, &mut person).await?
                }
                Err(failure) => Err(failure),
            };
            if let Err(error) = self.finish(outcome, what).await {
                self.screen.say(format_args!("failed: {error}"));
                last = Err(error);
            }
        }
        last
    }

    /// Tells how a download ended, enables what was installed, and lets the servers know.
    async fn finish(
        &mut self,
        outcome: Result<Installed, Failure>,
        what: &What,
    ) -> Result<(), Failed> {
        let installed = outcome.map_err(ended)?;
        let iccid = installed.iccid().map(|iccid| iccid.to_vec());
        if installed.is_success() {
            let iccid = iccid.as_deref().map(digits).unwrap_or_default();
            self.screen.say(format_args!("installed: ICCID {iccid}"));
        }
        if let (true, true, Some(iccid)) = (what.enable, installed.is_success(), &iccid) {
            self.enable_by_iccid(iccid)?;
            self.screen.say("enabled");
        }
        if !what.keep_notifications {
            self.send(|delivery| delivery.iccid.as_deref() == iccid.as_deref())
                .await?;
        }
        match installed.error() {
            None => Ok(()),
            Some(error) => {
                Err(Refused::new(format_args!("the card did not install it: {error}")).into())
            }
        }
    }
}

/// No network is the surroundings' fault, everything else an answer.
fn ended(failure: Failure) -> Failed {
    if failure.is_network {
        failure.cause.into()
    } else {
        Refused::new(failure).into()
    }
}
