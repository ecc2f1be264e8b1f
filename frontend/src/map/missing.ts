import type { ErrorEvent, Map as MapLibre, Tile } from 'maplibre-gl';

const AGAIN = 10_000; // ms between two tries for what is missing

type Failed = ErrorEvent & { sourceId?: string; tile?: Tile };

/** MissingTiles knows the tiles that a map could not fetch, fetches them anew, at once when the network is back, and tells who listens. */
export class MissingTiles {
  private readonly map: MapLibre;
  private lacking = new Map<string, Tile[]>(); // by source
  private hearers = new Set<(any: boolean) => void>();
  private told = false;

  constructor(map: MapLibre) {
    this.map = map;
    map.on('error', ({ sourceId, tile, error }: Failed) => {
      if (!sourceId || !tile) return console.error(error);
      this.lacking.set(sourceId, [...(this.lacking.get(sourceId) ?? []), tile]);
      this.tell();
    });
    map.on('idle', () => this.tell());
    const timer = setInterval(this.again, AGAIN);
    window.addEventListener('online', this.again);
    map.once('remove', () => {
      clearInterval(timer);
      window.removeEventListener('online', this.again);
    });
  }

  onChange(hear: (any: boolean) => void): () => void {
    this.hearers.add(hear);
    hear(this.told);
    return () => this.hearers.delete(hear);
  }

  // again forgets first: what fails anew comes back by its error. The tiles are named, for a whole source is
  // fetched anew without those that failed.
  private again = () => {
    if (!navigator.onLine) return;
    const tried = [...this.lacking];
    this.lacking.clear();
    for (const [id, tiles] of tried) if (this.map.getSource(id)) this.map.refreshTiles(id, tiles.map((t) => t.tileID.canonical));
  };

  private tell(): void {
    const any = this.lacking.size > 0;
    if (any === this.told) return;
    this.told = any;
    for (const hear of this.hearers) hear(any);
  }
}
