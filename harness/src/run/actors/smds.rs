// SPDX-License-Identifier: MIT OR Apache-2.0
//! The SM-DS of a case.

use std::sync::Arc;

use certs::Role;
use serde_json::{Value, json};
use smdp::config::SmDsConfig;
use smdp::http::Server;
use smdp::smds::{Es11Handler, SmDsCredentials};
use smdp::{Faults, SmDs, SmDsService};

use super::Stage;
use super::smdp::arm;
use crate::case::{Interface, RoleName};
use crate::run::SetUpError;

/// An SM-DS at work.
pub(in crate::run) struct CaseSmds {
    service: Arc<SmDsService>,
    _server: Server,
}

impl CaseSmds {
    pub(super) async fn start(stage: &Stage<'_>, config: &SmDsConfig) -> Result<Self, SetUpError> {
        let fail = SetUpError::of::<String>("SM-DS");
        let pki = &stage.cast.options.pki;
        let hosts = [config.address.as_str()];
        let credentials =
            SmDsCredentials::from_pki(pki, &hosts).map_err(SetUpError::of("SM-DS"))?;
        let tls = credentials.tls.clone();
        let faults = Faults::lending((**pki).clone(), Role::DsTls, &hosts);
        let smds =
            SmDs::new(config.clone(), credentials).map_err(|problem| fail(problem.to_string()))?;
        let service = SmDsService::new(smds, stage.cast.env("smds"));
        let service = Arc::new(service.with_faults(Arc::new(faults)));
        service.set_tap(Some(stage.tap(Interface::Es11)));
        stage.arm_named(RoleName::Smds, service.faults())?;
        let handler = Arc::new(Es11Handler(service.clone()));
        let server = stage.serve("SM-DS", Interface::Es11, &config.address, &tls, handler);
        Ok(Self {
            _server: server.await?,
            service,
        })
    }

    /// Arms named misbehaviours.
    pub(in crate::run) fn arm(&self, faults: &[String]) -> Result<(), String> {
        arm(self.service.faults(), faults)
    }

    /// Its events, for checks.
    pub(in crate::run) fn events(&self) -> Value {
        self.service.with_smds(|smds| {
            let events = smds.events().iter();
            events
                .map(|(_, event)| {
                    json!({
                        "eid": event.eid.to_string(),
                        "eventId": event.event_id,
                        "rspServerAddress": event.rsp_server_address,
                    })
                })
                .collect()
        })
    }
}
