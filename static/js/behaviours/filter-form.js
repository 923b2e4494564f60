// A list's filters send themselves: a choice by the mouse at once, one by the keyboard on Enter or when it is left; a search a
// quarter of a second after the last letter where the form asks for it. The page that comes back goes on where the reader was.
for (const form of document.querySelectorAll("form[data-filter-form]")) {
  const sheet = form.querySelector("[popover]");
  const search = form.querySelector("input[type=search]");
  let timer;
  let by_keys = false;
  let changed = null;

  const send = (then) => {
    changed = null;
    if (then?.id) sessionStorage.setItem("filtering", then.id);
    form.requestSubmit();
  };

  // what is empty does not belong into the address
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });

  form.addEventListener("pointerdown", () => (by_keys = false));
  form.addEventListener("keydown", (event) => {
    by_keys = true;
    // else it opened the box
    if (event.key === "Enter" && event.target === changed) event.preventDefault();
  });
  form.addEventListener("keyup", (event) => {
    if (event.key === "Enter" && event.target === changed) send(changed);
  });

  form.addEventListener("change", (event) => {
    // in the sheet of a phone several are chosen, then sent together
    if (!event.target.matches("select") || sheet?.matches(":popover-open")) return;
    // arrow keys pass over choices that are not meant
    if (by_keys) changed = event.target;
    else send();
  });
  form.addEventListener("focusout", (event) => {
    if (changed && event.target === changed) send(event.relatedTarget?.id ? event.relatedTarget : changed);
  });

  if (form.hasAttribute("data-live")) {
    search?.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => send(search), 250);
    });
  }
}

const before = document.getElementById(sessionStorage.getItem("filtering") ?? "");
sessionStorage.removeItem("filtering");
if (before?.closest("form[data-filter-form]")) {
  before.focus();
  if (before.type === "search") before.setSelectionRange(before.value.length, before.value.length);
}
