/** The two forms of -T, both in the C locale: ctime(3), and ISO 8601 with the zone. */
import type { LocalTime } from './local-time.ts';

export type DateFormat = 'ctime' | 'iso';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function formatDate(time: LocalTime, format: DateFormat): string {
  const { year, month, day, hour, minute, second, weekday, offsetMinutes } = time;
  const clock = [hour, minute, second].map(two).join(':');
  if (format === 'ctime') {
    return `${WEEKDAYS[weekday]} ${MONTHS[month]} ${day.toString().padStart(2)} ${clock} ${year}`;
  }
  const sign = offsetMinutes < 0 ? '-' : '+';
  const offset = Math.abs(offsetMinutes);
  return `${year}-${two(month + 1)}-${two(day)}T${clock}${sign}${two(Math.floor(offset / 60))}${two(offset % 60)}`;
}

function two(value: number): string {
  return value.toString().padStart(2, '0');
}
