// @ts-check
/**
 * The device key of a net certificate: made here, kept here, used here.
 *
 * The private key is a WebCrypto key that cannot be exported. It lives in this origin's IndexedDB, where even this
 * script can only ask it to sign. Pages say what is wanted by data attributes:
 *
 *   form[data-device="enrol"]   makes a key and proves it together with its public half
 *   form[data-device="prove"]   proves the key of a certificate in this browser
 *   [data-store]                stores the certificate that was issued for the key just made
 *   [data-forget]               forgets the certificates of a cancelled net number, and their keys
 */

/**
 * @typedef {object} Kept a key in this browser, with its certificate once issued
 * @property {string} id the certificate's id, or {@link PENDING}
 * @property {CryptoKeyPair} keys
 * @property {string} label how the person tells certificates apart: the masked net number
 * @property {string} number the net number, to replace an older certificate of the same person
 * @property {string} certificate the certificate itself, a signed statement of the platform
 * @property {string} [portraitReference] what its holder's face is compared with, sealed by the platform: no image
 * @property {number} since milliseconds since 1970
 * @property {CryptoKey} [codeKeys] what dynamic codes are made with, once it was given
 */

const DATABASE = "yinzheng";
const STORE = "certificates";
/** The id of a key that waits for its certificate. */
const PENDING = "pending";
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };

for (const form of document.querySelectorAll("form[data-device]")) {
  if (form instanceof HTMLFormElement) prepare(form);
}
for (const place of document.querySelectorAll("[data-store]")) {
  if (place instanceof HTMLElement) await report(place, store(place.dataset));
}
for (const place of document.querySelectorAll("[data-forget]")) {
  if (place instanceof HTMLElement) await forget(place.dataset.forget);
}

/**
 * Has a form carry a device proof when it is sent.
 * @param {HTMLFormElement} form
 */
async function prepare(form) {
  const status = form.querySelector("[data-status]");
  /** @param {string | undefined} text @param {"working" | "wrong"} how */
  const say = (text, how = "wrong") => {
    if (!status) return;
    status.textContent = text ?? "";
    status.classList.toggle("wrong", how === "wrong");
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (differs(form)) return say(form.dataset.differs);
    const buttons = form.querySelectorAll("button");
    buttons.forEach((button) => { button.disabled = true; });
    say(form.dataset.working, "working");
    try {
      const proof = form.dataset.device === "enrol" ? await proveNew(form) : await proveKept(form);
      /** @type {HTMLInputElement} */ (form.elements.namedItem("device_proof")).value = proof;
      form.submit();
    } catch {
      say(form.dataset.failed);
      buttons.forEach((button) => { button.disabled = false; });
    }
  });
  if (form.dataset.device === "prove" && !(await offer(form))) say(form.dataset.none);
}

/**
 * Whether the passcode was typed differently the second time.
 * @param {HTMLFormElement} form
 */
function differs(form) {
  const first = form.elements.namedItem("passcode");
  const second = form.elements.namedItem("repeat");
  const both = first instanceof HTMLInputElement && second instanceof HTMLInputElement;
  if (!both || first.value === second.value) return false;
  second.value = "";
  second.focus();
  return true;
}

/**
 * Lets the person choose among several certificates in this browser, newest first.
 * @param {HTMLFormElement} form
 * @returns {Promise<number>} how many there are
 */
async function offer(form) {
  const certificates = await certificatesHere().catch(() => []);
  const choice = form.querySelector("[data-choice]");
  const select = choice?.querySelector("select");
  if (choice instanceof HTMLElement && select && certificates.length > 1) {
    select.replaceChildren(...certificates.map(({ id, label }) => new Option(label, id)));
    select.disabled = false;
    choice.hidden = false;
  }
  return certificates.length;
}

/**
 * Makes a key and proves that this browser holds it.
 * @param {HTMLFormElement} form
 */
async function proveNew(form) {
  const keys = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  await change((kept) => kept.put({ id: PENDING, keys, label: "", number: "", certificate: "", since: Date.now() }));
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", keys.publicKey);
  return proof(form, keys.privateKey, { cnf: { jwk: { kty, crv, x, y } } });
}

/**
 * Proves that this browser still holds the key of the chosen certificate.
 * @param {HTMLFormElement} form
 */
async function proveKept(form) {
  const certificates = await certificatesHere();
  const chosen = form.querySelector("select")?.value;
  const kept = certificates.find(({ id }) => id === chosen) ?? certificates[0];
  if (!kept) throw new Error("no certificate in this browser");
  const reference = form.elements.namedItem("portrait_reference");
  if (reference instanceof HTMLInputElement) reference.value = kept.portraitReference ?? "";
  return proof(form, kept.keys.privateKey, { certificate: kept.id });
}

/**
 * RFC 7515 §7.1, compact serialisation; RFC 7518 §3.4: the signature is r and s side by side, as WebCrypto gives it.
 * @param {HTMLFormElement} form
 * @param {CryptoKey} key
 * @param {object} claims
 */
async function proof(form, key, claims) {
  const { issuer: aud, challenge: nonce } = form.dataset;
  const header = base64url(JSON.stringify({ alg: "ES256", typ: "device-proof+jwt" }));
  const payload = base64url(JSON.stringify({ aud, nonce, iat: Math.floor(Date.now() / 1000), ...claims }));
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, signed);
  return `${header}.${payload}.${base64url(new Uint8Array(signature))}`;
}

/**
 * Puts the certificate beside the key it was issued for, in place of an older one of the same person.
 * @param {DOMStringMap} issued
 */
async function store({ certificateId: id = "", certificate = "", label = "", number = "", portraitReference = "" }) {
  const all = await kept();
  const pending = all.find((one) => one.id === PENDING);
  if (!pending) {
    if (all.some((one) => one.id === id)) return;
    throw new Error("the key is gone");
  }
  await change((place) => {
    for (const old of all.filter((one) => one.number === number || one === pending)) place.delete(old.id);
    place.put({ ...pending, id, certificate, label, number, portraitReference, since: Date.now() });
  });
}

/**
 * Forgets what is kept for a net number that was cancelled.
 * @param {string | undefined} number
 */
async function forget(number) {
  const gone = (await kept()).filter((one) => one.number === number);
  if (gone.length > 0) await change((place) => gone.map(({ id }) => place.delete(id)));
}

/** The certificates in this browser, newest first. */
async function certificatesHere() {
  return (await kept()).filter(({ id }) => id !== PENDING).sort((one, other) => other.since - one.since);
}

/** @returns {Promise<Kept[]>} */
async function kept() {
  const database = await open();
  return done(database.transaction(STORE).objectStore(STORE).getAll()).finally(() => database.close());
}

/**
 * Changes what is kept, in one transaction.
 * @param {(store: IDBObjectStore) => unknown} act
 */
async function change(act) {
  const database = await open();
  const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
  act(transaction.objectStore(STORE));
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  }).finally(() => database.close());
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
  return done(request);
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Says in `place` how storing ended.
 * @param {HTMLElement} place
 * @param {Promise<void>} work
 */
async function report(place, work) {
  const stored = await work.then(() => true, () => false);
  place.textContent = (stored ? place.dataset.stored : place.dataset.failed) ?? "";
  place.classList.toggle("wrong", !stored);
}

/** @param {string | Uint8Array} bytes */
function base64url(bytes) {
  const raw = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  return btoa(String.fromCharCode(...raw)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export { change, kept };
