import { useEffect, useState } from 'react';

/** The time in milliseconds since 1970, anew every `interval` milliseconds; standing still where `interval` is undefined. */
export function useNow(interval: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (interval === undefined) return;
    const timer = setInterval(() => setNow(Date.now()), interval);
    return () => clearInterval(timer);
  }, [interval]);
  return now;
}
