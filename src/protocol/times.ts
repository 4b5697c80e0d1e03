const UNITS = [
  ['Std.', 3_600],
  ['Min.', 60],
  ['Sek.', 1],
] as const;

/** `15 Min. 3 Sek.`; what is shorter than a second says so. */
export function duration(ms: number): string {
  let rest = Math.floor(Math.abs(ms) / 1_000);
  if (rest === 0) return ms === 0 ? '0 Sek.' : 'unter 1 Sek.';
  const parts: string[] = [];
  for (const [unit, seconds] of UNITS) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(' ');
}
