//! A running instance with staff and a wave that has not begun, and people who use its pages.

use minyi::service::app::{App, AppConfig, Part, Schema};
use minyi::service::import::{self, About};
use minyi::service::keys::Keys;
use minyi::service::waves::{self, file};
use minyi::storage::{Durability, Source};
use minyi::survey::account::Account;
use minyi::survey::role::Role;
use minyi::survey::time::{Clock, Zone};
use minyi::survey::wave::WaveSlug;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use scraper::{Html, Selector};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// Everybody's password.
pub const PASSWORD: &str = "tree lamp fish 9";
/// The draft's name in addresses.
pub const SLUG: &str = "2026q4";
/// Invitations that the draft plans.
pub const INVITATIONS: usize = 1600;

/// The draft: two counties of the shipped example with a small sample.
const DRAFT: &str = r#"
    slug = "2026q4"
    title = { zh-CN = "2026年第四季度居民安全感与治安满意度调查", en = "Residents' survey, fourth quarter of 2026" }
    opens_at = "2026-12-01"
    closes_at = "2026-12-08"
    synthetic = true
    frame = "yangquan"
    margins = "yangquan"
    [sample]
    unit = "person"
    counties = [
        { county = "140321", psus = 16, invitations = 800 },
        { county = "140322", psus = 16, invitations = 800 },
    ]
"#;

/// Opens an instance in a folder of its own at this local time.
pub async fn open(now: &str) -> (App, TempDir) {
    open_at(now, "http://localhost").await
}

/// The same at an address of its own.
pub async fn open_at(now: &str, public_url: &str) -> (App, TempDir) {
    let zone = Zone::shanghai();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str| Source::Sqlite {
        path: folder.path().join(name),
        durability: Durability::Process,
    };
    let keys = folder.path().join("keys");
    Keys::init(&keys).expect("keys are made");
    let config = AppConfig {
        office: file("office.sqlite"),
        urn: file("urn.sqlite"),
        keys,
        clock: Clock::at(zone.parse(now).expect("a time")),
        zone,
        public_url: public_url.to_owned(),
        urn_keys: None,
        part: Part::Both,
        schema: Schema::Migrate,
    };
    let mut app = App::open(config).await.expect("the instance starts");
    app.blind_keys = super::blind::maker();
    (app, folder)
}

/// Serves its pages on a free port and gives their address.
pub async fn serve(app: &App) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    app.tasks.spawn(minyi::web::serve(app.clone(), listener));
    // A browser trusts this name as it trusts https: storage and digests work as for residents.
    format!("http://localhost:{port}")
}

/// Makes an account.
pub async fn account(app: &App, name: &str, role: Role) -> Account {
    let made = app.accounts.create(name, role, PASSWORD.to_owned()).await;
    made.expect("an account")
}

/// An instance with the organizers ada and ben and the evaluator eve.
pub struct Instance {
    /// The instance.
    pub app: App,
    /// Address of its pages, without a slash at the end.
    pub site: String,
    /// An organizer.
    pub ada: Account,
    /// Another organizer.
    pub ben: Account,
    folder: TempDir,
}

impl Instance {
    /// Without a wave, on 25 November 2026.
    pub async fn empty() -> Self {
        let (app, folder) = open("2026-11-25T10:00").await;
        let ada = account(&app, "ada", Role::Organizer).await;
        let ben = account(&app, "ben", Role::Organizer).await;
        account(&app, "eve", Role::Evaluator).await;
        let site = serve(&app).await;
        Self {
            app,
            site,
            ada,
            ben,
            folder,
        }
    }

    /// With a draft whose fieldwork is from 1 to 8 December 2026.
    pub async fn with_draft() -> Self {
        let made = Self::empty().await;
        let (app, ada) = (&made.app, &made.ada);
        let about = About {
            name: "yangquan".to_owned(),
            source: "example".to_owned(),
            synthetic: true,
        };
        let (office, clock) = (&app.office, &app.clock);
        import::areas(office, clock, ada, &example("areas.csv"))
            .await
            .expect("areas");
        import::frame(office, clock, ada, &about, &example("frame.csv"))
            .await
            .expect("a frame");
        import::margins(office, clock, ada, &about, &example("margins.csv"))
            .await
            .expect("margins");
        let none = |name: &str| Err(name.to_owned());
        let draft = file::read(DRAFT, &app.zone, none).expect("a wave file");
        waves::create(app, ada, &draft).await.expect("a wave");
        made
    }

    /// Where its stores and keys are, as `--data` names it.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The draft's name.
    pub fn slug(&self) -> WaveSlug {
        WaveSlug::parse(SLUG).expect("a name")
    }

    /// Moves the instance's clock.
    pub fn set_time(&self, local: &str) {
        let at = self.app.zone.parse(local).expect("a time");
        self.app.clock.set(at);
    }

    /// Somebody with a browser who has signed in as nobody yet.
    pub fn visitor(&self) -> Visitor {
        Visitor::at(&self.site)
    }

    /// Somebody who has signed in.
    pub async fn person(&self, name: &str) -> Visitor {
        let visitor = self.visitor();
        visitor.sign_in(name).await;
        visitor
    }
}

/// A file of the shipped example.
pub fn example(file: &str) -> Vec<u8> {
    let path = format!("{}/examples/yangquan/{file}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).expect("the shipped example")
}

/// A browser without script: it keeps cookies and follows no redirect by itself.
pub struct Visitor {
    /// For requests with headers of their own.
    pub client: Client,
    site: String,
}

impl Visitor {
    /// A visitor of this site.
    pub fn at(site: &str) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .build()
            .expect("a client");
        Self {
            client,
            site: site.to_owned(),
        }
    }

    /// The English page at an address.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}?lang=en", self.site)
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Response {
        let sent = self.client.get(self.url(path)).send().await;
        sent.expect("an answer")
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let sent = self.client.post(self.url(path)).form(fields).send().await;
        sent.expect("an answer")
    }

    /// Sends a form with a file.
    pub async fn post_file(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &[u8]),
    ) -> Response {
        const LINE: &str = "----between-the-parts";
        let mut body = Vec::new();
        for (name, value) in fields {
            let head =
                format!("--{LINE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(value.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        let head = format!(
            "--{LINE}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\n",
            file.0
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.1);
        body.extend_from_slice(format!("\r\n--{LINE}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={LINE}");
        let request = self
            .client
            .post(self.url(path))
            .header("content-type", kind);
        request.body(body).send().await.expect("an answer")
    }

    /// Signs in by the form.
    pub async fn sign_in(&self, name: &str) {
        let fields = [("name", name), ("password", PASSWORD)];
        let answer = self.post("/account/sign-in", &fields).await;
        assert_eq!(answer.status().as_u16(), 303, "{name} signs in");
    }

    /// Opens a page that is there.
    pub async fn page(&self, path: &str) -> Sheet {
        let (status, sheet) = read(self.get(path).await).await;
        assert_eq!(status, 200, "{path}");
        sheet
    }
}

/// A page that was read.
pub struct Sheet(Html);

/// Status and page of an answer.
pub async fn read(response: Response) -> (u16, Sheet) {
    let status = response.status().as_u16();
    let text = response.text().await.expect("a text");
    (status, Sheet::of(&text))
}

/// Where an answer redirects to.
pub fn location(response: &Response) -> &str {
    response.headers()["location"].to_str().expect("a text")
}

impl Sheet {
    /// The page that this text is.
    pub fn of(text: &str) -> Self {
        Self(Html::parse_document(text))
    }

    /// Texts of the elements that match.
    pub fn texts(&self, css: &str) -> Vec<String> {
        let selector = Selector::parse(css).expect("a selector");
        let texts = self.0.select(&selector);
        texts.map(|element| element.text().collect()).collect()
    }

    /// Everything that the page says in `main`.
    pub fn main(&self) -> String {
        self.texts("main").concat()
    }

    /// Values of an attribute of the elements that match.
    pub fn values(&self, css: &str, attribute: &str) -> Vec<String> {
        let selector = Selector::parse(css).expect("a selector");
        let values = self.0.select(&selector);
        let values = values.filter_map(|element| element.value().attr(attribute));
        values.map(str::to_owned).collect()
    }
}
