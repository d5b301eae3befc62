//! A provider, its four clients, and persons who agreed to each of them.

use anyhow::Result;

use super::worker::{Act, Worker};
use crate::{
    browser::{Browser, hidden},
    oidc_provider::OidcProvider,
    platform::Platform,
    story::Provider,
};

/// Persons who log in; each connection goes through its own share of them.
const PERSONS: usize = 64;

/// A client without and with a profile, each also with access that goes on.
pub(crate) struct Clients {
    plain: Provider,
    fapi: Provider,
    standing: Provider,
    standing_fapi: Provider,
}

impl Clients {
    pub(crate) fn of(provider: &Provider, offline: &str) -> Self {
        let scope = provider.scope.clone();
        let standing = format!("{scope}{offline}");
        Self {
            plain: provider.clone(),
            fapi: provider.client("bench-fapi", &scope, true),
            standing: provider.client("bench-standing", &standing, false),
            standing_fapi: provider.client("bench-standing-fapi", &standing, true),
        }
    }

    /// Which of them does this.
    pub(crate) fn doing(&self, act: Act, fapi: bool) -> &Provider {
        match (act, fapi) {
            (Act::Refresh, false) => &self.standing,
            (Act::Refresh, true) => &self.standing_fapi,
            (_, false) => &self.plain,
            (_, true) => &self.fapi,
        }
    }

    fn all(&self) -> [&Provider; 4] {
        [&self.plain, &self.fapi, &self.standing, &self.standing_fapi]
    }
}

/// A provider whose process is measured; it ends when this is dropped.
pub(crate) struct House {
    pub(crate) who: &'static str,
    pub(crate) pid: u32,
    pub(crate) clients: Clients,
    pub(crate) cookies: Vec<String>,
    /// The platform, where it is ours.
    pub(crate) platform: Option<Platform>,
    _baseline: Option<OidcProvider>,
}

impl House {
    pub(crate) async fn ours(who: &'static str, database: Option<&str>) -> Result<Self> {
        let platform = Platform::start(database).await?;
        let clients = Clients::of(&platform.provider, " offline_access");
        let cookies = agreed(&clients, platform.sessions(PERSONS).await?).await?;
        let pid = platform.pid();
        Ok(Self { who, pid, clients, cookies, platform: Some(platform), _baseline: None })
    }

    pub(crate) async fn baseline(who: &'static str) -> Result<Self> {
        let baseline = OidcProvider::start().await?;
        let clients = Clients::of(&baseline.provider, "");
        let cookies = agreed(&clients, baseline.sessions(PERSONS).await?).await?;
        let pid = baseline.pid();
        Ok(Self { who, pid, clients, cookies, platform: None, _baseline: Some(baseline) })
    }

    /// Whether it says in its metadata that it does this.
    pub(crate) async fn offers(&self, act: Act) -> Result<bool> {
        if act != Act::Credentials {
            return Ok(true);
        }
        let mut connection =
            crate::http::Connection::open(self.clients.plain.origin.authority()).await?;
        let metadata = connection.get("/.well-known/openid-configuration", &[]).await?;
        Ok(String::from_utf8_lossy(&metadata.body).contains("\"client_credentials\""))
    }
}

/// Has every person agree to every client; the cookies after that.
async fn agreed(clients: &Clients, sessions: Vec<String>) -> Result<Vec<String>> {
    let mut after = Vec::with_capacity(sessions.len());
    for cookies in sessions {
        let mut cookies = cookies;
        for client in clients.all() {
            let mut browser = Browser::resume(&client.origin, &cookies).await?;
            agree(client, &mut browser).await?;
            cookies = browser.cookie_header();
        }
        after.push(cookies);
    }
    Ok(after)
}

async fn agree(client: &Provider, browser: &mut Browser) -> Result<()> {
    let (path, _) = Worker::new(client.clone(), Vec::new()).await?.request().await?;
    let (to, page) = browser.get(&path).await?;
    if client.code(&to).is_ok() {
        return Ok(());
    }
    let (ticket, request) = (hidden(&page, "ticket")?, hidden(&page, "request")?);
    let fields =
        [("ticket", ticket.as_str()), ("request", request.as_str()), ("decision", "approve")];
    let (to, _) = browser.post("/authorize/decision", &fields).await?;
    client.code(&to).map(|_| ())
}
