// Runs once, when the conversation is mounted; gets `element`, `trigger` and `watch` from gr.HTML.
// The server's HTML is patched in place when it changes, so what is set here is set again then.

document.documentElement.lang = "fr";

const wide = window.matchMedia("(min-width: 960px)");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const images = new Map(); // address of a page image → promise of what to show
let chosen = null; // the source shown: {turn, number}
let lastTurn = "";

const scroll = (node, block) =>
  node.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block });

// --- sources ---

const card = ({ turn, number }) => document.getElementById(`${turn}-s${number}`);

function showSource() {
  for (const panel of document.querySelectorAll("#sources .panel")) {
    if (chosen) panel.hidden = panel.dataset.turn !== chosen.turn;
  }
  for (const item of document.querySelectorAll("#sources .source")) {
    const open = chosen !== null && item === card(chosen);
    const button = item.querySelector(".show");
    item.classList.toggle("chosen", open);
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Masquer la page" : "Voir la page";
    if (open) showPage(item.querySelector(".page"));
    else item.querySelector(".page").replaceChildren();
  }
  for (const cite of element.querySelectorAll(".cite")) {
    const current =
      chosen && cite.dataset.turn === chosen.turn && cite.dataset.number === chosen.number;
    cite.setAttribute("aria-pressed", String(Boolean(current)));
  }
}

function choose(turn, number) {
  chosen = { turn, number };
  showSource();
  const item = card(chosen);
  if (!item) return;
  scroll(item, "start");
  item.querySelector(".show").focus({ preventScroll: true });
}

// A page's image, with where its marks are; or the server's words when there is none.
async function fetchPage(address) {
  try {
    const response = await fetch(address);
    if (response.status === 404) return { words: await response.text() };
    if (!response.ok) return { words: "L’image de la page n’a pas pu être faite." };
    const marks = JSON.parse(response.headers.get("X-Marks") || "[]");
    return { picture: URL.createObjectURL(await response.blob()), marks };
  } catch {
    return { words: "L’image de la page n’est pas arrivée : l’assistant est-il encore en marche ?" };
  }
}

async function showPage(slot) {
  const address = slot.dataset.image;
  if (slot.childElementCount) return;
  const waiting = document.createElement("p");
  waiting.className = "quiet";
  waiting.textContent = "Ouverture de la page…";
  slot.replaceChildren(waiting);
  if (!images.has(address)) images.set(address, fetchPage(address));
  const page = await images.get(address);
  if (slot.firstElementChild !== waiting) return; // closed meanwhile
  if (page.words) {
    images.delete(address);
    waiting.textContent = page.words;
    return;
  }
  const picture = new Image();
  picture.alt = page.marks.length
    ? `${slot.dataset.name} : la citation est surlignée`
    : `${slot.dataset.name} : la citation n’a pas pu être située sur l’image`;
  picture.src = page.picture;
  await picture.decode();
  const large = document.createElement("a");
  large.href = `${address}&scale=3`;
  large.target = "_blank";
  large.title = "Agrandir la page (nouvel onglet)";
  large.append(picture);
  slot.replaceChildren(large);
  revealMark(large, page.marks);
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

// --- conversation ---

watch("value", () => {
  const turns = element.querySelectorAll(".turn");
  const last = turns.length ? turns[turns.length - 1] : null;
  if (last && last.id !== lastTurn) {
    lastTurn = last.id;
    chosen = null;
    scroll(last, "start");
    document.getElementById("evidence").scrollTop = 0;
  }
  showSource();
});

document.addEventListener("coop:sources", showSource);

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button) return;
  if (button.dataset.ask) trigger("submit", { question: button.dataset.ask });
  else if (button.matches(".cite")) choose(button.dataset.turn, button.dataset.number);
  else if (button.matches(".show[aria-expanded=true]")) {
    chosen = null;
    showSource();
  } else if (button.matches(".show")) choose(button.dataset.turn, button.dataset.number);
  else if (button.matches(".back")) backToAnswer(button.dataset);
  else if (button.matches(".thumb")) openForm(button);
});

function backToAnswer({ turn, number }) {
  const cite = element.querySelector(`.cite[data-turn="${turn}"][data-number="${number}"]`);
  scroll(cite, "center");
  cite.focus({ preventScroll: true });
}

function openForm(thumb) {
  const feedback = thumb.closest(".feedback");
  const form = feedback.querySelector("form");
  for (const other of feedback.querySelectorAll(".thumb")) {
    other.setAttribute("aria-pressed", String(other === thumb));
  }
  form.hidden = false;
  form.querySelector(".why").hidden = thumb.dataset.verdict === "up";
  form.querySelector(thumb.dataset.verdict === "up" ? "textarea" : "select").focus();
}

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const feedback = event.target.closest(".feedback");
  const verdict = feedback.querySelector(".thumb[aria-pressed=true]").dataset.verdict;
  const kind = verdict === "down" ? event.target.elements.kind.value : "";
  const words = event.target.elements.words.value.trim();
  const reason = [kind, words].filter(Boolean).join(" : ");
  trigger("like", { turn: feedback.dataset.turn, verdict, reason });
});

// --- Gradio's own notices, which it only has in English ---

const notices = {
  Error: "Problème",
  Warning: "Attention",
  Close: "Fermer",
  "Connection to the server was lost. Attempting reconnection...":
    "L’assistant ne répond plus. Nouvelle tentative…",
  "This application is currently busy. Please try again.":
    "Trop de questions à la fois. Réessayez dans un instant.",
};

new MutationObserver(() => {
  for (const node of document.querySelectorAll(".toast-title, .toast-message-text")) {
    const text = node.firstChild; // Svelte keeps a marker behind it
    const french = notices[text?.textContent.trim()];
    if (french) text.textContent = french;
  }
  for (const button of document.querySelectorAll(".toast-close[aria-label=Close]")) {
    button.ariaLabel = notices.Close;
  }
}).observe(document.querySelector(".toast-wrap"), { childList: true, subtree: true });
