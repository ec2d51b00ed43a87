import type { Viewer as ViewerOf } from '../server/auth/tokens.ts';
import type { Config } from '../server/config.ts';
import { builder, viewerOf } from './builder.ts';

const Limits = builder.objectRef<Config>('Limits').implement({
  description: 'What this server allows.',
  fields: (t) => ({
    maxFileBytes: t.float({ resolve: (config) => config.MAX_FILE_BYTES }),
    maxPages: t.int({ resolve: (config) => config.MAX_PAGES }),
    maxUnfinishedJobs: t.int({ resolve: (config) => config.MAX_UNFINISHED_JOBS }),
    retentionHours: t.int({
      description: 'Hours that files are kept after the end of their job.',
      resolve: (config) => Math.ceil(config.RETENTION_HOURS),
    }),
  }),
});

const Viewer = builder.objectRef<ViewerOf>('Viewer').implement({
  description: 'Who asks: the subject of the token.',
  fields: (t) => ({
    id: t.id({ resolve: (viewer) => viewer.subject }),
    name: t.string({ nullable: true, resolve: (viewer) => viewer.name }),
    limits: t.field({ type: Limits, resolve: (_, __, context) => context.services.config }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({ type: Viewer, resolve: (_, __, context) => viewerOf(context) }),
);
