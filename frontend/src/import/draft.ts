import { session } from '../api/session';
import type { Draft } from './mapping';

/** What this tab keeps of an import that is not yet sent: it comes back after a reload, for the same account only. */
interface Kept { id: string; account: string; draft: Draft; touched: string[] }
const PLACE = 'onemap.import';

export function keep(id: string, draft: Draft, touched: ReadonlySet<string>): void {
  const kept: Kept = { id, account: session.value?.account ?? '', draft, touched: [...touched] };
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(kept));
  } catch {
    // a full or forbidden store: the draft lives as long as the page
  }
}

export function keptOf(id: string): Pick<Kept, 'draft' | 'touched'> | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? 'null') as Kept | null;
    return kept?.id === id && kept.account === session.value?.account ? kept : undefined;
  } catch {
    return undefined;
  }
}

export const forget = (): void => sessionStorage.removeItem(PLACE);
