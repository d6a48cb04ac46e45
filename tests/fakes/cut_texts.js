() => {
  const root = document.documentElement;
  const found = new Set();
  const says = (element, text, how) => {
    const name = element.tagName.toLowerCase() + (element.id ? "#" + element.id : "")
      + (element.classList.length ? "." + [...element.classList].join(".") : "");
    found.add(`${how}: ${name} "${text.trim().slice(0, 60)}"`);
  };
  const style = (element) => getComputedStyle(element);
  const scrolls = (value) => value === "auto" || value === "scroll";
  // What is for screen readers alone is clipped to nothing, or far outside, on purpose.
  const unseen = (element) => {
    for (let e = element; e; e = e.parentElement) {
      if (style(e).clipPath.startsWith("inset(50%") || e.classList.contains("skip")) return true;
    }
    return false;
  };
  const hinted = new Set();
  const judge = (element, text, box) => {
    let { left, right, top, bottom } = box;
    for (let e = element; e; e = e.parentElement) {
      const { overflowX, overflowY, position } = style(e);
      const inside = e.getBoundingClientRect();
      if (scrolls(overflowX) || scrolls(overflowY)) {
        hinted.add(e);
        if (left < inside.left - 1 && !e.scrollLeft) return says(element, text, "cut at the left");
        left = Math.max(left, inside.left); right = Math.min(right, inside.right);
        top = Math.max(top, inside.top); bottom = Math.min(bottom, inside.bottom);
        if (right <= left || bottom <= top) return;
      } else if (overflowX !== "visible" && e !== root && e !== document.body) {
        if (left < inside.left - 1 || right > inside.right + 1 || top < inside.top - 1 || bottom > inside.bottom + 1) {
          return says(element, text, "cut by " + e.tagName.toLowerCase());
        }
      }
      if (position === "fixed") break;
    }
    if (left < -1 || right > innerWidth + 1) says(element, text, "outside of the window");
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || unseen(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = element instanceof SVGElement ? [element.getBoundingClientRect()] : [...range.getClientRects()];
    for (const box of boxes) if (box.width && box.height) judge(element, node.data, box);
    // A label that ends in an ellipsis is whole in the section's table.
    if (node.data.endsWith("\u2026") && element instanceof SVGElement) {
      const start = node.data.slice(0, -1).trim();
      const section = element.closest("section");
      if (!section || ![...section.querySelectorAll("td, th")].some((cell) => cell.textContent.startsWith(start))) {
        says(element, node.data, "shortened, and nowhere whole");
      }
    }
  }
  for (const field of document.querySelectorAll("input, select, button")) {
    if (field.checkVisibility() && field.scrollWidth > field.clientWidth + 1) says(field, field.value || field.textContent, "too narrow");
  }
  // What scrolls says so by a shade at the end that is hidden, and can be reached by the keyboard.
  for (const element of hinted) {
    const across = element.scrollWidth > element.clientWidth + 1, down = element.scrollHeight > element.clientHeight + 1;
    if (!across && !down) continue;
    const { backgroundAttachment } = style(element);
    if (!(backgroundAttachment.includes("local") && backgroundAttachment.includes("scroll"))) says(element, element.textContent, "scrolls without a hint");
    if (element.tabIndex < 0) says(element, element.textContent, "scrolls out of the keyboard's reach");
  }
  return [...found];
}
