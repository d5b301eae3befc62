// A phone's camera: reads the QR code off the pixels of a screen.

import jsqr from "jsqr";

/** What the code on the page says that `selector` names. The pixels are unpacked in a page of `camera`, a browser context. */
export async function read(page, selector, camera) {
  const picture = await page.locator(selector).screenshot({ scale: "css" });
  const lens = await camera.newPage();
  const { data, width, height } = await lens.evaluate(async (picture) => {
    const bytes = Uint8Array.from(atob(picture), (sign) => sign.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    canvas.drawImage(bitmap, 0, 0);
    const { data, width, height } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
    return { data: [...data], width, height };
  }, picture.toString("base64"));
  await lens.close();
  return jsqr.default(Uint8ClampedArray.from(data), width, height)?.data;
}
