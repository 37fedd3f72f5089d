// Filters the list of cases; without scripts the whole list is shown.
const form = document.querySelector("form");
const cases = [...document.querySelectorAll("details[data-text]")];
function filter() {
  const wanted = Object.fromEntries(new FormData(form));
  // The text of the cases is folded too: case and accents do not matter.
  const folded = wanted.words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = folded.replaceAll("œ", "oe").replaceAll("’", "'").split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of cases) {
    const fits = ["theme", "kind", "split", "verdict"].every(
      (name) => !wanted[name] || item.dataset[name] === wanted[name]);
    const visible = fits && words.every((word) => item.dataset.text.includes(word));
    item.hidden = !visible;
    shown += visible;
  }
  document.querySelector("output").textContent = `${shown} cas sur ${cases.length}`;
}
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
filter();
