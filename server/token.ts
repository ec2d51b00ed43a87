import { revoke } from './auth/revocations.ts';
import { readSecret } from './auth/secret.ts';
import { createTokens } from './auth/tokens.ts';
import { type Config, number, readConfig, setting, text } from './config.ts';
import { connect } from './db/client.ts';
import { runningPostgres } from './db/embedded/running.ts';
import { help } from './help.ts';
import { plainMessage } from './log.ts';
import type { Owner } from './owner.ts';

const usage = `npm run token -- --sub alice [--name "Alice Doe"] [--days 30]
       npm run token -- --revoke alice [--issuer https://login.example.com]`;
const options = {
  SUB: setting('Who it is for: the subject of the token', text(), undefined),
  NAME: setting('Their name, for people to read', text(), undefined),
  DAYS: setting('Days that it is good for', number(0.001, 36_500), 30),
  REVOKE: setting('The subject whose tokens and sessions end now, all that it has', text(), undefined),
  ISSUER: setting('Who vouches for that subject, where it is not AUTH_ISSUER', text(), undefined),
};

/** Prints a token for whoever this is, that the server of the same settings takes; or ends what somebody was given. */
async function main() {
  const flags = process.argv.slice(2);
  if (flags.includes('--help')) return console.log(help(usage, options));
  const { SUB, REVOKE, ISSUER, NAME, DAYS, ...config } = readConfig(process.env, flags, options);
  if ((SUB === undefined) === (REVOKE === undefined))
    throw new Error(`--sub or --revoke: one of the two is required. Usage: ${usage}`);
  if (SUB !== undefined) console.log(await give(config, { subject: SUB, name: NAME }, DAYS));
  else if (REVOKE !== undefined) await end(config, { issuer: ISSUER ?? config.AUTH_ISSUER, subject: REVOKE });
}

async function give(
  config: Config,
  who: { subject: string; name: string | undefined },
  days: number,
): Promise<string> {
  // A new one would sign what no server takes.
  const made = await readSecret(config.DATA_DIR);
  const secrets = config.AUTH_SECRET ?? (made && [made]);
  if (!secrets)
    throw new Error(
      `DATA_DIR (${config.DATA_DIR}) has no secret, which a server makes there at its first start. ` +
        'Give the DATA_DIR of the server that shall take the token, or its AUTH_SECRET.',
    );
  const tokens = createTokens({ secrets, issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE });
  return (await tokens.sign(who, days * 86_400)).token;
}

async function end({ DATABASE_URL, DATA_DIR }: Config, owner: Owner): Promise<void> {
  const url = DATABASE_URL ?? (await runningPostgres(DATA_DIR));
  if (!url)
    throw new Error(
      `DATA_DIR (${DATA_DIR}): no server runs on it. Start it, or give the DATA_DIR or DATABASE_URL of the one that shall forget.`,
    );
  const database = connect(url, 1);
  try {
    await revoke(database.db, owner);
  } finally {
    await database.close();
  }
  console.log(`All tokens and sessions of ${owner.subject} (${owner.issuer}) until now have ended.`);
}

await main().catch((error: Error) => {
  console.error(plainMessage(error));
  process.exitCode = 1;
});
