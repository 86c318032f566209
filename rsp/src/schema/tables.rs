// SPDX-License-Identifier: MIT OR Apache-2.0
//! The generated tables, one module each, and the search by type name.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::types::Type;

#[rustfmt::skip]
mod pe;
#[rustfmt::skip]
mod sgp22;
#[rustfmt::skip]
mod sgp32;
#[rustfmt::skip]
mod sgp32_v1_0;

/// What every generated table needs: the types that need no table.
mod prelude {
    pub(super) use super::super::types::Need::{Default, May, Must};
    pub(super) use super::super::types::{Kind, Member, Type};

    macro_rules! plain {
        ($($constant:ident $name:literal $tag:literal $kind:expr;)*) => {
            $(pub(in super::super) static $constant: Type = Type::new($name, $tag, $kind);)*
            pub(in super::super) static ALL: &[&Type] = &[$(&$constant),*];
        };
    }

    plain! {
        BOOLEAN "BOOLEAN" 0x01 Kind::Boolean;
        INTEGER "INTEGER" 0x02 Kind::Integer(&[]);
        BIT_STRING "BIT STRING" 0x03 Kind::BitString(&[]);
        OCTET_STRING "OCTET STRING" 0x04 Kind::OctetString;
        NULL "NULL" 0x05 Kind::Null;
        OBJECT_IDENTIFIER "OBJECT IDENTIFIER" 0x06 Kind::Oid;
        UTF8_STRING "UTF8String" 0x0C Kind::Text;
        NUMERIC_STRING "NumericString" 0x12 Kind::Text;
        PRINTABLE_STRING "PrintableString" 0x13 Kind::Text;
        IA5_STRING "IA5String" 0x16 Kind::Text;
        GENERALIZED_TIME "GeneralizedTime" 0x18 Kind::Text;
        VISIBLE_STRING "VisibleString" 0x1A Kind::Text;
        SUBJECT_KEY_IDENTIFIER "SubjectKeyIdentifier" 0x04 Kind::OctetString;
        CERTIFICATE "Certificate" 0x30 Kind::Opaque;
        CERTIFICATE_LIST "CertificateList" 0x30 Kind::Opaque;
        SUBJECT_PUBLIC_KEY_INFO "SubjectPublicKeyInfo" 0x30 Kind::Opaque;
        ANY "ANY" 0x00 Kind::Any;
    }
}

/// Tables in the order they are searched, each with the prefix that selects it.
static TABLES: [(&str, &[&Type]); 5] = [
    ("sgp32", sgp32::ALL),
    ("sgp22", sgp22::ALL),
    ("pe", pe::ALL),
    ("asn1", prelude::ALL),
    // last, so that it is only reached by its prefix where the names are the same
    ("sgp32_v1_0", sgp32_v1_0::ALL),
];

/// Every type with the prefix of its table.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static Type)> {
    TABLES
        .iter()
        .flat_map(|(prefix, types)| types.iter().map(move |ty| (*prefix, *ty)))
}

/// Names as they are compared: without hyphens and without regard to case, so that
/// `SGP32-ProfileInfo`, `Sgp32ProfileInfo` and `getEimPackageRequest` are found.
fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| *c != '-')
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

type Index = HashMap<String, &'static Type>;

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index::new();
        for (prefix, ty) in all() {
            let name = folded(ty.name());
            index.entry(format!("{prefix}::{name}")).or_insert(ty);
            index.entry(name).or_insert(ty);
        }
        index
    })
}

/// The type with this name, optionally with the prefix of its table.
pub(crate) fn find(name: &str) -> Option<&'static Type> {
    index().get(&folded(name)).copied()
}
