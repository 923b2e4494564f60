// Rows to tick: the box in the head ticks all, the bar says how many. The bar itself appears by the style sheet alone.
for (const part of document.querySelectorAll("[data-bulk]")) {
  const all = part.querySelector("[data-bulk-all]");
  const count = part.querySelector("[data-bulk-count]");
  if (!all || !count) continue;
  const head = all.querySelector("input");
  const boxes = [...part.querySelectorAll("tbody .check")];
  all.hidden = false;

  const recount = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = ticked ? `${ticked} selected` : "";
    head.checked = ticked === boxes.length;
    head.indeterminate = ticked > 0 && ticked < boxes.length;
  };

  head.addEventListener("change", () => {
    for (const box of boxes) box.checked = head.checked;
    recount();
  });
  part.addEventListener("change", recount);
  // after the boxes are as they were
  part.addEventListener("reset", () => setTimeout(recount));
  // a page that comes back keeps its ticks
  addEventListener("pageshow", recount);
  recount();
}
