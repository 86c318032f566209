// SPDX-License-Identifier: MIT OR Apache-2.0
//! eIM configuration: AddInitialEim (SGP.32 §5.9.4), GetEimConfigurationData (SGP.32 §5.9.18), and
//! what the eCOs share with them.
//!
//! The configuration is kept as it was received. Its counter and token are only the beginning: the
//! current ones are beside it in [`Eim`].

use rsp::chain::CertificateView;
use rsp::ecdsa::PublicKey;
use rsp::raw::Additions;
use rsp::sgp32::{
    AddInitialEimRequest, AddInitialEimResponse, AddInitialEimResponseAddInitialEimError,
    AddInitialEimResponseAddInitialEimOk, EimConfigurationData,
    EimConfigurationDataEimPublicKeyData, GetEimConfigurationDataRequest,
    GetEimConfigurationDataRequestSearchCriteria, GetEimConfigurationDataResponse,
};

use super::info;
use crate::context::{Context, Fault};
use crate::isdr::Function;
use crate::state::{Eim, State};

/// Longest eimId (SGP.32 §2.11.1.1.1).
const LONGEST_EIM_ID: usize = 128;
/// associationToken that asks for a new one (SGP.32 §5.9.4).
const ALLOCATE: i64 = -1;

/// Why an eIM cannot be added or changed, in the order of judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EimError {
    /// The card has no room for the configuration.
    InsufficientMemory,
    /// An eIM with that eimId is associated; for AddInitialEim, any.
    AlreadyAssociated,
    /// The card cannot sign under that CI.
    CiPkUnknown,
    /// The token is not the value that asks for one.
    InvalidAssociationToken,
    /// The counter is negative or above the highest that the card keeps, or goes back.
    CounterValueOutOfRange,
    /// A member is missing, or means nothing to this card.
    Command,
}

/// Whether the card can keep and reach that counter value.
pub(crate) fn counter_in_range(card: &Context<'_>, counter: i64) -> bool {
    (0..=card.config.capabilities.limits.counter).contains(&counter)
}

/// Whether an eIM can have that identifier.
pub(crate) fn is_eim_id(eim_id: &str) -> bool {
    (1..=LONGEST_EIM_ID).contains(&eim_id.len())
}

/// The key that eUICC packages of this eIM are verified with, when it is one this card can use.
pub(crate) fn public_key(data: &EimConfigurationDataEimPublicKeyData) -> Option<PublicKey> {
    match data {
        EimConfigurationDataEimPublicKeyData::EimPublicKey(spki) => {
            PublicKey::from_spki(spki.as_der()).ok()
        }
        EimConfigurationDataEimPublicKeyData::EimCertificate(certificate) => {
            let certificate = CertificateView::parse(certificate.as_der()).ok()?;
            certificate.public_key().ok().cloned()
        }
    }
}

/// The configuration of an associated eIM.
pub(crate) fn configuration(eim: &Eim) -> Result<EimConfigurationData, Fault> {
    rsp::der::decode(&eim.configuration)
        .map_err(|error| Fault::Inconsistent(format!("eIM \"{}\": {error}", eim.eim_id)))
}

/// The bytes to keep of a configuration.
pub(crate) fn encode(configuration: &EimConfigurationData) -> Result<Vec<u8>, Fault> {
    rsp::der::encode(configuration).map_err(|error| Fault::encode("EimConfigurationData", &error))
}

/// Whether one more configuration fits: as the `others`-th after those that are there, which need
/// `taken` bytes more than now.
fn judge_memory(
    card: &Context<'_>,
    configuration: &EimConfigurationData,
    others: usize,
    taken: usize,
) -> Result<usize, EimError> {
    let size = rsp::der::encode(configuration).map_or(0, |bytes| bytes.len());
    let eims = card.state.eims.len() + others;
    if eims >= card.config.capabilities.limits.eims || taken + size > info::free(card) {
        return Err(EimError::InsufficientMemory);
    }
    Ok(taken + size)
}

/// Judges a configuration that would be added.
pub(crate) fn judge(
    card: &Context<'_>,
    configuration: &EimConfigurationData,
) -> Result<(), EimError> {
    judge_memory(card, configuration, 0, 0)?;
    judge_values(card, configuration)
}

fn judge_values(card: &Context<'_>, configuration: &EimConfigurationData) -> Result<(), EimError> {
    judge_ci(card, configuration)?;
    if configuration
        .association_token
        .is_some_and(|token| token != ALLOCATE)
    {
        return Err(EimError::InvalidAssociationToken);
    }
    let counter = configuration.counter_value.ok_or(EimError::Command)?;
    if !counter_in_range(card, counter) {
        return Err(EimError::CounterValueOutOfRange);
    }
    let named = is_eim_id(&configuration.eim_id);
    let key = configuration
        .eim_public_key_data
        .as_ref()
        .and_then(public_key);
    if named && key.is_some() {
        Ok(())
    } else {
        Err(EimError::Command)
    }
}

/// euiccCiPKId, when given, names a CI that the card can sign under.
pub(crate) fn judge_ci(
    card: &Context<'_>,
    configuration: &EimConfigurationData,
) -> Result<(), EimError> {
    match &configuration.euicc_ci_pk_id {
        Some(id) if card.credential_for_signing(id).is_none() => Err(EimError::CiPkUnknown),
        _ => Ok(()),
    }
}

/// Associates an eIM whose configuration was judged; returns its token if it asked for one.
pub(crate) fn associate(
    state: &mut State,
    configuration: &EimConfigurationData,
) -> Result<Option<i64>, Fault> {
    let association_token = configuration.association_token.map(|_| {
        let token = state.next_association_token;
        state.next_association_token = token.saturating_add(1);
        token
    });
    state.eims.push(Eim {
        eim_id: configuration.eim_id.clone(),
        counter_value: configuration.counter_value.unwrap_or_default(),
        association_token,
        configuration: encode(configuration)?,
    });
    Ok(association_token)
}

/// AddInitialEim: all of the list or nothing.
impl Function for AddInitialEimRequest {
    type Response = AddInitialEimResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<AddInitialEimResponse, Fault> {
        if let Err(error) = judge_all(card, &self.eim_configuration_data_list) {
            return Ok(AddInitialEimResponse::AddInitialEimError(initial_error(
                error,
            )));
        }
        let mut added = Vec::new();
        for configuration in &self.eim_configuration_data_list {
            added.push(match associate(&mut card.state, configuration)? {
                Some(token) => AddInitialEimResponseAddInitialEimOk::AssociationToken(token),
                None => AddInitialEimResponseAddInitialEimOk::AddOk(()),
            });
        }
        Ok(AddInitialEimResponse::AddInitialEimOk(added))
    }
}

fn judge_all(card: &Context<'_>, list: &[EimConfigurationData]) -> Result<(), EimError> {
    if !card.state.eims.is_empty() {
        return Err(EimError::AlreadyAssociated);
    }
    if list.is_empty() {
        return Err(EimError::Command);
    }
    let mut taken = 0;
    for (others, entry) in list.iter().enumerate() {
        taken = judge_memory(card, entry, others, taken)?;
        judge_values(card, entry)?;
    }
    Ok(())
}

fn initial_error(error: EimError) -> AddInitialEimResponseAddInitialEimError {
    use AddInitialEimResponseAddInitialEimError as Code;
    match error {
        EimError::InsufficientMemory => Code::INSUFFICIENT_MEMORY,
        EimError::AlreadyAssociated => Code::ASSOCIATED_EIM_ALREADY_EXISTS,
        EimError::CiPkUnknown => Code::CI_PK_UNKNOWN,
        EimError::InvalidAssociationToken => Code::INVALID_ASSOCIATION_TOKEN,
        EimError::CounterValueOutOfRange => Code::COUNTER_VALUE_OUT_OF_RANGE,
        EimError::Command => Code::COMMAND_ERROR,
    }
}

/// GetEimConfigurationData: what an IPA needs of an eIM. Counter and package key are between eIM
/// and eUICC and stay out; the token is the one the eUICC gave.
impl Function for GetEimConfigurationDataRequest {
    type Response = GetEimConfigurationDataResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<GetEimConfigurationDataResponse, Fault> {
        let wanted = |eim: &&Eim| match &self.search_criteria {
            None => true,
            Some(GetEimConfigurationDataRequestSearchCriteria::EimId(id)) => eim.eim_id == *id,
        };
        let told = |eim: &Eim| {
            Ok(EimConfigurationData {
                counter_value: None,
                eim_public_key_data: None,
                association_token: eim.association_token,
                ..configuration(eim)?
            })
        };
        let list = card
            .state
            .eims
            .iter()
            .filter(wanted)
            .map(told)
            .collect::<Result<_, Fault>>()?;
        Ok(GetEimConfigurationDataResponse {
            eim_configuration_data_list: list,
            additions: Additions::none(),
        })
    }
}
