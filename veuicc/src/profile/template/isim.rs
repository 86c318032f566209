// SPDX-License-Identifier: MIT OR Apache-2.0
//! Templates of ADF.ISIM (TCA §9.6); the second version of the optional files adds the last five.

use rsp::pe::{PeIsim, PeOptIsim};

use super::{AdfKind, FF, GIVEN, Shape, Template, ZERO, ZERO_FF, newest, rows};
use Shape::{Bt, Lf, Tr};

/// Files at ADF.ISIM, created by default.
pub(in crate::profile) static ISIM: Template<PeIsim> = Template {
    variants: &[newest("8")],
    by_default: true,
    rows: rows! {
        adf adf_isim AdfKind::Isim;
        ef ef_impi 0x6F02, Tr(0), 2, 0x02, GIVEN;
        ef ef_impu 0x6F04, Lf(1, 0), 2, 0x04, GIVEN;
        ef ef_domain 0x6F03, Tr(0), 2, 0x05, GIVEN;
        ef ef_ist 0x6F07, Tr(14), 2, 0x07, GIVEN;
        ef ef_ad 0x6FAD, Tr(3), 10, 0x03, ZERO;
        ef ef_arr 0x6F06, Lf(0, 0), 10, 0x06, GIVEN;
    },
};

/// Optional files at ADF.ISIM.
pub(in crate::profile) static OPT_ISIM: Template<PeOptIsim> = Template {
    variants: &[newest("9"), newest("9.2")],
    by_default: false,
    rows: rows! {
        ef ef_pcscf 0x6F09, Lf(1, 0), 2, 0, GIVEN;
        ef ef_sms 0x6F3C, Lf(10, 176), 5, 0, ZERO_FF;
        ef ef_smsp 0x6F42, Lf(1, 38), 5, 0, FF;
        ef ef_smss 0x6F43, Tr(2), 5, 0, FF;
        ef ef_smsr 0x6F47, Lf(10, 30), 5, 0, ZERO_FF;
        ef ef_gbabp 0x6FD5, Tr(0), 5, 0, FF;
        ef ef_gbanl 0x6FD7, Lf(0, 0), 2, 0, FF;
        ef ef_nafkca 0x6FDD, Lf(0, 0), 2, 0, FF;
        ef ef_uicciari 0x6FE7, Lf(0, 0), 2, 0, GIVEN;
        ef ef_frompreferred 0x6FF7, Tr(1), 2, 0, ZERO;
        ef ef_imsconfigdata 0x6FF8, Bt, 2, 0, GIVEN;
        ef ef_xcapconfigdata 0x6FFC, Bt, 2, 0, GIVEN;
        ef ef_webrtcuri 0x6FFA, Lf(0, 0), 2, 0, GIVEN;
        ef ef_mudmidconfigdata 0x6FFE, Bt, 2, 0, GIVEN;
    },
};
