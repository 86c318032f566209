// SPDX-License-Identifier: MIT OR Apache-2.0
//! The segments of a bound profile package as they arrive (SGP.22 §2.5.5, §5.7.6).

mod segments;

use rsp::bsp::{Bsp, SegmentTag};
use rsp::sgp22::{BppCommandId, ErrorReason};
use rsp::tlv::Tlv;

use super::elements::{Elements, Package, PackageError};
use super::head::head;
use super::test_profile::has_test_keys;
use super::{BppError, Stop, channel, command_name, metadata, result};
use crate::context::{Context, Fault};
use crate::es10b::info;
use crate::isdp::{Metadata, ProfileClass};
use crate::personality::Version;
use crate::profile::DEFAULT_MEMORY;
use crate::session::Prepared;
use crate::state::Installation;

/// Longest BF23, A0 or A2.
const LONGEST_SECTION: usize = 0x2000;

/// Reads a bound profile package.
#[derive(Debug)]
pub(crate) struct Loader {
    prepared: Prepared,
    /// Every byte so far.
    received: Vec<u8>,
    /// Bytes that were acted upon.
    offset: usize,
    /// Where BF36 ends, once its header is read.
    end: usize,
    phase: Phase,
    /// The secure channel, once BF23 is accepted.
    bsp: Option<Bsp>,
    dp_proprietary_data: Option<Vec<u8>>,
    metadata: Metadata,
    /// Segments of the command at which this card fails.
    segments: u32,
}

/// What is expected next.
#[derive(Debug)]
enum Phase {
    /// BF36 header and BF23.
    Initialise,
    /// A0 with its 87.
    Configure,
    /// The header of A1.
    MetadataHeader,
    /// 88 up to that offset; `plain` is what they brought.
    Metadata { end: usize, plain: Vec<u8> },
    /// A2 with its 87, or the header of A3.
    KeysOrElements,
    /// The header of A3.
    ElementsHeader,
    /// 86 up to that offset.
    Elements { end: usize, elements: Box<Elements> },
}

/// What a segment leads to.
#[derive(Debug)]
pub(crate) enum Progress {
    /// More segments are expected.
    More,
    /// The ProfileInstallationResult.
    Done(Vec<u8>),
}

/// What a step leads to.
enum Step {
    /// Something was read; there may be more.
    Next,
    /// The next TLV is not whole yet.
    Wait,
    /// The package is whole: its profile elements.
    Finished(Package),
}

impl Loader {
    /// Expects the first segment of a package.
    pub(crate) fn new(prepared: Prepared) -> Self {
        Self {
            prepared,
            received: Vec::new(),
            offset: 0,
            end: 0,
            phase: Phase::Initialise,
            bsp: None,
            dp_proprietary_data: None,
            metadata: Metadata::default(),
            segments: 0,
        }
    }

    /// True between two TLVs, where another command may come instead of the next segment.
    pub(crate) fn at_boundary(&self) -> bool {
        self.offset == self.received.len()
    }

    /// Whether the bytes are cut as SGP.22 §2.5.5 says: one TLV, of A1 and A3 only the header, and
    /// with BF23 the header of BF36.
    pub(crate) fn is_one_segment(&self, bytes: &[u8]) -> bool {
        let ends = |at: usize| {
            let rest = bytes.get(at..).unwrap_or_default();
            head(rest)
                .ok()
                .flatten()
                .map(|head| at + head.header + head.length)
        };
        match head(bytes) {
            Ok(Some(outer)) if self.received.is_empty() => ends(outer.header) == Some(bytes.len()),
            Ok(Some(outer)) if matches!(outer.tag, 0xA1 | 0xA3) => outer.header == bytes.len(),
            Ok(Some(outer)) => outer.header + outer.length == bytes.len(),
            Ok(None) | Err(()) => false,
        }
    }

    /// The failure that this card has at the command that arrives.
    fn planned_failure(&mut self, segment: &[u8], card: &Context<'_>) -> Option<BppError> {
        let planned = card.keys().bpp_fail_at?;
        let command = match segment.first() {
            // the keys that did not come
            Some(0xA3) => BppCommandId::LOAD_PROFILE_ELEMENTS,
            _ => self.command(),
        };
        if command.0 != i64::from(planned.command) {
            return None;
        }
        self.segments = self.segments.saturating_add(1);
        let reason = ErrorReason(i64::from(planned.reason));
        (self.segments > u32::from(planned.segment)).then(|| BppError::new(command, reason))
    }

    /// The package as far as it came.
    pub(crate) fn into_received(self) -> Vec<u8> {
        self.received
    }

    /// Takes a segment.
    ///
    /// # Errors
    /// When the card fails; a wrong package is answered with a result.
    pub(crate) fn feed(
        &mut self,
        segment: &[u8],
        card: &mut Context<'_>,
    ) -> Result<Progress, Fault> {
        self.received.extend_from_slice(segment);
        let mut failure = self.planned_failure(segment, card);
        loop {
            let command = self.command();
            let step = match (failure.take(), card.checkpoint(command_name(command))) {
                (Some(error), _) => Err(error.into()),
                (None, Ok(())) => self.step(card),
                (None, Err(fault)) => Err(fault.into()),
            };
            match step {
                Ok(Step::Next) => {}
                Ok(Step::Wait) => {
                    self.remember(card);
                    return Ok(Progress::More);
                }
                Ok(Step::Finished(elements)) => {
                    let proprietary = self.dp_proprietary_data.take();
                    let metadata = std::mem::take(&mut self.metadata);
                    return result::installed(
                        card,
                        &self.prepared,
                        metadata,
                        proprietary,
                        elements,
                    )
                    .map(Progress::Done);
                }
                Err(Stop::Refused(error)) => {
                    tracing::info!(?error, "bound profile package refused");
                    if card.keys().leak_on_fail {
                        let taken = u32::try_from(self.received.len()).unwrap_or(u32::MAX);
                        card.state.lost_memory = card.state.lost_memory.saturating_add(taken);
                    }
                    let iccid = self.iccid();
                    return result::refused(card, &self.prepared, iccid.as_deref(), error)
                        .map(Progress::Done);
                }
                Err(Stop::Fault(fault)) => {
                    tracing::error!(%fault, "the card failed");
                    let reason = ErrorReason::INSTALL_FAILED_DUE_TO_UNKNOWN_ERROR;
                    let (iccid, error) = (self.iccid(), BppError::new(command, reason));
                    return result::refused(card, &self.prepared, iccid.as_deref(), error)
                        .map(Progress::Done);
                }
            }
        }
    }

    /// ICCID, once StoreMetadata brought it.
    fn iccid(&self) -> Option<Vec<u8>> {
        (!self.metadata.iccid.is_empty()).then(|| self.metadata.iccid.clone())
    }

    /// Keeps what the result needs if the installation is interrupted from here on.
    fn remember(&self, card: &mut Context<'_>) {
        let authenticated = &self.prepared.authenticated;
        let installation = Installation {
            transaction_id: authenticated.transaction_id.clone(),
            smdp_oid: authenticated.server_oid.clone(),
            smdp_address: authenticated.server_address.clone(),
            iccid: self.iccid(),
            bpp_command_id: self.command().0,
            ci_key_id: authenticated.ci_key_id.clone(),
        };
        if card.state.installation.as_ref() != Some(&installation) {
            card.state.installation = Some(installation);
        }
    }

    fn command(&self) -> BppCommandId {
        match self.phase {
            Phase::Initialise => BppCommandId::INITIALISE_SECURE_CHANNEL,
            Phase::Configure => BppCommandId::CONFIGURE_ISDP,
            Phase::MetadataHeader | Phase::Metadata { .. } => BppCommandId::STORE_METADATA,
            Phase::KeysOrElements => BppCommandId::REPLACE_SESSION_KEYS,
            Phase::ElementsHeader | Phase::Elements { .. } => BppCommandId::LOAD_PROFILE_ELEMENTS,
        }
    }

    fn step(&mut self, card: &Context<'_>) -> Result<Step, Stop> {
        // the phase is put back by every step that goes on
        match std::mem::replace(&mut self.phase, Phase::KeysOrElements) {
            Phase::Initialise => {
                self.phase = Phase::Initialise;
                self.initialise(card)
            }
            Phase::Configure => {
                self.phase = Phase::Configure;
                self.configure()
            }
            Phase::MetadataHeader => {
                self.phase = Phase::MetadataHeader;
                let Some(end) = self.section(0xA1)? else {
                    return Ok(Step::Wait);
                };
                self.phase = Phase::Metadata {
                    end,
                    plain: Vec::new(),
                };
                Ok(Step::Next)
            }
            Phase::Metadata { end, plain } => self.metadata(end, plain, card),
            Phase::KeysOrElements => self.keys(),
            Phase::ElementsHeader => {
                self.phase = Phase::ElementsHeader;
                let Some(end) = self.section(0xA3)? else {
                    return Ok(Step::Wait);
                };
                // what is installed can be enabled, however much memory the card has
                let memory = u64::from(info::free_memory(card)).min(DEFAULT_MEMORY);
                let mut elements = Box::new(Elements::new(&self.metadata.iccid, memory));
                if let Some(Version([major, _, _])) = card.keys().profile_version {
                    elements.understand_up_to(major.into());
                }
                self.phase = Phase::Elements { end, elements };
                Ok(Step::Next)
            }
            Phase::Elements { end, elements } => self.elements(end, elements, card),
        }
    }

    fn initialise(&mut self, card: &Context<'_>) -> Result<Step, Stop> {
        let Some(outer) = self.head(0)? else {
            return Ok(Step::Wait);
        };
        if outer.tag != 0xBF36 {
            return Err(self.structure().into());
        }
        let Some(inner) = self.head(outer.header)? else {
            return Ok(Step::Wait);
        };
        if inner.tag != 0xBF23 || inner.length > LONGEST_SECTION {
            return Err(self.structure().into());
        }
        let start = outer.header;
        let stop = start + inner.header + inner.length;
        let Some(bytes) = self.received.get(start..stop) else {
            return Ok(Step::Wait);
        };
        let tlv = Tlv::only(bytes).map_err(|_| self.structure())?;
        self.bsp = Some(channel::initialise(&tlv, &self.prepared, &card.config.eid)?);
        self.offset = stop;
        self.end = outer.header + outer.length;
        self.phase = Phase::Configure;
        Ok(Step::Next)
    }

    fn configure(&mut self) -> Result<Step, Stop> {
        let Some(plain) = self.encrypted_section(0xA0)? else {
            return Ok(Step::Wait);
        };
        let oid = &self.prepared.authenticated.server_oid;
        self.dp_proprietary_data = metadata::configure_isdp(&plain, oid)?;
        self.phase = Phase::MetadataHeader;
        Ok(Step::Next)
    }

    fn metadata(
        &mut self,
        end: usize,
        mut plain: Vec<u8>,
        card: &Context<'_>,
    ) -> Result<Step, Stop> {
        let at_end = self.offset == end;
        let segment = if at_end {
            None
        } else {
            self.segment(SegmentTag::Tag88, end)
        };
        self.phase = Phase::Metadata {
            end,
            plain: Vec::new(),
        };
        if at_end {
            self.metadata =
                metadata::store_metadata(&plain, &card.state, &card.config.capabilities)?;
            self.phase = Phase::KeysOrElements;
            return Ok(Step::Next);
        }
        let Some(part) = segment.transpose()? else {
            self.phase = Phase::Metadata { end, plain };
            return Ok(Step::Wait);
        };
        plain.extend_from_slice(&part);
        if plain.len() > LONGEST_SECTION {
            return Err(self.structure().into());
        }
        self.phase = Phase::Metadata { end, plain };
        Ok(Step::Next)
    }

    fn keys(&mut self) -> Result<Step, Stop> {
        let Some(head) = self.head(self.offset)? else {
            return Ok(Step::Wait);
        };
        if head.tag == 0xA2 {
            let Some(plain) = self.encrypted_section(0xA2)? else {
                return Ok(Step::Wait);
            };
            let keys = channel::replacement_keys(&plain)?;
            if let Some(bsp) = &mut self.bsp {
                bsp.replace_keys(&keys);
            }
        }
        self.phase = Phase::ElementsHeader;
        Ok(Step::Next)
    }

    fn elements(
        &mut self,
        end: usize,
        mut elements: Box<Elements>,
        card: &Context<'_>,
    ) -> Result<Step, Stop> {
        let refuse = |reason| BppError::new(BppCommandId::LOAD_PROFILE_ELEMENTS, reason);
        if self.offset == end {
            if end != self.end {
                return Err(refuse(ErrorReason::SCP03T_STRUCTURE_ERROR).into());
            }
            let elements = elements.finish().map_err(|error| element_error(&error))?;
            let test = self.metadata.profile_class == ProfileClass::Test;
            if test && !has_test_keys(&elements.bytes) {
                let reason = ErrorReason::TEST_PROFILE_INSTALL_FAILED_DUE_TO_INVALID_NAA_KEY;
                return Err(refuse(reason).into());
            }
            return Ok(Step::Finished(elements));
        }
        let segment = self.segment(SegmentTag::Tag86, end);
        let Some(plain) = segment.transpose()? else {
            self.phase = Phase::Elements { end, elements };
            return Ok(Step::Wait);
        };
        let free = usize::try_from(info::free_memory(card)).unwrap_or(usize::MAX);
        if elements.len() + plain.len() > free {
            let reason = ErrorReason::INSTALL_FAILED_DUE_TO_INSUFFICIENT_MEMORY_FOR_PROFILE;
            return Err(refuse(reason).into());
        }
        elements
            .push(&plain)
            .map_err(|error| element_error(&error))?;
        self.phase = Phase::Elements { end, elements };
        Ok(Step::Next)
    }
}

fn element_error(error: &PackageError) -> BppError {
    let reason = match error {
        _ if error.is_memory() => {
            ErrorReason::INSTALL_FAILED_DUE_TO_INSUFFICIENT_MEMORY_FOR_PROFILE
        }
        PackageError::Element(_) => ErrorReason::INSTALL_FAILED_DUE_TO_PE_PROCESSING_ERROR,
        PackageError::Iccid { .. } => ErrorReason::INSTALL_FAILED_DUE_TO_ICCID_MISMATCH,
    };
    tracing::info!(%error, "profile elements refused");
    BppError {
        command: BppCommandId::LOAD_PROFILE_ELEMENTS,
        reason,
        sima_response: error.sima_response(),
    }
}
