// SPDX-License-Identifier: MIT OR Apache-2.0
//! The SM-DP+ of a case.

use std::sync::Arc;

use certs::Role;
use serde_json::{Value, json};
use smdp::credentials::TlsIdentity;
use smdp::http::Server;
use smdp::{Config, Credentials, Entity, Event, Faults, Profiles, SmDp, SmDpService};

use super::Stage;
use crate::case::{Interface, RoleName};
use crate::run::SetUpError;
use crate::run::cast::played;

/// The SM-DP+ of the fixture at work, and those that have nothing to download.
pub(in crate::run) struct CaseSmdp {
    own: OneSmdp,
    others: Vec<OneSmdp>,
}

/// An SM-DP+ at work.
pub(in crate::run) struct OneSmdp {
    host: String,
    service: Arc<SmDpService>,
    _server: Server,
}

impl CaseSmdp {
    pub(super) async fn start(stage: &Stage<'_>) -> Result<Self, SetUpError> {
        let cast = &stage.cast;
        let (state, tls) = (state(stage)?, &cast.credentials.tls);
        let own = OneSmdp::start(stage, &cast.server, "smdp", state, tls).await?;
        stage.arm_named(RoleName::Smdp, own.service.faults())?;
        let mut others = Vec::new();
        for host in played(stage.case, RoleName::Smdp).map_or(&[][..], |role| &role.also) {
            others.push(OneSmdp::beside(stage, host).await?);
        }
        Ok(Self { own, others })
    }

    /// The one called `host`, or that of the fixture.
    pub(in crate::run) fn at(&self, host: Option<&str>) -> Option<&OneSmdp> {
        let mut all = std::iter::once(&self.own).chain(&self.others);
        all.find(|smdp| host.is_none_or(|host| smdp.host == host))
    }

    /// Arms named misbehaviours.
    pub(in crate::run) fn arm(&self, faults: &[String]) -> Result<(), String> {
        arm(self.own.service.faults(), faults)
    }
}

impl OneSmdp {
    async fn start(
        stage: &Stage<'_>,
        config: &Config,
        env: &str,
        state: SmDp,
        tls: &TlsIdentity,
    ) -> Result<Self, SetUpError> {
        let (cast, host) = (&stage.cast, &config.address);
        let faults = Faults::lending((*cast.options.pki).clone(), Role::DpTls, &[host]);
        faults
            .arm_configured(config)
            .map_err(SetUpError::of("SM-DP+"))?;
        let service = SmDpService::new(state, cast.env(env));
        let service = Arc::new(service.with_faults(Arc::new(faults)));
        service.set_tap(Some(stage.tap(Interface::Es9Plus)));
        let server = stage.serve("SM-DP+", Interface::Es9Plus, host, tls, service.clone());
        Ok(Self {
            _server: server.await?,
            host: host.clone(),
            service,
        })
    }

    /// A second SM-DP+, which takes notifications and has no orders.
    async fn beside(stage: &Stage<'_>, host: &str) -> Result<Self, SetUpError> {
        let config = Config {
            address: host.to_owned(),
            ..Config::default()
        };
        let pki = &stage.cast.options.pki;
        let credentials = Credentials::from_pki(pki, Entity::Second, &[host])
            .map_err(SetUpError::of("SM-DP+"))?;
        let tls = credentials.tls.clone();
        let state = SmDp::with_orders(config.clone(), credentials, &Profiles::default())
            .map_err(SetUpError::of("SM-DP+"))?;
        Self::start(stage, &config, host, state, &tls).await
    }

    /// Its orders, for checks.
    pub(in crate::run) fn orders(&self) -> Value {
        self.service.with_smdp(|smdp| {
            let orders = smdp.orders().iter();
            orders
                .map(|(_, order)| {
                    let mut value = json!({
                        "matchingId": order.matching_id,
                        "state": order.state,
                        "iccid": hex::encode(order.profile.iccid()),
                    });
                    if let (Some(eid), Some(members)) = (&order.eid, value.as_object_mut()) {
                        members.insert("eid".to_owned(), eid.to_string().into());
                    }
                    value
                })
                .collect()
        })
    }

    /// The notifications that it has taken, for checks.
    pub(in crate::run) fn notifications(&self) -> Value {
        self.service.with_smdp(|smdp| {
            let events = smdp.journal();
            events
                .filter_map(|event| match event {
                    Event::Notified { notification, .. } => {
                        let bytes = rsp::der::encode(&**notification).ok()?;
                        let tree = rsp::schema::decode("PendingNotification", &bytes).ok()?;
                        Some(told(&tree.to_value()))
                    }
                    _ => None,
                })
                .collect()
        })
    }
}

/// A notification in the words of checks.
fn told(notification: &Value) -> Value {
    const INSTALLATION: &str = "/profileInstallationResult/profileInstallationResultData";
    const OTHER: &str = "/otherSignedNotification/tbsOtherNotification";
    let installation = notification.pointer(INSTALLATION);
    let metadata = match installation {
        Some(installation) => installation.get("notificationMetadata"),
        None => notification.pointer(OTHER),
    };
    let member = |name: &str| metadata.and_then(|it| it.get(name)).cloned();
    let operation = member("profileManagementOperation");
    let operation = operation.as_ref().and_then(|bits| bits.pointer("/0"));
    let operation = operation.and_then(Value::as_str).map(|name| {
        let bare = name.strip_prefix("notification").unwrap_or(name);
        bare.to_ascii_lowercase().into()
    });
    let failed = installation.map(|it| it.pointer("/finalResult/errorResult").is_some());
    let result = failed.map(|failed| if failed { "error" } else { "success" }.into());
    let members = [
        ("seqNumber", member("seqNumber")),
        ("operation", operation),
        ("iccid", member("iccid")),
        ("result", result),
    ];
    let there = members.into_iter();
    there
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Arms named misbehaviours; all or none.
pub(super) fn arm(faults: &Faults, names: &[String]) -> Result<(), String> {
    for name in names {
        let fault = name.parse().map_err(|error| format!("{name}: {error}"))?;
        faults
            .arm(fault)
            .map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

/// The server with the orders of the fixture.
fn state(stage: &Stage<'_>) -> Result<SmDp, SetUpError> {
    let cast = &stage.cast;
    let mut profiles = Profiles::default();
    let ordered = cast.server.orders.iter().map(|order| &order.profile);
    let typed = cast.server.profile_types.iter().map(|it| &it.profile);
    for name in ordered.chain(typed) {
        let profile = cast.options.fixtures.profile(&name.to_string_lossy())?;
        profiles.insert(name.clone(), profile);
    }
    let (config, credentials) = (cast.server.clone(), cast.credentials.clone());
    SmDp::with_orders(config, credentials, &profiles).map_err(SetUpError::of("SM-DP+"))
}
