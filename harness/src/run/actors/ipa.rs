// SPDX-License-Identifier: MIT OR Apache-2.0
//! The IPA of this harness in a case: what it is given, and the server into which packages are
//! injected.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::{IPA, Stage, address, coap_settings, listen};
use crate::case::{CaseFile, Interface, RoleName, Step};
use crate::ipa::{Ipa, receive};
use crate::iut::IpaEnvironment;
use crate::run::SetUpError;
use crate::run::cast::{eim_tls, identity};
use crate::wire::esipa::Server;

/// What the IPA of this harness is given, under test or as an actor.
pub(in crate::run) fn ipa_environment(stage: &Stage<'_>) -> Result<IpaEnvironment, SetUpError> {
    let cast = &stage.cast;
    let mut settings = match stage.case.file.iut {
        RoleName::Ipa => cast.options.ipa.clone(),
        _ => Default::default(),
    };
    // told so, the IPA does not ask the card
    settings.dialect = Some(cast.speech.dialect);
    settings.binding = cast.speech.wire_binding();
    settings.coap = coap_settings(stage, "coap ipa");
    Ok(IpaEnvironment {
        card: cast.card.clone(),
        resolver: stage.resolver.clone(),
        roots: cast.roots()?,
        env: cast.env("ipa"),
        timeout: cast.options.timeout,
        settings,
    })
}

/// Whether packages are injected into the IPA of a case, so that it has to listen.
pub(in crate::run) fn is_injected(case: &CaseFile) -> bool {
    case.steps.iter().any(|step| injects(step))
}

fn injects(step: &Step) -> bool {
    match step {
        Step::Order(order) => order.inject,
        Step::AnyOrder(steps) => steps.iter().any(|step| injects(step)),
        Step::Either(ways) => ways.iter().flatten().any(|step| injects(step)),
        other => other.exchange().is_some_and(|(interface, exchange)| {
            let name = exchange.request.as_choice().map(|(name, _)| name);
            interface == Interface::Esipa && name == Some("transferEimPackageRequest")
        }),
    }
}

/// An IPA that waits for packages.
pub(in crate::run) struct Listening {
    ipa: Arc<Mutex<Ipa>>,
    _server: Server,
}

impl Listening {
    /// Starts the device, and opens its server at [`IPA`]. No eIM is contacted.
    pub(in crate::run) async fn start(stage: &Stage<'_>) -> Result<Self, SetUpError> {
        let ipa = Ipa::start(ipa_environment(stage)?).map_err(SetUpError::of("IPA"))?;
        let ipa = Arc::new(Mutex::new(ipa));
        let tls = identity(&eim_tls(&stage.cast.options.pki, IPA)?)?;
        let listener = listen().await?;
        stage.publish(Interface::Esipa, IPA, address(&listener)?)?;
        let server = receive(ipa.clone(), listener, &tls)
            .await
            .map_err(SetUpError::of("IPA"))?;
        Ok(Self {
            ipa,
            _server: server,
        })
    }

    /// A round of its own: it carries out what was only taken, and polls its eIMs.
    pub(in crate::run) async fn round(&self) -> Result<(), SetUpError> {
        let mut ipa = self.ipa.lock().await;
        Box::pin(ipa.round()).await.map_err(SetUpError::of("IPA"))
    }
}
