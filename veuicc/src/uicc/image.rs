// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a profile package makes of the card: files, PINs, keys, applications.
//!
//! An [`Image`] is read-only and made from the package alone, the same package always gives the
//! same [`DirId`]s and [`EfId`]s. What commands change later (content, life cycle, counters) is kept
//! elsewhere, by those ids.
//!
//! Traps: an EF can be a link, then size and content are those of [`Image::body_of`] while access
//! rules, SFI and life cycle are its own; a directory can be a link, then its children are those of
//! its target. ADFs have a file identifier only inside the package ([`Adf::temporary_fid`]), on
//! the interface they are selected by AID.

mod content;
mod pins;
mod tree;

use std::sync::Arc;

use rsp::pe::{
    PeAkaParameter, PeApplication, PeCdmaParameter, PeNonStandard, PeRfm, PeSecurityDomain,
    ProfileHeader,
};
use serde::{Deserialize, Serialize};

pub use content::{Content, Fill, Patch, Pattern, Span};
pub use pins::{PinCode, PinContext, PinContextId, PukCode};
pub use tree::Entry;

/// File identifier of the MF.
pub const MF: u16 = 0x3F00;
/// File identifier that stands for the current ADF in a path.
pub const CURRENT_ADF: u16 = 0x7FFF;

/// Most bytes that a BER-TLV file takes beyond what it reserves.
const MOST_OBJECTS: u32 = 0x10_0000;

/// A directory of an [`Image`]: MF, DF or ADF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DirId(pub(crate) u16);

impl DirId {
    /// The MF, which every image has.
    pub const MF: Self = Self(0);
}

/// An EF of an [`Image`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EfId(pub(crate) u16);

/// A profile, interpreted.
#[derive(Debug, Clone, Default)]
pub struct Image {
    /// The header of the package.
    pub header: ProfileHeader,
    pub(crate) dirs: Vec<Dir>,
    pub(crate) efs: Vec<Ef>,
    /// PIN lists; directories refer to them by index.
    pub(crate) pin_contexts: Vec<PinContext>,
    /// PUKs of the profile.
    pub puks: Vec<PukCode>,
    /// AKA parameters with the ADF they belong to, in package order.
    pub akas: Vec<(DirId, Arc<PeAkaParameter>)>,
    /// CDMA parameters with the ADF they belong to.
    pub cdmas: Vec<(DirId, Arc<PeCdmaParameter>)>,
    /// Security domains, the MNO-SD first.
    pub security_domains: Vec<Arc<PeSecurityDomain>>,
    /// Load packages and application instances: kept, not executed.
    pub applications: Vec<Arc<PeApplication>>,
    /// RFM instances: kept, not executed.
    pub rfm: Vec<Arc<PeRfm>>,
    /// Elements of other issuers: kept.
    pub non_standard: Vec<Arc<PeNonStandard>>,
    pub(crate) patches: Vec<Patch>,
    /// The bytes that spans refer to.
    pub(crate) pool: Vec<u8>,
}

/// MF, DF or ADF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dir {
    /// File identifier; nothing for an ADF.
    pub fid: Option<u16>,
    /// What makes it an ADF.
    pub adf: Option<Adf>,
    /// The directory it is in; nothing for the MF. ADFs are in the MF.
    pub parent: Option<DirId>,
    /// Access rules.
    pub security: Security,
    /// Life cycle status byte (TS 102 221 §11.1.1.4.9).
    pub life_cycle: u8,
    /// PIN status template DO, the value of C6.
    pub pin_status: Box<[u8]>,
    /// PIN list of its own (or shared); nothing when the parent's applies.
    pub(crate) pins: Option<PinContextId>,
    /// The directory whose children it shows.
    pub link: Option<DirId>,
    pub(crate) dirs: Vec<DirId>,
    pub(crate) efs: Vec<EfId>,
}

/// What an ADF has beside a DF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adf {
    /// `dfName`.
    pub aid: Box<[u8]>,
    /// The file identifier that paths of the package use for it.
    pub temporary_fid: Option<u16>,
    /// Which application it is.
    pub kind: AdfKind,
}

/// The application behind an ADF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdfKind {
    /// USIM.
    Usim,
    /// ISIM.
    Isim,
    /// CSIM.
    Csim,
    /// Made by generic file management.
    Other,
}

/// An elementary file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ef {
    /// File identifier.
    pub fid: u16,
    /// The directory it is in.
    pub parent: DirId,
    /// Short file identifier, 1 to 30.
    pub sfi: Option<u8>,
    /// Structure and size; those of its target for a link.
    pub structure: Structure,
    /// The shareable bit of the file descriptor byte.
    pub shareable: bool,
    /// Access rules.
    pub security: Security,
    /// Life cycle status byte.
    pub life_cycle: u8,
    /// Special file information (C0 of A5): bit 8 high update activity, bit 7 readable and
    /// updatable when deactivated.
    pub special: u8,
    /// What it holds; empty for a link.
    pub content: Content,
    /// The EF whose body it shares; never itself a link.
    pub link: Option<EfId>,
}

/// Structure and size of an EF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Structure {
    /// Transparent, with its size in bytes.
    Transparent(u32),
    /// Linear fixed.
    LinearFixed(Records),
    /// Cyclic.
    Cyclic(Records),
    /// BER-TLV, with the size reserved and the largest size it may reach, if limited.
    BerTlv {
        /// Reserved bytes.
        reserved: u32,
        /// `maximumFileSize`.
        maximum: Option<u32>,
    },
}

/// Size of a record-oriented EF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Records {
    /// Bytes of one record, 1 to 255.
    pub length: u8,
    /// Number of records, 1 to 254.
    pub count: u8,
}

impl Structure {
    /// Size of the body in bytes; for BER-TLV what is reserved.
    #[must_use]
    pub fn size(self) -> u32 {
        match self {
            Self::Transparent(size) => size,
            Self::LinearFixed(records) | Self::Cyclic(records) => records.size(),
            Self::BerTlv { reserved, .. } => reserved,
        }
    }

    /// Records, if it has any.
    #[must_use]
    pub fn records(self) -> Option<Records> {
        match self {
            Self::LinearFixed(records) | Self::Cyclic(records) => Some(records),
            Self::Transparent(_) | Self::BerTlv { .. } => None,
        }
    }

    /// Bytes that the body can take. A BER-TLV file may announce gigabytes that no card has.
    #[must_use]
    pub fn limit(self) -> u32 {
        match self {
            Self::BerTlv { reserved, maximum } => {
                maximum.unwrap_or(reserved).min(MOST_OBJECTS).max(reserved)
            }
            other => other.size(),
        }
    }

    /// File descriptor byte without the shareable bit (TS 102 221 §11.1.1.4.3).
    #[must_use]
    pub fn descriptor(self) -> u8 {
        match self {
            Self::Transparent(_) => 0x01,
            Self::LinearFixed(_) => 0x02,
            Self::Cyclic(_) => 0x06,
            Self::BerTlv { .. } => 0x39,
        }
    }
}

impl Records {
    /// All records in bytes.
    #[must_use]
    pub fn size(self) -> u32 {
        u32::from(self.length) * u32::from(self.count)
    }
}

/// Where the access rules of a file are: a record of an EF.ARR (TS 102 221 §9.2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Security {
    /// File identifier of the EF.ARR: in the directory of the file, or the next one above that has
    /// it.
    pub arr: u16,
    /// Its record, from 1.
    pub record: u8,
}
