// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes the header beside the other outputs; a test compares it with the committed one.

use std::path::PathBuf;

use cbindgen::{Config, EnumConfig, Language, RenameRule};

const INTRODUCTION: &str = "\
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A virtual eUICC in process: command APDUs in, response APDUs out. Test keys only.
 * Generated from veuicc/capi/src/lib.rs; do not edit. */";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src/lib.rs");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libveuicc_c.so.0");
    let config = Config {
        language: Language::C,
        header: Some(INTRODUCTION.to_owned()),
        include_guard: Some("VEUICC_H".to_owned()),
        no_includes: true,
        sys_includes: ["stdbool.h", "stddef.h", "stdint.h"]
            .map(str::to_owned)
            .to_vec(),
        cpp_compat: true,
        usize_is_size_t: true,
        documentation_style: cbindgen::DocumentationStyle::C99,
        style: cbindgen::Style::Type,
        enumeration: EnumConfig {
            prefix_with_name: true,
            rename_variants: RenameRule::ScreamingSnakeCase,
            ..EnumConfig::default()
        },
        ..Config::default()
    };
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    cbindgen::Builder::new()
        .with_config(config)
        .with_src("src/lib.rs")
        .generate()?
        .write_to_file(out.join("veuicc.h"));
    Ok(())
}
