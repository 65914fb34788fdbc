//! A real browser of the size of a phone, with touch, in either scheme, with or without script.
//!
//! One chromedriver per run on a free port. A shell that holds one end of a pipe watches over it: when
//! this process ends, for whatever reason, the pipe closes and the shell ends the driver.

use std::future::Future;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use tokio::sync::{OnceCell, Semaphore};

/// Height of the window in CSS pixels; the usual width is 360.
const HEIGHT: u32 = 740;
/// Longest wait for something that the page does by itself.
const PATIENCE: Duration = Duration::from_secs(15);
/// Browsers at a time: they are heavy, and the tests of the databases run beside them.
static ROOM: Semaphore = Semaphore::const_new(2);

const SCRIPT: &str = r#"
trap "" INT TERM HUP
"$1" --port=0 </dev/null &
driver=$!
read -r _ || true
kill $driver 2>/dev/null || true
"#;

/// The running chromedriver.
struct Server {
    url: String,
    /// Holds the pipe that keeps the driver alive.
    _watch: Child,
}

static SERVER: OnceCell<Server> = OnceCell::const_new();

async fn server() -> &'static Server {
    SERVER
        .get_or_init(|| async {
            tokio::task::spawn_blocking(start)
                .await
                .expect("the driver starts")
        })
        .await
}

fn start() -> Server {
    let program = program(&["chromedriver"]).expect(
        "no chromedriver is installed: the browser tests need chromium and chromium-driver \
         (Debian: apt-get install chromium chromium-driver)",
    );
    let mut watch = Command::new("/bin/sh")
        .args(["-c", SCRIPT, "watch"])
        .arg(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell");
    let output = watch.stdout.take().expect("its output");
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let port = lines
        .find_map(|line| {
            line.split_once("successfully on port ")
                .map(|(_, port)| port.trim_end_matches('.').to_owned())
        })
        .expect("chromedriver says on which port it listens");
    // The pipe must be read for as long as the driver writes into it.
    std::thread::spawn(move || lines.for_each(drop));
    Server {
        url: format!("http://127.0.0.1:{port}"),
        _watch: watch,
    }
}

/// The first of these programs on the `PATH`.
fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let candidates = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates.into_iter().find(|file| file.is_file())
}

/// What kind of phone.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Whether pages may run script.
    pub script: bool,
    /// Whether the phone asks for dark pages.
    pub dark: bool,
    /// Width of the window in CSS pixels.
    pub width: u32,
    /// What the browser says it reads.
    pub language: &'static str,
}

impl Default for Kind {
    fn default() -> Self {
        Self {
            script: true,
            dark: false,
            width: 360,
            language: "zh-CN",
        }
    }
}

/// An open browser.
#[derive(Clone)]
pub struct Phone {
    driver: WebDriver,
    kind: Kind,
    _profile: Arc<TempDir>,
}

/// Runs `test` in a new browser with a new profile, and closes it whatever happens.
pub async fn with_phone<F, Fut>(kind: Kind, test: F)
where
    F: FnOnce(Phone) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let _room = ROOM.acquire().await.expect("the semaphore stays open");
    let phone = Phone::open(kind).await;
    #[expect(
        clippy::disallowed_methods,
        reason = "a task, so that a failed test still closes its browser"
    )]
    let ended = tokio::spawn(test(phone.clone())).await;
    if ended.is_err() {
        phone.shot("failed").await;
    }
    let closed = phone.driver.clone().quit().await;
    if let Err(failure) = ended {
        std::panic::resume_unwind(failure.into_panic());
    }
    closed.expect("the browser closes");
}

impl Phone {
    async fn open(kind: Kind) -> Self {
        let browser = program(&["chromium", "google-chrome", "chrome"]).expect(
            "no chromium is installed: the browser tests need it (Debian: apt-get install chromium)",
        );
        let profile = tempfile::tempdir().expect("a temporary folder");
        let mut capabilities = DesiredCapabilities::chrome();
        capabilities
            .set_binary(&browser.to_string_lossy())
            .expect("a path");
        let folder = format!("--user-data-dir={}", profile.path().display());
        let language = format!("--accept-lang={}", kind.language);
        let flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--hide-scrollbars",
            &folder,
            &language,
        ];
        for flag in flags {
            capabilities.add_arg(flag).expect("a flag");
        }
        let mut preferences = json!({ "intl.accept_languages": kind.language });
        if !kind.script {
            preferences["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        capabilities
            .add_experimental_option("prefs", preferences)
            .expect("preferences");
        let metrics = json!({
            "width": kind.width, "height": HEIGHT, "pixelRatio": 2.0, "touch": true, "mobile": true,
        });
        let emulation = json!({ "deviceMetrics": metrics });
        capabilities
            .add_experimental_option("mobileEmulation", emulation)
            .expect("a phone's size");
        let driver = WebDriver::new(&server().await.url, capabilities)
            .await
            .expect("the browser starts");
        let phone = Self {
            driver,
            kind,
            _profile: Arc::new(profile),
        };
        if kind.dark {
            let feature = json!({ "name": "prefers-color-scheme", "value": "dark" });
            phone
                .cdp(
                    "Emulation.setEmulatedMedia",
                    json!({ "features": [feature] }),
                )
                .await;
        }
        phone
    }

    /// Whether pages may run script.
    pub const fn runs_script(&self) -> bool {
        self.kind.script
    }

    /// Opens an address.
    pub async fn open_page(&self, url: &str) {
        self.driver.goto(url).await.expect("the page opens");
    }

    /// The open page as others see it: in this language, in a window of this width. The next page that is opened has the
    /// window's own width again.
    pub async fn seen_in(&self, language: &'static str, width: u32) -> Self {
        let other = "(() => { const url = new URL(location.href); url.searchParams.set('lang', LANGUAGE); \
             return url.href })()";
        let other = self
            .eval(&other.replace("LANGUAGE", &json!(language).to_string()))
            .await;
        self.open_page(other.as_str().expect("an address")).await;
        let size = json!({
            "width": width, "height": HEIGHT, "deviceScaleFactor": 2, "mobile": true,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
        let mut seen = self.clone();
        (seen.kind.language, seen.kind.width) = (language, width);
        seen
    }

    /// Sends a command of the browser's own protocol.
    pub async fn cdp(&self, method: &str, parameters: Value) -> Value {
        self.driver
            .cdp()
            .send_raw(method, parameters)
            .await
            .expect("the browser obeys")
    }

    /// The value of an expression in the page. Works with the page's own scripts off, too.
    pub async fn eval(&self, expression: &str) -> Value {
        let script = format!("return ({expression})");
        let value = self.driver.execute(script, Vec::new()).await;
        value
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
            .json()
            .clone()
    }

    /// Waits until an expression is true.
    pub async fn until(&self, expression: &str) {
        let begun = Instant::now();
        while self.eval(&format!("!!({expression})")).await != json!(true) {
            assert!(begun.elapsed() < PATIENCE, "never came true: {expression}");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// The text of the first element that matches.
    pub async fn text(&self, css: &str) -> String {
        let found = self.driver.find(By::Css(css)).await;
        let element = found.unwrap_or_else(|error| panic!("{css}: {error}"));
        element.text().await.expect("its text")
    }

    /// How many elements match.
    pub async fn count(&self, css: &str) -> usize {
        self.driver
            .find_all(By::Css(css))
            .await
            .expect("a list")
            .len()
    }

    /// Touches the middle of an element with one finger, after scrolling it into view, and checks that the
    /// target is large enough for one.
    pub async fn tap(&self, css: &str) {
        let place = self
            .eval(&format!(
                "(() => {{ const e = document.querySelector({css}); if (!e) return null; \
                 const target = e.closest('label') || e; \
                 target.scrollIntoView({{ block: 'center', behavior: 'instant' }}); \
                 const r = target.getBoundingClientRect(); \
                 return {{ x: r.x + r.width / 2, y: r.y + r.height / 2, h: r.height, w: r.width }} }})()",
                css = json!(css)
            ))
            .await;
        assert!(place.is_object(), "nothing to touch: {css}");
        let number = |name: &str| place[name].as_f64().expect("a number");
        assert!(
            number("h") >= 52.0 && number("w") >= 44.0,
            "{css} is too small to touch: {place}"
        );
        let point = json!([{ "x": number("x"), "y": number("y") }]);
        let touch = |kind: &str, points: Value| json!({ "type": kind, "touchPoints": points });
        self.cdp("Input.dispatchTouchEvent", touch("touchStart", point))
            .await;
        self.cdp("Input.dispatchTouchEvent", touch("touchEnd", json!([])))
            .await;
    }

    /// Types into a field.
    pub async fn type_into(&self, css: &str, text: &str) {
        let field = self.driver.find(By::Css(css)).await.expect("the field");
        field.clear().await.expect("cleared");
        field.send_keys(text).await.expect("typed");
    }

    /// Presses a key where the focus is: `\u{e004}` is Tab, `\u{e007}` is Enter.
    pub async fn press(&self, key: char) {
        let active = self.driver.active_element().await.expect("a focus");
        active.send_keys(key.to_string()).await.expect("pressed");
    }

    /// Chooses a file in a form.
    pub async fn choose_file(&self, css: &str, file: &Path) {
        let field = self.driver.find(By::Css(css)).await.expect("the field");
        field
            .send_keys(file.display().to_string())
            .await
            .expect("chosen");
    }

    /// The browser's back button.
    pub async fn back(&self) {
        self.driver.back().await.expect("back");
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.driver.refresh().await.expect("reloaded");
    }

    /// Keeps a picture of the whole page under `artifacts/`, for people to look at.
    pub async fn shot(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let scheme = if self.kind.dark { "dark" } else { "light" };
        let script = if self.kind.script { "script" } else { "plain" };
        let file = format!(
            "{name}-{}-{scheme}-{script}-{}.png",
            self.kind.language, self.kind.width
        );
        let sizes = self.cdp("Page.getLayoutMetrics", json!({})).await;
        let size = &sizes["cssContentSize"];
        let clip =
            json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let picture = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let picture = self.cdp("Page.captureScreenshot", picture).await;
        let bytes = decode(picture["data"].as_str().expect("a picture"));
        std::fs::write(folder.join(file), bytes).expect("the picture is kept");
    }

    /// Prints the page on A4, keeps the file under `artifacts/`, and gives the number of sheets.
    pub async fn print(&self, name: &str) -> usize {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let paper = json!({ "paperWidth": 8.27, "paperHeight": 11.69, "printBackground": true });
        let file = self.cdp("Page.printToPDF", paper).await;
        let bytes = decode(file["data"].as_str().expect("a file"));
        let path = folder.join(format!("{name}-{}.pdf", self.kind.language));
        std::fs::write(path, &bytes).expect("the file is kept");
        // Each sheet is one object of this type; the tree that holds them is `/Pages`.
        let text = String::from_utf8_lossy(&bytes);
        text.matches("/Type /Page").count() - text.matches("/Type /Pages").count()
    }

    /// Asserts that nothing hangs out of the window to the side.
    pub async fn assert_no_sideways_scroll(&self) {
        let over = self
            .eval("document.documentElement.scrollWidth - innerWidth")
            .await;
        assert!(
            over.as_i64().is_some_and(|over| over <= 0),
            "the page is {over} pixels too wide"
        );
    }

    /// Asserts that axe-core finds nothing to complain about on the page as it stands.
    pub async fn assert_accessible(&self) {
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/node_modules/axe-core/axe.min.js");
        let source = std::fs::read_to_string(&file).expect(
            "axe-core is not installed: `make tools` puts it under .tools (npm install --prefix .tools axe-core)",
        );
        self.driver
            .execute(format!("{source}; window.axe = axe;"), Vec::new())
            .await
            .expect("axe loads");
        let script = "const done = arguments[0]; \
                      axe.run(document, { resultTypes: ['violations'] }).then( \
                        r => done(r.violations.map(v => v.id + ': ' + v.help + ' ' + \
                             v.nodes.map(n => n.target + ' ' + n.failureSummary).join(' | '))), \
                        e => done(['axe failed: ' + e]))";
        let found = self
            .driver
            .execute_async(script, Vec::new())
            .await
            .expect("axe runs");
        assert_eq!(found.json(), &json!([]), "axe-core complains");
    }
}

fn decode(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .expect("base64")
}
