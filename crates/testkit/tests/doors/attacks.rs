//! The classic attacks on an authorization server that no other file here is about: keys and algorithms named by the message,
//! swapped request objects, doubled proofs, brought sessions, redirect tricks, pages read or framed by another site.

use aws_lc_rs::hmac;
use formats::{SigningKey, base64url, jws};
use serde_json::{Value, json};
use yinzheng_testkit::{ISSUER, KeyHolder};

use crate::browser::{Browser, SESSION};
use crate::call::Call;
use crate::front::Front;
use crate::stand::STANDS;

crate::told!(
    a_key_is_never_taken_from_the_message,
    a_request_object_is_not_swapped,
    a_proof_is_one_header_of_one_good_signature,
    a_session_is_never_the_one_that_was_brought,
    a_redirect_uri_is_taken_by_the_letter,
    no_page_is_framed_or_read_by_another_site,
);

/// A refused request may spend what proved its caller, and nothing else.
const SPENT: &[&str] = &["spent"];

/// A JWT with any header and any signature.
fn forged(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let part = |value: &Value| base64url::encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = base64url::encode(&sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

async fn a_key_is_never_taken_from_the_message(front: Front) {
    let (town, harbour) = (&front.town, &front.parties[0]);
    let own = harbour.key();
    let thief = SigningKey::generate();
    let by = |key: &SigningKey| {
        let key = key.clone();
        move |message: &[u8]| key.sign(message).to_vec()
    };
    let public = serde_json::to_value(own.public()).unwrap();
    // The public key as everybody reads it, as the secret of an HMAC.
    let confused = |message: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, public.to_string().as_bytes());
        hmac::sign(&key, message).as_ref().to_vec()
    };
    let kid = public["kid"].clone();
    let thiefs = serde_json::to_value(thief.public()).unwrap();
    let claims = || {
        let minute = (town.platform.now() + jiff::SignedDuration::from_mins(1)).as_second();
        json!({"iss": "harbour", "sub": "harbour", "aud": ISSUER, "exp": minute, "jti": town.chance()})
    };
    let mut tries = vec![
        forged(&json!({"alg": "none"}), &claims(), |_| Vec::new()),
        forged(&json!({"alg": "none", "kid": kid}), &claims(), by(own)),
        forged(&json!({"alg": "nOnE"}), &claims(), |_| vec![0; 64]),
        forged(&json!({"alg": "HS256", "kid": kid}), &claims(), confused),
        forged(&json!({"alg": "ES256", "kid": kid}), &claims(), confused),
        forged(&json!({"alg": "ES256", "jwk": thiefs}), &claims(), by(&thief)),
        forged(&json!({"alg": "ES256", "kid": kid, "jwk": thiefs}), &claims(), by(&thief)),
        forged(&json!({"alg": "ES256", "jku": "https://evil.example/keys"}), &claims(), by(&thief)),
        forged(&json!({"alg": "ES256", "x5c": ["AAAA"]}), &claims(), by(&thief)),
        forged(&json!({"alg": "ES256", "kid": kid}), &claims(), |_| vec![0; 64]),
        forged(&json!({"alg": "ES256", "kid": kid}), &claims(), by(&thief)),
    ];
    for kid in
        ["", "../../dev/null", "' OR 1=1 --", "/proc/self/environ\0", "https://evil.example/", "网"]
    {
        tries.push(forged(&json!({"alg": "ES256", "kid": kid}), &claims(), by(&thief)));
    }
    let code = front.code(front.li().await, harbour).await;
    for assertion in tries {
        let call = harbour.redeems(town, &code).with("client_assertion", &assertion);
        let before = front.census().await;
        let answer = front.send(&call).await;
        assert_eq!(
            (answer.status, answer.says_error()),
            (401, "invalid_client".to_owned()),
            "{assertion}"
        );
        assert_eq!(front.census().await, before, "{assertion}");
    }
    // A proof brings its key, but no key whose reading costs more than its holder.
    let proof = json!({"jti": "j", "htm": "POST", "htu": format!("{ISSUER}/par")});
    let big = base64url::encode(&[0xff; 2048]);
    for jwk in [
        json!({"kty": "RSA", "n": big, "e": big}),
        json!({"kty": "RSA", "n": big, "e": "AQAB"}),
        json!({"kty": "oct", "k": "AAAA"}),
        json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}),
    ] {
        for alg in ["ES256", "RS256", "PS256", "HS256", "none"] {
            let header = json!({"alg": alg, "typ": "dpop+jwt", "jwk": jwk});
            let call = harbour.pushes(town).header("dpop", forged(&header, &proof, by(&thief)));
            front.refuses(&call, 400, "dpop_malformed").await;
        }
    }
    front.send(&harbour.redeems(town, &code)).await.let_in();
}

async fn a_request_object_is_not_swapped(front: Front) {
    let [harbour, kiosk] = &front.parties;
    let town = &front.town;
    let own = harbour.key();
    let (question, _) = harbour.question(town);
    let object = |changes: &[(&str, &str)]| {
        let minute = (town.platform.now() + jiff::SignedDuration::from_mins(1)).as_second();
        let mut claims = json!({"iss": "harbour", "aud": ISSUER, "exp": minute});
        for name in question.names() {
            claims[name.as_str()] =
                json!(String::from_utf8(question.value(&name).to_vec()).unwrap());
        }
        for (name, value) in changes {
            claims[*name] = json!(value);
        }
        jws::sign(own, &own.public().thumbprint(), "oauth-authz-req+jwt", &claims)
    };
    let browser = Browser::signed_in(&front, &front.li().await.session);
    let ask = |client: &str, object: &str| {
        let call = Call::post("/authorize").with("client_id", client).with("request", object);
        browser.dress(Call::get(format!("/authorize?{}", call.form())))
    };
    let before = front.census().await;
    for call in [
        // The harbour's word, brought by the kiosk; the harbour's name on a word about the kiosk.
        ask("kiosk", &object(&[])),
        ask("harbour", &object(&[("client_id", "kiosk"), ("redirect_uri", kiosk.back)])),
        ask("harbour", &object(&[("iss", "kiosk")])),
        ask("harbour", &object(&[("redirect_uri", kiosk.back)])),
        ask("harbour", &object(&[("aud", "https://evil.example")])),
        ask("harbour", &object(&[("request_uri", "https://evil.example/r")])),
    ] {
        let answer = front.send(&call).await;
        let said = answer.header("location");
        assert!(!said.contains("code=") && !said.contains("kiosk.example"), "{call:?}: {said}");
        assert!(answer.status == 400 || said.contains("error="), "{call:?}: {}", answer.body);
    }
    let stolen = kiosk
        .prove(town, Call::post("/par").with("client_id", "kiosk").with("request", object(&[])));
    assert_eq!(front.send(&stolen).await.status, 400);
    assert_eq!(front.census().await, before);
    let honest = front.send(&ask("harbour", &object(&[]))).await;
    assert!(honest.location().starts_with(harbour.back) && honest.location().contains("code="));
}

async fn a_proof_is_one_header_of_one_good_signature(front: Front) {
    let (town, harbour, key) = (&front.town, &front.parties[0], KeyHolder::new());
    let proof = || key.proof(town, "POST", "/par", None);
    // RFC 9449 §4.3: "There is not more than one DPoP HTTP request header field."
    let one = proof();
    for twice in [[one.clone(), one.clone()], [one.clone(), proof()], [String::new(), one.clone()]]
    {
        let [first, second] = &twice;
        let call = harbour.pushes(town).header("dpop", first).header("dpop", second);
        assert_eq!(front.send(&call).await.status, 400, "{twice:?}");
    }
    let joined = harbour.pushes(town).header("dpop", format!("{one}, {}", proof()));
    front.refuses(&joined, 400, "dpop_malformed").await;
    for clock in [61, -301] {
        let iat = town.platform.now().as_second() + clock;
        let off = key.proof_with(town, "POST", "/par", None, &json!({"iat": iat}));
        front.refuses(&harbour.pushes(town).header("dpop", off), 400, "dpop_clock").await;
    }
    let answer = front.send(&harbour.pushes(town).header("dpop", &one)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.headers.get_all("dpop-nonce").iter().count(), 1);
    front
        .refuses_counting(&harbour.pushes(town).header("dpop", &one), 400, "dpop_replayed", SPENT)
        .await;
}

async fn a_session_is_never_the_one_that_was_brought(front: Front) {
    let planted = front.town.platform.seal_session(&front.wang().await.session).unwrap();
    let stand = STANDS.iter().find(|(method, path, _)| (*method, *path) == ("POST", "/sign-in"));
    let form = front.honest(*stand.unwrap()).await;
    let mut cookies = form.headers.iter().find(|(name, _)| *name == "cookie").unwrap().1.clone();
    cookies.extend(format!("; {SESSION}={planted}").into_bytes());
    let answer = front.send(&form.bare_of("cookie").header("cookie", cookies)).await;
    let given: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    let given = given
        .iter()
        .filter_map(|cookie| cookie.to_str().ok()?.strip_prefix(&format!("{SESSION}=")));
    let given: Vec<&str> = given.filter_map(|cookie| cookie.split(';').next()).collect();
    let [own] = given.as_slice() else { panic!("one session: {given:?}") };
    let open = |text: &str| front.town.platform.open_session(text).unwrap();
    assert_ne!(open(own).id(), open(&planted).id());
    assert_ne!(open(own).certificate(), open(&planted).certificate());
}

async fn a_redirect_uri_is_taken_by_the_letter(front: Front) {
    let harbour = &front.parties[0];
    let browser = Browser::signed_in(&front, &front.li().await.session);
    for trick in [
        "https://harbour.example@evil.example/back",
        "https://user@harbour.example/back",
        "https://harbour.example/back#",
        "https://harbour.example/back#@evil.example",
        "https://HARBOUR.example/back",
        "HTTPS://harbour.example/back",
        "https://harbour.example/BACK",
        "https://harbour.example:443/back",
        "https://harbour.example:8443/back",
        "https://harbour.example./back",
        "https://harbour.example/back/.",
        "https://harbour.example/./back",
        "https://harbour.example/%62ack",
        "https://harbour.example\\@evil.example/back",
        "https://hаrbour.example/back",
        "https://xn--hrbour-4of.example/back",
        "https://harbour。example/back",
        "//harbour.example/back",
        "https:harbour.example/back",
        " https://harbour.example/back",
        "https://harbour.example/back?",
    ] {
        let (ask, _) = harbour.question(&front.town);
        let call = Call::get(format!("/authorize?{}", ask.with("redirect_uri", trick).form()));
        let answer = front.send(&browser.dress(call)).await;
        answer.refused(400, "redirect_uri_unknown");
        assert_eq!(answer.header("location"), "", "{trick}");
    }
    let (ask, _) = harbour.question(&front.town);
    let answer = front.send(&browser.dress(Call::get(format!("/authorize?{}", ask.form())))).await;
    // `location` insists on 303: a 307 would send what somebody typed along.
    assert!(answer.location().starts_with(harbour.back));
}

async fn no_page_is_framed_or_read_by_another_site(front: Front) {
    for stand in STANDS {
        let call = front.honest(*stand).await;
        let answer =
            front.send(&call.bare_of("origin").header("origin", "https://evil.example")).await;
        let readable = answer.header("access-control-allow-origin");
        let public = ["/jwks", "/.well-known/", "/status/", "/credentials/"];
        let public = public.iter().any(|path| stand.1.starts_with(path));
        assert!(readable.is_empty() || public, "{stand:?}: {readable}");
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{stand:?}");
        if answer.is_page() {
            assert_eq!(answer.header("x-frame-options"), "DENY", "{stand:?}");
            let policy = answer.header("content-security-policy");
            assert!(policy.contains("frame-ancestors 'none'"), "{stand:?}: {policy}");
        }
    }
}
