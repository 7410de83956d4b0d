// Two issuers on one port: one as Entra's are named (/TENANT/v2.0), one as Google's (no path).
// Whoever is named by GET /control?account=KEY is signed in without being asked.
import http from "node:http";
import { Provider, interactionPolicy } from "oidc-provider";

const { tenant, accounts, clients } = JSON.parse(process.argv[2]);
let account = Object.keys(accounts)[0];
let at, entra, google;

const policy = interactionPolicy.base();
policy.add(new interactionPolicy.Prompt({ name: "select_account", requestable: true }), 0);

function issuer(path) {
  const provider = new Provider(at + path, {
    clients,
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { policy, url: (ctx, interaction) => `${path}/interaction/${interaction.uid}` },
    claims: {
      openid: ["sub", "tid", "oid", "hd", "azp"],
      email: ["email", "email_verified"],
      profile: ["name", "preferred_username"],
    },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
  });
  const answer = provider.callback();
  return async (req, res) => {
    req.originalUrl = req.url;
    req.url = req.url.slice(path.length) || "/";
    if (!req.url.startsWith("/interaction/")) return answer(req, res);
    const { params } = await provider.interactionDetails(req, res);
    const grant = new provider.Grant({ accountId: account, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const consent = { grantId: await grant.save() };
    return provider.interactionFinished(req, res, { login: { accountId: account }, select_account: {}, consent });
  };
}

const server = http.createServer((req, res) => {
  if (req.url.startsWith("/control")) {
    account = new URL(req.url, at).searchParams.get("account");
    return res.end("ok");
  }
  return req.url.startsWith(`/${tenant}/v2.0`) ? entra(req, res) : google(req, res);
});
server.listen(0, "127.0.0.1", () => {
  at = `http://127.0.0.1:${server.address().port}`;
  entra = issuer(`/${tenant}/v2.0`);
  google = issuer("");
  console.log(at);
});
