//! A page that only says something: a refusal, a fault, an address that does not exist.

use askama::Template;
use axum::response::Response;

use super::page::Page;
use super::trouble::Trouble;
use crate::http::problem::Problem;

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    page: &'a Page,
    trouble: Trouble,
    /// Where to go, and how the way is called.
    way: (&'static str, &'static str),
}

/// A problem as a page; it never redirects.
pub(crate) fn problem(page: &Page, problem: &Problem) -> Response {
    let mut response = page.show(&Message {
        page,
        trouble: Trouble::new(page, problem),
        way: way_on(problem.code),
    });
    *response.status_mut() = problem.status;
    response
}

fn way_on(code: &str) -> (&'static str, &'static str) {
    match code {
        "enrolment_unknown" | "notice_outdated" | "consent_missing" => ("/enrol", "start-enrol"),
        "knock_unknown" => ("/device", "knock-title"),
        // A session may still be in the browser and be worth nothing: `/me` alone would come back here.
        "not_signed_in" | "certificate_ended" | "certificate_unknown" => {
            ("/sign-in?to=/me", "my-certificate")
        }
        "link_unknown" => ("/lock", "lock-title"),
        "officer_not_signed_in" | "officer_suspended" | "application_unknown" | "same_officer" => {
            ("/counter", "counter-title")
        }
        "delegation_unknown"
        | "delegation_over"
        | "delegation_number_wrong"
        | "delegation_out_of_scope"
        | "not_for_another" => ("/me/delegations", "delegations-title"),
        "guardian_must_apply" => ("/children", "children-how"),
        "guardianship_unknown"
        | "guardianship_unconfirmed"
        | "approval_unknown"
        | "guardian_request_unknown"
        | "card_of_another" => ("/me/children", "children-title"),
        "certificate_locked" | "consent_unknown" => ("/me", "my-certificate"),
        _ => ("/", "back-home"),
    }
}
