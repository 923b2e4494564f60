// A field with names to choose from gets them when somebody comes to it. One that is taken sends the form, as Enter does; the page
// that comes back goes on in the field.
for (const input of document.querySelectorAll("input[data-suggest]")) {
  let asked = false;

  const fill = async () => {
    if (asked) return;
    asked = true;
    try {
      const answer = await fetch(input.dataset.suggest);
      // signed out meanwhile, say: the form itself will tell
      asked = answer.ok && !answer.redirected;
      if (asked) input.list.replaceChildren(...(await answer.json()).map((name) => new Option("", name)));
    } catch {
      asked = false;
    }
  };

  const come_back = () => sessionStorage.setItem("filtering", input.id);

  input.addEventListener("focus", fill);
  if (document.activeElement === input) fill();

  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") come_back();
  });
  input.addEventListener("input", (event) => {
    // what is corrected while it is typed comes so, too; in the sheet of a phone several are chosen, then sent together
    const taken = event.inputType === "insertReplacementText" && [...input.list.options].some((option) => option.value === input.value);
    if (!taken || input.closest(":popover-open")) return;
    come_back();
    input.form.requestSubmit();
  });
}
