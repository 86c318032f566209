// SPDX-License-Identifier: MIT OR Apache-2.0
//! Template of ADF.USIM, created by default (TCA §9.5.1).

use rsp::pe::PeUsim;

use super::{
    AdfKind, FF, GIVEN, Shape, Template, Value, Variant, ZERO_FF, defaults, is, newest, rows,
};
use Shape::{Lf, Tr};

/// No key: key set identifier 7.
pub(super) const NO_KEY: Value = is(&[0x07, 0xFF]);
/// No P-TMSI and no location: not updated.
pub(super) const NO_PS_LOCATION: Value = is(&[
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0xFF, 0x01,
]);
/// No TMSI and no location: not updated.
pub(super) const NO_LOCATION: Value = is(&[
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0xFF, 0x01,
]);
/// No GUTI and no location: not updated.
pub(super) const NO_EPS_LOCATION: Value = is(&[
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00,
    0x00, 0x01,
]);

/// Files at ADF.USIM.
pub(in crate::profile) static USIM: Template<PeUsim> = Template {
    variants: &[
        Variant {
            oid: "4",
            changes: &[("ef_ust", defaults(0x6F38, Tr(14), 2, 0x04, GIVEN))],
        },
        newest("4.2"),
    ],
    by_default: true,
    rows: rows! {
        adf adf_usim AdfKind::Usim;
        ef ef_imsi 0x6F07, Tr(9), 2, 0x07, GIVEN;
        ef ef_arr 0x6F06, Lf(0, 0), 10, 0x17, GIVEN;
        hot ef_keys 0x6F08, Tr(33), 5, 0x08, NO_KEY;
        hot ef_keys_ps 0x6F09, Tr(33), 5, 0x09, NO_KEY;
        ef ef_hpplmn 0x6F31, Tr(1), 2, 0x12, is(&[0x0A]);
        ef ef_ust 0x6F38, Tr(17), 2, 0x04, GIVEN;
        ef ef_fdn 0x6F3B, Lf(20, 26), 8, 0, FF;
        ef ef_sms 0x6F3C, Lf(10, 176), 5, 0, ZERO_FF;
        ef ef_smsp 0x6F42, Lf(1, 38), 5, 0, FF;
        ef ef_smss 0x6F43, Tr(2), 5, 0, FF;
        ef ef_spn 0x6F46, Tr(17), 10, 0, GIVEN;
        ef ef_est 0x6F56, Tr(1), 8, 0x05, GIVEN;
        hot ef_start_hfn 0x6F5B, Tr(6), 5, 0x0F, is(&[0xF0, 0x00, 0x00, 0xF0, 0x00, 0x00]);
        ef ef_threshold 0x6F5C, Tr(3), 2, 0x10, FF;
        hot ef_psloci 0x6F73, Tr(14), 5, 0x0C, NO_PS_LOCATION;
        ef ef_acc 0x6F78, Tr(2), 2, 0x06, GIVEN;
        ef ef_fplmn 0x6F7B, Tr(12), 5, 0x0D, FF;
        hot ef_loci 0x6F7E, Tr(11), 5, 0x0B, NO_LOCATION;
        ef ef_ad 0x6FAD, Tr(4), 10, 0x03, is(&[0x00, 0x00, 0x00, 0x02]);
        ef ef_ecc 0x6FB7, Lf(1, 4), 10, 0x01, GIVEN;
        hot ef_netpar 0x6FC4, Tr(128), 5, 0, FF;
        hot ef_epsloci 0x6FE3, Tr(18), 5, 0x1E, NO_EPS_LOCATION;
        hot ef_epsnsc 0x6FE4, Lf(1, 80), 5, 0x18, FF;
    },
};
