//! What relying parties ask a person on their own pages: seeing it, answering it, being asked by a code, and turning an
//! organisation away.

use jiff::Timestamp;
use protocol::oauth::ReachCode;
use rules::{KnockId, OrganisationCode, retention};
use store::{
    Authentication, Tx,
    authentication::{Knock, KnockState, Way},
};

use crate::{
    Error, Platform, Refusal, Session,
    agree::DECLINED,
    code::Said,
    knocks::{Knocked, lies_before, lifetime},
    session::in_force,
};

/// Codes drawn before we give up.
const MOST_DRAWS: u32 = 4;

/// Codes a person draws within the hour.
const DRAWN_AN_HOUR: u32 = 30;

/// The page.
#[derive(Debug)]
pub struct AskedOfMe {
    /// What waits for an answer, oldest first.
    pub waiting: Vec<Waits>,
    /// Who will not be asked by, with names in Chinese and English.
    pub turned_away: Vec<TurnedAway>,
}

/// A request that waits.
#[derive(Debug)]
pub struct Waits {
    /// For opening it.
    pub id: KnockId,
    /// The organisation's name in Chinese.
    pub organisation_zh: String,
    /// The organisation's name in English.
    pub organisation_en: String,
    /// What stands on both screens.
    pub message: Option<String>,
    /// Until when it waits.
    pub until: Timestamp,
}

/// An organisation that is not let ask.
#[derive(Debug)]
pub struct TurnedAway {
    /// Its code.
    pub organisation: OrganisationCode,
    /// Its name in Chinese.
    pub organisation_zh: String,
    /// Its name in English.
    pub organisation_en: String,
    /// Since when.
    pub since: Timestamp,
}

/// A code to read out.
#[derive(Debug)]
pub struct ReadOut {
    /// The code as it is shown.
    pub code: String,
    /// Until when it is good.
    pub until: Timestamp,
}

impl Platform {
    /// What is asked of the person who signed in.
    pub async fn asked_of_me(&self, session: &Session) -> Result<AskedOfMe, Error> {
        let (person, id) = (session.person, session.certificate);
        let (knocks, away, certificate, parties) = self
            .inner()
            .store
            .read(async move |tx| {
                let (knocks, away, certificate) = tokio::try_join!(
                    tx.knocks_of(person),
                    tx.unwelcome_to(person),
                    tx.certificate(id)
                )?;
                let mut parties = Vec::new();
                for (organisation, since) in away.clone() {
                    parties.push((tx.relying_party(&organisation).await?, since));
                }
                Ok::<_, store::Error>((knocks, away, certificate, parties))
            })
            .await?;
        drop(away);
        let now = self.now();
        in_force(&certificate.ok_or(Refusal::NotSignedIn)?, session.signed_in_at, now)?;
        let mut waiting = Vec::new();
        for knock in knocks.iter().filter(|knock| calls(knock, session, now)) {
            let Some(by) = self.registered(&knock.client).await? else { continue };
            waiting.push(Waits {
                id: knock.id,
                organisation_zh: by.organisation_zh.clone(),
                organisation_en: by.organisation_en.clone(),
                message: self.asked_in(knock)?.message,
                until: knock.expires_at,
            });
        }
        let named = |(party, since): (Option<store::authentication::RelyingParty>, Timestamp)| {
            party.map(|party| TurnedAway {
                organisation: party.organisation,
                organisation_zh: party.name_zh,
                organisation_en: party.name_en,
                since,
            })
        };
        Ok(AskedOfMe { waiting, turned_away: parties.into_iter().filter_map(named).collect() })
    }

    /// The ticket of a request that waits, for [`Platform::resume`].
    pub async fn open_call(&self, session: &Session, id: KnockId) -> Result<String, Error> {
        self.usable_certificate(session).await?;
        let knock = self.call(session, id).await?;
        let asked = self.asked_in(&knock)?;
        let knocked = Knocked::new(&knock, &asked, false);
        self.ticket_of(&knock, asked, knocked).await
    }

    /// Says no to a request, and to every other that its organisation would ask from now on.
    pub async fn turn_away(&self, session: &Session, id: KnockId) -> Result<(), Error> {
        self.usable_certificate(session).await?;
        let knock = self.call(session, id).await?;
        let by = self.registered(&knock.client).await?.ok_or(Refusal::KnockUnknown)?;
        let (organisation, person, now) = (by.organisation.clone(), session.person, self.now());
        let away = async move |tx: &Tx<Authentication>| {
            if !tx.hold_person(person).await? {
                return Err(Error::from(Refusal::CertificateEnded));
            }
            Ok(tx.turn_away(person, &organisation, now).await?)
        };
        self.inner().store.write("turn an organisation away", away).await?;
        let lying = self.inner().store.read(async move |tx| tx.knocks_of(person).await).await?;
        for knock in lying.iter().filter(|knock| calls(knock, session, now)) {
            let theirs = self.registered(&knock.client).await?;
            if theirs.is_some_and(|theirs| theirs.organisation == by.organisation) {
                let asked = self.asked_in(knock)?;
                let knocked = Knocked::new(knock, &asked, false);
                self.answer_unseen(&knocked, &Said::Refused(DECLINED)).await?;
            }
        }
        Ok(())
    }

    /// The organisation may ask again.
    pub async fn welcome_again(
        &self,
        session: &Session,
        organisation: &OrganisationCode,
    ) -> Result<(), Error> {
        self.usable_certificate(session).await?;
        let (person, organisation) = (session.person, organisation.clone());
        let again =
            async move |tx: &Tx<Authentication>| tx.welcome_again(person, &organisation).await;
        if self.inner().store.write("let an organisation ask again", again).await? {
            Ok(())
        } else {
            Err(Refusal::OrganisationUnknown.into())
        }
    }

    /// A code to read out, in the place of the one before: good once, for a few minutes, to be asked by one organisation.
    pub async fn draw_reach_code(&self, session: &Session) -> Result<ReadOut, Error> {
        self.usable_certificate(session).await?;
        let counter = self.keys().sending_counter(b"reach codes", session.person.bytes());
        match self.count_sending(counter, DRAWN_AN_HOUR).await {
            Err(Error::Refused(_)) => return Err(Refusal::TriesExhausted.into()),
            outcome => outcome?,
        }
        let (person, now) = (session.person, self.now());
        let until = now + lifetime(retention::KNOCK)?;
        for _ in 0..MOST_DRAWS {
            let code = ReachCode::draw(&mut |bytes| self.world().fill(bytes));
            let tag = self.keys().code_tag(code.as_str());
            let put = async move |tx: &Tx<Authentication>| {
                if !tx.hold_person(person).await? {
                    return Err(Error::from(Refusal::CertificateEnded));
                }
                Ok(tx.put_reach_code(person, &tag, until).await?)
            };
            if self.inner().store.write("draw a reach code", put).await? {
                return Ok(ReadOut { code: code.to_string(), until });
            }
        }
        Err(Error::fault("drawing a code", "every code that was drawn is in use"))
    }

    /// A request that lies before this person and waits.
    async fn call(&self, session: &Session, id: KnockId) -> Result<Knock, Error> {
        let found = self.inner().store.read(async move |tx| tx.knock(id).await).await?;
        let theirs = found.filter(|knock| calls(knock, session, self.now()));
        theirs.ok_or_else(|| Refusal::KnockUnknown.into())
    }
}

fn calls(knock: &Knock, session: &Session, now: Timestamp) -> bool {
    knock.way == Way::Backchannel
        && matches!(knock.state, KnockState::Opened { person: Some(_) })
        && lies_before(knock, session.person, now)
}
