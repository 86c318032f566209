// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an eUICC package may hold: an order for more is refused before anything is signed.
//!
//! Trap: a counter value is used up by a package that the card refuses as a whole.

use rsp::sgp22::Iccid;
use rsp::sgp32::{Eco, EuiccPackage, EuiccResultData as Data, Psmo};

/// Highest `counterValue` that every eUICC takes (SGP.32 §2.11.1.1).
pub(super) const HIGHEST_COUNTER: i64 = 0x7F_FFFF;
/// Characters of an `eimId`, and of an address (SGP.32 §2.11.1.1.1).
const LONGEST_NAME: usize = 128;

/// Judges the commands of an order; says what is wrong with them.
pub(super) fn judge(package: &EuiccPackage) -> Result<(), String> {
    match package {
        EuiccPackage::PsmoList(list) => {
            let enables = list.iter().filter(|it| matches!(it, Psmo::Enable(_)));
            let disables = list.iter().filter(|it| matches!(it, Psmo::Disable(_)));
            at_most_one("enable", enables.count())?;
            at_most_one("disable", disables.count())?;
            list.iter().try_for_each(profile_command)
        }
        EuiccPackage::EcoList(list) => list.iter().try_for_each(eim_command),
    }
}

fn at_most_one(name: &str, count: usize) -> Result<(), String> {
    match count {
        0 | 1 => Ok(()),
        many => Err(format!(
            "expected at most one {name} in a package, got {many}"
        )),
    }
}

fn profile_command(psmo: &Psmo) -> Result<(), String> {
    match psmo {
        Psmo::Enable(command) => iccid(&command.iccid),
        Psmo::Disable(command) => iccid(&command.iccid),
        Psmo::Delete(command) => iccid(&command.iccid),
        Psmo::SetFallbackAttribute(command) => iccid(&command.iccid),
        Psmo::SetDefaultDpAddress(command) => {
            name("defaultDpAddress", &command.default_dp_address, 0)
        }
        Psmo::ConfigureImmediateEnable(command) => {
            let address = command.default_smdp_address.as_deref();
            address.map_or(Ok(()), |address| name("defaultSmdpAddress", address, 0))
        }
        Psmo::ListProfileInfo(_) | Psmo::GetRat(_) | Psmo::UnsetFallbackAttribute(_) => Ok(()),
    }
}

fn eim_command(eco: &Eco) -> Result<(), String> {
    match eco {
        Eco::AddEim(data) | Eco::UpdateEim(data) => name("eimId", &data.eim_id, 1),
        Eco::DeleteEim(command) => name("eimId", &command.eim_id, 1),
        Eco::ListEim(_) => Ok(()),
    }
}

fn iccid(iccid: &Iccid) -> Result<(), String> {
    if iccid.has_valid_size() {
        return Ok(());
    }
    let digits = hex::encode(iccid);
    Err(format!("expected an ICCID of 10 octets, got {digits:?}"))
}

fn name(what: &str, text: &str, shortest: usize) -> Result<(), String> {
    let length = text.chars().count();
    if (shortest..=LONGEST_NAME).contains(&length) {
        return Ok(());
    }
    Err(format!(
        "{what}: expected {shortest} to {LONGEST_NAME} characters, got {length}"
    ))
}

/// Whether results can be those of a package: one for each command that was executed, in its order
/// and of its kind, at last the reason why there are no more; or that of a rollback alone.
pub(super) fn are_results_of(package: &EuiccPackage, results: &[Data]) -> bool {
    if matches!(results, [Data::RollbackResult(_)]) {
        return true;
    }
    let executed = match results {
        [executed @ .., Data::ProcessingTerminated(_)] => executed,
        executed => executed,
    };
    match package {
        EuiccPackage::PsmoList(list) => begin_with(list, executed, is_of_psmo),
        EuiccPackage::EcoList(list) => begin_with(list, executed, is_of_eco),
    }
}

/// Whether the first commands are those of the results, one for one.
fn begin_with<T>(commands: &[T], results: &[Data], is_of: fn(&T, &Data) -> bool) -> bool {
    let mut pairs = commands.iter().zip(results);
    results.len() <= commands.len() && pairs.all(|(command, result)| is_of(command, result))
}

const fn is_of_psmo(psmo: &Psmo, result: &Data) -> bool {
    matches!(
        (psmo, result),
        (Psmo::Enable(_), Data::EnableResult(_))
            | (Psmo::Disable(_), Data::DisableResult(_))
            | (Psmo::Delete(_), Data::DeleteResult(_))
            | (Psmo::ListProfileInfo(_), Data::ListProfileInfoResult(_))
            | (Psmo::GetRat(_), Data::GetRatResult(_))
            | (
                Psmo::ConfigureImmediateEnable(_),
                Data::ConfigureImmediateEnableResult(_)
            )
            | (
                Psmo::SetFallbackAttribute(_),
                Data::SetFallbackAttributeResult(_)
            )
            | (
                Psmo::UnsetFallbackAttribute(_),
                Data::UnsetFallbackAttributeResult(_)
            )
            | (
                Psmo::SetDefaultDpAddress(_),
                Data::SetDefaultDpAddressResult(_)
            )
    )
}

const fn is_of_eco(eco: &Eco, result: &Data) -> bool {
    matches!(
        (eco, result),
        (Eco::AddEim(_), Data::AddEimResult(_))
            | (Eco::DeleteEim(_), Data::DeleteEimResult(_))
            | (Eco::UpdateEim(_), Data::UpdateEimResult(_))
            | (Eco::ListEim(_), Data::ListEimResult(_))
    )
}

#[cfg(test)]
mod tests {
    use rsp::schema;
    use serde_json::{Value, json};

    use super::*;

    const ICCID: &str = "988801000000000010f5";

    fn package(value: &Value) -> EuiccPackage {
        rsp::der::decode(&schema::from_value("EuiccPackage", value).unwrap()).unwrap()
    }

    fn judged(value: &Value) -> Result<(), String> {
        judge(&package(value))
    }

    #[test]
    fn a_package_has_one_enable_and_one_disable_at_most() {
        let (enable, disable) = (
            json!({"enable": {"iccid": ICCID}}),
            json!({"disable": {"iccid": ICCID}}),
        );
        assert_eq!(judged(&json!({"psmoList": [disable, enable]})), Ok(()));
        let twice = judged(&json!({"psmoList": [enable, enable]}));
        assert_eq!(
            twice.unwrap_err(),
            "expected at most one enable in a package, got 2"
        );
    }

    #[test]
    fn names_and_iccids_have_their_lengths() {
        let delete = |iccid: &str| json!({"psmoList": [{"delete": {"iccid": iccid}}]});
        let dp = |text: String| json!({"psmoList": [{"setDefaultDpAddress": {"defaultDpAddress": text}}]});
        let eim = |text: String| json!({"ecoList": [{"addEim": {"eimId": text}}]});
        assert_eq!(judged(&dp(String::new())), Ok(()));
        assert_eq!(judged(&dp("a".repeat(128))), Ok(()));
        assert_eq!(judged(&eim("ä".repeat(128))), Ok(()));
        for wrong in [
            delete("9888"),
            dp("a".repeat(129)),
            eim(String::new()),
            eim("a".repeat(129)),
        ] {
            assert!(judged(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn results_fit_the_commands_in_their_order() {
        let psmos = package(&json!({"psmoList": [{"getRAT": {}}, {"delete": {"iccid": ICCID}}]}));
        let rat = Data::GetRatResult(Default::default());
        let deleted = Data::DeleteResult(rsp::sgp32::DeleteProfileResult::OK);
        let ended = Data::ProcessingTerminated(
            rsp::sgp32::EuiccResultDataProcessingTerminated::INTERRUPTION,
        );
        let back = Data::RollbackResult(rsp::sgp32::RollbackProfileResult::OK);
        let listed = Data::ListEimResult(rsp::sgp32::ListEimResult::EimIdList(Vec::new()));
        let fits = |results: &[Data]| are_results_of(&psmos, results);
        assert!(fits(&[rat.clone(), deleted.clone()]));
        assert!(
            fits(&[rat.clone(), ended]),
            "the second one was not executed"
        );
        assert!(fits(std::slice::from_ref(&back)));
        assert!(!fits(&[deleted.clone(), rat.clone()]));
        assert!(!fits(&[rat.clone(), deleted.clone(), deleted]));
        assert!(!fits(&[rat, listed]), "of an eCO");
    }
}
