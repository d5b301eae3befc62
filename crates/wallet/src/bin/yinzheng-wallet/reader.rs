//! The reader: PC/SC, where this program was built with it.

use crate::failure::{Failure, ReaderFailure};

/// Something that carries a command to a chip and its answer back.
pub(crate) trait Reader {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, Failure>;
}

impl From<ReaderFailure> for Failure {
    fn from(failure: ReaderFailure) -> Self {
        Self::Reader(failure)
    }
}

#[cfg(feature = "pcsc")]
pub(crate) use with_pcsc::open;

#[cfg(feature = "pcsc")]
mod with_pcsc {
    use std::{ffi::CString, time::Duration};

    use pcsc::{Card, Context, Disposition, Protocols, ReaderState, Scope, ShareMode, State};

    use yinzheng_wallet::chip::Error;

    use super::{Failure, Reader, ReaderFailure};

    /// Longest answer there is: 65 536 bytes and the status, and what protects them.
    const LONGEST_ANSWER: usize = 66_000;

    /// How long a person may look for their document.
    const PATIENCE: Duration = Duration::from_mins(1);

    /// A chip in the field of a reader.
    pub(crate) struct Connected(Option<Card>);

    /// Waits for a document on the reader of this name, or on any, and connects to its chip. `waiting` is called before
    /// the waiting begins.
    pub(crate) fn open(name: Option<&str>, waiting: &dyn Fn()) -> Result<Connected, Failure> {
        let context = Context::establish(Scope::User).map_err(|_| ReaderFailure::NoService)?;
        let named =
            |reader: &CString| name.is_none_or(|name| reader.to_string_lossy().contains(name));
        let readers = context.list_readers_owned().map_err(|_| ReaderFailure::NoReader)?;
        let mut states: Vec<_> = readers
            .into_iter()
            .filter(named)
            .map(|reader| ReaderState::new(reader, State::UNAWARE))
            .collect();
        if states.is_empty() {
            return Err(ReaderFailure::NoReader.into());
        }
        let mut told = false;
        let reader = loop {
            context.get_status_change(PATIENCE, &mut states).map_err(|error| match error {
                pcsc::Error::Timeout => ReaderFailure::NoDocument,
                _ => ReaderFailure::NoReader,
            })?;
            let filled = states.iter().find(|state| state.event_state().contains(State::PRESENT));
            if let Some(state) = filled {
                break state.name().to_owned();
            }
            if !told {
                waiting();
                told = true;
            }
            states.iter_mut().for_each(ReaderState::sync_current_state);
        };
        let card = context
            .connect(&reader, ShareMode::Exclusive, Protocols::ANY)
            .map_err(|_| ReaderFailure::Gone)?;
        Ok(Connected(Some(card)))
    }

    impl Reader for Connected {
        fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, Failure> {
            let card = self.0.as_ref().ok_or(ReaderFailure::Gone)?;
            let mut buffer = vec![0; LONGEST_ANSWER];
            match card.transmit(command, &mut buffer) {
                Ok(answer) => Ok(answer.to_vec()),
                Err(pcsc::Error::InsufficientBuffer) => Err(Error::NoAnswer.into()),
                Err(_) => Err(ReaderFailure::Gone.into()),
            }
        }
    }

    impl Drop for Connected {
        fn drop(&mut self) {
            // The next program begins with a chip that remembers nothing; one that is gone already needs no farewell.
            if let Some(card) = self.0.take() {
                drop(card.disconnect(Disposition::ResetCard));
            }
        }
    }
}

#[cfg(not(feature = "pcsc"))]
pub(crate) fn open(_: Option<&str>, _: &dyn Fn()) -> Result<Never, Failure> {
    Err(ReaderFailure::NotBuilt.into())
}

#[cfg(not(feature = "pcsc"))]
pub(crate) enum Never {}

#[cfg(not(feature = "pcsc"))]
impl Reader for Never {
    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, Failure> {
        match *self {}
    }
}
