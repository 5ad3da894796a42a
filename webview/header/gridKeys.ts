/** Where a key takes the active row of a grid, or undefined for a key that takes it nowhere. */
export function moved(key: string, active: number, rows: number, inView: number): number | undefined {
  const to = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + inView,
    PageUp: active - inView,
    Home: 0,
    End: rows - 1,
  }[key];
  return to === undefined ? undefined : Math.max(0, Math.min(rows - 1, to));
}
