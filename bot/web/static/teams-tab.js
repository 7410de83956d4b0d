// The tab in Teams: signs whoever opened it in with the account Teams has, and goes on to our own page.
(() => {
  "use strict";
  const page = document.getElementById("tab").dataset;
  const teams = window.microsoftTeams;

  const goOn = (theme) => {
    const address = new URL(page.to, window.location.origin);
    if (theme) address.searchParams.set("theme", theme);
    window.location.replace(address);
  };

  const say = (id) => {
    document.getElementById("wait").hidden = true;
    document.getElementById(id).hidden = false;
  };

  const signIn = async () => {
    await teams.app.initialize();
    const context = await teams.app.getContext();
    const token = await teams.authentication.getAuthToken();
    const answer = await fetch("/teams/sign-in", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
    });
    teams.app.notifySuccess();
    if (answer.status === 403) say("unknown");
    else if (answer.ok) goOn(context.app.theme);
    else say("failed");
  };

  const setUp = async () => {
    await teams.app.initialize();
    teams.pages.config.registerOnSaveHandler(async (save) => {
      await teams.pages.config.setConfig({
        entityId: "school",
        contentUrl: `${window.location.origin}/teams?to=/school`,
        websiteUrl: `${window.location.origin}/school`,
        suggestedDisplayName: "Handbell",
      });
      save.notifySuccess();
    });
    teams.pages.config.setValidityState(true);
    teams.app.notifySuccess();
  };

  // Opened outside Teams it is a page like any other.
  if (window.parent === window) goOn("");
  else if (page.sets) setUp().then(() => say("ready"), () => say("failed"));
  else signIn().catch(() => say("failed"));
})();
