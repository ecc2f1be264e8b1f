/** A sentence of the server's left_out list as a message and its parameters; undefined when we do not know it. */
export interface Said {
  key: 'unusable' | 'at_base' | 'no_cells' | 'no_sites' | 'stray' | 'no_drive' | 'sites_off' | 'cells_off' | 'undrawn';
  kind?: string;
  n?: number;
  people?: number;
  distance?: number;
}

/** The server says what it left out in English; these are the sentences that have words in the page's language. */
export function read(text: string): Said | undefined {
  const unusable = /^(\w+): (\d+) planned, in maintenance or unsafe$/.exec(text);
  if (unusable) return { key: 'unusable', kind: unusable[1], n: Number(unusable[2]) };
  const stray = /^gaps at (\d+) m: (\d+) people in cells outside every boundary drawn$/.exec(text);
  if (stray) return { key: 'stray', distance: Number(stray[1]), n: Number(stray[2]) };
  if (text.startsWith('unit: counted at its base')) return { key: 'at_base', kind: 'unit' };
  if (text.startsWith('no population cells')) return { key: 'no_cells' };
  if (text.startsWith('no sites')) return { key: 'no_sites' };
  return readByRoad(text);
}

function readByRoad(text: string): Said | undefined {
  const drive = /^unit: (\d+) do not go by road$/.exec(text);
  if (drive) return { key: 'no_drive', kind: 'unit', n: Number(drive[1]) };
  const sites = /^(\d+) sites have no road near/.exec(text);
  if (sites) return { key: 'sites_off', n: Number(sites[1]) };
  const cells = /^(\d+) cells with (\d+) people have no road near/.exec(text);
  if (cells) return { key: 'cells_off', n: Number(cells[1]), people: Number(cells[2]) };
  const undrawn = /^gaps at \d+ s: (\d+) people in (\d+) cells that cannot be drawn$/.exec(text);
  if (undrawn) return { key: 'undrawn', n: Number(undrawn[2]), people: Number(undrawn[1]) };
  return undefined;
}

/** One of the server's assumptions about travel times, likewise. */
export type Assumed = { key: 'free_flow' | 'no_turns' } | { key: 'travel'; kind: string; profile: string; direction: string };

export function readAssumption(text: string): Assumed | undefined {
  const travel = /^(\w+): (\w+), (toward|away)/.exec(text);
  if (travel) return { key: 'travel', kind: travel[1]!, profile: travel[2]!, direction: travel[3]! };
  if (text.startsWith('free-flow speeds')) return { key: 'free_flow' };
  if (text.startsWith('ordinary turn delays')) return { key: 'no_turns' };
  return undefined;
}
