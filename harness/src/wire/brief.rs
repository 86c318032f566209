// SPDX-License-Identifier: MIT OR Apache-2.0
//! A message in a few words, for the log.

use rasn::Encode;

/// The first of `members` that `value`, an object of the ASN.1 type, has anywhere, as
/// `name value`; the type alone when it has none.
pub(crate) fn brief<T: Encode>(type_name: &str, value: &T, members: &[&str]) -> String {
    let Ok(bytes) = rsp::der::encode(value) else {
        return type_name.to_owned();
    };
    let tree = rsp::schema::decode_lenient(type_name, &bytes);
    let nodes = tree.walk();
    let found = members
        .iter()
        .find_map(|member| nodes.iter().find(|(_, node)| node.name == *member));
    found.map_or_else(
        || type_name.to_owned(),
        |(_, node)| format!("{} {}", node.name, node.to_value()),
    )
}

/// What an eUICC package came to.
pub(crate) fn package_result(result: &rsp::sgp32::EuiccPackageResult) -> String {
    let members = [
        "euiccResult",
        "euiccPackageErrorCode",
        "euiccPackageErrorUnsigned",
    ];
    brief("EuiccPackageResult", result, &members)
}

/// What a download came to.
pub(crate) fn installation(result: &rsp::sgp32::Sgp32ProfileInstallationResult) -> String {
    brief("SGP32-ProfileInstallationResult", result, &["finalResult"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use rsp::sgp32::{EuiccPackageErrorUnsigned, EuiccPackageResult};

    #[test]
    fn the_member_that_matters_is_shown() {
        let error = EuiccPackageErrorUnsigned {
            eim_id: "eim1".to_owned(),
            ..Default::default()
        };
        let result = EuiccPackageResult::EuiccPackageErrorUnsigned(error);
        assert_eq!(
            package_result(&result),
            r#"euiccPackageErrorUnsigned {"eimId":"eim1"}"#
        );
    }
}
