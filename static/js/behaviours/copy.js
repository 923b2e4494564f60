// Copies the text beside the button, and says so. Without a clipboard (plain http) the text is selected instead.
for (const button of document.querySelectorAll("[data-copy]")) {
  const code = button.parentElement.querySelector("code");
  const words = button.querySelector("[aria-live]") ?? button;
  const before = words.textContent;
  let timer;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      words.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      words.textContent = "Selected";
    }
    clearTimeout(timer);
    timer = setTimeout(() => (words.textContent = before), 2500);
  });
}
