// SPDX-License-Identifier: MIT OR Apache-2.0
//! The eIMs of a case: under test, our own as actor, or scripted.

use std::sync::Arc;

use certs::Credential;
use tokio::net::TcpListener;

use super::esipa::{Serving, client, injecting, relayed, scripted, serve, watched};
use super::{IPA, Stage, listen};
use crate::case::RoleName;
use crate::eim::Eim;
use crate::fixture::EimFixture;
use crate::iut::{EimEnvironment, EimSettings};
use crate::run::SetUpError;
use crate::run::cast::{Cast, eim_signing, eim_tls, identity};
use crate::run::eim_under_test::{EimUnderTest, NoOrder, Work, place};
use crate::wire::esipa::Side;
use crate::wire::esipa_client::Client;
use crate::wire::net::Resolver;

/// One eIM of a case.
pub(in crate::run) struct CaseEim {
    /// `eimId`.
    pub(in crate::run) id: String,
    /// Where orders are placed.
    pub(in crate::run) desk: Desk,
    /// The way of a scripted IPA to an eIM under test.
    pub(in crate::run) client: Option<Client>,
    /// The way of a scripted eIM into an IPA that takes packages.
    pub(in crate::run) into_ipa: Option<Client>,
    _server: Option<Serving>,
}

/// Who takes orders.
pub(in crate::run) enum Desk {
    /// Nobody: the case says what the eIM answers.
    Nobody,
    /// Our own eIM, as an actor.
    Actor(Arc<Eim>),
    /// The eIM under test.
    UnderTest(EimUnderTest),
}

impl Desk {
    /// Places an order and returns its id.
    pub(in crate::run) async fn order(&self, eid: [u8; 16], work: Work) -> Result<String, NoOrder> {
        match self {
            Self::Nobody => Err(NoOrder::harness("no eIM takes orders in this case")),
            Self::Actor(eim) => place(eim, eid, work).map_err(NoOrder::harness),
            Self::UnderTest(eim) => eim.order(eid, work).await,
        }
    }

    /// The status of an order in a word of cases; waits a while for the wanted one where that
    /// may take its time.
    pub(in crate::run) async fn status(&self, id: &str, wanted: &str) -> Result<String, NoOrder> {
        let known = match self {
            Self::Nobody => None,
            Self::Actor(eim) => eim.order_status(id).map(|status| status.as_str()),
            Self::UnderTest(eim) => return eim.status(id, wanted).await,
        };
        Ok(known.unwrap_or("unknown").to_owned())
    }
}

impl CaseEim {
    /// Ends a program under test; says how it ended, when that was before it was asked to, and
    /// what it wrote.
    pub(in crate::run) async fn stop(&self) -> (Option<String>, Vec<u8>) {
        match &self.desk {
            Desk::UnderTest(eim) => eim.stop().await,
            Desk::Nobody | Desk::Actor(_) => (None, Vec::new()),
        }
    }

    /// Starts the eIM at place `index` of the card's fixture.
    pub(super) async fn start(
        stage: &Stage<'_>,
        fixture: &EimFixture,
        index: usize,
    ) -> Result<Self, SetUpError> {
        let tls = eim_tls(&stage.cast.options.pki, fixture.fqdn())?;
        if stage.case.file.iut == RoleName::Eim && index == 0 {
            return Self::under_test(stage, fixture, &tls).await;
        }
        let (engine, speech) = (&stage.engine, stage.cast.speech);
        let (desk, handler) = if stage.case.file.roles.is_scripted(RoleName::Eim) {
            (Desk::Nobody, scripted(engine, speech))
        } else {
            let settings = EimSettings {
                dialect: speech.dialect,
                fixed_dialect: true,
                ..EimSettings::default()
            };
            let unused = listen().await?;
            let environment = environment(&stage.cast, fixture, unused, &stage.resolver, settings)?;
            let actor = Eim::new(environment).map_err(SetUpError::of("eIM"))?;
            (Desk::Actor(actor.clone()), watched(engine, speech, actor))
        };
        let server = serve(stage, fixture.fqdn(), &tls, Side::Eim, handler).await?;
        let into_ipa = match (&desk, stage.case.file.iut) {
            (Desk::Nobody, RoleName::Ipa) => Some(injecting(stage, IPA, &identity(&tls)?)?),
            _ => None,
        };
        Ok(Self {
            id: fixture.id.clone(),
            desk,
            client: None,
            into_ipa,
            _server: Some(server),
        })
    }

    /// Starts the eIM under test, and what stands before it: a client for a scripted IPA, or a
    /// relay that a real IPA talks to, so that its exchanges can be seen.
    async fn under_test(
        stage: &Stage<'_>,
        fixture: &EimFixture,
        tls: &Credential,
    ) -> Result<Self, SetUpError> {
        let eim = EimUnderTest::start(stage, fixture).await?;
        let client = client(stage, fixture, tls, eim.address()).await?;
        let mut case_eim = Self {
            id: fixture.id.clone(),
            desk: Desk::UnderTest(eim),
            client: None,
            into_ipa: None,
            _server: None,
        };
        let (engine, speech) = (&stage.engine, stage.cast.speech);
        let (host, handler, side) = if stage.case.file.roles.is_scripted(RoleName::Ipa) {
            case_eim.client = Some(client);
            (IPA, scripted(engine, speech), Side::Ipa)
        } else {
            let relay = relayed(engine, speech, Arc::new(client));
            (fixture.fqdn(), relay, Side::Eim)
        };
        let shown = match side {
            Side::Ipa => eim_tls(&stage.cast.options.pki, IPA)?,
            Side::Eim => tls.clone(),
        };
        case_eim._server = Some(serve(stage, host, &shown, side, handler).await?);
        Ok(case_eim)
    }
}

/// What our own eIM is given, under test or as an actor.
pub(in crate::run) fn environment(
    cast: &Cast,
    fixture: &EimFixture,
    listener: TcpListener,
    resolver: &Resolver,
    settings: EimSettings,
) -> Result<EimEnvironment, SetUpError> {
    let pki = &cast.options.pki;
    Ok(EimEnvironment {
        eim_id: fixture.id.clone(),
        signing: eim_signing(pki, &fixture.id)?,
        tls: identity(&eim_tls(pki, fixture.fqdn())?)?,
        listener,
        resolver: resolver.clone(),
        roots: cast.roots()?,
        euiccs: vec![cast.known_euicc(fixture)],
        env: cast.env("eim"),
        timeout: cast.options.timeout,
        settings,
    })
}
