import type { IncomingMessage } from 'node:http';

/**
 * Where a request goes, read once. `request.url` is rewritten to what was read, so that whoever parses it again (Yoga,
 * the tus server) finds the same. Undefined for a target or a Host that is none.
 */
export function readAddress(request: IncomingMessage): URL | undefined {
  const { host = '' } = request.headers;
  // Anything but an authority would move the border between host and path for the next who puts both together.
  if (/[/\\?#@\s]/.test(host)) return undefined;
  const origin = `http://${host || 'localhost'}`;
  const target = request.url ?? '/';
  // A target that begins with two slashes is a path all the same, where a URL would begin with a host; a proxy's
  // request has the whole URL (RFC 9112, 3.2.2).
  const url = URL.parse(target.startsWith('/') ? origin + target : target);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  request.url = url.pathname + url.search;
  return url;
}
