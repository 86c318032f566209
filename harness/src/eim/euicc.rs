// SPDX-License-Identifier: MIT OR Apache-2.0
//! One eUICC as this eIM knows it: the association (counter, token, key), the certificates under
//! which it signs, and what its results have told.
//!
//! Traps: the counter that counts is that of the card, so it only goes up here, and gaps do no
//! harm; the token enters the signature of the next package, results carry that of their own.

use std::collections::BTreeMap;

use rsp::chain::Anchor;
use rsp::dialect::Dialect;
use rsp::ecdsa::{Curve, PrivateKey, PublicKey};
use rsp::sgp32::GetEimPackageRequest;
use serde::{Deserialize, Serialize};

use super::certificates::trusted_key;
use super::knowledge::Knowledge;
use crate::iut::{EuiccCertificates, KnownEuicc};

/// Notified changes of state that are kept.
const STATE_CHANGES: usize = 100;
/// Certificates that are kept: one pair for each CI that a card can sign under.
const CERTIFICATES: usize = 8;

/// What is known of one eUICC.
#[derive(Clone, Debug)]
pub(super) struct Euicc {
    pub(super) eid: [u8; 16],
    /// Value of the last package that was sent.
    pub(super) counter_value: i64,
    pub(super) association_token: Option<i64>,
    /// Whether the card still knows this eIM.
    pub(super) associated: bool,
    /// The key that signs for this card, when it is another than the eIM's first one.
    pub(super) signing: Option<PrivateKey>,
    /// The key that an updateEim brings, until its result has come.
    pub(super) next_signing: Option<PrivateKey>,
    /// The wire version that its messages have shown.
    pub(super) dialect: Option<Dialect>,
    /// Certificates that lead to a CI and name this EID.
    pub(super) certificates: Vec<EuiccCertificates>,
    /// The keys of the certificates.
    pub(super) keys: Vec<PublicKey>,
    /// What its results and polls have told.
    pub(super) view: View,
    /// What it and its IPA have told of themselves.
    pub(super) knowledge: Knowledge,
}

/// What results and polls have told about an eUICC.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct View {
    /// Profiles by ICCID.
    #[serde(default)]
    pub(super) profiles: BTreeMap<String, ProfileView>,
    /// Whether something changed since the profiles were listed.
    #[serde(default)]
    pub(super) stale: bool,
    /// All eIMs of the card by eimId, with the tokens that addEim has returned.
    #[serde(default)]
    pub(super) eims: BTreeMap<String, Option<i64>>,
    /// Changes of state that the IPA has notified, oldest first.
    #[serde(default)]
    pub(super) state_changes: Vec<StateChange>,
    /// When the IPA last polled.
    #[serde(default)]
    pub(super) last_poll: Option<i64>,
    /// Whether certificates were asked for, so that they are asked for once.
    #[serde(default)]
    pub(super) asked: bool,
}

/// A profile as its card has told it.
#[derive(Clone, Debug, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Profile")]
pub struct ProfileView {
    /// `enabled` or `disabled`.
    pub state: String,
    /// Its name.
    pub name: Option<String>,
    /// Its service provider.
    pub provider: Option<String>,
    /// Whether it has the fallback attribute.
    pub fallback: bool,
}

/// A change of state that an IPA has notified (SGP.32 §5.14.5).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StateChange {
    /// When, in seconds since 1970.
    pub time: i64,
    /// `stateChangeCause`, by its name where it has one.
    pub cause: Option<String>,
    /// MCC and MNC of the last network, as they came, in hex.
    pub r_plmn: Option<String>,
}

impl Euicc {
    /// An eUICC as the configuration has it. Certificates that do not lead to a CI are as good as
    /// none.
    pub(super) fn new(known: KnownEuicc, anchors: &[Anchor]) -> Self {
        let mut euicc = Self {
            eid: known.eid,
            counter_value: known.counter_value,
            association_token: known.association_token,
            associated: true,
            signing: None,
            next_signing: None,
            dialect: None,
            certificates: Vec::new(),
            keys: Vec::new(),
            view: View::default(),
            knowledge: Knowledge::default(),
        };
        if let Some(given) = known.certificates {
            euicc.learn(given, anchors, false);
        }
        euicc
    }

    /// Believes certificates that lead to a CI and name this EID; true when they are new.
    /// `unchecked` leaves out the check.
    pub(super) fn learn(
        &mut self,
        given: EuiccCertificates,
        anchors: &[Anchor],
        unchecked: bool,
    ) -> bool {
        if self.certificates.contains(&given) || self.certificates.len() >= CERTIFICATES {
            return false;
        }
        let key = if unchecked {
            super::certificates::any_key(&given.euicc)
        } else {
            trusted_key(&given.euicc, &given.eum, anchors, &self.eid)
        };
        let Some(key) = key else { return false };
        self.certificates.push(given);
        self.keys.push(key);
        true
    }

    /// Whether one of its keys has signed `data`.
    pub(super) fn has_signed(&self, data: &[u8], signature: &[u8]) -> bool {
        self.keys
            .iter()
            .any(|key| key.verify(data, signature).is_ok())
    }

    /// Notes a poll and the change of state that it may tell.
    pub(super) fn polled(&mut self, request: &GetEimPackageRequest, now: i64) {
        self.view.last_poll = Some(now);
        if request.notify_state_change.is_none() {
            return;
        }
        let cause = request.state_change_cause;
        let words = cause.map(|cause| cause.name().map_or(cause.to_string(), str::to_owned));
        tracing::info!(
            "EID {}: the state has changed, cause {}",
            hex::encode(self.eid),
            words.as_deref().unwrap_or("not given")
        );
        let changes = &mut self.view.state_changes;
        if changes.len() >= STATE_CHANGES {
            changes.remove(0);
        }
        changes.push(StateChange {
            time: now,
            cause: words,
            r_plmn: request.r_plmn.as_ref().map(hex::encode),
        });
        self.view.stale = true;
    }
}

/// An eUICC as it is kept.
#[derive(Deserialize, Serialize)]
struct Row {
    counter_value: i64,
    association_token: Option<i64>,
    associated: bool,
    signing: Option<KeptKey>,
    next_signing: Option<KeptKey>,
    dialect: Option<String>,
    certificates: Vec<(String, String)>,
    view: View,
    #[serde(default)]
    knowledge: Knowledge,
}

/// A private key as it is kept: every key here is a test key.
#[derive(Deserialize, Serialize)]
struct KeptKey {
    brainpool: bool,
    scalar: String,
}

impl KeptKey {
    fn new(key: &PrivateKey) -> Self {
        Self {
            brainpool: key.curve() == Curve::BrainpoolP256r1,
            scalar: hex::encode(key.to_scalar()),
        }
    }

    fn key(&self) -> Option<PrivateKey> {
        let curve = if self.brainpool {
            Curve::BrainpoolP256r1
        } else {
            Curve::NistP256
        };
        let scalar: [u8; 32] = hex::decode(&self.scalar).ok()?.try_into().ok()?;
        PrivateKey::from_scalar(curve, &scalar).ok()
    }
}

impl Euicc {
    /// The row of the store.
    pub(super) fn to_row(&self) -> impl Serialize {
        let pair = |pair: &EuiccCertificates| (hex::encode(&pair.euicc), hex::encode(&pair.eum));
        Row {
            counter_value: self.counter_value,
            association_token: self.association_token,
            associated: self.associated,
            signing: self.signing.as_ref().map(KeptKey::new),
            next_signing: self.next_signing.as_ref().map(KeptKey::new),
            dialect: self.dialect.map(|dialect| dialect.to_string()),
            certificates: self.certificates.iter().map(pair).collect(),
            view: self.view.clone(),
            knowledge: self.knowledge.clone(),
        }
    }

    /// The eUICC of a row. Its certificates were checked before they were kept.
    pub(super) fn from_row(eid: [u8; 16], value: &[u8]) -> Result<Self, String> {
        let row: Row = serde_json::from_slice(value).map_err(|error| error.to_string())?;
        let mut certificates = Vec::new();
        for (euicc, eum) in row.certificates {
            let octets = |text: &str| hex::decode(text).map_err(|error| error.to_string());
            certificates.push(EuiccCertificates {
                euicc: octets(&euicc)?,
                eum: octets(&eum)?,
            });
        }
        let keys = certificates
            .iter()
            .filter_map(|pair| super::certificates::any_key(&pair.euicc))
            .collect();
        Ok(Self {
            eid,
            counter_value: row.counter_value,
            association_token: row.association_token,
            associated: row.associated,
            signing: row.signing.and_then(|kept| kept.key()),
            next_signing: row.next_signing.and_then(|kept| kept.key()),
            dialect: row.dialect.and_then(|text| text.parse().ok()),
            certificates,
            keys,
            view: row.view,
            knowledge: row.knowledge,
        })
    }
}

/// An eUICC as a program looks at it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Euicc")]
#[serde(rename_all = "camelCase")]
pub struct EuiccReport {
    /// EID, 32 digits.
    pub eid: String,
    /// counterValue of the last package.
    pub counter_value: i64,
    /// The association token; null when there is none.
    pub association_token: Option<i64>,
    /// Whether the card still knows this eIM.
    pub associated: bool,
    /// Whether a certificate is known under which its results can be verified.
    pub certified: bool,
    /// Whether the card has another key of this eIM than the first one.
    pub new_key: bool,
    /// Profiles by ICCID, as results have told.
    pub profiles: BTreeMap<String, ProfileView>,
    /// Whether something changed since the profiles were listed.
    pub stale: bool,
    /// The eIMs of the card with the tokens that addEim has returned.
    pub eims: BTreeMap<String, Option<i64>>,
    /// Changes of state that the IPA has notified, oldest first.
    pub state_changes: Vec<StateChange>,
    /// When the IPA last polled, in seconds since 1970; not kept over a restart.
    pub last_poll: Option<i64>,
}

impl Euicc {
    /// As a program looks at it.
    pub(super) fn report(&self) -> EuiccReport {
        let view = self.view.clone();
        EuiccReport {
            eid: hex::encode(self.eid),
            counter_value: self.counter_value,
            association_token: self.association_token,
            associated: self.associated,
            certified: !self.keys.is_empty(),
            new_key: self.signing.is_some(),
            profiles: view.profiles,
            stale: view.stale,
            eims: view.eims,
            state_changes: view.state_changes,
            last_poll: view.last_poll,
        }
    }
}
