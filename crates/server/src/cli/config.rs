//! `yinzheng config`: what the configuration means, without starting anything.

use clap::Subcommand;
use rules::Scene;

use super::{CliError, ConfigFile};
use crate::config::{Config, Outside, reference};

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Read the configuration, refuse what cannot be, and print what it means
    Check(ConfigFile),
    /// Print the reference page of the configuration file
    Reference,
}

impl ConfigCommand {
    pub(super) fn run(self) -> Result<(), CliError> {
        match self {
            Self::Check(file) => print!("{}", meaning(&file.read()?)),
            Self::Reference => print!("{}", reference()),
        }
        Ok(())
    }
}

/// What was resolved, secrets left out.
fn meaning(config: &Config) -> String {
    let outside = |party: &Outside| {
        let token = if party.token.is_some() { "with a token" } else { "without a token" };
        let Some(tls) = &party.tls else { return format!("{} ({token}, in clear)", party.url) };
        let own = if tls.own.is_some() { "our certificate" } else { "no certificate of ours" };
        format!("{} ({token}, {own}, {})", party.url, tls.oldest.as_str())
    };
    let (operator, limits) = (&config.operator, &config.limits);
    let lines = [
        ("profile", config.profile.as_str().to_owned()),
        ("issuer", config.issuer.to_string()),
        ("listens on", config.listen.to_string()),
        (
            "over",
            config.tls.as_ref().map_or(
                "HTTP, for a proxy that holds the certificate".into(),
                |tls| {
                    format!(
                        "{}, certificate {}",
                        tls.oldest.as_str(),
                        tls.own.certificate.display()
                    )
                },
            ),
        ),
        (
            "metrics on",
            config.metrics_listen.map_or("nowhere".into(), |address| address.to_string()),
        ),
        ("time zone", config.time_zone.iana_name().unwrap_or("?").to_owned()),
        ("operator", format!("{} / {}", operator.name_zh, operator.name_en)),
        ("contact", operator.contact.clone()),
        ("database", format!("{:?}", config.database)),
        ("vault", format!("{:?}", config.vault)),
        (
            "spoken to",
            if config.database_authorities.is_some() { "over TLS 1.3" } else { "on this machine" }
                .to_owned(),
        ),
        ("sealed keys", config.keys.sealed.display().to_string()),
        ("master key", config.keys.master.display().to_string()),
        ("registry", outside(&config.outsiders.registry)),
        ("messages", outside(&config.outsiders.messages)),
        (
            "portrait",
            config
                .outsiders
                .portrait
                .as_ref()
                .map_or("none: everybody takes the other way".into(), outside),
        ),
        (
            "models",
            config.portrait_models.as_ref().map_or("none".into(), |models| {
                let (detector, embedding) = (models.detector.display(), models.embedding.display());
                format!("{detector}, {embedding}, alike from {}", models.threshold)
            }),
        ),
        ("own scenes", own_scenes(config)),
        (
            "events kept",
            format!("{} days", config.event_lifetime.duration().as_secs() / (24 * 60 * 60)),
        ),
        ("cool-down", format!("{} hours", config.cool_down.hours())),
        (
            "pages",
            format!("{} a second from one address, {} at once", limits.pages.0, limits.pages.1),
        ),
        (
            "clients",
            format!("{} a second from one address, {} at once", limits.clients.0, limits.clients.1),
        ),
        (
            "connections",
            format!(
                "{}; over TLS {} from one address, {} more a second",
                limits.connections, limits.connections_per_address, limits.handshakes_per_second
            ),
        ),
        ("certificates", format!("{} for wallets a second", limits.credentials_per_second)),
        (
            "address",
            if limits.behind_proxy { "as the proxy says" } else { "of the connection" }.to_owned(),
        ),
    ];
    lines.map(|(name, value)| format!("{name:<12} {value}\n")).concat()
}

fn own_scenes(config: &Config) -> String {
    let own = config.own_scenes.known().filter(|scene| matches!(scene, Scene::Own(_)));
    let names: Vec<_> = own.map(|scene| scene.as_str().to_owned()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_was_resolved_and_no_secret() {
        let folder = tempfile::tempdir().expect("a folder");
        let token = folder.path().join("token");
        std::fs::write(&token, "hunter2").expect("written");
        let text = format!(
            "issuer = 'https://id.example'\n{}[registry]\nurl = 'http://127.0.0.1:9001'\ntoken_file = '{}'\n\
             [messages]\nurl = 'http://127.0.0.1:9002'\n[database]\nurl = 'postgres://me@127.0.0.1/id'",
            "[operator]\nname_zh = '示例机构'\nname_en = 'Example Institution'\ncontact = 'help@id.example'\n",
            token.display()
        );
        let meaning = meaning(&text.parse().expect("complete"));
        assert!(!meaning.contains("hunter2"));
        insta::assert_snapshot!(meaning);
    }
}
