import { QueryClient, useQuery as useAny } from '@tanstack/vue-query';

/** queries keeps what was read; it is loaded with the first panel that reads something, not with the page. */
export const queries = new QueryClient({
  defaultOptions: { queries: { networkMode: 'always', retry: 1, staleTime: 15_000, refetchOnWindowFocus: false } },
});

/** useQuery is the library's own on the page's one store of answers. */
export const useQuery = ((options: Parameters<typeof useAny>[0]) => useAny(options, queries)) as typeof useAny;
