//! Odd values in every field: cut by one, empty, not UTF-8, with NUL and line ends, with markup, far too long. Each
//! field has its own word of refusal, and no page says the value again as markup.

use crate::answer::MARK;
use crate::call::Call;
use crate::front::{Front, only_counted};
use crate::stand::{Stand, counting, forms};

crate::told!(
    odd_values_are_refused_in_every_field,
    what_was_typed_comes_back_escaped,
    where_to_go_next_leads_nowhere_else,
);

async fn odd_values_are_refused_in_every_field(front: Front) {
    for stand in forms() {
        let path = stand.1;
        for name in front.honest(*stand).await.names() {
            let Some(codes) = refusals_of(path, &name) else { continue };
            let calls = spoilt(&front, *stand, &name).await;
            let before = front.census().await;
            for call in calls.iter().flat_map(|call| [call.clone(), call.clone().by_a_reader()]) {
                let answer = front.send(&call).await;
                let (status, code, odd) = (answer.status, answer.code(), call.value(&name));
                let odd = String::from_utf8_lossy(&odd[..odd.len().min(40)]);
                assert!(codes.contains(&code.as_str()), "{path} {name}={odd:?}: {status} {code}");
                assert!(status < 500 || code == "outside_party_away", "{path} {name}={odd:?}");
                let reads = call.headers.iter().any(|(name, _)| *name == "accept");
                assert!(!reads || answer.is_page(), "{path} is not readable: {code}");
            }
            let now = front.census().await;
            only_counted(&before, &now, counting(path), &format!("{path} {name}"));
            // Where tries are counted by the hour, the first makes the counter.
            let grows = ["spent", "sendings"];
            for table in now.tables().filter(|table| !grows.contains(table)) {
                assert_eq!(now.count(table), before.count(table), "{path} {name}: {table}");
            }
        }
    }
}

/// The honest call with each odd value of a field; where tries are counted, each of another enrolment.
async fn spoilt(front: &Front, stand: (&str, &'static str, Stand), name: &str) -> Vec<Call> {
    let honest = front.honest(stand).await;
    let counted = counting(stand.1).contains(&"enrolments");
    let mut calls = Vec::new();
    for odd in oddities(honest.value(name)) {
        let call = if counted { front.honest(stand).await } else { honest.clone() };
        calls.push(call.with(name, odd));
    }
    calls
}

/// That nothing comes back as markup says something only if it comes back.
async fn what_was_typed_comes_back_escaped(front: Front) {
    let call = front.honest(("POST", "/enrol/phone", Stand::Step)).await.with("phone", MARK);
    let page = front.send(&call).await;
    page.refused(422, "phone_number_malformed");
    assert!(page.body.contains("&#60;b id=mark&#62;"), "{}", page.body);
}

fn oddities(good: &[u8]) -> Vec<Vec<u8>> {
    let cut = &good[..good.len().saturating_sub(1)];
    let half = &good[..good.len() / 2];
    vec![
        cut.to_vec(),
        half.to_vec(),
        Vec::new(),
        b"\xff\xfe\x80".to_vec(),
        [good, b"\0"].concat(),
        [good, b"\xc0\xaf"].concat(),
        [b"\r\nset-cookie: a=b\r\n\r\n", good].concat(),
        MARK.as_bytes().to_vec(),
        b"' OR 1=1 --".to_vec(),
        b"../../../../etc/passwd".to_vec(),
        "{ $code } ${7*7} {{ 7*7 }} \u{202e}\u{0} 网".as_bytes().to_vec(),
        b"99999999999999999999999999".to_vec(),
        b"-1".to_vec(),
        vec![b'a'; 20_000],
    ]
}

/// What a bad value of this field is called; nothing, where every value is good.
#[allow(clippy::match_same_arms, reason = "one line a door reads best")]
fn refusals_of(path: &str, name: &str) -> Option<&'static [&'static str]> {
    Some(match (path, name) {
        // A number that is none, or one this browser has no ticket for.
        ("/sign-in/portrait" | "/sign-in/portrait/prove", "consent") => {
            &["body_unreadable", "ticket_wrong"]
        }
        ("/sign-in/portrait" | "/sign-in/portrait/prove" | "/sign-in/other-way", "request") => {
            &["ticket_invalid"]
        }
        // It comes back to the browser, which sends it for good with the device's proof.
        ("/sign-in/portrait/taken", "portrait") => return None,
        // The device's proof is good once, whatever else was sent with it.
        (_, "portrait_reference") => &["portrait_reference_invalid", "challenge_spent"],
        ("/sign-in/portrait/prove", "portrait") => &["portrait_unreadable", "challenge_spent"],
        (_, "ticket" | "told") => &["ticket_wrong"],
        ("/me/children/answer" | "/guardian/request/{link}", "answer") => &["body_unreadable"],
        ("/me/children/card" | "/guardian/request/{link}/card", "card" | "answer") => {
            &["document_not_genuine", "document_unknown", "challenge_spent"]
        }
        ("/authorize/ask-guardian" | "/guardian/request/{link}", "request") => &["ticket_invalid"],
        ("/counter/enter", "enrolment" | "sensitive") => &["body_unreadable", "notice_outdated"],
        // Empty is long-term, and no phone.
        ("/counter/enter", "valid_until" | "phone" | "guardian_number") => return None,
        (
            "/counter/enter",
            "inspection" | "class" | "number" | "born" | "guardian_class" | "paper",
        ) => &["entry_malformed"],
        ("/counter/guardianship", _) => &["entry_malformed"],
        ("/counter/enter", "name") => &["entry_malformed", "registry_differs"],
        ("/counter/join", "invitation") => &["invitation_spent"],
        (path, "state") if path.starts_with("/counter") => &["challenge_spent"],
        (path, "answer") if path.starts_with("/counter") => {
            &["passkey_not_genuine", "passkey_not_taken", "passkey_unknown"]
        }
        ("/counter/sign", "draft") => &["ticket_invalid"],
        ("/counter/confirm" | "/counter/decline", "id") => &["application_unknown"],
        ("/counter/person", "passcode" | "repeat") => &["passcodes_differ"],
        (_, "proof") => &["sheet_invalid"],
        (_, "challenge") => &["sheet_invalid"],
        ("/me/delegations", "days") => return None,
        ("/me/delegations" | "/delegate", "called" | "scene_log_in") => return None,
        ("/me/delegations/confirm", "number") => &["delegation_number_wrong", "tries_exhausted"],
        // Empty is oneself again.
        ("/me/delegations/act", "delegation") => return None,
        (_, "delegation") => &["delegation_unknown"],
        ("/delegate", "offer") => &["delegation_unknown"],
        (_, "guardianship") => &["guardianship_unknown"],
        (_, "organisation") => &["organisation_unknown"],
        (_, "days") => &["approval_term_malformed"],
        (_, "scene_log_in") => &["approval_without_scene"],
        (_, "word") => &["approval_unknown"],
        (_, "link") => &["ticket_invalid"],
        (_, "notice" | "sensitive" | "way" | "decision") => &["body_unreadable", "ticket_wrong"],
        ("/enrol/portrait", "consent") => &["body_unreadable"],
        ("/sign-in/passkey" | "/me/passkeys" | "/lock/passkey", "state") => &["challenge_spent"],
        ("/sign-in/passkey" | "/me/passkeys" | "/lock/passkey", "answer") => {
            &["passkey_not_genuine"]
        }
        // Forty characters in one line, whichever they are.
        ("/me/passkeys", "name") => return None,
        ("/me/report", "use") => &["use_unknown"],
        ("/me/report", "grievance") => &["grievance_missing"],
        // A box is ticked by whatever stands in it.
        ("/me/report", "named") => return None,
        ("/me/documents/remove", "document") => &["document_not_kept"],
        ("/me/passkeys/remove", "passkey") => &["passkey_unknown"],
        ("/me/confirm", "code") => &["dynamic_code_malformed"],
        ("/sign-in/passkey", "passcode") => return None,
        (_, "response") => &["chip_cloned", "body_unreadable"],
        (_, "card" | "answer") => &["document_not_genuine", "document_unknown"],
        (_, "portrait") => &["portrait_unreadable"],
        (_, "phone") => &["phone_number_malformed"],
        ("/me/phone/code", "code") => &["phone_code_wrong", "tries_exhausted"],
        ("/device", "code") => &["knock_unknown", "tries_exhausted"],
        (_, "asked" | "watch" | "seen") => &["knock_unknown"],
        ("/authorize/other-device" | "/authorize/other-device/done", "request") => {
            &["ticket_invalid"]
        }
        (_, "code") => &["phone_code_wrong"],
        (_, "passcode") => &["passcode_malformed"],
        (_, "device_proof") => &["device_proof_invalid"],
        ("/me/withdraw", "consent") => &["consent_unknown"],
        ("/authorize/decision" | "/end-session/confirm", "request") => &["ticket_invalid"],
        (_, "person") => &["document_unknown"],
        // Where to go next: whatever is not ours is the start page.
        (_, "to" | "request") => return None,
        other => panic!("how is a bad value of {other:?} refused?"),
    })
}

async fn where_to_go_next_leads_nowhere_else(front: Front) {
    for odd in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        MARK,
    ] {
        let odd_query: String = form_urlencoded::byte_serialize(odd.as_bytes()).collect();
        for page in ["/sign-in", "/sandbox/sign-in"] {
            let shown = front.send(&Call::get(format!("{page}?to={odd_query}"))).await;
            assert_eq!(shown.form(page).value("to"), b"/", "{odd}");
        }
        let language = format!("/language/en?to={odd_query}");
        assert_eq!(front.send(&Call::get(language)).await.location(), "/", "{odd}");
        let sign_in = front.honest(("POST", "/sign-in", Stand::SignIn)).await;
        assert_eq!(front.send(&sign_in.with("to", odd)).await.location(), "/", "{odd}");
    }
}
