// The square of a picture: it follows the sliders while they move, and can be dragged; the button that would show it is not needed then.
for (const form of document.querySelectorAll("form[data-crop]")) {
  const stage = form.querySelector("[data-crop-stage]");
  const [width, height] = stage.getAttribute("viewBox").split(" ").slice(2).map(Number);
  const { size, across, down } = form.elements;
  const shorter = Math.min(width, height);
  const side = () => Math.round((shorter * size.value) / 100);

  const draw = () => {
    const n = side();
    const x = Math.round(((width - n) * across.value) / 100);
    const y = Math.round(((height - n) * down.value) / 100);
    const rect = stage.querySelector("rect");
    for (const [name, value] of Object.entries({ x, y, width: n, height: n })) rect.setAttribute(name, value);
    stage.querySelector("path").setAttribute("d", `M0 0H${width}V${height}H0ZM${x} ${y}h${n}v${n}h-${n}Z`);
    for (const view of form.querySelectorAll("[data-crop-view]")) view.setAttribute("viewBox", `${x} ${y} ${n} ${n}`);
  };

  // how far a slider goes for a way on the picture
  const move = (slider, from, way, room) => {
    if (room > 0) slider.value = from + (way / room) * 100;
  };

  stage.classList.add("held");
  stage.addEventListener("pointerdown", (down_at) => {
    const from = [Number(across.value), Number(down.value)];
    const scale = width / stage.getBoundingClientRect().width;
    stage.setPointerCapture(down_at.pointerId);
    const follow = (event) => {
      move(across, from[0], (event.clientX - down_at.clientX) * scale, width - side());
      move(down, from[1], (event.clientY - down_at.clientY) * scale, height - side());
      draw();
    };
    stage.addEventListener("pointermove", follow);
    stage.addEventListener("lostpointercapture", () => stage.removeEventListener("pointermove", follow), { once: true });
    down_at.preventDefault();
  });

  form.addEventListener("input", draw);
  form.querySelector("[data-crop-update]").hidden = true;
  draw();
}
