// SPDX-License-Identifier: MIT OR Apache-2.0
//! A headless browser, driven through its debugging pipe.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

/// How long the browser may take for one answer, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);
/// Names under which Chromium is installed.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

pub(crate) struct Browser {
    child: Child,
    commands: ChildStdin,
    answers: Receiver<Value>,
    last: u64,
    session: Option<String>,
    /// What went wrong in the page.
    trouble: Vec<String>,
    _profile: tempfile::TempDir,
}

/// The browser of this machine. Where CI runs there must be one.
fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|folder| NAMES.map(|name| folder.join(name)))
        .find(|file| file.is_file());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "no Chromium in PATH");
        println!("left out: no Chromium in PATH");
    }
    found
}

impl Browser {
    /// A window of this size; none where no browser is installed.
    pub(crate) fn start(width: u32, height: u32) -> Option<Self> {
        let program = installed()?;
        let profile = tempfile::tempdir().unwrap();
        // the pipe is on descriptors 3 and 4; what the browser says elsewhere is noise
        let mut child = Command::new("sh")
            .arg("-c")
            .arg(r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#)
            .arg(program)
            .args(["--headless=new", "--no-sandbox", "--disable-gpu"])
            .args([
                "--no-first-run",
                "--remote-debugging-pipe",
                "--hide-scrollbars",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--window-size={width},{height}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let commands = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for message in output.split(0) {
                let Ok(message) = message else { return };
                let Ok(message) = serde_json::from_slice(&message) else {
                    return;
                };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut browser = Self {
            child,
            commands,
            answers,
            last: 0,
            session: None,
            trouble: Vec::new(),
            _profile: profile,
        };
        browser.attach(width, height);
        Some(browser)
    }

    fn attach(&mut self, width: u32, height: u32) {
        let target = self.call("Target.createTarget", json!({"url": "about:blank"}));
        let id = target["targetId"].as_str().unwrap();
        let attach = json!({"targetId": id, "flatten": true});
        let session = self.call("Target.attachToTarget", attach);
        self.session = Some(session["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            self.call(domain, json!({}));
        }
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.commands.write_all(&bytes).unwrap();
        loop {
            let answer = self.answers.recv_timeout(PATIENCE);
            let answer = answer.unwrap_or_else(|_| panic!("no answer to {method}"));
            if answer["id"] == self.last {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            match answer["method"].as_str() {
                Some("Runtime.exceptionThrown") => self.trouble.push(answer.to_string()),
                Some("Log.entryAdded") if answer["params"]["entry"]["level"] == "error" => {
                    self.trouble.push(answer.to_string());
                }
                _ => {}
            }
        }
    }

    /// Opens a file.
    pub(crate) fn open(&mut self, file: &Path) {
        let url = format!("file://{}", file.canonicalize().unwrap().display());
        self.call("Page.navigate", json!({"url": url}));
        self.wait("document.readyState === 'complete' && location.protocol === 'file:'");
    }

    /// The value of an expression in the page.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let parameters =
            json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let result = self.call("Runtime.evaluate", parameters);
        let failed = &result["exceptionDetails"];
        assert!(failed.is_null(), "{expression}: {failed}");
        result["result"]["value"].clone()
    }

    /// Waits until a condition holds in the page.
    pub(crate) fn wait(&mut self, condition: &str) {
        let look = format!(
            "new Promise((done) => {{ let left = 1500; const look = () => {{ \
             if ({condition}) done(true); else if (--left) setTimeout(look, 20); else done(false); \
             }}; look(); }})"
        );
        assert_eq!(
            self.value(&look),
            true,
            "never: {condition}\n{:?}",
            self.trouble
        );
    }

    /// The text of the first element that fits, as a person sees it.
    pub(crate) fn text(&mut self, selector: &str) -> String {
        let quoted = json!(selector);
        let expression = format!("(document.querySelector({quoted}) || {{}}).innerText || ''");
        self.value(&expression).as_str().unwrap().to_owned()
    }

    /// How many elements that fit can be seen.
    pub(crate) fn seen(&mut self, selector: &str) -> u64 {
        let quoted = json!(selector);
        let expression = format!(
            "[...document.querySelectorAll({quoted})].filter((it) => it.getClientRects().length).length"
        );
        self.value(&expression).as_u64().unwrap()
    }

    /// Presses the mouse on the middle of the first element that fits and can be seen.
    pub(crate) fn click(&mut self, selector: &str) {
        let quoted = json!(selector);
        // what the page does after a click comes a moment later
        self.wait(&format!(
            "[...document.querySelectorAll({quoted})].some((it) => it.getClientRects().length)"
        ));
        let expression = format!(
            "(() => {{ const it = [...document.querySelectorAll({quoted})].find((it) => it.getClientRects().length); \
             if (!it) return null; it.scrollIntoView({{ block: 'center' }}); \
             const at = it.getBoundingClientRect(); return [at.x + at.width / 2, at.y + at.height / 2]; }})()"
        );
        let place = self.value(&expression);
        assert!(place.is_array(), "nothing to click: {selector}");
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", event);
        }
    }

    /// Types into what has the focus.
    pub(crate) fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Presses a key.
    pub(crate) fn key(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            self.call("Input.dispatchKeyEvent", json!({"type": kind, "key": key}));
        }
    }

    /// What went wrong in the page so far.
    pub(crate) fn trouble(&mut self) -> Vec<String> {
        // whatever was said before this answer has arrived
        self.value("0");
        std::mem::take(&mut self.trouble)
    }

    /// Keeps a picture where `HARNESS_SCREENSHOTS` says, for whoever wants to look.
    pub(crate) fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("HARNESS_SCREENSHOTS") else {
            return;
        };
        let shot = self.call("Page.captureScreenshot", json!({"format": "png"}));
        let text = shot["data"].as_str().unwrap();
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(text)
            .unwrap();
        std::fs::write(Path::new(&folder).join(name).with_extension("png"), bytes).unwrap();
    }

    /// Shows the page as somebody who prefers `scheme` sees it.
    pub(crate) fn prefer(&mut self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", json!({"features": features}));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
