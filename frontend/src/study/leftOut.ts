/** A sentence of the server's left_out list as a message and its parameters; undefined when we do not know it. */
export interface Said { key: 'unusable' | 'at_base' | 'no_cells' | 'no_sites' | 'stray'; kind?: string; n?: number; distance?: number }

/** The server says what it left out in English; these are the sentences that have words in the page's language. */
export function read(text: string): Said | undefined {
  const unusable = /^(\w+): (\d+) planned, in maintenance or unsafe$/.exec(text);
  if (unusable) return { key: 'unusable', kind: unusable[1], n: Number(unusable[2]) };
  const stray = /^gaps at (\d+) m: (\d+) people in cells outside every boundary drawn$/.exec(text);
  if (stray) return { key: 'stray', distance: Number(stray[1]), n: Number(stray[2]) };
  if (text.startsWith('unit: counted at its base')) return { key: 'at_base', kind: 'unit' };
  if (text.startsWith('no population cells')) return { key: 'no_cells' };
  if (text.startsWith('no sites')) return { key: 'no_sites' };
  return undefined;
}
