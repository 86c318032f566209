// SPDX-License-Identifier: MIT OR Apache-2.0
//! `decode(encode(value)) == value` for the main messages, with arbitrary members.

#![expect(
    clippy::unwrap_used,
    reason = "a value that cannot be made or encoded is a failed test"
)]

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use rsp::asn1::{Certificate, ObjectIdentifier, OctetString, SubjectPublicKeyInfo};
use rsp::der::{decode, encode};
use rsp::raw::{Additions, Raw};
use rsp::sgp22::*;
use rsp::sgp32::*;

fn octets(max: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..=max)
}

fn signature() -> impl Strategy<Value = OctetString> {
    octets(64).prop_map(OctetString::from)
}

fn text() -> impl Strategy<Value = String> {
    "[ -~äß€]{0,20}"
}

fn tid() -> impl Strategy<Value = TransactionId> {
    octets(16).prop_map(TransactionId::from)
}

fn iccid() -> impl Strategy<Value = Iccid> {
    octets(10).prop_map(Iccid::from)
}

fn octet16() -> impl Strategy<Value = Octet16> {
    any::<[u8; 16]>().prop_map(Octet16::from)
}

fn key_id() -> impl Strategy<Value = SubjectKeyIdentifier> {
    octets(20).prop_map(SubjectKeyIdentifier::from)
}

fn version() -> impl Strategy<Value = VersionType> {
    any::<[u8; 3]>().prop_map(VersionType::from)
}

fn oid() -> impl Strategy<Value = ObjectIdentifier> {
    vec(any::<u32>().prop_map(u128::from), 1..6).prop_map(|mut arcs| {
        arcs.insert(0, 2);
        ObjectIdentifier::from_arcs(&arcs).unwrap()
    })
}

fn event() -> impl Strategy<Value = NotificationEvent> {
    vec(0_usize..20, 0..4).prop_map(|bits| NotificationEvent::of(&bits))
}

fn certificate() -> impl Strategy<Value = Certificate> {
    octets(60).prop_map(|serial| {
        let mut tbs = vec![0x02, serial.len() as u8];
        tbs.extend(serial);
        let mut der = vec![0x30, tbs.len() as u8 + 6, 0x30, tbs.len() as u8];
        der.extend(tbs);
        der.extend([0x30, 0, 0x03, 0]);
        Certificate::from_der(der)
    })
}

fn additions() -> impl Strategy<Value = Additions> {
    let member = octets(5).prop_map(|content| {
        let mut tlv = vec![0x9F, 0x8F, 0x7F, content.len() as u8];
        tlv.extend(content);
        tlv
    });
    vec(member, 0..3).prop_map(|members| members.into_iter().collect())
}

fn raw<T: rasn::Encode>(value: T) -> Raw<T> {
    Raw::new(value).unwrap()
}

fn psmo() -> impl Strategy<Value = Psmo> {
    prop_oneof![
        (iccid(), option::of(Just(())), additions()).prop_map(
            |(iccid, rollback_flag, additions)| {
                Psmo::Enable(PsmoEnable {
                    iccid,
                    rollback_flag,
                    additions,
                })
            }
        ),
        (iccid(), additions())
            .prop_map(|(iccid, additions)| Psmo::Delete(PsmoDelete { iccid, additions })),
        (option::of(oid()), option::of(text()), additions()).prop_map(
            |(default_smdp_oid, default_smdp_address, additions)| {
                Psmo::ConfigureImmediateEnable(PsmoConfigureImmediateEnable {
                    immediate_enable_flag: Some(()),
                    default_smdp_oid,
                    default_smdp_address,
                    additions,
                })
            }
        ),
        additions().prop_map(|additions| Psmo::GetRat(PsmoGetRat { additions })),
    ]
}

fn public_key_data() -> impl Strategy<Value = EimConfigurationDataEimPublicKeyData> {
    use EimConfigurationDataEimPublicKeyData::{EimCertificate, EimPublicKey};
    prop_oneof![
        certificate().prop_map(EimCertificate),
        octets(60).prop_map(|key| {
            let mut der = vec![0x30, key.len() as u8 + 4, 0x30, 0, 0x03, key.len() as u8];
            der.extend(key);
            EimPublicKey(SubjectPublicKeyInfo::from_der(der))
        }),
    ]
}

fn eim() -> impl Strategy<Value = EimConfigurationData> {
    (
        (
            text(),
            option::of(text()),
            option::of(any::<i64>()),
            option::of(any::<i64>()),
        ),
        (
            option::of(public_key_data()),
            option::of(key_id()),
            option::of(Just(())),
            additions(),
        ),
    )
        .prop_map(
            |((eim_id, eim_fqdn, counter_value, association_token), rest)| EimConfigurationData {
                eim_id,
                eim_fqdn,
                counter_value,
                association_token,
                eim_public_key_data: rest.0,
                euicc_ci_pk_id: rest.1,
                indirect_profile_download: rest.2,
                additions: rest.3,
                ..EimConfigurationData::default()
            },
        )
}

fn package() -> impl Strategy<Value = EuiccPackage> {
    prop_oneof![
        vec(psmo(), 0..5).prop_map(EuiccPackage::PsmoList),
        vec(eim().prop_map(Eco::AddEim), 0..3).prop_map(EuiccPackage::EcoList),
    ]
}

fn package_request() -> impl Strategy<Value = EuiccPackageRequest> {
    (
        text(),
        octet16(),
        any::<i64>(),
        option::of(tid()),
        package(),
        additions(),
        signature(),
    )
        .prop_map(
            |(eim_id, eid_value, counter_value, eim_transaction_id, package, more, sign)| {
                EuiccPackageRequest {
                    euicc_package_signed: raw(EuiccPackageSigned {
                        eim_id,
                        eid_value,
                        counter_value,
                        eim_transaction_id,
                        euicc_package: package,
                        additions: more.clone(),
                    }),
                    eim_signature: sign,
                    additions: more,
                }
            },
        )
}

fn result_data() -> impl Strategy<Value = EuiccResultData> {
    prop_oneof![
        any::<i64>().prop_map(|code| EuiccResultData::EnableResult(EnableProfileResult(code))),
        any::<i64>()
            .prop_map(|token| EuiccResultData::AddEimResult(AddEimResult::AssociationToken(token))),
        any::<i64>().prop_map(|code| {
            EuiccResultData::ProcessingTerminated(EuiccResultDataProcessingTerminated(code))
        }),
        vec((option::of(iccid()), any::<bool>(), additions()), 0..3).prop_map(|profiles| {
            let info = |(iccid, fallback_attribute, additions)| Sgp32ProfileInfo {
                iccid,
                fallback_attribute,
                additions,
                ..Sgp32ProfileInfo::default()
            };
            let list = profiles.into_iter().map(info).collect();
            EuiccResultData::ListProfileInfoResult(Sgp32ProfileInfoListResponse::ProfileInfoListOk(
                list,
            ))
        }),
    ]
}

fn package_result() -> impl Strategy<Value = EuiccPackageResult> {
    (
        text(),
        any::<i64>(),
        any::<i64>(),
        vec(result_data(), 0..5),
        additions(),
        signature(),
    )
        .prop_map(
            |(eim_id, counter_value, seq_number, euicc_result, additions, sign)| {
                EuiccPackageResult::EuiccPackageResultSigned(EuiccPackageResultSigned {
                    euicc_package_result_data_signed: raw(EuiccPackageResultDataSigned {
                        eim_id,
                        counter_value,
                        eim_transaction_id: None,
                        seq_number,
                        euicc_result,
                        additions,
                    }),
                    euicc_sign_epr: sign,
                    additions: Additions::none(),
                })
            },
        )
}

fn metadata() -> impl Strategy<Value = NotificationMetadata> {
    (
        any::<i64>(),
        event(),
        text(),
        option::of(iccid()),
        additions(),
    )
        .prop_map(
            |(seq_number, profile_management_operation, notification_address, iccid, additions)| {
                NotificationMetadata {
                    seq_number,
                    profile_management_operation,
                    notification_address,
                    iccid,
                    additions,
                }
            },
        )
}

fn notification() -> impl Strategy<Value = Sgp32PendingNotification> {
    prop_oneof![
        (metadata(), signature(), certificate(), certificate()).prop_map(
            |(metadata, sign, euicc_certificate, eum_certificate)| {
                Sgp32PendingNotification::OtherSignedNotification(OtherSignedNotification {
                    tbs_other_notification: raw(metadata),
                    euicc_notification_signature: sign,
                    euicc_certificate,
                    eum_certificate,
                    other_certs_in_chain: None,
                    additions: Additions::none(),
                })
            }
        ),
        (metadata(), signature(), option::of(octet16())).prop_map(|(metadata, sign, eid)| {
            Sgp32PendingNotification::CompactOtherSignedNotification(
                CompactOtherSignedNotification {
                    eid_value: eid,
                    tbs_other_notification: raw(metadata),
                    euicc_notification_signature: sign,
                    euicc_ci_pk_identifier_to_be_used: None,
                    additions: Additions::none(),
                },
            )
        }),
        (tid(), metadata(), option::of(oid()), octets(40), octets(64)).prop_map(
            |(transaction_id, notification_metadata, smdp_oid, response, sign)| {
                let success = SuccessResult {
                    aid: OctetString::from([0xA0; 16]),
                    sima_response: OctetString::from(response),
                    additions: Additions::none(),
                };
                let data = ProfileInstallationResultData {
                    transaction_id,
                    notification_metadata,
                    smdp_oid,
                    final_result: ProfileInstallationResultDataFinalResult::SuccessResult(success),
                    additions: Additions::none(),
                };
                Sgp32PendingNotification::ProfileInstallationResult(
                    Sgp32ProfileInstallationResult {
                        profile_installation_result_data: raw(data),
                        euicc_sign_pir: EuiccSignPir::from(sign),
                        additions: Additions::none(),
                    },
                )
            }
        ),
    ]
}

fn euicc_data() -> impl Strategy<Value = IpaEuiccDataResponse> {
    (
        option::of(vec(notification(), 0..3)),
        option::of(vec(package_result(), 0..2)),
        option::of(any::<i64>()),
        option::of(certificate()),
        additions(),
    )
        .prop_map(
            |(notifications, results, association_token, eum_certificate, additions)| {
                IpaEuiccDataResponse::IpaEuiccData(IpaEuiccData {
                    notifications_list: notifications,
                    euicc_package_result_list: results,
                    association_token,
                    eum_certificate,
                    additions,
                    ..IpaEuiccData::default()
                })
            },
        )
}

fn server_signed() -> impl Strategy<Value = ServerSigned1> {
    (tid(), octet16(), text(), octet16(), additions()).prop_map(
        |(transaction_id, euicc_challenge, server_address, server_challenge, additions)| {
            ServerSigned1 {
                transaction_id,
                euicc_challenge,
                server_address,
                server_challenge,
                additions,
                ..ServerSigned1::default()
            }
        },
    )
}

fn authenticate_server() -> impl Strategy<Value = AuthenticateServerRequest> {
    (
        server_signed(),
        signature(),
        key_id(),
        certificate(),
        option::of(text()),
        additions(),
    )
        .prop_map(
            |(signed, sign, key, server_certificate, matching_id, additions)| {
                let parameters = CtxParamsForCommonAuthentication {
                    matching_id,
                    additions,
                    ..Default::default()
                };
                AuthenticateServerRequest {
                    server_signed1: raw(signed),
                    server_signature1: sign,
                    euicc_ci_pk_id_to_be_used: Some(key),
                    server_certificate,
                    ctx_params1: CtxParams1::CtxParamsForCommonAuthentication(parameters),
                    other_certs_in_chain: None,
                    crl_list: None,
                    additions: Additions::none(),
                }
            },
        )
}

fn euicc_info() -> impl Strategy<Value = Sgp32EuiccInfo2> {
    (
        version(),
        vec(key_id(), 0..4),
        text(),
        vec(0_usize..32, 0..6),
        vec(version(), 1..3),
    )
        .prop_map(|(svn, keys, number, bits, versions)| Sgp32EuiccInfo2 {
            svn,
            euicc_ci_pk_id_list_for_signing: keys,
            sas_acreditation_number: number,
            uicc_capability: UiccCapability::of(&bits),
            iot_specific_info: Some(IoTSpecificInfo {
                iot_version: versions,
                ..IoTSpecificInfo::default()
            }),
            ..Sgp32EuiccInfo2::default()
        })
}

fn bound_profile_package() -> impl Strategy<Value = BoundProfilePackage> {
    (tid(), signature(), vec(octets(300), 0..5), any::<bool>()).prop_map(
        |(transaction_id, sign, segments, replace)| BoundProfilePackage {
            initialise_secure_channel_request: raw(InitialiseSecureChannelRequest {
                remote_op_id: RemoteOpId::INSTALL_BOUND_PROFILE_PACKAGE,
                transaction_id,
                control_ref_template: ControlRefTemplate::default(),
                smdp_otpk: OctetString::default(),
                smdp_sign: sign,
                additions: Additions::none(),
            }),
            first_sequence_of87: segments.iter().cloned().map(Segment87).collect(),
            sequence_of88: segments.iter().cloned().map(Segment88).collect(),
            second_sequence_of87: replace.then(Vec::new),
            sequence_of86: segments.into_iter().map(Segment86).collect(),
            additions: Additions::none(),
        },
    )
}

/// Asserts that a value comes back, and that its encoding is stable.
fn check<T>(value: &T) -> Result<(), TestCaseError>
where
    T: rasn::Encode + rasn::Decode + PartialEq + std::fmt::Debug,
{
    let bytes = encode(value).unwrap();
    let read: T = decode(&bytes).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(&read, value);
    prop_assert_eq!(encode(&read).unwrap(), bytes);
    Ok(())
}

proptest! {
    #[test]
    fn package_requests(value in package_request()) { check(&value)?; }

    #[test]
    fn package_results(value in package_result()) { check(&value)?; }

    #[test]
    fn notifications(value in notification()) {
        check(&HandleNotificationEsipa::PendingNotification(value))?;
    }

    #[test]
    fn euicc_data_responses(value in euicc_data()) { check(&value)?; }

    #[test]
    fn eim_configurations(value in eim()) { check(&value)?; }

    #[test]
    fn server_authentications(value in authenticate_server()) { check(&value)?; }

    #[test]
    fn euicc_information(value in euicc_info()) { check(&value)?; }

    #[test]
    fn bound_profile_packages(value in bound_profile_package()) { check(&value)?; }

    #[test]
    fn object_identifiers(value in oid()) {
        check(&value)?;
        prop_assert_eq!(value.to_string().parse(), Ok(value));
    }

    #[test]
    fn additions_are_told_from_members(value in metadata(), more in additions()) {
        let value = NotificationMetadata { additions: more, ..value };
        check(&value)?;
    }
}
