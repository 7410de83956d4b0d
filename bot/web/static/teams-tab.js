// The tab in Teams: signs in whoever has it open, and shows our own pages in a frame. Those have no script, so
// what they need of Teams (its theme, a new sign-in when theirs has ended) is done here.
(() => {
  "use strict";
  const THEMES = { default: "light", light: "light", dark: "dark", contrast: "contrast" };
  // Teams answers in a moment; for a token it may have to ask its reader first.
  const HELLO_MS = 10_000;
  const TOKEN_MS = 60_000;

  const teams = window.microsoftTeams;
  const by = (id) => document.getElementById(id);
  const asked = by("tab").dataset;
  const inside = by("inside");
  const root = document.documentElement;
  // Whether a page of ours was shown since the last sign-in: then the browser keeps it.
  let kept = false;
  let place = asked.only;

  const say = (id) => {
    for (const panel of document.querySelectorAll(".panel")) panel.hidden = panel.id !== id;
    document.body.classList.toggle("framing", id === "inside");
    inside.hidden = id !== "inside";
    if (id !== "inside") by("place").hidden = true;
    if (id !== "wait") by(id).querySelector("h1")?.focus();
  };

  const failed = (error) => {
    console.warn("the tab cannot go on:", error);
    say("failed");
  };

  const within = (milliseconds, promise) =>
    Promise.race([
      promise,
      new Promise((_, refuse) => { setTimeout(() => refuse(new Error("no answer")), milliseconds); }),
    ]);

  const send = async (path, said) => {
    const token = await within(TOKEN_MS, teams.authentication.getAuthToken());
    return fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token, ...said }),
    });
  };

  // The theme of Teams on this page, on the one in the frame, and on those that follow.
  const paint = (name) => {
    const theme = THEMES[name];
    if (!theme) return;
    root.dataset.theme = theme;
    if (inside.contentDocument) inside.contentDocument.documentElement.dataset.theme = theme;
    if (!inside.hidden) fetch(`/teams?theme=${theme}`).catch(() => {});
  };

  const show = (to) => {
    const address = new URL(to, window.location.origin);
    if (root.dataset.theme) address.searchParams.set("theme", root.dataset.theme);
    inside.src = address;
    say("inside");
  };

  const offerOthers = (settings) => {
    by("place").hidden = settings.length < 2;
    by("change").onclick = () => choose(settings, (setting) => open({ setting, chosen: true }));
  };

  const choose = (settings, then) => {
    by("settings").replaceChildren(...settings.map((one) => {
      const row = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button quiet";
      button.textContent = one.name;
      button.onclick = () => then(one.key, one.name);
      row.append(button);
      return row;
    }));
    say("choose");
  };

  // Sign in, and show the page the tab is for; ask where, when nobody has said.
  const open = async (said = {}) => {
    try {
      say("wait");
      const answer = await send("/teams/sign-in", { setting: place, to: asked.to, ...said });
      teams.app.notifySuccess();
      if (answer.status === 403) return say("unknown");
      if (!answer.ok) return say("failed");
      const found = await answer.json();
      if (!found.setting) return choose(found.settings, (setting) => open({ setting, chosen: true }));
      place = found.setting;
      kept = false;
      show(found.to);
      offerOthers(found.settings);
    } catch (error) {
      failed(error);
    }
  };

  // Where our sign-in page would stand, or nothing that we may look at, the session is not there.
  const look = () => {
    const page = inside.contentDocument;
    if (inside.hidden || page?.location.href === "about:blank") return;
    if (page && !page.location.pathname.startsWith("/sign-in")) {
      kept = true;
      if (root.dataset.theme) page.documentElement.dataset.theme = root.dataset.theme;
      document.title = page.title;
    } else if (kept) open();
    else say("blocked");
  };

  const connect = async (event) => {
    event.preventDefault();
    try {
      const answer = await send("/teams/code", { code: by("code").value });
      if (answer.ok) return open();
      if (answer.status !== 422 && answer.status !== 429) return say("failed");
      by("code-wrong").hidden = answer.status !== 422;
      by("code-slow").hidden = answer.status !== 429;
      by("code-field").classList.add("wrong");
      by("code").setAttribute("aria-invalid", "true");
      by("code").focus();
    } catch (error) {
      failed(error);
    }
  };

  // Tell Teams what a channel's tab shows: the dashboard or one's own duties, at one setting.
  const offer = (setting, name) => {
    const only = setting ? `&setting=${encodeURIComponent(setting)}` : "";
    by("shows").hidden = !setting;
    by("shows").querySelector("strong").textContent = name;
    teams.pages.config.registerOnSaveHandler(async (save) => {
      try {
        const page = document.querySelector("input[name=page]:checked").value;
        await teams.pages.config.setConfig({
          entityId: `${setting || ""}${page}`,
          contentUrl: `${window.location.origin}/teams?to=${page}${only}&theme={theme}`,
          websiteUrl: `${window.location.origin}${page}`,
          suggestedDisplayName: "Handbell",
        });
        save.notifySuccess();
      } catch (error) {
        save.notifyFailure(String(error));
      }
    });
    teams.pages.config.setValidityState(true);
    say("ready");
  };

  const setUp = async () => {
    try {
      const answer = await send("/teams/sign-in", { to: asked.to });
      teams.app.notifySuccess();
      if (!answer.ok && answer.status !== 403) return say("failed");
      const settings = answer.ok ? (await answer.json()).settings : [];
      if (settings.length > 1) choose(settings, offer);
      else offer(settings[0]?.key, settings[0]?.name);
    } catch (error) {
      failed(error);
    }
  };

  const start = async () => {
    try {
      say("wait");
      await within(HELLO_MS, teams.app.initialize());
      teams.app.registerOnThemeChangeHandler(paint);
      paint((await within(HELLO_MS, teams.app.getContext())).app.theme);
      await (asked.sets ? setUp() : open());
    } catch (error) {
      failed(error);
    }
  };

  inside.addEventListener("load", look);
  by("code-form").addEventListener("submit", connect);
  document.querySelector("[data-again]").addEventListener("click", start);
  // Opened outside Teams it is a page like any other; Teams on a telephone has no frame, and says so otherwise.
  if (window.parent === window && !window.nativeInterface) window.location.replace(asked.to);
  else start();
})();
