import createClient, { type Middleware } from 'openapi-fetch';
import { asProblem, unreachable } from './problem';
import type { paths } from './schema';
import { uuid7 } from './uuid';

const PATIENCE = 20_000; // ms an answer may take

/** bounded is fetch that gives up, so that nothing waits for ever. */
function bounded(request: Request): Promise<Response> {
  const limit = AbortSignal.timeout(PATIENCE);
  return fetch(new Request(request, { signal: AbortSignal.any([request.signal, limit]) }));
}

/** api calls the server; wrap calls in ask to get data or a thrown ApiProblem. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: bounded });

const ended = new Set<() => void>();

/** onSignedOut tells when the server no longer knows the session. */
export function onSignedOut(hear: () => void): () => void {
  ended.add(hear);
  return () => ended.delete(hear);
}

/** signedOut says that the server no longer knows the session. */
export function signedOut(): void {
  for (const hear of ended) hear();
}

const everyCall: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', document.documentElement.lang);
    return request;
  },
  onResponse({ request, response }) {
    const signingIn = new URL(request.url).pathname === '/api/session';
    if (response.status === 401 && !signingIn) signedOut();
    return response;
  },
};
api.use(everyCall);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** ask waits for an answer and returns its data; a refusal is thrown as an ApiProblem. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    throw unreachable(cause);
  }
  if (!answer.response.ok) throw asProblem(answer.error, answer.response.status);
  return answer.data as T;
}

/** once is the header of one command; keep it to send the same command again. */
export function once(): { 'Idempotency-Key': string } {
  return { 'Idempotency-Key': uuid7() };
}

/** seen is the header of a change of something that was read at a version. */
export function seen(version: number): { 'Idempotency-Key': string; 'If-Match': string } {
  return { ...once(), 'If-Match': `"${version}"` };
}
