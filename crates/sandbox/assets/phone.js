// Counts a code's half minute down, then asks for the next one; without this script the button does the same.

const left = document.getElementById("left");
const another = document.getElementById("another");

if (left && another) {
  const end = performance.now() + Number(left.dataset.seconds) * 1000;
  const number = left.querySelector("b");
  left.hidden = false;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    number.textContent = `${seconds}`;
    if (seconds > 0) return;
    clearInterval(ticking);
    // A page that nobody looks at uses no certificates up.
    if ("byItself" in another.dataset && !document.hidden) another.requestSubmit();
    else over();
  };
  const over = () => {
    document.getElementById("fresh").hidden = true;
    document.getElementById("over").hidden = false;
  };
  const ticking = setInterval(tick, 250);
  // Whoever presses the button begins anew.
  document.getElementById("again").addEventListener("click", () => { another.querySelector("[data-turn]").value = "1"; });
}
