//! The page itself.

use std::time::Duration;

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use yinzheng_reader::{Passed, Refused};

use super::post::State;
use crate::{
    question::{self, Picture},
    verdict::{self, Told},
    words::Words,
};

/// From when on the page says that its mirror is old.
const DAY: Duration = Duration::from_hours(24);

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    words: Words,
    told: Option<Told>,
    wanted: Vec<String>,
    question: Option<(Picture, String)>,
    mirror: String,
    warnings: Vec<String>,
}

impl Page {
    fn say(&self, key: &str) -> String {
        self.words.say(key)
    }

    /// The other language's tag, as it is asked for.
    fn other(&self) -> &'static str {
        if self.words.tag() == "en" { "zh" } else { "en" }
    }

    /// This language's tag, as it is asked for.
    fn this(&self) -> &'static str {
        if self.words.tag() == "en" { "en" } else { "zh" }
    }
}

/// The page with a verdict, or waiting for a code.
pub(super) fn page(
    language: &str,
    verdict: Option<&Result<Passed, Refused>>,
    state: &State,
) -> Response {
    let words = Words::of(language);
    let question = state.question.as_ref();
    let page = Page {
        told: verdict.map(|verdict| Told::of(&words, verdict)),
        wanted: state.wanted.iter().map(|wanted| verdict::subject(&words, *wanted)).collect(),
        question: question
            .and_then(|asked| Some((question::picture(asked)?, question::text(asked)))),
        mirror: mirror(&words, state.age),
        warnings: warnings(&words, state),
        words,
    };
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn mirror(words: &Words, age: Option<Duration>) -> String {
    match age {
        None => words.say("mirror-empty"),
        Some(age) if age < Duration::from_hours(1) => words.say("mirror-fresh"),
        Some(age) => words.with("mirror-age", &[("hours", &verdict::hours(age))]),
    }
}

fn warnings(words: &Words, state: &State) -> Vec<String> {
    let old = state.age.filter(|age| *age > DAY).map(|age| verdict::old_mirror(words, age));
    old.into_iter().chain(state.spoiled.then(|| words.say("mirror-spoiled"))).collect()
}
