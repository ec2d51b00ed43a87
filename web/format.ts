/** `84 MB`: decimal units, as file managers show them. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  const value = count / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** `14:02:21`, in the reader's time zone. */
export function clock(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB');
}

/** `14:02`, in the reader's time zone. */
export function timeOfDay(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

/** `Today`, `Yesterday`, `Monday`, `3 December`, `3 December 2025`. */
export function dayName(iso: string, now: number): string {
  const date = new Date(iso);
  const ago = Math.round((midnight(new Date(now)) - midnight(date)) / 86_400_000);
  if (ago <= 1) return ago === 1 ? 'Yesterday' : 'Today';
  if (ago < 7) return date.toLocaleDateString('en-GB', { weekday: 'long' });
  const year = date.getFullYear() === new Date(now).getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year });
}

/** `today 14:02`, `tomorrow 14:02`, `3 December 14:02`. */
export function moment(iso: string, now: number): string {
  const date = new Date(iso);
  const day = dayNames[Math.round((midnight(date) - midnight(new Date(now))) / 86_400_000)];
  return `${day ?? date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })} ${timeOfDay(iso)}`;
}

/** `3 December`. @param time milliseconds since 1970 */
export function day(time: number): string {
  return new Date(time).toLocaleDateString('en-GB', { day: 'numeric', month: 'long' });
}

/** `8 s`, `2 min 5 s`, `1 h 4 min`, of milliseconds. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Whole percent, rounded down: 100 is said only of what is done. */
export function wholePercent(percent: number): number {
  return Math.floor(percent);
}

/** `BOTTOM_CENTER` as `Bottom center`. */
export function spoken(name: string): string {
  const words = name.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const languages = new Intl.DisplayNames('en', { type: 'language' });

/** `German` for `deu`; what is no code of a language as it is. */
export function languageName(code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}

const dayNames: Record<number, string> = { [-1]: 'yesterday', 0: 'today', 1: 'tomorrow' };

function midnight(date: Date): number {
  return new Date(date).setHours(0, 0, 0, 0);
}
