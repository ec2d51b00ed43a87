import { useState } from 'react';
import { useClient } from 'urql';
import { graphql } from '../graphql.ts';
import type { JobData } from './job-fields.ts';

const fileUrl = graphql(`
  query FileUrl($id: ID!) {
    node(id: $id) {
      ... on File {
        url
      }
    }
  }
`);

/** Signed links are good for a quarter of an hour at least; on a page that stayed open longer they are asked for anew. */
const goodFor = 14 * 60_000;

/** A link to a result that is good when it is used. */
export function useFreshLink(file: JobData['outputs'][number]) {
  const client = useClient();
  const [received, setReceived] = useState({ at: Date.now(), url: file.url });
  if (received.url !== file.url) setReceived({ at: Date.now(), url: file.url });
  const [gone, setGone] = useState(false);

  return {
    isFresh: () => Date.now() - received.at < goodFor,
    /** Undefined where the file is gone, which `gone` says from then on. */
    async link(): Promise<string | undefined> {
      if (Date.now() - received.at < goodFor) return file.url;
      const { data } = await client.query(fileUrl, { id: file.id });
      const url = data?.node && 'url' in data.node ? data.node.url : undefined;
      setGone(!url);
      return url;
    },
    gone,
  };
}
