import { useState } from 'react';

/** How a file begins, as the server has drawn it; the blank leaf of one that cannot be drawn. */
export function FileThumbnail({ url }: { url: string | null }) {
  const [broken, setBroken] = useState(false);
  return (
    <span className="file-thumbnail" aria-hidden="true">
      {url && !broken && <img src={url} alt="" loading="lazy" onError={() => setBroken(true)} />}
    </span>
  );
}
