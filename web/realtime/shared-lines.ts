import type { ExecutionResult } from 'graphql';
import type { Connection } from './connection.ts';
import type { Sink, SubscribeRequest } from './transports.ts';

interface SharedLine {
  sinks: Set<Sink>;
  /** All that a newcomer has to be told; undefined where a stream has no memory. */
  held: ExecutionResult | undefined;
  stop(): void;
}

/** The same connection, on which the same subscription of several tabs is one stream. */
export function shareLines(connection: Connection): Connection {
  const lines = new Map<string, SharedLine>();

  function begin(key: string, request: SubscribeRequest): SharedLine {
    const line: SharedLine = { sinks: new Set(), held: undefined, stop: () => {} };
    lines.set(key, line);
    const end = () => {
      lines.delete(key);
      return [...line.sinks];
    };
    line.stop = connection.subscribe(request, {
      next(result) {
        line.held = remember(line.held, result);
        line.sinks.forEach((sink) => sink.next(result));
      },
      error: (error) => end().forEach((sink) => sink.error(error)),
      complete: () => end().forEach((sink) => sink.complete()),
    });
    return line;
  }

  return {
    ...connection,
    subscribe(request, sink) {
      const key = JSON.stringify([request.query, request.variables]);
      const line = lines.get(key) ?? begin(key, request);
      line.sinks.add(sink);
      if (line.held) sink.next(line.held);
      return () => {
        if (!line.sinks.delete(sink) || line.sinks.size > 0) return;
        lines.delete(key);
        line.stop();
      };
    },
  };
}

interface Told {
  jobProgress?: { milestone?: unknown; events: readonly unknown[] };
}

/** The newest state with the whole timeline: what the server would tell someone who asks from the beginning. */
function remember(held: ExecutionResult | undefined, result: ExecutionResult): ExecutionResult | undefined {
  const before = (held?.data as Told | undefined)?.jobProgress;
  const now = (result.data as Told | undefined)?.jobProgress;
  if (!now) return result.errors ? result : undefined;
  if (!before) return result;
  const milestone = now.milestone ?? before.milestone;
  return { data: { jobProgress: { ...now, milestone, events: [...before.events, ...now.events] } } };
}
