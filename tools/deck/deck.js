// The drawing pad, the step-through and other controls keep the keys that they need; PageUp and PageDown, which
// presenters send, always turn the page.
function turns(event) {
  const control = event.target.closest?.(".shown :is(button, input, select, textarea, [role=application])");
  if (!control || event.key === "PageUp" || event.key === "PageDown") return true;
  return control.tagName === "BUTTON" && event.key !== " " && event.key !== "Enter";
}
// reveal.js takes no key at all while a field has the focus: one that was clicked gives it back.
document.addEventListener("click", (event) => {
  if (event.detail && event.target.matches(".shown input")) event.target.blur();
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
