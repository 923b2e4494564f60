// A new password is judged by the server while it is typed, a moment after the last letter. The answer stands in the hint's place.
for (const box of document.querySelectorAll("[data-strength]")) {
  const input = box.querySelector("input");
  const said = box.querySelector(".strength-said");
  const words = said.querySelector("[role=status]");
  const hint = box.querySelector(".hint");
  const problem = box.querySelector(".problem");
  let timer;
  let asked = 0;

  // what was wrong with the password before is not said of another one
  const forget = () => {
    problem?.remove();
    box.querySelector(".field").classList.remove("bad");
    input.removeAttribute("aria-invalid");
    if (hint) input.setAttribute("aria-describedby", hint.id);
  };

  const show = ({ level, words: text }) => {
    said.hidden = level === 0;
    if (hint) hint.hidden = level !== 0;
    if (level !== 0) forget();
    [...said.querySelectorAll("i")].forEach((bar, at) => bar.classList.toggle("on", at < level));
    if (words.textContent !== text) words.textContent = text;
  };

  const ask = async () => {
    const number = ++asked;
    if (input.value === "") return show({ level: 0, words: "" });
    try {
      const answer = await fetch(box.dataset.strength, { method: "POST", body: new URLSearchParams({ password: input.value }) });
      // signed out meanwhile, say: the form itself will tell
      if (answer.ok && !answer.redirected && number === asked) show(await answer.json());
    } catch {
      show({ level: 0, words: "" });
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
}
