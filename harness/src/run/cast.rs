// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the fixtures of a case say, before anybody starts.

use std::sync::Arc;
use std::time::Duration;

use certs::{Credential, Curve, Pki, Role as CertificateRole};
use rsp::env::{Env, SeededEnv};
use smdp::config::{EntityConfig, SmDsConfig};
use smdp::{Config, Credentials, Entity};

use super::card::{Making, SharedCard, eid_of, make};
use super::own_eim::OwnCertificates;
use super::speech::Speech;
use super::{RunOptions, SetUpError};
use crate::case::{Actor, Case, Role, RoleName};
use crate::fixture::{EimFixture, EuiccFixture};
use crate::invariant::{Known, KnownEim};
use crate::iut::{EuiccCertificates, KnownEuicc};
use crate::mutate::{EimKey, Keyring};
use crate::wire::tls::Identity;

/// How long one exchange and one step may take for an implementation of our own.
pub(super) const BUILT_IN_TIMEOUT: Duration = Duration::from_secs(20);

/// The fixtures of a case, and the card made of them.
pub(super) struct Cast {
    pub(super) card: Arc<SharedCard>,
    pub(super) euicc: EuiccFixture,
    pub(super) server: Config,
    /// Without one there is no SM-DS.
    pub(super) smds: Option<SmDsConfig>,
    pub(super) credentials: Credentials,
    pub(super) speech: Speech,
    /// What an eIM under test has of its own.
    pub(super) own: OwnCertificates,
    pub(super) options: RunOptions,
    id: String,
}

impl Cast {
    /// Reads the fixtures and makes the card.
    pub(super) fn new(case: &Case, options: &RunOptions) -> Result<Self, SetUpError> {
        let fixtures = &options.fixtures;
        let euicc = fixtures.euicc(fixture(case, RoleName::Euicc)?)?;
        let server = fixtures.smdp(fixture(case, RoleName::Smdp)?)?;
        let smds = match played(case, RoleName::Smds) {
            Some(_) => Some(fixtures.smds(fixture(case, RoleName::Smds)?)?),
            None => None,
        };
        let speech = Speech::of(case, options);
        let making = Making {
            pki: &options.pki,
            fixture: &euicc,
            fixtures,
            personality: played(case, RoleName::Euicc).and_then(|it| it.personality.as_deref()),
            dialect: speech.dialect,
            binding: speech.binding,
        };
        let card = make(&making, env(options, &case.id, "card"))?;
        let own = OwnCertificates::of(options)?;
        card.with(|card| know(card, &own))?;
        let entity = match server.pki.entity {
            EntityConfig::First => Entity::First,
            EntityConfig::Second => Entity::Second,
        };
        let credentials = Credentials::from_pki(&options.pki, entity, &[&server.address])
            .map_err(SetUpError::of("SM-DP+"))?;
        Ok(Self {
            card,
            euicc,
            server,
            smds,
            credentials,
            speech,
            own,
            options: options.clone(),
            id: case.id.clone(),
        })
    }

    /// The keys with which messages can be signed again.
    pub(super) fn keys(&self) -> Result<Keyring, SetUpError> {
        let pki = &self.options.pki;
        let own = pki
            .ci_key_id(Curve::NistP256)
            .map_err(SetUpError::of("PKI"))?;
        let set = self.credentials.by_ci(&own);
        let mut eims = Vec::new();
        for eim in &self.euicc.eims {
            eims.push(EimKey {
                eim_id: eim.id.clone(),
                key: eim_signing(pki, &eim.id)?.key,
                association_token: self.token(eim),
            });
        }
        // eIMs that the card does not know sign as well
        for id in ["eim1.test.example", "eim2.test.example"] {
            if !eims.iter().any(|eim| eim.eim_id == id) {
                eims.push(EimKey {
                    eim_id: id.to_owned(),
                    key: eim_signing(pki, id)?.key,
                    association_token: None,
                });
            }
        }
        let euicc = self.card.with(|card| {
            let own = card.config().credentials.first();
            own.map(|own| own.private_key.clone())
        });
        Ok(Keyring {
            dp_auth: set.map(|set| set.dp_auth.key.clone()),
            dp_pb: set.map(|set| set.dp_pb.key.clone()),
            euicc,
            eims,
        })
    }

    /// What the judge knows before anything is exchanged.
    pub(super) fn known(&self) -> Result<Known, SetUpError> {
        let mut known = Known {
            dialect: Some(self.speech.written()),
            ..Known::default()
        };
        known
            .eids
            .push(hex::encode(self.card.with(|card| card.config().eid)));
        for (index, eim) in self.euicc.eims.iter().enumerate() {
            // the first one may be that under test
            let own = self.own.signing_key()?.filter(|_| index == 0);
            let key = match own {
                Some(key) => key,
                None => {
                    let ours = eim_signing(&self.options.pki, &eim.id)?;
                    ours.key.public_key().clone()
                }
            };
            let eim_known = KnownEim {
                key,
                counter_value: eim.counter_value,
                association_token: self.token(eim),
            };
            known.eims.insert(eim.id.clone(), eim_known);
        }
        Ok(known)
    }

    /// What an eIM knows of the card of the case before first contact.
    pub(super) fn known_euicc(&self, eim: &EimFixture) -> KnownEuicc {
        let (eid, certificates) = self.card.with(|card| {
            let own = card.config().credentials.first();
            let certificates = own.map(|own| EuiccCertificates {
                euicc: own.euicc_certificate.clone(),
                eum: own.eum_certificate.clone(),
            });
            (card.config().eid, certificates)
        });
        KnownEuicc {
            eid,
            counter_value: eim.counter_value,
            association_token: self.token(eim),
            certificates: certificates.filter(|_| eim.knows_euicc),
        }
    }

    /// The same of all cards of the case: those that only have an EID come after the one that plays.
    pub(super) fn known_euiccs(&self, eim: &EimFixture) -> Result<Vec<KnownEuicc>, SetUpError> {
        let mut euiccs = vec![self.known_euicc(eim)];
        for eid in &self.euicc.others {
            euiccs.push(KnownEuicc {
                eid: eid_of(eid)?,
                counter_value: 0,
                association_token: None,
                certificates: None,
            });
        }
        Ok(euiccs)
    }

    fn token(&self, eim: &EimFixture) -> Option<i64> {
        self.card.with(|card| {
            let mut eims = card.state().eims.iter();
            let found = eims.find(|known| known.eim_id == eim.id);
            found.and_then(|known| known.association_token)
        })
    }

    /// Randomness and clock for `who`.
    pub(super) fn env(&self, who: &str) -> Box<dyn Env> {
        env(&self.options, &self.id, who)
    }

    /// The CI certificates.
    pub(super) fn roots(&self) -> Result<Vec<Vec<u8>>, SetUpError> {
        let ci = self
            .options
            .pki
            .credential(CertificateRole::Ci, Curve::NistP256);
        Ok(vec![ci.map_err(SetUpError::of("PKI"))?.certificate.clone()])
    }
}

/// The fixture of the actor that plays `role`.
fn fixture(case: &Case, role: RoleName) -> Result<&str, SetUpError> {
    let fixture = played(case, role).and_then(|actor| actor.fixture.as_deref());
    fixture.ok_or_else(|| SetUpError::Value(format!("{role} has no fixture")))
}

/// Lets the card know the keys of the eIM under test, its first one.
fn know(card: &mut veuicc::Card, own: &OwnCertificates) -> Result<(), SetUpError> {
    let Some(first) = card.state().eims.first().filter(|_| own.any()) else {
        return Ok(());
    };
    let configuration = own.configured(&first.configuration)?;
    card.edit_state(|state| {
        if let Some(first) = state.eims.first_mut() {
            first.configuration = configuration;
        }
    })
    .map_err(SetUpError::of("card"))
}

/// The actor that plays `role`.
pub(super) fn played(case: &Case, role: RoleName) -> Option<&Actor> {
    match case.file.roles.role(role).map(|role| &**role) {
        Some(Role::Actor(actor)) => Some(actor),
        _ => None,
    }
}

/// The key that signs the packages of an eIM.
pub(super) fn eim_signing(pki: &Pki, id: &str) -> Result<Credential, SetUpError> {
    pki.issue_eim_signing(id, Curve::NistP256)
        .map_err(SetUpError::of("PKI"))
}

/// The TLS certificate of an eIM.
pub(super) fn eim_tls(pki: &Pki, id: &str) -> Result<Credential, SetUpError> {
    crate::eim::issue_tls(pki, id).map_err(SetUpError::of("PKI"))
}

/// A certificate with its key, as a TLS server shows it.
pub(super) fn identity(credential: &Credential) -> Result<Identity, SetUpError> {
    Ok(Identity {
        chain: vec![credential.certificate.clone()],
        key: credential.key_der().map_err(SetUpError::of("PKI"))?,
    })
}

fn env(options: &RunOptions, id: &str, who: &str) -> Box<dyn Env> {
    Box::new(SeededEnv::new(options.seed, &format!("{id} {who}")))
}
