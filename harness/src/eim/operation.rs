// SPDX-License-Identifier: MIT OR Apache-2.0
//! What each operation of an eUICC package came to (SGP.32 §2.11.2.1).
//!
//! Trap: a signed result only says that the package was processed. Every operation has a code of
//! its own, and operations without a result were not executed.

use rsp::sgp32::{
    AddEimResult, DeleteEimResult, Eco, EuiccPackage, EuiccResultData as Data, ListEimResult, Psmo,
    Sgp32ProfileInfoListResponse as Profiles,
};
use serde::{Deserialize, Serialize};

/// What one operation came to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Operation {
    /// Its name in the ASN.1 module.
    pub name: String,
    /// Its code; null when it was not executed, or when it returns data.
    pub code: Option<i64>,
    /// The code by its name.
    pub text: String,
    /// Whether it did what it was to do.
    pub ok: bool,
}

impl Operation {
    fn new(name: &str, code: i64, text: Option<&'static str>) -> Self {
        Self {
            name: name.to_owned(),
            code: Some(code),
            text: text.map_or_else(|| code.to_string(), str::to_owned),
            ok: code == 0,
        }
    }

    fn data(name: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            code: None,
            text: text.to_owned(),
            ok: true,
        }
    }

    fn not_executed(name: &str) -> Self {
        Self {
            ok: false,
            ..Self::data(name, "not executed")
        }
    }
}

/// The operation of one result.
macro_rules! coded {
    ($name:literal, $code:expr) => {
        Operation::new($name, $code.0, $code.name())
    };
}

/// What a result says.
pub(super) fn operation(result: &Data) -> Operation {
    match result {
        Data::EnableResult(code) => coded!("enable", code),
        Data::DisableResult(code) => coded!("disable", code),
        Data::DeleteResult(code) => coded!("delete", code),
        Data::ListProfileInfoResult(Profiles::ProfileInfoListOk(list)) => {
            Operation::data("listProfileInfo", &format!("{} profiles", list.len()))
        }
        Data::ListProfileInfoResult(Profiles::ProfileInfoListError(code)) => {
            coded!("listProfileInfo", code)
        }
        Data::GetRatResult(rules) => Operation::data("getRAT", &format!("{} rules", rules.len())),
        Data::ConfigureImmediateEnableResult(code) => coded!("configureImmediateEnable", code),
        Data::AddEimResult(AddEimResult::AssociationToken(token)) => {
            Operation::data("addEim", &format!("associationToken {token}"))
        }
        Data::AddEimResult(AddEimResult::AddEimResultCode(code)) => coded!("addEim", code),
        Data::DeleteEimResult(code) => Operation {
            // the last one is deleted all the same
            ok: [DeleteEimResult::OK, DeleteEimResult::LAST_EIM_DELETED].contains(code),
            ..coded!("deleteEim", code)
        },
        Data::UpdateEimResult(code) => coded!("updateEim", code),
        Data::ListEimResult(ListEimResult::EimIdList(list)) => {
            Operation::data("listEim", &format!("{} eIMs", list.len()))
        }
        Data::ListEimResult(ListEimResult::ListEimError(code)) => coded!("listEim", code),
        Data::RollbackResult(code) => coded!("rollback", code),
        Data::SetFallbackAttributeResult(code) => coded!("setFallbackAttribute", code),
        Data::UnsetFallbackAttributeResult(code) => coded!("unsetFallbackAttribute", code),
        Data::ProcessingTerminated(code) => Operation {
            ok: false,
            ..coded!("processingTerminated", code)
        },
        Data::SetDefaultDpAddressResult(response) => {
            let code = response.set_default_dp_address_result;
            coded!("setDefaultDpAddress", code)
        }
    }
}

/// What a package came to, with the operations that were not executed.
pub(super) fn operations(package: Option<&EuiccPackage>, results: &[Data]) -> Vec<Operation> {
    let mut found: Vec<Operation> = results.iter().map(operation).collect();
    let executed = results
        .iter()
        .filter(|result| {
            !matches!(
                result,
                Data::ProcessingTerminated(_) | Data::RollbackResult(_)
            )
        })
        .count();
    let is_rollback = matches!(results, [Data::RollbackResult(_)]);
    if !is_rollback && let Some(package) = package {
        let names = names(package).into_iter().skip(executed);
        found.extend(names.map(Operation::not_executed));
    }
    found
}

/// The names of the commands of a package.
pub(super) fn names(package: &EuiccPackage) -> Vec<&'static str> {
    match package {
        EuiccPackage::PsmoList(list) => list.iter().map(psmo_name).collect(),
        EuiccPackage::EcoList(list) => list.iter().map(eco_name).collect(),
    }
}

const fn psmo_name(psmo: &Psmo) -> &'static str {
    match psmo {
        Psmo::Enable(_) => "enable",
        Psmo::Disable(_) => "disable",
        Psmo::Delete(_) => "delete",
        Psmo::ListProfileInfo(_) => "listProfileInfo",
        Psmo::GetRat(_) => "getRAT",
        Psmo::ConfigureImmediateEnable(_) => "configureImmediateEnable",
        Psmo::SetFallbackAttribute(_) => "setFallbackAttribute",
        Psmo::UnsetFallbackAttribute(_) => "unsetFallbackAttribute",
        Psmo::SetDefaultDpAddress(_) => "setDefaultDpAddress",
    }
}

const fn eco_name(eco: &Eco) -> &'static str {
    match eco {
        Eco::AddEim(_) => "addEim",
        Eco::DeleteEim(_) => "deleteEim",
        Eco::UpdateEim(_) => "updateEim",
        Eco::ListEim(_) => "listEim",
    }
}

#[cfg(test)]
mod tests {
    use rsp::sgp32::{
        EnableProfileResult, EuiccResultDataProcessingTerminated as Terminated, PsmoDelete,
        PsmoDisable,
    };

    use super::*;

    #[test]
    fn commands_after_a_broken_one_were_not_executed() {
        let package = EuiccPackage::PsmoList(vec![
            Psmo::Disable(PsmoDisable::default()),
            Psmo::Delete(PsmoDelete::default()),
        ]);
        let results = [
            Data::DisableResult(rsp::sgp32::DisableProfileResult::OK),
            Data::ProcessingTerminated(Terminated::UNKNOWN_OR_DAMAGED_COMMAND),
        ];
        let told: Vec<_> = operations(Some(&package), &results)
            .into_iter()
            .map(|it| (it.name, it.text, it.ok))
            .collect();
        let expected = [
            ("disable", "ok", true),
            ("processingTerminated", "unknownOrDamagedCommand", false),
            ("delete", "not executed", false),
        ];
        assert_eq!(
            told,
            expected.map(|(name, text, ok)| (name.to_owned(), text.to_owned(), ok))
        );
    }

    #[test]
    fn a_code_without_a_name_is_told_by_its_number() {
        let told = operation(&Data::EnableResult(EnableProfileResult(42)));
        assert_eq!(
            (told.code, told.text.as_str(), told.ok),
            (Some(42), "42", false)
        );
    }
}
