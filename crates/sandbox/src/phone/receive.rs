//! `/receive`: an offer's link and the six digits beside it, and the certificates that come for them.

use askama::Template;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use wallet::{Offer, Pocket, Receiving, SoftwareKeys};

use super::device::{COOKIE, Device, Owner};
use super::home::FORMS;
use super::trouble::Trouble;
use crate::browser;
use crate::language::Frame;
use crate::page::show_with;

#[derive(Template)]
#[template(path = "phone/receive.html")]
struct ReceivePage {
    frame: Frame,
    offer: String,
    /// Whether the offer is known to be one, so that it need not be seen.
    opened: bool,
    trouble: Option<Trouble>,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    offer: String,
    #[serde(default)]
    tx_code: String,
}

/// `GET /receive`: a link can be pasted.
pub(super) async fn show(State(device): State<Device>, frame: Frame) -> Response {
    draw(&device, frame, String::new(), None)
}

/// `POST /receive/offer`: a link that was opened. It is no part of an address: whoever has it and the digits takes the certificates.
pub(super) async fn offered(
    State(device): State<Device>,
    frame: Frame,
    Form(sent): Form<Sent>,
) -> Response {
    let trouble = device.judge(&sent.offer).err();
    draw(&device, frame, sent.offer, trouble)
}

/// `POST /receive`
pub(super) async fn take(
    State(device): State<Device>,
    headers: HeaderMap,
    frame: Frame,
    Form(sent): Form<Sent>,
) -> Response {
    match device.receive(&headers, &sent).await {
        Ok(name) => {
            let mut response = Redirect::to("/?received=1").into_response();
            browser::remember(&mut response, COOKIE, &name, device.base_url());
            response
        }
        Err(trouble) => draw(&device, frame, sent.offer, Some(trouble)),
    }
}

fn draw(device: &Device, frame: Frame, offer: String, trouble: Option<Trouble>) -> Response {
    let status = trouble.as_ref().map_or(StatusCode::OK, Trouble::status);
    let opened = device.judge(&offer).is_ok();
    show_with(status, &ReceivePage { frame, offer, opened, trouble }, device.policy())
}

impl Device {
    /// The offer, if it is one that this phone takes.
    fn judge(&self, link: &str) -> Result<Offer, Trouble> {
        let offer: Offer = link.trim().parse()?;
        if offer.issuer() == self.issuer() { Ok(offer) } else { Err(Trouble::OtherPlatform) }
    }

    /// Fetches what is offered; the name under which it is carried.
    async fn receive(&self, headers: &HeaderMap, sent: &Sent) -> Result<String, Trouble> {
        let offer = self.judge(&sent.offer)?;
        let tx_code: String = sent.tx_code.split_whitespace().collect();
        let mut receiving = Receiving::begin(self.line(), &offer, &tx_code).await?;
        let mut name = self.name(headers);
        for form in FORMS.into_iter().filter(|form| offer.forms().contains(form)) {
            let batch = receiving.batch(self.line(), &SoftwareKeys, form).await?;
            // Each form as soon as it is there: what comes after may fail.
            let name = name.get_or_insert_with(|| self.draw_name());
            let keys = receiving.keys();
            let new =
                || Owner { pocket: Pocket::new(self.issuer().clone(), keys.clone()), asked: None };
            let mut owners = self.owners();
            let pocket = &mut owners.entry(name, new).pocket;
            pocket.trust(receiving.attestors().clone());
            pocket.put(batch, keys.clone(), self.now());
        }
        name.ok_or(Trouble::Offer)
    }
}
