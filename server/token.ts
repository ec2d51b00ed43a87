import { parseArgs } from 'node:util';
import { readOrCreateSecret } from './auth/secret.ts';
import { createTokens } from './auth/tokens.ts';
import { readConfig } from './config.ts';

/** `npm run token -- --sub alice [--name "Alice Doe"] [--days 30]`: prints a token for whoever this is. */
const { values } = parseArgs({
  options: { sub: { type: 'string' }, name: { type: 'string' }, days: { type: 'string', default: '30' } },
});
const days = Number(values.days);
if (!values.sub || !(days > 0)) {
  console.error('Usage: npm run token -- --sub alice [--name "Alice Doe"] [--days 30]');
  process.exit(2);
}
const config = readConfig(process.env);
const secret = config.AUTH_SECRET ?? (await readOrCreateSecret(config.DATA_DIR));
const tokens = createTokens({ secret, issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE });
const { token } = await tokens.sign({ subject: values.sub, name: values.name }, days * 86_400);
console.log(token);
