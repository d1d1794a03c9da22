// The drawing pad, the step-through and other controls keep the keys that they need; PageUp and PageDown, which
// presenters send, always turn the page.
function turns(event) {
  const control = event.target.closest?.(".shown :is(button, input, select, textarea, [role=application])");
  if (!control || event.key === "PageUp" || event.key === "PageDown") return true;
  return control.tagName === "BUTTON" && ![" ", "Enter", "Escape"].includes(event.key);
}
// reveal.js takes no key at all while a field has the focus. What was used with mouse, pen or finger gives the keys
// back at once, what was reached by Tab with Escape.
function leave() {
  if (document.activeElement.closest(".slides")) document.activeElement.blur();
}
for (const kind of ["pointerup", "pointercancel", "click"]) {
  addEventListener(kind, (event) => {
    if (kind !== "click" || event.detail) leave(); // A click by keyboard has no detail.
  });
}
document.addEventListener("keydown", (event) => {
  if (["Escape", "PageUp", "PageDown"].includes(event.key)) leave();
});
for (const place of document.querySelectorAll(".cell.pad, .cell.html")) place.dataset.preventSwipe = "";
Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  display: "flex",
  slideNumber: "c/t",
  hash: true,
  hashOneBasedIndex: !location.search.includes("receiver"), // The speaker's window counts from 0 where it shows slides.
  jumpToSlide: true,
  transition: "none",
  backgroundTransition: "none",
  keyboardCondition: turns,
  plugins: [RevealNotes],
});
Reveal.on("slidechanged", ({ currentSlide }) => {
  if (!currentSlide.contains(document.activeElement)) leave(); // A hidden pad would go on taking the keys.
});
