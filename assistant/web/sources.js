// The pane of sources. Runs once, when it is mounted; gets `element` and `watch` from gr.HTML.
// The server's HTML is patched in place when it changes, so what is set here is set again then.
// The conversation says `coop:choose` with {turn, number}; this says `coop:chosen` back.

const wide = window.matchMedia("(min-width: 960px)");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const images = new Map(); // address of a page image → promise of what to show
const zooms = [1, 1.5, 2.2];
let chosen = null; // the source shown: {turn, number}
let moved = 0; // pages away from the one that is cited
let zoom = 0;

const scroll = (node, block) =>
  node.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block });
const card = ({ turn, number }) => document.getElementById(`${turn}-s${number}`);

function show() {
  for (const panel of element.querySelectorAll(".panel")) {
    if (chosen) panel.hidden = panel.dataset.turn !== chosen.turn;
  }
  for (const item of element.querySelectorAll(".source")) {
    const open = chosen !== null && item === card(chosen);
    const button = item.querySelector(".show");
    item.classList.toggle("chosen", open);
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Masquer la page" : "Voir la page";
    if (open) showPage(item.querySelector(".page"));
    else item.querySelector(".page").replaceChildren();
  }
  document.dispatchEvent(new CustomEvent("coop:chosen", { detail: chosen }));
}

function choose(turn, number) {
  if (chosen?.turn !== turn || chosen?.number !== number) {
    if (chosen && card(chosen)) card(chosen).querySelector(".page").replaceChildren();
    moved = 0;
    zoom = 0;
  }
  chosen = { turn, number };
  show();
  const item = card(chosen);
  if (!item) return;
  scroll(item, "start");
  item.querySelector(".show").focus({ preventScroll: true });
}

// --- the page itself ---

// The cited page carries its marks; its neighbours are drawn without.
function addressOf(slot) {
  if (!moved) return slot.dataset.image;
  const page = Number(slot.dataset.index) + moved;
  return `/page.png?${new URLSearchParams({ document: slot.dataset.document, page })}`;
}

// A page's image, with where its marks are; or the server's words when there is none.
async function fetchPage(address) {
  try {
    const response = await fetch(address);
    if (response.status === 404) return { words: await response.text() };
    if (!response.ok) return { words: "L’image de la page n’a pas pu être faite." };
    const told = (name) => response.headers.get(name) || "";
    return {
      marks: JSON.parse(told("X-Marks") || "[]"),
      pages: Number(told("X-Pages")),
      name: decodeURIComponent(told("X-Page")),
      picture: URL.createObjectURL(await response.blob()),
    };
  } catch {
    return { words: "L’image de la page n’est pas arrivée : l’assistant est-il encore en marche ?" };
  }
}

async function showPage(slot) {
  const address = addressOf(slot);
  if (slot.dataset.shown === address && slot.childElementCount) return;
  slot.dataset.shown = address;
  if (!slot.childElementCount) {
    const waiting = document.createElement("p");
    waiting.className = "quiet";
    waiting.textContent = "Ouverture de la page…";
    slot.replaceChildren(waiting);
  }
  if (!images.has(address)) images.set(address, fetchPage(address));
  const page = await images.get(address);
  if (slot.dataset.shown !== address || !slot.childElementCount) return; // closed meanwhile
  if (page.words) {
    images.delete(address);
    const said = document.createElement("p");
    said.className = "quiet";
    said.textContent = page.words;
    slot.replaceChildren(said);
    return;
  }
  const picture = new Image();
  const where = moved
    ? "page voisine de la citation"
    : page.marks.length
      ? "la citation est surlignée"
      : "la citation n’a pas pu être située sur l’image";
  picture.alt = `${slot.dataset.name}, ${page.name} : ${where}`;
  picture.src = page.picture;
  await picture.decode();
  const sheet = document.createElement("div");
  sheet.className = "sheet";
  sheet.tabIndex = 0; // it scrolls when it is enlarged
  sheet.role = "group";
  sheet.ariaLabel = "Image de la page";
  sheet.append(picture);
  const focused = slot.contains(document.activeElement) ? document.activeElement.dataset.act : "";
  slot.replaceChildren(tools(slot, page), sheet);
  if (focused) slot.querySelector(`[data-act="${focused}"]:not(:disabled)`)?.focus();
  enlarge(slot);
  if (!moved) revealMark(sheet, page.marks);
}

function tools(slot, page) {
  const bar = document.createElement("div");
  bar.className = "page-tools";
  const index = Number(slot.dataset.index) + moved;
  const button = (act, name, sign, enabled) => {
    const made = document.createElement("button");
    made.type = "button";
    made.dataset.act = act;
    made.ariaLabel = made.title = name;
    made.textContent = sign;
    made.disabled = !enabled;
    return made;
  };
  const name = document.createElement("span");
  name.className = "page-name";
  name.role = "status";
  name.textContent = moved ? `${page.name} (voisine)` : page.name;
  const pdf = document.createElement("a");
  pdf.href = `/document.pdf?${new URLSearchParams({ document: slot.dataset.document })}#page=${index + 1}`;
  pdf.target = "_blank";
  pdf.rel = "noopener";
  pdf.textContent = "Ouvrir le PDF";
  pdf.title = "Le PDF à cette page (nouvel onglet)";
  bar.append(
    button("before", "Page précédente", "←", index > 0),
    name,
    button("after", "Page suivante", "→", index + 1 < page.pages),
    button("cited", "Revenir à la page citée", "Page citée", moved !== 0),
    button("out", "Réduire", "−", true),
    button("in", "Agrandir", "+", true),
    pdf,
  );
  bar.querySelector("[data-act=cited]").hidden = moved === 0;
  return bar;
}

function enlarge(slot) {
  slot.querySelector("img").style.width = `${zooms[zoom] * 100}%`;
  slot.querySelector("[data-act=out]").disabled = zoom === 0;
  slot.querySelector("[data-act=in]").disabled = zoom === zooms.length - 1;
}

function act(button) {
  const slot = button.closest(".page");
  const what = button.dataset.act;
  if (what === "in" || what === "out") {
    zoom += what === "in" ? 1 : -1;
    enlarge(slot);
    return;
  }
  moved = what === "cited" ? 0 : moved + (what === "after" ? 1 : -1);
  showPage(slot);
}

// Scrolls on to the first mark when it is below what is seen.
function revealMark(figure, marks) {
  if (!marks.length) return;
  const pane = wide.matches ? document.getElementById("evidence") : document.documentElement;
  const box = figure.getBoundingClientRect();
  const bottom = box.top + marks[marks.length - 1][3] * box.height;
  const seen = wide.matches ? pane.getBoundingClientRect().bottom : window.innerHeight;
  const hidden = bottom + 48 - seen;
  if (hidden > 0) pane.scrollBy({ top: hidden, behavior: calm.matches ? "auto" : "smooth" });
}

// --- events ---

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.act) act(button);
  else if (button.matches(".show[aria-expanded=true]")) {
    chosen = null;
    show();
  } else if (button.matches(".show")) choose(button.dataset.turn, button.dataset.number);
  else if (button.matches(".back")) {
    document.dispatchEvent(new CustomEvent("coop:back", { detail: { ...button.dataset } }));
  }
});

document.addEventListener("coop:choose", ({ detail }) => choose(detail.turn, detail.number));
document.addEventListener("coop:new-turn", () => {
  chosen = null;
  document.getElementById("evidence").scrollTop = 0;
  show();
});
watch("value", show);
