// The same words as the template filter `duration` (luyue/web/timewords.py); a test holds the two together.

/**
 * A length of time with its two largest units: "2 天 3 小时", "1 小时 12 分", "12 分", "45 秒".
 * @param {number} seconds whole seconds; the sign is ignored
 * @param {{d: string, h: string, m: string, s: string, join: string}} units unit words with "{n}"
 */
export function duration(seconds, units) {
  let rest = Math.abs(Math.trunc(seconds));
  if (rest < 60) return units.s.replace("{n}", rest);
  const days = Math.floor(rest / 86400);
  rest -= days * 86400;
  const hours = Math.floor(rest / 3600);
  const minutes = Math.floor((rest - hours * 3600) / 60);
  const parts = [[days, units.d], [hours, units.h], [minutes, units.m]];
  const first = parts.findIndex(([n]) => n > 0);
  return parts
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => unit.replace("{n}", n))
    .join(units.join);
}
