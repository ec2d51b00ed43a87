import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createIdentify, type Identify } from './auth/identify.ts';
import { createIssuers, type Issuers } from './auth/issuers.ts';
import type { OpenId } from './auth/openid.ts';
import { createRateLimit, type RateLimit } from './auth/rate-limit.ts';
import { openRevocations, type Revocations, revocationsChannel } from './auth/revocations.ts';
import { readOrCreateSecret } from './auth/secret.ts';
import { createSessions, type Sessions } from './auth/sessions.ts';
import { createTokens, type Tokens } from './auth/tokens.ts';
import type { Config } from './config.ts';
import { connect, type Database } from './db/client.ts';
import { type Listener, listen } from './db/listen.ts';
import { migrate } from './db/migrate.ts';
import { checkPooler } from './db/pooler.ts';
import { type Archives, createArchives } from './files/zip-archives.ts';
import { createDiskStorage } from './files/disk.ts';
import { createDiskSpace } from './files/disk-space.ts';
import { createFiles, type Files } from './files/files.ts';
import { joinStorage } from './files/installation.ts';
import { createLinks, type Links } from './files/links.ts';
import { createPartialUploads, type PartialUploads } from './files/partial-uploads.ts';
import type { Storage } from './files/storage.ts';
import { createThumbnails, type Thumbnails } from './files/thumbnails.ts';
import { createUnfinishedUploads, type UnfinishedUploads } from './files/unfinished-uploads.ts';
import { createUploadHolds } from './files/upload-holds.ts';
import { createFeeds, type Feeds } from './jobs/feeds.ts';
import { createJobs, type Jobs } from './jobs/jobs.ts';
import { createQueue, type Queue } from './jobs/queue.ts';
import { createJobReader, type JobReader } from './jobs/read.ts';
import { createRetention, type Retention } from './jobs/retention.ts';
import { jobsChannel } from './jobs/write.ts';
import type { Logger } from './log.ts';
import { findSecondWall, type SecondWall } from './pdf/slot/second-wall.ts';
import { createSlots, type Slots } from './pdf/slot/slots.ts';

/** Everything that a role works with, built once. */
export interface Services {
  config: Config;
  log: Logger;
  database: Database;
  /** For further LISTEN connections, past a pooler. */
  directUrl: string;
  listener: Listener;
  secondWall: SecondWall;
  storage: Storage;
  queue: Queue;
  read: JobReader;
  jobs: Jobs;
  feeds: Feeds;
  files: Files;
  unfinished: UnfinishedUploads;
  partialUploads: PartialUploads;
  links: Links;
  archives: Archives;
  thumbnails: Thumbnails;
  tokens: Tokens;
  revocations: Revocations;
  issuers: Issuers;
  identify: Identify;
  sessions: Sessions;
  /** Undefined where people do not sign in. */
  openId: OpenId | undefined;
  retention: Retention;
  limits: { guests: RateLimit; signIns: RateLimit; uploads: RateLimit; jobs: RateLimit };
  /** Removes what deleted jobs leave behind, soon; the sweep does it again. */
  purge: () => void;
  close(): Promise<void>;
}

/** The composition root: connects, migrates, wires. @param url the database, embedded or not; @param intakeEntry what a slot runs */
export async function createServices(
  config: Config,
  log: Logger,
  url: string,
  intakeEntry?: URL,
): Promise<Services> {
  const directUrl = config.DATABASE_DIRECT_URL ?? url;
  await migrate(directUrl);
  await checkPooler(url);
  const database = connect(url, 10);
  const { db } = database;
  const storage = await createDiskStorage(config.DATA_DIR);
  await joinStorage(db, storage, { ...describe(config), adopt: config.ADOPT_STORAGE, log });
  const secrets = config.AUTH_SECRET ?? [await readOrCreateSecret(config.DATA_DIR)];
  const queue = await createQueue({ url: directUrl, works: config.ROLE !== 'web', log });
  const read = createJobReader(db);
  const feeds = createFeeds(read, config.MAX_SUBSCRIPTIONS, log);
  const tokens = createTokens({ secrets, issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE });
  const issuers = createIssuers(config.OIDC_TRUSTED_ISSUERS ?? [], config.AUTH_AUDIENCE, log);
  const revocations = await openRevocations(db, log);
  const listener = await listen({
    url: directUrl,
    channels: { [jobsChannel]: feeds.hint, [revocationsChannel]: revocations.resync },
    onReady() {
      revocations.resync();
      feeds.resync();
    },
    log,
  });
  const secondWall = await findSecondWall(config.SLOT_WALL);
  log.info({ secondWall: secondWall.missing ?? 'stands' }, 'slots');
  // On demand. One is left for others, however slow one owner's files are to look at.
  const intakeSize = Math.max(2, Math.floor(availableParallelism() / 2));
  const intakeSlots: Slots = createSlots({
    size: intakeSize,
    bounds: { share: intakeSize - 1, room: lineRoom },
    dir: join(config.DATA_DIR, 'intake'),
    maxPages: config.MAX_PAGES,
    log,
    second: secondWall,
    ...(intakeEntry ? { entry: intakeEntry } : {}),
  });
  // Its own, so that no upload waits for a drawing, which can take seconds and cannot be interrupted.
  const thumbnailSlots = createSlots({
    size: 1,
    bounds: { room: lineRoom },
    dir: join(config.DATA_DIR, 'thumbnails'),
    maxPages: config.MAX_PAGES,
    log,
    second: secondWall,
  });
  const space = createDiskSpace(storage, {
    minFree: config.MIN_FREE_BYTES,
    maxFileBytes: config.MAX_FILE_BYTES,
  });
  const unfinished = createUnfinishedUploads(db, space);
  const holds = createUploadHolds(db, log);
  const unusedHours = config.UNUSED_UPLOAD_HOURS ?? config.RETENTION_HOURS;
  const files = createFiles({
    db,
    storage,
    intakeSlots,
    unfinished,
    holds,
    maxBytes: config.MAX_FILE_BYTES,
    retentionHours: unusedHours,
  });
  const retention = createRetention(db, storage, config.RETENTION_HOURS, log);

  return {
    config,
    log,
    database,
    directUrl,
    listener,
    secondWall,
    storage,
    queue,
    read,
    feeds,
    retention,
    jobs: createJobs({
      db,
      queue,
      read,
      limits: {
        maxPages: config.MAX_PAGES,
        // A document that may be uploaded may be worked on.
        maxJobPages: Math.max(config.MAX_JOB_PAGES, config.MAX_PAGES),
        maxUnfinishedJobs: config.MAX_UNFINISHED_JOBS,
      },
      retentionHours: config.RETENTION_HOURS,
    }),
    files,
    unfinished,
    partialUploads: await createPartialUploads({
      dataDir: config.DATA_DIR,
      files,
      unfinished,
      holds,
      patienceHours: unusedHours,
    }),
    thumbnails: createThumbnails(storage, thumbnailSlots, log),
    links: createLinks(secrets, config.PUBLIC_URL),
    archives: createArchives(storage),
    tokens,
    revocations,
    issuers,
    identify: createIdentify({ tokens, issuers, revocations }),
    sessions: createSessions(db),
    openId: await openIdOf(config, log),
    limits: {
      guests: createRateLimit(30, 10),
      // All of an office may come from one address.
      signIns: createRateLimit(600, 300),
      uploads: createRateLimit(300, 120),
      jobs: createRateLimit(300, 120),
    },
    purge: () => void retention.purge().catch((error: Error) => log.warn({ err: error }, 'purge')),
    async close() {
      feeds.close();
      revocations.close();
      await holds.close();
      await intakeSlots.close();
      await thumbnailSlots.close();
      await listener.close();
      await queue.close();
      await database.close();
    },
  };
}

/** Its library is loaded only where people sign in. */
async function openIdOf(config: Config, log: Logger): Promise<OpenId | undefined> {
  if (!config.OIDC_ISSUER || !config.OIDC_CLIENT_ID) return undefined;
  const { createOpenId } = await import('./auth/openid.ts');
  return createOpenId(
    {
      issuer: config.OIDC_ISSUER,
      clientId: config.OIDC_CLIENT_ID,
      clientSecret: config.OIDC_CLIENT_SECRET,
      scopes: config.OIDC_SCOPES,
      admins: config.OIDC_ADMINS,
    },
    log,
  );
}

/** As the operator knows them, without passwords. */
function describe({ DATABASE_URL, DATA_DIR }: Config): { database: string; storage: string } {
  const { host, pathname } = URL.parse(DATABASE_URL ?? '') ?? {};
  return {
    database: host ? `DATABASE_URL (${host}${pathname})` : `the database in ${join(DATA_DIR, 'postgres')}`,
    storage: `DATA_DIR (${DATA_DIR})`,
  };
}

/** How many may wait for a look at their file. A hundred at once by one person are fine. */
const lineRoom = 400;
