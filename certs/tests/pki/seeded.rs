// SPDX-License-Identifier: MIT OR Apache-2.0
//! The seeded PKI: the same bytes every time, every role there, exported and loaded again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use certs::{Curve, Overwrite, Pki, PkiError, Role, Variant, export, export_invalid};
use sha2::{Digest, Sha256};

/// Every file below a folder.
fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn exported(seed: u64) -> BTreeMap<String, Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    export(&Pki::seeded(seed).unwrap(), dir.path(), Overwrite::No).unwrap();
    tree(dir.path())
}

#[test]
fn the_same_seed_gives_the_same_files() {
    let first = exported(1);
    assert_eq!(first.len(), 16 * 2 * 4 + 2 * 3 + 1);
    assert!(first == exported(1));
}

#[test]
fn another_seed_gives_other_certificates_and_keys_in_the_same_files() {
    let (first, second) = (exported(1), exported(2));
    assert!(first.keys().eq(second.keys()));
    for (name, content) in &first {
        assert_ne!(content, &second[name], "{name}");
    }
}

#[test]
fn every_role_is_there_on_both_curves_with_its_own_key() {
    let pki = Pki::seeded(1).unwrap();
    let mut keys = Vec::new();
    for curve in Curve::ALL {
        for role in Variant::O.roles() {
            let credential = pki.credential(role, curve).unwrap();
            assert_eq!(credential.key.curve(), curve);
            keys.push(credential.key.public_key().to_point());
        }
    }
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 32);
}

#[test]
fn the_two_sm_dp_plus_have_different_oids() {
    let variant = Variant::O;
    assert_eq!(Role::DpAuth.registered_id(variant), Some("2.999.10"));
    for (first, second) in [
        (Role::DpAuth, Role::Dp2Auth),
        (Role::DpPb, Role::Dp2Pb),
        (Role::DpTls, Role::Dp2Tls),
    ] {
        for variant in Variant::ALL {
            assert_ne!(first.registered_id(variant), second.registered_id(variant));
        }
    }
}

#[test]
fn the_manifest_names_every_certificate_with_its_fingerprint() {
    let files = exported(1);
    let manifest = String::from_utf8(files["manifest.toml"].clone()).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let rows = manifest["certificate"].as_array().unwrap();
    let text = |row: &toml::Value, key: &str| row[key].as_str().unwrap().to_owned();
    for row in rows {
        let fingerprint = hex::encode(Sha256::digest(&files[&text(row, "file")]));
        assert_eq!(text(row, "fingerprint"), fingerprint);
    }
    let listed: BTreeSet<String> = rows.iter().map(|row| text(row, "file")).collect();
    let written = files.keys().filter(|name| name.ends_with(".der")).cloned();
    assert_eq!(listed, written.collect());
    let brainpool = rows
        .iter()
        .find(|row| text(row, "name") == "S_SM_DPauth_ECDSA_BRP")
        .unwrap();
    assert_eq!(text(brainpool, "role"), "dp-auth");
    assert_eq!(text(brainpool, "curve"), "brainpoolP256r1");
}

#[test]
fn a_folder_with_files_is_left_alone_unless_told() {
    let dir = tempfile::tempdir().unwrap();
    let pki = Pki::seeded(1).unwrap();
    fs::write(dir.path().join("mine"), "x").unwrap();
    let refused = export(&pki, dir.path(), Overwrite::No).unwrap_err();
    assert!(matches!(refused, PkiError::NotEmpty(_)), "{refused}");
    assert_eq!(tree(dir.path()).len(), 1);
    export(&pki, dir.path(), Overwrite::Yes).unwrap();
    assert_eq!(fs::read_to_string(dir.path().join("mine")).unwrap(), "x");
}

#[test]
fn flawed_certificates_are_written_with_what_is_wrong_with_them() {
    let dir = tempfile::tempdir().unwrap();
    let pki = Pki::seeded_variant(1, Variant::B).unwrap();
    let written = export_invalid(&pki, dir.path(), Overwrite::No).unwrap();
    let files = tree(dir.path());
    assert_eq!(written.len(), files.len());
    let recipes = String::from_utf8(files["recipes.toml"].clone()).unwrap();
    let recipes: toml::Table = recipes.parse().unwrap();
    let rows = recipes["certificate"].as_array().unwrap();
    assert_eq!(rows.len(), pki.invalid_set().len());
    for row in rows {
        let name = row["name"].as_str().unwrap();
        let made = pki.invalid_named(name).unwrap().credential.certificate;
        assert_eq!(files[&format!("CERT_{name}.der")], made);
        assert_ne!(row["recipe"].as_str().unwrap(), "");
    }
}

#[test]
fn an_exported_pki_loads_as_it_was() {
    for variant in Variant::ALL {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::seeded_variant(3, variant).unwrap();
        export(&pki, dir.path(), Overwrite::No).unwrap();
        same_credentials(&pki, &Pki::load(dir.path()).unwrap());
        // the names of the files tell the variant too
        fs::remove_file(dir.path().join("manifest.toml")).unwrap();
        same_credentials(&pki, &Pki::load(dir.path()).unwrap());
    }
}

/// The published set of version 3 has CI and CI sub-CA beside the folders of the variants.
#[test]
fn a_ci_beside_the_folder_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let (inside, pki) = (
        dir.path().join("Variant C"),
        Pki::seeded_variant(3, Variant::C).unwrap(),
    );
    export(&pki, &inside, Overwrite::No).unwrap();
    for folder in ["CI", "CI_subCA"] {
        fs::rename(inside.join(folder), dir.path().join(folder)).unwrap();
    }
    same_credentials(&pki, &Pki::load(&inside).unwrap());
}

fn same_credentials(pki: &Pki, loaded: &Pki) {
    assert_eq!(loaded.variant(), pki.variant());
    for curve in Curve::ALL {
        for role in pki.roles() {
            let (ours, theirs) = (
                pki.credential(role, curve).unwrap(),
                loaded.credential(role, curve).unwrap(),
            );
            assert_eq!(ours.certificate, theirs.certificate, "{role} on {curve}");
            assert_eq!(
                ours.key.to_scalar(),
                theirs.key.to_scalar(),
                "{role} on {curve}"
            );
        }
    }
}

#[test]
fn leaves_on_demand_do_not_depend_on_the_order_in_which_they_are_asked_for() {
    let (first, second) = (Pki::seeded(1).unwrap(), Pki::seeded(1).unwrap());
    let eid = certs::TEST_EID;
    let hosts = ["eim7.test.example", "localhost"];
    let tls = first
        .issue_tls(Role::EimTls, &hosts, Curve::NistP256)
        .unwrap();
    let euicc = first.issue_euicc(&eid, Curve::NistP256).unwrap();
    let again = second.issue_euicc(&eid, Curve::NistP256).unwrap();
    assert_eq!(euicc.certificate, again.certificate);
    let again = second
        .issue_tls(Role::EimTls, &hosts, Curve::NistP256)
        .unwrap();
    assert_eq!(tls.certificate, again.certificate);
    let own = first.credential(Role::EimTls, Curve::NistP256).unwrap();
    assert_ne!(tls.key.to_scalar(), own.key.to_scalar());
}

#[test]
fn an_eid_of_another_range_has_an_eum_of_its_own() {
    let pki = Pki::seeded(1).unwrap();
    let own = pki.credential(Role::Eum, Curve::NistP256).unwrap();
    let near = pki.eum_for(&certs::TEST_EID, Curve::NistP256).unwrap();
    assert_eq!(near.certificate, own.certificate);
    let far: [u8; 16] = hex::decode("89033023422222222222222222222222")
        .unwrap()
        .try_into()
        .unwrap();
    let far = pki.eum_for(&far, Curve::NistP256).unwrap();
    assert_ne!(far.certificate, own.certificate);
    let prefix = b"89033023";
    assert!(
        far.certificate
            .windows(prefix.len())
            .any(|window| window == prefix)
    );
}

#[test]
fn what_cannot_hold_a_certificate_is_named() {
    let pki = Pki::seeded(1).unwrap();
    let nist = Curve::NistP256;
    let errors = [
        pki.issue_tls(Role::DpAuth, &["a.example"], nist)
            .unwrap_err(),
        pki.issue_tls(Role::DpTls, &["a.example:8443"], nist)
            .unwrap_err(),
        pki.issue_tls(Role::DpTls, &[], nist).unwrap_err(),
        pki.issue_euicc(&[0xAA; 16], nist).unwrap_err(),
        pki.issue_eim_signing("", nist).unwrap_err(),
    ];
    let expected = [
        "expected a TLS role (dp-tls, ds-tls, eim-tls and the like), found dp-auth",
        "expected a host name or an IP address, without port, found \"a.example:8443\"",
        "expected a host name, found \"\"",
        "expected an EID of 32 decimal digits, found \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
        "expected an eIM identifier, found \"\"",
    ];
    assert_eq!(errors.map(|error| error.to_string()), expected);
}

#[test]
fn actors_on_several_threads_share_one_pki() {
    let pki = Pki::seeded(1).unwrap();
    let ask = || {
        pki.credential(Role::DpAuth, Curve::NistP256)
            .unwrap()
            .certificate
            .clone()
    };
    let (first, second) = std::thread::scope(|scope| {
        let other = scope.spawn(ask);
        (ask(), other.join().unwrap())
    });
    assert_eq!(first, second);
}
