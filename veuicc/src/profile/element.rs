// SPDX-License-Identifier: MIT OR Apache-2.0
//! What each type of element does, and its header.

use std::sync::Arc;

use rsp::pe::{
    ApplicationIdentifier, Fcp, File, FileElement, PeHeader, PeIoT, PeStatusStatus, ProfileElement,
    ProfileHeader,
};
use rsp::tlv::{Tag, Tlv};

use super::builder::Builder;
use super::template::{self, Place};
use super::{Problem, codes, management};
use crate::uicc::aka::AkaParameters;
use crate::uicc::image::{AdfKind, DirId};

/// RID of 3GPP.
const RID_3GPP: [u8; 5] = [0xA0, 0x00, 0x00, 0x00, 0x87];

/// Number of the newest type of element: opt-iot.
const NEWEST_TYPE: u32 = 33;

/// What the header of an element says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    /// `identification`, if it has a header.
    pub(super) identification: Option<i64>,
    /// `mandated`; an element without a header is.
    pub(super) mandated: bool,
}

/// What the header of an element says.
pub(super) fn header_of(element: &ProfileElement) -> Header {
    let header = pe_header(element);
    Header {
        identification: header.map(|header| header.identification),
        mandated: header.is_none_or(|header| header.mandated.is_some()),
    }
}

/// What the header of an element says that cannot be decoded.
pub(super) fn raw_header(raw: &[u8]) -> Header {
    let element = Tlv::read(raw).map(|(element, _)| element).ok();
    let header = element.and_then(|element| element.child(Tag::new(0xA0)));
    let number = header.and_then(|header| header.child(Tag::new(0x81)));
    let identification = number
        .filter(|number| matches!(number.value, [0..=0x7F] | [0..=0x7F, _]))
        .map(|number| {
            number
                .value
                .iter()
                .fold(0, |all, byte| all << 8 | i64::from(*byte))
        });
    Header {
        identification,
        mandated: header.is_none_or(|header| header.child(Tag::new(0x80)).is_some()),
    }
}

/// True for a type of element that came after PEDefinitions 3.3.1.
pub(super) fn is_of_later_type(raw: &[u8]) -> bool {
    let constructed_context = raw.first().is_some_and(|first| first & 0xE0 == 0xA0);
    let tag = Tlv::read(raw).map(|(element, _)| element.tag.number());
    constructed_context && tag.is_ok_and(|number| number > NEWEST_TYPE)
}

/// The header of an element; the profile header has none.
fn pe_header(element: &ProfileElement) -> Option<&PeHeader> {
    use ProfileElement as E;
    Some(match element {
        E::Header(_) | E::Rfu1(_) | E::Rfu2(_) | E::Rfu3(_) | E::Rfu4(_) | E::Rfu5(_) => {
            return None;
        }
        E::GenericFileManagement(element) => &element.gfm_header,
        E::PinCodes(element) => &element.pin_header,
        E::PukCodes(element) => &element.puk_header,
        E::AkaParameter(element) => &element.aka_header,
        E::CdmaParameter(element) => &element.cdma_header,
        E::SecurityDomain(element) => &element.sd_header,
        E::Rfm(element) => &element.rfm_header,
        E::Application(element) => &element.app_header,
        E::NonStandard(element) => &element.non_standard_header,
        E::End(element) => &element.end_header,
        E::Mf(element) => &element.mf_header,
        E::Cd(element) => &element.cd_header,
        E::Telecom(element) => &element.telecom_header,
        E::Usim(element) => &element.usim_header,
        E::OptUsim(element) => &element.optusim_header,
        E::Isim(element) => &element.isim_header,
        E::OptIsim(element) => &element.optisim_header,
        E::Phonebook(element) => &element.phonebook_header,
        E::GsmAccess(element) => &element.gsm_access_header,
        E::Csim(element) => &element.csim_header,
        E::OptCsim(element) => &element.optcsim_header,
        E::Eap(element) => &element.eap_header,
        E::Df5gs(element) => &element.df_5gs_header,
        E::DfSaip(element) => &element.df_saip_header,
        E::DfSnpn(element) => &element.df_snpn_header,
        E::Df5gprose(element) => &element.df_5g_prose_header,
        E::Iot(element) => &element.iot_header,
        E::OptIot(element) => &element.optiot_header,
    })
}

/// Carries out an element that is neither the header nor the end.
pub(super) fn process(builder: &mut Builder, element: ProfileElement) -> Result<(), Problem> {
    use ProfileElement as E;
    match element {
        E::PinCodes(element) => codes::pins(builder, &element),
        E::PukCodes(element) => codes::puks(builder, &element),
        E::GenericFileManagement(element) => {
            needs_mf(builder)?;
            management::carry_out(builder, &element)
        }
        E::AkaParameter(element) => {
            let adf = current_application(builder)?;
            if builder.image.akas.iter().any(|(owner, _)| *owner == adf) {
                return Err(Problem::value("second AKA parameters of an application"));
            }
            AkaParameters::try_from(&element).map_err(|error| Problem::value(error.to_string()))?;
            builder.image.akas.push((adf, Arc::new(element)));
            Ok(())
        }
        E::CdmaParameter(element) => {
            let adf = current_application(builder)?;
            builder.image.cdmas.push((adf, Arc::new(element)));
            Ok(())
        }
        E::SecurityDomain(_) | E::Rfm(_) | E::Application(_) | E::NonStandard(_) => {
            keep(builder, element);
            Ok(())
        }
        E::Rfu1(_) | E::Rfu2(_) | E::Rfu3(_) | E::Rfu4(_) | E::Rfu5(_) => Err(Problem::new(
            PeStatusStatus::PE_NOT_SUPPORTED,
            "an element reserved for future use",
        )),
        E::Header(_) | E::End(_) => Err(Problem::format("a header or end element within")),
        files => directories(builder, files),
    }
}

/// What is kept and listed, not carried out.
fn keep(builder: &mut Builder, element: ProfileElement) {
    let image = &mut builder.image;
    match element {
        ProfileElement::SecurityDomain(element) => image.security_domains.push(Arc::new(element)),
        ProfileElement::Rfm(element) => image.rfm.push(Arc::new(element)),
        ProfileElement::Application(element) => image.applications.push(Arc::new(element)),
        ProfileElement::NonStandard(element) => image.non_standard.push(Arc::new(element)),
        _ => {}
    }
}

/// Elements that make files from a template.
fn directories(builder: &mut Builder, element: ProfileElement) -> Result<(), Problem> {
    use ProfileElement as E;
    match &element {
        E::Mf(_) | E::Iot(_) if builder.has_mf => return Err(Problem::format("a second MF")),
        E::Mf(_) | E::Iot(_) => {}
        _ => needs_mf(builder)?,
    }
    match element {
        E::Mf(_) | E::Cd(_) | E::Telecom(_) | E::Usim(_) | E::Isim(_) | E::Csim(_) | E::Iot(_) => {
            builder.context = first_level(builder, element)?;
            builder.has_mf = true;
            Ok(())
        }
        other => second_level(builder, &other),
    }
}

/// Elements with a directory that PIN and AKA elements belong to.
fn first_level(builder: &mut Builder, element: ProfileElement) -> Result<DirId, Problem> {
    use ProfileElement as E;
    let mf = Place::In(DirId::MF);
    match element {
        E::Mf(pe) => template::MF.apply(builder, Place::Extends(DirId::MF), &pe.template_id, &pe),
        E::Cd(pe) => template::CD.apply(builder, mf, &pe.template_id, &pe),
        E::Telecom(pe) => template::TELECOM.apply(builder, mf, &pe.template_id, &pe),
        E::Usim(pe) => template::USIM.apply(builder, mf, &pe.template_id, &pe),
        E::Isim(pe) => template::ISIM.apply(builder, mf, &pe.template_id, &pe),
        E::Csim(pe) => template::CSIM.apply(builder, mf, &pe.template_id, &pe),
        E::Iot(pe) => iot(builder, pe),
        _ => Err(Problem::format("not an element of the first level")),
    }
}

/// Elements about an ADF that is there already.
fn second_level(builder: &mut Builder, element: &ProfileElement) -> Result<(), Problem> {
    use ProfileElement as E;
    let kind = match element {
        E::OptIsim(_) => AdfKind::Isim,
        E::OptCsim(_) => AdfKind::Csim,
        _ => AdfKind::Usim,
    };
    let adf = match element {
        E::Eap(_) => builder.current_adf(),
        _ => builder.newest_adf(kind),
    };
    let adf = adf.ok_or_else(|| Problem::format(format!("no {kind:?} before its files")))?;
    let (within, extends) = (Place::In(adf), Place::Extends(adf));
    match element {
        E::OptUsim(pe) => template::OPT_USIM.apply(builder, extends, &pe.template_id, pe),
        E::OptIsim(pe) => template::OPT_ISIM.apply(builder, extends, &pe.template_id, pe),
        E::OptCsim(pe) => template::OPT_CSIM.apply(builder, extends, &pe.template_id, pe),
        E::OptIot(pe) => template::OPT_IOT.apply(builder, extends, &pe.template_id, pe),
        E::Phonebook(pe) => template::PHONEBOOK.apply(builder, within, &pe.template_id, pe),
        E::GsmAccess(pe) => template::GSM_ACCESS.apply(builder, within, &pe.template_id, pe),
        E::Eap(pe) => template::EAP.apply(builder, within, &pe.template_id, pe),
        E::Df5gs(pe) => template::DF_5GS.apply(builder, within, &pe.template_id, pe),
        E::DfSaip(pe) => template::DF_SAIP.apply(builder, within, &pe.template_id, pe),
        E::DfSnpn(pe) => template::DF_SNPN.apply(builder, within, &pe.template_id, pe),
        E::Df5gprose(pe) => template::DF_5GPROSE.apply(builder, within, &pe.template_id, pe),
        _ => Err(Problem::format("not an element of the second level")),
    }?;
    builder.context = adf;
    Ok(())
}

fn needs_mf(builder: &Builder) -> Result<(), Problem> {
    if builder.has_mf {
        return Ok(());
    }
    Err(Problem::format("files before the MF"))
}

/// The ADF that AKA and CDMA parameters belong to.
fn current_application(builder: &Builder) -> Result<DirId, Problem> {
    builder
        .current_adf()
        .ok_or_else(|| Problem::format("authentication parameters before an application"))
}

/// The IoT Minimal Profile: what it leaves out is made from the header.
fn iot(builder: &mut Builder, mut pe: PeIoT) -> Result<DirId, Problem> {
    let header = builder.image.header.clone();
    let aid = iot_aid(&header)?;
    pe.mf.get_or_insert_default();
    pe.ef_iccid.get_or_insert_with(|| {
        let swapped: Vec<u8> = header
            .iccid
            .iter()
            .map(|byte| byte.rotate_left(4))
            .collect();
        vec![FileElement::FillFileContent(swapped.into())]
    });
    pe.ef_dir.get_or_insert_with(|| directory_entry(&aid));
    pe.ef_arr.get_or_insert_with(access_rules);
    pe.ef_arr_usim.get_or_insert_with(access_rules);
    let adf = pe.adf_usim.get_or_insert_default();
    let named = adf.iter_mut().find_map(|element| match element {
        FileElement::FileDescriptor(fcp) => Some(fcp),
        _ => None,
    });
    match named {
        Some(fcp) => {
            fcp.df_name.get_or_insert(aid);
        }
        None => adf.push(FileElement::FileDescriptor(Fcp {
            df_name: Some(aid),
            ..Fcp::default()
        })),
    }
    let oid = pe.template_id.clone();
    template::IOT_MF.apply(builder, Place::Extends(DirId::MF), &oid, &pe)?;
    template::IOT_USIM.apply(builder, Place::In(DirId::MF), &oid, &pe)
}

/// The AID of the USIM: the RID of 3GPP and the PIX of the header.
fn iot_aid(header: &ProfileHeader) -> Result<ApplicationIdentifier, Problem> {
    let pix = header.iot_options.as_ref().map(|options| &options.pix);
    let pix = pix.filter(|pix| (7..=11).contains(&pix.len()));
    let pix = pix.ok_or_else(|| Problem::value("no pix for an IoT Minimal Profile"))?;
    Ok(ApplicationIdentifier::from([&RID_3GPP, &pix[..]].concat()))
}

/// EF.DIR with one entry.
fn directory_entry(aid: &[u8]) -> File {
    let label = b"USIM";
    let lengths = [aid.len() + label.len() + 4, aid.len(), label.len()];
    let [all, aid_length, label_length] = lengths.map(|length| u8::try_from(length).unwrap_or(0));
    let mut entry = vec![0x61, all, 0x4F, aid_length];
    entry.extend_from_slice(aid);
    entry.extend_from_slice(&[0x50, label_length]);
    entry.extend_from_slice(label);
    record_file(entry.len(), &[entry])
}

/// EF.ARR with the access rules of the templates (TCA §9.9).
fn access_rules() -> File {
    let rules: Vec<Vec<u8>> = template::ACCESS_RULES
        .iter()
        .filter_map(|rule| hex::decode(rule).ok())
        .collect();
    let longest = rules.iter().map(Vec::len).max().unwrap_or(1);
    record_file(longest, &rules)
}

/// A linear fixed file of those records.
fn record_file(length: usize, records: &[Vec<u8>]) -> File {
    let size = u16::try_from(length * records.len()).unwrap_or(0);
    let length_byte = u8::try_from(length).unwrap_or(0);
    let mut file = vec![FileElement::FileDescriptor(Fcp {
        file_descriptor: Some([0x42, 0x21, 0x00, length_byte].into()),
        ef_file_size: Some(size.to_be_bytes().into()),
        ..Fcp::default()
    })];
    for record in records {
        let mut padded = record.clone();
        padded.resize(length, 0xFF);
        file.push(FileElement::FillFileContent(padded.into()));
    }
    file
}
