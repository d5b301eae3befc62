// @ts-check
/**
 * A picture of a face, taken with the device's own camera and made small here: what leaves the device is one upright
 * JPEG of at most {@link SIDE} pixels a side, without the notes that cameras add (place, time, device).
 *
 *   [data-portrait]   a file input, the hidden field "portrait" that is sent, and a status
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
  file.addEventListener("change", async () => {
    field.value = "";
    const chosen = file.files?.[0];
    const small = chosen ? await shrunk(chosen).catch(() => undefined) : undefined;
    field.value = small ?? "";
    if (status) status.textContent = chosen && !small ? place.dataset.wrong ?? "" : "";
    file.setCustomValidity(chosen && !small ? place.dataset.wrong ?? "?" : "");
  });
}

/**
 * The picture, upright and small, as base64url.
 * @param {File} file
 */
async function shrunk(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
  if (!blob) throw new Error("no picture");
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let raw = "";
  for (const byte of bytes) raw += String.fromCharCode(byte);
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export {};
