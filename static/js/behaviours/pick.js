// A list to tick: the search above it narrows it while one types, and the count follows the boxes.
for (const pick of document.querySelectorAll("[data-pick]")) {
  const rows = [...pick.querySelectorAll("li")];
  const count = pick.closest("fieldset")?.querySelector("[data-count]");
  const none = pick.querySelector(".pick-none");
  const search = pick.querySelector("input[type=search]");
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const texts = rows.map((row) => fold(row.textContent));

  const recount = () => {
    if (!count) return;
    count.hidden = false;
    count.textContent = `${pick.querySelectorAll("li input:checked").length} ${count.dataset.count}`;
  };

  search?.addEventListener("input", () => {
    const words = fold(search.value).split(/\s+/);
    rows.forEach((row, at) => (row.hidden = !words.every((word) => texts[at].includes(word))));
    if (none) none.hidden = rows.some((row) => !row.hidden);
  });

  // Enter looks for something here; it does not send the form
  search?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });

  pick.addEventListener("change", recount);
  recount();
}
