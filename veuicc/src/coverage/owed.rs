// SPDX-License-Identifier: MIT OR Apache-2.0
//! The codes that are owed: every named number and every arm of every response.

use rsp::schema::{Kind, Member, Need, Type, find_type};

use super::{Code, response_type};
use crate::isdr::Es10;

/// The result of a function whose response is data and nothing else.
pub(super) const ANSWER: &str = "response";

/// Types inside responses that are data: their numbers and arms say nothing about the function.
const DATA: &[&str] = &[
    "CancelSessionReason",
    "CtxParams1",
    "EimConfigurationData",
    "EimIdInfo",
    "EUICCInfo1",
    "EuiccPackageResultList",
    "NotificationMetadata",
    "PendingNotificationList",
    "SGP32-EUICCInfo2",
    "SGP32-ProfileInfo",
];

/// Members that another function answers with. A rollback reports in the form of a package result,
/// so the package function itself never has that arm; and the rest of that form is not the
/// rollback's.
const ELSEWHERE: &[(Es10, &str)] = &[
    (Es10::LoadEuiccPackage, "rollbackResult"),
    (Es10::ProfileRollback, "eUICCPackageResult"),
];
const ROLLBACK_RESULT: &str = "rollbackResult";

/// Arms begun with this are written by an IPA that shortens what the card answered, on its way to
/// the eIM.
const COMPACT: &str = "compact";

/// Numbers of versions after SGP.22 v2.5 and SGP.32 v1.2, by type; the card does not answer them.
const LATER: &[(&str, &[i64])] = &[
    ("AuthenticateErrorCode", &[8, 9, 10, 11, 12, 13, 14]),
    ("DeleteProfileResponseDeleteResult", &[4, 7]),
    (
        "DisableEmergencyProfileResponseDisableEmergencyProfileResult",
        &[8],
    ),
    ("DisableProfileResponseDisableResult", &[7, 10]),
    ("EnableProfileResponseEnableResult", &[6, 7, 9, 10]),
    ("ErrorReason", &[17, 18, 19, 20, 21, 22, 23, 26]),
    ("SetDefaultDpAddressResponseSetDefaultDpAddressResult", &[8]),
    (
        "EuiccPackageErrorUnsignedEuiccPackageUnsignedErrorCode",
        &[15, 127],
    ),
];

/// Which ES8+ command a profile installation can fail in, and how (SGP.22 §2.5.6, §5.5.1 to
/// §5.5.5): reasons of `ErrorReason` per command of `BppCommandId`.
const INSTALLATION_ERRORS: &[(i64, &[i64])] = &[
    (0, &[1, 2, 3, 4, 5, 7, 11, 127]),
    (1, &[1, 7, 8, 11, 127]),
    (2, &[1, 6, 7, 8, 9, 11, 15, 127]),
    (4, &[1, 7, 8, 11, 127]),
    (5, &[7, 8, 10, 11, 12, 13, 14, 127]),
];

/// Every code that is owed, in the order of the card's table and of the modules.
#[must_use]
pub fn codes() -> Vec<Code> {
    Es10::ALL
        .iter()
        .flat_map(|function| of(*function))
        .collect()
}

fn of(function: Es10) -> Vec<Code> {
    let mut walk = Walk {
        function,
        codes: Vec::new(),
    };
    let ty = response_type(function).and_then(find_type);
    let always = ty.is_some_and(|ty| walk.ty(ty, ANSWER));
    if function == Es10::ProfileRollback
        && let Some(ty) = find_type("RollbackProfileResult")
    {
        walk.ty(ty, ROLLBACK_RESULT);
    }
    let choice = ty.is_some_and(|ty| matches!(ty.kind(), Kind::Choice(_)));
    if !always && !choice {
        walk.push(ANSWER, None, "answered");
    }
    walk.codes
}

/// Collects the codes of one function.
struct Walk {
    function: Es10,
    codes: Vec<Code>,
}

impl Walk {
    fn push(&mut self, result: &'static str, code: Option<i64>, name: &'static str) {
        self.codes.push(Code {
            function: self.function.name(),
            tag: self.function.tag(),
            result,
            code,
            name,
            clause: self.function.clause(),
        });
    }

    /// The codes of a type in a place called `result`; true when one is in every value of it.
    fn ty(&mut self, ty: &'static Type, result: &'static str) -> bool {
        if DATA.contains(&ty.name()) {
            return false;
        }
        if ty.name() == "ErrorResult" {
            self.installation_errors(ty);
            return true;
        }
        match ty.kind() {
            Kind::Integer(names) if !names.is_empty() => {
                self.numbers(ty, result, names);
                true
            }
            Kind::Choice(arms) => {
                self.arms(arms);
                true
            }
            Kind::Sequence(members) | Kind::Set(members) => {
                let mut always = false;
                for member in members {
                    let found = self.is_own(member) && self.ty(member.ty(), member.name());
                    always |= found && member.need() == Need::Must;
                }
                always
            }
            Kind::SequenceOf(_, element) | Kind::SetOf(_, element) => {
                self.ty(element, result);
                false
            }
            _ => false,
        }
    }

    fn numbers(&mut self, ty: &Type, result: &'static str, names: &[(&'static str, i64)]) {
        let later = LATER.iter().find(|(name, _)| *name == ty.name());
        for (name, code) in names {
            if !later.is_some_and(|(_, numbers)| numbers.contains(code)) {
                self.push(result, Some(*code), name);
            }
        }
    }

    /// An arm counts by itself unless a number is always in it.
    fn arms(&mut self, arms: &'static [Member]) {
        for arm in arms {
            if self.is_own(arm) && !arm.name().starts_with(COMPACT) {
                let before = self.codes.len();
                if !self.ty(arm.ty(), arm.name()) {
                    let inside = self.codes.split_off(before);
                    self.push(arm.name(), None, arm.name());
                    self.codes.extend(inside);
                }
            }
        }
    }

    fn is_own(&self, member: &Member) -> bool {
        !ELSEWHERE.contains(&(self.function, member.name()))
    }

    fn installation_errors(&mut self, ty: &Type) {
        let names = |member: &str| {
            let found = ty.members().iter().find(|found| found.name() == member);
            match found.map(|found| found.ty().kind()) {
                Some(Kind::Integer(names)) => names,
                _ => &[],
            }
        };
        let (commands, reasons) = (names("bppCommandId"), names("errorReason"));
        for (command, number) in commands {
            let allowed = INSTALLATION_ERRORS
                .iter()
                .find(|(known, _)| known == number);
            match allowed {
                None => self.push(command, None, command),
                Some((_, allowed)) => {
                    for (name, reason) in reasons {
                        if allowed.contains(reason) {
                            self.push(command, Some(*reason), name);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn no_two_rows_are_the_same() {
        let codes = codes();
        let keys: HashSet<_> = codes.iter().map(Code::key).collect();
        assert_eq!(keys.len(), codes.len());
    }

    #[test]
    fn lists_name_what_exists() {
        for (name, numbers) in LATER {
            let ty = find_type(name).unwrap_or_else(|| panic!("{name}"));
            let Kind::Integer(names) = ty.kind() else {
                panic!("{name} has no numbers")
            };
            for number in *numbers {
                assert!(
                    names.iter().any(|(_, known)| known == number),
                    "{name} {number}"
                );
            }
        }
        for name in DATA {
            assert!(find_type(name).is_some(), "{name}");
        }
    }

    #[test]
    fn every_reason_belongs_to_a_command() {
        let Kind::Integer(reasons) = find_type("ErrorReason").unwrap().kind() else {
            panic!("ErrorReason has no numbers")
        };
        let later = LATER
            .iter()
            .find(|(name, _)| *name == "ErrorReason")
            .unwrap()
            .1;
        for (name, reason) in reasons {
            let used = INSTALLATION_ERRORS
                .iter()
                .any(|(_, known)| known.contains(reason));
            assert_ne!(used, later.contains(reason), "{name}");
        }
    }

    /// The module of v2.5 lies beside the checkout; where it does not, there is nothing to compare.
    #[test]
    fn later_numbers_are_not_in_the_older_module() {
        let module =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/asn1/RSPDefinitions-v2.5.asn");
        let Ok(module) = std::fs::read(module) else {
            return;
        };
        let module = String::from_utf8_lossy(&module);
        for (type_name, member) in [
            ("AuthenticateErrorCode", "AuthenticateErrorCode ::="),
            ("DeleteProfileResponseDeleteResult", "deleteResult INTEGER"),
            (
                "DisableProfileResponseDisableResult",
                "disableResult INTEGER",
            ),
            ("EnableProfileResponseEnableResult", "enableResult INTEGER"),
            ("ErrorReason", "ErrorReason ::="),
        ] {
            let (_, after) = module.split_once(member).unwrap();
            let (text, _) = after.split_once('}').unwrap();
            let text: String = text.split_whitespace().collect();
            let (_, later) = LATER.iter().find(|(name, _)| *name == type_name).unwrap();
            let Kind::Integer(names) = find_type(type_name).unwrap().kind() else {
                panic!("{type_name} has no numbers")
            };
            for (name, number) in names {
                if later.contains(number) {
                    assert!(!text.contains(&format!("{name}({number})")), "{name}");
                }
            }
        }
    }
}
