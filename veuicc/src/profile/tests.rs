// SPDX-License-Identifier: MIT OR Apache-2.0
//! Small packages, one rule each.

use proptest::prelude::*;
use rsp::pe::PeStatusStatus;
use rsp::tlv::Tag;
use serde_json::{Value, json};

use super::*;
use crate::uicc::image::{DirId, EfId, Entry, Structure};

const USIM_AID: &str = "a0000000871002ffffffff8900010000";

fn header() -> Value {
    json!({"header": {
        "major-version": 2, "minor-version": 3, "iccid": "8988100000000000015f",
        "eUICC-Mandatory-services": {}, "eUICC-Mandatory-GFSTEList": [],
    }})
}

fn pe(number: u32) -> Value {
    json!({"mandated": {}, "identification": number})
}

fn end() -> Value {
    json!({"end": {"end-header": pe(99)}})
}

fn mf() -> Value {
    json!({"mf": {
        "mf-header": pe(1), "templateID": "2.23.143.1.2.1",
        "mf": [{"fileDescriptor": {"pinStatusTemplateDO": "01810a"}}],
        "ef-iccid": [{"fillFileContent": "988801000000000010f5"}],
        "ef-dir": [{"fileDescriptor": {"fileDescriptor": "42210010", "efFileSize": "20"}}],
        "ef-arr": [
            {"fileDescriptor": {"fileDescriptor": "42210008", "efFileSize": "18"}},
            {"fillFileContent": "8001019000"},
        ],
    }})
}

fn usim() -> Value {
    json!({"usim": {
        "usim-header": pe(4), "templateID": "2.23.143.1.2.4",
        "adf-usim": [{"fileDescriptor": {"fileID": "7fd0", "dfName": USIM_AID, "pinStatusTemplateDO": "01810a"}}],
        "ef-imsi": [{"fillFileContent": "080910100000000010"}],
        "ef-arr": [{"fileDescriptor": {"fileDescriptor": "42210010", "efFileSize": "20"}}],
        "ef-ust": [{"fillFileContent": "0000"}],
        "ef-spn": [], "ef-est": [], "ef-acc": [], "ef-ecc": [],
    }})
}

fn with(mut element: Value, member: &str, value: Value) -> Value {
    let inner = element
        .as_object_mut()
        .unwrap()
        .values_mut()
        .next()
        .unwrap();
    inner
        .as_object_mut()
        .unwrap()
        .insert(member.to_owned(), value);
    element
}

fn management(commands: Value) -> Value {
    json!({"genericFileManagement": {"gfm-header": pe(23), "fileManagementCMD": [commands]}})
}

fn build(elements: &[Value]) -> Vec<u8> {
    let mut all = vec![header()];
    all.extend_from_slice(elements);
    all.push(end());
    rsp::package::build(&all).unwrap()
}

fn image(elements: &[Value]) -> Image {
    interpret(&build(elements)).unwrap()
}

fn refusal(elements: &[Value]) -> ElementError {
    interpret(&build(elements)).unwrap_err()
}

fn usim_adf(image: &Image) -> DirId {
    let aid = hex::decode(USIM_AID).unwrap();
    image.adfs_by_aid(&aid).next().unwrap()
}

fn usim_ef(image: &Image, fid: u16) -> EfId {
    image.ef_in(usim_adf(image), fid).unwrap()
}

#[test]
fn a_header_and_an_end_are_a_profile_without_files() {
    let image = image(&[]);
    assert_eq!(image.efs().count(), 0);
    assert_eq!(
        image.walk(DirId::MF, &[0x3F00]),
        Some(Entry::Dir(DirId::MF))
    );
}

#[test]
fn shortcomings_are_named() {
    let bare = image(&[]);
    assert_eq!(
        shortcomings(&bare),
        [Shortcoming::Iccid, Shortcoming::NoUsim]
    );
    let unable = image(&[mf(), usim()]);
    let found = shortcomings(&unable);
    // EF.ARR has fewer records than the template refers to
    assert!(
        matches!(
            found.as_slice(),
            [Shortcoming::NoAuthentication(aid), Shortcoming::NoRules(files)]
                if aid == USIM_AID && *files > 10
        ),
        "{found:?}"
    );
}

#[test]
fn a_package_needs_its_header_first_and_its_end_last() {
    let built = |elements: &[Value]| rsp::package::build(elements).unwrap();
    let status = |bytes: &[u8]| interpret(bytes).unwrap_err();
    let format = PeStatusStatus::INVALID_REQUEST_FORMAT;
    for (elements, index) in [
        (vec![], 0),
        (vec![end()], 0),
        (vec![header()], 1),
        (vec![header(), header(), end()], 1),
        (vec![header(), end(), mf()], 2),
    ] {
        let error = status(&built(&elements));
        assert_eq!((error.status, error.index), (format, index), "{error}");
    }
}

#[test]
fn files_of_a_default_template_exist_without_being_mentioned() {
    let image = image(&[mf(), usim()]);
    let keys = usim_ef(&image, 0x6F08);
    assert_eq!(
        hex::encode(image.body(keys)),
        format!("07{}", "ff".repeat(32))
    );
    let ef = image.ef(keys).unwrap();
    assert_eq!((ef.sfi, ef.special), (Some(0x08), 0x80));
    assert_eq!((ef.security.arr, ef.security.record), (0x6F06, 5));
    let pl = image.ef_in(DirId::MF, 0x2F05).unwrap();
    assert_eq!(image.ef(pl).unwrap().security.arr, 0x2F06);
    let loci = usim_ef(&image, 0x6F7E);
    assert_eq!(hex::encode(image.body(loci)), "ffffffffffffff0000ff01");
    let ust = usim_ef(&image, 0x6F38);
    assert_eq!(
        hex::encode(image.body(ust)),
        format!("0000{}", "ff".repeat(12))
    );
}

#[test]
fn do_not_create_leaves_a_file_out_except_in_the_mf() {
    let unwanted = json!([{"doNotCreate": null}]);
    let usim = with(usim(), "ef-keys", unwanted.clone());
    let mf = with(mf(), "ef-pl", unwanted);
    let image = image(&[mf, usim]);
    assert_eq!(image.ef_in(usim_adf(&image), 0x6F08), None);
    assert!(image.ef_in(DirId::MF, 0x2F05).is_some());
}

#[test]
fn a_file_descriptor_goes_over_the_template() {
    let fdn = json!([{"fileDescriptor": {
        "fileDescriptor": "4221001c", "efFileSize": "38", "shortEFID": "18",
        "securityAttributesReferenced": "07", "lcsi": "04",
        "proprietaryEFInfo": {"specialFileInformation": "40", "fillPattern": "0102"},
    }}, {"fillFileOffset": 27}, {"fillFileContent": "aabb"}]);
    let image = image(&[mf(), with(usim(), "ef-fdn", fdn)]);
    let id = usim_ef(&image, 0x6F3B);
    let ef = image.ef(id).unwrap();
    let records = ef.structure.records().unwrap();
    assert_eq!((records.length, records.count), (28, 2));
    assert_eq!((ef.sfi, ef.life_cycle, ef.special), (Some(3), 0x04, 0x40));
    assert_eq!((ef.security.arr, ef.security.record), (0x6F06, 7));
    // a pattern fills each record, content is written over all of them
    let record = |tail: &str| format!("01{}{tail}", "02".repeat(26));
    assert_eq!(hex::encode(image.record(id, 1).unwrap()), record("aa"));
    let second = format!("bb{}", "02".repeat(27));
    assert_eq!(hex::encode(image.record(id, 2).unwrap()), second);
    assert_eq!(image.record(id, 3), None);
    assert_eq!(hex::encode(image.body(id)), record("aa") + &second);
}

#[test]
fn short_identifiers_are_given_defaulted_or_taken_away() {
    let described = |short: Value| json!([{"fileDescriptor": short}]);
    let sfi = |file: Value| {
        let image = image(&[mf(), with(usim(), "ef-keys", file)]);
        image.ef(usim_ef(&image, 0x6F08)).unwrap().sfi
    };
    assert_eq!(sfi(described(json!({}))), Some(0x08));
    assert_eq!(sfi(described(json!({"shortEFID": "f0"}))), Some(30));
    assert_eq!(sfi(described(json!({"shortEFID": ""}))), None);
    let wrong = described(json!({"shortEFID": "f1"}));
    let error = refusal(&[mf(), with(usim(), "ef-keys", wrong)]);
    assert_eq!(error.status, PeStatusStatus::BAD_VALUES, "{error}");
    assert_eq!((error.index, error.identification), (2, Some(4)));
    assert!(error.reason.starts_with("ef-keys: "), "{error}");
}

#[test]
fn patterns_repeat_their_last_byte_their_first_or_themselves() {
    let gsm = json!({"gsm-access": {
        "gsm-access-header": pe(5), "templateID": "2.23.143.1.2.7",
        "df-gsm-access": [], "ef-kc": [],
        "ef-kcgprs": [{"fileDescriptor": {"proprietaryEFInfo": {"repeatPattern": "010203"}}}],
    }});
    let image = image(&[mf(), usim(), gsm]);
    let gsm = image.dir_in(usim_adf(&image), 0x5F3B).unwrap();
    let body = |fid| hex::encode(image.body(image.ef_in(gsm, fid).unwrap()));
    assert_eq!(body(0x4F20), "ffffffffffffffff07");
    assert_eq!(body(0x4F52), "010203010203010203");
    // not mentioned, and the template is not one that is created by default
    assert_eq!(image.ef_in(gsm, 0x4F63), None);
}

#[test]
fn generic_file_management_makes_files_anywhere() {
    let image = image(&[
        mf(),
        usim(),
        management(json!([
            {"filePath": "7fd0"},
            {"createFCP": {"fileDescriptor": "7821", "fileID": "5f50", "securityAttributesReferenced": "0d"}},
            {"filePath": "7fd05f50"},
            {"createFCP": {"fileDescriptor": "4121", "fileID": "4f81", "securityAttributesReferenced": "6f0603", "efFileSize": "04"}},
            {"fillFileContent": "01"}, {"fillFileOffset": 1}, {"fillFileContent": "02"},
            {"createFCP": {"fileDescriptor": "7921", "fileID": "4f82", "securityAttributesReferenced": "01", "efFileSize": "0400"}},
            {"filePath": "7fd05f504f81"},
            {"fillFileContent": "09"},
        ])),
    ]);
    let entry = image.walk(usim_adf(&image), &[0x5F50, 0x4F81]);
    let Some(Entry::Ef(id)) = entry else {
        panic!("{entry:?}");
    };
    assert_eq!(hex::encode(image.body(id)), "09ff02ff");
    let ef = image.ef(id).unwrap();
    assert_eq!((ef.sfi, ef.security.record), (Some(1), 3));
    let entry = image.walk(usim_adf(&image), &[0x5F50, 0x4F82]);
    let Some(Entry::Ef(id)) = entry else {
        panic!("{entry:?}");
    };
    let reserved = Structure::BerTlv {
        reserved: 0x400,
        maximum: None,
    };
    assert_eq!(image.ef(id).unwrap().structure, reserved);
    assert!(image.body(id).is_empty());
}

#[test]
fn a_link_has_the_body_of_its_target_and_rules_of_its_own() {
    let link = |path: &str| {
        management(json!([
            {"filePath": ""},
            {"createFCP": {"fileDescriptor": "4221001a", "fileID": "6f3b", "securityAttributesReferenced": "2f0609", "shortEFID": "", "linkPath": path}},
            {"fillFileContent": "41"},
        ]))
    };
    let image = image(&[mf(), usim(), link("7fd06f3b")]);
    let id = image.ef_in(DirId::MF, 0x6F3B).unwrap();
    let target = usim_ef(&image, 0x6F3B);
    assert_eq!(image.body_of(id), target);
    assert_eq!(image.body(id), image.body(target));
    assert_eq!(image.record(target, 1).unwrap()[..2], [0x41, 0xFF]);
    let (link_to, own) = (image.ef(target).unwrap(), image.ef(id).unwrap());
    assert_eq!(link_to.structure, own.structure);
    assert_eq!((own.security.record, own.sfi), (9, None));
    for path in ["7fd06fff", "7fd0", "7f", "5f3a4f3a"] {
        let error = refusal(&[mf(), usim(), link(path)]);
        assert_eq!(error.status, PeStatusStatus::BAD_VALUES, "{path}: {error}");
        assert_eq!(error.identification, Some(23), "{path}");
    }
}

#[test]
fn a_linked_directory_shows_the_files_of_its_target() {
    let image = image(&[
        mf(),
        usim(),
        management(json!([
            {"filePath": ""},
            {"createFCP": {"fileDescriptor": "7821", "fileID": "7f10", "securityAttributesReferenced": "0e"}},
            {"filePath": "7f10"},
            {"createFCP": {"fileDescriptor": "4121", "fileID": "6f01", "securityAttributesReferenced": "01", "efFileSize": "01"}},
            {"filePath": "7fd0"},
            {"createFCP": {"fileDescriptor": "7821", "fileID": "5f3a", "securityAttributesReferenced": "0e", "linkPath": "7f10"}},
        ])),
    ]);
    assert!(image.walk(usim_adf(&image), &[0x5F3A, 0x6F01]).is_some());
}

#[test]
fn pins_belong_to_the_directory_of_the_last_application() {
    let puks = json!({"pukCodes": {"puk-Header": pe(2), "pukCodes": [
        {"keyReference": "pukAppl1", "pukValue": "3131313131313131"},
    ]}});
    let global = json!({"pinCodes": {"pin-Header": pe(3), "pinCodes": {"pinconfig": [
        {"keyReference": "pinAppl1", "pinValue": "30303030ffffffff", "unblockingPINReference": "pukAppl1", "pinAttributes": 6},
    ]}}});
    let local = |codes: Value| json!({"pinCodes": {"pin-Header": pe(5), "pinCodes": codes}});
    let own = local(
        json!({"pinconfig": [{"keyReference": "secondPINAppl1", "pinValue": "39393939ffffffff"}]}),
    );
    let elements = [mf(), puks.clone(), global.clone(), usim(), own];
    let image = image(&elements);
    let usim = usim_adf(&image);
    let (context, pin) = image.pin(usim, 0x01).unwrap();
    assert_eq!(image.pin(DirId::MF, 0x01).unwrap().0, context);
    assert_eq!(
        (pin.enabled, pin.changeable, pin.can_be_disabled),
        (false, true, true)
    );
    assert_eq!((pin.retries, pin.left, pin.puk), (3, 3, Some(1)));
    assert!(image.pin(usim, 0x81).unwrap().1.enabled);
    assert_eq!(image.pin(DirId::MF, 0x81), None);
    let puk = image.puk(1).unwrap();
    assert_eq!((puk.retries, puk.value), (10, *b"11111111"));

    let shared = local(json!({"filePath": ""}));
    let image = self::image(&[mf(), puks.clone(), global.clone(), self::usim(), shared]);
    let usim = usim_adf(&image);
    assert_eq!(
        image.pin(usim, 1).unwrap().0,
        image.pin(DirId::MF, 1).unwrap().0
    );

    let error = refusal(&[mf(), global.clone(), puks.clone(), global]);
    assert_eq!(error.status, PeStatusStatus::BAD_VALUES, "{error}");
    let error = refusal(&[mf(), elements[2].clone()]);
    assert_eq!(error.status, PeStatusStatus::PIN_CODE_MISSING, "{error}");
    assert_eq!((error.index, error.identification), (2, Some(3)));
}

#[test]
fn what_does_not_fit_is_refused() {
    let large = json!([{"fileDescriptor": {"efFileSize": "7fffffff"}}]);
    let odd = json!([{"fileDescriptor": {"fileDescriptor": "4221001c", "efFileSize": "39"}}]);
    let bad = PeStatusStatus::BAD_VALUES;
    let format = PeStatusStatus::INVALID_REQUEST_FORMAT;
    let second = with(usim(), "usim-header", pe(7));
    for (elements, status) in [
        (
            vec![mf(), with(usim(), "ef-spn", large)],
            PeStatusStatus::NOT_ENOUGH_MEMORY,
        ),
        (vec![mf(), with(usim(), "ef-fdn", odd)], bad),
        (
            vec![
                mf(),
                with(usim(), "ef-acc", json!([{"fillFileContent": "000102"}])),
            ],
            bad,
        ),
        (
            vec![
                mf(),
                with(
                    usim(),
                    "ef-acc",
                    json!([{"fillFileOffset": 2}, {"fillFileContent": "00"}]),
                ),
            ],
            bad,
        ),
        (
            vec![
                mf(),
                with(
                    usim(),
                    "ef-acc",
                    json!([{"fileDescriptor": {}}, {"fileDescriptor": {}}]),
                ),
            ],
            format,
        ),
        (vec![mf(), with(usim(), "adf-usim", json!([]))], bad),
        (vec![mf(), usim(), second], bad),
        (vec![usim()], format),
        (vec![mf(), mf()], format),
        (
            vec![mf(), management(json!([{"fillFileContent": "00"}]))],
            format,
        ),
        (vec![mf(), management(json!([{"filePath": "7f10"}]))], bad),
        (
            vec![mf(), with(usim(), "templateID", json!("2.23.143.1.2.5"))],
            PeStatusStatus::TEMPLATE_NOT_SUPPORTED,
        ),
    ] {
        let error = refusal(&elements);
        assert_eq!(error.status, status, "{error}");
        assert_eq!(error.index, elements.len(), "{error}");
    }
}

#[test]
fn an_element_that_is_not_mandated_may_be_left_out() {
    let unknown = json!({"cd": {
        "cd-header": {"identification": 12}, "templateID": "2.23.143.1.2.200", "df-cd": [],
    }});
    let package = build(&[mf(), unknown.clone()]);
    let mut interpreter = Interpreter::new(DEFAULT_MEMORY);
    let mut rest = package.as_slice();
    while !rest.is_empty() {
        let (element, after) = Tlv::read(rest).unwrap();
        interpreter.element(element.raw).unwrap();
        rest = after;
    }
    let left_out = LeftOut {
        identification: Some(12),
        status: PeStatusStatus::TEMPLATE_NOT_SUPPORTED,
    };
    assert_eq!(interpreter.left_out(), [left_out]);
    interpreter.finish().unwrap();

    let error = refusal(&[mf(), with(unknown, "cd-header", pe(12))]);
    assert_eq!(error.status, PeStatusStatus::TEMPLATE_NOT_SUPPORTED);
    assert_eq!(error.identification, Some(12));
}

#[test]
fn an_element_of_a_later_type_counts_like_one_that_is_not_supported() {
    // BF22 { header { mandated, identification 300 } }
    let later = |mandated: bool| {
        let header = if mandated {
            "a00680008102012c"
        } else {
            "a0048102012c"
        };
        let header = hex::decode(header).unwrap();
        rsp::tlv::tlv(Tag::new(0xBF22), &header)
    };
    let with_it = |mandated: bool| {
        let start = rsp::package::build(&[header(), mf()]).unwrap();
        let end = rsp::package::build(&[end()]).unwrap();
        [start, later(mandated), end].concat()
    };
    interpret(&with_it(false)).unwrap();
    let error = interpret(&with_it(true)).unwrap_err();
    assert_eq!(error.status, PeStatusStatus::PE_NOT_SUPPORTED, "{error}");
    assert_eq!((error.index, error.identification), (2, Some(300)));
    // one that is known but damaged names itself as well: its PIN list is an INTEGER
    let mut damaged = rsp::package::build(&[header(), mf()]).unwrap();
    damaged.extend(hex::decode("a20aa0058000810105 0201ff".replace(' ', "")).unwrap());
    let error = interpret(&damaged).unwrap_err();
    assert_eq!(
        error.status,
        PeStatusStatus::INVALID_REQUEST_FORMAT,
        "{error}"
    );
    assert_eq!((error.index, error.identification), (2, Some(5)));
}

#[test]
fn the_header_is_refused_for_what_the_card_cannot_do() {
    let status = |member: &str, value: Value| {
        let header = with(header(), member, value);
        let package = rsp::package::build(&[header, end()]).unwrap();
        interpret(&package).map(drop).map_err(|error| error.status)
    };
    let services = "eUICC-Mandatory-services";
    let templates = "eUICC-Mandatory-GFSTEList";
    let libraries = "eUICC-Mandatory-AIDs";
    let library = |aid: &str| json!([{"aid": aid, "version": "0100"}]);
    assert_eq!(
        status(services, json!({"usim": {}, "milenage": {}})),
        Ok(())
    );
    assert_eq!(
        status(services, json!({"multos": {}})),
        Err(PeStatusStatus::FEATURE_NOT_SUPPORTED)
    );
    assert_eq!(status(templates, json!(["2.23.143.1.2.13.4"])), Ok(()));
    for oid in ["2.23.143.1.2.99", "2.999.1"] {
        assert_eq!(
            status(templates, json!([oid])),
            Err(PeStatusStatus::TEMPLATE_NOT_SUPPORTED)
        );
    }
    assert_eq!(status(libraries, library("a0000000620101")), Ok(()));
    assert_eq!(
        status(libraries, library("a000000999ffff")),
        Err(PeStatusStatus::LIB_NOT_SUPPORTED)
    );
    assert_eq!(
        status("major-version", json!(4)),
        Err(PeStatusStatus::UNSUPPORTED_PROFILE_VERSION)
    );
}

#[test]
fn an_iot_minimal_profile_is_made_from_little() {
    let iot = json!({"iot": {
        "iot-header": pe(1), "templateID": "2.23.143.1.2.17",
        "ef-imsi": [{"fillFileContent": "080910100000000010"}],
        "ef-acc": [{"fillFileContent": "0001"}],
    }});
    let header = with(header(), "iotOptions", json!({"pix": "1002ffffffff89"}));
    let package = rsp::package::build(&[header, iot, end()]).unwrap();
    let image = interpret(&package).unwrap();
    let iccid = image.ef_in(DirId::MF, 0x2FE2).unwrap();
    assert_eq!(hex::encode(image.body(iccid)), "988801000000000010f5");
    let aid = hex::decode("a0000000871002ffffffff89").unwrap();
    let adf = image.adfs_by_aid(&aid).next().unwrap();
    let imsi = image.ef_in(adf, 0x6F07).unwrap();
    let security = image.ef(imsi).unwrap().security;
    let rule = image.access_rule(adf, security).unwrap();
    assert!(hex::encode(rule).starts_with("800101a406830101950108"));
    let directory = image.ef_in(DirId::MF, 0x2F00).unwrap();
    let entry = hex::encode(image.record(directory, 1).unwrap());
    assert_eq!(entry, "61144f0ca0000000871002ffffffff8950045553494d");
}

fn sample() -> Vec<u8> {
    build(&[
        mf(),
        usim(),
        management(json!([
            {"createFCP": {"fileDescriptor": "4221001a", "fileID": "6f3b", "securityAttributesReferenced": "2f0609", "linkPath": "7fd06f3b"}},
            {"createFCP": {"fileDescriptor": "7821", "fileID": "7f10", "securityAttributesReferenced": "0e"}},
        ])),
    ])
}

proptest! {
    #[test]
    fn damaged_packages_do_not_panic_and_files_stay_within_the_memory(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut package = sample();
        for (at, byte) in damage {
            let at = at.index(package.len());
            package[at] = byte;
        }
        if let Ok(image) = interpret(&package) {
            prop_assert!(image.file_bytes() <= DEFAULT_MEMORY);
            for (id, _) in image.efs() {
                let body = image.body(id);
                prop_assert!(body.len() as u64 <= DEFAULT_MEMORY);
            }
        }
    }

    #[test]
    fn any_bytes_are_no_package(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(interpret(&bytes).is_err());
    }
}

#[test]
fn files_and_directories_have_their_limits() {
    let file = |fid: u16| {
        json!({"createFCP": {
            "fileDescriptor": "4121", "fileID": format!("{fid:04x}"), "efFileSize": "01",
            "securityAttributesReferenced": "01", "shortEFID": "",
        }})
    };
    let many: Vec<Value> = (0..4200).map(file).collect();
    let error = refusal(&[mf(), management(json!(many))]);
    assert_eq!(error.status, PeStatusStatus::NOT_ENOUGH_MEMORY, "{error}");

    let mut deep = Vec::new();
    for fid in 0x7F01..0x7F04_u16 {
        let path: String = (0x7F01..fid).map(|above| format!("{above:04x}")).collect();
        deep.push(json!({"filePath": path}));
        deep.push(json!({"createFCP": {
            "fileDescriptor": "7821", "fileID": format!("{fid:04x}"),
            "securityAttributesReferenced": "01",
        }}));
    }
    let image = image(&[mf(), management(json!(deep))]);
    let entry = image.walk(DirId::MF, &[0x7F01, 0x7F02, 0x7F03]);
    let Some(Entry::Dir(deepest)) = entry else {
        panic!("{entry:?}");
    };
    assert_eq!(image.path_of(deepest), [0x3F00, 0x7F01, 0x7F02, 0x7F03]);
}

#[test]
fn a_ber_tlv_file_takes_no_gigabytes_whatever_it_announces() {
    let offsets = |count: usize| {
        let mut commands = vec![json!({"createFCP": {
            "fileDescriptor": "7921", "fileID": "4f82", "securityAttributesReferenced": "01",
            "efFileSize": "0400",
            "proprietaryEFInfo": {"specialFileInformation": "00", "maximumFileSize": "7fffffff"},
        }})];
        commands.extend(vec![json!({"fillFileOffset": 0xFFFF}); count]);
        commands.push(json!({"fillFileContent": "800101"}));
        [mf(), management(json!(commands))]
    };
    let image = image(&offsets(15));
    let id = image.ef_in(DirId::MF, 0x4F82).unwrap();
    assert_eq!(image.body(id).len(), 15 * 0xFFFF + 3);
    assert_eq!(image.ef(id).unwrap().structure.limit(), 0x10_0000);
    let error = refusal(&offsets(17));
    assert_eq!(error.status, PeStatusStatus::BAD_VALUES, "{error}");
}

#[test]
fn a_directory_that_links_to_itself_leads_nowhere_endless() {
    let image = image(&[
        mf(),
        management(json!([
            {"createFCP": {"fileDescriptor": "7821", "fileID": "7f10", "securityAttributesReferenced": "01"}},
            {"filePath": "7f10"},
            {"createFCP": {"fileDescriptor": "7821", "fileID": "5f01", "securityAttributesReferenced": "01", "linkPath": "7f10"}},
        ])),
    ]);
    let path: Vec<u16> = [0x7F10].into_iter().chain([0x5F01; 50]).collect();
    assert!(image.walk(DirId::MF, &path).is_some());
    let error = refusal(&[
        mf(),
        management(json!([
            {"createFCP": {"fileDescriptor": "7821", "fileID": "5f01", "securityAttributesReferenced": "01", "linkPath": "5f01"}},
        ])),
    ]);
    assert_eq!(error.status, PeStatusStatus::BAD_VALUES, "{error}");
}
