// SPDX-License-Identifier: MIT OR Apache-2.0
//! Templates of the MF and of DF.CD (TCA §9.2, §9.3).

use rsp::pe::{PeCd, PeMf};

use super::{FF, GIVEN, Shape, Template, newest, rows};
use Shape::{Lf, Tr};

/// Files at the MF.
pub(in crate::profile) static MF: Template<PeMf> = Template {
    variants: &[newest("1")],
    by_default: true,
    rows: rows! {
        base mf 0x3F00;
        ef ef_pl 0x2F05, Tr(2), 1, 0x05, FF;
        ef ef_iccid 0x2FE2, Tr(10), 11, 0, GIVEN;
        ef ef_dir 0x2F00, Lf(0, 0), 10, 0x1E, GIVEN;
        ef ef_arr 0x2F06, Lf(0, 0), 10, 0, GIVEN;
        ef ef_umpc 0x2F08, Tr(5), 10, 0x08, GIVEN;
    },
};

/// Files at DF.CD.
pub(in crate::profile) static CD: Template<PeCd> = Template {
    variants: &[newest("2")],
    by_default: false,
    rows: rows! {
        base df_cd 0x7F11;
        ef ef_launchpad 0x6F01, Tr(0), 2, 0, GIVEN;
        efs ef_icon 0x6F40, Tr(0), 2, 0, GIVEN;
    },
};
