//! The phone's line: HTTP to its platform and to nobody else, bounded and without redirects.
//!
//! Whoever has a browser open a link makes the phone call what stands in it. A phone that is a program on somebody's machine must not be
//! sent to that machine's other doors, so its line ends at the platform that it belongs to.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Client, Method};
use wallet::{Carrier, Incoming, Issuer, Lost, Outgoing};

use crate::chance::Chance;
use crate::clock::Clock;

/// Longest answer read: a batch of fifty takes some two hundred kilobytes.
const LONGEST_ANSWER: usize = 512 * 1024;
/// A platform that takes longer than this is away.
const PATIENCE: Duration = Duration::from_secs(30);

/// A line to one platform.
#[derive(Debug)]
pub(super) struct Line {
    issuer: Issuer,
    client: Client,
    clock: Clock,
    chance: Chance,
}

impl Line {
    pub(super) fn to(
        issuer: &Issuer,
        clock: Clock,
        chance: Chance,
    ) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .no_proxy()
            .build()?;
        Ok(Self { issuer: issuer.clone(), client, clock, chance })
    }

    /// Does an address lie at the platform?
    pub(super) fn reaches(&self, address: &str) -> bool {
        let at_home = url::Url::parse(address).ok().zip(url::Url::parse(self.issuer.as_str()).ok());
        at_home.is_some_and(|(there, home)| {
            let below = format!("{}/", home.path().trim_end_matches('/'));
            there.origin() == home.origin() && there.path().starts_with(&below)
        })
    }
}

impl Carrier for Line {
    async fn carry(&self, call: Outgoing) -> Result<Incoming, Lost> {
        if !self.reaches(&call.address) {
            return Err(Lost::Away);
        }
        let method = if call.method == "POST" { Method::POST } else { Method::GET };
        let mut request = self.client.request(method, &call.address);
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        if let Some(body) = call.body {
            request = request.body(body.as_str().to_owned());
        }
        let mut answer = request.send().await.map_err(|_| Lost::Away)?;
        let nonce = answer.headers().get("dpop-nonce");
        let nonce = nonce.and_then(|nonce| nonce.to_str().ok()).map(str::to_owned);
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|_| Lost::Away)? {
            if body.len() + piece.len() > LONGEST_ANSWER {
                return Err(Lost::Odd);
            }
            body.extend_from_slice(&piece);
        }
        Ok(Incoming { status, nonce, body: body.into() })
    }

    async fn wait(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.chance.fill(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_at_its_platform() {
        let clock = Clock::new(|| Timestamp::UNIX_EPOCH);
        let issuer = "http://localhost:8080".parse().unwrap();
        let line = Line::to(&issuer, clock, Chance::new(|_| ())).unwrap();
        assert!(line.reaches("http://localhost:8080/token"));
        let below = "https://id.example/cn".parse().unwrap();
        let (clock, chance) = (Clock::new(|| Timestamp::UNIX_EPOCH), Chance::new(|_| ()));
        let below = Line::to(&below, clock, chance).unwrap();
        assert!(below.reaches("https://id.example/cn/token"));
        for beside in
            ["https://id.example/cnx", "https://id.example/", "https://id.example/cn/../x"]
        {
            assert!(!below.reaches(beside), "{beside}");
        }
        for elsewhere in [
            "http://localhost:8090/api/people",
            "http://127.0.0.1:8080/token",
            "http://localhost:8080@evil.example/",
            "http://localhost:80801/",
            "https://localhost:8080/",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!line.reaches(elsewhere), "{elsewhere}");
        }
    }
}
