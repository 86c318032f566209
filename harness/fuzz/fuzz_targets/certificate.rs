// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any bytes are a certificate or none, and a certificate keeps its bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rsp::chain::{Anchor, CertificateView, Role, verify_server};

fuzz_target!(|data: &[u8]| {
    let Ok(view) = CertificateView::parse(data) else {
        return;
    };
    assert_eq!(view.der(), data);
    let _ = (view.public_key().is_ok(), view.subject_organization());
    if let Ok(anchor) = Anchor::from_certificate(&view) {
        for role in [Role::DpAuth, Role::DpTls, Role::EimSigning] {
            let _ = verify_server(role, &view, &[], std::slice::from_ref(&anchor), Some(0));
        }
    }
});
