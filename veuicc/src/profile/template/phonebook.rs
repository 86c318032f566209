// SPDX-License-Identifier: MIT OR Apache-2.0
//! Templates of DF.PHONEBOOK and DF.GSM-ACCESS in an ADF.USIM (TCA §9.5.3, §9.5.4).

use rsp::pe::{PeGsmAccess, PePhonebook};

use super::{FF, Fill, GIVEN, Shape, Template, Value, ZERO, ZERO_FF, newest, rows};
use Shape::{Lf, Tr};

/// FF, with the ciphering key sequence number 7 at the end: no key.
const NO_KEY: Value = Value::Is(Fill::FirstByte, &[0xFF, 0x07]);

/// Files at DF.PHONEBOOK.
pub(in crate::profile) static PHONEBOOK: Template<PePhonebook> = Template {
    variants: &[newest("6")],
    by_default: false,
    rows: rows! {
        base df_phonebook 0x5F3A;
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
    },
};

/// Files at DF.GSM-ACCESS.
pub(in crate::profile) static GSM_ACCESS: Template<PeGsmAccess> = Template {
    variants: &[newest("7")],
    by_default: false,
    rows: rows! {
        base df_gsm_access 0x5F3B;
        hot ef_kc 0x4F20, Tr(9), 5, 0x01, NO_KEY;
        hot ef_kcgprs 0x4F52, Tr(9), 5, 0x02, NO_KEY;
        hot ef_cpbcch 0x4F63, Tr(10), 5, 0, FF;
        ef ef_invscan 0x4F64, Tr(1), 2, 0, ZERO;
    },
};
