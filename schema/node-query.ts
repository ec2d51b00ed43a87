import { parseId } from '../server/id.ts';
import { builder, viewerOf } from './builder.ts';
import { File } from './file.ts';
import { Job } from './job.ts';
import { Node } from './node.ts';

builder.queryField('node', (t) =>
  t.field({
    type: Node,
    nullable: true,
    description: 'Anything that has an id. Null where it does not exist or is not yours.',
    args: { id: t.arg.id({ required: true }) },
    async resolve(_, { id }, context) {
      const viewer = viewerOf(context);
      const jobId = parseId('job', id);
      const fileId = parseId('file', id);
      const { read, files } = context.services;
      const job = jobId && (await read.find(viewer, jobId));
      if (job) return { __typename: Job.name, ...job };
      const file = fileId && (await files.find(viewer, fileId));
      return file ? { __typename: File.name, ...file } : null;
    },
  }),
);
