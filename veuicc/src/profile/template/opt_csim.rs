// SPDX-License-Identifier: MIT OR Apache-2.0
//! Template of the optional files of ADF.CSIM (TCA §9.7.2).
//!
//! Identifiers, short identifiers and sizes are those of 3GPP2 C.S0065; what it leaves open the
//! package gives.

use rsp::pe::PeOptCsim;

use super::{FF, GIVEN, Shape, Template, Value, ZERO_FF, is, newest, rows};
use Shape::{Bt, Cy, Lf, Tr};

/// No MMS notification.
const ZERO3_FF: Value = is(&[0x00, 0x00, 0x00, 0xFF]);

/// Optional files at ADF.CSIM.
pub(in crate::profile) static OPT_CSIM: Template<PeOptCsim> = Template {
    variants: &[newest("11"), newest("11.2")],
    by_default: false,
    rows: rows! {
        ef ef_ssci 0x6F2E, Tr(1), 5, 0, GIVEN;
        ef ef_fdn 0x6F3B, Lf(0, 0), 8, 0, FF;
        ef ef_sms 0x6F3C, Lf(0, 0), 5, 0, ZERO_FF;
        ef ef_smsp 0x6F3D, Lf(0, 0), 5, 0, FF;
        ef ef_smss 0x6F3E, Tr(5), 5, 0, FF;
        ef ef_ssfc 0x6F3F, Tr(0), 5, 0, GIVEN;
        ef ef_spn 0x6F41, Tr(35), 10, 0x08, GIVEN;
        ef ef_mdn 0x6F44, Lf(1, 11), 5, 0, GIVEN;
        ef ef_ecc 0x6F47, Tr(0), 10, 0x09, GIVEN;
        ef ef_me3gpdopc 0x6F48, Tr(1), 5, 0, GIVEN;
        ef ef_3gpdopm 0x6F49, Tr(1), 5, 0, GIVEN;
        ef ef_sipcap 0x6F4A, Tr(4), 2, 0, GIVEN;
        ef ef_mipcap 0x6F4B, Tr(5), 2, 0, GIVEN;
        ef ef_sipupp 0x6F4C, Tr(0), 2, 0, GIVEN;
        ef ef_mipupp 0x6F4D, Tr(0), 2, 0, GIVEN;
        ef ef_sipsp 0x6F4E, Tr(1), 5, 0, GIVEN;
        ef ef_mipsp 0x6F4F, Tr(0), 5, 0, GIVEN;
        ef ef_sippapss 0x6F50, Tr(0), 5, 0, GIVEN;
        ef ef_puzl 0x6F53, Tr(0), 5, 0, GIVEN;
        ef ef_maxpuzl 0x6F54, Tr(5), 2, 0, GIVEN;
        ef ef_hrpdcap 0x6F56, Tr(3), 2, 0, GIVEN;
        ef ef_hrpdupp 0x6F57, Tr(0), 2, 0, GIVEN;
        ef ef_csspr 0x6F58, Tr(1), 2, 0, GIVEN;
        ef ef_atc 0x6F59, Tr(1), 2, 0, GIVEN;
        ef ef_eprl 0x6F5A, Tr(0), 2, 0x0E, GIVEN;
        ef ef_bcsmscfg 0x6F5B, Tr(1), 2, 0, GIVEN;
        ef ef_bcsmspref 0x6F5C, Tr(1), 5, 0, GIVEN;
        ef ef_bcsmstable 0x6F5D, Lf(0, 0), 2, 0, GIVEN;
        ef ef_bcsmsp 0x6F5E, Lf(0, 2), 5, 0, FF;
        ef ef_bakpara 0x6F63, Lf(0, 0), 2, 0, GIVEN;
        ef ef_upbakpara 0x6F64, Lf(0, 0), 5, 0, GIVEN;
        ef ef_mmsn 0x6F65, Lf(0, 0), 5, 0, ZERO3_FF;
        ef ef_ext8 0x6F66, Lf(0, 13), 5, 0, ZERO_FF;
        ef ef_mmsicp 0x6F67, Tr(0), 2, 0, FF;
        ef ef_mmsup 0x6F68, Lf(0, 0), 5, 0, FF;
        ef ef_mmsucp 0x6F69, Tr(0), 5, 0, FF;
        ef ef_auth_capability 0x6F6A, Lf(0, 5), 2, 0, GIVEN;
        ef ef_3gcik 0x6F6B, Tr(32), 2, 0x0B, GIVEN;
        ef ef_dck 0x6F6C, Tr(20), 5, 0, FF;
        ef ef_gid1 0x6F6D, Tr(0), 2, 0, GIVEN;
        ef ef_gid2 0x6F6E, Tr(0), 2, 0, GIVEN;
        ef ef_cdmacnl 0x6F6F, Tr(0), 2, 0, FF;
        ef ef_sf_euimid 0x6F74, Tr(7), 1, 0, GIVEN;
        ef ef_est 0x6F75, Tr(1), 8, 0x0F, GIVEN;
        ef ef_hidden_key 0x6F76, Tr(4), 5, 0, FF;
        ef ef_lcsver 0x6F77, Tr(1), 2, 0, GIVEN;
        ef ef_lcscp 0x6F78, Tr(0), 2, 0, GIVEN;
        ef ef_sdn 0x6F79, Lf(0, 0), 2, 0, FF;
        ef ef_ext2 0x6F7A, Lf(0, 13), 8, 0, ZERO_FF;
        ef ef_ext3 0x6F7B, Lf(0, 13), 2, 0, ZERO_FF;
        ef ef_ici 0x6F7C, Cy(0, 0), 5, 0x10, FF;
        ef ef_oci 0x6F7D, Cy(0, 0), 5, 0x11, FF;
        ef ef_ext5 0x6F7E, Lf(0, 13), 5, 0, ZERO_FF;
        ef ef_ccp2 0x6F7F, Lf(0, 15), 5, 0x12, FF;
        ef ef_applabels 0x6F80, Tr(0), 2, 0, GIVEN;
        ef ef_model 0x6F81, Tr(126), 5, 0, FF;
        ef ef_rc 0x6F82, Tr(0), 2, 0, GIVEN;
        ef ef_smscap 0x6F83, Tr(4), 2, 0, GIVEN;
        ef ef_mipflags 0x6F84, Tr(1), 2, 0, GIVEN;
        ef ef_3gpduppext 0x6F85, Tr(0), 2, 0, GIVEN;
        ef ef_ipv6cap 0x6F87, Tr(21), 2, 0, GIVEN;
        ef ef_tcpconfig 0x6F88, Tr(2), 2, 0, GIVEN;
        ef ef_dgc 0x6F89, Tr(3), 2, 0, GIVEN;
        ef ef_wapbrowsercp 0x6F8A, Bt, 2, 0, GIVEN;
        ef ef_wapbrowserbm 0x6F8B, Bt, 5, 0, GIVEN;
        ef ef_mmsconfig 0x6F8C, Tr(8), 2, 0, GIVEN;
        ef ef_jdl 0x6F8D, Bt, 2, 0, GIVEN;
    },
};
