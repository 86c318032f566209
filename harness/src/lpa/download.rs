// SPDX-License-Identifier: MIT OR Apache-2.0
//! Downloads: by activation code, from the default SM-DP+, and what an SM-DS knows of.

use std::error::Error;
use std::io::{BufRead as _, IsTerminal as _, Write as _};

use rsp::id::Iccid;
use rsp::json::Interface;
use rsp::sgp22::{PprIds, ProfileClass, StoreMetadataRequest};

use super::command::{DiscoverArgs, DownloadArgs, What};
use super::{Refused, notifications, profiles, say};
use crate::by_hand::BadInput;
use crate::ipa::{Contact, Events, Failure, Installed, Ipa, User};

/// The person at the terminal, who has said some things beforehand.
struct Person {
    confirmation_code: Option<String>,
    yes: bool,
}

impl Person {
    fn new(what: &What) -> Self {
        Self {
            confirmation_code: what.confirmation_code.clone(),
            yes: what.yes,
        }
    }
}

impl User for Person {
    fn confirmation_code(&mut self, refused: bool) -> Option<String> {
        if refused {
            say("the SM-DP+ refuses that confirmation code");
        }
        let given = self.confirmation_code.take();
        given.or_else(|| ask("confirmation code: "))
    }

    fn consents(&mut self, metadata: &StoreMetadataRequest, rules: bool) -> bool {
        say(offered(metadata));
        if !rules || self.yes {
            return true;
        }
        let answer = ask("the profile limits what you may do with it; install it? [y/N] ");
        answer.is_some_and(|answer| matches!(answer.as_str(), "y" | "Y" | "yes"))
    }
}

/// Asks at the terminal; nothing when there is none, or when the answer is empty.
fn ask(question: &str) -> Option<String> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return None;
    }
    drop(write!(std::io::stderr(), "{question}"));
    let mut answer = String::new();
    input.lock().read_line(&mut answer).ok()?;
    let answer = answer.trim();
    (!answer.is_empty()).then(|| answer.to_owned())
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

/// `harness lpa download`.
pub(super) async fn download(args: DownloadArgs) -> Result<(), Box<dyn Error>> {
    let mut lpa = args.device.open()?;
    let contact = match &args.code {
        Some(code) => Contact::from(code),
        None => {
            let address = lpa.addresses()?.default_dp_address;
            let address = address.filter(|address| !address.is_empty());
            let address = address.ok_or_else(|| {
                BadInput::new("expected an activation code: the card has no default SM-DP+")
            })?;
            Contact::by_eid(&address, Interface::Es9)
        }
    };
    let outcome = lpa.download(&contact, &mut Person::new(&args.what)).await?;
    finish(&mut lpa, outcome, &args.what).await
}

/// `harness lpa discover`.
pub(super) async fn discover(args: DiscoverArgs) -> Result<(), Box<dyn Error>> {
    let mut lpa = args.device.open()?;
    let address = match &args.smds {
        Some(address) => address.clone(),
        None => lpa.addresses()?.root_ds_address,
    };
    let events = lpa.events(&address).await?.map_err(ended)?;
    for event in &events {
        let id = event.matching_id.as_deref().unwrap_or_default();
        say(format_args!("event {id} at {}", event.address));
    }
    if events.is_empty() {
        say(format_args!("{address} has no event for this card"));
    }
    if !args.download {
        return Ok(());
    }
    let mut events = Events::new(events);
    let mut last = Ok(());
    while let Some(found) = lpa.next_event(&mut events).await? {
        let outcome = match found {
            Ok(session) => {
                let mut person = Person::new(&args.what);
                lpa.download_within(session, &mut person).await?
            }
            Err(failure) => Err(failure),
        };
        if let Err(error) = finish(&mut lpa, outcome, &args.what).await {
            say(format_args!("failed: {error}"));
            last = Err(error);
        }
    }
    last
}

/// Tells how a download ended, enables what was installed, and lets the servers know.
async fn finish(
    lpa: &mut Ipa,
    outcome: Result<Installed, Failure>,
    what: &What,
) -> Result<(), Box<dyn Error>> {
    let installed = outcome.map_err(ended)?;
    let iccid = installed.iccid().map(|iccid| iccid.to_vec());
    if installed.is_success() {
        let iccid = iccid.as_deref().map(digits).unwrap_or_default();
        say(format_args!("installed: ICCID {iccid}"));
    }
    if let (true, true, Some(iccid)) = (what.enable, installed.is_success(), &iccid) {
        profiles::enable_by_iccid(lpa, iccid)?;
        say("enabled");
    }
    if !what.keep_notifications {
        notifications::send(lpa, |delivery| {
            delivery.iccid.as_deref() == iccid.as_deref()
        })
        .await?;
    }
    match installed.error() {
        None => Ok(()),
        Some(error) => {
            Err(Refused::new(format_args!("the card did not install it: {error}")).into())
        }
    }
}

/// No network is the surroundings' fault, everything else an answer.
fn ended(failure: Failure) -> Box<dyn Error> {
    if failure.is_network {
        failure.cause.into()
    } else {
        Refused::new(failure).into()
    }
}
