import assert from 'node:assert/strict';
import type { Client } from './client.ts';

/** The protocol by hand: what a client of tus sends, and what it may get wrong. */
export interface TusClient {
  begin(length: number | string, headers?: Record<string, string>, body?: Buffer): Promise<Response>;
  /** Of an upload that must be let in. */
  address(length: number): Promise<string>;
  /** Resolves with the answer's headers; more may come. */
  send(url: string, offset: number, bytes: Buffer, headers?: Record<string, string>): Promise<Response>;
  ask(url: string): Promise<Response>;
  end(url: string): Promise<Response>;
}

/** @param base of another process of the same installation, where it is not the client's own */
export function tusClient(client: Client, base = client.url): TusClient {
  const common = { ...client.headers, 'tus-resumable': '1.0.0' };
  const at = (url: string) => new URL(url, base);
  const begin: TusClient['begin'] = (length, headers, body) =>
    fetch(at('/uploads'), {
      method: 'POST',
      headers: {
        ...common,
        'upload-length': String(length),
        'upload-metadata': `filename ${Buffer.from('report.pdf').toString('base64')}`,
        ...headers,
      },
      ...(body ? { body: new Uint8Array(body) } : {}),
    });
  return {
    begin,
    async address(length) {
      const response = await begin(length);
      assert.equal(response.status, 201, await response.text());
      return response.headers.get('location') ?? '';
    },
    send: (url, offset, bytes, headers) =>
      fetch(at(url), {
        method: 'PATCH',
        headers: {
          ...common,
          'upload-offset': String(offset),
          'content-type': 'application/offset+octet-stream',
          ...headers,
        },
        body: new Uint8Array(bytes),
      }),
    ask: (url) => fetch(at(url), { method: 'HEAD', headers: common }),
    end: (url) => fetch(at(url), { method: 'DELETE', headers: common }),
  };
}

/** What a refusal says. Each is JSON and names the protocol's version. */
export async function refusal(
  response: Response,
): Promise<{ status: number; code: string; message: string }> {
  assert.equal(response.headers.get('tus-resumable'), '1.0.0');
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  assert.match(error.message, /[.!]$/);
  return { status: response.status, ...error };
}
