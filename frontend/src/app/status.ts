import { computed, shallowRef, watch } from 'vue';
import { api, ask } from '../api/client';
import { session } from '../api/session';
import type { Status } from '../api/types';

const status = shallowRef<Status>();

watch(
  () => (session.value?.must_change_password ? undefined : session.value?.account),
  (account) => {
    if (account) void ask(api.GET('/api/status')).then((s) => (status.value = s)).catch(() => undefined);
  },
  { immediate: true },
);

/** demo says that the data are examples, which every map must show. */
export const demo = computed(() => status.value?.demo ?? false);
