import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Services } from '../services.ts';

/**
 * Whom to count against: behind a trusted proxy the address that it added last. Of IPv6 the first 64 bits, as whoever
 * has one address has all of its network (RFC 6177).
 */
export function clientNetwork({ config }: Services, request: IncomingMessage): string {
  const forwarded = config.TRUST_PROXY ? request.headers['x-forwarded-for'] : undefined;
  const last = String(forwarded ?? '')
    .split(',')
    .at(-1)
    ?.trim();
  return networkOf(last || request.socket.remoteAddress || '');
}

function networkOf(address: string): string {
  // As a socket of both families shows an IPv4 address.
  const v4 = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (v4 || !isIPv6(address)) return v4 ?? address;
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const groups = head.split(':').filter(Boolean);
  if (tail !== undefined) {
    const after = tail.split(':').filter(Boolean);
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
