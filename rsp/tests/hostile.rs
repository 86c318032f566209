// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a peer may send: cut, flipped, nested, padded and extended messages give a value or an
//! error, never a panic; and what is decoded is written back without loss.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the notation is ours: a mistake in it is a failed test"
)]

#[path = "hostile/wire.rs"]
mod wire;

use proptest::prelude::*;
use rsp::der::{CodecError, MAX_DEPTH, decode, encode};
use rsp::{pe, sgp22, sgp32, sgp32_v1_0};
use wire::{Length, Node, parse};

/// A valid message and what reads it, giving the bytes the value is written back to.
struct Message {
    name: &'static str,
    node: Node,
    read: fn(&[u8]) -> Result<Vec<u8>, CodecError>,
}

impl Message {
    fn der(&self) -> Vec<u8> {
        self.node.bytes(Length::Minimal)
    }
}

fn rewrite<T: rasn::Decode + rasn::Encode>(bytes: &[u8]) -> Result<Vec<u8>, CodecError> {
    Ok(encode(&decode::<T>(bytes)?).expect("what was decoded has an encoding"))
}

macro_rules! messages {
    ($($type:ty = $text:literal;)*) => {
        vec![$(Message {
            name: stringify!($type),
            node: parse($text).remove(0),
            read: rewrite::<$type>,
        }),*]
    };
}

fn messages() -> Vec<Message> {
    messages! {
        sgp32::EuiccPackageRequest = "BF51{30{80(61)5A(89049032000000000000000000000123)81(05)
            82(07)A0{A3{5A(9810)05()}A9{}BF65{80(61)}}}5F37(00000000)}";
        sgp32::EuiccPackageRequest = "BF51{30{80(61)5A(89)81(05)A1{A8{80(61)83(01)84(FF)
            A5{A0{30{06(2A)}03(00)}}A6{A1{30{02(01)}30{}03(00)}}87(0780)88(01)89()}AB{}}}5F37(00)}";
        sgp32::EuiccPackageResult = "BF51{A0{30{80(61)81(01)83(01)30{83(00)A8{84(07)}A8{02(00)}
            AB{A0{30{80(61)}}}AB{81(7F)}02(02)BF65{80(00)}BF2D{81(0B)}BF2D{A0{E3{5A(98)9F70(01)}}}}}
            5F37(00)}}";
        sgp32::EuiccPackageResult = "BF51{A1{30{80(61)81(01)82(07)02(03)}5F37(00)}}";
        sgp32::EsipaMessageFromIpaToEim = "BF50{5A(89)30{BF51{A2{80(61)84(01)}}
            A0{BF37{BF27{80(01)BF2F{80(01)81(0780)0C(61)5A(98)}06(8837)A2{A0{4F(A000)04(30)}}}5F37(00)}}}}";
        sgp32::EsipaMessageFromIpaToEim = "BF3D{A0{A1{BF2F{80(01)81(0780)0C(61)}5F37(0102)}}}";
        sgp32::EsipaMessageFromIpaToEim = "BF41{80(01)A1{A2{30{}5F37(00)}}}";
        sgp32::EsipaMessageFromEimToIpa = "BF50{BF53{80(01)80(00C8)}}";
        sgp32::EsipaMessageFromEimToIpa = "BF39{A0{80(01)30{80(01)81(00)83(61)84(00)}5F37(00)04(01)
            30{30{02(01)}30{}03(00)}0C(61)A2{A0{A1{80(35)A1{80(020000)}}}}}}";
        sgp32::IpaEuiccDataResponse = "BF52{A0{A0{30{BF2F{80(01)81(0780)0C(61)}5F37(00)
            30{30{}}30{30{}}}}81(61)A2{BF51{A2{80(61)}}}84(00C8)A5{30{02(01)}30{}03(00)}A8{80(0640)}}}";
        sgp32::IpaEuiccDataRequest = "BF52{5C(BF20)04(01)A1{80(01)}A2{80(01)}83(01)}";
        sgp32::GetEimPackageRequest = "BF4F{5A(89)80()81(01)82(62F210)}";
        sgp32::CompactProfileInstallationResultData = "30{80(01)02(05)01(00)A2{A0{4F(0011)}}}";
        sgp32::Sgp32EuiccMemoryResetResponse = "BF64{80(00)81(00)82(00)}";
        sgp32::Sgp32EuiccInfo2 = "BF22{81(0303)82(0205)83(01)84(81)85(0410)88(0780)A9{04(01)}AA{04(01)}
            8B(02)99(0640)04(01)0C(61)8D(0780)8E(61)AF{04(01)}90(00)B1{04(01)}92(00)93(03)B4{A0{04(01)}81()}}";
        sgp32_v1_0::ListEimResult = "A0{30{80(61)84(01)}}";
        sgp32_v1_0::ProvideEimPackageResult = "BF50{30{BF51{A2{80(61)}}BF2B{A0{}}}}";
        sgp22::EuiccInfo1 = "BF20{82(020500)A9{04(01020304)}AA{04(01020304)}}";
        sgp22::ProfileInfoListResponse = "BF2D{A0{E3{5A(9810)9F70(01)92(414243)95(01)
            B6{30{80(0640)81(61)}}B7{80(62F210)}99(0640)BF22{30{80(2A)A1{02(01)}}}}}}";
        sgp22::RemoteProfileProvisioningRequest = "A2{BF3B{80(01)BF38{A1{80(01)02(01)}}05()}}";
        sgp22::RemoteProfileProvisioningResponse = "A2{BF3B{A0{80(01)BF25{5A(98)91(61)92(62)}
            30{80(01)01(FF)}5F37(00)30{30{02(01)}30{}03(00)}}}}";
        sgp22::AuthenticateServerResponse = "BF38{A0{30{80(01)83(61)84(00)BF22{81(0303)82(0205)83(01)84(81)
            85(0410)88(0780)A9{04(01)}AA{04(01)}04(01)0C(61)}A0{80(61)A1{80(35)A1{80(020000)}82(00)}}}5F37(00)
            30{30{02(01)}30{}03(00)}30{30{02(02)}30{}03(00)}}}";
        sgp22::AuthenticateServerRequest = "BF38{30{80(01)81(00)83(61)84(00)}5F37(00)04(01)
            30{30{02(01)}30{}03(00)}A0{A1{80(35)A1{}}}}";
        sgp22::BoundProfilePackage = "BF36{BF23{82(01)80(01)A6{80(88)81(10)84(01)}5F49(04)5F37(00)}
            A0{87(AA)}A1{88(BB)}A2{87(AB)}A3{86(CC)86(DD)}}";
        pe::ProfileElement = "B0{A0{80()81(01)}81(67810F010201)A2{A1{82(7821)83(3F00)8A(0F)}}
            A4{83(98)}A5{83(01)}A6{82(05)83(02)}}";
        pe::EuiccResponse = "30{A0{30{80(00)}}}";
    }
}

#[test]
fn messages_come_back() {
    for message in messages() {
        let der = message.der();
        let read = (message.read)(&der).unwrap_or_else(|e| panic!("{}: {e}", message.name));
        assert_eq!(hex::encode(read), hex::encode(der), "{}", message.name);
    }
}

#[test]
fn every_cut_message_is_refused() {
    for message in messages() {
        let der = message.der();
        for end in 0..der.len() {
            let read = (message.read)(&der[..end]);
            assert!(read.is_err(), "{} cut to {end}", message.name);
        }
    }
}

#[test]
fn a_flipped_bit_gives_an_error_or_another_stable_value() {
    for message in messages() {
        let der = message.der();
        for bit in 0..der.len() * 8 {
            let mut flipped = der.clone();
            flipped[bit / 8] ^= 0x80 >> (bit % 8);
            if let Ok(written) = (message.read)(&flipped) {
                let again = (message.read)(&written);
                assert_eq!(again.as_ref(), Ok(&written), "{} bit {bit}", message.name);
            }
        }
    }
}

#[test]
fn unknown_members_are_kept_wherever_a_sequence_takes_them() {
    let extra = parse("9F8F7F(AA)").remove(0);
    for message in messages() {
        let mut kept = 0;
        for extended in message.node.with_extra_member(&extra) {
            let der = extended.bytes(Length::Minimal);
            if let Ok(written) = (message.read)(&der) {
                assert_eq!(hex::encode(written), hex::encode(der), "{}", message.name);
                kept += 1;
            }
        }
        // the one message without a SEQUENCE: acknowledgements are a list of INTEGERs
        let list = message.node.with_extra_member(&extra).len() == 2;
        assert!(kept > 0 || list, "{}", message.name);
    }
}

#[test]
fn long_and_indefinite_lengths_are_read() {
    for message in messages() {
        for form in [Length::Long, Length::Indefinite] {
            let read = (message.read)(&message.node.bytes(form));
            assert!(read.is_ok(), "{} {form:?}: {read:?}", message.name);
        }
    }
}

#[test]
fn bottomless_nesting_is_refused() {
    for message in messages() {
        for header in [
            &[0xA0, 0x80][..],
            &[0x30, 0x80],
            &[0xBF, 0x51, 0x80],
            &[0x24, 0x80],
        ] {
            let read = (message.read)(&header.repeat(10_000));
            assert_eq!(read, Err(CodecError::TooDeep), "{}", message.name);
        }
        let mut deep = Node::Primitive(vec![4], vec![]);
        for _ in 0..MAX_DEPTH {
            deep = Node::Constructed(vec![0xBF, 0x8F, 0x7F], vec![deep]);
        }
        for extended in message.node.with_extra_member(&deep) {
            let read = (message.read)(&extended.bytes(Length::Minimal));
            assert_eq!(read, Err(CodecError::TooDeep), "{}", message.name);
        }
    }
}

#[test]
fn forms_of_the_field_that_are_not_the_module() {
    use sgp32::{
        EuiccPackageResult, ProfileRollbackRequest, Sgp32RetrieveNotificationsListRequest,
    };
    let der = |text: &str| parse(text).remove(0).bytes(Length::Minimal);
    // ENC-03: no arm tag
    assert!(decode::<EuiccPackageResult>(&der("BF51{30{80(61)}5F37(00)}")).is_err());
    assert!(decode::<EuiccPackageResult>(&der("BF51{02(7F)}")).is_err());
    // ENC-08: nested instead of replaced
    assert!(decode::<EuiccPackageResult>(&der("BF51{BF51{A2{80(61)}}}")).is_err());
    // ENC-02: no explicit tag around the CHOICE
    let bare = decode::<Sgp32RetrieveNotificationsListRequest>(&der("BF2B{80(05)}"));
    assert!(bare.is_err(), "{bare:?}");
    // ENC-13: TRUE as 01
    let request: ProfileRollbackRequest = decode(&der("BF58{80(01)}")).unwrap();
    assert!(request.refresh_flag);
    // ENC-14: universal instead of context tag
    assert!(decode::<ProfileRollbackRequest>(&der("BF58{01(FF)}")).is_err());
    // ENC-28: DEFAULT spelled out
    let info: sgp32::Sgp32ProfileInfo = decode(&der("E3{9F26(00)}")).unwrap();
    assert_eq!(info, sgp32::Sgp32ProfileInfo::default());
}

#[test]
fn signed_bytes_are_kept_as_received() {
    // ENC-19: legal BER that is not DER, and a member the module does not know
    let signed = parse("30{80(61)81(05)83(07)30{}9F8F7F(AA)}")
        .remove(0)
        .bytes(Length::Long);
    let mut arm = vec![0xA0, 0x82, 0, 0];
    arm.extend(&signed);
    arm.extend([0x5F, 0x37, 1, 0]);
    arm[3] = u8::try_from(arm.len() - 4).unwrap();
    let mut message = vec![0xBF, 0x51, u8::try_from(arm.len()).unwrap()];
    message.extend(arm);
    let result: sgp32::EuiccPackageResult = decode(&message).unwrap();
    let sgp32::EuiccPackageResult::EuiccPackageResultSigned(result) = result else {
        panic!("expected a signed result, saw {result:?}");
    };
    let data = &result.euicc_package_result_data_signed;
    assert_eq!((data.counter_value, data.seq_number), (5, 7));
    assert_eq!(data.bytes(), signed);
    // forwarded inside another message
    let forwarded = encode(&sgp32::EimPackageResult::EuiccPackageResult(
        sgp32::EuiccPackageResult::EuiccPackageResultSigned(result),
    ));
    let forwarded = forwarded.unwrap();
    assert!(
        forwarded
            .windows(signed.len())
            .any(|window| window == signed)
    );
}

#[test]
fn dialect_v1_0_differs_where_it_did() {
    let der = |text: &str| parse(text).remove(0).bytes(Length::Minimal);
    // VER-01: eimIdType 84, a CHOICE under BF50, EuiccMemoryReset under BF34
    let info: sgp32_v1_0::EimIdInfo = decode(&der("30{80(61)84(02)}")).unwrap();
    assert_eq!(info.eim_id_type, Some(sgp32::EimIdType::EIM_ID_TYPE_FQDN));
    let newer: sgp32::EimIdInfo = decode(&der("30{80(61)84(02)}")).unwrap();
    assert!(newer.eim_id_type.is_none() && !newer.additions.is_empty());
    let response = der("BF34{02(00)81(01)82(01)}");
    let reset: sgp32_v1_0::Sgp32EuiccMemoryResetResponse = decode(&response).unwrap();
    assert_eq!(reset.reset_result.name(), Some("ok"));
    assert_eq!(encode(&reset).unwrap(), response);
    assert!(decode::<sgp32::Sgp32EuiccMemoryResetResponse>(&response).is_err());
    // VER-02: the home network of v1.0 is not a cause of v1.2
    let request = der("BF4F{5A(89)81(62F210)}");
    let old: sgp32_v1_0::GetEimPackageRequest = decode(&request).unwrap();
    assert_eq!(old.r_plmn.unwrap().as_bytes(), [0x62, 0xF2, 0x10]);
    let new: sgp32::GetEimPackageRequest = decode(&request).unwrap();
    assert_eq!(new.state_change_cause.unwrap().name(), None);
}

/// Any tree of values, with the tags of the modules more often than others.
fn any_node() -> impl Strategy<Value = Node> {
    let tag = prop_oneof![
        Just(vec![0x30]),
        (0_u8..16).prop_map(|number| vec![0xA0 | number]),
        (0_u8..16).prop_map(|number| vec![0x80 | number]),
        Just(vec![0x5A]),
        (0x20_u8..0x60).prop_map(|number| vec![0xBF, number]),
        any::<u8>().prop_map(|octet| vec![octet & 0xEF]),
    ];
    let content = proptest::collection::vec(any::<u8>(), 0..8);
    let leaf = (tag.clone(), content).prop_map(|(tag, content)| Node::Primitive(tag, content));
    leaf.prop_recursive(6, 48, 6, move |inner| {
        (tag.clone(), proptest::collection::vec(inner, 0..6))
            .prop_map(|(tag, members)| Node::Constructed(tag, members))
    })
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for message in messages() {
            let _ = (message.read)(&bytes);
        }
    }

    #[test]
    fn any_tree_is_survived(node in any_node()) {
        for message in messages() {
            for form in [Length::Minimal, Length::Indefinite] {
                let _ = (message.read)(&node.bytes(form));
            }
        }
    }
}
