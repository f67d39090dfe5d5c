// The only script that Streamlit carries: it fetches ours from SCRIPT, and says so where that fails.
// Elements of a page share one fetch, one sentence and one button, which asks again for all of them.

const AGAIN = "regviz-again";

window.regvizSite = { base: BASE, plotly: PLOTLY };

function fetched() {
  // a browser remembers a module that it could not fetch: each try asks at another address
  const tries = (window.regvizTries ??= 0), query = tries ? `?${tries}` : "";
  return (window.regvizScript ??= import(new URL(SCRIPT + query, location.origin).href).catch((error) => {
    window.regvizScript = undefined;
    window.regvizTries = tries + 1;
    throw error;
  }));
}

function apologise(parent) {
  if (document.querySelector(".rv-failed")) return;
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Try again" });
  const said = Object.assign(document.createElement("p"), { className: "rv-failed" });
  button.onclick = () => {
    said.remove();
    dispatchEvent(new Event(AGAIN));
  };
  said.setAttribute("role", "alert");
  said.append("The charts could not be loaded; the connection may have been lost. ", button);
  parent.prepend(said);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const left = new AbortController();
  let leave;
  const start = async () => {
    try {
      const { mount } = await fetched();
      if (!left.signal.aborted) leave = await mount(data, parentElement, setTriggerValue);
      if (left.signal.aborted) leave?.();
    } catch (error) {
      console.error(error);
      if (left.signal.aborted) return;
      addEventListener(AGAIN, start, { once: true, signal: left.signal });
      apologise(parentElement);
    }
  };
  start();
  return () => {
    left.abort();
    leave?.();
  };
}
