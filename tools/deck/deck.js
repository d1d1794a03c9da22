// Keys and strokes for the drawing pad, the step-through and other controls stay theirs.
const own = "button, input, select, textarea, canvas, [role=application]";
for (const place of document.querySelectorAll(".cell.pad, .cell.html")) place.dataset.preventSwipe = "";
Reveal.initialize({
  width: 1280, height: 720, margin: 0, center: false, display: "flex",
  slideNumber: "c/t", hash: true, hashOneBasedIndex: true, jumpToSlide: true,
  transition: "none", backgroundTransition: "none",
  keyboardCondition: (event) => !event.target.closest?.(own),
  plugins: [RevealNotes],
});
