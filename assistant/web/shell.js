// Runs once a page, when its head is mounted; gets `element` from gr.HTML.

document.documentElement.lang = "fr";
document.title = element.querySelector("header").dataset.title;

// Pages are no fragments of one address: the way past the menu puts the focus where it leads.
element.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  const content = document.getElementById("content") ?? document.getElementById("desk");
  content.tabIndex = -1;
  content.focus();
});

// Where the menu is wider than the screen, the page one is on is in sight.
const menu = element.querySelector("nav");
const here = menu.querySelector("[aria-current]")?.getBoundingClientRect();
if (here) menu.scrollLeft += here.left + here.width / 2 - window.innerWidth / 2;

// A session that is over leads to the login, and back.
const fetched = window.fetch;
window.fetch = async (...request) => {
  const response = await fetched(...request);
  if (response.status === 401) {
    const back = encodeURIComponent(location.pathname + location.search);
    location.assign(`/connexion?vers=${back}`);
  }
  return response;
};

// A menu closes when its reader looks elsewhere, or says Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
// It opens within the screen, wherever its button stands.
const opened = ({ target }) => {
  if (!target.matches("details.menu[open]")) return;
  const list = target.querySelector("ul");
  list.style.translate = "";
  const { left, right } = list.getBoundingClientRect();
  const shift = left < 8 ? 8 - left : Math.min(0, window.innerWidth - 8 - right);
  list.style.translate = `${shift}px 0`;
};
document.addEventListener("toggle", opened, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
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
