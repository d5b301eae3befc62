//! A person takes their certificate to a wallet: an offer, the code beside it, and the token a wallet exchanges them for
//! (`OpenID4VCI` §4, §6).
//!
//! Nothing is stored: the offer is the sealed code itself. It is used once, within five minutes, by whoever types the code that
//! stood on the person's screen; three wrong ones end it. The token is bound to the wallet's key.

use formats::mac::{same, sha256};
use jiff::{SignedDuration, Timestamp};
use protocol::{
    issuance::{
        Configuration,
        offer::CredentialOffer,
        pre_authorized::{
            CredentialTokenResponse, PresentedOffer, tries_exhausted, unknown_offer, wrong_tx_code,
        },
    },
    oauth::{
        carried::Carried,
        client::ClientId,
        dpop::{self, Target, Thumbprint},
    },
    oidc::discovery::TOKEN_PATH,
};
use rules::{Capacity, CertificateId, PersonId};
use serde::{Deserialize, Serialize};
use store::{
    Authentication, Tx,
    authentication::{Certificate, Spent},
};

use crate::{
    Error, Platform, Refusal, Session, dpop::Possession, enrol::instant, references::Kind,
    session::usable_since,
};

/// How long an offer may be taken.
const OFFER_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// How long a wallet may ask for credentials: it asks at once.
pub(crate) const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// Transaction codes tried of one offer.
const TRIES: u8 = 3;

/// An offer, and what the person types into the wallet.
#[derive(Debug)]
pub struct Offered {
    /// The link that starts a wallet, also as a picture.
    pub link: String,
    /// Six digits, on the person's own screen only.
    pub tx_code: String,
}

/// An offer, as it is sealed.
#[derive(Deserialize, Serialize)]
struct Offer {
    #[serde(with = "formats::base64url::text")]
    id: [u8; 16],
    #[serde(with = "formats::base64url::text")]
    person: [u8; 16],
    #[serde(with = "formats::base64url::text")]
    certificate: [u8; 16],
    tx_code: String,
    made_at: i64,
    expires_at: i64,
}

/// A token for credentials, as it is sealed.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct CredentialToken {
    #[serde(with = "formats::base64url::text")]
    pub(crate) person: [u8; 16],
    #[serde(with = "formats::base64url::text")]
    pub(crate) certificate: [u8; 16],
    /// When the offer was made: what was proved before an unlocking is worth nothing after it.
    pub(crate) proved_at: i64,
    pub(crate) expires_at: i64,
    /// The key whoever shows it must hold.
    pub(crate) key: Thumbprint,
    /// The forms of the certificate it is for; without, all that there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) forms: Option<Vec<Configuration>>,
    /// Whether requests name what they want by identifier.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) by_identifier: bool,
    /// The wallet, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client: Option<ClientId>,
    /// The code that bought it, where one did: a second showing of that ends this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bought_by: Option<BoughtBy>,
}

/// A code that bought a token.
#[derive(Clone, Copy, Deserialize, Serialize)]
pub(crate) struct BoughtBy {
    #[serde(with = "formats::base64url::text")]
    pub(crate) code: [u8; 16],
    /// When neither the code nor a token of it is good any more.
    pub(crate) until: i64,
}

impl BoughtBy {
    /// What is spent when the code is shown again.
    pub(crate) fn ended(self) -> Result<Spent, Error> {
        let thing = [b"wallet code again".as_slice(), &self.code].concat();
        Ok(Spent::new(instant(self.until)?, &sha256(&thing)))
    }
}

impl Platform {
    /// Offers credentials to a wallet of the signed-in person's.
    pub async fn offer_credentials(&self, session: &Session) -> Result<Offered, Error> {
        self.may_take_along(session).await?;
        let now = self.now();
        let drawn = u64::from_be_bytes(self.world().draw()) % 1_000_000;
        let tx_code = format!("{drawn:06}");
        let offer = Offer {
            id: self.world().draw(),
            person: *session.person.bytes(),
            certificate: *session.certificate.bytes(),
            tx_code: tx_code.clone(),
            made_at: session.signed_in_at.as_second(),
            expires_at: (now + OFFER_LIFETIME).as_second(),
        };
        let code = self.seal(Kind::CredentialOffer, b"", &offer)?;
        Ok(Offered { link: CredentialOffer::new(self.issuer().clone(), &code).link(), tx_code })
    }

    /// May this person take certificates to a wallet now?
    pub(crate) async fn may_take_along(&self, session: &Session) -> Result<(), Error> {
        // A passcode just chosen at a counter is no certificate yet: nothing had was shown beside it.
        if !session.factors().shows_certificate() {
            return Err(Refusal::NotSignedIn.into());
        }
        let (id, person, now) = (session.certificate, session.person, self.now());
        let (certificate, found) = self
            .inner()
            .store
            .read(async move |tx| {
                Ok::<_, Error>((tx.certificate(id).await?, tx.person(person).await?))
            })
            .await?;
        let certificate = certificate.ok_or(Refusal::NotSignedIn)?;
        usable_since(&certificate, session.signed_in_at, now)?;
        // Measures art. 5: under fourteen a guardian agrees to each use, and nobody is asked where a credential is shown.
        if self.capacity_of(person, found.as_ref())? == Some(Capacity::Represented) {
            return Err(rules::Refusal::GuardianConsentMissing.into());
        }
        Ok(())
    }

    /// A wallet exchanges an offer for a token.
    pub(crate) async fn take_offer(
        &self,
        presented: &PresentedOffer,
        carried: Carried<'_>,
        now: Timestamp,
    ) -> Result<CredentialTokenResponse, Error> {
        let offer: Offer = self
            .open(Kind::CredentialOffer, b"", presented.code.expose())
            .map_err(|_| unknown_offer())?;
        if now >= instant(offer.expires_at)? {
            return Err(unknown_offer().into());
        }
        let address = self.issuer().at(TOKEN_PATH);
        let target = Target { method: "POST", uri: &address, access_token: None };
        let proved = self.possession(carried.dpop, target)?.ok_or(dpop::missing())?;
        let right = same(offer.tx_code.as_bytes(), presented.tx_code.expose().as_bytes());
        let until = instant(offer.expires_at)?;
        let spent = |what: &str, try_: u8| {
            let thing = [what.as_bytes(), &offer.id, &[try_]].concat();
            Spent::new(until, &sha256(&thing))
        };
        let once = spent("credential offer", 0);
        let tries: Vec<_> =
            (0..TRIES).map(|number| spent("credential offer try", number)).collect();
        let certificate = CertificateId::from_bytes(offer.certificate);
        let proved_at = instant(offer.made_at)?;
        let possession = proved.clone();
        let outcome = self
            .inner()
            .store
            .write("take credential offer", async move |tx: &Tx<Authentication>| {
                if !Possession::spend(Some(&possession), tx).await? {
                    return Err(dpop::replayed().into());
                }
                // A try is counted whatever it was: one of three unique keys is free, or the offer is over.
                let mut counted = false;
                for a_try in &tries {
                    counted = counted || tx.spend(a_try).await?;
                }
                if !counted {
                    return Ok(Err(tries_exhausted()));
                }
                if !right {
                    return Ok(Err(wrong_tx_code()));
                }
                if !tx.spend(&once).await? {
                    return Ok(Err(unknown_offer()));
                }
                let found = tx.certificate(certificate).await?.ok_or(Refusal::CertificateEnded)?;
                usable_since(&found, proved_at, now)?;
                Ok::<_, Error>(Ok(()))
            })
            .await?;
        outcome?;
        let whose = (offer.person, offer.certificate);
        let token = CredentialToken::on_offer(whose, offer.made_at, proved.key, now);
        self.credential_token_response(&token)
    }

    /// A token for credentials as it is handed over.
    pub(crate) fn credential_token_response(
        &self,
        token: &CredentialToken,
    ) -> Result<CredentialTokenResponse, Error> {
        let sealed = self.seal(Kind::CredentialToken, b"", token)?;
        let seconds = u32::try_from(TOKEN_LIFETIME.as_secs()).unwrap_or(0);
        Ok(CredentialTokenResponse::new(sealed, seconds))
    }
}

impl CredentialToken {
    /// For every form there is, by whoever holds the key.
    pub(crate) fn on_offer(
        (person, certificate): ([u8; 16], [u8; 16]),
        proved_at: i64,
        key: Thumbprint,
        now: Timestamp,
    ) -> Self {
        let expires_at = (now + TOKEN_LIFETIME).as_second();
        Self {
            person,
            certificate,
            proved_at,
            expires_at,
            key,
            forms: None,
            by_identifier: false,
            client: None,
            bought_by: None,
        }
    }

    /// Is it for this form?
    pub(crate) fn is_for(&self, form: Configuration) -> bool {
        self.forms.as_ref().is_none_or(|forms| forms.contains(&form))
    }

    pub(crate) fn person(&self) -> PersonId {
        PersonId::from_bytes(self.person)
    }

    /// May its certificate still be used, as it was when the person asked?
    pub(crate) fn holds(&self, certificate: &Certificate, now: Timestamp) -> Result<(), Error> {
        Ok(usable_since(certificate, instant(self.proved_at)?, now)?)
    }
}
