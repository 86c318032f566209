// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the card says about itself, and its default SM-DP+ (SGP.22 §4.3, §5.7.3, §5.7.4, §5.7.8).

use rsp::activation::is_fqdn;
use rsp::sgp22::{
    GetEuiccInfo2Request, GetRatRequest, GetRatResponse, PprIds, SetDefaultDpAddressRequest,
    SetDefaultDpAddressResponse, SetDefaultDpAddressResponseSetDefaultDpAddressResult as Code,
    SubjectKeyIdentifier, VersionType,
};
use rsp::sgp32::Sgp32EuiccInfo2;
use rsp::tlv::{self, Tag};

use super::{Failed, Lpa, Refused};
use crate::by_hand::BadInput;
use crate::ipa::Ipa;

/// Free non-volatile memory in `extCardResource` (TS 102 226 §8.2.1.7).
const FREE_MEMORY: Tag = Tag::new(0x82);

impl Lpa {
    /// Tells what the card says about itself.
    pub(super) fn info(&mut self) -> Result<(), Failed> {
        let lpa = &mut self.ipa;
        let request = GetEuiccInfo2Request {
            additions: Default::default(),
        };
        let info: Sgp32EuiccInfo2 = lpa.card.call("GetEUICCInfo2", &request)?;
        let addresses = lpa.addresses()?;
        let eid: String = lpa.eid.iter().map(|byte| format!("{byte:02X}")).collect();
        let default = addresses.default_dp_address.unwrap_or_default();
        let mut rows = vec![
            ["EID", eid.as_str()].map(str::to_owned),
            ["SGP.22 version".to_owned(), version(&info.svn)],
            [
                "profile package version".to_owned(),
                version(&info.profile_version),
            ],
            ["firmware".to_owned(), version(&info.euicc_firmware_ver)],
            ["free memory".to_owned(), free(&info.ext_card_resource)],
            ["default SM-DP+".to_owned(), or_none(default)],
            ["root SM-DS".to_owned(), or_none(addresses.root_ds_address)],
        ];
        let iot = info.iot_specific_info.as_ref();
        if let Some(iot) = iot {
            let versions: Vec<String> = iot.iot_version.iter().map(version).collect();
            rows.push(["SGP.32 version".to_owned(), versions.join(", ")]);
        }
        rows.extend(keys(
            "verifies under CI",
            &info.euicc_ci_pk_id_list_for_verification,
        ));
        rows.extend(keys(
            "signs under CI",
            &info.euicc_ci_pk_id_list_for_signing,
        ));
        rows.extend(permissions(lpa)?);
        self.screen.table(&rows);
        Ok(())
    }

    /// Tells the default SM-DP+ of the card.
    pub(super) fn tell_default_smdp(&mut self) -> Result<(), Failed> {
        let address = self.ipa.addresses()?.default_dp_address;
        self.screen.say(or_none(address.unwrap_or_default()));
        Ok(())
    }

    /// Sets the default SM-DP+ of the card, or takes it away by an empty address.
    pub(super) fn set_default_smdp(&mut self, address: &str) -> Result<(), Failed> {
        if !address.is_empty() && !is_fqdn(address) {
            return Err(BadInput::new(format_args!("expected an FQDN, got {address:?}")).into());
        }
        let request = SetDefaultDpAddressRequest {
            default_dp_address: address.to_owned(),
            allowed_ci_pk_id: None,
            additions: Default::default(),
        };
        let answer: SetDefaultDpAddressResponse =
            self.ipa.card.call("SetDefaultDpAddress", &request)?;
        let code = answer.set_default_dp_address_result;
        if code != Code::OK {
            let refused = format!("the card refused SetDefaultDpAddress: {code}");
            return Err(Refused::new(refused).into());
        }
        let now = or_none(address.to_owned());
        self.screen.say(format_args!("the default SM-DP+ is {now}"));
        Ok(())
    }
}

fn version(version: &VersionType) -> String {
    let numbers: Vec<String> = version.iter().map(u8::to_string).collect();
    numbers.join(".")
}

fn or_none(text: String) -> String {
    if text.is_empty() {
        "none".to_owned()
    } else {
        text
    }
}

fn free(resource: &[u8]) -> String {
    let Some(tlv) = tlv::find(resource, FREE_MEMORY) else {
        return "not told".to_owned();
    };
    let value = tlv.value.iter().take(8);
    let bytes = value.fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    format!("{bytes} bytes")
}

fn keys(title: &str, keys: &[SubjectKeyIdentifier]) -> Vec<[String; 2]> {
    keys.iter()
        .map(|key| [title.to_owned(), hex::encode(key)])
        .collect()
}

/// The Rules Authorisation Table, a line for each entry.
fn permissions(lpa: &mut Ipa) -> Result<Vec<[String; 2]>, Failed> {
    let request = GetRatRequest {
        additions: Default::default(),
    };
    let table: GetRatResponse = lpa.card.call("GetRAT", &request)?;
    let line = |rule: &rsp::sgp22::ProfilePolicyAuthorisationRule| {
        let names = [(PprIds::PPR1, "PPR1"), (PprIds::PPR2, "PPR2")];
        let named = names.iter().filter(|(bit, _)| rule.ppr_ids.has(*bit));
        let names: Vec<&str> = named.map(|(_, name)| *name).collect();
        let operators = rule.allowed_operators.iter();
        let operators: Vec<String> = operators.map(|it| hex::encode(&it.mcc_mnc)).collect();
        [
            "policy rules allowed".to_owned(),
            format!("{} for {}", names.join(" "), operators.join(", ")),
        ]
    };
    Ok(table.rat.iter().map(line).collect())
}
