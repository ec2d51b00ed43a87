import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

/**
 * The only reader of `process.env`. A flag of the same name beats the variable: `--port 8080`, `--max-pages=500`.
 * @param options what this program takes besides, as flags alone
 * @throws Error that tells all problems
 */
export function readConfig<Options extends Settings = Record<never, never>>(
  env: NodeJS.ProcessEnv = process.env,
  flags: readonly string[] = [],
  options: Options = {} as Options,
): Config & Values<Options> {
  const { values, words, problems } = readSettings({ ...settings, ...options }, env, flags);
  const config = values as Config & Values<Options>;
  problems.unshift(...words.map(noSuchFlag));
  if (config.DATABASE_URL && !config.AUTH_SECRET)
    problems.push(
      'AUTH_SECRET: required where DATABASE_URL is set, so that all processes sign alike; not found',
    );
  if (config.ROLE !== 'all' && !config.DATABASE_URL)
    problems.push(`DATABASE_URL: required where ROLE is ${config.ROLE}; not found`);
  if (config.OIDC_ISSUER && !config.OIDC_CLIENT_ID)
    problems.push('OIDC_CLIENT_ID: required where OIDC_ISSUER is set; not found');
  for (const name of ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ADMINS'] as const)
    if (config[name] && !config.OIDC_ISSUER)
      problems.push(`OIDC_ISSUER: required where ${name} is set; not found`);
  if (config.OIDC_TRUSTED_ISSUERS?.includes(config.AUTH_ISSUER))
    problems.push('OIDC_TRUSTED_ISSUERS: must not name AUTH_ISSUER, which is who signs our own tokens');
  if (problems.length > 0)
    throw new Error(`Octavo cannot start:\n${problems.map((p) => `  ${p}`).join('\n')}`);
  return Object.freeze(config);
}

/**
 * Reads some settings for a program that is not the server.
 * @returns `words` are those that belong to no flag, `problems` sentences for people
 */
export function readSettings<S extends Settings>(
  known: S,
  env: NodeJS.ProcessEnv,
  flags: readonly string[],
): { values: Values<S>; words: string[]; problems: string[] } {
  const { found, words, problems } = readFlags(flags, known);
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(known)) {
    const text = (found[name] ?? (name in settings ? env[name] : undefined))?.trim();
    try {
      // An empty variable is an unset one: that is how compose files pass what is not given.
      values[name] = text ? setting.parse(text) : setting.fallback;
    } catch (error) {
      // Secrets and passwords in URLs stay out of the terminal.
      const given = /SECRET|DATABASE/.test(name) ? `${text?.length} other characters` : `"${text}"`;
      problems.push(`${name}: ${(error as Error).message}; found ${given}`);
    }
  }
  return { values: values as Values<S>, words, problems };
}

export interface Setting<T> {
  doc: string;
  parse: (text: string) => T;
  fallback: T;
}

/** By the name of the variable, of which the flag's is made: `MAX_PAGES`, `--max-pages`. */
export type Settings = Readonly<
  Record<string, Setting<string | number | boolean | readonly string[] | undefined>>
>;

/** Every variable, in the order of the README's table, which a test holds against this one. */
export const settings = {
  HOST: setting('Address to listen on', text(), '127.0.0.1'),
  PORT: setting('Port to listen on; 0 takes a free one', integer(0, 65_535), 4000),
  PUBLIC_URL: setting('Origin that users see, where a proxy is in front', origin(), undefined),
  CORS_ORIGINS: setting(
    'Other origins whose pages may call the API, with commas between',
    origins(),
    undefined,
  ),
  TRUST_PROXY: setting('Take the client address from `X-Forwarded-For`', flag(), false),
  DATA_DIR: setting('Files, embedded database and secret', (t: string) => resolve(t), resolve('.octavo')),
  ADOPT_STORAGE: setting(
    'For one start: join a `DATA_DIR` and a database that do not know each other',
    flag(),
    false,
  ),
  DATABASE_URL: setting(
    'Postgres 14 or later; without it an embedded one starts. With `?prepare=false` behind a pooler that loses prepared statements (PgBouncer before 1.21)',
    postgresUrl(),
    undefined,
  ),
  DATABASE_DIRECT_URL: setting('The same database past a pooler, for LISTEN', postgresUrl(), undefined),
  ROLE: setting('`all`, `web` or `worker`', oneOf('all', 'web', 'worker'), 'all'),
  WORKER_CONCURRENCY: setting('Jobs a worker runs at once', integer(1, 256), availableParallelism()),
  SLOT_WALL: setting(
    'Whether slots, where documents are worked on, run behind a second wall, made by bubblewrap: `auto` (where it can be had), `required` or `off`',
    oneOf('auto', 'required', 'off'),
    'auto',
  ),
  MAX_FILE_BYTES: setting('Largest upload', integer(1_000, 2_000_000_000), 500_000_000),
  MIN_FREE_BYTES: setting(
    'Disk space that uploads leave to the database and running jobs; by default 1 GB or two of the largest uploads, on a small disk a tenth of it',
    integer(0, 1e15),
    undefined,
  ),
  MAX_PAGES: setting('Most pages of a document', integer(1, 1_000_000), 20_000),
  MAX_JOB_PAGES: setting('Most pages of all documents of a job together', integer(1, 10_000_000), 200_000),
  MAX_UNFINISHED_JOBS: setting('Most unfinished jobs an owner has', integer(1, 1_000_000), 200),
  MAX_SUBSCRIPTIONS: setting(
    'Most live subscriptions an owner has in one web process',
    integer(1, 1_000_000),
    500,
  ),
  MAX_CONNECTIONS: setting(
    'Most connections that a web process holds',
    integer(1, 1_000_000),
    affordableConnections(),
  ),
  RETENTION_HOURS: setting('Hours that files are kept after the end of their job', number(0.001, 8_760), 24),
  UNUSED_UPLOAD_HOURS: setting(
    'Hours that an upload is kept which no job uses, or that was broken off; by default RETENTION_HOURS',
    number(0.001, 8_760),
    undefined,
  ),
  AUTH_SECRET: setting(
    'Signs tokens and links, 32 characters or more; generated where the database is embedded. Several with commas between: the first signs, all are taken',
    secrets(),
    undefined,
  ),
  AUTH_ISSUER: setting('Issuer (`iss`) of our own tokens', text(), 'octavo'),
  AUTH_AUDIENCE: setting('Audience (`aud`) that a token must name', text(), 'octavo'),
  GUESTS: setting(
    'Whether anyone may have a guest token; by default only where OIDC_ISSUER is not set',
    flag(),
    undefined,
  ),
  OIDC_ISSUER: setting(
    'Where people sign in: the URL of an issuer that speaks OpenID Connect',
    url(),
    undefined,
  ),
  OIDC_CLIENT_ID: setting('How that issuer knows this server', text(), undefined),
  OIDC_CLIENT_SECRET: setting('What shows that to the issuer; without it a public client', text(), undefined),
  OIDC_SCOPES: setting('What is asked of the issuer, with spaces between', scopes(), 'openid profile email'),
  OIDC_ADMINS: setting(
    'Who of those who sign in is an administrator: a claim and its value, as `groups=pdf-admins`',
    claim(),
    undefined,
  ),
  OIDC_TRUSTED_ISSUERS: setting(
    'Other issuers whose JWTs for AUTH_AUDIENCE are believed: their URLs, with commas between',
    urls(),
    undefined,
  ),
  LOG_LEVEL: setting(
    '`trace` to `fatal`, or `silent`',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
  ),
} satisfies Settings;

/** `undefined` where a variable has no default and was not given. Times in hours, sizes in bytes. */
export type Config = Values<typeof settings>;

type Values<S extends Settings> = Readonly<{ [K in keyof S]: S[K]['fallback'] }>;

export function setting<T, F extends T | undefined>(
  doc: string,
  parse: (text: string) => T,
  fallback: F,
): Setting<T | F> {
  return { doc, parse, fallback };
}

export function text() {
  return (value: string): string => value;
}

export function number(min: number, max: number) {
  return (value: string): number => {
    const parsed = Number(value);
    if (!(parsed >= min && parsed <= max)) throw new Error(`must be a number from ${min} to ${max}`);
    return parsed;
  };
}

export function integer(min: number, max: number) {
  return (value: string): number => {
    const parsed = Number(value);
    if (!Number.isInteger(parsed) || parsed < min || parsed > max)
      throw new Error(`must be a whole number from ${min} to ${max}`);
    return parsed;
  };
}

function flag() {
  return (value: string): boolean => {
    if (!['true', 'false', '1', '0'].includes(value)) throw new Error('must be true or false');
    return value === 'true' || value === '1';
  };
}

function oneOf<T extends string>(...allowed: T[]) {
  return (value: string): T => {
    if (!allowed.includes(value as T)) throw new Error(`must be one of ${allowed.join(', ')}`);
    return value as T;
  };
}

function origin() {
  return (value: string): string => {
    const { protocol, origin, href } = URL.parse(value) ?? {};
    if (!/^https?:$/.test(protocol ?? '') || href !== `${origin}/`)
      throw new Error('must be an http or https URL without a path');
    return origin as string;
  };
}

function origins() {
  return (value: string): readonly string[] => value.split(',').map((one) => origin()(one.trim()));
}

/** As it is written: an issuer is known by its very letters. */
function url() {
  return (value: string): string => {
    const { protocol, search, hash } = URL.parse(value) ?? {};
    if (!/^https?:$/.test(protocol ?? '') || search || hash)
      throw new Error('must be an http or https URL without a query');
    return value;
  };
}

function urls() {
  return (value: string): readonly string[] => value.split(',').map((one) => url()(one.trim()));
}

function scopes() {
  return (value: string): string => {
    if (!value.split(' ').includes('openid')) throw new Error('must have "openid" among others');
    return value;
  };
}

function claim() {
  return (value: string): readonly string[] => {
    const [, name, wanted] = /^([^=]+)=(.+)$/.exec(value) ?? [];
    if (!name || !wanted) throw new Error('must be a claim and its value, as groups=pdf-admins');
    return [name, wanted];
  };
}

function postgresUrl() {
  return (value: string): string => {
    if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value))
      throw new Error('must be a postgres:// URL');
    return value;
  };
}

function secrets() {
  return (value: string): readonly string[] => {
    const all = value.split(',').map((one) => one.trim());
    if (all.some((one) => one.length < 32)) throw new Error('each must have 32 characters or more');
    // Commas parted nothing up to 0.1: what one secret with a comma has signed is still believed.
    return all.length > 1 ? [...all, value] : all;
  };
}

/** A connection takes a file handle and a download another; the database and the slots want some too. */
function affordableConnections(): number {
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files: { soft: number | string } };
  };
  // No number where there is no limit, as on Windows.
  return Math.floor(((Number(userLimits?.open_files.soft) || 30_000) * 2) / 3);
}

function readFlags(flags: readonly string[], known: Settings) {
  const found: Record<string, string> = {};
  const words: string[] = [];
  const problems: string[] = [];
  for (let i = 0; i < flags.length; i++) {
    const [, key, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(flags[i]!) ?? [];
    const name = key?.toUpperCase().replaceAll('-', '_');
    const setting = name === undefined ? undefined : known[name];
    const next = flags[i + 1]?.startsWith('--') ? undefined : flags[i + 1];
    if (!flags[i]!.startsWith('--')) words.push(flags[i]!);
    else if (!name || !setting) problems.push(noSuchFlag(flags[i]!));
    else if (inline !== undefined) found[name] = inline;
    else if (next !== undefined) found[name] = flags[++i]!;
    else if (typeof setting.fallback === 'boolean') found[name] = 'true';
    else problems.push(`${flags[i]}: a value must follow; found none`);
  }
  return { found, words, problems };
}

function noSuchFlag(flag: string): string {
  return `${flag}: no such flag; flags are named as the variables: --port 8080`;
}
