// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a program gets from a case, and which cases it can take at all.

use rsp::sgp32::{AddInitialEimRequest, EimConfigurationData};

use super::super::SetUpError;
use super::super::actors::{Stage, confirmation_code};
use crate::case::{Binding, Dialect};
use crate::under_test::Description;
use crate::under_test::device::Given;
use crate::under_test::proxy::Proxy;
use crate::under_test::trust::Material;

/// A case that is about another version or binding than the program has does not apply to it.
pub(super) fn can_speak(stage: &Stage<'_>, description: &Description) -> Result<(), SetUpError> {
    let file = &stage.case.file;
    let differs = |case: &str, own: &str| {
        SetUpError::Unsupported(format!("the case speaks {case}, the program {own}"))
    };
    match (file.dialect, description.dialect) {
        (Some(case), Some(own)) if case != own => {
            return Err(differs(version(case), version(own)));
        }
        _ => (),
    }
    match (file.binding, description.binding) {
        (Some(case), Some(own)) if case != own => Err(differs(form(case), form(own))),
        _ => Ok(()),
    }
}

const fn version(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::V1_0 => "SGP.32 v1.0",
        Dialect::V1_2 => "SGP.32 v1.2",
        Dialect::V1_3 => "SGP.32 v1.3",
    }
}

const fn form(binding: Binding) -> &'static str {
    match binding {
        Binding::Asn1 => "ESipa in ASN.1 over HTTPS",
        Binding::Json => "ESipa in JSON over HTTPS",
        Binding::Coap => "ESipa over CoAP",
    }
}

/// What the case has for the device of a program.
pub(super) fn given(stage: &Stage<'_>, proxy: Option<&Proxy>) -> Result<Given, SetUpError> {
    let cast = &stage.cast;
    let mut material = Material::of(&cast.options.pki).map_err(SetUpError::of("PKI"))?;
    let (eid, configurations) = cast.card.with(|card| {
        let eims = &card.state().eims;
        let configurations: Vec<_> = eims.iter().map(|eim| eim.configuration.clone()).collect();
        (hex::encode(card.config().eid), configurations)
    });
    if !configurations.is_empty() {
        let request = add_initial_eim(&configurations).map_err(SetUpError::of("IPA"))?;
        material.initial_eim = Some(request);
    }
    Ok(Given {
        slot: cast.card.slot().clone(),
        material,
        eid,
        eim_id: cast.euicc.eims.first().map(|eim| eim.id.clone()),
        confirmation_code: confirmation_code(&stage.case.file),
        case: stage.case.id.clone(),
        seed: cast.options.seed,
        proxy: proxy.map(Proxy::address),
    })
}

/// `AddInitialEimRequest` (SGP.32 §5.9.4) with configurations as the card has them.
fn add_initial_eim(configurations: &[Vec<u8>]) -> Result<Vec<u8>, rsp::der::CodecError> {
    let list: Result<Vec<EimConfigurationData>, _> = configurations
        .iter()
        .map(|configuration| rsp::der::decode(configuration))
        .collect();
    rsp::der::encode(&AddInitialEimRequest {
        eim_configuration_data_list: list?,
        additions: Default::default(),
    })
}
