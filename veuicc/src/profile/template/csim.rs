// SPDX-License-Identifier: MIT OR Apache-2.0
//! Template of ADF.CSIM, created by default (TCA §9.7.1).
//!
//! Identifiers, short identifiers and sizes are those of 3GPP2 C.S0065; what it leaves open the
//! package gives.

use rsp::pe::PeCsim;

use super::{AdfKind, GIVEN, Shape, Template, ZERO, newest, rows};
use Shape::{Cy, Lf, Tr};

/// Files at ADF.CSIM.
pub(in crate::profile) static CSIM: Template<PeCsim> = Template {
    variants: &[newest("10"), newest("10.2")],
    by_default: true,
    rows: rows! {
        adf adf_csim AdfKind::Csim;
        ef ef_arr 0x6F06, Lf(0, 0), 10, 0x17, GIVEN;
        hot ef_call_count 0x6F21, Cy(10, 2), 5, 0, ZERO;
        ef ef_imsi_m 0x6F22, Tr(10), 2, 0x04, GIVEN;
        ef ef_imsi_t 0x6F23, Tr(10), 2, 0x05, GIVEN;
        hot ef_tmsi 0x6F24, Tr(16), 5, 0x06, GIVEN;
        ef ef_ah 0x6F25, Tr(2), 5, 0, GIVEN;
        ef ef_aop 0x6F26, Tr(1), 5, 0, GIVEN;
        hot ef_aloc 0x6F27, Tr(7), 5, 0, GIVEN;
        ef ef_cdmahome 0x6F28, Lf(0, 5), 5, 0x0C, GIVEN;
        hot ef_znregi 0x6F29, Lf(7, 8), 5, 0, ZERO;
        hot ef_snregi 0x6F2A, Tr(7), 5, 0x0D, GIVEN;
        hot ef_distregi 0x6F2B, Tr(8), 5, 0, ZERO;
        ef ef_accolc 0x6F2C, Tr(1), 2, 0x03, GIVEN;
        ef ef_term 0x6F2D, Tr(1), 5, 0, GIVEN;
        ef ef_acp 0x6F2F, Tr(7), 5, 0, GIVEN;
        ef ef_prl 0x6F30, Tr(0), 2, 0x07, GIVEN;
        ef ef_ruimid 0x6F31, Tr(8), 1, 0, GIVEN;
        ef ef_csim_st 0x6F32, Tr(0), 2, 0x02, GIVEN;
        ef ef_spc 0x6F33, Tr(3), 3, 0, ZERO;
        ef ef_otapaspc 0x6F34, Tr(1), 5, 0, GIVEN;
        ef ef_namlock 0x6F35, Tr(1), 5, 0, GIVEN;
        ef ef_ota 0x6F36, Tr(17), 2, 0, GIVEN;
        ef ef_sp 0x6F37, Tr(1), 5, 0, GIVEN;
        ef ef_esn_meid_me 0x6F38, Tr(8), 10, 0, ZERO;
        ef ef_li 0x6F3A, Tr(0), 1, 0x0A, GIVEN;
        ef ef_usgind 0x6F42, Tr(1), 2, 0, GIVEN;
        ef ef_ad 0x6F43, Tr(3), 10, 0x01, GIVEN;
        ef ef_max_prl 0x6F45, Tr(4), 2, 0, GIVEN;
        ef ef_spcs 0x6F46, Tr(1), 2, 0, GIVEN;
        ef ef_mecrp 0x6F55, Tr(3), 5, 0, ZERO;
        ef ef_home_tag 0x6F70, Tr(0), 2, 0, GIVEN;
        ef ef_group_tag 0x6F71, Tr(0), 2, 0, GIVEN;
        ef ef_specific_tag 0x6F72, Tr(0), 2, 0, GIVEN;
        ef ef_call_prompt 0x6F73, Tr(0), 2, 0, GIVEN;
    },
};
