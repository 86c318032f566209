// SPDX-License-Identifier: MIT OR Apache-2.0
//! Profiles before there is a network (SGP.41 in spirit): one-time keys are collected from a batch
//! of cards, packages are bound to them while no card is there, and loaded while no server is.
//!
//! It uses nothing but the functions of SGP.22, in their order; only the time between them, and who
//! talks to whom, differ from a download. So the card's session has to live as long as the card is in
//! the line: a card that loses its power in between has to begin again, which one of them does.

mod line;

use std::error::Error;

use clap::Args;
use rsp::sgp22::PrepareDownloadResponse;
use smdp::OrderState;

use super::Story;
use crate::by_hand::PkiArgs;
use crate::collect::cases_folder;
use crate::fixture::Fixtures;
use crate::ipa::{Bound, Headless, Installed, Offer, bound_package};
use crate::iut::DownloadSettings;
use line::{Device, Factory, Ordered, SMDP};

/// A batch of devices provisioned in the factory, born connected, beside one that needs its
/// bootstrap profile.
#[derive(Args, Debug)]
pub struct FactoryArgs {
    /// Devices in the batch
    #[arg(long, default_value_t = 4, value_name = "N",
          value_parser = clap::value_parser!(u8).range(2..=50))]
    batch: u8,
    /// Folder of the cases, whose profiles are used [default: testcases, here or above]
    #[arg(long, value_name = "DIR")]
    cases: Option<std::path::PathBuf>,
    #[command(flatten)]
    pki: PkiArgs,
}

type Outcome = Result<(), Box<dyn Error>>;

/// Runs the scenario.
///
/// # Errors
/// The first step that does not end as it should.
pub(super) async fn run(args: &FactoryArgs, story: &mut Story) -> Outcome {
    let cases = cases_folder(args.cases.as_deref())?;
    let mut factory = Factory::new(args.pki.load()?, &Fixtures::new(&cases))?;
    let mut batch = Batch::new(&factory, args.batch, story)?;
    factory.open().await?;
    let collected = batch.collect(0, story).await?;
    let bound = bind(collected, story).await?;
    factory.close().await;
    batch.load_offline(&factory, bound, story).await?;
    factory.open().await?;
    batch.hand_in_results(&factory, story).await?;
    batch.begin_again(&mut factory, story).await?;
    batch.leave(&factory, story).await?;
    let late = field(&factory, args.batch + 1, story).await?;
    batch.table(&factory, &late, story);
    Ok(())
}

/// One device with its order, and what it has come to.
struct Unit {
    device: Device,
    ordered: Ordered,
    installed: Option<Installed>,
    /// How its profile came.
    way: &'static str,
}

/// What a card has given for its order: an offer that it accepts, and a one-time key.
struct Collected {
    unit: usize,
    offer: Offer,
    response: PrepareDownloadResponse,
}

/// The devices of a batch.
struct Batch {
    units: Vec<Unit>,
}

impl Batch {
    fn new(factory: &Factory, count: u8, story: &mut Story) -> Result<Self, Box<dyn Error>> {
        story.step(format!(
            "the operator orders {count} profiles, one for each EID"
        ));
        let unit = |number| -> Result<Unit, Box<dyn Error>> {
            let device = factory.device(number)?;
            let ordered = factory.order(number, &device.eid)?;
            Ok(Unit {
                device,
                ordered,
                installed: None,
                way: "in the factory",
            })
        };
        let units = (1..=count).map(unit).collect::<Result<Vec<_>, _>>()?;
        for Unit {
            device, ordered, ..
        } in &units
        {
            story.tell(format_args!(
                "EID {} gets ICCID {}",
                device.eid, ordered.iccid
            ));
        }
        Ok(Self { units })
    }

    /// Every card from `first` on proves who it is and gives a one-time key.
    async fn collect(
        &mut self,
        first: usize,
        story: &mut Story,
    ) -> Result<Vec<Collected>, Box<dyn Error>> {
        story.step("each card in the line gives a one-time key for its order");
        let mut collected = Vec::new();
        for (number, unit) in self.units.iter_mut().enumerate().skip(first) {
            let ipa = &mut unit.device.ipa;
            let failed = |failure: &dyn std::fmt::Display| story.unexpected(failure);
            let session = ipa.authenticate(&unit.ordered.contact).await?;
            let session = session.map_err(|failure| failed(&failure))?;
            let offer = ipa
                .offer(session)
                .await?
                .map_err(|failure| failed(&failure))?;
            let consent = ipa.consider_offer(&offer, &mut Headless(None)).await?;
            consent.map_err(|failure| failed(&failure))?;
            let response = ipa.prepare(&offer, None).await?;
            let response = response.map_err(|failure| failed(&failure))?;
            collected.push(Collected {
                unit: number,
                offer,
                response,
            });
        }
        let count = collected.len();
        story.tell(format_args!(
            "{count} keys, each signed by its card under its session"
        ));
        Ok(collected)
    }

    /// Loads every package into its card; the last card of the batch was without power for a moment.
    async fn load_offline(
        &mut self,
        factory: &Factory,
        bound: Vec<(usize, Bound)>,
        story: &mut Story,
    ) -> Outcome {
        story.step("the packages are loaded with no server running");
        let spoiled = self.units.len() - 1;
        if let Some(unit) = self.units.get_mut(spoiled) {
            story.expect(
                !factory.answers().await,
                format_args!("expected nobody at {SMDP}, found a server"),
            )?;
            story.tell(format_args!("nobody answers at {SMDP}"));
            factory.plug_in(&mut unit.device)?;
            story.tell(format_args!(
                "EID {} loses its power for a moment",
                unit.device.eid
            ));
        }
        for (number, bound) in bound {
            let Some(unit) = self.units.get_mut(number) else {
                continue;
            };
            let eid = unit.device.eid;
            match unit.device.ipa.install(None, &bound).await? {
                Ok(installed) if installed.is_success() => {
                    let iccid = unit.ordered.iccid;
                    story.tell(format_args!("EID {eid}: installed ICCID {iccid}"));
                    unit.installed = Some(installed);
                }
                Ok(installed) => {
                    let error = installed.error().unwrap_or_default();
                    story.tell(format_args!("EID {eid}: not installed, {error}"));
                }
                Err(failure) => story.tell(format_args!("EID {eid}: not installed, {failure}")),
            }
        }
        let mut installed = self.units.iter().map(|unit| unit.installed.is_some());
        let as_expected = self
            .units
            .iter()
            .enumerate()
            .all(|(number, _)| installed.next() == Some(number != spoiled));
        story.expect(
            as_expected,
            "expected every card but the one without power to install its package",
        )?;
        Ok(())
    }

    /// The results go to the SM-DP+, which verifies them; a forged one changes nothing.
    async fn hand_in_results(&mut self, factory: &Factory, story: &mut Story) -> Outcome {
        story.step("the installation results are handed in, and verified by the SM-DP+");
        for (number, unit) in self.units.iter_mut().enumerate() {
            let Some(installed) = &unit.installed else {
                continue;
            };
            if number == 0 {
                let forged = installed.forged().pending();
                // whatever is said to it, the order must not move
                let _said = unit.device.ipa.hand_in(&forged).await;
                let state = factory.state(unit.ordered.id);
                let unmoved = state == Some(OrderState::Downloaded);
                story.expect(
                    unmoved,
                    format_args!("expected a forged result to change nothing, found {state:?}"),
                )?;
                story.tell("a result with another signature changes nothing");
            }
            hand_in(factory, unit, story).await?;
        }
        Ok(())
    }

    /// The card that was without power gives a new key, and its order is bound to that.
    async fn begin_again(&mut self, factory: &mut Factory, story: &mut Story) -> Outcome {
        let last = self.units.len() - 1;
        let collected = self.collect(last, story).await?;
        let bound = bind(collected, story).await?;
        factory.close().await;
        story.step("the last card is loaded");
        let Some(unit) = self.units.get_mut(last) else {
            return Ok(());
        };
        for (_, bound) in bound {
            let installed = unit.device.ipa.install(None, &bound).await?;
            let installed = installed.map_err(|failure| story.unexpected(failure))?;
            let error = installed.error().unwrap_or_default();
            story.expect(
                installed.is_success(),
                format_args!("not installed: {error}"),
            )?;
            unit.installed = Some(installed);
            unit.way = "in the factory, second try";
        }
        factory.open().await?;
        hand_in(factory, unit, story).await
    }

    /// Enabled in the factory, switched on anywhere: the device has a network from the first moment.
    async fn leave(&mut self, factory: &Factory, story: &mut Story) -> Outcome {
        story.step("the profiles are enabled, and the devices leave the factory");
        for unit in &mut self.units {
            unit.device.ipa.enable(unit.ordered.iccid.as_bytes())?;
        }
        story.step("a device of the batch is switched on for the first time");
        let Some(unit) = self.units.first_mut() else {
            return Ok(());
        };
        let device = &mut unit.device;
        factory.power_on(device)?;
        let network = device.network();
        let own = network == Some(unit.ordered.iccid.to_string());
        story.expect(
            own,
            format_args!("expected its own network, found {network:?}"),
        )?;
        let delivered = device.ipa.deliver(|_| true).await?;
        let kept = delivered
            .iter()
            .find_map(|delivery| delivery.problem.clone());
        story.expect(kept.is_none(), kept.unwrap_or_default())?;
        let count = delivered.len();
        story.tell(format_args!(
            "born connected: {count} notifications over its own network"
        ));
        let waiting = device.waiting();
        story.expect(
            waiting == 0,
            format_args!("expected none to wait, found {waiting}"),
        )?;
        Ok(())
    }

    fn table(&self, factory: &Factory, late: &Unit, story: &mut Story) {
        story.step("what became of them");
        story.tell(format_args!(
            "{:<32}  {:<19}  {:<10}  way",
            "EID", "ICCID", "order"
        ));
        for unit in self.units.iter().chain([late]) {
            let state = factory.state(unit.ordered.id);
            let state = state.map_or_else(|| "none".to_owned(), |state| format!("{state:?}"));
            let (eid, iccid, way) = (unit.device.eid, unit.ordered.iccid, unit.way);
            story.tell(format_args!("{eid:<32}  {iccid:<19}  {state:<10}  {way}"));
        }
        let count = self.units.len();
        story.end(format_args!(
            "{count} devices were born connected, one needed its bootstrap"
        ));
    }
}

/// The SM-DP+ binds a package to each key; no card takes part.
async fn bind(
    collected: Vec<Collected>,
    story: &mut Story,
) -> Result<Vec<(usize, Bound)>, Box<dyn Error>> {
    story.step("the SM-DP+ binds a package to each key, and no card is there");
    let settings = DownloadSettings::default();
    let mut packages = Vec::new();
    for Collected {
        unit,
        offer,
        response,
    } in collected
    {
        let bound =
            bound_package(&offer.client, &offer.transaction_id, response, &settings).await?;
        let bound = bound.map_err(|failure| story.unexpected(failure))?;
        packages.push((unit, bound));
    }
    let bytes: usize = packages.iter().map(|(_, bound)| bound.package.len()).sum();
    story.tell(format_args!("{} packages, {bytes} bytes", packages.len()));
    Ok(packages)
}

/// Hands one result in, and looks whether the order says so.
async fn hand_in(factory: &Factory, unit: &mut Unit, story: &Story) -> Outcome {
    let Some(installed) = &unit.installed else {
        return Ok(());
    };
    let ipa = &mut unit.device.ipa;
    let handed_in = ipa.hand_in(&installed.pending()).await;
    handed_in.map_err(|problem| story.unexpected(problem))?;
    if let Some(number) = installed.sequence_number() {
        ipa.card.remove(number)?;
    }
    let state = factory.state(unit.ordered.id);
    let settled = state == Some(OrderState::Installed);
    let eid = unit.device.eid;
    story.expect(
        settled,
        format_args!("expected the order of {eid} to be installed, found {state:?}"),
    )?;
    Ok(())
}

/// The device that was not in the batch: nothing without its bootstrap profile, a download with it.
async fn field(factory: &Factory, number: u8, story: &mut Story) -> Result<Unit, Box<dyn Error>> {
    story.step("a device that was not in the batch is switched on");
    let mut device = factory.device(number)?;
    let ordered = factory.order(number, &device.eid)?;
    factory.power_on(&mut device)?;
    let mut nobody = Headless(None);
    let silent = device.ipa.download(&ordered.contact, &mut nobody);
    let silent = match Box::pin(silent).await? {
        Err(failure) if failure.is_network => failure,
        Err(failure) => return Err(story.unexpected(failure).into()),
        Ok(_) => return Err(story.unexpected("expected no network, found one").into()),
    };
    story.tell(format_args!("no profile: {silent}"));
    story.step("the same with a bootstrap profile from its maker");
    factory.preload(&device)?;
    factory.power_on(&mut device)?;
    let outcome = device
        .ipa
        .download(&ordered.contact, &mut Headless(None))
        .await?;
    let installed = outcome.map_err(|failure| story.unexpected(failure))?;
    let mut unit = Unit {
        device,
        ordered,
        installed: Some(installed),
        way: "over its bootstrap profile",
    };
    hand_in(factory, &mut unit, story).await?;
    unit.device.ipa.enable(unit.ordered.iccid.as_bytes())?;
    let network = unit.device.network();
    let own = network == Some(unit.ordered.iccid.to_string());
    story.expect(
        own,
        format_args!("expected its own network, found {network:?}"),
    )?;
    story.tell("downloaded over the bootstrap network, and enabled");
    Ok(unit)
}
