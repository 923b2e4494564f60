// A list's filters send themselves: a choice at once, a search a quarter of a second after the last letter where the form asks for it.
for (const form of document.querySelectorAll("form[data-filter-form]")) {
  const sheet = form.querySelector("[popover]");
  let timer;

  // what is empty does not belong into the address
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });

  form.addEventListener("change", (event) => {
    // in the sheet of a phone several are chosen, then sent together
    if (event.target.matches("select") && !sheet?.matches(":popover-open")) form.requestSubmit();
  });

  if (!form.hasAttribute("data-live")) continue;
  const search = form.querySelector("input[type=search]");
  search?.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      sessionStorage.setItem("searching", search.name);
      form.requestSubmit();
    }, 250);
  });

  // the page that comes back goes on where the reader was typing
  if (search && sessionStorage.getItem("searching") === search.name) {
    sessionStorage.removeItem("searching");
    search.focus();
    search.setSelectionRange(search.value.length, search.value.length);
  }
}
