//! A code to be held to a reader (decision 0033): one certificate for one code.

use formats::qr::{Moment, Subject, show_by};
use jiff::Timestamp;
use protocol::issuance::Configuration;

use super::{NotShown, Pocket};
use crate::{DeviceKey, Entry};

impl<K: DeviceKey> Pocket<K> {
    /// Makes a code that shows these statements and no other, as the text of a QR code.
    ///
    /// `keep` keeps the pocket: the certificate and its key are out of it by then.
    pub fn code<E>(
        &mut self,
        form: Configuration,
        subjects: &[Subject],
        moment: Moment,
        now: Timestamp,
        keep: impl FnOnce(&Self) -> Result<(), E>,
    ) -> Result<String, NotShown<E>> {
        let carried = self.take(form, now).ok_or(NotShown::Empty)?;
        let held = carried.code(&self.keys)?;
        let sign = |message: &[u8]| carried.key.sign(message);
        let opened = (held.statements, &held.seed);
        let code = show_by(&held.certificate, sign, opened, subjects, moment)?;
        let code = code.ok_or(NotShown::Unsayable)?;
        let shown = subjects.iter().map(|subject| subject.claim().to_owned()).collect();
        self.history.note(Entry { at: now, asked_by: None, shown });
        keep(self).map_err(NotShown::Kept)?;
        Ok(code)
    }

    /// What the next code would state, so that its holder knows it before the reader does.
    pub fn states(&self, form: Configuration, subject: Subject, now: Timestamp) -> Option<u8> {
        let held = self.good(form, now).next()?.code(&self.keys).ok()?;
        Some(held.statements.about(subject).value)
    }
}
