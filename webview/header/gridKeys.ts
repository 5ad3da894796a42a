/** Where a key takes the active row of a grid, or undefined for a key that takes it nowhere. */
export function moved(key: string, active: number, rows: number, inView: number): number | undefined {
  const to = destination(key, active, rows, inView);
  return to === undefined ? undefined : Math.max(0, Math.min(rows - 1, to));
}

function destination(key: string, active: number, rows: number, inView: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return active + 1;
    case 'ArrowUp':
      return active - 1;
    case 'PageDown':
      return active + inView;
    case 'PageUp':
      return active - inView;
    case 'Home':
      return 0;
    case 'End':
      return rows - 1;
    default:
      return undefined;
  }
}
