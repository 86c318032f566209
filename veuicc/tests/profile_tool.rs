// SPDX-License-Identifier: MIT OR Apache-2.0
//! `veuicc profile`: what is inspected builds into the same bytes, and every rule is seen to speak.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use veuicc::profile_tool::{
    Package, RULES, Severity, build, lint, to_json, to_tree, to_yaml, with_iccid,
};

/// The packages of TS.48, beside the checkout; nothing where they are not, which CI does not
/// accept.
fn published() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/profiles/ts48-v7.0");
    if !folder.exists() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is missing",
            folder.display()
        );
        eprintln!("left out: {} is missing", folder.display());
        return Vec::new();
    }
    let files = with_extension(&folder, "der");
    assert_eq!(files.len(), 4, "{files:?}");
    files
}

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testcases/fixtures/profiles")
}

fn with_extension(folder: &Path, wanted: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == wanted)
    });
    files.sort();
    files
}

fn read(bytes: &[u8]) -> Package {
    Package::read(bytes).unwrap()
}

#[test]
fn what_is_inspected_builds_into_the_same_bytes() {
    let mut packages: Vec<_> = published()
        .iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect();
    for file in with_extension(&fixtures(), "yaml") {
        packages.push(build(&std::fs::read_to_string(file).unwrap()).unwrap());
    }
    assert!(packages.len() >= 2);
    for package in packages {
        let yaml = to_yaml(&read(&package));
        assert_eq!(build(&yaml).unwrap(), package);
        assert!(!yaml.contains("raw"), "all of it is DER");
        let json = to_json(&read(&package));
        assert_eq!(
            rsp::package::build(json.as_array().unwrap()).unwrap(),
            package
        );
    }
}

#[test]
fn what_is_not_der_or_not_known_comes_back_as_well() {
    for hex in [
        "aa06a00481810108",
        "bf7f03800101",
        "b207a2 05 a103 8a0105",
        "a0 08 8001 02 8101 03 ff00",
        "aa 07 a0 05 8101 05 9900",
    ] {
        let bytes = hex::decode(hex.replace(' ', "")).unwrap();
        let yaml = to_yaml(&read(&bytes));
        assert_eq!(
            hex::encode(build(&yaml).unwrap()),
            hex::encode(&bytes),
            "{yaml}"
        );
    }
}

#[test]
fn comments_say_what_hexadecimal_means() {
    let text = std::fs::read_to_string(fixtures().join("operational.yaml")).unwrap();
    let package = read(&build(&text).unwrap());
    let yaml = to_yaml(&package);
    for remark in [
        "# 2/9 mf, identification 1, template MF",
        "iccid: '8988100000000000015f'  # ICCID 8988100000000000015",
        "ef-imsi:  # EF.IMSI 6F07",
        "# IMSI 001010000000001",
        "# services 19 27 85",
        "# EF.ARR 2F06 record 2",
        "pinValue: '30303030ffffffff'",
        "# \"Operational\"",
        "# AES",
    ] {
        assert!(yaml.contains(remark), "{remark} in\n{yaml}");
    }
    assert!(
        to_tree(&package).contains("# 4/9 pinCodes"),
        "{}",
        to_tree(&package)
    );
}

#[test]
fn published_packages_have_no_errors() {
    for file in published() {
        let findings = lint(&read(&std::fs::read(&file).unwrap()));
        for finding in &findings {
            assert_eq!(
                finding.severity(),
                Severity::Warning,
                "{}: {finding}",
                file.display()
            );
        }
        let ids: Vec<_> = findings.iter().map(|finding| finding.rule.id).collect();
        assert_eq!(
            ids,
            ["identification-order", "service-declared"],
            "{}",
            file.display()
        );
    }
}

#[test]
fn the_packages_of_the_repository_have_no_errors() {
    for file in with_extension(&fixtures(), "yaml") {
        let package = build(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for finding in lint(&read(&package)) {
            assert_eq!(
                finding.rule.id,
                "access-rule-missing",
                "{}: {finding}",
                file.display()
            );
        }
    }
}

#[test]
fn a_copy_of_a_published_package_has_an_iccid_of_its_own() {
    let iccid = "89001012012341234003".parse().unwrap();
    for file in published() {
        let package = std::fs::read(&file).unwrap();
        let copy = with_iccid(&package, &iccid).unwrap();
        assert_eq!(copy.len(), package.len());
        let yaml = to_yaml(&read(&copy));
        assert_eq!(yaml.matches("ICCID 89001012012341234003").count(), 2);
        assert!(!yaml.contains("89000123456789012341"));
        assert!(
            lint(&read(&copy))
                .iter()
                .all(|finding| finding.rule.id != "iccid-file")
        );
    }
}

const SPARE: &str =
    "- nonStandard: {nonStandard-header: {identification: 40}, issuerID: '1.2.3', content: ''}\n";
const END: &str = "- end:\n";

/// Per rule: what to replace in the operational profile of the repository, and by what.
fn broken() -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let one = |from: &'static str, to: &str| vec![(from, to.to_owned())];
    let before_end = |text: &str| vec![(END, format!("{text}{END}"))];
    let rfm = |members: &str, more: &str| {
        before_end(&format!(
            "- rfm: {{rfm-header: {{identification: 40}}, instanceAID: 'a00000055910100001', {members} \
             minimumSecurityLevel: '02', uiccAccessDomain: '00', uiccAdminAccessDomain: '00'{more}}}\n"
        ))
    };
    vec![
        ("element-form", before_end("- {raw: 'bf7f00'}\n")),
        (
            "element-der",
            one(
                "sd-Header: {mandated: {}, identification: 7}",
                "sd-Header: {identification: {raw: '81810107'}}",
            ),
        ),
        (
            "header-first",
            one("- header:", &format!("{SPARE}- header:")),
        ),
        (
            "end-last",
            vec![(
                "end-header: {mandated: {}, identification: 8}",
                format!("end-header: {{identification: 8}}\n{SPARE}"),
            )],
        ),
        (
            "element-once",
            before_end("- pukCodes: {puk-Header: {identification: 40}, pukCodes: []}\n"),
        ),
        (
            "element-order",
            one(
                "- mf:",
                "- opt-usim: {optusim-header: {identification: 40}, templateID: '2.23.143.1.2.5'}\n- mf:",
            ),
        ),
        (
            "identification-unique",
            one("identification: 8}", "identification: 7}"),
        ),
        (
            "identification-order",
            one("identification: 8}", "identification: 0}"),
        ),
        (
            "template-known",
            one(
                "templateID: '2.23.143.1.2.1'",
                "templateID: '2.23.143.1.2.99'",
            ),
        ),
        (
            "template-declared",
            one("'2.23.143.1.2.1', '2.23.143.1.2.4'", "'2.23.143.1.2.1'"),
        ),
        (
            "iot-minimal",
            one(
                "major-version: 2",
                "iotOptions: {pix: '01020304050607'}\n    major-version: 2",
            ),
        ),
        (
            "profile-version",
            one("major-version: 2", "major-version: 9"),
        ),
        (
            "iccid-digits",
            one("8988100000000000015f", "89881000000a0000015f"),
        ),
        (
            "iccid-check-digit",
            vec![
                ("8988100000000000015f", "8988100000000000016f".into()),
                ("988801000000000010f5", "988801000000000010f6".into()),
            ],
        ),
        (
            "iccid-file",
            one("988801000000000010f5", "988801000000000020f5"),
        ),
        ("service-declared", one("milenage: {}", "")),
        ("service-used", one("usim: {}", "usim: {}, csim: {}")),
        (
            "puk-place",
            one(
                "- pukCodes:\n    puk-Header",
                &format!("{SPARE}- pukCodes:\n    puk-Header"),
            ),
        ),
        (
            "puk-reference",
            one(
                "unblockingPINReference: pukAppl1",
                "unblockingPINReference: pukAppl3",
            ),
        ),
        ("puk-value", one("3131313131313131", "31313131313131ff")),
        (
            "pin-scope",
            one("keyReference: secondPINAppl1", "keyReference: pinAppl2"),
        ),
        ("pin-value", one("30303030ffffffff", "303030ffffffffff")),
        ("pin-attempts", one("retryNumLeft: 51", "retryNumLeft: 53")),
        (
            "pin-status",
            one(
                "pinStatusTemplateDO: '01810a'",
                "pinStatusTemplateDO: '01820a'",
            ),
        ),
        (
            "aka-present",
            one(
                "- akaParameter:",
                &format!(
                    "{SPARE}- isim: {{isim-header: {{identification: 41}}, templateID: '2.23.143.1.2.8', adf-isim: [], ef-impi: [], ef-impu: [], ef-domain: [], ef-ist: [], ef-arr: []}}\n- akaParameter:"
                ),
            ),
        ),
        (
            "aka-key-length",
            one("cd63cb71954a9f4e48a5994e37a02baf", "cd63"),
        ),
        (
            "aka-constants",
            one(
                "algorithmOptions: '01'",
                "algorithmOptions: '01'\n        rotationConstants: '00'",
            ),
        ),
        ("imsi-form", one("080910100000000010", "080110100000000010")),
        (
            "adf-parameters",
            one("dfName: 'a0000000871002ffffffff8900010000'", "lcsi: '05'"),
        ),
        (
            "service-file",
            one(
                "'00000404000000000000100000'",
                "'02000404000000000000100000'",
            ),
        ),
        (
            "suci-parameters",
            vec![
                ("efFileSize: '0d'", "efFileSize: '10'".into()),
                (
                    "'00000404000000000000100000'",
                    "'00000404000000000000100000000008'".into(),
                ),
            ],
        ),
        ("file-descriptor", one("'42210026'", "'4221'")),
        ("file-records", one("efFileSize: '26'", "efFileSize: '27'")),
        (
            "file-content",
            one(
                "efFileSize: '04'}\n      - fillFileContent: '00000002'",
                "efFileSize: '03'}\n      - fillFileContent: '00000002'",
            ),
        ),
        ("access-rule", one("'2f0602'", "'2f0609'")),
        (
            "mno-sd",
            one(
                "instanceAID: 'a000000151000000'",
                "instanceAID: 'a000000151000000'\n      extraditeSecurityDomainAID: 'a000000151000000'",
            ),
        ),
        (
            "sd-key-unique",
            one("keyIdentifier: '02'", "keyIdentifier: '01'"),
        ),
        (
            "sd-key-length",
            one("101112131415161718191a1b1c1d1e1f", "1011"),
        ),
        ("rfm-tar", rfm("", "")),
        (
            "rfm-adf",
            rfm(
                "tarList: ['b00120'],",
                ", adfRFMAccess: {adfAID: 'a000000087', adfAccessDomain: '00', adfAdminAccessDomain: '00'}",
            ),
        ),
        (
            "interpretation",
            before_end(
                "- genericFileManagement: {gfm-header: {mandated: {}, identification: 40}, fileManagementCMD: [[{filePath: '7f99'}, {createFCP: {fileDescriptor: '4121', fileID: '6f01', efFileSize: '01', securityAttributesReferenced: '2f0602'}}]]}\n",
            ),
        ),
        (
            "left-out",
            before_end(
                "- opt-usim: {optusim-header: {identification: 40}, templateID: '2.23.143.1.2.5.9'}\n",
            ),
        ),
        // files that the template makes by default refer to its own list of rules
        ("access-rule-missing", one("- end:", "- end:")),
    ]
}

#[test]
fn every_rule_is_seen_to_speak() {
    let base = std::fs::read_to_string(fixtures().join("operational.yaml")).unwrap();
    let cases = broken();
    let tried: Vec<_> = cases.iter().map(|(rule, _)| *rule).collect();
    let all: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(tried, all, "one case per rule, in the order of the table");
    for (rule, edits) in cases {
        let mut text = base.clone();
        for (from, to) in edits {
            assert!(text.contains(from), "{rule}: {from}");
            text = text.replacen(from, &to, 1);
        }
        let package = build(&text).unwrap_or_else(|error| panic!("{rule}: {error}"));
        let findings = lint(&read(&package));
        let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
        let own = findings.iter().position(|finding| finding.rule.id == rule);
        let own = own.unwrap_or_else(|| panic!("{rule}: {lines:#?}"));
        assert!(lines[own].contains(&format!("[{rule}, ")), "{}", lines[own]);
        assert!(
            lines[own].starts_with(&format!("{}: ", findings[own].severity())),
            "{}",
            lines[own]
        );
    }
}

fn veuicc(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_veuicc"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn the_command_builds_inspects_and_judges() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let source = fixtures().join("operational.yaml").display().to_string();
    let built = veuicc(&[
        "profile",
        "build",
        &source,
        "-o",
        &path("one.der"),
        "--iccid",
        "8988100000000000023",
    ]);
    assert_eq!(built.status.code(), Some(0), "{built:?}");
    let inspected = veuicc(&["profile", "inspect", &path("one.der")]);
    assert!(
        String::from_utf8(inspected.stdout)
            .unwrap()
            .contains("ICCID 8988100000000000023")
    );
    for (format, start) in [("tree", "# 1/9 header"), ("json", "[")] {
        let inspected = veuicc(&["profile", "inspect", &path("one.der"), "--format", format]);
        assert!(
            inspected.stdout.starts_with(start.as_bytes()),
            "{inspected:?}"
        );
    }
    assert_eq!(
        veuicc(&["profile", "lint", &path("one.der")]).status.code(),
        Some(0)
    );
    let rules = veuicc(&["profile", "lint", "--rules"]);
    assert_eq!(
        String::from_utf8(rules.stdout).unwrap().lines().count(),
        RULES.len()
    );
}

#[test]
fn the_command_says_where_it_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.yaml").display().to_string();
    std::fs::write(&path, "- end:\n    end-header: {identification: eight}\n").unwrap();
    let output = folder.path().join("out.der").display().to_string();
    let built = veuicc(&["profile", "build", &path, "-o", &output]);
    assert_eq!(built.status.code(), Some(2));
    let said = String::from_utf8(built.stderr).unwrap();
    let expected =
        format!("veuicc: {path}:2:34: profile element 1: end.end-header.identification: expected ");
    assert!(said.starts_with(&expected), "{said}");
    assert!(!Path::new(&output).exists());

    let source = std::fs::read_to_string(fixtures().join("operational.yaml")).unwrap();
    std::fs::write(&path, source.replace("080910100000000010", "ff")).unwrap();
    let judged = veuicc(&["profile", "lint", &path]);
    assert_eq!(judged.status.code(), Some(2), "{judged:?}");
    let lines = String::from_utf8(judged.stdout).unwrap();
    assert!(
        lines.contains("error: element 5 usim, ef-imsi: expected a length and 6 to 15 digits, saw ff [imsi-form, TS 31.102 §4.2.2]"),
        "{lines}"
    );
    let missing = veuicc(&["profile", "inspect", "/nonexistent/package.der"]);
    assert_eq!(missing.status.code(), Some(2));
}
