import { onUnmounted, ref, shallowRef, watch } from 'vue';
import type { ApiProblem } from '../api/problem';
import { serverNow } from '../ui/clock';
import { preview, problemOf, type Preview } from './commands';
import { askedOf, type Draft } from './form';

const REST = 400; // ms without a change before the server is asked

/** useReach asks whom the form would warn as it is filled in; whole says that the message is complete. */
export function useReach(draft: () => Draft) {
  const reach = shallowRef<Preview>();
  const refused = shallowRef<ApiProblem>();
  const whole = ref(false), looking = ref(false);
  let timer = 0;
  let call: AbortController | undefined;

  async function ask(): Promise<void> {
    const asked = askedOf(draft(), serverNow());
    if (!asked) {
      reach.value = refused.value = undefined;
      looking.value = false;
      return;
    }
    const mine = (call = new AbortController());
    try {
      const found = await preview(asked.body, mine.signal);
      if (mine.signal.aborted) return;
      [reach.value, refused.value, whole.value] = [found, undefined, asked.whole];
    } catch (cause) {
      if (mine.signal.aborted) return;
      [reach.value, refused.value] = [undefined, problemOf(cause)];
    }
    looking.value = false;
  }
  watch(() => JSON.stringify(draft()), () => {
    clearTimeout(timer);
    call?.abort();
    looking.value = true;
    timer = window.setTimeout(() => void ask(), REST);
  }, { immediate: true });
  onUnmounted(() => {
    clearTimeout(timer);
    call?.abort();
  });
  return { reach, refused, whole, looking };
}
