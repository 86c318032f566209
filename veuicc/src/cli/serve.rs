// SPDX-License-Identifier: MIT OR Apache-2.0
//! `veuicc serve`: cards behind links until somebody interrupts it.

mod address;

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use clap::Args;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use veuicc::link::control::{Control, Listener};
use veuicc::link::{self, Slot, at, vpcd};

use self::address::{ControlAddress, LinkAddress, check_loopback};
use super::card::CardArguments;
use super::failure::{Failure, bad_input, failed};
use super::tell;

/// Arguments of `veuicc serve`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    card: CardArguments,
    /// vpcd[:HOST:PORT] (a PC/SC reader, localhost:35963), tcp:ADDRESS:PORT or unix:PATH (frames:
    /// 2-byte big-endian length, then the APDU; an empty frame resets the card and returns its
    /// ATR), stdio (lpac's ndJSON driver) or at[:PATH] (an AT modem on a pseudo-terminal). Each
    /// link has a card of its own.
    #[arg(long = "link", value_name = "LINK", required = true)]
    links: Vec<String>,
    /// So many cards behind one link: the next ports, names that end in -2, -3, …
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    cards: u8,
    /// Control endpoint, unix:PATH or tcp:ADDRESS:PORT: one JSON object per line.
    #[arg(long, value_name = "ADDRESS")]
    control: Option<String>,
    /// Allow an address that is not a loopback address.
    #[arg(long, alias = "allow-remote")]
    public: bool,
    /// AT+CCHO answers the session number alone, without "+CCHO: ".
    #[arg(long)]
    bare_ccho: bool,
}

/// A link that is ready to serve.
enum Bound {
    Stdio,
    Tcp(TcpListener),
    Unix(UnixListener),
    Vpcd { host: String, port: u16 },
    At(at::Port),
}

/// Files that are gone when this is.
#[derive(Default)]
struct Files(Vec<PathBuf>);

impl Drop for Files {
    fn drop(&mut self) {
        for path in &self.0 {
            // whoever removed it before was right as well
            drop(std::fs::remove_file(path));
        }
    }
}

/// Why serving ends.
enum End {
    /// A link has no terminal any more.
    Link(std::io::Result<()>),
    /// Somebody wants it.
    Signal,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let addresses = self.addresses()?;
        let control = self.control_address()?;
        let count =
            u8::try_from(addresses.len()).map_err(|_| bad_input("expected at most 255 links"))?;
        let cards = self.card.cards(count)?;
        let slots: Vec<_> = cards.into_iter().map(Slot::new).collect();
        // before anybody is told that there is something to interrupt
        let (sender, receiver) = channel();
        watch_signals(sender.clone())?;
        let mut files = Files::default();
        let mut bound = Vec::new();
        for (number, address) in (1..).zip(addresses) {
            let prefix = if count == 1 {
                String::new()
            } else {
                format!("card {number}: ")
            };
            bound.push((bind(address, &prefix, &mut files)?, prefix));
        }
        let control = match control {
            Some(address) => Some(bind_control(address, &slots, &mut files)?),
            None => None,
        };
        if let Some((control, listener)) = control {
            let sender = sender.clone();
            std::thread::spawn(move || {
                drop(sender.send(End::Link(control.serve(&listener))));
            });
        }
        let modem = at::ModemOptions {
            bare_session: self.bare_ccho,
        };
        for ((link, prefix), slot) in bound.into_iter().zip(slots) {
            let sender = sender.clone();
            std::thread::spawn(move || {
                drop(sender.send(End::Link(serve(link, &slot, &prefix, modem))));
            });
        }
        for _ in 0..count {
            match receiver.recv() {
                Ok(End::Link(outcome)) => outcome.map_err(failed)?,
                Ok(End::Signal) | Err(_) => break,
            }
        }
        Ok(())
    }

    /// Where each card is served.
    fn addresses(&self) -> Result<Vec<LinkAddress>, Failure> {
        let links = self.links.iter().map(|link| link.parse::<LinkAddress>());
        let links = links.collect::<Result<Vec<_>, _>>().map_err(bad_input)?;
        let addresses = match links.as_slice() {
            [link] => (0..self.cards)
                .map(|number| link.after(number))
                .collect::<Result<_, _>>()?,
            _ if self.cards > 1 => return Err(bad_input("expected one --link with --cards")),
            links => links.to_vec(),
        };
        let stdio = addresses.iter().filter(|it| **it == LinkAddress::Stdio);
        if stdio.count() > 1 {
            return Err(bad_input("expected one card with --link stdio"));
        }
        if !self.public {
            addresses.iter().try_for_each(LinkAddress::check_loopback)?;
        }
        Ok(addresses)
    }

    /// Where the control endpoint listens.
    fn control_address(&self) -> Result<Option<ControlAddress>, Failure> {
        let Some(address) = &self.control else {
            return Ok(None);
        };
        let address = address.parse().map_err(|why: String| bad_input(why))?;
        if let (ControlAddress::Tcp(address), false) = (&address, self.public) {
            check_loopback(*address)?;
        }
        Ok(Some(address))
    }
}

fn bind_control(
    address: ControlAddress,
    slots: &[Slot],
    files: &mut Files,
) -> Result<(Arc<Control>, Listener), Failure> {
    let listener = match address {
        ControlAddress::Tcp(address) => {
            let listener = listen(address)?;
            let local = listener.local_addr().map_err(failed)?;
            tell(&format!("control on tcp:{local}"));
            Listener::Tcp(listener)
        }
        ControlAddress::Unix(path) => {
            let listener = listen_unix(&path, files)?;
            tell(&format!("control on unix:{}", path.display()));
            Listener::Unix(listener)
        }
    };
    Ok((Arc::new(Control::new(slots.to_vec())), listener))
}

fn listen(address: std::net::SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .map_err(|error| failed(format!("cannot listen on {address}: {error}")))
}

fn listen_unix(path: &std::path::Path, files: &mut Files) -> Result<UnixListener, Failure> {
    let listener = link::unix::bind(path)
        .map_err(|error| failed(format!("cannot listen on {}: {error}", path.display())))?;
    files.0.push(path.to_owned());
    Ok(listener)
}

fn bind(address: LinkAddress, prefix: &str, files: &mut Files) -> Result<Bound, Failure> {
    match address {
        LinkAddress::Stdio => Ok(Bound::Stdio),
        LinkAddress::Tcp(address) => {
            let listener = listen(address)?;
            let local = listener.local_addr().map_err(failed)?;
            tell(&format!("{prefix}listening on tcp:{local}"));
            Ok(Bound::Tcp(listener))
        }
        LinkAddress::Unix(path) => {
            let listener = listen_unix(&path, files)?;
            tell(&format!("{prefix}listening on unix:{}", path.display()));
            Ok(Bound::Unix(listener))
        }
        LinkAddress::Vpcd { host, port } => Ok(Bound::Vpcd { host, port }),
        LinkAddress::At(path) => {
            let port = at::Port::open()
                .map_err(|error| failed(format!("cannot open a pseudo-terminal: {error}")))?;
            if let Some(path) = path {
                port.link(&path)
                    .map_err(|error| failed(format!("{}: {error}", path.display())))?;
                files.0.push(path);
            }
            tell(&format!("{prefix}modem on {}", port.name().display()));
            Ok(Bound::At(port))
        }
    }
}

fn serve(link: Bound, slot: &Slot, prefix: &str, modem: at::ModemOptions) -> std::io::Result<()> {
    match link {
        Bound::Stdio => {
            let aside = |line: &str| drop(writeln!(std::io::stderr(), "{line}"));
            let output = std::io::BufWriter::new(std::io::stdout().lock());
            link::stdio::serve(std::io::stdin().lock(), output, aside, slot)
        }
        Bound::Tcp(listener) => link::tcp::serve(&listener, slot),
        Bound::Unix(listener) => link::unix::serve(&listener, slot),
        Bound::Vpcd { host, port } => {
            vpcd::serve(&host, port, slot, |line| tell(&format!("{prefix}{line}")))
        }
        Bound::At(port) => at::serve(port, slot, modem),
    }
}

/// The first signal ends the process in order; what a card was told to keep is kept already.
fn watch_signals(sender: Sender<End>) -> Result<(), Failure> {
    let mut signals =
        signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]).map_err(failed)?;
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            drop(sender.send(End::Signal));
        }
    });
    Ok(())
}
