//! Headers that keep a browser from being turned against its owner, put on every answer in one
//! place.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use url::Url;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What pages may ask the browser for: nothing, or the camera.
const WITHOUT_CAMERA: &str =
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()";
const WITH_CAMERA: &str =
    "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()";

/// What pages may load and where they may send, unless one says more by [`PageReach`].
///
/// `style-src` and `script-src` never hold `'unsafe-inline'`.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                           base-uri 'none'; frame-ancestors 'none'";

/// Where one page's forms and scripts may go beside the platform itself: put it into the response's
/// extensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageReach {
    /// Where a form's answer may redirect to. CSP3 §6.4.2: `form-action` is checked for redirects
    /// too, so the approval page names the relying party that its form ends at.
    pub(crate) forms: Vec<Url>,
    /// What the page's script may call, such as a card's chip in the sandbox.
    pub(crate) calls: Vec<Url>,
}

/// What one page frames: a relying party's logout page, and nothing else of it. Put it into the response's extensions.
#[derive(Clone, Debug)]
pub(crate) struct Frames(pub(crate) Vec<Url>);

/// Marks a page that takes a picture, after its own consent: no other may ask for the camera.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TakesPicture;

/// Puts on `response` what every answer carries, and on pages what pages carry.
pub(crate) fn protect<B>(response: &mut Response<B>, https: bool) {
    let is_page = is_page(response.headers());
    let policy = is_page.then(|| {
        let extensions = response.extensions();
        page_policy(extensions.get::<PageReach>(), extensions.get::<Frames>())
    });
    let permissions = match response.extensions().get::<TakesPicture>() {
        Some(TakesPicture) => WITH_CAMERA,
        None => WITHOUT_CAMERA,
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Not `no-referrer`: under it browsers send `Origin: null` with our own forms too, and `ticket`
    // could not tell them apart.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    // OpenID Connect Core §3.1.3.3: answers that hold tokens are not cached.
    // RFC 6749 §5.1: "The authorization server MUST include the HTTP "Cache-Control" response
    // header field with a value of "no-store" in any response containing tokens, credentials, or
    // other sensitive information". All but static files and keys.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if https {
        // RFC 6797 §6.1.1, one year. FAPI 2.0 Security Profile §5.2.3: "Servers shall use methods to ensure that connections
        // cannot be downgraded using TLS stripping attacks." And of CORS, which is nowhere but at what is public: "Servers
        // shall not support CORS for the authorization endpoint".
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    if let Some(policy) = policy {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
        headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(permissions));
    }
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn page_policy(reach: Option<&PageReach>, frames: Option<&Frames>) -> HeaderValue {
    let mut policy = String::from(PAGE_POLICY);
    for (directive, origins) in [
        ("form-action", reach.map(|reach| &reach.forms)),
        ("connect-src", reach.map(|reach| &reach.calls)),
    ] {
        policy.extend(["; ", directive, " 'self'"]);
        for url in origins.into_iter().flatten() {
            policy.extend([" ", &url.origin().ascii_serialization()]);
        }
    }
    let frames = frames.map(|frames| frames.0.as_slice()).unwrap_or_default();
    if !frames.is_empty() {
        policy.push_str("; frame-src");
        for url in frames {
            // As they stand, these would end the source, or the directive.
            let path = url.path().replace(';', "%3B").replace(',', "%2C");
            policy.extend([" ", &url.origin().ascii_serialization(), &path]);
        }
    }
    // An origin is ASCII without spaces; were it not, nothing at all may be loaded.
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(kind: &'static str) -> Response<()> {
        Response::builder().header(header::CONTENT_TYPE, kind).body(()).expect("a response")
    }

    #[test]
    fn a_page_may_load_only_what_is_ours() {
        let mut page = answer("text/html; charset=utf-8");
        let reach = PageReach {
            forms: vec![Url::parse("https://air.example/back?x=1;script-src").expect("a url")],
            calls: vec![Url::parse("http://localhost:8090/cards").expect("a url")],
        };
        page.extensions_mut().insert(reach);
        protect(&mut page, true);
        let headers = page.headers();
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
        assert!(
            policy.ends_with(
                "; form-action 'self' https://air.example; connect-src 'self' http://localhost:8090"
            ),
            "{policy}"
        );
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
        assert!(
            headers[header::STRICT_TRANSPORT_SECURITY]
                .to_str()
                .expect("text")
                .starts_with("max-age=")
        );
        for name in [
            "x-content-type-options",
            "referrer-policy",
            "cache-control",
            "x-frame-options",
            "permissions-policy",
        ] {
            assert!(headers.contains_key(name), "{name}");
        }
    }

    #[test]
    fn a_page_frames_only_what_it_names() {
        let mut page = answer("text/html");
        let frames = ["https://air.example/out;a,b?iss=x;script-src", "https://shop.example/"];
        let frames = frames.map(|url| Url::parse(url).expect("a url")).to_vec();
        page.extensions_mut().insert(Frames(frames));
        protect(&mut page, true);
        let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
        let end = "; frame-src https://air.example/out%3Ba%2Cb https://shop.example/";
        assert!(policy.ends_with(end), "{policy}");
        let mut page = answer("text/html");
        page.extensions_mut().insert(Frames(Vec::new()));
        protect(&mut page, true);
        let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
        assert!(!policy.contains("frame-src"), "{policy}");
    }

    #[test]
    fn only_a_page_that_takes_a_picture_asks_for_the_camera() {
        let permissions = |page: &mut Response<()>| {
            protect(page, true);
            page.headers()[PERMISSIONS_POLICY].to_str().expect("text").to_owned()
        };
        assert!(permissions(&mut answer("text/html")).starts_with("camera=(),"));
        let mut page = answer("text/html");
        page.extensions_mut().insert(TakesPicture);
        assert!(permissions(&mut page).starts_with("camera=(self), microphone=()"));
    }

    #[test]
    fn other_answers_carry_less_and_keep_their_caching() {
        let mut keys = answer("application/json");
        keys.headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
        protect(&mut keys, false);
        assert_eq!(keys.headers()[header::CACHE_CONTROL], "public, max-age=300");
        assert!(!keys.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        assert!(!keys.headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
}
