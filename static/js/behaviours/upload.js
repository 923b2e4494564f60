// A file is sent as soon as it is chosen: the field's label is the button then, and the one that would send it is not needed.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = [...form.elements].find((element) => element.type === "file");
  const send = [...form.elements].find((element) => element.type === "submit");
  const [label] = input.labels;
  input.classList.add("sr");
  label.classList.replace("sr", "btn");
  send.hidden = true;
  input.addEventListener("change", () => {
    if (!input.files.length) return;
    label.setAttribute("aria-busy", "true");
    form.requestSubmit(send);
  });
  // Back brings the page as it was left
  addEventListener("pageshow", () => label.removeAttribute("aria-busy"));
}
