import assert from 'node:assert/strict';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export type Transport = 'sse' | 'ws';
export const transports: readonly Transport[] = ['sse', 'ws'];

export interface Answer<T> {
  data?: T;
  errors?: { message: string; path?: unknown[]; extensions: { code: string } }[];
}

/** A program that uses the service: HTTP, SSE and WebSocket as any other would. */
export class Client {
  readonly url: string;
  readonly token: string | undefined;

  constructor(url: string, token: string | undefined) {
    this.url = url;
    this.token = token;
  }

  static async guest(url: string): Promise<Client> {
    const response = await fetch(`${url}/auth/guest`, { method: 'POST' });
    assert.equal(response.status, 201);
    return new Client(url, ((await response.json()) as { token: string }).token);
  }

  get headers(): Record<string, string> {
    return this.token ? { authorization: `Bearer ${this.token}` } : {};
  }

  /** An operation over HTTP; the whole answer, errors and all. */
  async ask<T = Record<string, never>>(query: string, variables: object = {}): Promise<Answer<T>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.headers },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer<T>;
  }

  /** An operation that must succeed. */
  async data<T>(query: string, variables: object = {}): Promise<T> {
    const { data, errors } = await this.ask<T>(query, variables);
    assert.equal(errors, undefined, `${query}\n${JSON.stringify(errors, null, 2)}`);
    return data as T;
  }

  async post(bytes: BodyInit | Uint8Array, name = 'report.pdf'): Promise<Response> {
    return fetch(`${this.url}/files?name=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: this.headers,
      body: bytes as BodyInit,
    });
  }

  /** Uploads a PDF that must be accepted; its id. */
  async upload(bytes: Uint8Array, name = 'report.pdf'): Promise<string> {
    const response = await this.post(bytes, name);
    const body = (await response.json()) as { id: string };
    assert.equal(response.status, 201, JSON.stringify(body));
    return body.id;
  }

  async createJob(fileIds: string[], steps: object[], more: object = {}): Promise<CreateJobPayload> {
    const { createJob } = await this.data<{ createJob: CreateJobPayload }>(
      `mutation ($input: CreateJobInput!) { createJob(input: $input) { job { id state seq } userErrors { code message field } } }`,
      { input: { fileIds, steps, ...more } },
    );
    return createJob;
  }

  /** A job that must be accepted; its id. */
  async startJob(fileIds: string[], steps: object[], more: object = {}): Promise<string> {
    const { job, userErrors } = await this.createJob(fileIds, steps, more);
    assert.deepEqual(userErrors, []);
    assert.ok(job);
    return job.id;
  }

  async job(id: string): Promise<JobView | null> {
    return (
      await this.data<{ job: JobView | null }>(`query ($id: ID!) { job(id: $id) { ${jobFields} } }`, { id })
    ).job;
  }

  async download(file: { url: string }): Promise<Buffer> {
    const response = await fetch(new URL(file.url, this.url));
    assert.equal(response.status, 200);
    return Buffer.from(await response.arrayBuffer());
  }

  /** A subscription; each payload as it comes. Breaking out of the loop ends it, as a page that is closed does. */
  subscribe<T>(
    transport: Transport,
    query: string,
    variables: Record<string, unknown> = {},
  ): AsyncIterableIterator<Answer<T>> {
    if (transport === 'sse') {
      const client = createSseClient({ url: `${this.url}/graphql`, headers: this.headers, retryAttempts: 0 });
      return client.iterate({ query, variables }) as AsyncIterableIterator<Answer<T>>;
    }
    const client = createWsClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { ...this.headers },
      retryAttempts: 0,
    });
    return client.iterate({ query, variables }) as AsyncIterableIterator<Answer<T>>;
  }

  watch(
    transport: Transport,
    id: string,
    after = 0,
  ): AsyncIterableIterator<Answer<{ jobProgress: ProgressView }>> {
    return this.subscribe(
      transport,
      `subscription ($id: ID!, $after: Int) { jobProgress(id: $id, after: $after) { seq job { ${jobFields} } events { seq type message } } }`,
      { id, after },
    );
  }

  /** Watches to the end; the last state. */
  async finish(id: string, transport: Transport = 'sse'): Promise<JobView> {
    let last: JobView | undefined;
    for await (const { data, errors } of this.watch(transport, id)) {
      assert.equal(errors, undefined, JSON.stringify(errors));
      last = data?.jobProgress.job;
    }
    assert.ok(last);
    return last;
  }
}

export const jobFields = `id name state seq attempt expired
  progress { percent stage current total message ranges }
  inputs { id name } outputs { id name bytes pages sha256 mediaType url }
  error { code message retryable }`;

export interface UserErrorView {
  code: string;
  message: string;
  field: string[] | null;
}

export interface CreateJobPayload {
  job: { id: string; state: string; seq: number } | null;
  userErrors: UserErrorView[];
}

export interface JobView {
  id: string;
  name: string;
  state: string;
  seq: number;
  attempt: number;
  expired: boolean;
  progress: {
    percent: number;
    stage: string;
    current: number | null;
    total: number | null;
    message: string;
    ranges: string[];
  };
  inputs: { id: string; name: string }[];
  outputs: {
    id: string;
    name: string;
    bytes: number;
    pages: number | null;
    sha256: string;
    mediaType: string;
    url: string;
  }[];
  error: { code: string; message: string; retryable: boolean } | null;
}

export interface ProgressView {
  seq: number;
  job: JobView;
  events: { seq: number; type: string; message: string }[];
}
