// A browser without script: cookies, links, and forms found by the ids in them.

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The longest chain of redirects followed. */
const MOST_REDIRECTS = 10;

export class Visitor {
  #cookies = new Map();
  #stopAt;

  /** A redirect to an address for which `stopAt` says yes is not followed: a client of the test's own listens there. */
  constructor({ stopAt = () => false } = {}) {
    this.#stopAt = stopAt;
  }

  /** Goes to an address. */
  get(url) {
    return this.#request(new URL(url), { method: "GET" });
  }

  /** Sends the form in which the element with this id stands, by that element if it is a button. */
  submit(page, id, fields = {}) {
    const form = formAround(page.body, id);
    if (!form) throw new Error(`no form with #${id} on ${page.url}:\n${page.body.slice(0, 2000)}`);
    const body = new URLSearchParams({ ...form.fields, ...fields });
    return this.#request(new URL(form.action, page.url), { method: "POST", body, from: page.url.origin });
  }

  async #request(url, { method, body, from }) {
    let redirects = 0;
    for (;;) {
      const headers = { accept: "text/html", cookie: this.#cookieFor(url) };
      if (method === "POST") headers.origin = from;
      const response = await fetch(url, { method, body, headers, redirect: "manual" });
      for (const line of response.headers.getSetCookie()) this.#keep(url, line);
      const location = response.headers.get("location");
      if (!location) {
        return { url, status: response.status, headers: response.headers, body: await response.text(), redirects };
      }
      await response.body?.cancel();
      const next = new URL(location, url);
      redirects += 1;
      if (this.#stopAt(next)) return { url: next, status: response.status, headers: response.headers, body: "", redirects };
      if (redirects > MOST_REDIRECTS) throw new Error(`redirected for ever, last to ${next}`);
      [url, method, body] = [next, "GET", undefined];
    }
  }

  // RFC 6265 §8.5: "Cookies do not provide isolation by port."
  #keep(url, line) {
    const [pair, ...attributes] = line.split(";");
    const [name, value] = [pair.slice(0, pair.indexOf("=")).trim(), pair.slice(pair.indexOf("=") + 1).trim()];
    const gone = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute));
    const jar = this.#cookies.get(url.hostname) ?? new Map();
    if (gone) jar.delete(name);
    else jar.set(name, value);
    this.#cookies.set(url.hostname, jar);
  }

  #cookieFor(url) {
    return [...(this.#cookies.get(url.hostname) ?? [])].map(([name, value]) => `${name}=${value}`).join("; ");
  }
}

/** The form around an element: where it goes and what it says if sent by that element. */
function formAround(html, id) {
  for (const [whole, head, inside] of html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)) {
    const tags = [...inside.matchAll(/<(input|button|select)\b([^>]*)>/g)].map(([, kind, text]) => ({ kind, ...attributes(text) }));
    const own = attributes(head);
    if (own.id !== id && !tags.some((tag) => tag.id === id)) continue;
    const fields = {};
    for (const tag of tags) {
      const sent = tag.kind === "input" || tag.id === id;
      if (tag.name && sent) fields[tag.name] = tag.value ?? "";
    }
    return { action: own.action ?? "", fields, data: own, whole };
  }
  return undefined;
}

/** The attributes of the form around an element, such as the challenge its script would answer. */
export function formAttributes(page, id) {
  const form = formAround(page.body, id);
  if (!form) throw new Error(`no form with #${id} on ${page.url}`);
  return form.data;
}

/** The form around an element as a browser without script would send it: where to, and what it says. */
export function form(page, id) {
  const found = formAround(page.body, id);
  if (!found) throw new Error(`no form with #${id} on ${page.url}`);
  return { to: new URL(found.action, page.url), fields: found.fields };
}

/** Where the link with this id leads. */
export function link(page, id) {
  for (const [, text] of page.body.matchAll(/<a\b([^>]*)>/g)) {
    const found = attributes(text);
    if (found.id === id) return new URL(found.href, page.url);
  }
  throw new Error(`no link #${id} on ${page.url}`);
}

/** The text of the element with this id, without what stands in it as tags. */
export function text(page, id) {
  const found = new RegExp(`<(\\w+)\\b[^>]*\\bid="${id}"[^>]*>([\\s\\S]*?)</\\1>`).exec(page.body);
  return found ? unescape(found[2].replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ").trim() : undefined;
}

function attributes(text) {
  const found = {};
  for (const [, name, value] of text.matchAll(/([\w-]+)(?:="([^"]*)")?/g)) found[name] = unescape(value ?? "");
  return found;
}

function unescape(text) {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    return ENTITIES[name] ?? whole;
  });
}
