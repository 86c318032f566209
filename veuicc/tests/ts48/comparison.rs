// SPDX-License-Identifier: MIT OR Apache-2.0
//! One documented file against what the image has.

use rsp::tlv::Tlv;
use veuicc::uicc::image::{DirId, EfId, Entry, Image, Security, Structure};

use crate::find;
use crate::structure::{self, Content, Documented};

/// INS of INCREASE and RESIZE FILE.
const INCREASE: u8 = 0x32;
const RESIZE: u8 = 0xD4;

/// File, what differs, why the package is right or the sheet cannot be read.
pub(crate) const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "3F00/2F00",
        "size",
        "4 records of 33 bytes are 132, not 152",
    ),
    (
        "3F00/7F10/6F43",
        "link",
        "shared with the USIM's like its neighbours, the sheet does not say so",
    ),
    (
        "3F00/7F10/6F54",
        "read",
        "rule 1 of both has no read access, the sheet says ADM",
    ),
    (
        "3F00/7F66/5F40/4F43",
        "update",
        "rule 4 of both is PIN, the sheet says ALWAYS",
    ),
    (
        "3F00/7F66/5F40/4F44",
        "update",
        "rule 4 of both is PIN, the sheet says ALWAYS",
    ),
    (
        "USIM/6F37",
        "update",
        "rule 9 of both is PIN2, the sheet says PIN or PIN2",
    ),
    (
        "USIM/6FD2",
        "update",
        "rule 9 of both is PIN2, the sheet says PIN or PIN2",
    ),
    ("USIM/6F40", "record", "two records, the sheet fills three"),
    ("USIM/6F4E", "record", "five records, the sheet fills ten"),
    (
        "USIM/5FC0/4F03",
        "record",
        "one record, the sheet fills three",
    ),
    (
        "USIM/6F60",
        "length",
        "the sheet has the first 16 of 34 entries",
    ),
    (
        "USIM/6F61",
        "length",
        "the sheet has the first 16 of 50 entries",
    ),
    (
        "USIM/6F62",
        "length",
        "the sheet has the first 2 of 50 entries",
    ),
    ("USIM/6FED", "size", "the sheet leaves it out"),
    (
        "USIM/5F50/4F84",
        "size",
        "one record of 20 bytes, the sheet says 1",
    ),
    (
        "USIM/5F50/4F85",
        "size",
        "one record of 20 bytes, the sheet says 1",
    ),
    (
        "USIM/5FC0/4F08",
        "size",
        "5 records of 10 bytes are 50, not 10",
    ),
    ("ISIM/6FFE", "read", "rule 4 of both is empty"),
    ("ISIM/6FFE", "update", "rule 4 of both is empty"),
    ("ISIM/6FFE", "deactivate", "rule 4 of both is empty"),
    ("ISIM/6FFE", "activate", "rule 4 of both is empty"),
    ("ISIM/6FFE", "delete", "rule 4 of both is empty"),
    ("ISIM/6FFE", "resize", "rule 4 of both is empty"),
    (
        "3F00/7F10/6F54",
        "resize",
        "rule 1 of both is ADM, the sheet says NEVER",
    ),
    ("CSIM/6F2B", "length", "8 bytes in both, the sheet fills 7"),
    ("CSIM/6F38", "length", "8 bytes in both, the sheet fills 12"),
    (
        "CSIM/6F3B",
        "link",
        "the USIM has FDN as 6F3B, 6F6B is a misprint",
    ),
    (
        "CSIM/6F3C",
        "size",
        "5 records of 192 bytes are 960, not 990",
    ),
];

/// Compares one file; differences are named.
pub(crate) struct Comparison<'a> {
    pub(crate) image: &'a Image,
    /// File, what differs, how.
    pub(crate) found: Vec<(String, &'static str, String)>,
    pub(crate) compared: usize,
}

impl Comparison<'_> {
    fn expect(
        &mut self,
        file: &Documented,
        what: &'static str,
        expected: impl std::fmt::Debug,
        seen: impl std::fmt::Debug,
    ) {
        self.compared += 1;
        let (expected, seen) = (format!("{expected:?}"), format!("{seen:?}"));
        if expected != seen {
            let difference = format!("expected {expected}, got {seen}");
            self.found.push((file.path.clone(), what, difference));
        }
    }

    pub(crate) fn file(&mut self, file: &Documented) {
        let entry = find(self.image, &file.path);
        self.expect(file, "present", true, entry.is_some());
        match entry {
            Some(Entry::Dir(id)) => self.directory(file, id),
            Some(Entry::Ef(id)) => self.ef(file, id),
            None => {}
        }
    }

    fn directory(&mut self, file: &Documented, id: DirId) {
        // the sheet leaves the type of some directories out, and has "sfi" for the CSIM
        let is_directory = ["df", "adf", "", "sfi"].contains(&file.kind.as_str());
        self.expect(file, "type", true, is_directory);
        let dir = self.image.dir(id).unwrap();
        self.expect(file, "rule", file.rule, Some(dir.security.record));
        self.expect(file, "pin status", false, dir.pin_status.is_empty());
        let at = if dir.adf.is_some() { DirId::MF } else { id };
        let rule = self.image.access_rule(at, dir.security).unwrap_or_default();
        // the last rows of the sheet: ADM for all of them
        for (bit, what) in [
            (0x02, "create EF"),
            (0x04, "create DF"),
            (0x08, "deactivate"),
            (0x10, "activate"),
            (0x40, "delete"),
        ] {
            self.expect(file, what, "ADM", condition(&rule, bit));
        }
    }

    fn ef(&mut self, file: &Documented, id: EfId) {
        let ef = self.image.ef(id).unwrap();
        let kind = match ef.structure {
            Structure::Transparent(_) => "transparent",
            Structure::LinearFixed(_) => "linear",
            Structure::Cyclic(_) => "cyclic",
            Structure::BerTlv { .. } => "ber-tlv",
        };
        self.expect(file, "type", &file.kind, kind);
        self.expect(file, "sfi", file.sfi, ef.sfi);
        self.expect(file, "life cycle", 0x05, ef.life_cycle);
        self.expect(file, "rule", file.rule, Some(ef.security.record));
        self.conditions(file, ef.parent, ef.security);
        match &file.content {
            Content::Shared(target) => self.link(file, id, target),
            _ => {
                self.expect(file, "link", None::<EfId>, ef.link);
                self.sizes(file, ef.structure);
                self.content(file, id, ef.structure);
            }
        }
    }

    /// The conditions of the sheet against the rule in EF.ARR.
    fn conditions(&mut self, file: &Documented, parent: DirId, security: Security) {
        let rule = self.image.access_rule(parent, security).unwrap_or_default();
        let [read, update, deactivate, activate, delete, resize] = &file.conditions;
        for (documented, bit, what) in [
            (read, 0x01, "read"),
            (update, 0x02, "update"),
            (deactivate, 0x08, "deactivate"),
            (activate, 0x10, "activate"),
            (delete, 0x40, "delete"),
        ] {
            self.expect(file, what, documented, condition(&rule, bit));
        }
        let seen = instruction(&rule, INCREASE).or_else(|| instruction(&rule, RESIZE));
        self.expect(
            file,
            "resize",
            resize,
            seen.unwrap_or_else(|| "NEVER".to_owned()),
        );
    }

    fn link(&mut self, file: &Documented, id: EfId, target: &str) {
        let Some(Entry::Ef(target)) = find(self.image, target) else {
            self.expect(file, "link", target, "nothing");
            return;
        };
        let body = self.image.body_of(target);
        self.expect(file, "link", body, self.image.body_of(id));
        self.expect(file, "body", self.image.body(body), self.image.body(id));
    }

    fn sizes(&mut self, file: &Documented, structure: Structure) {
        let [count, length, size] = file.sizes;
        if let Some(records) = structure.records() {
            self.expect(file, "records", count, Some(u32::from(records.count)));
            self.expect(file, "record size", length, Some(u32::from(records.length)));
        }
        self.expect(file, "size", size, Some(structure.size()));
    }

    fn content(&mut self, file: &Documented, id: EfId, structure: Structure) {
        let body = self.image.body(id);
        let length = match structure.records() {
            Some(records) => usize::from(records.length),
            None => body.len(),
        };
        match &file.content {
            Content::NoObjects => self.expect(file, "content", 0, body.len()),
            Content::Text(text) => {
                let documented = structure::bytes(text, length);
                let one = documented.unwrap_or_default();
                let times = structure.records().map_or(1, |records| records.count);
                let whole = one.repeat(usize::from(times));
                let shown = whole.len().min(body.len());
                let expected = whole.get(..shown).unwrap();
                let seen = body.get(..shown).unwrap();
                self.expect(file, "length", whole.len(), body.len());
                self.expect(file, "content", hex::encode(expected), hex::encode(seen));
            }
            Content::Records(records) => {
                for (first, last, text) in records {
                    self.records(file, id, (*first, *last), text, length);
                }
            }
            Content::None | Content::Shared(_) => {
                self.expect(file, "content", "something", "nothing");
            }
        }
    }

    /// Records with the same content, or the contents of the first few; then the rest is FF, or
    /// 00 where a remark says so.
    fn records(
        &mut self,
        file: &Documented,
        id: EfId,
        (first, last): (u8, u8),
        text: &str,
        length: usize,
    ) {
        let documented = structure::bytes(text, length).unwrap_or_default();
        let rest = if text.contains("set to 00") {
            0x00
        } else {
            0xFF
        };
        for number in first..=last {
            let at = usize::from(number - first) * length;
            let expected = match documented.get(at..at + length) {
                Some(record) => record.to_vec(),
                None if documented.len() == length => documented.clone(),
                None => vec![rest; length],
            };
            match self.image.record(id, number) {
                Some(seen) => {
                    self.expect(file, "content", hex::encode(expected), hex::encode(seen));
                }
                None => self.expect(file, "record", number, "nothing"),
            }
        }
    }
}

/// The condition of an access mode bit in a rule, in the words of the sheet.
pub(crate) fn condition(rule: &[u8], bit: u8) -> String {
    let applies = |tag: u8, mode: &[u8]| tag == 0x80 && mode.iter().any(|mode| mode & bit != 0);
    condition_of(rule, applies).unwrap_or_else(|| "NEVER".to_owned())
}

/// The condition of a command that has an instruction of its own in a rule.
fn instruction(rule: &[u8], instruction: u8) -> Option<String> {
    condition_of(rule, |tag, mode| tag == 0x84 && mode == [instruction])
}

/// The condition behind the first access mode object that applies.
fn condition_of(rule: &[u8], applies: impl Fn(u8, &[u8]) -> bool) -> Option<String> {
    let mut rest = rule;
    let mut wanted = false;
    while let Some(&first) = rest.first()
        && first != 0xFF
        && let Ok((object, after)) = Tlv::read(rest)
    {
        rest = after;
        match first {
            0x80 | 0x84 => wanted = applies(first, object.value),
            _ if wanted => return Some(words(object.raw)),
            _ => {}
        }
    }
    None
}

/// A security condition in the words of the sheet.
fn words(condition: &[u8]) -> String {
    let text = hex::encode(condition);
    match text.as_str() {
        "9000" => "ALWAYS",
        "9700" => "NEVER",
        "a40683010a950108" => "ADM",
        "a406830101950108" => "PIN",
        "a406830181950108" => "PIN2",
        "a010a406830101950108a406830181950108" => "PIN/PIN2",
        other => other,
    }
    .to_owned()
}
