import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Draft } from '../api/intent';
import { enqueue, QueueFull, startQueue } from '../api/queue';
import { session } from '../api/session';
import { assignments } from '../live/live';
import { serverNow } from '../ui/clock';
import type { Maker } from './drafts';
import { subjectId } from './drafts';
import './words';

/** begin starts the queue of who is signed in; it goes on until the page ends. */
export function begin(): void {
  if (session.value) void startQueue(session.value.account, (i) => assignments.value.get(subjectId(i)));
}

/** useQueue keeps wishes on this device; failure says why one could not even be kept. */
export function useQueue() {
  begin();
  const { t } = useI18n();
  const failure = ref('');
  const maker = (about: string): Maker => ({ account: session.value!.account, now: serverNow(), about });

  /** put answers whether it was kept. */
  async function put(draft: Draft, photo?: Blob): Promise<boolean> {
    failure.value = '';
    try {
      await enqueue(draft, photo);
      return true;
    } catch (cause) {
      failure.value = cause instanceof QueueFull ? t('crew.full') : t('crew.failed', { why: cause instanceof Error ? cause.message : String(cause) });
      return false;
    }
  }
  return { put, maker, failure };
}
