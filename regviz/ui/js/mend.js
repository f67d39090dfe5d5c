// Where the markup of Streamlit shuts a reader out it is put right, as it comes: a style of the site, rv-come, tells of it.

// What is too wide for the page scrolls; keys reach it too.
const wide = new ResizeObserver((seen) => seen.forEach(({ target }) => reach(target)));

function reach(node) {
  if (node.scrollWidth > node.clientWidth) node.tabIndex = 0;
  else node.removeAttribute("tabindex");
}

const WIDE = ".stMarkdown :is(table, .katex-display), pre";
const MENDS = [
  ['[data-testid="stSidebarNavItems"], [data-testid="stSidebarNavItems"] li', (node) => (node.role = "none")], // no list: headings stand between its items
  ['[data-testid="stFileUploaderDropzone"]', (node) => (node.role = "group")], // it has a name, which presentation has not
  [WIDE, (node) => wide.observe(node)],
];

export function mend() {
  if (window.regvizMends) return;
  window.regvizMends = true;
  for (const [which, put] of MENDS) document.querySelectorAll(which).forEach(put);
  addEventListener("animationstart", ({ animationName, target }) => {
    if (animationName === "rv-come") MENDS.find(([which]) => target.matches(which))?.[1](target);
  });
  // formulas grow when their letters come
  document.fonts.addEventListener("loadingdone", () => document.querySelectorAll(WIDE).forEach(reach));
}
