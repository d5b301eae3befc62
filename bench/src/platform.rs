//! The platform as a process of its own, with enrolled persons and one relying party.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::OnceLock,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use formats::{JwkSet, SigningKey};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use url::Url;

use crate::{
    browser::{Browser, hidden},
    http::Connection,
    story::{Provider, text},
};

/// A running platform; it is killed when this is dropped.
pub(crate) struct Platform {
    pub(crate) data: TempDir,
    pub(crate) started_in: Duration,
    pub(crate) provider: Provider,
    registry: Url,
    child: Child,
    database: Option<String>,
}

/// Each client's name, profile, and how long its access lasts.
const CLIENTS: [[&str; 3]; 4] = [
    [CLIENT, "openid", "once"],
    ["bench-fapi", "fapi2", "once"],
    ["bench-standing", "openid", "standing"],
    ["bench-standing-fapi", "fapi2", "standing"],
];
const CLIENT: &str = "bench";
/// What a client may be given a token for itself for.
const OWN_SCOPE: &str = "organisation:reports";
const REDIRECT: &str = "http://127.0.0.1:9/callback";

impl Platform {
    /// Starts the demo (its rate limits are off) on a fresh data folder and admits the relying party.
    pub(crate) async fn start(database: Option<&str>) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let key = SigningKey::generate();
        let (child, addresses, started_in) = launch(data.path(), database).await?;
        let issuer = text(&addresses, "platform")?.to_owned();
        let mut platform = Self {
            provider: Provider {
                origin: Url::parse(&issuer)?,
                authorize: "/authorize".into(),
                token: "/token".into(),
                userinfo: "/userinfo".into(),
                push: "/par".into(),
                introspect: "/introspect".into(),
                client_id: CLIENT.into(),
                redirect_uri: REDIRECT.into(),
                scope: "openid scene:log_in".into(),
                own_scope: OWN_SCOPE.into(),
                fapi: false,
                key,
                issuer,
            },
            data,
            started_in,
            registry: Url::parse(text(&addresses, "registry")?)?,
            child,
            database: database.map(str::to_owned),
        };
        for client in CLIENTS {
            platform.admit(client).await?;
        }
        platform.restart().await?;
        Ok(platform)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Stops as an operator would, and starts again on what is there.
    pub(crate) async fn restart(&mut self) -> Result<()> {
        ensure!(
            Command::new("kill").arg(self.pid().to_string()).status().await?.success(),
            "stopping"
        );
        ensure!(self.child.wait().await?.success(), "the platform did not stop cleanly");
        let (child, addresses, started_in) =
            launch(self.data.path(), self.database.as_deref()).await?;
        let issuer = text(&addresses, "platform")?.to_owned();
        self.provider.origin = Url::parse(&issuer)?;
        self.provider.issuer = issuer;
        self.registry = Url::parse(text(&addresses, "registry")?)?;
        (self.child, self.started_in) = (child, started_in);
        Ok(())
    }

    /// `yinzheng client add`, as an operator would.
    async fn admit(&mut self, [client, profile, access]: [&str; 3]) -> Result<()> {
        let folder = self.data.path();
        let keys = serde_json::to_string(&JwkSet::new([self.provider.key.public()])?)?;
        fs::write(folder.join("keys.json"), keys)?;
        let admission = format!(
            r#"
[organisation]
code = "91110000MA00000152"
name_zh = "负载测试"
name_en = "Load test"
[client]
id = "{client}"
name_zh = "负载测试"
name_en = "Load test"
redirect_uris = ["{REDIRECT}"]
keys_file = "{keys}"
profile = "{profile}"
[client.metadata]
grant_types = ["authorization_code", "refresh_token", "client_credentials"]
[[scenes]]
scene = "log_in"
purpose_zh = "登录"
purpose_en = "Signing in"
legal_basis = "Cybersecurity Law art. 24"
asks = []
other_methods = ["Phone and password"]
mode = "certificate+passcode"
access = "{access}"
"#,
            keys = folder.join("keys.json").display()
        );
        fs::write(folder.join("admission.toml"), admission)?;
        let database = match &self.database {
            Some(url) => format!("[database]\nurl = \"{url}\"\n"),
            None => String::new(),
        };
        let config = format!(
            "profile = \"sandbox\"\nissuer = \"{}\"\ndata_directory = \"{}\"\n{database}\
             [registry]\nurl = \"http://127.0.0.1:9\"\nsandbox = true\n[messages]\nurl = \"http://127.0.0.1:9\"\nsandbox = true\n",
            self.provider.issuer,
            folder.display()
        );
        fs::write(folder.join("bench.toml"), config)?;
        let added = Command::new(binary()?)
            .args(["client", "add"])
            .arg(folder.join("admission.toml"))
            .arg("--config")
            .arg(folder.join("bench.toml"))
            .stdout(Stdio::null())
            .status()
            .await?;
        ensure!(added.success(), "admitting the load test's client");
        Ok(())
    }

    /// Browsers of that many different persons, each enrolled, signed in, and past the first approval.
    pub(crate) async fn sessions(&self, persons: usize) -> Result<Vec<String>> {
        const AT_ONCE: usize = 4;
        let mut sessions = Vec::with_capacity(persons);
        let mut running = tokio::task::JoinSet::new();
        for person in self.adults(persons).await? {
            if running.len() == AT_ONCE {
                sessions.push(running.join_next().await.context("a person")???);
            }
            running.spawn(first_login(self.provider.clone(), person));
        }
        while let Some(done) = running.join_next().await {
            sessions.push(done??);
        }
        Ok(sessions)
    }
}

impl Platform {
    /// Card numbers of that many grown-ups, as the registry lists them.
    async fn adults(&self, persons: usize) -> Result<Vec<u64>> {
        let mut registry = Connection::open(self.registry.authority()).await?;
        let mut numbers = Vec::with_capacity(persons);
        for age in 18..90 {
            let list = registry.get(&format!("/api/people?age={age}&limit=50"), &[]).await?;
            let people: Vec<Value> = serde_json::from_slice(&list.body)?;
            numbers.extend(people.iter().filter_map(|one| one.get("index")?.as_u64()));
        }
        numbers.truncate(persons);
        ensure!(numbers.len() == persons, "the registry lists too few grown-ups");
        Ok(numbers)
    }
}

/// Signs in through the plain page of the sandbox and approves; the cookies.
async fn first_login(provider: Provider, person: u64) -> Result<String> {
    let mut browser = Browser::open(&provider.origin).await?;
    let (path, verifier) = provider.authorization();
    let (_, page) = browser.get(&path).await?;
    let to = hidden(&page, "to")?;
    let (_, page) = browser.get(&format!("/sandbox/sign-in?to={}", encode(&to))).await?;
    let (ticket, to) = (hidden(&page, "ticket")?, hidden(&page, "to")?);
    let name = person.to_string();
    let fields = [("ticket", ticket.as_str()), ("to", to.as_str()), ("person", name.as_str())];
    let (_, page) = browser.post("/sandbox/sign-in", &fields).await?;
    let (ticket, request) = (hidden(&page, "ticket")?, hidden(&page, "request")?);
    let fields =
        [("ticket", ticket.as_str()), ("request", request.as_str()), ("decision", "approve")];
    let (to, _) = browser.post("/authorize/decision", &fields).await?;
    let code = provider.code(&to)?;
    let mut connection = Connection::open(provider.origin.authority()).await?;
    provider.redeem(&mut connection, &code, &verifier).await?;
    Ok(browser.cookie_header())
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn launch(data: &Path, database: Option<&str>) -> Result<(Child, Value, Duration)> {
    let addresses = data.join("addresses.json");
    let _ = fs::remove_file(&addresses);
    let port = fs::read_to_string(data.join("port")).unwrap_or_else(|_| "0".into());
    let mut command = Command::new(binary()?);
    command
        .args(["demo", "--quiet", "--port", &port, "--data"])
        .arg(data)
        .arg("--addresses")
        .arg(&addresses);
    if let Some(url) = database {
        command.args(["--database", url]);
    }
    let begun = Instant::now();
    let child =
        command.stdout(Stdio::null()).kill_on_drop(true).spawn().context("starting yinzheng")?;
    while !addresses.exists() {
        ensure!(
            begun.elapsed() < Duration::from_secs(20),
            "the platform was not ready in 20 seconds"
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let ready = begun.elapsed();
    tokio::time::sleep(Duration::from_millis(20)).await;
    Ok((child, serde_json::from_slice(&fs::read(&addresses)?)?, ready))
}

/// The binary that is measured, where it is not the one beside this.
static INSTEAD: OnceLock<PathBuf> = OnceLock::new();

/// Measures another binary; the first word counts.
pub(crate) fn measure_instead(path: PathBuf) {
    let _ = INSTEAD.set(path);
}

/// The release binary beside this one, or the one asked for.
pub(crate) fn binary() -> Result<PathBuf> {
    let path = match INSTEAD.get() {
        Some(path) => path.clone(),
        None => std::env::current_exe()?.with_file_name("yinzheng"),
    };
    ensure!(path.exists(), "{} is missing: run `cargo build --release` first", path.display());
    Ok(path)
}
