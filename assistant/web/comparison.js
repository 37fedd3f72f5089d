// Forms compared. Runs once, when it is mounted; gets `element`, `trigger`, `watch` from gr.HTML.
// The grid stands in a component of its own, and its sources in another (see sources.js).

const grid = document.getElementById("grid");
const evidence = document.getElementById("evidence");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
let asked = ""; // the forms of the grid being made

const say = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const boxes = (name) => [...element.querySelectorAll(`input[name=${name}]`)];
const chosen = (name) => boxes(name).filter((box) => box.checked).map((box) => box.value);

// --- choosing ---

function tell() {
  const count = chosen("forms").length;
  const status = element.querySelector(".chosen-count");
  if (!status) return;
  const wrong = count === 1 ? "choisissez-en au moins une autre" : count > 5 ? "5 au plus" : "";
  status.textContent = count
    ? `${count} ${count > 1 ? "formes choisies" : "forme choisie"}${wrong && ` : ${wrong}`}`
    : "";
  status.classList.toggle("wrong", count > 5);
  const criteria = boxes("criteria");
  const kept = chosen("criteria").length;
  element.querySelector(".count").textContent = `(${kept} sur ${criteria.length})`;
}

element.addEventListener("change", tell);
watch("value", tell);

element.addEventListener("click", ({ target }) => {
  if (!target.closest(".all")) return;
  for (const box of boxes("criteria")) box.checked = true;
  tell();
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  asked = chosen("forms").join(",");
  grid.setAttribute("aria-busy", "true");
  element.querySelector(".chosen-count").textContent = "Comparaison en cours…";
  trigger("submit", { forms: asked, criteria: chosen("criteria").join(",") });
});

// --- what the server changed ---

// A grid asked for is shown from its top, and the form makes room for it; a refusal leaves it.
new MutationObserver(() => {
  const told = grid.querySelector(".told");
  if (!asked || told?.dataset.forms !== asked) return;
  asked = "";
  grid.removeAttribute("aria-busy");
  tell();
  element.querySelector(".chooser").open = false;
  close();
  history.replaceState(null, "", address());
  told.focus({ preventScroll: true });
  told.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
}).observe(grid, { childList: true, subtree: true, characterData: true });

const refusal = document.getElementById("refusal");
new MutationObserver(() => {
  if (!asked || !refusal.querySelector(".notice")) return;
  grid.removeAttribute("aria-busy");
  tell();
  refusal.scrollIntoView({ block: "nearest" });
}).observe(refusal, { childList: true, subtree: true, characterData: true });

// The address compares the same forms again, on the same criteria where they are not the usual.
function address() {
  const usual = boxes("criteria").every((box) => box.checked === box.defaultChecked);
  const criteria = usual && !location.search.includes("criteres") ? "" : `&criteres=${chosen("criteria")}`;
  return `${location.pathname}?formes=${chosen("forms")}${criteria}`;
}

// --- sources ---

grid.addEventListener("click", ({ target }) => {
  const cite = target.closest(".cite");
  if (cite) say("coop:choose", { turn: cite.dataset.turn, number: cite.dataset.number });
});

function close() {
  evidence.querySelector(".source.chosen .show[aria-expanded=true]")?.click();
}

evidence.addEventListener("click", ({ target }) => {
  if (!target.closest(".close")) return;
  const shown = evidence.querySelector(".source.chosen .back");
  close();
  if (shown) back(shown.dataset);
});

function back({ number }) {
  const cite = grid.querySelector(`.cite[data-number="${number}"]`);
  cite?.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  cite?.focus({ preventScroll: true });
}

document.addEventListener("coop:back", ({ detail }) => back(detail));
document.addEventListener("coop:chosen", ({ detail }) => {
  document.getElementById("desk").classList.toggle("with-source", detail !== null);
  for (const cite of grid.querySelectorAll(".cite")) {
    cite.setAttribute("aria-pressed", String(cite.dataset.number === detail?.number));
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !evidence.contains(document.activeElement)) return;
  evidence.querySelector(".close")?.click();
});
