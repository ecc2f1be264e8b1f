export type LonLat = [number, number];

/**
 * Reads a coordinate somebody typed or pasted: "119.59 39.94", "39.94N, 119.59E", "119°35′24″ 39°56′24″".
 * Without letters the larger number is taken for the longitude, which holds everywhere in China; otherwise undefined.
 */
export function parsePoint(text: string): LonLat | undefined {
  const parts = text.trim().split(/\s*[,，;；]\s*|(?<=[\d°′″'"NSEWnsew度分秒])\s+(?=[-\dNSEWnsew])/).filter(Boolean);
  if (parts.length !== 2) return undefined;
  const a = degrees(parts[0]!), b = degrees(parts[1]!);
  if (!a || !b) return undefined;
  const lonFirst = a.axis ? a.axis === 'lon' : b.axis ? b.axis === 'lat' : Math.abs(a.value) > Math.abs(b.value);
  const [lon, lat] = lonFirst ? [a.value, b.value] : [b.value, a.value];
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [lon, lat] : undefined;
}

function degrees(text: string): { value: number; axis?: 'lon' | 'lat' } | undefined {
  const m = /^([NSEW])?\s*(-?\d+(?:\.\d+)?)\s*(?:[°度]\s*(?:(\d+(?:\.\d+)?)\s*[′'分]\s*(?:(\d+(?:\.\d+)?)\s*[″"秒])?)?)?\s*([NSEW])?$/i.exec(text.trim());
  if (!m) return undefined;
  const minutes = Number(m[3] ?? 0), seconds = Number(m[4] ?? 0);
  if (minutes >= 60 || seconds >= 60) return undefined;
  const letter = (m[1] ?? m[5] ?? '').toUpperCase();
  const size = Math.abs(Number(m[2])) + minutes / 60 + seconds / 3600;
  const value = m[2]!.startsWith('-') || letter === 'S' || letter === 'W' ? -size : size;
  return letter ? { value, axis: letter === 'E' || letter === 'W' ? 'lon' : 'lat' } : { value };
}

/** Six decimals are a tenth of a metre: all a ledger needs. */
export const writePoint = (p: LonLat): string => `${p[0].toFixed(6)}, ${p[1].toFixed(6)}`;
