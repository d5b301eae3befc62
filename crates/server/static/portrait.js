// @ts-check
/**
 * A picture of a face, taken with the device's own camera and made small here: what leaves the device is one upright
 * JPEG of at most {@link SIDE} pixels a side, without the notes that cameras add (place, time, device).
 *
 *   [data-portrait]   a file input, the hidden field "portrait" that is sent, a status, and a camera for browsers that
 *                     can show one: a phone's file input opens its camera by itself, a desk's does not
 */

/** Enough for a face that fills half of the picture. */
const SIDE = 720;
const QUALITY = 0.9;

for (const place of document.querySelectorAll("[data-portrait]")) {
  if (place instanceof HTMLElement) prepare(place);
}

/** @param {HTMLElement} place */
function prepare(place) {
  const file = place.querySelector("input[type=file]");
  const field = place.querySelector("input[type=hidden]");
  const status = place.querySelector("[role=status]");
  if (!(file instanceof HTMLInputElement) || !(field instanceof HTMLInputElement)) return;
  /** @param {string | undefined} text @param {boolean} wrong */
  const say = (text, wrong) => {
    if (!status) return;
    status.textContent = text ?? "";
    status.classList.toggle("wrong", wrong);
  };
  /** @param {string | undefined} picture none: what was chosen is no picture */
  const keep = (picture) => {
    field.value = picture ?? "";
    file.required = !picture;
    file.setCustomValidity(picture ? "" : place.dataset.wrong ?? "?");
    say(picture ? place.dataset.taken : place.dataset.wrong, !picture);
  };
  const forget = () => {
    field.value = "";
    file.required = true;
    file.setCustomValidity("");
    say("", false);
  };
  file.addEventListener("change", async () => {
    forget();
    const chosen = file.files?.[0];
    if (!chosen) return;
    // Nothing is sent before the picture is small.
    file.setCustomValidity(place.dataset.wrong ?? "?");
    keep(await fromFile(chosen).catch(() => undefined));
  });
  camera(place, keep, () => { file.value = ""; forget(); }, () => say(place.dataset.denied, true));
}

/**
 * The camera of this device, where the browser can show it.
 * @param {HTMLElement} place
 * @param {(picture: string) => void} keep
 * @param {() => void} forget
 * @param {() => void} denied
 */
function camera(place, keep, forget, denied) {
  const box = place.querySelector(".camera");
  const video = box?.querySelector("video");
  const still = box?.querySelector("canvas");
  const button = box?.querySelector("button");
  if (!(box instanceof HTMLElement) || !video || !still || !button || !navigator.mediaDevices?.getUserMedia) return;
  box.hidden = false;
  /** @param {boolean} live @param {boolean} taken @param {string | undefined} text */
  const show = (live, taken, text) => {
    [video.hidden, still.hidden, button.textContent] = [!live, !taken, text ?? ""];
  };
  const stop = () => {
    if (video.srcObject instanceof MediaStream) video.srcObject.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
  const open = async () => {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" }, audio: false });
    await video.play();
    show(true, false, place.dataset.take);
  };
  const take = async () => {
    draw(still, video, video.videoWidth, video.videoHeight);
    stop();
    show(false, true, place.dataset.again);
    keep(await encoded(still));
  };
  show(false, false, place.dataset.open);
  // Not disabled meanwhile: a button that is loses the keyboard's focus.
  let busy = false;
  button.addEventListener("click", async () => {
    if (busy) return;
    busy = true;
    try {
      if (video.srcObject) await take();
      else {
        forget();
        await open();
      }
    } catch {
      stop();
      show(false, false, place.dataset.open);
      denied();
    } finally {
      busy = false;
    }
  });
  window.addEventListener("pagehide", stop);
}

/**
 * The picture in a file, upright and small, as base64url.
 * @param {File} file
 */
async function fromFile(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const canvas = document.createElement("canvas");
  draw(canvas, picture, picture.width, picture.height);
  picture.close();
  return encoded(canvas);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasImageSource} picture
 * @param {number} width
 * @param {number} height
 */
function draw(canvas, picture, width, height) {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
}

/** @param {HTMLCanvasElement} canvas */
async function encoded(canvas) {
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
  if (!blob) throw new Error("no picture");
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let raw = "";
  for (const byte of bytes) raw += String.fromCharCode(byte);
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export {};
