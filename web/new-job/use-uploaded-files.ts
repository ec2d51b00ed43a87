import { useCallback } from 'react';
import { useClient } from 'urql';
import { graphql } from '../graphql.ts';
import type { UploadedFile } from '../upload.ts';

const uploadedFile = graphql(`
  query UploadedFile($id: ID!) {
    node(id: $id) {
      ... on File {
        id
        name
        bytes
        pages
      }
    }
  }
`);

/** Asks what the server knows of an upload; undefined where it has none of that id any more. The same function always. */
export function useUploadedFiles(): (id: string) => Promise<UploadedFile | undefined> {
  const client = useClient();
  return useCallback(
    async (id) => {
      const { data } = await client.query(uploadedFile, { id });
      return data?.node && 'pages' in data.node ? data.node : undefined;
    },
    [client],
  );
}
