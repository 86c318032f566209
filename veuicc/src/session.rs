// SPDX-License-Identifier: MIT OR Apache-2.0
//! The RSP session: one at a time, in memory only, each step with what the next one needs.
//!
//! A step takes the session out ([`std::mem::take`]) and puts back what is still valid, so that a
//! refused step leaves [`Session::Idle`] unless its clause says otherwise.

use rsp::ecdsa::{PrivateKey, PublicKey};

use crate::es8::Loader;

/// How far the RSP session has come.
#[derive(Debug, Default)]
pub(crate) enum Session {
    /// No session.
    #[default]
    Idle,
    /// GetEuiccChallenge was answered.
    Challenged {
        /// The challenge that serverSigned1 must repeat.
        challenge: [u8; 16],
    },
    /// AuthenticateServer succeeded.
    Authenticated(Box<Authenticated>),
    /// PrepareDownload succeeded.
    Prepared(Box<Prepared>),
    /// A bound profile package is arriving.
    Loading(Box<Loader>),
    /// A bound profile package was installed: its profile can be enabled immediately.
    Installed(Box<Installed>),
}

/// What the card knows until the next reset, beside the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct UntilReset {
    /// IpaeActivation was answered ok: the IPA in the eUICC is the active one (SGP.32 §3.8.4).
    pub(crate) ipae_active: bool,
}

/// A finished download, for ImmediateEnable (SGP.32 §5.9.15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Installed {
    /// AID of the new ISD-P.
    pub(crate) aid: Vec<u8>,
    /// OID of the SM-DP+, dotted.
    pub(crate) smdp_oid: String,
    /// Address of the SM-DP+.
    pub(crate) smdp_address: String,
}

/// What AuthenticateServer established.
#[derive(Debug, Clone)]
pub(crate) struct Authenticated {
    /// `transactionId`.
    pub(crate) transaction_id: Vec<u8>,
    /// `serverAddress` of serverSigned1.
    pub(crate) server_address: String,
    /// OID of the server, from its certificate, dotted.
    pub(crate) server_oid: String,
    /// True when the certificate was CERT.DPauth, false for CERT.DSauth.
    pub(crate) is_smdp: bool,
    /// CI key that the server's certificate ends in.
    pub(crate) server_ci_key_id: Vec<u8>,
    /// Certificates that came with the server's, which CERT.DPpb uses again.
    pub(crate) other_certificates: Vec<Vec<u8>>,
    /// CI key chosen by euiccCiPKIdToBeUsed, which names the credential that signs.
    pub(crate) ci_key_id: Vec<u8>,
    /// euiccSignature1, the value of 5F37.
    pub(crate) euicc_signature1: Vec<u8>,
}

/// What PrepareDownload established.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) authenticated: Authenticated,
    /// PK.DPpb.ECDSA.
    pub(crate) smdp_public_key: PublicKey,
    /// otPK.EUICC.ECKA and otSK.EUICC.ECKA.
    pub(crate) one_time_key: PrivateKey,
}
