// SPDX-License-Identifier: MIT OR Apache-2.0
//! The commands of `harness lpa` and their arguments.

use std::error::Error;

use clap::{Args, Subcommand};
use rsp::activation::ActivationCode;
use rsp::id::Iccid;

use super::{Device, download, info, notifications, profiles};

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
#[derive(Args, Debug)]
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
    match command {
        LpaCommand::Download(args) => download::download(*args).await,
        LpaCommand::Profiles(device) => profiles::list(&device),
        LpaCommand::Enable(args) => profiles::enable(&args).await,
        LpaCommand::Disable(args) => profiles::disable(&args).await,
        LpaCommand::Delete(args) => profiles::delete(&args).await,
        LpaCommand::Nickname(args) => profiles::nickname(&args),
        LpaCommand::Notifications(args) => notifications::run(&args).await,
        LpaCommand::Info(device) => info::tell(&device),
        LpaCommand::Discover(args) => download::discover(args).await,
        LpaCommand::DefaultSmdp(args) => info::default_smdp(&args),
    }
}
