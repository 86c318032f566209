// SPDX-License-Identifier: MIT OR Apache-2.0
//! The schema codec prints any bytes and never fails on them; neither does the walk over TLVs.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rsp::{schema, tlv};

fn walk(bytes: &[u8], depth: usize) {
    for tlv in tlv::walk(bytes).map_while(Result::ok) {
        assert_eq!(tlv.raw.len(), tlv.header_len + tlv.value.len());
        if depth > 0 {
            walk(tlv.value, depth - 1);
        }
    }
}

fuzz_target!(|data: &[u8]| {
    assert!(data.is_empty() || !schema::print("auto", data).is_empty());
    walk(data, 16);
    let Some((&pick, bytes)) = data.split_first() else {
        return;
    };
    let (name, _) = schema::types()
        .nth(usize::from(pick))
        .or_else(|| schema::types().next())
        .expect("the tables have types");
    let tree = schema::decode_lenient(name, bytes);
    let (_, _, _) = (tree.print(), tree.to_value(), tree.walk());
    if let Ok(strict) = schema::decode(name, bytes) {
        let written = schema::from_value(name, &strict.to_value());
        assert!(
            !strict.is_faithful() || written.as_deref() == Ok(bytes),
            "{name}: {written:02X?}"
        );
    }
});
