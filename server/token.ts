import { readSecret } from './auth/secret.ts';
import { createTokens } from './auth/tokens.ts';
import { number, readConfig, setting, text } from './config.ts';
import { help } from './help.ts';

const usage = 'npm run token -- --sub alice [--name "Alice Doe"] [--days 30]';
const options = {
  SUB: setting('Who it is for: the subject of the token', text(), undefined),
  NAME: setting('Their name, for people to read', text(), undefined),
  DAYS: setting('Days that it is good for', number(0.001, 36_500), 30),
};

/** Prints a token for whoever this is, that the server of the same settings takes. */
async function main() {
  const flags = process.argv.slice(2);
  if (flags.includes('--help')) return console.log(help(usage, options));
  const config = readConfig(process.env, flags, options);
  if (!config.SUB) throw new Error(`--sub: required. Usage: ${usage}`);
  // A new one would sign what no server takes.
  const made = await readSecret(config.DATA_DIR);
  const secrets = config.AUTH_SECRET ?? (made && [made]);
  if (!secrets)
    throw new Error(
      `DATA_DIR (${config.DATA_DIR}) has no secret, which a server makes there at its first start. ` +
        'Give the DATA_DIR of the server that shall take the token, or its AUTH_SECRET.',
    );
  const tokens = createTokens({ secrets, issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE });
  const { token } = await tokens.sign({ subject: config.SUB, name: config.NAME }, config.DAYS * 86_400);
  console.log(token);
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
