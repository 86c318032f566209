// SPDX-License-Identifier: MIT OR Apache-2.0
//! The implementation under test: what it is given, how it is started, how it takes orders.
//!
//! The built-in reference IPA and mock eIM are started through the same two structures as they
//! would be by hand, so a case cannot reach into them. An implementation of somebody else gets the
//! same content through its own configuration files and command lines.

use std::sync::Arc;
use std::time::Duration;

use certs::Credential;
use rsp::env::Env;
use rsp::sgp32::{ProfileDownloadData, ProfileDownloadTriggerRequest};
use tokio::net::TcpListener;

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
    /// An indirect download: the eIM keeps the activation code, triggers the IPA and relays.
    IndirectDownload {
        /// The activation code, `1$…`.
        activation_code: String,
    },
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
    /// The result came and was accepted, whatever the card said in it.
    Done,
    /// The result was refused, or the IPA answered with an error.
    Failed,
}

impl OrderStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Done, Self::Failed];

    /// The word used in cases.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Failed => "failed",
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
