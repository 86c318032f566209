// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signatures of others in what an implementation hands on, where it cannot be compared with what
//! came: a card that is not ours, an SM-DP+ that is not ours.

use rsp::chain::CertificateView;
use rsp::schema::Tree;

use super::{Breach, RuleName, Said, Watch};
use crate::case::{Interface, RoleName};

/// Data, signature and certificate that stand side by side.
struct Signed {
    data: &'static str,
    signature: &'static str,
    certificate: &'static str,
    rule: RuleName,
    /// Where it comes from; what was seen there is compared and not verified.
    sources: fn(RoleName) -> &'static [Interface],
}

const SIGNED: &[Signed] = &[
    Signed {
        data: "euiccSigned1",
        signature: "euiccSignature1",
        certificate: "euiccCertificate",
        rule: RuleName::EuiccSignature,
        sources: card,
    },
    Signed {
        data: "tbsOtherNotification",
        signature: "euiccNotificationSignature",
        certificate: "euiccCertificate",
        rule: RuleName::EuiccSignature,
        sources: card,
    },
    Signed {
        data: "serverSigned1",
        signature: "serverSignature1",
        certificate: "serverCertificate",
        rule: RuleName::ServerSignature,
        sources: |_| &[Interface::Es9Plus, Interface::Es11],
    },
];

const fn card(iut: RoleName) -> &'static [Interface] {
    match iut {
        RoleName::Ipa | RoleName::Lpa => &[Interface::Es10b],
        _ => &[Interface::Esipa],
    }
}

/// Verifies what nobody could compare.
pub(super) fn of_message(watch: &Watch, said: &Said<'_>) -> Option<Breach> {
    SIGNED
        .iter()
        .filter(|row| {
            let mut sources = (row.sources)(watch.iut).iter();
            !sources.any(|source| watch.memory.heard(*source))
        })
        .find_map(|row| verified(row, said.message.tree.as_ref()?))
}

fn verified(row: &Signed, node: &Tree) -> Option<Breach> {
    let Some(data) = node.child(row.data) else {
        return node.children.iter().find_map(|child| verified(row, child));
    };
    let signature = node.child(row.signature)?.contents();
    let certificate = node.child(row.certificate)?.raw();
    let fault = match CertificateView::parse(certificate) {
        Err(error) => format!("{}: {error}", row.certificate),
        Ok(view) => match view.public_key() {
            Err(error) => format!("{}: {error}", row.certificate),
            Ok(key) => key
                .verify(data.raw(), signature)
                .err()
                .map(|error| format!("{}: {error}", row.signature))?,
        },
    };
    Some(Breach::new(row.rule, fault))
}
