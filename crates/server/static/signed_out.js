// @ts-check
/**
 * Goes on to the relying party (`#go-on`) when every frame has loaded, or after five seconds: a relying party that does not
 * answer keeps nobody here.
 */

const LONGEST = 5000;
const link = document.querySelector("#go-on");
if (link instanceof HTMLAnchorElement) {
  const go = () => location.replace(link.href);
  const late = setTimeout(go, LONGEST);
  addEventListener("load", () => {
    clearTimeout(late);
    go();
  });
}
