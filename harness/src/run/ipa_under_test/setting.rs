// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a program gets from a case.

use rsp::sgp32::{AddInitialEimRequest, EimConfigurationData};

use super::super::SetUpError;
use super::super::actors::{Stage, confirmation_code};
use crate::under_test::device::Given;
use crate::under_test::proxy::Proxy;
use crate::under_test::trust::Material;

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
