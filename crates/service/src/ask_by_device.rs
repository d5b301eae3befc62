//! A device without a keyboard asks: it is given a code to show and a secret to come back with (RFC 8628 §3.1).

use formats::mac::sha256;
use protocol::oauth::{
    Carried, CodeVerifier, UserCode,
    client_authentication::unknown_client,
    device::{DeviceRequest, DeviceResponse, INTERVAL},
};
use rules::{KnockId, retention};
use store::{
    Authentication, Tx,
    authentication::{Knock, KnockState, Way},
};

use crate::{
    Error, Platform,
    knocks::{AskedElsewhere, lifetime},
    references::Kind,
};

/// Codes drawn before we give up: with a million requests open at once, one in sixty-four is taken.
const MOST_DRAWS: u32 = 8;

impl Platform {
    /// `form` is the body of `POST /device_authorization`, `carried` what came with it.
    pub async fn ask_by_device(
        &self,
        carried: Carried<'_>,
        form: &str,
    ) -> Result<DeviceResponse, Error> {
        let now = self.now();
        let asked = DeviceRequest::parse(carried, form)?;
        let client = asked.credentials.client_id().as_str();
        let by = self.served(client, unknown_client()).await?;
        let client = asked.credentials.authenticate(&by.client, self.issuer(), now)?;
        self.spend_proofs(&client, None).await?;
        let (secret, kept) = self.draw_knock_secret()?;
        let request = asked.check(&client, &kept)?;
        // What can never be answered is refused here, not on the person's screen.
        let judged = self.judge_proved(&by, request).await?;
        let waits = lifetime(retention::KNOCK)?;
        for _ in 0..MOST_DRAWS {
            let code = UserCode::draw(&mut |bytes| self.world().fill(bytes));
            let asked = AskedElsewhere {
                request: judged.request.clone(),
                number: Some(code.number().to_owned()),
                message: None,
                called: None,
            };
            let knock = self.waiting_knock(Way::Device, &secret, &code, &asked, waits)?;
            let add = async move |tx: &Tx<Authentication>| tx.add_knock(&knock).await;
            if self.inner().store.write("a device asks", add).await? {
                return Ok(DeviceResponse::new(self.issuer(), &secret, &code, waits));
            }
        }
        Err(Error::fault("drawing a code", "every code that was drawn is in use"))
    }

    /// A row for a request that nobody has opened yet.
    pub(crate) fn waiting_knock(
        &self,
        way: Way,
        secret: &CodeVerifier,
        code: &UserCode,
        asked: &AskedElsewhere,
        waits: jiff::SignedDuration,
    ) -> Result<Knock, Error> {
        let now = self.now();
        let id = KnockId::make(now, &mut |bytes| self.world().fill(bytes));
        Ok(Knock {
            id,
            way,
            client: asked.request.client_id.to_string(),
            secret_hash: sha256(secret.expose().as_bytes()),
            code_tag: Some(self.keys().code_tag(code.letters().as_str())),
            request: self.seal_bytes(Kind::Knock, id.bytes(), asked)?,
            state: KnockState::Waiting,
            tries: 0,
            pause: INTERVAL.as_secs(),
            polled_at: None,
            asked_at: now,
            expires_at: now + waits,
        })
    }
}
