/** Writes times and numbers. */

/** `12:00:01.123`, local. */
export function clockTime(at: number): string {
  const date = new Date(at);
  const two = (part: number): string => String(part).padStart(2, '0');
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${parts}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

export function grouped(count: number): string {
  return count.toLocaleString('en');
}

const compactly = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `950`, `12.3K`, `1.2M`. */
export function compact(count: number): string {
  return compactly.format(count);
}
