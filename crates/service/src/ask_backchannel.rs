//! A relying party's server asks a person it knows, or who read a code out to it (CIBA Core §7): the request lies on the
//! person's own pages, and the phone says that somebody asks.

use formats::{Jwk, mac::sha256};
use protocol::oauth::{
    Carried,
    backchannel::{Asking, BackchannelRequest, BackchannelResponse, Hint, not_now, unknown_person},
    client::ClientId,
    client_authentication::unknown_client,
    error::OAuthError,
};
use rules::{KnockId, OrganisationCode, PersonId};
use store::{
    Authentication, Tx,
    authentication::{Knock, KnockState, TidingAbout, Way},
};

use crate::{
    Error, Platform, Refusal,
    deliveries::Delivery,
    judge::Judged,
    knocks::{AskedElsewhere, Called},
    references::Kind,
};

/// Requests that may lie before a person at once, from whomever: a page is read from top to bottom.
const MOST_OPEN: usize = 3;

/// Requests of one client to one person within the hour.
const ASKED_AN_HOUR: u32 = 6;

/// Wrong codes of one client within the hour: a clerk mistypes, a guesser would need a thousand million.
const WRONG_AN_HOUR: u32 = 100;

/// Who is asked, and how they were named.
struct Named {
    person: PersonId,
    /// Who read a code out has the page before them.
    looking: bool,
}

impl Platform {
    /// `form` is the body of `POST /backchannel-authentication`, `carried` what came with it.
    ///
    /// CIBA Core §8: "Once the end-user is authenticated, the OpenID Provider MUST obtain an authorization decision": a request
    /// waits for one each time, whatever its person agreed to before.
    pub async fn ask_backchannel(
        &self,
        carried: Carried<'_>,
        form: &str,
    ) -> Result<BackchannelResponse, Error> {
        let now = self.now();
        let asked = BackchannelRequest::parse(carried, form)?;
        let client = asked.credentials.client_id().as_str();
        let by = self.served(client, unknown_client()).await?;
        // CIBA Core §7.1: "The Client MUST authenticate to the Backchannel Authentication Endpoint using the authentication
        // method registered for its client_id". CIBA Core §7.2 has that done first.
        let client = asked.credentials.authenticate(&by.client, self.issuer(), now)?;
        self.spend_proofs(&client, None).await?;
        let (secret, kept) = self.draw_knock_secret()?;
        let asking = asked.check(&client, self.issuer(), &kept, now)?;
        let judged = self.judge_proved(&by, asking.request.clone()).await?;
        let named = self.named(&by.client.id, &by.organisation, &asking.hint).await?;
        self.count_asking(&by.client.id, named.person).await?;
        let answer = BackchannelResponse::new(&by.client, &secret, asking.waits);
        let pushed = by.client.metadata.is_pushed();
        let push = asking.notification_token.clone().filter(|_| pushed);
        let push =
            push.map(|token| Delivery::Push { auth_req_id: secret.expose().to_owned(), token });
        let knock = self.calling(&asking, judged, &named, (secret.expose(), pushed))?;
        self.lay_call((knock, push), by.organisation.clone(), named).await?;
        Ok(answer)
    }

    /// CIBA Core §7.2: "The OpenID Provider MUST process the hint provided to determine if the hint is valid and if it
    /// corresponds to a valid user."
    ///
    /// Whom the hint names. Whatever it is, and whatever is wrong with it, nobody else is found by it.
    async fn named(
        &self,
        client: &ClientId,
        organisation: &OrganisationCode,
        hint: &Hint,
    ) -> Result<Named, Error> {
        let now = self.now();
        let person = match hint {
            Hint::Known(hint) => {
                let keys = self.keys().token_keys();
                let key = |kid: &str| keys.find(Some(kid)).map(Jwk::verifying_key);
                let known = hint.subject(self.issuer(), client, key);
                let known = known.map_err(|_| unknown_person())?;
                let organisation = organisation.clone();
                let find = async move |tx: &Tx<Authentication>| {
                    tx.person_known_as(&organisation, &known).await
                };
                self.inner().store.read(find).await?
            }
            Hint::ReadOut(code) => {
                // Counted before it is looked for, and given back to who was right: however many come at once, so many miss.
                let name = client.as_str().as_bytes();
                let counter = self.keys().sending_counter(b"wrong reach codes", name);
                self.count_to(counter, WRONG_AN_HOUR, unknown_person()).await?;
                let tag = self.keys().code_tag(code.as_str());
                let take = async move |tx: &Tx<Authentication>| tx.take_reach_code(&tag, now).await;
                let person = self.inner().store.write("take a reach code", take).await?;
                if person.is_some() {
                    self.uncount_sending(counter).await?;
                }
                person
            }
        };
        let person = person.ok_or(unknown_person())?;
        Ok(Named { person, looking: matches!(hint, Hint::ReadOut(_)) })
    }

    async fn count_asking(&self, client: &ClientId, person: PersonId) -> Result<(), Error> {
        let whom = [person.bytes().as_slice(), client.as_str().as_bytes()].concat();
        let counter = self.keys().sending_counter(b"asked", &whom);
        self.count_to(counter, ASKED_AN_HOUR, not_now()).await
    }

    /// Counts within the hour; the refusal once there were so many.
    async fn count_to(&self, counter: [u8; 32], most: u32, then: OAuthError) -> Result<(), Error> {
        match self.count_sending(counter, most).await {
            Err(Error::Refused(_)) => Err(then.into()),
            outcome => outcome,
        }
    }

    fn calling(
        &self,
        asking: &Asking,
        judged: Judged,
        named: &Named,
        (secret, pushed): (&str, bool),
    ) -> Result<Knock, Error> {
        let now = self.now();
        let id = KnockId::make(now, &mut |bytes| self.world().fill(bytes));
        let asked = AskedElsewhere {
            request: judged.request,
            number: None,
            message: asking.message.clone(),
            called: asking
                .notification_token
                .clone()
                .filter(|_| !pushed)
                .map(|token| Called { token, auth_req_id: secret.to_owned() }),
        };
        Ok(Knock {
            id,
            way: Way::Backchannel,
            client: asked.request.client_id.to_string(),
            secret_hash: sha256(secret.as_bytes()),
            code_tag: None,
            request: self.seal_bytes(Kind::Knock, id.bytes(), &asked)?,
            state: KnockState::Opened { person: Some(named.person) },
            tries: 0,
            pause: protocol::oauth::device::INTERVAL.as_secs(),
            polled_at: None,
            asked_at: now,
            expires_at: now + asking.waits,
        })
    }

    async fn lay_call(
        &self,
        (knock, push): (Knock, Option<Delivery>),
        organisation: OrganisationCode,
        named: Named,
    ) -> Result<(), Error> {
        let (platform, now, person) = (self.clone(), self.now(), named.person);
        let lay = async move |tx: &Tx<Authentication>| {
            if !tx.hold_person(person).await? {
                return Err(Error::from(unknown_person()));
            }
            if tx.is_unwelcome(person, &organisation).await? {
                return Err(not_now().into());
            }
            let lying = tx.knocks_of(person).await?;
            let open = lying.iter().filter(|other| {
                other.way == Way::Backchannel
                    && matches!(other.state, KnockState::Opened { .. })
                    && now < other.expires_at
            });
            if open.clone().count() >= MOST_OPEN
                || open.clone().any(|other| other.client == knock.client)
            {
                return Err(not_now().into());
            }
            if !tx.add_knock(&knock).await? {
                return Err(Refusal::KnockUnknown.into());
            }
            if let Some(push) = &push {
                let (whom, letter) = ((&*knock.client, Some(person)), (*knock.id.bytes(), push));
                platform.post_later(tx, whom, letter, knock.expires_at).await?;
            }
            if !named.looking {
                platform.tell(tx, [person], TidingAbout::Asked, now).await?;
            }
            Ok(())
        };
        self.inner().store.write("a relying party asks a person", lay).await
    }
}
