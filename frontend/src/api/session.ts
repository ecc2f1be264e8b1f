import { shallowRef } from 'vue';
import { api, ask, onSignedOut } from './client';
import { ApiProblem } from './problem';
import type { Session } from './types';

/** session is who is signed in; undefined before it was asked, null when nobody is. */
export const session = shallowRef<Session | null | undefined>(undefined);

onSignedOut(() => (session.value = null));

/** readSession asks the server who is signed in. */
export async function readSession(): Promise<Session | null> {
  try {
    session.value = await ask(api.GET('/api/session'));
  } catch (cause) {
    if (!(cause instanceof ApiProblem) || (cause.status !== 401 && cause.status !== 403)) throw cause;
    session.value = null;
  }
  return session.value ?? null;
}

/** signIn opens a session; a wrong name or password is thrown as an ApiProblem. */
export async function signIn(name: string, password: string): Promise<Session> {
  const opened = await ask(api.POST('/api/session', { body: { name, password } }));
  session.value = opened;
  return opened;
}

/** signOut ends the session. */
export async function signOut(): Promise<void> {
  await ask(api.DELETE('/api/session'));
  session.value = null;
}

/** may says whether the session's role allows an action, such as incident.create. */
export function may(action: string): boolean {
  return session.value?.actions.includes(action) ?? false;
}
