// SPDX-License-Identifier: MIT OR Apache-2.0
//! Deliberate mistakes in the commands of a package.

use rsp::sgp22::Iccid;
use rsp::sgp32::{Eco, EuiccPackage, Psmo};

/// Leaves out what a command may have.
pub(super) fn drop_options(package: &mut EuiccPackage) {
    match package {
        EuiccPackage::PsmoList(list) => list.iter_mut().for_each(drop_of_psmo),
        EuiccPackage::EcoList(list) => list.iter_mut().for_each(drop_of_eco),
    }
}

/// A list of tags without the last one.
pub(super) fn but_the_last(tags: &[u8]) -> Vec<u8> {
    let last = match tags {
        [.., first, _] if first & 0x1F == 0x1F => 2,
        _ => 1,
    };
    tags.get(..tags.len().saturating_sub(last))
        .unwrap_or_default()
        .to_vec()
}

fn drop_of_psmo(psmo: &mut Psmo) {
    match psmo {
        Psmo::Enable(command) => command.rollback_flag = None,
        Psmo::ListProfileInfo(command) => {
            command.search_criteria = None;
            command.tag_list = None;
        }
        Psmo::ConfigureImmediateEnable(command) => {
            command.default_smdp_oid = None;
            command.default_smdp_address = None;
        }
        _ => {}
    }
}

fn drop_of_eco(eco: &mut Eco) {
    if let Eco::AddEim(data) | Eco::UpdateEim(data) = eco {
        data.eim_fqdn = None;
        data.association_token = None;
        data.trusted_public_key_data_tls = None;
        data.euicc_ci_pk_id = None;
        data.indirect_profile_download = None;
    }
}

/// Writes the digits of ICCIDs in their order instead of swapped.
pub(super) fn unswap_iccids(package: &mut EuiccPackage) {
    let EuiccPackage::PsmoList(list) = package else {
        return;
    };
    for psmo in list {
        match psmo {
            Psmo::Enable(command) => unswap(&mut command.iccid),
            Psmo::Disable(command) => unswap(&mut command.iccid),
            Psmo::Delete(command) => unswap(&mut command.iccid),
            Psmo::SetFallbackAttribute(command) => unswap(&mut command.iccid),
            _ => {}
        }
    }
}

fn unswap(iccid: &mut Iccid) {
    let swapped = iccid
        .iter()
        .map(|octet| octet.rotate_left(4))
        .collect::<Vec<u8>>();
    *iccid = Iccid::from(swapped);
}
