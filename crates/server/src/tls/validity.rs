//! From when until when a certificate counts, and what an operator is told of it in time.

use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::CertificateDer;
use x509_cert::Certificate;
use x509_cert::der::Decode;

/// How long before its end a certificate is called about to expire: certificates of ninety days are renewed at sixty.
const SOON: SignedDuration = SignedDuration::from_hours(21 * 24);

/// From when until when.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Validity {
    from: Timestamp,
    until: Timestamp,
}

/// Where in its life a certificate is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Age {
    NotYet,
    Good,
    Ending,
    Over,
}

impl Validity {
    /// What the certificate says; `None` if it says nothing that can be understood.
    pub(crate) fn of(certificate: &CertificateDer<'_>) -> Option<Self> {
        let certificate = Certificate::from_der(certificate).ok()?;
        let validity = certificate.tbs_certificate().validity();
        let at = |time: x509_cert::time::Time| {
            Timestamp::from_second(i64::try_from(time.to_unix_duration().as_secs()).ok()?).ok()
        };
        Some(Self { from: at(validity.not_before)?, until: at(validity.not_after)? })
    }

    pub(crate) fn age(self, now: Timestamp) -> Age {
        if now < self.from {
            Age::NotYet
        } else if now > self.until {
            Age::Over
        } else if self.until.duration_since(now) < SOON {
            Age::Ending
        } else {
            Age::Good
        }
    }

    /// Does it count now?
    pub(crate) fn holds(self, now: Timestamp) -> bool {
        matches!(self.age(now), Age::Good | Age::Ending)
    }

    /// What an operator is told.
    pub(crate) fn sentence(self, now: Timestamp) -> String {
        let Self { from, until } = self;
        let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
        match self.age(now) {
            Age::NotYet => format!("not valid before {from}: put one there that is"),
            Age::Good => format!("valid until {}", day(until)),
            Age::Ending => format!(
                "expires in {} days, on {}: renew it",
                until.duration_since(now).as_hours() / 24,
                day(until)
            ),
            Age::Over => format!("expired on {}: renew it", day(until)),
        }
    }
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::pem::PemObject;

    use super::super::papers::{Authority, moment};
    use super::*;

    fn told(year: i32, month: u8, day: u8) -> (String, bool) {
        let paper = Authority::new().certify_until("id.example", (year, month, day));
        let certificate = CertificateDer::from_pem_slice(paper.chain().as_bytes()).expect("PEM");
        let validity = Validity::of(&certificate).expect("dates");
        (validity.sentence(moment()), validity.holds(moment()))
    }

    #[test]
    fn an_operator_is_told_in_time() {
        assert_eq!(told(2027, 1, 1), ("valid until 2027-01-01".to_owned(), true));
        let ending = "expires in 9 days, on 2026-12-02: renew it".to_owned();
        assert_eq!(told(2026, 12, 2), (ending, true));
        assert_eq!(told(2026, 11, 20), ("expired on 2026-11-20: renew it".to_owned(), false));
        assert!(Validity::of(&CertificateDer::from(vec![0x30, 0])).is_none());
    }
}
