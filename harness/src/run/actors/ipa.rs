// SPDX-License-Identifier: MIT OR Apache-2.0
//! The IPA of this harness in a case: what it is given, and the server into which packages are
//! injected.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};

use super::esipa::{has_faults_of_coap, is_for_dtls_1_3};
use super::{IPA, Stage, address, coap_settings, listen};
use crate::case::{CaseFile, Interface, Node, RoleName, Step, built_in_options};
use crate::ipa::{Ipa, receive};
use crate::iut::{IpaEnvironment, IpaFeatures, StatePlace};
use crate::run::SetUpError;
use crate::run::cast::{eim_tls, identity};
use crate::wire::coap::DtlsVersion;
use crate::wire::esipa::Server;

/// How long an IPA of the harness waits where datagrams are lost on purpose.
const SHORT: Duration = Duration::from_secs(2);

/// What the IPA of this harness is given, under test or as an actor.
pub(in crate::run) fn ipa_environment(stage: &Stage<'_>) -> Result<IpaEnvironment, SetUpError> {
    let cast = &stage.cast;
    let mut settings = match stage.case.file.iut {
        RoleName::Ipa | RoleName::Lpa => cast.options.ipa.clone(),
        _ => Default::default(),
    };
    // told so, the IPA does not ask the card
    settings.dialect = Some(cast.speech.dialect);
    settings.binding = cast.speech.wire_binding();
    settings.coap = coap_settings(stage, "coap ipa");
    if is_for_dtls_1_3(stage.case) {
        settings.coap.version = DtlsVersion::V13;
    }
    let timeout = match has_faults_of_coap(stage.case) {
        true => cast.options.timeout.min(SHORT),
        false => cast.options.timeout,
    };
    // nobody waits for a network that a case has taken away
    settings.download.pause = Duration::from_millis(20);
    settings.state = Some(StatePlace::Shared(stage.memory.clone()));
    if stage.case.file.iut == RoleName::Ipa {
        follow(&mut settings.features, &stage.case.file);
        if let Some(code) = confirmation_code(&stage.case.file) {
            settings.download.confirmation_code = Some(code);
        }
    }
    let resolver = match stage.case.file.iut {
        RoleName::Ipa => stage.resolver.clone(),
        _ => stage.resolver.noting(stage.front.trace().ours()),
    };
    Ok(IpaEnvironment {
        card: cast.card.clone(),
        resolver,
        roots: cast.roots()?,
        env: cast.env("ipa"),
        timeout,
        settings,
    })
}

/// The features that a case needs, or needs an IPA to be without.
fn follow(features: &mut IpaFeatures, case: &CaseFile) {
    let places = [
        ("direct-download", &mut features.direct),
        ("indirect-download", &mut features.indirect),
        (
            "download-data-handling",
            &mut features.download_data_handling,
        ),
        (
            "ctx-params-generation",
            &mut features.ctx_params1_generation,
        ),
        ("metadata-verification", &mut features.metadata_verification),
        ("minimize-esipa-bytes", &mut features.minimize_bytes),
    ];
    for (option, has) in places {
        let mut needs = case.needs.iter().map(|need| need.terms.as_slice());
        let said = needs.find_map(|terms| match terms {
            [term] if term.option == option => Some(!term.negated),
            _ => None,
        });
        *has = said.unwrap_or(*has);
    }
}

/// The confirmation code that the device of a case knows.
pub(in crate::run) fn confirmation_code(case: &CaseFile) -> Option<String> {
    match case.given.get("confirmationCode")? {
        Node::Text(code) => Some(code.clone()),
        _ => None,
    }
}

/// Whether the IPA has an option, as far as the case or its description tells.
pub(in crate::run) fn ipa_has(stage: &Stage<'_>, option: &str) -> bool {
    let file = &stage.case.file;
    match &stage.cast.options.under_test {
        _ if file.iut != RoleName::Ipa => true,
        Some(described) => described.options.iter().any(|has| has == option),
        None => built_in_options(file.needs.iter().map(|need| &**need)).contains(option),
    }
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

    /// The device, when it is at rest.
    pub(in crate::run) async fn ipa(&self) -> MutexGuard<'_, Ipa> {
        self.ipa.lock().await
    }

    /// A round of its own: it carries out what was only taken, and polls its eIMs.
    pub(in crate::run) async fn round(&self) -> Result<(), SetUpError> {
        let mut ipa = self.ipa.lock().await;
        Box::pin(ipa.round()).await.map_err(SetUpError::of("IPA"))
    }
}
