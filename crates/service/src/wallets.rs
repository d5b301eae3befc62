//! A wallet comes by itself: it pushes what it wants, its person agrees on a page, it redeems a code for a token
//! (`OpenID4VCI` §5, §6).
//!
//! As with an offer, nothing is stored until credentials are issued: request, page and code are sealed values that others
//! carry; that a code was used is a unique key. A wallet is no relying party: it is told nothing of the person, and has no scene.

use formats::mac::sha256;
use jiff::{SignedDuration, Timestamp};
use protocol::{
    issuance::{
        Configuration,
        attestation::{self, ProvedOnce},
        authorization::{NOT_PUSHED, PresentedCode, WalletRequest, Wanted, bad_code},
        pre_authorized::CredentialTokenResponse,
        wallet::KnownWallet,
    },
    oauth::{
        Parameters,
        carried::Carried,
        dpop::{self, Target, Thumbprint},
        grant::CODE_LIFETIME,
        par::{self, PushedResponse, unknown_reference},
        response::Delivery,
    },
    oidc::discovery::{PUSH_PATH, TOKEN_PATH},
};
use rules::CertificateId;
use serde::{Deserialize, Serialize};
use store::{Authentication, Tx, authentication::Spent};
use url::Url;

use crate::{
    Decision, Error, Platform, Refusal, Session,
    agree::DECLINED,
    dpop::Possession,
    enrol::instant,
    offer_credentials::{BoughtBy, CredentialToken, TOKEN_LIFETIME},
    references::Kind,
    session::usable_since,
};

/// How long the page may lie open.
const PAGE_LIFETIME: SignedDuration = SignedDuration::from_mins(30);

/// What a wallet asked, as it is sealed: pushed, and then with its page.
#[derive(Deserialize, Serialize)]
struct Asked {
    request: WalletRequest,
    /// The key that was proved when it was pushed.
    key: Option<Thumbprint>,
    expires_at: i64,
}

/// A code, as it is sealed.
#[derive(Deserialize, Serialize)]
struct Code {
    #[serde(with = "formats::base64url::text")]
    id: [u8; 16],
    #[serde(with = "formats::base64url::text")]
    person: [u8; 16],
    #[serde(with = "formats::base64url::text")]
    certificate: [u8; 16],
    proved_at: i64,
    asked: Asked,
}

/// What a page shows of a wallet's request.
#[derive(Clone, Debug)]
pub struct WalletAsks {
    /// What people call the wallet.
    pub name: String,
    /// Where the answer goes.
    pub back_to: Url,
    /// Which forms of the certificate it wants.
    pub forms: Vec<Configuration>,
}

/// What a wallet proved itself with, each good once.
struct Proofs {
    possession: Option<Possession>,
    attested: Option<Spent>,
}

impl Proofs {
    async fn spend(&self, tx: &Tx<Authentication>) -> Result<(), Error> {
        if !Possession::spend(self.possession.as_ref(), tx).await? {
            return Err(dpop::replayed().into());
        }
        match &self.attested {
            Some(once) if !tx.spend(once).await? => Err(attestation::REPLAYED.into()),
            _ => Ok(()),
        }
    }
}

impl Platform {
    /// The wallet that a form or query comes from, if it is one that is known.
    pub(crate) fn wallet_of(&self, sent: &Parameters<'_>) -> Option<&KnownWallet> {
        sent.value("client_id").and_then(|id| self.settings().wallets.find(id))
    }

    /// A wallet pushes its request.
    pub(crate) async fn push_of_wallet(
        &self,
        wallet: &KnownWallet,
        carried: Carried<'_>,
        form: &Parameters<'_>,
    ) -> Result<PushedResponse, Error> {
        let now = self.now();
        let (key, proofs) = self.shown_by_wallet(wallet, carried, PUSH_PATH, now)?;
        let spend = async move |tx: &Tx<Authentication>| proofs.spend(tx).await;
        self.inner().store.write("spend wallet proofs", spend).await?;
        let request = WalletRequest::read(form, wallet)?;
        // RFC 9449 §10.1: "the authorization server MUST reject the request if the JWK Thumbprint in dpop_jkt does not match the public
        // key in the DPoP header."
        let named = form.value("dpop_jkt");
        let differ = |key: &Thumbprint| named.is_some_and(|named| named != key.as_str());
        if key.as_ref().is_some_and(differ) {
            return Err(dpop::another_key().into());
        }
        let expires_at = (now + par::LIFETIME).as_second();
        let pushed = Asked { request, key, expires_at };
        Ok(PushedResponse::new(&self.seal(Kind::WalletPushed, b"", &pushed)?))
    }

    /// Proves who a wallet is, as far as its provider vouches for it; the key it proved, and what is yet to be spent.
    fn shown_by_wallet(
        &self,
        wallet: &KnownWallet,
        carried: Carried<'_>,
        path: &str,
        now: Timestamp,
    ) -> Result<(Option<Thumbprint>, Proofs), Error> {
        let address = self.issuer().at(path);
        let target = Target { method: "POST", uri: &address, access_token: None };
        let possession = self.possession(carried.dpop, target)?;
        let key = possession.as_ref().map(|proved| proved.key.clone());
        let once = match &wallet.provider {
            Some(provider) => {
                let shown = (carried, key.as_ref());
                attestation::is_wallet(wallet.id.as_str(), provider, shown, self.issuer(), now)?
            }
            None => None,
        };
        let attested = once.map(|ProvedOnce { jti, until }| {
            Spent::new(until, &sha256(format!("wallet {jti}").as_bytes()))
        });
        Ok((key, Proofs { possession, attested }))
    }

    /// If a request at the authorization endpoint is a wallet's: what its page is opened with.
    pub fn wallet_asks(&self, query: &str) -> Result<Option<String>, Error> {
        // Most deployments know none, and read the query once.
        if self.settings().wallets.is_empty() {
            return Ok(None);
        }
        let sent = Parameters::query(query)?;
        let Some(wallet) = self.wallet_of(&sent) else { return Ok(None) };
        let reference = sent.value("request_uri").ok_or(NOT_PUSHED)?;
        let pushed = par::reference(reference)
            .and_then(|sealed| self.open::<Asked>(Kind::WalletPushed, b"", sealed).ok())
            .filter(|pushed| pushed.request.client_id == wallet.id)
            .ok_or(unknown_reference())?;
        if self.now() >= instant(pushed.expires_at)? {
            return Err(unknown_reference().into());
        }
        let expires_at = (self.now() + PAGE_LIFETIME).as_second();
        self.seal(Kind::WalletAsked, b"", &Asked { expires_at, ..pushed }).map(Some)
    }

    /// What a wallet's page shows.
    pub fn wallet_asked(&self, asked: &str) -> Result<WalletAsks, Error> {
        let Asked { request, .. } = self.opened_wallet_request(asked)?;
        let wallet = self.settings().wallets.find(request.client_id.as_str());
        Ok(WalletAsks {
            name: wallet.ok_or(Refusal::TicketInvalid)?.name.clone(),
            back_to: request.redirect_uri.as_url().clone(),
            forms: request.wanted.forms,
        })
    }

    fn opened_wallet_request(&self, asked: &str) -> Result<Asked, Error> {
        let asked: Asked = self.open(Kind::WalletAsked, b"", asked)?;
        if self.now() >= instant(asked.expires_at)? {
            return Err(Refusal::TicketInvalid.into());
        }
        Ok(asked)
    }

    /// The person's word on a wallet's request; where the browser goes with it.
    pub async fn answer_wallet(
        &self,
        session: &Session,
        asked: &str,
        decision: Decision,
    ) -> Result<Delivery, Error> {
        let asked = self.opened_wallet_request(asked)?;
        let request = asked.request.clone();
        let answer = match decision {
            Decision::Decline => request.return_to().with_error(self.issuer(), &DECLINED),
            Decision::Approve => {
                self.may_take_along(session).await?;
                let expires_at = (self.now() + CODE_LIFETIME).as_second();
                let code = Code {
                    id: self.world().draw(),
                    person: *session.person.bytes(),
                    certificate: *session.certificate.bytes(),
                    proved_at: session.signed_in_at.as_second(),
                    asked: Asked { expires_at, ..asked },
                };
                let code = self.seal(Kind::WalletCode, b"", &code)?;
                request.return_to().with_code(self.issuer(), &code)
            }
        };
        answer.deliver(self.now(), |_| Err(Refusal::TicketInvalid.into()))
    }

    /// A wallet redeems its code.
    pub(crate) async fn redeem_of_wallet(
        &self,
        wallet: &KnownWallet,
        carried: Carried<'_>,
        form: &Parameters<'_>,
        now: Timestamp,
    ) -> Result<CredentialTokenResponse, Error> {
        let (key, proofs) = self.shown_by_wallet(wallet, carried, TOKEN_PATH, now)?;
        let key = key.ok_or(dpop::missing())?;
        let presented = PresentedCode::read(form)?;
        let code: Code =
            self.open(Kind::WalletCode, b"", presented.code.expose()).map_err(|_| bad_code())?;
        let until = instant(code.asked.expires_at)?;
        let request = &code.asked.request;
        // RFC 7636 §4.6: "If the values are not equal, an error response indicating "invalid_grant" ... MUST be returned."
        let began = request.code_challenge.admits(&presented.verifier)
            && request.client_id == wallet.id
            && request.redirect_uri.is(&presented.redirect_uri)
            && code.asked.key.as_ref().is_none_or(|bound| *bound == key)
            && now < until;
        let once = Spent::new(until, &sha256(&[b"wallet code".as_slice(), &code.id].concat()));
        let last = (until + TOKEN_LIFETIME).as_second();
        let bought_by = BoughtBy { code: code.id, until: last };
        let ended = bought_by.ended()?;
        let (certificate, proved_at) =
            (CertificateId::from_bytes(code.certificate), instant(code.proved_at)?);
        let redeemed = self
            .inner()
            .store
            .write("redeem wallet code", async move |tx: &Tx<Authentication>| {
                // What was proved is spent, whatever comes of the code.
                proofs.spend(tx).await?;
                if !began {
                    return Ok(false);
                }
                if !tx.spend(&once).await? {
                    // RFC 6749 §4.1.2: "If an authorization code is used more than once, the authorization server MUST deny the request
                    // and SHOULD revoke (when possible) all tokens previously issued based on that authorization code."
                    tx.spend(&ended).await?;
                    return Ok(false);
                }
                let found = tx.certificate(certificate).await?.ok_or(Refusal::CertificateEnded)?;
                usable_since(&found, proved_at, now)?;
                Ok::<_, Error>(true)
            })
            .await?;
        if !redeemed {
            return Err(bad_code().into());
        }
        let Wanted { forms, .. } = request.wanted.clone();
        let granted = request.wanted.granted();
        let token = CredentialToken {
            forms: Some(forms),
            by_identifier: request.wanted.by_details,
            client: Some(wallet.id.clone()),
            bought_by: Some(bought_by),
            ..CredentialToken::on_offer((code.person, code.certificate), code.proved_at, key, now)
        };
        Ok(self.credential_token_response(&token)?.with_details(granted))
    }
}
