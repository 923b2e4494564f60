// A form that changes something is sent once, however often its button is pressed. One that is answered with a file
// (data-again) leaves the page as it is, and can be sent again.
{
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "again" in form.dataset) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    const button = event.submitter ?? form.querySelector("button[type=submit]");
    button?.setAttribute("aria-busy", "true");
    // after the form has been read: a disabled button would not send its name and value
    setTimeout(() => {
      for (const each of form.querySelectorAll("button[type=submit]")) each.disabled = true;
    });
  });

  // Back brings a page as it was left, busy buttons and all
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("button[type=submit]")) {
        button.disabled = false;
        button.removeAttribute("aria-busy");
      }
    }
  });
}
