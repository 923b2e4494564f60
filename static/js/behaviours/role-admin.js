// An organization admin is an admin in every workspace: the list of workspaces steps back while that role is chosen.
// The select names the parts it puts aside: data-role-admin="value" on the select's form, data-unless-admin on each part.
for (const form of document.querySelectorAll("form[data-role-admin]")) {
  const select = form.querySelector("select[name=role]");
  const parts = form.querySelectorAll("[data-unless-admin]");
  const follow = () => {
    for (const part of parts) part.hidden = select.value === form.dataset.roleAdmin;
  };
  select?.addEventListener("change", follow);
  follow();
}
