// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a card is made with: identity, keys, addresses, and how it talks.

mod capabilities;

use certs::{Pki, PkiError, Role};
use rsp::asn1::Certificate;
use rsp::chain::{Anchor, CertificateView};
use rsp::ecdsa::PrivateKey;
use rsp::sgp22::CertificateChain;

use crate::isdp::{Operator, PolicyRules};
use crate::personality::Personality;
use crate::state::{AuthorisationRule, State};

pub use capabilities::{Capabilities, Limits};

/// How answers with data reach the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseMode {
    /// As over T=1: up to Le bytes directly; `61xx` for the rest, or for all when there is no Le.
    Direct,
    /// As over T=0: `61xx` and GET RESPONSE for commands with data; for those without, the answer
    /// when Le is its length and else `6Cxx`.
    GetResponse,
}

/// What the card signs with under one CI.
#[derive(Debug, Clone)]
pub struct EuiccCredential {
    /// Subject key identifier of the CI that the chain ends in.
    pub ci_key_id: Vec<u8>,
    /// CERT.EUM.ECDSA, DER; in the variants A and C that of the EUM's subordinate CA.
    pub eum_certificate: Vec<u8>,
    /// The certificates between that one and the CI, DER: what otherCertsInChain holds from SGP.22
    /// version 3 on.
    pub other_certificates: Vec<Vec<u8>>,
    /// CERT.EUICC.ECDSA, DER.
    pub euicc_certificate: Vec<u8>,
    /// SK.EUICC.ECDSA.
    pub private_key: PrivateKey,
}

impl EuiccCredential {
    /// `otherCertsInChain`: left out where there is none, as in SGP.22 version 2.
    pub(crate) fn other_certificates(&self) -> Option<CertificateChain> {
        let others = self.other_certificates.iter();
        let others: CertificateChain = others
            .map(|der| Certificate::from(der.as_slice()))
            .collect();
        (!others.is_empty()).then_some(others)
    }
}

/// Everything a card is made with.
#[derive(Debug, Clone)]
pub struct CardConfig {
    /// EID, 16 bytes.
    pub eid: [u8; 16],
    /// `euiccCiPKIdListForVerification`, in order of preference.
    pub trusted_cis: Vec<Anchor>,
    /// `euiccCiPKIdListForSigning`, in order of preference.
    pub credentials: Vec<EuiccCredential>,
    /// Default SM-DP+ address.
    pub default_dp_address: Option<String>,
    /// Root SM-DS address.
    pub root_ds_address: String,
    /// Logical channels, the basic one included: 1 to 20.
    pub channels: u8,
    /// How answers with data reach the terminal; when absent, in a reader as the protocol has it
    /// that the ATR offers alone, and elsewhere directly.
    pub response_mode: Option<ResponseMode>,
    /// Bytes of non-volatile memory for profiles.
    pub memory: u32,
    /// Rules authorisation table, set by the EUM for the life of the card.
    pub rules_authorisation_table: Vec<AuthorisationRule>,
    /// What the card supports, how much it can take, and what it refuses.
    pub capabilities: Capabilities,
    /// How the card differs from one that follows the specification. The settings above count,
    /// whatever the keys say: [`CardConfig::with_personality`] sets both.
    pub personality: Personality,
}

/// Memory of a card, unless told otherwise.
const DEFAULT_MEMORY: u32 = 0x8_0000;
/// Root SM-DS of a card, unless told otherwise.
const DEFAULT_ROOT_DS: &str = "testrootsmds.example.com";

/// Why no card can be made with a PKI.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The PKI cannot give what the card needs.
    #[error(transparent)]
    Pki(#[from] PkiError),
    /// A CI certificate of the PKI cannot be trusted.
    #[error("CI certificate: {0}")]
    Ci(String),
}

impl CardConfig {
    /// A card with that EID under the CIs of a PKI: a CI to trust and a credential to sign with on
    /// every curve the PKI has.
    ///
    /// # Errors
    /// When the PKI cannot issue for that EID.
    pub fn from_pki(pki: &Pki, eid: [u8; 16]) -> Result<Self, ConfigError> {
        let mut trusted_cis = Vec::new();
        let mut credentials = Vec::new();
        for curve in pki.curves() {
            let ci = &pki.credential(Role::Ci, curve)?.certificate;
            let anchor = CertificateView::parse(ci)
                .map_err(|error| ConfigError::Ci(error.to_string()))
                .and_then(|ci| {
                    Anchor::from_certificate(&ci)
                        .map_err(|error| ConfigError::Ci(error.to_string()))
                })?;
            let euicc = pki.issue_euicc(&eid, curve)?;
            let mut chain = pki.euicc_chain(&eid, curve)?.into_iter();
            credentials.push(EuiccCredential {
                ci_key_id: anchor.key_id().to_vec(),
                eum_certificate: chain.next().unwrap_or_default(),
                other_certificates: chain.collect(),
                euicc_certificate: euicc.certificate,
                private_key: euicc.key,
            });
            trusted_cis.push(anchor);
        }
        Ok(Self {
            eid,
            trusted_cis,
            credentials,
            default_dp_address: None,
            root_ds_address: DEFAULT_ROOT_DS.to_owned(),
            channels: 20,
            response_mode: None,
            memory: DEFAULT_MEMORY,
            rules_authorisation_table: vec![any_operator()],
            capabilities: Capabilities::default(),
            personality: Personality::spec(),
        })
    }

    /// State of such a card when it leaves the factory.
    #[must_use]
    pub fn factory_state(&self) -> State {
        let keys = &self.personality.keys;
        State {
            rules_authorisation_table: self.rules_authorisation_table.clone(),
            next_sequence_number: keys.seq_start,
            next_result_number: (!keys.shared_seq).then_some(keys.seq_start),
            next_association_token: keys.assoc_token_start,
            ..State::new(
                self.eid,
                self.default_dp_address.clone(),
                self.root_ds_address.clone(),
            )
        }
    }
}

/// Both rules for every operator, without consent: nobody sits in front of an IoT device.
fn any_operator() -> AuthorisationRule {
    AuthorisationRule {
        rules: PolicyRules {
            update_control: false,
            ppr1: true,
            ppr2: true,
        },
        allowed_operators: vec![Operator {
            mcc_mnc: vec![0xEE; 3],
            gid1: None,
            gid2: None,
        }],
        consent_required: false,
    }
}
