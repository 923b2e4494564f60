// A field with names to choose from gets them when somebody comes to it.
for (const input of document.querySelectorAll("input[data-suggest]")) {
  let asked = false;

  const fill = async () => {
    if (asked) return;
    asked = true;
    try {
      const answer = await fetch(input.dataset.suggest);
      // signed out meanwhile, say: the form itself will tell
      if (answer.ok && !answer.redirected) input.list.replaceChildren(...(await answer.json()).map((name) => new Option("", name)));
    } catch {
      asked = false;
    }
  };

  // one of them was taken: nothing more will be typed
  input.addEventListener("input", (event) => {
    if (event.inputType === "insertReplacementText") input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  input.addEventListener("focus", fill);
  if (document.activeElement === input) fill();
}
