//! The baseline: npm `oidc-provider` in memory, one process, a live session; see `bench/oidc-provider/`.

use std::{
    fs,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use formats::{JwkSet, SigningKey};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use url::Url;

use crate::{browser::Browser, story::Provider};

/// A running `oidc-provider`; it is killed when this is dropped.
pub(crate) struct OidcProvider {
    pub(crate) provider: Provider,
    child: Child,
    _folder: TempDir,
}

const REDIRECT: &str = "https://bench.example/callback";

impl OidcProvider {
    pub(crate) async fn start() -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("oidc-provider");
        if !here.join("node_modules").exists() {
            let installed =
                Command::new("npm").args(["ci", "--silent"]).current_dir(&here).status().await?;
            ensure!(installed.success(), "npm ci in {}", here.display());
        }
        let folder = tempfile::tempdir()?;
        let key = SigningKey::generate();
        let keys = folder.path().join("keys.json");
        fs::write(&keys, serde_json::to_string(&JwkSet::new([key.public()])?)?)?;
        let port = folder.path().join("port");
        let child = Command::new("node")
            .arg(here.join("server.mjs"))
            .args([keys.as_os_str(), port.as_os_str(), REDIRECT.as_ref()])
            .env("NODE_ENV", "production")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("starting node")?;
        let begun = Instant::now();
        while !port.exists() {
            ensure!(
                begun.elapsed() < Duration::from_secs(20),
                "oidc-provider was not ready in 20 seconds"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        let issuer = format!("http://localhost:{}", fs::read_to_string(&port)?.trim());
        let provider = Provider {
            origin: Url::parse(&issuer)?,
            authorize: "/auth".into(),
            token: "/token".into(),
            userinfo: "/me".into(),
            push: "/request".into(),
            introspect: "/token/introspection".into(),
            client_id: "bench".into(),
            redirect_uri: REDIRECT.into(),
            scope: "openid".into(),
            own_scope: "reports".into(),
            fapi: false,
            key,
            issuer,
        };
        Ok(Self { provider, child, _folder: folder })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Browsers with a live session and a grant on file.
    pub(crate) async fn sessions(&self, persons: usize) -> Result<Vec<String>> {
        let mut sessions = Vec::with_capacity(persons);
        for _ in 0..persons {
            let mut browser = Browser::open(&self.provider.origin).await?;
            let (path, _) = self.provider.authorization();
            let (to, _) = browser.get(&path).await?;
            self.provider.code(&to)?;
            sessions.push(browser.cookie_header());
        }
        Ok(sessions)
    }
}
