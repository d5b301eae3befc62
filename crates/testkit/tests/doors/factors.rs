//! Passkeys and the dynamic code at the doors: the honest calls, and others' hands on them.

use yinzheng_testkit::{Authenticator, Holder};

use crate::browser::{Browser, SESSION};
use crate::call::Call;
use crate::forgery::swap;
use crate::front::Front;
use crate::stand::Stand;

crate::told!(
    a_name_is_one_short_line,
    nobody_adds_removes_or_confirms_for_another,
    a_passkey_question_is_answered_once,
    what_was_given_once_is_not_shown_again,
);

impl Front {
    /// The honest form at one of these endpoints, of somebody new each time.
    pub(crate) async fn factor(&self, path: &'static str) -> Call {
        let holder = self.town.adult().enrol().await;
        self.factor_of(&holder, path).await.0
    }

    /// The same of this holder, with the passkey it is about.
    async fn factor_of(&self, holder: &Holder, path: &'static str) -> (Call, Authenticator) {
        let platform = &self.town.platform;
        let mut key = Authenticator::new();
        if matches!(path, "/sign-in/passkey" | "/me/passkeys/remove") {
            let question = platform.ask_to_add_passkey(&holder.session).await.expect("asked");
            let (answer, name) = (key.make(&question), "key".parse().expect("a name"));
            let added = platform.add_passkey(&holder.session, &question.state, &answer, name);
            added.await.expect("added");
        }
        let page = match path {
            "/sign-in/passkey" => "/sign-in/passkey?to=/me",
            "/me/passkeys/remove" => "/me/passkeys",
            other => other,
        };
        let form = Browser::signed_in(self, &holder.session).form(self, page, path).await;
        let form = match path {
            "/sign-in/passkey" => {
                let question = platform.ask_to_sign_in_with_passkey().expect("asked");
                let answer = key.answer(&question);
                let form = form.with("state", question.state).with("answer", answer);
                form.with("passcode", &holder.passcode)
            }
            "/me/passkeys" => {
                let question = platform.ask_to_add_passkey(&holder.session).await.expect("asked");
                let answer = key.make(&question);
                let form = form.with("state", question.state).with("answer", answer);
                form.with("name", "the blue key")
            }
            "/me/code" => form.with("device_proof", holder.proof()),
            "/me/confirm" => {
                let given = platform.give_code_key(&holder.session, &holder.proof()).await;
                let codes = wallet::CodeKey::receive(&given.expect("given").text());
                form.with("code", codes.expect("a key").code(platform.now()).grouped())
            }
            _ => form,
        };
        (form, key)
    }
}

async fn a_name_is_one_short_line(front: Front) {
    for odd in ["", "   ", "a\nb", "a\u{202e}b", &"字".repeat(41)] {
        let call = front.honest(("POST", "/me/passkeys", Stand::Factor)).await.with("name", odd);
        front.refuses(&call, 422, "passkey_name_malformed").await;
    }
    let named = front.honest(("POST", "/me/passkeys", Stand::Factor)).await;
    front.send(&named.with("name", "<b id=mark>'&\" 网")).await.let_in();
}

async fn nobody_adds_removes_or_confirms_for_another(front: Front) {
    let (li, wang) = (front.town.adult().enrol().await, front.town.adult().enrol().await);
    let wangs = Browser::signed_in(&front, &wang.session);
    for (path, status, code) in [
        ("/me/passkeys", 409, "challenge_spent"),
        ("/me/passkeys/remove", 422, "passkey_unknown"),
        ("/me/code", 422, "device_proof_invalid"),
        ("/me/confirm", 422, "code_not_set_up"),
    ] {
        let (hers, _) = front.factor_of(&li, path).await;
        let his = swap(&hers, SESSION, Some(wangs.cookie(SESSION)));
        front.refuses_counting(&his, status, code, &["spent"]).await;
        let nobodys = swap(&hers, SESSION, None);
        assert_eq!(front.send(&nobodys).await.location(), "/sign-in?to=/me", "{path}");
    }
}

async fn a_passkey_question_is_answered_once(front: Front) {
    let li = front.town.adult().enrol().await;
    let (call, _) = front.factor_of(&li, "/sign-in/passkey").await;
    let guessed = call.clone().with("passcode", "20481358");
    let moved = ["certificates", "passkeys", "spent"];
    front.refuses_counting(&guessed, 422, "passcode_wrong", &moved).await;
    front.refuses(&call, 422, "passkey_copied").await;
    let (call, _) = front.factor_of(&li, "/sign-in/passkey").await;
    front.send(&call).await.let_in();
    let (call, _) = front.factor_of(&li, "/sign-in/passkey").await;
    front.town.world.pass(5 * 60);
    front.refuses(&call, 409, "challenge_spent").await;
}

async fn what_was_given_once_is_not_shown_again(front: Front) {
    let li = front.town.adult().enrol().await;
    let (call, _) = front.factor_of(&li, "/me/code").await;
    let given = front.send(&call).await;
    given.let_in();
    assert!(given.body.contains("data-code-key="), "{}", given.body);
    let again = Browser::signed_in(&front, &li.session).open(&front, "/me/code").await;
    assert!(!again.body.contains("data-code-key="), "{}", again.body);
}
