// Asks whatever wallet the browser finds; where the browser has no credential API, this way is not shown.

const able = "DigitalCredential" in window;

const entrance = document.getElementById("in-browser");
if (entrance) entrance.hidden = !able;

const ask = document.getElementById("ask-browser");
if (ask && able) {
  const show = (id, shown) => { document.getElementById(id).hidden = !shown; };
  show("unable", false);
  ask.hidden = false;
  ask.addEventListener("click", async () => {
    show("nothing", false);
    try {
      const credential = await navigator.credentials.get(JSON.parse(ask.dataset.request));
      const form = document.getElementById("answered");
      form.elements.answer.value = JSON.stringify(credential.data);
      form.submit();
    } catch {
      show("nothing", true);
    }
  });
}
