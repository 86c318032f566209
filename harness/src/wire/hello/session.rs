// SPDX-License-Identifier: MIT OR Apache-2.0
//! Handshakes that a library begins and that go wrong later, by what is done to its records.

use std::sync::Arc;

use rustls::ClientConnection;
use rustls::crypto::aws_lc_rs::cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 as SUITE;
use rustls::crypto::cipher::{OutboundChunks, OutboundPlainMessage};
use rustls::version::TLS12;
use rustls::{
    ConnectionTrafficSecrets, ContentType, ProtocolVersion, SupportedCipherSuite,
    SupportedProtocolVersion,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::client_hello::ClientHello;
use super::{PATIENCE, Target, records};
use crate::case::{Greeting, Hello};
use crate::wire::tls::{client_config_offering, server_name};

/// ChangeCipherSpec, behind which the Finished stands.
const CHANGE_CIPHER_SPEC: u8 = 20;

/// A client without its socket.
struct Client {
    tls: ClientConnection,
    socket: TcpStream,
    /// The record behind the ChangeCipherSpec is damaged.
    damages: bool,
    behind: bool,
}

impl Client {
    fn new(
        target: &Target,
        socket: TcpStream,
        version: Option<&'static SupportedProtocolVersion>,
        suite: Option<&str>,
    ) -> Result<Self, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let config = client_config_offering(&target.trust, target.now, version, suite);
        let mut config = config.map_err(|error| text(&error))?;
        config.enable_secret_extraction = true;
        let name = server_name(&target.host).map_err(|error| text(&error))?;
        let tls = ClientConnection::new(Arc::new(config), name).map_err(|error| text(&error))?;
        Ok(Self {
            tls,
            socket,
            damages: false,
            behind: false,
        })
    }

    /// Goes on until the handshake is complete, or says what came instead.
    async fn handshake(&mut self) -> Option<Greeting> {
        let until = tokio::time::Instant::now() + PATIENCE;
        let mut buffer = vec![0; 16 << 10];
        loop {
            self.send().await?;
            if !self.tls.is_handshaking() {
                return None;
            }
            let received = tokio::time::timeout_at(until, self.socket.read(&mut buffer)).await;
            let count = match received {
                Ok(Ok(0) | Err(_)) => return Some(Greeting::Closed),
                Ok(Ok(count)) => count,
                Err(_) => return Some(Greeting::Silent),
            };
            let mut part = buffer.get(..count).unwrap_or_default();
            while !part.is_empty() {
                if self.tls.read_tls(&mut part).is_err() {
                    return Some(Greeting::Closed);
                }
                match self.tls.process_new_packets() {
                    Ok(_) => (),
                    Err(rustls::Error::AlertReceived(_)) => return Some(Greeting::Alert),
                    Err(_) => return Some(Greeting::Closed),
                }
            }
        }
    }

    /// Sends what waits. Always something: a socket that is closed shows when it is read.
    async fn send(&mut self) -> Option<()> {
        let mut out = Vec::new();
        while self.tls.wants_write() {
            self.tls.write_tls(&mut out).ok()?;
        }
        if self.damages {
            self.damage(&mut out);
        }
        let _refused = self.socket.write_all(&out).await;
        Some(())
    }

    fn damage(&mut self, out: &mut [u8]) {
        let mut at: usize = 0;
        while let Some([kind, _, _, high, low]) = out.get(at..at.saturating_add(5)) {
            let kind = *kind;
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let end = at.saturating_add(5).saturating_add(length);
            if self.behind
                && let Some(last) = out.get_mut(end.saturating_sub(1))
            {
                *last ^= 1;
                self.behind = false;
                self.damages = false;
                return;
            }
            self.behind = kind == CHANGE_CIPHER_SPEC;
            at = end;
        }
    }
}

/// A Finished whose tag does not fit.
pub(super) async fn bad_finished(target: &Target, socket: TcpStream) -> Result<Greeting, String> {
    let mut client = Client::new(target, socket, None, None)?;
    client.damages = true;
    if let Some(refused) = client.handshake().await {
        return Ok(refused);
    }
    // with TLS 1.3 the client is through before the server has looked at its Finished
    let mut buffer = vec![0; 4096];
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        match tokio::time::timeout_at(until, client.socket.read(&mut buffer)).await {
            Ok(Ok(0) | Err(_)) => return Ok(Greeting::Closed),
            Ok(Ok(count)) => {
                let mut part = buffer.get(..count).unwrap_or_default();
                while !part.is_empty() {
                    let read = client.tls.read_tls(&mut part);
                    let processed = client.tls.process_new_packets();
                    if let (Err(_), _) | (_, Err(_)) = (read, processed) {
                        return Ok(Greeting::Alert);
                    }
                }
            }
            Err(_) => return Ok(Greeting::ServerHello),
        }
    }
}

/// A ClientHello within a session.
pub(super) async fn renegotiation(target: &Target, socket: TcpStream) -> Result<Greeting, String> {
    let suite = SUITE.suite();
    let mut client = Client::new(target, socket, Some(&TLS12), suite.as_str())?;
    if client.handshake().await.is_some() {
        // without TLS 1.2 there is nothing to negotiate again
        return Ok(Greeting::Closed);
    }
    let Client {
        tls, mut socket, ..
    } = client;
    let secrets = tls.dangerous_extract_secrets();
    let secrets = secrets.map_err(|error| error.to_string())?;
    let (number, ConnectionTrafficSecrets::Aes128Gcm { key, iv }) = secrets.tx else {
        return Err("expected AES 128 GCM".to_owned());
    };
    let SupportedCipherSuite::Tls12(suite) = SUITE else {
        return Err("expected a suite of TLS 1.2".to_owned());
    };
    let (fixed, explicit) = iv.as_ref().split_at(4.min(iv.as_ref().len()));
    let mut encrypter = suite.aead_alg.encrypter(key, fixed, explicit);
    let hello = ClientHello::of(Hello::Renegotiation, &target.host).message();
    // a server may pass over the hello; what it does then shows in the answer to a request
    let request = format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", target.host);
    let parts = [
        (ContentType::Handshake, hello.as_slice()),
        (ContentType::ApplicationData, request.as_bytes()),
    ];
    let mut out = Vec::new();
    for (number, (typ, payload)) in (number..).zip(parts) {
        let plain = OutboundPlainMessage {
            typ,
            version: ProtocolVersion::TLSv1_2,
            payload: OutboundChunks::Single(payload),
        };
        let record = encrypter.encrypt(plain, number);
        out.extend(record.map_err(|error| error.to_string())?.encode());
    }
    let _refused = socket.write_all(&out).await;
    Ok(records(&mut socket, false).await)
}
