// SPDX-License-Identifier: MIT OR Apache-2.0
//! The same content in each version, byte by byte: what an IPA and an eIM of v1.0 write for messages
//! that look otherwise later. The bytes are derived from the modules by hand.

use harness::wire::dialect::{
    Package, read_answer, read_package, read_request, write_answer, write_request,
};
use rsp::dialect::Dialect;

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

/// Function, v1.2, v1.0, and v1.2 again after the way through v1.0 where something is left out.
const REQUESTS: [(&str, &str, &str, &str); 12] = [
    (
        "GetEimPackage: stateChangeCause is left out, rPLMN has another tag",
        "bf4f 1c 5a10 89049032123451234512345678901235 8000 810101 8203 62f210",
        "bf4f 19 5a10 89049032123451234512345678901235 8000 8103 62f210",
        "bf4f 19 5a10 89049032123451234512345678901235 8000 8203 62f210",
    ),
    (
        "ProvideEimPackageResult: a CHOICE without EID; no transaction, other tag of the address",
        "bf50 1f 5a10 89049032123451234512345678901235 bf52 0a a0 08 8103 612e62 87 0107",
        "bf50 0a bf52 07 a0 05 8003 612e62",
        "bf50 0a bf52 07 a0 05 8103 612e62",
    ),
    (
        "ProvideEimPackageResult: notifications and results in one member",
        "bf50 09 bf52 06 a0 04 a000 a200",
        "bf50 0e bf52 0b a0 09 bf2b 06 a304 a000 a100",
        "",
    ),
    (
        "ProvideEimPackageResult: the error of a data request is a number",
        "bf50 0b bf52 08 a1 06 80 0107 02 0105",
        "bf50 06 bf52 03 81 0105",
        "bf50 08 bf52 05 a1 03 02 0105",
    ),
    (
        "ProvideEimPackageResult: ecallActive is not known",
        "bf50 08 bf52 05 a1 03 02 0168",
        "bf50 06 bf52 03 81 017f",
        "bf50 08 bf52 05 a1 03 02 017f",
    ),
    (
        "ProvideEimPackageResult: the error of a package is a number",
        "bf50 08 a0 06 80 0107 02 0102",
        "bf50 03 02 0102",
        "bf50 05 a0 03 02 0102",
    ),
    (
        "ProvideEimPackageResult: notifications with a result are a response of their own",
        "bf50 12 30 10 bf51 0b a2 09 80 0161 82 0107 84 0105 a000",
        "bf50 12 30 10 bf51 08 a2 06 80 0161 84 0105 bf2b 02 a000",
        "bf50 0f 30 0d bf51 08 a2 06 80 0161 84 0105 a000",
    ),
    (
        "ProvideEimPackageResult: the error of a download has no reason",
        "bf50 0d bf54 0a 30 08 80 017f 04 03 010203",
        "bf50 0a bf54 07 30 05 80 03 010203",
        "",
    ),
    (
        "HandleNotification: the result is [1]",
        "bf3d 08 bf50 05 a003 020102",
        "bf3d 05 a1 03 020102",
        "",
    ),
    (
        "InitiateAuthentication: no eimTransactionId",
        "bf39 15 81 10 00112233445566778899aabbccddeeff 82 0107",
        "bf39 12 81 10 00112233445566778899aabbccddeeff",
        "bf39 12 81 10 00112233445566778899aabbccddeeff",
    ),
    (
        "TransferEimPackage: received",
        "bf4e 02 0500",
        "bf4e 02 0500",
        "",
    ),
    (
        "TransferEimPackage: an error",
        "bf4e 03 02 0102",
        "bf4e 03 02 0102",
        "",
    ),
];

const ANSWERS: [(&str, &str, &str, &str); 9] = [
    (
        "GetEimPackage: other codes are undefinedError",
        "bf4f 03 02 0102",
        "bf4f 03 02 017f",
        "bf4f 03 02 017f",
    ),
    (
        "GetEimPackage: nothing to do",
        "bf4f 03 02 0101",
        "bf4f 03 02 0101",
        "",
    ),
    (
        "GetEimPackage: one tag for notifications and results, one criterion, no transaction",
        "bf4f 13 bf52 10 5c 04 81 a8 a0 a2 a1 03 80 0105 83 03 010203",
        "",
        "",
    ),
    (
        "GetEimPackage: results are a criterion",
        "bf4f 07 bf52 04 5c 02 a2 84",
        "bf4f 0c bf52 09 5c 03 bf2b 84 a1 02 8200",
        "",
    ),
    (
        "ProvideEimPackageResult: nothing to acknowledge",
        "bf50 02 3000",
        "bf50 00",
        "",
    ),
    (
        "ProvideEimPackageResult: acknowledged",
        "bf50 0a bf53 07 80 0105 80 0200c8",
        "bf50 0a bf53 07 80 0105 80 0200c8",
        "",
    ),
    (
        "ProvideEimPackageResult: there are no errors",
        "bf50 03 02 0102",
        "bf50 00",
        "bf50 02 3000",
    ),
    (
        "InitiateAuthentication: invalidEimTransactionId is not known",
        "bf39 03 81 0134",
        "bf39 03 81 017f",
        "bf39 03 81 017f",
    ),
    (
        "AuthenticateClient: downloadOrderExpired is of v1.3",
        "bf3b 03 82 0112",
        "bf3b 03 82 017f",
        "bf3b 03 82 017f",
    ),
];

#[test]
fn requests_in_v1_0() {
    for (what, new, old, back) in REQUESTS {
        let back = if back.is_empty() { new } else { back };
        let message = read_request(Dialect::V1_3, &bytes(new)).unwrap();
        let written = write_request(Dialect::V1_0, &message).unwrap();
        assert_eq!(hex::encode(&written), hex::encode(bytes(old)), "{what}");
        let read = read_request(Dialect::V1_0, &written).unwrap();
        let again = write_request(Dialect::V1_3, &read).unwrap();
        assert_eq!(hex::encode(again), hex::encode(bytes(back)), "{what}");
    }
}

#[test]
fn answers_in_v1_0() {
    for (what, new, old, back) in ANSWERS {
        let message = read_answer(Dialect::V1_3, &bytes(new)).unwrap();
        let written = write_answer(Dialect::V1_0, &message);
        if old.is_empty() {
            assert!(written.is_err(), "{what}: {written:?}");
            continue;
        }
        let written = written.unwrap();
        assert_eq!(hex::encode(&written), hex::encode(bytes(old)), "{what}");
        let read = read_answer(Dialect::V1_0, &written).unwrap();
        let again = write_answer(Dialect::V1_3, &read).unwrap();
        let back = if back.is_empty() { new } else { back };
        assert_eq!(hex::encode(again), hex::encode(bytes(back)), "{what}");
    }
}

#[test]
fn additions_of_v1_3_are_left_out_towards_v1_2() {
    let requests = [
        // correlation identifiers of TransferEimPackage
        ("bf4e 08 bf60 05 a0 03 80 0107", "bf4e 02 0500"),
        ("bf4e 08 bf61 05 81 0102 9900", "bf4e 03 02 0102"),
        // the CI key of a compact notification
        (
            "bf3d 19 a0 17 a1 15 bf2f 0a 80 0105 81 020780 0c 0161 5f37 01aa 04 02 0102",
            "bf3d 15 a0 13 a1 11 bf2f 0a 80 0105 81 020780 0c 0161 5f37 01aa",
        ),
    ];
    for (new, old) in requests {
        let Ok(message) = read_request(Dialect::V1_2, &bytes(new)) else {
            panic!("v1.2 refuses {new}")
        };
        let written = write_request(Dialect::V1_2, &message).unwrap();
        assert_eq!(hex::encode(written), hex::encode(bytes(old)));
        let written = write_request(Dialect::V1_3, &message).unwrap();
        assert_eq!(hex::encode(written), hex::encode(bytes(new)));
    }
    let expired = read_answer(Dialect::V1_3, &bytes("bf3b 03 82 0112")).unwrap();
    let written = write_answer(Dialect::V1_2, &expired).unwrap();
    assert_eq!(hex::encode(written), "bf3b0382017f");
}

#[test]
fn packages_are_read_in_their_version() {
    let criteria = bytes("bf4f 0c bf52 09 5c 03 bf2b 84 a1 02 8200");
    let Package::Data(request) = read_package(Dialect::V1_0, &criteria).unwrap() else {
        panic!("expected a data request")
    };
    assert_eq!(request.tag_list.as_bytes(), [0xA2, 0x84]);
    // the same in v1.2 has a criterion that is none
    let read = read_package(Dialect::V1_2, &criteria).unwrap();
    assert!(matches!(read, Package::Unusable { .. }), "{read:?}");
    // an eUICC package stays as it came, whatever is in it
    let package = bytes("bf4e 08 bf51 81 04 30 02 af00");
    let Package::Euicc(kept) = read_package(Dialect::V1_0, &package).unwrap() else {
        panic!("expected an eUICC package")
    };
    assert_eq!(kept, bytes("bf51 81 04 30 02 af00"));
}
