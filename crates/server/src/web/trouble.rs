//! Why a step did not succeed, said on the page where it can be tried again.

use std::borrow::Cow;

use super::page::Page;
use crate::http::problem::Problem;

/// What happened, and what to do next, in the page's language.
pub(crate) struct Trouble {
    pub(crate) what: Cow<'static, str>,
    pub(crate) next: Cow<'static, str>,
    /// How long to wait, if one must.
    pub(crate) wait: Option<String>,
    /// The refusal's stable code.
    pub(crate) code: &'static str,
    /// The number under which the operator finds it in the log, if we broke.
    pub(crate) reference: Option<String>,
}

impl Trouble {
    /// A problem in words.
    pub(crate) fn new(page: &Page, problem: &Problem) -> Self {
        let key = format!("refusal-{}", problem.code);
        // What has no text of its own is a relying party's mistake in OAuth's words; the person cannot mend it.
        let key = if page.locale().knows(&key) { key } else { "refusal-other".to_owned() };
        let minutes =
            problem.retry_at.map(|at| (at.as_second() - page.now.as_second()).max(0) / 60 + 1);
        Self {
            what: page.t(&key),
            next: page.t(&format!("{key}.next")),
            wait: minutes.map(|minutes| page.with("trouble-wait", "minutes", &minutes)),
            code: problem.code,
            reference: problem.reference.as_deref().map(str::to_owned),
        }
    }
}
