// The conversation. Runs once, when it is mounted; gets `element`, `trigger`, `watch` from gr.HTML.
// The server's HTML is patched in place when it changes, so what is set here is set again then.

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
let lastTurn = "";
let waiting = null; // a question sent while another is being answered
let typed = null; // the question that was sent from the box

const scroll = (node, block) =>
  node.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block });
const say = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const form = () => document.querySelector("#composer form");
const busy = () => element.querySelector(".answer[aria-busy=true]") !== null;

// --- asking ---

function ask(question) {
  const fields = form() ? Object.fromEntries(new FormData(form())) : {};
  const sent = { ...fields, question };
  if (busy()) waiting = sent;
  else trigger("submit", sent);
}

document.addEventListener("submit", (event) => {
  const sent = event.target;
  if (sent.matches(".composer")) {
    event.preventDefault();
    typed = sent.elements.question.value;
    sent.querySelector(".filters").open = false;
    ask(typed);
  } else if (sent.matches(".correction")) {
    event.preventDefault();
    ask(sent.elements.question.value);
  } else if (sent.matches(".reason")) {
    event.preventDefault();
    judge(sent);
  } else if (sent.matches(".renaming")) {
    event.preventDefault();
    trigger("edit", { title: sent.elements.title.value });
  }
});

// Enter asks, Shift+Enter goes to the line, and an accent being composed is left alone.
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "question" || event.key !== "Enter") return;
  if (event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form().requestSubmit();
});

function fit(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 180)}px`;
}
document.addEventListener("input", (event) => {
  if (event.target.id === "question") fit(event.target);
});

const tellFilters = () => {
  const chosen = [...form().querySelectorAll("select")].filter((list) => list.value).length;
  form().querySelector(".filters-name").textContent = chosen
    ? `Recherche limitée (${chosen})`
    : "Limiter la recherche";
};
document.addEventListener("change", (event) => {
  if (event.target.closest("#composer .choices")) tellFilters();
});
document.addEventListener("reset", (event) => {
  if (!event.target.matches(".composer")) return;
  const box = event.target.elements.question;
  const written = box.value; // a question being written is no filter
  setTimeout(() => {
    box.value = written;
    tellFilters();
  });
});

// --- what the server changed ---

watch("value", () => {
  const turns = element.querySelectorAll(".turn");
  const last = turns.length ? turns[turns.length - 1] : null;
  const bar = element.querySelector(".bar");
  if (last?.id !== lastTurn) {
    lastTurn = last?.id ?? "";
    emptyBox();
    say("coop:new-turn");
    if (last) scroll(last, "start");
  }
  address(bar?.dataset.conversation ?? "");
  if (waiting && !busy()) {
    const next = waiting;
    waiting = null;
    trigger("submit", next);
  }
});

// The box is emptied when its question has arrived, not before, and only of that question.
function emptyBox() {
  const box = form()?.elements.question;
  if (box && box.value === typed) {
    box.value = "";
    fit(box);
  }
  typed = null;
}

// The address names the open conversation, so that reloading the page opens it again.
function address(conversation) {
  const wanted = conversation ? `/?conversation=${conversation}` : "/";
  if (location.pathname + location.search !== wanted) history.replaceState(null, "", wanted);
}

document.addEventListener("coop:chosen", ({ detail }) => {
  for (const cite of element.querySelectorAll(".cite")) {
    const current =
      detail && cite.dataset.turn === detail.turn && cite.dataset.number === detail.number;
    cite.setAttribute("aria-pressed", String(Boolean(current)));
  }
});

document.addEventListener("coop:back", ({ detail: { turn, number } }) => {
  const cite = element.querySelector(`.cite[data-turn="${turn}"][data-number="${number}"]`);
  scroll(cite, "center");
  cite.focus({ preventScroll: true });
});

// --- clicks ---

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("a[data-open]");
  if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    if (busy()) return; // the answer being written belongs to the open conversation
    toggleHistory(false);
    lastTurn = "";
    trigger("select", { conversation: opener.dataset.open });
    return;
  }
  const button = event.target.closest?.("button");
  if (!button) return;
  if (button.dataset.ask) ask(button.dataset.ask);
  else if (button.matches(".cite")) {
    say("coop:choose", { turn: button.dataset.turn, number: button.dataset.number });
  } else if (button.matches(".thumb")) openOpinion(button);
  else if (button.matches(".copy")) copy(button);
  else if (button.matches(".correct")) unfold(button, button.closest(".before"), ".correction");
  else if (button.matches(".rename")) unfold(button, element, ".renaming");
  else if (button.matches(".delete")) remove(button);
  else if (button.matches(".erase-all")) eraseAll(button);
  else if (button.matches(".toggle-history")) {
    toggleHistory(button.getAttribute("aria-expanded") !== "true");
  }
});

function unfold(button, around, which) {
  const folded = around.querySelector(which);
  folded.hidden = !folded.hidden;
  button.setAttribute("aria-expanded", String(!folded.hidden));
  if (!folded.hidden) folded.querySelector("textarea, input").select();
}

// The first click asks, the second deletes; looking elsewhere forgets the first.
// What cannot be undone asks once more, on the same button.
function confirmed(button, question) {
  if (button.dataset.sure) return true;
  const before = button.textContent;
  button.dataset.sure = "yes";
  button.textContent = question;
  button.addEventListener(
    "blur",
    () => {
      delete button.dataset.sure;
      button.textContent = before;
    },
    { once: true },
  );
  return false;
}

function remove(button) {
  if (confirmed(button, "Confirmer la suppression")) trigger("delete", {});
}

async function eraseAll(button) {
  if (!confirmed(button, "Confirmer : tout effacer")) return;
  const response = await fetch("/api/conversations", { method: "DELETE" });
  if (response.ok) location.assign("/");
}

function toggleHistory(open) {
  document.getElementById("past").classList.toggle("open", open);
  element.querySelector(".toggle-history")?.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#history a")?.focus();
}

async function copy(button) {
  const text = button.parentElement.querySelector(".plain").textContent;
  const said = button.parentElement.querySelector(".copied");
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = "Copié";
  } catch {
    said.textContent = "Le navigateur refuse la copie ; utilisez Exporter.";
  }
}

// --- opinions ---

function openOpinion(thumb) {
  const feedback = thumb.closest(".feedback");
  const opinion = feedback.querySelector("form");
  for (const other of feedback.querySelectorAll(".thumb")) {
    other.setAttribute("aria-pressed", String(other === thumb));
  }
  opinion.hidden = false;
  opinion.querySelector(".why").hidden = thumb.dataset.verdict === "up";
  opinion.querySelector(thumb.dataset.verdict === "up" ? "textarea" : "select").focus();
}

function judge(opinion) {
  const feedback = opinion.closest(".feedback");
  const verdict = feedback.querySelector(".thumb[aria-pressed=true]").dataset.verdict;
  const kind = verdict === "down" ? opinion.elements.kind.value : "";
  const words = opinion.elements.words.value.trim();
  const reason = [kind, words].filter(Boolean).join(" : ");
  trigger("like", { turn: feedback.dataset.turn, verdict, reason });
}
