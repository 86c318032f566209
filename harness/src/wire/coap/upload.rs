// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that come in blocks (RFC 7959 §2.5): a server puts them together before it acts.

use std::collections::VecDeque;
use std::time::Instant;

use super::block::Block;

/// Uploads of one peer at a time; the oldest makes room.
const MOST_UPLOADS: usize = 4;

/// One upload that is not complete.
#[derive(Debug)]
struct Upload {
    tag: Option<Vec<u8>>,
    body: Vec<u8>,
    until: Instant,
}

/// The uploads of one peer.
#[derive(Debug, Default)]
pub(super) struct Uploads {
    all: VecDeque<Upload>,
    /// Blocks count in the order in which they come, which is a deliberate mistake.
    joins: bool,
}

/// What a block made of an upload.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Uploaded {
    /// More blocks have to come.
    Continue,
    /// The whole body.
    Complete(Vec<u8>),
    /// A block is missing before this one.
    Incomplete,
    /// The body is larger than allowed.
    TooLarge,
    /// A block that is not the last is not full.
    NotFull,
}

impl Uploads {
    /// No upload yet.
    pub(super) fn joining(joins: bool) -> Self {
        Self {
            all: VecDeque::new(),
            joins,
        }
    }

    /// Takes one block of the upload that `tag` names (RFC 9175 §3.3).
    pub(super) fn take(
        &mut self,
        tag: Option<Vec<u8>>,
        block: Block,
        part: &[u8],
        limit: usize,
        until: Instant,
    ) -> Uploaded {
        if block.more && part.len() != block.size() {
            return Uploaded::NotFull;
        }
        let place = self.all.iter().position(|upload| upload.tag == tag);
        let mut upload = match place.and_then(|place| self.all.remove(place)) {
            Some(known) if block.number > 0 => known,
            _ if block.number > 0 => return Uploaded::Incomplete,
            _ => Upload {
                tag,
                body: Vec::new(),
                until,
            },
        };
        if block.offset().saturating_add(part.len()) > limit {
            return Uploaded::TooLarge;
        }
        if self.joins {
            upload.body.extend_from_slice(part);
        } else if !upload.add(block, part) {
            return Uploaded::Incomplete;
        }
        if !block.more {
            return Uploaded::Complete(upload.body);
        }
        upload.until = until;
        if self.all.len() >= MOST_UPLOADS {
            self.all.pop_front();
        }
        self.all.push_back(upload);
        Uploaded::Continue
    }

    /// Drops what was not continued.
    pub(super) fn expire(&mut self, now: Instant) {
        self.all.retain(|upload| upload.until > now);
    }
}

impl Upload {
    /// Adds a block; one that is already here, sent again in a new message, changes nothing.
    fn add(&mut self, block: Block, part: &[u8]) -> bool {
        let from = block.offset();
        if from == self.body.len() {
            self.body.extend_from_slice(part);
            return true;
        }
        let end = from.saturating_add(part.len());
        block.more && self.body.get(from..end) == Some(part)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn take(uploads: &mut Uploads, tag: u8, number: usize, more: bool, part: &[u8]) -> Uploaded {
        let block = Block::at(number * 16, 16, more).unwrap();
        let until = Instant::now() + Duration::from_secs(9);
        uploads.take(Some(vec![tag]), block, part, 64, until)
    }

    #[test]
    fn blocks_come_together() {
        let mut uploads = Uploads::default();
        assert_eq!(take(&mut uploads, 1, 0, true, &[1; 16]), Uploaded::Continue);
        assert_eq!(take(&mut uploads, 2, 0, true, &[9; 16]), Uploaded::Continue);
        assert_eq!(take(&mut uploads, 1, 1, true, &[2; 16]), Uploaded::Continue);
        assert_eq!(take(&mut uploads, 1, 1, true, &[2; 16]), Uploaded::Continue);
        let whole = [&[1; 16][..], &[2; 16], &[3]].concat();
        assert_eq!(
            take(&mut uploads, 1, 2, false, &[3]),
            Uploaded::Complete(whole)
        );
        assert_eq!(take(&mut uploads, 1, 3, false, &[4]), Uploaded::Incomplete);
        let other = [[9; 16], [8; 16]].concat();
        let last = take(&mut uploads, 2, 1, false, &[8; 16]);
        assert_eq!(last, Uploaded::Complete(other));
    }

    #[test]
    fn holes_and_excess_are_refused() {
        let mut uploads = Uploads::default();
        assert_eq!(take(&mut uploads, 1, 0, true, &[1; 15]), Uploaded::NotFull);
        assert_eq!(take(&mut uploads, 1, 0, true, &[1; 16]), Uploaded::Continue);
        assert_eq!(
            take(&mut uploads, 1, 2, true, &[1; 16]),
            Uploaded::Incomplete
        );
        assert_eq!(
            take(&mut uploads, 1, 4, true, &[1; 16]),
            Uploaded::Incomplete
        );
        take(&mut uploads, 1, 0, true, &[1; 16]);
        for number in 1..4 {
            take(&mut uploads, 1, number, true, &[1; 16]);
        }
        assert_eq!(take(&mut uploads, 1, 4, true, &[1; 16]), Uploaded::TooLarge);
    }

    #[test]
    fn a_block_with_other_content_is_no_duplicate() {
        let mut uploads = Uploads::default();
        take(&mut uploads, 1, 0, true, &[1; 16]);
        take(&mut uploads, 1, 1, true, &[1; 16]);
        assert_eq!(
            take(&mut uploads, 1, 1, true, &[7; 16]),
            Uploaded::Incomplete
        );
    }

    #[test]
    fn what_is_not_continued_is_forgotten() {
        let mut uploads = Uploads::default();
        take(&mut uploads, 1, 0, true, &[1; 16]);
        uploads.expire(Instant::now() + Duration::from_secs(10));
        assert_eq!(take(&mut uploads, 1, 1, false, &[]), Uploaded::Incomplete);
    }
}
