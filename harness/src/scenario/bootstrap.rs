// SPDX-License-Identifier: MIT OR Apache-2.0
//! The whole life of a device that leaves the factory with a bootstrap profile only.
//!
//! Network reachability follows the enabled profile ([`world`]); the eIM and the IPA are processes of
//! their own, which `--kill` ends at every so many moments and starts again: the story has to come
//! to the same end, and nothing may be executed twice.

mod device;
mod killing;
mod operator;
mod world;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::json;

pub use killing::Victim;

use super::Story;
use crate::by_hand::PkiArgs;
use crate::collect::cases_folder;
use crate::fixture::Fixtures;
use device::Device;
use killing::{Killing, Plan};
use operator::Operator;
use world::{BOOTSTRAP, OPERATIONAL, Subscription, World};

/// The whole life of a device: bootstrap profile, download, rollback, second attempt, fallback and
/// return, deletion, memory reset, re-association.
#[derive(Args, Debug)]
pub struct BootstrapArgs {
    /// Kill this role (SIGKILL) again and again, and start it anew
    #[arg(long, value_name = "ROLE")]
    kill: Option<Victim>,
    /// Kill at every so many moments: messages between IPA and eIM, answers of the card
    #[arg(long, default_value_t = 20, value_name = "N", requires = "kill",
          value_parser = clap::value_parser!(u16).range(2..))]
    every: u16,
    /// The first moment at which it is killed
    #[arg(long, default_value_t = 0, value_name = "N", requires = "kill")]
    offset: u16,
    /// Keep logs and databases in DIR, which must not exist yet
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Seconds that a step may take
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    patience: u64,
    /// Folder of the cases, whose profiles are used [default: testcases, here or above]
    #[arg(long, value_name = "DIR")]
    cases: Option<PathBuf>,
    #[command(flatten)]
    pki: PkiArgs,
}

/// Runs the scenario.
///
/// # Errors
/// The first step that does not end as it should.
pub(super) async fn run(args: &BootstrapArgs, story: &mut Story) -> Result<(), Box<dyn Error>> {
    let folder = Folder::new(args.keep.clone())?;
    let outcome = Scenario::new(args, &folder.path)
        .await?
        .live(story, Duration::from_secs(args.patience))
        .await;
    if outcome.is_err() {
        folder.keep();
    }
    outcome
}

struct Scenario {
    world: World,
    operator: Operator,
    device: Device,
}

impl Scenario {
    async fn new(args: &BootstrapArgs, folder: &std::path::Path) -> Result<Self, Box<dyn Error>> {
        let plan = args.kill.map(|victim| Plan {
            victim,
            every: usize::from(args.every),
            offset: usize::from(args.offset),
        });
        let fixtures = Fixtures::new(&cases_folder(args.cases.as_deref())?);
        let pki = args.pki.load()?;
        let world = World::new(&pki, &fixtures, folder, Killing::new(plan)).await?;
        let arguments = args.pki.arguments();
        let operator = Operator::start(&world, &arguments).await?;
        let device = Device::new(&world, operator.gate(), &arguments);
        Ok(Self {
            world,
            operator,
            device,
        })
    }

    async fn live(mut self, story: &mut Story, patience: Duration) -> Result<(), Box<dyn Error>> {
        self.operator.patience = patience;
        self.associated(story, 0)?;
        self.device.switch_on(&self.world)?;
        self.downloads(story).await?;
        self.rolls_back(story).await?;
        self.enables(story).await?;
        self.falls_back(story).await?;
        self.returns(story).await?;
        self.deletes(story).await?;
        self.is_reset(story).await?;
        self.nothing_twice(story)?;
        story.end("the device lived its whole life");
        Ok(())
    }

    fn associated(&self, story: &mut Story, counter: i64) -> Result<(), Box<dyn Error>> {
        story.step("the card is associated with the eIM (AddInitialEim)");
        let said = self.device.add_eim(&self.world, counter)?;
        story.tell(said);
        Ok(())
    }

    async fn downloads(&mut self, story: &mut Story) -> Result<(), Box<dyn Error>> {
        story.step("over the bootstrap profile, the operational profile is downloaded");
        let code = format!("1${}${}", world::SMDP, world::MATCHING_ID);
        let order = self.operator.download(story, &code).await?;
        self.operator.done(story, &order).await?;
        let profiles = self.world.profiles();
        story.expect(
            profiles == [BOOTSTRAP.iccid, OPERATIONAL.iccid],
            format_args!("expected both profiles on the card, got {profiles:?}"),
        )?;
        self.on(story, BOOTSTRAP)
    }

    async fn rolls_back(&mut self, story: &mut Story) -> Result<(), Box<dyn Error>> {
        story.step("it is enabled, but its network is not there: the card rolls back");
        let enable = json!([{ "enable": { "iccid": OPERATIONAL.iccid, "rollbackFlag": {} } }]);
        let order = self.operator.package(story, enable).await?;
        let told = self.operator.ended(story, &order).await?;
        story.expect(
            told.to_string().contains("rollbackResult"),
            format_args!("expected a result with rollbackResult, got {told}"),
        )?;
        self.on(story, BOOTSTRAP)
    }

    async fn enables(&mut self, story: &mut Story) -> Result<(), Box<dyn Error>> {
        story.step("its network comes up: the second attempt succeeds");
        self.world.networks.set(OPERATIONAL, true);
        let enable = json!([{ "enable": { "iccid": OPERATIONAL.iccid, "rollbackFlag": {} } }]);
        let order = self.operator.package(story, enable).await?;
        self.operator.done(story, &order).await?;
        self.on(story, OPERATIONAL)
    }

    async fn falls_back(&mut self, story: &mut Story) -> Result<(), Box<dyn Error>> {
        story.step("the bootstrap profile becomes the fallback profile");
        let fallback = json!([{ "setFallbackAttribute": { "iccid": BOOTSTRAP.iccid } }]);
        let order = self.operator.package(story, fallback).await?;
        self.operator.done(story, &order).await?;
        story.step("the operational network is lost: the device falls back and tells the eIM");
        self.world.networks.set(OPERATIONAL, false);
        self.operator
            .until(story, "the fallback", || self.is_on(BOOTSTRAP))
            .await?;
        self.operator.heard_of(story, "fallback").await?;
        self.on(story, BOOTSTRAP)
    }

    async fn returns(&self, story: &mut Story) -> Result<(), Box<dyn Error>> {
        story.step("the operational network comes back: the device returns from fallback");
        self.world.networks.set(OPERATIONAL, true);
        self.operator
            .until(story, "the return", || self.is_on(OPERATIONAL))
            .await?;
        self.on(story, OPERATIONAL)
    }

    async fn deletes(&mut self, story: &mut Story) -> Result<(), Box<dyn Error>> {
        story
            .step("the subscription ends: the bootstrap profile is enabled, the other one deleted");
        let enable = json!([{ "enable": { "iccid": BOOTSTRAP.iccid } }]);
        let order = self.operator.package(story, enable).await?;
        self.operator.done(story, &order).await?;
        let delete = json!([{ "delete": { "iccid": OPERATIONAL.iccid } }]);
        let order = self.operator.package(story, delete).await?;
        self.operator.done(story, &order).await?;
        let profiles = self.world.profiles();
        story.expect(
            profiles == [BOOTSTRAP.iccid],
            format_args!("expected the bootstrap profile alone, got {profiles:?}"),
        )?;
        self.on(story, BOOTSTRAP)
    }

    async fn is_reset(&mut self, story: &mut Story) -> Result<(), Box<dyn Error>> {
        story.step("the device is handed on: memory reset with its eIM configuration");
        self.device.switch_off(&self.world);
        story.tell(self.device.reset(&self.world)?);
        let eims = self.world.card.with_card(|card| card.state().eims.len());
        story.expect(
            eims == 0,
            format_args!("expected no eIM on the card, got {eims}"),
        )?;
        let counter = self.operator.counter().await?;
        self.associated(story, counter)?;
        let token = self.world.token();
        let token = token.ok_or_else(|| story.unexpected("expected an association token"))?;
        self.operator.associated(story, token).await?;
        story.step("the eIM works with it again");
        self.device.switch_on(&self.world)?;
        let order = self
            .operator
            .package(story, json!([{ "listProfileInfo": {} }]))
            .await?;
        self.operator.done(story, &order).await?;
        self.device.switch_off(&self.world);
        Ok(())
    }

    /// Each order was carried out once, whatever was killed in between.
    fn nothing_twice(&self, story: &mut Story) -> Result<(), Box<dyn Error>> {
        story.step("nothing was executed twice");
        let (packages, installed) = self.world.executed.counts();
        let ordered = self.operator.packages;
        story.tell(format_args!(
            "{ordered} eUICC packages ordered, {packages} executed; {installed} profile installed"
        ));
        if let Some(plan) = self.world.killing.plan() {
            let (moments, kills) = self.world.killing.counts();
            let victim = plan.victim.name();
            story.tell(format_args!(
                "{victim} killed {kills} times in {moments} moments"
            ));
            story.expect(kills > 0, "expected at least one kill, got none")?;
        }
        let once = packages == ordered && installed == 1;
        story
            .expect(once, "expected every order once")
            .map_err(Into::into)
    }

    fn is_on(&self, subscription: Subscription) -> bool {
        self.world.enabled().as_deref() == Some(subscription.iccid)
    }

    fn on(&self, story: &mut Story, subscription: Subscription) -> Result<(), Box<dyn Error>> {
        let enabled = self.world.enabled();
        story.expect(
            enabled.as_deref() == Some(subscription.iccid),
            format_args!(
                "expected the {} enabled, got {enabled:?}",
                subscription.name
            ),
        )?;
        story.tell(format_args!("enabled: {}", subscription.name));
        Ok(())
    }
}

/// Where logs and databases are: gone at the end, unless somebody wants them.
struct Folder {
    path: PathBuf,
    kept: std::cell::Cell<bool>,
}

impl Folder {
    fn new(keep: Option<PathBuf>) -> Result<Self, Box<dyn Error>> {
        let kept = std::cell::Cell::new(keep.is_some());
        let path = keep.unwrap_or_else(|| {
            std::env::temp_dir().join(format!("harness-bootstrap-{}", std::process::id()))
        });
        std::fs::create_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self { path, kept })
    }

    fn keep(&self) {
        self.kept.set(true);
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.kept.get()
            && let Err(error) = std::fs::remove_dir_all(&self.path)
        {
            tracing::warn!(%error, "{} stays", self.path.display());
        }
    }
}
