// SPDX-License-Identifier: MIT OR Apache-2.0
//! How the plan changes: what came, what is left out, which instants take effect.

use super::{Await, Block, Next, Plan, Progress, holds};
use crate::case::{IutAction, Step};

impl Plan {
    /// `id` came: what stands before it and did not come was left out, and it chooses the ways of
    /// `either` that it stands in.
    pub(in crate::engine) fn commit(&mut self, id: usize) {
        let blocks = std::mem::take(&mut self.blocks);
        self.commit_in(&blocks, id);
        self.blocks = blocks;
    }

    fn commit_in(&mut self, blocks: &[Block], id: usize) {
        for block in blocks {
            if !holds(block, id) {
                self.relent(std::slice::from_ref(block), true);
                continue;
            }
            match block {
                Block::Step(_) => (),
                Block::AnyOrder(inner) => {
                    if let Some(inner) = inner.iter().find(|inner| holds(inner, id)) {
                        self.commit_in(std::slice::from_ref(inner), id);
                    }
                }
                Block::Either { choice, ways } => {
                    let place = ways
                        .iter()
                        .position(|way| way.iter().any(|block| holds(block, id)));
                    self.choose(*choice, place);
                    if let Some(way) = self.way(*choice, ways) {
                        self.commit_in(way, id);
                    }
                }
            }
            return;
        }
    }

    fn choose(&mut self, choice: usize, way: Option<usize>) {
        if let Some(choice) = self.choices.get_mut(choice) {
            choice.chosen = choice.chosen.or(way);
        }
    }

    /// Goes on without what may be left out. Whether there was something of the kind.
    pub(in crate::engine) fn give_up(&mut self) -> bool {
        let Some(Next::Await(Await { soft: true, .. })) = self.next() else {
            return false;
        };
        let blocks = std::mem::take(&mut self.blocks);
        self.relent(&blocks, false);
        self.blocks = blocks;
        true
    }

    /// Leaves out what may be left out, up to the first step that may not. `beyond` goes past the
    /// steps of the driver.
    fn relent(&mut self, blocks: &[Block], beyond: bool) {
        for block in blocks {
            match self.next_of(block) {
                None => continue,
                Some(Next::Await(wait)) if wait.soft => (),
                Some(Next::Do(_)) if beyond => (),
                Some(_) => return,
            }
            match block {
                Block::Step(id) => {
                    if self.exchange(*id).is_some() && self.progress(*id) == Progress::Pending {
                        self.mark(*id, Progress::Skipped);
                    }
                }
                Block::AnyOrder(inner) => {
                    for block in inner {
                        self.relent(std::slice::from_ref(block), beyond);
                    }
                }
                Block::Either { choice, ways } => {
                    let open = ways.iter().position(|way| self.is_open(way));
                    self.choose(*choice, open);
                    if let Some(way) = self.way(*choice, ways) {
                        self.relent(way, beyond);
                    }
                }
            }
        }
    }

    /// Takes the instants that nothing stands before any more. A `never` also holds while what
    /// stands before it may still come.
    pub(in crate::engine) fn instants(&mut self) -> Vec<usize> {
        let blocks = std::mem::take(&mut self.blocks);
        let mut found = Vec::new();
        self.instants_in(&blocks, &mut true, &mut found);
        self.blocks = blocks;
        for id in &found {
            self.mark(*id, Progress::Done);
        }
        found
    }

    fn instants_in(&self, blocks: &[Block], bare: &mut bool, found: &mut Vec<usize>) -> bool {
        blocks.iter().all(|block| match block {
            Block::Step(id) if self.progress(*id) == Progress::Pending => {
                match self.step(*id).map(|step| &**step) {
                    Some(Step::Never(_) | Step::NotBefore(_)) => found.push(*id),
                    Some(Step::Network(_) | Step::Coverage(_)) if *bare => found.push(*id),
                    Some(Step::Network(_) | Step::Coverage(_)) => return false,
                    // what stands behind is about what comes after
                    Some(Step::Iut(IutAction::Stop | IutAction::Kill)) => return false,
                    Some(step) => match step.exchange() {
                        Some((_, exchange)) => {
                            *bare = false;
                            return exchange.optional;
                        }
                        None => {
                            // what the device does until then, it does in the network of before
                            *bare &= !ends_something(step);
                            return true;
                        }
                    },
                    None => (),
                }
                true
            }
            Block::Step(_) => true,
            Block::AnyOrder(inner) => {
                let mut open = true;
                for block in inner {
                    let mut own = true;
                    open &= self.instants_in(std::slice::from_ref(block), &mut own, found);
                    *bare &= own;
                }
                open
            }
            Block::Either { choice, ways } => match self.way(*choice, ways) {
                Some(way) => self.instants_in(way, bare, found),
                None => {
                    *bare = false;
                    ways.iter().any(|way| self.is_open(way))
                }
            },
        })
    }

    /// Whether a step is not in a way that was not taken.
    pub(in crate::engine) fn is_reachable(&self, id: usize) -> bool {
        let mut left = Vec::new();
        self.left(&self.blocks, &mut left);
        left.contains(&id)
    }
}

/// Whether a step is over only when the implementation under test, or its device, is at rest.
const fn ends_something(step: &Step) -> bool {
    matches!(
        step,
        Step::Iut(IutAction::Stop | IutAction::Kill) | Step::Device(_) | Step::User(_)
    )
}
