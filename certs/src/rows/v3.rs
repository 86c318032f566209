// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rows of the variants Ov3, A, B and C, as the generation files of SGP.26 v3 have them.
//!
//! Traps:
//! - EUM and EUM sub-CA have the same subject, so the sub-CA's issuer name is its own.
//! - The sub-CAs of SM-DP+, SM-DS and EUM have certificatePolicies not critical.
//! - That of the CI has them critical, and webpki, and with it rustls, takes no such certificate:
//!   TLS under the variants B and C needs another verifier.
//! - The registeredID of a TLS certificate is not that of the server's other certificates, and
//!   those of SM-DS and SM-DP+ are the same.
//! - The CI is the one of Variant O, so that chains of all variants end in one CI.

use super::{Attribute, Row, Text};
use super::{CI, DP_AUTH, DP_TLS, DP2_AUTH, DP4_TLS, DP8_TLS, DS_AUTH, EIM_SIGN, EIM_TLS, EUICC};
use super::{DP2_TLS, EUM};
use crate::extensions::Shape;
use crate::roles::Role;
use crate::variant::Variant;

const CI_CRLS: Shape = Shape::Crls(&[
    "http://ci.test.example.com/CRL-1.crl",
    "http://ci.test.example.com/CRL-2.crl",
]);
const CI_CRL_2: Shape = Shape::Crls(&["http://ci.test.example.com/CRL-2.crl"]);
const EUM_CRL: Shape = Shape::Crls(&["http://eum.test.example.com/CRL.crl"]);
const DP_CRLS: Shape = Shape::Crls(&[
    "http://smdp.test.example.com/CRL-1.crl",
    "http://smdp.test.example.com/CRL-2.crl",
]);
const DS_CRLS: Shape = Shape::Crls(&[
    "http://smds.test.example.com/CRL-1.crl",
    "http://smds.test.example.com/CRL-2.crl",
]);

/// The row of a role; a sub-CA that the variant lacks has that of the others.
pub(super) fn row(role: Role, variant: Variant) -> Row {
    let below_sub_ca = matches!(variant, Variant::A | Variant::C);
    let server = |row: Row, shape: &'static [Shape]| Row {
        shape: if below_sub_ca { shape } else { SERVER },
        ..row
    };
    match role {
        Role::Ci => CI,
        Role::CiSubCa => CI_SUB_CA,
        Role::Eum if below_sub_ca => Row {
            shape: EUM_OF_SUB_CA,
            ..EUM_V3
        },
        Role::Eum => EUM_V3,
        Role::EumSubCa => EUM_SUB_CA,
        Role::Euicc => EUICC_V3,
        Role::DpSubCa => DP_SUB_CA,
        Role::DpAuth => server(auth(DP_AUTH), SERVER_OF_DP),
        Role::DpPb => server(binding(auth(DP_AUTH)), SERVER_OF_DP),
        Role::DpTls => tls(DP_TLS, "2.999.251"),
        Role::Dp2Auth => server(second(auth(DP2_AUTH)), SERVER_OF_DP),
        Role::Dp2Pb => server(binding(second(auth(DP2_AUTH))), SERVER_OF_DP),
        Role::Dp2Tls => tls(DP2_TLS, "2.999.252"),
        Role::Dp4Tls => tls(DP4_TLS, "2.999.253"),
        Role::Dp8Tls => tls(DP8_TLS, "2.999.254"),
        Role::DsSubCa => DS_SUB_CA,
        Role::DsAuth => server(DS_AUTH_V3, SERVER_OF_DS),
        Role::DsTls => DS_TLS_V3,
        Role::Ds2Tls => DS2_TLS_V3,
        Role::EimSign => EIM_SIGN,
        Role::EimTls => EIM_TLS,
    }
}

const fn auth(row: Row) -> Row {
    Row {
        policy: Some(&[0, 0, 1, 1]),
        registered_id: Some("2.999.231"),
        ..row
    }
}

const fn second(row: Row) -> Row {
    Row {
        registered_id: Some("2.999.232"),
        ..row
    }
}

/// The profile binding row of a server's authentication row.
fn binding(row: Row) -> Row {
    let of_variant_o = if row.label == DP_AUTH.label {
        super::DP_PB
    } else {
        super::DP2_PB
    };
    Row {
        label: of_variant_o.label,
        folder: of_variant_o.folder,
        name: of_variant_o.name,
        policy: Some(&[0, 0, 1, 2]),
        ..row
    }
}

const fn tls(row: Row, registered_id: &'static str) -> Row {
    Row {
        policy: Some(&[0, 0, 1, 0]),
        registered_id: Some(registered_id),
        shape: TLS,
        ..row
    }
}

const SUB_CA_SHAPE: &[Shape] = &[
    Shape::AuthorityKey,
    Shape::SubjectKey,
    Shape::Names,
    Shape::SignsCertificatesAndCrls,
    Shape::Policy { critical: false },
    Shape::Authority { path_len: Some(0) },
    CI_CRLS,
];

const EUM_SHAPE: &[Shape] = &[
    Shape::AuthorityKey,
    Shape::SubjectKey,
    Shape::SignsCertificates,
    Shape::Policy { critical: true },
    Shape::Names,
    Shape::Authority { path_len: Some(1) },
    CI_CRL_2,
    Shape::PermittedOrganization,
    Shape::PermittedEins,
];

const EUM_OF_SUB_CA: &[Shape] = &[
    Shape::AuthorityKey,
    Shape::SubjectKey,
    Shape::SignsCertificatesAndCrls,
    Shape::Policy { critical: true },
    Shape::Names,
    Shape::Authority { path_len: Some(1) },
    CI_CRL_2,
    Shape::PermittedOrganization,
    Shape::PermittedEins,
];

const EUM_SUB_CA_SHAPE: &[Shape] = &[
    Shape::AuthorityKey,
    Shape::SubjectKey,
    Shape::SignsCertificates,
    Shape::Policy { critical: false },
    Shape::Names,
    Shape::Authority { path_len: Some(0) },
    EUM_CRL,
];

const CI_SUB_CA_SHAPE: &[Shape] = &[
    Shape::AuthorityKey,
    Shape::SubjectKey,
    Shape::SignsCertificatesAndCrls,
    Shape::Policy { critical: true },
    Shape::Authority { path_len: None },
    Shape::Names,
    CI_CRLS,
];

const SERVER: &[Shape] = &server_shape(CI_CRLS);
const SERVER_OF_DP: &[Shape] = &server_shape(DP_CRLS);
const SERVER_OF_DS: &[Shape] = &server_shape(DS_CRLS);

const fn server_shape(crls: Shape) -> [Shape; 6] {
    [
        Shape::AuthorityKey,
        Shape::SubjectKey,
        Shape::Names,
        Shape::Signs,
        Shape::Policy { critical: true },
        crls,
    ]
}

const TLS: &[Shape] = &[
    Shape::Signs,
    Shape::ServerAndClient,
    Shape::Policy { critical: false },
    Shape::SubjectKey,
    Shape::AuthorityKey,
    Shape::Names,
    CI_CRLS,
];

const CI_SUB_CA: Row = Row {
    label: "ci-subca",
    folder: "CI_subCA",
    name: "CISubCA_ECDSA",
    subject: &[
        Attribute::CommonName(Text::Fixed("Test CI SubCA")),
        Attribute::OrganizationalUnit("TESTCERT"),
        Attribute::Organization(Text::Fixed("RSPTEST")),
        Attribute::Country("ES"),
    ],
    policy: Some(&[0, 0]),
    shape: CI_SUB_CA_SHAPE,
    not_before: EUM.not_before,
    not_after: EUM.not_after,
    ..CI
};

const EUM_V3: Row = Row {
    policy: Some(&[0, 0, 0]),
    registered_id: Some("2.999.101"),
    shape: EUM_SHAPE,
    ..EUM
};

const EUM_SUB_CA: Row = Row {
    label: "eum-subca",
    folder: "EUM_SUB_CA",
    name: "EUMSubCA_ECDSA",
    policy: Some(&[0, 0, 0, 0]),
    shape: EUM_SUB_CA_SHAPE,
    ..EUM_V3
};

const EUICC_V3: Row = Row {
    policy: Some(&[0, 0, 0, 0, 0]),
    ..EUICC
};

const DP_SUB_CA: Row = Row {
    label: "dp-subca",
    folder: "SM-DP+/SM_DPSubCA",
    name: "SM_DPSubCA_ECDSA",
    subject: &[
        Attribute::CommonName(Text::Fixed("Test CI SM_DPSubCA")),
        Attribute::OrganizationalUnit("TESTCERT"),
        Attribute::Organization(Text::Fixed("RSPTEST")),
        Attribute::Country("ES"),
    ],
    policy: Some(&[0, 0, 1]),
    registered_id: Some("2.999.221"),
    shape: SUB_CA_SHAPE,
    ..CI_SUB_CA
};

const DS_SUB_CA: Row = Row {
    label: "ds-subca",
    folder: "SM-DS/SM_DSSubCA",
    name: "SM_DSSubCA_ECDSA",
    subject: &[
        Attribute::CommonName(Text::Fixed("Test CI SM_DSSubCA")),
        Attribute::OrganizationalUnit("TESTCERT"),
        Attribute::Organization(Text::Fixed("RSPTEST")),
        Attribute::Country("ES"),
    ],
    policy: Some(&[0, 0, 2]),
    registered_id: Some("2.999.321"),
    ..DP_SUB_CA
};

const DS_AUTH_V3: Row = Row {
    policy: Some(&[0, 0, 2, 1]),
    registered_id: Some("2.999.331"),
    ..DS_AUTH
};

const DS_TLS_V3: Row = Row {
    label: "ds-tls",
    folder: "DStls",
    name: "S_SM_DS_TLS",
    policy: Some(&[0, 0, 2, 0]),
    registered_id: Some("2.999.251"),
    hosts: &["testsmds1.example.com", "smds1.test.example", "localhost"],
    shape: TLS,
    ..DP_TLS
};

const DS2_TLS_V3: Row = Row {
    label: "ds2-tls",
    name: "S_SM_DS2_TLS",
    registered_id: Some("2.999.252"),
    hosts: &["testsmds2.example.com", "smds2.test.example", "localhost"],
    ..DS_TLS_V3
};
