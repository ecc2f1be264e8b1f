import { onMounted, onUnmounted } from 'vue';
import type { Router } from 'vue-router';
import { taking } from '../intake/call';
import { settings } from '../ui/settings';
import { may } from '../api/session';
import { WORKSPACES } from './router';
import { shell } from './shell';

/** writing says whether the keyboard belongs to a field, a dialog or a menu. */
export function writing(e: KeyboardEvent): boolean {
  const at = e.target as HTMLElement | null;
  if (shell.palette || taking.value || at?.closest?.('input, textarea, select, [contenteditable="true"]')) return true;
  return document.querySelector('[role="dialog"], [data-reka-menu-content], :popover-open') !== null;
}

/** early keeps what is typed while the palette is opening: fast fingers must not set off shortcuts behind it. */
export function early(e: KeyboardEvent): void {
  const inField = (e.target as HTMLElement | null)?.closest?.('input');
  if (inField || e.key.length !== 1 || e.ctrlKey || e.altKey || e.metaKey) return;
  e.preventDefault();
  shell.typed += e.key;
}

/** letter is the single key of an event that may act as a shortcut, else an empty string. */
export function letter(e: KeyboardEvent): string {
  if (e.ctrlKey || e.altKey || e.metaKey || e.defaultPrevented || writing(e)) return '';
  if (/^[a-z]$/i.test(e.key) && !settings.keys) return '';
  return e.key.length === 1 ? e.key.toUpperCase() : e.key;
}

/** useKeys calls what stands under a key of this map while the component is shown. */
export function useKeys(keys: Record<string, () => void>, active: () => boolean = () => true): void {
  const press = (e: KeyboardEvent) => {
    if (!active()) return;
    const act = keys[e.shiftKey ? `Shift+${letter(e)}` : letter(e)] ?? keys[letter(e)];
    if (!act) return;
    e.preventDefault();
    act();
  };
  onMounted(() => addEventListener('keydown', press));
  onUnmounted(() => removeEventListener('keydown', press));
}

/** bindShortcuts binds the keys that act in every workspace. */
export function bindShortcuts(router: Router): void {
  const space = (key: string) => WORKSPACES.find((w) => w.key === key && may(w.action));
  const press = (e: KeyboardEvent) => {
    if (router.currentRoute.value.meta.open) return;
    if (shell.palette) return early(e);
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
      e.preventDefault();
      shell.palette = true;
    } else if (e.altKey && space(e.key)) {
      e.preventDefault();
      void router.push(space(e.key)!.path);
    } else if (letter(e) === '/') {
      e.preventDefault();
      shell.palette = true;
    } else if (letter(e) === '?') {
      shell.sheet = true;
    }
  };
  onMounted(() => addEventListener('keydown', press));
  onUnmounted(() => removeEventListener('keydown', press));
}
