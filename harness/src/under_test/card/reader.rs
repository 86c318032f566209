// SPDX-License-Identifier: MIT OR Apache-2.0
//! The card in a slot of vsmartcard's vpcd, which PC/SC shows as a reader.

use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use veuicc::link::{Slot, vpcd};
use veuicc_pcsc::{Context, Error};

use super::CardError;
use crate::under_test::ports::{self, Lease};

/// How long a slot is waited for that another case has.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);
/// How long pcscd takes to see a card come or go: it looks every 0.4 s.
const SIGHT: Duration = Duration::from_secs(5);
/// How long a card that lost its power stays away: two looks of pcscd.
const ABSENCE: Duration = Duration::from_secs(1);
/// How often it is looked whether a card is back.
const LOOK: Duration = Duration::from_millis(50);

/// What to look at when there is no PC/SC.
const NO_SERVICE: &str = "; is pcscd running, with vsmartcard's vpcd?";

/// A card in a reader, until this is dropped.
#[derive(Debug)]
pub(super) struct Reader {
    name: String,
    slot: Slot,
    contact: Arc<Mutex<Contact>>,
    _lease: Lease,
}

#[derive(Debug)]
enum Contact {
    /// The card is out, or between two connections.
    Open,
    /// It is served over this connection.
    Connected(TcpStream),
    /// The case is over.
    Over,
}

impl Reader {
    /// Puts the card into a free slot and waits until PC/SC shows it.
    pub(super) async fn insert(
        slot: &Slot,
        slots: &[u16],
        readers: &[String],
    ) -> Result<Self, CardError> {
        let (index, lease) = ports::slot(slots, PATIENCE).await?;
        let name = readers.get(index).cloned().unwrap_or_default();
        let port = lease.port();
        // the card of the case before may still be seen
        await_reader(&name, |context, name| context.wait_for_removal(name, SIGHT)).await?;
        let connect = |port| TcpStream::connect((Ipv4Addr::LOCALHOST, port));
        let stream = connect(port).map_err(|source| CardError::NoVpcd { port, source })?;
        let reader = Self {
            name: name.clone(),
            slot: slot.clone(),
            contact: Arc::new(Mutex::new(Contact::Open)),
            _lease: lease,
        };
        let (slot, contact) = (slot.clone(), reader.contact.clone());
        std::thread::spawn(move || serve(stream, &slot, &contact, || connect(port)));
        await_reader(&name, |context, name| {
            context.wait_for_card(name, SIGHT).map(drop)
        })
        .await?;
        Ok(reader)
    }

    /// Waits until PC/SC shows the card again that lost its power; one that was taken out stays away.
    pub(super) async fn settle(&self) -> Result<(), CardError> {
        if !self.slot.is_present() {
            return Ok(());
        }
        let back = async {
            while !matches!(*lock(&self.contact), Contact::Connected(_)) {
                tokio::time::sleep(LOOK).await;
            }
        };
        if tokio::time::timeout(SIGHT, back).await.is_err() {
            tracing::warn!("the card does not come back to its reader");
        }
        await_reader(&self.name, |context, name| {
            context.wait_for_card(name, SIGHT).map(drop)
        })
        .await
    }

    /// The name under which PC/SC has it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let before = std::mem::replace(&mut *lock(&self.contact), Contact::Over);
        if let Contact::Connected(stream) = before {
            // vpcd may have closed it
            drop(stream.shutdown(Shutdown::Both));
        }
        // whoever waits for the card to come back has to see that the case is over
        self.slot.insert();
    }
}

fn lock(contact: &Mutex<Contact>) -> MutexGuard<'_, Contact> {
    contact.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves the card until the case is over: again and again, as it is taken out and put back, or
/// loses its power.
fn serve(
    stream: TcpStream,
    slot: &Slot,
    contact: &Mutex<Contact>,
    connect: impl Fn() -> std::io::Result<TcpStream>,
) {
    let mut next = Ok(stream);
    loop {
        match next.and_then(|stream| Ok((stream.try_clone()?, stream))) {
            Ok((own, stream)) => {
                if !enter(contact, own) {
                    return;
                }
                let outcome = vpcd::connection(stream, slot);
                tracing::info!(?outcome, "the card left its reader");
            }
            Err(error) => tracing::warn!(%error, "the reader takes no card"),
        }
        if !enter_nothing(contact) {
            return;
        }
        std::thread::sleep(ABSENCE);
        slot.wait_inserted();
        if matches!(*lock(contact), Contact::Over) {
            return;
        }
        next = connect();
    }
}

/// The connection begins; false when the case is over.
fn enter(contact: &Mutex<Contact>, stream: TcpStream) -> bool {
    let mut contact = lock(contact);
    let goes_on = !matches!(*contact, Contact::Over);
    if goes_on {
        *contact = Contact::Connected(stream);
    }
    goes_on
}

/// The connection has ended; false when the case is over.
fn enter_nothing(contact: &Mutex<Contact>) -> bool {
    let mut contact = lock(contact);
    let goes_on = !matches!(*contact, Contact::Over);
    if goes_on {
        *contact = Contact::Open;
    }
    goes_on
}

/// Asks PC/SC about a reader, away from everybody else.
async fn await_reader(
    name: &str,
    wait: impl FnOnce(&Context, &str) -> Result<(), Error> + Send + 'static,
) -> Result<(), CardError> {
    let reader = name.to_owned();
    let asked = tokio::task::spawn_blocking(move || {
        let context = Context::establish().map_err(|error| (error, NO_SERVICE.to_owned()))?;
        wait(&context, &reader).map_err(|error| (error, known_readers(&context)))
    });
    let failed = |(source, hint)| CardError::Reader {
        reader: name.to_owned(),
        source,
        hint,
    };
    asked
        .await
        .map_err(|error| CardError::System(std::io::Error::other(error)))?
        .map_err(failed)
}

fn known_readers(context: &Context) -> String {
    match context.readers() {
        Ok(readers) if readers.is_empty() => "; PC/SC has no reader".to_owned(),
        Ok(readers) => format!("; PC/SC has {}", readers.join(", ")),
        Err(_) => String::new(),
    }
}
