// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates that somebody else would not issue.

use rsp::ecdsa::PrivateKey;
use rsp::tlv::{Tag, Tlv, tlv};

/// A certificate with some text replaced by text of the same length, signed anew.
pub(crate) fn reissue(certificate: &[u8], from: &str, to: &str, issuer: &PrivateKey) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let parts: Vec<Tlv<'_>> = Tlv::only(certificate)
        .unwrap()
        .children()
        .map(Result::unwrap)
        .collect();
    let mut tbs = parts[0].raw.to_vec();
    let mut found = false;
    for start in 0..tbs.len() - from.len() {
        let window = &mut tbs[start..start + from.len()];
        if window == from.as_bytes() {
            window.copy_from_slice(to.as_bytes());
            found = true;
        }
    }
    assert!(found, "{from} is not in the certificate");
    let mut signature = vec![0];
    signature.extend(issuer.sign_der(&tbs));
    let mut content = tbs;
    content.extend_from_slice(parts[1].raw);
    content.extend(tlv(Tag::new(0x03), &signature));
    tlv(Tag::SEQUENCE, &content)
}
