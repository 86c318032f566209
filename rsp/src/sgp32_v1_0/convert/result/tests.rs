// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tests of results: written in v1.0, read in v1.0, thought of in later terms.

use serde_json::{Value, json};

use super::*;
use crate::der::{decode, encode};
use crate::raw::Raw;
use crate::schema::from_value;

fn result(results: &Value) -> Vec<u8> {
    let data = json!({
        "eimId": "eim1", "counterValue": 7, "transactionId": "0102", "seqNumber": 3,
        "euiccResult": results,
    });
    let signed = json!({ "euiccPackageResultDataSigned": data, "euiccSignEPR": "aabb" });
    let result = json!({ "euiccPackageResultSigned": signed });
    from_value("sgp32_v1_0::EuiccPackageResult", &result).unwrap()
}

#[test]
fn every_result_keeps_its_bytes() {
    let bytes = result(&json!([
        { "enableResult": "ok" }, { "disableResult": 2 }, { "deleteResult": 127 },
        { "listProfileInfoResult": { "profileInfoListOk": [
            { "iccid": "98001032547698103214", "profileState": "enabled" }] } },
        { "getRATResult": [] }, { "configureAutoEnableResult": 1 },
        { "addEimResult": { "associationToken": 5 } }, { "addEimResult": { "addEimResultCode": 3 } },
        { "deleteEimResult": 2 }, { "updateEimResult": 6 },
        { "listEimResult": { "eimIdList": [{ "eimId": "eim1", "eimIdType": 2 }] } },
        { "rollbackResult": 0 }, { "processingTerminated": 2 },
    ]));
    let old: v1_0::EuiccPackageResult = decode(&bytes).unwrap();
    let new = sgp32::EuiccPackageResult::from(old.clone());
    let sgp32::EuiccPackageResult::EuiccPackageResultSigned(signed) = &new else {
        panic!("expected a signed result, got {new:?}");
    };
    let data = signed.euicc_package_result_data_signed.value();
    assert_eq!(data.euicc_result.len(), 13);
    assert_eq!(data.eim_transaction_id.as_deref(), Some(&[1, 2][..]));
    let list = data.euicc_result.iter().find_map(|result| match result {
        sgp32::EuiccResultData::ListEimResult(sgp32::ListEimResult::EimIdList(list)) => Some(list),
        _ => None,
    });
    // 84 in v1.0, 82 later: read as what it is
    let type_of = list
        .and_then(|list| list.first())
        .and_then(|eim| eim.eim_id_type);
    assert_eq!(type_of, Some(sgp32::EimIdType::EIM_ID_TYPE_FQDN));
    assert_eq!(encode(&new).unwrap(), bytes);
    assert_eq!(
        v1_0::EuiccPackageResult::try_from(new.clone()).unwrap(),
        old
    );

    // and the value alone makes the same bytes again
    let data = v1_0::EuiccPackageResultDataSigned::try_from(data.clone()).unwrap();
    let v1_0::EuiccPackageResult::EuiccPackageResultSigned(old) = old else {
        panic!("expected a signed result, got {old:?}");
    };
    let again = Raw::new(data).unwrap();
    assert_eq!(again.bytes(), old.euicc_package_result_data_signed.bytes());
}

#[test]
fn errors_keep_what_they_can() {
    let data =
        json!({ "eimId": "eim1", "counterValue": 7, "euiccPackageErrorCode": "replayError" });
    let signed = json!({ "euiccPackageErrorDataSigned": data, "euiccSignEPE": "aabb" });
    let unsigned = json!({ "eimId": "eim1", "associationToken": 9 });
    for error in [
        json!({ "euiccPackageErrorSigned": signed }),
        json!({ "euiccPackageErrorUnsigned": unsigned }),
    ] {
        let bytes = from_value("sgp32_v1_0::EuiccPackageResult", &error).unwrap();
        let old: v1_0::EuiccPackageResult = decode(&bytes).unwrap();
        let new = sgp32::EuiccPackageResult::from(old.clone());
        assert_eq!(encode(&new).unwrap(), bytes);
        assert_eq!(v1_0::EuiccPackageResult::try_from(new).unwrap(), old);
    }
}

#[test]
fn codes_that_v1_0_does_not_name_become_undefined_error() {
    use sgp32::EuiccResultData as New;
    use v1_0::EuiccResultData as Old;
    let rows = [
        (
            New::EnableResult(EnableProfileResult::ROLLBACK_NOT_AVAILABLE),
            Old::EnableResult(EnableProfileResult::UNDEFINED_ERROR),
        ),
        (
            New::DisableResult(DisableProfileResult::CAT_BUSY),
            Old::DisableResult(DisableProfileResult::UNDEFINED_ERROR),
        ),
        (
            New::DeleteResult(DeleteProfileResult::DISALLOWED_BY_POLICY),
            Old::DeleteResult(DeleteProfileResult::UNDEFINED_ERROR),
        ),
        (
            New::AddEimResult(AddEimResult::AddEimResultCode(
                AddEimResultAddEimResultCode::ASSOCIATED_EIM_ALREADY_EXISTS,
            )),
            Old::AddEimResult(AddEimResult::AddEimResultCode(
                AddEimResultAddEimResultCode::UNDEFINED_ERROR,
            )),
        ),
        (
            New::DeleteResult(DeleteProfileResult::ICCID_OR_AID_NOT_FOUND),
            Old::DeleteResult(DeleteProfileResult::ICCID_OR_AID_NOT_FOUND),
        ),
    ];
    for (new, old) in rows {
        assert_eq!(v1_0::EuiccResultData::try_from(new).unwrap(), old);
    }
    assert_eq!(
        package_code(EuiccPackageErrorCode::ECALL_ACTIVE),
        EuiccPackageErrorCode::UNDEFINED_ERROR
    );
    let later = New::SetFallbackAttributeResult(0.into());
    assert_eq!(
        v1_0::EuiccResultData::try_from(later).unwrap_err(),
        ConvertError::Missing("setFallbackAttributeResult")
    );
}
