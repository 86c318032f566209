// SPDX-License-Identifier: MIT OR Apache-2.0
//! The eIMs of a case: under test, our own as actor, or scripted.

use std::sync::Arc;

use certs::Credential;
use tokio::net::TcpListener;

use super::esipa::{Serving, Shown, client, injecting, relayed, scripted, serve, watched};
use super::misbehaviour::Misbehaviour;
use super::{IPA, Stage, listen};
use crate::case::RoleName;
use crate::eim::Eim;
use crate::fixture::EimFixture;
use crate::iut::{EimEnvironment, EimSettings};
use crate::run::SetUpError;
use crate::run::cast::{Cast, eim_signing, eim_tls, identity, played};
use crate::run::eim_under_test::{EimUnderTest, NoOrder, Work, place};
use crate::verdict::{Fault, Finding};
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
    /// What it does wrong on purpose; nothing under test.
    misbehaviour: Option<Misbehaviour>,
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
    /// Arms named misbehaviours.
    pub(in crate::run) fn arm(&self, faults: &[String]) -> Result<(), String> {
        match &self.misbehaviour {
            Some(own) => own.arm(faults),
            None => Err("expected an eIM of the harness, which can misbehave".to_owned()),
        }
    }

    /// Ends a program under test; says how it ended, when that was before it was asked to, and
    /// what it wrote.
    pub(in crate::run) async fn stop(&self) -> (Option<String>, Vec<u8>) {
        match &self.desk {
            Desk::UnderTest(eim) => eim.stop().await,
            Desk::Nobody | Desk::Actor(_) => (None, Vec::new()),
        }
    }

    /// Ends the eIM under test without warning.
    pub(in crate::run) async fn end(&mut self) -> Result<(), Finding> {
        match &mut self.desk {
            Desk::UnderTest(eim) => eim.end().await,
            Desk::Nobody | Desk::Actor(_) => Ok(()),
        }
    }

    /// Whether the case has ended it.
    pub(in crate::run) const fn is_ended(&self) -> bool {
        matches!(&self.desk, Desk::UnderTest(eim) if eim.is_ended())
    }

    /// Starts the eIM under test again.
    pub(in crate::run) async fn start_again(&mut self, stage: &Stage<'_>) -> Result<(), Finding> {
        self.started_again(stage).await.map_err(|error| {
            let expected = "an eIM that starts again";
            Finding::new(Fault::Harness, expected, error.to_string())
        })
    }

    async fn started_again(&mut self, stage: &Stage<'_>) -> Result<(), SetUpError> {
        let fixture = stage.cast.euicc.eims.first();
        let (Desk::UnderTest(eim), Some(fixture)) = (&mut self.desk, fixture) else {
            return Ok(());
        };
        eim.start_again(stage, fixture).await?;
        if self.client.is_some() {
            // a client of before may wait for a session that nobody knows any more
            let tls = eim_tls(&stage.cast.options.pki, fixture.fqdn())?;
            self.client = Some(client(stage, fixture, &tls, eim.address()).await?);
        }
        Ok(())
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
        let several = stage.cast.euicc.eims.len() > 1;
        let host = several.then_some(fixture.id.as_str());
        let (desk, handler) = if stage.case.file.roles.is_scripted(RoleName::Eim) {
            (Desk::Nobody, scripted(engine, speech, host))
        } else {
            let settings = EimSettings {
                dialect: speech.dialect,
                fixed_dialect: true,
                ..EimSettings::default()
            };
            let unused = listen().await?;
            let resolver = stage.resolver.noting(stage.front.trace().ours());
            let environment = environment(&stage.cast, fixture, unused, &resolver, settings)?;
            let actor = Eim::new(environment).map_err(SetUpError::of("eIM"))?;
            (
                Desk::Actor(actor.clone()),
                watched(engine, speech, host, actor),
            )
        };
        let named = played(stage.case, RoleName::Eim).filter(|_| index == 0);
        let named = named.map_or(&[][..], |role| &role.faults);
        let faults = Misbehaviour::new(&stage.cast.options.pki, fixture.fqdn(), named)?;
        let shown = Shown {
            host: fixture.fqdn(),
            tls: &tls,
            side: Side::Eim,
            faults: Some(&faults),
        };
        let server = serve(stage, &shown, handler).await?;
        let into_ipa = match (&desk, stage.case.file.iut) {
            (Desk::Nobody, RoleName::Ipa) => Some(injecting(stage, IPA, &identity(&tls)?)?),
            _ => None,
        };
        Ok(Self {
            id: fixture.id.clone(),
            desk,
            client: None,
            into_ipa,
            misbehaviour: Some(faults),
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
            misbehaviour: None,
            _server: None,
        };
        let (engine, speech) = (&stage.engine, stage.cast.speech);
        let (host, handler, side) = if stage.case.file.roles.is_scripted(RoleName::Ipa) {
            case_eim.client = Some(client);
            (IPA, scripted(engine, speech, None), Side::Ipa)
        } else {
            let relay = relayed(engine, speech, Arc::new(client));
            (fixture.fqdn(), relay, Side::Eim)
        };
        let tls = match side {
            Side::Ipa => eim_tls(&stage.cast.options.pki, IPA)?,
            Side::Eim => tls.clone(),
        };
        let shown = Shown {
            host,
            tls: &tls,
            side,
            faults: None,
        };
        case_eim._server = Some(serve(stage, &shown, handler).await?);
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
        euiccs: cast.known_euiccs(fixture)?,
        env: cast.env("eim"),
        timeout: cast.options.timeout,
        settings,
    })
}
