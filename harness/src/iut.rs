// SPDX-License-Identifier: MIT OR Apache-2.0
//! The implementation under test: what it is given, how it is started, how it takes orders.
//!
//! The built-in reference IPA and mock eIM are started through the same two structures as they
//! would be by hand, so a case cannot reach into them. An implementation of somebody else gets the
//! same content through its own configuration files and command lines.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use certs::Credential;
use rsp::dialect::Dialect;
use rsp::env::Env;
use rsp::sgp32::{ProfileDownloadData, ProfileDownloadTriggerRequest};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::defect::{Defects, EimDefect, IpaDefect};
use crate::wire::binding::Binding;
use crate::wire::es9::Es9Binding;
use crate::wire::esipa_client::{Caller, USER_AGENT_IPAD};
use crate::wire::net::Resolver;
use crate::wire::tls::Identity;

/// A card as an IPA sees it: bytes in, bytes out.
pub trait CardLink: Send + Sync {
    /// Sends one command APDU and returns the response APDU.
    ///
    /// # Errors
    /// [`LinkError`] when the link itself failed; a status word is never an error.
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, LinkError>;

    /// Resets the card and returns its ATR.
    ///
    /// # Errors
    /// [`LinkError`] when the link itself failed.
    fn reset(&self) -> Result<Vec<u8>, LinkError>;
}

/// The way to the card is broken.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct LinkError(pub String);

/// The device's modem as an IPA sees it: the network comes with the enabled profile, so it may go
/// and come with every switch.
pub trait Modem: fmt::Debug + Send + Sync {
    /// The card was started, or a REFRESH was carried out; `enabled` is the ICCID (tag 5A, nibbles
    /// swapped) of the profile that it offers now.
    fn refreshed(&self, enabled: Option<&[u8]>);

    /// Whether there is a network that carries to the eIM.
    fn network(&self) -> bool;

    /// MCC and MNC of the PLMN that the device was registered in last (3GPP TS 24.008 §10.5.1.13).
    fn plmn(&self) -> Option<[u8; 3]> {
        None
    }
}

/// How patient an IPA is; SGP.32 leaves all of it to the device.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy {
    /// Attempts to deliver a result before the network counts as lost.
    pub attempts: u32,
    /// Pause before the second attempt; each further one is twice as long.
    pub pause: Duration,
    /// No pause is longer.
    pub longest_pause: Duration,
    /// Packages taken from one eIM in one round: one that always has another is not followed for
    /// ever.
    pub most_packages: u32,
    /// Rounds without network after which the fallback mechanism is executed; without a number it
    /// is only executed when asked for.
    pub fallback_after: Option<u32>,
    /// Rounds on the fallback profile after which the device returns from it.
    pub return_after: Option<u32>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            attempts: 3,
            pause: Duration::from_millis(50),
            longest_pause: Duration::from_secs(60),
            most_packages: 16,
            fallback_after: None,
            return_after: None,
        }
    }
}

impl Policy {
    /// The pause after the given number of attempts.
    pub(crate) fn pause_after(&self, attempts: u32) -> Duration {
        let doubled = 1u32.checked_shl(attempts.saturating_sub(1));
        let pause = doubled.and_then(|factor| self.pause.checked_mul(factor));
        pause.unwrap_or(self.longest_pause).min(self.longest_pause)
    }
}

/// All that an IPA is given. Which eIMs there are and how far they are trusted it reads from the
/// card (ES10b.GetEimConfigurationData).
pub struct IpaEnvironment {
    /// The card, already powered.
    pub card: Arc<dyn CardLink>,
    /// Host names to sockets.
    pub resolver: Resolver,
    /// CI certificates (DER) under which SM-DP+ TLS certificates are trusted.
    pub roots: Vec<Vec<u8>>,
    /// Randomness and clock.
    pub env: Box<dyn Env>,
    /// Time that one HTTP exchange may take.
    pub timeout: Duration,
    /// What has a default.
    pub settings: IpaSettings,
}

/// What an IPA is told beyond its environment; the default is an IPA in the device that speaks
/// ASN.1 over HTTPS in the version that the card announces, and makes no mistake on purpose.
#[derive(Clone, Debug, Default)]
pub struct IpaSettings {
    /// The wire version; none means that of the card.
    pub dialect: Option<Dialect>,
    /// The binding of ESipa that it prefers.
    pub binding: Binding,
    /// How it downloads without an eIM in between.
    pub download: DownloadSettings,
    /// Where it lives.
    pub caller: Caller,
    /// CoAP, where that is the binding.
    pub coap: crate::wire::coap::Settings,
    /// What it announces that it can do, and does accordingly.
    pub features: IpaFeatures,
    /// Deliberate mistakes.
    pub defects: Defects<IpaDefect>,
    /// The modem; without one the network is always there.
    pub modem: Option<Arc<dyn Modem>>,
    /// Where it keeps what must survive a restart; without such a place nothing does.
    pub state: Option<StatePlace>,
    /// How patient it is.
    pub policy: Policy,
}

/// Where an IPA keeps what must survive a restart.
#[derive(Clone, Debug)]
pub enum StatePlace {
    /// A file, replaced as a whole.
    File(PathBuf),
    /// The memory of a device that lives no longer than its case; empty when nothing is kept.
    Shared(Arc<Mutex<Vec<u8>>>),
}

impl From<PathBuf> for StatePlace {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

/// How an IPA, or an LPA, speaks with an SM-DP+ and an SM-DS itself.
#[derive(Clone, Debug)]
pub struct DownloadSettings {
    /// The binding of ES9+ and ES11.
    pub es9: Es9Binding,
    /// What it calls itself there (SGP.22 §6.2).
    pub user_agent: &'static str,
    /// The confirmation code of a device that has no user to ask.
    pub confirmation_code: Option<String>,
    /// How often it tries when the network gives no answer; at least once.
    pub attempts: u32,
    /// The pause after the first attempt; after each further one it is twice as long.
    pub pause: Duration,
}

impl DownloadSettings {
    /// The pause after an attempt, the first of which has number 1.
    #[must_use]
    pub fn pause(&self, attempt: u32) -> Duration {
        let doubled = attempt.saturating_sub(1).min(10);
        self.pause.saturating_mul(1 << doubled)
    }
}

impl Default for DownloadSettings {
    fn default() -> Self {
        Self {
            es9: Es9Binding::default(),
            user_agent: USER_AGENT_IPAD,
            confirmation_code: None,
            attempts: 3,
            pause: Duration::from_millis(200),
        }
    }
}

/// What an IPA can do (`ipaFeatures`, SGP.32 §2.11.2.2). What the eIM can do for it, it leaves to
/// the eIM.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are the bits of one BIT STRING, any of which may be set"
)]
pub struct IpaFeatures {
    /// `directRspServerCommunication`: it speaks ES9+ itself.
    pub direct: bool,
    /// `indirectRspServerCommunication`: it downloads through the eIM.
    pub indirect: bool,
    /// `eimDownloadDataHandling`: the eIM keeps the activation code to itself.
    pub download_data_handling: bool,
    /// `eimCtxParams1Generation`: the eIM writes `ctxParams1`.
    pub ctx_params1_generation: bool,
    /// `eimProfileMetadataVerification`: the eIM looks at the metadata.
    pub metadata_verification: bool,
    /// `minimizeEsipaBytes`: compact forms, and nothing that the eIM knows already.
    pub minimize_bytes: bool,
}

impl Default for IpaFeatures {
    fn default() -> Self {
        Self {
            direct: true,
            indirect: true,
            download_data_handling: true,
            ctx_params1_generation: false,
            metadata_verification: false,
            minimize_bytes: false,
        }
    }
}

/// One eUICC as its eIM knows it before first contact.
#[derive(Clone, Debug)]
pub struct KnownEuicc {
    /// EID, 16 bytes.
    pub eid: [u8; 16],
    /// The highest counter value that the card has seen; the next package carries a higher one.
    pub counter_value: i64,
    /// The association token, when the card has given one.
    pub association_token: Option<i64>,
    /// Its certificates; without them the eIM learns them from the first notification or data
    /// response, and accepts no signed result before.
    pub certificates: Option<EuiccCertificates>,
}

/// The certificates under which an eUICC signs (DER).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EuiccCertificates {
    /// CERT.EUICC.
    pub euicc: Vec<u8>,
    /// CERT.EUM that issued it.
    pub eum: Vec<u8>,
}

/// All that an eIM is given.
pub struct EimEnvironment {
    /// `eimId`, by which the card knows it.
    pub eim_id: String,
    /// The key that signs eUICC packages.
    pub signing: Credential,
    /// Certificate and key of its ESipa server.
    pub tls: Identity,
    /// The socket on which ESipa is served.
    pub listener: TcpListener,
    /// Host names to sockets, for ES9+'.
    pub resolver: Resolver,
    /// CI certificates (DER): SM-DP+ TLS and eUICC certificates are trusted under them.
    pub roots: Vec<Vec<u8>>,
    /// The eUICCs that it manages.
    pub euiccs: Vec<KnownEuicc>,
    /// Randomness and clock.
    pub env: Box<dyn Env>,
    /// Time that one ES9+' exchange may take.
    pub timeout: Duration,
    /// What has a default.
    pub settings: EimSettings,
}

/// What an eIM is told beyond its environment; the default speaks SGP.32 v1.2 and makes no mistake
/// on purpose.
#[derive(Clone, Debug, Default)]
pub struct EimSettings {
    /// The wire version that is spoken with an IPA of which nothing is known.
    pub dialect: Dialect,
    /// How it relays downloads.
    pub relay: RelaySettings,
    /// Whether messages that show another version are refused; otherwise the IPA is answered in
    /// the one that it shows.
    pub fixed_dialect: bool,
    /// Whether packages go out without `eimTransactionId`; results are then told apart by their
    /// counter.
    pub no_transaction_ids: bool,
    /// Deliberate mistakes.
    pub defects: Defects<EimDefect>,
    /// The file that keeps orders and eUICCs over a restart; without it, they end with the process.
    pub db: Option<PathBuf>,
}

/// How an eIM relays downloads and notifications to SM-DP+ and SM-DS (SGP.32 §3.2.3.2, §3.7).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RelaySettings {
    /// The binding of ES9+' and ES11'.
    pub es9: Es9Binding,
    /// Whether profile policy rules in the metadata are acceptable; without this a profile that
    /// carries some is refused with pprNotAllowed(50), when the IPA leaves metadata to the eIM.
    pub allow_policy_rules: bool,
    /// Seconds after which a notification that was not delivered is tried again; the pause doubles
    /// with each attempt.
    pub retry_after: i64,
    /// The longest pause between two attempts, in seconds.
    pub longest_pause: i64,
}

impl Default for RelaySettings {
    fn default() -> Self {
        Self {
            es9: Es9Binding::Json,
            allow_policy_rules: false,
            retry_after: 1,
            longest_pause: 3600,
        }
    }
}

/// Work for an eIM, as its northbound interface takes it. The values are DER, so that every eIM
/// can be given the same order whatever its own types are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Order {
    /// An `EuiccPackage` (SGP.32 §2.11.1.1): a list of PSMOs or of eCOs.
    EuiccPackage(Vec<u8>),
    /// An `IpaEuiccDataRequest` (SGP.32 §2.11.1.2).
    IpaEuiccDataRequest(Vec<u8>),
    /// A `ProfileDownloadTriggerRequest` (SGP.32 §2.11.1.3), sent as it is: the IPA downloads
    /// directly when it carries download data.
    ProfileDownloadTrigger(Vec<u8>),
    /// An indirect download: the eIM triggers the IPA and relays.
    IndirectDownload(IndirectDownload),
    /// A new signing key of the eIM for this card, brought by an updateEim (SGP.32 §2.11.1.1.2).
    NewKey,
}

/// A profile that the IPA downloads through the eIM (SGP.32 §3.2.3.2).
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct IndirectDownload {
    /// Where the profile is.
    pub source: DownloadSource,
    /// The confirmation code, when the operator asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation_code: Option<String>,
    /// Whether the trigger tells the IPA where the profile is; none means: when the capabilities
    /// that the IPA has reported lack eimDownloadDataHandling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tell_source: Option<bool>,
}

/// Where a profile is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DownloadSource {
    /// An activation code, `1$…`.
    ActivationCode(String),
    /// The order of this EID at an SM-DP+, found without a MatchingID.
    Smdp(String),
    /// The events that an SM-DS holds for this EID.
    Smds(String),
}

impl IndirectDownload {
    /// The download of an activation code that the eIM keeps to itself unless the IPA cannot do
    /// without it.
    #[must_use]
    pub fn new(activation_code: &str) -> Self {
        Self {
            source: DownloadSource::ActivationCode(activation_code.to_owned()),
            confirmation_code: None,
            tell_source: None,
        }
    }
}

impl Order {
    /// The trigger of a direct download by activation code.
    ///
    /// # Errors
    /// The trigger cannot be encoded.
    pub fn direct_download(activation_code: &str) -> Result<Self, rsp::der::CodecError> {
        let data = ProfileDownloadData::ActivationCode(activation_code.to_owned());
        let trigger = ProfileDownloadTriggerRequest {
            profile_download_data: Some(data),
            eim_transaction_id: None,
            additions: Default::default(),
        };
        Ok(Self::ProfileDownloadTrigger(rsp::der::encode(&trigger)?))
    }
}

/// How far an order has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OrderStatus {
    /// Not fetched yet.
    Waiting,
    /// Handed to the IPA, result outstanding.
    Sent,
    /// The result came and was accepted, and every operation was successful.
    Done,
    /// An operation failed, the card or the IPA answered with an error, or no result came.
    Failed,
    /// It came to its end; the northbound interface does not say to which.
    Over,
}

impl OrderStatus {
    /// All that a case can ask for.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Done, Self::Failed];

    /// The word used in cases.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Over => "over",
        }
    }
}

/// A [`CardLink`] as the terminal of `veuicc` drives it.
#[derive(Clone)]
pub struct Link(pub Arc<dyn CardLink>);

impl veuicc::terminal::Transmit for Link {
    type Error = LinkError;

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.0.transmit(command)
    }

    fn reset(&mut self) -> Result<Vec<u8>, LinkError> {
        self.0.reset()
    }
}
