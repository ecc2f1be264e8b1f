import type { Map as MapLibre } from 'maplibre-gl';

/** ViewLock keeps the map still once a person has moved it: only while unlocked may the map fit to what happens. */
export class ViewLock {
  locked = false;
  private hearers = new Set<(locked: boolean) => void>();

  constructor(map: MapLibre) {
    const byHand = (e: { originalEvent?: unknown }) => e.originalEvent && this.lock();
    map.on('movestart', byHand);
    map.on('zoomstart', byHand);
  }

  lock(): void {
    this.change(true);
  }

  /** resume lets the map follow again. */
  resume(): void {
    this.change(false);
  }

  onChange(hear: (locked: boolean) => void): () => void {
    this.hearers.add(hear);
    return () => this.hearers.delete(hear);
  }

  private change(locked: boolean): void {
    if (this.locked === locked) return;
    this.locked = locked;
    for (const hear of this.hearers) hear(locked);
  }
}
