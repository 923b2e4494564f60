// Menus are <details>, the drawer is a popover; both work alone. With this, a menu also closes on Escape, on a click beside it
// and when focus leaves it, and an open drawer keeps the page behind it out of reach.
{
  const open = () => document.querySelectorAll("details[data-menu][open]");

  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("focusin", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      const held = menu.contains(document.activeElement);
      menu.open = false;
      if (held) menu.querySelector("summary").focus();
      event.preventDefault(); // the drawer around it stays open
    }
  });

  const drawer = document.querySelector("[data-drawer]");
  const behind = document.querySelectorAll(".main, .topbar");
  drawer?.addEventListener("toggle", (event) => {
    if (event.target !== drawer) return; // the menus inside it toggle too
    const shown = event.newState === "open";
    for (const part of behind) part.inert = shown;
    if (shown) drawer.querySelector("button, a, summary").focus();
    else document.querySelector("[popovertarget=menu]").focus({ preventScroll: true });
  });

  // a window that grows past the drawer has a sidebar again
  matchMedia("(min-width: 60rem)").addEventListener("change", (wide) => {
    if (wide.matches && drawer?.matches(":popover-open")) drawer.hidePopover();
  });
}
