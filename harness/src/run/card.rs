// SPDX-License-Identifier: MIT OR Apache-2.0
//! The card of a run: made from a fixture, shared between the IPA and the checks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use certs::{Curve, Pki};
use rsp::env::Env;
use serde_json::{Value, json};
use veuicc::{Card, CardConfig, Metadata, NotificationConfiguration, ProfileState, Reset};

use super::SetUpError;
use crate::fixture::{EimFixture, EuiccFixture, Fixtures, ProfileFixture};
use crate::iut::{CardLink, LinkError};

/// A card that several may hold; one command at a time reaches it.
pub(super) struct SharedCard {
    card: Mutex<Card>,
}

impl SharedCard {
    pub(super) fn card(&self) -> MutexGuard<'_, Card> {
        self.card.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The profiles, as GetProfilesInfo tells them.
    pub(super) fn profiles(&self) -> Value {
        let card = self.card();
        card.profiles()
            .iter()
            .map(|profile| {
                let state = match profile.state {
                    ProfileState::Enabled => "enabled",
                    ProfileState::Disabled => "disabled",
                };
                json!({
                    "iccid": hex::encode(&profile.metadata.iccid),
                    "isdpAid": hex::encode(&profile.aid),
                    "profileState": state,
                    "serviceProviderName": profile.metadata.service_provider_name,
                    "profileName": profile.metadata.profile_name,
                    "fallbackAttribute": profile.fallback_attribute,
                })
            })
            .collect()
    }

    /// What waits to be retrieved, by sequence number.
    pub(super) fn notifications(&self) -> Value {
        let card = self.card();
        card.state()
            .pending
            .iter()
            .map(|pending| json!({ "seqNumber": pending.sequence_number }))
            .collect()
    }
}

impl CardLink for SharedCard {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(self.card().transmit(command))
    }

    fn reset(&self) -> Result<Vec<u8>, LinkError> {
        Ok(self.card().reset(Reset::Cold))
    }
}

/// Makes the card of a fixture.
pub(super) fn make(
    pki: &Pki,
    fixture: &EuiccFixture,
    fixtures: &Fixtures,
    env: Box<dyn Env>,
) -> Result<Arc<SharedCard>, SetUpError> {
    let eid = match &fixture.eid {
        Some(eid) => eid_of(eid)?,
        None => certs::TEST_EID,
    };
    let mut config = CardConfig::from_pki(pki, eid).map_err(SetUpError::of("card"))?;
    config.default_dp_address.clone_from(&fixture.default_smdp);
    let mut card = Card::new(config, env);
    for profile in &fixture.profiles {
        install(&mut card, profile, fixtures)?;
    }
    for (index, eim) in fixture.eims.iter().enumerate() {
        associate(&mut card, pki, eim, index)?;
    }
    Ok(Arc::new(SharedCard {
        card: Mutex::new(card),
    }))
}

/// Reads an EID of 32 digits.
pub(super) fn eid_of(digits: &str) -> Result<[u8; 16], SetUpError> {
    hex::decode(digits)
        .ok()
        .and_then(|octets| octets.try_into().ok())
        .ok_or_else(|| SetUpError::Value(format!("expected an EID of 32 digits, got {digits:?}")))
}

fn install(
    card: &mut Card,
    fixture: &ProfileFixture,
    fixtures: &Fixtures,
) -> Result<(), SetUpError> {
    let profile = fixtures.profile(&fixture.package)?;
    let mut metadata = Metadata::for_iccid(&profile.iccid(), &fixture.name);
    metadata.notification_configuration_info = fixture
        .notify
        .iter()
        .map(|address| NotificationConfiguration {
            events: veuicc::Event::ALL.to_vec(),
            address: address.clone(),
        })
        .collect();
    let aid = card
        .install_profile(&profile.package(), metadata)
        .map_err(SetUpError::of("card"))?;
    if fixture.enabled {
        card.edit_state(|state| {
            for installed in &mut state.profiles {
                if installed.aid == aid {
                    installed.state = ProfileState::Enabled;
                }
            }
        })
        .map_err(SetUpError::of("card"))?;
    }
    Ok(())
}

fn associate(card: &mut Card, pki: &Pki, eim: &EimFixture, index: usize) -> Result<(), SetUpError> {
    let token = eim
        .association_token
        .then(|| i64::try_from(index).unwrap_or_default() + 1);
    let configuration = configuration(pki, eim, token)?;
    card.edit_state(|state| {
        state.eims.push(veuicc::Eim {
            eim_id: eim.id.clone(),
            counter_value: eim.counter_value,
            association_token: token,
            configuration,
        });
        state.next_association_token = token.map_or(state.next_association_token, |it| it + 1);
    })
    .map_err(SetUpError::of("card"))
}

/// `EimConfigurationData` (SGP.32 §2.11.1.1.1): the eIM's keys for packages and for TLS.
fn configuration(pki: &Pki, eim: &EimFixture, token: Option<i64>) -> Result<Vec<u8>, SetUpError> {
    let signing = super::actors::eim_signing(pki, &eim.id)?;
    let tls = super::actors::eim_tls(pki, &eim.id)?;
    let ci_key_id = pki
        .ci_key_id(Curve::NistP256)
        .map_err(SetUpError::of("card"))?;
    let mut value = json!({
        "eimId": eim.id,
        "eimFqdn": eim.id,
        "eimIdType": "eimIdTypeFqdn",
        "counterValue": eim.counter_value,
        "eimPublicKeyData": {
            "eimPublicKey": hex::encode(signing.key.public_key().to_spki()),
        },
        "trustedPublicKeyDataTls": {
            "trustedCertificateTls": hex::encode(&tls.certificate),
        },
        "eimSupportedProtocol": ["eimRetrieveHttps"],
        "euiccCiPKId": hex::encode(ci_key_id),
    });
    if let Some(members) = value.as_object_mut() {
        if let Some(token) = token {
            members.insert("associationToken".to_owned(), token.into());
        }
        if eim.indirect_download {
            members.insert("indirectProfileDownload".to_owned(), json!({}));
        }
    }
    rsp::schema::from_value("EimConfigurationData", &value).map_err(SetUpError::of("eIM"))
}
