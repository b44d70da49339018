/** A moment as the calendar and clock on the wall show it, in the zone of TZ: localtime(3). */
export interface LocalTime {
  readonly year: number;
  /** 0 is January. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** East of Greenwich. */
  readonly offsetMinutes: number;
}

export function localTime(unixSeconds: number): LocalTime {
  const date = new Date(unixSeconds * 1000);
  return {
    year: date.getFullYear(),
    month: date.getMonth(),
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    weekday: date.getDay(),
    offsetMinutes: 0 - date.getTimezoneOffset(),
  };
}
