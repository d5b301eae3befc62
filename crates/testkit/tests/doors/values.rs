//! Odd values in every field: cut by one, empty, not UTF-8, with NUL and line ends, with markup, far too long. Each
//! field has its own word of refusal, and no page says the value again as markup.

use crate::answer::MARK;
use crate::front::Front;
use crate::stand::{counting, forms};

crate::told!(odd_values_are_refused_in_every_field, where_to_go_next_leads_nowhere_else);

async fn odd_values_are_refused_in_every_field(front: Front) {
    for stand in forms() {
        let path = stand.1;
        for name in front.honest(*stand).await.names() {
            let Some(codes) = refusals_of(path, &name) else { continue };
            // Fresh for every field: some count tries.
            let call = front.honest(*stand).await;
            let before = front.census().await;
            for odd in oddities(call.value(&name)) {
                for read in [false, true] {
                    let call = call.clone().with(&name, &odd);
                    let call = if read { call.to_be_read() } else { call };
                    let answer = front.send(&call).await;
                    let (code, shown) = (answer.code(), String::from_utf8_lossy(&odd));
                    let shown: String = shown.chars().take(40).collect();
                    let known = codes.contains(&code.as_str()) || code == "tries_exhausted";
                    assert!(known, "{path} says {} {code} to {name}={shown:?}", answer.status);
                    assert!((400..500).contains(&answer.status) || code == "outside_party_away");
                    assert!(!read || answer.is_page(), "{path} is not readable: {code}");
                }
            }
            let now = front.census().await;
            front.only_counted(&before, &now, counting(path), &format!("{path} {name}"));
            for table in now.tables().filter(|table| *table != "spent") {
                assert_eq!(now.count(table), before.count(table), "{path} {name}: {table}");
            }
        }
    }
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
fn refusals_of(path: &str, name: &str) -> Option<&'static [&'static str]> {
    Some(match (path, name) {
        (_, "ticket" | "told") => &["ticket_wrong"],
        (_, "notice" | "sensitive" | "way" | "decision") => &["body_unreadable", "ticket_wrong"],
        ("/enrol/portrait", "consent") => &["body_unreadable"],
        (_, "card" | "answer") => &["document_not_genuine", "document_unknown"],
        (_, "portrait") => &["portrait_not_matched", "outside_party_away"],
        (_, "phone") => &["phone_number_malformed"],
        (_, "code") => &["phone_code_wrong"],
        (_, "passcode") => &["passcode_malformed"],
        (_, "device_proof") => &["device_proof_invalid"],
        ("/me/withdraw", "consent") => &["consent_unknown"],
        ("/authorize/decision", "request") => &["ticket_invalid"],
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
            let shown = front.send(&crate::call::Call::get(format!("{page}?to={odd_query}"))).await;
            assert_eq!(shown.form(page).value("to"), b"/", "{odd}");
        }
        let language = format!("/language/en?to={odd_query}");
        assert_eq!(front.send(&crate::call::Call::get(language)).await.location(), "/", "{odd}");
        let sign_in = front.honest(("POST", "/sign-in", crate::stand::Stand::SignIn)).await;
        assert_eq!(front.send(&sign_in.with("to", odd)).await.location(), "/", "{odd}");
    }
}
