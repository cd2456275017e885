/**
 * Has `service-worker.js` keep the site for use without a network, and says when a newer version waits. Fetched when all
 * of the page's code is there. A page that stands inside another one keeps nothing.
 */

const isWhole = parent === window && !document.documentElement.hasAttribute("data-embed");

function button(className, text, onclick) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = className;
  button.textContent = text;
  button.addEventListener("click", onclick);
  return button;
}

/** The page leaves its work for the one that comes after it, as at any reload. */
function takeOver({ waiting }) {
  // Another tab may have been asked before.
  if (!waiting) return location.reload();
  waiting.addEventListener("statechange", () => location.reload());
  waiting.postMessage("take over");
}

function tell(registration) {
  document.querySelector(".update")?.remove();
  const notice = document.createElement("div");
  notice.className = "notice update";
  notice.setAttribute("role", "alert");
  const words = document.createElement("span");
  words.textContent = "A new version is there.";
  const reload = button("btn", "Reload", () => takeOver(registration));
  const later = button("btn quiet", "×", () => notice.remove());
  later.setAttribute("aria-label", "Dismiss");
  notice.append(words, reload, later);
  document.body.append(notice);
}

function watch(registration) {
  const look = () => {
    // At the first visit there is nothing that it would take over from.
    if (registration.waiting && registration.active) tell(registration);
  };
  const follow = () => registration.installing?.addEventListener("statechange", look);
  registration.addEventListener("updatefound", follow);
  follow();
  look();
}

// Absent where the page does not come over a secure connection, refused in some private windows.
if (isWhole) navigator.serviceWorker?.register("./service-worker.js").then((registration) => registration && watch(registration), () => {});
