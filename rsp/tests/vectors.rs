// SPDX-License-Identifier: MIT OR Apache-2.0
//! The golden bytes of `vectors/`: every file is read by the typed structures and by the schema
//! codec, and both have to write the same bytes again.
//!
//! Traps:
//! - a member read under a wrong tag survives as one of `additions` and is written back, and a
//!   `Raw` writes what it read: equal bytes alone prove little. The typed value therefore has to
//!   show the members of the vector, in its order, and no additions.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

#[path = "vectors/types.rs"]
mod types;

/// Folders below `vectors/` that hold something else.
const ELSEWHERE: [&str; 2] = ["tools", "crypto"];

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    #[serde(skip)]
    file: String,
    r#type: String,
    module: String,
    clause: String,
    note: Option<String>,
    value: Value,
    der: String,
    sources: Vec<String>,
    #[serde(default)]
    disagreement: Vec<Disagreement>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Disagreement {
    encoder: String,
    der: String,
    why: String,
}

/// The table of types a module's label stands for.
fn table(module: &str) -> Option<&'static str> {
    match module {
        "RSPDefinitions v2.5"
        | "RSPDefinitions v2.5 with the members of v2.6"
        | "RSPDefinitions v3.0" => Some("sgp22"),
        "SGP32Definitions v1.2" | "SGP32Definitions v1.2 with the members of v1.3" => Some("sgp32"),
        "SGP32Definitions v1.0" => Some("sgp32_v1_0"),
        _ => None,
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors")
}

/// Reads one file and refuses keys it does not know and headers that say nothing.
fn read(file: &str, text: &str) -> Result<Vector, String> {
    let mut vector: Vector = serde_json::from_str(text).map_err(|e| format!("{file}: {e}"))?;
    file.clone_into(&mut vector.file);
    let folder = file.split('/').next().unwrap_or_default();
    if folder.split('@').next() != Some(&vector.r#type) {
        return Err(format!(
            "{file}: expected the type of its folder, saw {}",
            vector.r#type
        ));
    }
    if vector.sources.len() < 2 {
        return Err(format!(
            "{file}: expected two sources, saw {:?}",
            vector.sources
        ));
    }
    let texts = [
        &vector.clause,
        vector.note.as_ref().unwrap_or(&vector.clause),
    ];
    if texts.into_iter().any(String::is_empty) {
        return Err(format!("{file}: expected a clause and no empty note"));
    }
    for other in &vector.disagreement {
        if other.der == vector.der || other.why.is_empty() {
            let encoder = &other.encoder;
            return Err(format!(
                "{file}: expected other bytes of {encoder} and why they are wrong"
            ));
        }
    }
    Ok(vector)
}

/// Every vector file; a folder without one is an error.
fn load() -> Result<Vec<Vector>, String> {
    let mut vectors = Vec::new();
    for folder in sorted(&root())? {
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !folder.is_dir() || ELSEWHERE.contains(&name.as_str()) {
            continue;
        }
        let files = sorted(&folder)?;
        if files.is_empty() {
            return Err(format!(
                "{name}: expected vector files, saw an empty folder"
            ));
        }
        for path in files {
            let file = format!(
                "{name}/{}",
                path.file_name().unwrap_or_default().to_string_lossy()
            );
            let text = fs::read_to_string(&path).map_err(|e| format!("{file}: {e}"))?;
            vectors.push(read(&file, &text)?);
        }
    }
    Ok(vectors)
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut paths: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    Ok(paths)
}

impl Vector {
    fn bytes(&self) -> Result<Vec<u8>, String> {
        hex::decode(&self.der).map_err(|e| format!("{}: der: {e}", self.file))
    }

    fn fault(&self, what: impl std::fmt::Display) -> String {
        format!("{} ({}): {what}", self.file, self.clause)
    }

    /// Name of the type for the schema codec.
    fn schema_name(&self) -> Result<String, String> {
        let table = table(&self.module)
            .ok_or_else(|| self.fault(format!("no table of types for module {}", self.module)))?;
        let prefixed = format!("{table}::{}", self.r#type);
        // a type that two modules define is in the table of one of them
        let there = rsp::schema::find_type(&prefixed).is_some();
        Ok(if there { prefixed } else { self.r#type.clone() })
    }

    /// The typed structures read the bytes and write them again.
    fn check_typed(&self) -> Result<(), String> {
        let bytes = self.bytes()?;
        let rust = table(&self.module)
            .and_then(|table| types::rust_type(table, &self.r#type))
            .ok_or_else(|| self.fault("no Rust type for it in rsp/tests/vectors/types.rs"))?;
        let (again, shown) = rust(&bytes).map_err(|e| self.fault(e))?;
        same(&bytes, &again).map_err(|e| self.fault(format!("typed: {e}")))?;
        members_shown(&self.value, &shown).map_err(|e| self.fault(format!("typed: {e}")))
    }

    /// The schema codec gives the bytes for the value and the value for the bytes.
    fn check_schema(&self) -> Result<(), String> {
        let (bytes, name) = (self.bytes()?, self.schema_name()?);
        let written = rsp::schema::from_value(&name, &self.value)
            .map_err(|e| self.fault(format!("schema encode: {e}")))?;
        same(&bytes, &written).map_err(|e| self.fault(format!("schema: {e}")))?;
        let tree = rsp::schema::decode(&name, &bytes)
            .map_err(|e| self.fault(format!("schema decode: {e}")))?;
        let value = tree.to_value();
        if value != self.value {
            let place = first_difference("", &self.value, &value);
            return Err(self.fault(format!("schema: {place}")));
        }
        if let Some(deviation) = tree.deviations().first() {
            return Err(self.fault(format!("schema: deviation {deviation:?}")));
        }
        Ok(())
    }
}

/// Compares the vector's bytes with what a codec wrote.
fn same(vector: &[u8], written: &[u8]) -> Result<(), String> {
    let equal = vector
        .iter()
        .zip(written)
        .take_while(|(a, b)| a == b)
        .count();
    if equal == vector.len() && equal == written.len() {
        return Ok(());
    }
    let rest = |bytes: &[u8]| {
        hex::encode(
            bytes
                .iter()
                .skip(equal)
                .take(16)
                .copied()
                .collect::<Vec<_>>(),
        )
    };
    Err(format!(
        "differs at octet {equal} of {}: vector {}, written {}",
        vector.len(),
        rest(vector),
        rest(written)
    ))
}

/// The place where two values differ.
fn first_difference(path: &str, vector: &Value, read: &Value) -> String {
    match (vector, read) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys()) {
                let place = format!("{path}.{key}");
                match (a.get(key), b.get(key)) {
                    (Some(x), Some(y)) if x == y => {}
                    (Some(x), Some(y)) => return first_difference(&place, x, y),
                    (x, y) => return format!("value differs at {place}: vector {x:?}, read {y:?}"),
                }
            }
            format!("value differs at {path}")
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find(|(_, (x, y))| x != y)
            .map_or_else(String::new, |(n, (x, y))| {
                first_difference(&format!("{path}[{n}]"), x, y)
            }),
        _ => format!("value differs at {path}: vector {vector}, read {read}"),
    }
}

/// Names are compared as letters and digits: `eimId`, `eim_id` and `EimId` are the same.
fn folded(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Member and arm names of a value in its order.
fn names(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                out.push(folded(name));
                names(inner, out);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, out)),
        _ => {}
    }
}

/// Words of a `Debug` text outside quotes, in order, without the fields that are `None`.
fn words(shown: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    // an arm called none is not an absent member
    let shown = shown.replace("None(", "none(");
    for part in shown.split('"').step_by(2) {
        for word in part.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            if word == "None" {
                out.pop();
            } else if !word.is_empty() {
                out.push(folded(word));
            }
        }
    }
    out
}

/// Whether the typed value has every member of the vector, in the same order, and nothing it
/// took for an unknown addition.
fn members_shown(value: &Value, shown: &str) -> Result<(), String> {
    if let Some((before, _)) = shown.split_once("additions: [\"") {
        let tail: String = before.chars().rev().take(60).collect();
        let tail: String = tail.chars().rev().collect();
        return Err(format!(
            "a member of the vector was taken for an addition after …{tail}"
        ));
    }
    let mut wanted = Vec::new();
    names(value, &mut wanted);
    let words = words(shown);
    let mut words = words.iter();
    match wanted.iter().find(|name| !words.any(|word| word == *name)) {
        Some(name) => Err(format!(
            "the typed value has no member {name} where the vector has it: {shown}"
        )),
        None => Ok(()),
    }
}

/// Runs a check over all vectors and shows every fault at once.
fn all(check: fn(&Vector) -> Result<(), String>) {
    let vectors = match load() {
        Ok(vectors) => vectors,
        Err(fault) => panic!("{fault}"),
    };
    assert!(vectors.len() > 800, "only {} vector files", vectors.len());
    let faults: Vec<_> = vectors
        .iter()
        .filter_map(|vector| check(vector).err())
        .collect();
    assert!(
        faults.is_empty(),
        "{} of {}:\n{}",
        faults.len(),
        vectors.len(),
        faults.join("\n")
    );
}

#[test]
fn typed_structures_write_the_golden_bytes() {
    all(Vector::check_typed);
}

#[test]
fn schema_codec_gives_the_golden_bytes_and_values() {
    all(Vector::check_schema);
}

/// A vector with one octet of its bytes changed.
fn spoilt(file: &str, octet: usize) -> Result<Vector, String> {
    let text = fs::read_to_string(root().join(file)).map_err(|e| e.to_string())?;
    let mut vector = read(file, &text)?;
    let changed = vector.bytes()?.into_iter().enumerate();
    let changed: Vec<u8> = changed
        .map(|(n, b)| if n == octet { b ^ 1 } else { b })
        .collect();
    vector.der = hex::encode(changed);
    Ok(vector)
}

#[test]
fn a_changed_octet_is_named() {
    let vector = spoilt("ProfileRollbackRequest/refresh.json", 4).unwrap();
    let fault = vector.check_schema().unwrap_err();
    assert!(
        fault.starts_with("ProfileRollbackRequest/refresh.json (SGP.32 §5.9.16)"),
        "{fault}"
    );
    assert!(
        fault.contains("differs at octet 4 of 6: vector 00ff, written 01ff"),
        "{fault}"
    );
    let vector = spoilt("ProfileRollbackRequest/refresh.json", 5).unwrap();
    let fault = vector.check_typed().unwrap_err();
    assert!(
        fault.contains("differs at octet 5 of 6: vector fe, written ff"),
        "{fault}"
    );
}

#[test]
fn a_member_under_a_wrong_tag_is_noticed() {
    let mut vector = spoilt("EimConfigurationData/token_127.json", 5).unwrap();
    vector.der = vector.der.replace("85017f", "9e017f");
    let fault = vector.check_typed().unwrap_err();
    assert!(fault.contains("taken for an addition"), "{fault}");
    let fault = members_shown(
        &serde_json::json!({"eimIdType": 1}),
        "X { eim_id: \"a\", eim_id_type: None }",
    );
    assert!(fault.unwrap_err().contains("no member eimidtype"));
}

#[test]
fn an_unknown_key_and_a_missing_source_are_refused() {
    let good = r#"{"type":"T","module":"m","clause":"c","value":{},"der":"","sources":["a","b"]}"#;
    assert!(read("T/x.json", good).is_ok());
    let fault = read("T/x.json", &good.replace("clause", "claws"))
        .err()
        .unwrap();
    assert!(
        fault.starts_with("T/x.json: unknown field `claws`"),
        "{fault}"
    );
    assert!(read("T/x.json", &good.replace(r#","b""#, "")).is_err());
    assert!(read("U/x.json", good).is_err());
}
