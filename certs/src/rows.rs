// SPDX-License-Identifier: MIT OR Apache-2.0
//! What stands in a role's certificate: one row per role, as SGP.26 publishes it.
//!
//! The rows here are of SGP.26 Variant O: two tiers, the policy OIDs of SGP.22 v2 below
//! 2.23.146.1.2.1, no sub-CA; those of the other variants are in [`v3`]. Extension order and criticality are those of the published certificates; where none is
//! published (SM-DS, eIM) they follow the row's nearest published relative.
//!
//! Traps:
//! - certificatePolicies is critical on the certificates that a card checks and never on a TLS
//!   leaf: webpki, and with it rustls, refuses an end-entity certificate that has it critical.
//! - An eIM signing certificate has no subjectKeyIdentifier, no policy and no alternative name: it
//!   is known by its key (SGP.32 §2.11.1).

use crate::extensions::Shape;
use crate::roles::Role;
use crate::variant::Variant;

mod v3;

impl Role {
    /// The row of the role; of a sub-CA, whatever the variant, that of version 3.
    pub(crate) fn row(self, variant: Variant) -> Row {
        if variant.is_v3() || !Variant::O.has(self) {
            v3::row(self, variant)
        } else {
            *self.variant_o()
        }
    }

    fn variant_o(self) -> &'static Row {
        match self {
            // CI and sub-CAs: a sub-CA has no row here
            Self::Ci | Self::CiSubCa | Self::EumSubCa | Self::DpSubCa | Self::DsSubCa => &CI,
            Self::Eum => &EUM,
            Self::Euicc => &EUICC,
            Self::DpAuth => &DP_AUTH,
            Self::DpPb => &DP_PB,
            Self::DpTls => &DP_TLS,
            Self::Dp2Auth => &DP2_AUTH,
            Self::Dp2Pb => &DP2_PB,
            Self::Dp2Tls => &DP2_TLS,
            Self::Dp4Tls => &DP4_TLS,
            Self::Dp8Tls => &DP8_TLS,
            Self::DsAuth => &DS_AUTH,
            Self::DsTls => &DS_TLS,
            Self::Ds2Tls => &DS2_TLS,
            Self::EimSign => &EIM_SIGN,
            Self::EimTls => &EIM_TLS,
        }
    }
}

/// One attribute of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    CommonName(Text),
    Country(&'static str),
    Organization(Text),
    OrganizationalUnit(&'static str),
    SerialNumber(Text),
}

/// Text of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    /// Written in the row.
    Fixed(&'static str),
    /// The one the certificate is issued to: EID, host name, eIM identifier.
    Holder,
    /// The organization of the issuer's subject.
    Issuer,
}

/// What is particular to a role's certificate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) label: &'static str,
    pub(crate) folder: &'static str,
    /// File name before the curve.
    pub(crate) name: &'static str,
    pub(crate) subject: &'static [Attribute],
    /// Last arcs of the policy OID below 2.23.146.1.2.1.
    pub(crate) policy: Option<&'static [u32]>,
    pub(crate) registered_id: Option<&'static str>,
    pub(crate) hosts: &'static [&'static str],
    /// Extensions in the order in which they are written.
    pub(crate) shape: &'static [Shape],
    /// `YYYY-MM-DDTHH:MM:SSZ`.
    pub(crate) not_before: &'static str,
    pub(crate) not_after: &'static str,
}

/// The end of all leaves but the eUICC's: the last second that UTCTime holds, and inside the
/// validity of the published CI.
const LEAF_END: &str = "2049-12-31T23:59:59Z";
/// After the beginning of the published CI and EUM certificates.
const LEAF_BEGIN: &str = "2020-04-01T12:00:00Z";

const CRL_A: &str = "http://ci.test.example.com/CRL-A.crl";
const CRL_B: &str = "http://ci.test.example.com/CRL-B.crl";
const CRLS: Shape = Shape::Crls(&[CRL_A, CRL_B]);

const CI_SHAPE: &[Shape] = &[
    Shape::SubjectKey,
    Shape::Authority { path_len: None },
    Shape::Policy { critical: true },
    Shape::SignsCertificatesAndCrls,
    Shape::Names,
    CRLS,
];

const EUM_SHAPE: &[Shape] = &[
    Shape::AuthorityKey,
    Shape::SubjectKey,
    Shape::SignsCertificates,
    Shape::Policy { critical: true },
    Shape::Names,
    Shape::Authority { path_len: Some(0) },
    Shape::Crls(&[CRL_B]),
    Shape::PermittedEids,
];

const EUICC_SHAPE: &[Shape] = &[
    Shape::AuthorityKey,
    Shape::SubjectKey,
    Shape::Signs,
    Shape::Policy { critical: true },
];

const SERVER_SHAPE: &[Shape] = &[
    Shape::AuthorityKey,
    Shape::SubjectKey,
    Shape::Names,
    Shape::Signs,
    Shape::Policy { critical: true },
    CRLS,
];

const TLS_SHAPE: &[Shape] = &[
    Shape::Signs,
    Shape::ServerAndClient,
    Shape::Policy { critical: false },
    Shape::SubjectKey,
    Shape::AuthorityKey,
    Shape::Names,
    CRLS,
];

const EIM_TLS_SHAPE: &[Shape] = &[
    Shape::Signs,
    Shape::ServerAndClient,
    Shape::SubjectKey,
    Shape::AuthorityKey,
    Shape::Names,
    CRLS,
];

const EIM_SIGN_SHAPE: &[Shape] = &[Shape::Signs, Shape::AuthorityKey];

const CI: Row = Row {
    label: "ci",
    folder: "CertificateIssuer",
    name: "CI_ECDSA",
    subject: &[
        Attribute::CommonName(Text::Fixed("Test CI")),
        Attribute::OrganizationalUnit("TESTCERT"),
        Attribute::Organization(Text::Fixed("RSPTEST")),
        Attribute::Country("IT"),
    ],
    policy: Some(&[0]),
    registered_id: Some("2.999.1"),
    hosts: &[],
    shape: CI_SHAPE,
    not_before: "2020-04-01T08:00:00Z",
    not_after: "2055-04-01T08:00:00Z",
};

const EUM: Row = Row {
    label: "eum",
    folder: "EUM",
    name: "EUM_ECDSA",
    subject: &[
        Attribute::Country("ES"),
        Attribute::Organization(Text::Fixed("RSP Test EUM")),
        Attribute::CommonName(Text::Holder),
    ],
    policy: Some(&[2]),
    registered_id: Some("2.999.5"),
    hosts: &[],
    shape: EUM_SHAPE,
    not_before: "2020-04-01T09:00:00Z",
    not_after: "2054-03-24T09:00:00Z",
};

const EUICC: Row = Row {
    label: "euicc",
    folder: "eUICC",
    name: "EUICC_ECDSA",
    subject: &[
        Attribute::Country("ES"),
        Attribute::Organization(Text::Issuer),
        Attribute::SerialNumber(Text::Holder),
        Attribute::CommonName(Text::Fixed("Test eUICC")),
    ],
    policy: Some(&[1]),
    registered_id: None,
    hosts: &[],
    shape: EUICC_SHAPE,
    not_before: LEAF_BEGIN,
    not_after: "7496-01-24T09:00:00Z",
};

const DP_AUTH: Row = Row {
    label: "dp-auth",
    folder: "DPauth",
    name: "S_SM_DPauth_ECDSA",
    subject: &[
        Attribute::Organization(Text::Fixed("ACME")),
        Attribute::CommonName(Text::Fixed("TEST SM-DP+")),
    ],
    policy: Some(&[4]),
    registered_id: Some("2.999.10"),
    hosts: &[],
    shape: SERVER_SHAPE,
    not_before: LEAF_BEGIN,
    not_after: LEAF_END,
};

const DP_PB: Row = Row {
    label: "dp-pb",
    folder: "DPpb",
    name: "S_SM_DPpb_ECDSA",
    policy: Some(&[5]),
    ..DP_AUTH
};

const DP_TLS: Row = Row {
    label: "dp-tls",
    folder: "DPtls",
    name: "S_SM_DP_TLS",
    subject: &[
        Attribute::Organization(Text::Fixed("ACME")),
        Attribute::CommonName(Text::Holder),
    ],
    policy: Some(&[3]),
    hosts: &[
        "testsmdpplus1.example.com",
        "smdp1.test.example",
        "localhost",
    ],
    shape: TLS_SHAPE,
    ..DP_AUTH
};

const DP2_AUTH: Row = Row {
    label: "dp2-auth",
    name: "S_SM_DP2auth_ECDSA",
    subject: &[
        Attribute::Organization(Text::Fixed("ACME")),
        Attribute::CommonName(Text::Fixed("TEST SM-DP+2")),
    ],
    registered_id: Some("2.999.12"),
    ..DP_AUTH
};

const DP2_PB: Row = Row {
    label: "dp2-pb",
    folder: "DPpb",
    name: "S_SM_DP2pb_ECDSA",
    policy: Some(&[5]),
    ..DP2_AUTH
};

const DP2_TLS: Row = Row {
    label: "dp2-tls",
    name: "S_SM_DP2_TLS",
    registered_id: Some("2.999.12"),
    hosts: &[
        "testsmdpplus2.example.com",
        "smdp2.test.example",
        "localhost",
    ],
    ..DP_TLS
};

const DP4_TLS: Row = Row {
    label: "dp4-tls",
    name: "S_SM_DP4_TLS",
    registered_id: Some("2.999.14"),
    hosts: &["testsmdpplus4.example.com"],
    ..DP_TLS
};

const DP8_TLS: Row = Row {
    label: "dp8-tls",
    name: "S_SM_DP8_TLS",
    registered_id: Some("2.999.18"),
    hosts: &["testsmdpplus8.example.com"],
    ..DP_TLS
};

const DS_AUTH: Row = Row {
    label: "ds-auth",
    folder: "DSauth",
    name: "S_SM_DSauth_ECDSA",
    subject: &[
        Attribute::Organization(Text::Fixed("ACME")),
        Attribute::CommonName(Text::Fixed("TEST SM-DS")),
    ],
    policy: Some(&[7]),
    registered_id: Some("2.999.15"),
    ..DP_AUTH
};

const DS_TLS: Row = Row {
    label: "ds-tls",
    folder: "DStls",
    name: "S_SM_DS_TLS",
    subject: &[
        Attribute::Organization(Text::Fixed("RSPTEST")),
        Attribute::CommonName(Text::Holder),
    ],
    policy: Some(&[6]),
    registered_id: Some("2.999.15"),
    hosts: &[
        "testrootsmds.example.com",
        "smds1.test.example",
        "localhost",
    ],
    ..DP_TLS
};

const DS2_TLS: Row = Row {
    label: "ds2-tls",
    name: "S_SM_DS2_TLS",
    registered_id: Some("2.999.15.2"),
    hosts: &["testsmds1.example.com", "smds2.test.example", "localhost"],
    ..DS_TLS
};

const EIM_SIGN: Row = Row {
    label: "eim-sign",
    folder: "EIMsign",
    name: "S_EIMsign_ECDSA",
    subject: &[
        Attribute::Country("DE"),
        Attribute::CommonName(Text::Holder),
    ],
    policy: None,
    registered_id: None,
    hosts: &["eim1.test.example"],
    shape: EIM_SIGN_SHAPE,
    not_before: LEAF_BEGIN,
    not_after: LEAF_END,
};

const EIM_TLS: Row = Row {
    label: "eim-tls",
    folder: "EIMtls",
    name: "S_EIM_TLS",
    registered_id: Some("2.999.20"),
    hosts: &["eim1.test.example", "eim.example.com", "localhost"],
    shape: EIM_TLS_SHAPE,
    ..EIM_SIGN
};
