// SPDX-License-Identifier: MIT OR Apache-2.0
//! File structure templates (TCA §9): tables of what each member of an element is, and how an
//! element is carried out with its table.
//!
//! A row belongs to a member of the element's type. Rows after a directory row are in that
//! directory. A later version of a template adds rows and changes a few; the rows here are the
//! newest, [`Variant`] says what is different in another version.

mod csim;
mod eap;
mod fiveg;
mod iot;
mod isim;
mod mf;
mod opt_csim;
mod opt_usim;
mod phonebook;
mod telecom;
mod usim;

use rsp::asn1::ObjectIdentifier;
use rsp::pe::{File, PeStatusStatus};

use super::Problem;
use super::builder::Builder;
use super::directory::{DirDefaults, create_dir, pin_status};
use super::file::{EfDefaults, Value, fcp_of, is_unwanted, make_ef, security};
use super::shape::Shape;
use crate::uicc::image::{AdfKind, DirId, Fill};

pub(super) use csim::CSIM;
pub(super) use eap::EAP;
pub(super) use fiveg::{DF_5GPROSE, DF_5GS, DF_SAIP, DF_SNPN};
pub(super) use iot::{IOT_MF, IOT_USIM, OPT_IOT};
pub(super) use isim::{ISIM, OPT_ISIM};
pub(super) use mf::{CD, MF};
pub(super) use opt_csim::OPT_CSIM;
pub(super) use opt_usim::OPT_USIM;
pub(super) use phonebook::{GSM_ACCESS, PHONEBOOK};
pub(super) use telecom::TELECOM;
pub(super) use usim::USIM;

/// Arcs before those of a template: joint-iso-itu-t, international-organizations, tca,
/// euicc-profile, template.
const TEMPLATES: &str = "2.23.143.1.2.";

/// FF all over.
const FF: Value = Value::Is(Fill::LastByte, &[0xFF]);
/// 00 all over.
const ZERO: Value = Value::Is(Fill::LastByte, &[0x00]);
/// 00, then FF.
const ZERO_FF: Value = Value::Is(Fill::LastByte, &[0x00, 0xFF]);
/// What the package has to give.
const GIVEN: Value = Value::Given;

/// The access rules that rows refer to, in the order of their records (TCA §9.9).
pub(super) const ACCESS_RULES: [&str; 14] = [
    "8001019000800102a406830101950108800158a40683010a950108",
    "800101a40683010195010880015aa40683010a950108",
    "80015ba40683010a950108",
    "800101900080011a9700800140a40683010a950108",
    "800103a406830101950108800158a40683010a950108",
    "800111a40683010195010880014aa40683010a950108",
    "800103a406830101950108800158a40683010a950108840132a406830101950108",
    "800101a406830101950108800102a406830181950108800158a40683010a950108",
    "800101900080011aa406830101950108800140a40683010a950108",
    "800101900080015aa40683010a950108",
    "8001019000800118a40683010a9501088001429700",
    "800101a40683010195010880015a9700",
    "800113a406830101950108800148a40683010a950108",
    "80015ea40683010a950108",
];

/// A value the last byte of which is repeated.
const fn is(bytes: &'static [u8]) -> Value {
    Value::Is(Fill::LastByte, bytes)
}

/// The table of an element type `P`.
pub(super) struct Template<P: 'static> {
    /// Object identifiers, without [`TEMPLATES`], and what is different there.
    pub(super) variants: &'static [Variant],
    /// True when files that the package does not mention are created.
    pub(super) by_default: bool,
    pub(super) rows: &'static [Row<P>],
}

/// A version of a template.
pub(super) struct Variant {
    pub(super) oid: &'static str,
    /// Rows by member that are different.
    pub(super) changes: &'static [(&'static str, EfDefaults)],
}

/// A version that is what the rows say.
const fn newest(oid: &'static str) -> Variant {
    Variant { oid, changes: &[] }
}

/// A member of the element's type.
pub(super) struct Row<P> {
    pub(super) member: &'static str,
    pub(super) file: fn(&P) -> Option<&File>,
    pub(super) kind: Kind,
}

/// What a member is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// The directory that the element begins with.
    Base(DirDefaults),
    /// A DF in it.
    Df(u16),
    /// An EF.
    Ef(EfDefaults),
    /// EFs: each file descriptor begins another; the first identifier is that of the row.
    Efs(EfDefaults),
}

/// Members that may be absent and those that may not, alike.
pub(super) trait Member {
    fn file(&self) -> Option<&File>;
}

impl Member for File {
    fn file(&self) -> Option<&File> {
        Some(self)
    }
}

impl Member for Option<File> {
    fn file(&self) -> Option<&File> {
        self.as_ref()
    }
}

/// Rows: `base`, `df`, `ef` and `efs`, each with the member's field, identifiers and defaults.
macro_rules! rows {
    ($($kind:ident $member:ident $( $value:expr ),* ;)*) => {
        &[$($crate::profile::template::Row {
            member: stringify!($member),
            file: |element| $crate::profile::template::Member::file(&element.$member),
            kind: $crate::profile::template::$kind($($value),*),
        }),*]
    };
}
use rows;

const fn base(fid: u16) -> Kind {
    Kind::Base(DirDefaults {
        fid,
        adf: None,
        arr: Some(14),
    })
}

const fn adf(kind: AdfKind) -> Kind {
    Kind::Base(DirDefaults {
        fid: 0,
        adf: Some(kind),
        arr: Some(14),
    })
}

const fn df(fid: u16) -> Kind {
    Kind::Df(fid)
}

const fn ef(fid: u16, shape: Shape, arr: u8, sfi: u8, value: Value) -> Kind {
    Kind::Ef(defaults(fid, shape, arr, sfi, value))
}

const fn efs(fid: u16, shape: Shape, arr: u8, sfi: u8, value: Value) -> Kind {
    Kind::Efs(defaults(fid, shape, arr, sfi, value))
}

/// An EF with high update activity.
const fn hot(fid: u16, shape: Shape, arr: u8, sfi: u8, value: Value) -> Kind {
    let mut defaults = defaults(fid, shape, arr, sfi, value);
    defaults.hot = true;
    Kind::Ef(defaults)
}

const fn defaults(fid: u16, shape: Shape, arr: u8, sfi: u8, value: Value) -> EfDefaults {
    EfDefaults {
        fid,
        shape,
        arr,
        sfi,
        value,
        hot: false,
    }
}

/// True when the card knows that template.
pub(super) fn is_supported(oid: &ObjectIdentifier) -> bool {
    fn of<P>(template: &Template<P>) -> &'static [Variant] {
        template.variants
    }
    let text = oid.to_string();
    let Some(number) = text.strip_prefix(TEMPLATES) else {
        return false;
    };
    let known: [&[Variant]; 20] = [
        of(&MF),
        of(&CD),
        of(&TELECOM),
        of(&USIM),
        of(&OPT_USIM),
        of(&PHONEBOOK),
        of(&GSM_ACCESS),
        of(&ISIM),
        of(&OPT_ISIM),
        of(&CSIM),
        of(&OPT_CSIM),
        of(&EAP),
        of(&DF_5GS),
        of(&DF_SAIP),
        of(&DF_SNPN),
        of(&DF_5GPROSE),
        of(&IOT_MF),
        of(&IOT_USIM),
        of(&OPT_IOT),
        &[],
    ];
    let mut variants = known.into_iter().flatten();
    variants.any(|variant| variant.oid == number)
}

/// The file identifier that the template of an element gives a member, both in the words of the
/// module; none where the package has to give it.
pub(crate) fn identifier(element: &str, member: &str) -> Option<u16> {
    fn of<P>(template: &Template<P>, member: &str) -> Option<u16> {
        let letters = |name: &str| name.replace(['-', '_'], "").to_ascii_lowercase();
        let wanted = letters(member);
        let row = template
            .rows
            .iter()
            .find(|row| letters(row.member) == wanted)?;
        let fid = match row.kind {
            Kind::Base(defaults) => defaults.fid,
            Kind::Df(fid) => fid,
            Kind::Ef(defaults) | Kind::Efs(defaults) => defaults.fid,
        };
        (fid != 0).then_some(fid)
    }
    match element {
        "mf" => of(&MF, member),
        "cd" => of(&CD, member),
        "telecom" => of(&TELECOM, member),
        "usim" => of(&USIM, member),
        "opt-usim" => of(&OPT_USIM, member),
        "phonebook" => of(&PHONEBOOK, member),
        "gsm-access" => of(&GSM_ACCESS, member),
        "isim" => of(&ISIM, member),
        "opt-isim" => of(&OPT_ISIM, member),
        "csim" => of(&CSIM, member),
        "opt-csim" => of(&OPT_CSIM, member),
        "eap" => of(&EAP, member),
        "df-5gs" => of(&DF_5GS, member),
        "df-saip" => of(&DF_SAIP, member),
        "df-snpn" => of(&DF_SNPN, member),
        "df-5gprose" => of(&DF_5GPROSE, member),
        "iot" => of(&IOT_MF, member).or_else(|| of(&IOT_USIM, member)),
        "opt-iot" => of(&OPT_IOT, member),
        _ => None,
    }
}

/// Where the files of an element go.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// Its base row makes a directory there.
    In(DirId),
    /// The directory is there already: an optional template of an ADF, or the MF.
    Extends(DirId),
}

impl<P> Template<P> {
    /// Carries out an element; returns the directory it is about.
    pub(super) fn apply(
        &self,
        builder: &mut Builder,
        place: Place,
        oid: &ObjectIdentifier,
        element: &P,
    ) -> Result<DirId, Problem> {
        let variant = self.variant(oid)?;
        let mut base = match place {
            Place::In(parent) | Place::Extends(parent) => parent,
        };
        let mut current = Some(base);
        for row in self.rows {
            let file = (row.file)(element);
            let outcome = match row.kind {
                Kind::Base(defaults) => make_base(builder, place, &defaults, file).map(|dir| {
                    base = dir;
                    current = Some(dir);
                }),
                Kind::Df(fid) => make_df(builder, base, fid, file).map(|dir| current = dir),
                Kind::Ef(defaults) | Kind::Efs(defaults) => {
                    let many = matches!(row.kind, Kind::Efs(_));
                    let defaults = variant.change(row.member).unwrap_or(defaults);
                    self.make_file(builder, current, &defaults, file, many)
                }
            };
            outcome.map_err(|mut problem| {
                let member = row.member.replace('_', "-");
                problem.reason = format!("{member}: {}", problem.reason);
                problem
            })?;
        }
        Ok(base)
    }

    fn variant(&self, oid: &ObjectIdentifier) -> Result<&'static Variant, Problem> {
        let text = oid.to_string();
        let number = text.strip_prefix(TEMPLATES);
        self.variants
            .iter()
            .find(|variant| Some(variant.oid) == number)
            .ok_or_else(|| {
                Problem::new(
                    PeStatusStatus::TEMPLATE_NOT_SUPPORTED,
                    format!("template {text}"),
                )
            })
    }

    fn make_file(
        &self,
        builder: &mut Builder,
        directory: Option<DirId>,
        defaults: &EfDefaults,
        file: Option<&File>,
        many: bool,
    ) -> Result<(), Problem> {
        let in_mf = directory == Some(DirId::MF);
        let nothing = File::new();
        let file = match file {
            // in the MF the flag has no effect
            Some(file) if is_unwanted(file) && !in_mf => return Ok(()),
            Some(file) => file,
            None if self.by_default && defaults.value.is_default() => &nothing,
            None => return Ok(()),
        };
        let directory = directory.ok_or_else(|| Problem::value("its directory is missing"))?;
        make_ef(builder, directory, defaults, file, many)
    }
}

impl Variant {
    fn change(&self, member: &str) -> Option<EfDefaults> {
        let mut changes = self.changes.iter();
        changes
            .find(|(changed, _)| *changed == member)
            .map(|(_, defaults)| *defaults)
    }
}

/// The directory an element begins with; of the MF only the parameters are taken.
fn make_base(
    builder: &mut Builder,
    place: Place,
    defaults: &DirDefaults,
    file: Option<&File>,
) -> Result<DirId, Problem> {
    let fcp = file.and_then(fcp_of);
    match place {
        Place::In(parent) => create_dir(builder, parent, defaults, fcp),
        Place::Extends(id) => {
            let security = security(fcp, defaults.arr, true)?;
            let pin_status = pin_status(fcp);
            if let Some(dir) = builder.image.dirs.get_mut(usize::from(id.0)) {
                dir.security = security;
                dir.pin_status = pin_status;
            }
            Ok(id)
        }
    }
}

/// A DF of a template; one that is there already is used when the element does not make it.
fn make_df(
    builder: &mut Builder,
    parent: DirId,
    fid: u16,
    file: Option<&File>,
) -> Result<Option<DirId>, Problem> {
    let Some(file) = file.filter(|file| !is_unwanted(file)) else {
        return Ok(builder.image.dir_in(parent, fid));
    };
    let defaults = DirDefaults {
        fid,
        adf: None,
        arr: Some(14),
    };
    create_dir(builder, parent, &defaults, fcp_of(file)).map(Some)
}
