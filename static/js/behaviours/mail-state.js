// While a mail is being sent, asks every two seconds how it went, half a minute at most, and shows the answer in place.
for (const waiting of document.querySelectorAll("[data-refresh-url][id]")) {
  let part = waiting;
  let left = 15;

  const ask = async () => {
    try {
      const answer = await fetch(part.dataset.refreshUrl, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (!fresh) return;
      // nothing is exchanged under a reader's hands
      if (!part.contains(document.activeElement)) {
        part.replaceWith(fresh);
        part = fresh;
      }
    } catch {
      // the network is away for a moment: the next round asks again
    }
    left -= 1;
    if (left > 0 && part.hasAttribute("data-refresh-url")) setTimeout(ask, 2000);
  };

  setTimeout(ask, 2000);
}
