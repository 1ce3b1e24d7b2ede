// The panel of a sentence low in the window stands at the top. Escape closes it, until another sentence is pointed at or gone to.
const root = document.documentElement;
const show = (event) => {
  const mark = event.target.closest("mark");
  if (!mark) return;
  root.classList.remove("closed");
  root.classList.toggle("above", mark.getBoundingClientRect().bottom > innerHeight * 0.7);
};
document.addEventListener("mouseover", show);
document.addEventListener("focusin", show);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  root.classList.add("closed");
  if (document.activeElement.matches("mark")) document.activeElement.blur();
});
