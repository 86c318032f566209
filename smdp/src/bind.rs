// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a profile package to a bound profile package (SGP.22 §2.5.3, §2.5.4, §5.5).
//!
//! Traps: a retry with the same one-time key of the eUICC keeps every segment and signs only
//! InitialiseSecureChannel anew, with the new TransactionID; and the last member that `smdpSign`
//! covers, the eUICC's one-time key, is not part of the message.

use certs::{Credential, Curve};
use rsp::bsp::{Bsp, BspError, KEY_LENGTH, KEY_TYPE, SegmentTag, SessionKeys};
use rsp::der;
use rsp::ecdsa::{KeyError, PrivateKey, PublicKey};
use rsp::ecka::AgreementError;
use rsp::env::Env;
use rsp::id::Eid;
use rsp::raw::Raw;
use rsp::sgp22::{
    BoundProfilePackage, ConfigureIsdpRequest, ControlRefTemplate, InitialiseSecureChannelRequest,
    RemoteOpId, ReplaceSessionKeysRequest, TransactionId,
};
use rsp::tlv::{Tag, Tlv, tlv};
use serde::{Deserialize, Serialize};

use crate::order::{KeyMode, Order};

/// Why a package cannot be bound.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BindError {
    /// The eUICC's one-time key is no point of the curve.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The one-time keys have no common secret.
    #[error(transparent)]
    Agreement(#[from] AgreementError),
    /// The host identifier is out of range.
    #[error(transparent)]
    Bsp(#[from] BspError),
    /// A structure of ours has no encoding.
    #[error(transparent)]
    Codec(#[from] der::CodecError),
}

/// Who a package is bound to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// The eUICC.
    pub(crate) eid: &'a Eid,
    /// `otPK.EUICC.ECKA`.
    pub(crate) euicc_otpk: &'a [u8],
    /// Key identifier of the CI whose credentials sign.
    pub(crate) server_ci: &'a [u8],
    /// The curve of that CI.
    pub(crate) curve: Curve,
}

/// A package protected for one one-time key of one eUICC.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Binding {
    eid: Eid,
    #[serde(with = "crate::store::text")]
    euicc_otpk: Vec<u8>,
    #[serde(with = "crate::store::text")]
    server_ci: Vec<u8>,
    #[serde(with = "crate::store::text")]
    smdp_otpk: Vec<u8>,
    /// `otSK.DP.ECKA`.
    #[serde(with = "crate::store::text")]
    smdp_otsk: Vec<u8>,
    #[serde(with = "crate::store::text")]
    first_sequence_of_87: Vec<Vec<u8>>,
    #[serde(with = "crate::store::text")]
    sequence_of_88: Vec<Vec<u8>>,
    #[serde(with = "crate::store::text")]
    second_sequence_of_87: Option<Vec<Vec<u8>>>,
    #[serde(with = "crate::store::text")]
    sequence_of_86: Vec<Vec<u8>>,
    /// The session that received it last.
    #[serde(with = "crate::store::text")]
    transaction_id: Vec<u8>,
}

impl Binding {
    /// Protects the profile of an order for an eUICC, with fresh keys.
    pub(crate) fn new(
        order: &Order,
        target: Target<'_>,
        host_id: &[u8],
        env: &mut dyn Env,
    ) -> Result<Self, BindError> {
        let euicc_otpk = PublicKey::from_point(target.curve, target.euicc_otpk)?;
        // Tag 5F49 has the uncompressed form only (SGP.22 §2.6.4).
        if euicc_otpk.to_point() != target.euicc_otpk {
            return Err(BindError::Key(KeyError::Point {
                curve: target.curve,
                length: target.euicc_otpk.len(),
            }));
        }
        let one_time_key = PrivateKey::generate(target.curve, env);
        let shared = one_time_key.agree(&euicc_otpk)?;
        let keys = SessionKeys::derive(&shared, host_id, target.eid.as_bytes())?;

        let mut bsp = Bsp::new(&keys);
        let configure_isdp = der::encode(&ConfigureIsdpRequest::default())?;
        let first_sequence_of_87 = bsp.protect_all(SegmentTag::Tag87, &configure_isdp);
        let capacity = SegmentTag::Tag88.capacity();
        let size = order
            .metadata_segment
            .unwrap_or(capacity)
            .clamp(1, capacity);
        let metadata = order.metadata.chunks(size);
        let sequence_of_88 = metadata
            .map(|part| bsp.protect(SegmentTag::Tag88, part))
            .collect();
        let second_sequence_of_87 = match order.key_mode {
            KeyMode::SessionKeys => None,
            KeyMode::ProfileProtectionKeys => Some(replace_session_keys(&mut bsp, env)?),
        };
        let sequence_of_86 = bsp.protect_all(SegmentTag::Tag86, &order.profile.package());
        Ok(Self {
            eid: *target.eid,
            euicc_otpk: target.euicc_otpk.to_vec(),
            server_ci: target.server_ci.to_vec(),
            smdp_otpk: one_time_key.public_key().to_point().to_vec(),
            smdp_otsk: one_time_key.to_scalar().to_vec(),
            first_sequence_of_87,
            sequence_of_88,
            second_sequence_of_87,
            sequence_of_86,
            transaction_id: Vec::new(),
        })
    }

    /// Notes which session receives the package.
    pub(crate) fn deliver_under(&mut self, transaction_id: &[u8]) {
        self.transaction_id = transaction_id.to_vec();
    }

    /// Whether this session received the package, and none after it.
    pub(crate) fn is_delivered_under(&self, transaction_id: &[u8]) -> bool {
        self.transaction_id == transaction_id
    }

    /// The session keys, derived anew, for whoever opens the segments to change them.
    pub(crate) fn session_keys(&self, curve: Curve, host_id: &[u8]) -> Option<SessionKeys> {
        let scalar = self.smdp_otsk.as_slice().try_into().ok()?;
        let own = PrivateKey::from_scalar(curve, scalar).ok()?;
        let euicc = PublicKey::from_point(curve, &self.euicc_otpk).ok()?;
        let shared = own.agree(&euicc).ok()?;
        SessionKeys::derive(&shared, host_id, self.eid.as_bytes()).ok()
    }

    /// The one-time key that an eUICC may use again, when it is this eUICC under this CI
    /// (SGP.22 §5.6.3).
    pub(crate) fn otpk_for(&self, eid: &Eid, server_ci: &[u8]) -> Option<&[u8]> {
        (self.eid == *eid && self.server_ci == server_ci).then_some(self.euicc_otpk.as_slice())
    }

    /// Whether it is for an eUICC.
    pub(crate) fn is_for(&self, eid: &Eid) -> bool {
        self.eid == *eid
    }

    /// The bound profile package for a session: the segments behind a freshly signed
    /// InitialiseSecureChannel (SGP.22 §5.5.1).
    pub(crate) fn package(
        &self,
        transaction_id: &TransactionId,
        host_id: &[u8],
        dp_pb: &Credential,
    ) -> Result<BoundProfilePackage, BindError> {
        let control_ref_template = ControlRefTemplate {
            key_type: [KEY_TYPE].into(),
            key_len: [KEY_LENGTH].into(),
            host_id: host_id.into(),
            additions: Default::default(),
        };
        let mut signed = der::encode(&RemoteOpId::INSTALL_BOUND_PROFILE_PACKAGE)?;
        signed.extend(tlv(Tag::new(0x80), transaction_id));
        let template = der::encode(&control_ref_template)?;
        signed.extend(tlv(Tag::new(0xA6), content(&template)));
        signed.extend(tlv(Tag::new(0x5F49), &self.smdp_otpk));
        signed.extend(tlv(Tag::new(0x5F49), &self.euicc_otpk));
        let request = Raw::new(InitialiseSecureChannelRequest {
            remote_op_id: RemoteOpId::INSTALL_BOUND_PROFILE_PACKAGE,
            transaction_id: transaction_id.clone(),
            control_ref_template,
            smdp_otpk: self.smdp_otpk.clone().into(),
            smdp_sign: dp_pb.key.sign(&signed).into(),
            additions: Default::default(),
        })?;
        Ok(BoundProfilePackage {
            initialise_secure_channel_request: request,
            first_sequence_of87: contents(&self.first_sequence_of_87),
            sequence_of88: contents(&self.sequence_of_88),
            second_sequence_of87: self.second_sequence_of_87.as_deref().map(contents),
            sequence_of86: contents(&self.sequence_of_86),
            additions: Default::default(),
        })
    }
}

/// Hands random keys to the eUICC and goes on with them (SGP.22 §5.5.4).
fn replace_session_keys(bsp: &mut Bsp, env: &mut dyn Env) -> Result<Vec<Vec<u8>>, BindError> {
    let keys = SessionKeys {
        initial_mac_chaining_value: env.array(),
        enc: env.array(),
        mac: env.array(),
    };
    let request = der::encode(&ReplaceSessionKeysRequest {
        initial_mac_chaining_value: keys.initial_mac_chaining_value.into(),
        ppk_enc: keys.enc.into(),
        ppk_cmac: keys.mac.into(),
        additions: Default::default(),
    })?;
    let segments = bsp.protect_all(SegmentTag::Tag87, &request);
    bsp.replace_keys(&keys);
    Ok(segments)
}

/// The contents of segments, which the message type puts under their tags again.
fn contents<T: for<'a> From<&'a [u8]>>(segments: &[Vec<u8>]) -> Vec<T> {
    segments
        .iter()
        .map(|segment| T::from(content(segment)))
        .collect()
}

/// The contents of one TLV of ours.
fn content(tlv: &[u8]) -> &[u8] {
    Tlv::only(tlv).map_or(&[], |tlv| tlv.value)
}
