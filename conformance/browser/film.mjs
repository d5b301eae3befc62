// What a camera sees: a phone's screen, held still, as a film for Chromium's camera that is none.

/** Of the picture, in dots; and of a module of the code. */
const [WIDTH, HEIGHT, MODULE] = [640, 480, 5];
const [ROOM, LIGHT, DARK, NEUTRAL] = [90, 200, 50, 128];

/** One picture in YUV4MPEG2, of a code given as rows of zeros and ones. */
export function film(drawn) {
  const rows = drawn.split("/");
  const side = (rows.length + 8) * MODULE;
  const [left, top] = [Math.floor((WIDTH - side) / 2), Math.floor((HEIGHT - side) / 2)];
  const luma = Buffer.alloc(WIDTH * HEIGHT, ROOM);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const row = rows[Math.floor(y / MODULE) - 4] ?? "";
      luma[(y + top) * WIDTH + x + left] = row[Math.floor(x / MODULE) - 4] === "1" ? DARK : LIGHT;
    }
  }
  const colour = Buffer.alloc(WIDTH * HEIGHT / 2, NEUTRAL);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\nFRAME\n`), luma, colour]);
}
