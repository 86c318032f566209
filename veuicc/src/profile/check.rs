// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can only be judged when every element is there.

use rsp::pe::{PeAkaParameterAlgoConfiguration, PeStatusStatus};

use super::Problem;
use super::builder::{Builder, Origin};
use crate::uicc::image::{AdfKind, DirId, Ef, Image};

/// File identifier of EF.ICCID.
const EF_ICCID: u16 = 0x2FE2;

/// Judges the whole: PUKs that PINs refer to, and mappings of AKA parameters.
pub(super) fn consistent(builder: &Builder) -> Result<(), (Origin, Problem)> {
    let image = &builder.image;
    for (puk, origin) in &builder.wanted_puks {
        if image.puk(*puk).is_none() {
            let reason = format!("PUK {puk:02X} is not there");
            let problem = Problem::new(PeStatusStatus::PIN_CODE_MISSING, reason);
            return Err((*origin, problem));
        }
    }
    mappings(image).map_err(|problem| (builder.element, problem))
}

/// A mapping names another application with parameters of its own.
fn mappings(image: &Image) -> Result<(), Problem> {
    for (_, parameter) in &image.akas {
        let PeAkaParameterAlgoConfiguration::MappingParameter(mapping) =
            &parameter.algo_configuration
        else {
            continue;
        };
        let source = &mapping.mapping_source;
        let found = image.adfs_by_aid(source).any(|adf| {
            let mut akas = image.akas.iter();
            akas.any(|(owner, _)| *owner == adf)
        });
        if !found {
            let aid = hex::encode(&**source);
            return Err(Problem::value(format!("no AKA parameters of {aid}")));
        }
    }
    Ok(())
}

/// What keeps a profile from being a working one, though it can be installed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Shortcoming {
    /// It has no EF.ICCID, or another than its header.
    #[error("EF.ICCID does not have the iccid of the header")]
    Iccid,
    /// It has no USIM.
    #[error("there is no USIM")]
    NoUsim,
    /// An application cannot authenticate.
    #[error("application {0} has no authentication parameters")]
    NoAuthentication(String),
    /// Files without access rules: nobody can use them.
    #[error("{0} files refer to access rules that are not there")]
    NoRules(usize),
}

/// What keeps a profile from being a working one.
#[must_use]
pub fn shortcomings(image: &Image) -> Vec<Shortcoming> {
    let mut found = Vec::new();
    let iccid = image.ef_in(DirId::MF, EF_ICCID).map(|ef| image.body(ef));
    let header: Vec<u8> = image
        .header
        .iccid
        .iter()
        .map(|byte| byte.rotate_left(4))
        .collect();
    if iccid.as_ref() != Some(&header) {
        found.push(Shortcoming::Iccid);
    }
    let kinds = || {
        image
            .adfs()
            .filter_map(|(id, dir)| Some((id, dir.adf.as_ref()?)))
    };
    if !kinds().any(|(_, adf)| adf.kind == AdfKind::Usim) {
        found.push(Shortcoming::NoUsim);
    }
    for (id, adf) in kinds() {
        let authenticates = match adf.kind {
            AdfKind::Usim | AdfKind::Isim => image.akas.iter().any(|(owner, _)| *owner == id),
            AdfKind::Csim => image.cdmas.iter().any(|(owner, _)| *owner == id),
            AdfKind::Other => true,
        };
        if !authenticates {
            found.push(Shortcoming::NoAuthentication(hex::encode(&adf.aid)));
        }
    }
    let without = |ef: &Ef| image.access_rule(ef.parent, ef.security).is_none();
    let missing = image.efs().filter(|(_, ef)| without(ef)).count();
    if missing > 0 {
        found.push(Shortcoming::NoRules(missing));
    }
    found
}
