//! The servers of relying parties: told what they registered to be told, at the addresses they registered.
//!
//! Over TLS they are believed by the authorities the operator names; in clear only in the sandbox, on loopback. No redirect
//! is followed, no proxy asked, and of the answer no more than its status is read.

use std::sync::Arc;

use reqwest::{Client, StatusCode, header};
use service::{BoxFuture, Content, Heard, Letter, OutsideError, RelyingParties, World};
use url::{Host, Url};

use super::failure::PartyError;
use super::transport::{self, Patience};
use crate::RealWorld;
use crate::config;

/// Relying parties behind their addresses.
pub(crate) struct Callback {
    /// Over TLS, if the operator said who is believed.
    secure: Option<Client>,
    /// In clear, to this machine: invented relying parties only.
    loopback: Option<Client>,
}

impl Callback {
    pub(crate) fn new(config: &config::RelyingParties) -> Result<Self, PartyError> {
        Self::in_world(config, Patience::default(), &(Arc::new(RealWorld) as Arc<dyn World>))
    }

    fn in_world(
        config: &config::RelyingParties,
        patience: Patience,
        world: &Arc<dyn World>,
    ) -> Result<Self, PartyError> {
        let client = |tls| transport::client(tls, patience, Arc::clone(world));
        let secure = config.tls.as_ref().map(|tls| client(Some(tls))).transpose()?;
        let loopback = config.loopback.then(|| client(None)).transpose()?;
        Ok(Self {
            secure: secure.map(|(client, _)| client),
            loopback: loopback.map(|(client, _)| client),
        })
    }

    /// Who may be called at this address.
    fn client(&self, to: &Url) -> Result<&Client, PartyError> {
        match to.scheme() {
            "https" => self.secure.as_ref().ok_or(PartyError::NobodyBelieved),
            "http" if is_loopback(to) => self.loopback.as_ref().ok_or(PartyError::Address),
            _ => Err(PartyError::Address),
        }
    }

    async fn send(&self, letter: &Letter) -> Result<Heard, PartyError> {
        let mut request = self.client(&letter.to)?.post(letter.to.clone());
        if let Some(token) = &letter.authorization {
            request = request.bearer_auth(token.expose());
        }
        let request = match &letter.content {
            Content::Form { name, value } => {
                let body = form_urlencoded::Serializer::new(String::new())
                    .append_pair(name, value.expose())
                    .finish();
                request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)
            }
            Content::Json(text) => {
                request.header(header::CONTENT_TYPE, "application/json").body(text.expose().clone())
            }
        };
        heard(request.send().await?.status())
    }
}

/// Back-Channel Logout 1.0 §2.8 has a relying party answer 200, or 400 if it could not do it; some answer 204.
///
/// What a server says of itself (5xx), or of now (408, 429), is asked again; anything else would be said again.
fn heard(status: StatusCode) -> Result<Heard, PartyError> {
    match status {
        ok if ok.is_success() => Ok(Heard::Taken),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
            Err(PartyError::Status(status))
        }
        no if no.is_client_error() || no.is_redirection() => Ok(Heard::Refused),
        _ => Err(PartyError::Status(status)),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl RelyingParties for Callback {
    fn post<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<Heard, OutsideError>> {
        BoxFuture::new(async move { Ok(self.send(letter).await?) })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;
    use std::time::Duration;

    use formats::Secret;

    use super::*;

    fn letter(to: &str) -> Letter {
        let content =
            Content::Form { name: "logout_token", value: Secret::new("a.b.c".to_owned()) };
        Letter { to: to.parse().expect("a URL"), authorization: None, content }
    }

    fn callback() -> Callback {
        let patience = Patience {
            connected: Duration::from_millis(300),
            answered: Duration::from_millis(600),
        };
        let config = config::RelyingParties { tls: None, loopback: true };
        Callback::in_world(&config, patience, &(Arc::new(RealWorld) as Arc<dyn World>))
            .expect("an adapter")
    }

    /// A server of one connection that says `answer`; what it heard.
    fn server(answer: &'static str) -> (String, thread::JoinHandle<String>) {
        server_hearing(b"logout_token=a.b.c", answer)
    }

    /// The same, of whom something else is heard to its end.
    fn server_hearing(
        end: &'static [u8],
        answer: &'static str,
    ) -> (String, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let heard = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a caller");
            let mut request = Vec::new();
            let mut piece = [0; 4096];
            while !request.ends_with(end) {
                match stream.read(&mut piece) {
                    Ok(read) if read > 0 => request.extend_from_slice(&piece[..read]),
                    _ => break,
                }
            }
            drop(stream.write_all(answer.as_bytes()));
            String::from_utf8(request).expect("text")
        });
        (format!("http://{address}/logout"), heard)
    }

    #[tokio::test]
    async fn a_form_goes_to_the_registered_address() {
        let (to, heard) =
            server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        assert_eq!(callback().send(&letter(&to)).await.expect("heard"), Heard::Taken);
        let request = heard.join().expect("a request");
        assert!(request.starts_with("POST /logout HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("content-type: application/x-www-form-urlencoded"), "{request}");
    }

    #[tokio::test]
    async fn what_is_pushed_goes_with_the_clients_own_token_and_nowhere_else() {
        const PUSHED: &str = r#"{"auth_req_id":"1c266"}"#;
        for (answer, wanted) in [
            ("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n", Some(Heard::Taken)),
            (
                "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                Some(Heard::Refused),
            ),
            (
                "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                Some(Heard::Refused),
            ),
            (
                "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                None,
            ),
        ] {
            let (to, request) = server_hearing(PUSHED.as_bytes(), answer);
            let pushed = Letter {
                authorization: Some(Secret::new("8d67dc78-7faa".to_owned())),
                content: Content::Json(Secret::new(PUSHED.to_owned())),
                ..letter(&to)
            };
            assert_eq!(callback().send(&pushed).await.ok(), wanted, "{answer}");
            let request = request.join().expect("a request");
            assert!(request.contains("authorization: Bearer 8d67dc78-7faa\r\n"), "{request}");
            assert!(request.contains("content-type: application/json\r\n"), "{request}");
        }
    }

    #[tokio::test]
    async fn no_redirect_is_followed() {
        let (to, heard) = server(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        );
        assert_eq!(callback().send(&letter(&to)).await.expect("heard"), Heard::Refused);
        heard.join().expect("a request");
    }

    #[tokio::test]
    async fn who_says_nothing_is_given_up_soon() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let to = format!("http://{}/logout", listener.local_addr().expect("an address"));
        assert!(matches!(callback().send(&letter(&to)).await, Err(PartyError::TooSlow(_))));
        drop(listener);
        assert!(callback().send(&letter(&to)).await.is_err());
    }

    #[tokio::test]
    async fn nobody_is_called_whom_nobody_vouches_for() {
        let sandbox = callback();
        let far = sandbox.send(&letter("https://air.example/logout")).await;
        assert!(matches!(far, Err(PartyError::NobodyBelieved)));
        for inside in ["http://10.0.0.1/", "http://169.254.169.254/latest", "http://air.example/"] {
            assert!(matches!(sandbox.send(&letter(inside)).await, Err(PartyError::Address)));
        }
        let nobody = Callback { secure: None, loopback: None };
        let near = nobody.send(&letter("http://127.0.0.1:9/")).await;
        assert!(matches!(near, Err(PartyError::Address)), "not outside the sandbox");
    }

    #[test]
    fn what_would_be_said_again_is_not_asked_again() {
        for (status, wanted) in [
            (200, Some(Heard::Taken)),
            (204, Some(Heard::Taken)),
            (302, Some(Heard::Refused)),
            (400, Some(Heard::Refused)),
            (404, Some(Heard::Refused)),
            (408, None),
            (429, None),
            (500, None),
            (503, None),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(heard(status).ok(), wanted, "{status}");
        }
    }
}
