// SPDX-License-Identifier: MIT OR Apache-2.0
//! The places for connections on a listener. When all are taken, a newcomer gets the place of the
//! connection that has been quiet for longest: a server that waits for its idle clients to leave
//! serves nobody else meanwhile.
//!
//! A connection is quiet while nothing is executed for it: in the handshake, between two requests,
//! and while a request or an answer is on the way. Bytes that a client sends do not count as
//! progress, or a slow one would keep its place for ever; bytes that it takes do.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// All places of a listener.
#[derive(Debug)]
pub(super) struct Slots {
    limit: usize,
    taken: Mutex<Taken>,
    freed: Notify,
    epoch: Instant,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    by_id: BTreeMap<u64, Arc<Slot>>,
}

/// What is known of one connection.
#[derive(Debug)]
pub(super) struct Slot {
    epoch: Instant,
    /// Milliseconds from the epoch to the last progress.
    touched: AtomicU64,
    /// Requests being executed.
    busy: AtomicUsize,
    evicted: Notify,
}

/// A place; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Held {
    slots: Arc<Slots>,
    id: u64,
    slot: Arc<Slot>,
}

/// A request being executed.
#[derive(Debug)]
pub(super) struct Busy(Arc<Slot>);

impl Slots {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit: limit.max(1),
            taken: Mutex::default(),
            freed: Notify::new(),
            epoch: Instant::now(),
        }
    }

    /// A place, at the expense of the connection that has been quiet for longest; waits only while
    /// something is executed for every single one.
    pub(super) async fn take(self: &Arc<Self>) -> Held {
        loop {
            let freed = self.freed.notified();
            if let Some(held) = self.try_take() {
                return held;
            }
            freed.await;
        }
    }

    fn try_take(self: &Arc<Self>) -> Option<Held> {
        let mut taken = self.taken();
        if taken.by_id.len() >= self.limit {
            taken.evict()?;
        }
        let id = taken.next;
        taken.next += 1;
        let slot = Arc::new(Slot {
            epoch: self.epoch,
            touched: AtomicU64::new(0),
            busy: AtomicUsize::new(0),
            evicted: Notify::new(),
        });
        slot.touch();
        taken.by_id.insert(id, Arc::clone(&slot));
        Some(Held {
            slots: Arc::clone(self),
            id,
            slot,
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn evict(&mut self) -> Option<()> {
        let quiet = self.by_id.iter().filter(|(_, slot)| !slot.is_busy());
        let (id, _) = quiet.min_by_key(|(_, slot)| slot.touched.load(Ordering::Relaxed))?;
        let id = *id;
        let slot = self.by_id.remove(&id)?;
        slot.evicted.notify_one();
        Some(())
    }
}

impl Held {
    pub(super) fn slot(&self) -> &Arc<Slot> {
        &self.slot
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.slots.taken().by_id.remove(&self.id);
        self.slots.freed.notify_one();
    }
}

impl Slot {
    /// Notes progress.
    pub(super) fn touch(&self) {
        let now = u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.touched.store(now, Ordering::Relaxed);
    }

    /// Keeps the place while a request is executed.
    pub(super) fn busy(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::SeqCst);
        Busy(Arc::clone(self))
    }

    fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst) > 0
    }

    /// Ends when the place is given to another.
    pub(super) async fn evicted(&self) {
        self.evicted.notified().await;
    }

    /// Ends when there has been no progress for `patience`.
    pub(super) async fn stalled(&self, patience: Duration) {
        loop {
            let touched = Duration::from_millis(self.touched.load(Ordering::Relaxed));
            let end = self.epoch + touched + patience;
            if Instant::now() >= end {
                if !self.is_busy() {
                    return;
                }
                tokio::time::sleep(patience).await;
            } else {
                tokio::time::sleep_until(end).await;
            }
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.touch();
        self.0.busy.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn is_evicted(held: &Held) -> bool {
        let evicted = held.slot().evicted();
        tokio::time::timeout(Duration::ZERO, evicted).await.is_ok()
    }

    #[tokio::test]
    async fn the_longest_quiet_one_makes_room() {
        let slots = Arc::new(Slots::new(3));
        let mut held = Vec::new();
        for touched in [1, 3, 2] {
            let next = slots.take().await;
            next.slot().touched.store(touched, Ordering::Relaxed);
            held.push(next);
        }
        let busy = held[0].slot().busy();
        let _newcomer = slots.take().await;
        assert!(!is_evicted(&held[0]).await, "it executes a request");
        assert!(!is_evicted(&held[1]).await, "it made progress later");
        assert!(is_evicted(&held[2]).await);
        drop(busy);
        assert_eq!(slots.taken().by_id.len(), 3);
        drop(held);
        assert_eq!(slots.taken().by_id.len(), 1);
    }

    #[tokio::test]
    async fn a_newcomer_waits_while_all_are_busy() {
        let slots = Arc::new(Slots::new(1));
        let held = slots.take().await;
        let busy = held.slot().busy();
        let waiting = {
            let slots = Arc::clone(&slots);
            tokio::spawn(async move { slots.take().await })
        };
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(busy);
        drop(held);
        waiting.await.unwrap();
    }

    #[tokio::test]
    async fn execution_keeps_a_connection_beyond_its_patience() {
        let slots = Arc::new(Slots::new(1));
        let held = slots.take().await;
        let patience = Duration::from_millis(50);
        let busy = held.slot().busy();
        let waited = tokio::time::timeout(patience * 4, held.slot().stalled(patience)).await;
        assert!(waited.is_err());
        drop(busy);
        let start = Instant::now();
        held.slot().stalled(patience).await;
        assert!(start.elapsed() >= patience / 2, "{:?}", start.elapsed());
    }
}
