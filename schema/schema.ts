import './file.ts';
import './job-connection.ts';
import './job-mutations.ts';
import './node-query.ts';
import './step.ts';
import './subscriptions.ts';
import './viewer.ts';
import { builder } from './builder.ts';

export const schema = builder.toSchema();
