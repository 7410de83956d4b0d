// Stoplight's Prism twice in one program: a Graph that makes its answers up, and a judge before any other.
// Given its folder and a description. Prints the address of the first; for each address that it reads, that
// of a judge before it.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [folder, description] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
const { createLogger } = require("@stoplight/prism-core");
const { getHttpOperationsFromSpec } = require("@stoplight/prism-http");
const { createServer } = require("@stoplight/prism-http-server");

const operations = await getHttpOperationsFromSpec(description);
const judging = { validateRequest: true, validateResponse: true, checkSecurity: true, errors: true };
const components = { logger: createLogger("prism", { level: "silent" }) };
const start = (kind) => {
  const config = { ...judging, mock: { dynamic: false }, ...kind };
  return createServer(operations, { cors: false, config, components }).listen(0, "127.0.0.1");
};
console.log(await start({ isProxy: false }));
for await (const line of createInterface({ input: process.stdin })) {
  console.log(await start({ isProxy: true, upstream: new URL(line) }));
}
process.exit();
