// Menus are <details>, the drawer is a popover; both work alone. With this, a menu also closes on Escape, on a click beside it
// and when focus leaves it; so does the drawer, whose first button has the focus when it opens.
{
  const open = () => document.querySelectorAll("details[data-menu][open]");

  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });

  // at the lower edge of the window it opens upwards
  const turn = ({ target: menu }) => {
    if (!menu.matches("details[data-menu][open]")) return;
    const { top, bottom } = menu.getBoundingClientRect();
    const height = menu.querySelector(".pop").offsetHeight + 8;
    menu.classList.toggle("up", bottom + height > innerHeight && top > height);
  };
  document.addEventListener("toggle", turn, true);

  const drawer = document.querySelector("[data-drawer]");
  const drawn = () => drawer?.matches(":popover-open");

  document.addEventListener("focusin", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
    if (drawn() && !drawer.contains(event.target)) drawer.hidePopover();
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

  drawer?.addEventListener("toggle", (event) => {
    if (event.target === drawer && event.newState === "open") drawer.querySelector("button").focus();
  });

  // a window that grows past the drawer has a sidebar again
  matchMedia("(min-width: 60rem)").addEventListener("change", (wide) => {
    if (wide.matches && drawn()) drawer.hidePopover();
  });
}
