import { i18n } from './i18n';

const ZONE = 'Asia/Shanghai';
const THIN = '\u2009';
export const NONE = '–';

const locale = () => i18n.global.locale.value;

const dates = new Map<string, Intl.DateTimeFormat>();
function date(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${locale()} ${key}`;
  let made = dates.get(id);
  if (!made) {
    made = new Intl.DateTimeFormat(locale() === 'en' ? 'en-GB' : 'zh-CN', { timeZone: ZONE, hourCycle: 'h23', ...options });
    dates.set(id, made);
  }
  return made;
}

type When = string | number | Date | null | undefined;
function shown(at: When, format: () => Intl.DateTimeFormat): string {
  if (at === null || at === undefined || at === '') return NONE;
  return format().format(new Date(at));
}

/** clockTime is 19:43:57 in the city's zone. */
export const clockTime = (at: When) => shown(at, () => date('clock', { hour: '2-digit', minute: '2-digit', second: '2-digit' }));
/** dayTime is 11/23 19:43 in the city's zone. */
export const dayTime = (at: When) => shown(at, () => date('day', { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }));
/** fullTime is the date and the time to the second. */
export const fullTime = (at: When) =>
  shown(at, () => date('full', { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }));
/** dateOnly is the day alone. */
export const dateOnly = (at: When) => shown(at, () => date('date', { year: 'numeric', month: '2-digit', day: '2-digit' }));

/** age is mm:ss, from an hour on h:mm:ss, from two days on days; ms in, minus becomes +. */
export function age(ms: number): string {
  const s = Math.floor(Math.abs(ms) / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const sign = ms < 0 ? '+' : '';
  if (s >= 172800) return `${sign}${Math.floor(s / 86400)}${THIN}d`;
  if (s >= 3600) return `${sign}${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return `${sign}${two(Math.floor(s / 60))}:${two(s % 60)}`;
}

/** minutes is 4′10″ of seconds, from ten minutes on 23′ alone, from an hour on 1:05 h. */
export function minutes(s: number | null | undefined): string {
  if (s === null || s === undefined || Number.isNaN(s)) return NONE;
  const whole = Math.max(0, Math.round(s));
  const two = (n: number) => String(n).padStart(2, '0');
  if (whole >= 3600) return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}${THIN}h`;
  if (whole >= 600) return `${Math.round(whole / 60)}′`;
  return whole < 60 ? `${whole}″` : `${Math.floor(whole / 60)}′${two(whole % 60)}″`;
}

/** brief is whole minutes of seconds, 4′; less than one is <1′. */
export const brief = (s: number): string => (s < 60 ? '<1′' : `${Math.round(s / 60)}′`);

/** count is a whole number with thin spaces between thousands. */
export function count(n: number | null | undefined): string {
  if (n === null || n === undefined || Number.isNaN(n)) return NONE;
  return Math.round(n).toString().replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** share is 0..1 as per cent; unknown stays unknown. */
export function share(part: number | null | undefined, digits = 0): string {
  if (part === null || part === undefined || Number.isNaN(part)) return NONE;
  return `${(part * 100).toFixed(digits)}${THIN}%`;
}

/** distance is metres below one kilometre, else kilometres. */
export function distance(m: number | null | undefined): string {
  if (m === null || m === undefined || Number.isNaN(m)) return NONE;
  if (m < 995) return `${Math.round(m / 10) * 10}${THIN}m`;
  return `${(m / 1000).toFixed(m < 9950 ? 1 : 0)}${THIN}km`;
}

/** area is square kilometres of square metres. */
export function area(m2: number | null | undefined): string {
  if (m2 === null || m2 === undefined) return NONE;
  const km2 = m2 / 1e6;
  return `${km2 < 10 ? km2.toFixed(1) : count(km2)}${THIN}km²`;
}

/** speed is km/h of metres a second. */
export function speed(mps: number | null | undefined): string {
  if (mps === null || mps === undefined || Number.isNaN(mps)) return NONE;
  return `${Math.round(mps * 3.6)}`;
}

/** lonLat is a point with five decimals, about a metre. */
export function lonLat(point: readonly number[]): string {
  return `${point[0]?.toFixed(5)}, ${point[1]?.toFixed(5)}`;
}

/** roman is I to V of 1 to 5. */
export const roman = (n: number) => ['', 'I', 'II', 'III', 'IV', 'V'][n] ?? String(n);
