import Table from 'cli-table3';
import pc from 'picocolors';
import type { Terminal } from './terminal.ts';

export interface Column {
  readonly head: string;
  /** Numbers stand right. */
  readonly align?: 'left' | 'right';
}

/** How results look on this terminal: colours where it takes them, aligned columns everywhere. */
export class Style {
  readonly c: ReturnType<typeof pc.createColors>;

  constructor({ colour }: Terminal) {
    this.c = pc.createColors(colour);
  }

  /** Columns without frames, two spaces apart, under dimmed heads. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
    const table = new Table({
      head: columns.map(({ head }) => this.c.dim(head)),
      colAligns: columns.map(({ align = 'left' }) => align),
      chars: noFrames,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    });
    table.push(...rows.map((row) => [...row]));
    return lines(table.toString());
  }

  /** Names and values, one pair a line. */
  pairs(rows: readonly (readonly [string, string])[]): string {
    const table = new Table({
      chars: noFrames,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    });
    table.push(...rows.map(([name, value]) => [this.c.dim(name), value]));
    return lines(table.toString());
  }

  /** Texts beside one another, each wrapped to its share of `width` columns. */
  beside(texts: readonly { readonly head: string; readonly text: string }[], width: number): string {
    const table = new Table({
      head: texts.map(({ head }) => this.c.dim(head)),
      colWidths: texts.map(() => Math.max(20, Math.floor(width / texts.length) - 2)),
      wordWrap: true,
      chars: noFrames,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    });
    table.push(texts.map(({ text }) => text));
    return lines(table.toString());
  }

  heading(text: string): string {
    return `\n${this.c.bold(text)}\n`;
  }

  /** A judgement in colour and in words: never by colour alone. */
  verdict(passed: boolean | null): string {
    if (passed === null) return '–';
    return passed ? this.c.green('pass') : this.c.red('fail');
  }
}

const noFrames = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

function lines(text: string): string {
  return `${text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}
