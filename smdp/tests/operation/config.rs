// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a configuration may say, and what is said about one that is wrong.

use std::collections::BTreeSet;

use smdp::Config;
use smdp::config::DOCUMENTED_DEFAULT;

use super::process::{Smdp, package, smdp};

/// Every line of the examples without its comment sign.
fn with_examples() -> String {
    let is_key = |line: &str| {
        let word = line.split([' ', '=']).next().unwrap_or_default();
        line.starts_with('[')
            || line.contains(" = ")
                && word
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
    };
    let line = |line: &str| match line.strip_prefix("# ") {
        Some(example) if is_key(example) => format!("{example}\n"),
        _ => format!("{line}\n"),
    };
    DOCUMENTED_DEFAULT.lines().map(line).collect()
}

#[test]
fn the_documented_default_is_the_default() {
    let documented = Config::from_toml(DOCUMENTED_DEFAULT).unwrap();
    assert_eq!(
        format!("{documented:?}"),
        format!("{:?}", Config::default())
    );
}

#[test]
fn every_key_is_documented() {
    let text = with_examples();
    let table: toml::Table =
        toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let schema = schemars::schema_for!(Config).to_value();
    let mut found = Found::default();
    let table = toml::Value::Table(table);
    undocumented(&schema, &schema, &table, "Config", &mut found);
    let missing: Vec<_> = found.missing.difference(&found.documented).collect();
    assert_eq!(missing, [""; 0], "keys without a line in default.toml");
}

/// Somebody may take all comment signs away.
#[test]
fn the_examples_can_be_taken_together() {
    let config = Config::from_toml(&with_examples()).unwrap();
    assert_eq!((config.orders.len(), config.profile_types.len()), (2, 2));
}

/// Keys by the name of their table's type.
#[derive(Default)]
struct Found {
    documented: BTreeSet<String>,
    missing: BTreeSet<String>,
}

/// Which keys of a schema an example has; that of a type in another place will do.
fn undocumented(
    root: &serde_json::Value,
    schema: &serde_json::Value,
    value: &toml::Value,
    name: &str,
    found: &mut Found,
) {
    let (schema, name) = match schema["$ref"].as_str() {
        Some(pointer) => {
            let name = pointer.rsplit('/').next().unwrap();
            (root.pointer(pointer.trim_start_matches('#')).unwrap(), name)
        }
        None => (schema, name),
    };
    for choice in schema["anyOf"].as_array().into_iter().flatten() {
        if choice["type"] != "null" {
            undocumented(root, choice, value, name, found);
        }
    }
    if let (Some(items), Some(entries)) = (schema.get("items"), value.as_array()) {
        let mut merged = toml::Table::new();
        for entry in entries.iter().filter_map(toml::Value::as_table) {
            for (key, value) in entry {
                merged.entry(key.clone()).or_insert(value.clone());
            }
        }
        if !merged.is_empty() {
            undocumented(root, items, &toml::Value::Table(merged), name, found);
        }
    }
    for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{name}/{key}");
        match value.get(key) {
            Some(value) => {
                found.documented.insert(path.clone());
                undocumented(root, schema, value, &path, found);
            }
            None => {
                found.missing.insert(path);
            }
        }
    }
}

#[test]
fn every_mistake_is_one_line_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.toml");
    let path = path.to_str().unwrap();
    for (text, expected) in [
        (
            "address = \"\"",
            "line 1: address: expected a host name, got nothing",
        ),
        (
            "\n[[order]]\nprofil = \"x\"",
            "line 3: unknown field `profil`, expected one of `profile`",
        ),
        (
            "[[order]]\nprofile = \"x\"",
            "line 1: matching_id: expected one, or an eid",
        ),
        (
            "[[order]]\nmatching_id = \"M\"",
            "line 1: profile: expected a file name, got nothing",
        ),
        (
            "[[order]]\nprofile = \"x\"\nmatching_id = \"M\"\n\n[[order]]\nprofile = \"x\"\neid = \"1\"",
            "line 7: eid: ",
        ),
        (
            "[[order]]\nprofile = \"x\"\nmatching_id = \"M\"\nstate = \"gone\"",
            "line 4: unknown variant `gone`, expected one of `allocated`",
        ),
        (
            "[[order]]\nprofile = \"x\"\nmatching_id = \"M\"\nexpires = \"soon\"",
            "line 4: invalid value: string \"soon\", expected seconds since 1970",
        ),
        (
            "[[order]]\nprofile = \"x\"\nmatching_id = \"M\"\nexpires = 1\nexpires_in = 1",
            "line 5: expires_in: expected expires or expires_in, got both",
        ),
        (
            "[[order]]\nprofile = \"x\"\nmatching_id = \"M\"\n[order.metadata]\nprofile_policy_rules = [1, 4]",
            "line 5: profile_policy_rules: expected 1, 2 or 3, got 4",
        ),
        (
            "[[order]]\nprofile = \"x\"\nmatching_id = \"M\"\n[order.metadata]\nowner_mcc_mnc = \"00\"",
            "line 5: owner_mcc_mnc: expected 3 to 3 bytes, got 1",
        ),
        (
            "[[listener]]\ninterfaces = []",
            "line 2: interfaces: expected es9plus, es2plus, es11, es12 or admin, got nothing",
        ),
        (
            "[[listener]]\ninterfaces = [\"es8\"]",
            "line 2: unknown variant `es8`, expected one of `es9plus`",
        ),
        (
            "[[listener]]\ninterfaces = [\"es9plus\", \"admin\"]",
            "line 2: interfaces: expected admin on a listener of its own",
        ),
        (
            "[[listener]]\naddress = \"192.0.2.1:80\"\ninterfaces = [\"admin\"]",
            "line 2: address: expected a loopback address for admin",
        ),
        (
            "[[listener]]\nplain = true",
            "line 2: plain: expected TLS for everything but admin",
        ),
        (
            "[[listener]]\ntls = [\"1.1\"]",
            "line 2: unknown variant `1.1`, expected `1.2` or `1.3`",
        ),
        (
            "[[listener]]\ninterfaces = [\"es2plus\"]",
            "line 1: client_certificates: expected optional or required",
        ),
        ("[pki]\nseed = -1", "line 2: "),
        ("[[[", "line 1: "),
    ] {
        std::fs::write(path, text).unwrap();
        let output = smdp(&["--config", path]).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}\n{errors}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
        let expected = format!("smdp: {path}: {expected}");
        assert!(errors.starts_with(&expected), "{expected}\n{errors}");
    }
}

#[test]
fn files_are_beside_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("packages")).unwrap();
    std::fs::write(at("packages/one.der"), package()).unwrap();
    std::fs::write(at("two.der"), package()).unwrap();
    let text = "profiles = \"packages\"\ndb = \"state.db\"\n\
                [[listener]]\naddress = \"127.0.0.1:0\"\ninterfaces = [\"es11\", \"es9plus\"]\n\
                [[listener]]\naddress = \"127.0.0.1:0\"\ninterfaces = [\"es2plus\", \"es12\"]\nclient_certificates = \"required\"\n\
                [[order]]\nprofile = \"one.der\"\nmatching_id = \"ONE\"\n\
                [[order]]\nprofile = \"two.der\"\nmatching_id = \"two, any alphabet: ü\"\n";
    std::fs::write(at("c.toml"), text).unwrap();
    let config = at("c.toml");
    let mut server = Smdp::start(&["--config", config.to_str().unwrap()]);
    let first = server.line();
    assert!(
        first.contains(" as smdp1.test.example for es11, es9plus, "),
        "{first}"
    );
    let second = server.line();
    assert!(second.contains(" for es2plus, es12, "), "{second}");
    assert!(server.line().contains("$ONE  ICCID"));
    assert!(server.line().contains("$two, any alphabet: ü  ICCID"));
    assert!(at("state.db").is_file());
    let (status, errors) = server.terminate();
    assert_eq!(status, Some(0), "{errors}");
}

#[test]
fn flags_that_a_listener_says_already_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.toml");
    std::fs::write(&path, "[[listener]]\n").unwrap();
    let path = path.to_str().unwrap();
    let output = smdp(&["--config", path, "--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert_eq!(
        errors,
        "smdp: --listen: expected no [[listener]] in the configuration beside it\n"
    );
}
