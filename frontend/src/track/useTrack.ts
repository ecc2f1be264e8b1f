import { computed, markRaw, ref, watch } from 'vue';
import { api, ask } from '../api/client';
import { ApiProblem } from '../api/problem';
import { useQuery } from '../api/query';
import { may } from '../api/session';
import { serverNow } from '../ui/clock';
import { download } from '../ui/download';
import type { TrackCollection } from './trace';
import { localOf, rangeOf, type Asked } from './window';

/** FORMATS are the files a track can be had as, with their media types. */
const TYPES = { geojson: 'application/geo+json', gpx: 'application/gpx+xml', kml: 'application/vnd.google-earth.kml+xml' } as const;
export type Format = keyof typeof TYPES;
export const FORMATS = Object.keys(TYPES) as Format[];

const SOON = 15_000, LATER = 60_000; // ms between readings of a track that goes on

/** useTrack reads the track of a unit in a time that a person chooses, again and again while that time goes on. */
export function useTrack(unit: () => string, task: () => string | undefined, name: () => string) {
  const asked = ref<Asked>({ span: '1h', from: '', to: '' });
  watch(task, (since) => (asked.value.task = since), { immediate: true });
  const range = () => rangeOf(asked.value, serverNow());
  const wrong = computed(() => {
    const r = range();
    return typeof r === 'string' ? r : undefined;
  });
  const timed = (r: { from: number; to?: number }) => ({ unit: unit(), from: new Date(r.from).toISOString(), ...(r.to && { to: new Date(r.to).toISOString() }) });
  const query = useQuery({
    queryKey: ['track', computed(unit), computed(() => ({ ...asked.value }))],
    queryFn: async ({ signal }) => {
      const r = range();
      if (typeof r === 'string') throw new Error(r);
      const answer = await ask(api.GET('/api/tracks', { params: { query: { ...timed(r), doubtful: true } }, parseAs: 'json', signal }));
      return { track: markRaw(answer as unknown as TrackCollection) };
    },
    structuralSharing: false, // it is big, and never the same
    enabled: computed(() => !wrong.value),
    retry: (n, e) => n < 1 && !(e instanceof ApiProblem && e.status >= 400 && e.status < 500),
    refetchInterval: () => (asked.value.span === 'range' ? false : asked.value.span === '1h' || asked.value.span === 'task' ? SOON : LATER),
  });
  /** refused: the unit is none of the reader's; one out of scope is one that does not exist. */
  const refused = computed(() => query.error.value instanceof ApiProblem && [403, 404].includes(query.error.value.status));
  const span = useQuery({ queryKey: ['replay-span'], queryFn: () => ask(api.GET('/api/replay/span')), enabled: may('replay.read') });
  const keptFrom = computed(() => {
    const r = range();
    const since = span.data.value?.tracks_from;
    return since && typeof r !== 'string' && r.from < new Date(since).getTime() ? since : undefined;
  });

  const saving = ref<Format>(), failure = ref('');
  /** save hands the track over as a file, without what nobody trusts. */
  async function save(format: Format): Promise<void> {
    const r = range();
    if (typeof r === 'string' || saving.value) return;
    [saving.value, failure.value] = [format, ''];
    try {
      const text = await ask(api.GET('/api/tracks', { params: { query: { ...timed(r), format } }, parseAs: 'text' }));
      download(`track-${name() || unit()}-${localOf(r.from).replace(/[-:]/g, '')}.${format}`, TYPES[format], text as unknown as string);
    } catch (cause) {
      failure.value = cause instanceof ApiProblem ? cause.text : String(cause);
    } finally {
      saving.value = undefined;
    }
  }
  return { asked, wrong, query, keptFrom, refused, save, saving, failure };
}
