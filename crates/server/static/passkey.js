// @ts-check
/**
 * Passkeys: asks the browser for one and sends back what it answers.
 *
 *   form[data-passkey="make"]   has the browser make a passkey
 *   form[data-passkey="use"]    has the browser answer with one it holds
 *
 * `data-options` holds what the platform asks, as JSON: WebAuthn §5.1.8 and §5.1.9, bytes in base64url.
 */

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (form instanceof HTMLFormElement) prepare(form);
}

/**
 * Has a form carry a passkey's answer when it is sent.
 * @param {HTMLFormElement} form
 */
function prepare(form) {
  const status = form.querySelector("[data-status]");
  /** @param {string | undefined} text @param {"working" | "wrong"} how */
  const say = (text, how = "wrong") => {
    if (!status) return;
    status.textContent = text ?? "";
    status.classList.toggle("wrong", how === "wrong");
  };
  if (!("PublicKeyCredential" in window)) return say(form.dataset.none);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const buttons = form.querySelectorAll("button");
    buttons.forEach((button) => { button.disabled = true; });
    say(form.dataset.working, "working");
    try {
      const options = JSON.parse(form.dataset.options ?? "{}");
      const answer = form.dataset.passkey === "make" ? await make(options) : await use(options);
      /** @type {HTMLInputElement} */ (form.elements.namedItem("answer")).value = JSON.stringify(answer);
      form.submit();
    } catch {
      say(form.dataset.failed);
      buttons.forEach((button) => { button.disabled = false; });
    }
  });
}

/** @param {any} options */
async function make(options) {
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  for (const known of options.excludeCredentials) known.id = bytes(known.id);
  const made = await credential(navigator.credentials.create({ publicKey: options }));
  const { clientDataJSON, attestationObject } = /** @type {AuthenticatorAttestationResponse} */ (made.response);
  return answer(made, { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) });
}

/** @param {any} options */
async function use(options) {
  options.challenge = bytes(options.challenge);
  const used = await credential(navigator.credentials.get({ publicKey: options }));
  const { clientDataJSON, authenticatorData, signature, userHandle } =
    /** @type {AuthenticatorAssertionResponse} */ (used.response);
  return answer(used, {
    clientDataJSON: text(clientDataJSON),
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : undefined,
  });
}

/** @param {Promise<Credential | null>} asked */
async function credential(asked) {
  const found = await asked;
  if (!(found instanceof PublicKeyCredential)) throw new Error("no passkey");
  return found;
}

/**
 * @param {PublicKeyCredential} from
 * @param {object} response
 */
function answer(from, response) {
  const id = text(from.rawId);
  return { id, rawId: id, type: from.type, response, clientExtensionResults: {} };
}

/** @param {string} base64url */
function bytes(base64url) {
  const raw = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (character) => character.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function text(buffer) {
  const raw = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export {};
