// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES2+.DownloadOrder (SGP.22 §5.3.1): reserves a profile, by its ICCID or any of a type.

use std::sync::Arc;

use rsp::env::Env;
use rsp::id::{Eid, Iccid};
use rsp::json::{DownloadOrder, Es2Ok, Failure};
use rsp::status::{
    ICCID_IN_USE, ICCID_MISSING, PROFILE_TYPE_NOT_ALLOWED, PROFILE_TYPE_REFUSED,
    PROFILE_TYPE_UNAVAILABLE, PROFILE_TYPE_UNKNOWN, SMDP_EXECUTION_ERROR,
};

use super::Caller;
use crate::SmDp;
use crate::order::Order;

impl SmDp {
    pub(super) fn download_order(
        &mut self,
        caller: &Caller,
        call: &DownloadOrder,
        env: &dyn Env,
    ) -> Result<Es2Ok, Failure> {
        let iccid = match (&call.iccid, call.profile_type.as_deref()) {
            (Some(iccid), kind) => self.check_named(caller, iccid, kind)?,
            (None, Some(kind)) => self.pick(caller, kind)?,
            (None, None) => {
                let particulars = &"expected an iccid or a profileType";
                return Err(Failure::because(ICCID_MISSING, particulars));
            }
        };
        let order = self.reserved(caller, &iccid, call.eid.as_ref(), env.now())?;
        self.orders.add(order).map_err(internal)?;
        Ok(Es2Ok::DownloadOrder { iccid })
    }

    /// The profile that is named has to be the caller's, of the named type, and available.
    fn check_named(
        &self,
        caller: &Caller,
        iccid: &Iccid,
        kind: Option<&str>,
    ) -> Result<Iccid, Failure> {
        let ordered = self.owned_order(caller, iccid)?;
        if let Some(kind) = kind {
            self.check_type(caller, kind)?;
            let own = match ordered.and_then(|id| self.orders.get(id)) {
                Some(order) => order.profile_type.as_deref(),
                None => self.es2.types.of_iccid(iccid).map(|kind| kind.name()),
            };
            if own != Some(kind) {
                return Err(Failure::because(PROFILE_TYPE_REFUSED, &kind));
            }
        }
        match ordered {
            Some(_) => Err(Failure::because(ICCID_IN_USE, iccid)),
            None => Ok(*iccid),
        }
    }

    /// Takes a profile of a type.
    fn pick(&mut self, caller: &Caller, kind: &str) -> Result<Iccid, Failure> {
        self.check_type(caller, kind)?;
        self.es2
            .types
            .take(kind, &self.orders)
            .ok_or_else(|| Failure::because(PROFILE_TYPE_UNAVAILABLE, &kind))
    }

    fn check_type(&self, caller: &Caller, kind: &str) -> Result<(), Failure> {
        if self.es2.types.get(kind).is_none() {
            return Err(Failure::because(PROFILE_TYPE_UNKNOWN, &kind));
        }
        if !caller.may_order(kind) {
            return Err(Failure::because(PROFILE_TYPE_NOT_ALLOWED, &kind));
        }
        Ok(())
    }

    /// The order that reserves a profile: linked when its eUICC is known, else allocated.
    fn reserved(
        &self,
        caller: &Caller,
        iccid: &Iccid,
        eid: Option<&Eid>,
        now: i64,
    ) -> Result<Order, Failure> {
        let kind = self.es2.types.of_iccid(iccid);
        let kind = kind.ok_or(PROFILE_TYPE_UNAVAILABLE)?;
        let profile = if kind.profile.iccid() == *iccid.as_bytes() {
            Arc::clone(&kind.profile)
        } else {
            let rewritten = kind.profile.with_iccid(iccid.as_bytes());
            Arc::new(rewritten.map_err(internal)?)
        };
        let receiver = self.config.notification_address.as_ref();
        let receiver = receiver.unwrap_or(&self.config.address);
        let config = kind.config.order(eid, now);
        let mut order = Order::from_config(&config, profile, receiver).map_err(internal)?;
        order.operator = caller.name().map(str::to_owned);
        order.profile_type = Some(kind.name().to_owned());
        Ok(order)
    }
}

/// A failure of our own.
fn internal(error: impl std::fmt::Display) -> Failure {
    tracing::error!(%error, "order cannot be taken");
    Failure::because(SMDP_EXECUTION_ERROR, &error)
}
