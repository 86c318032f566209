// SPDX-License-Identifier: MIT OR Apache-2.0
//! Profile types and their supply of ICCIDs.
//!
//! Which ICCIDs are free is not written down: one is free when no order has it. A supply only
//! remembers where to look next, and looks once more from its beginning before it gives up.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use rsp::id::Iccid;

use crate::config::ProfileTypeConfig;
use crate::order::{Order, OrderError, Orders};
use crate::profile::{IccidPool, Profile, Profiles};

/// A package of which each order gets a copy.
#[derive(Debug)]
pub struct ProfileType {
    pub(crate) config: ProfileTypeConfig,
    pub(crate) profile: Arc<Profile>,
    supply: Supply,
    /// ICCIDs that came back, before the supply goes on.
    returned: VecDeque<Iccid>,
}

#[derive(Debug)]
enum Supply {
    Listed {
        iccids: Vec<Iccid>,
        next: usize,
    },
    Counted {
        first: Iccid,
        count: Option<u64>,
        pool: IccidPool,
    },
}

impl ProfileType {
    fn new(config: &ProfileTypeConfig, profile: Arc<Profile>) -> Result<Self, String> {
        let supply = match config.first_iccid {
            Some(_) if !config.iccids.is_empty() => {
                return Err("expected iccids or first_iccid, got both".to_owned());
            }
            Some(first) => Supply::Counted {
                first,
                count: config.count,
                pool: IccidPool::new(first, config.count).map_err(|error| error.to_string())?,
            },
            None if config.iccids.is_empty() => {
                let own = Iccid::from_bytes(&profile.iccid()).map_err(|error| error.to_string())?;
                Supply::Listed {
                    iccids: vec![own],
                    next: 0,
                }
            }
            None => Supply::Listed {
                iccids: config.iccids.clone(),
                next: 0,
            },
        };
        Ok(Self {
            config: config.clone(),
            profile,
            supply,
            returned: VecDeque::new(),
        })
    }

    /// The name of the type.
    pub fn name(&self) -> &str {
        &self.config.name
    }

    /// The next ICCID that no order has.
    fn take(&mut self, orders: &Orders) -> Option<Iccid> {
        while let Some(iccid) = self.returned.pop_front() {
            if orders.of_iccid(&iccid).is_none() {
                return Some(iccid);
            }
        }
        let found = self.supply.next_free(orders);
        if found.is_some() {
            return found;
        }
        self.supply.rewind();
        self.supply.next_free(orders)
    }

    /// Whether an ICCID is one of the consecutive ones of this type.
    fn counts(&self, iccid: &Iccid) -> bool {
        match &self.supply {
            Supply::Listed { .. } => false,
            Supply::Counted { first, count, .. } => is_counted(first, *count, iccid),
        }
    }
}

impl Supply {
    fn next_free(&mut self, orders: &Orders) -> Option<Iccid> {
        loop {
            let iccid = match self {
                Self::Listed { iccids, next } => {
                    let iccid = *iccids.get(*next)?;
                    *next += 1;
                    iccid
                }
                Self::Counted { pool, .. } => pool.next()?,
            };
            if orders.of_iccid(&iccid).is_none() {
                return Some(iccid);
            }
        }
    }

    fn rewind(&mut self) {
        match self {
            Self::Listed { next, .. } => *next = 0,
            Self::Counted { first, count, pool } => {
                if let Ok(fresh) = IccidPool::new(*first, *count) {
                    *pool = fresh;
                }
            }
        }
    }
}

/// Whether an ICCID is among the consecutive ones from `first` on.
fn is_counted(first: &Iccid, count: Option<u64>, iccid: &Iccid) -> bool {
    let number = |iccid: &Iccid| {
        let digits = iccid.to_string();
        let body = digits.get(..digits.len().saturating_sub(1))?;
        Some((body.len(), body.parse::<u128>().ok()?))
    };
    let (Some((width, first)), Some((other, number))) = (number(first), number(iccid)) else {
        return false;
    };
    let within = |offset: u128| count.is_none_or(|count| offset < u128::from(count));
    width == other && iccid.has_valid_check_digit() && number.checked_sub(first).is_some_and(within)
}

/// The profile types of a server, found by name or by ICCID.
#[derive(Debug, Default)]
pub struct ProfileTypes {
    types: Vec<ProfileType>,
    by_name: HashMap<String, usize>,
    listed: HashMap<Iccid, usize>,
}

impl ProfileTypes {
    /// Adds a type, with its package from `profiles`.
    ///
    /// # Errors
    /// The package is missing or cannot have other ICCIDs, or a name or an ICCID is taken.
    pub(crate) fn add(
        &mut self,
        config: &ProfileTypeConfig,
        profiles: &Profiles,
    ) -> Result<(), OrderError> {
        let profile = profiles
            .get(&config.profile)
            .ok_or_else(|| OrderError::NoProfile(config.name.clone(), config.profile.clone()))?;
        let refused = |problem: String| OrderError::ProfileType(config.name.clone(), problem);
        if self.by_name.contains_key(&config.name) {
            return Err(refused("expected a name of its own".to_owned()));
        }
        let added = ProfileType::new(config, profile).map_err(refused)?;
        // Whether the package takes other ICCIDs is found out now, not at the first order.
        let example = match &added.supply {
            Supply::Listed { iccids, .. } => iccids.first(),
            Supply::Counted { first, .. } => Some(first),
        };
        if let Some(iccid) = example.filter(|iccid| *iccid.as_bytes() != added.profile.iccid()) {
            let rewritten = added.profile.with_iccid(iccid.as_bytes());
            rewritten.map_err(|error| refused(error.to_string()))?;
        }
        let index = self.types.len();
        if let Supply::Listed { iccids, .. } = &added.supply {
            for iccid in iccids {
                if self.listed.insert(*iccid, index).is_some() {
                    return Err(refused(format!("ICCID {iccid} comes twice")));
                }
            }
        }
        self.by_name.insert(config.name.clone(), index);
        self.types.push(added);
        Ok(())
    }

    /// A type by its name.
    pub fn get(&self, name: &str) -> Option<&ProfileType> {
        self.types.get(*self.by_name.get(name)?)
    }

    /// The type that an ICCID belongs to.
    pub fn of_iccid(&self, iccid: &Iccid) -> Option<&ProfileType> {
        match self.listed.get(iccid) {
            Some(index) => self.types.get(*index),
            None => self.types.iter().find(|kind| kind.counts(iccid)),
        }
    }

    /// Every type, in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &ProfileType> {
        self.types.iter()
    }

    /// Takes an ICCID of a type that no order has.
    pub(crate) fn take(&mut self, name: &str, orders: &Orders) -> Option<Iccid> {
        let index = *self.by_name.get(name)?;
        self.types.get_mut(index)?.take(orders)
    }

    /// Puts an ICCID back, whose order is gone.
    pub(crate) fn give_back(&mut self, order: &Order) {
        let index = order
            .profile_type
            .as_ref()
            .and_then(|name| self.by_name.get(name));
        let kind = index.and_then(|index| self.types.get_mut(*index));
        if let (Some(kind), Ok(iccid)) = (kind, Iccid::from_bytes(&order.profile.iccid()))
            && let Supply::Counted { .. } = kind.supply
            && !kind.returned.contains(&iccid)
        {
            kind.returned.push_back(iccid);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consecutive_iccids_are_known_again() {
        let first: Iccid = "8988100000000000015".parse().unwrap();
        let iccid = |text: &str| text.parse::<Iccid>().unwrap();
        for (text, count, expected) in [
            ("8988100000000000015", Some(1), true),
            ("8988100000000000023", Some(1), false),
            ("8988100000000000023", Some(2), true),
            ("8988100000000000023", None, true),
            // Another check digit, a number before the first, another length.
            ("8988100000000000024", None, false),
            ("8988100000000000007", None, false),
            ("89881000000000000158", None, false),
        ] {
            assert_eq!(
                is_counted(&first, count, &iccid(text)),
                expected,
                "{text} of {count:?}"
            );
        }
    }
}
