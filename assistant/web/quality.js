// Complaints and the form of a case. Runs once; gets `element` and `trigger` from gr.HTML.

let asked = false;

element.addEventListener("click", ({ target }) => {
  const button = target.closest(".make-case");
  if (!button) return;
  asked = true;
  trigger("select", { opinion: button.dataset.opinion });
});

// The form stands in a component of its own, after this one.
const place = document.getElementById("case");

new MutationObserver(() => {
  const form = place.querySelector("form, .notice");
  if (!asked || !form) return;
  asked = false;
  form.scrollIntoView({ block: "start" });
  form.querySelector("textarea")?.focus({ preventScroll: true });
}).observe(place, { childList: true, subtree: true });

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".case-form")) return;
  event.preventDefault();
  const value = (around, name) => around.querySelector(`[name=${name}]`).value;
  const quotes = [...form.querySelectorAll(".quote")].map((row) => ({
    document: value(row, "document"),
    page: value(row, "page"),
    quote: value(row, "quote"),
  }));
  const fields = { opinion: form.dataset.opinion, quotes };
  for (const name of ["question", "turns", "theme", "kind", "points", "reviewer"]) {
    fields[name] = value(form, name);
  }
  asked = true;
  trigger("apply", { fields: JSON.stringify(fields) });
});
