//! What this wallet showed: its holder's own record, kept on the device and told to nobody.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Most entries kept: several a day for a year. The oldest go first.
const MOST: usize = 1000;

/// What was shown, to whom, when. The values that were shown are not kept: the holder knows them.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// When.
    #[serde(with = "protocol::oidc::numeric_date")]
    pub at: Timestamp,
    /// Who asked; nothing for a code, which any reader reads that sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<AskedBy>,
    /// The claims that were shown.
    pub shown: Vec<String>,
}

impl fmt::Debug for Entry {
    /// What is a person's is not printed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entry([secret])")
    }
}

/// Who asked.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AskedBy {
    /// The verifier's identifier.
    pub client_id: String,
    /// What it is called.
    pub name: String,
    /// What for.
    pub purpose: String,
}

impl fmt::Debug for AskedBy {
    /// What is a person's is not printed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AskedBy([secret])")
    }
}

/// All that was shown, the latest last.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct History(Vec<Entry>);

impl History {
    /// The entries, the latest last.
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// Forgets all of it.
    pub fn erase(&mut self) {
        self.0.clear();
    }

    pub(crate) fn note(&mut self, entry: Entry) {
        self.0.push(entry);
        let beyond = self.0.len().saturating_sub(MOST);
        self.0.drain(..beyond);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first_and_all_of_it_on_demand() {
        let mut history = History::default();
        for second in 0..1005 {
            let at = Timestamp::from_second(second).unwrap();
            history.note(Entry { at, asked_by: None, shown: Vec::new() });
        }
        assert_eq!(history.entries().len(), MOST);
        assert_eq!(history.entries()[0].at.as_second(), 5);
        history.erase();
        assert!(history.entries().is_empty());
    }
}
