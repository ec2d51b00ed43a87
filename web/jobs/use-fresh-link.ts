import { useEffect, useRef, useState } from 'react';
import type { MouseEvent } from 'react';
import { useClient } from 'urql';
import { graphql } from '../graphql.ts';

const links = graphql(`
  query Links($id: ID!) {
    node(id: $id) {
      ... on File {
        url
      }
      ... on Job {
        archive
      }
    }
  }
`);

/** Signed links are good for a quarter of an hour at least; on a page that stayed open longer they are asked for anew. */
const goodFor = 14 * 60_000;

/** A signed link that is good when it is used. @param id of the file, or of the job whose archive it is */
export function useFreshLink(id: string, url: string) {
  const client = useClient();
  const receivedAt = useRef(0);
  useEffect(() => {
    receivedAt.current = Date.now();
  }, [url]);
  const [gone, setGone] = useState(false);
  const isFresh = () => Date.now() - receivedAt.current < goodFor;

  /** Undefined where what it leads to is gone, which `gone` says from then on. */
  async function link(): Promise<string | undefined> {
    if (isFresh()) return url;
    const { data } = await client.query(links, { id });
    const node = data?.node;
    const fresh = node && 'url' in node ? node.url : node && 'archive' in node ? node.archive : undefined;
    setGone(!fresh);
    return fresh ?? undefined;
  }

  /** For a click on it. */
  async function follow(event: MouseEvent): Promise<void> {
    if (isFresh()) return;
    event.preventDefault();
    const fresh = await link();
    if (fresh) location.assign(fresh);
  }

  return { link, follow, gone };
}
