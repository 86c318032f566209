// SPDX-License-Identifier: MIT OR Apache-2.0
//! Template of the optional files of ADF.USIM (TCA §9.5.2). The second version adds the files from
//! EF.ePDGId on, the third EF.eAKA.

use rsp::pe::PeOptUsim;

use super::{FF, Fill, GIVEN, Shape, Template, Value, ZERO, ZERO_FF, is, newest, rows};
use Shape::{Bt, Cy, Lf, Tr};

/// No PLMN, no access technology, again and again.
pub(super) const NO_PLMN: Value = Value::Is(Fill::Repeat, &[0xFF, 0xFF, 0xFF, 0x00, 0x00]);
/// No incoming call.
const NO_INCOMING_CALL: Value = Value::Is(
    Fill::FirstByte,
    &[0xFF, 0x00, 0x00, 0x00, 0x00, 0x01, 0xFF, 0xFF],
);
/// No outgoing call.
const NO_OUTGOING_CALL: Value =
    Value::Is(Fill::FirstByte, &[0xFF, 0x00, 0x00, 0x00, 0x01, 0xFF, 0xFF]);
/// Features of the UICC.
const UICC_FEATURES: [u8; 30] = [
    0x80, 0x1E, 0x60, 0xC0, 0x1E, 0x90, 0x00, 0x80, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0xF0, 0x00, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80,
];

/// Optional files at ADF.USIM.
pub(in crate::profile) static OPT_USIM: Template<PeOptUsim> = Template {
    variants: &[newest("5"), newest("5.2"), newest("5.3")],
    by_default: false,
    rows: rows! {
        ef ef_li 0x6F05, Tr(6), 1, 0x02, FF;
        ef ef_acmax 0x6F37, Tr(3), 5, 0, ZERO;
        hot ef_acm 0x6F39, Cy(1, 3), 7, 0, ZERO;
        ef ef_gid1 0x6F3E, Tr(8), 2, 0, GIVEN;
        ef ef_gid2 0x6F3F, Tr(8), 2, 0, GIVEN;
        ef ef_msisdn 0x6F40, Lf(1, 24), 2, 0, FF;
        ef ef_puct 0x6F41, Tr(5), 5, 0, is(&[0xFF, 0xFF, 0xFF, 0x00, 0x00]);
        ef ef_cbmi 0x6F45, Tr(10), 5, 0, FF;
        ef ef_cbmid 0x6F48, Tr(10), 2, 0x0E, FF;
        ef ef_sdn 0x6F49, Lf(10, 24), 2, 0, FF;
        ef ef_ext2 0x6F4B, Lf(10, 13), 8, 0, ZERO_FF;
        ef ef_ext3 0x6F4C, Lf(10, 13), 2, 0, ZERO_FF;
        ef ef_cbmir 0x6F50, Tr(20), 5, 0, FF;
        ef ef_plmnwact 0x6F60, Tr(40), 5, 0x0A, NO_PLMN;
        ef ef_oplmnwact 0x6F61, Tr(40), 2, 0x11, NO_PLMN;
        ef ef_hplmnwact 0x6F62, Tr(5), 2, 0x13, NO_PLMN;
        ef ef_dck 0x6F2C, Tr(16), 5, 0, FF;
        ef ef_cnl 0x6F32, Tr(30), 2, 0, FF;
        ef ef_smsr 0x6F47, Lf(10, 30), 5, 0, ZERO_FF;
        ef ef_bdn 0x6F4D, Lf(10, 25), 8, 0, FF;
        ef ef_ext5 0x6F4E, Lf(10, 13), 5, 0, ZERO_FF;
        ef ef_ccp2 0x6F4F, Lf(5, 15), 5, 0x16, FF;
        ef ef_ext4 0x6F55, Lf(10, 13), 8, 0, ZERO_FF;
        ef ef_acl 0x6F57, Tr(101), 8, 0, ZERO_FF;
        ef ef_cmi 0x6F58, Lf(10, 11), 2, 0, FF;
        hot ef_ici 0x6F80, Cy(20, 38), 5, 0x14, NO_INCOMING_CALL;
        hot ef_oci 0x6F81, Cy(20, 37), 5, 0x15, NO_OUTGOING_CALL;
        hot ef_ict 0x6F82, Cy(1, 3), 7, 0, ZERO;
        hot ef_oct 0x6F83, Cy(1, 3), 7, 0, ZERO;
        ef ef_vgcs 0x6FB1, Tr(20), 2, 0, GIVEN;
        ef ef_vgcss 0x6FB2, Tr(7), 5, 0, GIVEN;
        ef ef_vbs 0x6FB3, Tr(20), 2, 0, GIVEN;
        ef ef_vbss 0x6FB4, Tr(7), 5, 0, GIVEN;
        ef ef_emlpp 0x6FB5, Tr(2), 2, 0, GIVEN;
        ef ef_aaem 0x6FB6, Tr(1), 5, 0, ZERO;
        ef ef_hiddenkey 0x6FC3, Tr(4), 5, 0, FF;
        ef ef_pnn 0x6FC5, Lf(10, 16), 10, 0x19, GIVEN;
        ef ef_opl 0x6FC6, Lf(5, 8), 10, 0x1A, GIVEN;
        ef ef_mbdn 0x6FC7, Lf(3, 24), 5, 0, GIVEN;
        ef ef_ext6 0x6FC8, Lf(10, 13), 5, 0, ZERO_FF;
        ef ef_mbi 0x6FC9, Lf(10, 5), 5, 0, GIVEN;
        hot ef_mwis 0x6FCA, Lf(10, 6), 5, 0, ZERO;
        ef ef_cfis 0x6FCB, Lf(10, 16), 5, 0, is(&[0x01, 0x00, 0xFF]);
        ef ef_ext7 0x6FCC, Lf(10, 13), 5, 0, ZERO_FF;
        ef ef_spdi 0x6FCD, Tr(17), 2, 0x1B, GIVEN;
        ef ef_mmsn 0x6FCE, Lf(10, 6), 5, 0, is(&[0x00, 0x00, 0x00, 0xFF]);
        ef ef_ext8 0x6FCF, Lf(10, 13), 5, 0, ZERO_FF;
        ef ef_mmsicp 0x6FD0, Tr(100), 2, 0, FF;
        ef ef_mmsup 0x6FD1, Lf(0, 0), 5, 0, FF;
        ef ef_mmsucp 0x6FD2, Tr(100), 5, 0, FF;
        ef ef_nia 0x6FD3, Lf(5, 11), 2, 0, FF;
        ef ef_vgcsca 0x6FD4, Tr(0), 2, 0, ZERO;
        ef ef_vbsca 0x6FD5, Tr(0), 2, 0, ZERO;
        ef ef_gbabp 0x6FD6, Tr(0), 5, 0, FF;
        hot ef_msk 0x6FD7, Lf(0, 0), 2, 0, FF;
        ef ef_muk 0x6FD8, Lf(0, 0), 2, 0, FF;
        ef ef_ehplmn 0x6FD9, Tr(15), 2, 0x1D, FF;
        ef ef_gbanl 0x6FDA, Lf(0, 0), 2, 0, FF;
        ef ef_ehplmnpi 0x6FDB, Tr(1), 2, 0, ZERO;
        ef ef_lrplmnsi 0x6FDC, Tr(1), 2, 0, ZERO;
        ef ef_nafkca 0x6FDD, Lf(0, 0), 2, 0, FF;
        ef ef_spni 0x6FDE, Tr(0), 10, 0, ZERO_FF;
        ef ef_pnni 0x6FDF, Lf(0, 0), 10, 0, ZERO_FF;
        ef ef_ncp_ip 0x6FE2, Lf(0, 0), 2, 0, GIVEN;
        ef ef_ufc 0x6FE6, Tr(30), 10, 0, is(&UICC_FEATURES);
        ef ef_nasconfig 0x6FE8, Tr(18), 2, 0, GIVEN;
        ef ef_uicciari 0x6FE7, Lf(0, 0), 2, 0, GIVEN;
        ef ef_pws 0x6FEC, Tr(0), 10, 0, GIVEN;
        ef ef_fdnuri 0x6FED, Lf(0, 0), 8, 0, FF;
        ef ef_bdnuri 0x6FEE, Lf(0, 0), 8, 0, FF;
        ef ef_sdnuri 0x6FEF, Lf(0, 0), 2, 0, FF;
        ef ef_ial 0x6FF0, Lf(0, 0), 3, 0, FF;
        hot ef_ips 0x6FF1, Cy(0, 4), 10, 0, FF;
        hot ef_ipd 0x6FF2, Lf(0, 0), 3, 0, FF;
        ef ef_epdgid 0x6FF3, Tr(0), 2, 0, GIVEN;
        ef ef_epdgselection 0x6FF4, Tr(0), 2, 0, GIVEN;
        ef ef_epdgidem 0x6FF5, Tr(0), 2, 0, GIVEN;
        ef ef_epdgselectionem 0x6FF6, Tr(0), 2, 0, GIVEN;
        ef ef_frompreferred 0x6FF7, Tr(1), 2, 0, ZERO;
        ef ef_imsconfigdata 0x6FF8, Bt, 2, 0, GIVEN;
        ef ef_3gpppsdataoff 0x6FF9, Tr(4), 2, 0, GIVEN;
        ef ef_3gpppsdataoffservicelist 0x6FFA, Lf(0, 0), 2, 0, GIVEN;
        ef ef_xcapconfigdata 0x6FFC, Bt, 2, 0, GIVEN;
        ef ef_earfcnlist 0x6FFD, Tr(0), 10, 0, GIVEN;
        ef ef_mudmidconfigdata 0x6FFE, Bt, 2, 0, GIVEN;
        ef ef_eaka 0x6F01, Tr(1), 3, 0, GIVEN;
    },
};
