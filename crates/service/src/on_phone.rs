//! The certificate is on the phone, and the relying party on another screen (RFC 10027): that screen shows a picture that
//! changes every second, the phone sees who asks and answers, and the screen goes on by itself.
//!
//! A frame is the knock's id and a second, with a tag by a key of ours over both: what was photographed is worth nothing
//! moments later. The screen holds a text bound to its browser, so that whoever sees the picture cannot fetch the answer.

use formats::{base64url, mac::same};
use jiff::Timestamp;
use protocol::oauth::{UserCode, response::Delivery};
use rules::{KnockId, retention};
use serde::{Deserialize, Serialize};
use store::{
    Authentication, Tx,
    authentication::{Knock, KnockState, Way},
};

use crate::{
    Admission, Error, Platform, Refusal,
    enrol::instant,
    knocks::{AskedElsewhere, Knocked, lifetime},
    references::Kind,
};
use std::sync::Arc;

/// Seconds a frame is good for: a phone shows an address, and its holder taps it.
const FRAME_LIFE: i64 = 10;

/// Bytes of a frame: id, second, tag.
const FRAME_LONG: usize = 16 + 8 + 16;

/// What the other screen's browser holds.
#[derive(Deserialize, Serialize)]
struct Watch {
    #[serde(with = "formats::base64url::text")]
    id: [u8; 16],
    code: String,
    expires_at: i64,
}

/// What a phone holds that saw a frame in time.
#[derive(Deserialize, Serialize)]
struct Seen {
    #[serde(with = "formats::base64url::text")]
    id: [u8; 16],
    expires_at: i64,
}

/// The other screen, as it stands.
#[derive(Debug)]
pub struct Watched {
    id: KnockId,
    /// Letters and number, for whoever cannot use the picture.
    pub code: String,
    /// The number to compare.
    pub number: String,
    /// Where it stands.
    pub standing: OnPhone,
    /// Who asks.
    pub by: Arc<Admission>,
    /// Where the answer will go.
    pub redirect_uri: url::Url,
    /// Until when the phone may answer.
    pub until: Timestamp,
}

/// How far the phone is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OnPhone {
    /// Nobody has looked yet.
    Waiting,
    /// A phone looks at it.
    Opened,
    /// The phone answered.
    Answered,
}

impl OnPhone {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Opened => "opened",
            Self::Answered => "answered",
        }
    }
}

/// What a phone sees before it goes on.
#[derive(Debug)]
pub struct Scanned {
    /// Who asks.
    pub by: Arc<Admission>,
    /// From which address.
    pub redirect_uri: url::Url,
    /// For [`Platform::open_scanned`].
    pub seen: String,
}

impl Platform {
    /// Has the request of a sign-in page answered on the phone. What comes back is for this browser alone.
    pub async fn ask_on_phone(&self, ticket: &str, browser: &[u8]) -> Result<String, Error> {
        let pending = self.unseal(Kind::SignIn, b"", ticket).await?;
        if pending.knock.is_some() {
            return Err(Refusal::TicketInvalid.into());
        }
        let judged = pending.judged(self.offered()).map_err(|_| Refusal::TicketInvalid)?;
        let waits = lifetime(retention::KNOCK_ON_PHONE)?;
        let (secret, _) = self.draw_knock_secret()?;
        let code = UserCode::draw(&mut |bytes| self.world().fill(bytes));
        let asked = AskedElsewhere {
            request: judged.request,
            number: Some(code.number().to_owned()),
            message: None,
            called: None,
        };
        let mut knock = self.waiting_knock(Way::Screen, &secret, &code, &asked, waits)?;
        // Whoever must have signed in for this request signs in for it on the phone.
        knock.asked_at = judged.arrival.at;
        let watch = Watch {
            id: *knock.id.bytes(),
            code: code.to_string(),
            expires_at: knock.expires_at.as_second(),
        };
        let add = async move |tx: &Tx<Authentication>| tx.add_knock(&knock).await;
        if !self.inner().store.write("ask on the phone", add).await? {
            // Once in millions the letters are taken: the person presses the button again.
            return Err(Refusal::KnockUnknown.into());
        }
        self.seal(Kind::Watch, browser, &watch)
    }

    /// How the other screen stands, for the browser it was given to.
    pub async fn watched(&self, watch: &str, browser: &[u8]) -> Result<Watched, Error> {
        let (watch, knock) = self.watching(watch, browser).await?;
        let standing = match knock.state {
            KnockState::Waiting => OnPhone::Waiting,
            KnockState::Opened { .. } => OnPhone::Opened,
            KnockState::Answered { .. } => OnPhone::Answered,
            KnockState::Taken { .. } => return Err(Refusal::KnockUnknown.into()),
        };
        let asked = self.asked_in(&knock)?;
        let by = self.registered(&knock.client).await?.ok_or(Refusal::KnockUnknown)?;
        Ok(Watched {
            id: knock.id,
            code: watch.code,
            number: asked.number.unwrap_or_default(),
            standing,
            by,
            redirect_uri: asked.request.redirect_uri.as_url().clone(),
            until: knock.expires_at,
        })
    }

    /// What the picture carries at this second.
    pub fn picture_frame(&self, watched: &Watched, at: Timestamp) -> String {
        let second = at.as_second().to_be_bytes();
        let tag = self.keys().frame_tag(watched.id.bytes(), second);
        let (tag, _) = tag.split_at(FRAME_LONG - 16 - 8);
        base64url::encode(&[watched.id.bytes().as_slice(), &second, tag].concat())
    }

    /// A phone looks at a frame. Changes nothing: previews look, too.
    pub async fn scan(&self, frame: &str) -> Result<Scanned, Error> {
        let id = self.frame_in_time(frame).ok_or(Refusal::KnockUnknown)?;
        let (knock, asked) = self.waiting_on_screen(id).await?;
        let by = self.registered(&knock.client).await?.ok_or(Refusal::KnockUnknown)?;
        let seen = Seen { id: *id.bytes(), expires_at: knock.expires_at.as_second() };
        Ok(Scanned {
            by,
            redirect_uri: asked.request.redirect_uri.as_url().clone(),
            seen: self.seal(Kind::Seen, b"", &seen)?,
        })
    }

    /// The first phone that goes on has the request before it, for [`Platform::resume`] or a sign-in; no second one.
    pub async fn open_scanned(&self, seen: &str) -> Result<String, Error> {
        let seen: Seen = self.open(Kind::Seen, b"", seen).map_err(|_| Refusal::KnockUnknown)?;
        let now = self.now();
        if now >= instant(seen.expires_at)? {
            return Err(Refusal::KnockUnknown.into());
        }
        let (knock, asked) = self.waiting_on_screen(KnockId::from_bytes(seen.id)).await?;
        let id = knock.id;
        let open = async move |tx: &Tx<Authentication>| tx.open_knock(id, None, now).await;
        if !self.inner().store.write("open a knock", open).await? {
            return Err(Refusal::KnockUnknown.into());
        }
        let knocked = Knocked::new(&knock, &asked, true);
        self.ticket_of(&knock, asked, knocked).await
    }

    /// The other screen goes on: once, with what the phone answered.
    pub async fn go_on_here(&self, watch: &str, browser: &[u8]) -> Result<Delivery, Error> {
        let (_, knock) = self.watching(watch, browser).await?;
        let KnockState::Answered { answer, .. } = &knock.state else {
            return Err(Refusal::KnockUnanswered.into());
        };
        let said = self.answer_in(knock.id, answer)?;
        let request = self.asked_in(&knock)?.request;
        let by = self.registered(&knock.client).await?.ok_or(Refusal::KnockUnknown)?;
        let id = knock.id;
        let take = async move |tx: &Tx<Authentication>| tx.take_knock(id).await;
        if !self.inner().store.write("take an answer", take).await? {
            return Err(Refusal::KnockUnknown.into());
        }
        self.answer_with(&by.client, &request, &said)
    }

    async fn watching(&self, watch: &str, browser: &[u8]) -> Result<(Watch, Knock), Error> {
        let watch: Watch =
            self.open(Kind::Watch, browser, watch).map_err(|_| Refusal::KnockUnknown)?;
        let id = KnockId::from_bytes(watch.id);
        let found = self.inner().store.read(async move |tx| tx.knock(id).await).await?;
        let knock = found.filter(|knock| self.now() < knock.expires_at);
        Ok((watch, knock.ok_or(Refusal::KnockUnknown)?))
    }

    async fn waiting_on_screen(&self, id: KnockId) -> Result<(Knock, AskedElsewhere), Error> {
        let found = self.inner().store.read(async move |tx| tx.knock(id).await).await?;
        let waits = |knock: &Knock| {
            knock.way == Way::Screen
                && knock.state == KnockState::Waiting
                && self.now() < knock.expires_at
        };
        let knock = found.filter(waits).ok_or(Refusal::KnockUnknown)?;
        let asked = self.asked_in(&knock)?;
        Ok((knock, asked))
    }

    /// Whose frame it is, if it is one of ours and of these seconds.
    fn frame_in_time(&self, frame: &str) -> Option<KnockId> {
        let frame: [u8; FRAME_LONG] = base64url::decode_array(frame).ok()?;
        let (&id, rest) = frame.split_first_chunk::<16>()?;
        let (&second, tag) = rest.split_first_chunk::<8>()?;
        let ours = self.keys().frame_tag(&id, second);
        let age = self.now().as_second().checked_sub(i64::from_be_bytes(second))?;
        let ours = ours.split_at_checked(tag.len())?.0;
        (same(tag, ours) && (0..FRAME_LIFE).contains(&age)).then(|| KnockId::from_bytes(id))
    }
}
