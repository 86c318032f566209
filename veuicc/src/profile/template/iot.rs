// SPDX-License-Identifier: MIT OR Apache-2.0
//! Templates of the IoT Minimal Profile: the MF and ADF.USIM in one element, and its optional files
//! (TCA §7.5, §9.10).

use rsp::pe::{PeIoT, PeOptIoT};

use super::fiveg::NO_5GS_LOCATION;
use super::opt_usim::NO_PLMN;
use super::usim::{NO_EPS_LOCATION, NO_KEY, NO_LOCATION, NO_PS_LOCATION};
use super::{AdfKind, FF, GIVEN, Shape, Template, ZERO, ZERO_FF, is, newest, rows};
use Shape::{Bt, Lf, Tr};

/// The files at the MF.
pub(in crate::profile) static IOT_MF: Template<PeIoT> = Template {
    variants: &[newest("17")],
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

/// The files at ADF.USIM.
pub(in crate::profile) static IOT_USIM: Template<PeIoT> = Template {
    variants: &[newest("17")],
    by_default: true,
    rows: rows! {
        adf adf_usim AdfKind::Usim;
        ef ef_imsi 0x6F07, Tr(9), 2, 0x07, GIVEN;
        ef ef_arr_usim 0x6F06, Lf(0, 0), 10, 0x17, GIVEN;
        hot ef_keys 0x6F08, Tr(33), 5, 0x08, NO_KEY;
        hot ef_keys_ps 0x6F09, Tr(33), 5, 0x09, NO_KEY;
        ef ef_hpplmn 0x6F31, Tr(1), 2, 0x12, is(&[0x0A]);
        ef ef_ust 0x6F38, Tr(17), 2, 0x04, ZERO;
        hot ef_start_hfn 0x6F5B, Tr(6), 5, 0x0F, is(&[0xF0, 0x00, 0x00, 0xF0, 0x00, 0x00]);
        ef ef_threshold 0x6F5C, Tr(3), 2, 0x10, FF;
        hot ef_psloci 0x6F73, Tr(14), 5, 0x0C, NO_PS_LOCATION;
        ef ef_acc 0x6F78, Tr(2), 2, 0x06, GIVEN;
        ef ef_fplmn 0x6F7B, Tr(12), 5, 0x0D, FF;
        hot ef_loci 0x6F7E, Tr(11), 5, 0x0B, NO_LOCATION;
        ef ef_ad 0x6FAD, Tr(4), 10, 0x03, is(&[0x00, 0x00, 0x00, 0x02]);
        ef ef_ecc 0x6FB7, Lf(1, 4), 10, 0x01, FF;
        hot ef_netpar 0x6FC4, Tr(128), 5, 0, FF;
    },
};

/// Optional files at ADF.USIM.
pub(in crate::profile) static OPT_IOT: Template<PeOptIoT> = Template {
    variants: &[newest("18")],
    by_default: false,
    rows: rows! {
        ef ef_fdn 0x6F3B, Lf(20, 26), 8, 0, FF;
        ef ef_sms 0x6F3C, Lf(10, 176), 5, 0, ZERO_FF;
        ef ef_smsp 0x6F42, Lf(1, 38), 5, 0, FF;
        ef ef_smss 0x6F43, Tr(2), 5, 0, FF;
        ef ef_spn 0x6F46, Tr(17), 10, 0, GIVEN;
        ef ef_est 0x6F56, Tr(1), 8, 0x05, GIVEN;
        ef ef_oplmnwact 0x6F61, Tr(40), 2, 0x11, NO_PLMN;
        ef ef_hplmnwact 0x6F62, Tr(5), 2, 0x13, NO_PLMN;
        ef ef_ehplmn 0x6FD9, Tr(15), 2, 0x1D, FF;
        hot ef_epsloci 0x6FE3, Tr(18), 5, 0x1E, NO_EPS_LOCATION;
        hot ef_epsnsc 0x6FE4, Lf(1, 80), 5, 0x18, FF;
        df df_df_5gs 0x5FC0;
        hot ef_5gs3gpploci 0x4F01, Tr(20), 5, 0x01, NO_5GS_LOCATION;
        hot ef_5gsn3gpploci 0x4F02, Tr(20), 5, 0x02, NO_5GS_LOCATION;
        hot ef_5gs3gppnsc 0x4F03, Lf(2, 62), 5, 0x03, FF;
        hot ef_5gsn3gppnsc 0x4F04, Lf(2, 62), 5, 0x04, FF;
        hot ef_5gauthkeys 0x4F05, Tr(110), 5, 0x05, GIVEN;
        ef ef_uac_aic 0x4F06, Tr(4), 2, 0x06, GIVEN;
        ef ef_suci_calc_info 0x4F07, Tr(0), 2, 0x07, FF;
        ef ef_opl5g 0x4F08, Lf(0, 10), 10, 0x08, FF;
        ef ef_supi_nai 0x4F09, Tr(0), 2, 0x09, GIVEN;
        ef ef_routing_indicator 0x4F0A, Tr(4), 2, 0x0A, is(&[0xF0, 0xFF, 0x00, 0x00]);
        ef ef_ursp 0x4F0B, Bt, 2, 0, GIVEN;
        ef ef_tn3gppsnn 0x4F0C, Tr(1), 2, 0x0C, ZERO;
        df df_df_saip 0x5FD0;
        ef ef_suci_calc_info_usim 0x4F01, Tr(0), 3, 0, FF;
    },
};
