// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC package download and execution (SGP.32 §3.3.1), and rollback when the eIM is lost.
//!
//! The package goes to the card as it came. The IPA reads two things from it only: whether it holds
//! PSMOs, since only those leave notifications behind, and whether it allows a rollback.

use std::time::Duration;

use rsp::sgp32::{
    EimPackageResult, EimPackageResultEprAndNotifications, EnableProfileResult, EuiccPackageResult,
    EuiccResultData, ProfileRollbackRequest, ProfileRollbackResponse,
    ProfileRollbackResponseCmdResult,
};
use rsp::tlv::{self, Tag, Tlv};

use super::eim::{Eim, is_loss_of_network};
use super::{Error, Ipa};
use crate::wire::brief;

/// Deliveries tried before the network counts as lost (SGP.32 §3.3.1 leaves the number open).
const DELIVERIES: usize = 3;
/// Pause between two of them.
const PAUSE: Duration = Duration::from_millis(50);

const EUICC_PACKAGE_REQUEST: Tag = Tag::new(0xBF51);
const SEQUENCE: Tag = Tag::new(0x30);
const PSMO_LIST: Tag = Tag::new(0xA0);
const ENABLE: Tag = Tag::new(0xA3);
const ROLLBACK_FLAG: Tag = Tag::new(0x05);

impl Ipa {
    /// Has the card execute an `EuiccPackageRequest` and reports its result.
    pub(crate) async fn execute_package(&mut self, eim: &Eim, request: &[u8]) -> Result<(), Error> {
        let answer = self.card.bytes(request)?;
        let result: EuiccPackageResult =
            rsp::der::decode(&answer).map_err(|source| Error::Answer {
                function: "LoadEuiccPackage",
                source,
            })?;
        tracing::info!("the card answered: {}", brief::package_result(&result));
        let may_roll_back = allows_rollback(request) && has_enabled(&result);
        match self.report(eim, result, has_psmo(request)).await {
            Err(Error::Esipa { source, .. }) if may_roll_back && is_loss_of_network(&source) => {
                tracing::warn!("the eIM is out of reach ({source}): rolling back");
                self.roll_back(eim).await
            }
            other => other,
        }
    }

    /// Reports a package result with the notifications that the package left (§3.3.1 steps 9–17).
    /// The delivery is tried again while the network, but not the eIM, refuses it.
    async fn report(
        &mut self,
        eim: &Eim,
        result: EuiccPackageResult,
        psmo: bool,
    ) -> Result<(), Error> {
        let notifications = if psmo {
            self.card.notifications(None)?
        } else {
            Vec::new()
        };
        let result = if notifications.is_empty() {
            EimPackageResult::EuiccPackageResult(result)
        } else {
            EimPackageResult::EprAndNotifications(EimPackageResultEprAndNotifications {
                euicc_package_result: result,
                notification_list: notifications,
                additions: Default::default(),
            })
        };
        for _ in 1..DELIVERIES {
            match self.provide(eim, result.clone()).await {
                Err(Error::Esipa { source, .. }) if is_loss_of_network(&source) => {
                    tokio::time::sleep(PAUSE).await;
                }
                other => return other,
            }
        }
        self.provide(eim, result).await
    }

    /// ES10b.ProfileRollback (SGP.32 §5.9.16): the network of the new profile does not carry to
    /// the eIM, so the previous profile comes back, and a new result replaces the undelivered one.
    async fn roll_back(&mut self, eim: &Eim) -> Result<(), Error> {
        let request = ProfileRollbackRequest {
            refresh_flag: true,
            additions: Default::default(),
        };
        let answer: ProfileRollbackResponse = self.card.call("ProfileRollback", &request)?;
        let Some(result) = answer.euicc_package_result else {
            let code = answer.cmd_result.to_string();
            return Err(Error::Refused {
                function: "ProfileRollback",
                code,
            });
        };
        if answer.cmd_result != ProfileRollbackResponseCmdResult::OK {
            tracing::warn!(result = %answer.cmd_result, "the card could not roll back");
        }
        tracing::info!("rolled back: {}", brief::package_result(&result));
        self.report(eim, result, true).await
    }
}

/// The command list of a package request, and whether it holds PSMOs.
fn commands(request: &[u8]) -> Option<(Tlv<'_>, bool)> {
    let request = tlv::find(request, EUICC_PACKAGE_REQUEST)?;
    let list = request.child(SEQUENCE)?.children().flatten().last()?;
    Some((list, list.tag == PSMO_LIST))
}

fn has_psmo(request: &[u8]) -> bool {
    commands(request).is_some_and(|(_, psmo)| psmo)
}

/// Whether an enable of the package carries the rollback flag.
fn allows_rollback(request: &[u8]) -> bool {
    commands(request).is_some_and(|(list, psmo)| {
        let mut commands = list.children().flatten();
        psmo && commands.any(|psmo| psmo.tag == ENABLE && psmo.child(ROLLBACK_FLAG).is_some())
    })
}

/// Whether the card has enabled a profile.
fn has_enabled(result: &EuiccPackageResult) -> bool {
    let EuiccPackageResult::EuiccPackageResultSigned(signed) = result else {
        return false;
    };
    let results = &signed.euicc_package_result_data_signed.euicc_result;
    results.contains(&EuiccResultData::EnableResult(EnableProfileResult::OK))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(list: &str) -> Vec<u8> {
        let list = hex::decode(list).unwrap();
        let mut signed = hex::decode("800161").unwrap();
        signed.extend(list);
        let signed = tlv::tlv(SEQUENCE, &signed);
        tlv::tlv(
            EUICC_PACKAGE_REQUEST,
            &[signed, tlv::tlv(Tag::new(0x5F37), &[0; 64])].concat(),
        )
    }

    #[test]
    fn rollback_is_read_from_the_package() {
        let with_flag = request("a010a30e5a0a000000000000000000000500");
        let without = request("a00ea30c5a0a00000000000000000000");
        assert!(allows_rollback(&with_flag) && has_psmo(&with_flag));
        assert!(!allows_rollback(&without) && has_psmo(&without));
    }

    #[test]
    fn configuration_packages_leave_no_notifications() {
        assert!(!has_psmo(&request("a102ab00")));
        assert!(!has_psmo(b"\xBF\x51\x00"));
    }
}
