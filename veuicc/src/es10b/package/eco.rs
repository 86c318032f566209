// SPDX-License-Identifier: MIT OR Apache-2.0
//! eIM configuration operations (SGP.32 §2.11.1.1.2).

use rsp::raw::Additions;
use rsp::sgp32::{
    AddEimResult, AddEimResultAddEimResultCode, DeleteEimResult, Eco, EimConfigurationData,
    EimIdInfo, EimIdType, EuiccResultData, ListEimResult, UpdateEimResult,
};
use rsp::tlv::Tlv;

use super::run::Outcome;
use crate::context::{Context, Fault};
use crate::dialect;
use crate::es10b::eim::{self, EimError};
use crate::es10b::info;
use crate::personality::LastEim;
use crate::state::State;

/// Executes one eCO; nothing when the card does not know it or cannot read it.
pub(crate) fn execute(card: &mut Context<'_>, command: Tlv<'_>) -> Result<Option<Outcome>, Fault> {
    let Some(eco) = dialect::eco(card.keys(), command.raw).filter(is_whole) else {
        return Ok(None);
    };
    let outcome = match eco {
        Eco::AddEim(configuration) => {
            let result = add_eim(card, &configuration)?;
            let failed = matches!(&result, AddEimResult::AddEimResultCode(code)
                if *code != AddEimResultAddEimResultCode::OK);
            Outcome {
                result: EuiccResultData::AddEimResult(result),
                succeeded: !failed,
            }
        }
        Eco::DeleteEim(command) => {
            let code = delete_eim(card, &command.eim_id);
            let deleted = [DeleteEimResult::OK, DeleteEimResult::LAST_EIM_DELETED];
            let succeeded = deleted.contains(&code);
            Outcome {
                result: EuiccResultData::DeleteEimResult(code),
                succeeded,
            }
        }
        Eco::UpdateEim(configuration) => {
            let code = update_eim(card, configuration)?;
            let succeeded = code == UpdateEimResult::OK;
            Outcome {
                result: EuiccResultData::UpdateEimResult(code),
                succeeded,
            }
        }
        Eco::ListEim(_) => {
            let list = ListEimResult::EimIdList(list_eim(&card.state)?);
            Outcome {
                result: EuiccResultData::ListEimResult(list),
                succeeded: true,
            }
        }
    };
    Ok(Some(outcome))
}

/// True for a command without members that this card does not know. A configuration may have them:
/// they are data, kept and given back.
fn is_whole(eco: &Eco) -> bool {
    match eco {
        Eco::AddEim(_) | Eco::UpdateEim(_) => true,
        Eco::DeleteEim(command) => command.additions.is_empty(),
        Eco::ListEim(command) => command.additions.is_empty(),
    }
}

/// addEim.
fn add_eim(
    card: &mut Context<'_>,
    configuration: &EimConfigurationData,
) -> Result<AddEimResult, Fault> {
    use AddEimResultAddEimResultCode as Code;
    let exists = card
        .state
        .eims
        .iter()
        .any(|eim| eim.eim_id == configuration.eim_id);
    let judgement = if exists {
        Err(EimError::AlreadyAssociated)
    } else {
        eim::judge(card, configuration)
    };
    let code = match judgement {
        Ok(()) => match eim::associate(&mut card.state, configuration)? {
            Some(token) => return Ok(AddEimResult::AssociationToken(token)),
            None => Code::OK,
        },
        Err(EimError::InsufficientMemory) => Code::INSUFFICIENT_MEMORY,
        Err(EimError::AlreadyAssociated) => Code::ASSOCIATED_EIM_ALREADY_EXISTS,
        Err(EimError::CiPkUnknown) => Code::CI_PK_UNKNOWN,
        Err(EimError::InvalidAssociationToken) => Code::INVALID_ASSOCIATION_TOKEN,
        Err(EimError::CounterValueOutOfRange) => Code::COUNTER_VALUE_OUT_OF_RANGE,
        Err(EimError::Command) => Code::COMMAND_ERROR,
    };
    Ok(AddEimResult::AddEimResultCode(code))
}

/// deleteEim; the last one is deleted as well, and AddInitialEim possible again.
fn delete_eim(card: &mut Context<'_>, eim_id: &str) -> DeleteEimResult {
    if !eim::is_eim_id(eim_id) {
        return DeleteEimResult::COMMAND_ERROR;
    }
    let kept = card.keys().last_eim == LastEim::Refused;
    let state = &mut card.state;
    if kept && matches!(state.eims.as_slice(), [last] if last.eim_id == eim_id) {
        return DeleteEimResult::UNDEFINED_ERROR;
    }
    let before = state.eims.len();
    state.eims.retain(|eim| eim.eim_id != eim_id);
    match state.eims.len() {
        after if after == before => DeleteEimResult::EIM_NOT_FOUND,
        0 => DeleteEimResult::LAST_EIM_DELETED,
        _ => DeleteEimResult::OK,
    }
}

/// updateEim: what the command has replaces what was configured, all else stays, the token in any
/// case. It holds from the next package on.
fn update_eim(
    card: &mut Context<'_>,
    update: EimConfigurationData,
) -> Result<UpdateEimResult, Fault> {
    let Some(position) = card
        .state
        .eims
        .iter()
        .position(|eim| eim.eim_id == update.eim_id)
    else {
        return Ok(UpdateEimResult::EIM_NOT_FOUND);
    };
    let Some(eim) = card.state.eims.get(position) else {
        return Ok(UpdateEimResult::UNDEFINED_ERROR);
    };
    let current = eim::configuration(eim)?;
    if let Err(error) = judge_update(card, &update, &current, eim.counter_value) {
        return Ok(match error {
            EimError::CiPkUnknown => UpdateEimResult::CI_PK_UNKNOWN,
            EimError::CounterValueOutOfRange => UpdateEimResult::COUNTER_VALUE_OUT_OF_RANGE,
            _ => UpdateEimResult::COMMAND_ERROR,
        });
    }
    let counter_value = update.counter_value.unwrap_or(eim.counter_value);
    let before = eim.configuration.len();
    let configuration = eim::encode(&merged(current, update))?;
    // there is no code for a card that is full
    if configuration.len() > before + info::free(card) {
        return Ok(UpdateEimResult::UNDEFINED_ERROR);
    }
    if let Some(eim) = card.state.eims.get_mut(position) {
        eim.counter_value = counter_value;
        eim.configuration = configuration;
    }
    Ok(UpdateEimResult::OK)
}

/// A lower counter value needs another key: with the same one, old packages would be valid again.
fn judge_update(
    card: &Context<'_>,
    update: &EimConfigurationData,
    current: &EimConfigurationData,
    counter: i64,
) -> Result<(), EimError> {
    eim::judge_ci(card, update)?;
    let key = update.eim_public_key_data.as_ref().map(eim::public_key);
    if matches!(key, Some(None)) {
        return Err(EimError::Command);
    }
    let current_key = current
        .eim_public_key_data
        .as_ref()
        .and_then(eim::public_key);
    let another_key = key.flatten().is_some_and(|key| Some(key) != current_key);
    match update.counter_value {
        Some(new) if !eim::counter_in_range(card, new) || (new < counter && !another_key) => {
            Err(EimError::CounterValueOutOfRange)
        }
        _ => Ok(()),
    }
}

fn merged(current: EimConfigurationData, update: EimConfigurationData) -> EimConfigurationData {
    EimConfigurationData {
        eim_id: current.eim_id,
        eim_fqdn: update.eim_fqdn.or(current.eim_fqdn),
        eim_id_type: update.eim_id_type.or(current.eim_id_type),
        counter_value: update.counter_value.or(current.counter_value),
        association_token: current.association_token,
        eim_public_key_data: update.eim_public_key_data.or(current.eim_public_key_data),
        trusted_public_key_data_tls: update
            .trusted_public_key_data_tls
            .or(current.trusted_public_key_data_tls),
        eim_supported_protocol: update
            .eim_supported_protocol
            .or(current.eim_supported_protocol),
        euicc_ci_pk_id: update.euicc_ci_pk_id.or(current.euicc_ci_pk_id),
        indirect_profile_download: update
            .indirect_profile_download
            .or(current.indirect_profile_download),
        esipa_proprietary_protocol_information: update
            .esipa_proprietary_protocol_information
            .or(current.esipa_proprietary_protocol_information),
        additions: if update.additions.is_empty() {
            current.additions
        } else {
            update.additions
        },
    }
}

/// listEim: the type is told when it is OID or FQDN.
fn list_eim(state: &State) -> Result<Vec<EimIdInfo>, Fault> {
    let told = [EimIdType::EIM_ID_TYPE_OID, EimIdType::EIM_ID_TYPE_FQDN];
    let entry = |eim: &crate::state::Eim| {
        Ok(EimIdInfo {
            eim_id: eim.eim_id.clone(),
            eim_id_type: eim::configuration(eim)?
                .eim_id_type
                .filter(|kind| told.contains(kind)),
            additions: Additions::none(),
        })
    };
    state.eims.iter().map(entry).collect()
}
