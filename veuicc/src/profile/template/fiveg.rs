// SPDX-License-Identifier: MIT OR Apache-2.0
//! Templates of DF.5GS, DF.SAIP, DF.SNPN and DF.5G_ProSe in an ADF.USIM (TCA §9.5.11 to §9.5.14).

use rsp::pe::{PeDf5Gprose, PeDf5Gs, PeDfSaip, PeDfSnpn};

use super::{
    EfDefaults, FF, GIVEN, Shape, Template, Value, Variant, ZERO, defaults, is, newest, rows,
};
use Shape::{Bt, Lf, Tr};

/// No 5G-GUTI and no location: not updated.
pub(super) const NO_5GS_LOCATION: Value = is(&[
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0x00, 0x00, 0x00, 0x01,
]);

/// EF.Routing_Indicator before the fourth version.
const ROUTING_INDICATOR: (&str, EfDefaults) = (
    "ef_routing_indicator",
    defaults(0x4F0A, Tr(4), 2, 0x0A, is(&[0xF0, 0xFF])),
);

/// One NAS security context, of Release 15, as before the third version.
const fn one_context(member: &'static str, fid: u16, sfi: u8) -> (&'static str, EfDefaults) {
    let mut context = defaults(fid, Lf(1, 57), 5, sfi, FF);
    context.hot = true;
    (member, context)
}

/// What the first two versions have different.
const EARLY: &[(&str, EfDefaults)] = &[
    one_context("ef_5gs3gppnsc", 0x4F03, 0x03),
    one_context("ef_5gsn3gppnsc", 0x4F04, 0x04),
    ROUTING_INDICATOR,
];

/// Files at DF.5GS.
pub(in crate::profile) static DF_5GS: Template<PeDf5Gs> = Template {
    variants: &[
        Variant {
            oid: "13",
            changes: EARLY,
        },
        Variant {
            oid: "13.2",
            changes: EARLY,
        },
        Variant {
            oid: "13.3",
            changes: &[ROUTING_INDICATOR],
        },
        newest("13.4"),
    ],
    by_default: false,
    rows: rows! {
        base df_df_5gs 0x5FC0;
        hot ef_5gs3gpploci 0x4F01, Tr(20), 5, 0x01, NO_5GS_LOCATION;
        hot ef_5gsn3gpploci 0x4F02, Tr(20), 5, 0x02, NO_5GS_LOCATION;
        hot ef_5gs3gppnsc 0x4F03, Lf(2, 62), 5, 0x03, FF;
        hot ef_5gsn3gppnsc 0x4F04, Lf(2, 62), 5, 0x04, FF;
        hot ef_5gauthkeys 0x4F05, Tr(110), 5, 0x05, GIVEN;
        ef ef_uac_aic 0x4F06, Tr(4), 2, 0x06, GIVEN;
        ef ef_suci_calc_info 0x4F07, Tr(0), 2, 0x07, FF;
        ef ef_opl5g 0x4F08, Lf(0, 10), 10, 0x08, FF;
        ef ef_supinai 0x4F09, Tr(0), 2, 0x09, GIVEN;
        ef ef_routing_indicator 0x4F0A, Tr(4), 2, 0x0A, is(&[0xF0, 0xFF, 0x00, 0x00]);
        ef ef_ursp 0x4F0B, Bt, 2, 0, GIVEN;
        ef ef_tn3gppsnn 0x4F0C, Tr(1), 2, 0x0C, ZERO;
        ef ef_cag 0x4F0D, Tr(2), 2, 0x0D, GIVEN;
        ef ef_sor_cmci 0x4F0E, Tr(0), 2, 0x0E, GIVEN;
        ef ef_dri 0x4F0F, Tr(7), 2, 0x0F, GIVEN;
        ef ef_5gsedrx 0x4F10, Tr(2), 2, 0x10, GIVEN;
        ef ef_5gnswo_conf 0x4F11, Tr(1), 2, 0x11, GIVEN;
        ef ef_mchpplmn 0x4F15, Tr(1), 2, 0x15, GIVEN;
        ef ef_kausf_derivation 0x4F16, Tr(1), 2, 0x16, GIVEN;
    },
};

/// Files at DF.SAIP.
pub(in crate::profile) static DF_SAIP: Template<PeDfSaip> = Template {
    variants: &[newest("14")],
    by_default: false,
    rows: rows! {
        base df_df_saip 0x5FD0;
        ef ef_suci_calc_info_usim 0x4F01, Tr(0), 3, 0, FF;
    },
};

/// Files at DF.SNPN.
pub(in crate::profile) static DF_SNPN: Template<PeDfSnpn> = Template {
    variants: &[newest("15")],
    by_default: false,
    rows: rows! {
        base df_df_snpn 0x5FE0;
        ef ef_pws_snpn 0x4F01, Tr(1), 10, 0, GIVEN;
    },
};

/// Files at DF.5G_ProSe.
pub(in crate::profile) static DF_5GPROSE: Template<PeDf5Gprose> = Template {
    variants: &[newest("16")],
    by_default: false,
    rows: rows! {
        base df_df_5g_prose 0x5FF0;
        ef ef_5g_prose_st 0x4F01, Tr(1), 2, 0x01, GIVEN;
        ef ef_5g_prose_dd 0x4F02, Tr(26), 2, 0x02, GIVEN;
        ef ef_5g_prose_dc 0x4F03, Tr(12), 2, 0x03, GIVEN;
        ef ef_5g_prose_u2nru 0x4F04, Tr(32), 2, 0x04, GIVEN;
        ef ef_5g_prose_ru 0x4F05, Tr(29), 2, 0x05, GIVEN;
        ef ef_5g_prose_uir 0x4F06, Tr(32), 2, 0x06, GIVEN;
    },
};
