// SPDX-License-Identifier: MIT OR Apache-2.0
//! The commands of `harness lpa` and their arguments.

use std::error::Error;

use clap::{Args, Subcommand};
use rsp::activation::ActivationCode;
use rsp::id::Iccid;

use super::{Device, Failed};

/// Commands of `harness lpa`.
#[derive(Debug, Subcommand)]
pub(crate) enum LpaCommand {
    /// Download and install a profile
    Download(Box<DownloadArgs>),
    /// List the profiles of the card
    Profiles(Device),
    /// Enable a profile
    Enable(ProfileArgs),
    /// Disable a profile
    Disable(ProfileArgs),
    /// Delete a profile, which has to be disabled
    Delete(ProfileArgs),
    /// Give a profile a name of your own; an empty one takes it away
    Nickname(NicknameArgs),
    /// List the notifications on the card, and deliver or remove them
    Notifications(NotificationArgs),
    /// Tell what the card says about itself
    Info(Device),
    /// Ask an SM-DS for what waits for this card
    Discover(DiscoverArgs),
    /// Tell or change the default SM-DP+ of the card
    DefaultSmdp(DefaultSmdpArgs),
    /// Delete the operational profiles, and reset the default SM-DP+ of the card
    Reset(Device),
}

/// Arguments of `harness lpa download`.
#[derive(Args, Debug)]
pub(crate) struct DownloadArgs {
    /// Activation code, with or without LPA: (`1$…`); absent for the default SM-DP+ of the card
    #[arg(value_name = "CODE")]
    pub(super) code: Option<ActivationCode>,
    #[command(flatten)]
    pub(super) what: What,
    #[command(flatten)]
    pub(super) device: Device,
}

/// How a download is carried out.
#[derive(Args, Debug, Default)]
pub(crate) struct What {
    /// Confirmation code; asked for at the terminal when the SM-DP+ wants one and none is given
    #[arg(long, value_name = "CODE")]
    pub(super) confirmation_code: Option<String>,
    /// Enable the profile afterwards
    #[arg(long)]
    pub(super) enable: bool,
    /// Consent to policy rules without being asked
    #[arg(long)]
    pub(super) yes: bool,
    /// Leave the notifications on the card
    #[arg(long)]
    pub(super) keep_notifications: bool,
}

/// A profile, and whether its notifications are sent.
#[derive(Args, Debug)]
pub(crate) struct ProfileArgs {
    /// ICCID of the profile, as `harness lpa profiles` prints it
    pub(super) iccid: Iccid,
    /// Leave the notifications on the card
    #[arg(long)]
    pub(super) keep_notifications: bool,
    #[command(flatten)]
    pub(super) device: Device,
}

/// Arguments of `harness lpa nickname`.
#[derive(Args, Debug)]
pub(crate) struct NicknameArgs {
    /// ICCID of the profile, as `harness lpa profiles` prints it
    pub(super) iccid: Iccid,
    /// The name, at most 64 bytes
    pub(super) nickname: String,
    #[command(flatten)]
    pub(super) device: Device,
}

/// Arguments of `harness lpa notifications`.
#[derive(Args, Debug)]
pub(crate) struct NotificationArgs {
    /// Deliver each to the server that it names, and remove what arrived
    #[arg(long, conflicts_with = "remove")]
    pub(super) send: bool,
    /// Remove the one with this sequence number without delivering it: its server will never know
    #[arg(long, value_name = "NUMBER")]
    pub(super) remove: Option<i64>,
    #[command(flatten)]
    pub(super) device: Device,
}

/// Arguments of `harness lpa discover`.
#[derive(Args, Debug)]
pub(crate) struct DiscoverArgs {
    /// Address of the SM-DS [default: the root SM-DS of the card]
    #[arg(long, value_name = "FQDN")]
    pub(super) smds: Option<String>,
    /// Download what waits, one after the other
    #[arg(long)]
    pub(super) download: bool,
    #[command(flatten)]
    pub(super) what: What,
    #[command(flatten)]
    pub(super) device: Device,
}

/// Arguments of `harness lpa default-smdp`.
#[derive(Args, Debug)]
pub(crate) struct DefaultSmdpArgs {
    /// The new address; absent to be told the present one
    #[arg(value_name = "FQDN", conflicts_with = "clear")]
    pub(super) address: Option<String>,
    /// Take the address off the card
    #[arg(long)]
    pub(super) clear: bool,
    #[command(flatten)]
    pub(super) device: Device,
}

/// Runs a command.
///
/// # Errors
/// [`super::Refused`] when the card or a server said no; any other when something did not work.
pub(crate) async fn run(command: LpaCommand) -> Result<(), Box<dyn Error>> {
    perform(command)
        .await
        .map_err(|error| error as Box<dyn Error>)
}

async fn perform(command: LpaCommand) -> Result<(), Failed> {
    match command {
        LpaCommand::Download(args) => {
            let mut lpa = args.device.open()?;
            lpa.download(args.code.as_ref(), &args.what).await
        }
        LpaCommand::Profiles(device) => device.open()?.profiles(),
        LpaCommand::Enable(args) => {
            let mut lpa = args.device.open()?;
            lpa.enable(&args.iccid, args.keep_notifications).await
        }
        LpaCommand::Disable(args) => {
            let mut lpa = args.device.open()?;
            lpa.disable(&args.iccid, args.keep_notifications).await
        }
        LpaCommand::Delete(args) => {
            let mut lpa = args.device.open()?;
            lpa.delete(&args.iccid, args.keep_notifications).await
        }
        LpaCommand::Nickname(args) => args.device.open()?.nickname(&args.iccid, &args.nickname),
        LpaCommand::Notifications(args) => {
            let mut lpa = args.device.open()?;
            match (args.remove, args.send) {
                (Some(number), _) => lpa.remove(number),
                (None, true) => lpa.send(|_| true).await,
                (None, false) => lpa.tell_notifications(),
            }
        }
        LpaCommand::Info(device) => device.open()?.info(),
        LpaCommand::Discover(args) => {
            let mut lpa = args.device.open()?;
            let download = args.download.then_some(&args.what);
            lpa.discover(args.smds.as_deref(), download).await
        }
        LpaCommand::DefaultSmdp(args) => {
            let mut lpa = args.device.open()?;
            match (args.address, args.clear) {
                (Some(address), _) => lpa.set_default_smdp(&address),
                (None, true) => lpa.set_default_smdp(""),
                (None, false) => lpa.tell_default_smdp(),
            }
        }
        LpaCommand::Reset(device) => device.open()?.reset().await,
    }
}
