// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a verified result changes: the association of this eIM with the card (counter, token, key),
//! and the picture of profiles and eIMs that the card has.
//!
//! Only operations whose own code is success take effect.

use rsp::asn1::SubjectPublicKeyInfo;
use rsp::sgp22::ProfileState;
use rsp::sgp32::{
    AddEimResult, AddEimResultAddEimResultCode as AddCode, DeleteEimResult, DeleteProfileResult,
    DisableProfileResult, Eco, EimConfigurationData,
    EimConfigurationDataEimPublicKeyData as KeyData, EnableProfileResult, EuiccPackage,
    EuiccResultData as Data, ListEimResult, Psmo, SetFallbackAttributeResult, Sgp32ProfileInfo,
    Sgp32ProfileInfoListResponse as Profiles, Sgp32ProfileInstallationResult,
    UnsetFallbackAttributeResult, UpdateEimResult,
};

use super::euicc::{Euicc, View};
use super::queue::Queue;
use crate::defect::EimDefect;

const ENABLED: &str = "enabled";
const DISABLED: &str = "disabled";

impl Queue {
    /// Lets the results of a package take effect, each with its command.
    pub(super) fn take_effect(&mut self, eid: &[u8; 16], package: &EuiccPackage, results: &[Data]) {
        let eim_id = self.eim_id().to_owned();
        let keeps_counter = self.has(EimDefect::KeepsOldCounter);
        let any_result = self.has(EimDefect::EffectWithoutResult);
        let Some(euicc) = self.euicc(eid) else { return };
        match package {
            EuiccPackage::PsmoList(list) => {
                for (command, result) in list.iter().zip(results) {
                    euicc.view.profile_command(command, result);
                }
            }
            EuiccPackage::EcoList(list) => {
                let counter = euicc.counter_value;
                for (command, result) in list.iter().zip(results) {
                    if any_result && let Eco::UpdateEim(update) = command {
                        euicc.updated(update);
                    }
                    euicc.eim_command(&eim_id, command, result);
                }
                if keeps_counter {
                    euicc.counter_value = counter;
                }
            }
        }
    }

    /// After a rollback the profile from before is enabled again; which one, a list has to tell.
    pub(super) fn rolled_back(&mut self, eid: &[u8; 16]) {
        if let Some(euicc) = self.euicc(eid) {
            euicc.view.stale = true;
        }
    }

    /// A profile was installed.
    pub(super) fn installed(&mut self, eid: &[u8; 16], result: &Sgp32ProfileInstallationResult) {
        use rsp::sgp22::ProfileInstallationResultDataFinalResult as FinalResult;
        let data = &result.profile_installation_result_data;
        if !matches!(data.final_result, FinalResult::SuccessResult(_)) {
            return;
        }
        let (Some(euicc), Some(iccid)) = (self.euicc(eid), &data.notification_metadata.iccid)
        else {
            return;
        };
        let profile = euicc.view.profiles.entry(hex::encode(iccid)).or_default();
        if profile.state.is_empty() {
            DISABLED.clone_into(&mut profile.state);
        }
    }
}

impl View {
    fn profile_command(&mut self, command: &Psmo, result: &Data) {
        match (command, result) {
            (Psmo::Enable(command), Data::EnableResult(EnableProfileResult::OK)) => {
                for profile in self.profiles.values_mut() {
                    DISABLED.clone_into(&mut profile.state);
                }
                let enabled = self.profiles.entry(hex::encode(&command.iccid));
                ENABLED.clone_into(&mut enabled.or_default().state);
            }
            (Psmo::Disable(command), Data::DisableResult(DisableProfileResult::OK)) => {
                let disabled = self.profiles.entry(hex::encode(&command.iccid));
                DISABLED.clone_into(&mut disabled.or_default().state);
            }
            (Psmo::Delete(command), Data::DeleteResult(DeleteProfileResult::OK)) => {
                self.profiles.remove(&hex::encode(&command.iccid));
            }
            (
                Psmo::ListProfileInfo(command),
                Data::ListProfileInfoResult(Profiles::ProfileInfoListOk(list)),
            ) => self.listed(list, command.search_criteria.is_none()),
            (
                Psmo::SetFallbackAttribute(command),
                Data::SetFallbackAttributeResult(SetFallbackAttributeResult::OK),
            ) => {
                self.no_fallback();
                let holder = self.profiles.entry(hex::encode(&command.iccid));
                holder.or_default().fallback = true;
            }
            (
                Psmo::UnsetFallbackAttribute(_),
                Data::UnsetFallbackAttributeResult(UnsetFallbackAttributeResult::OK),
            ) => self.no_fallback(),
            _ => {}
        }
    }

    fn no_fallback(&mut self) {
        for profile in self.profiles.values_mut() {
            profile.fallback = false;
        }
    }

    /// Takes a list of profiles over; without a filter it is all that there is.
    fn listed(&mut self, list: &[Sgp32ProfileInfo], whole: bool) {
        let before = std::mem::take(&mut self.profiles);
        if !whole {
            self.profiles.clone_from(&before);
        }
        for info in list {
            let Some(iccid) = info.iccid.as_ref().map(hex::encode) else {
                continue;
            };
            let mut profile = before.get(&iccid).cloned().unwrap_or_default();
            if let Some(state) = &info.profile_state {
                let word = if *state == ProfileState::ENABLED {
                    ENABLED
                } else {
                    DISABLED
                };
                word.clone_into(&mut profile.state);
            }
            keep(&mut profile.name, info.profile_name.as_ref());
            keep(&mut profile.provider, info.service_provider_name.as_ref());
            self.profiles.insert(iccid, profile);
        }
        self.stale = self.stale && !whole;
    }
}

fn keep(kept: &mut Option<String>, told: Option<&String>) {
    if let Some(told) = told {
        *kept = Some(told.clone());
    }
}

impl Euicc {
    fn eim_command(&mut self, own: &str, command: &Eco, result: &Data) {
        match (command, result) {
            (Eco::AddEim(added), Data::AddEimResult(result)) => self.added(own, added, result),
            (Eco::UpdateEim(update), Data::UpdateEimResult(UpdateEimResult::OK))
                if update.eim_id == own =>
            {
                self.updated(update);
            }
            (Eco::DeleteEim(command), Data::DeleteEimResult(code))
                if [DeleteEimResult::OK, DeleteEimResult::LAST_EIM_DELETED].contains(code) =>
            {
                self.view.eims.remove(&command.eim_id);
                if command.eim_id == own {
                    self.associated = false;
                    tracing::warn!("the card has deleted its association with this eIM");
                }
            }
            (Eco::ListEim(_), Data::ListEimResult(ListEimResult::EimIdList(list))) => {
                let mut before = std::mem::take(&mut self.view.eims);
                for eim in list {
                    let token = before.remove(&eim.eim_id).flatten();
                    self.view.eims.insert(eim.eim_id.clone(), token);
                }
            }
            _ => {}
        }
    }

    /// addEim: of another eIM, its token is told; of this one, the association begins anew.
    fn added(&mut self, own: &str, added: &EimConfigurationData, result: &AddEimResult) {
        let token = match result {
            AddEimResult::AssociationToken(token) => Some(*token),
            AddEimResult::AddEimResultCode(AddCode::OK) => None,
            AddEimResult::AddEimResultCode(_) => return,
        };
        self.view.eims.insert(added.eim_id.clone(), token);
        if added.eim_id != own {
            return;
        }
        self.associated = true;
        self.association_token = token;
        self.counter_value = added.counter_value.unwrap_or_default();
        self.take_key(added.eim_public_key_data.as_ref());
    }

    /// updateEim of this eIM: key and counter hold from the next package on, the token stays.
    fn updated(&mut self, update: &EimConfigurationData) {
        if let Some(counter) = update.counter_value {
            self.counter_value = counter;
        }
        self.take_key(update.eim_public_key_data.as_ref());
    }

    /// The card verifies with another key now. It is ours when it is the one that was made for it.
    fn take_key(&mut self, data: Option<&KeyData>) {
        let Some(KeyData::EimPublicKey(spki)) = data else {
            return;
        };
        let is_next = |spki: &SubjectPublicKeyInfo| {
            let next = self.next_signing.as_ref();
            next.is_some_and(|key| key.public_key().to_spki() == spki.as_der())
        };
        if is_next(spki) {
            self.signing = self.next_signing.take();
            tracing::info!("the card has the new key of this eIM");
        }
    }
}
