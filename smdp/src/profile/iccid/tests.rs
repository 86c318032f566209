// SPDX-License-Identifier: MIT OR Apache-2.0
//! Packages that say their ICCID in every way there is; the interpreter of the card is the judge.

use proptest::prelude::*;
use veuicc::profile::interpret;
use veuicc::uicc::image::DirId;

use crate::{Profile, RewriteError};

const FILL: &str = "{fillFileContent: '988801000000000010f5'}";

/// A package with this ICCID in its header, EF.ICCID from `file`, and more elements.
fn package(iccid: &str, file: &str, more: &str) -> Profile {
    let text = format!(
        "
- header:
    major-version: 2
    minor-version: 3
    iccid: '{iccid}'
    eUICC-Mandatory-services: {{}}
    eUICC-Mandatory-GFSTEList: []
- mf:
    mf-header: {{identification: 1}}
    templateID: '2.23.143.1.2.1'
    mf: [{{fileDescriptor: {{pinStatusTemplateDO: '01810a'}}}}]
    ef-iccid: [{file}]
    ef-dir: [{{fileDescriptor: {{fileDescriptor: '42210026', efFileSize: '26'}}}}]
    ef-arr: [{{fileDescriptor: {{fileDescriptor: '42210020', efFileSize: '20'}}}}]
{more}
- end:
    end-header: {{identification: 9}}
"
    );
    Profile::from_der(veuicc::profile_tool::build(&text).unwrap()).unwrap()
}

fn ours(file: &str) -> Profile {
    package("8988100000000000015f", file, "")
}

/// Header and EF.ICCID as the card reads them.
fn seen(profile: &Profile) -> (Vec<u8>, Vec<u8>) {
    let image = interpret(&profile.package()).unwrap();
    let file = image.ef_in(DirId::MF, 0x2FE2).unwrap();
    let header = image.header.iccid.iter().map(|octet| octet.rotate_left(4));
    (header.collect(), image.body(file))
}

/// The package with another ICCID has it everywhere, its other bytes stay, and the way back leads
/// to the same package.
fn check(profile: &Profile, iccid: &[u8; 10]) {
    let other = profile.with_iccid(iccid).unwrap();
    assert_eq!(other.iccid(), *iccid);
    assert_eq!(seen(&other), (iccid.to_vec(), iccid.to_vec()));
    assert_eq!(other.size(), other.package().len());
    let (before, after) = (profile.package(), other.package());
    assert_eq!(before.len(), after.len());
    let different = before.iter().zip(after.iter()).filter(|(a, b)| a != b);
    assert!(different.count() <= 20);
    let back = other.with_iccid(&profile.iccid()).unwrap();
    assert_eq!(back, *profile);
    assert_eq!(back.package(), before);
    // What was rewritten is a package like any other.
    let read = Profile::from_der(after.to_vec()).unwrap();
    assert_eq!(read.iccid(), *iccid);
}

fn swapped(digits: &str) -> [u8; 10] {
    let printed = hex::decode(digits).unwrap();
    <[u8; 10]>::try_from(printed)
        .unwrap()
        .map(|octet| octet.rotate_left(4))
}

#[test]
fn every_form_of_ef_iccid_is_rewritten() {
    let forms = [
        FILL,
        "{fileDescriptor: {shortEFID: '10'}}, {fillFileContent: '988801000000000010f5'}",
        // in pieces, the second after an offset over what a pattern has filled
        "{fileDescriptor: {proprietaryEFInfo: {fillPattern: '988801000000000010f5'}}}",
        "{fileDescriptor: {proprietaryEFInfo: {repeatPattern: '988801000000000010f5'}}}",
        "{fileDescriptor: {proprietaryEFInfo: {fillPattern: 'ffffffff0000000010f5'}}}, \
         {fillFileContent: '988801'}, {fillFileContent: '00'}",
        "{fileDescriptor: {proprietaryEFInfo: {fillPattern: 'ffff01ff0000000010f5'}}}, \
         {fillFileContent: '9888'}, {fillFileOffset: 1}, {fillFileContent: '000000'}",
    ];
    for form in forms {
        check(&ours(form), &swapped("89001012012341234003"));
    }
}

#[test]
fn content_from_generic_file_management_is_rewritten() {
    let more = "
- genericFileManagement:
    gfm-header: {identification: 2}
    fileManagementCMD:
      - - filePath: '2fe2'
        - fillFileContent: '98880100'
      - - createFCP: {fileDescriptor: '4121', fileID: '2f10', efFileSize: '0a', securityAttributesReferenced: '2f0601'}
        - fillFileContent: 'ffffffffffffffffffff'
        - filePath: '3f002fe2'
        - fillFileOffset: 4
        - fillFileContent: '0000000010f5'
        - filePath: '2f10'
        - fillFileContent: '00000000000000000000'
";
    let file = "{doNotCreate: {}}, {fillFileContent: '0000000000'}";
    let profile = package("8988100000000000015f", file, more);
    check(&profile, &swapped("89001012012341234003"));
}

#[test]
fn an_iot_minimal_profile_takes_it_from_the_header() {
    let text = "
- header:
    major-version: 3
    minor-version: 3
    iccid: '8988100000000000015f'
    eUICC-Mandatory-services: {}
    eUICC-Mandatory-GFSTEList: []
    iotOptions: {pix: '1002ffffffff89'}
- iot:
    iot-header: {identification: 1}
    templateID: '2.23.143.1.2.17'
    ef-imsi: [{fillFileContent: '080910100000000010'}]
    ef-acc: [{fillFileContent: '0001'}]
- end:
    end-header: {identification: 9}
";
    let package = veuicc::profile_tool::build(text).unwrap();
    let profile = Profile::from_der(package).unwrap();
    check(&profile, &swapped("89001012012341234003"));
    let own = text.replace("    ef-imsi:", "    ef-iccid: [FILL]\n    ef-imsi:");
    let own = veuicc::profile_tool::build(&own.replace("FILL", FILL)).unwrap();
    check(
        &Profile::from_der(own).unwrap(),
        &swapped("89001012012341234003"),
    );
}

#[test]
fn repetitions_elsewhere_follow() {
    let text = hex::encode("8988100000000000015");
    let more = format!(
        "
- nonStandard:
    nonStandard-header: {{identification: 3}}
    issuerID: '2.999'
    content: 'aa988801000000000010f5bb8988100000000000015fcc{text}dd988801'
"
    );
    let profile = package("8988100000000000015f", FILL, &more);
    let profile = profile
        .with_iccid(&swapped("8900101201234123400F"))
        .unwrap();
    let expected = format!(
        "aa980001211032143204f0bb8900101201234123400fcc{}dd988801",
        hex::encode("8900101201234123400")
    );
    assert!(hex::encode(profile.package()).contains(&expected));
    let longer = profile.with_iccid(&swapped("89001012012341234003"));
    assert_eq!(
        longer.unwrap_err().to_string(),
        "expected an ICCID with 19 digits, got 89001012012341234003"
    );
}

#[test]
fn what_cannot_be_rewritten_is_named() {
    for (file, problem) in [
        (
            "{fillFileContent: '988801000000000010f6'}",
            "expected EF.ICCID to be 988801000000000010F5 as in the ProfileHeader, \
             found 988801000000000010F6",
        ),
        (
            "{fileDescriptor: {linkPath: '2f05'}}",
            "expected EF.ICCID to have content of its own, found a link",
        ),
    ] {
        let error = ours(file).with_iccid(&swapped("89001012012341234003"));
        assert_eq!(error.unwrap_err().to_string(), problem);
    }
    let elements = ours(FILL).package().into_owned();
    let header = rsp::tlv::Tlv::read(&elements).unwrap().0.raw.to_vec();
    let bare = Profile::from_der(header).unwrap();
    let error = bare.with_iccid(&swapped("89001012012341234003"));
    assert_eq!(error.unwrap_err(), RewriteError::NoFile);
    let short = package(
        "898810000000000001ff",
        "{fillFileContent: '988801000000000010'}",
        "",
    );
    check(&short, &swapped("890010120123412340FF"));
    let error = short.with_iccid(&swapped("89001012012341234003"));
    assert_eq!(
        error.unwrap_err().to_string(),
        "expected an ICCID with at most 18 digits, got 89001012012341234003"
    );
    let pattern = "{fileDescriptor: {proprietaryEFInfo: {fillPattern: '9800'}}}";
    let pattern = package("89000000000000000000", pattern, "");
    let error = pattern.with_iccid(&swapped("89001012012341234003"));
    assert!(error.unwrap_err().to_string().contains("pattern"));
}

#[test]
fn a_number_that_may_be_chance_is_not_looked_for() {
    let zeros = package(
        "00000000000000000000",
        "{fillFileContent: '00000000000000000000'}",
        "
- nonStandard:
    nonStandard-header: {identification: 3}
    issuerID: '2.999'
    content: '0000000000000000000000000000000000000000'
",
    );
    check(&zeros, &swapped("89001012012341234003"));
}

proptest! {
    #[test]
    fn any_iccid_can_be_given(printed in "[0-9]{18}([0-9F]F|[0-9]{2})") {
        check(&ours(FILL), &swapped(&printed));
    }

    #[test]
    fn bytes_are_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let mut package = ours(FILL).package().to_vec();
        for (at, byte) in bytes.iter().enumerate() {
            if byte % 7 == 0 {
                let at = at * package.len() / 80;
                package[at] = *byte;
            }
        }
        if let Ok(profile) = Profile::from_der(package) {
            let _ = profile.with_iccid(&[0x98; 10]).map(|other| other.package().len());
        }
    }
}
