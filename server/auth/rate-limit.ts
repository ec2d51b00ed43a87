import { AppError } from '../errors.ts';

/** Token buckets by key, in this process: enough to leave people alone and stop a loop that went wild. */
export interface RateLimit {
  /** @throws AppError RATE_LIMITED where the bucket is empty */
  take(key: string | { issuer: string; subject: string }): void;
}

/** @param burst how many in a row; @param perMinute how many come back each minute */
export function createRateLimit(burst: number, perMinute: number): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();

  function forgetFull(now: number) {
    for (const [key, bucket] of buckets)
      if (bucket.left + ((now - bucket.at) * perMinute) / 60_000 >= burst) buckets.delete(key);
  }

  return {
    take(who) {
      const key = typeof who === 'string' ? who : `${who.issuer}\n${who.subject}`;
      const now = Date.now();
      if (buckets.size >= maxBuckets) forgetFull(now);
      const bucket = buckets.get(key) ?? { left: burst, at: now };
      bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) * perMinute) / 60_000);
      bucket.at = now;
      buckets.set(key, bucket);
      if (bucket.left < 1) {
        const seconds = Math.ceil(((1 - bucket.left) * 60) / perMinute);
        throw new AppError('RATE_LIMITED', `Too many requests in a row. Try again in ${seconds} s.`, {
          retryAfter: seconds,
        });
      }
      bucket.left -= 1;
    },
  };
}

const maxBuckets = 10_000;
