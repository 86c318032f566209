// SPDX-License-Identifier: MIT OR Apache-2.0
//! Makes the card of a fixture.

use std::sync::Arc;

use certs::{Curve, Pki, Role as CertificateRole};
use rsp::dialect::Dialect;
use rsp::env::Env;
use serde_json::{Value, json};
use veuicc::link::Slot;
use veuicc::{
    AuthorisationRule, Capabilities, Card, CardConfig, ImmediateEnable, Metadata,
    NotificationConfiguration, Operator, Personality, PolicyRules, ProfileState,
};

use super::{SharedCard, eid_of};
use crate::case::Binding;
use crate::fixture::{
    EimFixture, EuiccFixture, Feature, Fixtures, ProfileFixture, RuleFixture, SigningAnchor,
    TlsAnchor,
};
use crate::run::SetUpError;
use crate::run::cast::{eim_signing, eim_tls};

/// What a card is made of.
pub(in crate::run) struct Making<'a> {
    pub(in crate::run) pki: &'a Pki,
    pub(in crate::run) fixture: &'a EuiccFixture,
    pub(in crate::run) fixtures: &'a Fixtures,
    /// How it deviates from the rule; the name of a personality.
    pub(in crate::run) personality: Option<&'a str>,
    /// The wire version and binding of the case.
    pub(in crate::run) dialect: Dialect,
    pub(in crate::run) binding: Binding,
}

/// Makes the card.
pub(in crate::run) fn make(
    making: &Making<'_>,
    env: Box<dyn Env>,
) -> Result<Arc<SharedCard>, SetUpError> {
    let fixture = making.fixture;
    let mut card = Card::new(config(making)?, env);
    for profile in &fixture.profiles {
        install(&mut card, profile, making.fixtures)?;
    }
    let associated = fixture
        .eims
        .iter()
        .enumerate()
        .filter(|(_, eim)| eim.associated);
    for (index, eim) in associated {
        associate(&mut card, making, eim, index)?;
    }
    card.edit_state(|state| {
        if let Some(number) = fixture.sequence_number {
            state.next_sequence_number = number;
        }
        state.immediate_enable = fixture.immediate_enable.as_ref().map(|it| ImmediateEnable {
            default_smdp_oid: it.smdp_oid.clone(),
            default_smdp_address: it.smdp_address.clone(),
        });
    })
    .map_err(SetUpError::of("card"))?;
    for name in &fixture.fail {
        card.arm_failure(name);
    }
    for fault in &fixture.faults {
        card.arm(*fault);
    }
    Ok(Arc::new(SharedCard {
        slot: Slot::new(card),
    }))
}

fn config(making: &Making<'_>) -> Result<CardConfig, SetUpError> {
    let fixture = making.fixture;
    let eid = match &fixture.eid {
        Some(eid) => eid_of(eid)?,
        None => certs::TEST_EID,
    };
    let mut config = CardConfig::from_pki(making.pki, eid).map_err(SetUpError::of("card"))?;
    if let Some(name) = making.personality {
        let personality = Personality::named(name).map_err(SetUpError::of("card"))?;
        config = config.with_personality(personality);
    }
    let own = config.personality.keys.dialect;
    if making.dialect != Dialect::default() && own == Dialect::default() {
        // a personality that says nothing of versions has that of the case
        config = config.with_dialect(making.dialect);
    }
    config.default_dp_address.clone_from(&fixture.default_smdp);
    if let Some(address) = &fixture.root_smds {
        config.root_ds_address.clone_from(address);
    }
    config.memory = fixture.memory.unwrap_or(config.memory);
    if let Some(rules) = &fixture.rat {
        config.rules_authorisation_table = rules.iter().map(authorisation).collect();
    }
    capabilities(&mut config.capabilities, fixture);
    Ok(config)
}

fn authorisation(rule: &RuleFixture) -> AuthorisationRule {
    let has = |number| rule.policy_rules.contains(&number);
    AuthorisationRule {
        rules: PolicyRules {
            update_control: false,
            ppr1: has(1),
            ppr2: has(2),
        },
        allowed_operators: vec![Operator {
            mcc_mnc: vec![0xEE; 3],
            gid1: None,
            gid2: None,
        }],
        consent_required: rule.consent_required,
    }
}

fn capabilities(capabilities: &mut Capabilities, fixture: &EuiccFixture) {
    let limits = &mut capabilities.limits;
    limits.package_size = fixture.package_size.unwrap_or(limits.package_size);
    limits.result_size = fixture.result_size.unwrap_or(limits.result_size);
    limits.eims = fixture.most_eims.unwrap_or(limits.eims);
    limits.counter = fixture.highest_counter.unwrap_or(limits.counter);
    let with = fixture.with.iter().map(|feature| (feature, true));
    let without = fixture.without.iter().map(|feature| (feature, false));
    for (feature, has) in with.chain(without) {
        let place = match feature {
            Feature::Fallback => &mut capabilities.fallback,
            Feature::Ecall => &mut capabilities.ecall,
            Feature::Ipae => &mut capabilities.ipae,
            Feature::EimReset => &mut capabilities.eim_reset,
            Feature::ImmediateEnable => &mut capabilities.immediate_enable,
            Feature::ImmediateEnableReset => &mut capabilities.immediate_enable_reset,
            Feature::TestProfiles => &mut capabilities.test_profiles,
            Feature::PackageJournal => &mut capabilities.package_journal,
        };
        *place = has;
    }
    capabilities.refuse.extend(fixture.refuse.iter().cloned());
}

fn install(
    card: &mut Card,
    fixture: &ProfileFixture,
    fixtures: &Fixtures,
) -> Result<(), SetUpError> {
    let profile = fixtures.profile(&fixture.package)?;
    let metadata = metadata(fixture, &profile.iccid());
    let aid = card
        .install_profile(&profile.package(), metadata)
        .map_err(SetUpError::of("card"))?;
    card.edit_state(|state| {
        let mut installed = state.profiles.iter_mut();
        let Some(installed) = installed.find(|installed| installed.aid == aid) else {
            return;
        };
        if fixture.enabled {
            installed.state = ProfileState::Enabled;
        }
        installed.nickname.clone_from(&fixture.nickname);
        installed.fallback_attribute = fixture.fallback;
        installed.pre_loaded = fixture.pre_loaded;
    })
    .map_err(SetUpError::of("card"))
}

fn metadata(fixture: &ProfileFixture, iccid: &[u8; 10]) -> Metadata {
    let mut metadata = Metadata::for_iccid(iccid, &fixture.name);
    if let Some(provider) = &fixture.provider {
        metadata.service_provider_name.clone_from(provider);
    }
    let events = match fixture.events.as_slice() {
        [] => veuicc::Event::ALL.to_vec(),
        events => events.to_vec(),
    };
    let receivers = fixture.notify.iter();
    metadata.notification_configuration_info = receivers
        .map(|address| NotificationConfiguration {
            events: events.clone(),
            address: address.clone(),
        })
        .collect();
    metadata.profile_class = fixture.class;
    let rule = |number| fixture.policy_rules.contains(&number);
    metadata.profile_policy_rules = (!fixture.policy_rules.is_empty()).then(|| PolicyRules {
        update_control: false,
        ppr1: rule(1),
        ppr2: rule(2),
    });
    metadata.ecall_indication = fixture.ecall;
    metadata.fallback_allowed = fixture.fallback_allowed;
    metadata
}

fn associate(
    card: &mut Card,
    making: &Making<'_>,
    eim: &EimFixture,
    index: usize,
) -> Result<(), SetUpError> {
    let token = eim
        .association_token
        .then(|| i64::try_from(index).unwrap_or_default() + 1)
        .map(|given| eim.token.unwrap_or(given));
    let configuration = configuration(making, eim, token)?;
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
fn configuration(
    making: &Making<'_>,
    eim: &EimFixture,
    token: Option<i64>,
) -> Result<Vec<u8>, SetUpError> {
    let signing = eim_signing(making.pki, &eim.id)?;
    let signing = match eim.signing {
        SigningAnchor::PublicKey => {
            json!({ "eimPublicKey": hex::encode(signing.key.public_key().to_spki()) })
        }
        SigningAnchor::Certificate => {
            json!({ "eimCertificate": hex::encode(signing.certificate) })
        }
    };
    let ci_key_id = making
        .pki
        .ci_key_id(Curve::NistP256)
        .map_err(SetUpError::of("card"))?;
    let mut value = json!({
        "eimId": eim.id,
        "eimFqdn": eim.fqdn(),
        "eimIdType": "eimIdTypeFqdn",
        "counterValue": eim.counter_value,
        "eimPublicKeyData": signing,
        "eimSupportedProtocol": protocols(eim, making.binding),
        "euiccCiPKId": hex::encode(ci_key_id),
    });
    if let Some(members) = value.as_object_mut() {
        if let Some(anchor) = tls_anchor(making.pki, eim)? {
            members.insert("trustedPublicKeyDataTls".to_owned(), anchor);
        }
        if let Some(token) = token {
            members.insert("associationToken".to_owned(), token.into());
        }
        if !eim.has_address {
            members.remove("eimFqdn");
            members.insert("eimIdType".to_owned(), "eimIdTypeProprietary".into());
        }
        if !eim.unknown.is_empty() {
            members.insert("unknown".to_owned(), json!(eim.unknown));
        }
        if eim.indirect_download {
            members.insert("indirectProfileDownload".to_owned(), json!({}));
        }
    }
    rsp::schema::from_value("EimConfigurationData", &value).map_err(SetUpError::of("eIM"))
}

fn tls_anchor(pki: &Pki, eim: &EimFixture) -> Result<Option<Value>, SetUpError> {
    let tls = || eim_tls(pki, eim.fqdn());
    Ok(Some(match eim.tls {
        TlsAnchor::None => return Ok(None),
        TlsAnchor::Certificate => {
            json!({ "trustedCertificateTls": hex::encode(tls()?.certificate) })
        }
        TlsAnchor::PublicKey => {
            json!({ "trustedEimPkTls": hex::encode(tls()?.key.public_key().to_spki()) })
        }
        TlsAnchor::Ca => {
            let ci = pki.credential(CertificateRole::Ci, Curve::NistP256);
            let ci = ci.map_err(SetUpError::of("PKI"))?;
            json!({ "trustedCertificateTls": hex::encode(&ci.certificate) })
        }
    }))
}

/// `eimSupportedProtocol`: the bindings that the eIM has.
fn protocols(eim: &EimFixture, of_case: Binding) -> Vec<&'static str> {
    let bindings = match eim.bindings.as_slice() {
        [] => &[of_case],
        bindings => bindings,
    };
    let has_coap = bindings.contains(&Binding::Coap);
    let has_https = bindings.iter().any(|binding| *binding != Binding::Coap);
    let https = has_https.then_some("eimRetrieveHttps");
    https
        .into_iter()
        .chain(has_coap.then_some("eimRetrieveCoaps"))
        .collect()
}
