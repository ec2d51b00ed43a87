import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

/** A reporter of the test runner that says which files it ran, one a line. */
export default async function* filesRun(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files = new Set<string>();
  for await (const { type, data } of events)
    if (type === 'test:complete' && data.file) files.add(relative('.', data.file));
  for (const file of files) yield `${file}\n`;
}
