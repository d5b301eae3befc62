//! Every phone in town, and the messages it received.

use std::sync::{Arc, Mutex};

use rules::PhoneNumber;
use service::{BoxFuture, Message, MessageSender, OutsideError};
use store::authentication::TidingAbout;

use crate::Switch;

/// Every phone in town.
#[derive(Clone, Default)]
pub struct Phones {
    received: Arc<Mutex<Vec<(PhoneNumber, Message)>>>,
    pub(crate) line: Switch,
}

impl Phones {
    /// Every message to this number, oldest first.
    pub fn messages(&self, number: &PhoneNumber) -> Vec<Message> {
        let received = self.received.lock().unwrap();
        received.iter().filter(|(to, _)| to == number).map(|(_, message)| message.clone()).collect()
    }

    /// The code in the last message with one to this number.
    pub fn last_code(&self, number: &PhoneNumber) -> Option<String> {
        self.messages(number).into_iter().rev().find_map(|message| match message {
            Message::PhoneCode { code, .. } => Some(code),
            _ => None,
        })
    }

    /// What stands in the links of this number's notices, oldest first: the part after `/lock/`.
    pub fn lock_links(&self, number: &PhoneNumber) -> Vec<String> {
        let link = |message| match message {
            Message::CertificateReplaced { link, .. }
            | Message::PhoneChanged { link, .. }
            | Message::ReissueCut { link, .. } => link.rsplit('/').next().map(str::to_owned),
            Message::PhoneCode { .. } | Message::Told { .. } => None,
        };
        self.messages(number).into_iter().filter_map(link).collect()
    }

    /// What this number was told beside codes and notices, oldest first.
    pub fn tidings(&self, number: &PhoneNumber) -> Vec<TidingAbout> {
        let told = |message| match message {
            Message::Told { about, .. } => Some(about),
            _ => None,
        };
        self.messages(number).into_iter().filter_map(told).collect()
    }

    /// How many messages this number received.
    pub fn count(&self, number: &PhoneNumber) -> usize {
        self.messages(number).len()
    }
}

impl MessageSender for Phones {
    fn send<'a>(
        &'a self,
        to: &'a PhoneNumber,
        message: Message,
    ) -> BoxFuture<'a, Result<(), OutsideError>> {
        BoxFuture::new(async move {
            self.line.answer()?;
            self.received.lock().unwrap().push((to.clone(), message));
            Ok(())
        })
    }
}
