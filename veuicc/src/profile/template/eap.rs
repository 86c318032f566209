// SPDX-License-Identifier: MIT OR Apache-2.0
//! Template of DF.EAP, whose identifier the package gives (TCA §9.8).

use rsp::pe::PeEap;

use super::{FF, GIVEN, Shape, Template, ZERO, newest, rows};
use Shape::Tr;

/// Files at DF.EAP.
pub(in crate::profile) static EAP: Template<PeEap> = Template {
    variants: &[newest("12")],
    by_default: false,
    rows: rows! {
        base df_eap 0;
        hot ef_eapkeys 0x4F01, Tr(0), 2, 0, GIVEN;
        hot ef_eapstatus 0x4F02, Tr(1), 2, 0, ZERO;
        ef ef_puid 0x4F03, Tr(0), 2, 0, GIVEN;
        hot ef_ps 0x4F04, Tr(0), 5, 0, FF;
        hot ef_curid 0x4F20, Tr(0), 5, 0, FF;
        ef ef_reid 0x4F21, Tr(0), 5, 0, GIVEN;
        ef ef_realm 0x4F22, Tr(0), 5, 0, GIVEN;
    },
};
