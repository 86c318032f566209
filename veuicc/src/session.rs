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
