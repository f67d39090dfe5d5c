// The only script that Streamlit carries: it fetches the modules from SCRIPTS, and says so where that fails.

export default function ({ data, parentElement }) {
  let leave, gone = false, tries = 0;
  const start = async () => {
    try {
      // a browser remembers a module that it could not fetch: each try asks at another address
      const source = SCRIPTS.replace(/\/$/, tries ? `.${tries}/` : "/");
      const { mount } = await import(new URL(`${source}start.js`, location.origin).href);
      parentElement.querySelector(".rv-failed")?.remove();
      if (!gone) leave = await mount(data, parentElement);
      if (gone) leave?.();
    } catch (error) {
      console.error(error);
      if (gone || parentElement.querySelector(".rv-failed")) return;
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Try again" });
      button.onclick = () => {
        tries += 1;
        start();
      };
      const said = Object.assign(document.createElement("p"), { className: "rv-failed" });
      said.setAttribute("role", "alert");
      said.append("The charts could not be loaded; the connection may have been lost. ", button);
      parentElement.prepend(said);
    }
  };
  start();
  return () => {
    gone = true;
    leave?.();
  };
}
