import { test } from 'node:test';
import { serverAudits } from 'graphql-http';
import { startServer } from './helpers/server.ts';
import assert from 'node:assert/strict';

test('the GraphQL over HTTP audits', async (t) => {
  await using server = await startServer({ worker: false });
  const audits = serverAudits({ url: `${server.url}/graphql`, fetchFn: fetch });
  assert.equal(audits.length, 61);
  for (const audit of audits)
    await t.test(audit.name, async () => {
      const result = await audit.fn();
      assert.equal(result.status, 'ok', 'reason' in result ? result.reason : 'no reason given');
    });
});
