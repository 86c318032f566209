// SPDX-License-Identifier: MIT OR Apache-2.0
//! Template of DF.TELECOM (TCA §9.4); its second version adds DF.MCS and DF.V2X.

use rsp::pe::PeTelecom;

use super::{FF, GIVEN, Shape, Template, ZERO, ZERO_FF, newest, rows};
use Shape::{Bt, Lf, Tr};

/// Files at DF.TELECOM.
pub(in crate::profile) static TELECOM: Template<PeTelecom> = Template {
    variants: &[newest("3"), newest("3.2")],
    by_default: false,
    rows: rows! {
        base df_telecom 0x7F10;
        ef ef_arr 0x6F06, Lf(0, 0), 10, 0, GIVEN;
        ef ef_rma 0x6F53, Lf(0, 0), 3, 0, GIVEN;
        ef ef_sume 0x6F54, Tr(22), 3, 0, GIVEN;
        ef ef_ice_dn 0x6FE0, Lf(50, 24), 9, 0, FF;
        ef ef_ice_ff 0x6FE1, Lf(0, 0), 9, 0, FF;
        ef ef_psismsc 0x6FE5, Lf(0, 0), 5, 0, GIVEN;
        df df_graphics 0x5F50;
        ef ef_img 0x4F20, Lf(0, 0), 2, 0, ZERO_FF;
        efs ef_iidf 0x4F40, Tr(0), 2, 0, FF;
        ef ef_ice_graphics 0x4F21, Bt, 9, 0, GIVEN;
        ef ef_launch_scws 0x4F01, Tr(0), 10, 0, GIVEN;
        efs ef_icon 0x4F80, Tr(0), 10, 0, GIVEN;
        df df_phonebook 0x5F3A;
        ef ef_pbr 0x4F30, Lf(0, 0), 2, 0, GIVEN;
        efs ef_ext1 0x4F38, Lf(0, 13), 5, 0, ZERO_FF;
        efs ef_aas 0x4F40, Lf(0, 0), 5, 0, FF;
        efs ef_gas 0x4F48, Lf(0, 0), 5, 0, FF;
        ef ef_psc 0x4F22, Tr(4), 5, 0, ZERO;
        hot ef_cc 0x4F23, Tr(2), 5, 0, ZERO;
        hot ef_puid 0x4F24, Tr(2), 5, 0, ZERO;
        efs ef_iap 0x4F50, Lf(0, 0), 5, 0, FF;
        efs ef_adn 0x4F58, Lf(0, 0), 5, 0, FF;
        efs ef_pbc 0x4F60, Lf(0, 2), 5, 0, ZERO;
        efs ef_anr 0x4F68, Lf(0, 0), 5, 0, FF;
        efs ef_puri 0x4F70, Lf(0, 0), 5, 0, GIVEN;
        efs ef_email 0x4F78, Lf(0, 0), 5, 0, FF;
        efs ef_sne 0x4F80, Lf(0, 0), 5, 0, FF;
        efs ef_uid 0x4F88, Lf(0, 2), 5, 0, ZERO;
        efs ef_grp 0x4F90, Lf(0, 0), 5, 0, ZERO;
        efs ef_ccp1 0x4F98, Lf(0, 0), 5, 0, FF;
        df df_multimedia 0x5F3B;
        ef ef_mml 0x4F47, Bt, 5, 0, GIVEN;
        ef ef_mmdf 0x4F48, Bt, 5, 0, GIVEN;
        df df_mmss 0x5F3C;
        ef ef_mlpl 0x4F20, Tr(0), 2, 0x01, GIVEN;
        ef ef_mspl 0x4F21, Tr(0), 2, 0x02, GIVEN;
        ef ef_mmssmode 0x4F22, Tr(1), 2, 0x03, GIVEN;
        df df_mcs 0x5F3D;
        ef ef_mst 0x4F01, Tr(0), 2, 0x01, GIVEN;
        ef ef_mcs_config 0x4F02, Bt, 2, 0x02, GIVEN;
        df df_v2x 0x5F3E;
        ef ef_vst 0x4F01, Tr(0), 2, 0x01, GIVEN;
        ef ef_v2x_config 0x4F02, Bt, 2, 0x02, GIVEN;
        ef ef_v2xp_pc5 0x4F03, Tr(0), 2, 0, GIVEN;
        ef ef_v2xp_uu 0x4F04, Tr(0), 2, 0, GIVEN;
    },
};
