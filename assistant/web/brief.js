// A brief and the form it comes from. Runs once, when the brief's place is mounted; gets `element`,
// `trigger`, `watch` from gr.HTML. A change goes to the server at once, line by line, and comes back
// as the whole brief: what is on the page is what is kept.

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const windows = new BroadcastChannel("coop-briefs");
const say = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const brief = () => element.querySelector("#dossier");
const piece = (target) => element.querySelector(`[data-target="${CSS.escape(target)}"]`);
const editor = () => element.querySelector("form.editing");
const status = document.createElement("div");
status.id = "brief-status";
status.role = "status";
document.body.append(status);
let opened = ""; // the id of the brief on the page
let busy = Promise.resolve(); // changes go one after the other

// --- what the server changed ---

function shown() {
  const id = brief()?.dataset.id ?? "";
  const form = document.querySelector("form.preparing");
  for (const name of ["situation", "examples"]) document.getElementById(name).hidden = Boolean(id);
  if (form) ready(form);
  if (id !== opened) {
    opened = id;
    tell("");
    say("coop:new-turn");
    window.scrollTo(0, 0);
    document.getElementById("talk").scrollTop = 0;
    const wanted = id ? `/seance?dossier=${id}` : "/seance";
    if (location.pathname + location.search !== wanted) history.replaceState(null, "", wanted);
    if (id) {
      const title = element.querySelector("h2");
      title.tabIndex = -1;
      title.focus({ preventScroll: true });
    }
  } else if (!id && element.querySelector("[role=alert]")) {
    element.firstElementChild.scrollIntoView({ block: "nearest" });
  }
}
watch("value", shown);

// The form is another part of the page, which may come later.
function begin() {
  const form = document.querySelector("form.preparing");
  if (form) ready(form);
  else requestAnimationFrame(begin);
}
begin();

function ready(form) {
  const button = form.querySelector("[type=submit]");
  button.disabled = false;
  button.textContent = "Préparer le dossier";
}

// --- the form ---

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches(".preparing")) {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    button.textContent = "Préparation…";
    setTimeout(ready, 20000, form); // the answer was lost with the connection
    const fields = Object.fromEntries(new FormData(form));
    trigger("submit", { ...fields, again: String(Date.now()) });
  } else if (form.matches(".editing")) {
    event.preventDefault();
    save(form);
  }
});

// --- telling ---

function tell(words, kind = "") {
  status.className = kind;
  status.textContent = words;
  clearTimeout(status.timer);
  if (words && !kind) status.timer = setTimeout(tell, 6000, "");
}

// --- changing ---

// Sends a change. Gives whether it was made; the brief on the page is then the one that is kept.
function change(edit, done) {
  busy = busy.then(() => send(edit, done));
  return busy;
}

async function send(edit, done) {
  const before = brief();
  if (!before) return false;
  const { id, version } = before.dataset;
  let response;
  let told = {};
  try {
    response = await fetch(`/dossiers/${id}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(edit),
    });
    told = await response.json();
  } catch {
    refuse("Non enregistré : l’assistant ne répond pas. Votre texte reste ici ; réessayez.");
    return false;
  }
  if (brief()?.dataset.id !== id) return false; // another brief was opened meanwhile
  if (response.status === 409) {
    redraw(told);
    refuse(`${told.error} ${told.remedy}`);
    return false;
  }
  if (!response.ok) {
    refuse(`${told.error ?? "Non enregistré."} ${told.remedy ?? ""}`);
    return false;
  }
  editor()?.remove();
  redraw(told);
  const others = told.version > Number(version) + 1;
  tell(others ? "Enregistré. Ce dossier a aussi changé dans une autre fenêtre : le voici à jour." : done);
  windows.postMessage({ id, version: told.version });
  return true;
}

// What went wrong is said where the reader is writing, else at the foot of the page.
function refuse(words) {
  const said = editor()?.querySelector(".refusal");
  if (said) said.textContent = words;
  else tell(words, "wrong");
}

// Puts the brief as it is kept in the place of the one shown; what is being written stays open.
function redraw(told) {
  const writing = editor();
  const kept = writing && { ...writing.dataset, text: writing.elements.text.value };
  const unfolded = [...element.querySelectorAll("details.put-away[open]")].map(
    (details) => details.closest(".part")?.id ?? "",
  );
  brief().outerHTML = told.html;
  for (const details of element.querySelectorAll("details.put-away")) {
    details.open = unfolded.includes(details.closest(".part")?.id ?? "");
  }
  if (kept) {
    const place = kept.part
      ? element.querySelector(`.add[data-part="${CSS.escape(kept.part)}"]`)
      : piece(kept.line);
    if (!place) tell(`Cette ligne a été retirée dans une autre fenêtre. Vous écriviez : « ${kept.text} »`, "wrong");
    else {
      write(place, kept.text);
      if (kept.line && place.dataset.text !== kept.was) {
        refuse(
          `Cette ligne vient d’être modifiée dans une autre fenêtre : « ${place.dataset.text} ». ` +
            "Enregistrez pour la remplacer par la vôtre, ou annulez pour garder l’autre.",
        );
      }
    }
  }
  mark();
  lock();
}

windows.addEventListener("message", async ({ data }) => {
  if (data.id !== brief()?.dataset.id || data.version <= Number(brief().dataset.version)) return;
  const response = await fetch(`/dossiers/${data.id}`).catch(() => null);
  const told = await response?.json().catch(() => null);
  if (!response?.ok || brief()?.dataset.id !== data.id) return;
  redraw(told);
  tell("Ce dossier vient de changer dans une autre fenêtre : le voici à jour.");
});

// --- writing ---

// Opens the editor of a piece, or of a line to be added where `place` is the button that adds one.
function write(place, text) {
  editor()?.closest(".writing")?.classList.remove("writing");
  editor()?.remove();
  const adding = place.matches(".add");
  const form = document.createElement("form");
  form.className = "editing";
  const was = adding ? "" : place.dataset.text;
  Object.assign(form.dataset, adding ? { part: place.dataset.part } : { line: place.dataset.target });
  form.dataset.was = was;
  const box = document.createElement("textarea");
  box.name = "text";
  box.maxLength = 1500;
  box.value = text ?? was;
  box.ariaLabel = adding ? "Nouvelle ligne" : "Texte de la ligne";
  const acts = document.createElement("div");
  acts.className = "tools";
  const button = (words, type, name) => {
    const made = document.createElement("button");
    made.type = type;
    made.className = name;
    made.textContent = words;
    acts.append(made);
  };
  button(adding ? "Ajouter" : "Enregistrer", "submit", "secondary");
  button("Annuler", "button", "plain-button cancel");
  const first = place.dataset.first;
  if (place.matches(".edited")) {
    button("Revenir à la citation", "button", "plain-button reset");
    form.dataset.first = first;
  }
  const refusal = document.createElement("p");
  refusal.className = "refusal";
  refusal.role = "alert";
  form.append(box, acts, refusal);
  if (place.matches(".quote")) {
    const note = document.createElement("p");
    note.className = "quiet";
    note.textContent = "Une citation que vous changez sera marquée « modifié par vous ».";
    form.insertBefore(note, acts);
  }
  if (adding) place.before(form);
  else {
    place.classList.add("writing");
    place.append(form);
  }
  fit(box);
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

function fit(box) {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}

function leave(form) {
  const place = form.closest(".piece") ?? form.nextElementSibling;
  form.closest(".writing")?.classList.remove("writing");
  form.remove();
  focusOn(place);
}

async function save(form) {
  const { line, part, was } = form.dataset;
  const text = form.elements.text.value;
  if (!part && text.trim() === was.trim()) return leave(form);
  const edit = part ? { act: "add", target: part, text } : { act: "text", target: line, text, was };
  if (!(await change(edit, part ? "Ligne ajoutée." : "Enregistré."))) return;
  focusOn(part ? element.querySelector(`.add[data-part="${CSS.escape(part)}"]`) : piece(line));
}

// Puts the focus on the button that opens the editor of a place, wherever that is folded.
function focusOn(place) {
  const button = place?.querySelector("[data-act=text]");
  (button?.offsetParent ? button : (place?.querySelector(".more") ?? place))?.focus();
}

const changed = (form) => form && form.elements.text.value.trim() !== form.dataset.was.trim();
window.addEventListener("beforeunload", (event) => {
  if (changed(editor())) event.preventDefault();
});

// --- a language model that tells the themes ---

let writingUp = ""; // the id of the brief whose themes a model is writing

async function writeUp(parts) {
  const { id } = brief().dataset;
  writingUp = id;
  for (const [number, part] of parts.entries()) {
    lock();
    tell(`Le modèle rédige : rubrique ${number + 1} sur ${parts.length}…`, "going");
    let response;
    let told = {};
    try {
      response = await fetch(`/dossiers/${id}/rediger`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ part }),
      });
      told = await response.json();
    } catch {
      told = { error: "L’assistant ne répond pas.", remedy: "Rien n’est perdu ; relancez la rédaction." };
    }
    if (brief()?.dataset.id !== id) break; // another brief was opened meanwhile
    if (told.html && told.version > Number(brief().dataset.version)) redraw(told);
    if (!response?.ok) {
      writingUp = "";
      lock();
      return tell(`${told.error ?? "La rédaction a échoué."} ${told.remedy ?? ""}`, "wrong");
    }
    windows.postMessage({ id, version: told.version });
  }
  if (writingUp === id) writingUp = "";
  if (brief()?.dataset.id !== id) return;
  lock();
  const failed = element.querySelectorAll(".part > .warning.remark").length;
  tell(failed ? `Rédaction finie ; rubriques laissées mot à mot : ${failed}.` : "Rédaction finie : relisez-la.");
}

function lock() {
  const button = element.querySelector(".write-up");
  if (button) button.disabled = writingUp === brief().dataset.id;
}

// --- moving, removing ---

const told = { up: "Monté.", down: "Descendu.", restore: "Remis.", remove: "Retiré ; on peut le remettre." };

async function act(name, at) {
  const { target } = at.dataset;
  if (editor() && changed(editor())) {
    editor().elements.text.focus();
    refuse("Enregistrez ou annulez d’abord cette ligne.");
    return;
  }
  if (name === "text") return write(at);
  editor()?.remove();
  const after = at.nextElementSibling ?? at.previousElementSibling;
  const next = after?.dataset?.target;
  if (!(await change({ act: name, target }, told[name]))) return;
  const moved = piece(name === "remove" ? (next ?? "") : target);
  if (moved && name !== "remove") unfold(moved, true);
  const button = moved?.querySelector(`[data-act="${name}"]`) ?? moved?.querySelector("[data-act]");
  (button?.offsetParent ? button : moved?.querySelector(".more"))?.focus();
  moved?.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
}

// Where there is little room, what can be done to a line is folded.
function unfold(at, open) {
  at.querySelector(".more")?.setAttribute("aria-expanded", String(open));
}

document.addEventListener("change", async ({ target }) => {
  if (!target.matches?.(".minutes input")) return;
  const line = target.closest(".piece").dataset.target;
  const edit = { act: "minutes", target: line, text: target.value, was: target.dataset.was };
  if (!(await change(edit, "Durée enregistrée."))) return;
  piece(line)?.querySelector(".minutes input")?.focus();
});

// --- clicks and keys ---

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("a[data-open]");
  if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    if (changed(editor()) && !confirm("La ligne en cours n’est pas enregistrée. L’abandonner ?")) return;
    toggleList(false);
    trigger("select", { brief: opener.dataset.open, again: String(Date.now()) });
    return;
  }
  const button = event.target.closest?.("button");
  if (!button) return;
  if (button.dataset.act && button.closest("#dossier")) act(button.dataset.act, button.closest(".piece"));
  else if (button.matches(".more")) {
    unfold(button.parentElement, button.getAttribute("aria-expanded") !== "true");
  } else if (button.matches(".add")) write(button);
  else if (button.matches(".write-up")) writeUp(button.dataset.parts.split(" "));
  else if (button.matches(".quote-again")) {
    change({ act: "quotes", target: button.dataset.part }, "Les citations sont revenues.");
  } else if (button.matches(".cancel")) leave(button.form);
  else if (button.matches(".reset")) {
    button.form.elements.text.value = button.form.dataset.first;
    save(button.form);
  } else if (button.matches("#dossier .cite")) {
    say("coop:choose", { turn: button.dataset.turn, number: button.dataset.number });
  } else if (button.dataset.situation) {
    const box = document.querySelector("form.preparing").elements.situation;
    box.value = button.dataset.situation;
    box.focus();
  } else if (button.matches("#dossier .delete")) forget(button);
  else if (button.matches(".toggle-history")) {
    toggleList(button.getAttribute("aria-expanded") !== "true");
  }
});

element.addEventListener("dblclick", ({ target }) => {
  if (target.closest(".said") && !target.closest("button, a")) act("text", target.closest(".piece"));
});

// Alt and an arrow move the line that has the focus; Ctrl + Enter saves, Escape cancels.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.editing");
  if (form) {
    if (event.key === "Escape") leave(form);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    return;
  }
  const at = event.target.closest?.("#dossier .piece");
  const name = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (!at || !name || !event.altKey || !at.querySelector(`[data-act=${name}]`)) return;
  event.preventDefault();
  act(name, at);
});

document.addEventListener("input", ({ target }) => {
  if (target.closest?.("form.editing")) fit(target);
});

// The first click asks, the second deletes; looking elsewhere forgets the first.
function forget(button) {
  if (button.dataset.sure) {
    trigger("delete", { brief: brief().dataset.id });
    return;
  }
  button.dataset.sure = "yes";
  button.textContent = "Confirmer la suppression";
  const calm_down = () => {
    delete button.dataset.sure;
    button.textContent = "Supprimer";
  };
  button.addEventListener("blur", calm_down, { once: true });
}

function toggleList(open) {
  document.getElementById("past").classList.toggle("open", open);
  for (const button of document.querySelectorAll(".toggle-history")) {
    button.setAttribute("aria-expanded", String(open));
  }
  if (open) document.querySelector("#history a")?.focus();
}

// --- the pane of sources ---

let chosen = null;
function mark() {
  for (const cite of element.querySelectorAll(".cite")) {
    cite.setAttribute("aria-pressed", String(chosen !== null && cite.dataset.number === chosen));
  }
}
document.addEventListener("coop:chosen", ({ detail }) => {
  chosen = detail?.number ?? null;
  mark();
});
document.addEventListener("coop:back", ({ detail: { number } }) => {
  const cite = element.querySelector(`.cite[data-number="${number}"]`);
  cite?.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
  cite?.focus({ preventScroll: true });
});
