import { afterEach, expect, test } from 'vitest';
import { early, letter } from './shortcuts';
import { shell } from './shell';

const press = (key: string) => new KeyboardEvent('keydown', { key, cancelable: true });

afterEach(() => {
  shell.palette = false;
  shell.typed = '';
});

test('a letter is a shortcut until the palette is asked for', () => {
  expect(letter(press('n'))).toBe('N');
  shell.palette = true;
  expect(letter(press('n'))).toBe('');
});

test('what is typed before the palette is there is kept for it', () => {
  shell.palette = true;
  for (const key of ['h', 'Shift', 'g', 'Enter']) early(press(key));
  expect(shell.typed).toBe('hg');
});
