// The eye in a password field: shows what was typed, and hides it again before it is sent.
for (const button of document.querySelectorAll("[data-show-password]")) {
  const input = document.getElementById(button.dataset.showPassword);
  const show = (on) => {
    input.type = on ? "text" : "password";
    button.setAttribute("aria-pressed", String(on));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  // a browser remembers passwords only from fields that are passwords when they are sent
  input.form?.addEventListener("submit", () => show(false));
}
