import { useEffect, useState } from 'react';
import { strings } from '../strings.ts';

const most = 50_000;

/** How a text begins. */
export function TextStart({ url }: { url: string }) {
  const [text, setText] = useState<string>();
  useEffect(() => {
    const abort = new AbortController();
    fetch(url, { headers: { range: `bytes=0-${most - 1}` }, signal: abort.signal })
      .then(async (response) => setText(response.ok ? await response.text() : strings.gone))
      .catch(() => !abort.signal.aborted && setText(strings.failedToLoad));
    return () => abort.abort();
  }, [url]);
  return (
    <pre tabIndex={0} aria-busy={text === undefined}>
      {text}
    </pre>
  );
}
