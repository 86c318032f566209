// SPDX-License-Identifier: MIT OR Apache-2.0
//! The steps of a case as far as they have come: what may be met now, and what the driver does next.
//!
//! Every step has a number in the order of writing. Sequences, `any_order` and `either` stand above
//! the steps; an optional step, and a way of `either` that asks for nothing, let what follows come
//! as well.

mod change;

use super::sides::Sides;
use crate::case::{At, Exchange, Interface, Position, Step};
use crate::message::Direction;

/// How far a step is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Progress {
    /// Nothing came of it yet.
    Pending,
    /// Its request came, its answer did not.
    Begun,
    /// It was met or performed.
    Done,
    /// It was left out, as it may be.
    Skipped,
}

/// What the driver does next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    /// A step of its own.
    Do(usize),
    /// The request of a scripted role.
    Send(usize),
    /// Nothing but to wait.
    Await(Await),
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Await {
    /// The first of the steps that may be met.
    pub step: usize,
    /// Seconds within which it must come, when the case says so.
    pub within: Option<f64>,
    /// Whether the case goes on without it.
    pub soft: bool,
    /// How many steps are over. It grows while one of several is waited for.
    pub over: usize,
}

#[derive(Debug)]
enum Block {
    Step(usize),
    AnyOrder(Vec<Self>),
    Either { choice: usize, ways: Vec<Vec<Self>> },
}

/// A choice of the implementation.
#[derive(Debug)]
struct Choice {
    position: Position,
    ways: Vec<String>,
    chosen: Option<usize>,
}

/// The steps with their progress.
#[derive(Debug)]
pub(super) struct Plan {
    blocks: Vec<Block>,
    steps: Vec<At<Step>>,
    progress: Vec<Progress>,
    choices: Vec<Choice>,
    sides: Sides,
    over: usize,
}

impl Plan {
    pub(super) fn new(steps: &[At<Step>], sides: Sides) -> Self {
        let mut plan = Self {
            blocks: Vec::new(),
            steps: Vec::new(),
            progress: Vec::new(),
            choices: Vec::new(),
            sides,
            over: 0,
        };
        plan.blocks = plan.blocks_of(steps);
        plan.progress = vec![Progress::Pending; plan.steps.len()];
        plan
    }

    fn blocks_of(&mut self, steps: &[At<Step>]) -> Vec<Block> {
        steps.iter().map(|step| self.block_of(step)).collect()
    }

    fn block_of(&mut self, step: &At<Step>) -> Block {
        match &**step {
            Step::AnyOrder(steps) => Block::AnyOrder(self.blocks_of(steps)),
            Step::Either(ways) => {
                let choice = self.choices.len();
                self.choices.push(Choice {
                    position: step.position,
                    ways: ways.iter().map(|way| way_title(way)).collect(),
                    chosen: None,
                });
                let ways = ways.iter().map(|way| self.blocks_of(way)).collect();
                Block::Either { choice, ways }
            }
            _ => {
                self.steps.push(step.clone());
                Block::Step(self.steps.len() - 1)
            }
        }
    }

    pub(super) fn step(&self, id: usize) -> Option<&At<Step>> {
        self.steps.get(id)
    }

    pub(super) fn exchange(&self, id: usize) -> Option<(Interface, &Exchange)> {
        self.steps.get(id)?.exchange()
    }

    pub(super) fn progress(&self, id: usize) -> Progress {
        self.progress.get(id).copied().unwrap_or(Progress::Done)
    }

    pub(super) fn mark(&mut self, id: usize, progress: Progress) {
        if let Some(entry) = self.progress.get_mut(id) {
            *entry = progress;
            self.over += usize::from(progress == Progress::Done || progress == Progress::Skipped);
        }
    }

    /// The exchanges of which one may begin now, in the order of writing.
    pub(super) fn candidates(&self) -> Vec<usize> {
        let mut found = Vec::new();
        self.frontier(&self.blocks, &mut found);
        found
    }

    /// Adds what may begin, and tells whether what stands behind may come as well.
    fn frontier(&self, blocks: &[Block], found: &mut Vec<usize>) -> bool {
        blocks.iter().all(|block| match block {
            Block::Step(id) => match (self.exchange(*id), self.progress(*id)) {
                (Some((_, exchange)), Progress::Pending) => {
                    found.push(*id);
                    exchange.optional
                }
                _ => true,
            },
            Block::AnyOrder(inner) => {
                let mut open = true;
                for block in inner {
                    open &= self.frontier(std::slice::from_ref(block), found);
                }
                open
            }
            Block::Either { choice, ways } => match self.way(*choice, ways) {
                Some(way) => self.frontier(way, found),
                None => {
                    let mut open = false;
                    for way in ways {
                        open |= self.frontier(way, found);
                    }
                    open
                }
            },
        })
    }

    fn way<'a>(&self, choice: usize, ways: &'a [Vec<Block>]) -> Option<&'a [Block]> {
        let chosen = self.choices.get(choice)?.chosen?;
        ways.get(chosen).map(Vec::as_slice)
    }

    /// What the driver does next; nothing when the case is through.
    pub(super) fn next(&self) -> Option<Next> {
        self.next_in(&self.blocks)
    }

    fn next_in(&self, blocks: &[Block]) -> Option<Next> {
        let mut soft = None;
        for block in blocks {
            match self.next_of(block) {
                None => (),
                Some(Next::Await(wait)) if wait.soft => {
                    soft.get_or_insert(wait);
                }
                Some(Next::Await(wait)) => return Some(Next::Await(wait)),
                // what the driver does comes after what may still come before it
                Some(own) => return Some(soft.map_or(own, Next::Await)),
            }
        }
        soft.map(Next::Await)
    }

    fn next_of(&self, block: &Block) -> Option<Next> {
        match block {
            Block::Step(id) => self.next_step(*id),
            Block::AnyOrder(inner) => first_of(inner.iter().map(|block| self.next_of(block))),
            Block::Either { choice, ways } => match self.way(*choice, ways) {
                Some(way) => self.next_in(way),
                None => {
                    let open = ways.iter().any(|way| self.is_open(way));
                    let first = first_of(ways.iter().map(|way| {
                        // what the driver does in a way comes after the choice
                        self.next_in(way)
                            .filter(|next| !matches!(next, Next::Do(_)))
                    }));
                    match first {
                        Some(Next::Await(wait)) => Some(Next::Await(Await { soft: open, ..wait })),
                        other => other,
                    }
                }
            },
        }
    }

    fn next_step(&self, id: usize) -> Option<Next> {
        let wait = |exchange: &Exchange, soft| {
            Next::Await(Await {
                step: id,
                within: exchange.within,
                soft,
                over: self.over,
            })
        };
        match (self.exchange(id), self.progress(id)) {
            (_, Progress::Done | Progress::Skipped) => None,
            (None, _) => Some(Next::Do(id)),
            (Some((_, exchange)), Progress::Begun) => Some(wait(exchange, false)),
            (Some((interface, exchange)), Progress::Pending) => Some(
                if self
                    .sides
                    .is_sent(interface, Direction::Request, name_of(exchange))
                {
                    Next::Send(id)
                } else {
                    wait(exchange, exchange.optional)
                },
            ),
        }
    }

    fn is_open(&self, blocks: &[Block]) -> bool {
        self.frontier(blocks, &mut Vec::new())
    }

    /// Whether nothing is left but looks at states.
    pub(super) fn only_checks_left(&self) -> bool {
        let mut left = Vec::new();
        self.left(&self.blocks, &mut left);
        left.iter().all(|id| {
            let step = self.step(*id).map(|step| &**step);
            matches!(
                step,
                Some(Step::Check(_) | Step::Never(_) | Step::NotBefore(_))
            )
        })
    }

    fn left(&self, blocks: &[Block], found: &mut Vec<usize>) {
        for block in blocks {
            match block {
                Block::Step(id) => {
                    if self.next_step(*id).is_some() {
                        found.push(*id);
                    }
                }
                Block::AnyOrder(inner) => self.left(inner, found),
                Block::Either { choice, ways } => match self.way(*choice, ways) {
                    Some(way) => self.left(way, found),
                    None => ways.iter().for_each(|way| self.left(way, found)),
                },
            }
        }
    }

    /// What was chosen, in words.
    pub(super) fn choices(&self) -> Vec<String> {
        let said = |choice: &Choice| {
            let way = choice.chosen?;
            let title = choice.ways.get(way)?;
            let (line, of) = (choice.position.line, choice.ways.len());
            Some(format!("line {line}: way {} of {of}, {title}", way + 1))
        };
        self.choices.iter().filter_map(said).collect()
    }
}

/// A request of ours goes first, then what must come, then what may.
fn first_of(nexts: impl Iterator<Item = Option<Next>>) -> Option<Next> {
    nexts.flatten().min_by_key(|next| match next {
        Next::Do(_) => 0,
        Next::Send(_) => 1,
        Next::Await(wait) if !wait.soft => 2,
        Next::Await(_) => 3,
    })
}

fn holds(block: &Block, id: usize) -> bool {
    match block {
        Block::Step(own) => *own == id,
        Block::AnyOrder(inner) => inner.iter().any(|block| holds(block, id)),
        Block::Either { ways, .. } => ways.iter().flatten().any(|block| holds(block, id)),
    }
}

/// The name of the request; none when it is a kept message.
pub(super) fn name_of(exchange: &Exchange) -> &str {
    exchange.request.as_choice().map_or("", |(name, _)| name)
}

fn way_title(way: &[At<Step>]) -> String {
    let Some((interface, exchange)) = way.iter().find_map(|step| step.exchange()) else {
        return "nothing of it".to_owned();
    };
    let request = format!("{} on {interface}", super::judge::title(&exchange.request));
    match &exchange.response {
        Some(response) => format!("{request} -> {}", clip(&response.to_string())),
        None => request,
    }
}

fn clip(text: &str) -> String {
    const SHOWN: usize = 100;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
