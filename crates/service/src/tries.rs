//! Tries at a step of an enrolment: what can be guessed is counted before it is judged, what cannot when it is refused.

use store::{Tx, Vault};

use crate::{
    Error, Platform, Refusal, Step,
    enrol::{Due, Stage},
    references::Kind,
};

/// What became of a try.
enum Judged {
    Exhausted,
    Wrong,
    Right,
}

impl Due {
    /// Whether this step has tries left.
    pub(crate) fn may_try(&self, most: i64) -> Result<(), Refusal> {
        if self.row.tries < most { Ok(()) } else { Err(Refusal::TriesExhausted) }
    }
}

impl Platform {
    /// Counts a try and, if it was `right`, takes the step, in one transaction: the count comes first, so that parallel
    /// tries cannot outrun it. None: it was wrong.
    pub(crate) async fn advance_if(
        &self,
        right: bool,
        due: Due,
        most: i64,
        next: Stage,
    ) -> Result<Option<Step>, Error> {
        let Due { row, mut enrolment } = due;
        enrolment.challenge = self.draw_challenge();
        enrolment.stage = next;
        let sealed = self.seal_bytes(Kind::Enrolment, &row.id, &enrolment)?;
        let judge = async move |tx: &Tx<Vault>| {
            if !tx.count_enrolment_try(&row.id, row.step, most).await? {
                return Ok(Judged::Exhausted);
            }
            if !right {
                return Ok(Judged::Wrong);
            }
            tx.advance_enrolment(&row.id, row.step, &sealed).await.map(|_| Judged::Right)
        };
        match self.inner().vault.write("judge a try", judge).await? {
            Judged::Exhausted => Err(Refusal::TriesExhausted.into()),
            Judged::Wrong => Ok(None),
            Judged::Right => Ok(Some(enrolment.step())),
        }
    }

    /// What became of evidence that nobody guesses: only what was refused is counted, for what is right takes the step. Who
    /// could not be asked has refused nothing.
    pub(crate) async fn count_if_refused<T>(
        &self,
        due: &Due,
        most: i64,
        judged: Result<T, Error>,
    ) -> Result<T, Error> {
        match &judged {
            Err(Error::Refused(Refusal::OutsideAway { .. }) | Error::Faulted { .. }) | Ok(_) => {}
            Err(Error::Refused(_)) => self.count_try(due, most).await?,
        }
        judged
    }

    /// Counts a try at the present step before it is judged, so that parallel tries cannot outrun the count.
    pub(crate) async fn count_try(&self, due: &Due, most: i64) -> Result<(), Error> {
        let (id, step) = (due.row.id, due.row.step);
        let count = async move |tx: &Tx<Vault>| tx.count_enrolment_try(&id, step, most).await;
        if self.inner().vault.write("count a try", count).await? {
            Ok(())
        } else {
            Err(Refusal::TriesExhausted.into())
        }
    }

    /// Takes back a try that an outside party did not get to judge.
    pub(crate) async fn forgive_try(&self, due: &Due) -> Result<(), Error> {
        let (id, step) = (due.row.id, due.row.step);
        let forgive = async move |tx: &Tx<Vault>| tx.forgive_enrolment_try(&id, step).await;
        Ok(self.inner().vault.write("take back a try", forgive).await?)
    }
}
