// SPDX-License-Identifier: MIT OR Apache-2.0
//! The schema codec against bytes that two independent ASN.1 compilers agree on, against the wrong
//! forms met in the field, and against noise.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its helpers too"
)]

use proptest::prelude::*;
use rsp::schema::{self, Edit};
use serde_json::{Value, json};

const ZEROS: &str = "00000000000000000000";

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex.replace(' ', "")).unwrap()
}

/// Type and bytes of the published vectors (eimId "a", transaction id 01).
fn vectors() -> Vec<(&'static str, Vec<u8>)> {
    let with_iccid = |text: &str| bytes(&text.replace("ICCID", ZEROS));
    let eid = "00112233445566778899001122334455";
    [
        ("EuiccPackage", "A010A30E5A0A ICCID 0500"),
        ("EuiccPackage", "A102AB00"),
        ("EuiccPackageResult", "BF510BA209800161820101840101"),
        (
            "EuiccPackageResult",
            "BF5140A03E3035 800161 810101 830101 302A 830100 A803840107 A803020100 AB07A0053003800161 AB0381017F 020102 BF6503800100 BF2D0381010B 5F370400000000",
        ),
        (
            "EuiccPackageResult",
            "BF5129A027301E 800161 810101 830101 3013 BF2D10A00EE30C5A0A ICCID 5F370400000000",
        ),
        ("ProvideEimPackageResult", "BF500C300ABF5105A203800161A000"),
        ("SGP32-RetrieveNotificationsListResponse", "BF2B0AA208BF5105A203800161"),
        ("Eco", "A8098001618301018401FF"),
        ("EimConfigurationData", "3016800161A511A00F300906072A8648CE3D0201 03020580"),
        ("IpaEuiccDataResponse", "BF5212A010A000A208BF5105A203800161840200C8"),
        ("IpaEuiccDataResponse", "BF5208A106800101020101"),
        ("GetEimPackageResponse", "BF4F03020101"),
        ("GetEimPackageRequest", "BF4F1C5A10 EID 8000 810101 8203112233"),
        ("ProvideEimPackageResult", "BF5008A006800101020101"),
        ("ProvideEimPackageResult", "BF5008BF5205A103020101"),
        ("ProvideEimPackageResultResponse", "BF50023000"),
        ("ProvideEimPackageResultResponse", "BF500ABF5307800101800200C8"),
        ("SGP32-RetrieveNotificationsListRequest", "BF2B05A003800105"),
        ("SGP32-RetrieveNotificationsListRequest", "BF2B04A0028200"),
        ("SGP32-RetrieveNotificationsListResponse", "BF2B02A000"),
        ("SGP32-RetrieveNotificationsListResponse", "BF2B0381017F"),
        ("AddInitialEimResponse", "BF5707A0058401010500"),
        ("AddInitialEimResponse", "BF5703810102"),
        ("ImmediateEnableRequest", "BF5A038001FF"),
        ("ProfileRollbackRequest", "BF5803800100"),
        ("ProfileRollbackResponse", "BF5803020101"),
        ("ProfileRollbackResponse", "BF580B020100BF5105A203800161"),
        ("GetConnectivityParametersResponse", "BF5F03810101"),
        ("GetConnectivityParametersResponse", "BF5F05A0038101AA"),
        ("GetEimConfigurationDataRequest", "BF5505A003800161"),
        ("CancelSessionResponseEsipa", "BF4102A000"),
        ("CancelSessionResponseEsipa", "BF4103810101"),
        ("CancelSessionRequestEsipa", "BF4108800101A103810105"),
        ("AuthenticateClientRequestEsipa", "BF3B0E800101BF3808A106800101020101"),
        ("AuthenticateClientResponseEsipa", "BF3B03820106"),
        ("GetBoundProfilePackageResponseEsipa", "BF3A03810101"),
        ("InitiateAuthenticationResponseEsipa", "BF390381017F"),
        ("ProfileDownloadTriggerRequest", "BF5409A00480023124820101"),
        ("ProfileDownloadTriggerRequest", "BF5407A005A203800178"),
        ("ProfileDownloadTriggerRequest", "BF5404A0028100"),
        ("ProfileDownloadTriggerResult", "BF54088201013003800168"),
        ("TransferEimPackageResponse", "BF4E020500"),
        ("TransferEimPackageResponse", "BF4E03020101"),
        ("SGP32-EuiccMemoryResetRequest", "BF640482020106"),
        ("SGP32-EuiccMemoryResetResponse", "BF6409800100810100820100"),
        ("IpaeActivationRequest", "BF420480020780"),
        ("ISDRProprietaryApplicationTemplateIoT", "E104800206C0"),
        ("IpaCapabilities", "3008800206408102 0780"),
        (
            "HandleNotificationEsipa",
            "BF3D18A016A114BF2F0A800101810207800C01615F370400000000",
        ),
        ("CompactCancelSessionResponseOk", "300930005F370400000000"),
        ("CompactProfileInstallationResultData", "300E800101020105A206A0044F020011"),
        (
            "IpaEuiccDataRequest",
            "BF52145C02BF20040101A103800101A203800101830101",
        ),
        ("SGP32-PrepareDownloadResponse", "BF210BA20930005F370400000000"),
        ("GetEuiccDataRequest", "BF3E035C015A"),
        ("GetEuiccDataResponse", "BF3E125A10 EID"),
        ("EuiccConfiguredAddressesResponse", "BF3C0C80056471782E798103782E79"),
        ("ListNotificationResponse", "BF2802A000"),
        ("RemoteProfileProvisioningResponse", "A206BF3903810101"),
    ]
    .into_iter()
    .map(|(ty, hex)| (ty, with_iccid(&hex.replace("EID", eid))))
    .collect()
}

#[test]
fn every_vector_is_read_strictly_and_written_back() {
    for (ty, der) in vectors() {
        let name = format!("{ty} {}", hex::encode_upper(&der));
        let tree = schema::decode(ty, &der).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(tree.deviations(), [], "{name}");
        assert!(
            tree.walk().iter().all(|(_, node)| node.ty.is_some()),
            "{name}"
        );
        let value = tree.to_value();
        let again = schema::from_value(ty, &value).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(hex::encode_upper(again), hex::encode_upper(&der), "{value}");
    }
}

#[test]
fn values_read_like_the_specification() {
    let read = |ty: &str, hex: &str| schema::decode(ty, &bytes(hex)).unwrap().to_value();
    assert_eq!(
        read("EuiccPackage", &format!("A010A30E5A0A{ZEROS}0500")),
        json!({"psmoList": [{"enable": {"iccid": ZEROS, "rollbackFlag": {}}}]})
    );
    assert_eq!(
        read(
            "EuiccPackageResult",
            "BF5140A03E3035 800161 810101 830101 302A 830100 A803840107 A803020100 AB07A0053003800161 AB0381017F 020102 BF6503800100 BF2D0381010B 5F370400000000"
        ),
        json!({"euiccPackageResultSigned": {
            "euiccPackageResultDataSigned": {
                "eimId": "a",
                "counterValue": 1,
                "seqNumber": 1,
                "euiccResult": [
                    {"enableResult": "ok"},
                    {"addEimResult": {"associationToken": 7}},
                    {"addEimResult": {"addEimResultCode": "ok"}},
                    {"listEimResult": {"eimIdList": [{"eimId": "a"}]}},
                    {"listEimResult": {"listEimError": "undefinedError"}},
                    {"processingTerminated": "unknownOrDamagedCommand"},
                    {"setDefaultDpAddressResult": {"setDefaultDpAddressResult": "ok"}},
                    {"listProfileInfoResult": {"profileInfoListError": "profileChangeOngoing"}}
                ]
            },
            "euiccSignEPR": "00000000"
        }})
    );
    assert_eq!(
        read("SGP32-EuiccMemoryResetRequest", "BF640482020106"),
        json!({"resetOptions": ["resetEimConfigData", "resetImmediateEnableConfig"]})
    );
    assert_eq!(
        read(
            "EimConfigurationData",
            "3016800161A511A00F300906072A8648CE3D020103020580"
        ),
        json!({"eimId": "a",
            "eimPublicKeyData": {"eimPublicKey": "300f300906072a8648ce3d020103020580"}})
    );
    assert_eq!(
        read("getEimPackageResponse", "BF4F03020163"),
        json!({"eimPackageError": 99})
    );
    assert_eq!(
        read("sgp32_v1_0::EuiccPackageErrorUnsigned", "3003800161"),
        json!({"eimId": "a"})
    );
}

#[test]
fn wrong_forms_are_read_leniently_and_named() {
    let profile = format!("E30C5A0A{ZEROS}");
    let cases = [
        (
            "SGP32-RetrieveNotificationsListRequest",
            "BF2B03800105".to_owned(),
            "searchCriteria.seqNumber",
            "without A0 around it",
        ),
        (
            "EuiccPackageResult",
            "BF5108BF5105A203800161".to_owned(),
            "euiccPackageErrorUnsigned.eimId",
            "BF51 doubled",
        ),
        (
            "EuiccPackageResult",
            "BF511A30118001618101018301013006830100020102".to_owned() + "5F370400000000",
            "euiccPackageResultSigned.euiccPackageResultDataSigned.euiccResult",
            "tag A0 of the alternative left out",
        ),
        (
            "SGP32-ProfileInfoListResponse",
            "BF2D0302010B".to_owned(),
            "profileInfoListError",
            "tag 02 where 81 is due",
        ),
        (
            "SGP32-ProfileInfoListResponse",
            "BF2D05A10302010B".to_owned(),
            "profileInfoListError",
            "explicit",
        ),
        (
            "SGP32-ProfileInfoListResponse",
            format!("BF2D0E{profile}"),
            "profileInfoListOk.0.iccid",
            "left out",
        ),
        (
            "SGP32-ProfileInfoListResponse",
            format!("BF2D10300E{profile}"),
            "profileInfoListOk.0.iccid",
            "tag 30 where A0 is due",
        ),
        (
            "ImmediateEnableRequest",
            "BF5A030101FF".to_owned(),
            "refreshFlag",
            "tag 01 where 80 is due",
        ),
        (
            "ImmediateEnableRequest",
            "BF5A03800101".to_owned(),
            "refreshFlag",
            "TRUE as 01",
        ),
        (
            "ProfileRollbackResponse",
            "BF580402020005".to_owned(),
            "cmdResult",
            "shortest",
        ),
        (
            "ProfileRollbackResponse",
            "BF58 8103 020101".replace(' ', ""),
            "cmdResult",
            "length not in its shortest form",
        ),
        (
            "CancelSessionRequestEsipa",
            "BF410B800101A106BF4103810105".to_owned(),
            "cancelSessionResponse.cancelSessionResponseError",
            "BF41 doubled",
        ),
        (
            "EimConfigurationData",
            "3014800161A50F300D300706052A8648CE3D03020580".to_owned(),
            "eimPublicKeyData.eimPublicKey",
            "tag 30 where A0 is due",
        ),
        (
            "EimConfigurationData",
            "3016800161A511A00F300D300706052A8648CE3D03020580".to_owned(),
            "eimPublicKeyData.eimPublicKey",
            "nested",
        ),
        (
            "IpaEuiccData",
            "300AA508300630003000 0300".replace(' ', ""),
            "eumCertificate",
            "nested",
        ),
    ];
    let mut wrong = Vec::new();
    for (ty, hex, path, note) in cases {
        let der = bytes(&hex);
        let tree = schema::decode_lenient(ty, &der);
        let notes = tree.deviations();
        if tree.raw() != der || tree.find(path).is_none() {
            wrong.push(format!("{ty} {hex}: no {path} in {}", tree.to_value()));
        }
        if !notes.iter().any(|n| n.text.contains(note)) {
            wrong.push(format!("{ty} {hex}: expected {note:?}, saw {notes:?}"));
        }
        if !schema::print(ty, &der).contains(note) {
            wrong.push(format!("{ty} {hex}: not printed: {note:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn refusals_name_member_offset_expected_and_seen() {
    let refuse = |ty: &str, hex: &str| schema::decode(ty, &bytes(hex)).unwrap_err().to_string();
    assert_eq!(
        refuse("ImmediateEnableRequest", "BF5A030101FF"),
        "refreshFlag at offset 3: expected BOOLEAN 80, saw 01 FF"
    );
    assert_eq!(
        refuse("EuiccPackage", "A002A702"),
        "psmoList at offset 4: expected 2 octets of contents, saw 0"
    );
    assert_eq!(
        refuse(
            "EuiccPackageResult",
            "BF510BA209800161820101840102"
                .replace("8401", "8402")
                .as_str()
        ),
        "euiccPackageErrorUnsigned at offset 13: expected 2 octets of contents, saw 1"
    );
    assert_eq!(
        refuse("AddEimResult", "8501"),
        "message at offset 2: expected 1 octets of contents, saw 0"
    );
    assert_eq!(
        refuse("AddEimResult", "850101"),
        "message at offset 0: expected one of 84 associationToken, 02 addEimResultCode, saw 85 01"
    );
    assert_eq!(
        refuse("EuiccPackageErrorUnsigned", "3080"),
        "message at offset 1: expected a definite length, saw 80"
    );
    assert_eq!(
        refuse("NotSuchAType", "00"),
        "message at offset 0: expected the name of an ASN.1 type, saw NotSuchAType"
    );
}

#[test]
fn members_no_module_knows_are_kept() {
    let der = bytes(
        "BF510DA20B800161840101 9E030A0B0C"
            .replace(' ', "")
            .as_str(),
    );
    let tree = schema::decode("EuiccPackageResult", &der).unwrap();
    let value = tree.to_value();
    assert_eq!(
        value,
        json!({"euiccPackageErrorUnsigned":
            {"eimId": "a", "associationToken": 1, "unknown": ["9e030a0b0c"]}})
    );
    assert_eq!(
        schema::from_value("EuiccPackageResult", &value).unwrap(),
        der
    );
}

#[test]
fn wrong_values_are_explained_with_their_path() {
    let refuse = |value: Value| {
        schema::from_value("EuiccPackage", &value)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refuse(json!({"psmoList": [{"enable": {"iccidd": ZEROS}}]})),
        "psmoList[0].enable: unknown member iccidd; known are iccid, rollbackFlag"
    );
    assert_eq!(
        refuse(json!({"psmoList": [{"enable": {}}]})),
        "psmoList[0].enable: missing member iccid of PsmoEnable"
    );
    assert_eq!(
        refuse(json!({"psmoList": [{"enable": {"iccid": 98}}]})),
        "psmoList[0].enable.iccid: expected octets as quoted hexadecimal, saw 98"
    );
    assert!(refuse(json!({"list": []})).contains("known are psmoList, ecoList"));
    assert!(
        schema::from_value("AddEimResult", &json!({"addEimResultCode": "okay"}))
            .unwrap_err()
            .to_string()
            .starts_with("addEimResultCode: expected a number or one of ok, insufficientMemory")
    );
}

#[test]
fn values_can_leave_the_schema_aside() {
    let value = json!({"psmoList": [{"raw": "850101"}, {"getRAT": {"unknown": ["9f0101"]}}]});
    let der = schema::from_value("EuiccPackage", &value).unwrap();
    assert_eq!(hex::encode_upper(der), "A008850101A6039F0101");
}

#[test]
fn edits_touch_only_the_place_and_the_lengths_around_it() {
    // a counter in a form DER forbids stays as it is
    let der = bytes(
        "BF5141A03F3036 800161 81020001 830101 302A 830100 A803840107 A803020100 AB07A0053003800161 AB0381017F 020102 BF6503800100 BF2D0381010B 5F370400000000",
    );
    let ty = "EuiccPackageResult";
    let list = "euiccPackageResultSigned.euiccPackageResultDataSigned.euiccResult";
    let edit = |path: &str, edit: Edit| schema::edit(ty, &der, path, &edit).unwrap();

    let changed = edit(
        &format!("{list}.0.enableResult"),
        Edit::Set(json!("catBusy")),
    );
    assert_eq!(changed.len(), der.len());
    assert_eq!(changed.iter().zip(&der).filter(|(a, b)| a != b).count(), 1);

    let changed = edit(&format!("{list}[1]"), Edit::Remove);
    let tree = schema::decode(ty, &changed).unwrap();
    assert_eq!(changed.len() + 5, der.len());
    assert_eq!(tree.find(list).unwrap().children.len(), 7);
    assert!(hex::encode(&changed).contains("81020001"));

    let changed = edit(&format!("{list}.8"), Edit::Set(json!({"deleteResult": 2})));
    let tree = schema::decode(ty, &changed).unwrap();
    let added = tree.find(&format!("{list}.8.deleteResult")).unwrap();
    assert_eq!(added.to_value(), json!("profileNotInDisabledState"));

    let data = "euiccPackageResultSigned.euiccPackageResultDataSigned";
    let changed = edit(
        &format!("{data}.eimTransactionId"),
        Edit::Set(json!("0102")),
    );
    let tree = schema::decode(ty, &changed).unwrap();
    let names: Vec<_> = tree
        .find(data)
        .unwrap()
        .children
        .iter()
        .map(|c| &*c.name)
        .collect();
    assert_eq!(
        names,
        [
            "eimId",
            "counterValue",
            "eimTransactionId",
            "seqNumber",
            "euiccResult"
        ]
    );

    let changed = edit(data, Edit::Append(vec![0x9F, 0x1E, 0x00]));
    let tree = schema::decode(ty, &changed).unwrap();
    assert_eq!(
        tree.find(data).unwrap().to_value()["unknown"],
        json!(["9f1e00"])
    );

    let changed = edit(
        &format!("{list}.1.addEimResult.addEimResultCode"),
        Edit::Set(json!("ciPKUnknown")),
    );
    let tree = schema::decode(ty, &changed).unwrap();
    assert_eq!(
        tree.find(&format!("{list}.1.addEimResult"))
            .unwrap()
            .to_value(),
        json!({"addEimResultCode": "ciPKUnknown"})
    );

    // lengths grow through the boundaries
    let long = "b".repeat(300);
    let changed = edit(&format!("{data}.eimId"), Edit::Set(json!(long)));
    let tree = schema::decode(ty, &changed).unwrap();
    assert_eq!(
        tree.find(&format!("{data}.eimId")).unwrap().to_value(),
        json!(long)
    );
    let back = schema::edit(
        ty,
        &changed,
        &format!("{data}.eimId"),
        &Edit::Set(json!("a")),
    )
    .unwrap();
    assert_eq!(hex::encode(back), hex::encode(&der));

    assert_eq!(
        schema::edit(ty, &der, &format!("{data}.nothing.more"), &Edit::Remove)
            .unwrap_err()
            .to_string(),
        format!(
            "expected a member nothing in {data}, saw eimId, counterValue, eimTransactionId, seqNumber, euiccResult"
        )
    );
}

#[test]
fn doubled_tags_are_edited_inside() {
    let der = bytes("BF5108BF5105A203800161");
    let changed = schema::edit(
        "EuiccPackageResult",
        &der,
        "euiccPackageErrorUnsigned.eimId",
        &Edit::Set(json!("abc")),
    )
    .unwrap();
    assert_eq!(hex::encode_upper(changed), "BF510ABF5107A2058003616263");
}

#[test]
fn every_type_can_be_found_by_its_name() {
    for (table, ty) in schema::types() {
        let name = format!("{table}::{}", ty.name());
        assert_eq!(schema::find_type(&name), Some(ty), "{name}");
    }
    for name in [
        "Sgp32ProfileInfo",
        "getEuiccChallengeRequest",
        "OperatorId",
        "PE-USIM",
    ] {
        assert!(schema::find_type(name).is_some(), "{name}");
    }
}

#[test]
fn messages_are_printed_with_names_values_and_offsets() {
    assert_eq!(
        schema::print(
            "auto",
            &bytes("80E2910014 BF3111 A00C5A0A98001032547698103214 8101FF 00")
        ),
        "\
# STORE DATA CLA 80 P1 91 P2 00, block 0, last, 20 octets
# ES10c.EnableProfile request, SGP.22 §5.7.16
    5  BF31 EnableProfileRequest [17]
    8    A0 profileIdentifier [12]
   10      5A iccid [10] 98001032547698103214 = 89000123456789012341
   22    81 refreshFlag [1] TRUE
"
    );
    assert_eq!(
        schema::print(
            "auto",
            &bytes("BF2D14A012E3105A0A98001032547698103214 9F700101 9000")
        ),
        "\
# ES10c.GetProfilesInfo response, SGP.32 §5.9.14
    0  BF2D SGP32-ProfileInfoListResponse [20]
    3    A0 profileInfoListOk [18]
    5      E3 0 [16]
    7        5A iccid [10] 98001032547698103214 = 89000123456789012341
   19        9F70 profileState [1] enabled(1)
# 9000 normal ending
"
    );
    assert_eq!(
        schema::print("auto", &bytes("BF65 03 800100 9000")),
        "\
# ES10b.SetDefaultDpAddress response, SGP.32 §5.9.25
    0  BF65 SGP32-SetDefaultDpAddressResponse [3]
    3    80 setDefaultDpAddressResult [1] ok(0)
# 9000 normal ending
"
    );
    assert_eq!(
        schema::print("auto", &bytes("BF36820400 BF2303800105 A007 8703AABBCC 87")),
        "\
# No whole TLV
    0  BF36 [1024] cut off after 14
    5    BF23 [3]
    8      80 [1] 05
   11    A0 [7] cut off after 6
   13      87 [3] AABBCC
   18      87
"
    );
    assert_eq!(
        schema::print("auto", &bytes("81E29101 02 3F37 00")),
        "\
# STORE DATA CLA 81 P1 91 P2 01, block 1, last, 2 octets
    5  3F37
"
    );
    assert_eq!(
        schema::print("auto", &bytes("DF01 01 00")),
        "\
# No message that is known, as TLV
    0  DF01 [1] 00
"
    );
    assert_eq!(
        schema::print("auto", &[0x69, 0x85]),
        "# 6985 conditions of use not satisfied\n"
    );
    assert_eq!(
        schema::print(
            "EuiccPackageSigned",
            &bytes(
                "3024800161 5A10 89049032123451234512345678901235 810180 8201AB A107AB00A903800161"
            )
        ),
        "    0  30 EuiccPackageSigned [36]
    2    80 eimId [1] \"a\"
    5    5A eidValue [16] 89049032123451234512345678901235
   23    81 counterValue [1] -128
   26    82 eimTransactionId [1] AB
   29    A1 euiccPackage.ecoList [7]
   31      AB 0.listEim [0]
   33      A9 1.deleteEim [3]
   35        80 eimId [1] \"a\"
"
    );
}

#[test]
fn octet_strings_of_another_module_are_printed_too() {
    assert_eq!(
        schema::print(
            "SuccessResult",
            &bytes("300F 4F020102 0409 3007A0053003800100")
        ),
        "    0  30 SuccessResult [15]
    2    4F aid [2] 0102
    6    04 simaResponse [9] 3007A0053003800100
    8      30 EUICCResponse [7]
   10        A0 peStatus [5]
   12          30 0 [3]
   14            80 status [1] ok(0)
"
    );
    assert_eq!(
        schema::print("GetEuiccDataRequest", &bytes("BF3E075C055ABF209F70")),
        "    0  BF3E GetEuiccDataRequest [7]
    3    5C tagList [5] 5ABF209F70 = 5A BF20 9F70
"
    );
}

#[test]
fn depth_is_limited() {
    let mut der = Vec::new();
    for _ in 0..3000 {
        der = rsp::tlv::tlv(rsp::tlv::Tag::new(0xBF51), &der);
    }
    let tree = schema::decode_lenient("EuiccPackageResult", &der);
    assert!(tree.walk().len() < 200);
    assert!(schema::decode("EuiccPackageResult", &der).is_err());
    let text = schema::print("auto", &der);
    assert!(text.lines().count() < 400, "{}", text.lines().count());
}

/// Files of the folder beside the repository; none where it is missing, except under CI.
fn shared(folder: &str, extension: &str) -> Vec<(String, Vec<u8>)> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .join(folder);
    let Ok(entries) = std::fs::read_dir(&path) else {
        assert!(std::env::var("CI").is_err(), "{} is absent", path.display());
        println!("left out: {} is absent", path.display());
        return Vec::new();
    };
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn published_profile_packages_survive_a_round_trip() {
    for (file, package) in shared("profiles/ts48-v7.0", "der") {
        let mut elements = 0;
        for element in rsp::tlv::walk(&package) {
            let element = element.unwrap().raw;
            let tree = schema::decode("ProfileElement", element)
                .unwrap_or_else(|e| panic!("{file} element {elements}: {e}"));
            let typed = tree.walk().iter().all(|(_, node)| node.ty.is_some());
            assert!(typed, "{file} element {elements}\n{}", tree.print());
            let value = tree.to_value();
            let again = schema::from_value("ProfileElement", &value).unwrap();
            // where the package is not DER its deviations say so
            if tree.deviations().is_empty() {
                assert_eq!(
                    hex::encode(again),
                    hex::encode(element),
                    "{file} element {elements}"
                );
            }
            elements += 1;
        }
        assert!(elements > 10, "{file}");
        let text = schema::print("auto", &package);
        assert!(
            text.starts_with("# Profile package\n    0  A0 ProfileElement.header"),
            "{text}"
        );
        assert!(text.contains("ProfileElement.end"), "{file}");
    }
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    let vector = (
        0..vectors().len(),
        prop::collection::vec((any::<usize>(), any::<u8>()), 0..6),
    );
    let bent = vector.prop_map(|(i, changes)| {
        let (_, mut der) = vectors().swap_remove(i);
        for (at, octet) in changes {
            let at = at % der.len();
            der[at] = octet;
        }
        der
    });
    prop_oneof![prop::collection::vec(any::<u8>(), 0..80), bent]
}

proptest! {
    #[test]
    fn any_bytes_are_printed_and_kept(der in noise(), which in any::<prop::sample::Index>()) {
        let all: Vec<_> = schema::types().collect();
        let (table, ty) = all[which.index(all.len())];
        let name = format!("{table}::{}", ty.name());
        let tree = schema::decode_lenient(&name, &der);
        for (_, node) in tree.walk() {
            prop_assert!(node.offset() + node.raw().len() <= der.len());
        }
        prop_assert!(!tree.to_value().is_null());
        let whole = (schema::print(&name, &der), schema::print("auto", &der));
        prop_assert!(der.is_empty() || !whole.0.is_empty() && !whole.1.is_empty());
    }

    #[test]
    fn what_is_strictly_der_survives_a_round_trip(der in noise(), i in 0..vectors().len()) {
        let (ty, _) = vectors().swap_remove(i);
        if let Ok(tree) = schema::decode(ty, &der) {
            let known = tree.walk().iter().all(|(_, node)| node.ty.is_some());
            if known && tree.deviations().is_empty() {
                let value = tree.to_value();
                prop_assert_eq!(schema::from_value(ty, &value).unwrap(), der, "{}", value);
            }
        }
    }
}
