// Somebody else's Gmail (@emulators/google), on a port of its own; prints the port.
import { createServer, serve } from "@emulators/core";
import { googlePlugin, seedFromConfig } from "@emulators/google";

const mailbox = process.argv[2];
const made = createServer(googlePlugin, { tokens: { good: { login: mailbox, id: 1, scopes: [] } } });
seedFromConfig(made.store, made.baseUrl, { users: [{ email: mailbox, name: "Handbell" }] });
const server = serve({ fetch: made.app.fetch, port: 0, hostname: "127.0.0.1" });
const say = () => console.log(server.address().port);
if (server.listening) say();
else server.on("listening", say);
