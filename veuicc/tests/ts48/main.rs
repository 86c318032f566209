// SPDX-License-Identifier: MIT OR Apache-2.0
//! The four packages of GSMA TS.48 v7.0, interpreted and read back file by file against the
//! published structure.
//!
//! Where the packages and the sheet differ, the difference is a row of `EXCEPTIONS` with the
//! reason; a row that no longer applies fails the test.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod comparison;
mod structure;
mod terminal;

use std::collections::BTreeSet;
use std::path::PathBuf;

use comparison::{Comparison, EXCEPTIONS};
use rsp::tlv::{Tag, Tlv};
use structure::{Content, Documented};
use veuicc::profile;
use veuicc::uicc::image::{DirId, Entry, Image};

/// The packages and the column of `profiles-definition.csv` with their values.
const PACKAGES: [(&str, usize); 4] = [
    ("saip2.3-bertlv-suci-noramrfm.der", 2),
    ("saip2.3-nobertlv-noramrfm.der", 3),
    ("saip2.3-bertlv-suci.der", 4),
    ("saip2.3-nobertlv.der", 5),
];

/// The folder with packages and structure; nothing where it is not, which CI does not accept.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("HARNESS_PROFILES").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/profiles/ts48-v7.0"),
        PathBuf::from,
    );
    if folder.join("structure").is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is missing",
        folder.display()
    );
    eprintln!("left out: {} is missing", folder.display());
    None
}

/// A package and what the sheets say about it.
struct Case {
    name: &'static str,
    package: Vec<u8>,
    image: Image,
    files: Vec<Documented>,
}

fn cases() -> Vec<Case> {
    let Some(folder) = folder() else {
        return Vec::new();
    };
    let profiles = structure::sheet(&folder.join("structure/profiles-definition.csv"));
    PACKAGES
        .into_iter()
        .map(|(name, column)| {
            let package = std::fs::read(folder.join(name)).unwrap();
            let image =
                profile::interpret(&package).unwrap_or_else(|error| panic!("{name}: {error}"));
            let mut files = structure::files(&folder);
            adapt(&mut files, &profiles, column);
            Case {
                name,
                package,
                image,
                files,
            }
        })
        .collect()
}

/// What `profiles-definition.csv` says differs between the packages.
fn adapt(files: &mut Vec<Documented>, profiles: &[Vec<String>], column: usize) {
    let value = |label: &str| {
        let row = profiles
            .iter()
            .find(|row| row.iter().take(2).any(|cell| cell.trim() == label));
        Content::Text(row.unwrap().get(column).unwrap().clone())
    };
    for (path, label) in [
        ("USIM/6F38", "UST coding:"),
        ("ISIM/6F07", "IST coding:"),
        ("3F00/7F10/5F3E/4F01", "VST coding:"),
        ("3F00/7F26/6FAB", "DER Encoding"),
    ] {
        let file = files.iter_mut().find(|file| file.path == path).unwrap();
        file.content = value(label);
    }
    let has_ber_tlv = PACKAGES
        .iter()
        .any(|(name, of)| *of == column && name.contains("-bertlv"));
    files.retain(|file| has_ber_tlv || file.kind != "ber-tlv");
}

/// ICCID of the profile header, nibbles swapped as in EF.ICCID.
fn iccid(package: &[u8]) -> [u8; 10] {
    let (header, _) = Tlv::read(package).unwrap();
    let iccid = header.child(Tag::new(0x83)).unwrap().value;
    <[u8; 10]>::try_from(iccid)
        .unwrap()
        .map(|byte| byte.rotate_left(4))
}

/// The directory or EF at a path of the sheet.
fn find(image: &Image, path: &str) -> Option<Entry> {
    let mut names = path.split('/');
    let start = match names.next().unwrap() {
        "3F00" => DirId::MF,
        "USIM" => adf(image, "a0000000871002")?,
        "ISIM" => adf(image, "a0000000871004")?,
        "CSIM" => adf(image, "a0000003431002")?,
        _ => return None,
    };
    let fids: Vec<u16> = names
        .map(|fid| u16::from_str_radix(fid, 16).unwrap())
        .collect();
    image.walk(start, &fids)
}

fn adf(image: &Image, aid: &str) -> Option<DirId> {
    image.adfs_by_aid(&hex::decode(aid).unwrap()).next()
}

#[test]
fn every_documented_file_reads_as_documented() {
    let mut used = BTreeSet::new();
    let mut unexpected = Vec::new();
    for case in cases() {
        let mut comparison = Comparison {
            image: &case.image,
            found: Vec::new(),
            compared: 0,
        };
        for file in &case.files {
            comparison.file(file);
        }
        println!(
            "{}: {} files, {} comparisons, {} exceptions",
            case.name,
            case.files.len(),
            comparison.compared,
            comparison.found.len()
        );
        assert!(case.files.len() > 220, "{} files", case.files.len());
        for (path, what, difference) in comparison.found {
            match EXCEPTIONS
                .iter()
                .position(|(file, field, _)| *file == path && *field == what)
            {
                Some(exception) => drop(used.insert(exception)),
                None => unexpected.push(format!("{}: {path}: {what}: {difference}", case.name)),
            }
        }
    }
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    if folder().is_some() {
        let stale = (0..EXCEPTIONS.len()).filter(|at| !used.contains(at));
        let stale: Vec<_> = stale.map(|at| EXCEPTIONS[at]).collect();
        assert!(stale.is_empty(), "no longer true: {stale:?}");
    }
}

#[test]
fn no_file_is_there_that_is_not_documented() {
    for case in cases() {
        let known: BTreeSet<_> = case.files.iter().map(|file| file.path.clone()).collect();
        let mut undocumented = Vec::new();
        for (_, ef) in case.image.efs() {
            let directory = name(&case.image, ef.parent);
            let path = format!("{directory}/{:04X}", ef.fid);
            if !known.contains(&path) {
                undocumented.push(path);
            }
        }
        assert!(undocumented.is_empty(), "{}: {undocumented:?}", case.name);
    }
}

/// Path of a directory as the sheet writes it.
fn name(image: &Image, id: DirId) -> String {
    let start = match image.adf_of(id) {
        None => None,
        Some(adf) => ["USIM", "ISIM", "CSIM"]
            .into_iter()
            .find(|name| find(image, name) == Some(Entry::Dir(adf))),
    };
    let names = image
        .path_of(id)
        .into_iter()
        .map(|fid| format!("{fid:04X}"));
    let all: Vec<String> = start.map(str::to_owned).into_iter().chain(names).collect();
    all.join("/")
}

#[test]
fn codes_keys_and_applications_are_those_of_the_sheets() {
    for Case { name, image, .. } in cases() {
        let usim = adf(&image, "a0000000871002").unwrap();
        let value = |reference: u8| {
            let (_, pin) = image.pin(usim, reference).unwrap();
            let digits = pin.value.iter().take_while(|digit| **digit != 0xFF);
            String::from_utf8(digits.copied().collect()).unwrap()
        };
        assert_eq!(value(0x01), "0000", "{name}");
        assert_eq!(value(0x81), "9999", "{name}");
        // the sheet keeps those of the packages without RAM and RFM back, but they are the same
        assert_eq!(value(0x0A), "55555555", "{name}");
        assert_eq!(value(0x0B), "66666666", "{name}");
        assert_eq!(image.puk(0x01).unwrap().value, *b"11111111", "{name}");
        assert_eq!(image.puk(0x81).unwrap().value, *b"22222222", "{name}");
        let restricted = name.contains("noramrfm");
        assert_eq!(image.akas.len(), 2, "{name}");
        assert_eq!(image.cdmas.len(), 1, "{name}");
        assert_eq!(image.rfm.len(), if restricted { 0 } else { 4 }, "{name}");
        let [domain] = image.security_domains.as_slice() else {
            panic!("{name}: {} security domains", image.security_domains.len());
        };
        assert_eq!(
            hex::encode(&*domain.instance.instance_aid),
            "a000000151000000"
        );
        // the sheet adds up to 22280 bytes, BER-TLV files and misprints included
        let bytes = image.file_bytes();
        assert!((15_000..23_000).contains(&bytes), "{name}: {bytes}");
    }
}

#[test]
fn a_package_cut_anywhere_is_refused() {
    let Some(case) = cases().into_iter().next() else {
        return;
    };
    for length in (0..case.package.len()).step_by(61) {
        let cut = profile::interpret(&case.package[..length]);
        assert!(cut.is_err(), "{length}");
    }
}

#[test]
fn damaged_packages_are_interpreted_or_refused() {
    let Some(case) = cases().into_iter().next() else {
        return;
    };
    let mut refused = 0;
    for (at, mask) in (0..case.package.len()).step_by(37).zip((1..=255).cycle()) {
        let mut damaged = case.package.clone();
        damaged[at] ^= mask;
        match profile::interpret(&damaged) {
            Ok(image) => assert!(image.file_bytes() <= profile::DEFAULT_MEMORY),
            Err(error) => {
                assert!(!error.reason.is_empty(), "{error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 50, "{refused} refused");
}

#[test]
fn an_image_is_small() {
    for case in cases() {
        let bytes = case.image.heap_bytes();
        println!("{}: {bytes} bytes", case.name);
        assert!(bytes < 48 * 1024, "{}: {bytes}", case.name);
    }
}
