//! A platform of its own process (`yinzheng serve`), with the sandbox's registry and inbox in ours: what its process
//! takes is the platform's alone.

use std::{fs, path::Path, process::Stdio, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use formats::Secret;
use jiff::{Timestamp, civil::date, tz::TimeZone};
use sandbox::{Clock, Inbox, ORDINARY_COUNT, Person, Population, Registry, RegistrySetup, Seed};
use store::Location;
use tempfile::TempDir;
use tokio::{
    net::TcpListener,
    process::{Child, Command},
};
use url::Url;

use crate::{http::Connection, platform::binary};

/// What the platform shows to registry and inbox.
const TOKEN: &str = "a load test's bearer token";

/// A running platform, its registry and its inbox; the platform is killed when this is dropped.
pub(crate) struct Town {
    pub(crate) issuer: Url,
    pub(crate) inbox: Url,
    pub(crate) registry: Registry,
    data: TempDir,
    child: Child,
}

impl Town {
    pub(crate) async fn found(database: Option<&str>) -> Result<Self> {
        let data = tempfile::tempdir()?;
        // Freed at once: the platform takes it. Nobody else asks for ports here.
        let own = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
        let issuer = Url::parse(&format!("http://localhost:{}", own.port()))?;
        let (listeners, addresses) = neighbourhood().await?;
        let registry = registry(issuer.clone());
        let inbox = Inbox::new(Secret::new(TOKEN.into()), Clock::new(Timestamp::now));
        let [at_registry, at_inbox] = listeners;
        for (listener, router) in [(at_registry, registry.router()), (at_inbox, inbox.router())] {
            tokio::spawn(async move { axum::serve(listener, router).await });
        }
        let config = write_config(data.path(), &issuer, &addresses, database)?;
        operate(&config, &["migrate"]).await?;
        for (number, authority) in registry.authorities().enumerate() {
            let file = data.path().join(format!("country-{number}.der"));
            fs::write(&file, authority)?;
            operate(&config, &["trust", "import", &file.to_string_lossy()]).await?;
        }
        let child = serve(&config, &issuer).await?;
        let [_, inbox] = addresses;
        Ok(Self { issuer, inbox, registry, data, child })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Where it remembers, when that is SQLite.
    pub(crate) fn location(&self) -> Location {
        Location::Sqlite(self.data.path().to_owned())
    }

    /// Bytes of both planes and their write-ahead logs.
    pub(crate) fn stored(&self) -> Result<u64> {
        let mut bytes = 0;
        for entry in fs::read_dir(self.data.path())? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().contains(".sqlite") {
                bytes += entry.metadata()?.len();
            }
        }
        Ok(bytes)
    }
}

/// A registry of ten thousand invented persons, the same in every run.
pub(crate) fn registry(platform: Url) -> Registry {
    let seed = Seed::from_words("yinzheng bench");
    Registry::new(RegistrySetup {
        seed,
        population: Arc::new(Population::invent(seed, ORDINARY_COUNT, date(2026, 11, 22))),
        platform,
        bearer_token: Secret::new(TOKEN.into()),
        inbox: None,
        clock: Clock::new(Timestamp::now),
    })
}

/// Grown-ups with a passport in force whose card was not reported lost.
pub(crate) fn travellers(registry: &Registry) -> Vec<Person> {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let travels = |person: &&Person| {
        let passport = person.documents().nth(1);
        !person.lost
            // Two digits of a year make a centenarian an infant.
            && (18..100).contains(&person.age(today))
            && passport.is_some_and(|document| document.valid_on(today).is_ok())
    };
    registry.population().people().iter().filter(travels).cloned().collect()
}

/// Two listeners and where they are.
async fn neighbourhood() -> Result<([TcpListener; 2], [Url; 2])> {
    let listeners =
        [TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?];
    let at = |listener: &TcpListener| {
        anyhow::Ok(Url::parse(&format!("http://{}", listener.local_addr()?))?)
    };
    let addresses = [at(&listeners[0])?, at(&listeners[1])?];
    Ok((listeners, addresses))
}

fn write_config(
    folder: &Path,
    issuer: &Url,
    [registry, inbox]: &[Url; 2],
    database: Option<&str>,
) -> Result<String> {
    let token = folder.join("token");
    fs::write(&token, TOKEN)?;
    let config = format!(
        "profile = \"sandbox\"\nissuer = \"{issuer}\"\nlisten = \"127.0.0.1:{port}\"\ndata_directory = \"{folder}\"\n\
         [database]\n{database}\n\
         [registry]\nurl = \"{registry}\"\ntoken_file = \"{token}\"\nsandbox = true\n\
         [messages]\nurl = \"{inbox}\"\ntoken_file = \"{token}\"\nsandbox = true\n\
         [documents]\nforeign_passports = true\n\
         [limits]\npages_per_second = 100000\npages_burst = 100000\n",
        issuer = issuer.as_str().trim_end_matches('/'),
        port = issuer.port().context("a port")?,
        folder = folder.display(),
        token = token.display(),
        registry = registry.as_str().trim_end_matches('/'),
        inbox = inbox.as_str().trim_end_matches('/'),
        database = database.map_or_else(String::new, |url| format!("url = \"{url}\"")),
    );
    let path = folder.join("bench.toml");
    fs::write(&path, config)?;
    Ok(path.to_string_lossy().into_owned())
}

/// A command of the operator's.
async fn operate(config: &str, command: &[&str]) -> Result<()> {
    let done = Command::new(binary()?)
        .args(command)
        .args(["--config", config])
        .stdout(Stdio::null())
        .status()
        .await?;
    ensure!(done.success(), "yinzheng {}", command.join(" "));
    Ok(())
}

async fn serve(config: &str, issuer: &Url) -> Result<Child> {
    let child = Command::new(binary()?)
        .args(["serve", "--quiet", "--config", config])
        .kill_on_drop(true)
        .spawn()
        .context("starting yinzheng")?;
    for _ in 0..2_000 {
        if let Ok(mut connection) = Connection::open(issuer.authority()).await
            && connection.get("/health/ready", &[]).await.is_ok()
        {
            return Ok(child);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    anyhow::bail!("the platform was not ready in ten seconds")
}
