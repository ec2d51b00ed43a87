import { backoff } from './backoff.ts';
import type { Sink, SubscribeRequest, Transport } from './transports.ts';

/** One subscription, over however many connections. */
export interface Line {
  request: SubscribeRequest;
  sink: Sink;
  /** Times in a row that it was refused or broke where the transport itself would not try again. */
  failures: number;
  end(): void;
}

export interface Lines {
  /** Returns how to end it. */
  start(request: SubscribeRequest, sink: Sink): () => void;
  /** On a new connection, from where it was. */
  restart(line: Line): void;
  each(visit: (line: Line) => void): void;
  size(): number;
}

/** Keeps subscriptions going over what `transport` gives. `broken`: one of them lost its way; `ended`: one is over. */
export function openLines(transport: () => Transport, broken: () => void, ended: () => void): Lines {
  const lines = new Set<Line>();

  function run(line: Line): void {
    let over = false;
    const stop = transport().subscribe(line.request, {
      next(result) {
        if (over) return;
        if (isUnauthenticated(result.errors)) return retry();
        line.failures = 0;
        advance(line.request, result.data);
        line.sink.next(result);
      },
      // Neither client gives up by rule; where one does (its own bug, a fatal close code), we do not.
      error: (error) => {
        if (over) return;
        if (Array.isArray(error) && !isUnauthenticated(error))
          finish(() => line.sink.next({ errors: error }));
        else retry();
      },
      complete: () => !over && finish(),
    });
    line.end = () => {
      over = true;
      stop();
    };

    function retry(): void {
      line.end();
      broken();
      void backoff(line.failures++).then(() => lines.has(line) && run(line));
    }

    function finish(last?: () => void): void {
      over = true;
      lines.delete(line);
      last?.();
      line.sink.complete();
      ended();
    }
  }

  return {
    start(request, sink) {
      const line: Line = {
        request: { ...request, variables: { ...request.variables } },
        sink,
        failures: 0,
        end: () => {},
      };
      lines.add(line);
      run(line);
      return () => {
        if (!lines.delete(line)) return;
        line.end();
        ended();
      };
    },
    restart(line) {
      line.end();
      run(line);
    },
    each: (visit) => lines.forEach(visit),
    size: () => lines.size,
  };
}

/** Both clients send the request anew when they reconnect: it must then ask only for what came after. */
function advance(request: SubscribeRequest, data: unknown): void {
  const seq = (data as { jobProgress?: { seq: number } } | null | undefined)?.jobProgress?.seq;
  if (seq !== undefined && 'after' in request.variables) request.variables['after'] = seq;
}

function isUnauthenticated(errors: readonly { extensions?: Record<string, unknown> }[] | undefined): boolean {
  return errors?.some((error) => error.extensions?.['code'] === 'UNAUTHENTICATED') ?? false;
}
