// Adding PDFs. Runs once, when the form is mounted; gets `element` from gr.HTML.
// Files go one after the other; what the server says comes back as one JSON object a line.

const form = element.querySelector(".drop");
const list = element.querySelector(".uploads");
let line = Promise.resolve(); // the files that wait their turn

function entry(name) {
  const item = document.createElement("li");
  const title = document.createElement("b");
  title.textContent = name;
  const said = document.createElement("span");
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", `Lecture de ${name}`);
  item.append(title, said, bar);
  list.prepend(item);
  return { item, said, bar };
}

function end({ item, said, bar }, html) {
  bar.remove();
  said.remove();
  item.insertAdjacentHTML("beforeend", html);
}

const refusal = (problem, remedy) => {
  const box = document.createElement("div");
  box.className = "notice error";
  for (const words of [problem, remedy]) {
    const paragraph = document.createElement("p");
    paragraph.textContent = words;
    box.append(paragraph);
  }
  box.lastChild.className = "remedy";
  return box.outerHTML;
};

function hear(shown, told) {
  if (told.report) {
    end(shown, told.report);
    document.dispatchEvent(new Event("coop:library"));
  } else if (told.error) end(shown, refusal(told.error, told.remedy));
  else {
    shown.said.textContent = told.step;
    if (told.total) {
      shown.bar.max = told.total;
      shown.bar.value = told.done;
    }
  }
}

async function send(file, shown) {
  shown.said.textContent = "Envoi…";
  let rest = "";
  try {
    const response = await fetch(form.dataset.to, {
      method: "POST",
      body: file,
      headers: { "X-File-Name": encodeURIComponent(file.name) },
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      const lines = (rest + (value ?? "")).split("\n");
      rest = done ? "" : lines.pop();
      for (const told of lines) if (told) hear(shown, JSON.parse(told));
      if (done) break;
    }
  } catch {
    // said below
  }
  if (shown.bar.isConnected) {
    end(shown, refusal("Le fichier n’est pas arrivé.", "L’assistant est-il encore en marche ? Réessayez."));
  }
}

function take(files) {
  const largest = Number(form.dataset.largest);
  for (const file of files) {
    const shown = entry(file.name);
    if (file.size > largest * 1e6) {
      end(shown, refusal(`Ce fichier dépasse ${largest} Mo.`, "Réduisez-le ou découpez-le, puis ajoutez-le."));
      continue;
    }
    shown.said.textContent = "En attente…";
    line = line.then(() => send(file, shown));
  }
}

form?.addEventListener("submit", (event) => event.preventDefault());
form?.addEventListener("change", ({ target }) => {
  take([...target.files]);
  target.value = "";
});
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  form?.addEventListener(name, (event) => {
    event.preventDefault();
    form.classList.toggle("over", name === "dragenter" || name === "dragover");
    if (name === "drop") take([...event.dataTransfer.files]);
  });
}
